"""Structure files: into the registry, and what is wrong with them before they go there.

The hub's own content are the folders structures/ and registry/."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, cast

from sdmx_dsm.errors import DsmError, NotFound, ReadError
from sdmx_dsm.formats import read_structures
from sdmx_dsm.model import (
    Category,
    Codelist,
    ConceptScheme,
    DataStructure,
    ItemScheme,
    Maintainable,
    Nameable,
    Reference,
    Structures,
    iter_references,
)
from sdmx_dsm.service.hub import Hub

_SUFFIXES: Final = frozenset((".xml", ".json"))


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the .xml and .json files below the folders named. Raises NotFound where there is none."""
    paths = tuple(paths)
    found = [
        file
        for path in paths
        for file in (sorted(p for p in path.rglob("*") if p.suffix in _SUFFIXES) if path.is_dir() else (path,))
    ]
    missing = [str(path) for path in found if not path.is_file()]
    if missing or not found:
        raise NotFound(f"There are no structure files in {', '.join(missing or map(str, paths))}.")
    return found


def read_file(path: Path) -> tuple[Maintainable, ...]:
    """The artefacts of a structure message. Raises ReadError, which names the file."""
    try:
        return read_structures(path)
    except ReadError as error:
        raise ReadError(f"{path}: {error.message}", line=error.line, column=error.column, path=str(path)) from error
    except DsmError as error:
        raise ReadError(f"{path}: {error.message}", path=str(path)) from error


def read_content(folder: Path) -> list[Maintainable]:
    """All artefacts of the files below structures/ and registry/ of `folder`. Raises ReadError, NotFound."""
    parts = [part for name in ("structures", "registry") if (part := folder / name).is_dir()]
    return [artefact for file in find_files(parts or [folder / "structures"]) for artefact in read_file(file)]


def load_content(hub: Hub, folder: Path | None = None, *, user: str = "system") -> list[Maintainable]:
    """Puts the content into the registry in one transaction; what is there already and unchanged stays as it is."""
    artefacts = read_content(folder or hub.settings.content_path)
    hub.store.revise(artefacts, user=user, note="content")
    return artefacts


def load_artefacts(hub: Hub, artefacts: Iterable[Maintainable], *, user: str = "system") -> int:
    """Puts artefacts that `faults_of` finds nothing in into the registry, all or none; the revision then."""
    return hub.store.revise(tuple(artefacts), user=user, note="structure files")


def faults_of(artefacts: Iterable[Maintainable], known: Structures) -> Iterator[str]:
    """What is wrong with artefacts, in sentences: an identity that comes twice, a reference that leads nowhere (neither among
    themselves nor in `known`), an item that comes twice or has a parent that is not there, a component in a group or
    relationship that its structure does not have."""
    artefacts = tuple(artefacts)
    structures = known.with_artefacts(artefacts)
    for reference, times in Counter(artefact.reference for artefact in artefacts).items():
        if times > 1:
            yield f"{_name(reference)} comes {times} times."
    for artefact in artefacts:
        subject = _name(artefact.reference)
        for reference in dict.fromkeys(iter_references(artefact)):
            if fault := _leads_nowhere(reference, structures):
                yield f"{subject} refers to {_name(reference)}: {fault}."
        yield from (f"{subject}: {fault}." for fault in _faults_inside(artefact))


def _name(reference: Reference) -> str:
    return f"{reference.artefact_class} {reference.short}"


def _leads_nowhere(reference: Reference, structures: Structures) -> str:
    scheme = structures.find(reference)
    if scheme is None:
        return "there is no such artefact"
    if reference.item and isinstance(scheme, ItemScheme) and not scheme.is_partial:
        known = {path for path, _ in _items(scheme)}
        return "" if reference.item in known else f"{_name(scheme.reference)} has no such item"
    return ""


def _items(scheme: ItemScheme | Category, above: str = "") -> Iterator[tuple[str, Nameable]]:
    """The items of a scheme by their dotted paths, those inside others too."""
    for item in cast("tuple[Nameable, ...]", getattr(scheme, "items", ())):
        yield f"{above}{item.id}", item
        if isinstance(item, Category):
            yield from _items(item, f"{above}{item.id}.")


def _faults_inside(artefact: Maintainable) -> Iterator[str]:
    if isinstance(artefact, ItemScheme):
        items = Counter(path for path, _ in _items(artefact))
        yield from (f"the item {path} comes {times} times" for path, times in items.items() if times > 1)
    if isinstance(artefact, Codelist | ConceptScheme) and not artefact.is_partial:
        own = {item.id for item in artefact.items}
        for item in artefact.items:
            # What an extension brings is told where its reference leads.
            if item.parent and item.parent not in own and not getattr(artefact, "extensions", ()):
                yield f"the parent {item.parent} of {item.id} is no item of it"
    if isinstance(artefact, DataStructure):
        yield from _faults_of_structure(artefact)


def _faults_of_structure(structure: DataStructure) -> Iterator[str]:
    dimensions = [dimension.component_id for dimension in structure.dimensions]
    if structure.time_dimension:
        dimensions.append(structure.time_dimension.component_id)
    components = Counter(
        (*dimensions, *(component.component_id for component in (*structure.measures, *structure.attributes)))
    )
    yield from (f"the component {id} comes {times} times" for id, times in components.items() if times > 1)
    groups = {group.id for group in structure.groups}
    for group in structure.groups:
        for id in group.dimensions:
            if id not in dimensions:
                yield f"the group {group.id} names {id}, which is no dimension"
    for attribute in structure.attributes:
        for id in attribute.dimensions:
            if id not in dimensions:
                yield f"the attribute {attribute.component_id} relates to {id}, which is no dimension"
        for id in filter(None, (attribute.group, *attribute.attachment_groups)):
            if id not in groups:
                yield f"the attribute {attribute.component_id} relates to the group {id}, which is not there"
