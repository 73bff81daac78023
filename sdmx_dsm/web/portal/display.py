"""How values read on a page: texts with their language, numbers, periods, times and sizes.

Numbers keep their digits: only the signs between them follow the language."""

import re
from datetime import datetime
from typing import Final

from babel.dates import format_date, format_datetime, get_month_names
from babel.numbers import get_decimal_symbol, get_group_symbol
from markupsafe import Markup, escape

from sdmx_dsm.model import Text, best_tag

UNDETERMINED: Final = "und"
_NUMBER: Final = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?")
_MONTH: Final = re.compile(r"(\d{4})-M?(\d{2})")
_PART: Final = re.compile(r"(\d{4})-([STQ])(\d)")
PARTS: Final[dict[str, Text]] = {
    "S": {"en": "H{number} {year}", "ru": "{number}-е полугодие {year}"},
    "T": {"en": "T{number} {year}", "ru": "{number}-й триместр {year}"},
    "Q": {"en": "Q{number} {year}", "ru": "{number} кв. {year}"},
}
UNITS: Final[tuple[Text, ...]] = (
    {"en": "bytes", "ru": "байт"},
    {"en": "KB", "ru": "КБ"},
    {"en": "MB", "ru": "МБ"},
    {"en": "GB", "ru": "ГБ"},
)


def say(text: Text, language: str, otherwise: str = "") -> Markup:
    """The text for a reader of `language`, marked where it is in another one; `otherwise` where there is none."""
    tag = best_tag(text, (language,))
    if tag is None:
        return escape(otherwise)
    if tag in (UNDETERMINED, language):
        return escape(text[tag])
    return Markup('<span lang="{}">{}</span>').format(tag, text[tag])


def number(text: str, language: str) -> str:
    """A number with its digits in groups; anything else as it stands."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return text
    sign, whole, fraction = match.groups()
    groups = re.sub(r"(?<=\d)(?=(\d{3})+$)", get_group_symbol(language), whole)
    return sign.replace("-", "−") + groups + (get_decimal_symbol(language) + fraction if fraction else "")


def period(text: str, language: str) -> str:
    """`2024-Q1` and months as people write them, other periods as they stand."""
    if match := _PART.fullmatch(text):
        year, kind, count = match.groups()
        return PARTS[kind][language].format(number=count, year=year)
    if (match := _MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        name = get_month_names("abbreviated", context="stand-alone", locale=language)[int(match[2])]
        return f"{name} {match[1]}"
    return text.removesuffix("-A1")


def time(moment: datetime, language: str) -> Markup:
    """Date and time in UTC, as an element that machines read too."""
    shown = format_datetime(moment, "d MMMM y, HH:mm", locale=language)
    return Markup('<time datetime="{}">{} UTC</time>').format(moment.isoformat(timespec="seconds"), shown)


def date(moment: datetime, language: str) -> str:
    return format_date(moment, "d MMMM y", locale=language)


def size(count: int, language: str) -> str:
    """Bytes in the largest unit that gives at least one."""
    unit = 0
    while count >= 1024 and unit < len(UNITS) - 1:
        count //= 1024
        unit += 1
    return f"{count}\u00a0{UNITS[unit][language]}"
