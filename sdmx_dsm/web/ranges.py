"""A part of an answer (RFC 9110, section 14): ranges of bytes, and of values, which are observations, as the .Stat
Suite has them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from sdmx_dsm.errors import DsmError

_RANGE: Final = re.compile(r"\s*([a-z]+)\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE)


class OutsideRange(DsmError):
    """Nothing of the range that is asked for is there. Facts: `unit`, `total`."""


@dataclass(frozen=True, slots=True)
class Part:
    """From `first` to `last`, both counted from 0 and included, of `total`."""

    unit: str
    first: int
    last: int
    total: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        return f"{self.unit} {self.first}-{self.last}/{self.total}"


@dataclass(frozen=True, slots=True)
class Wish:
    """The range that a request names. `first` None: the last `last` ones; `last` None: to the end."""

    unit: str
    first: int | None
    last: int | None

    def of(self, total: int) -> Part:
        """What there is of it. Raises OutsideRange where that is nothing."""
        first = max(total - (self.last or 0), 0) if self.first is None else self.first
        last = total - 1 if self.first is None or self.last is None else min(self.last, total - 1)
        if first > last:
            raise OutsideRange(
                f"There are {total} {self.unit}, counted from 0; the range asked for begins behind them.",
                ru=f"Всего: {total} ({self.unit}), считая с 0; запрошенный диапазон начинается за их концом.",
                unit=self.unit,
                total=total,
            )
        return Part(self.unit, first, last, total)


def asked_range(request: Request, unit: str, names: Sequence[str] = ("range",)) -> Wish | None:
    """The range of a unit in the first of the named headers that has one. None where none is asked for, or in a way that is not
    understood (several ranges too): then the whole answers, as the standard has it."""
    if request.method == "HEAD":
        return None
    for name in names:
        found = _RANGE.fullmatch(request.headers.get(name, ""))
        if found and found[1].lower() == unit and (found[2] or found[3]):
            first, last = (int(number) if number else None for number in found.group(2, 3))
            if first is None or last is None or first <= last:
                return Wish(unit, first, last)
    return None
