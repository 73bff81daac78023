"""From the labels of headers to the values of a component: by the mapping's own labels, the codelist's ids and names in any
language, or as a period. A label that nothing knows stays as it is: the checks report it at its cell."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdmx_dsm.excel.expressions import clean, normal, pattern_of, search
from sdmx_dsm.excel.mapping import Source
from sdmx_dsm.excel.values import period_from_text
from sdmx_dsm.model import Enumeration, SchemaComponent

LabelPath = tuple[str, ...]  # the labels that a label is indented under, outermost first, and the label itself
SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label stands for. `skip`: its cells are no observations; `known`: something said what it means."""

    value: str | None
    skip: bool = False
    known: bool = True


SKIPPED: Final = Meaning(None, skip=True)


def meanings(
    source: Source, component: SchemaComponent | None, frequency: str, paths: Iterable[LabelPath]
) -> dict[LabelPath, Meaning]:
    """The meaning of each distinct label. The mapping's labels and what it skips may name a label with those above it
    ("Inland / Other"); the longest such name counts first."""
    distinct = list(dict.fromkeys(paths))
    own = _picked(source, distinct)
    found = _by_mapping(source, distinct, own)
    by_list = _by_schema(component, frequency)
    is_time = component is not None and component.role == "time"
    result: dict[LabelPath, Meaning] = {}
    for path, text in zip(distinct, own, strict=True):
        said = found.get(path)
        if said and (said.skip or not is_time):
            result[path] = said
        elif not said and not text:
            # "" and not null: where a label is missing, no default may take its place.
            result[path] = Meaning(source.empty if source.empty is not None else "")
        else:
            text = said.value or "" if said else text
            value = by_list(text)
            is_skipped = value is None and source.unknown == "skip"
            result[path] = Meaning(text if value is None else value, skip=is_skipped, known=value is not None)
    return result


def _picked(source: Source, paths: Sequence[LabelPath]) -> list[str]:
    """The text of each path that counts: its own, or that of a level; of it, what the pattern keeps."""
    level = source.level
    texts = [path[-1] if level is None else path[level - 1] if len(path) >= level else "" for path in paths]
    if not source.pattern:
        return texts
    return [
        " ".join(groups) if groups else text for groups, text in zip(search(source.pattern, texts), texts, strict=True)
    ]


def _by_mapping(source: Source, paths: Sequence[LabelPath], own: Sequence[str]) -> dict[LabelPath, Meaning]:
    """What the mapping itself says: texts before patterns, what is skipped before codes."""
    said = {normal(label): Meaning(code) for label, code in source.labels.items() if pattern_of(label) is None}
    said |= {normal(label): SKIPPED for label in source.skip if pattern_of(label) is None}
    found: dict[LabelPath, Meaning] = {}
    for path, text in zip(paths, own, strict=True):
        above = path[: source.level][:-1] if source.level is not None else path[:-1]
        names = (normal(SEPARATOR.join((*above[start:], text))) for start in range(len(above) + 1))
        if meaning := next((said[name] for name in names if name in said), None):
            found[path] = meaning
    codes = (*((label, None) for label in source.skip), *source.labels.items())
    for label, code in codes:
        if (pattern := pattern_of(label)) is not None:
            for path, groups in zip(paths, search(pattern, own), strict=True):
                if groups is not None:
                    found.setdefault(path, SKIPPED if code is None else Meaning(_with_groups(code, groups)))
    return found


def _with_groups(code: str, groups: tuple[str, ...]) -> str:
    """`code` with $1, $2 ... replaced by the groups."""
    for number, group in enumerate(groups, 1):
        code = code.replace(f"${number}", group)
    return code


def _by_schema(component: SchemaComponent | None, frequency: str) -> Callable[[str], str | None]:
    """From a text to the value; None when it can't be told."""
    if component and component.role == "time":
        return lambda text: period_from_text(text, frequency)
    if component and component.codelist:
        ids = {code.id for code in component.codelist.items}
        names = _names(component.codelist)
        return lambda text: text if text in ids else names.get(normal(text))
    return lambda text: text


def _names(codelist: Enumeration) -> Mapping[str, str]:
    """Code by name in any language. A name that two codes have says nothing."""
    found: dict[str, set[str]] = {}
    for code in codelist.items:
        for name in code.names.values():
            found.setdefault(normal(name), set()).add(code.id)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def without_signs(text: str, signs: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """`text` without the footnote signs at its end, and these in their order: "412 *(1)" → ("412", ("*", "(1)")). A sign that
    ends with another is given before it."""
    rest, found = clean(text), []
    signs = tuple(signs)
    while sign := next((sign for sign in signs if _stands_behind(sign, rest)), None):
        found.append(sign)
        rest = rest.removesuffix(sign).rstrip()
    return rest, tuple(reversed(found))


def _stands_behind(sign: str, text: str) -> bool:
    """Whether `sign` is put behind `text`, and not the end of a word (Apples is not Apple with an s) or of a number."""
    if not text.endswith(sign) or text == sign:
        return False
    before, first = text.removesuffix(sign)[-1], sign[0]
    return not (before.isalpha() and first.isalpha()) and not (first.isdigit() and (before.isdigit() or before in ".,"))
