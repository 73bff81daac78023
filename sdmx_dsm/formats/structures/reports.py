"""Kinds of fields of reference metadata: what is reported for an attribute, as values, texts or XHTML."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, cast

import msgspec
from lxml import etree
from lxml.etree import _Element as Element

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.markup import attribute, escape
from sdmx_dsm.formats.structures.kinds import (
    TEXTS,
    XML_LANG,
    JsonReader,
    JsonWriter,
    MlReader,
    MlWriter,
    Spread,
    Values,
    expected,
)
from sdmx_dsm.formats.structures.links import JsonLinks
from sdmx_dsm.model import DEFAULT_LANGUAGE, ReportedAttribute, TextFormat

XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_LITERAL: Final = re.compile(r"true|false|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def markup(element: Element) -> str:
    """What an element holds, as canonical XML: equal content is equal text."""
    parts = [escape(element.text or "")]
    for child in element:
        parts += [etree.tostring(child, method="c14n", exclusive=True).decode(), escape(child.tail or "")]
    return "".join(parts)


def parse_markup(text: str) -> Element:
    """An element around XHTML. Raises Unsupported for what is not well-formed, or of another namespace."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        holder = etree.fromstring(f"<text>{text}</text>", parser)
    except etree.XMLSyntaxError as error:
        raise Unsupported(f"A text that is said to be XHTML is not: {error.msg}. It begins “{text[:60]}”.") from error
    if others := [child.tag for child in holder if not child.tag.startswith(XHTML)]:
        raise Unsupported(f"A text that is said to be XHTML holds an element of another namespace, {others[0]}.")
    return cast("Element", holder)


class Reported(Spread):
    """What is reported for an attribute: in XML an element for each value, or each language of a text or of XHTML."""

    fields = ("values", "texts", "is_structured", "is_literal")

    def gather(self, values: Values, field: str, part: Values) -> None:
        values["values"] = (*values.get("values", ()), *part.get("values", ()))
        values["texts"] = part.get("texts", {}) | values.get("texts", {})
        for name in ("is_structured", "is_literal"):
            values[name] = values.get(name, False) or part.get(name, False)

    def read(self, element: Element, reader: MlReader) -> Values:
        name = element.tag.rpartition("}")[2]
        if name == "Value":
            return {"values": (reader.text(element),)}
        language = element.get(XML_LANG, DEFAULT_LANGUAGE)
        if name == "Text":
            return {"texts": {language: reader.text(element, XML_LANG)}}
        return {"texts": {language: markup(element)}, "is_structured": True}

    def write(self, tags: tuple[str, ...], value: ReportedAttribute, writer: MlWriter, level: int) -> Iterator[str]:
        value_tag, text_tag, structured_tag = tags
        for each in value.values:
            yield writer.leaf(value_tag, each, level)
        for language, text in writer.chosen(value.texts).items():
            said = attribute("xml:lang", language)
            if value.is_structured:
                inner = markup(parse_markup(text))
                yield f"{'  ' * level}<{structured_tag}{said}>{inner}</{structured_tag}>\n"
            else:
                yield writer.leaf(text_tag, text, level, said)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        if isinstance(value, bool):
            return {"values": ("true" if value else "false",), "is_literal": True}
        if isinstance(value, int | Decimal):
            return {"values": (str(value),), "is_literal": True}
        if isinstance(value, str):
            return {"values": (value,)}
        return {"texts": TEXTS.from_json(expected(value, dict, "a value, or an object of texts by language"), reader)}

    def to_json(self, value: ReportedAttribute, writer: JsonWriter) -> Any:
        if value.texts:
            return dict(writer.chosen(value.texts))
        if not value.values:
            return ""
        (text,) = value.values
        if value.is_literal and _LITERAL.fullmatch(text):
            return msgspec.Raw(text.encode())
        return text or msgspec.Raw(b'""')  # which is said, where an empty text is left out


class ReportedFormat(Spread):
    """The format of what is reported, which SDMX-JSON alone has, and by which it tells XHTML from text."""

    fields = ("text_format",)
    _XHTML: Final = TextFormat(text_type="XHTML")

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        format = reader.part(TextFormat, value)
        structured = {"is_structured": True} if format.text_type == "XHTML" else {}
        return structured if format == self._XHTML else structured | {"text_format": format}

    def to_json(self, value: ReportedAttribute, writer: JsonWriter) -> dict[str, Any]:
        format = value.text_format or (self._XHTML if value.is_structured else None)
        return writer.part(format) if format else {}


class SetLinks(JsonLinks):
    """Those of a metadata set: the schemas know no URN of a metadata set, so that it can't be said."""

    def _own(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        return [{"rel": "self", "uri": value.uri}] if value.uri else []


class SemanticVersion(Spread):
    """The version of a metadata set in SDMX-JSON, which has semantic versions; 1.0 is what it means by none."""

    fields = ("version",)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return {"version": expected(value, str, "a version")}

    def to_json(self, value: Any, writer: JsonWriter) -> str:
        return "" if value.version == "1.0" else str(value.version)


REPORTED: Final = Reported()
REPORTED_FORMAT: Final = ReportedFormat()
SET_LINKS: Final = SetLinks()
SEMANTIC_VERSION: Final = SemanticVersion()
