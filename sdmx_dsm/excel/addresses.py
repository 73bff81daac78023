"""Cell addresses in A1 notation. Rows and columns count from 1."""

import re
from dataclasses import dataclass
from typing import Final

_CELL = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})")
LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384


@dataclass(frozen=True, slots=True)
class Cell:
    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle; `last_row` or `last_column` None: as far as the sheet goes."""

    first: Cell
    last_row: int | None = None
    last_column: int | None = None

    def __str__(self) -> str:
        if self.last_column is None:
            return str(self.first)
        return f"{self.first}:{column_letters(self.last_column)}{self.last_row or ''}"


def column_letters(column: int) -> str:
    """1 → "A", 27 → "AA"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int | None:
    """ "AA" → 27; None when it is no column."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return None
        number = 26 * number + ord(letter) - 64
    return number if 1 <= number <= LAST_COLUMN else None


def parse_cell(text: str) -> Cell | None:
    match = _CELL.fullmatch(text.strip())
    column = column_number(match.group(1)) if match else None
    return Cell(int(match.group(2)), column) if match and column and int(match.group(2)) <= LAST_ROW else None


def parse_area(text: str) -> Area | None:
    """ "C10:Q40"; "C10:Q" as far down as the sheet goes; "C10" in both directions."""
    begin, colon, end = text.partition(":")
    first = parse_cell(begin)
    if not first or not colon:
        return Area(first) if first else None
    if column := column_number(end.strip()):
        return Area(first, None, column) if column >= first.column else None
    last = parse_cell(end)
    if not last or last.row < first.row or last.column < first.column:
        return None
    return Area(first, last.row, last.column)
