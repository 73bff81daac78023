"""`dsm serve` as a real process: what it does when it is killed, told to end, or not alone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from tests.cli.conftest import invoke
from tests.cli.serving import DSM, Server, gone, served, wait_for

AGREEMENT = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
HEAD = "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,CITIZENSHIP,SEX,AGE,TIME_PERIOD,OBS_VALUE"
posix = pytest.mark.skipif(os.name == "nt", reason="ends processes the POSIX way")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    assert invoke("init", "--data-dir", folder).exit_code == 0
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A hub with content and no data."""
    return Path(shutil.copytree(template, tmp_path / "data"))


@pytest.fixture
def token(folder: Path) -> str:
    return invoke("token", "create", "test", "--administrator", "--data-dir", folder).stdout.strip()


def message(folder: Path, years: range, citizenships: int = 1000) -> tuple[bytes, int]:
    """A file with an observation for each citizenship (at most so many), sex, age group and year; and how many these are."""
    hub = Hub.open(Settings(data_dir=str(folder)))
    try:
        schema = hub.schema(hub.dataflow("DSM:FOREIGN_POP"))
        areas, ages = (
            [code.id for code in codelist.items]
            for id in ("CITIZENSHIP", "AGE")
            if (codelist := schema.by_id[id].codelist)
        )
    finally:
        hub.close()
    rows = [
        f"dataprovision,{AGREEMENT},A,MD,{area},{sex},{age},{year},{year}"
        for area in areas[:citizenships]
        for sex in "FM"
        for age in ages
        for year in years
    ]
    return "\n".join((HEAD, *rows, "")).encode(), len(rows)


def stored(folder: Path) -> tuple[int, list[int], list[str]]:
    """Observations, releases, and states of submissions."""
    hub = Hub.open(Settings(data_dir=str(folder)))
    try:
        counts = hub.store.count(hub.schema(hub.dataflow("DSM:FOREIGN_POP")), DataQuery(), PUBLIC)
        return (
            counts.observations,
            [release.number for release in hub.store.releases()],
            [submission.state for submission in hub.store.submissions()],
        )
    finally:
        hub.close()


@posix
@pytest.mark.parametrize("power", ["the server is killed", pytest.param("all are killed", marks=pytest.mark.long)])
def test_a_submission_survives_the_death_of_the_server(folder: Path, token: str, power: str) -> None:
    """It is finished once, by whoever is left or by the next; and nobody is left without a server."""
    content, rows = message(folder, range(2000, 2012))
    assert rows > 200_000
    with served(folder) as server:
        id = server.send(token, content)
        server.wait_until(token, id, "checking")
        server.process.kill()
        if power == "all are killed":
            for child in server.children:
                child.kill()
        assert gone(server.children)
    with served(folder) as server:
        assert server.wait_until(token, id, "released", "returned", "failed") == "released"
        assert server.send(token, content) == id
    assert stored(folder) == (rows, [1], ["released"])


@posix
def test_the_server_ends_with_its_worker_when_it_is_told(folder: Path, token: str) -> None:
    with served(folder) as server:
        port = int(server.address.rpartition(":")[2])
        server.process.terminate()
        output, errors = server.process.communicate(timeout=60)
        assert (server.process.returncode, output, errors) == (0, "", "")
        assert gone(server.children)
        with socket.create_server(("127.0.0.1", port)):
            pass


@posix
@pytest.mark.long
def test_a_submission_survives_the_end_of_the_server(folder: Path, token: str) -> None:
    content, rows = message(folder, range(2000, 2016))
    with served(folder) as server:
        id = server.send(token, content)
        server.wait_until(token, id, "checking")
        server.process.terminate()
        assert server.process.wait(60) == 0
        assert gone(server.children)
    with served(folder) as server:
        assert server.wait_until(token, id, "released", "returned", "failed") == "released"
    assert stored(folder) == (rows, [1], ["released"])


@posix
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_several_processes_answer_and_end_together(folder: Path, end: signal.Signals) -> None:
    with served(folder, "--workers", "2") as server:
        # The worker, two that answer, and the process that looks after what they share.
        wait_for(lambda: "all" if len(psutil.Process(server.process.pid).children()) >= 4 else "")
        children = tuple(psutil.Process(server.process.pid).children(recursive=True))
        server.process.send_signal(end)
        server.process.communicate(timeout=60)
        assert gone(children)


def test_no_thread_keeps_a_process_whose_main_thread_has_ended() -> None:
    """A server that was told to end while long messages were being read and checked took as long as these."""
    program = (
        "import threading; from sdmx_dsm.cli.serving import end_with_main_thread\n"
        "end_with_main_thread(); threading.Thread(target=threading.Event().wait).start()"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_a_port_in_use_is_one_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [DSM, "serve", "--port", str(port), "--data-dir", folder]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.startswith(f"Nobody can listen on 127.0.0.1, port {port}: Address already in use. Choose ")


def test_a_port_that_there_is_not_is_one_sentence(folder: Path) -> None:
    command = [DSM, "serve", "--port", "99999", "--data-dir", folder]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.startswith("Nobody can listen on 127.0.0.1, port 99999: bind(): port must be 0-65535. Choose ")


def test_two_servers_on_one_folder_share_the_work(folder: Path, token: str) -> None:
    with served(folder) as first, served(folder) as second:
        files = [message(folder, range(year, year + 1), citizenships=20) for year in range(2000, 2008)]
        ids = [(first, second)[number % 2].send(token, content) for number, (content, _) in enumerate(files)]
        assert {second.wait_until(token, id, "released", "returned", "failed") for id in ids} == {"released"}
    observations, releases, states = stored(folder)
    assert observations == sum(rows for _, rows in files)
    assert sorted(releases) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert states == ["released"] * 8


# --- dsm submit --url ---------------------------------------------------------------------------------------------------


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with served(folder) as server:
        yield server


def test_submit_sends_to_a_server(server: Server, token: str, tmp_path: Path) -> None:
    path = tmp_path / "данные.csv"
    path.write_text(f"{HEAD}\ndataflow,DSM:FOREIGN_POP(1.0.0),A,MD,UA,F,_T,2001,1\n")
    url = ("--url", server.address)
    sent = invoke("submit", path, "--provision-agreement", AGREEMENT, *url, "--token", token)
    assert sent.exit_code == 0, sent.output
    assert sent.stdout.splitlines()[0].endswith(": released")
    assert sent.stdout.splitlines()[1] == "1 observations read, 1 without errors."
    # By a variable, and with the dataflow as a URN: several agreements are possible then.
    flow = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:FOREIGN_POP(1.0.0)"
    returned = invoke("submit", path, "--dataflow", flow, *url, "--dry-run", DSM_TOKEN=token)
    assert (returned.exit_code, "agreement-unknown: 1" in returned.stdout) == (1, True)
    for arguments, sentence in (
        (("--token", "x"), "The token is not known here"),
        (("--token", token, "--mapping", "nothing"), "There is no mapping “nothing”"),
        (("--token", token, "--action", "Destroy"), "“Destroy” is no action"),
    ):
        refused = invoke("submit", path, *url, *arguments)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
        assert refused.stderr.startswith(sentence)
