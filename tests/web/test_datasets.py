"""The data sets of answers and their actions (SDMX 3.1, history and deltas), in each format."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Final

import pytest
from lxml import etree
from starlette.testclient import TestClient

from tests.conftest import Databases
from tests.store.lines import publish
from tests.web.test_harvester import CSV, ML, PATH, example_client, hub_of

GENERIC: Final = "application/vnd.sdmx.genericdata+xml;version=2.1"
TIME_SERIES: Final = "application/vnd.sdmx.generictimeseriesdata+xml;version=2.1"
ML21: Final = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
ML30: Final = "application/vnd.sdmx.data+xml;version=3.0.0"
CSV20: Final = "application/vnd.sdmx.data+csv;version=2.0.0"
JSON: Final = "application/vnd.sdmx.data+json;version=2.0.0"
# Three releases: two observations; one of them revised, one more; one deleted.
TIMES: list[datetime] = []


@pytest.fixture(scope="module")
def client(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with databases.new("sqlite") as url, example_client(url, tmp_path_factory.mktemp("hub")) as opened:
        store = hub_of(opened).store
        first = publish(
            store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A", "A.KG.F 2021 OBS_VALUE=2", "series A.KG.F UNIT_MEASURE=PS"
        )
        second = publish(store, "A.KG.F 2021 OBS_VALUE=3", "A.KG.F 2022 OBS_VALUE=4")
        third = publish(store, "delete A.KG.F 2020")
        TIMES[:] = [first.time, second.time, third.time]
        yield opened


Told = tuple[str, str, int]  # action, its validity, how many rows, observations or series


def validity_of(since: str | None, until: str | None) -> str:
    """With the number of the release at a time, from 1."""
    words = [("from", since), ("to", until)]
    return " ".join(f"{word} {TIMES.index(datetime.fromisoformat(time)) + 1}" for word, time in words if time)


def from_ml(body: bytes) -> list[Told]:
    found = []
    for dataset in etree.fromstring(body).iter("{*}DataSet"):
        facts = {etree.QName(name).localname: value for name, value in dataset.attrib.items()}
        validity = validity_of(facts.get("validFromDate"), facts.get("validToDate"))
        found.append((facts["action"], validity, len([*dataset.iter("{*}Obs")])))
    return found


def from_csv(body: bytes) -> list[Told]:
    actions = [row["ACTION"] for row in csv.DictReader(io.StringIO(body.decode()))]
    return [(action, "", len(list(rows))) for action, rows in groupby(actions)]


def from_json(body: bytes) -> list[Told]:
    found = []
    for dataset in json.loads(body)["data"]["dataSets"]:
        series = dataset.get("series", {}).values()
        observations = sum(len(one.get("observations", {})) for one in series)
        found.append((dataset["action"], validity_of(dataset.get("validFrom"), dataset.get("validTo")), observations))
    return found


def datasets(client: TestClient, accept: str, query: str) -> list[Told]:
    answer = client.get(f"{PATH}?{query}", headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    read = from_csv if "csv" in accept else from_json if "json" in accept else from_ml
    return read(answer.content)


@pytest.mark.parametrize(
    "accept, expected",
    [
        (GENERIC, [("Information", "", 2)]),
        (TIME_SERIES, [("Information", "", 2)]),
        (ML21, [("Information", "", 2)]),
        (ML30, [("Replace", "", 2)]),
        (ML, [("Replace", "", 2)]),
        (CSV20, [("R", "", 2)]),
        (CSV, [("R", "", 2)]),
        (JSON, [("Replace", "", 2)]),
    ],
)
def test_all_of_the_data_is_one_data_set_to_replace_with(client: TestClient, accept: str, expected: list[Told]) -> None:
    assert datasets(client, accept, "") == expected


@pytest.mark.parametrize("query", ["attributes=none", "measures=none", "attributes=obs", "attributes=OBS_STATUS"])
@pytest.mark.parametrize(
    "accept, action",
    [(GENERIC, "Information"), (ML21, "Information"), (ML30, "Append"), (ML, "Merge"), (CSV20, "A"), (CSV, "M"), (JSON, "Append")],
)  # fmt: skip
def test_a_part_of_each_observation_is_to_be_merged(client: TestClient, accept: str, action: str, query: str) -> None:
    """Who replaced with it would lose the rest."""
    (found,) = datasets(client, accept, query)
    assert found[0] == action


@pytest.mark.parametrize(
    "accept, expected",
    [
        (GENERIC, [("Delete", "", 1), ("Replace", "", 2)]),
        (ML21, [("Delete", "", 1), ("Replace", "", 2)]),
        (ML30, [("Delete", "", 1), ("Replace", "", 2)]),
        (ML, [("Delete", "", 1), ("Replace", "", 2)]),
        (CSV20, [("D", "", 1), ("R", "", 2)]),
        (CSV, [("D", "", 1), ("R", "", 2)]),
        (JSON, [("Delete", "", 1), ("Replace", "", 2)]),
    ],
)
def test_changes_are_what_is_gone_and_what_is_new(client: TestClient, accept: str, expected: list[Told]) -> None:
    assert datasets(client, accept, f"updatedAfter={TIMES[0]:%Y-%m-%dT%H:%M:%S.%f}Z") == expected


@pytest.mark.parametrize("accept, merge", [(ML30, "Append"), (ML, "Merge"), (JSON, "Append")])
def test_changes_of_a_part_of_each_observation_are_merged(client: TestClient, accept: str, merge: str) -> None:
    query = f"attributes=OBS_STATUS&updatedAfter={TIMES[0]:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert datasets(client, accept, query) == [("Delete", "", 1), (merge, "", 2)]


def test_where_nothing_is_gone_there_is_nothing_to_delete(client: TestClient) -> None:
    query = f"updatedAfter={TIMES[0]:%Y-%m-%dT%H:%M:%S.%f}Z&asOf={TIMES[1]:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert datasets(client, ML, query) == [("Replace", "", 2)]


HISTORY: Final[list[Told]] = [("Replace", "from 1", 2), ("Replace", "from 2", 2), ("Delete", "to 3", 1)]


@pytest.mark.parametrize("accept", [ML21, ML30, ML, JSON])
def test_the_history_has_the_data_sets_of_each_release(client: TestClient, accept: str) -> None:
    assert datasets(client, accept, "includeHistory=true") == HISTORY
    since = f"updatedAfter={TIMES[0]:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert datasets(client, accept, f"includeHistory=true&{since}") == HISTORY[1:]
    until = f"asOf={TIMES[1]:%Y-%m-%dT%H:%M:%S.%f}Z"
    assert datasets(client, accept, f"includeHistory=true&{until}") == HISTORY[:2]
    assert datasets(client, accept, f"includeHistory=true&{since}&{until}") == HISTORY[1:2]


def test_the_history_of_a_file_of_rows_is_in_order(client: TestClient) -> None:
    answer = client.get(f"{PATH}?includeHistory=true&attributes=none", headers={"Accept": CSV})
    rows = [(row["ACTION"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in csv.DictReader(io.StringIO(answer.text))]
    assert rows == [("M", "2020", "1"), ("M", "2021", "2"), ("M", "2021", "3"), ("M", "2022", "4"), ("D", "2020", "")]


def test_the_history_by_the_first_api(client: TestClient) -> None:
    answer = client.get("/sdmx/v1/data/DSM,EXAMPLE,1.0.0?includeHistory=true", headers={"Accept": ML21})
    assert from_ml(answer.content) == HISTORY


def test_a_moment_before_the_changes_that_are_asked_for_is_refused(client: TestClient) -> None:
    answer = client.get(f"{PATH}?updatedAfter=2026-01-02&asOf=2026-01-01", headers={"Accept": JSON})
    assert answer.status_code == 400
    assert "later than asOf" in answer.text


def test_what_was_before_the_first_release_is_nothing(client: TestClient) -> None:
    assert client.get(f"{PATH}?asOf=2000-01-01").status_code == 404
    assert client.get(f"{PATH}?includeHistory=true&asOf=2000-01-01").status_code == 404
