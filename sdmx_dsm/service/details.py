"""What of an artefact is shown in an answer: all of it, a stub, or the part of an item scheme that the answer uses."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from itertools import groupby
from operator import is_
from typing import Final, TypeVar

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import (
    AgencyScheme,
    Codelist,
    ItemScheme,
    Maintainable,
    Reference,
    Structures,
    is_draft,
    is_wildcard,
    iter_references,
    referring_fields,
    stub,
    with_codes,
    with_items,
)

Part = TypeVar("Part")

_STUBS: Final = frozenset(("allstubs", "allcompletestubs"))
_REFERENCE_STUBS: Final = frozenset(("referencestubs", "referencecompletestubs"))
_SCHEMA_CLASSES: Final = frozenset(("DataStructure", "Dataflow", "ProvisionAgreement"))
_ENUMERATIONS: Final = frozenset(("Codelist", "ValueList"))


@dataclass(frozen=True, slots=True)
class Selection:
    """The artefacts of an answer, fetched as they are taken, any number of times: those that match, then those around them."""

    structures: Structures
    matches: Sequence[Reference]
    related: Sequence[Reference]
    fetch: Callable[[Sequence[Reference]], Iterator[Maintainable]]

    def __iter__(self) -> Iterator[Maintainable]:
        return self.fetch((*self.matches, *self.related))

    def __bool__(self) -> bool:
        return bool(self.matches)

    @property
    def classes(self) -> frozenset[type[Maintainable]]:
        return frozenset(map(self.structures.model_class, (*self.matches, *self.related)))

    def of_class(self, cls: type[Maintainable]) -> Iterator[Maintainable]:
        """Those of a class, not of its subclasses."""
        references = (*self.matches, *self.related)
        return self.fetch([reference for reference in references if self.structures.model_class(reference) is cls])


def shown(
    structures: Structures,
    detail: str,
    matches: Sequence[Reference],
    related: Sequence[Reference],
    parts: Mapping[Reference, Maintainable],
) -> Selection:
    """The answer in the detail asked. `parts`: matches of which it holds some items alone."""
    around = frozenset(related)

    def is_stub(reference: Reference) -> bool:
        return detail in _STUBS or (detail in _REFERENCE_STUBS and reference in around)

    def in_full(references: Sequence[Reference]) -> Iterator[Maintainable]:
        for is_part, run in groupby(references, parts.__contains__):
            some = tuple(run)
            found = map(parts.__getitem__, some) if is_part else structures.get(some)
            yield from found if detail == "raw" else (whole(artefact, structures) for artefact in found)

    def fetch(references: Sequence[Reference]) -> Iterator[Maintainable]:
        for as_stub, run in groupby(references, is_stub):
            some = tuple(run)
            if as_stub:
                found = structures.stubs(some)
                yield from found if "complete" in detail else (stub(artefact, complete=False) for artefact in found)
            else:
                yield from in_full(some)

    if detail != "referencepartial":
        return Selection(structures, matches, related, fetch)
    used = _used(structures, in_full((*matches, *related)), _contexts(structures, matches, related))

    def fetch_partial(references: Sequence[Reference]) -> Iterator[Maintainable]:
        for artefact in in_full(references):
            yield pinned(used(artefact) if artefact.reference in around else artefact, structures)

    return Selection(structures, matches, related, fetch_partial)


def whole(artefact: Maintainable, structures: Structures) -> Maintainable:
    """A codelist with the codes that it inherits; one that extends what is not here, or itself, stays as it is."""
    try:
        return structures.extended(artefact) if isinstance(artefact, Codelist) else artefact
    except (NotFound, Conflict):
        return artefact


# --- referencepartial ---------------------------------------------------------------------------------------------------


def _contexts(structures: Structures, matches: Sequence[Reference], related: Sequence[Reference]) -> list[Reference]:
    """What says which codes are used: the structures, flows and agreements that match, else the flows that come along, and the
    structures without one; none where no codelist comes along."""
    if not any(reference.artefact_class in _ENUMERATIONS for reference in related):
        return []
    if found := [reference for reference in matches if reference.artefact_class in _SCHEMA_CLASSES]:
        return found
    found = [reference for reference in related if reference.artefact_class in ("DataStructure", "Dataflow")]
    of_flows = {child for children in structures.children(found).values() for child in children}
    return [reference for reference in found if reference not in of_flows]


def _used(
    structures: Structures, answer: Iterable[Maintainable], contexts: Iterable[Reference]
) -> Callable[[Maintainable], Maintainable]:
    """Cuts an item scheme to what the answer uses: items that its artefacts name, codes that constraints leave, agencies that own
    something in it. A scheme that is named as a whole stays whole, unless it is the codelist of a component."""
    named: dict[Reference, set[str]] = {}
    whole_schemes: set[Reference] = set()
    agencies: set[str] = set()
    for artefact in answer:
        agencies.add(artefact.agency)
        for reference in iter_references(artefact):
            target = structures.identify(reference, drafts=is_draft(artefact.version))
            if target and reference.item:
                named.setdefault(target, set()).add(reference.item)
            elif target:
                whole_schemes.add(target)
    codes = _usable_codes(structures, contexts)

    def cut(artefact: Maintainable) -> Maintainable:
        items = named.get(artefact.reference, set())
        if not isinstance(artefact, ItemScheme):
            return artefact
        if artefact.reference in codes:
            return with_codes(artefact, codes[artefact.reference] | items)
        if isinstance(artefact, AgencyScheme):
            return with_items(artefact, [id for name, id in artefact.full_ids.items() if name in agencies])
        if artefact.reference in whole_schemes or not items:
            return artefact
        return with_codes(artefact, items) if isinstance(artefact, Codelist) else with_items(artefact, items)

    return cut


def _usable_codes(structures: Structures, contexts: Iterable[Reference]) -> dict[Reference, set[str]]:
    """Per codelist the codes that some component of these structures, flows or agreements may take."""
    usable: dict[Reference, set[str]] = {}
    for reference in contexts:
        try:
            schema = structures.schema(reference)
        except NotFound:
            continue  # what it refers to is not here, and so not in the answer
        for component in schema.components:
            if component.codelist is not None:
                allowed = schema.allowed(component)
                codes = (code.id for code in component.codelist.items) if allowed is None else allowed
                usable.setdefault(component.codelist.reference, set()).update(codes)
    return usable


def pinned(value: Part, structures: Structures, *, drafts: bool = False) -> Part:
    """An artefact, or a part of one, whose references say the versions that they resolve to. `drafts`: it is one of a draft.

    Answers that are cut to what is used are of one moment, and clients that don't resolve late (pysdmx) find the parts of
    such an answer by their versions. Whole artefacts keep their references as they are."""
    match value:
        case Reference():
            target = structures.identify(value, drafts=drafts) if is_wildcard(value.version) else None
            return value.at(target.version) if target else value
        case tuple():
            parts = tuple(pinned(part, structures, drafts=drafts) for part in value)
            return value if all(map(is_, parts, value)) else parts  # type: ignore[return-value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            drafts = drafts or (isinstance(value, Maintainable) and is_draft(value.version))
            old = {name: getattr(value, name) for name in referring_fields(type(value))}
            new = {name: pinned(part, structures, drafts=drafts) for name, part in old.items()}
            changed = {name: part for name, part in new.items() if part is not old[name]}
            return replace(value, **changed) if changed else value
        case _:
            return value
