"""`dsm serve`: HTTP in this process (or several), the worker beside it as a child."""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from typing import Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.service import Hub
from sdmx_dsm.service.notifications import run_notifier
from sdmx_dsm.service.submissions import run_worker
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import heads
from sdmx_dsm.web.app import app_from_environment, create_app_alone

# What goes on when the service is told to end: transfers, and the submission that the worker has.
_LAST_TRANSFERS_SECONDS: Final = 3
_LAST_SUBMISSION_SECONDS: Final = 5
_LAST_WORK_SECONDS: Final = 2  # of threads, when nothing else goes on
_SPAWN: Final = get_context("spawn")


def serve(settings: Settings, *, workers: int = 1, announce: Callable[[Settings], None]) -> None:
    """Answers until interrupted or told to end; `announce` is given the settings, with the port, as soon as callers are heard.

    Raises Unavailable when the address can't be listened on, and what opening the hub raises: before anything is started."""
    # The server hands the signal on when it is done: without this the process would end before its worker.
    signal.signal(signal.SIGTERM, _leave)
    end_with_main_thread()
    log_to_stderr()
    with _listener(settings) as listener:
        Hub.open(settings).close()  # the database is made, or found wanting, once and here
        settings = replace(settings, port=listener.getsockname()[1])
        with _worker(settings):
            announce(settings)
            if workers == 1:
                uvicorn.Server(_configuration(create_app_alone(settings))).run([listener])
            else:
                os.environ.update({f"DSM_{name.upper()}": str(value) for name, value in asdict(settings).items()})
                app = f"{__name__}:{app_beside_server.__name__}"
                Multiprocess(_configuration(app, factory=True, workers=workers), [listener]).run()


def app_beside_server() -> Starlette:
    """The application in one of several processes, which ends with the process that started it."""
    log_to_stderr()
    end_with_main_thread()
    if parent := parent_process():

        def end_with_parent() -> None:
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_with_parent, name="parent-watcher", daemon=True).start()
    return app_from_environment()


def end_with_main_thread() -> None:
    """Lets no thread keep the process: a long message that is being read, or a name that is being looked up, can't be told to
    stop. What it has not committed never was."""

    def end() -> None:
        threading.main_thread().join()
        time.sleep(_LAST_WORK_SECONDS)
        os._exit(0)

    threading.Thread(target=end, name="main-watcher", daemon=True).start()


def log_to_stderr() -> None:
    """What went wrong, with its time; requests are not logged."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def address_of(settings: Settings) -> str:
    """What to open: the public address, or the one listened on."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return settings.base_url or f"http://{host}:{settings.port}"


def listening_settings(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=settings.port if port is None else port)


def _configuration(app: Starlette | str, **options: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        http=heads.Protocol,
        server_header=False,
        timeout_graceful_shutdown=_LAST_TRANSFERS_SECONDS,
        **options,  # type: ignore[arg-type]
    )


def _listener(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        # What is in brackets repeats the address.
        reason = str(getattr(error, "strerror", None) or error).partition(" (")[0].rstrip(".")
        raise Unavailable(
            f"Nobody can listen on {settings.host}, port {settings.port}: {reason}. Choose another with --port or "
            "DSM_PORT (make demo PORT=8124)."
        ) from error
    listener.set_inheritable(True)
    return listener


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
        # set() waits until all who wait have woken, and one who was ended meanwhile (by a signal to all processes) never does.
        threading.Thread(target=stop.set, name="worker-stopper", daemon=True).start()
        child.join(_LAST_SUBMISSION_SECONDS)
        if child.is_alive():
            child.terminate()  # its submission is another worker's when the claim is over
            child.join(_LAST_WORK_SECONDS * 2)
            child.kill()  # where it hears nothing, in the midst of a long call
            child.join()


def _start(settings: Settings, stop: Event) -> BaseProcess:
    child = _SPAWN.Process(target=worker_main, args=(settings, stop), name="dsm-worker", daemon=True)
    child.start()
    return child


def worker_main(settings: Settings, stop: Event | None = None) -> None:
    """Processes submissions until `stop`, or the end of the process that started this one; without them, until interrupted."""
    log_to_stderr()
    signal.signal(signal.SIGTERM, _leave)  # what is open is closed, temporary files are removed
    end_with_main_thread()
    if stop is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when
    hub = Hub.open(settings)
    ending = _Orphaned(stop) if stop else threading.Event()
    threading.Thread(target=run_notifier, args=(hub, ending), name="notifier", daemon=True).start()
    try:
        run_worker(hub, ending, name=f"worker-{os.getpid()}")
    finally:
        hub.close()


def _leave(*_: object) -> None:
    sys.exit(0)


class _Orphaned:
    """Set when `stop` is, or when the parent process is gone and can't set it any more."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._parent = parent_process()

    def is_set(self) -> bool:
        return self._stop.is_set() or (self._parent is not None and not self._parent.is_alive())

    def wait(self, timeout: float | None = None) -> bool:
        return self._stop.wait(timeout) or self.is_set()
