"""Where the references of an artefact lead: to what is there, with a version that they may have, and never round in a circle."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Final

from sdmx_dsm.errors import VersionError
from sdmx_dsm.model import (
    Codelist,
    ItemScheme,
    Maintainable,
    Reference,
    Step,
    Structures,
    Text,
    is_draft,
    is_wildcard,
    parse_version,
)
from sdmx_dsm.model.differences import describe_path
from sdmx_dsm.service.rules.contents import id_of, inherited, parts_of
from sdmx_dsm.service.rules.faults import Fault, listed, name_of

# Their version is 1.0 for good, whatever refers to them.
FIXED: Final = frozenset(
    """AgencyScheme DataProviderScheme DataConsumerScheme MetadataProviderScheme OrganisationUnitScheme Categorisation""".split()
)
# What refers to anything, and to which nothing that counts refers: programs and processes may call each other.
_FREE: Final = frozenset(
    """Process TransformationScheme RulesetScheme UserDefinedOperatorScheme CustomTypeScheme NamePersonalisationScheme
    VtlMappingScheme MetadataSet""".split()
)


def placed_references(value: object, path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Reference]]:
    """Every reference in an artefact, with the way to it."""
    if isinstance(value, Reference):
        yield path, value
    elif isinstance(value, tuple):
        for place, element in enumerate(value, 1):
            key = id_of(element) or ("" if isinstance(element, Reference) else str(place))
            yield from placed_references(
                element, (*path[:-1], Step(path[-1].field, key, element_class=type(element).__name__))
            )
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from placed_references(getattr(value, field.name), (*path, Step(field.name)))


def check_references(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """That each leads to an artefact, and to an item of it; those of artefacts that are kept elsewhere are not ours to check."""
    if artefact.is_external_reference:
        return
    first: dict[Reference, tuple[Step, ...]] = {}
    for path, reference in placed_references(artefact):
        first.setdefault(reference, path)
    known: dict[Reference, frozenset[str]] = {}
    for reference, path in first.items():
        if "*" in (reference.agency, reference.id):
            continue  # a target of metadata, which may be anything
        target = structures.find(reference, drafts=is_draft(artefact.version))
        where = describe_path(path)
        if target is None:
            yield Fault(
                "missing-reference",
                f"{where['en']}: there is no {name_of(reference.maintainable)}",
                f"{where['ru']}: нет {name_of(reference.maintainable)}",
            )
        elif reference.item and not _has(target, reference.item, structures, known):
            yield Fault(
                "missing-reference",
                f"{where['en']}: {name_of(target.reference)} has no {reference.item}",
                f"{where['ru']}: в {name_of(target.reference)} нет {reference.item}",
            )
        yield from _check_version(artefact, reference, where)


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


def _check_version(artefact: Maintainable, reference: Reference, where: Text) -> Iterator[Fault]:
    if (
        type(artefact).__name__ in FIXED
        or reference.maintainable.artefact_class in FIXED
        or not _is_semantic(artefact.version)
    ):
        return
    if not is_wildcard(reference.version) and not _is_semantic(reference.version):
        yield Fault(
            "version-reference",
            f"{where['en']}: {reference.short} has no version of three parts, and what has one refers to such alone",
            f"{where['ru']}: у {reference.short} версия не из трёх частей, а имеющие такую ссылаются только на такие же",
        )


def _is_semantic(version: str) -> bool:
    try:
        return parse_version(version).is_semantic
    except VersionError:
        return False


def check_cycles(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """That what the artefact refers to, near and far, does not refer to it."""
    if type(artefact).__name__ in _FREE:
        return
    start = artefact.reference
    came_from: dict[Reference, Reference] = {}
    waiting = [artefact]
    while waiting:
        current = waiting.pop()
        for _, reference in placed_references(current):
            target = structures.find(reference, drafts=is_draft(current.version))
            if target is None or type(target).__name__ in _FREE:
                continue
            found = target.reference
            if found == start and (current is not artefact or isinstance(artefact, Codelist)):
                way = [current.reference]
                while way[-1] in came_from:
                    way.append(came_from[way[-1]])
                names = listed(f"{name_of(reference)}" for reference in (*reversed(way), start))
                yield Fault("cycle", f"it refers to itself: {names}", f"артефакт ссылается сам на себя: {names}")
                return
            if found != start and found not in came_from:
                came_from[found] = current.reference
                waiting.append(target)
