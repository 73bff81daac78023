"""Data queries: which dataflows are meant, what of them is selected, and the data sets that answer.

One engine for both REST versions: the web parses either into a `DataQuery` (`spec/REST.md` A2-A4, B9)."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

import polars as pl

from sdmx_dsm import __version__
from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import NoResults, QuerySemanticsError, QuerySyntaxError, TooLarge
from sdmx_dsm.model import (
    AvailabilityConstraint,
    CubeRegion,
    Dataflow,
    DataQuery,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Schema,
    Text,
    ValueSelection,
    Viewer,
)
from sdmx_dsm.service.hub import Hub, Registry
from sdmx_dsm.service.mapped import MappedFlow, kept_with
from sdmx_dsm.service.sizes import too_large
from sdmx_dsm.store import Holding, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAnswer:
    """`tag` changes whenever the answer could; `last_modified` is the time of the newest release in it."""

    datasets: tuple[DataSet, ...]
    header: Header
    tag: str
    last_modified: datetime | None


def answer(hub: Hub, query: DataQuery, viewer: Viewer) -> DataAnswer:
    """As `ask(hub, query, viewer).answer()`."""
    return ask(hub, query, viewer).answer()


def ask(hub: Hub, query: DataQuery, viewer: Viewer) -> "Asked":
    """A query on the state of registry and data as they are now; reads no data. Raises NotFound (no such dataflow)."""
    registry = hub.registry
    schemas = _schemas(registry, query)
    flows = [hub.mapped.flow(registry.structures, schema, registry.revision) for schema in schemas]
    holdings = hub.store.holdings([flow.source if flow else own for own, flow in zip(schemas, flows, strict=True)])
    parts = [__version__, repr(query), repr(viewer.is_administrator), repr(sorted(viewer.agreements))]
    parts += [hub.settings.hub_agency, str(registry.revision), *(str(holding.revision) for holding in holdings)]
    return Asked(
        hub=hub,
        registry=registry,
        query=query,
        viewer=viewer,
        subjects=tuple(
            Subject(schema, _agreements(registry, schema, query), holding, mapped)
            for schema, holding, mapped in zip(schemas, holdings, flows, strict=True)
        ),
        tag=hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """A dataflow that a query asks for, or an agreement for one. `agreements`: those that the query keeps to; None for all.
    `mapped`: where it shows the data of another, which `holding` is of then."""

    schema: Schema
    agreements: frozenset[str] | None
    holding: Holding
    mapped: MappedFlow | None = None

    @property
    def shown(self) -> Schema:
        """Of the dataflow whose data it shows."""
        return self.mapped.source if self.mapped else self.schema

    @property
    def reporting(self) -> tuple[str, ...]:
        """Short references of the agreements that may have data in an answer."""
        if self.agreements is None:
            return self.holding.agreements
        owners = {reference.partition("(")[0] for reference in self.agreements}
        return tuple(found for found in self.holding.agreements if found.partition("(")[0] in owners)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`tag`: a digest of all that an answer depends on: the query, who asks, the state of data, structures and code."""

    hub: Hub
    registry: Registry
    query: DataQuery
    viewer: Viewer
    subjects: tuple[Subject, ...]
    tag: str

    def answer(self, *, limited: bool = True) -> DataAnswer:
        """One ordered data set for each dataflow version that matches and has data; of changes and of the history those that
        `Store.data` tells of.

        Raises NoResults (nothing matches), QuerySemanticsError (a component that the dataflow does not have), TooLarge: all of
        them before the first row is read."""
        for subject in self.subjects:
            _check(subject.schema, self.query)
        datasets: list[DataSet] = []
        for subject in self.subjects:
            if subject.reporting:
                if limited and (count := self._excess(subject)):
                    raise self._too_large(subject, count)
                datasets += self._datasets(subject)
        # Those of the history were looked at, and hold no connection until their turn comes: there may be many.
        filled = tuple(
            nonempty for dataset in datasets if (nonempty := dataset if self.query.include_history else _peek(dataset))
        )
        if not filled:
            names = ", ".join(subject.schema.reference.short for subject in self.subjects)
            raise NoResults(
                f"{names} has no data that match the query.", ru=f"{names}: данных, отвечающих запросу, нет."
            )
        header = self.hub.header(
            id=self.tag[:20],
            prepared=(self.last_modified or datetime.fromtimestamp(0, UTC)).isoformat(timespec="milliseconds"),
            sources=self.notices(),
        )
        return DataAnswer(datasets=filled, header=header, tag=self.tag, last_modified=self.last_modified)

    def is_current(self) -> bool:
        """Whether the state that was asked is still that of registry and data, so that `tag` stands for what was answered."""
        return ask(self.hub, self.query, self.viewer).tag == self.tag

    @property
    def last_modified(self) -> datetime | None:
        """The time of the newest release in it."""
        return max((subject.holding.released for subject in self.subjects if subject.holding.released), default=None)

    @property
    def last_changed(self) -> datetime | None:
        """When what an answer is made of changed last: data, or the structures that name, order and guard them."""
        return max(filter(None, (self.last_modified, self.registry.time)), default=None)

    def total(self) -> int | None:
        """The observations of the answer. None where a place among them says nothing: in several data sets, in changes and
        past states, and among keys alone."""
        query = self.query
        if len(self.subjects) != 1 or query.updated_after or query.include_history or query.measures == ("none",):
            return None
        (subject,) = self.subjects
        _check(subject.schema, query)
        store, query = self.source(subject)
        counts = store.count(subject.schema, query, self.viewer, agreements=subject.agreements)
        found = max(counts.observations - query.offset, 0)
        return found if query.limit is None else min(found, query.limit)

    def part(self, first: int, count: int) -> "Asked":
        """The same for `count` of its observations, from `first` on."""
        return ask(self.hub, replace(self.query, offset=self.query.offset + first, limit=count), self.viewer)

    def source(self, subject: Subject) -> tuple[Store, DataQuery]:
        """Where the data of a subject are, and the question as it is put there."""
        if subject.mapped is None:
            return self.hub.store, self.query
        most, revision = self.hub.settings.max_observations, subject.holding.revision
        return self.hub.mapped.opened(self.hub.store, subject.mapped, revision, self.query, self.viewer, most)

    def values(self) -> dict[str, list[str]]:
        """The values of each dimension that have data, of one dataflow (see `Store.available`)."""
        (subject,) = self.subjects
        store, query = self.source(subject)
        return store.available(subject.schema, query, self.viewer, agreements=subject.agreements)

    def _datasets(self, subject: Subject) -> list[DataSet]:
        store, query = self.source(subject)
        state = None if subject.mapped else subject.holding.state  # what was asked of is answered
        found = store.data(subject.schema, query, self.viewer, agreements=subject.agreements, state=state)
        structure = _reported(subject.schema, self.query)
        if subject.mapped:
            found = [replace(dataset, batches=kept_with(dataset.batches, store)) for dataset in found]
        return [replace(dataset, structure=structure) for dataset in found]

    def excess(self) -> int:
        """The observations of an answer that is too large; 0 for one that is not."""
        for subject in self.subjects:
            _check(subject.schema, self.query)
        return sum(self._excess(subject) for subject in self.subjects if subject.reporting)

    def _excess(self, subject: Subject) -> int:
        """Counts only where there could be too many."""
        query, most = self.query, self.hub.settings.max_observations
        if (query.limit is not None and query.limit <= most) or (
            query.as_of is None and not query.include_history and subject.holding.observations <= most
        ):
            return 0
        store, query = self.source(subject)
        counts = store.count(subject.schema, query, self.viewer, agreements=subject.agreements)
        return counts.observations if counts.observations > most else 0

    def _too_large(self, subject: Subject, count: int) -> TooLarge:
        store, query = self.source(subject)
        spread = store.spread(subject.schema, query, self.viewer, agreements=subject.agreements)
        return too_large(count, self.hub.settings.max_observations, spread)

    def notices(self) -> Text:
        """What the agreements want said whose numbers are in the answer; they are looked up where not all say the same."""
        said: set[str] = set()
        for subject in self.subjects:
            reporting: Iterable[str] = subject.reporting
            if subject.mapped is None and len({tuple(self.registry.notices((one,)).items()) for one in reporting}) > 1:
                found = self.hub.store.contributing_agreements(subject.schema, self.viewer, self.query)
                reporting = set(found).intersection(reporting)
            said.update(reporting)
        return self.registry.notices(sorted(said))


def availability(hub: Hub, query: DataQuery, viewer: Viewer, *, mode: str = "exact") -> list[AvailabilityConstraint]:
    """What there is for a query: one constraint for each dataflow, with the values of each dimension and the numbers of series
    and observations (`spec/REST.md` A6).

    `mode` "available": for each dimension the values that still lead to data when everything else stays selected."""
    found: list[AvailabilityConstraint] = []
    asked = ask(hub, query, viewer)
    for subject in asked.subjects:
        schema, agreements = subject.schema, subject.agreements
        _check(schema, query)
        if not subject.reporting:
            continue
        store, question = asked.source(subject)
        counts = store.count(schema, question, viewer, agreements=agreements)
        values = store.available(schema, question, viewer, agreements=agreements)
        if mode == "available":
            wider = {id: _without(schema, question, id) for id in values}
            values = {
                id: store.available(schema, without, viewer, agreements=agreements).get(id, [])
                for id, without in wider.items()
            }
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
        artefact = schema.dataflow or schema.structure
        found.append(
            AvailabilityConstraint(
                id=f"{artefact.id}_AVAILABLE",
                agency=artefact.agency,
                version="1.0.0",
                names={"en": f"Availability of {artefact.id}", "ru": f"Наличие данных {artefact.id}"},
                attachment=(artefact.reference,),
                cube_regions=(regions,),
                series_count=counts.series,
                obs_count=counts.observations,
            )
        )
    if not found:
        raise NoResults("Nothing matches the query.", ru="Запросу ничего не отвечает.")
    return found


def _without(schema: Schema, query: DataQuery, id: str) -> DataQuery:
    """The query without its selection on one dimension."""
    filters = tuple(filter for filter in query.filters if filter.component != id)
    if id not in schema.dimension_ids:
        return replace(query, filters=filters)
    place = schema.dimension_ids.index(id)
    keys = tuple((*key[:place], (), *key[place + 1 :]) if place < len(key) else key for key in query.keys)
    return replace(query, filters=filters, keys=keys)


def _schemas(registry: Registry, query: DataQuery) -> list[Schema]:
    """Of the dataflows that the path names. Raises NotFound when there is none."""
    structures = registry.structures
    wanted = {"dataflow": Dataflow, "datastructure": DataStructure, "provisionagreement": ProvisionAgreement}
    kind: type[Maintainable] = wanted.get(query.context, Dataflow)
    chosen = structures.matching((kind.__name__,), query.agencies, query.ids, query.versions)
    if not chosen:
        shown = f"{','.join(query.agencies)}:{','.join(query.ids)}({','.join(query.versions)})"
        raise registry.not_found(shown, kind)
    if kind is DataStructure:
        parents = chain.from_iterable(structures.parents(chosen).values())
        chosen = [parent for parent in dict.fromkeys(parents) if parent.artefact_class == "Dataflow"]
    return list(map(structures.schema, chosen))


def _agreements(registry: Registry, schema: Schema, query: DataQuery) -> frozenset[str] | None:
    """The agreements that the query keeps to: that of the context, or those of the providers of REST 1.x; None for all."""
    if schema.agreement:
        return frozenset((schema.agreement.reference.short,))
    if not query.providers or schema.dataflow is None:
        return None
    wanted = set(query.providers)
    return frozenset(
        agreement.reference.short
        for agreement in registry.agreements(schema.dataflow)
        if (provider := agreement.data_provider) and {(provider.agency, provider.item), ("*", provider.item)} & wanted
    )


def _reported(schema: Schema, query: DataQuery) -> Reference:
    """What the data set refers to: the artefact of the context."""
    if query.context == "datastructure":
        return schema.structure.reference
    return schema.reference


def _check(schema: Schema, query: DataQuery) -> None:
    """Raises QuerySemanticsError where the query names what the schema does not have."""
    known = schema.by_id
    for id in (filter.component for filter in query.filters):
        if id not in known:
            raise QuerySemanticsError(
                f"{schema.reference.short} has no component “{id}”; it has {', '.join(known)}.",
                ru=f"У {schema.reference.short} нет компонента «{id}»; есть {', '.join(known)}.",
                component=id,
            )
    for key in query.keys:
        if len(key) > len(schema.dimensions):
            raise QuerySyntaxError(
                f"The key has {len(key)} positions; {schema.reference.short} has {len(schema.dimensions)} dimensions: "
                f"{'.'.join(schema.dimension_ids)}.",
                ru=f"В ключе позиций: {len(key)}; у {schema.reference.short} измерений: {len(schema.dimensions)} "
                f"({'.'.join(schema.dimension_ids)}).",
            )
    schema.at_observation(query.dimension_at_observation)


def _peek(dataset: DataSet) -> DataSet | None:
    """The data set again if it has a row, else None. Takes the first batch, so that an error shows before the answer begins."""
    batches: Iterator[pl.DataFrame] = iter(dataset.batches)
    for first in batches:
        if first.height:
            return replace(dataset, batches=chain((first,), batches))
    return None
