"""Data as a workbook for people, read back with openpyxl."""

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import polars as pl
import pytest

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.formats import WriteOptions, xlsx
from sdmx_dsm.formats.xlsx import write_xlsx
from tests.helpers.schemas import EXAMPLE, example_structures

NOTICE = {"en": "Demonstration data", "ru": "Демонстрационные данные"}


def dataset(*rows: dict[str, str | None]) -> DataSet:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return DataSet(schema=example_structures().schema(EXAMPLE), structure=EXAMPLE, batches=iter([frame]))


def obs(period: str, value: str | None, **other: str) -> dict[str, str | None]:
    key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
    return {**key, "TIME_PERIOD": period, "OBS_VALUE": value, ":level": "obs", **other}


def book(*datasets: DataSet, **options: Any) -> Any:
    header = Header(prepared="2024-05-17T08:30:00.000+00:00", sender="DSM", names=NOTICE)
    pieces = write_xlsx(datasets, WriteOptions(header=header, **options))
    return openpyxl.load_workbook(io.BytesIO(b"".join(pieces)))


def table(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows(values_only=True)
    return [{name: value for name, value in zip(head, row, strict=True) if value is not None} for row in rows]


def test_one_observation_is_one_row_with_codes_and_names() -> None:
    workbook = book(dataset(obs("2022", "12.50", OBS_STATUS="E"), obs("2023", "7")), labels="both")
    assert workbook.sheetnames == ["Data", "Notes"]
    first, second = table(workbook["Data"])
    assert first == {
        "Freq": "Annual",
        "Freq, code": "A",
        "Ref area": "Kyrgyzstan",
        "Ref area, code": "KG",
        "Sex": "Female",
        "Sex, code": "F",
        "Time period": "2022",
        "Obs value": 12.5,
        "Obs status": "Estimated value",
        "Obs status, code": "E",
    }
    assert second["Obs value"] == 7


def test_attributes_of_the_series_and_above_stand_on_each_row() -> None:
    rows = (
        obs("2022", "1"),
        {"FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS", ":level": "series"},
        {"REF_AREA": "KG", "COVERAGE": "All regions", ":level": "partial"},
        {"REF_AREA": "TJ", "COVERAGE": "The capital", ":level": "partial"},
        {"SOURCE_NOTE": "Whole data set", ":level": "dataset"},
    )
    (row,) = table(book(dataset(*rows), labels="id")["Data"])
    assert (row["Unit measure"], row["Coverage"], row["Source note"]) == ("PS", "All regions", "Whole data set")


def test_numbers_show_the_digits_they_came_with() -> None:
    sheet = book(dataset(obs("2021", "12.50"), obs("2022", "0"), obs("2023", "-0.5"), obs("2024", "007")), labels="id")[
        "Data"
    ]
    column = [name.value for name in sheet[1]].index("Obs value")
    values = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.number_format) for cell in values] == [
        (12.5, "0.00"),
        (0, "0"),
        (-0.5, "0.0"),
        ("007", "General"),
    ]


@pytest.mark.parametrize("value", ["12345678901234567890", "NaN", "1e5", "about 5", "=1+1"])
def test_what_excel_would_change_stays_text(value: str) -> None:
    (row,) = table(book(dataset(obs("2023", value)), labels="id")["Data"])
    assert row["Obs value"] == value


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "https://example.org/"])
def test_text_is_never_a_formula_or_a_link(text: str) -> None:
    sheet = book(dataset(obs("2023", "1", COMMENT_OBS=text)), labels="id")["Data"]
    (cell,) = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == text]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_missing_and_zero_are_different() -> None:
    absent, zero = table(book(dataset(obs("2022", None), obs("2023", "0")), labels="id")["Data"])
    assert "Obs value" not in absent
    assert zero["Obs value"] == 0


def test_notes_hold_the_notice_in_all_languages_and_what_the_columns_mean() -> None:
    notes = book(dataset(obs("2023", "1")), languages=("ru", "en"))["Примечания"]
    texts = [value for row in notes.iter_rows(values_only=True) for value in row if value]
    assert texts[:4] == ["Demonstration data", "Демонстрационные данные", "Поток данных", "Пример"]
    assert "OBS_STATUS" in texts


def test_rows_beyond_what_a_sheet_holds_go_to_a_further_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "LAST_ROW", 2)
    workbook = book(dataset(*(obs(str(year), "1") for year in range(2019, 2024))), labels="id")
    assert workbook.sheetnames == ["Data", "Data 2", "Data 3", "Notes"]
    assert [len(table(workbook[name])) for name in workbook.sheetnames[:3]] == [2, 2, 1]


def test_the_same_data_give_the_same_bytes() -> None:
    def pieces() -> Iterator[bytes]:
        return write_xlsx([dataset(obs("2023", "1"))], WriteOptions(header=Header(prepared="2024-05-17T08:30:00Z")))

    assert b"".join(pieces()) == b"".join(pieces())
