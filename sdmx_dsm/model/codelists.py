"""The codes that a selection names, and the codes that a codelist inherits from those that it extends (SDMX 3.0, section 2)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sdmx_dsm.errors import Conflict
from sdmx_dsm.model.items import Code, Codelist, CodelistExtension, EnumeratedItem
from sdmx_dsm.model.urns import Reference


def select_codes(
    codes: Sequence[EnumeratedItem], values: Sequence[str], cascades: Sequence[str] = ()
) -> frozenset[str]:
    """The ids that `values` name among `codes`: `%` stands for any characters. `cascades` runs beside `values`, as in
    `ValueSelection`. A value without `%` is named whether it is a code or not."""
    children: dict[str, list[str]] = {}
    for code in codes if any(cascades) else ():
        children.setdefault(code.parent or "", []).append(code.id)
    named: set[str] = set()
    for value, cascade in zip(values, cascades or ("",) * len(values), strict=True):
        matching = [code.id for code in codes if _like(value, code.id)] if "%" in value else [value]
        if cascade != "excluderoot":
            named.update(matching)
        if cascade:
            named.update(_below(matching, children))
    return frozenset(named)


def _below(roots: Iterable[str], children: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [child for root in roots for child in children.get(root, ())]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(children.get(code, ()))
    return found


def _like(pattern: str, value: str) -> bool:
    """`%` stands for any characters, as in a cube region of 3.0."""
    first, *middle, last = pattern.split("%")
    if not value.startswith(first) or not value[len(first) :].endswith(last):
        return False
    rest = value[len(first) : len(value) - len(last)]
    for part in middle:
        found = rest.find(part)
        if found < 0:
            return False
        rest = rest[found + len(part) :]
    return True


def extended(
    codelist: Codelist, resolve: Callable[[Reference], Codelist], above: tuple[Codelist, ...] = ()
) -> Codelist:
    """The codelist with what its extensions bring, and without extensions: inherited codes in their order, then its own.

    Of codes with the same id the last counts, its own before all (SDMX 3.0 section 2, codelist extension). An inherited code
    whose parent stays behind becomes a root. Raises Conflict where a codelist extends itself; `above` are those whose
    extensions led here."""
    if not codelist.extensions:
        return codelist
    path = (*above, codelist)
    if codelist.reference in {other.reference for other in above}:
        shown = " → ".join(other.reference.short for other in path)
        raise Conflict(f"A codelist extends itself: {shown}.", ru=f"Список кодов расширяет сам себя: {shown}.")
    codes: dict[str, Code] = {}
    for extension in codelist.extensions:
        base = extended(resolve(extension.codelist), resolve, path)
        codes.update((code.id, code) for code in _inherited(base, extension))
    codes.update((code.id, code) for code in codelist.items)
    return replace(codelist, items=tuple(codes.values()), extensions=())


def _inherited(base: Codelist, extension: CodelistExtension) -> Iterator[Code]:
    """The codes that an extension takes, with its prefix."""
    codes = base.items
    if extension.members:
        named = select_codes(codes, extension.members, extension.cascades)
        codes = tuple(code for code in codes if (code.id in named) == extension.include)
    prefix, kept = extension.prefix or "", {None, *(code.id for code in codes)}
    for code in codes:
        parent = code.parent if code.parent in kept else None
        if prefix:
            yield replace(code, id=f"{prefix}{code.id}", parent=parent and f"{prefix}{parent}")
        else:
            yield code if parent == code.parent else replace(code, parent=None)
