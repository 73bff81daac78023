"""Time periods: from text to first and last second (SDMX 3.0 section 6).

    2010            Gregorian: year, month (2010-05), day (2010-05-01), dateTime (2010-05-01T12:00:00)
    2010-Q3         reporting periods: A1 S1-2 T1-3 Q1-4 M01-12 W01-53 D001-366, in reporting years that may begin on another day
    2010-01-01/P1Y  a range: start and ISO 8601 duration

Bounds are whole seconds since 1970-01-01T00:00:00, both inclusive, without a zone: a period ends at 23:59:59."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sdmx_dsm.errors import PeriodError

# The attribute that says when reporting years begin, and the day where nothing does.
YEAR_START_ID: Final = "REPORTING_YEAR_START_DAY"
CALENDAR_YEAR: Final = "--01-01"

# Digits are those of ASCII: `re` takes the digits of all scripts otherwise, and int() reads them.
_REPORTING = re.compile(r"(\d{4})-([ASTQMWD])(\d{1,3})", re.ASCII)
_GREGORIAN = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T\d{2}:\d{2}:\d{2}(?:\.\d+)?)?)?)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII
)
_DURATION = re.compile(
    r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII
)
_MONTH_DAY = re.compile(r"--(\d{2})-(\d{2})(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1)

# indicator -> (number of periods in a year, months in each or 0, days in each or 0, digits that the number is written with)
REPORTING_PERIODS: Final = {
    "A": (1, 12, 0, 1),
    "S": (2, 6, 0, 1),
    "T": (3, 4, 0, 1),
    "Q": (4, 3, 0, 1),
    "M": (12, 1, 0, 2),
    "W": (53, 0, 7, 2),
    "D": (366, 0, 1, 3),
}
# code of CL_FREQ -> the kinds of period that an observation of that frequency may have
PERIOD_KINDS: Final[dict[str, frozenset[str]]] = {
    "A": frozenset({"A", "year"}),
    "S": frozenset("S"),
    "H": frozenset("S"),
    "T": frozenset("T"),
    "Q": frozenset("Q"),
    "M": frozenset({"M", "month"}),
    "W": frozenset("W"),
    "D": frozenset({"D", "day"}),
    "B": frozenset({"D", "day"}),
    "N": frozenset({"time"}),
    "I": frozenset({"time"}),
}


@dataclass(frozen=True, slots=True)
class Period:
    """`kind` is a reporting indicator (A S T Q M W D), or year, month, day, time, range."""

    kind: str
    start: int
    end: int


def fits_frequency(kind: str, frequency: str) -> bool:
    """Whether a period of `kind` may stand in a series of `frequency` (a code of CL_FREQ; others than the usual allow any).

    A range fits every frequency: its length is its own."""
    return kind == "range" or kind in PERIOD_KINDS.get(frequency.rstrip("0123456789") or frequency, frozenset({kind}))


def parse_period(text: str, year_start: str = CALENDAR_YEAR) -> Period:
    """`text` with the first and last second it covers. `year_start` is the REPORTING_YEAR_START_DAY (`--MM-DD`), which
    shifts reporting periods alone. Raises PeriodError when `text` is no time period."""
    try:
        if match := _REPORTING.fullmatch(text):
            return _reporting_period(int(match.group(1)), match.group(2), match.group(3), year_start)
        if match := _GREGORIAN.fullmatch(text):
            return _gregorian_period(*match.groups())
        start, slash, duration = text.partition("/")
        if slash and (match := _DURATION.fullmatch(duration)):
            begin = moment_of(parse_period(start).start)
            return Period("range", _seconds(begin), _seconds(_add(begin, match)) - 1)
    except (ValueError, OverflowError):
        pass
    raise PeriodError(
        f"“{text}” is not a time period: expected 2024, 2024-05, 2024-05-17, 2024-Q1, 2024-S1, 2024-W05 or the like.",
        ru=f"«{text}» — не период времени: ожидается 2024, 2024-05, 2024-05-17, 2024-Q1, 2024-S1, 2024-W05 и т. п.",
        period=text,
    )


def moment_of(seconds: int) -> datetime:
    """A bound of a period as a date and time, without a zone."""
    return _EPOCH + timedelta(seconds=seconds)


def _seconds(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds())


def _whole_days(kind: str, first: date, following: date) -> Period:
    midnight = datetime.min.time()
    return Period(
        kind, _seconds(datetime.combine(first, midnight)), _seconds(datetime.combine(following, midnight)) - 1
    )


def _gregorian_period(year: str, month: str | None, day: str | None, time: str | None) -> Period:
    if time:
        moment = _seconds(datetime.fromisoformat(f"{year}-{month}-{day}{time}"))
        return Period("time", moment, moment)
    first = date(int(year), int(month or 1), int(day or 1))
    if day:
        return _whole_days("day", first, first + timedelta(days=1))
    return _whole_days("month" if month else "year", first, _add_months(first, 1 if month else 12))


def _reporting_period(year: int, indicator: str, number: str, year_start: str) -> Period:
    count, months, days, digits = REPORTING_PERIODS[indicator]
    n = int(number)
    if not 1 <= n <= count or len(number) != digits:
        raise ValueError(number)
    match = _MONTH_DAY.fullmatch(year_start)
    if not match:
        raise PeriodError(
            f"“{year_start}” is not a day of the year: expected --MM-DD.",
            ru=f"«{year_start}» — не день года: ожидается --ММ-ДД.",
            period=year_start,
        )
    base = date(year, int(match.group(1)), int(match.group(2)))
    following_year = _add_months(base, 12)
    if indicator == "W":
        base, following_year = _first_week(base), _first_week(following_year)
    first = _add_months(base, (n - 1) * months) if months else base + timedelta(days=(n - 1) * days)
    if first >= following_year:
        raise ValueError(number)
    following = _add_months(base, n * months) if months else first + timedelta(days=days)
    return _whole_days(indicator, first, following)


def _first_week(year_start: date) -> date:
    """The Monday of the week that holds the first Thursday on or after the start of the year."""
    weekday = year_start.weekday()
    return year_start + timedelta(days=-weekday if weekday < 4 else 7 - weekday)


def _add_months(day: date, months: int) -> date:
    """A day that the target month lacks becomes its last one (a reporting year may begin on --03-31)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def _add(moment: datetime, duration: re.Match[str]) -> datetime:
    years, months, weeks, days, hours, minutes, seconds = (int(group or 0) for group in duration.groups())
    shifted = datetime.combine(_add_months(moment.date(), years * 12 + months), moment.time())
    return shifted + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
