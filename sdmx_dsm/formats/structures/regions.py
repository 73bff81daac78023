"""Kinds of fields of constraints: what they are attached to, values with what is said beside them, ranges of time, keys."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

from lxml.etree import _Element as Element

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
    FLAG,
    TEXT,
    XML_LANG,
    JsonReader,
    JsonWriter,
    Kind,
    MlReader,
    MlWriter,
    Spread,
    Values,
    attributes_of,
    expected,
)
from sdmx_dsm.model import Reference, TimeRange, ValueSelection

VALIDITY: Final = ("validFrom", "validTo")


class Attached(Spread):
    """The artefacts of one class that a constraint is attached to; in SDMX-JSON an array of URNs, or a `single` one."""

    fields = ("attachment",)

    def __init__(self, cls: str, *, single: bool = False) -> None:
        self._class, self._single = cls, single

    def gather(self, values: Values, field: str, part: Values) -> None:
        values.setdefault("attachment", []).extend(part["attachment"])

    def read(self, element: Element, reader: MlReader) -> Values:
        return {"attachment": (reader.reference(element, self._class),)}

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for reference in self._of_class(value):
            yield from writer.reference(tags[0], reference, level)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        urns = value if isinstance(value, list) else [value]
        return {"attachment": tuple(reader.reference(urn, self._class) for urn in urns)}

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        urns = [writer.urn_of(reference) for reference in self._of_class(value)]
        return urns[0] if self._single and urns else urns

    def _of_class(self, value: Any) -> list[Reference]:
        return [reference for reference in value.attachment if reference.artefact_class == self._class]


class AvailableIn(Attached):
    """What an availability constraint is attached to, which is its identity too."""

    def gather(self, values: Values, field: str, part: Values) -> None:
        (reference,) = part["attachment"]
        super().gather(values, field, part)
        values.update(id=reference.id, agency=reference.agency, version=reference.version)


# --- values -----------------------------------------------------------------------------------------------------------


class Value(NamedTuple):
    """One value with what is said of it."""

    text: str
    cascade: str = ""
    language: str = ""
    validity: tuple[str | None, str | None] = (None, None)


# field of the model -> where a value has it; what says nothing is its default
_BESIDE: Final = {"cascades": "cascade", "languages": "language", "validities": "validity"}


class SelectedValues(Spread):
    """Values in one field, and their children, language and validity in fields that run `beside` it; those in which no value
    says anything stay empty."""

    def __init__(self, values: str = "values", beside: tuple[str, ...] = tuple(_BESIDE)) -> None:
        self._values, self._beside = values, {field: _BESIDE[field] for field in beside}
        self.fields = (values, *beside)
        names = {"cascades": ("cascadeValues",), "languages": (XML_LANG,), "validities": VALIDITY}
        self._attributes = [name for field in beside for name in names[field]]

    def gather(self, values: Values, field: str, part: Any) -> None:
        texts = values.setdefault(self._values, [])
        for value in part:
            for name, place in self._beside.items():
                said, nothing = getattr(value, place), Value._field_defaults[place]
                if said != nothing and name not in values:
                    values[name] = [nothing] * len(texts)
                if name in values:
                    values[name].append(said)
            texts.append(value.text)

    def iterate(self, held: Any) -> Iterator[Value]:
        """The values of an object with their sides."""
        columns = {place: getattr(held, name) for name, place in self._beside.items() if getattr(held, name)}
        for position, text in enumerate(getattr(held, self._values)):
            yield Value(text, **{place: column[position] for place, column in columns.items()})

    def read(self, element: Element, reader: MlReader) -> list[Value]:
        text, said = reader.text(element, *self._attributes), dict(attributes_of(element))
        validity = said.get("validFrom"), said.get("validTo")
        return [Value(text, _cascade(said.get("cascadeValues", "")), said.get(XML_LANG, ""), validity)]

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for each in self.iterate(value):
            said = {
                "cascadeValues": each.cascade,
                "xml:lang": each.language,
                **dict(zip(VALIDITY, each.validity, strict=True)),
            }
            attributes = "".join(attribute(name, text) for name, text in said.items() if text)
            yield writer.leaf(tags[0], each.text, level, attributes)

    def from_json(self, value: Any, reader: JsonReader) -> list[Value]:
        return [self._value(each, reader) for each in expected(value, list, "an array of values")]

    def _value(self, value: Any, reader: JsonReader) -> Value:
        if isinstance(value, str):
            return Value(value)
        content = expected(value, dict, "a value")
        cascade = str(content.get("cascadeValues", "")).lower()
        said = {
            key: TEXT.from_json(content[key], reader) for key in ("lang", *VALIDITY) if content.get(key) is not None
        }
        validity = said.get("validFrom"), said.get("validTo")
        return Value(TEXT.from_json(content.get("value"), reader), _cascade(cascade), said.get("lang", ""), validity)

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        return [
            {"value": each.text}
            | ({"cascadeValues": each.cascade if each.cascade == "excluderoot" else True} if each.cascade else {})
            | ({"lang": each.language} if each.language else {})
            | {key: text for key, text in zip(VALIDITY, each.validity, strict=True) if text}
            for each in self.iterate(value)
        ]


def _cascade(text: str) -> str:
    return text if text == "excluderoot" else "true" if text and FLAG.parse(text) else ""


class PlainValues(Spread):
    """The values of SDMX-JSON 1.0: one array names them all, another those among them that take their children with them
    (what is in the second alone is a value too)."""

    fields = ("values", "cascades")

    def __init__(self, *, cascading: bool) -> None:
        self._cascading = cascading

    def gather(self, values: Values, field: str, part: Any) -> None:
        texts, cascades = list(values.get("values", ())), list(values.get("cascades", ()))
        known = set(texts)
        texts += [text for text in part if text not in known]
        if self._cascading or cascades:
            cascading = {text for text, cascade in zip(texts, cascades, strict=False) if cascade}
            cascading.update(part if self._cascading else ())
            values["cascades"] = ["true" if text in cascading else "" for text in texts]
        values["values"] = texts

    def from_json(self, value: Any, reader: JsonReader) -> tuple[str, ...]:
        return tuple(TEXT.from_json(each, reader) for each in expected(value, list, "an array of values"))

    def to_json(self, value: ValueSelection, writer: JsonWriter) -> list[str]:
        return [each.text for each in VALUES.iterate(value) if each.cascade or not self._cascading]


class Range(Kind):
    """A range of time: before, after, or from … to, each side inclusive unless it says otherwise; and its validity (3.x)."""

    _SIDES: Final = {"BeforePeriod": "end", "AfterPeriod": "start", "StartPeriod": "start", "EndPeriod": "end"}
    _FIELDS: Final = {"validFrom": "valid_from", "validTo": "valid_to"}

    def read(self, element: Element, reader: MlReader) -> TimeRange:
        parts: Values = {}
        for name, text in attributes_of(element):
            if name not in self._FIELDS:
                raise reader.unsupported(element, name)
            parts[self._FIELDS[name]] = text
        for name, child in reader.children(element):
            if name not in self._SIDES:
                raise reader.unsupported(child)
            side, inclusive = self._SIDES[name], child.get("isInclusive", "true")
            parts |= {side: reader.text(child, "isInclusive"), f"{side}_inclusive": FLAG.parse(inclusive)}
        return TimeRange(**parts)

    def _names(self, value: TimeRange) -> Iterator[tuple[str, str, bool]]:
        closed = value.start is not None and value.end is not None
        if value.start is not None:
            yield "StartPeriod" if closed else "AfterPeriod", value.start, value.start_inclusive
        if value.end is not None:
            yield "EndPeriod" if closed else "BeforePeriod", value.end, value.end_inclusive

    def _validity(self, value: TimeRange) -> dict[str, str]:
        return {name: getattr(value, field) for name, field in self._FIELDS.items() if getattr(value, field)}

    def write(self, tags: tuple[str, ...], value: TimeRange, writer: MlWriter, level: int) -> Iterator[str]:
        content = (
            writer.leaf(writer.tag(name), period, level + 1, "" if inclusive else attribute("isInclusive", "false"))
            for name, period, inclusive in self._names(value)
        )
        validity = "".join(attribute(name, text) for name, text in self._validity(value).items())
        return writer.wrapped(tags[0], validity, content, level)

    def from_json(self, value: Any, reader: JsonReader) -> TimeRange:
        parts: Values = {}
        for key, each in expected(value, dict, "an object").items():
            side = self._SIDES.get(key[:1].upper() + key[1:])
            if key in self._FIELDS:
                parts[self._FIELDS[key]] = TEXT.from_json(each, reader)
            elif side:
                content = expected(each, dict, "a period")
                inclusive = FLAG.from_json(content.get("isInclusive", True), reader)
                parts |= {side: TEXT.from_json(content.get("period"), reader), f"{side}_inclusive": inclusive}
            elif not key.startswith("x-"):
                raise ValueError(f"a range of time has no “{key}”")
        return TimeRange(**parts)

    def to_json(self, value: TimeRange, writer: JsonWriter) -> dict[str, Any]:
        sides = {
            name[0].lower() + name[1:]: {"period": period, "isInclusive": inclusive}
            for name, period, inclusive in self._names(value)
        }
        return sides | self._validity(value)


# --- keys -------------------------------------------------------------------------------------------------------------


class KeyValues(Spread):
    """The values of a key: one element for each dimension, with its values (before 3.1 one)."""

    fields = ("values", "remove_prefix")

    def gather(self, values: Values, field: str, part: Values) -> None:
        for name, found in part.items():
            values.setdefault(name, []).extend(found)

    def _parts(self, id: str, texts: list[str], remove_prefix: bool, include: bool) -> Values:
        if not include:
            raise ValueError(f"a key that leaves {id} out is not read: it is the key set that includes or excludes")
        return {"values": [(id, text) for text in texts]} | ({"remove_prefix": [id]} if remove_prefix else {})

    def read(self, element: Element, reader: MlReader) -> Values:
        said = dict(attributes_of(element))
        if unknown := said.keys() - {"id", "include", "removePrefix"}:
            raise reader.unsupported(element, min(unknown))
        texts = []
        for name, child in reader.children(element):
            if name != "Value":
                raise reader.unsupported(child)
            texts.append(reader.text(child))
        remove_prefix, include = FLAG.parse(said.get("removePrefix", "false")), FLAG.parse(said.get("include", "true"))
        return self._parts(said.get("id", ""), texts, remove_prefix, include)

    def _by_dimension(self, key: Any) -> Iterator[tuple[str, list[str]]]:
        for id, pairs in groupby(key.values, key=lambda pair: pair[0]):
            yield id, [value for _, value in pairs]

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for id, texts in self._by_dimension(value):
            leaves = (writer.leaf(writer.tag("Value"), text, level + 1) for text in texts)
            said = attribute("id", id) + (attribute("removePrefix", "true") if id in value.remove_prefix else "")
            yield from writer.wrapped(tags[0], said, leaves, level)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        found: Values = {}
        for each in expected(value, list, "an array of values"):
            content = expected(each, dict, "a dimension with its value")
            texts = content["values"] if "values" in content else [content.get("value")]
            parts = self._parts(
                TEXT.from_json(content.get("id"), reader),
                [TEXT.from_json(text, reader) for text in expected(texts, list, "an array of values")],
                FLAG.from_json(content.get("removePrefix", False), reader),
                FLAG.from_json(content.get("include", True), reader),
            )
            self.gather(found, "", parts)
        return found

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        return [
            {"id": id}
            | ({"removePrefix": True} if id in value.remove_prefix else {})
            | ({"value": texts[0]} if len(texts) == 1 else {"values": texts})
            for id, texts in self._by_dimension(value)
        ]


VALUES: Final = SelectedValues()
PLAIN_VALUES: Final = PlainValues(cascading=False)
CASCADING_VALUES: Final = PlainValues(cascading=True)
RANGE: Final = Range()
KEY_VALUES: Final = KeyValues()
