"""Answers that take long: made by a thread into a file, which waits some hours for whoever asked.

A job is a folder with its description and its body, so that every process that shares DSM_DATA_DIR can tell how far it is.
Whoever knows the id of a job of the public may see it; those of people are theirs alone. A job whose process is gone has
failed."""

import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from sdmx_dsm.errors import Conflict, DsmError, NotFound, TooLarge, Unavailable
from sdmx_dsm.model import Text, Viewer
from sdmx_dsm.service.rendered import Body
from sdmx_dsm.store import Interrupt

JobState = Literal["waiting", "running", "finished", "failed"]
_THREADS: Final = 2
_MOST_WAITING: Final = 20
_BEAT_SECONDS: Final = 1.0
_SILENCE_SECONDS: Final = 60.0  # after so many without a beat its process is gone
_POLL_SECONDS: Final = 0.02
_GONE: Final[Text] = {
    "en": "The service was restarted while it made the file: ask again.",
    "ru": "Служба была перезапущена, пока готовился файл: повторите запрос.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`observations` of the answer, of which `done` are written; `size` of the file in bytes, as far as it is made. `headers`:
    those of the answer."""

    id: str
    owner: str
    observations: int
    created: float
    headers: Mapping[str, str]
    state: JobState = "waiting"
    done: int = 0
    size: int = 0
    error: Text = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return self.state in ("finished", "failed")


class Progress:
    """What a job tells while it is made: the maker counts observations here."""

    def __init__(self) -> None:
        self.done = 0
        self.size = 0


class Jobs:
    """The jobs in `folder`. Their files have at most `max_bytes` together, and are kept for `hours`."""

    def __init__(self, folder: Path, max_bytes: int, hours: float, explain: Callable[[Exception], Text]) -> None:
        """`explain`: what to tell of an error that is no DsmError."""
        self._folder = folder
        self._max_bytes = max_bytes
        self._seconds = hours * 3600
        self._explain = explain
        self._executor = ThreadPoolExecutor(_THREADS, "dsm-job")
        self._stopping = threading.Event()
        self._interrupt = Interrupt()
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Job, Progress]] = {}
        self._heart = threading.Thread(target=self._beat, daemon=True)
        self._remove_old()

    def start(
        self, viewer: Viewer, observations: int, headers: Mapping[str, str], make: Callable[[Progress], Iterator[bytes]]
    ) -> Job:
        """`make` gives the pieces of the body, in a thread. Raises Unavailable while too many jobs wait."""
        self._remove_old()
        with self._lock:
            if len(self._open) >= _MOST_WAITING:
                raise Unavailable(
                    f"{_MOST_WAITING} files are being made: try again in some minutes.",
                    ru=f"Уже готовится файлов: {_MOST_WAITING}; повторите попытку через несколько минут.",
                )
            job = Job(
                id=secrets.token_urlsafe(24),
                owner=viewer.name,
                observations=observations,
                created=time.time(),
                headers=dict(headers),
            )
            (self._folder / job.id).mkdir(parents=True)
            self._save(job)
            self._open[job.id] = job, Progress()
            if not self._heart.is_alive():
                self._heart.start()
        self._executor.submit(self._run, job, make)
        return job

    def find(self, id: str, viewer: Viewer) -> Job:
        """Raises NotFound where there is none, or it is another's."""
        job = self._load(id)
        if job is None or (job.owner != viewer.name and not viewer.is_administrator):
            raise NotFound(f"There is no job {id[:80]}.", ru=f"Задания {id[:80]} нет.")
        return job

    def wait_for(self, id: str, viewer: Viewer, seconds: float) -> Job:
        """The job when it is over, or when the time is."""
        end = time.monotonic() + seconds
        while not (job := self.find(id, viewer)).is_over and time.monotonic() < end and not self._stopping.is_set():
            time.sleep(_POLL_SECONDS)
        return job

    def body(self, job: Job) -> Body:
        """Raises Conflict where it is not finished, NotFound where its file is gone."""
        if job.state != "finished":
            raise Conflict(
                f"The file of this job is not there: it is {job.state}.",
                ru=f"Файла этого задания нет: его состояние — {job.state}.",
            )
        try:
            return Body((self._folder / job.id / "body").open("rb"), job.size)
        except OSError:
            raise NotFound("The file of this job is gone.", ru="Файла этого задания больше нет.") from None

    def close(self) -> None:
        """Stops what is being made."""
        self._stopping.set()
        self._executor.shutdown(wait=False, cancel_futures=True)
        while self._is_working():
            self._interrupt.stop()
            time.sleep(_POLL_SECONDS)

    def _is_working(self) -> bool:
        with self._lock:
            return any(job.state == "running" for job, _ in self._open.values())

    # --- in threads ---------------------------------------------------------------------------------------------------

    def _beat(self) -> None:
        """Tells others how far the jobs of this process are, and that it lives."""
        while not self._stopping.wait(_BEAT_SECONDS):
            with self._lock:
                for job, progress in self._open.values():
                    self._save(replace(job, done=progress.done, size=progress.size))

    def _run(self, job: Job, make: Callable[[Progress], Iterator[bytes]]) -> None:
        progress = Progress()
        with self._lock:
            self._open[job.id] = replace(job, state="running"), progress
        try:
            with self._interrupt.current():
                self._write(job, make, progress)
            end = replace(job, state="finished", done=job.observations, size=progress.size)
        except Exception as error:
            end = replace(job, state="failed", done=progress.done, error=self._told(error))
        with self._lock:
            del self._open[job.id]
            self._save(end)
        if end.state == "failed":
            with suppress(OSError):
                (self._folder / job.id / "body").unlink()

    def _told(self, error: Exception) -> Text:
        if self._stopping.is_set():
            return _GONE
        return error.texts if isinstance(error, DsmError) else self._explain(error)

    def _write(self, job: Job, make: Callable[[Progress], Iterator[bytes]], progress: Progress) -> None:
        room = self._max_bytes - self._held_bytes()
        with (self._folder / job.id / "body").open("wb") as file:
            for piece in make(progress):
                if self._stopping.is_set():
                    raise Unavailable(_GONE["en"], ru=_GONE["ru"])
                progress.size += len(piece)
                if progress.size > room:
                    raise TooLarge(
                        f"The files of all jobs would have more than {self._max_bytes} bytes, the limit DSM_JOB_BYTES.",
                        ru=f"Файлы всех заданий превысили бы предел DSM_JOB_BYTES; предел в байтах: {self._max_bytes}.",
                        setting="DSM_JOB_BYTES",
                    )
                file.write(piece)

    # --- files --------------------------------------------------------------------------------------------------------

    def _held_bytes(self) -> int:
        held = 0
        for path in self._folder.glob("*/body"):
            with suppress(OSError):  # taken away meanwhile
                held += path.stat().st_size
        return held

    def _save(self, job: Job) -> None:
        folder = self._folder / job.id
        with suppress(OSError):  # taken away meanwhile
            (folder / "new").write_text(json.dumps(asdict(job)), "utf-8")
            os.replace(folder / "new", folder / "job.json")

    def _load(self, id: str) -> Job | None:
        if not id.replace("-", "").replace("_", "").isalnum() or not id.isascii():
            return None  # and no path either
        path = self._folder / id / "job.json"
        try:
            values: dict[str, Any] = json.loads(path.read_text("utf-8"))
            silent = time.time() - path.stat().st_mtime > _SILENCE_SECONDS
        except (OSError, ValueError):
            return None
        job = Job(**values)
        return replace(job, state="failed", error=_GONE) if silent and not job.is_over else job

    def _remove_old(self) -> None:
        for path in self._folder.glob("*/job.json"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > self._seconds:
                    shutil.rmtree(path.parent, ignore_errors=True)
