"""Structure queries over the artefacts of the registry (SDMX REST 2.2, structural metadata queries).

    select(structures, query) -> the artefacts that match, then those that `references` adds, each in the detail asked

Identities are worked with until the answer is complete; artefacts are fetched as it is written (`sdmx_dsm.service.details`).
Edges are the references that an artefact holds, resolved late. Agency schemes, which every artefact could claim as a child,
come only where they are asked for by name."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from itertools import chain
from typing import Final

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.model import (
    AgencyScheme,
    Codelist,
    DataConstraint,
    HierarchicalCodelist,
    ItemScheme,
    Maintainable,
    Nameable,
    Reference,
    StructureQuery,
    Structures,
    is_draft,
    iter_items,
    iter_references,
    with_items,
)
from sdmx_dsm.service.details import Selection, shown, whole
from sdmx_dsm.service.resources import DIRECTIONS, ROLES, classes_of, has_items

# Where codes of other lists are not shown with those that inherit them, the other lists are references like any.
_UNRESOLVED: Final = frozenset(("raw", "allstubs", "allcompletestubs"))

Parts = Mapping[Reference, Maintainable]
Step = Callable[[Collection[Reference]], Iterable[Reference]]


def select(structures: Structures, query: StructureQuery, classes: Set[str] | None = None) -> Selection:
    """Matches first, then what `references` adds, each artefact once; empty when nothing matches. Codelists hold the codes of
    those they extend, unless the detail is `raw`. `classes`: those of the model that are seen, where they are not asked for by
    their ids; None for all.

    Raises QuerySyntaxError for an unknown artefact type or keyword, or items of what is no item scheme; VersionError."""
    asked = classes_of(query.artefact_types)
    if query.items:
        asked = _item_schemes(asked, query.artefact_types)
    matches = structures.matching(asked, query.agencies, query.ids, query.versions)
    matches = _with_role(structures, matches, query.artefact_types)
    if "*" in query.ids:
        matches = [match for match in matches if _is_seen(structures, match, classes)]
    parts = _parts(structures, matches, query) if query.items else {}
    if query.items:
        matches = list(parts)
    related = dict.fromkeys(_Neighbours(structures, query, parts, classes).related(matches))
    known = set(matches)
    return shown(structures, query.detail, matches, [other for other in related if other not in known], parts)


def _is_seen(structures: Structures, reference: Reference, classes: Set[str] | None) -> bool:
    return classes is None or structures.model_class(reference).__name__ in classes


def _with_role(structures: Structures, matches: list[Reference], resources: Collection[str]) -> list[Reference]:
    """Those constraints alone that have the role which their resource asks for."""
    roles = {ROLES[resource] for resource in resources if resource in ROLES}
    if not roles:
        return matches
    found = structures.get(matches)
    return [artefact.reference for artefact in found if isinstance(artefact, DataConstraint) and artefact.role in roles]


# --- items --------------------------------------------------------------------------------------------------------------


def _item_schemes(classes: Set[str], resources: Collection[str]) -> frozenset[str]:
    """The classes that have items. Raises QuerySyntaxError for a type without; among all types they are passed over."""
    schemes = frozenset(name for name in classes if has_items(name))
    if "*" not in resources and not schemes:
        raise QuerySyntaxError(f"A {min(classes)} is no item scheme and has no items to ask for.")
    return schemes


def _parts(
    structures: Structures, matches: Iterable[Reference], query: StructureQuery
) -> dict[Reference, Maintainable]:
    """The matches that have some of the items, with these items alone (ancestors of nested ones too)."""
    found = ((match, _part(structures, match, query)) for match in matches)
    return {match: part for match, part in found if part}


def _part(structures: Structures, match: Reference, query: StructureQuery) -> Maintainable | None:
    """None where the match has none of the items."""
    if match.artefact_class == "HierarchicalCodelist":
        codelist = structures.resolve(match, HierarchicalCodelist)
        kept = tuple(hierarchy for hierarchy in codelist.hierarchies if hierarchy.id in query.items)
        return replace(codelist, hierarchies=kept) if kept else None
    part = structures.with_items(match, query.items)
    if isinstance(part, Codelist) and part.extensions and query.detail not in _UNRESOLVED:
        full = whole(structures.resolve(match, Codelist), structures)
        assert isinstance(full, Codelist)
        part = with_items(full, query.items)
    return part if part.items else None


# --- references ---------------------------------------------------------------------------------------------------------


class _Neighbours:
    """What `references` adds. `parts`: item schemes that are in the answer with some items, whose references alone count.
    `classes`: those beyond which nothing is seen, None for all."""

    def __init__(self, structures: Structures, query: StructureQuery, parts: Parts, classes: Set[str] | None) -> None:
        self._structures, self._query, self._parts, self._classes = structures, query, parts, classes

    def related(self, matches: Collection[Reference]) -> Iterator[Reference]:
        """In the order of the keywords; duplicates and matches may come too."""
        directions: dict[str, Callable[[], Iterable[Reference]]] = {
            "none": tuple,
            "children": lambda: self._children(matches),
            "descendants": lambda: _closure(matches, self._children),
            "parents": lambda: self._parents(matches),
            "ancestors": lambda: _closure(matches, self._parents),
            "parentsandsiblings": lambda: self._parents_and_siblings(matches),
            "all": lambda: chain(self._parents_and_siblings(matches), _closure(matches, self._children)),
        }
        for keyword in self._query.references:
            if keyword in directions:
                yield from directions[keyword]()
        if named := [keyword for keyword in self._query.references if keyword not in DIRECTIONS]:
            wanted = classes_of(named)
            both = chain(self._children(matches), self._parents(matches))
            yield from (other for other in both if other.artefact_class in wanted)
            if "AgencyScheme" in wanted:
                yield from self._agency_schemes(matches)

    def _children(self, references: Collection[Reference]) -> Iterator[Reference]:
        resolved = self._query.detail not in _UNRESOLVED
        for source, children in self._structures.children([r for r in references if r not in self._parts]).items():
            for child in children:
                is_extended = source.artefact_class == child.artefact_class == "Codelist"
                if not (resolved and is_extended) and self._knows(child):
                    yield child
        for source in references:
            if source in self._parts:
                drafts = is_draft(source.version)
                found = (
                    self._structures.identify(r, drafts=drafts) for r in iter_references(_items(self._parts[source]))
                )
                yield from filter(self._knows, filter(None, found))

    def _parents(self, references: Collection[Reference]) -> Iterator[Reference]:
        for target, parents in self._structures.parents(references).items():
            known = tuple(filter(self._knows, parents))
            yield from self._of_items(target, known) if target in self._parts else known

    def _knows(self, reference: Reference) -> bool:
        return _is_seen(self._structures, reference, self._classes)

    def _of_items(self, scheme: Reference, parents: Collection[Reference]) -> Iterator[Reference]:
        """Those parents that refer to the scheme as a whole, or to an item that is in the answer."""
        paths = {"", *(path for path, _ in iter_items(_items(self._parts[scheme])))}
        for parent in self._structures.get(tuple(parents)):
            drafts = is_draft(parent.version)
            if any(
                reference.item in paths and self._structures.identify(reference, drafts=drafts) == scheme
                for reference in iter_references(parent)
            ):
                yield parent.reference

    def _parents_and_siblings(self, references: Collection[Reference]) -> Iterator[Reference]:
        parents = tuple(dict.fromkeys(self._parents(references)))
        yield from parents
        yield from self._children(parents)

    def _agency_schemes(self, matches: Iterable[Reference]) -> Iterator[Reference]:
        """The schemes that hold the agencies of the matches."""
        agencies = {match.agency for match in matches}
        for scheme in self._structures.of_class(AgencyScheme):
            if agencies & scheme.full_ids.keys():
                yield scheme.reference


def _items(part: Maintainable) -> tuple[Nameable, ...]:
    match part:
        case ItemScheme():
            return part.items
        case HierarchicalCodelist():
            return part.hierarchies
    return ()


def _closure(start: Collection[Reference], step: Step) -> Iterator[Reference]:
    """All that is reached from `start`, level by level: one step for all of a level."""
    seen, level = set(start), start
    while level:
        level = [other for other in dict.fromkeys(step(level)) if other not in seen]
        seen.update(level)
        yield from level
