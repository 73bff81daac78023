"""The headers of a table: for each row, column or cell of the data, the value of a component and where it stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from sdmx_dsm.excel.addresses import Cell
from sdmx_dsm.excel.expressions import clean
from sdmx_dsm.excel.labels import LabelPath, meanings, without_signs
from sdmx_dsm.excel.mapping import Part, Source
from sdmx_dsm.excel.workbooks import Sheet
from sdmx_dsm.model import SchemaComponent

SIGN_SEPARATOR: Final = "\x1f"


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a header cell without its footnotes, the labels it is indented under, and where it stands."""

    text: str = ""
    signs: tuple[str, ...] = ()
    cell: str | None = None
    indent: int = 0
    above: LabelPath = ()


NO_LABEL: Final = Label()


@dataclass(frozen=True, slots=True)
class Extent:
    """The rows and columns of a data area; `offset` is how far the table stands from where the mapping has it."""

    rows: range
    columns: range
    offset: tuple[int, int]


class Headers:
    """The header cells of a table on its sheet. A merged area has everywhere the text of its first cell."""

    def __init__(self, sheet: Sheet, parts: Iterable[Part], extent: Extent, footnotes: Sequence[str]) -> None:
        self._extent = extent
        self._sheet_label = Label(clean(sheet.name))
        moved = [self._moved(part) for part in parts if part.kind != "sheet"]
        rows = {row for row, _ in moved if row}
        columns = {column for row, column in moved if not row}
        self._origins = {
            position: (row, column)
            for row, column, last_row, last_column in sheet.merges
            for position in _strips(range(row, last_row + 1), range(column, last_column + 1), rows, columns)
        }
        rows |= {row for row, _ in self._origins.values()}
        columns |= {column for _, column in self._origins.values()}
        wanted = pl.col(":row").is_in(sorted(rows)) | pl.col(":col").is_in(sorted(columns))
        self._labels: dict[tuple[int, int], Label] = {}
        for row, column, raw, indent in sheet.cells.filter(wanted).select(":row", ":col", ":text", ":indent").rows():
            text, signs = without_signs(raw, footnotes)
            blanks = len(raw) - len(raw.lstrip())
            self._labels[row, column] = Label(text, signs, str(Cell(row, column)), indent + blanks)

    def _moved(self, part: Part) -> tuple[int, int]:
        down, right = self._extent.offset
        return part.row and part.row + down, part.column and part.column + right

    def _at(self, row: int, column: int) -> Label:
        return self._labels.get(self._origins.get((row, column), (row, column)), NO_LABEL)

    def of_part(self, part: Part, *, fill: bool) -> dict[int, Label]:
        """A part's labels by row or column; by 0 alone where it is one for all."""
        row, column = self._moved(part)
        match part.kind:
            case "sheet":
                return {0: self._sheet_label}
            case "cell":
                return {0: self._at(row, column)}
            case "row":
                found = {at: self._at(row, at) for at in self._extent.columns}
            case "column":
                found = _with_paths({at: self._at(at, column) for at in self._extent.rows})
        return _filled(found) if fill else found


def _strips(rows: range, columns: range, wanted_rows: set[int], wanted_columns: set[int]) -> Iterator[tuple[int, int]]:
    """The positions of a merged area that lie in header rows or header columns."""
    for row in wanted_rows:
        if row in rows:
            yield from ((row, column) for column in columns)
    for column in wanted_columns:
        if column in columns:
            yield from ((row, column) for row in rows)


def _filled(labels: dict[int, Label]) -> dict[int, Label]:
    """An empty header says what the one before it does."""
    last = NO_LABEL
    filled = {}
    for at, label in labels.items():
        last = label if label.text else last
        filled[at] = last
    return filled


def _with_paths(labels: dict[int, Label]) -> dict[int, Label]:
    """Each label with those it is indented under, by the cells' indents and blanks before the text."""
    placed = {}
    above: list[Label] = []
    for at, label in labels.items():
        if label.text:
            while above and above[-1].indent >= label.indent:
                above.pop()
            label = Label(label.text, label.signs, label.cell, label.indent, tuple(each.text for each in above))
            above.append(label)
        placed[at] = label
    return placed


def axes(source: Source) -> list[str]:
    """What of a cell's position the component depends on."""
    kinds = {part.kind for part in source.parts}
    return [axis for axis, kind in ((":row", "column"), (":col", "row")) if kind in kinds]


def header_values(
    id: str, source: Source, cells: pl.DataFrame, headers: Headers, component: SchemaComponent | None, frequency: str
) -> pl.DataFrame:
    """For each row, column, or row and column of `cells` (or once for all): the value of a component, `:cell:ID`, `:signs`
    (footnotes behind the labels), `:skip` and `:known`."""
    on = axes(source)
    keys = cells.select(on).unique(maintain_order=True)
    positions = keys.to_dicts() if on else [{}]
    axis_of = {"column": ":row", "row": ":col"}
    by_part = [(axis_of.get(part.kind, ""), headers.of_part(part, fill=source.fill)) for part in source.parts]
    found = [[labels[position.get(axis, 0)] for axis, labels in by_part] for position in positions]
    paths = [
        (
            *next((label.above for label in labels if label.above), ()),
            " ".join(label.text for label in labels if label.text),
        )
        for labels in found
    ]
    by_path = meanings(source, component, frequency, paths)
    meaning = [by_path[path] for path in paths]
    signs = [SIGN_SEPARATOR.join(sign for label in labels for sign in label.signs) or None for labels in found]
    places = [next((label.cell for label in reversed(labels) if label.cell), None) for labels in found]
    values = pl.DataFrame(
        {
            id: pl.Series([each.value for each in meaning], dtype=pl.String),
            f":cell:{id}": pl.Series(places, dtype=pl.String),
            ":signs": pl.Series(signs, dtype=pl.String),
            ":skip": pl.Series([each.skip for each in meaning], dtype=pl.Boolean),
            ":known": pl.Series([each.known for each in meaning], dtype=pl.Boolean),
        }
    )
    return pl.concat([keys, values], how="horizontal") if on else values
