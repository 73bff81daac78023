"""`dsm serve` as a process of its own, with a hub that one may send to."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

DSM = Path(sys.executable).with_name("dsm")
PATIENCE_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Server:
    """`children`: the worker, and what helps it, as they were when the server began to listen."""

    process: subprocess.Popen[str]
    address: str
    children: tuple[psutil.Process, ...]

    def send(self, token: str, content: bytes, **options: str) -> str:
        """Posts a file; the id of its submission."""
        response = httpx.post(
            f"{self.address}/api/v1/submissions",
            params=options,
            content=content,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_SECONDS,
        )
        assert response.status_code in (200, 202), response.text
        return str(response.json()["id"])

    def submission(self, token: str, id: str) -> dict[str, object]:
        url, headers = f"{self.address}/api/v1/submissions/{id}", {"Authorization": f"Bearer {token}"}
        return dict(httpx.get(url, headers=headers, timeout=PATIENCE_SECONDS).json())

    def wait_until(self, token: str, id: str, *states: str) -> str:
        """The state of a submission when it is one of `states`."""
        return wait_for(lambda: state if (state := str(self.submission(token, id)["state"])) in states else "")


def wait_for(ask: Callable[[], str]) -> str:
    """The first answer that says something."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ask()):
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.01)
    return answer


def gone(processes: tuple[psutil.Process, ...]) -> bool:
    """Whether processes end by themselves."""
    return not psutil.wait_procs(processes, timeout=PATIENCE_SECONDS)[1]


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    """A server on a free port. At the end it is killed if it is still there, with all that it started."""
    process = subprocess.Popen(
        [DSM, "serve", "--port", "0", "--data-dir", folder, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    children: tuple[psutil.Process, ...] = ()
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Serving http://127.0.0.1:"), process.stderr.read() if process.stderr else ""
        address = line.split()[1].rstrip("/")
        assert httpx.get(f"{address}/health", timeout=PATIENCE_SECONDS).json()["status"] == "up"
        children = tuple(psutil.Process(process.pid).children(recursive=True))
        yield Server(process, address, children)
    finally:
        if process.poll() is None:
            children += tuple(psutil.Process(process.pid).children(recursive=True))
            process.kill()
        process.communicate()
        for child in children:
            if child.is_running():
                child.kill()
