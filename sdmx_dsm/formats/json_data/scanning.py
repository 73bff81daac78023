"""The text of a JSON file, a part of it at a time: small values whole, members of large objects in portions.

    source.members()      the keys of an object; the value of each must be taken before the next key is asked for
    source.value()        a value, with all that is in it
    source.portions(...)  the members of an object that may be large, some thousand at a time

A portion ends where a member does. Such a place is found by trial: a bracket, a comma and a quote near the end of the text that
is held may also stand within a text or deeper down, but then what is before is no JSON. Numbers come as integers and, where
an integer would not keep the digits, as texts."""

import codecs
import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import msgspec

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.csv_data.encoding import encoding_of

PORTION: Final = 1 << 20  # characters
TAIL: Final = 1 << 16  # of a portion, in which its end is looked for first
TRIALS: Final = 12
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_MEMBER_ENDS: Final = {closing: re.compile(rf'\{closing}[ \t\r\n]*(,)[ \t\r\n]*"') for closing in "]}"}
_ENDS: Final = {closing: re.compile(rf"\{closing}[ \t\r\n]*(\}})") for closing in "]}"}
_CUT_OFF: Final = 16  # so near the end of the text that is held, what is no JSON may only be not complete
_LONG: Final = 18  # digits of an integer that any program can hold
_IS_JSON: Final = msgspec.json.Decoder(msgspec.Raw)
# What msgspec reads otherwise than it stands there, or not at all: zero with a sign, NUL, halves of surrogate pairs
_SUSPECT: Final = re.compile(r"-0(?![0-9.eE])|\\u0000|\\u[dD][89a-fA-F]")
_NO_CHARACTER: Final = re.compile("[\x00\ud800-\udfff]")


T = TypeVar("T")


class Series(msgspec.Struct):
    """A member of `series`. `keys` counts its own and those of its observations."""

    attributes: list[Any] | None = None
    observations: dict[str, list[Any] | None] | None = None
    annotations: list[Any] | None = None

    @property
    def keys(self) -> int:
        own = (self.attributes is not None) + (self.observations is not None) + (self.annotations is not None)
        return own + len(self.observations or ())


ARRAYS: Final = msgspec.json.Decoder(dict[str, list[Any] | None], float_hook=str)
SERIES: Final = msgspec.json.Decoder(dict[str, Series | None], float_hook=str)


class Source:
    """Reads from `path` on; ends with `close`. `place` is where in the message reading is, for errors."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        head = self._file.read(4)
        encoding = encoding_of(head)
        self._file.seek(encoding.mark)
        self._decoder = codecs.getincrementaldecoder(encoding.codec)()
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder_of_values = json.JSONDecoder(
            object_pairs_hook=self._unique, parse_float=str, parse_int=_integer, parse_constant=self._constant
        )
        self.place = ""

    def close(self) -> None:
        self._file.close()

    def wrong(self, message: str, ru: str) -> ReadError:
        where = self.place or "the message"
        return ReadError(f"In {where}: {message}.", ru=f"{self.place or 'В сообщении'}: {ru}.", path=self.place)

    def _more(self) -> bool:
        """Reads on; False at the end of the file."""
        if self._ended:
            return False
        block = self._file.read(PORTION)
        self._ended = not block
        try:
            self._text = self._text[self._at :] + self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise self.wrong(
                f"the text is not in the encoding it seems to be in ({error})", "кодировка нарушена"
            ) from None
        self._at = 0
        return True

    def _next(self) -> str:
        """The next character that is no blank, which is not taken; "" at the end."""
        while True:
            match = _BLANK.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _take(self, expected: str) -> None:
        if (found := self._next()) != expected:
            raise self._unexpected(found, f"“{expected}”")
        self._at += 1

    def _unexpected(self, found: str, expected: str) -> ReadError:
        shown = f"“{found}”" if found else "the end of the file"
        shown_ru = f"«{found}»" if found else "конец файла"
        return self.wrong(f"{shown} was found where {expected} is expected", f"вместо {expected} найдено: {shown_ru}")

    def end(self) -> None:
        if found := self._next():
            raise self._unexpected(found, "the end of the file")

    def members(self) -> Iterator[str]:
        self._take("{")
        seen: set[str] = set()
        place = self.place
        if self._next() == "}":
            self._at += 1
            return
        while True:
            if (found := self._next()) != '"':
                raise self._unexpected(found, "a key")
            key = self.value()
            if key in seen:
                raise self.wrong(f"“{key}” comes twice", f"«{key}» встречается дважды")
            seen.add(key)
            self._take(":")
            self.place = f"{place}/{key}" if place else key
            yield key
            self.place = place
            if self._next() == "}":
                self._at += 1
                return
            self._take(",")

    def elements(self) -> Iterator[int]:
        """The numbers of the values of an array; each must be taken before the next is asked for."""
        self._take("[")
        place, number = self.place, 0
        while self._next() != "]":
            if number:
                self._take(",")
            self.place = f"{place}[{number}]"
            yield number
            self.place = place
            number += 1
        self._at += 1

    def is_null(self) -> bool:
        """Whether a null stands here; takes it if so."""
        return self._next() == "n" and self.value() is None

    def value(self) -> Any:
        if not (found := self._next()):
            raise self._unexpected(found, "a value")
        while (complete := self._complete()) is None:
            self._double()
        return complete[0]

    def portions(self, closing: str, decoder: msgspec.json.Decoder[dict[str, T]]) -> Iterator[dict[str, T]]:
        """The members of an object, the values of which end in `closing`. Raises ReadError where the decoder finds another type,
        and for a key that comes twice in one portion."""
        for piece in self._pieces(closing):
            yield self._decoded(piece, decoder) if isinstance(piece, str) else self._converted(piece, decoder)

    def skip(self, closing: str) -> None:
        """Passes over the object that `portions` would read."""
        for _ in self._pieces(closing):
            pass

    def _pieces(self, closing: str) -> Iterator[str | dict[str, Any]]:
        """The members of an object as texts, or the last of them as what they are."""
        self._take("{")
        if self._next() == "}":
            self._at += 1
            return
        while True:
            while len(self._text) - self._at < PORTION and self._more():
                pass
            # Nothing but the end of the object is left where the file has ended, nearly always: that is tried first.
            if not self._ended and (cut := self._cut(_MEMBER_ENDS[closing])):
                yield f"{{{self._text[self._at : cut]}}}"
                self._at = cut + 1
                continue
            if end := self._cut(_ENDS[closing]):
                yield f"{{{self._text[self._at : end]}}}"
                self._at = end + 1
                return
            self._text, self._at = "{" + self._text[self._at :], 0
            if complete := self._complete():
                yield complete[0]
                return
            self._at = 1
            self._double()

    def _cut(self, ends: re.Pattern[str]) -> int | None:
        """Where a comma divides members of the object that is being read, or where it ends: what is before is JSON then."""
        for start in {max(self._at, len(self._text) - TAIL): None, self._at: None}:
            found = [match.start(1) for match in ends.finditer(self._text, start)]
            for cut in reversed(found[-TRIALS:]):
                with suppress(msgspec.DecodeError, RecursionError):
                    _IS_JSON.decode(f"{{{self._text[self._at : cut]}}}")
                    return cut
        return None

    def _double(self) -> None:
        held = len(self._text) - self._at
        while len(self._text) - self._at < 2 * held and self._more():
            pass

    def _decoded(self, portion: str, decoder: msgspec.json.Decoder[dict[str, T]]) -> dict[str, T]:
        if ("-0" in portion or "\\u" in portion) and _SUSPECT.search(portion):
            return self._converted(self._raw(portion, 0)[0], decoder)
        try:
            with _uncollected():
                found = decoder.decode(portion)
        except (msgspec.DecodeError, RecursionError):
            return self._converted(self._raw(portion, 0)[0], decoder)
        if portion.count('":') != _keys_in(found):
            self._raw(portion, 0)
        return found

    def _converted(self, value: Any, decoder: msgspec.json.Decoder[dict[str, T]]) -> dict[str, T]:
        try:
            return msgspec.convert(value, decoder.type)
        except msgspec.ValidationError as error:
            members = value.items() if isinstance(value, dict) else ()
            for key, content in members:
                try:
                    msgspec.convert({key: content}, decoder.type)
                except msgspec.ValidationError as first:
                    self.place += f"/{key}"
                    raise self.wrong(f"{first}", f"{first}") from None
            raise self.wrong(f"{error}", f"{error}") from None

    def _complete(self) -> tuple[Any] | None:
        """The value that stands here, taken; None where the text that is held ends within."""
        try:
            value, end = self._raw(self._text, self._at)
        except json.JSONDecodeError as error:
            at_end = error.msg.startswith("Unterminated") or error.pos > len(self._text) - _CUT_OFF
            if self._ended or not at_end:
                raise self._no_json(error) from None
            return None
        if end == len(self._text) and not self._ended:
            return None  # a number may go on
        self._at = end
        return (value,)

    def _no_json(self, error: json.JSONDecodeError) -> ReadError:
        shown = self._text[max(0, error.pos - 20) : error.pos + 20]
        return self.wrong(f"this is not JSON: {error.msg} at “{shown}”", f"это не JSON: {error.msg}, «{shown}»")

    def _raw(self, text: str, at: int) -> tuple[Any, int]:
        """A value and its end, digits kept. Raises ReadError for keys that come twice and what JSON or the standard lacks."""
        try:
            value, end = self._decoder_of_values.raw_decode(text, at)
        except RecursionError:
            message = "objects or arrays stand too deep within each other"
            raise self.wrong(message, "слишком много уровней вложенности") from None
        if "\\u" in text[at:end]:
            self._check_characters(value)
        return value, end

    def _check_characters(self, value: Any) -> None:
        if isinstance(value, str):
            if _NO_CHARACTER.search(value):
                raise self.wrong(
                    f"the text {value[:40]!a} holds the character NUL or half a character",
                    f"в тексте {value[:40]!a} есть знак NUL или половина знака",
                )
        elif isinstance(value, dict):
            for key, each in value.items():
                self._check_characters(key)
                self._check_characters(each)
        elif isinstance(value, list):
            for each in value:
                self._check_characters(each)

    def _unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, value in pairs:
            if key in members:
                raise self.wrong(f"“{key}” comes twice", f"«{key}» встречается дважды")
            members[key] = value
        return members

    def _constant(self, name: str) -> NoReturn:
        raise self.wrong(f"{name} is no number of JSON", f"{name} — не число JSON")


@contextmanager
def _uncollected() -> Iterator[None]:
    """The collector of garbage would go through the lists of a portion again and again while they are made: half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _integer(text: str) -> int | str:
    return text if len(text) > _LONG or text == "-0" else int(text)


def _keys_in(found: dict[str, Any]) -> int:
    """How many keys there are, with those of the observations of series; texts by language are not counted."""
    return len(found) + sum(each.keys for each in found.values() if isinstance(each, Series))
