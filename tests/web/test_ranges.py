"""Parts of an answer: `Range` and `X-Range`."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import KYRGYZSTAN, MOLDOVA
from tests.web.test_sdmx_api import FLOW, V2_CSV, from_csv

ROWS = sorted([*KYRGYZSTAN, *MOLDOVA])
FLOW_V1 = "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0"


# --- values: observations, as the .Stat Suite has them --------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Range", "X-Range"])
@pytest.mark.parametrize(
    "asked, got",
    [
        ("values=0-1", "values 0-1/6"),
        ("values=2-2", "values 2-2/6"),
        ("values=4-2499", "values 4-5/6"),
        ("values=0-2499", "values 0-5/6"),
        ("values=3-", "values 3-5/6"),
        ("values=-2", "values 4-5/6"),
        ("VALUES = 0 - 1", "values 0-1/6"),
    ],
)
def test_observations_by_their_places(client: TestClient, header: str, asked: str, got: str) -> None:
    answer = client.get(FLOW, headers={"Accept": V2_CSV, header: asked})
    first, last = map(int, got.removeprefix("values ").partition("/")[0].split("-"))
    assert (answer.status_code, answer.headers["content-range"]) == (206, got)
    assert from_csv(answer.text) == ROWS[first : last + 1]


def test_parts_of_rest_1(client: TestClient) -> None:
    accept = {"Accept": "application/vnd.sdmx.data+csv;version=1.0.0"}
    parts = [client.get(FLOW_V1, headers={**accept, "X-Range": f"values={n}-{n + 3}"}) for n in (0, 4)]
    assert [part.headers["content-range"] for part in parts] == ["values 0-3/6", "values 4-5/6"]
    whole = client.get(FLOW_V1, headers=accept).text.splitlines()
    assert [line for part in parts for line in part.text.splitlines()[1:]] == whole[1:]


def test_a_part_of_what_limit_and_offset_leave(client: TestClient) -> None:
    answer = client.get(f"{FLOW}?offset=1&limit=3", headers={"Accept": V2_CSV, "Range": "values=1-9"})
    assert answer.headers["content-range"] == "values 1-2/3"
    assert from_csv(answer.text) == ROWS[2:4]


def test_what_lies_behind_the_end(client: TestClient) -> None:
    answer = client.get(FLOW, headers={"X-Range": "values=6-10"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "values */6")
    assert "Content-Range" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "asked", ["values=2-1", "values=-", "values=0-1,3-4", "items=0-1", "values 0-1", "values=a-b", "values=0-9e1", ""]
)
def test_a_range_that_is_none_changes_nothing(client: TestClient, asked: str) -> None:
    answer = client.get(FLOW, headers={"Accept": V2_CSV, "Range": asked})
    assert (answer.status_code, from_csv(answer.text)) == (200, ROWS)
    assert "content-range" not in answer.headers
    assert answer.headers["accept-ranges"] == "bytes, values"


@pytest.mark.parametrize("query", ["updatedAfter=2000-01-01", "includeHistory=true", "attributes=none&measures=none"])
def test_where_places_say_nothing_the_whole_answers(client: TestClient, query: str) -> None:
    whole = client.get(f"{FLOW}?{query}", headers={"Accept": V2_CSV})
    asked = client.get(f"{FLOW}?{query}", headers={"Accept": V2_CSV, "Range": "values=0-0"})
    assert (asked.status_code, asked.content) == (200, whole.content)


def test_a_part_has_a_tag_of_its_own(client: TestClient) -> None:
    part = client.get(FLOW, headers={"X-Range": "values=0-1"})
    assert part.headers["etag"] != client.get(FLOW).headers["etag"]
    assert "X-Range" in part.headers["vary"]
    again = client.get(FLOW, headers={"X-Range": "values=0-1", "If-None-Match": part.headers["etag"]})
    assert again.status_code == 304


def test_nothing_found_has_no_parts(client: TestClient) -> None:
    assert client.get(f"{FLOW}/A.UZ", headers={"Range": "values=0-9"}).status_code == 404


def test_head_is_never_a_part(client: TestClient) -> None:
    assert client.head(FLOW, headers={"Range": "values=0-1"}).status_code == 200
