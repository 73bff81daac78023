"""A set of artefacts in which references are resolved: what readers, writers and checks are given.

Artefacts come from a source (`sdmx_dsm.model.sources`), which may fetch each of them only when it is asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Final, TypeVar

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model.agreements import ProvisionAgreement
from sdmx_dsm.model.artefacts import MAINTAINABLES
from sdmx_dsm.model.base import ItemScheme, Maintainable
from sdmx_dsm.model.codelists import extended
from sdmx_dsm.model.components import Representation, TextFormat
from sdmx_dsm.model.constraints import DataConstraint
from sdmx_dsm.model.datastructures import Attribute, Component, Dataflow, DataStructure
from sdmx_dsm.model.items import Codelist, ConceptScheme, Enumeration, ValueList
from sdmx_dsm.model.schemas import AttachmentLevel, Role, Schema, SchemaComponent
from sdmx_dsm.model.sources import InMemory, Key, Named, Overlay, Source, key_of
from sdmx_dsm.model.urns import Reference
from sdmx_dsm.model.versions import is_draft, is_wildcard, select_from, with_drafts

KEPT_SCHEMAS: Final = 100  # with all their codes

M = TypeVar("M", bound=Maintainable)


class Structures:
    """Artefacts by identity. Immutable once built; `with_artefacts` makes a larger one."""

    def __init__(self, artefacts: Iterable[Maintainable] = (), *, source: Source | None = None) -> None:
        self._source: Source = InMemory(artefacts) if source is None else source
        self._known_schema = lru_cache(KEPT_SCHEMAS)(self._schema)

    def __iter__(self) -> Iterator[Maintainable]:
        return self.get(self.references())

    def references(self, classes: Collection[str] | None = None) -> list[Reference]:
        """The identities of all artefacts, or of those of some classes."""
        return [
            Reference(*key, version)
            for key in self._source.identities()
            if classes is None or key[0] in classes
            for version in self._source.versions(key)
        ]

    def matching(
        self, classes: Collection[str], agencies: Collection[str], ids: Collection[str], versions: Collection[str]
    ) -> list[Reference]:
        """The identities of some classes, agencies and ids (`*` for all), of each in the versions that expressions select.

        Raises VersionError for what is no expression."""
        select_from(versions, ())  # the grammar is checked even where nothing can match
        selected = cache(partial(select_from, versions))  # most artefacts have the same few versions
        return [
            Reference(*key, version)
            for key in self._source.identities()
            if key[0] in classes and ("*" in agencies or key[1] in agencies) and ("*" in ids or key[2] in ids)
            for version in selected(tuple(self._source.versions(key)))
        ]

    def versions_of(self, reference: Reference) -> list[Reference]:
        """All versions of an artefact (for an item: of its scheme) that are here."""
        key = key_of(reference)
        return [Reference(*key, version) for version in self._source.versions(key)]

    def with_artefacts(self, artefacts: Iterable[Maintainable], without: Collection[Reference] = ()) -> "Structures":
        """These artefacts and ours, but those of the identities `without`; theirs win where both have one of the same."""
        return Structures(source=Overlay(InMemory(artefacts), self._source, without))

    # --- finding ------------------------------------------------------------------------------------------------------

    def identify(self, reference: Reference, *, drafts: bool = False) -> Reference | None:
        """The artefact that a reference names (for an item: its scheme), its version resolved; None when there is none.

        `drafts`: the reference is one of a draft, and sees other drafts where it asks for the newest stable version."""
        key = key_of(reference)
        versions = self._source.versions(key)
        if not versions:
            return None
        if not is_wildcard(reference.version):
            return Reference(*key, reference.version) if reference.version in versions else None
        found = select_from((with_drafts(reference.version) if drafts else reference.version,), versions)
        return Reference(*key, found[-1]) if found else None

    def find(self, reference: Reference, *, drafts: bool = False) -> Maintainable | None:
        """As `identify`: the artefact itself."""
        found = self.identify(reference, drafts=drafts)
        return next(self.get((found,))) if found else None

    def resolve(self, reference: Reference, expected: type[M], *, drafts: bool = False) -> M:
        """As `find`. Raises NotFound, with the versions that there are, when nothing fits."""
        found = self.find(reference, drafts=drafts)
        if isinstance(found, expected):
            return found
        known = sorted(self._source.versions(key_of(reference)))
        hint, hint_ru = (f" There is {', '.join(known)}.", f" Есть {', '.join(known)}.") if known else ("", "")
        raise NotFound(
            f"There is no {expected.__name__} {reference.maintainable.short}.{hint}",
            ru=f"{expected.__name__} {reference.maintainable.short} не найден.{hint_ru}",
            reference=reference,
        )

    def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        """The artefacts of identities that are here, in this order, as they are taken."""
        return self._source.get(references)

    def stubs(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        """As `get`, as complete stubs."""
        return self._source.stubs(references)

    def model_class(self, reference: Reference) -> type[Maintainable]:
        return self._source.model_class(reference)

    def of_class(self, cls: type[M]) -> Iterator[M]:
        return (artefact for artefact in self.get(self.references(_names(cls))) if isinstance(artefact, cls))

    def named(self, classes: Collection[str], words: Sequence[str]) -> Iterator[Named]:
        """As `Source.named`."""
        return self._source.named(classes, words)

    # --- who refers to whom -------------------------------------------------------------------------------------------

    def children(self, references: Collection[Reference]) -> dict[Reference, tuple[Reference, ...]]:
        """The artefacts here to which each of `references` (identities that are here) refers, itself apart."""
        return {
            source: tuple(dict.fromkeys(child for child in self._targets(source, targets) if child != source))
            for source, targets in self._source.outgoing(references).items()
        }

    def parents(self, references: Collection[Reference]) -> dict[Reference, tuple[Reference, ...]]:
        """The artefacts here that refer to each of `references`, itself apart."""
        found: dict[Reference, dict[Reference, None]] = {reference: {} for reference in references}
        for source, target in self._source.incoming({key_of(reference) for reference in references}):
            for child in self._targets(source, (target,)):
                if child in found and child != source:
                    found[child][source] = None
        return {reference: tuple(sources) for reference, sources in found.items()}

    def users(self, artefact: Maintainable, cls: type[M]) -> list[M]:
        """The artefacts of a class that refer to `artefact`."""
        names = _names(cls)
        (parents,) = self.parents((artefact.reference,)).values()
        found = self.get([parent for parent in parents if parent.artefact_class in names])
        return [parent for parent in found if isinstance(parent, cls)]

    def _targets(self, source: Reference, targets: Iterable[Reference]) -> Iterator[Reference]:
        drafts = is_draft(source.version)
        return filter(None, (self.identify(target, drafts=drafts) for target in targets))

    # --- parts --------------------------------------------------------------------------------------------------------

    def extended(self, codelist: Codelist) -> Codelist:
        """The codelist with the codes that it inherits, and without extensions.

        Raises NotFound when a list that it extends is not here, Conflict where codelists extend each other in a circle."""

        def resolve(reference: Reference) -> Codelist:
            return self._referred(codelist, reference, Codelist)

        return extended(codelist, resolve)

    def with_items(self, reference: Reference, paths: Collection[str]) -> ItemScheme:
        """The item scheme of an identity that is here, with some items (dotted paths) alone, and those that hold them."""
        return self._source.with_items(reference, paths)

    # --- schemas ------------------------------------------------------------------------------------------------------

    def schema(self, reference: Reference) -> Schema:
        """What is valid for data reported against a DataStructure, Dataflow or ProvisionAgreement. The last ones are kept.

        Raises NotFound when it, or something that it refers to, is not here."""
        return self._known_schema(reference)

    def _schema(self, reference: Reference) -> Schema:
        agreement = (
            self.resolve(reference, ProvisionAgreement) if reference.artefact_class == "ProvisionAgreement" else None
        )
        dataflow = (
            self.resolve(reference, Dataflow)
            if reference.artefact_class == "Dataflow"
            else self._referred(agreement, agreement.dataflow, Dataflow)
            if agreement and agreement.dataflow
            else None
        )
        if dataflow is None:
            structure = self.resolve(reference, DataStructure)
        elif dataflow.structure is None:
            raise NotFound(
                f"The dataflow {reference.short} names no data structure.",
                ru=f"В потоке данных {reference.short} не указана структура данных.",
                reference=reference,
            )
        else:
            structure = self._referred(dataflow, dataflow.structure, DataStructure)
        return Schema(
            structure=structure,
            dataflow=dataflow,
            agreement=agreement,
            components=tuple(self._components(structure)),
            constraints=tuple(self._constraints((structure, dataflow, agreement))),
        )

    def _referred(self, source: Maintainable, target: Reference, expected: type[M]) -> M:
        return self.resolve(target, expected, drafts=is_draft(source.version))

    def _constraints(self, levels: Iterable[Maintainable | None]) -> Iterator[DataConstraint]:
        """The allowed constraints of each level, the highest first: of each the newest version that is no draft."""
        for level in levels:
            newest: dict[Key, DataConstraint] = {}
            for constraint in self.users(level, DataConstraint) if level else ():
                if constraint.role == "Allowed" and not is_draft(constraint.version):
                    newest[key_of(constraint.reference)] = constraint
            yield from newest.values()

    def _components(self, structure: DataStructure) -> Iterator[SchemaComponent]:
        ids = [dimension.component_id for dimension in structure.dimensions]
        groups = {group.id: group.dimensions for group in structure.groups}
        make = partial(self._component, structure, {})
        for dimension in structure.dimensions:
            yield make(dimension, "dimension", mandatory=True)
        if structure.time_dimension:
            yield make(structure.time_dimension, "time", mandatory=True)
        for measure in structure.measures:
            yield make(measure, "measure", mandatory=measure.usage == "mandatory")
        for attribute in structure.attributes:
            level, dimensions = _attachment(attribute, ids, groups)
            mandatory = attribute.usage == "mandatory"
            yield make(attribute, "attribute", mandatory=mandatory, level=level, dimensions=dimensions)

    def component(self, structure: Maintainable, component: Component) -> SchemaComponent:
        """What is valid for a component of a structure of metadata, as for an attribute of data.

        Raises NotFound when something that it refers to is not here."""
        return self._component(structure, {}, component, "attribute", mandatory=False)

    def _component(
        self,
        structure: Maintainable,
        enumerations: dict[Reference, Enumeration],
        component: Component,
        role: Role,
        *,
        mandatory: bool,
        level: AttachmentLevel = "obs",
        dimensions: tuple[str, ...] = (),
    ) -> SchemaComponent:
        """`enumerations`: those of the structure's other components, codelists with what they inherit."""
        scheme = self._referred(structure, component.concept, ConceptScheme)
        concept = next((concept for concept in scheme.items if concept.id == component.concept.item), None)
        core = concept.core_representation if concept and not component.representation else None
        representation = component.representation or core or Representation()
        enumeration = representation.enumeration
        if enumeration and enumeration not in enumerations:
            enumerations[enumeration] = self._enumeration(scheme if representation is core else structure, enumeration)
        return SchemaComponent(
            id=component.component_id,
            role=role,
            names=concept.names if concept else {},
            descriptions=concept.descriptions if concept else {},
            codelist=enumerations[enumeration] if enumeration else None,
            text_format=_typed(representation.text_format),
            max_occurs=representation.max_occurs,
            mandatory=mandatory,
            level=level,
            dimensions=dimensions,
            source=component,
        )

    def _enumeration(self, source: Maintainable, target: Reference) -> Enumeration:
        if target.artefact_class == "Codelist":
            return self.extended(self._referred(source, target, Codelist))
        if target.artefact_class == "ConceptScheme":
            return self._referred(source, target, ConceptScheme)
        return self._referred(source, target, ValueList)


def _typed(format: TextFormat | None) -> TextFormat:
    """The format of values: of text, where nothing else is said."""
    if format is None:
        return TextFormat()
    return format if format.text_type else replace(format, text_type="String")


def _names(cls: type[Maintainable]) -> frozenset[str]:
    """What artefacts of a class are called in their URNs."""
    return frozenset(known.urn_class or name for name, known in MAINTAINABLES.items() if issubclass(known, cls))


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
