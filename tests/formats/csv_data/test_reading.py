"""SDMX-CSV 1.0, 2.0 and 2.1 are read into batches. Expected rows are made by hand after the field guides."""

from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.errors import NotFound, ReadError
from sdmx_dsm.formats.csv_data import read_csv
from sdmx_dsm.formats.ml_data import write_generic21, write_specific30
from sdmx_dsm.formats.options import WriteOptions
from tests.formats.csv_data.frames import rows_of
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, EXAMPLE_STRUCTURE, RICH


def test_csv_10_gives_observations_and_the_attributes_of_each_level_once(rows):
    text = """\
DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,TITLE,SOURCE_NOTE
DSM:EXAMPLE(1.0.0),A,KG,F,2020,12.50,A,PS,"Women, KG",Demonstration data
DSM:EXAMPLE(1.0.0),A,KG,F,2021,13,A,PS,"Women, KG",Demonstration data
DSM:EXAMPLE(1.0.0),A,TJ,F,2021,,M,PS,,Demonstration data
"""
    assert rows(text) == [
        {":level": "dataset", ":line": 2, "SOURCE_NOTE": "Demonstration data"},
        {":level": "partial", ":line": 2, "REF_AREA": "KG", "SEX": "F", "TITLE": "Women, KG"},
        {":level": "series", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS"},
        {":level": "series", ":line": 4, "FREQ": "A", "REF_AREA": "TJ", "SEX": "F", "UNIT_MEASURE": "PS"},
        {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "12.50", "OBS_STATUS": "A"},
        {":level": "obs", ":line": 3, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2021", "OBS_VALUE": "13", "OBS_STATUS": "A"},
        {":level": "obs", ":line": 4, "FREQ": "A", "REF_AREA": "TJ", "SEX": "F", "TIME_PERIOD": "2021", "OBS_STATUS": "M"},
    ]  # fmt: skip


def test_an_attribute_that_differs_in_its_series_is_sent_with_each_value(rows):
    text = """\
DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE
DSM:EXAMPLE(1.0.0),A,KG,F,2020,1,PS
DSM:EXAMPLE(1.0.0),A,KG,F,2021,2,PC
DSM:EXAMPLE(1.0.0),A,KG,F,2022,3,PS
"""
    found = [(row[":line"], row["UNIT_MEASURE"]) for row in rows(text) if row[":level"] == "series"]
    assert found == [(2, "PS"), (3, "PC")]


def test_an_attribute_is_not_sent_again_in_a_later_batch(rows, monkeypatch):
    monkeypatch.setattr("sdmx_dsm.formats.csv_data.records.BLOCK_BYTES", 200)
    monkeypatch.setattr("sdmx_dsm.formats.csv_data.encoding.BLOCK_BYTES", 100)
    heading = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE\n"
    text = heading + "".join(f"DSM:EXAMPLE(1.0.0),A,KG,F,{year},1,PS\n" for year in range(1900, 2020))
    found = rows(text)
    assert [row[":line"] for row in found if row[":level"] == "series"] == [2]
    assert [row[":line"] for row in found if row[":level"] == "obs"] == list(range(2, 122))


def test_the_structure_of_a_data_set_is_the_one_that_its_rows_name(read):
    text = """\
STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE
dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2020,1
datastructure,DSM:EXAMPLE(1.0.0),A,KG,F,2021,2
dataprovision,DSM:EXAMPLE_KG(1.0.0),A,KG,F,2022,3
dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2023,4
"""
    found = [(dataset.structure, [row[":line"] for row in rows_of(dataset)]) for dataset in read(text)]
    assert found == [(EXAMPLE, [2, 5]), (EXAMPLE_STRUCTURE, [3]), (EXAMPLE_AGREEMENT, [4])]


def test_columns_of_other_structures_do_not_appear_in_a_data_set(read):
    text = """\
STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_COUNT
dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2020,1,
dataflow,DSM:RICH(1.0.0),A,KG,,2020,2,3
"""
    example, rich = read(text)
    assert rows_of(example) == [
        {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "1"}
    ]  # fmt: skip
    [batch] = rich.batches
    assert set(batch.columns) == {":level", ":line", "FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_COUNT"}


def test_rows_without_observation_are_attributes_of_their_key(rows):
    """Field guide 2.1, example 13; `~` switches a dimension off."""
    text = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,TITLE,COVERAGE,SOURCE_NOTE
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,,,,PS,,,
dataflow,DSM:EXAMPLE(1.0.0),M,,KG,F,,,,,Title,,
dataflow,DSM:EXAMPLE(1.0.0),M,~,KG,~,~,,,,,All,
dataflow,DSM:EXAMPLE(1.0.0),M,,,,,,,,,,Note
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,2020,,M,,,,
"""
    assert sorted(rows(text), key=lambda row: row[":line"]) == [
        {":level": "series", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS"},
        {":level": "partial", ":line": 3, "REF_AREA": "KG", "SEX": "F", "TITLE": "Title"},
        {":level": "partial", ":line": 4, "REF_AREA": "KG", "COVERAGE": "All"},
        {":level": "dataset", ":line": 5, "SOURCE_NOTE": "Note"},
        {":level": "obs", ":line": 6, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_STATUS": "M"},
    ]  # fmt: skip


def test_an_attribute_that_its_key_does_not_carry_stays_in_the_row(rows):
    text = """\
STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE,COVERAGE
dataflow,DSM:EXAMPLE(1.0.0),,KG,F,,,E,PS,All
"""
    assert rows(text) == [
        {":level": "partial", ":line": 2, "REF_AREA": "KG", "COVERAGE": "All"},
        {":level": "partial", ":line": 2, "REF_AREA": "KG", "SEX": "F", "OBS_STATUS": "E", "UNIT_MEASURE": "PS"},
    ]


def test_an_observation_without_one_of_its_dimensions_stays_an_observation(rows):
    text = """\
STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE
dataflow,DSM:EXAMPLE(1.0.0),A,,F,2020,5,PS
dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,,5,
"""
    assert rows(text) == [
        {":level": "obs", ":line": 2, "FREQ": "A", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "5", "UNIT_MEASURE": "PS"},
        {":level": "obs", ":line": 3, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "OBS_VALUE": "5"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "letter, action",
    [("I", "Information"), ("A", "Append"), ("M", "Merge"), ("R", "Replace"), ("D", "Delete"), ("", "Information")],
)
def test_the_action_is_that_of_the_rows(read, letter, action):
    text = f"STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA\ndataflow,DSM:EXAMPLE(1.0.0),{letter},KG\n"
    [dataset] = read(text)
    assert dataset.action == action
    assert all(":action" not in batch.columns for batch in dataset.batches)


def test_without_action_column_it_is_information(read):
    [dataset] = read("STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:EXAMPLE(1.0.0),A\n")
    assert dataset.action == "Information"


def test_rows_of_several_actions_say_theirs_and_another_data_set_begins_where_deletions_follow_others(read):
    text = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE
dataflow,DSM:EXAMPLE(1.0.0),D,,,,,,
dataflow,DSM:EXAMPLE(1.0.0),R,A,KG,F,2020,1,PS
dataflow,DSM:EXAMPLE(1.0.0),D,A,KG,,2021,-,-
"""
    first, second = read(text)
    assert (first.action, second.action) == ("Replace", "Delete")
    assert rows_of(first) == [
        {":level": "delete", ":line": 2, ":action": "Delete"},
        {":level": "series", ":line": 3, ":action": "Replace", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS"},
        {":level": "obs", ":line": 3, ":action": "Replace", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "1"},
    ]  # fmt: skip
    assert rows_of(second) == [
        {":level": "delete", ":line": 4, "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2021", "OBS_VALUE": "-", "UNIT_MEASURE": "-"},
    ]  # fmt: skip


def test_what_was_said_before_a_deletion_is_said_again_behind_it(read):
    """The note of the data set came only once, so that whoever applies the file in order lost it."""
    text = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,SOURCE_NOTE
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,2020,1,n
dataflow,DSM:EXAMPLE(1.0.0),D,,,,,,
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,2020,2,n
"""
    first, second = read(text)
    assert [row[":level"] for row in rows_of(first)] == ["dataset", "obs"]
    assert [row[":level"] for row in rows_of(second)] == ["delete", "dataset", "obs"]


def test_deletions_of_one_structure_do_not_part_the_rows_of_another(read):
    text = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,2020,1
dataflow,DSM:RICH(1.0.0),D,A,KG,,2020,
dataflow,DSM:EXAMPLE(1.0.0),M,A,KG,F,2021,1
"""
    assert [(dataset.structure.id, len(rows_of(dataset))) for dataset in read(text)] == [("EXAMPLE", 2), ("RICH", 1)]


def test_deletions_between_all_other_rows_are_refused(read):
    row = "dataflow,DSM:EXAMPLE(1.0.0),{},A,KG,F,2020,1\n"
    text = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\n" + 1001 * (
        row.format("M") + row.format("D")
    )
    with pytest.raises(ReadError) as refused:
        list(read(text))
    assert refused.value.line == 2003


def test_a_line_is_where_the_row_begins_also_behind_fields_with_line_breaks(rows):
    text = (
        "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,COMMENT_OBS\r\n"
        'dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2020,1,"two\r\nlines, ""quoted"""\r\n'
        "dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2021,2,\r\n"
        "\r\n"
        ",,,,,,,\r\n"
        'dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2022,3,"\n\n"\r\n'
        'dataflow,DSM:EXAMPLE(1.0.0),A,KG,F,2023,4,""'
    )
    found = [(row[":line"], row["OBS_VALUE"], row.get("COMMENT_OBS")) for row in rows(text)]
    assert found == [(2, "1", 'two\r\nlines, "quoted"'), (4, "2", None), (7, "3", "\n\n"), (10, "4", None)]


def test_columns_come_in_any_order_and_custom_ones_stay(rows):
    text = """\
STRUCTURE,STRUCTURE_ID,SERIES_KEY,OBS_KEY,OBS_VALUE,TIME_PERIOD,SEX,FREQ,REF_AREA,UPDATED
dataflow,DSM:EXAMPLE(1.0.0),A.KG.F,A.KG.F.2020,1,2020,F,A,KG,2021-01-22T13:15:41Z
"""
    assert rows(text) == [
        {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "1", "UPDATED": "2021-01-22T13:15:41Z"}
    ]  # fmt: skip


BOTH = """\
STRUCTURE,STRUCTURE_ID,ACTION,FREQ: Frequency,REF_AREA: Area: of reference,SEX: Sex,TIME_PERIOD: Time,OBS_VALUE: Value,COMMENT_OBS: Comment
dataflow,DSM:EXAMPLE(1.0.0): Example: the first,I,A: Annual,KG: Kyrgyzstan,F: Female,2020: 2020,1.5,A: stays
"""
NAMED = """\
STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ,Frequency,REF_AREA,Area,SEX,Sex,TIME_PERIOD,Time,OBS_VALUE,Value,COMMENT_OBS,Comment
dataflow,DSM:EXAMPLE(1.0.0),Example,I,A,Annual,KG,Kyrgyzstan,F,Female,2020,,1.5,,A: stays,
"""
BOTH_10 = """\
DATAFLOW,FREQ: Frequency,REF_AREA: Area: of reference,SEX: Sex,TIME_PERIOD: Time,OBS_VALUE: Value,COMMENT_OBS: Comment
DSM:EXAMPLE(1.0.0): Example,A: Annual,KG: Kyrgyzstan,F: Female,2020,1.5,A: stays
"""


@pytest.mark.parametrize("text", [BOTH, NAMED, BOTH_10], ids=["both", "name", "both-1.0"])
def test_labels_are_understood(rows, text):
    assert rows(text) == [
        {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "1.5", "COMMENT_OBS": "A: stays"}
    ]  # fmt: skip


def test_arrays_and_languages_become_canonical_json(rows):
    """Field guide 2.0, multi-valued and multi-lingual components."""
    text = '''\
STRUCTURE[;],STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,METHOD[],TITLE[en;fr]
dataflow,DSM:RICH(1.0.0),M,A,KG,2020,1,"M, N & O;P & Q","en:Value ""X"";fr:Valeur ""X"""
dataflow,DSM:RICH(1.0.0),M,A,KG,2021,1,"""a;b"";c","fr:Valeur ""X"";en:Value ""X"""
dataflow,DSM:RICH(1.0.0),M,A,KG,2022,1,one,
'''
    found = rows(text)
    assert [row["METHOD"] for row in found if row[":level"] == "obs"] == [
        '["M, N & O","P & Q"]',
        '["a;b","c"]',
        '["one"]',
    ]
    assert [row["TITLE"] for row in found if row[":level"] == "series"] == [
        '{"en":"Value \\"X\\"","fr":"Valeur \\"X\\""}'
    ]


def test_the_separator_of_sub_fields_is_the_one_declared(rows):
    text = 'STRUCTURE[|];STRUCTURE_ID;FREQ;REF_AREA;TIME_PERIOD;METHOD[]\ndataflow;DSM:RICH(1.0.0);A;KG;2020;"X|Y;Z"\n'
    assert rows(text)[0]["METHOD"] == '["X","Y;Z"]'


def test_a_semicolon_may_be_both_separators(rows):
    text = 'STRUCTURE[;];STRUCTURE_ID;FREQ;REF_AREA;TIME_PERIOD;METHOD[]\ndataflow;DSM:RICH(1.0.0);A;KG;2020;"X;Y"\n'
    assert rows(text)[0]["METHOD"] == '["X","Y"]'


def test_a_single_value_of_an_array_or_multilingual_component_is_canonical_too(rows):
    text = (
        "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,TIME_PERIOD,METHOD,TITLE\ndataflow,DSM:RICH(1.0.0),A,KG,2020,X;Y,a: b\n"
    )
    series, obs = rows(text)
    assert (obs["METHOD"], series["TITLE"]) == ('["X;Y"]', '{"en":"a: b"}')


def test_missing_values_keep_their_marks(rows):
    text = "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,COMMENT_OBS\ndataflow,DSM:EXAMPLE(1.0.0),A,KG,~,2020,NaN,#N/A\n"
    [row] = rows(text)
    assert (row[":level"], row["SEX"], row["OBS_VALUE"], row["COMMENT_OBS"]) == ("obs", "~", "NaN", "#N/A")


def test_a_plain_table_is_read_when_the_dataflow_is_known(read, rows):
    text = "FREQ;REF_AREA;SEX;TIME_PERIOD;OBS_VALUE;Note\nA;KG;F;2020;12,5;x\n"
    assert rows(text, EXAMPLE) == [
        {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "12.5", "Note": "x"}
    ]  # fmt: skip
    assert read(text, EXAMPLE_AGREEMENT)[0].structure == EXAMPLE_AGREEMENT


def test_an_empty_dataflow_cell_means_the_dataflow_of_the_caller(read):
    text = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\n,A,KG,F,2020,1\n"
    [dataset] = read(text, EXAMPLE)
    assert dataset.structure == EXAMPLE
    with pytest.raises(ReadError, match="Line 2 does not say to which dataflow"):
        read(text)


def test_a_heading_alone_is_an_empty_data_set_where_the_dataflow_is_known(read):
    heading = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\n"
    assert read(heading) == []
    [dataset] = read(heading, RICH)
    assert (dataset.structure, list(dataset.batches)) == (RICH, [])


def test_data_sets_may_be_taken_before_their_rows(tmp_path: Path, structures):
    """What others must wait for is on disk, in whichever order batches are taken."""
    path = tmp_path / "mixed.csv"
    lines = [f"dataflow,DSM:{id}(1.0.0),A,KG,{'F' * (id == 'EXAMPLE')},{year},{year}" for year in range(1990, 2020) for id in ("EXAMPLE", "RICH")]  # fmt: skip
    path.write_text("\n".join(["STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE", *lines]))
    example, rich = read_csv(path, structures)
    assert pl.concat(rich.batches)[":line"].to_list() == list(range(3, 62, 2))
    assert pl.concat(example.batches)[":line"].to_list() == list(range(2, 62, 2))


@pytest.mark.parametrize(
    "text, error, message",
    [
        ("DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A\nDSM:NONE(1.0),A\n", NotFound, "Line 3: There is no Dataflow DSM:NONE(1.0)."),
        ("DATAFLOW,FREQ\nDSM:EXAMPLE(2.0.0),A\n", NotFound, "Line 2: There is no Dataflow DSM:EXAMPLE(2.0.0). There is 1.0.0."),
        ("DATAFLOW,FREQ\nEXAMPLE,A\n", ReadError, "Line 2: “EXAMPLE” is not of the form AGENCY:ID(VERSION), nor a URN."),
        ("STRUCTURE,STRUCTURE_ID,FREQ\nflow,DSM:EXAMPLE(1.0.0),A\n", ReadError, "Line 2 has the structure type “flow”"),
        ("STRUCTURE,STRUCTURE_ID,ACTION\ndataflow,DSM:EXAMPLE(1.0.0),X\n", ReadError, "Line 2 has the action “X”; expected I, A, M, R or D."),
        ("STRUCTURE,ACTION\ndataflow,I\n", ReadError, "The second column must be STRUCTURE_ID, not “ACTION”."),
        ("DATAFLOW,FREQ,FREQ\nDSM:EXAMPLE(1.0.0),A,A\n", ReadError, "The heading has the column FREQ twice."),
        ("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,ACTION\ndataflow,DSM:EXAMPLE(1.0.0),I,A,D\n", ReadError, "The heading has the column ACTION twice."),
        ("STRUCTURE,STRUCTURE_ID,STRUCTURE_ID\ndataflow,DSM:EXAMPLE(1.0.0),x\n", ReadError, "The heading has the column STRUCTURE_ID twice."),
        ("DATAFLOW" + ",X" * 2000, ReadError, "The heading has 2001 columns; at most 2000 are read."),
        ("COUNTRY,YEAR\nKG,2020\n", ReadError, "This is no SDMX-CSV: the first column is “COUNTRY”"),
        ("DATAFLOW FREQ\nDSM:EXAMPLE(1.0.0) A\n", ReadError, "The separator can't be told: behind DATAFLOW the heading has “ ”."),
        ("DATAFLOW\nDSM:EXAMPLE(1.0.0)\n", ReadError, "The separator can't be told"),
        ("DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A\nDSM:EXAMPLE(1.0.0)\n", ReadError, "Line 3 has 1 fields, the heading has 2."),
        ("DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A,1\n", ReadError, "Line 2 has 3 fields, the heading has 2."),
        ('DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),"a,b"\nDSM:EXAMPLE(1.0.0)\n', ReadError, "Line 3 has 1 fields"),
        ('DATAFLOW,FREQ\n\nDSM:EXAMPLE(1.0.0),"a\nb"\nDSM:EXAMPLE(1.0.0),5" pipe\n', ReadError, "Line 5 has a quotation mark inside a field."),
        ('DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),"A\nDSM:EXAMPLE(1.0.0),A\n', ReadError, "Line 2 opens a quotation mark that is never closed."),
        ("DATAFLOW,FREQ,\nDSM:EXAMPLE(1.0.0),A,\nDSM:EXAMPLE(1.0.0),A,x\n", ReadError, "Line 3 has a value in column 3, which has no heading."),
        ("DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A\0\n", ReadError, "The file has bytes of value 0 in it"),
        ("", ReadError, "The file is empty."),
        ("\n \n", ReadError, "The file is empty"),
        ("x" * 1_000_000, ReadError, "This is no SDMX-CSV: the first column is “xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx”"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(rows, text, error, message):
    with pytest.raises(error) as caught:
        rows(text)
    assert str(caught.value).startswith(message)


def test_errors_carry_the_line_as_a_field(read):
    with pytest.raises(ReadError) as caught:
        read("DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),A\nDSM:EXAMPLE(1.0.0)\n")
    assert (caught.value.line, caught.value.facts) == (3, {"fields": 1, "expected": 2})
    with pytest.raises(NotFound) as not_found:
        read("DATAFLOW,FREQ\nDSM:NONE(1.0),A\n")
    assert not_found.value.facts["line"] == 2


def test_one_field_of_a_megabyte_is_read(rows):
    text = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,COMMENT_OBS\nDSM:EXAMPLE(1.0.0),A,KG,F,2020," + "ы" * 1_000_000
    [row] = rows(text)
    assert len(row["COMMENT_OBS"]) == 1_000_000


def test_a_row_that_never_ends_is_refused_before_it_fills_memory(read, monkeypatch):
    monkeypatch.setattr("sdmx_dsm.formats.csv_data.records.MAX_RECORD_BYTES", 1 << 20)
    monkeypatch.setattr("sdmx_dsm.formats.csv_data.records.BLOCK_BYTES", 1 << 18)
    with pytest.raises(ReadError, match="The row that begins on line 2 is longer than 1 MiB"):
        read('DATAFLOW,FREQ\nDSM:EXAMPLE(1.0.0),"' + "x\n" * 3_000_000)


@pytest.mark.parametrize("write", [write_generic21, write_specific30])
def test_file_without_a_dimension_is_written_in_xml_without_it(read, write):
    text = "DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\nDSM:EXAMPLE(1.0.0),A,KG,2024,5\n"
    message = b"".join(write(read(text), WriteOptions()))
    assert b"2024" in message
    assert b"SEX" not in message


@pytest.mark.parametrize("write", [write_generic21, write_specific30])
def test_custom_column_whose_name_is_no_id_is_left_out_of_xml(read, write):
    text = "DATAFLOW,LAST UPDATE,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\nDSM:EXAMPLE(1.0.0),1/2/26,A,KG,F,2024,5\n"
    message = b"".join(write(read(text), WriteOptions()))
    assert b"2024" in message
    assert b"UPDATE" not in message
