"""A set of artefacts in which references are resolved, and the Schema: what is valid in one context, all resolved.

`Structures` is what readers, writers and checks are given. `Schema` is what they work with: the components of a data
structure with their codelists, roles, attachment and permitted values, at the level of a DSD, a dataflow or an agreement."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeVar

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model.agreements import ProvisionAgreement
from sdmx_dsm.model.base import Maintainable
from sdmx_dsm.model.components import Representation, TextFormat
from sdmx_dsm.model.constraints import DataConstraint, ValueSelection
from sdmx_dsm.model.datastructures import Attribute, Component, Dataflow, DataStructure
from sdmx_dsm.model.items import Code, Codelist, CodelistExtension, Concept, ConceptScheme
from sdmx_dsm.model.queries import Context
from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference
from sdmx_dsm.model.versions import is_wildcard, parse_version, parse_version_expression

M = TypeVar("M", bound=Maintainable)
Key = tuple[str, str, str]  # class, agency, id


class Structures:
    """Artefacts by identity. Immutable once built; `with_artefacts` makes a larger one."""

    def __init__(self, artefacts: Iterable[Maintainable] = ()) -> None:
        self._versions: dict[Key, dict[str, Maintainable]] = {}
        for artefact in artefacts:
            reference = artefact.reference
            self._versions.setdefault((reference.artefact_class, reference.agency, reference.id), {})[
                reference.version
            ] = artefact
        self._schemas: dict[Reference, Schema] = {}  # by what they were asked for
        self._extended: dict[Reference, Codelist] = {}

    def __iter__(self) -> Iterator[Maintainable]:
        return (artefact for versions in self._versions.values() for artefact in versions.values())

    def with_artefacts(self, artefacts: Iterable[Maintainable]) -> "Structures":
        """These artefacts and ours; theirs win where both have one of the same identity."""
        return Structures((*self, *artefacts))

    def find(self, reference: Reference) -> Maintainable | None:
        """The artefact that a reference names (for an item: its scheme), its version resolved; None when there is none."""
        versions = self._versions.get(_key(reference.maintainable))
        if not versions:
            return None
        if not is_wildcard(reference.version):
            return versions.get(reference.version)
        found = parse_version_expression(reference.version)([parse_version(version) for version in versions])
        return versions[str(found[-1])] if found else None

    def resolve(self, reference: Reference, expected: type[M]) -> M:
        """As `find`. Raises NotFound, with the versions that there are, when nothing fits."""
        found = self.find(reference)
        if isinstance(found, expected):
            return found
        known = sorted(self._versions.get(_key(reference.maintainable), ()))
        hint, hint_ru = (f" There is {', '.join(known)}.", f" Есть {', '.join(known)}.") if known else ("", "")
        raise NotFound(
            f"There is no {expected.__name__} {reference.maintainable.short}.{hint}",
            ru=f"{expected.__name__} {reference.maintainable.short} не найден.{hint_ru}",
            reference=reference,
        )

    def extended(self, codelist: Codelist) -> Codelist:
        """The codelist with what its extensions bring, and without extensions: inherited codes in their order, then its own.
        Raises NotFound when a list that it extends is not here.

        Of codes with the same id the last counts, its own before all: SDMX 3.0 Section 2, codelist extension."""
        if not codelist.extensions:
            return codelist
        if codelist.reference not in self._extended:
            self._extended[codelist.reference] = self._extend(codelist, frozenset())
        return self._extended[codelist.reference]

    def _extend(self, codelist: Codelist, above: frozenset[Reference]) -> Codelist:
        """`above`: the lists that are being extended; a list among them brings nothing a second time."""
        codes: dict[str, Code] = {}
        for extension in codelist.extensions:
            base = self.resolve(extension.codelist, Codelist)
            if base.reference not in above | {codelist.reference}:
                whole = self._extend(base, above | {codelist.reference})
                codes.update((code.id, code) for code in _inherited(extension, whole.items))
        codes.update((code.id, code) for code in codelist.items)
        return replace(codelist, items=tuple(codes.values()), extensions=())

    def of_class(self, cls: type[M]) -> Iterator[M]:
        return (artefact for artefact in self if isinstance(artefact, cls))

    def schema(self, reference: Reference) -> "Schema":
        """What is valid for data reported against a DataStructure, Dataflow or ProvisionAgreement; made once for each.

        Raises NotFound when it, or something that it refers to, is not here."""
        if reference not in self._schemas:
            self._schemas[reference] = self._schema(reference)
        return self._schemas[reference]

    def _schema(self, reference: Reference) -> "Schema":
        agreement = (
            self.resolve(reference, ProvisionAgreement) if reference.artefact_class == "ProvisionAgreement" else None
        )
        dataflow_reference = (
            agreement.dataflow if agreement else reference if reference.artefact_class == "Dataflow" else None
        )
        dataflow = self.resolve(dataflow_reference, Dataflow) if dataflow_reference else None
        structure_reference = dataflow.structure if dataflow else reference
        if structure_reference is None:
            raise NotFound(f"The dataflow {reference.short} names no data structure.", reference=reference)
        structure = self.resolve(structure_reference, DataStructure)
        return Schema(
            structure=structure,
            dataflow=dataflow,
            agreement=agreement,
            components=tuple(self._components(structure)),
            constraints=tuple(self._constraints((structure, dataflow, agreement))),
        )

    def _constraints(self, levels: Iterable[Maintainable | None]) -> Iterator[DataConstraint]:
        """The allowed constraints of each level, the highest first."""
        for level in levels:
            if level is not None:
                yield from self._allowed.get(level.reference, ())

    @cached_property
    def _allowed(self) -> Mapping[Reference, tuple[DataConstraint, ...]]:
        """The allowed constraints by what they are attached to."""
        found: dict[Reference, dict[Reference, DataConstraint]] = {}
        for constraint in self.of_class(DataConstraint):
            targets = map(self.find, constraint.attachment) if constraint.role == "Allowed" else ()
            for target in filter(None, targets):
                found.setdefault(target.reference, {})[constraint.reference] = constraint
        return {target: tuple(constraints.values()) for target, constraints in found.items()}

    def _components(self, structure: DataStructure) -> "Iterator[SchemaComponent]":
        ids = [dimension.component_id for dimension in structure.dimensions]
        groups = {group.id: group.dimensions for group in structure.groups}
        for dimension in structure.dimensions:
            yield self._component(dimension, "dimension", mandatory=True)
        if structure.time_dimension:
            yield self._component(structure.time_dimension, "time", mandatory=True)
        for measure in structure.measures:
            yield self._component(measure, "measure", mandatory=measure.usage == "mandatory")
        for attribute in structure.attributes:
            level, dimensions = _attachment(attribute, ids, groups)
            yield self._component(
                attribute, "attribute", mandatory=attribute.usage == "mandatory", level=level, dimensions=dimensions
            )

    def _component(
        self,
        component: Component,
        role: "Role",
        *,
        mandatory: bool,
        level: "AttachmentLevel" = "obs",
        dimensions: tuple[str, ...] = (),
    ) -> "SchemaComponent":
        concept = self._concept(component.concept)
        representation = component.representation or (concept and concept.core_representation) or Representation()
        enumeration = representation.enumeration
        return SchemaComponent(
            id=component.component_id,
            role=role,
            names=concept.names if concept else {},
            descriptions=concept.descriptions if concept else {},
            codelist=self.extended(self.resolve(enumeration, Codelist)) if enumeration else None,
            text_format=representation.text_format or TextFormat(),
            is_array=representation.max_occurs != 1,
            mandatory=mandatory,
            level=level,
            dimensions=dimensions,
            source=component,
        )

    def _concept(self, reference: Reference) -> Concept | None:
        scheme = self.resolve(reference, ConceptScheme)
        return next((concept for concept in scheme.items if concept.id == reference.item), None)


Role = Literal["dimension", "time", "measure", "attribute"]
AttachmentLevel = Literal["obs", "series", "partial", "dataset"]


def _key(reference: Reference) -> Key:
    return reference.artefact_class, reference.agency, reference.id


def _attachment(
    attribute: Attribute, ids: list[str], groups: Mapping[str, tuple[str, ...]]
) -> tuple[AttachmentLevel, tuple[str, ...]]:
    """The level of an attribute, with the dimensions that it depends on for "series" and "partial", in key order."""
    if attribute.relationship == "dataflow":
        return "dataset", ()
    if attribute.relationship == "observation":
        return "obs", ()
    named = set(attribute.dimensions)
    for group in (attribute.group, *attribute.attachment_groups):
        named.update(groups.get(group or "", ()))
    if not named <= set(ids):
        return "obs", ()  # depends on time: one value for each observation
    return ("series" if len(named) == len(ids) else "partial"), tuple(id for id in ids if id in named)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaComponent:
    """A component with all that it refers to. `level` and `dimensions` tell where an attribute hangs: "obs", "series" (all
    dimensions but time), "partial" (`dimensions`: those of a group or relationship), "dataset"."""

    id: str
    role: Role
    names: Text
    descriptions: Text
    codelist: Codelist | None
    text_format: TextFormat
    is_array: bool
    mandatory: bool
    level: AttachmentLevel
    dimensions: tuple[str, ...]
    source: Component

    @property
    def is_multilingual(self) -> bool:
        return bool(self.text_format.is_multilingual)


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
        """The codes of a component that all constraints together let through; None when none speaks of it.

        Key sets and ranges of time are not codes: `sdmx_dsm.validation` checks them apart."""
        codes = [code.id for code in component.codelist.items] if component.codelist else None
        allowed: frozenset[str] | None = None
        for selection, included in self._selections(component.id):
            if selection.time_range:
                continue
            named = _expand(selection, component.codelist.items if component.codelist else (), codes)
            everything = frozenset(codes if codes is not None else named)
            chosen = named if included else everything - named
            allowed = chosen if allowed is None else allowed & chosen
        return allowed

    def _selections(self, id: str) -> Iterator[tuple[ValueSelection, bool]]:
        for constraint in self.constraints:
            for region in constraint.cube_regions:
                for selection in (*region.keys, *region.components):
                    if selection.id == id:
                        yield selection, region.include == selection.include


def _inherited(extension: CodelistExtension, codes: tuple[Code, ...]) -> Iterator[Code]:
    """The codes that an extension takes, with its prefix. A code whose parent stays behind becomes a root."""
    if extension.members:
        selection = ValueSelection(id="", values=extension.members, cascades=extension.cascades)
        named = _expand(selection, codes, [code.id for code in codes])
        codes = tuple(code for code in codes if (code.id in named) == extension.include)
    prefix, kept = extension.prefix or "", {code.id for code in codes}
    for code in codes:
        parent = f"{prefix}{code.parent}" if code.parent in kept else None
        yield replace(code, id=f"{prefix}{code.id}", parent=parent)


def _expand(selection: ValueSelection, codes: tuple[Code, ...], ids: list[str] | None) -> frozenset[str]:
    """The codes a selection names, with wildcards and cascades followed."""
    children: dict[str, list[str]] = {}
    for code in codes:
        children.setdefault(code.parent or "", []).append(code.id)
    named: set[str] = set()
    cascades = selection.cascades or ("",) * len(selection.values)
    for value, cascade in zip(selection.values, cascades, strict=True):
        matching = [id for id in ids or () if _like(value, id)] if "%" in value else [value]
        for id in matching:
            if cascade != "excluderoot":
                named.add(id)
            if cascade:
                below = list(children.get(id, ()))
                while below:
                    child = below.pop()
                    named.add(child)
                    below.extend(children.get(child, ()))
    return frozenset(named)


def _like(pattern: str, value: str) -> bool:
    """`%` stands for any characters, as in a cube region of 3.0."""
    first, *middle, last = pattern.split("%")
    if not value.startswith(first) or not value[len(first) :].endswith(last):
        return False
    rest = value[len(first) : len(value) - len(last)]
    for part in middle:
        found = rest.find(part)
        if found < 0:
            return False
        rest = rest[found + len(part) :]
    return True
