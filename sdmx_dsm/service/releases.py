"""The releases of the hub, and what takes them back (`sdmx_dsm.store.reversal`).

That there was a release, of what and when, is for everybody to see: it is what `asOf` and `updatedAfter` are asked with. How
much it changed would tell of data that are hidden, and who sent it is nobody else's business: both are for administrators and for
those who report for the agreement."""

from collections.abc import Callable
from typing import Any, Literal

from sdmx_dsm.errors import Forbidden, NotFound, QuerySyntaxError, Unauthorised
from sdmx_dsm.model import Dataflow, ProvisionAgreement, Release, Viewer
from sdmx_dsm.service.checking import reported_reference
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.store import Changes

Reversal = Literal["rollback", "withdrawal"]


def listed(hub: Hub, viewer: Viewer, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    """The newest first, as JSON values; `before`: those with a smaller number."""
    return [
        _values(release, hub.store.changes(release.number), viewer) for release in hub.store.releases(limit, before)
    ]


def release(hub: Hub, number: int, viewer: Viewer) -> dict[str, Any]:
    """One release, as JSON values. Raises NotFound."""
    for found in hub.store.releases(1, number + 1):
        if found.number == number:
            return _values(found, hub.store.changes(number), viewer)
    raise NotFound(f"There is no release {number}.", ru=f"Выпуска {number} нет.", release=number)


def take_back(
    hub: Hub,
    kind: Reversal,
    number: int,
    viewer: Viewer,
    *,
    dataflow: str = "",
    provision_agreement: str = "",
    note: str = "",
) -> Release:
    """Rolls back to a release or withdraws one, as a new release: all data or those of a dataflow, which is for administrators,
    or those of an agreement, which is for those who report for it too.

    Raises Unauthorised, Forbidden, NotFound, Conflict, QuerySyntaxError where both are named."""
    if viewer.is_anonymous:
        raise Unauthorised(
            "Taking back a release needs a token: send it as “Authorization: Bearer …”.",
            ru="Чтобы вернуть выпуск, нужен ключ доступа: укажите его.",
        )
    if dataflow and provision_agreement:
        raise QuerySyntaxError(
            "A dataflow and a provision agreement are named; one of them says what is taken back.",
            ru="Указаны и поток данных, и соглашение; что вернуть, говорит одно из них.",
        )
    structure = provision_agreement or dataflow
    reference = reported_reference(structure, hub.structures) if structure else None
    artefact = hub.structures.find(reference) if reference else None
    if reference and artefact is None:
        raise hub.registry.not_found(structure, ProvisionAgreement, Dataflow)
    agreement = artefact.reference.short if isinstance(artefact, ProvisionAgreement) else None
    if not viewer.is_administrator and agreement not in viewer.agreements:
        raise Forbidden(
            f"{viewer.name} may take back only data of agreements that the token is for: name one as provision_agreement.",
            ru=f"Пользователь {viewer.name} может вернуть данные только своих соглашений: укажите provision_agreement.",
        )
    reverse: Callable[..., Release] = hub.store.roll_back if kind == "rollback" else hub.store.withdraw
    return reverse(
        number,
        user=viewer.name,
        note=note or f"{kind} {number}",
        dataflow=artefact.reference if isinstance(artefact, Dataflow) else None,
        agreement=agreement,
    )


def _values(release: Release, changes: list[Changes], viewer: Viewer) -> dict[str, Any]:
    values: dict[str, Any] = {
        "number": release.number,
        "time": release.time.isoformat(timespec="milliseconds"),
        "changes": [_change_values(change, viewer) for change in changes],
    }
    if _may_see_all(viewer, *(change.agreement for change in changes)):
        values |= {"submission": release.submission or None, "note": release.note}
    return values


def _change_values(change: Changes, viewer: Viewer) -> dict[str, Any]:
    flow = change.dataflow
    values: dict[str, Any] = {
        "dataflow": {"agency": flow.agency, "id": flow.id, "version": flow.version},
        "provision_agreement": change.agreement,
    }
    if _may_see_all(viewer, change.agreement):
        values |= {
            "inserted": change.inserted,
            "updated": change.updated,
            "deleted": change.deleted,
            "attributes": change.attributes,
        }
    return values


def _may_see_all(viewer: Viewer, *agreements: str) -> bool:
    owners = {granted.partition("(")[0] for granted in viewer.agreements}
    return viewer.is_administrator or (bool(agreements) and {one.partition("(")[0] for one in agreements} <= owners)
