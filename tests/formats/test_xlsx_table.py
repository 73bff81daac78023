"""A workbook to read, as openpyxl sees it."""

import io
from dataclasses import replace
from typing import Any

import openpyxl
import polars as pl
import pytest

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import QuerySemanticsError, TooLarge
from sdmx_dsm.formats import WriteOptions, xlsx_table
from sdmx_dsm.formats.xlsx_table import write_xlsx_table
from sdmx_dsm.model import Annotation
from tests.formats.csv_data.frames import Row, dataset_of
from tests.helpers.schemas import EXAMPLE, RICH, example_artefacts, example_structures

STRUCTURES = example_structures()


def obs(area: str, period: str, value: str | None, **other: str) -> Row:
    key = {"FREQ": "A", "REF_AREA": area, "SEX": "F"}
    return {":level": "obs", **key, "TIME_PERIOD": period, "OBS_VALUE": value, **other}


ROWS = [obs("KG", "2022", "12.50"), obs("KG", "2023", "7"), obs("TJ", "2023", "0"), obs("UZ", "2022", None)]


def example(*rows: Row) -> DataSet:
    return dataset_of(STRUCTURES, EXAMPLE, list(rows))


def sheet_of(*datasets: DataSet, **options: Any) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(write_xlsx_table(datasets, WriteOptions(**options)))))
    return book.worksheets[0]


def lines(sheet: Any) -> list[list[Any]]:
    """The cells of each line up to the last that holds something."""
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    return [row[: max((n for n, cell in enumerate(row, 1) if cell is not None), default=0)] for row in found]


def test_times_stand_across_areas_down_and_what_is_the_same_above() -> None:
    assert lines(sheet_of(example(*ROWS))) == [
        ["Example"],
        ["Freq: Annual"],
        ["Sex: Female"],
        [],
        ["Ref area", "2022", "2023"],
        ["Kyrgyzstan", 12.5, 7],
        ["Tajikistan", None, 0],
        ["Uzbekistan"],
    ]


def test_numbers_keep_their_decimals_and_flags_are_marks_explained_below() -> None:
    rows = [*ROWS[:2], obs("TJ", "2022", "3.0", OBS_STATUS="E"), obs("TJ", "2023", None, OBS_STATUS="M")]
    usual = obs("UZ", "2022", "1", OBS_STATUS="A")
    sheet = sheet_of(example(*rows, usual))
    assert [sheet["B6"].number_format, sheet["B7"].number_format, sheet["B8"].number_format] == ["0.00", '0.0" ¹"', "0"]
    assert (sheet["B7"].value, sheet["C7"].value) == (3, "²")
    assert lines(sheet)[-2:] == [["¹ Obs status: Estimated value"], ["² Obs status: Missing value"]]


def test_attributes_above_the_observation_are_marks_too_or_lines_of_the_title() -> None:
    rows: list[Row] = [
        {":level": "partial", "REF_AREA": "TJ", "COVERAGE": "The capital"},
        {":level": "dataset", "SOURCE_NOTE": "Census"},
    ]
    sheet = sheet_of(example(*ROWS, *rows))
    assert lines(sheet)[3] == ["Source note: Census"]
    assert (sheet["C8"].value, sheet["C8"].number_format) == (0, '0" ¹"')
    assert lines(sheet)[-1] == ["¹ Coverage: The capital"]


def test_texts_of_observations_are_comments() -> None:
    sheet = sheet_of(example(ROWS[0], obs("KG", "2023", "7", COMMENT_OBS="From the register")))
    assert sheet["A7"].value == 12.5
    assert sheet["B7"].comment.text == "Comment obs: From the register"


def test_formats_beyond_what_excel_keeps_are_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "MOST_FORMATS", 1)
    sheet = sheet_of(example(*ROWS[:2], obs("TJ", "2022", "3.00", OBS_STATUS="E")))
    assert (sheet["B7"].number_format, sheet["B7"].comment.text) == ("0.00", "¹")


def test_several_measures_are_rows() -> None:
    rows: list[Row] = [
        {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": year, "OBS_VALUE": "1.5", "OBS_COUNT": "2"}
        for year in ("2022", "2023")
    ]
    assert lines(sheet_of(dataset_of(STRUCTURES, RICH, rows)))[4:] == [
        ["Measure", "2022", "2023"],
        ["Obs value", 1.5, 1.5],
        ["Obs count", 2, 2],
    ]


def test_names_are_in_the_language_of_the_reader() -> None:
    assert sheet_of(example(*ROWS), languages=("ru", "en"))["A1"].value == "Пример"


def test_rows_and_columns_are_chosen_by_options() -> None:
    table = lines(sheet_of(example(*ROWS), rows=("TIME_PERIOD",), columns=("REF_AREA",)))
    assert table[4:6] == [["Time period", "Kyrgyzstan", "Tajikistan", "Uzbekistan"], ["2022", 12.5]]
    with pytest.raises(QuerySemanticsError, match="“COLOUR” is no dimension for the rows or columns"):
        sheet_of(example(*ROWS), rows=("COLOUR",))


def test_rows_and_columns_are_chosen_by_annotations_of_the_dataflow() -> None:
    note = Annotation(type="LAYOUT_COLUMN", title="REF_AREA, SEX")
    artefacts = [
        replace(each, annotations=(note,)) if each.reference == EXAMPLE else each for each in example_artefacts()
    ]
    structures = type(STRUCTURES)(artefacts)
    table = lines(sheet_of(dataset_of(structures, EXAMPLE, ROWS)))
    assert table[4] == ["Time period", "Kyrgyzstan", "Tajikistan", "Uzbekistan"]


def test_text_is_never_a_formula() -> None:
    sheet = sheet_of(example(ROWS[0], obs("KG", "2023", "=1+1")))
    assert (sheet["B7"].value, sheet["B7"].data_type) == ("=1+1", "s")


def test_too_large_a_table_is_refused_and_the_tidy_sheet_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_table, "MOST_CELLS", 5)
    with pytest.raises(
        TooLarge, match=r"more than 5 cells .* 3 rows, 2 columns\)\. Ask for .* xlsx, which has a row for each"
    ):
        sheet_of(example(*ROWS))


def test_no_observations_are_a_sheet_with_a_title() -> None:
    assert lines(sheet_of(example(*ROWS).through(pl.DataFrame.clear))) == [["Example"]]
