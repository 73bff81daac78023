"""The simple types of a schema: what a component may hold, and the signs that stand for a value.

Text types and facets as SDMX 3.0 SDMX-ML maps them; what is no text type of the standard is text. A codelist has a type of its
name, cut to what the constraints let through. Besides its values a component may hold

- in 3.1: `~` in a dimension that may be off, `#N/A` in a measure or attribute whose value is missing on purpose;
- NaN in a measure or attribute of numbers, for a missing value: before 3.1 a custom, which its data keep;
- the sentinel values of its text format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

from sdmx_dsm.formats.markup import quote
from sdmx_dsm.formats.patterns import translated
from sdmx_dsm.formats.permitted import DOUBLES, NUMBERS, Permitted, may_be_off, permitted
from sdmx_dsm.formats.xsd.markup import enumeration
from sdmx_dsm.model import Schema, SchemaComponent

Version = Literal["2.1", "3.0", "3.1"]

STRING: Final = "xs:string"
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
TIME: Final = "common:ObservationalTimePeriodType"
NAN: Final = "NaN"
# Types with which `common` of 3.1 joins `~` or `#N/A`, by what the names of these begin with.
JOINED: Final = {
    **{f"xs:{name}": name.capitalize() for name in "decimal double float boolean int integer long short".split()},
    **{
        name: name.removeprefix("common:").removesuffix("Type") for name in TYPES.values() if name.startswith("common:")
    },
}
FLOATS: Final = ("xs:float", "xs:double")  # have NaN; 3.1 joins `#N/A` to neither


@dataclass(frozen=True, slots=True)
class SimpleType:
    """`content` are the lines of its definition; None for a type that is defined elsewhere."""

    name: str
    content: Callable[[], Iterator[str]] | None = None


class SimpleTypes:
    """The simple types of one schema: those that it asks for. `for_deletion`: any text may stand for what is deleted."""

    def __init__(self, schema: Schema, version: Version, *, for_deletion: bool) -> None:
        self._schema = schema
        self._version = version
        self._for_deletion = for_deletion
        self._found: dict[str, tuple[SimpleType, ...]] = {}  # by component, the last is its own

    def name(self, component: SchemaComponent) -> str:
        """The type of one value of a component."""
        if component.id not in self._found:
            values = self._values(component)
            self._found[component.id] = (*values, *self._joined(component, values[-1].name))
        return self._found[component.id][-1].name

    def definitions(self) -> Iterator[str]:
        """Of each type that was asked for, once."""
        written: set[str] = set()
        for type in chain.from_iterable(self._found.values()):
            if type.content and type.name not in written:
                written.add(type.name)
                yield f'<xs:simpleType name="{type.name}">'
                yield from type.content()
                yield "</xs:simpleType>"

    def _values(self, component: SchemaComponent) -> tuple[SimpleType, ...]:
        if self._for_deletion and component.role in ("measure", "attribute"):
            return (SimpleType(STRING),)
        allowed = permitted(self._schema, component)
        if allowed.codes is not None:
            return (_coded(allowed.codes, allowed.codes_name),)
        base = TIME if component.role == "time" else TYPES.get(component.text_format.text_type, STRING)
        value = SimpleType(base)
        if allowed.is_restricted:
            value = SimpleType(f"{component.id}.Value", lambda: _restriction(base, allowed))
        if not allowed.sentinels:
            return (value,)
        sentinels = SimpleType(f"{component.id}.Sentinel", lambda: enumeration(allowed.sentinels))
        return value, sentinels, _union(f"{component.id}.ValueOrSentinel", value.name, sentinels.name)

    def _joined(self, component: SchemaComponent, values: str) -> Iterator[SimpleType]:
        """The signs that a component may hold, and what joins them to its values."""
        signs = [sign for sign in self._signs(component) if sign != NAN or values not in FLOATS]
        if not signs or values == STRING:
            return
        members = [values, *signs]
        if NAN in signs:
            yield SimpleType(NAN, lambda: enumeration((NAN,)))
        sign = "NotApplicable" if component.role == "dimension" else "Missing"
        is_joined = values in JOINED and not (sign == "Missing" and values in FLOATS)
        if is_joined and f"common:{sign}Type" in signs:
            members = [f"common:{JOINED[values]}Or{sign}Type", *(each for each in signs if each == NAN)]
        if len(members) == 1:
            yield SimpleType(members[0])
        else:
            yield _union(f"{values.partition(':')[2] or values}.Or{sign}", *members)

    def _signs(self, component: SchemaComponent) -> list[str]:
        """The types of what may stand for a value of a component."""
        if component.role == "time":
            return []
        if component.role == "dimension":
            is_off = self._version == "3.1" and may_be_off(self._schema, component)
            return ["common:NotApplicableType"] if is_off else []
        text_type = component.text_format.text_type if component.codelist is None else ""
        missing = ["common:MissingType"] if self._version == "3.1" and text_type not in DOUBLES else []
        return [*missing, *([NAN] if text_type in NUMBERS else [])]


def _coded(codes: tuple[str, ...], name: str) -> SimpleType:
    name = re.sub(
        r"[^A-Za-z0-9_.\-]", lambda sign: f"_{ord(sign.group()):x}_", name
    )  # ids have "@" and "$", names have not
    return SimpleType(name, lambda: enumeration(codes))


def _union(name: str, *members: str) -> SimpleType:
    return SimpleType(name, lambda: iter((f'<xs:union memberTypes="{" ".join(members)}"/>',)))


def _restriction(base: str, allowed: Permitted) -> Iterator[str]:
    """Patterns of one restriction are alternatives: each but the first restricts what the others let through."""
    patterns = [found for pattern in allowed.patterns if (found := translated(pattern, "xsd")) is not None]
    for _ in patterns[1:]:
        yield "<xs:restriction><xs:simpleType>"
    yield f'<xs:restriction base="{base}">'
    side = "Exclusive" if allowed.is_exclusive else "Inclusive"
    for facet, value in (
        ("minLength", allowed.min_length),
        ("maxLength", allowed.max_length),
        (f"min{side}", allowed.least),
        (f"max{side}", allowed.greatest),
        ("fractionDigits", allowed.decimals),
        *(("pattern", pattern) for pattern in patterns[:1]),
    ):
        if value is not None:
            yield f"<xs:{facet} value={quote(str(value) if isinstance(value, str | int) else f'{value:f}')}/>"
    yield "</xs:restriction>"
    for pattern in patterns[1:]:
        yield f"</xs:simpleType><xs:pattern value={quote(pattern)}/></xs:restriction>"
