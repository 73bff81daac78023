"""Regular expressions of text formats, said in the languages of the schemas that we write.

A pattern of a data structure is one of XML Schema, which the whole value matches (SDMX 3.0 common:TextFormatType); many are
written with the habits of other languages. What these have in common is translated; what a schema can't say is left out, so
that no pattern makes it one that nobody can load."""

import re
from typing import Final, Literal

from sdmx_dsm.formats.markup import is_sayable

Language = Literal["xsd", "ecma"]

MAX_STATES: Final = 5_000  # of an automaton that counts by having the counted part so often
MAX_DEPTH: Final = 30
_SPECIAL: Final[dict[Language, str]] = {"xsd": r".\?*+()|[]{}", "ecma": r".\?*+()|[]{}^$/"}
_SPECIAL_IN_CLASS: Final = r"\[]-^"
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t"}
# Classes of XML Schema, which know all scripts, as ECMA says what is in them.
_CLASSES: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
    "s": r" \t\n\r",
    "S": r"!-\u{10ffff}",  # and some control characters, which values can't hold
}
_CATEGORY: Final = re.compile(r"\{(?:L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfno]?)\}")
_COUNT: Final = re.compile(r"\{(\d{1,6})(?:(,)(\d{1,6})?)?\}", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")


class _Unsayable(Exception):
    pass


def translated(pattern: str, language: Language) -> str | None:
    """The pattern for a whole value in one of the languages (ECMA with the flag u); None for what can't be said there."""
    try:
        text = _Translation(pattern, language).whole()
    except _Unsayable:
        return None
    return text if is_sayable(text) else None


def any_of(values: tuple[str, ...]) -> str:
    """The pattern for values in which `%` stands for any characters."""
    return "|".join(".*".join(re.sub(r"[^\w]", r"\\\g<0>", part) for part in value.split("%")) for value in values)


def years_between(first: int, last: int) -> str:
    """The pattern for what begins with a year from `first` to `last`, of four digits."""
    found = []
    while first <= last:
        size = 1
        while first % (size * 10) == 0 and first + size * 10 - 1 <= last:
            size *= 10
        found.append(f"{first // size:0{5 - len(str(size))}}" + "[0-9]" * (len(str(size)) - 1))
        first += size
    return f"({'|'.join(found)}).*" if found else ""


class _Translation:
    """Goes through a pattern once; `_at` is the place of the next character."""

    def __init__(self, pattern: str, language: Language) -> None:
        self._pattern = pattern
        self._language = language
        self._at = 0
        self._states = 0

    def whole(self) -> str:
        text = self._alternatives(0)
        if self._at < len(self._pattern):  # a bracket that nothing opened
            raise _Unsayable
        return text

    def _next(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        if not (found := self._next()):
            raise _Unsayable
        self._at += 1
        return found

    def _took(self, text: str) -> bool:
        if self._pattern.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _matched(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        if found := expression.match(self._pattern, self._at):
            self._at = found.end()
        return found

    def _alternatives(self, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise _Unsayable
        branches = [self._branch(depth)]
        while self._took("|"):
            branches.append(self._branch(depth))
        return "|".join(branches)

    def _branch(self, depth: int) -> str:
        if not depth:
            self._took("^")  # an anchor says nothing where the whole value is matched
        pieces = []
        while (found := self._next()) and found not in "|)":
            if not depth and found == "$" and self._pattern[self._at + 1 : self._at + 2] in ("", "|"):
                self._at += 1
                break
            pieces.append(self._piece(depth))
        return "".join(pieces)

    def _piece(self, depth: int) -> str:
        before = self._states
        atom = self._atom(depth)
        count, most = self._count()
        self._states += (self._states - before + 1) * most
        if self._states > MAX_STATES:
            raise _Unsayable
        return atom + count

    def _count(self) -> tuple[str, int]:
        """How often an atom stands: the text, and the number where there is one."""
        most = 1
        if match := self._matched(_COUNT):
            least, comma, limit = match.groups()
            if limit and int(limit) < int(least):
                raise _Unsayable
            most = int(limit or least)
            found = f"{{{int(least)}{comma or ''}{int(limit) if limit else ''}}}"
        elif self._next() and self._next() in "*+?":
            found = self._take()
        else:
            return "", 1
        self._took("?")  # to take as little as possible makes no difference to whether a value matches
        if (self._next() and self._next() in "*+?") or _COUNT.match(self._pattern, self._at):
            raise _Unsayable
        return found, most

    def _atom(self, depth: int) -> str:
        found = self._take()
        match found:
            case "(":
                if self._took("?") and not self._took(":"):
                    raise _Unsayable  # looks around, is named, or sets a flag
                inside = self._alternatives(depth + 1)
                if self._take() != ")":
                    raise _Unsayable
                return f"({inside})"
            case "[":
                return self._class(depth)
            case ".":
                return "."
            case "\\":
                return self._escape()
            case "*" | "+" | "?" | "^" | "$":
                raise _Unsayable
        return self._literal(found)

    def _literal(self, character: str) -> str:
        return f"\\{character}" if character in _SPECIAL[self._language] else character

    def _escape(self) -> str:
        kind = self._escaped_class()
        if kind is None:
            return self._literal(self._escaped_character())
        return f"[{kind}]" if self._language == "ecma" else kind

    def _escaped_class(self) -> str | None:
        """What stands behind a backslash for many characters, fit for the inside of a class; None for a single one."""
        found = self._next()
        if found and found in "pP":
            self._at += 1
            if not (category := self._matched(_CATEGORY)):
                raise _Unsayable
            return f"\\{found}{category.group()}"
        if found and found in "dDwWsSiIcC":
            self._at += 1
            if self._language == "xsd":
                return f"\\{found}"
            if found not in _CLASSES:
                raise _Unsayable
            return _CLASSES[found]
        return None

    def _escaped_character(self) -> str:
        if match := self._matched(_HEXADECIMAL):
            return chr(int(match.group(1) or match.group(2), 16))
        found = self._take()
        if found in _CONTROLS:
            return _CONTROLS[found]
        if found.isalnum():
            raise _Unsayable
        return found

    def _class(self, depth: int) -> str:
        if depth > MAX_DEPTH:
            raise _Unsayable
        start = "[^" if self._took("^") else "["
        parts: list[str] = []
        while not self._took("]"):
            if parts and self._took("-["):
                if self._language == "ecma":
                    raise _Unsayable
                parts.append(f"-{self._class(depth + 1)}")
                if not self._took("]"):
                    raise _Unsayable
                break
            parts.append(self._range())
        if not parts:
            raise _Unsayable
        return f"{start}{''.join(parts)}]"

    def _range(self) -> str:
        """One character of a class, a range, or a class that stands in it."""
        first = self._class_character()
        if len(first) > 1:
            return first
        following = self._pattern[self._at + 1 : self._at + 2]
        if self._next() != "-" or following in ("]", "[", ""):
            return self._in_class(first)
        self._at += 1
        last = self._class_character()
        if len(last) > 1 or last < first:
            raise _Unsayable
        return f"{self._in_class(first)}-{self._in_class(last)}"

    def _class_character(self) -> str:
        """A single character as it is, or the text of a class."""
        found = self._take()
        if found == "[":
            raise _Unsayable
        if found != "\\":
            return found
        return self._escaped_class() or self._escaped_character()

    def _in_class(self, character: str) -> str:
        return f"\\{character}" if character in _SPECIAL_IN_CLASS else character
