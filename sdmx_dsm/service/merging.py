"""What a part of an artefact makes of the whole: some items, some languages, or an item less.

Pure functions; that the result keeps the rules is checked afterwards (`sdmx_dsm.service.maintenance`)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from sdmx_dsm.model import ItemScheme, Maintainable, Nameable
from sdmx_dsm.service.rules.contents import id_of

Scheme = TypeVar("Scheme", bound=ItemScheme)
M = TypeVar("M", bound=Maintainable)


def merge_items(stored: Scheme, part: Scheme) -> Scheme:
    """The stored scheme with the items of `part`: those that it has are replaced where they stand (nested ones with the whole
    branch of their root), new ones come behind their neighbour in `part`, or before it. Names and descriptions are merged by
    language; annotations and all else are those of `part`."""
    return replace(
        part,
        names={**stored.names, **part.names},
        descriptions={**stored.descriptions, **part.descriptions},
        is_partial=stored.is_partial,
        items=_placed(stored.items, part.items),
    )


def _placed(stored: Sequence[Nameable], items: Sequence[Nameable]) -> tuple[Nameable, ...]:
    new = {item.id: item for item in items}
    kept = {item.id for item in stored}
    before: dict[str, list[Nameable]] = {}  # new ones by the stored one that they stand before
    behind: dict[str, list[Nameable]] = {}
    rest: list[Nameable] = []
    neighbour = ""
    for item in items:
        if item.id in kept:
            if not neighbour and rest:
                before[item.id], rest = rest, []
            neighbour = item.id
        elif neighbour:
            behind.setdefault(neighbour, []).append(item)
        else:
            rest.append(item)
    merged: list[Nameable] = []
    for item in stored:
        merged += (*before.get(item.id, ()), new.get(item.id, item), *behind.get(item.id, ()))
    return (*merged, *rest)


def merge_languages(stored: M, part: M) -> M:
    """The stored artefact with the texts of `part`: languages that it has are set, all others stay, as does all that is no text.

    Raises KeyError, with the path, for an item or component that the stored artefact does not have."""
    merged: M = _with_texts(stored, part, "")
    return merged


def _with_texts(stored: Any, part: Any, above: str) -> Any:
    changed: dict[str, Any] = {}
    for field in fields(stored):
        old, new = getattr(stored, field.name), getattr(part, field.name)
        if isinstance(old, Mapping):
            changed[field.name] = {**old, **new}
        elif isinstance(old, tuple) and isinstance(new, tuple):
            changed[field.name] = _elements_with_texts(old, new, above)
        elif is_dataclass(old) and type(old) is type(new):
            changed[field.name] = _with_texts(old, new, above)
    return replace(stored, **changed)


def _elements_with_texts(stored: tuple[Any, ...], part: tuple[Any, ...], above: str) -> tuple[Any, ...]:
    texts = {id: element for element in part if is_dataclass(element) and (id := id_of(element))}
    if unknown := [id for id in texts if id not in {id_of(element) for element in stored}]:
        raise KeyError(f"{above}{unknown[0]}")
    return tuple(
        _with_texts(element, texts[id], f"{above}{id}.") if (id := id_of(element)) in texts else element
        for element in stored
    )


def without_item(artefact: M, path: str) -> M | None:
    """The artefact without an item and the items that it holds; None where it has none of that path. Where items name their
    parent, those below lose theirs."""
    items: tuple[Any, ...] = getattr(artefact, "items", ())
    left = _without(items, path)
    return None if left is None else replace(artefact, items=left)  # type: ignore[call-arg]


def _without(items: tuple[Any, ...], path: str) -> tuple[Any, ...] | None:
    if any(item.id == path for item in items):
        return tuple(
            replace(item, parent=None) if getattr(item, "parent", None) == path else item
            for item in items
            if item.id != path
        )
    for place, item in enumerate(items):
        inner: tuple[Any, ...] = getattr(item, "items", ())
        left = _without(inner, path.removeprefix(f"{item.id}.")) if inner and path.startswith(f"{item.id}.") else None
        if left is not None:
            return (*items[:place], replace(item, items=left), *items[place + 1 :])
    return None
