"""The request target, split on the raw path and the raw query string before anything is decoded, and what both versions of the
API read from it.

A literal plus is a plus, in the path and in the query; the signs of the grammar (`, + * ~ : .`) may come percent-encoded."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, Literal, TypeVar, get_args
from urllib.parse import unquote

from sdmx_dsm.errors import PeriodError, QuerySyntaxError, Unsupported
from sdmx_dsm.model import ComponentFilter, Context, DataQuery, parse_filter, parse_period
from sdmx_dsm.model.queries import StructureDetail
from sdmx_dsm.model.urns import AGENCY, ID
from sdmx_dsm.service.related import AVAILABILITY_TYPES

Family = Literal["v1", "v2"]
# Where the API is served; below /ws are the paths of the Fusion Metadata Registry, which pysdmx's clients call.
ROOTS: Final[Mapping[str, Family]] = {
    "/sdmx/v2": "v2",
    "/sdmx/v1": "v1",
    "/ws/public/sdmx/v2": "v2",
    "/ws/public/sdmxapi/rest": "v1",
    "/ws/secure/sdmx/v2": "v2",
    "/ws/secure/sdmxapi/rest": "v1",
}
Mode = Literal["exact", "available"]
Value = TypeVar("Value")
Word = TypeVar("Word", bound=str)
Default = TypeVar("Default")

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_AGENCY: Final = re.compile(rf"{AGENCY}|\*")
_ID: Final = re.compile(rf"{ID}|\*")
_ITEM: Final = re.compile(rf"{ID}(\.{ID})*|\*")
# Signs of the grammar that clients escape although they need not.
_SIGNS: Final = re.compile("%(2C|2B|2A|7E|3A|2E)", re.IGNORECASE)
_FILTER: Final = re.compile(r"c\[(.+)\]")


@dataclass(frozen=True)
class Target:
    """`segments` of the path below the API's root and the values of `parameters` are still percent-encoded, but for the signs
    of the grammar in segments; names of parameters are decoded."""

    segments: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...] = ()

    def segment(self, place: int) -> str:
        """ "" where it is left out: the default."""
        return self.segments[place] if place < len(self.segments) else ""

    def at_most(self, count: int) -> None:
        """Raises QuerySyntaxError when there are more segments than the resource has."""
        if len(self.segments) > count:
            raise QuerySyntaxError(
                f"The path has {len(self.segments)} segments: “/{self.segments[0]}” takes {count - 1} at most behind it."
            )

    @cached_property
    def values(self) -> dict[str, str]:
        """Decoded parameters that may come once. Raises QuerySyntaxError where one of ours comes twice."""
        values: dict[str, str] = {}
        for name, value in self.parameters:
            if name in values and name in KNOWN_PARAMETERS:
                raise QuerySyntaxError(f"The parameter {name} is given more than once.")
            values[name] = unquote(value)
        return values

    def value(self, name: str) -> str | None:
        """None where it is not given, or empty."""
        return self.values.get(name) or None


KNOWN_PARAMETERS: Final = frozenset(
    """updatedAfter updatedBefore asOf firstNObservations lastNObservations dimensionAtObservation attributes measures
    includeHistory offset limit sort reportingYearStartDay detail references mode startPeriod endPeriod format
    formatVersion lang compression explicitMeasure deletion""".split()
)


def root_of(path: str) -> str | None:
    """The root of the API that a decoded path is below, None outside the API."""
    return next((root for root in ROOTS if path == root or path.startswith(f"{root}/")), None)


def split_target(raw_path: bytes, query_string: bytes, root: str) -> Target:
    """The target below `root` (`/sdmx/v2`). Slashes at the end say nothing. Raises QuerySyntaxError for control characters."""
    path = raw_path.decode("latin-1").removeprefix(root).strip("/")
    query = query_string.decode("latin-1")
    if _CONTROL.search(unquote(path)) or _CONTROL.search(unquote(query)):
        raise QuerySyntaxError("The address holds control characters.")
    pairs = (part.partition("=") for part in query.split("&") if part)
    return Target(
        tuple(map(plain_signs, path.split("/"))) if path else (),
        tuple((unquote(name), value) for name, _, value in pairs),
    )


def plain_signs(segment: str) -> str:
    """A segment with the signs of the grammar as they are, all else still percent-encoded."""
    return _SIGNS.sub(lambda sign: unquote(sign.group()), segment)


# --- segments ---------------------------------------------------------------------------------------------------------


def names(segment: str, what: str, separator: str = ",") -> tuple[str, ...]:
    """A list of agencies, ids or items, `*` where the segment is empty. Raises QuerySyntaxError."""
    pattern = {"agency": _AGENCY, "id": _ID, "item": _ITEM}[what]
    values = tuple(unquote(value) for value in segment.split(separator)) if segment else ("*",)
    for value in values:
        if not pattern.fullmatch(value):
            raise QuerySyntaxError(f"“{value}” can't be an SDMX {what}.")
    return values


def name(segment: str, what: str) -> str:
    """One name, neither a list nor `*`. Raises QuerySyntaxError."""
    values = names(segment, what)
    if len(values) > 1 or values == ("*",):
        raise QuerySyntaxError(f"Exactly one {what} is expected here, not “{segment or '*'}”.")
    return values[0]


def choice(text: str, allowed: Collection[Word], what: str) -> Word:
    """`text` as the one of `allowed` that it is. Raises QuerySyntaxError."""
    for word in allowed:
        if word == text:
            return word
    raise QuerySyntaxError(f"“{text}” is no {what}; expected one of {', '.join(allowed)}.")


# --- parameters -------------------------------------------------------------------------------------------------------


def parameter(target: Target, name: str, convert: Callable[[str, str], Value], default: Default) -> Value | Default:
    """A parameter converted, `default` where it is not given."""
    text = target.value(name)
    return default if text is None else convert(text, name)


def count_from(least: int) -> Callable[[str, str], int]:
    def convert(text: str, name: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) >= least):
            raise QuerySyntaxError(f"{name} is “{text}”; expected a whole number from {least} on.")
        return int(text)

    return convert


def moment(text: str, name: str) -> datetime:
    """A date or dateTime; without a zone it is UTC, as the standard does not say."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # no time, or one that in UTC is outside of the years 1 to 9999
        raise QuerySyntaxError(f"{name} is “{text}”; expected a time like 2024-05-01T00:00:00Z.") from None


def flag(text: str, name: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise QuerySyntaxError(f"{name} is “{text}”; expected true or false.")
    return text.lower() == "true"


def words(text: str, name: str) -> tuple[str, ...]:
    found = tuple(word.strip() for word in text.split(","))
    if not all(found):
        raise QuerySyntaxError(f"{name} is “{text}”; expected words with commas between.")
    return found


def year_start(text: str, name: str) -> str:
    """`--MM-DD`."""
    try:
        parse_period("2000-A1", text)
    except (PeriodError, ValueError):
        raise QuerySyntaxError(f"{name} is “{text}”; expected a day of the year, like --07-01.") from None
    return text


def identifier(text: str, name: str) -> str:
    if not _ID.fullmatch(text):
        raise QuerySyntaxError(f"{name} is “{text}”, which can't be the id of a component.")
    return text


def component_filters(target: Target) -> tuple[ComponentFilter, ...]:
    """`c[FREQ]=A,M`, brackets in any encoding, and the form `c=FREQ:A,M` that sdmx1 sends. Raises QuerySyntaxError."""
    found: dict[str, ComponentFilter] = {}
    for key, value in target.parameters:
        if match := _FILTER.fullmatch(key):
            component, text = match.group(1), value
        elif key == "c":
            component, _, text = unquote(value).partition(":")
        elif key.startswith("c["):
            raise QuerySyntaxError(f"“{key}” is no filter; expected c[COMPONENT]=values.")
        else:
            continue
        if component in found:
            raise QuerySyntaxError(f"The component {component} is filtered twice: c may name it once.")
        found[component] = parse_filter(component, text)
    return tuple(found.values())


def observation_parameters(target: Target) -> dict[str, Any]:
    """What the data queries of both versions share, by the names of `DataQuery`."""
    return {
        "first_n": parameter(target, "firstNObservations", count_from(1), None),
        "last_n": parameter(target, "lastNObservations", count_from(1), None),
        "updated_after": parameter(target, "updatedAfter", moment, None),
        "include_history": parameter(target, "includeHistory", flag, False),
        "dimension_at_observation": parameter(target, "dimensionAtObservation", identifier, None),
    }


# --- what the two versions ask for besides data and structures -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityQuery:
    """`data` selects; `components` are the dimensions to show, none for all; `references` keywords of REST 2.2."""

    data: DataQuery
    components: tuple[str, ...] = ()
    mode: Mode = "exact"
    references: tuple[str, ...] = ("none",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaQuery:
    """One artefact. `context` is the name of its type in the path; `explicit_measures` is of REST 1.x, `deletion` of 2.2."""

    context: Context
    agency: str
    id: str
    version: str
    dimension_at_observation: str | None = None
    explicit_measures: bool = False
    deletion: bool = False
    as_of: datetime | None = None


CONTEXTS: Final[tuple[Context, ...]] = get_args(Context)
_MODES: Final[tuple[Mode, ...]] = get_args(Mode)
_DETAILS: Final[tuple[StructureDetail, ...]] = get_args(StructureDetail)
_AVAILABILITY_REFERENCES: Final = ("none", "all", *AVAILABILITY_TYPES)
_METADATA_CONTEXTS: Final = ("metadatastructure", "metadataflow", "metadataprovisionagreement")


def availability_query_of(target: Target, data: DataQuery, components: tuple[str, ...]) -> AvailabilityQuery:
    """With the parameters that both versions have. `components`: `*` among them stands for all."""
    references = parameter(target, "references", words, ("none",))
    for keyword in references:
        choice(keyword, _AVAILABILITY_REFERENCES, "reference of an availability query")
    return AvailabilityQuery(
        data=data,
        components=() if "*" in components else components,
        mode=choice(target.value("mode") or "exact", _MODES, "mode"),
        references=references,
    )


def structure_parameters(target: Target) -> dict[str, Any]:
    """What the structure queries of both versions share, by the names of `StructureQuery`."""
    return {
        "detail": choice(target.value("detail") or "full", _DETAILS, "detail"),
        "references": parameter(target, "references", words, ("none",)),
    }


def schema_query_of(target: Target, versions: Callable[[str], tuple[str, ...]]) -> SchemaQuery:
    """`/schema/{context}/{agency}/{id}/{version}`. Raises Unsupported for a context of reference metadata."""
    target.at_most(5)
    context = target.segment(1)
    if context in _METADATA_CONTEXTS:
        raise Unsupported(f"Schemas of a {context} are not offered yet.")
    version, *more = versions(target.segment(4))
    if more:
        raise QuerySyntaxError("A schema is that of one version, not of a list.")
    return SchemaQuery(
        context=choice(context, CONTEXTS, "context of a schema"),
        agency=name(target.segment(2), "agency"),
        id=name(target.segment(3), "id"),
        version=version,
        dimension_at_observation=parameter(target, "dimensionAtObservation", identifier, None),
        explicit_measures=parameter(target, "explicitMeasure", flag, False),
        deletion=parameter(target, "deletion", flag, False),
        as_of=parameter(target, "asOf", moment, None),
    )
