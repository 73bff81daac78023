"""Registrations and subscriptions over REST: submitted, found, changed, refused."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.registry_messages import (
    QueryRegistrationRequest,
    QueryRegistrationResponse,
    QuerySubscriptionRequest,
    QuerySubscriptionResponse,
    RegistrationRequest,
    RegistryMessage,
    StatusMessage,
    SubmitRegistrationsRequest,
    SubmitRegistrationsResponse,
    SubmitSubscriptionsRequest,
    SubmitSubscriptionsResponse,
    SubscriptionRequest,
    read_registry,
    write_registry,
)
from sdmx_dsm.model import Codelist, QueryableDataSource, Reference, parse_reference
from sdmx_dsm.model.registrations import (
    Endpoint,
    EventSelector,
    Registration,
    RegistryAction,
    Subscription,
)
from sdmx_dsm.service import Hub, notifications
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.helpers.validity import xsd_errors
from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD, Template, copied
from tests.web.test_submissions_api import bearer

ROOT = "/sdmx/v2"
REGISTRY_XML = "application/vnd.sdmx.registry+xml"
MD, KG = (parse_reference(text, "ProvisionAgreement") for text in (AGREEMENT_MD, AGREEMENT_KG))
SOURCE = "https://stat.example.org/md.xml"
REGISTRATION = Registration(provision_agreement=MD, simple_data_source=SOURCE, index_time_series=True)
ORGANISATION = Reference("Agency", "SDMX", "AGENCIES", "1.0", "DSM")
SUBSCRIPTION = Subscription(
    organisation=ORGANISATION,
    start_date="2020-01-01",
    end_date="2999-12-31",
    http=(Endpoint(address="https://stat.example.org/hear"),),
    subscriber_assigned_id="MINE",
    selectors=(EventSelector(type="STRUCTURE", agencies=("DSM",)),),
)


def post(
    client: TestClient, token: str, message: RegistryMessage, path: str = "", version: str = "3.0", root: str = ROOT
) -> httpx.Response:
    document = write_registry(version, message, Header(id="TEST"))  # type: ignore[arg-type]
    return client.post(f"{root}{path}", content=document, headers=bearer(token))


def read(answer: httpx.Response, folder: Path) -> RegistryMessage:
    version = answer.headers["content-type"].removeprefix("application/vnd.sdmx.registry+xml;version=")
    assert xsd_errors(answer.content, version[:3], folder) == []
    path = folder / "answer.xml"
    path.write_bytes(answer.content)
    return read_registry(path).message


def register(
    client: TestClient,
    token: str,
    folder: Path,
    registration: Registration = REGISTRATION,
    action: RegistryAction = "Append",
) -> tuple[int, Registration, StatusMessage]:
    request = SubmitRegistrationsRequest(requests=(RegistrationRequest(registration=registration, action=action),))
    answer = post(client, token, request, "/registration")
    message = read(answer, folder)
    assert isinstance(message, SubmitRegistrationsResponse)
    (status,) = message.statuses
    return answer.status_code, status.registration, status.status


def found(client: TestClient, path: str, folder: Path) -> list[str]:
    """The ids that a GET gives; none for 404."""
    answer = client.get(f"{ROOT}/registration{path}")
    if answer.status_code == 404:
        return []
    message = read(answer, folder)
    assert isinstance(message, QueryRegistrationResponse)
    return [registration.id for registration in message.registrations]


def test_a_registration_is_added_and_gets_an_id_and_a_time(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    status, stored, told = register(unattended, template.moldova, tmp_path)
    assert (status, told.status, told.texts[0].code) == (201, "Success", "201")
    assert stored == replace(REGISTRATION, id=stored.id, last_updated=stored.last_updated)
    assert len(stored.id) == 32
    assert stored.last_updated.endswith("Z")
    assert found(unattended, f"/id/{stored.id}", tmp_path) == [stored.id]


def test_a_registration_keeps_the_id_it_comes_with_and_all_that_it_says(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    full = replace(
        REGISTRATION,
        id="MD-1",
        valid_from="2026-01-01T00:00:00",
        valid_to="2027-01-01T00:00:00",
        queryable_data_source=QueryableDataSource(data_url="https://stat.example.org/sdmx", is_rest=True),
        index_data_set=True,
        index_reporting_period=True,
    )
    _, stored, _ = register(unattended, template.moldova, tmp_path, full)
    assert replace(stored, last_updated="") == full
    assert register(unattended, template.moldova, tmp_path, full)[0] == 409
    changed = replace(full, simple_data_source=f"{SOURCE}?2")
    status, again, _ = register(unattended, template.moldova, tmp_path, changed, "Replace")
    assert (status, again.simple_data_source) == (200, f"{SOURCE}?2")
    assert register(unattended, template.moldova, tmp_path, full, "Delete")[0] == 200
    assert found(unattended, "/id/MD-1", tmp_path) == []
    hub = cast("Starlette", unattended.app).state.hub
    assert [entry.action for entry in hub.store.entry_history("registration", "MD-1")] == [
        "Append",
        "Replace",
        "Delete",
    ]


def test_registrations_are_found_by_agreement_flow_structure_and_provider(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    register(unattended, template.moldova, tmp_path, replace(REGISTRATION, id="MD"))
    register(unattended, template.kyrgyzstan, tmp_path, replace(REGISTRATION, id="KG", provision_agreement=KG))
    for path, expected in (
        ("", ["MD", "KG"]),
        ("/provisionagreement/DSM/FOREIGN_POP_MD_MIG/1.0.0", ["MD"]),
        ("/dataflow/DSM/FOREIGN_POP", ["MD", "KG"]),
        ("/dataflow/DSM/ENTRIES/1.0.0", []),
        ("/datastructure/DSM/FOREIGN_POP/1.0+.0", ["MD", "KG"]),
        ("/*/DSM/FOREIGN_POP_KG_STAT", ["KG"]),
        ("/provider/DSM/MD_MIG", ["MD"]),
        ("/provider/*/MD_MIG,KG_STAT", ["MD", "KG"]),
        ("/provider/DSM", ["MD", "KG"]),
        ("/provider/SDMX", []),
        ("/dataflow/DSM/FOREIGN_POP?updatedAfter=2999-01-01", []),
        ("/dataflow/DSM/FOREIGN_POP?updatedBefore=2999-01-01&updatedAfter=2020-01-01", ["MD", "KG"]),
    ):
        assert found(unattended, path, tmp_path) == expected, path


@pytest.mark.parametrize(
    "path", ["/nonsense/DSM/X", "/id", "/id/A/B", "/id/*", "/dataflow/DSM/X/1.0/KEY", "?updatedAfter=never"]
)
def test_wrong_queries_of_registrations(client: TestClient, path: str) -> None:
    assert client.get(f"{ROOT}/registration{path}").status_code == 400


def test_registrations_are_queried_by_the_registry_interface_too(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    register(unattended, template.moldova, tmp_path, replace(REGISTRATION, id="MD"))
    provider = Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "MD_MIG")
    flow = Reference("Dataflow", "DSM", "ENTRIES", "1.0.0")
    for reference, version, status, expected in (
        (None, "3.1", "Success", ["MD"]),
        (MD, "3.0", "Success", ["MD"]),
        (provider, "2.1", "Success", ["MD"]),
        (flow, "3.0", "Warning", []),
    ):
        request = QueryRegistrationRequest(query_type="DataSets", reference=reference)
        answer = post(unattended, template.kyrgyzstan, request, version=version)
        message = read(answer, tmp_path)
        assert isinstance(message, QueryRegistrationResponse)
        assert (answer.status_code, message.status.status) == (200, status)
        assert [each.id for each in message.registrations] == expected
    sets = QueryRegistrationRequest(query_type="MetadataSets")
    assert "Nothing matches" in post(unattended, template.kyrgyzstan, sets).text


@pytest.mark.parametrize(
    "change, code, rule",
    [
        ({"provision_agreement": replace(MD, id="NOTHING")}, "409", "missing-reference"),
        ({"provision_agreement": KG}, "403", "wrong-agreement"),
        ({"simple_data_source": "javascript:alert(1)"}, "409", "wrong-address"),
        ({"simple_data_source": "stat.xml"}, "409", "wrong-address"),
    ],
)
def test_what_is_wrong_with_a_registration(
    unattended: TestClient, template: Template, change: dict[str, object], code: str, rule: str, tmp_path: Path
) -> None:
    wrong = replace(REGISTRATION, **change)  # type: ignore[arg-type]
    status, _, told = register(unattended, template.moldova, tmp_path, wrong)
    assert (status, told.status, told.texts[0].code) == (int(code), "Failure", code)
    assert f"[{rule}]" in told.texts[0].text["en"]
    assert set(told.texts[0].text) == {"en", "ru"}


def test_each_registration_is_done_by_itself(unattended: TestClient, template: Template, tmp_path: Path) -> None:
    requests = (
        RegistrationRequest(registration=REGISTRATION, action="Append"),
        RegistrationRequest(registration=replace(REGISTRATION, id="NONE"), action="Delete"),
        RegistrationRequest(registration=REGISTRATION, action="Information"),
    )
    answer = post(unattended, template.moldova, SubmitRegistrationsRequest(requests=requests))
    message = read(answer, tmp_path)
    assert isinstance(message, SubmitRegistrationsResponse)
    assert answer.status_code == 207
    assert [status.status.texts[0].code for status in message.statuses] == ["201", "404", "409"]


@pytest.mark.parametrize("path", ["", "/registration"])
def test_who_may_register(unattended: TestClient, template: Template, path: str, tmp_path: Path) -> None:
    request = SubmitRegistrationsRequest(requests=(RegistrationRequest(registration=REGISTRATION, action="Append"),))
    document = write_registry("3.0", request, Header(id="TEST"))
    assert unattended.post(f"{ROOT}{path}", content=document).status_code == 401
    assert post(unattended, template.kyrgyzstan, request, path).status_code == 403
    assert post(unattended, template.other, request, path).status_code == 403
    for token in (template.moldova, template.methodology, template.administrator):
        assert post(unattended, token, request, path).status_code == 201


def test_nobody_takes_over_the_registration_of_another(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    register(unattended, template.moldova, tmp_path, replace(REGISTRATION, id="MD"))
    taken = replace(REGISTRATION, id="MD", provision_agreement=KG)
    assert register(unattended, template.kyrgyzstan, tmp_path, taken, "Replace")[0] == 403
    assert register(unattended, template.kyrgyzstan, tmp_path, taken, "Delete")[0] == 403
    assert found(unattended, "/provisionagreement/DSM/FOREIGN_POP_MD_MIG", tmp_path) == ["MD"]


# --- subscriptions --------------------------------------------------------------------------------------------------------


def subscribe(
    client: TestClient,
    token: str,
    folder: Path,
    subscription: Subscription = SUBSCRIPTION,
    action: RegistryAction = "Append",
    version: str = "3.0",
) -> tuple[int, str, StatusMessage]:
    request = SubmitSubscriptionsRequest(requests=(SubscriptionRequest(subscription=subscription, action=action),))
    answer = post(client, token, request, "/subscription", version)
    message = read(answer, folder)
    assert isinstance(message, SubmitSubscriptionsResponse)
    (status,) = message.statuses
    assert status.subscriber_assigned_id == "MINE"
    return answer.status_code, status.urn, status.status


def subscribed(client: TestClient, token: str, folder: Path) -> tuple[Subscription, ...]:
    message = read(post(client, token, QuerySubscriptionRequest(organisation=ORGANISATION), "/subscription"), folder)
    assert isinstance(message, QuerySubscriptionResponse)
    return message.subscriptions


def test_a_subscription_is_added_changed_and_ended(unattended: TestClient, template: Template, tmp_path: Path) -> None:
    status, urn, told = subscribe(unattended, template.moldova, tmp_path)
    assert (status, told.status) == (201, "Success")
    assert urn.startswith("urn:sdmx:org.sdmx.infomodel.registry.Subscription=SDMX:AGENCIES(1.0).DSM.")
    assert subscribed(unattended, template.moldova, tmp_path) == (replace(SUBSCRIPTION, urn=urn),)
    changed = replace(SUBSCRIPTION, urn=urn, end_date="2027-01-01")
    assert subscribe(unattended, template.moldova, tmp_path, changed, "Replace")[:2] == (200, urn)
    assert subscribed(unattended, template.moldova, tmp_path) == (changed,)
    assert subscribe(unattended, template.moldova, tmp_path, changed, "Delete")[0] == 200
    assert subscribed(unattended, template.moldova, tmp_path) == ()


def test_a_subscription_is_seen_by_its_owner_and_by_administrators(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    _, urn, _ = subscribe(unattended, template.moldova, tmp_path)
    assert subscribed(unattended, template.kyrgyzstan, tmp_path) == ()
    assert len(subscribed(unattended, template.administrator, tmp_path)) == 1
    other = replace(SUBSCRIPTION, urn=urn)
    for action in ("Replace", "Delete"):
        status, _, told = subscribe(unattended, template.kyrgyzstan, tmp_path, other, action)  # type: ignore[arg-type]
        assert (status, told.status) == (404, "Failure")
    assert unattended.post(f"{ROOT}/subscription", content=b"<x/>").status_code == 401


def test_mail_is_kept_and_said_not_to_be_delivered(unattended: TestClient, template: Template, tmp_path: Path) -> None:
    mail = replace(SUBSCRIPTION, mail_to=(Endpoint(address="mailto:stat@example.org"),))
    status, _, told = subscribe(unattended, template.moldova, tmp_path, mail)
    assert (status, told.status) == (201, "Warning")
    assert "nothing is delivered to it" in told.texts[0].text["en"]


@pytest.mark.parametrize(
    "change, rule",
    [
        ({"organisation": replace(ORGANISATION, item="NOBODY")}, "missing-reference"),
        ({"end_date": "2019-01-01"}, "wrong-period"),
        ({"end_date": "10000-01-01"}, "wrong-period"),
        ({"start_date": "-0001-01-01"}, "wrong-period"),
        ({"http": ()}, "too-many"),
        ({"http": tuple(Endpoint(address=f"https://example.org/{n}") for n in range(11))}, "too-many"),
        ({"http": (Endpoint(address="https://example.org/", is_soap=True),)}, "wrong-address"),
        ({"http": (Endpoint(address="ftp://example.org/x"),)}, "wrong-address"),
        ({"http": (Endpoint(address="http://127.0.0.1:8123/x"),)}, "wrong-address"),
        ({"http": (Endpoint(address="http://[::1]/x"),)}, "wrong-address"),
        ({"http": (Endpoint(address="http://localhost/x"),)}, "wrong-address"),
        ({"http": (Endpoint(address="http://169.254.169.254/latest"),)}, "wrong-address"),
        ({"mail_to": (Endpoint(address="stat@example.org"),)}, "wrong-address"),
    ],
)
def test_what_is_wrong_with_a_subscription(
    unattended: TestClient, template: Template, change: dict[str, object], rule: str, tmp_path: Path
) -> None:
    wrong = replace(SUBSCRIPTION, **change)  # type: ignore[arg-type]
    status, _, told = subscribe(unattended, template.moldova, tmp_path, wrong)
    assert (status, told.status) == (409, "Failure")
    assert f"[{rule}]" in told.texts[0].text["en"]


def test_a_document_for_another_address(unattended: TestClient, template: Template) -> None:
    query = QuerySubscriptionRequest(organisation=ORGANISATION)
    assert post(unattended, template.moldova, query, "/registration").status_code == 400
    assert post(unattended, template.moldova, query, "/structure").status_code == 403
    assert post(unattended, template.methodology, query, "/structure").status_code == 400
    assert post(unattended, template.moldova, query, "/registration?dry_run=true").status_code == 400


def test_registrations_are_not_written_in_json(unattended: TestClient, template: Template, tmp_path: Path) -> None:
    register(unattended, template.moldova, tmp_path)
    assert unattended.get(f"{ROOT}/registration", headers={"Accept": "application/json"}).status_code == 406
    request = SubmitRegistrationsRequest(requests=(RegistrationRequest(registration=REGISTRATION, action="Append"),))
    document = write_registry("2.1", request, Header(id="TEST"))
    headers = {**bearer(template.moldova), "Accept": "application/json"}
    answer = unattended.post(f"{ROOT}/registration", content=document, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (201, f"{REGISTRY_XML};version=2.1")


def test_registrations_come_in_the_newest_xml_where_the_specification_rules(template: Template, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=copied(template, tmp_path / "data"), base_url="http://testserver", sdmx_defaults="specification"
    )
    with TestClient(create_app(settings)) as client:
        assert client.get(f"{ROOT}/registration").status_code == 204
        register(client, template.moldova, tmp_path)
        assert client.get(f"{ROOT}/registration").headers["content-type"] == f"{REGISTRY_XML};version=3.1.0"


def test_notifications_are_listed_with_what_came_of_them(
    unattended: TestClient, template: Template, tmp_path: Path
) -> None:
    subscribe(unattended, template.moldova, tmp_path)
    hub: Hub = cast("Starlette", unattended.app).state.hub
    hub.store.revise([Codelist(id="CL_X", agency="DSM", version="1.0", names={"en": "X"})], user="u")
    assert notifications.queue_messages(hub) == 1
    (listed,) = unattended.get("/api/v1/notifications", headers=bearer(template.moldova)).json()["notifications"]
    assert (listed["state"], listed["attempts"], listed["endpoint"]) == ("waiting", 0, "https://stat.example.org/hear")
    assert unattended.get("/api/v1/notifications", headers=bearer(template.kyrgyzstan)).json() == {"notifications": []}
    everything = unattended.get("/api/v1/notifications", headers=bearer(template.administrator)).json()["notifications"]
    assert everything == [listed]
    assert unattended.get("/api/v1/notifications").status_code == 401
