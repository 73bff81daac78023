"""Queries as values: what a data or structure request asks, whichever version of the REST API it was written in.

Keys and filters of both grammars compile to the same thing (SDMX REST 2.2 and 1.5, data queries)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import unquote

from sdmx_dsm.errors import QuerySyntaxError

# Instead of a dimension at the observation: flat data.
ALL_DIMENSIONS: Final = "AllDimensions"
# The levels at which data are described and asked for.
Context = Literal["datastructure", "dataflow", "provisionagreement"]
Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "co", "nc", "sw", "ew"]
OPERATORS: tuple[Operator, ...] = ("eq", "ne", "lt", "le", "gt", "ge", "co", "nc", "sw", "ew")

# One key: a tuple of alternatives for each position; an empty tuple of alternatives is a wildcard, positions left off too.
SeriesKeyFilter = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Condition:
    operator: Operator
    value: str


@dataclass(frozen=True, slots=True)
class ComponentFilter:
    """`any_of` holds alternatives (OR), each of them conditions that must all hold (AND)."""

    component: str
    any_of: tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class SortTerm:
    """`component` is an id, `*` for all dimensions, or `series_key` for those that are not at the observation."""

    component: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuery:
    """`keys`: alternatives; none means everything. `attributes` and `measures` as in REST 2.2. Numbers are counts of
    observations. `agencies`, `ids`, `versions` are lists of the path, `*` for all; versions are expressions of `versions`.
    `year_start`: the day (`--MM-DD`) on which the reporting years of its periods begin; None for that of the data.
    `is_flat`: the answer is a table of observations, whatever dimension is at them."""

    context: Context | Literal["*"] = "dataflow"
    agencies: tuple[str, ...] = ("*",)
    ids: tuple[str, ...] = ("*",)
    versions: tuple[str, ...] = ("*",)
    keys: tuple[SeriesKeyFilter, ...] = ()
    filters: tuple[ComponentFilter, ...] = ()
    providers: tuple[tuple[str, str], ...] = ()  # agency ("*" for any) and id of data providers: v1 alone
    first_n: int | None = None
    last_n: int | None = None
    updated_after: datetime | None = None
    as_of: datetime | None = None
    include_history: bool = False
    dimension_at_observation: str | None = None  # None: time
    attributes: tuple[str, ...] = ("dsd",)
    measures: tuple[str, ...] = ("all",)
    sort: tuple[SortTerm, ...] = ()
    is_flat: bool = False
    offset: int = 0
    limit: int | None = None
    year_start: str | None = None


StructureDetail = Literal[
    "full", "raw", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureQuery:
    """`artefact_types` are resource names of the path (`codelist`), `*` for all; `items` dotted paths, none for all;
    `references` keywords of REST 2.2 or resource names."""

    artefact_types: tuple[str, ...] = ("*",)
    agencies: tuple[str, ...] = ("*",)
    ids: tuple[str, ...] = ("*",)
    versions: tuple[str, ...] = ("~",)
    items: tuple[str, ...] = ()
    detail: StructureDetail = "full"
    references: tuple[str, ...] = ("none",)
    as_of: datetime | None = None


MetadataBy = Literal["metadataset", "metadataflow", "structure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataQuery:
    """Sets of reference metadata: themselves, those under metadataflows, or those about structures. `agencies`, `ids` and
    `versions` are of what `by` says; `artefact_type` is the resource name of structures; `providers` are `AGENCY.ID` or `ID`,
    `*` for all."""

    by: MetadataBy
    artefact_type: str = "*"
    agencies: tuple[str, ...] = ("*",)
    ids: tuple[str, ...] = ("*",)
    versions: tuple[str, ...] = ("~",)
    providers: tuple[str, ...] = ("*",)
    detail: Literal["full", "allstubs"] = "full"
    as_of: datetime | None = None


def parse_key_v2(segment: str) -> tuple[SeriesKeyFilter, ...]:
    """The key segment of REST 2.x, still percent-encoded: `A.PT.*`, several with commas. `*`, `all` or "": everything."""
    if segment in ("", "*", "all"):
        return ()
    return tuple(
        tuple(() if position in ("", "*") else (unquote(position),) for position in key.split("."))
        for key in segment.split(",")
    )


def parse_key_v1(segment: str) -> tuple[SeriesKeyFilter, ...]:
    """The key segment of REST 1.x, still percent-encoded: `A.PT+ES..`, an empty position is a wildcard."""
    if segment in ("", "all"):
        return ()
    plain = segment.replace("%2B", "+").replace("%2b", "+")
    return (
        tuple(
            () if position in ("", "*") else tuple(unquote(value) for value in position.split("+"))
            for position in plain.split(".")
        ),
    )


def parse_sort(text: str) -> tuple[SortTerm, ...]:
    """The value of `sort`, decoded but for its plus signs: `REF_AREA:desc+TIME_PERIOD`. Raises QuerySyntaxError."""
    plain = text.replace(" ", "+")
    terms = []
    for term in plain.split("+"):
        component, colon, direction = term.partition(":")
        if not component or (colon and direction not in ("asc", "desc")):
            raise QuerySyntaxError(
                f"sort is “{plain}”; expected components with + between, each with :asc or :desc if wanted, like "
                "REF_AREA+TIME_PERIOD:desc; * stands for all dimensions, series_key for those of the series."
            )
        terms.append(SortTerm(component, direction == "desc"))
    return tuple(terms)


def parse_filter(component: str, text: str) -> ComponentFilter:
    """The value of `c[component]`, still percent-encoded as it came in the query string: `ge:2020+le:2022,2024`.

    Real clients encode `:`, `+` and `,` too (and send a space for `+`): these are operators as well, as no code, number or
    period holds one. Raises QuerySyntaxError."""
    plain = unquote(text).replace(" ", "+")
    if not plain:
        raise QuerySyntaxError(f"The filter c[{component}] is empty: expected values like A,B or ge:2020.")

    def condition(term: str) -> Condition:
        head, colon, rest = term.partition(":")
        if colon and head in OPERATORS:
            return Condition(head, rest)
        return Condition("eq", term)

    alternatives = tuple(
        tuple(condition(term) for term in alternative.split("+") if term) for alternative in plain.split(",")
    )
    if not all(alternatives):
        raise QuerySyntaxError(f"The filter c[{component}]={text} has an empty alternative.")
    return ComponentFilter(component, alternatives)
