"""What the headers of all kinds of SDMX-ML messages say, read from a `Node`, and its sender and receivers, written.

In SDMX-ML 2.1, 3.0 and 3.1 they look the same but for their namespaces (SDMXMessage.xsd, BaseHeaderType and PartyType)."""

from collections.abc import Iterable, Iterator
from typing import Final

from sdmx_dsm.batches import Header, Party
from sdmx_dsm.formats.markup import attribute, escape_all
from sdmx_dsm.formats.trees import XML_LANG, Node
from sdmx_dsm.model import DEFAULT_LANGUAGE, Contact, Text

# Element -> field of Contact; the first are texts by language.
_CONTACT_TEXTS: Final = {"Name": "names", "Department": "departments", "Role": "roles"}
_CONTACT_ADDRESSES: Final = {
    "Telephone": "telephones",
    "Fax": "faxes",
    "X400": "x400s",
    "URI": "uris",
    "Email": "emails",
}


def read_header(node: Node) -> Header:
    """What a header says of the message as a whole; what it says of data sets is left to their readers."""
    sender, receivers = node.first("Sender"), [*node.all("Receiver")]
    parties = tuple(_read_party(each) for each in ([sender] if sender else []) + receivers)
    return Header(
        id=node.value("ID") or "",
        test=node.value("Test") in ("true", "1"),
        prepared=node.value("Prepared") or "",
        sender=sender.attributes.get("id", "") if sender else "",
        receivers=tuple(receiver.attributes.get("id", "") for receiver in receivers),
        parties=parties if sender and any(party != Party() for party in parties) else (),
        names=_read_texts(node.all("Name")),
        sources=_read_texts(node.all("Source")),
        embargo=node.value("EmbargoDate"),
    )


def _read_party(node: Node) -> Party:
    return Party(
        names=_read_texts(node.all("Name")),
        contacts=tuple(_read_contact(contact) for contact in node.all("Contact")),
        timezone=node.value("Timezone"),
    )


def _read_contact(node: Node) -> Contact:
    texts = {field: _read_texts(node.all(name)) for name, field in _CONTACT_TEXTS.items()}
    addresses = {
        field: tuple(child.text.strip() for child in node.all(name)) for name, field in _CONTACT_ADDRESSES.items()
    }
    return Contact(**texts, **addresses)  # type: ignore[arg-type]


def _read_texts(nodes: Iterable[Node]) -> Text:
    return {node.attributes.get(XML_LANG, DEFAULT_LANGUAGE): node.text.strip() for node in nodes}


def write_parties(header: Header) -> Iterator[str]:
    """The elements of the sender and of each receiver, with the prefixes `message` and `common`."""
    names = ["Sender", *("Receiver" for _ in header.receivers)]
    for name, (id, party) in zip(names, header.described_parties(), strict=True):
        tag = f"message:{name}"
        content = "".join(_party(party))
        yield f"<{tag}{attribute('id', id)}>{content}</{tag}>" if content else f"<{tag}{attribute('id', id)}/>"


def _party(party: Party) -> Iterator[str]:
    yield write_texts("common:Name", party.names)
    for contact in party.contacts:
        yield "<message:Contact>"
        for name, field in _CONTACT_TEXTS.items():
            yield write_texts(f"{'common' if name == 'Name' else 'message'}:{name}", getattr(contact, field))
        for name, field in _CONTACT_ADDRESSES.items():
            for text in getattr(contact, field):
                yield f"<message:{name}>{escape_all(text)}</message:{name}>"
        yield "</message:Contact>"
    if party.timezone:
        yield f"<message:Timezone>{party.timezone}</message:Timezone>"


def write_texts(element: str, texts: Text) -> str:
    return "".join(
        f"<{element}{attribute('xml:lang', language)}>{escape_all(text)}</{element}>"
        for language, text in texts.items()
    )
