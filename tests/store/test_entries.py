"""Registrations and subscriptions, and the notifications that are made of changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import Codelist, Reference
from sdmx_dsm.model.registrations import Registration, RegistryAction
from sdmx_dsm.store import Store

AGREEMENT = Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0.0")
FIRST = Registration(id="R1", provision_agreement=AGREEMENT, simple_data_source="https://stat.example.org/1")
SECOND = replace(FIRST, simple_data_source="https://stat.example.org/2")
ENDPOINT = "https://stat.example.org/hear"


def change(store: Store, action: RegistryAction, content: Registration = FIRST) -> None:
    subject = content.provision_agreement.short
    store.change_entry("registration", content.id, action, subject=subject, content=content, user="kg")


def test_a_registration_is_added_changed_and_deleted_and_its_past_stays(store: Store) -> None:
    assert store.newest_change() == 0
    change(store, "Append")
    change(store, "Replace", SECOND)
    assert store.entry("registration", "R1").content == SECOND
    change(store, "Delete", SECOND)
    with pytest.raises(NotFound, match="There is no registration R1"):
        store.entry("registration", "R1")
    history = store.entry_history("registration", "R1")
    assert [(entry.change, entry.action, entry.content, entry.user) for entry in history] == [
        (1, "Append", FIRST, "kg"),
        (2, "Replace", SECOND, "kg"),
        (3, "Delete", SECOND, "kg"),
    ]
    assert history[0].time < history[1].time < history[2].time
    told = [event.action for event in store.events()]
    assert told == ["delete registration", "change registration", "add registration"]


def test_what_is_there_is_not_added_and_what_is_not_is_not_changed(store: Store) -> None:
    with pytest.raises(NotFound):
        change(store, "Replace")
    change(store, "Append")
    with pytest.raises(Conflict, match="There is a registration R1 already"):
        change(store, "Append")
    change(store, "Delete")
    with pytest.raises(NotFound):
        change(store, "Delete")
    change(store, "Append", SECOND)
    assert store.newest_change() == 3


def test_registrations_are_selected_by_agreement_and_time(store: Store) -> None:
    change(store, "Append")
    change(store, "Append", replace(FIRST, id="R2", provision_agreement=replace(AGREEMENT, id="OTHER")))
    first, second = store.entries("registration")
    assert [entry.id for entry in (first, second)] == ["R1", "R2"]
    assert store.entries("registration", [AGREEMENT.short]) == [first]
    assert store.entries("registration", after=first.time) == [second]
    assert store.entries("registration", before=second.time) == [first]
    assert store.entries("subscription") == []


def codelist(name: str, id: str = "CL_A") -> Codelist:
    return Codelist(id=id, agency="DSM", version="1.0", names={"en": name})


def test_events_are_the_changes_of_artefacts_and_registrations_since_the_last_time(store: Store) -> None:
    assert store.notification_events().is_empty
    store.revise([codelist("A"), codelist("B", "CL_B")], user="u")
    store.revise([codelist("A again")], [codelist("B", "CL_B").reference], user="u")
    change(store, "Append")
    events = store.notification_events()
    assert [(each.revision, each.reference.id, each.action) for each in events.artefacts] == [
        (1, "CL_A", "Append"),
        (1, "CL_B", "Append"),
        (2, "CL_A", "Replace"),
        (2, "CL_B", "Delete"),
    ]
    assert [entry.id for entry in events.registrations] == ["R1"]
    assert store.queue_notifications(events, [("S1", ENDPOINT, "<body/>")])
    assert store.notification_events().is_empty
    assert not store.queue_notifications(events, [("S1", ENDPOINT, "<body/>")])
    assert [(each.state, each.body) for each in store.notifications()] == [("waiting", "<body/>")]


def test_a_notification_is_claimed_once_and_tried_again_when_it_is_due(store: Store) -> None:
    store.revise([codelist("A")], user="u")
    store.queue_notifications(store.notification_events(), [("S1", ENDPOINT, "1"), ("S1", "mailto:a@example.org", "2")])
    claimed = store.claim_notification(60)
    assert claimed is not None
    assert (claimed.body, claimed.attempts) == ("1", 1)
    assert store.claim_notification(60) is None  # the other is for mail
    store.conclude_notification(claimed, "waiting", "status 500", datetime.now(UTC) - timedelta(seconds=1))
    again = store.claim_notification(60)
    assert again is not None
    assert again.attempts == 2
    store.conclude_notification(again, "delivered", "status 200")
    assert store.claim_notification(60) is None
    outcomes = {(each.body, each.state, each.outcome) for each in store.notifications("S1")}
    assert outcomes == {("1", "delivered", "status 200"), ("2", "not delivered", "Mail is not sent from here.")}
    assert [event.action for event in store.events()[:2]] == ["notify", "notify"]
