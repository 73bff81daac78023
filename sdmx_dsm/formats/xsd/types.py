"""Text types and their facets as simple types of XML Schema."""

from collections.abc import Iterator
from typing import Final

from sdmx_dsm.formats.markup import quote
from sdmx_dsm.model import TextFormat

# text type -> simple type of XML. What is not here is text.
TYPES: Final = {
    "Alpha": "common:AlphaType",
    "AlphaNumeric": "common:AlphaNumericType",
    "Numeric": "common:NumericType",
    "BigInteger": "xs:integer",
    "Integer": "xs:int",
    "Long": "xs:long",
    "Short": "xs:short",
    "Decimal": "xs:decimal",
    "Float": "xs:float",
    "Double": "xs:double",
    "Boolean": "xs:boolean",
    "URI": "xs:anyURI",
    "Count": "xs:integer",
    "InclusiveValueRange": "xs:decimal",
    "ExclusiveValueRange": "xs:decimal",
    "Incremental": "xs:decimal",
    "ObservationalTimePeriod": "common:ObservationalTimePeriodType",
    "StandardTimePeriod": "common:StandardTimePeriodType",
    "BasicTimePeriod": "common:BasicTimePeriodType",
    "GregorianTimePeriod": "common:GregorianTimePeriodType",
    "GregorianYear": "xs:gYear",
    "GregorianYearMonth": "xs:gYearMonth",
    "GregorianDay": "xs:date",
    "ReportingTimePeriod": "common:ReportingTimePeriodType",
    "ReportingYear": "common:ReportingYearType",
    "ReportingSemester": "common:ReportingSemesterType",
    "ReportingTrimester": "common:ReportingTrimesterType",
    "ReportingQuarter": "common:ReportingQuarterType",
    "ReportingMonth": "common:ReportingMonthType",
    "ReportingWeek": "common:ReportingWeekType",
    "ReportingDay": "common:ReportingDayType",
    "DateTime": "xs:dateTime",
    "TimeRange": "common:TimeRangeType",
    "Month": "xs:gMonth",
    "MonthDay": "xs:gMonthDay",
    "Day": "xs:gDay",
    "Time": "xs:time",
    "Duration": "xs:duration",
}
TEXTUAL: Final = frozenset(
    {"xs:string", "xs:anyURI", *(f"common:{name}Type" for name in ("Alpha", "AlphaNumeric", "Numeric"))}
)
NUMERIC: Final = frozenset(f"xs:{name}" for name in ("integer", "int", "long", "short", "decimal", "float", "double"))


def facets(format: TextFormat, base: str) -> Iterator[str]:
    """The facets that the simple type `base` has; the others of a text format are not for a schema."""
    if base in TEXTUAL:
        yield from facet("minLength", format.min_length)
        yield from facet("maxLength", format.max_length)
    if base in NUMERIC:
        side = "Exclusive" if format.text_type == "ExclusiveValueRange" else "Inclusive"
        yield from facet(f"min{side}", format.min_value)
        yield from facet(f"max{side}", format.max_value)
    if base == "xs:decimal":
        yield from facet("fractionDigits", format.decimals)
    yield from facet("pattern", format.pattern)


def facet(name: str, value: str | int | None) -> Iterator[str]:
    if value is not None:
        yield f"<xs:{name} value={quote(str(value))}/>"
