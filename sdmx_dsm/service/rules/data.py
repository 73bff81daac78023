"""What released data ask of structures: their components and the codes that they use stay, their values fit, and nothing is
demanded that they do not have."""

import json
from collections.abc import Collection, Iterator
from typing import Final

from sdmx_dsm.batches import MISSING_VALUES, NOT_APPLICABLE
from sdmx_dsm.errors import DsmError
from sdmx_dsm.model import Reference, Schema, SchemaComponent, Structures, precedence, regular_version
from sdmx_dsm.model.sources import Key, key_of
from sdmx_dsm.service.rules.faults import Fault, listed, name_of
from sdmx_dsm.store import Store
from sdmx_dsm.validation import misfits

# Values that say of themselves that they are none.
_NO_CODES: Final = frozenset(("", NOT_APPLICABLE, *MISSING_VALUES))
_ENOUGH: Final = 11  # examples: one more than are listed, so that it is seen that there are more


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


def _check_schema(store: Store, old: Schema, new: Schema, flow: str) -> Iterator[tuple[set[Key], Fault]]:
    """Pairs of who may be to blame, by identity, and what is wrong."""
    structure = {key_of(new.structure.reference), key_of(new.reference)}
    for before in old.components:
        after = new.by_id.get(before.id)
        if fault := _out_of_place(store, old, before, after, flow):
            yield structure, fault
        if after is None:
            continue
        if after.codelist and _codes(before) != _codes(after):
            lists = {component.codelist.reference for component in (before, after) if component.codelist}
            yield from (
                ({key_of(one) for one in lists}, fault) for fault in _lost_codes(store, old, before, after, flow)
            )
        elif not after.codelist and (before.codelist or before.text_format != after.text_format):
            yield from ((structure, fault) for fault in _misfits(store, old, before, after, flow))
    yield from ((structure, fault) for fault in _new_demands(store, old, new, flow))


def _out_of_place(
    store: Store, old: Schema, before: SchemaComponent, after: SchemaComponent | None, flow: str
) -> Fault | None:
    if after and _place(before) == _place(after):
        return None
    if before.role not in ("dimension", "time") and not any(True for _ in store.used_values(old, before.id)):
        return None
    if after is None:
        return Fault(
            "data-in-use",
            f"{before.id} would be gone, and released data of {flow} have it",
            f"{before.id} исчезнет, а он есть в опубликованных данных {flow}",
        )
    return Fault(
        "data-in-use",
        f"{before.id} would stand elsewhere in the structure than in released data of {flow}",
        f"{before.id} займёт в структуре иное место, чем в опубликованных данных {flow}",
    )


def _lost_codes(
    store: Store, old: Schema, before: SchemaComponent, after: SchemaComponent, flow: str
) -> Iterator[Fault]:
    assert after.codelist
    known, left = _codes(before), {code.id for code in after.codelist.items} | _NO_CODES
    gone = {
        code
        for values in store.used_values(old, before.id)
        for value in values
        for code in _single(value, before)
        if code not in left and (known is None or code in known)
    }
    if gone:
        yield Fault(
            "code-in-use",
            f"released data of {flow} have the codes {listed(sorted(gone))} of {after.id}",
            f"в опубликованных данных {flow} есть коды {listed(sorted(gone))} компонента {after.id}",
        )


def _misfits(store: Store, old: Schema, before: SchemaComponent, after: SchemaComponent, flow: str) -> Iterator[Fault]:
    """What would not fit another format, and fitted the one that there was."""
    found: set[str] = set()
    for values in store.used_values(old, before.id):
        found |= misfits(after, values) - misfits(before, values)
        if before.is_multilingual and not after.is_multilingual:
            found |= set(values.filter(values.str.starts_with("{")))
        if len(found) > _ENOUGH:
            break
    if found:
        yield Fault(
            "data-in-use",
            f"released data of {flow} have values of {after.id} that its new format rules out: {listed(sorted(found))}",
            f"в опубликованных данных {flow} есть значения {after.id}, которых новый формат не допускает: "
            f"{listed(sorted(found))}",
        )


def _new_demands(store: Store, old: Schema, new: Schema, flow: str) -> Iterator[Fault]:
    """Dimensions that data do not have, and attributes and measures that they need not have had."""
    for component in new.components:
        before = old.by_id.get(component.id)
        if component.role in ("dimension", "time"):
            if before is None and not new.structure.evolving_structure:
                yield Fault(
                    "data-in-use",
                    f"the dimension {component.id} is new, and released data of {flow} do not have it",
                    f"измерение {component.id} новое, а в опубликованных данных {flow} его нет",
                )
            continue
        is_demanded = component.mandatory and not (before and before.mandatory)
        if is_demanded and (lacking := store.keys_without(new, component.id, _ENOUGH)):
            yield Fault(
                "data-in-use",
                f"{component.id} would be mandatory, and released data of {flow} lack it: {listed(lacking)}",
                f"{component.id} станет обязательным, а в опубликованных данных {flow} его нет: {listed(lacking)}",
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
