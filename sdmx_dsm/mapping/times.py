"""Times of other notations become periods: by a pattern of a date, or as a number of seconds or days since a moment.

Patterns are those of Java's SimpleDateFormat, as the standard has them; names of months and weekdays are English. A period is
written by its frequency: as SDMX writes it (2024, 2024-S1, 2024-Q3, 2024-05, 2024-W05, 2024-05-17), or as a frequency format
mapping says. A time that is longer than a period of the target becomes the first, the last or the middle one in it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import DateMap, DatePatternMap, EpochMap, FrequencyFormatMapping, StructureMap, parse_period

_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+")
# letters of a pattern -> what chrono calls them, and the unit of time that they tell
_LETTERS: Final[Mapping[str, tuple[str, str]]] = {
    "y": ("%Y", "1y"), "yyyy": ("%Y", "1y"), "yy": ("%y", "1y"), "YYYY": ("%G", "1y"),
    "M": ("%m", "1mo"), "MM": ("%m", "1mo"), "MMM": ("%b", "1mo"), "MMMM": ("%B", "1mo"),
    "w": ("%V", "1w"), "ww": ("%V", "1w"), "u": ("%u", "1d"),
    "d": ("%d", "1d"), "dd": ("%d", "1d"), "D": ("%j", "1d"), "DDD": ("%j", "1d"),
    "EEE": ("%a", ""), "EEEE": ("%A", ""), "a": ("%p", ""),
    "H": ("%H", "1h"), "HH": ("%H", "1h"), "h": ("%I", "1h"), "hh": ("%I", "1h"),
    "m": ("%M", "1m"), "mm": ("%M", "1m"), "s": ("%S", "1s"), "ss": ("%S", "1s"), "SSS": ("%3f", ""),
}  # fmt: skip
_UNITS: Final = ("1y", "1mo", "1w", "1d", "1h", "1m", "1s")
_NAMES: Final = frozenset({"%b", "%B", "%a", "%A"})
# What a moment lacks to be one, by its smallest unit and whether its year is one of weeks.
_COMPLETED: Final[Mapping[tuple[str, bool], tuple[str, str]]] = {
    ("1y", False): (" %m %d %H %M", " 01 01 00 00"),
    ("1y", True): (" %V %u %H %M", " 01 1 00 00"),
    ("1mo", False): (" %d %H %M", " 01 00 00"),
    ("1w", True): (" %u %H %M", " 1 00 00"),
    ("1d", False): (" %H %M", " 00 00"),
    ("1d", True): (" %H %M", " 00 00"),
    ("1h", False): (" %M", " 00"),
}
_EPOCHS: Final[Mapping[str, tuple[int, int]]] = {  # microseconds: so many in one, or one in so many
    "nanosecond": (1, 1000),
    "microsecond": (1, 1),
    "millisecond": (1_000, 1),
    "second": (1_000_000, 1),
    "day": (86_400_000_000, 1),
}
_FARTHEST: Final = 10**17  # microseconds from an epoch: some three thousand years
_MICROSECOND: Final = pl.duration(microseconds=1)


def _numbered(letter: str, months: int) -> Callable[[pl.Expr], pl.Expr]:
    return lambda moment: pl.concat_str(
        moment.dt.strftime(f"%Y-{letter}"), ((moment.dt.month().cast(pl.Int64) - 1) // months + 1).cast(pl.String)
    )


def _formatted(format: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda moment: moment.dt.strftime(format)


# code of CL_FREQ -> how the period of that frequency is written that a moment lies in
_WRITTEN: Final[Mapping[str, Callable[[pl.Expr], pl.Expr]]] = {
    "A": _formatted("%Y"),
    "S": _numbered("S", 6),
    "H": _numbered("S", 6),
    "T": _numbered("T", 4),
    "Q": _numbered("Q", 3),
    "M": _formatted("%Y-%m"),
    "W": _formatted("%G-W%V"),
    "D": _formatted("%Y-%m-%d"),
    "B": _formatted("%Y-%m-%d"),
    "N": _formatted("%Y-%m-%dT%H:%M:%S"),
    "I": _formatted("%Y-%m-%dT%H:%M:%S"),
}


@dataclass(frozen=True, slots=True)
class TimeMap:
    """`begin` and `end`: expressions over the column `:time` for the first and last moment that it tells. `frequency`: a code,
    or where `frequency_dimension` is given the value of that dimension of the target."""

    source: str
    target: str
    begin: pl.Expr
    end: pl.Expr
    frequency: str | None
    frequency_dimension: str | None
    resolve: str
    formats: Mapping[str, str]

    @classmethod
    def all_of(cls, structure_map: StructureMap) -> list[Self]:
        """Raises Unsupported for a pattern with signs that are not read here."""
        found: list[Self] = []
        for each in (*structure_map.epoch_maps, *structure_map.date_pattern_maps):
            begin, end = _epoch(each) if isinstance(each, EpochMap) else _dates(each)
            found += [
                cls(
                    source=source,
                    target=target,
                    begin=begin,
                    end=end,
                    frequency=each.target_frequency_id,
                    frequency_dimension=each.frequency_dimension,
                    resolve=each.resolve_period or "startOfPeriod",
                    formats=_formats(each, structure_map.frequency_format_mappings),
                )
                for source, target in each.mapped_components
            ]
        return found

    def apply(self, times: pl.Series, frequencies: pl.Series | None) -> pl.Series:
        """The periods of some times, null where one is not of the notation. `frequencies`: the values of the dimension."""
        frequency = (
            frequencies if frequencies is not None else pl.Series([self.frequency or ""]).new_from_index(0, len(times))
        )
        rows = pl.DataFrame([times.alias(":time"), frequency.alias(":frequency")])
        distinct = rows.unique(maintain_order=True)
        middle = self.begin + (self.end - self.begin) / 2
        moment = {"startOfPeriod": self.begin, "endOfPeriod": self.end, "midPeriod": middle}[self.resolve]
        held = distinct.with_columns(moment.cast(pl.Datetime("us")).alias(":moment"))
        periods = pl.coalesce(
            *(
                pl.when(pl.col(":frequency") == code).then(written(pl.col(":moment")))
                for code, written in {**_WRITTEN, **{code: _formatted(f) for code, f in self.formats.items()}}.items()
            )
        )
        found = held.select(":time", ":frequency", periods.alias(":period"))
        on = [":time", ":frequency"]
        return rows.join(found, on=on, how="left", nulls_equal=True, maintain_order="left")[":period"].alias(
            self.target
        )


def _formats(date_map: DateMap, formats: Sequence[FrequencyFormatMapping]) -> Mapping[str, str]:
    """The pattern of each frequency: of all mappings, or of those that the map names by their id or frequency."""
    named = set(date_map.mapped_frequencies)
    chosen = [each for each in formats if not named or named & {each.id, each.frequency_id}]
    return {each.frequency_id: _chrono(each.date_pattern)[0] for each in chosen}


def _epoch(epoch: EpochMap) -> tuple[pl.Expr, pl.Expr]:
    many, few = _EPOCHS[epoch.epoch_period]
    number = pl.col(":time").cast(pl.Int64, strict=False)
    near = pl.when(number.abs() <= _FARTHEST // many * few).then(number)
    since = parse_period(epoch.base_period).start * 1_000_000
    begin = (near * many // few + since).cast(pl.Datetime("us"))
    return begin, begin + pl.duration(microseconds=many) - _MICROSECOND if many > 1 else begin


def _dates(dates: DateMap) -> tuple[pl.Expr, pl.Expr]:
    assert isinstance(dates, DatePatternMap)
    format, unit = _chrono(dates.source_pattern)
    if not dates.locale.lower().startswith("en") and any(name in format for name in _NAMES):
        raise Unsupported(
            f"The pattern “{dates.source_pattern}” has names of months or weekdays in the locale {dates.locale}; "
            "they are read in English alone."
        )
    is_of_weeks = "%G" in format
    if (unit, is_of_weeks) in _COMPLETED:
        more, constant = _COMPLETED[unit, is_of_weeks]
    elif unit in ("1m", "1s") and not is_of_weeks:
        more, constant = "", ""
    else:
        raise Unsupported(f"The pattern “{dates.source_pattern}” names no day, month or year.")
    begin = (pl.col(":time") + constant).str.to_datetime(format + more, time_unit="us", strict=False)
    return begin, begin.dt.offset_by(unit) - _MICROSECOND


def _chrono(pattern: str) -> tuple[str, str]:
    """A pattern as chrono has it, and the smallest unit that it tells."""
    pieces: list[str] = []
    smallest = 0
    for token in _TOKEN.finditer(pattern):
        quoted, letter = token.groups()
        if quoted is not None:
            pieces.append((quoted.replace("''", "'") or "'").replace("%", "%%"))
        elif letter:
            if token[0] not in _LETTERS:
                raise Unsupported(
                    f"“{token[0]}” in the pattern “{pattern}” is not read here; there are {', '.join(_LETTERS)}."
                )
            name, unit = _LETTERS[token[0]]
            pieces.append(name)
            smallest = max(smallest, _UNITS.index(unit) if unit else 0)
        else:
            pieces.append(token[0].replace("%", "%%"))
    return "".join(pieces), _UNITS[smallest]
