"""Everything that a hub has, asked for at once: how fast it comes, and how much memory the process that answers takes for it.

Each format is asked of a process of its own. What is kept of finished answers helps none of them: it is by format."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.generating import Material
from benchmarks.measuring import Comparison, measure
from benchmarks.serving import DATA, getter, running, served, service
from sdmx_dsm.formats import by_name

FORMATS = ("sdmx-csv-2.0", "sdmx-ml-3.0", "sdmx-json-2.0")


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    settings = served(data, folder)
    for name in FORMATS:
        headers = {"Accept": by_name(name).content_type, "Accept-Encoding": "identity"}
        with running(service, settings.data_dir) as server, httpx.Client(timeout=3600) as client:
            get = getter(client, [server.address + DATA], headers)
            found = measure(f"GET everything, {name}", data.frame.height, get, 1, server.cpu_seconds)
            yield Comparison(replace(found, memory_mb=server.peak_mb()), target="400,000 obs/s, under 600 MB")
