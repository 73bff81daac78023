"""Subscriptions: who wants to hear of changes, and of which (SDMX 3.0 section 2, subscription and notification).

    subscribe(hub, action, subscription, viewer) -> an EntryResult
    find(hub, organisation, viewer) -> one's own subscriptions for an organisation
    hears(subscription, event, structures) -> whether an event is among those asked for

A subscription belongs to the token that made it: it alone, and administrators, see, change and end it."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from sdmx_dsm.errors import Conflict, Forbidden, NotFound, UrnError, VersionError
from sdmx_dsm.model import (
    Categorisation,
    Dataflow,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Structures,
    Viewer,
    parse_urn,
    parse_version,
    parse_version_expression,
)
from sdmx_dsm.model.registrations import ANY, Endpoint, EventObject, EventSelector, RegistryAction, Subscription
from sdmx_dsm.service.fetching import refuse_private
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.registrations import (
    CHANGES,
    DONE,
    EntryResult,
    Refused,
    check_address,
    refusal,
    unknown_action,
)
from sdmx_dsm.store import ArtefactChange, Entry

URN: Final = "urn:sdmx:org.sdmx.infomodel.registry.Subscription="
MAX_ENDPOINTS: Final = 10  # of one subscription
MAX_SUBSCRIPTIONS: Final = 100  # of one token
# What elements of selectors are called in the standard, where it is not the class of today.
_CLASSES: Final = {
    "KeyFamily": "DataStructure",
    "KeyFamilyReference": "DataStructure",
    "DataflowReference": "Dataflow",
    "MetadataStructureDefinition": "MetadataStructure",
    "DataConsmerScheme": "DataConsumerScheme",
    "HierarchicalCodelist": "Hierarchy",
    "ContentConstraint": "DataConstraint",
}
_NO_MAIL: Final = {
    "en": " Mail is not sent from here: the address is kept, and nothing is delivered to it.",
    "ru": " Почта отсюда не отправляется: адрес сохранён, но ничего на него не доставляется.",
}


def subscribe(
    hub: Hub, action: RegistryAction, subscription: Subscription, viewer: Viewer, message_version: str = ""
) -> EntryResult:
    """Adds (Append), changes (Replace) or ends (Delete) a subscription, which a URN names; each is done by itself.
    `message_version`: the version of SDMX-ML that the subscriber wrote in, and will be written to in."""
    try:
        subscription = replace(subscription, message_version=message_version)
        if action not in CHANGES:
            raise Refused("wrong-action", *unknown_action(action))
        if action == "Append":
            _check_number(hub, viewer)
            id = uuid.uuid4().hex
            content = replace(subscription, urn=_urn(subscription.organisation, id))
        else:
            stored = _own(hub, subscription, viewer)
            id, content = stored.id, replace(subscription, urn=_subscription_of(stored).urn)
            content = _subscription_of(stored) if action == "Delete" else content
        if action != "Delete":
            _check(hub, content)
        subject = content.organisation.urn
        entry = hub.store.change_entry("subscription", id, action, subject=subject, content=content, user=viewer.name)
    except (Refused, Conflict, NotFound) as error:
        return refusal(error, subscription, action)
    stored_content = _subscription_of(entry)
    is_warning = bool(stored_content.mail_to) and action != "Delete"
    message = {language: text + is_warning * _NO_MAIL[language] for language, text in DONE[action].items()}
    return EntryResult(
        content=stored_content, action=action, status="Warning" if is_warning else "Success", message=message
    )


def find(hub: Hub, organisation: Reference, viewer: Viewer) -> list[Subscription]:
    return [_subscription_of(entry) for entry in owned(hub, viewer) if entry.subject == organisation.urn]


def owned(hub: Hub, viewer: Viewer) -> list[Entry]:
    """A token's subscriptions; all of them for an administrator."""
    entries = hub.store.entries("subscription")
    return [entry for entry in entries if viewer.is_administrator or entry.user == viewer.name]


# --- which events ---------------------------------------------------------------------------------------------------------


def hears(entry: Entry, event: ArtefactChange | Entry, structures: Structures) -> bool:
    """Whether a subscription, as it is now, asks for an event: a change of an artefact, or of a registration."""
    subscription = _subscription_of(entry)
    if event.time < entry.time or not _is_valid(subscription, event.time):
        return False
    if isinstance(event, ArtefactChange):
        return any(_hears_artefact(selector, event.reference) for selector in subscription.selectors)
    return any(_hears_registration(selector, event, structures) for selector in subscription.selectors)


def _is_valid(subscription: Subscription, time: datetime) -> bool:
    day = time.astimezone(UTC).date().isoformat()
    return subscription.start_date[:10] <= day <= subscription.end_date[:10]


def _hears_artefact(selector: EventSelector, reference: Reference) -> bool:
    if selector.type != "STRUCTURE" or not any(_fits(agency, reference.agency) for agency in selector.agencies):
        return False
    return not selector.objects or any(_names(each, reference) for each in selector.objects)


def _hears_registration(selector: EventSelector, event: Entry, structures: Structures) -> bool:
    if selector.type != "DATA":
        return False
    return not selector.objects or any(_names_registration(each, event, structures) for each in selector.objects)


def _names_registration(object: EventObject, event: Entry, structures: Structures) -> bool:
    if object.kind == "RegistrationID":
        return object.id == event.id
    agreement_reference = getattr(event.content, "provision_agreement", None)
    agreement = structures.find(agreement_reference) if agreement_reference else None
    if object.kind == "ProvisionAgreement" and agreement_reference is not None:
        return _names(object, agreement.reference if agreement else agreement_reference)
    if not isinstance(agreement, ProvisionAgreement):
        return False
    flow = structures.find(agreement.dataflow) if agreement.dataflow else None
    match object.kind:
        case "DataProvider":
            return agreement.data_provider is not None and object.urn == agreement.data_provider.urn
        case "DataflowReference":
            return flow is not None and _names(object, flow.reference)
        case "KeyFamilyReference":
            structure = flow.structure if isinstance(flow, Dataflow) else None
            found = structures.identify(structure) if structure else None
            return found is not None and _names(object, found)
        case "Category":
            return _is_categorised(object.urn, [one for one in (agreement, flow) if one is not None], structures)
        case _:
            return False


def _is_categorised(category: str, artefacts: Iterable[Maintainable], structures: Structures) -> bool:
    return any(
        categorisation.target is not None and categorisation.target.urn == category
        for artefact in artefacts
        for categorisation in structures.users(artefact, Categorisation)
    )


def _names(object: EventObject, reference: Reference) -> bool:
    if not object.urn:
        return (
            reference.artefact_class == _CLASSES.get(object.kind, object.kind)
            and _fits(object.agency, reference.agency)
            and _fits(object.id, reference.id)
            and _fits_version(object.version, reference.version)
        )
    try:
        named = parse_urn(object.urn)
    except UrnError:
        return False
    identity = (reference.artefact_class, reference.agency, reference.id)
    return identity == (named.artefact_class, named.agency, named.id) and _fits_version(
        named.version, reference.version
    )


def _fits(pattern: str, text: str) -> bool:
    return pattern in (ANY, "*", text)


def _fits_version(pattern: str, version: str) -> bool:
    if _fits(pattern, version):
        return True
    try:
        parsed = parse_version(version)
        return parsed in parse_version_expression(pattern)([parsed])
    except VersionError:
        return False


# --- what a subscription has to be ----------------------------------------------------------------------------------------


def _urn(organisation: Reference, id: str) -> str:
    return f"{URN}{organisation.short}.{id}"


def _own(hub: Hub, subscription: Subscription, viewer: Viewer) -> Entry:
    """The stored subscription that a URN names. For others than its owner there is none."""
    id = subscription.urn.rpartition(".")[2]
    try:
        entry = hub.store.entry("subscription", id)
    except NotFound:
        entry = None
    if entry is None or not (viewer.is_administrator or entry.user == viewer.name):
        raise Refused(
            "not-found",
            f"There is no subscription {subscription.urn or 'without its URN'}.",
            f"Подписка {subscription.urn or 'без URN'} отсутствует.",
        )
    return entry


def _check_number(hub: Hub, viewer: Viewer) -> None:
    if sum(entry.user == viewer.name for entry in hub.store.entries("subscription")) >= MAX_SUBSCRIPTIONS:
        raise Refused(
            "too-many",
            f"{viewer.name} has {MAX_SUBSCRIPTIONS} subscriptions already: end some first.",
            f"У {viewer.name} уже {MAX_SUBSCRIPTIONS} подписок: сначала завершите какие-либо.",
        )


def _check(hub: Hub, subscription: Subscription) -> None:
    organisation = subscription.organisation
    scheme = hub.structures.find(organisation.maintainable)
    if scheme is None or organisation.item not in {item.id for item in getattr(scheme, "items", ())}:
        raise Refused(
            "missing-reference",
            f"There is no organisation {organisation.short}.",
            f"Организация {organisation.short} отсутствует.",
        )
    if not _day(subscription.start_date) <= _day(subscription.end_date):
        raise Refused(
            "wrong-period", "The subscription ends before it begins.", "Подписка заканчивается раньше, чем начинается."
        )
    endpoints = (*subscription.mail_to, *subscription.http)
    if not 0 < len(endpoints) <= MAX_ENDPOINTS:
        raise Refused(
            "too-many",
            f"The subscription has {len(endpoints)} addresses; expected is from 1 to {MAX_ENDPOINTS}.",
            f"Адресов в подписке: {len(endpoints)}; ожидается от 1 до {MAX_ENDPOINTS}.",
        )
    for endpoint in subscription.http:
        _check_endpoint(hub, endpoint)
    for endpoint in subscription.mail_to:
        if not endpoint.address.startswith("mailto:"):
            raise Refused(
                "wrong-address",
                f"“{endpoint.address}” is no address of mail; expected is one such as mailto:stat@example.org.",
                f"«{endpoint.address}» — не адрес почты; ожидается, например, mailto:stat@example.org.",
            )


def _day(text: str) -> date:
    """Raises Refused for the years before 1 and after 9999, which XML Schema has."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refused(
            "wrong-period",
            f"“{text}” is no day from the year 1 to 9999; expected is one such as 2026-12-31.",
            f"«{text}» — не день с 1 по 9999 год; ожидается, например, 2026-12-31.",
        ) from None


def _check_endpoint(hub: Hub, endpoint: Endpoint) -> None:
    check_address(endpoint.address)
    if endpoint.is_soap or not endpoint.address.startswith(("http://", "https://")):
        raise Refused(
            "wrong-address",
            f"“{endpoint.address}” is for SOAP or no address of HTTP; messages are sent by POST to http or https alone.",
            f"«{endpoint.address}» — адрес SOAP или не HTTP; сообщения отправляются только методом POST на http или https.",
        )
    if hub.settings.allow_private_addresses:
        return
    try:
        refuse_private(endpoint.address)
    except Forbidden as error:
        raise Refused("wrong-address", error.message, error.ru) from error


def _subscription_of(entry: Entry) -> Subscription:
    assert isinstance(entry.content, Subscription)
    return entry.content
