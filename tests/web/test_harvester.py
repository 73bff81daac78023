"""Whoever applies what has changed since the last time has what the hub has: after any sequence of releases, in any format,
and for any part of the data. And any past state can be asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.batches import DataSet
from sdmx_dsm.formats import read_data
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.conftest import Databases
from tests.helpers.replay import Replica
from tests.helpers.reporters import Reporters
from tests.helpers.schemas import example_artefacts
from tests.store.lines import EXAMPLE, STRUCTURES

CSV: Final = "application/vnd.sdmx.data+csv;version=2.1.0"
ML: Final = "application/vnd.sdmx.data+xml;version=3.1.0"
PATH: Final = "/sdmx/v2/data/dataflow/DSM/EXAMPLE/1.0.0"


@contextmanager
def example_client(url: str, folder: Path) -> Iterator[TestClient]:
    """Of a hub that holds the example structures."""
    with TestClient(
        create_app(Settings(data_dir=str(folder), database_url=url, base_url="http://testserver"))
    ) as client:
        hub_of(client).store.revise(example_artefacts(), user="test")
        yield client


def hub_of(client: TestClient) -> Hub:
    hub: Hub = client.app.state.hub  # type: ignore[attr-defined]
    return hub


def read(client: TestClient, folder: Path, accept: str, path: str, **query: str) -> list[DataSet]:
    """The data sets of an answer, by our own reader; none where nothing matches."""
    answer = client.get(path, params=query, headers={"Accept": accept})
    if answer.status_code == 404:
        return []
    assert answer.status_code == 200, answer.text
    file = folder / "answer"
    file.write_bytes(answer.content)
    return [replace(dataset, batches=iter(list(dataset.batches))) for dataset in read_data(file, STRUCTURES)]


@dataclass
class Harvester:
    """Asks every `rounds` releases."""

    accept: str
    rounds: int = 1
    query: dict[str, str] = field(default_factory=dict)
    key: str = "*"
    replica: Replica = field(default_factory=lambda: Replica(EXAMPLE))
    since: datetime | None = None

    def state(self, client: TestClient, folder: Path, **query: str) -> dict[Any, str]:
        replica = Replica(EXAMPLE)
        replica.apply(read(client, folder, self.accept, f"{PATH}/{self.key}", **self.query, **query))
        return replica.values

    def harvest(self, client: TestClient, folder: Path, now: datetime) -> None:
        since = {"updatedAfter": self.since.isoformat()} if self.since else {}
        self.replica.apply(read(client, folder, self.accept, f"{PATH}/{self.key}", **self.query, **since))
        self.since = now


SOME: Final = {"attributes": "OBS_STATUS,COVERAGE,SOURCE_NOTE", "measures": "all"}


def harvest(databases: Databases, kind: str, folder: Path, seed: int, count: int) -> None:
    reporters = Reporters(Random(seed))
    harvesters = [
        Harvester(CSV),
        Harvester(ML),
        Harvester(CSV, rounds=4, key="A.KG,Q.TJ.F"),
        Harvester(ML, rounds=3, query=SOME),
    ]
    past: list[tuple[datetime, dict[Any, str]]] = []
    with databases.new(kind) as url, example_client(url, folder) as client:
        for number in range(count):
            release = reporters.release(hub_of(client).store)
            if number % 10 == 9:  # and what was released is taken back
                take_back = reporters.random.choice((hub_of(client).store.roll_back, hub_of(client).store.withdraw))
                release = take_back(release.number - reporters.random.randint(0, 5), user="test")
            for harvester in harvesters:
                if number % harvester.rounds == 0:
                    harvester.harvest(client, folder, release.time)
                    assert harvester.replica.values == harvester.state(client, folder), (number, harvester)
            past.append((release.time, dict(harvesters[0].replica.values)))
        for time, state in past:
            assert harvesters[0].state(client, folder, asOf=time.isoformat()) == state
        middle, then = past[count // 2]
        for harvester in harvesters[:2]:
            assert harvester.state(client, folder, includeHistory="true") == past[-1][1]
            assert harvester.state(client, folder, includeHistory="true", asOf=middle.isoformat()) == then
            harvester.replica.values = dict(then)
            harvester.since = middle
            harvester.query = {**harvester.query, "includeHistory": "true"}
            harvester.harvest(client, folder, middle)
            assert harvester.replica.values == past[-1][1]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_harvester_ends_with_the_state_of_the_hub(databases: Databases, kind: str, tmp_path: Path) -> None:
    harvest(databases, kind, tmp_path, seed=3, count=15)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_harvester_of_200_releases_ends_with_the_state_of_the_hub(
    databases: Databases, kind: str, tmp_path: Path
) -> None:
    harvest(databases, kind, tmp_path, seed=1, count=200)
