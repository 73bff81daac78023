"""Kinds of fields with a form of their own: representations, selected codes, tuples.

Those derived from `Spread` hold several fields of the model at once: they are given the whole object when they write."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
    INTEGER,
    OCCURRENCE,
    TEXT,
    JsonReader,
    JsonWriter,
    Kind,
    MlReader,
    MlWriter,
    Part,
    Spread,
    Values,
    attributes_of,
    expected,
)
from sdmx_dsm.formats.structures.regions import SelectedValues
from sdmx_dsm.formats.structures.syntaxes import JSON10
from sdmx_dsm.model import Reference, Representation, TextFormat

# The type of values that the schemas give to components which don't name one.
_TYPES: Final = {
    "TimeDimension": "ObservationalTimePeriod",
    "ReportingYearStartDay": "MonthDay",
    "KeyDescriptorValuesTarget": "KeyValues",
    "DataSetTarget": "DataSetReference",
    "ConstraintContentTarget": "AttachmentConstraintReference",
    "ReportPeriodTarget": "ObservationalTimePeriod",
    "IdentifiableObjectTarget": "IdentifiableReference",
}


class CodedFormat(Part):
    """The format of codes, which need not name a type; that of other texts is String where it names none."""

    def __init__(self) -> None:
        super().__init__(TextFormat)

    def read(self, element: Element, reader: MlReader) -> TextFormat:
        format: TextFormat = super().read(element, reader)
        return format if element.get("textType") is not None else replace(format, text_type="")

    def from_json(self, value: Any, reader: JsonReader) -> TextFormat:
        format: TextFormat = super().from_json(value, reader)
        return format if {"dataType", "textType"} & value.keys() else replace(format, text_type="")


CODED_FORMAT: Final = CodedFormat()


class Represented(Kind):
    """A representation: an enumeration with the format of its codes, or a text format. `Representation()` says nothing and
    is written as text."""

    def read(self, element: Element, reader: MlReader) -> Representation:
        parts: Values = {}
        for name, text in attributes_of(element):
            if name not in ("minOccurs", "maxOccurs"):
                raise reader.unsupported(element, name)
            parts |= (
                {"min_occurs": INTEGER.parse(text)} if name == "minOccurs" else {"max_occurs": OCCURRENCE.parse(text)}
            )
        parent = element.getparent()
        component = "" if parent is None else parent.tag.rpartition("}")[2]
        # A Ref of 2.1 need not name its class: the measure dimension's is the only one that is no codelist.
        target = "ConceptScheme" if component == "MeasureDimension" else "Codelist"
        for name, child in reader.children(element):
            if name == "Enumeration":
                parts["enumeration"] = reader.reference(child, target)
            elif name == "EnumerationFormat":
                parts["text_format"] = CODED_FORMAT.read(child, reader)
            elif name == "TextFormat":
                format = reader.part(TextFormat, child)
                is_typed = component not in _TYPES or child.get("textType") is not None
                parts["text_format"] = format if is_typed else replace(format, text_type=_TYPES[component])
            else:
                raise reader.unsupported(child)
        return Representation(**parts)

    def write(self, tags: tuple[str, ...], value: Representation, writer: MlWriter, level: int) -> Iterator[str]:
        occurs = "" if value.min_occurs is None else attribute("minOccurs", str(value.min_occurs))
        if value.max_occurs != 1:
            occurs += attribute("maxOccurs", OCCURRENCE.format(value.max_occurs))
        return writer.wrapped(tags[0], occurs, self._content(value, writer, level + 1), level)

    def _content(self, value: Representation, writer: MlWriter, level: int) -> Iterator[str]:
        if value.enumeration:
            yield from writer.reference(writer.tag("Enumeration"), value.enumeration, level)
            if value.text_format:
                yield from writer.part(writer.tag("EnumerationFormat"), value.text_format, level)
        else:
            yield from writer.part(writer.tag("TextFormat"), value.text_format or TextFormat(), level)

    def from_json(self, value: Any, reader: JsonReader) -> Representation:
        parts: Values = {}
        for key, each in expected(value, dict, "an object").items():
            if key == "enumeration":
                parts["enumeration"] = reader.reference(each, "Codelist")
            elif key == "enumerationFormat":
                parts["text_format"] = CODED_FORMAT.from_json(each, reader)
            elif key in ("format", "textFormat"):
                parts["text_format"] = reader.part(TextFormat, each)
            elif key == "minOccurs":
                parts["min_occurs"] = INTEGER.from_json(each, reader)
            elif key == "maxOccurs":
                parts["max_occurs"] = OCCURRENCE.from_json(each, reader)
            elif not key.startswith("x-"):
                raise ValueError(f"a representation has no “{key}”")
        return Representation(**parts)

    def to_json(self, value: Representation, writer: JsonWriter) -> dict[str, Any]:
        content: dict[str, Any] = {}
        if value.enumeration:
            content["enumeration"] = writer.urn_of(value.enumeration)
            if value.text_format:
                content["enumerationFormat"] = writer.part(value.text_format)
        else:
            key = "textFormat" if writer.syntax is JSON10 else "format"
            content[key] = writer.part(value.text_format or TextFormat())
        if value.min_occurs is not None:
            content["minOccurs"] = value.min_occurs
        if value.max_occurs != 1:
            content["maxOccurs"] = OCCURRENCE.to_json(value.max_occurs, writer)
        return content


class Members(Spread):
    """Which codes an extension takes: `InclusiveCodeSelection` or `ExclusiveCodeSelection`."""

    fields = ("include", "members", "cascades")
    _VALUES: Final = SelectedValues("members", ("cascades",))
    _NAMES: Final = {"InclusiveCodeSelection": True, "ExclusiveCodeSelection": False}

    def read(self, element: Element, reader: MlReader) -> Values:
        parts: Values = {"include": self._NAMES[element.tag.rpartition("}")[2]]}
        for name, child in reader.children(element):
            if name != "MemberValue":
                raise reader.unsupported(child)
            self._VALUES.gather(parts, "members", self._VALUES.read(child, reader))
        return parts

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        members = self._VALUES.write((writer.tag("MemberValue"),), value, writer, level + 1)
        if value.members:
            yield from writer.wrapped(tags[0] if value.include else tags[1], "", members, level)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        parts: Values = {}
        for key, each in expected(value, dict, "an object").items():
            if key not in ("wildcardedMemberValues", "memberValues"):
                raise ValueError(f"a selection of codes has no “{key}”")
            self._VALUES.gather(parts, "members", self._VALUES.from_json(each, reader))
        return parts

    def to_json(self, value: Any, writer: JsonWriter) -> dict[str, Any]:
        """Wildcards have a key of their own, and no children."""
        members = self._VALUES.to_json(value, writer)
        if wrong := [member for member in members if "%" in member["value"] and len(member) > 1]:
            raise Unsupported(f"SDMX-JSON can't say “{wrong[0]['value']}” with the codes below it.")
        wildcards = [member["value"] for member in members if "%" in member["value"]]
        plain = [member for member in members if "%" not in member["value"]]
        said = {"wildcardedMemberValues": wildcards, "memberValues": plain}
        return {key: found for key, found in said.items() if found}


class JsonMembers(Members):
    """The same in SDMX-JSON, where each of the two keys is a field of its own."""

    def __init__(self, include: bool) -> None:
        self._include = include

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return super().from_json(value, reader) | {"include": self._include}

    def to_json(self, value: Any, writer: JsonWriter) -> dict[str, Any]:
        return super().to_json(value, writer) if value.members and value.include == self._include else {}


class Tuple(Kind):
    """A tuple of texts, each under a name of its own, in the order of `names`; as attributes or as elements."""

    def __init__(self, *names: str, order: tuple[int, ...] = (), attributes: bool = False) -> None:
        self._names, self._order = names, order or tuple(range(len(names)))
        self._attributes = attributes

    def read(self, element: Element, reader: MlReader) -> tuple[str, ...]:
        if self._attributes:
            found = dict(attributes_of(element))
        else:
            found = {name: reader.text(child) for name, child in reader.children(element)}
        if set(found) != set(self._names):
            raise reader.wrong(element, f"{', '.join(self._names)} are expected, {', '.join(found)} are found")
        return tuple(found[name] for name in self._names)

    def write(self, tags: tuple[str, ...], value: tuple[str, ...], writer: MlWriter, level: int) -> Iterator[str]:
        pairs = [(self._names[i], value[i]) for i in self._order]
        if self._attributes:
            yield writer.leaf(tags[0], "", level, "".join(attribute(name, text) for name, text in pairs))
            return
        leaves = (writer.leaf(writer.tag(name), text, level + 1) for name, text in pairs)
        yield from writer.wrapped(tags[0], "", leaves, level)

    def from_json(self, value: Any, reader: JsonReader) -> tuple[str, ...]:
        content = expected(value, dict, "an object")
        return tuple(TEXT.from_json(content.get(name[0].lower() + name[1:]), reader) for name in self._names)

    def to_json(self, value: tuple[str, ...], writer: JsonWriter) -> dict[str, str]:
        return {name[0].lower() + name[1:]: text for name, text in zip(self._names, value, strict=True)}


class IsoUrn(Kind):
    """A concept of ISO 11179 (agency, id, scheme) as SDMX-JSON 1.0 has it: the URN of a concept."""

    def from_json(self, value: Any, reader: JsonReader) -> tuple[str, str, str]:
        concept = reader.reference(value, "Concept")
        return concept.agency, concept.item, concept.id

    def to_json(self, value: tuple[str, str, str], writer: JsonWriter) -> str:
        agency, id, scheme = value
        return Reference("Concept", agency, scheme, "1.0", id).urn


REPRESENTATION: Final = Represented()
ISO_CONCEPT: Final = Tuple("ConceptAgency", "ConceptID", "ConceptSchemeID", order=(0, 2, 1))
ISO_URN: Final = IsoUrn()
PERIOD: Final = Tuple("startTime", "endTime", attributes=True)
