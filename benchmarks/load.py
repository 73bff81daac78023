"""An open load of short answers while a submission is taken in, beside a plain handler under the same load in the same run:

    python -m benchmarks.load [--observations N] [--submitted N] [--seconds S] [--rate R]

Requests begin at their time, whether or not those before have been answered, and what one took counts from then. Four of five
ask for one series, the fifth for 1,000 observations. Without a rate it is half of what eight callers get who ask without a
pause. The services, the callers and the submission are processes of their own, on this machine alone."""

import argparse
import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

import httpx

from benchmarks.generating import Material, material
from benchmarks.serving import CSV, Question, Server, one_series, plain, running, served, service, thousands
from benchmarks.storing import revised, submit
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings

CALLERS = 8
FIRST_SECONDS = 5.0
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` that each answer took, sorted; `failed`: how many requests had none."""

    rate: float
    seconds: Sequence[float]
    failed: int

    def percentile(self, of_hundred: int) -> float:
        return self.seconds[min(len(self.seconds) - 1, len(self.seconds) * of_hundred // 100)] if self.seconds else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.load", description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--submitted", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second; 0: half of the greatest")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dsm-load-"))
    try:
        run(folder, arguments.observations, arguments.submitted, arguments.seconds, arguments.rate)
    finally:
        shutil.rmtree(folder)


def run(folder: Path, observations: int, submitted: int, seconds: float, rate: float) -> None:
    data = material(observations)
    settings = served(data, folder)
    sent = material(submitted).write("sdmx-csv-2.0", folder / "sent.csv")
    questions = mixed(data)
    paths = [question.path for question in questions]
    queries = [f"/?sql={question.sql}" for question in questions]
    with running(service, settings.data_dir) as ours, running(plain, str(folder)) as bare:
        greatest = in_a_process(closed, ours.address, paths, FIRST_SECONDS).rate
        wanted = rate or greatest / 2
        print(
            f"Eight callers get {greatest:,.0f} answers a second; {wanted:,.1f} are asked for, {seconds:g} seconds long."
        )
        found: list[tuple[str, Load, Server]] = []
        for name, server, asked, sign in (("dsm", ours, paths, "1"), ("plain handler", bare, queries, "2")):
            with submitting(settings, revised(sent, sign)) as taken:
                found.append((name, in_a_process(opened, server.address, asked, seconds, wanted), server))
                print(f"The submission of {submitted:,} observations beside it took {taken():.1f} s.")
        peaks = [server.peak_mb() for _, _, server in found]
    print(f"\n{observations:,} observations stored; load of the machine: {os.getloadavg()[0]:.1f}\n")
    print("| service | answers | failed | p50 ms | p95 ms | p99 ms | peak MB |\n|---|---|---|---|---|---|---|")
    for (name, load, _), peak in zip(found, peaks, strict=True):
        figures = " | ".join(f"{load.percentile(of) * 1000:.1f}" for of in (50, 95, 99))
        print(f"| {name} | {len(load.seconds)} | {load.failed} | {figures} | {peak:.0f} |")
    (_, our_load, _), (_, bare_load, _) = found
    print(
        f"\np95: {our_load.percentile(95) / bare_load.percentile(95):.2f} times that of the plain handler (target: 3)"
    )


def mixed(data: Material) -> list[Question]:
    """Four of one series, then one of 1,000 observations, and so on."""
    short = cycle(one_series(data))
    return [question for long in thousands(data) for question in (*islice(short, 4), long)]


def in_a_process(drive: Callable[..., Load], *arguments: object) -> Load:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(drive, arguments)


def closed(address: str, paths: Sequence[str], seconds: float) -> Load:
    """Callers who ask again as soon as they have their answer."""

    async def drive() -> Load:
        took: list[float] = []
        async with client(address) as asking:
            end = time.perf_counter() + seconds
            asked = cycle(paths)

            async def caller() -> None:
                while (begin := time.perf_counter()) < end:
                    (await asking.get(next(asked))).raise_for_status()
                    took.append(time.perf_counter() - begin)

            await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return Load(len(took) / seconds, sorted(took), 0)

    return asyncio.run(drive())


def opened(address: str, paths: Sequence[str], seconds: float, rate: float) -> Load:
    """Requests that begin at their time."""

    async def drive() -> Load:
        took: list[float] = []
        failed = 0
        async with client(address) as asking:

            async def ask(path: str, begin: float) -> None:
                nonlocal failed
                await asyncio.sleep(begin - time.perf_counter())
                try:
                    (await asking.get(path)).raise_for_status()
                    took.append(time.perf_counter() - begin)
                except httpx.HTTPError:
                    failed += 1

            start = time.perf_counter() + 1
            asked = islice(cycle(paths), int(seconds * rate))
            await asyncio.gather(*(ask(path, start + number / rate) for number, path in enumerate(asked)))
        return Load(rate, sorted(took), failed)

    return asyncio.run(drive())


def client(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=256, max_keepalive_connections=256)
    return httpx.AsyncClient(base_url=address, headers=CSV, timeout=TIMEOUT_SECONDS, limits=limits)


@contextmanager
def submitting(settings: Settings, path: Path) -> Iterator[Callable[[], float]]:
    """Takes in a file meanwhile; gives what tells how many seconds that took, when it is done."""
    with get_context("spawn").Pool(1) as pool:
        taken = pool.apply_async(take_in, (settings, path))
        yield taken.get


def take_in(settings: Settings, path: Path) -> float:
    hub = Hub.open(settings)
    begin = time.perf_counter()
    submit(hub, path)
    hub.close()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
