"""Elements as rows: attributes go from the parser into flat lists, and from there, a column at a time, into frames.

This is the hot place of reading: for an observation the parser's list of names and values is appended to one long list, and
its line and column to another. Elements with equally many attributes share their lists; nearly always these are the same
attributes in the same order, so that a column is a slice. No dict or object is made for an observation."""

from collections.abc import Callable
from typing import Final

import polars as pl

from sdmx_dsm.errors import ReadError

MAX_COMPONENTS: Final = 1_000
PLACE: Final = (":line", ":col")
COMPOSED: Final = "\x1f"  # in front of a value that is JSON already; no XML text can hold it

Buffers = tuple[list[str], list[int]]


class Rows:
    """Elements of one kind. `cells`: name, value, name, value …; `places`: line and column (from 0), alternating."""

    def __init__(self) -> None:
        self._buffers: dict[int, Buffers] = {}

    def buffers(self, length: int) -> Buffers:
        """The two lists for elements whose names and values are `length` together. They stay the same for ever."""
        found = self._buffers.get(length)
        if found is None:
            found = self._buffers[length] = ([], [])
        return found

    def add(self, cells: list[str], line: int, column: int) -> None:
        all_cells, places = self.buffers(len(cells))
        all_cells.extend(cells)
        places += (line, column)

    def __len__(self) -> int:
        # asked for each series: a generator would take three times as long
        count = 0
        for _, places in self._buffers.values():
            count += len(places)
        return count // 2

    def take(self, is_component: Callable[[str], bool]) -> pl.DataFrame:
        """All rows in document order, and empties the lists. Columns: those names that are components, and the place."""
        frames = [
            _frame(length, cells, places, is_component) for length, (cells, places) in self._buffers.items() if places
        ]
        for cells, places in self._buffers.values():
            cells.clear()
            places.clear()
        if len(frames) > 1:
            return pl.concat(frames, how="diagonal").sort(PLACE)
        return frames[0] if frames else pl.DataFrame(schema=dict.fromkeys(PLACE, pl.Int64))


def _frame(length: int, cells: list[str], places: list[int], is_component: Callable[[str], bool]) -> pl.DataFrame:
    count = len(places) // 2
    names = cells[:length:2]
    lines = pl.Series(PLACE[0], places[::2], dtype=pl.Int64)
    columns = pl.Series(PLACE[1], places[1::2], dtype=pl.Int64) + 1
    if all(cells[2 * i :: length].count(name) == count for i, name in enumerate(names)) and len(set(names)) == len(
        names
    ):
        values = [
            pl.Series(name, cells[2 * i + 1 :: length], dtype=pl.String)
            for i, name in enumerate(names)
            if is_component(name)
        ]
        _check_count(len(values))
        return pl.DataFrame([*values, lines, columns])
    return pl.DataFrame([lines, columns]).hstack(_scattered(cells, lines, columns, length, is_component))


def _scattered(
    cells: list[str], lines: pl.Series, columns: pl.Series, length: int, is_component: Callable[[str], bool]
) -> pl.DataFrame:
    """The columns of elements with as many attributes, but not the same."""
    names = {name for name in set(cells[::2]) if is_component(name)}
    _check_count(len(names))
    row = pl.int_range(len(cells) // 2, eager=True) // (length // 2)
    long = pl.DataFrame({":row": row, ":name": cells[::2], ":value": cells[1::2]}).filter(
        pl.col(":name").is_in(list(names))
    )
    twice = long.filter(pl.struct(":row", ":name").is_duplicated())
    if twice.height:
        at, name, _ = twice.row(0)
        raise ReadError(
            f"{name} is given twice in one element (line {lines[at]}, column {columns[at]}).",
            ru=f"{name} указан дважды в одном элементе (строка {lines[at]}, столбец {columns[at]}).",
            line=lines[at],
            column=columns[at],
        )
    wide = long.pivot(on=":name", index=":row", values=":value")
    rows = pl.DataFrame({":row": pl.int_range(lines.len(), eager=True)})
    return rows.join(wide, on=":row", how="left", maintain_order="left").drop(":row")


def _check_count(count: int) -> None:
    if count > MAX_COMPONENTS:
        raise ReadError(
            f"The data name more than {MAX_COMPONENTS} different components.",
            ru=f"В данных названо больше {MAX_COMPONENTS} разных компонентов.",
        )
