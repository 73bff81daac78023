"""What was changed in the registry, how two states differ, and a former state made the present one again.

    revisions(hub, since=…)                       what each revision did
    differences(before, after)                    of two sets of artefacts, one by one
    of_revision(hub, revision)                    the differences that a revision made
    restore(hub, reference, revision, user=…)     one artefact
    roll_back(hub, revision, user=…)              the registry

A restored state is a new revision, and keeps the rules but those of versions: what was there before may come back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model import Change, Maintainable, Reference, compare, is_wildcard, precedence
from sdmx_dsm.model.bumps import NONE, Bump, minimum_bump
from sdmx_dsm.model.sources import Key, key_of
from sdmx_dsm.service.hub import Hub, Registry
from sdmx_dsm.service.maintenance import Wish, carry_out
from sdmx_dsm.service.results import Result, change_values
from sdmx_dsm.service.rules import name_of
from sdmx_dsm.store import ArtefactChange

_ALL = 1 << 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    number: int
    time: datetime
    user: str
    note: str
    artefacts: tuple[ArtefactChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Of one artefact, or of two versions of it; `before` or `after` is None where it is in one set alone. `bump` is what the
    changes ask of the version at least."""

    before: Maintainable | None
    after: Maintainable | None
    changes: tuple[Change, ...] = ()
    bump: Bump = NONE

    @property
    def reference(self) -> Reference:
        artefact = self.after or self.before
        assert artefact
        return artefact.reference


# --- what was changed -------------------------------------------------------------------------------------------------------


def revisions(hub: Hub, *, since: int = 0, limit: int = 100) -> list[Revision]:
    """The first `limit` revisions after `since`, the oldest first."""
    return _grouped(hub.store.registry_changes(since, limit))


def newest_revisions(hub: Hub, *, limit: int = 100) -> list[Revision]:
    """The last `limit` revisions, the oldest first."""
    return revisions(hub, since=max(0, hub.store.registry_revision() - limit), limit=limit)


def revision(hub: Hub, number: int) -> Revision:
    """Raises NotFound, which says up to which number there are."""
    found = revisions(hub, since=number - 1, limit=1) if number > 0 else []
    if not found:
        raise _no_revision(number, hub.store.registry_revision())
    return found[0]


def registry_as_of(hub: Hub, number: int) -> Registry:
    """The registry at a revision. Raises NotFound where that is still to come."""
    _check_is_past(hub, number)
    return hub.registry_at(number)


def _check_is_past(hub: Hub, number: int) -> None:
    if number > (last := hub.store.registry_revision()):
        raise _no_revision(number, last)


def _no_revision(number: int, last: int) -> NotFound:
    return NotFound(
        f"There is no revision {number}; the newest is {last}.",
        ru=f"Ревизии {number} нет; последняя — {last}.",
        revision=number,
    )


def of_artefact(hub: Hub, reference: Reference) -> list[ArtefactChange]:
    """What was done to one version of an artefact, the oldest first. Raises NotFound where it never was."""
    found = hub.store.artefact_history(reference)
    if not found:
        raise NotFound(
            f"There never was a {name_of(reference)}.",
            ru=f"{name_of(reference)}: такого артефакта не было.",
            reference=reference,
        )
    return found


def _grouped(changes: Iterable[ArtefactChange]) -> list[Revision]:
    found = []
    for number, group in groupby(changes, key=lambda change: change.revision):
        artefacts = tuple(group)
        first = artefacts[0]
        found.append(Revision(number=number, time=first.time, user=first.user, note=first.note, artefacts=artefacts))
    return found


# --- how two states differ --------------------------------------------------------------------------------------------------


def differences(before: Iterable[Maintainable], after: Iterable[Maintainable]) -> list[Difference]:
    """Between two sets of artefacts, sorted by identity. What has its version in one set alone is held against the other set's
    newest of its kind that is in that set alone."""
    old = {artefact.reference: artefact for artefact in before}
    new = {artefact.reference: artefact for artefact in after}
    pairs = [(old[reference], new[reference]) for reference in old.keys() & new.keys()]
    gone, come = (
        _newest_first(one[key] for key in one.keys() - other.keys()) for one, other in ((old, new), (new, old))
    )
    found = [difference(*pair) for pair in pairs]
    for key in dict.fromkeys((*gone, *come)):
        lost, won = gone.get(key, []), come.get(key, [])
        if lost and won:
            found.append(difference(lost.pop(0), won.pop(0)))
        found += [difference(artefact, None) for artefact in lost]
        found += [difference(None, artefact) for artefact in won]
    return sorted((one for one in found if one), key=lambda one: name_of(one.reference))


def difference(before: Maintainable | None, after: Maintainable | None) -> Difference | None:
    """None where both are equal, or neither is there."""
    if before == after:
        return None
    if before is None or after is None or type(before) is not type(after):
        return Difference(before=before, after=after)
    return Difference(before=before, after=after, changes=compare(before, after), bump=minimum_bump(before, after))


def _newest_first(artefacts: Iterable[Maintainable]) -> dict[Key, list[Maintainable]]:
    found: dict[Key, list[Maintainable]] = {}
    for artefact in sorted(artefacts, key=lambda artefact: precedence(artefact.version), reverse=True):
        found.setdefault(key_of(artefact.reference), []).append(artefact)
    return found


def of_revision(hub: Hub, number: int) -> list[Difference]:
    """What a revision made of each artefact that it changed. Raises NotFound."""
    found = []
    for change in revision(hub, number).artefacts:
        before = hub.store.artefact(change.reference, number - 1)
        made = difference(before, hub.store.artefact(change.reference, number))
        if made:
            found.append(made)
    return found


def difference_values(found: Difference) -> dict[str, object]:
    """A difference as JSON has it."""
    action = "Delete" if found.after is None else "Append" if found.before is None else "Replace"
    values: dict[str, object] = {"urn": found.reference.urn, "action": action}
    if action == "Replace" and found.before and found.before.reference != found.reference:
        values["before"] = found.before.reference.urn
    if action == "Replace":
        values["bump"] = found.bump.name.lower()
        values["changes"] = [change_values(change) for change in found.changes]
    return values


# --- former states ----------------------------------------------------------------------------------------------------------


def restore(
    hub: Hub,
    reference: Reference,
    number: int,
    *,
    user: str,
    note: str = "",
    dry_run: bool = False,
) -> Result:
    """Brings an artefact back as it was at a revision, also one that was deleted since.

    Raises NotFound, with the revisions that changed it, when it was not there."""
    _check_is_past(hub, number)
    artefact = None if is_wildcard(reference.version) else hub.store.artefact(reference, number)
    if artefact is None:
        known = ", ".join(str(change.revision) for change in hub.store.artefact_history(reference))
        hint, hint_ru = (f" It was changed by {known}.", f" Его меняли {known}.") if known else ("", "")
        raise NotFound(
            f"There was no {name_of(reference)} at revision {number}.{hint}",
            ru=f"При ревизии {number} артефакта {name_of(reference)} не было.{hint_ru}",
            reference=reference,
        )
    wish = Wish(reference, artefact, "replace", is_restored=True)
    (result,) = carry_out(hub, [wish], user=user, note=note or f"as of revision {number}", dry_run=dry_run)
    return result


def roll_back(hub: Hub, number: int, *, user: str, note: str = "", dry_run: bool = False) -> tuple[Result, ...]:
    """Makes the registry what it was at a revision: a result for each artefact that was changed since. Nothing is done when what
    was there then is in the way of data that were released since. Raises NotFound."""
    revision(hub, number)
    wishes = tuple(_former(hub, number))
    return carry_out(hub, wishes, user=user, note=note or f"back to revision {number}", dry_run=dry_run)


def _former(hub: Hub, number: int) -> Iterator[Wish]:
    changed = dict.fromkeys(change.reference for change in hub.store.registry_changes(number, _ALL))
    for reference in changed:
        then = hub.store.artefact(reference, number)
        if then is not None or hub.structures.identify(reference):
            yield Wish(reference, then, "replace" if then else "delete", is_restored=True)
