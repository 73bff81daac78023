"""What is written says when it is read what there was: cases of SDMX-JSON beside those of `tests.formats.test_all_formats`."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sdmx_dsm.batches import Action, DataSet, Header
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.csv_data import read_csv, write_csv21
from sdmx_dsm.formats.json_data import read_json
from sdmx_dsm.formats.ml_data import read_ml, write_specific31
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.model import Structures
from tests.formats.generating import FLOW, Row
from tests.formats.json_data.validity import WRITERS, errors
from tests.helpers.content import content
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, RICH, example_structures

VIEWS = [None, "AllDimensions", "first"]


def dataset(structures: Structures, rows: list[Row], reference=FLOW, **fields) -> DataSet:
    ids = dict.fromkeys([":level", *(id for row in rows for id in row)])
    batch = pl.DataFrame(rows, schema=dict.fromkeys(ids, pl.String))
    return DataSet(schema=structures.schema(reference), structure=reference, batches=iter([batch]), **fields)


def sent(version: str, *datasets: DataSet, view: str | None = None, languages: tuple[str, ...] = ("en",)) -> bytes:
    if view == "first":
        view = datasets[0].schema.dimension_ids[0]
    options = WriteOptions(dimension_at_observation=view, languages=languages)
    return b"".join(WRITERS[version](datasets, options))


def read(text: bytes, structures: Structures, folder: Path) -> list[DataSet]:
    """All data sets, with their batches as lists."""
    path = folder / "message.json"
    path.write_bytes(text)
    return [replace(each, batches=iter(list(each.batches))) for each in read_json(path, structures)]


KEY = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
OBS: Row = {":level": "obs", **KEY, "TIME_PERIOD": "2020", "OBS_VALUE": "12.50"}
ROWS: list[Row] = [
    {**OBS, "OBS_STATUS": "A", "COMMENT_OBS": 'say "x\\"\n'},
    {**OBS, "REF_AREA": "TJ", "TIME_PERIOD": "2021", "OBS_VALUE": "NaN"},
    {":level": "series", **KEY, "UNIT_MEASURE": "PS", "COLLECTION": "C"},
    {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Женщины"},
    {":level": "partial", "REF_AREA": "TJ", "COVERAGE": "All"},
    {":level": "dataset", "SOURCE_NOTE": "Demonstration data"},
]


@pytest.mark.parametrize("view", VIEWS)
def test_formats_of_one_query_say_the_same(view: str | None, tmp_path: Path) -> None:
    known = example_structures()
    expected = content([dataset(known, ROWS, EXAMPLE)])
    for version in WRITERS:
        assert content(read(sent(version, dataset(known, ROWS, EXAMPLE), view=view), known, tmp_path)) == expected
    for name, write, reader in (("x.csv", write_csv21, read_csv), ("x.xml", write_specific31, read_ml)):
        path = tmp_path / name
        path.write_bytes(b"".join(write([dataset(known, ROWS, EXAMPLE)], WriteOptions())))
        assert content(reader(path, known)) == expected


DELETIONS: list[Row] = [
    {":level": "delete", **KEY, "TIME_PERIOD": "2020"},
    {":level": "delete", **KEY, "TIME_PERIOD": "2021", "OBS_VALUE": "-", "OBS_STATUS": "-"},
    {":level": "delete", **KEY, "REF_AREA": "TJ"},
    {":level": "delete", "FREQ": "A", "SEX": "M"},
    {":level": "delete", "TIME_PERIOD": "2019"},
    {":level": "delete", **KEY, "UNIT_MEASURE": "-"},
    {":level": "delete", "REF_AREA": "KG", "SEX": "F", "TITLE": "-"},
    {":level": "delete", "SOURCE_NOTE": "-"},
]


@pytest.mark.parametrize("view", VIEWS)
def test_2_1_says_every_deletion(view: str | None, tmp_path: Path) -> None:
    known = example_structures()
    text = sent("2.1", dataset(known, DELETIONS, EXAMPLE, action="Delete"), view=view)
    [found] = read(text, known, tmp_path)
    assert found.action == "Delete"
    assert content([found]) == content([dataset(known, DELETIONS, EXAMPLE)])


@pytest.mark.parametrize("row", DELETIONS, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_each_deletion_alone(view: str | None, row: Row, tmp_path: Path) -> None:
    known = example_structures()
    text = sent("2.1", dataset(known, [row], EXAMPLE, action="Delete"), view=view)
    assert content(read(text, known, tmp_path)) == content([dataset(known, [row], EXAMPLE)])


@pytest.mark.parametrize("view", VIEWS)
def test_a_data_set_that_deletes_and_says_nothing_deletes_everything(view: str | None, tmp_path: Path) -> None:
    known = example_structures()
    everything: Row = {":level": "delete", **dict.fromkeys(KEY)}
    text = sent("2.1", dataset(known, [everything, *DELETIONS], EXAMPLE, action="Delete"), view=view)
    assert errors("2.1", text) == []
    assert content(read(text, known, tmp_path)) == [("delete", ())]


@pytest.mark.parametrize("version", WRITERS)
def test_nothing_to_delete_is_not_everything(version: str, tmp_path: Path) -> None:
    known = example_structures()
    text = sent(version, dataset(known, [], EXAMPLE, action="Delete"))
    assert errors(version, text) == []
    [found] = read(text, known, tmp_path)
    assert (found.action != "Delete", content([found])) == (True, [])


def test_data_sets_of_one_structure_share_its_values(tmp_path: Path) -> None:
    known = example_structures()
    first, second = dataset(known, ROWS[:1], EXAMPLE), dataset(known, ROWS[1:2], EXAMPLE, action="Replace")
    text = sent("1.0", first, second)
    assert errors("1.0", text) == []
    found = read(text, known, tmp_path)
    assert [each.action for each in found] == ["Information", "Replace"]
    assert [content([each]) for each in found] == [content([dataset(known, [row], EXAMPLE)]) for row in ROWS[:2]]


def test_several_structures_in_one_message(tmp_path: Path) -> None:
    known = example_structures()
    rich: Row = {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_COUNT": "2"}
    for version in ("2.0", "2.1"):
        found = read(sent(version, dataset(known, ROWS, EXAMPLE), dataset(known, [rich], RICH)), known, tmp_path)
        assert [each.structure for each in found] == [EXAMPLE, RICH]
        assert content(found[1:]) == content([dataset(known, [rich], RICH)])
    with pytest.raises(Unsupported, match=r"1\.0 has a place for one"):
        sent("1.0", dataset(known, ROWS, EXAMPLE), dataset(known, [rich], EXAMPLE_AGREEMENT))


def test_1_0_refuses_what_it_cannot_carry() -> None:
    known = example_structures()
    with pytest.raises(Unsupported, match=r"CONTACT, METHOD may have several values"):
        sent("1.0", dataset(known, [], RICH))
    with pytest.raises(Unsupported, match=r"one measure; these data have OBS_VALUE, OBS_COUNT"):
        sent("1.0", dataset(known, [], RICH, components=("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_COUNT")))


@pytest.mark.parametrize(
    "version, action, expected",
    [
        ("1.0", "Merge", "Append"),
        ("2.0", "Merge", "Append"),
        ("2.0", "Information", "Information"),
        ("2.1", "Append", "Merge"),
        ("2.1", "Merge", "Merge"),
        ("2.1", "Replace", "Replace"),
    ],
)
def test_actions_in_the_words_of_the_version(version: str, action: Action, expected: str, tmp_path: Path) -> None:
    known = example_structures()
    text = sent(version, dataset(known, ROWS, EXAMPLE, action=action))
    assert errors(version, text) == []
    assert [each.action for each in read(text, known, tmp_path)] == [expected]


@pytest.mark.parametrize("version", WRITERS)
def test_facts_of_message_and_data_set_are_read_back(version: str, tmp_path: Path) -> None:
    known = example_structures()
    header = Header(
        id="M1", prepared="2024-05-17T10:00:00Z", sender="DSM", receivers=("KG",), names={"en": "Test"}, test=True
    )
    facts: dict[str, Any] = {
        "valid_from": datetime(2024, 1, 1, tzinfo=UTC),
        "valid_to": datetime(2024, 2, 1, tzinfo=UTC),
    }
    facts |= {"reporting_begin": "2020", "reporting_end": "2021"}
    text = b"".join(WRITERS[version]([dataset(known, ROWS, EXAMPLE, **facts)], WriteOptions(header=header)))
    [found] = read(text, known, tmp_path)
    assert found.header == header
    assert {name: getattr(found, name) for name in facts} == facts
