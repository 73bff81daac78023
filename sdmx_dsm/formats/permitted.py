"""What a component may hold, as far as a schema can say it, whichever language the schema is in (XSD or JSON): codes, lengths,
bounds, patterns.

A text format may say what makes no sense ("least" above "most", bounds that are no numbers): that is left out, so that a schema
can always be loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.formats.patterns import any_of, years_between
from sdmx_dsm.model import (
    YEAR_START_ID,
    Enumeration,
    Schema,
    SchemaComponent,
    TextFormat,
    TimeRange,
    moment_of,
    parse_period,
)

Bounds = tuple[Decimal | None, Decimal | None]

_MAX_DIGITS: Final = 30  # of a bound: a schema writes it without exponent

# text type -> the least and greatest number that it has; whole numbers alone where these are given
WHOLE_NUMBERS: Final[dict[str, Bounds]] = {
    "BigInteger": (None, None),
    "Integer": (Decimal(-(2**31)), Decimal(2**31 - 1)),
    "Long": (Decimal(-(2**63)), Decimal(2**63 - 1)),
    "Short": (Decimal(-(2**15)), Decimal(2**15 - 1)),
    "Count": (None, None),
}
DECIMALS: Final = frozenset({"Decimal", "InclusiveValueRange", "ExclusiveValueRange", "Incremental"})
DOUBLES: Final = frozenset({"Float", "Double"})
NUMBERS: Final = DECIMALS | DOUBLES | WHOLE_NUMBERS.keys()
_ZONE: Final = r"(Z|[+\-]\d{2}:\d{2})?"
# text type of time -> what tells its periods from those of other types
PERIODS: Final = {
    "StandardTimePeriod": "[^/]*",
    "BasicTimePeriod": rf"\d{{4}}(-\d{{2}}[^/]*)?{_ZONE}",
    "GregorianTimePeriod": rf"\d{{4}}(-\d{{2}}(-\d{{2}})?)?{_ZONE}",
    "GregorianYear": rf"\d{{4}}{_ZONE}",
    "GregorianYearMonth": rf"\d{{4}}-\d{{2}}{_ZONE}",
    "GregorianDay": rf"\d{{4}}-\d{{2}}-\d{{2}}{_ZONE}",
    "DateTime": ".*T.*:[^/]*",
    "TimeRange": ".*/.*",
    "ReportingTimePeriod": r"\d{4}-[ASTQMWD][^/]*",
    **{
        f"Reporting{name}": rf"\d{{4}}-{sign}[^/]*"
        for name, sign in zip("Year Semester Trimester Quarter Month Week Day".split(), "ASTQMWD", strict=True)
    },
}
TEXTS: Final = frozenset({"String", "Alpha", "AlphaNumeric", "Numeric", "URI", "XHTML", "GeospatialInformation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Permitted:
    """`codes`: those that the constraints leave, in the order of the codelist, None for what has none; `codes_name` is that of
    all of them. `patterns` are those of XML Schema, all of which the whole value matches. `sentinels` are allowed besides."""

    codes: tuple[str, ...] | None = None
    codes_name: str = ""
    patterns: tuple[str, ...] = ()
    min_length: int | None = None
    max_length: int | None = None
    least: Decimal | None = None
    greatest: Decimal | None = None
    is_exclusive: bool = False
    decimals: int | None = None
    sentinels: tuple[str, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """Whether it says more than a text type does."""
        facets = (self.min_length, self.max_length, self.least, self.greatest, self.decimals)
        return bool(self.patterns) or any(facet is not None for facet in facets)


def permitted(schema: Schema, component: SchemaComponent) -> Permitted:
    """What the representation and the constraints of the schema let a component hold."""
    format = component.text_format
    if component.codelist is not None and component.codelist.items and component.role != "time":
        return _coded(schema, component, component.codelist)
    patterns = tuple(_patterns(schema, component))
    if component.role == "time":
        return Permitted(patterns=patterns)
    least, greatest = _bounds(format)
    shortest, longest = _lengths(format)
    return Permitted(
        patterns=patterns,
        min_length=shortest,
        max_length=longest,
        least=least,
        greatest=greatest,
        is_exclusive=format.text_type == "ExclusiveValueRange",
        decimals=format.decimals if format.text_type in DECIMALS and (format.decimals or 0) >= 0 else None,
        sentinels=tuple(sentinel.value for sentinel in format.sentinel_values),
    )


def _coded(schema: Schema, component: SchemaComponent, codelist: Enumeration) -> Permitted:
    """The name is that of the standard, with the component where constraints cut the list."""
    allowed = schema.allowed(component)
    codes = tuple(code.id for code in codelist.items if allowed is None or code.id in allowed)
    reference = codelist.reference
    parts = [reference.artefact_class, reference.agency, reference.id, reference.version]
    if len(codes) < len(codelist.items):
        parts.append(component.id)
    return Permitted(codes=codes, codes_name=".".join(parts))


def may_be_off(schema: Schema, dimension: SchemaComponent) -> bool:
    """Whether observations may lack a dimension (3.1): a dataflow says which it has, and a structure that evolves may have
    dataflows that have others."""
    if schema.dataflow is None:
        return schema.structure.evolving_structure
    kept = schema.dataflow.dimension_constraint
    return bool(kept) and dimension.id not in kept


def _lengths(format: TextFormat) -> tuple[int | None, int | None]:
    if format.text_type not in TEXTS:
        return None, None
    shortest, longest = (
        length if length is not None and length >= 0 else None for length in (format.min_length, format.max_length)
    )
    return (None, None) if shortest is not None and longest is not None and shortest > longest else (shortest, longest)


def _bounds(format: TextFormat) -> Bounds:
    if format.text_type not in NUMBERS:
        return None, None
    lowest, highest = WHOLE_NUMBERS.get(format.text_type, (None, None))
    least, greatest = _number(format.min_value), _number(format.max_value)
    if format.text_type in WHOLE_NUMBERS:
        least = least and least.to_integral_value("ROUND_CEILING")
        greatest = greatest and greatest.to_integral_value("ROUND_FLOOR")
    if least is not None and greatest is not None and least > greatest:
        return None, None
    # What lies beyond the type's own bounds is no value of the type, and can't be said with it.
    is_inside = [
        bound is not None and (lowest is None or bound >= lowest) and (highest is None or bound <= highest)
        for bound in (least, greatest)
    ]
    return (least if is_inside[0] else None), (greatest if is_inside[1] else None)


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return found if found is not None and found.is_finite() and abs(found.adjusted()) < _MAX_DIGITS else None


def _patterns(schema: Schema, component: SchemaComponent) -> Iterator[str]:
    """Of the text format, and of the constraints on a component without codes."""
    format = component.text_format
    if format.pattern:
        yield format.pattern
    if component.role == "time" and format.text_type in PERIODS:
        yield PERIODS[format.text_type]
    for selection, included in schema.selections(component.id):
        if not included:
            continue  # that a value is none of some is beyond a pattern
        lasting, limits = selection.lasting(included=True), selection.time_range
        if lasting:
            yield any_of(lasting.values)
        elif limits and component.role == "time" and not (selection.is_dated or limits.valid_from or limits.valid_to):
            yield from _years(schema, limits)


def _years(schema: Schema, limits: TimeRange) -> Iterator[str]:
    """A range of time as far as a pattern can say it: by the years that periods begin with. A limit that is no period limits
    nothing."""
    try:
        first = moment_of(parse_period(limits.start).start).year if limits.start else 1
        last = moment_of(parse_period(limits.end).end).year if limits.end else 9999
    except PeriodError:
        return
    # The reporting year 2009 may begin on any day of 2009, where one says on which, and so end in 2010.
    shift = 1 if YEAR_START_ID in schema.by_id else 0
    yield years_between(max(first - shift, 1), last)
