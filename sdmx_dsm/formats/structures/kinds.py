"""Kinds of fields: how a value of the model looks as XML and as JSON.

A kind knows four ways: `read` and `write` for an XML element, `from_json` and `to_json` for a JSON value. Where a syntax keeps
the field, and under which name, is said by the declarations. Kinds of `shapes` are for what has a form of its own."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Protocol, cast

import msgspec
from lxml.etree import _Element as Element

from sdmx_dsm.errors import ReadError, Unsupported
from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.syntaxes import Syntax
from sdmx_dsm.model import DEFAULT_LANGUAGE, Reference, Text

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
MAX_EXPONENT: Final = 100
Values = dict[str, Any]


class MlReader(Protocol):
    syntax: Syntax

    def part(self, cls: type, element: Element) -> Any: ...
    def text(self, element: Element, *attributes: str) -> str: ...
    def reference(self, element: Element, expected: str, *, loose: bool = False) -> Reference: ...
    def local(self, element: Element, *attributes: str) -> str: ...
    def children(self, element: Element) -> Iterator[tuple[str, Element]]: ...
    def wrong(self, element: Element, message: str) -> ReadError: ...
    def unsupported(self, element: Element, attribute: str = "") -> Unsupported: ...


class MlWriter(Protocol):
    syntax: Syntax

    def part(self, tag: str, value: Any, level: int) -> Iterator[str]: ...
    def leaf(self, tag: str, text: str, level: int, attributes: str = "") -> str: ...
    def wrapped(self, tag: str, attributes: str, children: Iterator[str], level: int) -> Iterator[str]: ...
    def reference(self, tag: str, reference: Reference, level: int, attributes: str = "") -> Iterator[str]: ...
    def local(self, tag: str, id: str, level: int, attributes: str = "") -> Iterator[str]: ...
    def chosen(self, text: Text) -> Text: ...
    def tag(self, name: str) -> str: ...


class JsonReader(Protocol):
    syntax: Syntax

    def part(self, cls: type, value: object, **given: Any) -> Any: ...
    def reference(self, value: object, expected: str, *, loose: bool = False) -> Reference: ...


class JsonWriter(Protocol):
    syntax: Syntax

    def part(self, value: Any) -> dict[str, Any]: ...
    def chosen(self, text: Text) -> Text: ...
    def urn(self, value: Any) -> str: ...
    def urn_of(self, reference: Reference) -> str: ...
    def urn_within(self, cls: str, item: str) -> str: ...


class Kind:
    """Base: one value, one element. `gather` puts what was read beside what is there already."""

    def gather(self, values: Values, field: str, part: Any) -> None:
        if field in values:
            raise ValueError("it is given twice")
        values[field] = part

    def parse(self, text: str) -> Any:
        """From an XML attribute. Raises ValueError."""
        raise NotImplementedError

    def format(self, value: Any) -> str:
        """As an XML attribute."""
        raise NotImplementedError

    def read(self, element: Element, reader: MlReader) -> Any:
        raise NotImplementedError

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        raise NotImplementedError

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        """Raises ValueError where the value has the wrong type."""
        raise NotImplementedError

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        raise NotImplementedError


class Spread(Kind):
    """Several fields of the model (`fields`): what is read is a dict of them, what is written is the object that has them."""

    fields: tuple[str, ...] = ()

    def gather(self, values: Values, field: str, part: Values) -> None:
        values.update(part)


def attributes_of(element: Element) -> list[tuple[str, str]]:
    """But for those in namespaces of others, which say nothing of the element."""
    found = cast("list[tuple[str, str]]", element.items())  # the stubs say bytes too
    return [(name, text) for name, text in found if not name.startswith("{") or name == XML_LANG]


def line_of(element: Element) -> int | None:
    return cast("int | None", element.sourceline)


def finished(values: Values) -> Values:
    """With tuples for the lists that were gathered: the model holds no lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def expected(value: object, cls: type, what: str) -> Any:
    """`value` of JSON when it is a `cls`; a boolean is no number."""
    if not isinstance(value, cls) or (cls is int and isinstance(value, bool)):
        raise ValueError(f"{what} is expected, {msgspec.json.encode(value).decode()[:40]} is found")
    return value


class Scalar(Kind):
    """Text that `parse` understands. `json` is the type that JSON has for it."""

    def __init__(
        self,
        parse: Callable[[str], Any] = str,
        format: Callable[[Any], str] = str,
        json: type = str,
        what: str = "a text",
    ) -> None:
        self._parse, self._format, self._json, self._what = parse, format, json, what

    def parse(self, text: str) -> Any:
        return self._parse(text)

    def format(self, value: Any) -> str:
        return self._format(value)

    def read(self, element: Element, reader: MlReader) -> Any:
        return self._parse(reader.text(element))

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        yield writer.leaf(tags[0], self._format(value), level)

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        return expected(value, self._json, self._what)

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        return value


def parse_flag(text: str) -> bool:
    """An xs:boolean."""
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.strip()]
    except KeyError:
        raise ValueError(f"true or false is expected, “{text}” is found") from None


def _parse_integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"a whole number is expected, “{text}” is found") from None


class Number(Scalar):
    """A decimal number, kept as text with the digits it came with; a number in JSON."""

    def parse(self, text: str) -> str:
        if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text.strip()):
            raise ValueError(f"a number is expected, “{text}” is found")
        return text.strip()

    def from_json(self, value: Any, reader: JsonReader) -> str:
        if isinstance(value, Decimal):
            if abs(value.adjusted()) > MAX_EXPONENT:  # 1e999999999 would be a text of a gigabyte
                raise ValueError(f"a number of at most {MAX_EXPONENT} digits is expected, {value} is found")
            return format(value, "f")
        return str(expected(value, int, "a number"))

    def to_json(self, value: str, writer: JsonWriter) -> Any:
        # Python's plain format never has an exponent, which XML's decimal doesn't have either.
        return msgspec.Raw(format(Decimal(value), "f").encode())


class Sentinel(Scalar):
    """A value as text; SDMX-JSON may have it as a number."""

    def from_json(self, value: Any, reader: JsonReader) -> str:
        return str(
            NUMBER.from_json(value, reader) if isinstance(value, Decimal | int) else expected(value, str, "a text")
        )


class Moment(Scalar):
    """A date and time. JSON demands a zone; one without is taken as UTC there."""

    def parse(self, text: str) -> str:
        return text.strip()

    def to_json(self, value: str, writer: JsonWriter) -> str:
        text = value if "T" in value else f"{value}T00:00:00"
        return text if re.search(r"(Z|[+-]\d\d:\d\d)$", text) else f"{text}Z"


class Words(Scalar):
    """One of some words of the model, which the syntax spells in its own way: model word -> word of the message."""

    def __init__(self, spelling: Mapping[str, str]) -> None:
        self._spelling = spelling
        self._meaning = {word: meaning for meaning, word in spelling.items()}

    def parse(self, text: str) -> str:
        try:
            return self._meaning[text]
        except KeyError:
            raise ValueError(f"one of {', '.join(self._meaning)} is expected, “{text}” is found") from None

    def format(self, value: str) -> str:
        return self._spelling[value]

    def from_json(self, value: Any, reader: JsonReader) -> str:
        return self.parse(expected(value, str, "a text"))

    def to_json(self, value: str, writer: JsonWriter) -> str:
        return self._spelling[value]


class Occurrence(Scalar):
    """How often at most: a number, or None for “unbounded”."""

    def __init__(self) -> None:
        super().__init__(lambda text: None if text == "unbounded" else _parse_integer(text))

    def format(self, value: int | None) -> str:
        return "unbounded" if value is None else str(value)

    def from_json(self, value: Any, reader: JsonReader) -> int | None:
        return None if value == "unbounded" else expected(value, int, "a number or “unbounded”")

    def to_json(self, value: int | None, writer: JsonWriter) -> Any:
        return "unbounded" if value is None else value


class Constant(Spread):
    """A word that the place demands, and that the class says anyway."""

    def __init__(self, word: str) -> None:
        self._word = word

    def parse(self, text: str) -> Values:
        return {}

    def format(self, value: Any) -> str:
        return self._word

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return {}

    def to_json(self, value: Any, writer: JsonWriter) -> str:
        return self._word


class Many(Kind):
    """Some values of another kind, each in an element of its own; an array in JSON."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def gather(self, values: Values, field: str, part: Any) -> None:
        values.setdefault(field, []).append(part)

    def read(self, element: Element, reader: MlReader) -> Any:
        return self._kind.read(element, reader)

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for each in value:
            yield from self._kind.write(tags, each, writer, level)

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        return tuple(self._kind.from_json(each, reader) for each in expected(value, list, "an array"))

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        return [self._kind.to_json(each, writer) for each in value]


class Only(Many):
    """A tuple of which the place takes one: no array in JSON."""

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        return (self._kind.from_json(value, reader),)

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        return self._kind.to_json(value[0], writer)


# xs:language, or nothing: what xml:lang may be. The schemas of SDMX-JSON take anything, which no answer in XML could say.
_LANGUAGE: Final = re.compile(r"(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)?")


@lru_cache(1000)
def _language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"“{tag[:40]}” is no language: one such as “en” or “pt-BR” is expected")
    return tag


class Texts(Kind):
    """A text in some languages: an element for each, told apart by xml:lang; in JSON the best match (`name`) and all
    (`names`). Of two texts in one language the first is kept."""

    def gather(self, values: Values, field: str, part: dict[str, str]) -> None:
        texts = values.setdefault(field, {})
        for language, text in part.items():
            texts.setdefault(language, text)

    def read(self, element: Element, reader: MlReader) -> dict[str, str]:
        return {element.get(XML_LANG, DEFAULT_LANGUAGE): reader.text(element, XML_LANG)}

    def write(self, tags: tuple[str, ...], value: Text, writer: MlWriter, level: int) -> Iterator[str]:
        for language, text in writer.chosen(value).items():
            yield writer.leaf(tags[0], text, level, attribute("xml:lang", language))

    def from_json(self, value: Any, reader: JsonReader) -> dict[str, str]:
        if isinstance(value, str):
            return {DEFAULT_LANGUAGE: value}
        texts = expected(value, dict, "an object of texts by language")
        return {_language(tag): expected(text, str, "a text") for tag, text in texts.items()}

    def to_json(self, value: Text, writer: JsonWriter) -> dict[str, str]:
        return dict(writer.chosen(value))


class Refer(Kind):
    """A reference to an artefact or item of a class: a URN, and in SDMX-ML 2.1 a `Ref` element. A `loose` one may have
    wildcards in any part."""

    def __init__(self, target: str, *, loose: bool = False) -> None:
        self._target, self._loose = target, loose

    def read(self, element: Element, reader: MlReader) -> Reference:
        return reader.reference(element, self._target, loose=self._loose)

    def write(self, tags: tuple[str, ...], value: Reference, writer: MlWriter, level: int) -> Iterator[str]:
        return writer.reference(tags[0], value, level)

    def from_json(self, value: Any, reader: JsonReader) -> Reference:
        return reader.reference(value, self._target, loose=self._loose)

    def to_json(self, value: Reference, writer: JsonWriter) -> str:
        return writer.urn_of(value)


class Local(Kind):
    """The id of something in the same artefact: plain text, and in SDMX-ML 2.1 a `Ref` element."""

    def read(self, element: Element, reader: MlReader) -> str:
        return reader.local(element)

    def write(self, tags: tuple[str, ...], value: str, writer: MlWriter, level: int) -> Iterator[str]:
        return writer.local(tags[0], value, level)

    def from_json(self, value: Any, reader: JsonReader) -> str:
        return str(expected(value, str, "an id"))

    def to_json(self, value: str, writer: JsonWriter) -> str:
        return value


class Part(Kind):
    """An object of a declared class. Where the place has two names, `second` says which values get the second."""

    def __init__(self, cls: type, second: Callable[[Any], bool] | None = None) -> None:
        self._cls, self._second = cls, second

    def read(self, element: Element, reader: MlReader) -> Any:
        return reader.part(self._cls, element)

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        return writer.part(tags[-1] if self._second and self._second(value) else tags[0], value, level)

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        return reader.part(self._cls, value)

    def to_json(self, value: Any, writer: JsonWriter) -> Any:
        return writer.part(value)


TEXT: Final = Scalar()
ADDRESS: Final = Scalar(str.strip)  # blanks around it are none of it
OPTIONAL_TEXT: Final = Scalar(lambda text: text or None)  # an empty element says nothing
FLAG: Final = Scalar(parse_flag, lambda value: "true" if value else "false", bool, "true or false")
INTEGER: Final = Scalar(_parse_integer, str, int, "a whole number")
NUMBER: Final = Number()
SENTINEL: Final = Sentinel()
MOMENT: Final = Moment()
LOCAL: Final = Local()
OCCURRENCE: Final = Occurrence()
TEXTS: Final = Texts()
USAGE: Final = Words({"mandatory": "mandatory", "optional": "optional"})
ASSIGNMENT: Final = Words({"mandatory": "Mandatory", "optional": "Conditional"})
ROLE: Final = Words({"Allowed": "Allowed", "Actual": "Actual"})
