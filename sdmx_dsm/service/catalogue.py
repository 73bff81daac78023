"""The catalogue: of each dataflow its titles, the countries that have data, how much there is, and when it was last released.

Numbers are of what the viewer may see. When the next release is due an annotation of the dataflow says, of type NEXT_RELEASE: its
value is a day or a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sdmx_dsm.errors import TooLarge
from sdmx_dsm.model import Dataflow, DataQuery, Schema, SchemaComponent, Text, Viewer
from sdmx_dsm.service import data
from sdmx_dsm.service.data import Asked, Subject
from sdmx_dsm.service.hub import Counted, Hub

_AREA_IDS = ("REF_AREA", "GEO")  # of the cross-domain concepts, and of Eurostat


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`last_release` and `released`: number and time; None where there is none. `mapped`: short reference of the dataflow whose
    data it shows, if it shows another's."""

    dataflow: Dataflow
    titles: Text
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
    asked = data.ask(hub, DataQuery(), viewer)
    subjects = sorted(asked.subjects, key=lambda subject: subject.schema.reference.short)
    return Catalogue([_entry(hub, asked, subject) for subject in subjects], asked.tag)


def _entry(hub: Hub, asked: Asked, subject: Subject) -> Entry:
    flow = subject.schema.dataflow
    assert flow
    holding, access = subject.holding, (asked.viewer.is_administrator, tuple(sorted(asked.viewer.agreements)))
    state = (flow.reference, asked.registry.revision, holding.revision, access)
    counted = hub.counted.get(state, lambda: _counted(asked, subject))
    planned = flow.annotation("NEXT_RELEASE")
    return Entry(
        dataflow=flow,
        titles=flow.names,
        countries=counted.countries,
        series=counted.series,
        observations=counted.observations,
        last_release=holding.revision or None,
        released=holding.released,
        next_release=planned.value if planned else None,
        mapped=subject.mapped.source.reference.short if subject.mapped else None,
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
