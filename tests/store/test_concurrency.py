"""Several processes at once, and processes that die: releases stay whole, and in order."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.store import Finish, Part, Store
from tests.store.lines import EXAMPLE, KG, TJ, batch, lines, publish

ALL = DataQuery()


def publish_often(url: str, area: str, agreement: str, times: int) -> list[tuple[int, float]]:
    store = Store(url)
    made = []
    for value in range(times):
        rows = [f"A.{area}.{sex} {year} OBS_VALUE={value}" for sex in "FM" for year in range(2000, 2010)]
        release = publish(store, *rows, agreement=agreement)
        made.append((release.number, release.time.timestamp()))
    store.close()
    return made


def test_releases_of_two_processes_follow_one_another(url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(publish_often, url, area, who, 5) for area, who in (("KG", KG), ("TJ", TJ))]
        made = sorted(release for future in futures for release in future.result())
    assert [number for number, _ in made] == list(range(1, 11))
    assert [time for _, time in made] == sorted({time for _, time in made})
    store = Store(url)
    assert {line.rpartition("=")[2] for line in lines(store.data(EXAMPLE, ALL, PUBLIC))} == {"4"}
    store.close()


def test_a_reader_sees_the_state_before_or_after_a_release(store: Store) -> None:
    keys = [f"A.{area}.{sex} 2020" for area in ("KG", "UZ") for sex in "FM"]
    publish(store, *(f"{key} OBS_VALUE=0" for key in keys))

    def writing() -> None:
        for value in range(1, 20):
            publish(store, *(f"{key} OBS_VALUE={value}" for key in keys))

    writer = threading.Thread(target=writing)
    writer.start()
    seen = set()
    while writer.is_alive():
        found = {line.rpartition("=")[2] for line in lines(store.data(EXAMPLE, ALL, PUBLIC))}
        assert len(found) == 1, "values of two releases in one answer"
        seen |= found
    writer.join()
    assert seen


class Interrupted:
    """Batches of which the last kills the process, as `kill -9` does."""

    def __init__(self, when: str) -> None:
        self.when = when
        self.readings = 0

    def __iter__(self) -> Iterator[pl.DataFrame]:
        self.readings += 1
        yield batch("A.KG.F 2020 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=2", "delete A.KG.M")
        if self.when == "in the middle" and self.readings == 2:
            os.kill(os.getpid(), signal.SIGKILL)


def publish_and_die(url: str, when: str, submission: str) -> None:
    store = Store(url)
    part = Part(schema=EXAMPLE, agreement=KG, action="Append", batches=Interrupted(when))
    store.publish([part], submission=submission, user="u", finish=Finish(state="released"))
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("when", ["in the middle", "just behind"])
def test_a_killed_publication_leaves_nothing_or_all(url: str, tmp_path: Path, when: str) -> None:
    store = Store(url)
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.M 2020 OBS_VALUE=1")
    (tmp_path / "f").touch()
    digest = store.put_file(tmp_path / "f", name="f", media_type="text/csv").digest
    submission = store.add_submission(user="u", file_digest=digest, file_name="f").id
    child = multiprocessing.get_context("spawn").Process(target=publish_and_die, args=(url, when, submission))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    found = lines(store.data(EXAMPLE, ALL, PUBLIC))
    if when == "in the middle":
        assert found == ["A.KG.F 2020 OBS_VALUE=1", "A.KG.M 2020 OBS_VALUE=1"]
        assert (store.submission(submission).state, len(store.releases())) == ("received", 1)
    else:
        assert found == ["A.KG.F 2020 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=2"]
        assert (store.submission(submission).state, len(store.releases())) == ("released", 2)
    # The lock died with its holder.
    assert publish(store, "A.KG.F 2022 OBS_VALUE=3").number == len(store.releases())
    store.close()
