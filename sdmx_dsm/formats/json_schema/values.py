"""What a component may hold, as JSON schema says it of a value in a data message.

Numbers stand as numbers or as text (the digits of a decimal are text, SDMX-JSON field guide), so that both are let through where
the text type has numbers; bounds are for what stands as a number. Signs for what is missing or not applicable are let through."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from sdmx_dsm.batches import MISSING_VALUES, NOT_APPLICABLE
from sdmx_dsm.formats.patterns import translated
from sdmx_dsm.formats.permitted import DECIMALS, DOUBLES, PERIODS, WHOLE_NUMBERS, Permitted, may_be_off
from sdmx_dsm.model import Schema, SchemaComponent

Rules = dict[str, Any]

_YEAR: Final = r"[0-9]{4}"
_DECIMAL: Final = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
# text type -> what its values look like, where that is not all text
LEXICAL: Final[Mapping[str, str]] = {
    **dict.fromkeys(DECIMALS, _DECIMAL),
    **dict.fromkeys(DOUBLES, rf"{_DECIMAL}([eE][+\-]?[0-9]+)?|-?INF"),
    **dict.fromkeys(WHOLE_NUMBERS, r"[+\-]?[0-9]+"),
    **PERIODS,
    "ObservationalTimePeriod": rf"{_YEAR}.*",
    "Alpha": "[A-Za-z]*",
    "AlphaNumeric": "[A-Za-z0-9]*",
    "Numeric": "[0-9]*",
    "Boolean": "true|false|1|0",
    "Month": r"--[0-9]{2}.*",
    "MonthDay": r"--[0-9]{2}-[0-9]{2}.*",
    "Day": r"---[0-9]{2}.*",
    "Time": r"[0-9]{2}:[0-9]{2}:[0-9]{2}.*",
    "Duration": r"-?P.+",
}
# text type -> what else than text its values may be
PRIMITIVES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys((*DECIMALS, *DOUBLES, "Numeric"), ("number",)),
    **dict.fromkeys(WHOLE_NUMBERS, ("integer",)),
    "Boolean": ("boolean",),
}


def signs(schema: Schema, component: SchemaComponent) -> tuple[str, ...]:
    """What may stand for a value of a component."""
    if component.role in ("measure", "attribute"):
        return MISSING_VALUES
    return (NOT_APPLICABLE,) if may_be_off(schema, component) else ()


def uncoded(component: SchemaComponent, allowed: Permitted) -> Rules:
    """One value of a component without codes, which stands for itself."""
    text_type = component.text_format.text_type
    patterns = dict.fromkeys((*filter(None, (LEXICAL.get(text_type),)), *allowed.patterns))
    said = [translated(pattern, "ecma") for pattern in patterns]
    rules: Rules = {"type": [*PRIMITIVES.get(text_type, ()), "string"]}
    for keyword, value in (
        ("minLength", allowed.min_length),
        ("maxLength", allowed.max_length),
        ("exclusiveMinimum" if allowed.is_exclusive else "minimum", _number(allowed.least)),
        ("exclusiveMaximum" if allowed.is_exclusive else "maximum", _number(allowed.greatest)),
    ):
        if value is not None:
            rules[keyword] = value
    if found := [{"pattern": f"^(?:{pattern})$"} for pattern in said if pattern is not None]:
        rules["allOf"] = found
    return {"anyOf": [rules, {"enum": list(allowed.sentinels)}]} if allowed.sentinels else rules


def multilingual() -> Rules:
    """A text by language, or in one that is not told."""
    return {"type": ["object", "string"], "additionalProperties": {"type": "string"}}


def several(value: Rules, limit: int | None) -> Rules:
    """The values of an array; a single one may stand alone."""
    array: Rules = {"type": "array", "items": value}
    return {"anyOf": [value, array if limit is None else {**array, "maxItems": limit}]}


def or_signs(value: Rules, others: tuple[str, ...]) -> Rules:
    return {"anyOf": [value, {"enum": list(others)}]} if others else value


def _number(bound: Decimal | None) -> int | float | None:
    if bound is None:
        return None
    return int(bound) if bound == bound.to_integral_value() else float(bound)
