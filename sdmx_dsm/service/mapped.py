"""Mapped dataflows: those without data of their own, which show the data of another through a structure map.

The owner of a dataflow says so by an annotation of type MAPPED, whose value is the map. A question to it is one to a small
database that holds what the map makes of all that the caller may see of the source: so every operator, order and count is that
of any dataflow. It is made when it is first asked for, and again after each release of the source; a process keeps the last ones.

What changed since a moment is what differs between what the map makes of the source as of then and of the source now: the
database gets both, one after the other, as its releases."""

import logging
import shutil
import tempfile
import threading
import weakref
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from sdmx_dsm.batches import Spool
from sdmx_dsm.errors import DsmError, TooLarge, Unsupported
from sdmx_dsm.mapping import DataMap, Remarks
from sdmx_dsm.model import DataQuery, Schema, Structures, Viewer
from sdmx_dsm.service.recent import Recent
from sdmx_dsm.service.structure_maps import data_map, find_map
from sdmx_dsm.store import Part, Store

log = logging.getLogger(__name__)

_KEPT: Final = 8
_AGREEMENT: Final = "MAPPED:MAPPED(1.0.0)"
_EVERYTHING: Final = pl.DataFrame({":level": ["delete"]})


@dataclass(frozen=True, slots=True)
class MappedFlow:
    """A mapped dataflow, and the map that makes its data. `state`: what both depend on in the registry."""

    data_map: DataMap
    state: Hashable

    @property
    def source(self) -> Schema:
        return self.data_map.source

    @property
    def schema(self) -> Schema:
        return self.data_map.target


@dataclass(slots=True)
class _Made:
    """`before`: the time of the release that holds the source as of an earlier moment."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    store: Store | None = None
    before: datetime | None = None


class MappedStores:
    """What this process has made lately. Safe to share between threads."""

    def __init__(self) -> None:
        self._flows: Recent[MappedFlow | None] = Recent(_KEPT)
        self._made: Recent[_Made] = Recent(_KEPT)

    def flow(self, structures: Structures, schema: Schema, revision: int) -> MappedFlow | None:
        """None for a dataflow that has its own data, and for one whose map can't be run, which is logged."""
        annotation = schema.dataflow.annotation("MAPPED") if schema.dataflow and not schema.agreement else None
        if annotation is None or not annotation.value:
            return None
        state = (schema.reference, revision)
        name = annotation.value
        return self._flows.get(state, lambda: _flow(structures, schema, name, state))

    def opened(
        self, store: Store, flow: MappedFlow, revision: int, query: DataQuery, viewer: Viewer, most: int
    ) -> tuple[Store, DataQuery]:
        """The database that answers, and the question as it is to be put to it. `store` and `revision` are of the source.

        Raises Unsupported for the history, TooLarge where the source has more than `most` observations."""
        if query.include_history:
            raise Unsupported(
                f"{flow.schema.reference.short} shows the data of another dataflow and has no history; ask for that of "
                f"{flow.source.reference.short}.",
                ru=f"{flow.schema.reference.short} показывает данные другого потока и не имеет истории; запросите историю "
                f"{flow.source.reference.short}.",
            )
        access = (viewer.is_administrator, tuple(sorted(viewer.agreements)))
        key = (flow.state, revision, access, query.as_of, query.updated_after)
        made = self._made.get(key, _Made)
        with made.lock:
            if made.store is None:
                _check_size(store, flow, most)
                made.store, made.before = _make(store, flow, query, viewer)
        asked = replace(query, context="dataflow", as_of=None, updated_after=made.before, providers=())
        return made.store, asked


def kept_with(batches: Iterator[pl.DataFrame], store: Store) -> Iterator[pl.DataFrame]:
    """Batches that hold on to the database they are read from."""
    yield from batches
    del store


def _flow(structures: Structures, schema: Schema, name: str, state: Hashable) -> MappedFlow | None:
    try:
        structure_map = find_map(structures, name)
        if structure_map.source is None:
            raise Unsupported(f"{name} does not say what it maps.", ru=f"В {name} не указано, что отображается.")
        source = structures.schema(structure_map.source)
        return MappedFlow(data_map(structures, structure_map, source, schema), state)
    except DsmError as error:
        log.warning("%s shows nothing: %s", schema.reference.short, error)
        return None


def _check_size(store: Store, flow: MappedFlow, most: int) -> None:
    (holding,) = store.holdings([flow.source])
    if holding.observations > most:
        raise TooLarge(
            f"{flow.source.reference.short} has {holding.observations} observations; {most} are mapped at once "
            "(DSM_MAX_OBSERVATIONS).",
            ru=f"В {flow.source.reference.short} наблюдений: {holding.observations}; за один раз отображается не более "
            f"{most} (DSM_MAX_OBSERVATIONS).",
            observations=holding.observations,
        )


def _make(store: Store, flow: MappedFlow, query: DataQuery, viewer: Viewer) -> tuple[Store, datetime | None]:
    """A database that ends, with its file, when nobody holds it any more."""
    folder = tempfile.mkdtemp(prefix="dsm-mapped-")
    made = Store(f"sqlite:///{(Path(folder) / 'mapped.db').as_posix()}")
    weakref.finalize(made, shutil.rmtree, folder, ignore_errors=True)
    made.migrate()
    before = None
    if query.updated_after:
        before = _publish(made, store, flow, query.updated_after, viewer)
    _publish(made, store, flow, query.as_of, viewer)
    return made, before


def _publish(made: Store, store: Store, flow: MappedFlow, as_of: datetime | None, viewer: Viewer) -> datetime:
    """Puts what the map makes of the source in the place of what is there. What stays as it was has not changed."""
    with Spool() as spool:
        spool.add(_EVERYTHING)
        for dataset in store.data(flow.source, DataQuery(as_of=as_of), viewer):
            for batch in flow.data_map.apply(dataset, Remarks()).batches:
                spool.add(batch)
        part = Part(schema=flow.schema, agreement=_AGREEMENT, action="Replace", batches=spool)
        return made.publish([part], submission="", user="").time
