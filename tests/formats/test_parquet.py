"""SDMX-Parquet as other programs see it, and files of other programs. That all is read as it was written: `test_all_formats`."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import ReadError, Unsupported
from sdmx_dsm.formats import WriteOptions, detect, read_data
from sdmx_dsm.formats.parquet import write_parquet
from tests.formats.csv_data.frames import Row, dataset_of
from tests.helpers.content import content
from tests.helpers.schemas import EXAMPLE, RICH, example_structures

STRUCTURES = example_structures()
KEY = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
HEADER = Header(id="M1", prepared="2024-05-17T08:30:00Z", sender="DSM", sources={"en": "Census", "ru": "Перепись"})


def obs(period: str, value: str | None, **other: str) -> Row:
    return {":level": "obs", **KEY, "TIME_PERIOD": period, "OBS_VALUE": value, **other}


def rich(period: str, value: str | None, **other: str | None) -> Row:
    return {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": period, "OBS_COUNT": value, **other}


def written(folder: Path, *datasets: DataSet) -> Path:
    path = folder / "data.parquet"
    path.write_bytes(b"".join(write_parquet(datasets, WriteOptions(header=HEADER))))
    return path


def example(*rows: Row, **fields: Any) -> DataSet:
    return dataset_of(STRUCTURES, EXAMPLE, list(rows), **fields)


def test_numbers_are_numbers_and_what_they_do_not_say_stands_beside_them(tmp_path: Path) -> None:
    values = ["12.50", "12.5", "0", "1E5", "NaN", "~", "", None]
    rows = [obs(str(2000 + n), value) for n, value in enumerate(values)]
    table = pl.read_parquet(written(tmp_path, example(*rows)))
    assert table["OBS_VALUE"].dtype == pl.Decimal(38, 2)
    assert table["OBS_VALUE"].cast(pl.String).to_list() == [
        "12.50",
        "12.50",
        "0.00",
        "100000.00",
        None,
        None,
        None,
        None,
    ]
    assert table["OBS_VALUE:text"].to_list() == [None, "12.5", "0", "1E5", "NaN", "~", "", None]


def test_whole_numbers_have_no_column_of_text(tmp_path: Path) -> None:
    table = pl.read_parquet(written(tmp_path, dataset_of(STRUCTURES, RICH, [rich("2020", "7"), rich("2021", None)])))
    assert table["OBS_COUNT"].to_list() == [7, None]
    assert table["OBS_COUNT"].dtype == pl.Int32
    assert [name for name in table.columns if ":" in name] == []


def test_a_time_has_its_first_and_last_second(tmp_path: Path) -> None:
    year_start: Row = {":level": "dataset", "REPORTING_YEAR_START_DAY": "--07-01"}
    table = pl.read_parquet(
        written(tmp_path, example(obs("2020", "1"), obs("2020-Q1", "1"), obs("soon", "1"), year_start))
    )
    assert table.select("TIME_PERIOD", "TIME_PERIOD_begin", "TIME_PERIOD_end").sort("TIME_PERIOD").rows() == [
        ("2020", datetime(2020, 1, 1), datetime(2020, 12, 31, 23, 59, 59)),
        ("2020-Q1", datetime(2020, 7, 1), datetime(2020, 9, 30, 23, 59, 59)),
        ("soon", None, None),
    ]


def test_arrays_are_lists_and_languages_structs(tmp_path: Path) -> None:
    rows = [
        rich("2020", "1", METHOD='["a","b"]'),
        {":level": "series", "FREQ": "A", "REF_AREA": "KG", "TITLE": '{"en":"Title","ru":"Название"}'},
    ]
    (row,) = pl.read_parquet(written(tmp_path, dataset_of(STRUCTURES, RICH, rows))).rows(named=True)
    assert row["METHOD"] == ["a", "b"]
    assert row["TITLE"] == [{"language": "en", "text": "Title"}, {"language": "ru", "text": "Название"}]


def test_attributes_of_all_levels_stand_on_each_row(tmp_path: Path) -> None:
    rows: list[Row] = [
        obs("2020", "1"),
        {":level": "series", **KEY, "UNIT_MEASURE": "PS"},
        {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Women"},
        {":level": "partial", "REF_AREA": "TJ", "COVERAGE": "The capital"},
        {":level": "dataset", "SOURCE_NOTE": "Census"},
    ]
    table = pl.read_parquet(written(tmp_path, example(*rows)))
    columns = ["REF_AREA", "UNIT_MEASURE", "TITLE", "COVERAGE", "SOURCE_NOTE", ":level"]
    assert table.select(columns).rows() == [
        ("KG", "PS", "Women", None, "Census", None),
        ("TJ", None, None, "The capital", None, "partial"),
    ]


def test_the_metadata_say_whose_data_they_are(tmp_path: Path) -> None:
    path = written(tmp_path, example(obs("2020", "1"), action="Replace"))
    assert pl.read_parquet_metadata(path)["sdmx:structure"] == EXAMPLE.urn
    (found,) = read_data(path, STRUCTURES)
    assert (detect(path), found.structure, found.action, found.header) == ("parquet", EXAMPLE, "Replace", HEADER)


def test_no_observations_are_a_table_without_rows(tmp_path: Path) -> None:
    path = written(tmp_path, example(obs("2020", "1"), action="Information").through(pl.DataFrame.clear))
    table = pl.read_parquet(path)
    assert (table.height, table.columns[:4]) == (0, ["FREQ", "REF_AREA", "SEX", "TIME_PERIOD"])
    assert content(read_data(path, STRUCTURES)) == []


def test_the_table_of_another_program_is_read_where_the_dataflow_is_named(tmp_path: Path) -> None:
    path = tmp_path / "theirs.parquet"
    columns = {
        "FREQ": pl.Series(["A"], dtype=pl.Categorical),
        "REF_AREA": ["KG"],
        "TIME_PERIOD": [date(2020, 1, 2)],
        "OBS_VALUE": [1.5],
        "METHOD": [["a"]],
        "TITLE": [[{"key": "en", "value": "Title"}]],
        "row_number": [1],
    }
    pl.DataFrame(columns).write_parquet(path)
    assert content(read_data(path, STRUCTURES, reference=RICH)) == [
        (
            "obs",
            (
                ("FREQ", "A"),
                ("METHOD", '["a"]'),
                ("OBS_VALUE", "1.5"),
                ("REF_AREA", "KG"),
                ("TIME_PERIOD", "2020-01-02"),
            ),
        ),
        ("series", (("FREQ", "A"), ("REF_AREA", "KG"), ("TITLE", '{"en":"Title"}'))),
    ]
    with pytest.raises(ReadError, match="does not say whose data it holds"):
        list(read_data(path, STRUCTURES))


@pytest.mark.parametrize("rest", [b"", b"\x00" * 100, b"\xff\xff\x00\x00PAR1"])
def test_what_only_begins_like_parquet_is_told(rest: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1" + rest)
    with pytest.raises(ReadError, match="no Parquet file that can be read"):
        list(read_data(path, STRUCTURES))


def test_a_table_without_components_is_told(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    pl.DataFrame({"a": [1], "b": [2]}).write_parquet(path)
    with pytest.raises(ReadError, match=r"No column of the file is a component of DSM:RICH\(1\.0\.0\): it has a, b\."):
        list(read_data(path, STRUCTURES, reference=RICH))


def test_more_rows_than_a_file_can_fill_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "busy.parquet"
    rows = pl.LazyFrame({"FREQ": ["A"]}).select(pl.col("FREQ").repeat_by(2_000_000).explode())
    rows.sink_parquet(path, row_group_size=2_000_000)
    with pytest.raises(ReadError, match=r"The file has 2000000 rows in [0-9]+ bytes, more than data fill"):
        list(read_data(path, STRUCTURES, reference=EXAMPLE))


def test_what_a_state_of_one_dataflow_is_not_is_refused_before_the_first_piece() -> None:
    other = dataset_of(STRUCTURES, RICH, [rich("2020", "1")])
    delete: Row = {":level": "delete", **KEY}
    cases = {
        r"one dataflow, and these are of DSM:EXAMPLE\(1\.0\.0\) and DSM:RICH": [example(obs("2020", "1")), other],
        "can't say that some are deleted": [example(delete, action="Delete")],
        "can't say that some are deleted, or": [example(obs("2020", "1")), example(obs("2020", "1"), action="Replace")],
        "There are no data": [],
    }
    for message, datasets in cases.items():
        with pytest.raises(Unsupported, match=message):
            next(write_parquet(datasets, WriteOptions()))


def test_the_same_data_give_the_same_bytes() -> None:
    def pieces() -> bytes:
        return b"".join(write_parquet([example(obs("2023", "1"))], WriteOptions(header=HEADER)))

    assert pieces() == pieces()


def test_moments_are_texts_in_iso_form(tmp_path: Path) -> None:
    path = tmp_path / "theirs.parquet"
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    pl.DataFrame({**{id: [code] for id, code in KEY.items()}, "TIME_PERIOD": [moment]}).write_parquet(path)
    ((_, values),) = content(read_data(path, STRUCTURES, reference=EXAMPLE))
    assert dict(values)["TIME_PERIOD"] == "2020-01-02T03:04:05"


SCRIPT = """
import sys
from pathlib import Path
import polars as pl
from sdmx_dsm.batches import DataSet
from sdmx_dsm.formats import WriteOptions
from sdmx_dsm.formats.parquet import read_parquet, write_parquet
from tests.helpers.schemas import EXAMPLE, example_structures

def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024

n = pl.col("n")
batch = pl.DataFrame({"n": range(60_000)}).select(
    FREQ=pl.lit("A"), REF_AREA=pl.format("R{}", n // 20), SEX=pl.lit("F"), TIME_PERIOD=(n % 20 + 2000).cast(pl.String),
    OBS_VALUE=pl.format("{}.50", n * 7919 % 100_003)).with_columns(pl.lit("obs").alias(":level"))
path, structures = Path(sys.argv[1]), example_structures()
before = peak()
dataset = DataSet(
    schema=structures.schema(EXAMPLE), structure=EXAMPLE, batches=iter([batch] * int(sys.argv[2])), ordered=True)
with path.open("wb") as file:
    file.writelines(write_parquet([dataset], WriteOptions()))
print(sum(found.height for each in read_parquet(path, structures) for found in each.batches), peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems don't tell the peak of a process in /proc.")
def test_memory_stays_flat(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "large.parquet"), "20"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    count, grown_mb = map(int, run.stdout.split())
    assert count == 20 * 60_000
    assert grown_mb < 300
