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
    """`seconds` for `observations`; `memory_mb` is the peak of the whole process, where it was measured."""

    name: str
    seconds: float
    observations: int
    memory_mb: float | None = None

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
    for _ in range(runs):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(name: str, observations: int, work: Callable[[], object], runs: int = 3) -> Figure:
    print(f"  {name} …", file=sys.stderr, flush=True)
    return Figure(name, median_seconds(work, runs), observations)


def peak_mb(module: str, *arguments: str) -> float:
    """The most memory that `python -m module arguments` held at once; it prints that itself (see `peak_of_this_process`)."""
    command = [sys.executable, "-m", module, *arguments]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def peak_of_this_process() -> float:
    """In MB, as Linux counts it; where it does not, as `getrusage` does."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage begins with what the parent had
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(comparisons: Iterable[Comparison]) -> str:
    """Markdown: one row for each figure, the ratio of our rate to that of the one beside it."""
    rows = ["| measure | obs/s | seconds | ratio (times of the one beside) | target |", "|---|---|---|---|---|"]
    for comparison in comparisons:
        ours = comparison.ours
        memory = f", {ours.memory_mb:.0f} MB" if ours.memory_mb is not None else ""
        rows.append(f"| **{ours.name}** | {ours.rate:,.0f} | {ours.seconds:.3f}{memory} | | {comparison.target} |")
        for peer in comparison.beside:
            # per observation, so that a peer may be given fewer
            ratio = (ours.seconds / ours.observations) / (peer.seconds / peer.observations)
            rows.append(f"| … {peer.name} | {peer.rate:,.0f} | {peer.seconds:.3f} | {ratio:.2f} | |")
    return "\n".join(rows)
