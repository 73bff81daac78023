"""SDMX-Parquet over HTTP: asked for, converted to, and sent."""

import io

import polars as pl
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import AGREEMENT_MD, Template, message

FLOW = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.*"
TYPE = "application/vnd.apache.parquet"


@pytest.mark.parametrize(
    "how", [{"params": {"format": "parquet"}}, {"headers": {"accept": TYPE}}], ids=["format", "accept"]
)
def test_data_are_asked_for_as_parquet(client: TestClient, how: dict[str, dict[str, str]]) -> None:
    answer = client.get(FLOW, **how)  # type: ignore[arg-type]
    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPE)
    assert answer.headers["content-disposition"].endswith('.parquet"')
    table = pl.read_parquet(io.BytesIO(answer.content))
    values = table.select(pl.coalesce("OBS_VALUE:text", pl.col("OBS_VALUE").cast(pl.String)))
    assert sorted(values.to_series()) == ["10250.50", "1841", "21000", "21873", "9070.0"]


def test_a_message_converted_to_parquet_is_taken(writable: TestClient, template: Template) -> None:
    headers = {"Authorization": f"Bearer {template.moldova}"}
    sent = message(AGREEMENT_MD, [("A.MD.UA._T._T._T.FORREG", "2024", "11000.50")])
    table = writable.post("/api/v1/convert?to=parquet", content=sent, headers=headers)
    assert table.content.startswith(b"PAR1")
    answer = writable.post("/sdmx/v2/data", content=table.content, headers=headers)
    assert answer.status_code == 200, answer.text
    said = writable.get(FLOW + "?c[TIME_PERIOD]=2024&format=sdmx-csv-2.0").text
    assert "2024,11000.50" in said
