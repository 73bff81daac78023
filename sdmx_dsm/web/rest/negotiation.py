"""Which format answers: the Accept header and the parameters that override it, against the formats that are built
(SDMX REST 2.2 and 1.5, content negotiation).

    choose(formats, kind, family, accept, target, policy) -> Choice

`formats` are rows of the format table that can be written; nothing here knows which ones there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote

from sdmx_dsm.errors import NotAcceptable, QuerySyntaxError, Unsupported, VersionError
from sdmx_dsm.formats import Format
from sdmx_dsm.model import is_wildcard, parse_version, parse_version_expression
from sdmx_dsm.model.versions import Version
from sdmx_dsm.web.codings import Coding, accepted_coding, named_coding
from sdmx_dsm.web.rest.targets import Family, Target

Kind = Literal["data", "structure", "metadata", "schema", "registry"]
VND: Final = "application/vnd.sdmx."
_SHOWN_CHARACTERS: Final = 500  # of what a caller asked for, in the message that refuses it


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One element of Accept. `parameters` without `q`, names in lower case."""

    type: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    quality: float = 1.0

    @property
    def version(self) -> str:
        return self.parameters.get("version", "")

    @property
    def specificity(self) -> int:
        """How much it says: nothing, a main type, a syntax, an SDMX type, one of its versions."""
        if self.type.endswith("/*"):
            return 0 if self.type == "*/*" else 1
        return 2 if self.type in SYNTAXES else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`content_type` as it is answered. `options`: parameters of SDMX-CSV (`labels`, `keys`, `time_format`) and of tables
    (`rows`, `columns`) that were asked for. `file`: whether the answer is to be saved under a name."""

    format: Format
    content_type: str
    options: Mapping[str, object] = field(default_factory=dict)
    file: bool = False


# unspecific media type -> the syntax it asks for
SYNTAXES: Final[Mapping[str, str]] = {
    "application/xml": "xml",
    "text/xml": "xml",
    "application/json": "json",
    "text/json": "json",
    "text/csv": "csv",
    "application/csv": "csv",
}
# What is given for no wish, or for one that says XML alone: under the policy `clients`, and in REST 1.5 always.
_PREFERRED: Final[Mapping[tuple[Family, Kind], tuple[str, str]]] = {
    ("v2", "data"): (f"{VND}data+xml", "3.0.0"),
    ("v2", "structure"): (f"{VND}structure+xml", "3.0.0"),
    ("v2", "metadata"): (f"{VND}metadata+xml", "3.0.0"),
    ("v2", "schema"): (f"{VND}schema+xml", "3.0.0"),
    ("v2", "registry"): (f"{VND}registry+xml", "3.0.0"),
    ("v1", "registry"): (f"{VND}registry+xml", "2.1"),
    ("v1", "data"): (f"{VND}genericdata+xml", "2.1"),
    ("v1", "structure"): (f"{VND}structure+xml", "2.1"),
    ("v1", "schema"): (f"{VND}schema+xml", "2.1"),
}
# The major version of each syntax that belongs to a family: its newest is preferred.
_MAJOR: Final[Mapping[tuple[Family, str], int]] = {
    ("v1", "xml"): 2, ("v1", "json"): 1, ("v1", "csv"): 1, ("v2", "xml"): 3, ("v2", "json"): 2, ("v2", "csv"): 2,
}  # fmt: skip
# Types of the standard, which may not be built yet: asking for one is answered by 501, not by 406.
_STANDARD: Final[Mapping[Kind, frozenset[str]]] = {
    "data": frozenset(
        f"{VND}{name}"
        for name in """data+json data+xml data+csv genericdata+xml structurespecificdata+xml generictimeseriesdata+xml
        structurespecifictimeseriesdata+xml""".split()
    ),
    "structure": frozenset((f"{VND}structure+json", f"{VND}structure+xml")),
    "metadata": frozenset(
        f"{VND}{name}"
        for name in "metadata+json metadata+xml metadata+csv genericmetadata+xml structurespecificmetadata+xml".split()
    ),
    "registry": frozenset((f"{VND}registry+xml",)),
    "schema": frozenset((f"{VND}schema+json", f"{VND}schema+xml", f"{VND}structure+json", f"{VND}structure+xml")),
}
# Other names of a type.
_ALIASES: Final[Mapping[str, str]] = {
    f"{VND}generic+xml": f"{VND}genericdata+xml",
    f"{VND}draft-sdmx-json": f"{VND}data+json",
}
# format= as the standard and as services name it -> type (a syntax, or one of SDMX), version, parameters
_NAMED: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "genericdata": (f"{VND}genericdata+xml", "", {}),
    "structurespecificdata": (f"{VND}structurespecificdata+xml", "", {}),
    "generictimeseriesdata": (f"{VND}generictimeseriesdata+xml", "", {}),
    "structurespecifictimeseriesdata": (f"{VND}structurespecifictimeseriesdata+xml", "", {}),
    "genericmetadata": (f"{VND}genericmetadata+xml", "", {}),
    "structurespecificmetadata": (f"{VND}structurespecificmetadata+xml", "", {}),
    "structure": (f"{VND}structure+xml", "", {}),
    "schema": (f"{VND}schema+xml", "", {}),
    "xml": ("application/xml", "", {}),
    "json": ("application/json", "", {}),
    "csv": ("text/csv", "", {}),
    "jsondata": ("application/json", "", {}),
    "jsonstructure": ("application/json", "", {}),
    "csvdata": ("text/csv", "", {}),
    "csvfile": ("text/csv", "", {"file": "true"}),
    "csvfilewithlabels": ("text/csv", "", {"file": "true", "labels": "both"}),
    "sdmx-csv": ("text/csv", "", {}),
    "sdmx-json": ("application/json", "", {}),
    "sdmx_2.1_structured": (f"{VND}structurespecificdata+xml", "2.1", {}),
    "sdmx_2.1_generic": (f"{VND}genericdata+xml", "2.1", {}),
    "sdmx_3.0_structured": (f"{VND}data+xml", "3.0", {}),
}
# CSV parameter as sent -> name in WriteOptions, values
_CSV: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "labels": ("labels", ("id", "name", "both")),
    "label": ("labels", ("id", "name", "both")),
    "keys": ("keys", ("none", "obs", "series", "both")),
    "key": ("keys", ("none", "obs", "series", "both")),
    "timeformat": ("time_format", ("original", "normalized")),
}


def parse_accept(header: str) -> list[MediaRange]:
    """Elements of an Accept header in its order; what is no media range is left out, unless that leaves nothing."""
    ranges: list[MediaRange] = []
    for element in header.split(","):
        type, *rest = (part.strip() for part in element.split(";"))
        parameters = {
            name.strip().lower(): value.strip().strip('"')
            for name, equals, value in (part.partition("=") for part in rest)
            if equals
        }
        quality = _quality(parameters.pop("q", "1"))
        if type.count("/") == 1:
            ranges.append(MediaRange(_ALIASES.get(type.lower(), type.lower()), parameters, quality))
    return ranges


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 1.0


def choose(
    formats: Iterable[Format],
    kind: Kind,
    family: Family,
    accept: str | None,
    target: Target,
    policy: str,
    *,
    also: Sequence[Kind] = (),
) -> Choice:
    """The format of an answer of `kind` (`also` kinds that may stand for it). `policy`: `clients` or `specification`.

    Raises NotAcceptable; Unsupported for a format of the standard that is not built; QuerySyntaxError for a wrong parameter."""
    offered = [format for format in formats if format.kind == kind or format.kind in also]
    if named := next((format for format in offered if format.name == (target.value("format") or "").lower()), None):
        return _choice(named, MediaRange(named.media_type), target)
    ranges = _asked(target, offered) or parse_accept(accept if accept and accept.strip() else "*/*")
    refused = [range for range in ranges if not range.quality]
    offered = [format for format in offered if not any(_matches(range, format, offered) for range in refused)]
    wanted = sorted(
        (range for range in ranges if range.quality), key=lambda range: (-range.quality, -range.specificity)
    )
    default = _Default(offered, kind, family, xml_first=policy != "specification" or family == "v1")
    for range in wanted:
        found = (
            default.of(range) if range.specificity < 3 else _newest(f for f in offered if _matches(range, f, offered))
        )
        if found:
            return _choice(found, range, target)
    shown = (target.value("format") or accept or "")[:_SHOWN_CHARACTERS]
    if any(range.type in _STANDARD[kind] for range in wanted):
        raise Unsupported(f"“{shown}” is not offered yet; there are {_listed(offered)}.")
    raise NotAcceptable(f"“{shown}” is not offered; there are {_listed(offered)}.")


def _listed(formats: Iterable[Format]) -> str:
    return ", ".join(format.content_type for format in formats) or "none"


def _asked(target: Target, offered: Iterable[Format]) -> list[MediaRange]:
    """What `format=` and `formatVersion=` ask for; nothing when there is no `format`."""
    name = target.value("format")
    if name is None:
        return []
    if "/" in name:
        return parse_accept(name)
    if name.lower() not in _NAMED:
        names = dict.fromkeys((*(format.name for format in offered), *_NAMED))
        raise QuerySyntaxError(f"“{name}” is no format; expected one of {', '.join(names)}.")
    type, version, parameters = _NAMED[name.lower()]
    version = target.value("formatVersion") or version
    if type == f"{VND}structurespecificdata+xml" and version.startswith("3"):
        type = f"{VND}data+xml"
    return [MediaRange(type, {"version": version, **parameters} if version else parameters)]


@dataclass(frozen=True, slots=True)
class _Default:
    """The answers to unspecific wishes. `xml_first`: whether SDMX-ML of a fixed version is preferred (`_PREFERRED`)."""

    offered: list[Format]
    kind: Kind
    family: Family
    xml_first: bool

    def of(self, range: MediaRange) -> Format | None:
        match range.type:
            case "*/*" | "application/*":
                order = ("xml", "json") if self.xml_first else ("json", "xml")
                return next((found for syntax in order if (found := self.newest(syntax, range))), None)
            case "text/*":
                return self.newest("csv", range)
            case type if type in SYNTAXES:
                return self.newest(SYNTAXES[type], range)
            case _:
                return None

    def newest(self, syntax: str, range: MediaRange) -> Format | None:
        """The preferred format of a syntax, else the newest of the family, else the newest; of the kind asked for where there
        is one."""
        fitting = [f for f in self.offered if syntax_of(f) == syntax and _fits(range.version, f, self.offered)]
        candidates = [format for format in fitting if format.kind == self.kind] or fitting
        if syntax == "xml" and self.xml_first:
            preferred = _PREFERRED[self.family, self.kind]
            if found := next((f for f in candidates if (f.media_type, f.version) == preferred), None):
                return found
        major = _MAJOR.get((self.family, syntax))
        return _newest(f for f in candidates if _version(f).numbers[0] == major) or _newest(candidates)


def syntax_of(format: Format) -> str:
    return format.media_type.rpartition("+")[2]


def _version(format: Format) -> Version:
    """With three parts, so that 2.1 and 2.1.0 are one; a format without versions is 0.0.0."""
    return _padded(parse_version(format.version or "0"))


def _padded(version: Version) -> Version:
    return Version((*version.numbers, 0, 0)[:3])


def _newest(formats: Iterable[Format]) -> Format | None:
    return max(formats, key=lambda format: _version(format).sort_key, default=None)


def _matches(range: MediaRange, format: Format, offered: Sequence[Format]) -> bool:
    if range.type == "*/*":
        return True
    if range.specificity == 2:
        return syntax_of(format) == SYNTAXES[range.type] and _fits(range.version, format, offered)
    return range.type == format.media_type and _fits(range.version, format, offered)


def _fits(asked: str, format: Format, offered: Sequence[Format]) -> bool:
    """Whether a format has the version asked: any for none, the same up to missing parts and drafts (`2.0`, `1.0.0-wd`), or
    the one that a version expression selects among the formats of its type."""
    if not asked:
        return True
    try:
        if is_wildcard(asked):
            rivals = [_version(rival) for rival in offered if rival.media_type == format.media_type]
            return _version(format) in parse_version_expression(asked)(rivals)
        return _padded(parse_version(asked)) == _version(format)
    except VersionError:
        return False


def _choice(format: Format, range: MediaRange, target: Target) -> Choice:
    # A version that was asked for as such is answered in the same words: some clients compare texts.
    exact = range.specificity == 3 and range.version and not is_wildcard(range.version)
    content_type = f"{format.media_type};version={range.version}" if exact else format.content_type
    given = {**range.parameters, **{name.lower(): value for name, value in target.values.items()}}
    return Choice(
        format=format,
        content_type=content_type,
        options=_options(format, given),
        file=given.get("file", "").lower() == "true" or format.binary,
    )


def _options(format: Format, given: Mapping[str, str]) -> dict[str, object]:
    if format.name == "xlsx-table":
        return {name: tuple(given[name].split(",")) for name in ("rows", "columns") if given.get(name)}
    options: dict[str, object] = {}
    for sent, (name, values) in _CSV.items() if syntax_of(format) == "csv" else ():
        if sent in given:
            value = given[sent].lower()
            if value not in values:
                raise QuerySyntaxError(f"{sent} is “{given[sent]}”; expected one of {', '.join(values)}.")
            options[name] = value
    return options


# --- language and compression ---------------------------------------------------------------------------------------------


def choose_languages(header: str | None, target: Target, known: Sequence[str]) -> tuple[str, ...]:
    """Wanted languages that the hub has, best first; `*` alone for all of them. `lang=` wins over Accept-Language.

    Raises NotAcceptable for a `lang=` that the hub does not have; a header that names none of ours gives all."""
    asked = target.value("lang")
    if asked in ("all", "*"):
        return ("*",)
    weights = _weights(asked or header or "*")
    weighted = sorted((tag for tag in weights if weights[tag]), key=lambda tag: -weights[tag])
    found = tuple(dict.fromkeys(tag for wanted in weighted for tag in known if tag == wanted.partition("-")[0].lower()))
    if asked and not found:
        raise NotAcceptable(f"There are no texts in “{asked}”; there are {', '.join(known)}.")
    return found or ("*",)


def choose_coding(header: str | None, target: Target) -> Coding:
    """How the answer is packed. `compression=` (and `compressed=true`, gzip) win over Accept-Encoding. Raises NotAcceptable."""
    asked = target.value("compression")
    if asked is not None:
        return named_coding(asked)
    if (compressed := target.value("compressed")) is not None:
        return "gzip" if compressed.lower() == "true" else ""
    return accepted_coding(_weights(header or ""))


def _weights(header: str) -> dict[str, float]:
    """Elements of Accept-Language or Accept-Encoding, in lower case, and their weights."""
    weights: dict[str, float] = {}
    for element in header.split(","):
        value, _, rest = element.partition(";")
        name, _, quality = rest.strip().partition("=")
        if value.strip():
            weights[value.strip().lower()] = _quality(quality) if name.strip().lower() == "q" else 1.0
    return weights


def error_syntax(
    family: Family, accept: str | None, target: Target | None, policy: str
) -> tuple[Literal["xml", "json"], str]:
    """Syntax and SDMX-ML version (`2.1` or `3.0`) of an error: those asked for, as far as they can be told."""
    named = next((unquote(value) for name, value in target.parameters if name == "format"), "") if target else ""
    ranges = sorted(parse_accept(accept or ""), key=lambda range: -range.quality)
    for text, version in [(named.lower(), ""), *((range.type, range.version) for range in ranges)]:
        if "json" in text:
            return "json", "3.0"
        if "xml" in text or named:
            return "xml", "2.1" if family == "v1" or version.startswith("2.1") else "3.0"
    if family == "v2" and policy == "specification":
        return "json", "3.0"
    return "xml", "2.1" if family == "v1" else "3.0"
