"""Numbers and periods as people write them, as the texts of SDMX. What can't be read without guessing stays unread."""

import re
from typing import Final

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import parse_period

_GROUPING = {  # decimal mark → how whole parts are grouped: by blanks or apostrophes, or by the other mark
    ".": re.compile(r"([+-]?)(\d+|\d{1,3}(?:[ ']\d{3})+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?", re.ASCII),
    ",": re.compile(r"([+-]?)(\d+|\d{1,3}(?:[ ']\d{3})+|\d{1,3}(?:\.\d{3})+)(?:,(\d+))?", re.ASCII),
}
_SIGNS = str.maketrans(
    dict.fromkeys("−–‒", "-") | dict.fromkeys("’‘´`", "'") | dict.fromkeys("\xa0\u2007\u2009\u202f", " ")
)


def number_from_text(text: str, decimal: str = ".") -> str | None:
    """ "1 234,5" as "1234.5", where `decimal` is the decimal mark; None when it is no number. Groups have three digits, so that
    with the wrong mark "1.5" or "12,34" is no number rather than another one. Digits are kept: "12.50" stays "12.50"."""
    match = _GROUPING[decimal].fullmatch(" ".join(text.translate(_SIGNS).split()))
    if not match:
        return None
    sign, whole, fraction = match.groups()
    digits = re.sub(r"\D", "", whole)
    return ("-" if sign == "-" else "") + digits + (f".{fraction}" if fraction else "")


# --- periods ----------------------------------------------------------------------------------------------------------

# Beginnings of the names of months, English and Russian (in any case: май, мая; март, марта).
_MONTHS: Final = {
    1: ("january", "январь", "января"), 2: ("february", "февраль", "февраля"), 3: ("march", "март", "марта"),
    4: ("april", "апрель", "апреля"), 5: ("may", "май", "мая"), 6: ("june", "июнь", "июня"), 7: ("july", "июль", "июля"),
    8: ("august", "август", "августа"), 9: ("september", "сентябрь", "сентября"), 10: ("october", "октябрь", "октября"),
    11: ("november", "ноябрь", "ноября"), 12: ("december", "декабрь", "декабря"),
}  # fmt: skip
MONTH_OF: Final = {
    name[:n]: month for month, names in _MONTHS.items() for name in names for n in range(3, len(name) + 1)
}
PARTS_OF_YEAR: Final = {  # word → (indicator, how many there are in a year)
    **dict.fromkeys(("q", "qtr", "quarter", "кв", "квартал", "квартала", "квартале"), ("Q", 4)),
    **dict.fromkeys(("s", "h", "half", "semester", "пг", "полуг", "полугодие", "полугодия", "полугодии"), ("S", 2)),
}
ORDINALS: Final = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4,
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4,
    "первый": 1, "второй": 2, "третий": 3, "четвертый": 4, "первое": 1, "второе": 2,
}  # fmt: skip
NOISE: Final = frozenset(
    ("г", "гг", "год", "года", "году", "year", "й", "ый", "ий", "е", "ое", "of", "за", "в", "in", "for")
)
_LOOKALIKES = str.maketrans("ёі", "еi")  # І of Ukrainian and Kazakh keyboards as the Roman numeral
_WORDS = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_]+")


def period_from_text(text: str, frequency: str = "") -> str | None:
    """ "2005 г.", "I квартал 2023", "Q1 2023", "январь 2022", "2022 год II полугодие" as a period of SDMX; what is one already
    stays. `frequency` (a code of CL_FREQ, where known) turns a date into the month, quarter or year it lies in.

    None unless every word of the text is understood and says one period: a guess would be silently wrong."""
    date = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?", text)
    if date:
        return _period_of_date(date.group(1), int(date.group(2)), text, frequency)
    try:
        parse_period(text)
    except PeriodError:
        pass
    else:
        return text
    years: list[str] = []
    months: list[int] = []
    parts: list[tuple[str, int]] = []
    ordinals: list[int] = []
    for word in _WORDS.findall(text.casefold().translate(_LOOKALIKES)):
        if word.isdecimal() and len(word) == 4:
            years.append(word)
        elif word in PARTS_OF_YEAR:
            parts.append(PARTS_OF_YEAR[word])
        elif word in ORDINALS:
            ordinals.append(ORDINALS[word])
        elif word in MONTH_OF:
            months.append(MONTH_OF[word])
        elif word not in NOISE:
            return None
    match len(years), len(months), parts, ordinals:
        case 1, 0, [], []:
            return years[0]
        case 1, 1, [], []:
            return f"{years[0]}-{months[0]:02}"
        case 1, 0, [(indicator, count)], [number] if number <= count:
            return f"{years[0]}-{indicator}{number}"
    return None


def _period_of_date(year: str, month: int, text: str, frequency: str) -> str:
    match frequency:
        case "A":
            return year
        case "S":
            return f"{year}-S{(month + 5) // 6}"
        case "Q":
            return f"{year}-Q{(month + 2) // 3}"
        case "M":
            return f"{year}-{month:02}"
    return text
