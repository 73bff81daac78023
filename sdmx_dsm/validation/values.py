"""Checks of single values: the type a component declares, its facets and its pattern (SDMX-ML 3.0 common:DataType and
TextFormat; the lexical forms are those of XML Schema).

Numbers are judged as text, so that "1e5" is no decimal and no digit is lost; only facets compare them as numbers: whole
numbers exactly, others as doubles. `NaN` and `#N/A` (intentionally missing) pass every check of an attribute or measure.
A component whose type is a kind of period is judged by the columns that `sdmx_dsm.validation.periods` adds; periods in an
array are not judged."""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from sdmx_dsm.batches import MISSING_VALUES
from sdmx_dsm.model import SchemaComponent
from sdmx_dsm.validation.findings import display
from sdmx_dsm.validation.periods import PERIOD_TYPES, period_checks

Predicate = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True, slots=True)
class Check:
    """Rows for which `wrong` is true (null is right) get the finding `code`. `elements`, for components of many values:
    the wrong ones of a row as a list, one finding each. `explain`: arguments for each distinct wrong value.

    `of_value`: no row is wrong for a value of the component that passes in an observation. `nulls`: nor where one of these
    columns has a value."""

    code: str
    component: str
    wrong: pl.Expr
    arguments: Mapping[str, str] = field(default_factory=dict)
    elements: pl.Expr | None = None
    explain: Callable[[str], Mapping[str, str]] | None = None
    of_value: bool = False
    nulls: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(self.wrong.meta.root_names())


def like(values: Iterable[str]) -> str:
    """The pattern of values in a constraint: `%` stands for any characters."""
    return "^(?:" + "|".join(".*".join(map(re.escape, value.split("%"))) for value in values) + ")$"


def value_check(
    component: SchemaComponent,
    code: str,
    predicate: Predicate,
    arguments: Mapping[str, str] | None = None,
    *,
    explain: Callable[[str], Mapping[str, str]] | None = None,
    when: pl.Expr | None = None,
) -> Check:
    """A check of each value of a component: of an array the elements, of a multilingual text each text."""
    given = {**display(component), **(arguments or {})}
    elements: pl.Expr | None = None
    if component.is_multi_valued:
        values = _elements(component)
        elements = values.list.eval(pl.element().filter(predicate(pl.element())))
        wrong = values.list.eval(predicate(pl.element())).list.any()
    else:
        wrong = predicate(pl.col(component.id))
    return Check(code, component.id, wrong if when is None else wrong & when, given, elements, explain, of_value=True)


def _elements(component: SchemaComponent) -> pl.Expr:
    """The texts in canonical JSON: `["A","B"]`, `{"en":"…"}`, or an array of such objects; anything else is one value."""
    column = pl.col(component.id)
    string = r'"(?:[^"\\]|\\.)*"'
    start, pattern = (2, ":" + string) if component.is_multilingual else (1, string)
    found = column.str.extract_all(pattern).list.eval(pl.element().str.slice(start).str.head(-1))
    is_json = column.str.contains(r"^[\[{]") if component.is_multilingual else column.str.starts_with("[")
    return pl.when(is_json).then(found).otherwise(pl.concat_list(column))


# --- types ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TextType:
    """`pattern`: the lexical form. `bounds`: the least and greatest value, where the type has them."""

    pattern: str
    english: str
    russian: str
    code: str = "wrong-type"
    is_integer: bool = False
    bounds: tuple[str | None, str | None] = (None, None)

    @property
    def is_number(self) -> bool:
        return self.code == "not-a-number"


_ZONE = r"(?:Z|[+-]\d{2}:\d{2})?"
_CLOCK = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00)"
_DAY_OF_MONTH = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH_DAY = rf"--(?:(?:0[13578]|1[02])-{_DAY_OF_MONTH}|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))"
_DATE_PART = r"(?:\d+Y(?:\d+M)?(?:\d+W)?(?:\d+D)?|\d+M(?:\d+W)?(?:\d+D)?|\d+W(?:\d+D)?|\d+D)"
_SECONDS = r"\d+(?:\.\d+)?S"
_TIME_PART = rf"T(?:\d+H(?:\d+M)?(?:{_SECONDS})?|\d+M(?:{_SECONDS})?|{_SECONDS})"
_DURATION = rf"-?P(?:{_DATE_PART}(?:{_TIME_PART})?|{_TIME_PART})"


def _decimal() -> TextType:
    return TextType(
        r"[+-]?(?:\d+\.?\d*|\.\d+)",
        "a number such as 1234.5, without blanks and exponent",
        "число вида 1234.5, без пробелов и показателя степени",
        "not-a-number",
    )


def _double() -> TextType:
    return TextType(
        r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|-?INF|NaN",
        "a number such as 1234.5",
        "число вида 1234.5",
        "not-a-number",
    )


def _integer(least: str | None = None, greatest: str | None = None) -> TextType:
    return TextType(
        r"[+-]?\d+",
        "a whole number",
        "целое число",
        "not-a-number",
        is_integer=True,
        bounds=(least, greatest),
    )


TYPES: Final[Mapping[str, TextType]] = {
    "Decimal": _decimal(),
    "Incremental": _decimal(),
    "InclusiveValueRange": _decimal(),
    "ExclusiveValueRange": _decimal(),
    "Double": _double(),
    "Float": _double(),
    "Integer": _integer("-2147483648", "2147483647"),
    "Long": _integer("-9223372036854775808", "9223372036854775807"),
    "Short": _integer("-32768", "32767"),
    "BigInteger": _integer(),
    "Count": _integer("0"),
    "Alpha": TextType("[A-Za-z]*", "Latin letters only", "только латинские буквы"),
    "AlphaNumeric": TextType("[A-Za-z0-9]*", "Latin letters and digits only", "только латинские буквы и цифры"),
    "Numeric": TextType("[0-9]*", "digits only", "только цифры"),
    "Boolean": TextType("true|false|1|0", "true or false", "true или false"),
    "URI": TextType(r'[^\s<>"{}|\\^`]*', "an address without blanks", "адрес без пробелов"),
    "Month": TextType(rf"--(?:0[1-9]|1[0-2]){_ZONE}", "a month such as --05", "месяц в виде --05"),
    "MonthDay": TextType(_MONTH_DAY + _ZONE, "a day of the year such as --05-17", "день года в виде --05-17"),
    "Day": TextType(rf"---{_DAY_OF_MONTH}{_ZONE}", "a day of the month such as ---17", "день месяца в виде ---17"),
    "Time": TextType(_CLOCK + _ZONE, "a time of day such as 13:45:00", "время суток в виде 13:45:00"),
    "Duration": TextType(_DURATION, "a duration such as P1Y6M", "продолжительность в виде P1Y6M"),
}


# --- the checks of one component ------------------------------------------------------------------------------------


def type_checks(component: SchemaComponent) -> Iterator[Check]:
    """The checks that the text format of an uncoded component asks for, in an order in which a value that fails one is
    not judged by the next of the same kind."""
    yield value_check(component, "forbidden-character", lambda value: value.str.contains(_FORBIDDEN))
    if component.codelist:
        return
    name = component.text_format.text_type
    if component.role == "time" or name in PERIOD_TYPES:
        yield from _as_checks(component)
        return
    kind = TYPES.get(name)
    if kind is None:
        yield from _text_checks(component, lambda value: value.is_not_null())
        return
    yield value_check(component, "empty-value", lambda value: value == "")
    fits = _lexical(kind.pattern)
    is_fault = _matches(_CELL_FAULTS) if kind.is_number else lambda value: value.is_null()
    if kind.is_number:
        yield value_check(component, "error-cell", is_fault)
    yield value_check(
        component,
        kind.code,
        lambda value: (value != "") & ~fits(value) & ~is_fault(value) & ~value.is_in(_missing(component)),
        {"expected:en": kind.english, "expected:ru": kind.russian},
    )
    if kind.is_number:
        yield from _number_checks(component, kind)
    yield from _text_checks(component, lambda value: fits(value) & (value != ""))


# What a workbook shows for a formula that failed; #N/A is SDMX's own sign for a missing value.
_CELL_FAULTS: Final = r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!)"
_FORBIDDEN: Final = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff]"


def _missing(component: SchemaComponent) -> tuple[str, ...]:
    return () if component.role in ("dimension", "time") else MISSING_VALUES


def _matches(pattern: str) -> Predicate:
    return lambda value: value.str.contains(f"^(?:{pattern})$")


def _lexical(pattern: str) -> Predicate:
    """As `_matches`, for the lexical forms of XML Schema: their digits are those of ASCII, where `\\d` takes those of every
    script ("٣")."""
    return _matches(pattern.replace(r"\d", "[0-9]"))


def _as_checks(component: SchemaComponent) -> Iterator[Check]:
    for code, wrong, arguments in period_checks(component):
        yield Check(code, component.id, wrong, {**display(component), **arguments})


def _number_checks(component: SchemaComponent, kind: TextType) -> Iterator[Check]:
    facets = component.text_format
    least, greatest = (
        own or inherent for own, inherent in zip((facets.min_value, facets.max_value), kind.bounds, strict=True)
    )
    is_exclusive = facets.text_type == "ExclusiveValueRange"
    fits = _lexical(kind.pattern)

    def number(value: pl.Expr) -> pl.Expr:
        return (
            value.cast(pl.Int128, strict=False)
            if kind.is_integer
            else value.cast(pl.Float64, strict=False).fill_nan(None)
        )

    def beyond(compare: Callable[[pl.Expr, float], pl.Expr], limit: float) -> Predicate:
        is_lower = compare in (operator.lt, operator.le)

        def outside(value: pl.Expr) -> pl.Expr:
            # A whole number of more than 38 digits has no number here: it is beyond any limit on its side of zero.
            enormous = value.str.starts_with("-") == is_lower
            return compare(number(value), limit).fill_null(enormous) & fits(value)

        return outside

    below, above = (operator.le, operator.ge) if is_exclusive else (operator.lt, operator.gt)
    if least is not None and (limit := _limit(least, kind)) is not None:
        code = "negative-count" if limit == 0 and not is_exclusive else "below-minimum"
        yield value_check(component, code, beyond(below, limit), {"limit": least})
    if greatest is not None and (limit := _limit(greatest, kind)) is not None:
        yield value_check(component, "above-maximum", beyond(above, limit), {"limit": greatest})
    if facets.decimals is not None and not kind.is_integer:
        # Zeros at the end are no decimals: 1.50 has one (XML Schema, fractionDigits).
        too_fine = rf"^[+-]?[0-9]*\.[0-9]{{{facets.decimals}}}[0-9]*[1-9][0-9]*$"
        yield value_check(
            component,
            "too-many-decimals",
            lambda value: value.str.contains(too_fine),
            {"limit": str(facets.decimals)},
        )


def _limit(text: str, kind: TextType) -> float | None:
    """A facet that is no number limits nothing."""
    try:
        return int(text) if kind.is_integer else float(text)
    except ValueError:
        return None


def _text_checks(component: SchemaComponent, judged: Predicate) -> Iterator[Check]:
    """Length and pattern, of values for which `judged` is true."""
    facets = component.text_format
    missing = _missing(component)

    def counts(value: pl.Expr) -> pl.Expr:
        return judged(value) & ~value.is_in(missing)

    if facets.max_length is not None:
        longest = facets.max_length
        yield value_check(
            component,
            "too-long",
            lambda value: (value.str.len_chars() > longest) & counts(value),
            {"limit": str(longest)},
        )
    if facets.min_length is not None:
        shortest = facets.min_length
        yield value_check(
            component,
            "too-short",
            lambda value: (value.str.len_chars() < shortest) & counts(value),
            {"limit": str(shortest)},
        )
    if facets.pattern is not None and (pattern := rust_pattern(facets.pattern)) is not None:
        matches = _matches(pattern)
        yield value_check(
            component,
            "pattern-mismatch",
            lambda value: ~matches(value) & counts(value),
            {"pattern": facets.pattern},
        )


def rust_pattern(pattern: str) -> str | None:
    """An XML Schema pattern for Rust's regex, which never backtracks; None when that does not understand it.

    `\\i` and `\\c` are names' characters (here those of ASCII), `[a-z-[aeiou]]` a difference of classes; `^` and `$` outside
    of classes are ordinary characters there, which no pattern of a data structure means: they stay anchors."""
    translated = pattern.replace(r"\i", "[A-Za-z_:]").replace(r"\c", r"[-.0-9:A-Z_a-z]").replace("-[", "--[")
    try:
        pl.Series([""]).str.contains(f"^(?:{translated})$")
    except pl.exceptions.ComputeError:
        return None
    return translated
