"""Cells of .xlsx and .xls files, with what other readers see as the measure."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import python_calamine
import xlsxwriter
import xlwt

from sdmx_dsm.excel import Limits
from sdmx_dsm.excel.child import date_text, is_date_format, number_text, position, unescaped
from sdmx_dsm.excel.workbooks import Sheet, open_workbook

OFFICES = sorted(Path("fixtures/legacy").glob("*.xls*"))
SAMPLES = sorted(Path("../shared/samples/legacy-excel").glob("*.xls*"))


def cells(sheet: Sheet) -> dict[tuple[int, int], tuple[str, str]]:
    return {(row, column): (kind, text) for row, column, kind, text, _ in sheet.cells.rows()}


@pytest.mark.parametrize("path", [*OFFICES, *SAMPLES], ids=lambda path: path.name)
def test_values_and_merges_are_those_that_calamine_reads(path: Path) -> None:
    """Another program as the measure. It shows errors and formulas without value as empty, so these are left out here."""
    other = python_calamine.CalamineWorkbook.from_path(path)
    sheets = open_workbook(path, Limits())
    assert [sheet.name for sheet in sheets] == other.sheet_names
    for sheet in sheets:
        its = other.get_sheet_by_name(sheet.name)
        theirs = {
            (row, column): number_text(value) if isinstance(value, int | float) else value
            for row, values in enumerate(its.to_python(skip_empty_area=False), 1)
            for column, value in enumerate(values, 1)
            if value != ""
        }
        # xlwt stores formulas with the value 0, xlrd reads that, calamine does not.
        ours = {at: text for at, (kind, text) in cells(sheet).items() if kind in "ns"}
        assert {at: text for at, text in ours.items() if at in theirs} == theirs
        assert all(text == "0" for at, text in ours.items() if at not in theirs)
        merges = {(r + 1, c + 1, r2 + 1, c2 + 1) for (r, c), (r2, c2) in its.merged_cell_ranges or ()}
        clipped = {(r, c, min(r2, sheet.last_row), min(c2, sheet.last_column)) for r, c, r2, c2 in merges}
        assert set(sheet.merges) == clipped


def test_kinds_hidden_parts_indents_and_merges_of_xlsx(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("First")
        sheet.write("B2", "text  with\nline")
        sheet.write("C2", 1234.5)
        sheet.write_boolean("D2", True)
        sheet.write_datetime("E2", datetime.datetime(2023, 3, 15), workbook.add_format({"num_format": "mmm yy"}))
        sheet.write_datetime(
            "F2", datetime.datetime(2023, 3, 15, 12, 30), workbook.add_format({"num_format": "d/m/yy h:mm"})
        )
        sheet.write_formula("G2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("H2", "=1+1", None, "")
        sheet.write_formula("I2", '="a"&"b"', None, "ab")
        sheet.write_rich_string("J2", "Total", workbook.add_format({"font_script": 1}), "1)")
        sheet.write("K2", "indented", workbook.add_format({"indent": 2}))
        sheet.write("L2", 0.5, workbook.add_format({"num_format": "h:mm"}))
        sheet.write("M2", 12, workbook.add_format({"num_format": '0 "days"'}))
        sheet.merge_range("B4:C5", "merged")
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.set_column("D:F", None, None, {"hidden": True})
        sheet.write("M7", 1)
        workbook.add_worksheet("Second").hide()
    first, second = open_workbook(path, Limits())
    assert cells(first) == {
        (2, 2): ("s", "text  with\nline"), (2, 3): ("n", "1234.5"), (2, 4): ("b", "TRUE"), (2, 5): ("d", "2023-03-15"),
        (2, 6): ("d", "2023-03-15T12:30:00"), (2, 7): ("e", "#DIV/0!"), (2, 8): ("f", ""), (2, 9): ("s", "ab"),
        (2, 10): ("s", "Total1)"), (2, 11): ("s", "indented"), (2, 12): ("n", "0.5"), (2, 13): ("n", "12"),
        (4, 2): ("s", "merged"), (7, 13): ("n", "1"),
    }  # fmt: skip
    assert first.cells.filter(first.cells[":text"] == "indented")[":indent"].to_list() == [2]
    assert (first.merges, first.hidden_rows, first.hidden_columns) == (
        ((4, 2, 5, 3),),
        frozenset({7}),
        frozenset({4, 5, 6}),
    )
    assert (first.hidden, second.hidden, second.cells.height) == (False, True, 0)


def test_kinds_hidden_parts_indents_and_merges_of_xls(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    workbook = xlwt.Workbook()
    sheet: Any = workbook.add_sheet("First")
    sheet.write(1, 1, "text")
    sheet.write(1, 2, 1234.5)
    sheet.write(1, 3, True)
    sheet.write(1, 4, datetime.date(2023, 3, 15), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    sheet.write(1, 5, "indented", xlwt.easyxf("align: horiz left, indent 3"))
    sheet.row(1).set_cell_error(6, "#REF!")
    sheet.write_merge(3, 4, 1, 2, "merged")
    sheet.row(6).hidden = True
    sheet.col(3).hidden = True
    sheet.write(6, 6, 1)
    hidden = workbook.add_sheet("Second")
    hidden.visibility = 1
    workbook.save(str(path))
    first, second = open_workbook(path, Limits())
    assert cells(first) == {
        (2, 2): ("s", "text"), (2, 3): ("n", "1234.5"), (2, 4): ("b", "TRUE"), (2, 5): ("d", "2023-03-15"),
        (2, 6): ("s", "indented"), (2, 7): ("e", "#REF!"), (4, 2): ("s", "merged"), (7, 7): ("n", "1"),
    }  # fmt: skip
    assert first.cells.filter(first.cells[":text"] == "indented")[":indent"].to_list() == [3]
    assert (first.merges, first.hidden_rows, first.hidden_columns) == (((4, 2, 5, 3),), frozenset({7}), frozenset({4}))
    assert (first.hidden, second.hidden) == (False, True)


@pytest.mark.parametrize(
    "serial, from_1904, text",
    [
        (1, False, "1900-01-01"), (59, False, "1900-02-28"), (61, False, "1900-03-01"), (45000, False, "2023-03-15"),
        (45000.5, False, "2023-03-15T12:00:00"), (43538, True, "2023-03-15"), (0.5, False, None), (-1, False, None), (3e6, False, None),
    ],
)  # fmt: skip
def test_serial_numbers_are_dates_of_excels_calendar(serial: float, from_1904: bool, text: str | None) -> None:
    assert date_text(serial, from_1904) == text


@pytest.mark.parametrize(
    "code, expected",
    [
        ("dd.mm.yyyy", True), ("mmm yy", True), ("[$-419]mmmm yyyy;@", True), ("yyyy", True), ("General", False), ("#,##0", False),
        ("h:mm", False), ("[h]:mm:ss", False), ('0 "days"', False), ("0.00E+00", False), ("[Red]0", False), ("\\d0", False), ("_d0", False),
    ],
)  # fmt: skip
def test_date_formats_are_told_from_others(code: str, expected: bool) -> None:
    assert is_date_format(code) is expected


def test_cell_references_and_escapes() -> None:
    assert (position("A1"), position("XFD1048576"), position("AA10")) == ((1, 1), (1048576, 16384), (10, 27))
    assert unescaped("a_x000A_b_x005F_x000A_ _x0000_") == "a\nb_x000A_ _x0000_"
