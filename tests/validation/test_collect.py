"""From findings to a report: counts, the first of each kind, all in a file, and the good rows."""

import csv
from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.model import KEPT_PER_CODE, Place
from sdmx_dsm.validation import Checker, ReportBuilder, make_finding, rejected_rows
from tests.validation.subject import SCHEMA, table
from tests.validation.test_checker import HEADING, WORKBOOK

BAD = HEADING + "A KG F 2020 1 A\nA XX F 2020 x A\nA KG F 2020 2 A\nA KG F 2021 - -"


def test_report_counts_and_keeps_the_findings_in_order(tmp_path: Path) -> None:
    checker = Checker(SCHEMA)
    batch = table(BAD)
    with ReportBuilder(tmp_path / "findings.csv") as builder:
        good = builder.add(batch, checker.check(batch))
        for findings in checker.finish():
            builder.add_findings(findings)
        builder.add_finding(make_finding("csv-separator", arguments={"separator": ";"}, place=Place(line=1)))
        builder.add_series(checker.series)
    report = builder.report()
    assert good[":line"].to_list() == [2, 5]
    assert (report.observations, report.accepted, report.series, report.errors) == (4, 2, 1, 4)
    assert report.counts == {
        "unknown-code": 1,
        "not-a-number": 1,
        "duplicate-observation": 1,
        "no-value": 1,
        "attribute-missing": 1,
        "csv-separator": 1,
    }
    assert report.severities == {"error": 4, "warning": 1, "information": 1}
    assert [(finding.code, str(finding.place)) for finding in report.findings] == [
        ("unknown-code", "3"),
        ("not-a-number", "3"),
        ("duplicate-observation", "4"),
        ("no-value", "5"),
        ("attribute-missing", ""),
        ("csv-separator", "1"),
    ]


def test_first_of_each_code_are_kept_and_all_are_in_the_file(tmp_path: Path) -> None:
    rows = HEADING + "\n".join(f"A KG F {1000 + n} x A" for n in range(KEPT_PER_CODE + 20))
    checker = Checker(SCHEMA)
    with ReportBuilder(tmp_path / "findings.csv") as builder:
        batch = table(rows)
        for half in (batch.head(60), batch.tail(-60)):
            builder.add(half, checker.check(half))
    report = builder.report()
    assert report.counts == {"not-a-number": KEPT_PER_CODE + 20}
    assert [finding.place.line for finding in report.findings] == list(range(2, KEPT_PER_CODE + 2))
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["line"] for line in lines] == [str(n) for n in range(2, KEPT_PER_CODE + 22)]


def test_file_of_findings_has_sentences_in_both_languages(tmp_path: Path) -> None:
    with ReportBuilder(tmp_path / "findings.csv") as builder:
        builder.add_finding(make_finding("sheet-not-found", value="Лист 1", place=Place(sheet="Лист 1")))
    assert (tmp_path / "findings.csv").read_bytes().decode() == (
        "\ufeffcode,severity,line,column,sheet,cell,component,value,message_en,remedy_en,message_ru,remedy_ru\r\n"
        "sheet-not-found,error,,,Лист 1,,,Лист 1,"
        '"The workbook has no sheet “Лист 1”, which the mapping expects.",'
        '"Give the sheet its usual name, or have the mapping changed.",'
        '"В книге нет листа «Лист 1», предусмотренного описанием разметки.",'
        "Верните листу обычное название или измените описание разметки.\r\n"
    )


@pytest.mark.parametrize(
    "value, written", [("=cmd()", "'=cmd()"), ("-12,5", "-12,5"), ("-x", "'-x"), ("@a", "'@a"), ("12", "12")]
)
def test_value_that_a_spreadsheet_would_calculate_is_disarmed(tmp_path: Path, value: str, written: str) -> None:
    with ReportBuilder(tmp_path / "findings.csv") as builder:
        builder.add_finding(make_finding("error-cell", value=value))
    with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [line["value"] for line in csv.DictReader(file)] == [written]


def test_report_of_nothing() -> None:
    report = ReportBuilder().report()
    assert (report.counts, report.findings, report.errors) == ({}, (), 0)


def test_finding_about_a_column_is_counted_once_over_all_batches() -> None:
    checker, builder = Checker(SCHEMA), ReportBuilder()
    for year in (2020, 2021):
        batch = table(f"FREQ REF_AREA TIME_PERIOD OBS_VALUE OBS_STATUS EXTRA\nA KG {year} 1 A x")
        builder.add(batch, checker.check(batch))
    assert builder.report().counts == {"missing-dimension": 1, "unknown-component": 1}


# --- rejected rows ----------------------------------------------------------------------------------------------------


def rejected(text: str, **columns: pl.Series) -> list[bool]:
    batch = table(text).with_columns(**columns)
    return rejected_rows(batch, Checker(SCHEMA).check(batch)).to_list()


def test_rows_with_errors_are_rejected_and_rows_with_warnings_are_not() -> None:
    assert rejected(BAD) == [False, True, True, False]


def test_every_row_under_a_wrong_header_is_rejected() -> None:
    assert rejected(WORKBOOK) == [True, True, True, True]
    assert rejected(WORKBOOK.replace("    x ", "    5 ").replace("XX", "UZ")) == [True, False, True, False]


def test_same_value_from_another_header_is_not_rejected() -> None:
    """The period 2020 is wrong for the quarters of one table and right for the years of the other."""
    rows = """
        :sheet :cell :cell:TIME_PERIOD FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS
        Data   B3    B1                A    KG       F   2020        1         A
        Data   B9    B8                Q    KG       F   2020        1         A
    """
    assert rejected(rows) == [False, True]


def test_every_observation_is_rejected_where_a_dimension_has_no_column() -> None:
    assert rejected("REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\nKG F 2020 1 A") == [True]


def test_unknown_column_rejects_no_row() -> None:
    assert rejected(f"{HEADING.strip()} EXTRA\nA KG F 2020 1 A x") == [False]


def test_observations_of_a_series_without_mandatory_attribute_are_rejected_at_the_end() -> None:
    batch = table(HEADING + "A KG F 2020 1 A\nA KG M 2020 1 A")
    checker = Checker(SCHEMA)
    checker.check(batch)
    given = table(":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG M PS")
    filled = table(":level FREQ REF_AREA SEX DECIMALS\nseries A KG F 0\nseries A KG M 0")
    filled = filled.with_columns(pl.lit(True).alias(":default"))
    checker.check(given)
    checker.check(filled)
    assert sum(findings.height for findings in checker.finish()) == 1
    for rows in (batch, given, filled):
        assert checker.complete_rows(rows)["SEX"].to_list() == ["M"]


def test_long_value_is_shown_cut_and_still_rejected() -> None:
    long = "x" * 1000
    batch = table(WORKBOOK.replace("Boys", long))
    findings = Checker(SCHEMA).check(batch)
    assert findings["value"][0] == "x" * 200 + "…"
    assert rejected_rows(batch, findings).to_list() == [True, True, True, True]
