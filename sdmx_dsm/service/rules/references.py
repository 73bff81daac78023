"""Where the references of an artefact lead: to what is there, with a version that they may have, and never round in a circle."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from sdmx_dsm.model import (
    Codelist,
    ItemScheme,
    Maintainable,
    Reference,
    Structures,
    Text,
    is_draft,
    is_wildcard,
    iter_references,
    regular_version,
)
from sdmx_dsm.model.differences import describe_path
from sdmx_dsm.service.rules.contents import inherited, parts_of
from sdmx_dsm.service.rules.faults import Fault, listed, name_of
from sdmx_dsm.service.rules.places import placed

# Their version is 1.0 for good, whatever refers to them.
FIXED: Final = frozenset(
    """AgencyScheme DataProviderScheme DataConsumerScheme MetadataProviderScheme OrganisationUnitScheme Categorisation""".split()
)
# What refers to anything, and to which nothing that counts refers: programs and processes may call each other.
_FREE: Final = frozenset(
    """Process TransformationScheme RulesetScheme UserDefinedOperatorScheme CustomTypeScheme NamePersonalisationScheme
    VtlMappingScheme MetadataSet""".split()
)


def check_references(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """That each leads to an artefact, and to an item of it; those of artefacts that are kept elsewhere are not ours to check."""
    if artefact.is_external_reference:
        return
    known: dict[Reference, frozenset[str]] = {}
    places: dict[Reference, Text] = {}
    for reference in dict.fromkeys(iter_references(artefact)):
        if "*" in (reference.agency, reference.id):
            continue  # a target of metadata, which may be anything
        target = structures.find(reference, drafts=is_draft(artefact.version))
        if target is None:
            where, name = _place(reference, artefact, places), name_of(reference.maintainable)
            yield Fault("missing-reference", f"{where['en']}: there is no {name}", f"{where['ru']}: нет {name}")
        elif reference.item and "*" not in reference.item and not _has(target, reference.item, structures, known):
            where, name = _place(reference, artefact, places), name_of(target.reference)
            yield Fault(
                "missing-reference",
                f"{where['en']}: {name} has no {reference.item}",
                f"{where['ru']}: в {name} нет {reference.item}",
            )
        elif isinstance(artefact, Codelist) and target.reference == artefact.reference:
            yield Fault("cycle", "it extends itself", "справочник расширяет сам себя")
        if not _fits_version(artefact, reference):
            where = _place(reference, artefact, places)
            yield Fault(
                "version-reference",
                f"{where['en']}: {reference.short} has no version of three parts, and what has one refers to such alone",
                f"{where['ru']}: у {reference.short} версия не из трёх частей, а имеющие такую ссылаются только на такие же",
            )


def _place(reference: Reference, artefact: Maintainable, places: dict[Reference, Text]) -> Text:
    """Where the first such reference of an artefact stands, in words. All are looked up with the first, into `places`."""
    if not places:
        for path, found in placed(artefact, Reference):
            places.setdefault(found, describe_path(path))
    return places[reference]


def _has(target: Maintainable, item: str, structures: Structures, known: dict[Reference, frozenset[str]]) -> bool:
    """Whether an artefact has an item; of one that is here in part, or kept elsewhere, nobody knows."""
    if target.is_external_reference or (isinstance(target, ItemScheme) and target.is_partial):
        return True
    if target.reference not in known:
        paths = {path for path, _ in parts_of(target)}
        if isinstance(target, Codelist):
            paths |= {code.id for code in inherited(target, structures)}
        known[target.reference] = frozenset(paths)
    # Lists of components are there even where nothing is said of them; a level is named by its own id.
    return (
        item in known[target.reference]
        or item.endswith("Descriptor")
        or item.rpartition(".")[2] in known[target.reference]
    )


def _fits_version(artefact: Maintainable, reference: Reference) -> bool:
    fixed = {type(artefact).__name__, reference.maintainable.artefact_class} & FIXED
    return (
        bool(fixed)
        or not _is_semantic(artefact.version)
        or is_wildcard(reference.version)
        or _is_semantic(reference.version)
    )


def _is_semantic(version: str) -> bool:
    parsed = regular_version(version)
    return parsed is not None and parsed.is_semantic


def find_cycles(references: Collection[Reference], structures: Structures) -> Iterator[tuple[Reference, Fault]]:
    """Those of some artefacts that refer to themselves by way of others, with the way."""
    edges: dict[Reference, tuple[Reference, ...]] = {}
    waiting = {reference for reference in references if structures.identify(reference)}
    while waiting:
        edges.update(structures.children([one for one in waiting if one.artefact_class not in _FREE]))
        waiting = {child for one in waiting for child in edges.get(one, ())} - edges.keys()
        waiting = {one for one in waiting if one.artefact_class not in _FREE}
    for reference in references:
        if way := _way_back(reference, edges):
            names = listed(map(name_of, way))
            yield reference, Fault("cycle", f"it refers to itself: {names}", f"артефакт ссылается сам на себя: {names}")


def _way_back(start: Reference, edges: Mapping[Reference, Sequence[Reference]]) -> list[Reference]:
    """The shortest way from an artefact to itself, with it at both ends; empty where there is none."""
    came_from: dict[Reference, Reference] = {}
    level = [start]
    while level:
        following = []
        for reference in level:
            for child in edges.get(reference, ()):
                if child == start:
                    way = [start, reference]
                    while way[-1] != start:
                        way.append(came_from[way[-1]])
                    return way[::-1]
                if child not in came_from:
                    came_from[child] = reference
                    following.append(child)
        level = following
    return []
