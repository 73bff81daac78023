"""What an artefact holds: its references, its items, and what is left of it in a stub or in a part of an item scheme.

Everything goes by the fields of the classes, and so by none of them in particular."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Final, TypeVar, get_args, get_type_hints

from sdmx_dsm.model.agreements import ProvisionAgreement
from sdmx_dsm.model.base import ItemScheme, Maintainable, Nameable
from sdmx_dsm.model.hierarchies import Hierarchy, HierarchyAssociation
from sdmx_dsm.model.items import GeoGridCodelist
from sdmx_dsm.model.maps import ItemSchemeMap, RepresentationMap, StructureMap
from sdmx_dsm.model.metadatastructures import Metadataflow, MetadataProvisionAgreement
from sdmx_dsm.model.text import folded
from sdmx_dsm.model.transformations import VtlScheme
from sdmx_dsm.model.urns import Reference

Item = TypeVar("Item", bound=Nameable)
Scheme = TypeVar("Scheme", bound=ItemScheme)
Artefact = TypeVar("Artefact", bound=Maintainable)

_IDENTITY: Final = frozenset(("id", "agency", "version", "names", "valid_from", "valid_to", "is_final", "uri"))
# What SDMX-ML has no stubs without; of a hierarchy it is one code.
_DEMANDED: Final[Mapping[type[Maintainable], tuple[str, ...]]] = {
    ProvisionAgreement: ("dataflow", "data_provider"),
    MetadataProvisionAgreement: ("metadataflow", "metadata_provider"),
    Metadataflow: ("targets",),
    Hierarchy: ("items", "has_formal_levels"),
    HierarchyAssociation: ("linked_hierarchy", "linked_object"),
    StructureMap: ("source", "target"),
    RepresentationMap: ("sources", "targets"),
    ItemSchemeMap: ("source", "target"),
    VtlScheme: ("vtl_version",),
    GeoGridCodelist: ("grid_definition",),
}
_COMPLETE: Final = _IDENTITY | {"descriptions", "annotations"}


def iter_references(value: object) -> Iterator[Reference]:
    """Every reference inside an artefact or a part of one, in the order of its fields."""
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, tuple):
        for element in value:
            yield from iter_references(element)
    elif is_dataclass(value) and not isinstance(value, type):
        for name in referring_fields(type(value)):
            yield from iter_references(getattr(value, name))


@cache
def referring_fields(cls: type) -> tuple[str, ...]:
    """The fields that can hold a reference, however deep: codes by the hundred thousand have none."""
    hints = get_type_hints(cls)
    return tuple(field.name for field in fields(cls) if _leads_to_reference(hints[field.name], frozenset()))


def _leads_to_reference(hint: Any, seen: frozenset[type]) -> bool:
    if hint is Reference:
        return True
    if arguments := get_args(hint):
        return any(_leads_to_reference(argument, seen) for argument in arguments)
    if not isinstance(hint, type) or not is_dataclass(hint) or hint in seen:
        return False
    seen |= {hint}
    inside = get_type_hints(hint)
    return any(_leads_to_reference(inside[field.name], seen) for field in fields(hint)) or any(
        _leads_to_reference(subclass, seen) for subclass in hint.__subclasses__()
    )


def iter_items(items: Collection[Nameable], above: str = "") -> Iterator[tuple[str, Nameable]]:
    """All items with their dotted paths, nested ones behind the item that holds them."""
    for item in items:
        yield f"{above}{item.id}", item
        if below := items_below(item):
            yield from iter_items(below, f"{above}{item.id}.")


def words_of(value: Nameable) -> tuple[str, ...]:
    """What an artefact or item is found by: its names in all languages and its id, folded."""
    return tuple(dict.fromkeys(map(folded, (*value.names.values(), value.id))))


def items_below(item: Nameable) -> tuple[Nameable, ...]:
    """The items that a nested item holds; codes and the like hold none."""
    below: tuple[Nameable, ...] = getattr(item, "items", ())
    return below


def with_items(scheme: Scheme, paths: Collection[str]) -> Scheme:
    """The scheme with the items of these dotted paths alone, and those that hold them."""
    return _partial(scheme, _cut(scheme.items, frozenset(paths)))


def with_codes(scheme: Scheme, ids: Collection[str]) -> Scheme:
    """The scheme cut to some items and their parents."""
    parents = {item.id: getattr(item, "parent", None) for item in scheme.items}
    kept: set[str | None] = set()
    for id in ids:
        above: str | None = id
        while above and above not in kept:
            kept.add(above)
            above = parents.get(above)
    return _partial(scheme, tuple(item for item in scheme.items if item.id in kept))


def _partial(scheme: Scheme, kept: tuple[Nameable, ...]) -> Scheme:
    return replace(scheme, items=kept, is_partial=scheme.is_partial or kept != scheme.items)


def _cut(items: tuple[Item, ...], paths: frozenset[str], above: str = "") -> tuple[Item, ...]:
    kept: list[Item] = []
    for item in items:
        path = f"{above}{item.id}"
        if inner := items_below(item):
            below = _cut(inner, paths, f"{path}.")
            if below or path in paths:
                kept.append(replace(item, items=below))  # type: ignore[call-arg]
        elif path in paths:
            kept.append(item)
    return tuple(kept)


def stub(artefact: Artefact, *, complete: bool) -> Artefact:
    """Identification and names alone, marked as kept in full elsewhere; `complete` with descriptions and annotations. What
    the schemas demand even of a stub stays too."""
    kept = {*(_COMPLETE if complete else _IDENTITY), *_demanded(artefact)}
    said = {name: getattr(artefact, name) for name in kept}
    if isinstance(artefact, Hierarchy):
        said["items"] = tuple(replace(code, items=()) for code in artefact.items[:1])
    return type(artefact)(is_external_reference=True, **said)


def _demanded(artefact: Maintainable) -> Iterator[str]:
    return (name for cls, names in _DEMANDED.items() if isinstance(artefact, cls) for name in names)
