"""Changes told to those who subscribed: what has happened becomes messages in a queue, the queue is delivered by POST.

    run_notifier(hub, stop)   does both until it is told to end
    queue_messages(hub)       a NotifyRegistryEvent for each event, subscription and address
    deliver_next(hub)         one message that is due; what fails is tried again, later each time

Every attempt is recorded with its outcome."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from sdmx_dsm.errors import Forbidden, NotFound, Unavailable
from sdmx_dsm.formats.registry_messages import MlVersion, NotifyRegistryEvent, write_registry
from sdmx_dsm.model import Viewer
from sdmx_dsm.model.registrations import Registration, Subscription
from sdmx_dsm.service.fetching import FetchLimits, post
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.registrations import registration_of
from sdmx_dsm.service.submissions import Stop
from sdmx_dsm.service.subscriptions import hears, owned
from sdmx_dsm.store import ArtefactChange, Entry, Notification

log = logging.getLogger(__name__)
DEFAULT_VERSION: Final[MlVersion] = "3.0"
# How long after each attempt that failed the next one comes; after the last of them there is none.
DELAYS_SECONDS: Final = (60, 300, 1800, 7200, 21600, 43200)
TIMEOUT_SECONDS: Final = 20.0
_LEASE_SECONDS: Final = TIMEOUT_SECONDS * 3
_FAULT_SECONDS: Final = 60.0


def run_notifier(hub: Hub, stop: Stop, *, poll_seconds: float = 1.0) -> None:
    """Queues and delivers until `stop` is set. A fault of ours, or of the database, is logged and does not end it."""
    while not stop.is_set():
        try:
            queue_messages(hub)
            busy = deliver_next(hub)
        except Exception:
            log.exception("notifications")
            stop.wait(_FAULT_SECONDS)
            continue
        if not busy:
            stop.wait(poll_seconds)


def queue_messages(hub: Hub) -> int:
    """How many messages were made of what has happened since the last time."""
    made = 0
    while not (events := hub.store.notification_events()).is_empty:
        subscriptions = hub.store.entries("subscription")
        structures = hub.structures
        happened: tuple[ArtefactChange | Entry, ...] = (*events.artefacts, *events.registrations)
        messages = [
            message
            for event in happened
            for entry in subscriptions
            if hears(entry, event, structures)
            for message in _messages(hub, event, entry)
        ]
        if hub.store.queue_notifications(events, messages):
            made += len(messages)
    return made


def deliver_next(hub: Hub) -> bool:
    """Delivers one message that is due; false where there is none."""
    notification = hub.store.claim_notification(_LEASE_SECONDS)
    if notification is None:
        return False
    try:
        subscription = hub.store.entry("subscription", notification.subscription).content
    except NotFound:
        hub.store.conclude_notification(notification, "failed", "The subscription has ended.")
        return True
    assert isinstance(subscription, Subscription)
    content_type = f"application/vnd.sdmx.registry+xml;version={_FULL_VERSIONS[_version(subscription)]}"
    try:
        status = post(notification.endpoint, notification.body.encode(), content_type, _limits(hub))
    except Unavailable as error:
        _try_again(hub, notification, error.message)
    except Forbidden as error:
        hub.store.conclude_notification(notification, "failed", error.message)
    else:
        if 200 <= status < 300:
            hub.store.conclude_notification(notification, "delivered", f"Status {status}.")
        else:
            _try_again(hub, notification, f"Status {status}.")
    return True


def _limits(hub: Hub) -> FetchLimits:
    return FetchLimits(max_bytes=0, timeout_seconds=TIMEOUT_SECONDS, allow_private=hub.settings.allow_private_addresses)


def listed(hub: Hub, viewer: Viewer, limit: int) -> list[Notification]:
    """Those for a token's subscriptions, all of them for an administrator; the newest first."""
    if viewer.is_administrator:
        return hub.store.notifications(limit=limit)
    own = {entry.id for entry in owned(hub, viewer)}
    found = [each for id in own for each in hub.store.notifications(id, limit)]
    return sorted(found, key=lambda each: each.id, reverse=True)[:limit]


def values_of(notification: Notification) -> dict[str, str | int]:
    """For JSON."""
    return {
        "id": notification.id,
        "subscription": notification.subscription,
        "endpoint": notification.endpoint,
        "made": notification.made.isoformat(timespec="milliseconds"),
        "state": notification.state,
        "attempts": notification.attempts,
        "due": notification.due.isoformat(timespec="milliseconds") if notification.state == "waiting" else "",
        "outcome": notification.outcome,
    }


def _try_again(hub: Hub, notification: Notification, outcome: str) -> None:
    if notification.attempts > len(DELAYS_SECONDS):
        hub.store.conclude_notification(notification, "failed", outcome)
        return
    due = datetime.now(UTC) + timedelta(seconds=DELAYS_SECONDS[notification.attempts - 1])
    hub.store.conclude_notification(notification, "waiting", outcome, due)


_FULL_VERSIONS: Final[dict[MlVersion, str]] = {"2.1": "2.1", "3.0": "3.0.0", "3.1": "3.1.0"}


def _version(subscription: Subscription) -> MlVersion:
    return next((each for each in get_args(MlVersion) if each == subscription.message_version), DEFAULT_VERSION)


def _messages(hub: Hub, event: ArtefactChange | Entry, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The message for each address of a subscription."""
    subscription = entry.content
    assert isinstance(subscription, Subscription)
    body = write_registry(_version(subscription), _message(event, subscription), hub.header()).decode()
    for endpoint in dict.fromkeys((*subscription.http, *subscription.mail_to)):
        yield entry.id, endpoint.address, body


def _message(event: ArtefactChange | Entry, subscription: Subscription) -> NotifyRegistryEvent:
    time = event.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(event, ArtefactChange):
        return NotifyRegistryEvent(
            time=time, object_urn=event.reference.urn, subscription_urn=subscription.urn, action=event.action
        )
    assert isinstance(event.content, Registration)
    return NotifyRegistryEvent(
        time=time,
        registration_id=event.id,
        subscription_urn=subscription.urn,
        action=event.action,
        registration=registration_of(event),
    )
