"""Structure messages of SDMX-JSON, read by the plans.

What the standard has and we do not hold is refused, as with XML. What it does not have is passed over: the standard asks for
that, and the Fusion Metadata Registry and its clients have properties of their own."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from sdmx_dsm.batches import Header, Party
from sdmx_dsm.errors import ReadError, Unsupported, UrnError
from sdmx_dsm.formats.csv_data.encoding import encoding_of
from sdmx_dsm.formats.markup import is_sayable
from sdmx_dsm.formats.structures.declarations import CONTAINERS
from sdmx_dsm.formats.structures.kinds import TEXTS, finished
from sdmx_dsm.formats.structures.plans import Node, plan_of
from sdmx_dsm.formats.structures.syntaxes import JSON10, JSON20, JSON21, JSON_SYNTAXES, Syntax
from sdmx_dsm.model import Contact, Maintainable, Reference, TimeDimension, parse_urn

IMPLIED: Final[dict[type, dict[str, Any]]] = {TimeDimension: {"id": "TIME_PERIOD"}}
CONTAINERS_OF: Final = {syntax: {name for name, _ in CONTAINERS[syntax.column]} for syntax in JSON_SYNTAXES}
MAX_NESTED: Final = 60  # objects within each other: what is read can be said in XML, which is read to 64 levels
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
# How JSON can write what XML has no character for: looked for before the texts are.
_SUSPECT: Final = re.compile(r"\\u00[01]|\\u[fF]{3}[eEfF]|[\ufffe\uffff]")


def read_json(path: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    """The header and artefacts of a structure message of SDMX-JSON 1.0, 2.0 or 2.1. Raises ReadError (`.path` names the place
    in the message) and Unsupported."""
    return read_message(decode(path, "a structure message"))


def read_message(message: dict[str, Any]) -> tuple[Header, tuple[Maintainable, ...]]:
    """As `read_json`, of a message that is decoded."""
    syntax = _syntax(message)
    reader = Reader(syntax, dict(CONTAINERS[syntax.column]))
    return reader.header(message.get("meta")), tuple(reader.artefacts(message["data"]))


def decode(path: Path, expected: str) -> dict[str, Any]:
    """A message of SDMX-JSON, of the `expected` kind: its numbers are integers and Decimals. Raises ReadError."""
    data = path.read_bytes()
    encoding = encoding_of(data[:4])
    try:
        text = data[encoding.mark :].decode(encoding.codec)
        message = _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ReadError(f"This is not JSON that can be read: {error}.") from error
    if not isinstance(message, dict) or not isinstance(message.get("data"), dict):
        raise ReadError(f"An object with “meta” and “data” is expected: {expected} of SDMX-JSON.")
    if _SUSPECT.search(text):
        _check_characters(message)
    return message


def _check_characters(message: dict[str, Any]) -> None:
    """Raises ReadError: what XML can't say would be held, and no answer in XML could hold it."""
    for place, text in _texts(message):
        if not is_sayable(text):
            raise ReadError(
                f"In {place}: the text holds a control character, or another that XML does not have; leave it out.",
                ru=f"{place}: в тексте есть управляющий или другой знак, которого нет в XML; уберите его.",
                path=place,
            )


def _texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """All texts and keys, each with the place that it is in."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, f"{place}[{number}]")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield place, key
            yield from _texts(each, f"{place}/{key}" if place else key)


def schema_of(message: dict[str, Any]) -> str:
    """The address of the schema that a message names, "" where it names none."""
    meta = message.get("meta")
    return str(message.get("$schema") or (meta.get("schema") if isinstance(meta, dict) else "") or "")


def _syntax(message: dict[str, Any]) -> Syntax:
    """By the schema that the message names; else by what stands in it, for 2.0 and 2.1 differ in little."""
    data, named = message["data"], schema_of(message)
    for version, syntax in (("1.0", JSON10), ("2.0", JSON20), ("2.1", JSON21)):
        if re.search(rf"[/_v]{re.escape(version)}(\.0)?(/|$)", named):
            return syntax
    if data.keys() & (CONTAINERS_OF[JSON10] - CONTAINERS_OF[JSON20]):
        return JSON10
    artefacts = [each for found in data.values() if isinstance(found, list) for each in found if isinstance(each, dict)]
    if any("isFinal" in each for each in artefacts):
        return JSON10
    return JSON20 if any("role" in each for each in artefacts) else JSON21


class Reader:
    """Reads one message. `classes`: key -> class of what its array holds. `_path` leads to the object that is being read."""

    def __init__(self, syntax: Syntax, classes: Mapping[str, type[Maintainable]]) -> None:
        self.syntax = syntax
        self._path: list[str] = []
        self._classes = classes

    def header(self, meta: Any) -> Header:
        if not isinstance(meta, dict):
            return Header()
        senders, receivers = (
            [each for each in found or () if isinstance(each, dict)]
            for found in ([meta.get("sender")], meta.get("receivers"))
        )
        names = meta.get("names", meta.get("name"))
        try:
            parties = tuple(self._party(each) for each in senders + receivers)
            return Header(
                id=str(meta.get("id", "")),
                test=meta.get("test") is True,
                prepared=str(meta.get("prepared", "")),
                sender="".join(str(each.get("id", "")) for each in senders),
                receivers=tuple(str(each.get("id", "")) for each in receivers),
                parties=parties if senders and any(party != Party() for party in parties) else (),
                names=TEXTS.from_json(names, self) if names else {},
            )
        except (ValueError, TypeError) as error:
            raise ReadError(f"The “meta” of the message: {error}.", path="meta") from error

    def _party(self, party: dict[str, Any]) -> Party:
        names = party.get("names", party.get("name"))
        return Party(
            names=TEXTS.from_json(names, self) if names else {},
            contacts=tuple(self.part(Contact, each) for each in party.get("contacts") or ()),
        )

    def artefacts(self, data: dict[str, Any]) -> list[Maintainable]:
        found: list[Maintainable] = []
        for key, artefacts in data.items():
            cls = self._classes.get(key)
            if cls is None:
                if key.startswith("x-") or not artefacts:
                    continue
                raise Unsupported(f"“{key}” is not read from {self.syntax.title}.")
            if not isinstance(artefacts, list):
                raise ReadError(f"“{key}” is expected to be an array.", path=key)
            for number, each in enumerate(artefacts):
                self._path = [f"{key}[{number}]"]
                found.append(self.part(cls, each))
        return found

    def part(self, cls: type, value: object, **given: Any) -> Any:
        """An instance of a declared class; `given`: fields that the object does not say. Raises ReadError for what is missing."""
        if not isinstance(value, dict):
            raise self._wrong("an object is expected")
        if len(self._path) > MAX_NESTED:
            raise ReadError(
                f"Objects are nested deeper than {MAX_NESTED} levels in {self._path[0]}.",
                ru=f"{self._path[0]}: глубина вложенности объектов больше {MAX_NESTED}.",
                path=self._path[0],
            )
        plan = plan_of(cls, self.syntax)
        values: dict[str, Any] = IMPLIED.get(cls, {}) | given
        self._path.append(str(value.get("id", "")))
        self._fill(values, value, plan.root)
        if missing := plan.required - values.keys():
            raise self._wrong(f"{', '.join(sorted(missing))} of {cls.__name__} is missing")
        self._path.pop()
        return cls(**finished(values))

    def _fill(self, values: dict[str, Any], content: dict[str, Any], node: Node) -> None:
        for key, held in content.items():
            inner = node.children.get(key)
            plural = node.children.get(f"{key}s")
            if inner is None and plural is not None and plural.row is not None and plural.row.kind is TEXTS:
                if content.get(f"{key}s"):
                    continue  # the object by language says it all
                inner = plural
            if inner is None or held is None:
                continue
            if inner.row is None:
                if not isinstance(held, dict):
                    raise self._wrong(f"“{key}” is expected to be an object")
                self._fill(values, held, inner)
                continue
            try:
                part = inner.row.kind.from_json(held, self)
            except (ValueError, KeyError, TypeError) as error:
                raise self._wrong(f"“{key}”: {error}") from error
            if inner.row.name:
                values[inner.row.name] = part
            else:
                inner.row.kind.gather(values, "", part)

    def reference(self, value: object, expected: str, *, loose: bool = False) -> Reference:
        if not isinstance(value, str):
            raise ValueError(f"the URN of a {expected or 'structure'} is expected")
        try:
            return parse_urn(value, loose=loose)
        except UrnError as error:
            if "artefact_class" in error.facts:
                raise Unsupported(str(error)) from error
            raise ValueError(str(error).removesuffix(".")) from error

    @property
    def _place(self) -> str:
        return "/".join(filter(None, self._path))

    def _wrong(self, message: str) -> ReadError:
        return ReadError(f"In {self._place}: {message}.", path=self._place)
