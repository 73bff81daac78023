"""One table on one sheet: from cells to observations, as its mapping says.

    cells of the data area ─► header values joined by row, by column, or one for all ─► numbers, marks and footnotes read
                           ─► one row for each observation, with the address of everything

The frame has a text column for each component and `:sheet`, `:cell`, `:cell:ID`, like a batch, but the attributes of series and
other levels still stand on each observation: `reading` takes them apart."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.excel.addresses import Cell, column_letters
from sdmx_dsm.excel.expressions import clean, matches
from sdmx_dsm.excel.headers import SIGN_SEPARATOR, Extent, Headers, axes, header_values
from sdmx_dsm.excel.labels import without_signs
from sdmx_dsm.excel.mapping import Mark, Table
from sdmx_dsm.excel.values import number_from_text
from sdmx_dsm.excel.workbooks import Sheet
from sdmx_dsm.model import Finding, Place, Schema

# In the list of signs of an observation: a mark that stood instead of its number, told from a footnote of the same sign.
WHOLE: Final = "\x1e"
FOOTNOTE_PLACEHOLDER: Final = "{footnote}"


def read_table(table: Table, sheet: Sheet, schema: Schema) -> tuple[pl.DataFrame, list[Finding]]:
    """The observations of a table (none where it is not on this sheet) and what was noticed."""
    extent = _extent(table, sheet)
    if extent is None or not (table.anchor or (extent.rows and extent.columns)):
        expected = {"expected": table.anchor.text if table.anchor else str(table.data)}
        place = Place(sheet=sheet.name)
        return pl.DataFrame(), [Finding(code="area-not-found", severity="error", place=place, arguments=expected)]
    cells = _data_cells(table, sheet, extent)
    if not cells.height:
        return pl.DataFrame(), []
    footnotes = sorted(table.footnotes, key=len, reverse=True)
    cells, sign_columns, remarks = _with_headers(cells, table, sheet, schema, extent, footnotes)
    is_formula = pl.col(":kind") == "f"
    for position in cells.filter(is_formula).select(":row", ":col").rows():
        place = Place(sheet=sheet.name, cell=str(Cell(*position)))
        remarks.append(Finding(code="formula-without-value", severity="error", place=place))
    measure = schema.measures[0].id if schema.measures else "OBS_VALUE"
    cells = _with_values(cells.filter(~is_formula), table, footnotes, measure)
    said = {signs: _said(signs, table, sheet, schema, extent) for signs in _distinct(cells, sign_columns)}
    cells = _with_said(cells, sign_columns, said)
    letters = {column: column_letters(column) for column in cells[":col"].unique()}
    address = pl.col(":col").replace_strict(letters, return_dtype=pl.String) + pl.col(":row").cast(pl.String)
    cells = cells.with_columns(pl.lit(sheet.name).alias(":sheet"), address.alias(":cell"))
    return cells.drop(":row", ":col", ":kind", ":text", ":indent"), remarks


# --- the data area ----------------------------------------------------------------------------------------------------


def _extent(table: Table, sheet: Sheet) -> Extent | None:
    """The data area, moved as its anchor has moved; None where there is no anchor."""
    offset = _offset(table, sheet)
    if offset is None:
        return None
    down, right = offset
    area = table.data
    first_row, first_column = area.first.row + down, area.first.column + right
    last_row = sheet.last_row if area.last_row is None else area.last_row + down
    last_column = sheet.last_column if area.last_column is None else area.last_column + right
    if table.until:
        below = sheet.cells.filter(
            (pl.col(":row") >= first_row) & (pl.col(":col") <= last_column) & (pl.col(":kind") == "s")
        )
        hits = matches(table.until, [clean(text) for text in below[":text"]])
        last_row = next((row - 1 for row, hit in zip(below[":row"], hits, strict=True) if hit), last_row)
    last_row, last_column = min(last_row, sheet.last_row), min(last_column, sheet.last_column)
    return Extent(range(first_row, last_row + 1), range(first_column, last_column + 1), offset)


def _offset(table: Table, sheet: Sheet) -> tuple[int, int] | None:
    """How far the nearest cell with the anchor's text stands from where the mapping has it."""
    if not table.anchor:
        return 0, 0
    texts = sheet.cells.filter(pl.col(":kind") == "s")
    hits = matches(table.anchor.text, [clean(text) for text in texts[":text"]])
    nominal = table.anchor.cell
    positions = zip(texts[":row"], texts[":col"], hits, strict=True)
    offsets = [(row - nominal.row, column - nominal.column) for row, column, hit in positions if hit]
    return min(offsets, key=lambda offset: (abs(offset[0]) + abs(offset[1]), offset), default=None)


def _data_cells(table: Table, sheet: Sheet, extent: Extent) -> pl.DataFrame:
    """The cells of the area that count; hidden rows and columns do, unless the mapping leaves them out."""
    down, right = extent.offset
    rows = set(extent.rows) - {row + down for row in table.skip_rows}
    columns = set(extent.columns) - {column + right for column in table.skip_columns}
    if table.hidden == "skip":
        rows -= sheet.hidden_rows
        columns -= sheet.hidden_columns
    return sheet.cells.filter(
        pl.col(":row").is_in(sorted(rows)),
        pl.col(":col").is_in(sorted(columns)),
        (pl.col(":text").str.strip_chars() != "") | (pl.col(":kind") == "f"),
    )


# --- headers ----------------------------------------------------------------------------------------------------------


def _with_headers(
    cells: pl.DataFrame, table: Table, sheet: Sheet, schema: Schema, extent: Extent, footnotes: Sequence[str]
) -> tuple[pl.DataFrame, list[str], list[Finding]]:
    """The cells with all components (without those that the mapping leaves out), the columns that hold footnote signs in
    the order in which they count, and the labels that were left out unknown."""
    headers = Headers(sheet, (part for source in table.components.values() for part in source.parts), extent, footnotes)
    frequency = table.components["FREQ"].constant or "" if "FREQ" in table.components else ""
    remarks: list[Finding] = []
    of_rows: list[str] = []
    of_columns: list[str] = []
    for id, source in table.components.items():
        if source.constant is not None:
            cells = cells.with_columns(pl.lit(source.constant).alias(id))
            continue
        on = axes(source)
        signs = f":signs:{id}"
        (of_rows if ":row" in on else of_columns).append(signs)
        values = header_values(id, source, cells, headers, schema.by_id.get(id), frequency).rename({":signs": signs})
        if source.unknown == "skip":
            left_out = values.filter(~pl.col(":known")).select(id, f":cell:{id}").unique(maintain_order=True)
            remarks += (_left_out(id, label, sheet, cell) for label, cell in left_out.rows())
        joined = cells.join(values, on=on, how="left", maintain_order="left") if on else cells.join(values, how="cross")
        cells = joined.filter(~pl.col(":skip")).drop(":skip", ":known")
    return cells, [*of_rows, *of_columns, ":signs"], remarks


def _left_out(id: str, label: str, sheet: Sheet, cell: str | None) -> Finding:
    """A label that nothing knows is never left out without a word."""
    place = Place(sheet=sheet.name, cell=cell)
    return Finding(code="unmapped-label", severity="warning", component=id, value=label, place=place)


# --- values -----------------------------------------------------------------------------------------------------------


def _with_values(cells: pl.DataFrame, table: Table, footnotes: Sequence[str], measure: str) -> pl.DataFrame:
    """Adds the measure and `:signs`. Numbers are taken as they are, texts are read; what can't be read stays."""
    marks = {clean(sign).casefold(): (sign, mark) for sign, mark in table.marks.items()}
    is_plain = (pl.col(":kind") == "n") & ~pl.col(":text").is_in(sorted(marks))
    texts = cells.filter(~is_plain)[":text"].unique().to_list()
    read = [_read(text, marks, footnotes, table.decimal) for text in texts]
    values = pl.DataFrame(
        {
            ":text": pl.Series(texts, dtype=pl.String),
            ":value": pl.Series([value for value, _, _ in read], dtype=pl.String),
            ":signs": pl.Series([signs for _, signs, _ in read], dtype=pl.String),
            ":skip": pl.Series([skip for _, _, skip in read], dtype=pl.Boolean),
        }
    )
    return (
        cells.join(values, on=":text", how="left", maintain_order="left")
        .filter(~pl.col(":skip").fill_null(False))
        .with_columns(pl.when(is_plain).then(pl.col(":text")).otherwise(pl.col(":value")).alias(measure))
        .drop(":value", ":skip")
    )


def _read(
    text: str, marks: Mapping[str, tuple[str, Mark]], footnotes: Sequence[str], decimal: str
) -> tuple[str | None, str | None, bool]:
    """Of a cell's text: the value, the signs it stands for, and whether it is left out."""
    whole = clean(text)
    bare, signs = (whole, ()) if whole.casefold() in marks else without_signs(whole, footnotes)
    if bare.casefold() in marks:
        sign, mark = marks[bare.casefold()]
        return mark.value, SIGN_SEPARATOR.join((WHOLE + sign, *signs)), mark.skip
    number = number_from_text(bare, decimal)
    return (text if number is None else number), SIGN_SEPARATOR.join(signs) or None, False


# --- what signs say ---------------------------------------------------------------------------------------------------


def _signs(columns: Sequence[str]) -> pl.Expr:
    return pl.concat_str(columns, separator=SIGN_SEPARATOR, ignore_nulls=True)


def _distinct(cells: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """The combinations of signs that there are."""
    return [signs for signs in cells.select(_signs(columns)).to_series().unique(maintain_order=True) if signs]


def _said(signs: str, table: Table, sheet: Sheet, schema: Schema, extent: Extent) -> dict[str, str]:
    """What marks and footnotes together say about other components. Of a coded one the last counts (a column's header
    before a row's, the cell's own before both); texts are put together."""
    said: dict[str, str] = {}
    for sign in signs.split(SIGN_SEPARATOR):
        is_mark = sign.startswith(WHOLE)
        sign = sign.removeprefix(WHOLE)
        for id, value in (table.marks if is_mark else table.footnotes)[sign].components.items():
            if FOOTNOTE_PLACEHOLDER in value:
                value = value.replace(FOOTNOTE_PLACEHOLDER, _footnote(sign, sheet, extent))
            component = schema.by_id.get(id)
            is_text = component is not None and component.codelist is None
            said[id] = f"{said[id]} {value}" if is_text and id in said and value not in said[id] else value
    return said


def _footnote(sign: str, sheet: Sheet, extent: Extent) -> str:
    """The text behind the sign where it begins a cell: the first below the table's begin, else the last on the sheet; the
    sign itself where there is none."""
    texts = sheet.cells.filter(pl.col(":kind") == "s").select(":row", ":text").rows()
    notes = [(row, clean(text).removeprefix(sign)) for row, text in texts if clean(text).startswith(sign)]
    notes = [(row, note.lstrip(")–—-.: ")) for row, note in notes if note and not note.startswith(sign)]
    below = next((note for row, note in notes if row >= extent.rows.start), None)
    return below or (notes[-1][1] if notes else sign)


def _with_said(cells: pl.DataFrame, columns: Sequence[str], said: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    """Cells with what their signs say, before what stood in the components."""
    ids = list(dict.fromkeys(id for each in said.values() for id in each))
    new = {f":said:{id}": pl.Series([each.get(id) for each in said.values()], dtype=pl.String) for id in ids}
    by_signs = pl.DataFrame({":all": pl.Series(list(said), dtype=pl.String), **new})
    cells = cells.with_columns(_signs(columns).alias(":all")).drop(columns)
    cells = cells.join(by_signs, on=":all", how="left", maintain_order="left")
    values = [pl.coalesce(f":said:{id}", *({id} & set(cells.columns))).alias(id) for id in ids]
    return cells.with_columns(values).drop(":all", *new)
