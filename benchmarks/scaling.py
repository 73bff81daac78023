"""The same short questions to a hub that has all observations, and to one that has a tenth of them."""

from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.generating import Material, material
from benchmarks.measuring import Comparison, measure
from benchmarks.serving import CSV, REPEATS, getter, one_series, running, served, service, thousands

QUESTIONS = {"one series": one_series, "1,000 observations": thousands}


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    few = material(data.frame.height // 10)
    small, large = folder / "small", folder / "large"
    for one in (small, large):
        one.mkdir()
    of_few, of_all = served(few, small).data_dir, served(data, large).data_dir
    with running(service, of_few) as less, running(service, of_all) as more, httpx.Client(timeout=600) as client:
        for name, asked in QUESTIONS.items():
            ours, beside = (
                measure(
                    f"{name} of {stored.frame.height:,} stored",
                    1,
                    getter(client, [server.address + question.path for question in asked(stored)], CSV),
                    REPEATS,
                    server.cpu_seconds,
                )
                for stored, server in ((data, more), (few, less))
            )
            yield Comparison(ours, [beside], "less than 2 times")
