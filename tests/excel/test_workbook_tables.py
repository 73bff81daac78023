"""Each key of a mapping, on the smallest workbook that shows it."""

from typing import Any

import polars as pl
import pytest

from tests.excel.conftest import Convert, observations, remarks, rows

PLAIN = """
sheets: S
data: B2
components:
  FREQ: A
  TIME_PERIOD: {from: row 1}
  AREA: {from: column A}
"""
TWO_ROWS = """
sheets: S
data: B3
components: {AREA: DE, TIME_PERIOD: {from: row 1}, SEX: {from: row 2}}
"""


def test_rows_and_columns_carry_components_with_their_cells(convert: Convert) -> None:
    found = convert(PLAIN, {"S": [["", 2022, 2023], ["Germany", 5, 6], ["France", 7, 8]]})
    assert observations(found, "FREQ", "AREA", "TIME_PERIOD", "OBS_VALUE", ":sheet", ":cell", ":cell:AREA", ":cell:TIME_PERIOD") == [
        ("A", "DE", "2022", "5", "S", "B2", "A2", "B1"),
        ("A", "DE", "2023", "6", "S", "C2", "A2", "C1"),
        ("A", "FR", "2022", "7", "S", "B3", "A3", "B1"),
        ("A", "FR", "2023", "8", "S", "C3", "A3", "C1"),
    ]  # fmt: skip
    assert remarks(found) == []


def test_batches_hold_text_columns_alone(convert: Convert) -> None:
    (converted,) = convert(PLAIN, {"S": [["", 2022], ["Germany", 5]]})
    (batch,) = converted.batches
    assert set(batch.dtypes) == {pl.String}
    assert converted.dataset.structure.short == "T:STOCK(1.0)"


@pytest.mark.parametrize(
    "label, code",
    [
        ("Germany", "DE"), ("  GERMANY\u00a0", "DE"), ("германия", "DE"), ("DE", "DE"), ("Guinea Bissau", "GW"),
        ("Guinea-\nBissau", "GW"), ("Guinea–Bissau", "GW"), ("Cote d'Ivoire", "Cote d'Ivoire"), ("Côte d'Ivoire", "CI"),
        ("BRD", "DE"), ("B R D", "DE"), ("West Germany", "X_1"), ("of which: France", "FR"), ("Atlantis", "Atlantis"),
    ],
)  # fmt: skip
def test_labels_become_codes_by_the_mapping_and_the_names_of_the_codelist(
    convert: Convert, label: str, code: str
) -> None:
    mapping = PLAIN.replace("column A", "column A, labels: {BRD: DE, /^West/: X_1, '/^of which: France$/': FR}")
    assert observations(convert(mapping, {"S": [["", 2022], [label, 5]]}), "AREA", ":cell:AREA") == [(code, "A2")]


def test_groups_of_a_pattern_stand_in_the_code(convert: Convert) -> None:
    mapping = PLAIN.replace("column A", "column A, labels: {'/^(..) - (.*)/': $1}")
    assert observations(convert(mapping, {"S": [["", 2022], ["FR - whatever", 5]]}), "AREA") == [("FR",)]


def test_a_number_without_label_has_an_empty_value_and_no_default(convert: Convert) -> None:
    assert observations(convert(PLAIN, {"S": [["", 2022], ["", 5]]}), "AREA", ":cell") == [("", "B2")]


def test_empty_cells_are_no_observations(convert: Convert) -> None:
    assert observations(convert(PLAIN, {"S": [["", 2022, 2023], ["France", "", 8], ["Note"]]}), ":cell") == [("C2",)]


def test_a_merged_header_holds_for_all_that_it_covers(convert: Convert) -> None:
    mapping = TWO_ROWS
    found = convert(
        mapping,
        {"S": [[], ["", "Male", "Female"], ["x", 1, 2]]},
        lambda _, sheets: sheets[0].merge_range("B1:C1", 2022),
    )
    assert observations(found, "TIME_PERIOD", "SEX", ":cell:TIME_PERIOD") == [("2022", "M", "B1"), ("2022", "F", "B1")]


def test_fill_lets_an_empty_header_say_what_the_one_before_it_does(convert: Convert) -> None:
    mapping = TWO_ROWS.replace("row 1", "row 1, fill: true")
    found = convert(mapping, {"S": [["", 2022, "", 2023], ["", "Male", "Female", "Male"], ["x", 1, 2, 3]]})
    assert observations(found, "TIME_PERIOD", "SEX") == [("2022", "M"), ("2022", "F"), ("2023", "M")]


def test_several_header_rows_make_one_period(convert: Convert) -> None:
    mapping = TWO_ROWS.replace("row 1}, SEX: {from: row 2}", "[row 1, row 2], fill: true}")
    found = convert(mapping, {"S": [["", "2022 год"], ["", "январь", "II полугодие"], ["x", 1, 2]]})
    assert observations(found, "TIME_PERIOD", ":cell:TIME_PERIOD") == [("2022-01", "B2"), ("2022-S2", "C2")]


def test_the_quarter_comes_from_the_sheet_and_the_year_from_the_title(convert: Convert) -> None:
    mapping = r"""
    sheets: /^\d кв/
    data: B3
    components:
      AREA: {from: column A}
      TIME_PERIOD: {from: [sheet, cell A1], pattern: '^(\d) кв.* за (\d{4}) год'}
    """
    # The pattern keeps "1" and "2023": no period without the word that says what the 1 is.
    unclear = convert(mapping, {"1 кв": [["Въезд за 2023 год"], [], ["France", 5]]})
    assert observations(unclear, "TIME_PERIOD") == [("1 2023",)]
    mapping = mapping.replace(r"^(\d) кв.*", r"^(\d кв).*")
    found = convert(mapping, {"1 кв": [["Въезд за 2023 год"], [], ["France", 5]], "Примечания": [["x"]]})
    assert observations(found, "TIME_PERIOD", ":cell:TIME_PERIOD", ":sheet") == [("2023-Q1", "A1", "1 кв")]


def test_a_date_as_header_becomes_the_period_it_lies_in(convert: Convert) -> None:
    def change(workbook: Any, sheets: list[Any]) -> None:
        sheets[0].write_number("B1", 45000, workbook.add_format({"num_format": "dd.mm.yyyy"}))  # 15 March 2023

    mapping = PLAIN.replace("FREQ: A", "FREQ: Q")
    assert observations(convert(mapping, {"S": [[], ["France", 5]]}, change), "TIME_PERIOD") == [("2023-Q1",)]


# --- hierarchies ------------------------------------------------------------------------------------------------------

REGIONS = ["Asia", "   Germany", "   Other", "Europe", "   France", "   Other"]


def test_a_label_can_be_named_with_the_one_it_is_indented_under(convert: Convert) -> None:
    mapping = PLAIN.replace(
        "column A", "column A, skip: [Asia, Europe], labels: {Asia / Other: X_ASIA, Europe / Other: X_EUR}"
    )
    found = convert(mapping, {"S": [["", 2022], *([label, 1] for label in REGIONS)]})
    assert observations(found, "AREA", ":cell") == [("DE", "B3"), ("X_ASIA", "B4"), ("FR", "B6"), ("X_EUR", "B7")]


def test_a_heading_without_numbers_counts_for_what_is_indented_below_it(convert: Convert) -> None:
    def indent(workbook: Any, sheets: list[Any]) -> None:
        sheets[0].write("A3", "Other", workbook.add_format({"indent": 1}))

    mapping = PLAIN.replace("column A", "column A, labels: {Asia / Other: X_ASIA}")
    found = convert(mapping, {"S": [["", 2022], ["Asia"], ["", 1]]}, indent)
    assert observations(found, "AREA", ":cell") == [("X_ASIA", "B3")]


def test_levels_of_one_column_carry_different_components(convert: Convert) -> None:
    mapping = """
    sheets: S
    data: B2
    components:
      TIME_PERIOD: {from: row 1}
      AREA: {from: column A, level: 1}
      SEX: {from: column A, level: 2, empty: _T}
    """
    found = convert(mapping, {"S": [["", 2022], ["France", 3], ["  Male", 1], ["  Female", 2], ["Germany", 4]]})
    assert observations(found, "AREA", "SEX", "OBS_VALUE") == [
        ("FR", "_T", "3"), ("FR", "M", "1"), ("FR", "F", "2"), ("DE", "_T", "4"),
    ]  # fmt: skip


# --- which cells ------------------------------------------------------------------------------------------------------


def test_an_anchor_moves_all_addresses(convert: Convert) -> None:
    mapping = PLAIN + "anchor: {cell: A1, text: country}\nskip_rows: 3\n"
    table = [["Country", 2022], ["France", 5], ["Germany", 6], ["Guinea-Bissau", 7]]
    shifted = [["Title"], [], *(["", *row] for row in table)]
    assert observations(convert(mapping, {"S": table}), "AREA", ":cell") == [("FR", "B2"), ("GW", "B4")]
    assert observations(convert(mapping, {"S": shifted}), "AREA", ":cell") == [("FR", "C4"), ("GW", "C6")]


def test_a_missing_anchor_is_a_finding_and_not_a_wrong_table(convert: Convert) -> None:
    found = convert(PLAIN + "anchor: {cell: A1, text: Country}\n", {"S": [["Land", 2022], ["France", 5]]})
    assert (observations(found, "AREA"), remarks(found)) == ([], [("area-not-found", "S", "Country")])


def test_an_area_beyond_the_sheet_is_a_finding(convert: Convert) -> None:
    found = convert(PLAIN.replace("data: B2", "data: B20:C30"), {"S": [["", 2022], ["France", 5]]})
    assert remarks(found) == [("area-not-found", "S", "B20:C30")]


def test_two_tables_on_a_sheet_are_told_apart_by_anchor_and_until(convert: Convert) -> None:
    mapping = """
    sheets: S
    components: {AREA: {from: column A}}
    tables:
      - {anchor: {cell: A1, text: Men}, data: B2, until: Women, components: {SEX: M, TIME_PERIOD: {from: row 1}}}
      - {anchor: {cell: A3, text: Women}, data: B4, components: {SEX: F, TIME_PERIOD: {from: row 3}}}
    """
    sheet = [["Men", 2022], ["France", 5], ["Germany", 6], ["Women", 2023], ["France", 7]]
    assert observations(convert(mapping, {"S": sheet}), "SEX", "AREA", "TIME_PERIOD", "OBS_VALUE") == [
        ("M", "FR", "2022", "5"), ("M", "DE", "2022", "6"), ("F", "FR", "2023", "7"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sheets, read",
    [
        ("'2022'", ["2022"]), ("/^Secret$/", []), ("[2022, '2023']", ["2022", "2023"]), (r"/^\d{4}$/", ["2022", "2023"]),
        ("{all_but: Notes}", ["2022", "2023"]), ("{all_but: [Notes, /23/]}", ["2022"]), ("secret", ["Secret"]),
    ],
)  # fmt: skip
def test_sheets_are_chosen_by_name_pattern_or_exclusion(convert: Convert, sheets: str, read: list[str]) -> None:
    """A hidden sheet is read only when it is asked for by its name; otherwise it is told that it was not."""
    table = [["", 2022], ["France", 5]]
    mapping = PLAIN.replace("sheets: S", f"sheets: {sheets}")
    found = convert(
        mapping,
        dict.fromkeys(("2022", "2023", "Notes", "Secret"), table),
        lambda _, sheets: sheets[3].hide(),
    )
    assert [sheet for (sheet,) in observations(found, ":sheet")] == read
    is_told = "all_but" in sheets or "Secret" in sheets
    assert remarks(found) == ([("sheet-skipped", "", "Secret")] if is_told else [])


def test_a_missing_sheet_is_a_finding(convert: Convert) -> None:
    found = convert(PLAIN.replace("sheets: S", "sheets: [S, T, /^U/]"), {"S": [["", 2022], ["France", 5]]})
    assert remarks(found) == [("sheet-not-found", "", "T"), ("sheet-not-found", "", "/^U/")]
    assert observations(found, ":cell") == [("B2",)]


@pytest.mark.parametrize("hidden, cells", [("keep", ["B2", "C2", "B3", "C3"]), ("skip", ["B2"])])
def test_hidden_rows_and_columns_count_unless_left_out(convert: Convert, hidden: str, cells: list[str]) -> None:
    def hide(_: Any, sheets: list[Any]) -> None:
        sheets[0].set_row(2, None, None, {"hidden": True})
        sheets[0].set_column("C:C", None, None, {"hidden": True})

    found = convert(PLAIN + f"hidden: {hidden}\n", {"S": [["", 2022, 2023], ["France", 5, 6], ["Germany", 7, 8]]}, hide)
    assert [cell for (cell,) in observations(found, ":cell")] == cells


def test_rows_columns_and_labels_can_be_left_out(convert: Convert) -> None:
    mapping = (
        PLAIN.replace("column A", "column A, skip: [All areas, '/^of which/']") + "skip_columns: C\nskip_rows: [3]\n"
    )
    sheet = [
        ["", 2022, "check", 2023],
        ["All areas", 9, 0, 9],
        [1, 2, 3, 4],
        ["of which men", 1, 1, 1],
        ["France", 5, 0, 6],
    ]
    assert observations(convert(mapping, {"S": sheet}), "AREA", ":cell") == [("FR", "B5"), ("FR", "D5")]


def test_unknown_labels_are_left_out_only_with_a_warning(convert: Convert) -> None:
    mapping = PLAIN.replace("column A", "column A, unknown: skip")
    found = convert(mapping, {"S": [["", 2022, 2023], ["Atlantis", 5, 6], ["France", 7, 8]]})
    assert observations(found, "AREA") == [("FR",), ("FR",)]
    assert remarks(found) == [("unmapped-label", "S!A2", "Atlantis")]


# --- values -----------------------------------------------------------------------------------------------------------


def test_marks_stand_for_values_statuses_or_nothing(convert: Convert) -> None:
    mapping = PLAIN + "marks: {'-': 0, N/A: {OBS_STATUS: O}, x: skip, 999: {OBS_STATUS: O, COMMENT_OBS: lost}}\n"
    sheet = [["", 2018, 2019, 2020, 2021, 2022], ["France", "-", " n/a ", "x", 999, 5]]
    assert observations(convert(mapping, {"S": sheet}), "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS") == [
        ("2018", "0", None, None), ("2019", None, "O", None), ("2021", None, "O", "lost"), ("2022", "5", None, None),
    ]  # fmt: skip


def test_footnotes_behind_numbers_and_labels_say_status_and_comment(convert: Convert) -> None:
    mapping = (
        PLAIN
        + "footnotes: {'*': {OBS_STATUS: P}, e: {OBS_STATUS: E}, (1): {COMMENT_OBS: 'Note: {footnote}'}, (2): {COMMENT_OBS: two}}\n"
    )
    sheet = [
        ["", 2022, "2023*"], ["France (2)", "5 (1)", "6e"], ["Germany", "1 000 *(1)", 8],
        ["(1) Without minors."], ["(1)"],
    ]  # fmt: skip
    assert observations(
        convert(mapping, {"S": sheet}), "AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS"
    ) == [
        ("FR", "2022", "5", None, "two Note: Without minors."),
        ("FR", "2023", "6", "E", "two"),  # the cell's own sign counts before the header's
        ("DE", "2022", "1000", "P", "Note: Without minors."),
        ("DE", "2023", "8", "P", None),
    ]


def test_each_table_has_its_own_footnotes(convert: Convert) -> None:
    mapping = """
    sheets: S
    components: {AREA: {from: column A}}
    footnotes: {'*': {COMMENT_OBS: '{footnote}'}, '**': {COMMENT_OBS: '{footnote}'}}
    tables:
      - {data: 'B1:B1', components: {SEX: M}}
      - {data: 'B4:B5', components: {SEX: F}}
    """
    sheet = [["France", "1*"], ["** other"], ["* first"], ["France", "2*"], ["Germany", "3**"], ["* second"]]
    assert observations(convert(mapping, {"S": sheet}), "SEX", "COMMENT_OBS") == [
        ("M", "first"),
        ("F", "second"),
        ("F", "other"),
    ]


def test_a_constant_yields_to_what_a_sign_says(convert: Convert) -> None:
    mapping = PLAIN + "  OBS_STATUS: A\nfootnotes: {'*': {OBS_STATUS: P}}\n"
    assert observations(convert(mapping, {"S": [["", 2022, 2023], ["France", 1, "2*"]]}), "OBS_STATUS") == [
        ("A",),
        ("P",),
    ]


def test_what_cannot_be_read_stays_as_it_is(convert: Convert) -> None:
    def change(_: Any, sheets: list[Any]) -> None:
        sheets[0].write_formula("D2", "=1/0", None, "#DIV/0!")
        sheets[0].write_boolean("E2", True)

    found = convert(PLAIN, {"S": [["", 2020, 2021, 2022, 2023], ["France", "12o", "1,5"]]}, change)
    assert observations(found, "OBS_VALUE") == [("12o",), ("1,5",), ("#DIV/0!",), ("TRUE",)]


def test_the_decimal_mark_is_the_mappings(convert: Convert) -> None:
    sheet = {"S": [["", 2022, 2023], ["France", "1\u00a0234,5", 1234.5]]}
    assert observations(convert(PLAIN + "decimal: ','\n", sheet), "OBS_VALUE") == [("1234.5",), ("1234.5",)]
    assert observations(convert(PLAIN, sheet), "OBS_VALUE") == [("1\u00a0234,5",), ("1234.5",)]


@pytest.mark.parametrize("number, text", [(1234.5, "1234.5"), (12, "12"), (0.1, "0.1"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"),
                                          (1.5e-7, "0.00000015"), (-0.0, "0"), (123456789012345678, "123456789012346000")])  # fmt: skip
def test_numbers_have_fifteen_digits_and_no_exponent(convert: Convert, number: float, text: str) -> None:
    assert observations(convert(PLAIN, {"S": [["", 2022], ["France", number]]}), "OBS_VALUE") == [(text,)]


def test_a_formula_without_value_is_a_finding_at_its_cell(convert: Convert) -> None:
    def change(_: Any, sheets: list[Any]) -> None:
        sheets[0].write_formula("B2", "=1+1", None, "")
        sheets[0].write_formula("C2", "=1+1", None, 2)
        sheets[0].write_formula("B3", "=1+1", None, "")

    mapping = PLAIN.replace("column A", "column A, skip: Rate")
    found = convert(mapping, {"S": [["", 2022, 2023], ["France"], ["Rate"]]}, change)
    assert observations(found, "OBS_VALUE", ":cell") == [("2", "C2")]
    assert remarks(found) == [("formula-without-value", "S!B2", "")]


# --- levels -----------------------------------------------------------------------------------------------------------


def test_attributes_travel_once_at_their_level(convert: Convert) -> None:
    mapping = """
    sheets: S
    data: B2
    components:
      FREQ: A
      SEX: _T
      TIME_PERIOD: {from: row 1}
      AREA: {from: column A}
      UNIT_MULT: {from: cell D1, labels: {тыс. человек: 3}}
      TITLE: {from: sheet}
      NOTE: Invented
    """
    sheet = {"S": [["", 2022, 2023, "тыс.  человек"], ["France", 5, 6], ["Germany", 7, 8]]}
    found = convert(mapping, sheet)
    assert rows(found, "series", "FREQ", "AREA", "SEX", "TIME_PERIOD", "UNIT_MULT", ":cell") == [
        ("A", "FR", "_T", None, "3", "D1"), ("A", "DE", "_T", None, "3", "D1"),
    ]  # fmt: skip
    assert rows(found, "partial", "AREA", "SEX", "FREQ", "TITLE") == [("FR", "_T", None, "S"), ("DE", "_T", None, "S")]
    assert rows(found, "dataset", "AREA", "NOTE") == [(None, "Invented")]
    assert rows(found, "obs", "UNIT_MULT", "TITLE", "NOTE", "OBS_VALUE") == [
        (None, None, None, "5"), (None, None, None, "6"), (None, None, None, "7"), (None, None, None, "8"),
    ]  # fmt: skip


def test_two_values_for_one_series_are_both_kept_for_the_checks(convert: Convert) -> None:
    mapping = PLAIN + "  UNIT_MULT: {from: row 3}\n"
    found = convert(mapping, {"S": [["", 2022, 2023], ["France", 5, 6], ["unit", 0, 3]]}, lambda *_: None)
    assert rows(found, "series", "AREA", "UNIT_MULT", ":cell")[:2] == [("FR", "0", "B3"), ("FR", "3", "C3")]
