"""How fields of registry messages are read from elements and written into them."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lxml import etree
from lxml.etree import _Element as Element

from sdmx_dsm.formats.structures.kinds import XML_LANG, parse_flag
from sdmx_dsm.model import DEFAULT_LANGUAGE, Reference
from sdmx_dsm.model.registrations import ANY, EventObject, EventSelector


class Codec(Protocol):
    """One message that is read or written, in one version."""

    def tag(self, name: str) -> str:
        """The name of an element with its namespace."""

    def part(self, cls: type, element: Element) -> Any: ...

    def fill(self, element: Element, value: Any) -> None:
        """Writes a declared object into its element."""

    def reference(self, element: Element, expected: str) -> Reference:
        """What an element refers to; `expected` is the class where it names none."""

    def refer(self, element: Element, urn: str) -> None: ...


def child(parent: Element, name: str, codec: Codec, text: str | None = None) -> Element:
    element = etree.SubElement(parent, codec.tag(name))
    element.text = text
    return element


def name_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element) -> str:
    return (element.text or "").strip()


class Kind:
    """A text. Where a place has several elements, `joined` makes one value of them: the last, if nothing else is said."""

    def joined(self, before: Any, value: Any) -> Any:
        return value

    def parse(self, text: str) -> Any:
        return text

    def format(self, value: Any) -> str:
        return str(value)

    def read(self, element: Element, codec: Codec) -> Any:
        return self.parse(text_of(element))

    def write(self, parent: Element, name: str, value: Any, codec: Codec) -> None:
        child(parent, name, codec, self.format(value))


class Flag(Kind):
    def parse(self, text: str) -> bool:
        return parse_flag(text)

    def format(self, value: bool) -> str:
        return "true" if value else "false"


class Texts(Kind):
    """A text by language: an element for each."""

    def joined(self, before: dict[str, str], value: dict[str, str]) -> dict[str, str]:
        return value | before

    def read(self, element: Element, codec: Codec) -> dict[str, str]:
        return {element.get(XML_LANG, DEFAULT_LANGUAGE): element.text or ""}

    def write(self, parent: Element, name: str, value: Mapping[str, str], codec: Codec) -> None:
        for language, text in value.items():
            child(parent, name, codec, text).set(XML_LANG, language)


class Refer(Kind):
    """A reference: a URN, in 2.1 in an element of its own (or a `Ref`, which is read)."""

    def __init__(self, expected: str) -> None:
        self._expected = expected

    def read(self, element: Element, codec: Codec) -> Reference:
        return codec.reference(element, self._expected)

    def write(self, parent: Element, name: str, value: Reference, codec: Codec) -> None:
        codec.refer(child(parent, name, codec), value.urn)


class Part(Kind):
    """A declared object."""

    def __init__(self, cls: type) -> None:
        self._cls = cls

    def read(self, element: Element, codec: Codec) -> Any:
        return codec.part(self._cls, element)

    def write(self, parent: Element, name: str, value: Any, codec: Codec) -> None:
        codec.fill(child(parent, name, codec), value)


class Many(Kind):
    """A tuple of values of another kind."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def joined(self, before: tuple[Any, ...], value: tuple[Any, ...]) -> tuple[Any, ...]:
        return before + value

    def read(self, element: Element, codec: Codec) -> tuple[Any, ...]:
        return (self._kind.read(element, codec),)

    def write(self, parent: Element, name: str, value: tuple[Any, ...], codec: Codec) -> None:
        for each in value:
            self._kind.write(parent, name, each, codec)


class QueryResult(Kind):
    """A registration that was found, as the result of a query of data or reference metadata."""

    def __init__(self, registration: Kind) -> None:
        self._registration = registration

    def read(self, element: Element, codec: Codec) -> Any:
        return self._registration.read(element[0][0], codec)

    def write(self, parent: Element, name: str, value: Any, codec: Codec) -> None:
        element = child(parent, name, codec)
        element.set("timeSeriesMatch", "false")  # whether keys matched: nothing is indexed here
        self._registration.write(child(element, "DataResult", codec), "Registration", value, codec)


class Queried(Kind):
    """What registrations are asked for: one of some elements, `All` for None."""

    names = ("All", "ProvisionAgreement", "DataProvider", "Dataflow", "Metadataflow")

    def read(self, element: Element, codec: Codec) -> Reference | None:
        name = name_of(element)
        return None if name == "All" else codec.reference(element, name)

    def write(self, parent: Element, name: str, value: Reference | None, codec: Codec) -> None:
        element = child(parent, value.artefact_class if value else "All", codec)
        if value:
            codec.refer(element, value.urn)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How an object of a selector is written: as patterns (`All`, `ID`, `Version`), a reference, a `URN` or `Ref`, an id."""

    form: str
    expected: str = ""


_SELECTORS: Final = {
    "StructuralRepositoryEvents": "STRUCTURE",
    "DataRegistrationEvents": "DATA",
    "MetadataRegistrationEvents": "METADATA",
}
_ELEMENTS: Final = {type: name for name, type in _SELECTORS.items()}
_SHAPES: Final = {
    "RegistrationID": _Shape("id"),
    "ProvisionAgreement": _Shape("reference", "ProvisionAgreement"),
    "DataProvider": _Shape("reference", "DataProvider"),
    "Category": _Shape("reference", "Category"),
    "DataflowReference": _Shape("ref"),
    "KeyFamilyReference": _Shape("ref"),
    "MetadataflowReference": _Shape("ref"),
    "MetadataStructureDefinitionReference": _Shape("ref"),
}
_PATTERNS: Final = _Shape("patterns")


def _shape(type: str, kind: str) -> _Shape:
    return _PATTERNS if type == "STRUCTURE" else _SHAPES[kind]


class Selectors(Kind):
    """The selectors of a subscription, in the one element that holds them."""

    def read(self, element: Element, codec: Codec) -> tuple[EventSelector, ...]:
        return tuple(self._selector(each, codec) for each in element)

    def _selector(self, element: Element, codec: Codec) -> EventSelector:
        type = _SELECTORS[name_of(element)]
        agencies = tuple(text_of(each) or ANY for each in element if name_of(each) == "AgencyID")
        objects = tuple(
            self._object(type, each, codec) for each in element if name_of(each) not in ("AgencyID", "AllEvents")
        )
        return EventSelector(type=type, agencies=agencies or (ANY,), objects=objects)  # type: ignore[arg-type]

    def _object(self, type: str, element: Element, codec: Codec) -> EventObject:
        kind = name_of(element)
        match _shape(type, kind):
            case _Shape("id"):
                return EventObject(kind=kind, id=text_of(element))
            case _Shape("reference", expected):
                return EventObject(kind=kind, urn=codec.reference(element, expected).urn)
        parts = {name_of(each): each for each in element}
        if "URN" in parts:
            return EventObject(kind=kind, urn=text_of(parts["URN"]))
        if "Ref" in parts:
            ref = parts["Ref"]
            return EventObject(
                kind=kind, agency=ref.get("agencyID", ANY), id=ref.get("id", ANY), version=ref.get("version", ANY)
            )
        id, version = (text_of(parts[name]) or ANY if name in parts else ANY for name in ("ID", "Version"))
        return EventObject(kind=kind, id=id, version=version)

    def write(self, parent: Element, name: str, value: tuple[EventSelector, ...], codec: Codec) -> None:
        element = child(parent, name, codec)
        for selector in value:
            events = child(element, _ELEMENTS[selector.type], codec)
            events.set("TYPE", selector.type)
            for agency in selector.agencies if selector.type == "STRUCTURE" else ():
                child(events, "AgencyID", codec, agency)
            for each in selector.objects:
                self._write_object(child(events, each.kind, codec), each, _shape(selector.type, each.kind), codec)
            if not selector.objects:
                child(events, "AllEvents", codec)

    def _write_object(self, element: Element, value: EventObject, shape: _Shape, codec: Codec) -> None:
        if shape.form == "id":
            element.text = value.id
        elif shape.form == "reference":
            codec.refer(element, value.urn)
        elif value.urn:
            child(element, "URN", codec, value.urn)
        elif shape.form == "ref":
            child(element, "Ref", codec).attrib.update(
                {"agencyID": value.agency, "id": value.id, "version": value.version}
            )
        elif (value.id, value.version) == (ANY, ANY):
            child(element, "All", codec)
        else:
            child(element, "ID", codec, value.id)
            if value.kind != "Categorisation":
                child(element, "Version", codec, value.version)


TEXT: Final = Kind()
FLAG: Final = Flag()
TEXTS: Final = Texts()
