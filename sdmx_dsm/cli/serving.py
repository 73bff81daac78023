"""`dsm serve`: HTTP in this process (or several), the worker beside it as a child."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Final

import uvicorn

from sdmx_dsm.service import Hub
from sdmx_dsm.service.submissions import run_worker
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.app import create_app

_STOP_SECONDS: Final = 10
_SPAWN: Final = get_context("spawn")


def serve(settings: Settings, *, workers: int = 1) -> None:
    """Answers until interrupted or told to end."""
    # The server hands the signal on when it is done: without this the process would end before its worker.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with _worker(settings):
        if workers == 1:
            uvicorn.run(
                create_app(settings), host=settings.host, port=settings.port, log_level="warning", server_header=False
            )
        else:
            os.environ.update({f"DSM_{name.upper()}": str(value) for name, value in asdict(settings).items()})
            uvicorn.run(
                "sdmx_dsm.web.app:app_from_environment",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=workers,
                log_level="warning",
                server_header=False,
            )


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """A worker process that is started again should it die."""
    stop = _SPAWN.Event()
    child = _start(settings, stop)

    def watch() -> None:
        nonlocal child
        while not stop.is_set():
            child.join(1.0)
            if not child.is_alive() and not stop.is_set():
                child = _start(settings, stop)

    watcher = threading.Thread(target=watch, name="worker-watcher", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        child.join(_STOP_SECONDS)
        if child.is_alive():
            child.terminate()


def _start(settings: Settings, stop: Event) -> BaseProcess:
    child = _SPAWN.Process(target=worker_main, args=(settings, stop), name="dsm-worker", daemon=True)
    child.start()
    return child


def worker_main(settings: Settings, stop: Event | None = None) -> None:
    """Processes submissions until `stop`, or the end of the process that started this one; without them, until interrupted."""
    if stop is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when
    hub = Hub.open(settings)
    try:
        run_worker(hub, _Orphaned(stop) if stop else threading.Event(), name=f"worker-{os.getpid()}")
    finally:
        hub.close()


class _Orphaned:
    """Set when `stop` is, or when the parent process is gone and can't set it any more."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._parent = parent_process()

    def is_set(self) -> bool:
        return self._stop.is_set() or (self._parent is not None and not self._parent.is_alive())

    def wait(self, timeout: float | None = None) -> bool:
        return self._stop.wait(timeout) or self.is_set()


def listening_settings(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=port or settings.port)
