"""The Schema: what is valid for data in one context, all references resolved.

It is what readers, writers and checks work with: the components of a data structure with their codelists, roles, attachment
and permitted values, at the level of a DSD, a dataflow or an agreement. `Structures.schema` makes it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from sdmx_dsm.errors import QuerySemanticsError
from sdmx_dsm.model.agreements import ProvisionAgreement
from sdmx_dsm.model.codelists import select_codes
from sdmx_dsm.model.components import TextFormat
from sdmx_dsm.model.constraints import DataConstraint, ValueSelection
from sdmx_dsm.model.datastructures import Component, Dataflow, DataStructure
from sdmx_dsm.model.items import Enumeration
from sdmx_dsm.model.queries import ALL_DIMENSIONS, Context, DataQuery
from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference

# level of an attribute -> the word that selects it in a query, beside "dsd" and "all"
_WORDS: Final[Mapping[str, str]] = {"dataset": "dataset", "partial": "series", "series": "series", "obs": "obs"}
Role = Literal["dimension", "time", "measure", "attribute"]
AttachmentLevel = Literal["obs", "series", "partial", "dataset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaComponent:
    """A component with all that it refers to. `level` and `dimensions` tell where an attribute hangs: "obs", "series" (all
    dimensions but time), "partial" (`dimensions`: those of a group or relationship), "dataset". `max_occurs`: how many values it
    may have, None for any number."""

    id: str
    role: Role
    names: Text
    descriptions: Text
    codelist: Enumeration | None
    text_format: TextFormat
    max_occurs: int | None
    mandatory: bool
    level: AttachmentLevel
    dimensions: tuple[str, ...]
    source: Component

    @property
    def is_array(self) -> bool:
        return self.max_occurs != 1

    @property
    def is_multilingual(self) -> bool:
        return bool(self.text_format.is_multilingual)

    @property
    def is_multi_valued(self) -> bool:
        """Whether its values are JSON in batches: arrays, or texts by language."""
        return self.is_array or self.is_multilingual


@dataclass(frozen=True, kw_only=True)
class Schema:
    """Components in DSD order: dimensions, time, measures, attributes. `constraints`: the allowed ones, highest level first."""

    structure: DataStructure
    dataflow: Dataflow | None
    agreement: ProvisionAgreement | None
    components: tuple[SchemaComponent, ...]
    constraints: tuple[DataConstraint, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, SchemaComponent]:
        return {component.id: component for component in self.components}

    @cached_property
    def dimensions(self) -> tuple[SchemaComponent, ...]:
        """Without time: the positions of a key."""
        return tuple(component for component in self.components if component.role == "dimension")

    @cached_property
    def dimension_ids(self) -> tuple[str, ...]:
        return tuple(component.id for component in self.dimensions)

    @cached_property
    def time(self) -> SchemaComponent | None:
        return next((component for component in self.components if component.role == "time"), None)

    @cached_property
    def key(self) -> tuple[SchemaComponent, ...]:
        """Dimensions and time: what identifies an observation."""
        return (*self.dimensions, self.time) if self.time else self.dimensions

    @cached_property
    def key_ids(self) -> tuple[str, ...]:
        return tuple(component.id for component in self.key)

    @cached_property
    def measures(self) -> tuple[SchemaComponent, ...]:
        return tuple(component for component in self.components if component.role == "measure")

    @cached_property
    def attributes(self) -> tuple[SchemaComponent, ...]:
        return tuple(component for component in self.components if component.role == "attribute")

    def attributes_at(self, *levels: AttachmentLevel) -> tuple[SchemaComponent, ...]:
        return tuple(component for component in self.attributes if component.level in levels)

    def at_observation(self, dimension: str | None) -> str:
        """The dimension at the observation: the one asked for, else (None) the time, or `ALL_DIMENSIONS` where there is none.
        Raises QuerySemanticsError for what is neither a dimension nor that."""
        chosen = dimension or (self.time.id if self.time else ALL_DIMENSIONS)
        if chosen not in (*self.key_ids, ALL_DIMENSIONS):
            structure, known = self.structure.reference.short, ", ".join(self.key_ids)
            raise QuerySemanticsError(
                f"“{chosen}” is no dimension of {structure}: it has {known}.",
                ru=f"«{chosen}» — не измерение {structure}; есть {known}.",
                dimension=chosen,
            )
        return chosen

    def selected(self, query: DataQuery) -> tuple[str, ...]:
        """The ids that an answer holds: the dimensions always, measures and attributes as the query says (SDMX REST 2.2)."""
        wanted = {measure.id for measure in self.measures if {"all", measure.id} & set(query.measures)}
        wanted |= {
            attribute.id
            for attribute in self.attributes
            if {"all", "dsd", _WORDS[attribute.level], attribute.id} & set(query.attributes)
        }
        return tuple(c.id for c in self.components if c.role in ("dimension", "time") or c.id in wanted)

    def ordered_by(self, query: DataQuery) -> tuple[tuple[SchemaComponent, bool], ...]:
        """The components that the query sorts by, the first first, and whether each descends. Raises QuerySemanticsError."""
        chosen = self.at_observation(query.dimension_at_observation)
        aside = chosen if chosen in self.key_ids else self.time and self.time.id
        words = {"*": self.key_ids, "series_key": tuple(id for id in self.key_ids if id != aside)}
        found: dict[str, bool] = {}
        for term in query.sort:
            for id in words.get(term.component, (term.component,)):
                found.setdefault(id, term.is_descending)
        for id in found:
            if id not in self.by_id:
                short, known = self.reference.short, ", ".join(self.by_id)
                raise QuerySemanticsError(
                    f"{short} has no component “{id}” to sort by; it has {known}.",
                    ru=f"У {short} нет компонента «{id}», по которому можно упорядочить; есть {known}.",
                    component=id,
                )
        return tuple((self.by_id[id], is_descending) for id, is_descending in found.items())

    @property
    def group_of(self) -> Mapping[tuple[str, ...], str]:
        """Group id by its dimensions in key order."""
        order = {id: position for position, id in enumerate(self.dimension_ids)}
        return {
            tuple(sorted(group.dimensions, key=lambda id: order.get(id, len(order)))): group.id
            for group in self.structure.groups
        }

    @property
    def reference(self) -> Reference:
        """What the schema is the schema of: the lowest level given."""
        return (self.agreement or self.dataflow or self.structure).reference

    def artefact(self, context: Context) -> DataStructure | Dataflow | ProvisionAgreement:
        """The artefact of the class that is asked for, else the nearest above it that there is."""
        agreement = self.agreement if context == "provisionagreement" else None
        dataflow = self.dataflow if context != "datastructure" else None
        return agreement or dataflow or self.structure

    def allowed(self, component: SchemaComponent) -> frozenset[str] | None:
        """The codes of a component that all constraints together let through at some time; None when none speaks of it.

        Key sets, ranges of time and dates are not codes: `sdmx_dsm.validation` checks them apart."""
        codes = [code.id for code in component.codelist.items] if component.codelist else None
        allowed: frozenset[str] | None = None
        for selection, included in self.selections(component.id):
            lasting = selection.lasting(included=included)
            if lasting is None:
                continue
            named = select_codes(
                component.codelist.items if component.codelist else (), lasting.values, lasting.cascades
            )
            everything = frozenset(codes if codes is not None else named)
            chosen = named if included else everything - named
            allowed = chosen if allowed is None else allowed & chosen
        return allowed

    def selections(self, id: str) -> Iterator[tuple[ValueSelection, bool]]:
        """What the cube regions of the constraints say of one component, and whether that is let through.

        A region that is ruled out and names several components says nothing of any of them alone."""
        for constraint in self.constraints:
            for region in constraint.cube_regions:
                if not region.is_ruled_out_combination:
                    yield from ((each, region.include == each.include) for each in region.selections if each.id == id)
