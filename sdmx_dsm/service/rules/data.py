"""What released data ask of structures: their components, and the codes that they use, stay."""

import json
from collections.abc import Collection, Iterator
from typing import Final

from sdmx_dsm.errors import DsmError
from sdmx_dsm.model import Reference, Schema, SchemaComponent, Structures, precedence, regular_version
from sdmx_dsm.model.sources import key_of
from sdmx_dsm.service.rules.faults import Fault, listed, name_of
from sdmx_dsm.store import Store

# Values that say of themselves that they are none.
_NO_CODES: Final = frozenset(("", "~", "#N/A", "NaN"))


def check_data(
    store: Store, before: Structures, after: Structures, changed: Collection[Reference]
) -> Iterator[tuple[Reference, Fault]]:
    """Of a change of the identities `changed`, what would break data, each with the identity that is to blame: the codelist that
    lost a code, the structure or flow that changed otherwise, or, where it was neither, all that changed."""
    flows = {
        reference
        for structures in (before, after)
        for reference in _with_ancestors(structures, changed)
        if reference.artefact_class == "Dataflow"
    }
    for flow in sorted(flows, key=lambda reference: reference.short):
        old, new = _schema_of_line(before, flow), _schema_of_line(after, flow)
        if old is None or not store.holdings([old])[0].observations:
            continue
        if new is None:
            if flow in changed and not after.identify(flow):
                yield (
                    flow,
                    Fault("data-in-use", "there are released data of it", "есть опубликованные данные этого потока"),
                )
            continue
        for blamed, fault in _check_schema(store, old, new, name_of(flow)):
            for reference in [one for one in changed if key_of(one) in blamed] or changed:
                yield reference, fault
    yield from _check_agreements(store, before, after, changed)


def _with_ancestors(structures: Structures, references: Collection[Reference]) -> set[Reference]:
    """Those of `references` that are there, and all that refers to them, near and far."""
    found: set[Reference] = set()
    waiting = {reference for reference in references if structures.identify(reference)}
    while waiting:
        found |= waiting
        waiting = {parent for parents in structures.parents(waiting).values() for parent in parents} - found
    return found


def _schema_of_line(structures: Structures, flow: Reference) -> Schema | None:
    """The schema of a flow, or of the newest version whose data are kept with its own; None where there is none, or where it is
    not whole."""
    same_line = [version for version in structures.versions_of(flow) if _line(version) == _line(flow)]
    newest = max(same_line, key=lambda version: precedence(version.version), default=None)
    chosen = flow if flow in same_line else newest
    try:
        return structures.schema(chosen) if chosen else None
    except DsmError:
        return None


def _line(reference: Reference) -> str:
    """Data of all minor versions are kept together (`sdmx_dsm.store.sets`)."""
    parsed = regular_version(reference.version)
    return str(parsed.numbers[0]) if parsed and parsed.is_semantic else reference.version


def _check_schema(
    store: Store, old: Schema, new: Schema, flow: str
) -> Iterator[tuple[set[tuple[str, str, str]], Fault]]:
    """Pairs of who may be to blame, by identity, and what is wrong."""
    structure = {key_of(new.structure.reference), key_of(new.reference)}
    lost = [component for component in old.components if component.id not in new.by_id]
    kept = [(component, new.by_id[component.id]) for component in old.components if component.id in new.by_id]
    displaced = [before for before, after in kept if _place(before) != _place(after)]
    recoded = [(before, after) for before, after in kept if after.codelist and _codes(before) != _codes(after)]
    asked = {component.id for component in (*lost, *displaced, *(after for _, after in recoded))}
    used = store.used_values(old, asked) if asked else {}
    for component in lost:
        if component.role in ("dimension", "time") or used.get(component.id):
            yield (
                structure,
                Fault(
                    "data-in-use",
                    f"{component.id} would be gone, and released data of {flow} have it",
                    f"{component.id} исчезнет, а он есть в опубликованных данных {flow}",
                ),
            )
    for component in displaced:
        if component.role in ("dimension", "time") or used.get(component.id):
            yield (
                structure,
                Fault(
                    "data-in-use",
                    f"{component.id} would stand elsewhere in the structure than in released data of {flow}",
                    f"{component.id} займёт в структуре иное место, чем в опубликованных данных {flow}",
                ),
            )
    for before, after in recoded:
        values = {code for value in used.get(after.id, ()) for code in _single(value, before)} - _NO_CODES
        known = _codes(before)
        assert after.codelist
        if gone := sorted((values if known is None else values & known) - {code.id for code in after.codelist.items}):
            yield (
                {key_of(after.codelist.reference)}
                | ({key_of(before.codelist.reference)} if before.codelist else set()),
                Fault(
                    "code-in-use",
                    f"released data of {flow} have the codes {listed(gone)} of {after.id}",
                    f"в опубликованных данных {flow} есть коды {listed(gone)} компонента {after.id}",
                ),
            )
    for component in new.key if not new.structure.evolving_structure else ():
        if component.id not in old.by_id:
            yield (
                structure,
                Fault(
                    "data-in-use",
                    f"the dimension {component.id} is new, and released data of {flow} do not have it",
                    f"измерение {component.id} новое, а в опубликованных данных {flow} его нет",
                ),
            )


def _place(component: SchemaComponent) -> tuple[object, ...]:
    return (
        component.role,
        component.level,
        component.dimensions if component.level == "partial" else (),
        component.is_array,
    )


def _codes(component: SchemaComponent) -> frozenset[str] | None:
    return frozenset(code.id for code in component.codelist.items) if component.codelist else None


def _single(value: str, component: SchemaComponent) -> Collection[str]:
    """The codes in a stored value, which is JSON where there may be several."""
    return [str(code) for code in json.loads(value)] if component.is_array else (value,)


def _check_agreements(
    store: Store, before: Structures, after: Structures, changed: Collection[Reference]
) -> Iterator[tuple[Reference, Fault]]:
    """An agreement under which data were reported stays in some version."""
    for reference in changed:
        if reference.artefact_class != "ProvisionAgreement" or after.versions_of(reference):
            continue
        try:
            schema = before.schema(reference)
        except DsmError:
            continue
        owner = f"{reference.agency}:{reference.id}("
        if any(agreement.startswith(owner) for agreement in store.holdings([schema])[0].agreements):
            yield (
                reference,
                Fault("data-in-use", "data were released under it", "по этому соглашению опубликованы данные"),
            )
