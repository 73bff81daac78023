"""Who hears of what, and how messages are delivered: to whom, again after failures, and never into the hub's own network."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from sdmx_dsm.errors import Forbidden, Unavailable
from sdmx_dsm.formats.registry_messages import NotifyRegistryEvent, read_registry
from sdmx_dsm.model import (
    Categorisation,
    Codelist,
    Dataflow,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Structures,
    Viewer,
)
from sdmx_dsm.model.registrations import (
    Endpoint,
    EventObject,
    EventSelector,
    Registration,
    RegistryAction,
    Subscription,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.fetching import FetchLimits, fetched, post
from sdmx_dsm.service.notifications import DELAYS_SECONDS, deliver_next, queue_messages, run_notifier
from sdmx_dsm.service.subscriptions import hears, subscribe
from sdmx_dsm.store import ArtefactChange, Entry
from tests.helpers.validity import xsd_errors

LIMITS = FetchLimits(max_bytes=0, timeout_seconds=20)
OPEN = replace(LIMITS, allow_private=True)
BOSS = Viewer(name="boss", is_administrator=True)
TIME = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORGANISATION = Reference("Agency", "SDMX", "AGENCIES", "1.0", "DSM")
PROVIDER = Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT")
STRUCTURE = Reference("DataStructure", "DSM", "FLOW", "1.0.0")
FLOW = Dataflow(id="FLOW", agency="DSM", version="1.0.0", names={"en": "F"}, structure=STRUCTURE)
AGREEMENT = ProvisionAgreement(
    id="FLOW_KG", agency="DSM", version="1.0.0", names={"en": "A"}, dataflow=FLOW.reference, data_provider=PROVIDER
)
TOPIC = Reference("Category", "DSM", "TOPICS", "1.0", "STOCKS")
PLACE = Categorisation(id="PLACE", agency="DSM", version="1.0", names={"en": "P"}, source=FLOW.reference, target=TOPIC)


def known() -> Structures:
    structure = DataStructure(id="FLOW", agency="DSM", version="1.0.0", names={"en": "S"})
    return Structures((FLOW, AGREEMENT, PLACE, structure))


def subscription(*selectors: EventSelector, start: str = "2026-01-01", end: str = "2026-12-31") -> Entry:
    content = Subscription(organisation=ORGANISATION, start_date=start, end_date=end, selectors=selectors)
    return entry(content, TIME - timedelta(days=1))


def entry(content: Subscription | Registration, time: datetime = TIME) -> Entry:
    return Entry(change=1, id="R1", action="Append", time=time, user="kg", subject="", content=content)


def changed(artefact_class: str, id: str = "X", version: str = "1.0.0", agency: str = "DSM") -> ArtefactChange:
    reference = Reference(artefact_class, agency, id, version)
    return ArtefactChange(revision=1, time=TIME, user="u", note="", reference=reference, action="Replace")


def structural(*objects: EventObject, agencies: tuple[str, ...] = ("%",)) -> EventSelector:
    return EventSelector(type="STRUCTURE", agencies=agencies, objects=objects)


CODELIST_URN = "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:X"


@pytest.mark.parametrize(
    "selector, event, expected",
    [
        (structural(), changed("Codelist"), True),
        (structural(agencies=("DSM",)), changed("Codelist"), True),
        (structural(agencies=("DSM",)), changed("Codelist", agency="DSM.KG"), False),
        (structural(EventObject(kind="Codelist")), changed("Codelist"), True),
        (structural(EventObject(kind="Codelist")), changed("Dataflow"), False),
        (structural(EventObject(kind="KeyFamily")), changed("DataStructure"), True),
        (structural(EventObject(kind="DataConsmerScheme")), changed("DataConsumerScheme"), True),
        (structural(EventObject(kind="Codelist", id="X")), changed("Codelist"), True),
        (structural(EventObject(kind="Codelist", id="Y")), changed("Codelist"), False),
        (
            structural(EventObject(kind="Codelist", id="X", version="1.0+.0")),
            changed("Codelist", version="1.3.0"),
            True,
        ),
        (structural(EventObject(kind="Codelist", id="X", version="1.0")), changed("Codelist", version="2.0"), False),
        (structural(EventObject(kind="Codelist", urn=f"{CODELIST_URN}(1.0.0)")), changed("Codelist"), True),
        (structural(EventObject(kind="Codelist", urn=f"{CODELIST_URN}(2.0.0)")), changed("Codelist"), False),
        (structural(EventObject(kind="Codelist", urn="nonsense")), changed("Codelist"), False),
        (EventSelector(type="DATA"), changed("Codelist"), False),
    ],
)
def test_which_changes_of_artefacts_are_heard(selector: EventSelector, event: ArtefactChange, expected: bool) -> None:
    assert hears(subscription(selector), event, known()) is expected


def data(*objects: EventObject) -> EventSelector:
    return EventSelector(type="DATA", objects=objects)


@pytest.mark.parametrize(
    "selector, expected",
    [
        (data(), True),
        (data(EventObject(kind="RegistrationID", id="R1")), True),
        (data(EventObject(kind="RegistrationID", id="R2")), False),
        (data(EventObject(kind="ProvisionAgreement", urn=AGREEMENT.reference.urn)), True),
        (data(EventObject(kind="ProvisionAgreement", urn=replace(AGREEMENT.reference, id="OTHER").urn)), False),
        (data(EventObject(kind="DataProvider", urn=PROVIDER.urn)), True),
        (data(EventObject(kind="DataProvider", urn=replace(PROVIDER, item="MD_MIG").urn)), False),
        (data(EventObject(kind="DataflowReference", urn=FLOW.reference.urn)), True),
        (data(EventObject(kind="DataflowReference", agency="DSM")), True),
        (data(EventObject(kind="DataflowReference", agency="SDMX")), False),
        (data(EventObject(kind="KeyFamilyReference", urn=STRUCTURE.urn)), True),
        (data(EventObject(kind="KeyFamilyReference", id="OTHER")), False),
        (data(EventObject(kind="Category", urn=TOPIC.urn)), True),
        (data(EventObject(kind="Category", urn=replace(TOPIC, item="FLOWS").urn)), False),
        (EventSelector(type="METADATA"), False),
        (structural(), False),
    ],
)
def test_which_registrations_are_heard(selector: EventSelector, expected: bool) -> None:
    registered = entry(
        Registration(id="R1", provision_agreement=AGREEMENT.reference, simple_data_source="https://x.org")
    )
    assert hears(subscription(selector), registered, known()) is expected


@pytest.mark.parametrize(
    "start, end, expected",
    [
        ("2026-06-01", "2026-06-01", True),
        ("2026-06-02", "2026-12-31", False),
        ("2026-01-01", "2026-05-31", False),
    ],
)
def test_a_subscription_hears_within_its_dates_alone(start: str, end: str, expected: bool) -> None:
    assert hears(subscription(structural(), start=start, end=end), changed("Codelist"), known()) is expected


def test_a_subscription_hears_nothing_that_was_before_it() -> None:
    later = replace(subscription(structural()), time=TIME + timedelta(seconds=1))
    assert not hears(later, changed("Codelist"), known())


# --- delivery -------------------------------------------------------------------------------------------------------------


@dataclass
class Listener:
    """Somebody who listens on this machine; `status` is what is answered."""

    address: str = ""
    status: int = 204
    bodies: list[bytes] = field(default_factory=list)
    content_types: list[str] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            found.content_types.append(self.headers["content-type"])
            self.send_response(found.status)
            self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()
            found.heard.set()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}/hear?who=me"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def open_hub(hub: Hub) -> Hub:
    """One that may reach this machine, and has told of everything so far."""
    hub.settings = replace(hub.settings, allow_private_addresses=True)
    queue_messages(hub)
    return hub


def listen(hub: Hub, *addresses: str, version: str = "3.0", mail: str = "") -> str:
    content = Subscription(
        organisation=ORGANISATION,
        start_date="2020-01-01",
        end_date="2999-12-31",
        http=tuple(Endpoint(address=address) for address in addresses),
        mail_to=(Endpoint(address=mail),) if mail else (),
        selectors=(structural(agencies=("DSM",)), data()),
    )
    result = subscribe(hub, "Append", content, BOSS, version)
    assert result.status != "Failure", result.message
    assert isinstance(result.content, Subscription)
    return result.content.urn


def codelist(name: str = "A") -> Maintainable:
    return Codelist(id="CL_HEARD", agency="DSM", version="1.0", names={"en": name})


def states(hub: Hub) -> list[tuple[str, int, str]]:
    return [(each.state, each.attempts, each.outcome) for each in hub.store.notifications()]


def message_of(body: bytes, folder: Path) -> NotifyRegistryEvent:
    path = folder / "event.xml"
    path.write_bytes(body)
    message = read_registry(path).message
    assert isinstance(message, NotifyRegistryEvent)
    return message


@pytest.mark.parametrize("version", ["2.1", "3.0", "3.1"])
def test_a_change_is_told_in_the_version_of_the_subscriber(
    open_hub: Hub, listener: Listener, version: str, tmp_path: Path
) -> None:
    urn = listen(open_hub, listener.address, version=version)
    open_hub.store.revise([codelist()], user="u")
    assert queue_messages(open_hub) == 1
    assert deliver_next(open_hub)
    assert states(open_hub) == [("delivered", 1, "Status 204.")]
    (body,) = listener.bodies
    assert xsd_errors(body, version, tmp_path) == []
    event = message_of(body, tmp_path)
    assert (event.object_urn, event.action, event.subscription_urn) == (codelist().reference.urn, "Append", urn)
    assert listener.content_types == [
        f"application/vnd.sdmx.registry+xml;version={version if version == '2.1' else version + '.0'}"
    ]
    assert not deliver_next(open_hub)


def test_changes_deletions_and_registrations_are_told_in_their_order(
    open_hub: Hub, listener: Listener, tmp_path: Path
) -> None:
    listen(open_hub, listener.address)
    open_hub.store.revise([codelist()], user="u")
    open_hub.store.revise([codelist("B")], user="u")
    open_hub.store.revise([], [codelist().reference], user="u")
    content = Registration(id="R1", provision_agreement=AGREEMENT.reference, simple_data_source="https://x.org/")
    actions: tuple[RegistryAction, ...] = ("Append", "Delete")
    for action in actions:
        open_hub.store.change_entry("registration", "R1", action, subject="", content=content, user="kg")
    assert queue_messages(open_hub) == 5
    while deliver_next(open_hub):
        pass
    events = [message_of(body, tmp_path) for body in listener.bodies]
    assert [(event.action, event.registration_id) for event in events] == [
        ("Append", ""),
        ("Replace", ""),
        ("Delete", ""),
        ("Append", "R1"),
        ("Delete", "R1"),
    ]
    registered = events[-1].registration
    assert registered is not None
    assert registered.simple_data_source == "https://x.org/"


def test_two_workers_make_each_message_once(open_hub: Hub, listener: Listener) -> None:
    listen(open_hub, listener.address)
    open_hub.store.revise([codelist()], user="u")
    assert (queue_messages(open_hub), queue_messages(open_hub)) == (1, 0)


def test_mail_is_recorded_and_not_delivered(open_hub: Hub) -> None:
    listen(open_hub, mail="mailto:stat@example.org")
    open_hub.store.revise([codelist()], user="u")
    queue_messages(open_hub)
    assert states(open_hub) == [("not delivered", 0, "Mail is not sent from here.")]
    assert not deliver_next(open_hub)


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_fails_is_tried_again_later_each_time_and_given_up_in_the_end(
    open_hub: Hub, listener: Listener, status: int
) -> None:
    listener.status = status
    listen(open_hub, listener.address)
    open_hub.store.revise([codelist()], user="u")
    queue_messages(open_hub)
    waits = []
    for _ in DELAYS_SECONDS:
        before = datetime.now(UTC)
        assert deliver_next(open_hub)
        (waiting,) = open_hub.store.notifications()
        assert (waiting.state, waiting.outcome) == ("waiting", f"Status {status}.")
        waits.append(round((waiting.due - before).total_seconds(), -1))
        assert not deliver_next(open_hub)
        open_hub.store.conclude_notification(waiting, "waiting", waiting.outcome, before)
    assert waits == list(DELAYS_SECONDS)
    assert deliver_next(open_hub)
    assert states(open_hub) == [("failed", len(DELAYS_SECONDS) + 1, f"Status {status}.")]
    assert len(listener.bodies) == len(DELAYS_SECONDS) + 1


def test_nobody_there_is_a_failure_like_any(open_hub: Hub) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listen(open_hub, f"http://127.0.0.1:{port}/")
    open_hub.store.revise([codelist()], user="u")
    queue_messages(open_hub)
    assert deliver_next(open_hub)
    ((state, attempts, outcome),) = states(open_hub)
    assert (state, attempts) == ("waiting", 1)
    assert "does not answer" in outcome


def test_an_ended_subscription_gets_nothing_more(open_hub: Hub, listener: Listener) -> None:
    urn = listen(open_hub, listener.address)
    open_hub.store.revise([codelist()], user="u")
    queue_messages(open_hub)
    entry = open_hub.store.entry("subscription", urn.rpartition(".")[2])
    assert isinstance(entry.content, Subscription)
    subscribe(open_hub, "Delete", entry.content, BOSS)
    assert deliver_next(open_hub)
    assert states(open_hub) == [("failed", 1, "The subscription has ended.")]
    assert listener.bodies == []


def test_the_notifier_tells_until_it_is_told_to_end(open_hub: Hub, listener: Listener) -> None:
    stop = threading.Event()
    listen(open_hub, listener.address)
    thread = threading.Thread(target=run_notifier, args=(open_hub, stop), kwargs={"poll_seconds": 0.01})
    thread.start()
    open_hub.store.revise([codelist()], user="u")
    assert listener.heard.wait(20)
    stop.set()
    thread.join()
    assert len(listener.bodies) == 1


# --- where messages may go ------------------------------------------------------------------------------------------------


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def getaddrinfo(host: object, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],
        ["224.0.0.1"],
        ["255.255.255.255"],
        ["::1"],
        ["fe80::1"],
        ["fd00::1"],
        ["fec0::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["1.1.1.1", "127.0.0.1"],
    ],
)
def test_a_name_that_leads_into_our_own_network_is_refused(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, *addresses)
    with pytest.raises(Forbidden, match="DSM_ALLOW_PRIVATE_ADDRESSES"):
        post("http://innocent.example.org/", b"", "text/xml", LIMITS)


def test_the_connection_goes_to_the_address_that_was_judged(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.1")
    port = listener.address.rpartition(":")[2].partition("/")[0]
    assert post(f"http://stat.example.org:{port}/x", b"<x/>", "text/xml", OPEN) == 204


@pytest.mark.parametrize("url", ["http://xn--a/", "http://[::1/", "http://stat.example.org:port/"])
def test_what_is_no_address_is_not_fetched(url: str) -> None:
    """The errors of an international name that is none came through."""
    with pytest.raises(Unavailable, match="does not answer"), fetched(url, OPEN):
        pass


@pytest.mark.parametrize("url", ["http://", "http://stat.example.org:port/", "http://[::1/", "gopher://127.0.0.1/"])
def test_what_is_no_address_is_an_endpoint_that_does_not_answer(url: str) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        post(url, b"", "text/xml", OPEN)


def test_who_answers_too_slowly_does_not_hold_the_notifier() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(Unavailable, match="does not answer"):
            post(url, b"", "text/xml", replace(OPEN, timeout_seconds=0.05))
