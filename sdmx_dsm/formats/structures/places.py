"""Kinds of fields whose form depends on where they stand: ids that SDMX-JSON 1.0 spells as URNs, pairs, empty elements, dates."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Iterator
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
    FLAG,
    INTEGER,
    TEXT,
    JsonReader,
    JsonWriter,
    Kind,
    MlReader,
    MlWriter,
    Moment,
    Values,
    attributes_of,
    expected,
)
from sdmx_dsm.model import MappedValue, Reference


class Presence(Kind):
    """An empty element, or an empty object, that says "yes" by being there."""

    def read(self, element: Element, reader: MlReader) -> bool:
        return True

    def write(self, tags: tuple[str, ...], value: bool, writer: MlWriter, level: int) -> Iterator[str]:
        yield writer.leaf(tags[0], "", level)

    def from_json(self, value: Any, reader: JsonReader) -> bool:
        return True

    def to_json(self, value: bool, writer: JsonWriter) -> dict[str, Any]:
        return {}


class Date(Moment):
    """A day: a date in XML, the moment at which it begins in JSON."""

    def format(self, value: str) -> str:
        return value.partition("T")[0]

    def from_json(self, value: Any, reader: JsonReader) -> str:
        return str(TEXT.from_json(value, reader)).removesuffix("Z").removesuffix("T00:00:00")


class Pairs(Kind):
    """Pairs of texts: two elements that take turns in XML, an object with two keys in JSON."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def gather(self, values: Values, field: str, part: Any) -> None:
        pairs = values.setdefault(field, [])
        which, text = part
        if which == 0:
            pairs.append((text, ""))
        elif pairs:
            pairs[-1] = (pairs[-1][0], text)

    def read(self, element: Element, reader: MlReader) -> tuple[int, str]:
        name = element.tag.rpartition("}")[2]
        return int(name != self._keys[0].capitalize()), reader.text(element)

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for pair in value:
            for tag, text in zip(tags, pair, strict=True):
                yield writer.leaf(tag, text, level)

    def from_json(self, value: Any, reader: JsonReader) -> tuple[tuple[str, ...], ...]:
        objects = [expected(each, dict, "an object") for each in expected(value, list, "an array")]
        return tuple(tuple(TEXT.from_json(each.get(key), reader) for key in self._keys) for each in objects)

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, str]]:
        return [dict(zip(self._keys, pair, strict=True)) for pair in value]


class Mapped(Kind):
    """A mapped value: a text with attributes in XML, an object in JSON."""

    _NAMES: Final = (
        ("isRegEx", "is_regex", FLAG),
        ("startIndex", "start_index", INTEGER),
        ("endIndex", "end_index", INTEGER),
    )

    def read(self, element: Element, reader: MlReader) -> MappedValue:
        names = {name: (field, kind) for name, field, kind in self._NAMES}
        text = reader.text(element, *names)
        said = {names[name][0]: names[name][1].parse(given) for name, given in attributes_of(element) if name in names}
        return MappedValue(value=text, **said)

    def write(self, tags: tuple[str, ...], value: MappedValue, writer: MlWriter, level: int) -> Iterator[str]:
        said = "".join(attribute(name, kind.format(getattr(value, field))) for name, field, kind in self._said(value))
        yield writer.leaf(tags[0], value.value, level, said)

    def from_json(self, value: Any, reader: JsonReader) -> MappedValue:
        content = expected(value, dict, "an object with a value")
        said = {
            field: kind.from_json(content[name], reader)
            for name, field, kind in self._NAMES
            if content.get(name) is not None
        }
        return MappedValue(value=TEXT.from_json(content.get("value"), reader), **said)

    def to_json(self, value: MappedValue, writer: JsonWriter) -> dict[str, Any]:
        return {"value": value.value} | {name: getattr(value, field) for name, field, _ in self._said(value)}

    def _said(self, value: MappedValue) -> list[tuple[str, str, Any]]:
        # An index may be 0, which is as good as False.
        given = {field for _, field, _ in self._NAMES if getattr(value, field) is not None} - {
            not value.is_regex and "is_regex"
        }
        return [(name, field, kind) for name, field, kind in self._NAMES if field in given]


class Side(Kind):
    """One source or target of a representation map: a codelist or value list, or the name of a data type."""

    def read(self, element: Element, reader: MlReader) -> Reference | str:
        if element.tag.endswith("Codelist"):
            return reader.reference(element, "Codelist")
        return reader.text(element)

    def write(self, tags: tuple[str, ...], value: Reference | str, writer: MlWriter, level: int) -> Iterator[str]:
        if isinstance(value, Reference):
            yield from writer.reference(tags[0], value, level)
        else:
            yield writer.leaf(tags[1], value, level)

    def from_json(self, value: Any, reader: JsonReader) -> Reference | str:
        content = expected(value, dict, "an object with a codelist or dataType")
        if "codelist" in content:
            return reader.reference(content["codelist"], "Codelist")
        return str(TEXT.from_json(content.get("dataType"), reader))

    def to_json(self, value: Reference | str, writer: JsonWriter) -> dict[str, str]:
        return {"codelist": writer.urn_of(value)} if isinstance(value, Reference) else {"dataType": value}


class LocalUrn(Kind):
    """The id, or path, of something in the same artefact, as SDMX-JSON 1.0 writes it: the URN that it has there."""

    def __init__(self, cls: str) -> None:
        self._cls = cls

    def from_json(self, value: Any, reader: JsonReader) -> str:
        text = str(TEXT.from_json(value, reader))
        return reader.reference(text, self._cls).item if text.startswith("urn:") else text

    def to_json(self, value: str, writer: JsonWriter) -> str:
        return writer.urn_within(self._cls, value)


PRESENCE: Final = Presence()
DATE: Final = Date()
MAPPED: Final = Mapped()
SIDE: Final = Side()
