"""Kinds of fields for what leads outside: links, and the addresses of annotations."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Iterator
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
    TEXT,
    XML_LANG,
    JsonReader,
    JsonWriter,
    MlReader,
    MlWriter,
    Spread,
    Values,
    expected,
)
from sdmx_dsm.formats.structures.syntaxes import JSON20
from sdmx_dsm.model import Link, Maintainable, ValueList


class JsonLinks(Spread):
    """The links of SDMX-JSON, where also the URN and URI of the thing itself and the addresses of an external artefact live."""

    fields = ("links", "uri", "service_url", "structure_url")
    _ADDRESSES: Final = {"service": "service_url", "structure": "structure_url"}

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        parts: Values = {"links": ()}
        for each in expected(value, list, "an array of links"):
            content = expected(each, dict, "a link")
            relation = content.get("rel")
            if relation == "self":
                parts["uri"] = content.get("uri")
            elif relation in self._ADDRESSES and content.keys() == {"rel", "href"}:
                parts[self._ADDRESSES[relation]] = content["href"]
            else:
                parts["links"] += (reader.part(Link, content),)
        return parts

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        # A relative address means nothing outside the file that it is in, and the JSON schema refuses it.
        addresses = [
            {"rel": relation, "href": getattr(value, name)}
            for relation, name in self._ADDRESSES.items()
            if isinstance(value, Maintainable) and "://" in (getattr(value, name) or "")
        ]
        return [*self._own(value, writer), *addresses, *(writer.part(link) for link in value.links)]

    def _own(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        uri = {"uri": value.uri} if value.uri else {}
        # The schema of 2.0 misspells the class in the URN of a value list, and what has no id has none.
        if not getattr(value, "id", "") or (writer.syntax is JSON20 and isinstance(value, ValueList)):
            return [{"rel": "self", "href": value.uri} | uri] if uri else []
        return [{"rel": "self", "urn": writer.urn(value)} | uri]


class Addresses(Spread):
    """The addresses of an annotation: one without language, others for readers of some languages."""

    fields: tuple[str, ...] = ("url", "urls")

    def gather(self, values: Values, field: str, part: Values) -> None:
        if "url" in part and "url" in values:
            raise ValueError("it is given twice without a language")
        values |= part | {"urls": values.get("urls", {}) | part.get("urls", {})}

    def read(self, element: Element, reader: MlReader) -> Values:
        address, language = reader.text(element, XML_LANG).strip(), element.get(XML_LANG)
        return {"url": address} if language is None else {"urls": {language: address}}

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        if value.url is not None:
            yield writer.leaf(tags[0], value.url, level)
        for language, address in writer.chosen(value.urls).items():
            yield writer.leaf(tags[0], address, level, attribute("xml:lang", language))


class JsonAddresses(Addresses):
    """They are links in SDMX-JSON, among which may be some that say more than an address."""

    fields = ("url", "urls", "links")
    _PLAIN: Final = frozenset({"rel", "href", "uri", "hreflang"})

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        parts: Values = {}
        links = []
        for each in expected(value, list, "an array of links"):
            content = expected(each, dict, "a link")
            address = content.get("href", content.get("uri"))
            language = content.get("hreflang")
            is_taken = "url" in parts if language is None else language in parts.get("urls", {})
            if address is None or is_taken or content.get("rel", "self") != "self" or not content.keys() <= self._PLAIN:
                links.append(reader.part(Link, content))
            else:
                address = TEXT.from_json(address, reader)
                self.gather(parts, "", {"url": address} if language is None else {"urls": {language: address}})
        return parts | {"links": tuple(links)}

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        # XML may have an empty address, which leads nowhere; the JSON schema refuses it.
        plain = [{"rel": "self", "href": value.url}] if value.url else []
        translated = [
            {"rel": "self", "href": address, "hreflang": language}
            for language, address in writer.chosen(value.urls).items()
        ]
        return [*plain, *translated, *(writer.part(link) for link in value.links)]


ADDRESSES: Final = Addresses()
