"""Batches are written as SDMX-CSV 1.0, 2.0 and 2.1. Expected texts are made by hand after the field guides."""

from dataclasses import replace
from importlib import import_module

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pysdmx.io.pd import PandasDataset
from pysdmx.model import Component, Components, Concept, Role, Schema

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.csv_data import read_csv, write_csv10, write_csv20, write_csv21
from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.formats.options import WriteOptions
from tests.formats.csv_data.frames import content_of, dataset_of, rows_of
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, EXAMPLE_STRUCTURE, RICH

ROWS = [
    {":level": "obs", "FREQ": "A", "REF_AREA": "TJ", "SEX": "F", "TIME_PERIOD": "2021", "OBS_VALUE": "3"},
    {":level": "series", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS"},
    {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2021", "OBS_VALUE": "13", "OBS_STATUS": "A", "COMMENT_OBS": 'a, "b"'},
    {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "12.50", "OBS_STATUS": "A"},
    {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Women"},
    {":level": "dataset", "SOURCE_NOTE": "=1+1"},
]  # fmt: skip


@pytest.fixture
def example(structures):
    return lambda rows=ROWS, reference=EXAMPLE, **fields: dataset_of(structures, reference, rows, **fields)


def written(write, *datasets: DataSet, **options) -> str:
    return b"".join(write(list(datasets), WriteOptions(**options))).decode()


def test_csv_10_repeats_attributes_on_each_observation(example):
    assert written(write_csv10, example()) == '''\
DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT_OBS,UNIT_MEASURE,COLLECTION,TITLE,COVERAGE,REPORTING_YEAR_START_DAY,SOURCE_NOTE
DSM:EXAMPLE(1.0.0),A,KG,F,2020,12.50,A,,PS,,Women,,,=1+1
DSM:EXAMPLE(1.0.0),A,KG,F,2021,13,A,"a, ""b""",PS,,Women,,,=1+1
DSM:EXAMPLE(1.0.0),A,TJ,F,2021,3,,,,,,,,=1+1
'''  # fmt: skip


def test_csv_20_names_structure_and_action(example):
    ids = ("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE")
    assert (
        written(write_csv20, example(components=ids, action="Replace"))
        == """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE
dataflow,DSM:EXAMPLE(1.0.0),R,A,KG,F,2020,12.50,PS
dataflow,DSM:EXAMPLE(1.0.0),R,A,KG,F,2021,13,PS
dataflow,DSM:EXAMPLE(1.0.0),R,A,TJ,F,2021,3,
"""
    )


@pytest.mark.parametrize(
    "write, action, letter",
    [
        (write_csv20, "Information", "I"),
        (write_csv20, "Append", "A"),
        (write_csv20, "Merge", "A"),
        (write_csv21, "Merge", "M"),
        (write_csv21, "Append", "M"),
        (write_csv21, "Information", "I"),
    ],
)
def test_the_action_is_the_letter_of_the_version(example, write, action, letter):
    text = written(write, example(ROWS[:1], components=("FREQ",), action=action))
    assert text.splitlines()[1] == f"dataflow,DSM:EXAMPLE(1.0.0),{letter},A"


def test_labels_both_put_names_behind_ids(example):
    ids = ("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE")
    assert written(write_csv20, example(ROWS[:3], components=ids), labels="both", languages=("ru",)) == """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Freq,REF_AREA: Ref area,TIME_PERIOD: Time period,OBS_VALUE: Obs value,UNIT_MEASURE: Unit measure
dataflow,DSM:EXAMPLE(1.0.0): Пример,I,A: Annual,TJ: Tajikistan,2021,3,
dataflow,DSM:EXAMPLE(1.0.0): Пример,I,A: Annual,KG: Kyrgyzstan,2021,13,PS: Persons
"""  # fmt: skip
    assert (
        written(write_csv10, example(ROWS[:1], components=ids[:2]), labels="both")
        == """\
DATAFLOW,FREQ: Freq,REF_AREA: Ref area
DSM:EXAMPLE(1.0.0): Example,A: Annual,TJ: Tajikistan
"""
    )


def test_labels_name_put_a_column_of_names_behind_each(example):
    ids = ("FREQ", "TIME_PERIOD", "OBS_STATUS")
    rows = [{**ROWS[0], "OBS_STATUS": "unknown"}]
    assert (
        written(write_csv20, example(rows, components=ids), labels="name")
        == """\
STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ,Freq,TIME_PERIOD,Time period,OBS_STATUS,Obs status
dataflow,DSM:EXAMPLE(1.0.0),Example,I,A,Annual,2021,,unknown,
"""
    )


@pytest.mark.parametrize(
    "keys, expected",
    [
        ("series", ["SERIES_KEY", "A.TJ.F"]),
        ("obs", ["OBS_KEY", "A.TJ.F.2021"]),
        ("both", ["SERIES_KEY,OBS_KEY", "A.TJ.F,A.TJ.F.2021"]),
    ],
)
def test_keys_are_dotted_values(example, keys, expected):
    heading, row = written(write_csv20, example(ROWS[:1], components=("FREQ",)), keys=keys).splitlines()
    assert heading == f"STRUCTURE,STRUCTURE_ID,ACTION,{expected[0]},FREQ"
    assert row == f"dataflow,DSM:EXAMPLE(1.0.0),I,{expected[1]},A"


def test_the_series_key_leaves_out_the_dimension_at_the_observation(example):
    text = written(write_csv20, example(ROWS[:1]), keys="series", dimension_at_observation="SEX")
    assert text.splitlines()[1].startswith("dataflow,DSM:EXAMPLE(1.0.0),I,A.TJ.2021,")


@pytest.mark.parametrize(
    "periods, expected",
    [
        (["2020", "2021"], ["2020", "2021"]),
        (["2020", "2020-Q3", "2020-S2"], ["2020-01", "2020-07", "2020-07"]),
        (["2020", "2020-05", "2020-W01"], ["2020-01-01", "2020-05-01", "2019-12-30"]),
        (["2020", "2020-05-17T12:30:00"], ["2020-01-01T00:00:00", "2020-05-17T12:30:00"]),
        (["2020", "no period"], ["2020", "no period"]),
    ],
)
def test_normalized_time_has_the_finest_granularity_of_the_message(example, periods, expected):
    rows = [{**ROWS[0], "TIME_PERIOD": period} for period in periods]
    text = written(write_csv10, example(rows, components=("TIME_PERIOD",)), time_format="normalized")
    assert sorted(line.split(",")[1] for line in text.splitlines()[1:]) == sorted(expected)


def test_normalized_time_follows_the_start_of_the_reporting_year(example):
    rows = [
        {**ROWS[0], "TIME_PERIOD": "2020-Q1"},
        {":level": "dataset", "REPORTING_YEAR_START_DAY": "--07-01"},
    ]
    text = written(write_csv10, example(rows, components=("TIME_PERIOD",)), time_format="normalized")
    assert text.splitlines()[1] == "DSM:EXAMPLE(1.0.0),2020-07"


def test_attributes_without_observation_have_rows_of_their_own_in_20(example):
    ids = ("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "TITLE", "SOURCE_NOTE")
    rows = [
        {":level": "series", "FREQ": "A", "REF_AREA": "KG", "SEX": "M", "UNIT_MEASURE": "PS"},
        {":level": "partial", "REF_AREA": "KG", "SEX": "M", "TITLE": "Men"},
    ]
    text = written(write_csv20, example([ROWS[0], *rows], components=ids))
    assert text.splitlines()[1:] == [
        "dataflow,DSM:EXAMPLE(1.0.0),I,A,TJ,F,2021,3,,,",
        "dataflow,DSM:EXAMPLE(1.0.0),I,A,KG,M,,,PS,,",
        "dataflow,DSM:EXAMPLE(1.0.0),I,,KG,M,,,,Men,",
    ]
    text = written(write_csv20, example([{":level": "dataset", "SOURCE_NOTE": "Note"}], components=ids))
    assert text.splitlines()[1:] == ["dataflow,DSM:EXAMPLE(1.0.0),I,,,,,,,,Note"]


def test_deletions_are_rows_of_20_and_unknown_to_10(example):
    rows = [{":level": "delete", "REF_AREA": "KG", "OBS_VALUE": "-"}, ROWS[0]]
    text = written(write_csv20, example(rows, components=("FREQ", "REF_AREA", "OBS_VALUE"), action="Replace"))
    assert text.splitlines()[1:] == ["dataflow,DSM:EXAMPLE(1.0.0),D,,KG,-", "dataflow,DSM:EXAMPLE(1.0.0),R,A,TJ,3"]
    with pytest.raises(Unsupported, match=r"SDMX-CSV 1\.0 can't say that data are deleted"):
        written(write_csv10, example(rows))


def test_attributes_beside_deletions_are_not_deleted(example):
    rows = [{":level": "delete", "REF_AREA": "KG"}, {":level": "dataset", "SOURCE_NOTE": "Note"}]
    text = written(write_csv21, example(rows, components=("REF_AREA", "SOURCE_NOTE"), action="Delete"))
    assert text.splitlines()[1:] == ["dataflow,DSM:EXAMPLE(1.0.0),D,KG,", "dataflow,DSM:EXAMPLE(1.0.0),M,,Note"]


def test_components_that_the_structure_lacks_are_not_written(example):
    dataset = example([{**ROWS[0], "UPDATED": "2021"}], components=("FREQ", "UPDATED"))
    assert written(write_csv10, dataset) == "DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A\n"


def test_rows_keep_their_own_action(example):
    rows = [{**ROWS[0], ":action": "Replace"}, {**ROWS[0], "REF_AREA": "UZ"}]
    text = written(write_csv20, example(rows, components=("REF_AREA",), action="Append"))
    assert text.splitlines()[1:] == ["dataflow,DSM:EXAMPLE(1.0.0),R,TJ", "dataflow,DSM:EXAMPLE(1.0.0),A,UZ"]


def test_arrays_and_languages_declare_their_separator(example):
    rows = [
        {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_VALUE": "1", "METHOD": '["a","b;c"]'},
        {":level": "series", "FREQ": "A", "REF_AREA": "KG", "TITLE": '{"en":"T","ru":"Т \\"Х\\""}'},
    ]  # fmt: skip
    ids = ("FREQ", "REF_AREA", "TIME_PERIOD", "METHOD", "TITLE")
    assert written(write_csv20, example(rows, RICH, components=ids)).splitlines() == [
        "STRUCTURE[;],STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,METHOD[],TITLE[en;ru]",
        'dataflow,DSM:RICH(1.0.0),I,A,KG,2020,"a;""b;c""","en:T;ru:Т ""Х"""',
    ]
    text = written(write_csv10, example(rows, RICH, components=("METHOD", "TITLE")), languages=("ru",))
    assert text.splitlines()[1] == 'DSM:RICH(1.0.0),"a;""b;c""","Т ""Х"""'


def test_several_data_sets_share_one_heading(example):
    first = example(ROWS[:1], components=("FREQ", "SEX", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"))
    rich = {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_VALUE": "1", "OBS_COUNT": "2"}
    second = example([rich], RICH, components=("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_COUNT"))
    expected = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,SEX,TIME_PERIOD,REF_AREA,OBS_VALUE,OBS_COUNT,OBS_STATUS
dataflow,DSM:EXAMPLE(1.0.0),I,A,F,2021,TJ,3,,
dataflow,DSM:RICH(1.0.0),I,A,,2020,KG,1,2,
"""
    assert b"".join(write_csv20(iter([first, second]), WriteOptions())).decode() == expected


def test_the_structure_column_names_the_level_asked_for_or_the_next(example):
    def second_line(reference, context):
        dataset = example(ROWS[:1], reference, components=("FREQ",))
        return written(write_csv20, dataset, context=context).splitlines()[1]

    assert second_line(EXAMPLE_AGREEMENT, "provisionagreement") == "dataprovision,DSM:EXAMPLE_KG(1.0.0),I,A"
    assert second_line(EXAMPLE_AGREEMENT, "dataflow") == "dataflow,DSM:EXAMPLE(1.0.0),I,A"
    assert second_line(EXAMPLE, "provisionagreement") == "dataflow,DSM:EXAMPLE(1.0.0),I,A"
    assert second_line(EXAMPLE_STRUCTURE, "dataflow") == "datastructure,DSM:EXAMPLE(1.0.0),I,A"
    with pytest.raises(Unsupported, match=r"SDMX-CSV 1\.0 names a dataflow"):
        written(write_csv10, example(ROWS[:1], EXAMPLE_STRUCTURE))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("batches", [1, 2])
def test_a_default_fills_only_what_is_not_given(example, order, batches):
    """In a later batch it once took the place of what was given."""
    key = {":level": "series", "FREQ": "A", "REF_AREA": "TJ", "SEX": "F"}
    rows = [{**key, "UNIT_MEASURE": "PC"}, {**key, "UNIT_MEASURE": "PS", "COLLECTION": "Register"}, ROWS[0]]
    frame = next(example(rows).batches).with_columns(pl.Series(":default", [None, True, None], dtype=pl.Boolean))
    frame = frame[[*order, 2]]
    parts = [frame] if batches == 1 else [frame[:1], frame[1:]]
    dataset = replace(example(components=("UNIT_MEASURE", "COLLECTION")), batches=iter(parts), ordered=True)
    assert written(write_csv10, dataset).splitlines()[1] == "DSM:EXAMPLE(1.0.0),PC,Register"


def test_no_data_set_is_a_heading_alone(example):
    assert written(write_csv20) == "STRUCTURE,STRUCTURE_ID,ACTION\n"
    dataset = replace(example(components=("FREQ", "OBS_VALUE")), batches=iter(()))
    assert written(write_csv10, dataset) == "DATAFLOW,FREQ,OBS_VALUE\n"


def test_a_large_table_comes_in_pieces(example):
    rows = [{**ROWS[0], "TIME_PERIOD": str(1000 + n)} for n in range(5000)]
    pieces = list(write_csv20([example(rows)], WriteOptions()))
    assert max(map(len, pieces)) <= 1 << 16
    assert b"".join(pieces).count(b"\n") == 5001


# What no CSV cell holds: empty (it is "not given"), and what no text is
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), write=st.sampled_from([write_csv10, write_csv20]), labels=st.sampled_from(["id", "both"]))
def test_what_is_written_is_read_back(structures, tmp_path, data, write, labels):
    areas = data.draw(st.sets(st.sampled_from(["KG", "TJ", "UZ", "_T"]), min_size=1))
    rows = [{":level": "dataset", "SOURCE_NOTE": data.draw(TEXTS)}]
    for area in sorted(areas):
        rows.append({":level": "series", "FREQ": "A", "REF_AREA": area, "SEX": "F", "COLLECTION": data.draw(TEXTS)})
        rows.append({":level": "partial", "REF_AREA": area, "SEX": "F", "TITLE": data.draw(TEXTS)})
        for year in data.draw(st.sets(st.integers(1900, 2100), min_size=1, max_size=4)):
            key = {"FREQ": "A", "REF_AREA": area, "SEX": "F", "TIME_PERIOD": str(year)}
            rows.append({":level": "obs", **key, "OBS_VALUE": data.draw(TEXTS), "COMMENT_OBS": data.draw(TEXTS)})
    path = tmp_path / "written.csv"
    path.write_bytes(b"".join(write([dataset_of(structures, EXAMPLE, rows)], WriteOptions(labels=labels))))
    [dataset] = read_csv(path, structures)
    assert content_of(dataset) == content_of(dataset_of(structures, EXAMPLE, rows))


LANGUAGE_TEXTS = st.dictionaries(st.sampled_from(["en", "ru", "fr"]), TEXTS, min_size=1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(methods=st.lists(TEXTS, min_size=1, max_size=4), title=LANGUAGE_TEXTS, contacts=st.lists(TEXTS, min_size=1))
def test_arrays_and_languages_are_read_back(structures, tmp_path, methods, title, contacts):
    key = {"FREQ": "A", "REF_AREA": "KG"}
    rows = [
        {":level": "obs", **key, "TIME_PERIOD": "2020", "OBS_VALUE": "1", "METHOD": canonical(methods)},
        {":level": "series", **key, "TITLE": canonical(title)},
        {":level": "dataset", "CONTACT": canonical(contacts)},
    ]
    path = tmp_path / "written.csv"
    path.write_bytes(b"".join(write_csv20([dataset_of(structures, RICH, rows)], WriteOptions())))
    [dataset] = read_csv(path, structures)
    assert content_of(dataset) == content_of(dataset_of(structures, RICH, rows))


@pytest.mark.parametrize("version, write", [("10", write_csv10), ("20", write_csv20), ("21", write_csv21)])
def test_pysdmx_reads_what_we_write(example, version, write):
    """Values are whole numbers here, and none is missing: pysdmx turns texts into floats, and absent into empty."""
    rows = [{**row, "OBS_VALUE": "7"} if row[":level"] == "obs" else row for row in ROWS]
    text = written(
        write, example(rows, components=("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "SOURCE_NOTE"))
    )
    [read] = import_module(f"pysdmx.io.csv.sdmx{version}.reader").read(text)
    assert read.short_urn == "Dataflow=DSM:EXAMPLE(1.0.0)"
    assert sorted(map(tuple, read.data.astype(str).to_numpy())) == [
        ("A", "KG", "F", "2020", "7", "=1+1"),
        ("A", "KG", "F", "2021", "7", "=1+1"),
        ("A", "TJ", "F", "2021", "7", "=1+1"),
    ]


@pytest.mark.parametrize("version", ["10", "20", "21"])
def test_we_read_what_pysdmx_writes(version, read):
    columns = ["FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE"]
    frame = pd.DataFrame([["A", "KG", "F", "2020", "7"], ["A", "TJ", "F", "2021", "8"]], columns=columns)
    components = [
        Component(id=id, required=True, role=Role.MEASURE if id == "OBS_VALUE" else Role.DIMENSION, concept=Concept(id))
        for id in columns
    ]
    schema = Schema("dataflow", "DSM", "EXAMPLE", components=Components(components), version="1.0.0")
    dataset = PandasDataset(structure=schema, data=frame)
    text = import_module(f"pysdmx.io.csv.sdmx{version}.writer").write([dataset])
    [ours] = read(text)
    assert [tuple(row[column] for column in columns) for row in rows_of(ours)] == [
        ("A", "KG", "F", "2020", "7"),
        ("A", "TJ", "F", "2021", "8"),
    ]
