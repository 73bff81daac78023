"""The catalogue: of each dataflow its titles, the countries that have data, how much there is, and when it was last released.

Numbers are of what the viewer may see. When the next release is due an annotation of the dataflow says, of type NEXT_RELEASE: its
value is a day or a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from sdmx_dsm.errors import NotFound, TooLarge
from sdmx_dsm.model import Dataflow, DataQuery, Schema, SchemaComponent, Viewer
from sdmx_dsm.service import data
from sdmx_dsm.service.data import Asked, Subject
from sdmx_dsm.service.hub import Counted, Hub
from sdmx_dsm.service.mapped import MappedFlow
from sdmx_dsm.store import Holding

_AREA_IDS: Final = ("REF_AREA", "GEO")  # of the cross-domain concepts, and of Eurostat


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`last_release` and `released`: number and time; None where there is none. `mapped`: short reference of the dataflow whose
    data it shows, if it shows another's."""

    dataflow: Dataflow
    countries: tuple[str, ...]
    series: int
    observations: int
    last_release: int | None
    released: datetime | None
    next_release: str | None
    mapped: str | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`tag` changes whenever an entry could."""

    entries: Sequence[Entry]
    tag: str


def catalogue(hub: Hub, viewer: Viewer) -> Catalogue:
    """Of all dataflows, by agency, id and version."""
    entries: list[Entry] = []
    tags: list[str] = [str(hub.registry.revision)]
    for flow in hub.dataflows():
        query = DataQuery(agencies=(flow.agency,), ids=(flow.id,), versions=(flow.version,))
        try:
            asked = data.ask(hub, query, viewer)
        except NotFound:  # of what it refers to: it has no data then
            entries.append(_entry(flow, Counted((), 0, 0), Holding(), None))
            continue
        (subject,) = asked.subjects
        access = (viewer.is_administrator, tuple(sorted(viewer.agreements)))
        state = (flow.reference, asked.registry.revision, subject.holding.revision, access)
        counted = hub.counted.get(state, partial(_counted, asked, subject))
        entries.append(_entry(flow, counted, subject.holding, subject.mapped))
        tags.append(asked.tag)
    return Catalogue(entries, " ".join(tags))


def _entry(flow: Dataflow, counted: Counted, holding: Holding, mapped: MappedFlow | None) -> Entry:
    planned = flow.annotation("NEXT_RELEASE")
    return Entry(
        dataflow=flow,
        countries=counted.countries,
        series=counted.series,
        observations=counted.observations,
        last_release=holding.revision or None,
        released=holding.released,
        next_release=planned.value if planned else None,
        mapped=mapped.source.reference.short if mapped else None,
    )


def _counted(asked: Asked, subject: Subject) -> Counted:
    if not subject.holding.observations:
        return Counted((), 0, 0)
    try:
        store, query = asked.source(subject)
    except TooLarge:  # of a mapped dataflow, which answers no query then
        return Counted((), 0, 0)
    counts = store.count(subject.schema, query, asked.viewer)
    area = _area(subject.schema)
    values = store.available(subject.schema, query, asked.viewer) if area and counts.observations else {}
    return Counted(tuple(values.get(area.id, ())) if area else (), counts.series, counts.observations)


def _area(schema: Schema) -> SchemaComponent | None:
    """The dimension of countries."""
    return next((each for id in _AREA_IDS for each in schema.dimensions if each.id == id), None)
