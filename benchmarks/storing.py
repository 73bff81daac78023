"""Storing: the bare load, a publication, and a whole submission from file to release."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from benchmarks import peers
from benchmarks.generating import AGREEMENT, Material
from benchmarks.measuring import Comparison, measure
from sdmx_dsm.batches import Spool
from sdmx_dsm.model import Viewer
from sdmx_dsm.service import Hub
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Part


def empty_hub(data: Material, folder: Path) -> Hub:
    hub = Hub.open(Settings(data_dir=str(folder / uuid4().hex)))
    hub.store.revise(list(data.structures), user="benchmark")
    return hub


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    count = data.frame.height
    bare = measure(
        "bare load into one SQLite table", count, lambda: peers.plain_load(folder / "plain.db", data.frame), runs=1
    )

    hub = empty_hub(data, folder)
    with Spool(folder) as spool:
        for batch in data.dataset().batches:
            spool.add(batch)
        part = Part(schema=data.dataset().schema, agreement=AGREEMENT.short, action="Append", batches=spool)
        published = measure(
            "publish checked batches", count, lambda: hub.store.publish([part], submission="", user="b"), runs=1
        )
    yield Comparison(published, [bare])
    hub.close()

    path = data.write("sdmx-csv-2.0", folder / "submitted.csv")
    hub = empty_hub(data, folder)
    whole = measure("submit: file to release (CSV 2.0)", count, lambda: submit(hub, path), runs=1)
    yield Comparison(whole, [bare], "100,000 obs/s")
    again = measure("submit again, every tenth value changed", count, lambda: submit(hub, revised(path)), runs=1)
    yield Comparison(again, [bare])
    hub.close()


def revised(path: Path, sign: str = "1") -> Path:
    """The same file with a sign more at the end of every tenth line's value; made by text, not by our writers."""
    changed = path.with_name(f"revised-{sign}.csv")
    with path.open() as source, changed.open("w") as target:
        heading = source.readline()
        place = heading.rstrip("\n").split(",").index("OBS_VALUE")
        target.write(heading)
        for number, line in enumerate(source):
            if number % 10 == 0:
                cells = line.split(",")
                cells[place] += sign
                line = ",".join(cells)
            target.write(line)
    return changed


def submit(hub: Hub, path: Path) -> None:
    viewer = Viewer(name="benchmark", is_administrator=True)
    submission = receive(hub, SubmissionRequest(path=path, file_name=path.name, structure=AGREEMENT.short), viewer)
    process_all(hub)
    state = hub.store.submission(submission.id)
    assert state.state == "released", state.report
