"""What differs between two states of an artefact, whatever its class, as changes that people and programs can read.

    compare(before, after) -> the changes, none if and only if both are equal
    describe(change)       -> "code M, name (ru): changed from “Месяц” to “Помесячно”", in English and Russian

Elements of a sequence belong together by their ids (a component by that of its concept, a reference by all but its version);
where they have none, or not each its own, those that are equal do, and of the rest the first with the first. Order matters:
what stands behind another element than before is moved; the fewest are told that explain the new order."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from sdmx_dsm.model.base import Identifiable, Maintainable, Nameable
from sdmx_dsm.model.datastructures import Component
from sdmx_dsm.model.text import Text, localise
from sdmx_dsm.model.urns import Reference
from sdmx_dsm.model.words import class_word, field_word

M = TypeVar("M", bound=Maintainable)
Kind = Literal["added", "removed", "changed", "moved"]
_LONGEST_VALUE = 120  # characters of a value in a sentence


@dataclass(frozen=True, slots=True)
class Step:
    """A field on the way to what changed; `key` says which element of it (its id, or its place from 1 on), `language` which of
    its texts. `element_class` is the class of an element that is no plain value."""

    field: str
    key: str = ""
    language: str = ""
    element_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`before` and `after` are values of the model: None for what was not there, or is no more.

    `behind`: of what moved, the key of the element that it stands behind now, "" for the first. `holders`: the objects that
    the path leads through, the artefact first, as they are now (as they were, where they are no more)."""

    kind: Kind
    path: tuple[Step, ...]
    before: object = None
    after: object = None
    behind: str = ""
    holders: tuple[object, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The path by its fields alone: ("items", "names")."""
        return tuple(step.field for step in self.path)


def compare(before: M, after: M) -> tuple[Change, ...]:
    """In the order of the fields, within a sequence what was removed first. Raises TypeError for two classes."""
    if type(before) is not type(after):
        raise TypeError(f"a {type(before).__name__} and a {type(after).__name__} can't be compared")
    return tuple(_of_objects(before, after, (), ()))


def _of_values(before: object, after: object, path: tuple[Step, ...], holders: tuple[object, ...]) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_texts(before, after, path, holders)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from _of_sequences(before, after, path, holders)
    elif type(before) is type(after) and _is_composite(before):
        yield from _of_objects(before, after, path, holders)
    else:
        yield _of_one_value(before, after, path, holders)


def _of_one_value(before: object, after: object, path: tuple[Step, ...], holders: tuple[object, ...]) -> Change:
    kind: Kind = "added" if before is None else "removed" if after is None else "changed"
    return Change(kind=kind, path=path, before=before, after=after, holders=holders)


def _of_objects(before: Any, after: Any, path: tuple[Step, ...], holders: tuple[object, ...]) -> Iterator[Change]:
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        step = (*path, Step(field.name))
        if old != new and _is_one_value(field.type):
            yield _of_one_value(old, new, step, (*holders, after))
        elif old != new:
            yield from _of_values(old, new, step, (*holders, after))


def _of_texts(before: Text, after: Text, path: tuple[Step, ...], holders: tuple[object, ...]) -> Iterator[Change]:
    for language in dict.fromkeys((*before, *after)):
        old, new = before.get(language), after.get(language)
        yield from _of_values(old, new, (*path[:-1], Step(path[-1].field, language=language)), holders)


def _of_sequences(
    before: Sequence[object], after: Sequence[object], path: tuple[Step, ...], holders: tuple[object, ...]
) -> Iterator[Change]:
    first, old, new = _without_common_ends(before, after)
    old_keys, new_keys = _paired_keys(old, new)
    new_place = {key: place for place, key in enumerate(new_keys)}
    old_place = {key: place for place, key in enumerate(old_keys)}
    for place, (key, element) in enumerate(zip(old_keys, old, strict=True), first):
        if key not in new_place:
            yield Change(kind="removed", path=_at(path, element, place), before=element, holders=holders)
    common = [key for key in old_keys if key in new_place]
    resting = {common[place] for place in _longest_ascent([new_place[key] for key in common])}
    for place, (key, element) in enumerate(zip(new_keys, new, strict=True), first):
        if key not in old_place:
            yield Change(kind="added", path=_at(path, element, place), after=element, holders=holders)
            continue
        former = old[old_place[key]]
        if key not in resting:
            step = _at(path, element, place)
            behind = _shown_key(after[place - 1], place - 1) if place else ""
            yield Change(kind="moved", path=step, before=former, after=element, behind=behind, holders=holders)
        if former != element:
            yield from _of_values(former, element, _at(path, element, place), holders)


def _without_common_ends(
    before: Sequence[object], after: Sequence[object]
) -> tuple[int, Sequence[object], Sequence[object]]:
    """How many elements both begin with, and what is left of each without these and those that both end with."""
    shorter = min(len(before), len(after))
    first = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    rest = range(1, shorter - first + 1)
    last = next((place - 1 for place in rest if before[-place] != after[-place]), shorter - first)
    return first, before[first : len(before) - last], after[first : len(after) - last]


def _at(path: tuple[Step, ...], element: object, place: int) -> tuple[Step, ...]:
    name = type(element).__name__ if _is_composite(element) else ""
    return (*path[:-1], Step(path[-1].field, _shown_key(element, place), element_class=name))


def _shown_key(element: object, place: int) -> str:
    return label_of(element) or str(place + 1)


def _is_composite(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, Reference)


def _is_one_value(annotation: Any) -> bool:
    """Whether a field holds a tuple of fixed length, such as a period with its two ends: one value, told as a whole."""
    members = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return any(get_origin(member) is tuple and Ellipsis not in get_args(member) for member in members)


# --- which elements belong together ---------------------------------------------------------------------------------------


def label_of(element: object) -> str:
    """What an element is known by among its siblings, an id above all; "" for nothing."""
    match element:
        case Identifiable():
            return element.id
        case str() | int():
            return str(element)
        case tuple():
            return "=".join(str(part or "") for part in element)
        case Reference():
            return element.at("").short.replace("()", "")
        case Component():
            return element.component_id
        case _ if _is_composite(element):
            for name in ("id", "reference", "type", "rel"):
                if isinstance(label := getattr(element, name, None), str):
                    return label
            references = (getattr(element, field.name) for field in fields(element))  # type: ignore[arg-type]
            return next((label_of(value) for value in references if isinstance(value, Reference)), "")
        case _:
            return ""


def _paired_keys(before: Sequence[object], after: Sequence[object]) -> tuple[list[Hashable], list[Hashable]]:
    """A key for each element, no two alike within a sequence; elements of both with the same key belong together."""
    labels = [[(type(element), label_of(element)) for element in side] for side in (before, after)]
    if all(len({label for label in side if label[1]}) == len(side) for side in labels):
        return list(labels[0]), list(labels[1])
    old, new = _numbered(map(repr, before)), _numbered(map(repr, after))
    in_old, in_new = set(old), set(new)
    old_rest = [place for place, key in enumerate(old) if key not in in_new]
    new_rest = [place for place, key in enumerate(new) if key not in in_old]
    for old_at, new_at in zip(old_rest, new_rest, strict=False):
        if type(before[old_at]) is type(after[new_at]) and _is_composite(before[old_at]):
            new[new_at] = old[old_at]
    return old, new


def _numbered(values: Iterable[str]) -> list[Hashable]:
    """Each value with how often it came before."""
    seen: Counter[str] = Counter()
    numbered: list[Hashable] = []
    for value in values:
        numbered.append((value, seen[value]))
        seen[value] += 1
    return numbered


def _longest_ascent(numbers: Sequence[int]) -> list[int]:
    """The places of a longest ascending subsequence of different numbers."""
    ends: list[int] = []  # the place at which an ascent of length n+1 ends lowest
    lowest: list[int] = []  # its number
    previous = [-1] * len(numbers)
    for place, number in enumerate(numbers):
        length = bisect_left(lowest, number)
        previous[place] = ends[length - 1] if length else -1
        lowest[length : length + 1] = [number]
        ends[length : length + 1] = [place]
    found = []
    place = ends[-1] if ends else -1
    while place >= 0:
        found.append(place)
        place = previous[place]
    return found[::-1]


# --- in words -------------------------------------------------------------------------------------------------------------


def describe(change: Change) -> Text:
    """A sentence without its full stop, in English and Russian: the path in the standard's words, then what happened."""
    return {
        language: f"{describe_path(change.path)[language]}: {_event(change, language)}" for language in ("en", "ru")
    }


def describe_path(path: Sequence[Step]) -> Text:
    return {language: ", ".join(_describe_step(step, language) for step in path) for language in ("en", "ru")}


def _describe_step(step: Step, language: str) -> str:
    word = class_word(step.element_class, language) if step.field == "items" else ""
    word = word or field_word(step.field, language)
    return f"{word} ({step.language})" if step.language else f"{word} {step.key}".rstrip()


def _event(change: Change, language: str) -> str:
    key = change.path[-1].key
    old, new = _shown(change.before, language, key), _shown(change.after, language, key)
    match change.kind, language:
        case "added", "en":
            return "added" + (f" ({new})" if new else "")
        case "added", _:
            return "добавлено" + (f" ({new})" if new else "")
        case "removed", "en":
            return "removed" + (f" ({old})" if old else "")
        case "removed", _:
            return "удалено" + (f" ({old})" if old else "")
        case "moved", "en":
            return f"moved behind {change.behind}" if change.behind else "moved to the beginning"
        case "moved", _:
            return f"перемещено после {change.behind}" if change.behind else "перемещено в начало"
        case _, "en":
            return f"changed from {old} to {new}"
        case _:
            return f"было {old}, стало {new}"


def _shown(value: object, language: str, key: str = "") -> str:
    """A value in a sentence; "" where the key says it already."""
    match value:
        case None:
            return {"en": "nothing", "ru": "ничего"}[language]
        case bool():
            return {"en": ("no", "yes"), "ru": ("нет", "да")}[language][value]
        case str():
            return "" if value == key else _quoted(value, language)
        case Reference():
            return value.short
        case Nameable():
            return _quoted(name, language) if (name := localise(value.names, (language,))) else ""
        case Mapping():
            return _quoted(localise(value, (language,)), language)
        case tuple():
            return _short(", ".join(_shown(part, language) for part in value))
        case _ if is_dataclass(value):
            return _short("; ".join(_parts(value, language, key)))
        case _:
            return str(value)


def _parts(value: Any, language: str, key: str) -> Iterator[str]:
    """What an object says that is no default."""
    for field in fields(value):
        part = getattr(value, field.name)
        if part and part != field.default and not (isinstance(part, str) and part == key):
            shown = _shown(part, language)
            yield field_word(field.name, language) + ("" if part is True else f" {shown}")


def _quoted(text: str, language: str) -> str:
    return {"en": "“{}”", "ru": "«{}»"}[language].format(_short(text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1].rstrip()}…"
