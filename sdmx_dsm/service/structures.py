"""Structure queries over the artefacts of the registry (SDMX REST 2.2, structural metadata queries).

    select(structures, query) -> the artefacts that match, then those that `references` adds, each in the detail asked

Edges are the references that an artefact holds, resolved late. Agency schemes, which every artefact could claim as a child,
come only where they are asked for by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Final, TypeVar

from sdmx_dsm.errors import Conflict, NotFound, QuerySyntaxError
from sdmx_dsm.model import (
    MAINTAINABLES,
    Category,
    Codelist,
    Dataflow,
    DataStructure,
    ItemScheme,
    Maintainable,
    Nameable,
    ProvisionAgreement,
    Reference,
    StructureQuery,
    Structures,
    parse_version,
    select_versions,
)

Item = TypeVar("Item", bound=Nameable)
Scheme = TypeVar("Scheme", bound=ItemScheme)

# resource name of the path -> class; the names of REST 1.x that differ stand below.
RESOURCES: Final[Mapping[str, str]] = {name.lower(): name for name in MAINTAINABLES}
RESOURCES_V1: Final[Mapping[str, str]] = {
    **{name: cls for name, cls in RESOURCES.items() if cls != "DataConstraint"},
    "contentconstraint": "DataConstraint",
    "allowedconstraint": "DataConstraint",
}
# All resource names of the standard: what is not in RESOURCES is known and holds nothing here.
KNOWN_RESOURCES: Final = frozenset(
    """metadatastructure metadataflow metadataprovisionagreement valuelist hierarchy hierarchyassociation
    metadataproviderscheme dataconsumerscheme organisationunitscheme reportingtaxonomy structuremap representationmap
    conceptschememap categoryschememap organisationschememap reportingtaxonomymap process metadataconstraint
    transformationscheme rulesetscheme userdefinedoperatorscheme customtypescheme namepersonalisationscheme vtlmappingscheme
    hierarchicalcodelist organisationscheme structureset attachmentconstraint actualconstraint""".split()
)

_DIRECTIONS: Final = frozenset(("none", "children", "descendants", "parents", "ancestors", "parentsandsiblings", "all"))


def iter_references(value: object) -> Iterator[Reference]:
    """Every reference inside an artefact, in document order."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from iter_references(element)
    elif is_dataclass(value):
        for part in fields(value):
            yield from iter_references(getattr(value, part.name))


class Graph:
    """Who refers to whom among `structures`; made once for a state of the registry."""

    def __init__(self, structures: Structures) -> None:
        self.structures = structures

    @cached_property
    def _children(self) -> Mapping[Reference, tuple[Maintainable, ...]]:
        edges: dict[Reference, tuple[Maintainable, ...]] = {}
        for artefact in self.structures:
            targets: dict[Reference, Maintainable] = {}
            for reference in iter_references(artefact):
                target = self.structures.find(reference)
                if target and target is not artefact:
                    targets[target.reference] = target
            edges[artefact.reference] = tuple(targets.values())
        return edges

    @cached_property
    def _parents(self) -> Mapping[Reference, tuple[Maintainable, ...]]:
        edges: dict[Reference, list[Maintainable]] = {}
        for artefact in self.structures:
            for child in self._children[artefact.reference]:
                edges.setdefault(child.reference, []).append(artefact)
        return {reference: tuple(parents) for reference, parents in edges.items()}

    def children(self, artefact: Maintainable) -> tuple[Maintainable, ...]:
        return self._children.get(artefact.reference, ())

    def parents(self, artefact: Maintainable) -> tuple[Maintainable, ...]:
        return self._parents.get(artefact.reference, ())

    def related(self, artefact: Maintainable, references: Iterable[str]) -> Iterator[Maintainable]:
        """What `references` adds to one match; duplicates and the match itself may come too."""
        for keyword in references:
            match keyword:
                case "none":
                    continue
                case "children":
                    yield from self.children(artefact)
                case "descendants":
                    yield from _closure(artefact, self.children)
                case "parents":
                    yield from self.parents(artefact)
                case "ancestors":
                    yield from _closure(artefact, self.parents)
                case "parentsandsiblings":
                    yield from self._parents_and_siblings(artefact)
                case "all":
                    yield from self._parents_and_siblings(artefact)
                    yield from _closure(artefact, self.children)
                case _:
                    wanted = _class_of(keyword)
                    for other in (*self.children(artefact), *self.parents(artefact)):
                        if type(other).__name__ == wanted:
                            yield other

    def _parents_and_siblings(self, artefact: Maintainable) -> Iterator[Maintainable]:
        for parent in self.parents(artefact):
            yield parent
            yield from self.children(parent)


def _closure(start: Maintainable, step: Callable[[Maintainable], tuple[Maintainable, ...]]) -> Iterator[Maintainable]:
    seen = {start.reference}
    waiting = list(step(start))
    while waiting:
        artefact = waiting.pop(0)
        if artefact.reference not in seen:
            seen.add(artefact.reference)
            yield artefact
            waiting.extend(step(artefact))


def _class_of(resource: str) -> str | None:
    name = RESOURCES.get(resource) or RESOURCES_V1.get(resource)
    if name is None and resource not in KNOWN_RESOURCES:
        raise QuerySyntaxError(
            f"“{resource}” is no artefact type and no keyword of references: "
            f"expected one of {', '.join(sorted((*_DIRECTIONS, *RESOURCES)))}."
        )
    return name


def select(graph: Graph, query: StructureQuery) -> list[Maintainable]:
    """Matches first, then what `references` adds, each artefact once. An empty list: nothing matches. Codelists hold the codes
    of those they extend, unless the detail is `raw`.

    Raises QuerySyntaxError for an unknown artefact type or keyword, or items of what is no item scheme; VersionError."""
    structures = graph.structures

    def shown(artefact: Maintainable) -> Maintainable:
        return artefact if query.detail == "raw" else whole(artefact, structures)

    matches = [shown(match) for match in _matches(structures, query)]
    if query.items:
        matches = [part for match in matches if (part := _with_items(match, query.items))]
    related: dict[Reference, Maintainable] = {}
    known = {match.reference for match in matches}
    for match in matches:
        original = structures.find(match.reference)
        for artefact in graph.related(original, query.references) if original else ():
            if artefact.reference not in known:
                related[artefact.reference] = shown(artefact)
    return _in_detail(graph, matches, list(related.values()), query.detail)


def whole(artefact: Maintainable, structures: Structures) -> Maintainable:
    """A codelist with the codes that it inherits; one that extends what is not here, or itself, stays as it is."""
    try:
        return structures.extended(artefact) if isinstance(artefact, Codelist) else artefact
    except (NotFound, Conflict):
        return artefact


def _matches(structures: Structures, query: StructureQuery) -> Iterator[Maintainable]:
    everything = "*" in query.artefact_types
    wanted = {_class_of(resource) for resource in query.artefact_types if resource != "*"}
    groups: dict[tuple[str, str, str], dict[str, Maintainable]] = {}
    for artefact in structures:
        name = type(artefact).__name__
        if (
            (everything or name in wanted)
            and ("*" in query.agencies or artefact.agency in query.agencies)
            and ("*" in query.ids or artefact.id in query.ids)
        ):
            groups.setdefault((name, artefact.agency, artefact.id), {})[artefact.version] = artefact
    if not groups:
        select_versions(query.versions, ())  # the grammar is checked even where nothing can match
    for versions in groups.values():
        for version in select_versions(query.versions, map(parse_version, versions)):
            yield versions[str(version)]


def _with_items(artefact: Maintainable, paths: Iterable[str]) -> Maintainable | None:
    """The scheme with the asked items alone (ancestors of nested ones too); None when it has none of them."""
    if not isinstance(artefact, ItemScheme):
        raise QuerySyntaxError(
            f"{artefact.reference.short} is a {type(artefact).__name__} and has no items to ask for."
        )
    kept = _cut(artefact.items, frozenset(paths))
    return _partial(artefact, kept) if kept else None


def _partial(scheme: Scheme, kept: tuple[Nameable, ...]) -> Scheme:
    return replace(scheme, items=kept, is_partial=scheme.is_partial or kept != scheme.items)


def with_codes(codelist: Codelist, ids: Iterable[str]) -> Codelist:
    """The codelist cut to some codes and their parents."""
    parents = {code.id: code.parent for code in codelist.items}
    kept: set[str | None] = set()
    for id in ids:
        above: str | None = id
        while above and above not in kept:
            kept.add(above)
            above = parents.get(above)
    return _partial(codelist, tuple(code for code in codelist.items if code.id in kept))


def _cut(items: tuple[Item, ...], paths: frozenset[str], above: str = "") -> tuple[Item, ...]:
    kept: list[Item] = []
    for item in items:
        path = f"{above}{item.id}"
        if isinstance(item, Category):
            below = _cut(item.items, paths, f"{path}.")
            if below or path in paths:
                kept.append(replace(item, items=below))
        elif path in paths:
            kept.append(item)
    return tuple(kept)


def _in_detail(
    graph: Graph, matches: list[Maintainable], related: list[Maintainable], detail: str
) -> list[Maintainable]:
    match detail:
        case "allstubs" | "allcompletestubs":
            return [_stub(artefact, complete=detail == "allcompletestubs") for artefact in (*matches, *related)]
        case "referencestubs" | "referencecompletestubs":
            return [*matches, *(_stub(artefact, complete=detail == "referencecompletestubs") for artefact in related)]
        case "referencepartial":
            return [*matches, *_partial_references(graph, matches, related)]
        case _:
            return [*matches, *related]


_IDENTITY: Final = frozenset(("id", "agency", "version", "names", "valid_from", "valid_to", "is_final", "uri"))
_COMPLETE: Final = _IDENTITY | {"descriptions", "annotations"}


def _stub(artefact: Maintainable, *, complete: bool) -> Maintainable:
    """Identification and names alone, marked as kept in full elsewhere; `complete` with descriptions and annotations."""
    kept = _COMPLETE if complete else _IDENTITY
    return type(artefact)(is_external_reference=True, **{name: getattr(artefact, name) for name in kept})


def _partial_references(
    graph: Graph, matches: list[Maintainable], related: list[Maintainable]
) -> Iterator[Maintainable]:
    """Item schemes cut to what the answer uses: items that its artefacts name, codes that constraints leave."""
    named: dict[Reference, set[str]] = {}
    for artefact in (*matches, *related):
        for reference in iter_references(artefact):
            scheme = graph.structures.find(reference) if reference.item else None
            if scheme:
                named.setdefault(scheme.reference, set()).add(reference.item)
    codes = _usable_codes(graph, matches)
    for artefact in related:
        if isinstance(artefact, Codelist):
            usable = codes.get(artefact.reference)
            yield artefact if usable is None else with_codes(artefact, usable)
        elif isinstance(artefact, ItemScheme) and artefact.reference in named:
            yield _partial(artefact, _cut(artefact.items, frozenset(named[artefact.reference])))
        else:
            yield artefact


def _usable_codes(graph: Graph, matches: list[Maintainable]) -> dict[Reference, set[str]]:
    """Per codelist the codes that some component of the matches may take."""
    usable: dict[Reference, set[str]] = {}
    for artefact in matches:
        if not isinstance(artefact, DataStructure | Dataflow | ProvisionAgreement):
            continue
        schema = graph.structures.schema(artefact.reference)
        for component in schema.components:
            if component.codelist is None:
                continue
            allowed = schema.allowed(component)
            codes = (code.id for code in component.codelist.items) if allowed is None else allowed
            usable.setdefault(component.codelist.reference, set()).update(codes)
    return usable
