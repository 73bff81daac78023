"""Data queries: which dataflows are meant, what of them is selected, and the data sets that answer.

One engine for both REST versions: the web parses either into a `DataQuery` (`spec/REST.md` A2-A4, B9)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

import polars as pl

from sdmx_dsm import __version__
from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import NoResults, NotFound, QuerySemanticsError, QuerySyntaxError, TooLarge
from sdmx_dsm.model import (
    Annotation,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataQuery,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Schema,
    ValueSelection,
    Viewer,
    parse_version,
    select_versions,
)
from sdmx_dsm.service.hub import Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAnswer:
    """`tag` changes whenever the answer could; `last_modified` is the time of the newest release in it."""

    datasets: tuple[DataSet, ...]
    header: Header
    tag: str
    last_modified: datetime | None


def answer(hub: Hub, query: DataQuery, viewer: Viewer) -> DataAnswer:
    """One ordered data set for each dataflow version that matches and has data.

    Raises NotFound (no such dataflow), NoResults (it exists, nothing matches), QuerySemanticsError (a component that it does
    not have), TooLarge: all of them before the first row is read."""
    datasets: list[DataSet] = []
    agreements: set[str] = set()
    schemas = _schemas(hub, query)
    for schema in schemas:
        components = _components(schema, query)
        counts = hub.store.count(schema, query, viewer, agreements=_agreements(hub, schema, query))
        if counts.observations > hub.settings.max_observations:
            raise TooLarge(
                f"The answer has {counts.observations} observations; this service gives {hub.settings.max_observations} at "
                "once (DSM_MAX_OBSERVATIONS). Narrow the key or the period, or ask country by country.",
                observations=counts.observations,
            )
        if not counts.observations and not counts.series:
            continue
        agreements.update(hub.store.contributing_agreements(schema, viewer, query))
        datasets += [
            replace(found, structure=_reported(schema, query), components=components)
            for found in hub.store.data(
                schema, query, viewer, components=components, agreements=_agreements(hub, schema, query)
            )
        ]
    filled = tuple(nonempty for dataset in datasets if (nonempty := _peek(dataset)))
    if not filled:
        names = ", ".join(schema.reference.short for schema in schemas)
        raise NoResults(f"{names} has no data that match the query.")
    newest = max(
        (
            release.time
            for schema in schemas
            if (release := hub.store.last_release(schema.dataflow.reference if schema.dataflow else None))
        ),
        default=None,
    )
    state = tag(hub, query, viewer)
    header = hub.header(
        id=f"DSM-{state[:20]}",
        prepared=(newest or datetime.fromtimestamp(0, UTC)).isoformat(timespec="milliseconds"),
        sources=hub.notices(sorted(agreements)),
    )
    return DataAnswer(datasets=filled, header=header, tag=state, last_modified=newest)


def tag(hub: Hub, query: DataQuery, viewer: Viewer) -> str:
    """A digest of all that the answer depends on: the query, who asks, the state of data, structures and code."""
    parts = [__version__, repr(query), repr(viewer.is_administrator), repr(sorted(viewer.agreements))]
    parts += [str(hub.registry.revision), *(str(hub.store.data_revision(schema)) for schema in _schemas(hub, query))]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def availability(hub: Hub, query: DataQuery, viewer: Viewer, *, mode: str = "exact") -> list[DataConstraint]:
    """What there is for a query: one constraint of role Actual for each dataflow, with the values of each dimension and, as
    annotations, the numbers of series and observations (`spec/REST.md` A6).

    `mode` "available": for each dimension the values that still lead to data when everything else stays selected."""
    found: list[DataConstraint] = []
    for schema in _schemas(hub, query):
        _components(schema, query)
        agreements = _agreements(hub, schema, query)
        counts = hub.store.count(schema, query, viewer, agreements=agreements)
        values = hub.store.available(schema, query, viewer, agreements=agreements)
        if mode == "available":
            values = {id: hub.store.available(schema, _without(schema, query, id), viewer).get(id, []) for id in values}
        if not any(values.values()):
            continue
        order = {
            component.id: {code.id: place for place, code in enumerate(component.codelist.items)}
            if component.codelist
            else {}
            for component in schema.components
        }
        regions = CubeRegion(
            keys=tuple(
                ValueSelection(
                    id=id, values=tuple(sorted(codes, key=lambda code: (order[id].get(code, 1 << 30), code)))
                )
                for id, codes in values.items()
            )
        )
        metrics = (("series_count", counts.series), ("obs_count", counts.observations))
        subject = schema.dataflow or schema.structure
        found.append(
            DataConstraint(
                id=f"{subject.id}_AVAILABLE",
                agency=subject.agency,
                version="1.0.0",
                names={"en": f"Availability of {subject.id}", "ru": f"Наличие данных {subject.id}"},
                annotations=tuple(Annotation(id=id, type="sdmx_metrics", title=str(number)) for id, number in metrics),
                role="Actual",
                attachment=(subject.reference,),
                cube_regions=(regions,),
            )
        )
    if not found:
        raise NoResults("Nothing matches the query.")
    return found


def _without(schema: Schema, query: DataQuery, id: str) -> DataQuery:
    """The query without its selection on one dimension."""
    filters = tuple(filter for filter in query.filters if filter.component != id)
    if id not in schema.dimension_ids:
        return replace(query, filters=filters)
    place = schema.dimension_ids.index(id)
    keys = tuple((*key[:place], (), *key[place + 1 :]) if place < len(key) else key for key in query.keys)
    return replace(query, filters=filters, keys=keys)


def _schemas(hub: Hub, query: DataQuery) -> list[Schema]:
    """Of the dataflows that the path names. Raises NotFound when there is none."""
    structures = hub.structures
    wanted = {"dataflow": Dataflow, "datastructure": DataStructure, "provisionagreement": ProvisionAgreement}
    kind: type[Maintainable] = wanted.get(query.context, Dataflow)
    named: dict[tuple[str, str], dict[str, Maintainable]] = {}
    for artefact in structures.of_class(kind):
        agency_fits = "*" in query.agencies or artefact.agency in query.agencies
        if agency_fits and ("*" in query.ids or artefact.id in query.ids):
            named.setdefault((artefact.agency, artefact.id), {})[artefact.version] = artefact
    chosen = [
        versions[str(version)]
        for versions in named.values()
        for version in select_versions(query.versions, map(parse_version, versions))
    ]
    if not chosen:
        select_versions(query.versions, ())
        shown = f"{','.join(query.agencies)}:{','.join(query.ids)}({','.join(query.versions)})"
        raise NotFound(f"There is no {kind.__name__} {shown}.")
    flows: dict[Reference, Schema] = {}
    for artefact in chosen:
        if isinstance(artefact, DataStructure):
            for parent in hub.registry.graph.parents(artefact):
                if isinstance(parent, Dataflow):
                    flows[parent.reference] = structures.schema(parent.reference)
        else:
            flows[artefact.reference] = structures.schema(artefact.reference)
    return list(flows.values())


def _agreements(hub: Hub, schema: Schema, query: DataQuery) -> frozenset[str] | None:
    """The agreements that the query keeps to: that of the context, or those of the providers of REST 1.x; None for all."""
    if schema.agreement:
        return frozenset((schema.agreement.reference.short,))
    if not query.providers or schema.dataflow is None:
        return None
    wanted = set(query.providers)
    return frozenset(
        agreement.reference.short
        for agreement in hub.agreements(schema.dataflow)
        if (provider := agreement.data_provider) and {(provider.agency, provider.item), ("*", provider.item)} & wanted
    )


def _reported(schema: Schema, query: DataQuery) -> Reference:
    """What the data set refers to: the artefact of the context."""
    if query.context == "datastructure":
        return schema.structure.reference
    return schema.reference


def _components(schema: Schema, query: DataQuery) -> tuple[str, ...]:
    """The ids that the answer holds. Raises QuerySemanticsError where the query names what the schema does not have."""
    known = schema.by_id
    for id in (filter.component for filter in query.filters):
        if id not in known:
            raise QuerySemanticsError(
                f"{schema.reference.short} has no component “{id}”; it has {', '.join(known)}.", component=id
            )
    for key in query.keys:
        if len(key) > len(schema.dimensions):
            raise QuerySyntaxError(
                f"The key has {len(key)} positions; {schema.reference.short} has {len(schema.dimensions)} dimensions: "
                f"{'.'.join(schema.dimension_ids)}."
            )
    observed = query.dimension_at_observation
    dimensions = {*schema.dimension_ids, *((schema.time.id,) if schema.time else ()), "AllDimensions", None}
    if observed not in dimensions:
        raise QuerySemanticsError(f"“{observed}” is no dimension of {schema.reference.short}.", component=observed)
    return tuple(
        component.id
        for component in schema.components
        if component.role in ("dimension", "time")
        or (component.role == "measure" and _selected(component.id, query.measures, ("all",)))
        or (
            component.role == "attribute"
            and _selected(component.id, query.attributes, _ATTRIBUTE_WORDS[component.level])
        )
    )


# level of an attribute -> the keywords of `attributes` that select it (A4)
_ATTRIBUTE_WORDS = {
    "dataset": ("all", "dsd", "dataset"),
    "partial": ("all", "dsd", "series"),
    "series": ("all", "dsd", "series"),
    "obs": ("all", "dsd", "obs"),
}


def _selected(id: str, asked: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return id in asked or any(word in asked for word in words)


def _peek(dataset: DataSet) -> DataSet | None:
    """The data set again if it has a row, else None. Takes the first batch, so that an error shows before the answer begins."""
    batches: Iterator[pl.DataFrame] = iter(dataset.batches)
    for first in batches:
        if first.height:
            return replace(dataset, batches=chain((first,), batches))
    return None
