"""Registrations: where the data of provision agreements can be fetched (SDMX 3.0 section 2, registration).

    register(hub, action, registration, viewer) -> an EntryResult
    find(hub, query) -> the registrations that match

Who submits for an agreement, or maintains its agency, may register data for it; everybody may read."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sdmx_dsm.errors import Conflict, DsmError, NotFound
from sdmx_dsm.model import (
    Dataflow,
    DataStructure,
    ProvisionAgreement,
    Reference,
    Structures,
    Text,
    Viewer,
    parse_reference,
)
from sdmx_dsm.model.registrations import Registration, RegistrationQuery, RegistryAction, Subscription
from sdmx_dsm.model.urns import ID
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.rules.contents import MAX_ID_CHARACTERS
from sdmx_dsm.store import Entry

_ID: Final = re.compile(ID)
_ADDRESS: Final = re.compile(r"(?:https?|s?ftps?)://[^\s/?#]+(?:[/?#]\S*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryResult:
    """What became of a registration or subscription: as it is now where that was done, as it was sent where it was refused.
    `rule`: what was broken, "" for nothing."""

    content: Registration | Subscription
    action: RegistryAction
    status: Literal["Success", "Warning", "Failure"]
    message: Text
    rule: str = ""


class Refused(Exception):
    """A registration or subscription breaks a rule. The sentence is in English and Russian."""

    def __init__(self, rule: str, en: str, ru: str) -> None:
        super().__init__(en)
        self.rule = rule
        self.message: Text = {"en": en, "ru": ru}


def register(hub: Hub, action: RegistryAction, registration: Registration, viewer: Viewer) -> EntryResult:
    """Adds (Append), changes (Replace) or deletes a registration; each is done by itself."""
    try:
        if action not in CHANGES:
            raise Refused("wrong-action", *unknown_action(action))
        id = registration.id or (uuid.uuid4().hex if action == "Append" else "")
        if len(id) > MAX_ID_CHARACTERS or not _ID.fullmatch(id):
            raise Refused(
                "wrong-id",
                f"“{id}” can't be the id of a registration.",
                f"«{id}» не может быть идентификатором регистрации.",
            )
        stored = None if action == "Append" else _stored(hub, id, viewer)
        if action == "Delete" and stored:
            subject, content = stored.subject, stored.content
        else:
            agreement = _agreement(hub, registration.provision_agreement)
            _check_permission(agreement.reference, viewer)
            _check_sources(registration)
            subject, content = agreement.reference.short, replace(registration, id=id, last_updated="")
        entry = hub.store.change_entry("registration", id, action, subject=subject, content=content, user=viewer.name)
    except (Refused, Conflict, NotFound) as error:
        return refusal(error, registration, action)
    return EntryResult(content=registration_of(entry), action=action, status="Success", message=DONE[action])


def find(hub: Hub, query: RegistrationQuery) -> list[Registration]:
    """In the order of their last changes; empty where there are none."""
    if query.by == "id":
        try:
            found = [hub.store.entry("registration", id) for id in query.ids]
        except NotFound:
            return []
    else:
        structures = hub.structures
        subjects = {agreement.reference.short for agreement in _agreements(structures, query)}
        found = hub.store.entries("registration", subjects, query.updated_after, query.updated_before)
    return [registration_of(entry) for entry in found if _is_between(entry.time, query)]


def registration_of(entry: Entry) -> Registration:
    """With the time of its last change."""
    assert isinstance(entry.content, Registration)
    return replace(entry.content, last_updated=entry.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"))


# --- what registrations and subscriptions share ---------------------------------------------------------------------------

CHANGES: Final = ("Append", "Replace", "Delete")
DONE: Final[dict[RegistryAction, Text]] = {
    "Append": {"en": "Added.", "ru": "Добавлено."},
    "Replace": {"en": "Changed.", "ru": "Изменено."},
    "Delete": {"en": "Deleted.", "ru": "Удалено."},
}


def unknown_action(action: str) -> tuple[str, str]:
    return (
        f"The action {action} changes nothing here; expected is Append, Replace or Delete.",
        f"Действие {action} здесь ничего не меняет; ожидается Append, Replace или Delete.",
    )


def refusal(error: Refused | DsmError, content: Registration | Subscription, action: RegistryAction) -> EntryResult:
    match error:
        case Refused():
            rule, message = error.rule, error.message
        case NotFound():
            rule, message = "not-found", error.texts
        case _:
            rule, message = "exists", error.texts
    return EntryResult(content=content, action=action, status="Failure", message=message, rule=rule)


def check_address(text: str) -> None:
    """Of data, or of an endpoint. Raises Refused."""
    if not _ADDRESS.fullmatch(text):
        raise Refused(
            "wrong-address",
            f"“{text}” is no address; expected is one such as https://stat.example.org/data.xml.",
            f"«{text}» — не адрес; ожидается, например, https://stat.example.org/data.xml.",
        )


# --- helpers --------------------------------------------------------------------------------------------------------------


def _stored(hub: Hub, id: str, viewer: Viewer) -> Entry:
    """What is to be changed or deleted. Its agreement may be gone."""
    entry = hub.store.entry("registration", id)
    _check_permission(parse_reference(entry.subject, "ProvisionAgreement"), viewer)
    return entry


def _agreement(hub: Hub, reference: Reference) -> ProvisionAgreement:
    agreement = hub.structures.find(reference)
    if not isinstance(agreement, ProvisionAgreement):
        raise Refused(
            "missing-reference",
            f"There is no provision agreement {reference.short}.",
            f"Соглашение о предоставлении данных {reference.short} отсутствует.",
        )
    return agreement


def _check_permission(agreement: Reference, viewer: Viewer) -> None:
    if not (viewer.is_administrator or agreement.short in viewer.agreements or agreement.agency in viewer.maintains):
        raise Refused(
            "wrong-agreement",
            f"{viewer.name} neither submits for {agreement.short} nor maintains {agreement.agency}.",
            f"{viewer.name} не отправляет данные по {agreement.short} и не ведёт {agreement.agency}.",
        )


def _check_sources(registration: Registration) -> None:
    queryable = registration.queryable_data_source
    addresses = [registration.simple_data_source] if registration.simple_data_source else []
    if queryable:
        addresses += [text for text in (queryable.data_url, queryable.wsdl_url, queryable.wadl_url) if text]
    if not addresses:
        raise Refused(
            "missing-value",
            "The registration says nowhere where the data are.",
            "В регистрации не указано, где находятся данные.",
        )
    for address in addresses:
        check_address(address)


def _agreements(structures: Structures, query: RegistrationQuery) -> Iterator[ProvisionAgreement]:
    if query.by == "provider":
        for agreement in structures.of_class(ProvisionAgreement):
            provider = agreement.data_provider
            if provider and _is_named(provider.agency, query.agencies) and _is_named(provider.item, query.ids):
                yield agreement
        return
    named = {
        kind: structures.get(structures.matching({kind}, query.agencies, query.ids, query.versions))
        for kind in _CONTEXTS[query.by]
    }
    flows = [flow for flow in named.get("Dataflow", ()) if isinstance(flow, Dataflow)]
    for structure in named.get("DataStructure", ()):
        flows += structures.users(structure, Dataflow) if isinstance(structure, DataStructure) else []
    for flow in flows:
        yield from structures.users(flow, ProvisionAgreement)
    for found in named.get("ProvisionAgreement", ()):
        if isinstance(found, ProvisionAgreement):
            yield found


_CONTEXTS: Final = {
    "provisionagreement": ("ProvisionAgreement",),
    "dataflow": ("Dataflow",),
    "datastructure": ("DataStructure",),
    "*": ("ProvisionAgreement", "Dataflow", "DataStructure"),
}


def _is_named(text: str, names: tuple[str, ...]) -> bool:
    return "*" in names or text in names


def _is_between(time: datetime, query: RegistrationQuery) -> bool:
    return (query.updated_after is None or time > query.updated_after) and (
        query.updated_before is None or time < query.updated_before
    )
