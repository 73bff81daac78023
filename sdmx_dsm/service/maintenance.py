"""Changes of the registry: submitted artefacts, deletions, and what keeps them from being done.

    submit(hub, artefacts, user=…)  -> a Result for each artefact, in their order
    delete(hub, references, user=…) -> a Result for each artefact or item

One call is one transaction and one revision, whatever it holds: artefacts may refer to each other in any order. It is checked
against the registry at one revision and put there only if that is still the newest, and no data were released meanwhile that it
may harm; else it is checked again."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal, Required, TypedDict, Unpack, cast

import msgspec

from sdmx_dsm.errors import Conflict, Unavailable
from sdmx_dsm.model import (
    DataConstraint,
    ItemScheme,
    Maintainable,
    Reference,
    Structures,
    is_wildcard,
    regular_version,
)
from sdmx_dsm.model.bumps import MAJOR, Reason, minimum_bump, reasons
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.merging import merge_items, merge_languages, without_item
from sdmx_dsm.service.results import Result
from sdmx_dsm.service.rules import LENIENT, Fault, check_artefact, check_links, find_cycles, listed, name_of, sentence
from sdmx_dsm.service.rules.agencies import check_agencies
from sdmx_dsm.service.rules.data import check_data
from sdmx_dsm.service.rules.versions import check_version
from sdmx_dsm.store import Store

SubmitAction = Literal["replace", "append", "merge"]
_ATTEMPTS: Final = 10


class Options(TypedDict, total=False):
    """`expected`: the `entity_tag` of what a caller saw, "" for what was not there: whoever changed it since was first.
    `all_or_nothing` false: what is good is done though others are refused. `agencies`: those whose artefacts the caller may
    change, None for all. `lenient`: what breaks a rule of `LENIENT` is done, with a warning."""

    user: Required[str]
    note: str
    dry_run: bool
    expected: Mapping[Reference, str] | None
    all_or_nothing: bool
    agencies: frozenset[str] | None
    lenient: bool


def submit(
    hub: Hub, artefacts: Iterable[Maintainable], *, action: SubmitAction = "replace", **options: Unpack[Options]
) -> tuple[Result, ...]:
    """Adds artefacts, and changes those that are there.

    "replace": as a whole, unless an item scheme is marked as partial (its items are merged into the stored one) or an artefact as
    partial in languages (its texts are). "merge": so with every item scheme that is there. "append": nothing that is there.

    Raises Unavailable when others keep changing the registry."""
    return carry_out(hub, [Wish(artefact.reference, artefact, action) for artefact in artefacts], **options)


def delete(hub: Hub, references: Iterable[Reference], **options: Unpack[Options]) -> tuple[Result, ...]:
    """Deletes artefacts, and items by their dotted paths: children of a flat scheme lose their parent, nested ones go too.
    `expected` is that of the artefact. Raises as `submit`."""
    return carry_out(hub, [Wish(reference, None, "delete") for reference in references], **options)


def review(artefacts: Iterable[Maintainable], structures: Structures, *, lenient: bool = False) -> tuple[Result, ...]:
    """What `submit` would say of artefacts in a registry that holds `structures` and no data."""
    wishes = [Wish(artefact.reference, artefact, "replace", is_lenient=lenient) for artefact in artefacts]
    return tuple(map(_result, _judged(None, structures, wishes, {}, None, all_or_nothing=True)))


def entity_tag(artefact: Maintainable) -> str:
    """A digest of an artefact as it is now."""
    return hashlib.blake2b(msgspec.json.encode(artefact, order="deterministic"), digest_size=16).hexdigest()


# --- one transaction ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """An artefact to put, or (None) an artefact or item to delete. `is_restored`: a former state comes back, whatever its
    version. `is_lenient`: see `Options`."""

    reference: Reference
    artefact: Maintainable | None
    action: Literal["replace", "append", "merge", "delete"]
    is_restored: bool = False
    is_lenient: bool = False


@dataclass
class _Plan:
    """What a wish makes of an artefact: `before` is there now, `after` would be; either may be None."""

    wish: Wish
    before: Maintainable | None
    after: Maintainable | None
    faults: list[Fault] = field(default_factory=list)

    @property
    def target(self) -> Reference:
        """The artefact, for an item its scheme."""
        return self.wish.reference.maintainable

    @property
    def is_refused(self) -> bool:
        return any(not fault.is_warning for fault in self.faults)

    @cached_property
    def is_change(self) -> bool:
        return self.before != self.after

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """The changes, where a state of an artefact becomes another of its class."""
        if self.before is None or self.after is None or type(self.before) is not type(self.after):
            return ()
        return reasons(self.before, self.after)


def carry_out(
    hub: Hub,
    wishes: Sequence[Wish],
    *,
    user: str,
    note: str = "",
    dry_run: bool = False,
    expected: Mapping[Reference, str] | None = None,
    all_or_nothing: bool = True,
    agencies: frozenset[str] | None = None,
    lenient: bool = False,
) -> tuple[Result, ...]:
    """As `submit` and `delete`, for both together; the options are `Options`."""
    if lenient:
        wishes = [replace(wish, is_lenient=True) for wish in wishes]
    for _ in range(_ATTEMPTS):
        last = hub.store.last_release()
        registry = hub.registry
        plans = _judged(hub.store, registry.structures, wishes, expected or {}, agencies, all_or_nothing)
        done = [plan for plan in plans if not plan.is_refused]
        if all_or_nothing and len(done) < len(plans):
            for plan in done:
                plan.faults.append(_OTHERS_REFUSED)
            done = []
        put, gone = _difference(done)
        if not dry_run and (put or gone):
            harms = any(_may_harm(plan, registry.structures) for plan in done)
            release = (last.number if last else 0) if harms else None
            try:
                hub.store.revise(put, gone, user=user, note=note, expected=registry.revision, expected_release=release)
            except Conflict:
                continue
        return tuple(map(_result, plans))
    raise Unavailable(
        "Others keep changing the registry: try again in a minute.",
        ru="Реестр беспрерывно меняют другие: повторите попытку через минуту.",
    )


_OTHERS_REFUSED: Final = Fault(
    "others-refused",
    "nothing wrong with it, but others in the same message are refused, and so nothing is changed",
    "замечаний нет, но другие артефакты того же сообщения отклонены, поэтому ничего не изменено",
)


def _difference(plans: Iterable[_Plan]) -> tuple[list[Maintainable], list[Reference]]:
    """What to put and what to delete: of several wishes for one artefact the last state counts."""
    first: dict[Reference, Maintainable | None] = {}
    last: dict[Reference, Maintainable | None] = {}
    for plan in plans:
        first.setdefault(plan.target, plan.before)
        last[plan.target] = plan.after
    put = [after for target, after in last.items() if after is not None and after != first[target]]
    gone = [target for target, after in last.items() if after is None and first[target] is not None]
    return put, gone


def _plans(
    structures: Structures,
    wishes: Sequence[Wish],
    expected: Mapping[Reference, str],
    agencies: frozenset[str] | None,
) -> Iterator[_Plan]:
    stored: dict[Reference, Maintainable | None] = {}
    current: dict[Reference, Maintainable | None] = {}  # with the wishes so far: several may be for items of one scheme
    for wish in wishes:
        target = wish.reference.maintainable
        is_first = target not in stored
        if is_first:
            stored[target] = current[target] = None if is_wildcard(target.version) else structures.find(target)
        plan = _Plan(wish, current[target], current[target])
        plan.faults += _refusals(wish, stored[target], expected, agencies)
        if wish.artefact is not None and not is_first:
            plan.faults.append(
                Fault("duplicate", "comes more than once in the message", "встречается в сообщении больше одного раза")
            )
        if not plan.faults:
            _apply(plan)
            current[target] = plan.after
        yield plan


def _refusals(
    wish: Wish, stored: Maintainable | None, expected: Mapping[Reference, str], agencies: frozenset[str] | None
) -> Iterator[Fault]:
    target = wish.reference.maintainable
    if agencies is not None and target.agency not in agencies:
        yield Fault(
            "wrong-agency",
            f"artefacts of {target.agency} are not yours to maintain; yours are those of {listed(sorted(agencies)) or 'none'}",
            f"артефакты {target.agency} ведёте не Вы; Ваши — {listed(sorted(agencies)) or 'никакие'}",
        )
    if agencies is not None and (others := _constrained(wish.artefact) - agencies):
        yield Fault(
            "wrong-agency",
            f"what is reported to {listed(sorted(others))} is not yours to constrain",
            f"ограничивать то, что передаётся в {listed(sorted(others))}, Вы не вправе",
        )
    if target in expected and expected[target] != (entity_tag(stored) if stored else ""):
        yield (
            _IS_THERE
            if not expected[target]
            else Fault(
                "changed-meanwhile",
                "it was changed after you had read it: read it again, and repeat your change on what it is now",
                "после того как Вы прочитали артефакт, его изменили: прочитайте его снова и повторите изменение",
            )
        )
    if stored is None and wish.artefact is None:
        yield Fault("not-found", "it is not there", "артефакт отсутствует")
    if stored is not None and wish.action == "append":
        yield Fault(
            "exists",
            "it is there already, and only what is new is to be added",
            "артефакт уже есть, а добавляется только новое",
        )


_IS_THERE: Final = Fault(
    "changed-meanwhile",
    "it is there already, and was to be added only where it is not",
    "артефакт уже есть, а добавить его следовало, только если его нет",
)


def _constrained(artefact: Maintainable | None) -> frozenset[str]:
    """The agencies for whose structures, flows and agreements an artefact says what may be reported: everybody's data are held
    against it, whoever maintains it."""
    if not isinstance(artefact, DataConstraint) or artefact.role != "Allowed":
        return frozenset()
    return frozenset(reference.agency for reference in artefact.attachment)


def _apply(plan: _Plan) -> None:
    """Finds what the artefact would be."""
    wish, before, new = plan.wish, plan.before, plan.wish.artefact
    if new is None:
        plan.after = without_item(cast("Maintainable", before), wish.reference.item) if wish.reference.item else None
        if wish.reference.item and plan.after is None:
            plan.after = before
            plan.faults.append(_NO_ITEM)
    elif new.is_partial_language and not wish.is_restored:
        plan.after = _with_languages(plan, new)
    elif (
        isinstance(new, ItemScheme)
        and isinstance(before, ItemScheme)
        and type(new) is type(before)
        and (new.is_partial or wish.action == "merge")
        and not wish.is_restored
    ):
        plan.after = merge_items(before, new)
    else:
        plan.after = new


_NO_ITEM: Final = Fault("not-found", "it is not there", "элемент отсутствует")


def _with_languages(plan: _Plan, new: Maintainable) -> Maintainable | None:
    if plan.before is None or type(plan.before) is not type(new):
        plan.faults.append(
            Fault("not-found", "there is nothing to add languages to", "нет артефакта, в который добавить языки")
        )
        return plan.before
    try:
        return merge_languages(plan.before, new)
    except KeyError as error:
        path = error.args[0]
        plan.faults.append(
            Fault("not-found", f"it has no {path} to add languages to", f"в ней нет {path}, куда добавить языки")
        )
        return plan.before


# --- the rules --------------------------------------------------------------------------------------------------------------


def _judged(
    store: Store | None,
    structures: Structures,
    wishes: Sequence[Wish],
    expected: Mapping[Reference, str],
    agencies: frozenset[str] | None,
    all_or_nothing: bool,
) -> list[_Plan]:
    """A plan for each wish, with what is wrong with it. Where some may go without others, they are planned and judged again,
    without the refused ones on which they may lean."""
    judged: dict[int, _Plan] = {}
    while True:
        asked = [number for number in range(len(wishes)) if number not in judged]
        plans = list(_plans(structures, [wishes[number] for number in asked], expected, agencies))
        _check(store, structures, plans)
        refused = {number: plan for number, plan in zip(asked, plans, strict=True) if plan.is_refused}
        if all_or_nothing or not any(plan.is_change for plan in refused.values()):
            judged.update(zip(asked, plans, strict=True))
            return [judged[number] for number in range(len(wishes))]
        judged |= refused


def _check(store: Store | None, before: Structures, plans: Sequence[_Plan]) -> None:
    """Adds to the plans what is wrong with them."""
    for plan in plans:
        if not plan.is_refused and plan.is_change and not plan.wish.is_restored:
            plan.faults += _version_faults(plan, before)
    changing = [plan for plan in plans if plan.is_change]
    found = _faults_of(store, before, changing)
    shared: dict[Reference, list[Fault]] = {}
    items = Counter(plan.target for plan in changing if plan.wish.reference.item)
    for plan, fault in found:
        if items[plan.target] > 1:
            shared.setdefault(plan.target, []).append(fault)
        else:
            plan.faults.append(fault)
    for target, faults in shared.items():
        _share(store, before, changing, target, faults)


def _share(
    store: Store | None, before: Structures, plans: Sequence[_Plan], target: Reference, faults: Sequence[Fault]
) -> None:
    """Gives the faults of a scheme that loses several items to those whose loss alone has them; to the last where no single one
    has."""
    mine = [plan for plan in plans if plan.target == target and plan.wish.reference.item]
    others = [plan for plan in plans if plan.target != target or not plan.wish.reference.item]
    for plan in mine:
        alone = _Plan(plan.wish, mine[0].before, mine[0].before)
        _apply(alone)
        plan.faults += [
            fault for blamed, fault in _faults_of(store, before, [*others, alone]) if blamed.target == target
        ]
    if not any(plan.is_refused for plan in mine):
        mine[-1].faults += faults


def _version_faults(plan: _Plan, structures: Structures) -> Iterator[Fault]:
    if plan.after is not None:
        yield from check_version(plan.after, structures.get(structures.versions_of(plan.target)))
    elif (version := regular_version(plan.target.version)) and version.is_stable:
        yield Fault(
            "stable-version",
            f"{plan.target.version} is stable and stays: say in an annotation that it is not to be used any more",
            f"версия {plan.target.version} стабильна и остаётся: укажите в аннотации, что применять её не следует",
        )


def _faults_of(store: Store | None, before: Structures, plans: Sequence[_Plan]) -> list[tuple[_Plan, Fault]]:
    """What is wrong with the artefacts themselves, with those that refer to them, and with data, when all plans are done."""
    after = before.with_artefacts(*_difference(plans))
    found: list[tuple[_Plan, Fault]] = []
    for plan in plans:
        if plan.after is not None:
            is_lenient = plan.wish.is_lenient or plan.wish.is_restored
            for fault in check_artefact(plan.after, after):
                is_warning = fault.is_warning or (is_lenient and fault.rule in LENIENT)
                found.append((plan, replace(fault, is_warning=is_warning)))
    targets = {plan.target: plan for plan in plans}
    found += [(targets[reference], fault) for reference, fault in find_cycles(targets, after)]
    found += [(targets[reference], fault) for reference, fault in check_agencies(before, after, targets)]
    harmful = {reference for reference, plan in targets.items() if _may_harm(plan, before)}
    found += [
        (targets[reference], fault) for reference, fault in _broken_referrers(before, after, harmful, set(targets))
    ]
    if store:
        found += [(targets[reference], fault) for reference, fault in check_data(store, before, after, harmful)]
    return found


def _may_harm(plan: _Plan, before: Structures) -> bool:
    """Whether others can suffer: something is gone or another. A new version is held against the newest that there was, in whose
    place late-bound references may find it."""
    if plan.before is not None and type(plan.before) is type(plan.after):
        return any(reason.bump == MAJOR for reason in plan.reasons)
    replaced = plan.before or before.find(plan.target.at("~"), drafts=True)
    if replaced is None:
        return False
    return plan.after is None or type(replaced) is not type(plan.after) or minimum_bump(replaced, plan.after) == MAJOR


def _broken_referrers(
    before: Structures, after: Structures, changed: set[Reference], submitted: set[Reference]
) -> Iterator[tuple[Reference, Fault]]:
    """Artefacts outside the message that have a fault which they had not: of each the first, and who is to blame."""
    referrers: dict[Reference, set[Reference]] = {}
    for reference in changed:
        for referrer in _referrers(before, before.versions_of(reference)):
            referrers.setdefault(referrer, set()).add(reference)
    for referrer, blamed in sorted(referrers.items(), key=lambda pair: name_of(pair[0])):
        artefact = before.find(referrer)
        if referrer in submitted or artefact is None:
            continue
        had = set(check_links(artefact, before))
        new = [fault for fault in check_links(artefact, after) if fault not in had]
        for reference in sorted(blamed, key=name_of) if new else ():
            yield (
                reference,
                Fault(
                    "referenced",
                    f"{name_of(referrer)} refers to it ({new[0].en})",
                    f"на него ссылается {name_of(referrer)} ({new[0].ru})",
                ),
            )


def _referrers(structures: Structures, references: Sequence[Reference]) -> set[Reference]:
    """What refers to some artefacts, near and far: a constraint names codes of a list that its structure refers to."""
    found: set[Reference] = set()
    waiting = set(references)
    while waiting:
        waiting = {parent for parents in structures.parents(waiting).values() for parent in parents} - found
        found |= waiting
    return found


# --- what is said -----------------------------------------------------------------------------------------------------------


# whether it was there, and is -> what happened
_OUTCOMES: Final[Mapping[tuple[bool, bool], tuple[str, str]]] = {
    (False, True): ("added", "добавлено"),
    (True, True): ("changed", "изменено"),
    (True, False): ("deleted", "удалено"),
}
_UNCHANGED: Final = ("is so already", "уже в таком виде")


def _result(plan: _Plan) -> Result:
    faults = tuple(dict.fromkeys(plan.faults))
    before, after = plan.before, plan.after
    is_left = after is not None and plan.wish.artefact is not None  # of a scheme that loses an item, the item is told
    outcome = _OUTCOMES[before is not None, is_left] if plan.is_change else _UNCHANGED
    told = [(fault.en, fault.ru) for fault in faults]
    return Result(
        reference=plan.wish.reference,
        action="Delete" if plan.wish.artefact is None else "Append" if before is None else "Replace",
        status="Failure" if plan.is_refused else "Warning" if faults else "Success",
        faults=faults,
        is_change=plan.is_change,
        message=sentence(plan.wish.reference, told if plan.is_refused else [outcome, *told]),
        changes=tuple(reason.change for reason in plan.reasons),
    )
