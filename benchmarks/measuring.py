"""Timing: medians of a few runs, peak memory of a child process, and the table that is printed."""

import gc
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """`seconds` for `observations`; `memory_mb` is the peak of the whole process, `cpu_seconds` what it computed for one run,
    where they were measured."""

    name: str
    seconds: float
    observations: int
    memory_mb: float | None = None
    cpu_seconds: float | None = None

    @property
    def rate(self) -> float:
        return self.observations / self.seconds if self.seconds else float("inf")


@dataclass(slots=True)
class Comparison:
    """Our figure, and those beside it in the same run; `target` says what the ratio should be."""

    ours: Figure
    beside: list[Figure] = field(default_factory=list)
    target: str = ""


def median_seconds(work: Callable[[], object], runs: int = 3) -> float:
    times = []
    gc.collect()  # not between short answers: the service would have to wake up for each
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(
    name: str,
    observations: int,
    work: Callable[[], object],
    runs: int = 3,
    cpu: Callable[[], float] | None = None,
) -> Figure:
    """`cpu` tells what the process that does the work has computed so far: on a busy machine it says more than the time."""
    print(f"  {name} …", file=sys.stderr, flush=True)
    before = cpu() if cpu else 0.0
    seconds = median_seconds(work, runs)
    return Figure(name, seconds, observations, cpu_seconds=(cpu() - before) / runs if cpu else None)


def peak_mb(module: str, *arguments: str) -> float:
    """The most memory that `python -m module arguments` held at once; it prints that itself (see `peak_of_this_process`)."""
    command = [sys.executable, "-m", module, *arguments]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def peak_of_process(process: int | str) -> float:
    """In MB, as Linux counts it."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def peak_of_this_process() -> float:
    """In MB, as Linux counts it; where it does not, as `getrusage` does."""
    if Path("/proc/self/status").exists():  # getrusage begins with what the parent had
        return peak_of_process("self")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(comparisons: Iterable[Comparison]) -> str:
    """Markdown: one row for each figure, the ratio of our rate to that of the one beside it; behind it the same of computing."""
    rows = ["| measure | obs/s | seconds | ratio (times of the one beside) | target |", "|---|---|---|---|---|"]
    for comparison in comparisons:
        ours = comparison.ours
        rows.append(f"| **{ours.name}** | {ours.rate:,.0f} | {_took(ours)} | | {comparison.target} |")
        for peer in comparison.beside:
            # per observation, so that a peer may be given fewer
            per_observation = peer.observations / ours.observations
            ratio = f"{ours.seconds / peer.seconds * per_observation:.2f}"
            if ours.cpu_seconds and peer.cpu_seconds:
                ratio += f", CPU {ours.cpu_seconds / peer.cpu_seconds * per_observation:.2f}"
            rows.append(f"| … {peer.name} | {peer.rate:,.0f} | {_took(peer)} | {ratio} | |")
    return "\n".join(rows)


def _took(figure: Figure) -> str:
    memory = f", {figure.memory_mb:.0f} MB" if figure.memory_mb is not None else ""
    cpu = f", CPU {figure.cpu_seconds:.4f}" if figure.cpu_seconds is not None else ""
    return f"{figure.seconds:.4f}{cpu}{memory}"
