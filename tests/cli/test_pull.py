"""`dsm pull` brings structures and data from a hub that runs into an empty one, after saying what would change."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn

from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.cli.conftest import invoke

FLOW = "DSM:FOREIGN_POP(1.0.0)"
AGREEMENT = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
PRIVATE = {"DSM_ALLOW_PRIVATE_ADDRESSES": "true"}


@pytest.fixture(scope="module")
def source(demonstration: Path) -> Iterator[str]:
    """The address of a hub that holds the demonstration."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(data_dir=str(demonstration))), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/sdmx"
    server.should_exit = True
    thread.join()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    Hub.open(Settings(data_dir=str(folder))).close()
    return folder


def artefacts_in(folder: Path) -> set[str]:
    hub = Hub.open(Settings(data_dir=str(folder)))
    try:
        return {artefact.reference.short for artefact in hub.structures}
    finally:
        hub.close()


@pytest.mark.parametrize("api", ["v1", "v2"])
def test_artefact_comes_with_all_that_it_refers_to(api: str, source: str, empty: Path) -> None:
    result = invoke("pull", f"{source}/{api}", "dataflow", FLOW, "--yes", "--data-dir", empty, **PRIVATE)
    assert result.exit_code == 0, result.output
    found = artefacts_in(empty)
    assert {FLOW, "DSM:CL_AREA(1.0.0)", "SDMX:CL_FREQ(2.1.0)", "DSM:CS_MIGRATION(1.0.0)"} <= found
    again = invoke("pull", f"{source}/{api}", "dataflow", FLOW, "--json", "--data-dir", empty, **PRIVATE)
    assert {(each["status"], each["changes"]) for each in json.loads(again.stdout)["artefacts"]} == {("Success", 0)}


def test_what_would_change_is_said_and_asked_before(source: str, empty: Path) -> None:
    result = invoke("pull", f"{source}/v2", "codelist", "SDMX:CL_SEX", "--dry-run", "--data-dir", empty, **PRIVATE)
    assert (result.exit_code, "Codelist SDMX:CL_SEX(2.1.0)   new" in result.stdout) == (0, True)
    refused = invoke(
        "pull", f"{source}/v2", "codelist", "SDMX:CL_SEX", "--data-dir", empty, **PRIVATE
    )  # nobody says yes
    assert refused.exit_code == 1
    assert artefacts_in(empty) == set()


def test_data_come_under_their_agreement(source: str, empty: Path) -> None:
    options = ("--data", "--key", "A.MD", "--json", "--data-dir", empty)
    result = invoke("pull", f"{source}/v2", "provisionagreement", AGREEMENT, *options, **PRIVATE)
    assert result.exit_code == 0, result.output
    submission = json.loads(result.stdout)["submission"]
    assert (submission["state"], submission["report"]["observations"]) == ("released", 2175)


def test_data_without_a_certain_agreement_are_refused_before_anything_changes(source: str, empty: Path) -> None:
    result = invoke("pull", f"{source}/v2", "dataflow", FLOW, "--data", "--yes", "--data-dir", empty, **PRIVATE)
    assert result.exit_code == 1
    assert "there are none: name one with --provision-agreement, or pull the agreement itself." in result.stderr
    assert artefacts_in(empty) == set()


@pytest.mark.parametrize(
    "arguments, environment, sentence",
    [
        (("NOWHERE", "dataflow", FLOW), PRIVATE, "There is no source “NOWHERE”; there are ABS, "),
        (("{source}/v2", "nonsense", FLOW), PRIVATE, "“nonsense” is no resource; expected one of agencyscheme, "),
        (("{source}/v2", "dataflow", "DSM:NO"), PRIVATE, "answers 404: No structures match the query."),
        (("{source}", "dataflow", FLOW), PRIVATE, "answers 404: There is nothing at /sdmx/dataflow"),
        (("http://127.0.0.1:1/sdmx", "dataflow", FLOW), PRIVATE, "does not answer: All connection attempts failed."),
        (("file:///etc", "dataflow", FLOW), PRIVATE, "is not an address that can be asked"),
        (("{source}/v2", "dataflow", FLOW), {}, "127.0.0.1 is an address of this machine or of a private network"),
    ],
)
def test_refusal_is_a_sentence(
    arguments: tuple[str, ...], environment: dict[str, str], sentence: str, source: str, empty: Path
) -> None:
    given = [argument.format(source=source) for argument in arguments]
    result = invoke("pull", *given, "--data-dir", empty, **environment)
    assert (result.exit_code, sentence in result.stderr) == (1, True), result.stderr


class Elsewhere(BaseHTTPRequestHandler):
    """Leads on to itself for ever, or sends without end."""

    def do_GET(self) -> None:
        if "loop" in self.path:
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b" " * 5000)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    "path, sentence", [("loop", "leads on more than 5 times."), ("long", "sends more than 1000 bytes, the limit")]
)
def test_answer_that_does_not_end_is_given_up(path: str, sentence: str, empty: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/{path}"
        result = invoke("pull", url, "dataflow", FLOW, "--data-dir", empty, DSM_MAX_UPLOAD_BYTES="1000", **PRIVATE)
        server.shutdown()
    assert (result.exit_code, sentence in result.stderr) == (1, True), result.stderr
