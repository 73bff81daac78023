"""A hub with the content of this repository and a few observations made by hand, for all tests of the web part."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.formats.structures import has_class
from sdmx_dsm.model import Codelist, Structures, Viewer
from sdmx_dsm.service import Hub, people, submissions
from sdmx_dsm.service.content import load_content
from sdmx_dsm.service.submissions import SubmissionRequest
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.web.portal.samples import OF_HERE, around_content

HEADING = (
    "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,CITIZENSHIP,SEX,AGE,RESIDENCE_STATUS,DATA_SOURCE,TIME_PERIOD,OBS_VALUE"
)
AGREEMENT_MD = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
AGREEMENT_KG = "DSM:FOREIGN_POP_KG_STAT(1.0.0)"
# key without FREQ, period, value: what the hub holds of DSM:FOREIGN_POP(1.0.0)
MOLDOVA = [
    ("A.MD.RU.F._T._T.FORREG", "2023", "1841"),
    ("A.MD.UA._T._T._T.FORREG", "2022", "9070.0"),
    ("A.MD.UA._T._T._T.FORREG", "2023", "10250.50"),
    ("A.MD._T._T._T._T.FORREG", "2022", "21000"),
    ("A.MD._T._T._T._T.FORREG", "2023", "21873"),
]
KYRGYZSTAN = [("A.KG._T._T._T._T.CENSUS", "2022", "50012")]


def message(agreement: str, rows: list[tuple[str, str, str]]) -> str:
    """Observations as an SDMX-CSV 2.0 message."""
    lines = (",".join(("dataprovision", agreement, "R", *key.split("."), period, value)) for key, period, value in rows)
    return "\n".join((HEADING, *lines, ""))


@dataclass(frozen=True, slots=True)
class Template:
    folder: Path
    administrator: str
    moldova: str
    kyrgyzstan: str
    methodology: str
    other: str


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A data folder to copy, and the tokens of an administrator, of two senders, of who maintains DSM, and who SDMX."""
    folder = tmp_path_factory.mktemp("template")
    hub = Hub.open(Settings(data_dir=str(folder)))
    try:
        load_content(hub)
        for number, (agreement, rows) in enumerate(((AGREEMENT_MD, MOLDOVA), (AGREEMENT_KG, KYRGYZSTAN))):
            path = tmp_path_factory.mktemp("messages") / f"{number}.csv"
            path.write_text(message(agreement, rows), "utf-8")
            request = SubmissionRequest(path=path, file_name=path.name)
            submission = submissions.receive(hub, request, Viewer(name="test", is_administrator=True))
            submissions.process_all(hub)
            assert hub.store.submission(submission.id).state == "released"
        return Template(
            folder,
            people.create_token(hub, "admin", administrator=True),
            people.create_token(hub, "moldova", agreements=[AGREEMENT_MD]),
            people.create_token(hub, "kyrgyzstan", agreements=[AGREEMENT_KG]),
            people.create_token(hub, "methodology", maintains=["DSM"]),
            people.create_token(hub, "other", maintains=["SDMX"]),
        )
    finally:
        hub.close()


def copied(template: Template, folder: Path) -> str:
    shutil.copytree(template.folder, folder, dirs_exist_ok=True)
    return str(folder)


def _client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def client(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """For tests that only read."""
    folder = copied(template, tmp_path_factory.mktemp("reading"))
    yield from _client(Settings(data_dir=folder, base_url="http://testserver"))


@pytest.fixture(scope="session")
def strict_client(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """As the specification says, where clients wish it otherwise."""
    folder = copied(template, tmp_path_factory.mktemp("strict"))
    yield from _client(Settings(data_dir=folder, base_url="http://testserver", sdmx_defaults="specification"))


@pytest.fixture
def unattended(template: Template, tmp_path: Path) -> Iterator[TestClient]:
    """A hub of one's own without a worker, for uploads of 100 kB at most."""
    folder = copied(template, tmp_path / "data")
    yield from _client(Settings(data_dir=folder, base_url="http://testserver", max_upload_bytes=100_000))


@pytest.fixture
def writable(unattended: TestClient) -> Iterator[TestClient]:
    """The same with a worker."""
    with working(cast("Starlette", unattended.app).state.hub):
        yield unattended


@contextmanager
def working(hub: Hub) -> Iterator[None]:
    """With a worker that processes what is submitted."""
    stop = threading.Event()
    worker = threading.Thread(target=submissions.run_worker, args=(hub, stop), kwargs={"poll_seconds": 0.01})
    worker.start()
    yield
    stop.set()
    worker.join()


@pytest.fixture(scope="session")
def held(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Structures]:
    """What is in the registry of the server at `address`; codelists with what they inherit, as clients get them."""
    hub = Hub.open(Settings(data_dir=copied(template, tmp_path_factory.mktemp("held"))))
    structures = hub.structures
    yield structures.with_artefacts(map(structures.extended, list(structures.of_class(Codelist))))
    hub.close()


def send(
    client: TestClient, token: str, rows: list[tuple[str, str, str]], agreement: str = AGREEMENT_MD, **options: str
) -> httpx.Response:
    """Posts observations as the body of a submission and waits for the report."""
    return client.post(
        "/api/v1/submissions",
        params={"wait": "20", **options},
        content=message(agreement, rows),
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture(scope="session")
def address(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server that really runs, on a free port of this machine."""
    yield from served(copied(template, tmp_path_factory.mktemp("served")))


@pytest.fixture(scope="session")
def full_address(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a server whose registry has something of every class of SDMX 3 that refers to the content. (Not of every class of 2.1:
    some of them no client of ours reads.)"""
    folder = copied(template, tmp_path_factory.mktemp("full"))
    hub = Hub.open(Settings(data_dir=folder))
    hub.store.revise(
        [*OF_HERE, *(one for one in around_content() if not has_class("sdmx-ml-2.1", type(one)))], user="test"
    )
    hub.close()
    yield from served(folder)


def served(folder: str) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))  # listens already: who calls before the server is up has to wait
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(data_dir=folder)), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()
