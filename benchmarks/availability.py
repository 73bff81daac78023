"""What there is for a query, from the series index, beside the same asked of the database."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.generating import Material
from benchmarks.measuring import Comparison, measure
from benchmarks.storing import empty_hub, submit
from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.store import Store


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    hub = empty_hub(data, folder)
    submit(hub, data.write("sdmx-csv-2.0", folder / "available.csv"))
    count = data.frame.height
    key = tuple((code,) if id in ("REF_AREA", "AGE") else () for id, code in _first(data).items())
    bare = Store(hub.settings.effective_database_url)
    schema = data.dataset().schema

    def ask(store: Store, query: DataQuery) -> None:
        store.count(schema, query, PUBLIC)
        store.available(schema, query, PUBLIC)

    first = measure("the first question after the start", count, lambda: ask(hub.store, DataQuery()), runs=1)
    yield Comparison(first)
    for name, query in (("everything", DataQuery()), ("one age", DataQuery(keys=(key,)))):
        ours = measure(f"availability of {name}", count, lambda query=query: ask(hub.store, query), runs=9)
        yield Comparison(ours, [measure("in SQL", count, lambda query=query: ask(bare, query))], "under 50 ms of 10M")
    bare.close()
    hub.close()


def _first(data: Material) -> dict[str, str]:
    return data.frame.select(data.schema.dimension_ids).row(0, named=True)
