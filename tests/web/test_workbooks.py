"""Workbooks over HTTP."""

import io
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from sdmx_dsm.formats import by_name
from tests.web.conftest import AGREEMENT_MD, Template, message

FLOW = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.UA.*"


def first_sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_the_tidy_sheet_and_the_table_are_two_answers(client: TestClient) -> None:
    tidy, table = (client.get(FLOW, params={"format": name, "lang": "ru"}) for name in ("xlsx", "xlsx-table"))
    assert {tidy.headers["content-type"], table.headers["content-type"]} == {by_name("xlsx").content_type}
    assert tidy.headers["etag"] != table.headers["etag"]
    assert "OBS_VALUE" not in {cell.value for cell in first_sheet(table.content)[1]}
    values = [
        cell.value for row in first_sheet(table.content).iter_rows() for cell in row if isinstance(cell.value, float)
    ]
    assert 10250.5 in values
    accepted = client.get(FLOW, headers={"accept": by_name("xlsx").content_type}, params={"lang": "ru"})
    assert accepted.content == tidy.content


@pytest.mark.parametrize(
    "path, refused",
    [("v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.*", 422), ("v1/data/DSM,FOREIGN_POP,1.0.0/A.MD.....FORREG", 403)],
)
def test_rows_and_columns_are_chosen(client: TestClient, path: str, refused: int) -> None:
    wanted = {"format": "xlsx-table", "rows": "TIME_PERIOD", "columns": "CITIZENSHIP", "lang": "en"}
    answer = client.get(f"/sdmx/{path}", params=wanted)
    assert answer.status_code == 200, answer.text
    assert "2023" in {cell.value for row in first_sheet(answer.content).iter_rows(max_col=2) for cell in row}
    wrong = client.get(f"/sdmx/{path}", params={**wanted, "rows": "COLOUR"})
    assert wrong.status_code == refused
    assert "“COLOUR” is no dimension for the rows or columns" in wrong.text


def test_a_file_is_converted_to_a_table_in_the_language_asked_for(client: TestClient, template: Template) -> None:
    sent = message(AGREEMENT_MD, [("A.MD.UA._T._T._T.FORREG", "2024", "11000.50")])
    headers = {"Authorization": f"Bearer {template.other}"}
    answer = client.post("/api/v1/convert?to=xlsx-table&lang=ru", content=sent, headers=headers)
    assert first_sheet(answer.content).title == "Данные"
