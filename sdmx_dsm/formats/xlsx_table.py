"""Data as a workbook to read: a table with the times across and the other dimensions down, and the sheet of notes.

What is the same for all numbers (a dimension with one value, a unit) stands above the table. What an attribute says of some of
them is a numbered mark, explained below the table; texts of single observations are comments of their cells. Numbers are numbers,
with the decimals they came with: marks are part of how Excel shows a cell, not of its value.

Rows and columns can be chosen by the options, or by annotations of the dataflow or its structure, of the types LAYOUT_ROW and
LAYOUT_COLUMN, which name dimensions in their title, as .Stat Suite has them. The table is made in memory: over `MOST_CELLS` it is
refused, and `sdmx_dsm.formats.xlsx` recommended, which has no limit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
import xlsxwriter

from sdmx_dsm.batches import Attached, DataSet, in_order, with_attributes, with_columns
from sdmx_dsm.errors import QuerySemanticsError, TooLarge
from sdmx_dsm.formats.flat import components_of, decoded
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import pieces_of
from sdmx_dsm.formats.xlsx import Notes, created_at, number_format, text_of
from sdmx_dsm.model import SchemaComponent, Text, localise

MOST_CELLS: Final = 300_000
MOST_COLUMNS: Final = 16_000
MOST_FORMATS: Final = 150  # Excel keeps about 200 formats of numbers in a workbook; marks beyond go into comments
# Flags that say nothing worth a mark.
USUAL: Final[Mapping[str, str]] = {"OBS_STATUS": "A", "CONF_STATUS": "F"}
SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MEASURES: Final[Text] = {"en": "Measure", "ru": "Показатель"}


def write_xlsx_table(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """The workbook in pieces of 64 KiB: one sheet for each structure, and the notes.

    Raises TooLarge and, for rows or columns that are no dimensions, QuerySemanticsError, before the first piece."""
    with TemporaryDirectory(prefix="dsm-xlsx-") as folder:
        path = Path(folder) / "output.xlsx"
        workbook = xlsxwriter.Workbook(path, {"tmpdir": folder})
        workbook.set_properties({"created": created_at(options.header.prepared)})
        notes = Notes(options)
        tables: dict[str, _Table] = {}
        for dataset in datasets:
            notes.add(dataset)
            tables.setdefault(dataset.schema.reference.short, _Table(dataset, options)).take(dataset)
        sheets = _Sheets(workbook, options)
        for table in tables.values():
            sheets.write(table)
        notes.write(workbook)
        workbook.close()
        yield from pieces_of(path)


class _Table:
    """The observations of one structure, and where each of its components stands."""

    def __init__(self, dataset: DataSet, options: WriteOptions) -> None:
        self.schema = dataset.schema
        self.languages = options.languages
        self.components = components_of(dataset)
        self._options = options
        self._frames: list[pl.DataFrame] = []
        self._height = 0
        self._names: dict[str, dict[str, str]] = {}

    def take(self, dataset: DataSet) -> None:
        attached = Attached(self.schema, dataset.component_ids)
        ids = tuple(component.id for component in self.components)
        for batch in in_order(dataset).batches:
            rows = with_columns(with_attributes(attached, batch, self.schema.dimension_ids), ids).select(ids)
            self._height += rows.height
            _refuse_beyond(self._height, 1)
            self._frames.append(rows)

    def observations(self) -> pl.DataFrame:
        """All of them, with the attributes of their series, groups and data set."""
        ids = [component.id for component in self.components]
        return pl.concat([pl.DataFrame(schema=dict.fromkeys(ids, pl.String)), *self._frames])

    def axes(self, varying: Sequence[str]) -> tuple[list[str], list[str]]:
        """The dimensions down and those across, among those that have several values."""
        columns = self._chosen("LAYOUT_COLUMN", self._options.columns)
        rows = self._chosen("LAYOUT_ROW", self._options.rows)
        if not columns:
            time = self.schema.time
            free = [id for id in varying if id not in rows]
            columns = [time.id] if time and time.id in free else free[-1:]
        across = [id for id in columns if id in varying and id not in self._options.rows]
        down = [id for id in dict.fromkeys((*rows, *self.schema.key_ids)) if id in varying and id not in across]
        return down, across

    def _chosen(self, type: str, wanted: Sequence[str]) -> list[str]:
        known = self.schema.key_ids
        for id in wanted:
            if id not in known:
                raise QuerySemanticsError(
                    f"“{id}” is no dimension for the rows or columns of a table; there are {', '.join(known)}.",
                    ru=f"«{id}» — не измерение, которое может стоять в строках или столбцах таблицы; есть {', '.join(known)}.",
                    dimension=id,
                )
        if wanted:
            return list(wanted)
        artefacts = [artefact for artefact in (self.schema.dataflow, self.schema.structure) if artefact]
        titles = [note.title or "" for artefact in artefacts for note in artefact.annotations if note.type == type]
        return [id for id in (titles[0].replace(" ", "").split(",") if titles else ()) if id in known]

    def shown(self, component: SchemaComponent, value: str) -> str:
        """A value for people: the name of its code, the best of its languages, several joined."""
        content = decoded(value) if component.is_multi_valued else value
        return "; ".join(self._one(component, item) for item in (content if isinstance(content, list) else [content]))

    def _one(self, component: SchemaComponent, value: Any) -> str:
        if isinstance(value, Mapping):
            return localise(value, self.languages)
        if component.id not in self._names:
            items = component.codelist.items if component.codelist else ()
            self._names[component.id] = {code.id: localise(code.names, self.languages) for code in items}
        return self._names[component.id].get(value) or str(value)

    def name(self, component: SchemaComponent) -> str:
        return localise(component.names, self.languages) or component.id

    def keys(self, frame: pl.DataFrame, ids: Sequence[str]) -> list[tuple[str | None, ...]]:
        """The distinct keys on an axis: codes in the order of their lists, all else by its text."""
        found = frame.select(ids).unique().rows() if ids else [()]
        places = [self._places(id) for id in ids]
        return sorted(
            found,
            key=lambda key: [
                (place.get(value or "", len(place)), value or "") for place, value in zip(places, key, strict=True)
            ],
        )

    def _places(self, id: str) -> Mapping[str, int]:
        component = self.schema.by_id[id]
        items = component.codelist.items if component.codelist else ()
        return {code.id: number for number, code in enumerate(items)}


def _refuse_beyond(rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS or columns > MOST_COLUMNS:
        raise TooLarge(
            f"The table would have more than {MOST_CELLS} cells or {MOST_COLUMNS} columns (as far as it was made: {rows} rows, "
            f"{columns} columns). Ask for fewer observations, or for xlsx, which has a row for each.",
            ru=f"В таблице было бы более {MOST_CELLS} ячеек или {MOST_COLUMNS} столбцов (на этот момент: строк — {rows}, "
            f"столбцов — {columns}). Запросите меньше наблюдений или формат xlsx, в котором на каждое — своя строка.",
        )


class _Sheets:
    """Lays tables out on sheets."""

    def __init__(self, workbook: Any, options: WriteOptions) -> None:
        self._workbook = workbook
        self._languages = options.languages
        self._bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._across = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "right"})
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._formats: dict[str, Any] = {}
        self._count = 0

    def write(self, table: _Table) -> None:
        schema = table.schema
        self._count += 1
        name = text_of("data", self._languages)
        sheet = self._workbook.add_worksheet(name if self._count == 1 else f"{name} {self._count}")
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)  # one page wide on paper
        frame = table.observations()
        subject = schema.dataflow or schema.structure
        sheet.write_string(0, 0, localise(subject.names, self._languages) or subject.id, self._title)
        same = {id for id in frame.columns if frame.height and frame[id].n_unique() == 1}
        line = 1
        for component in table.components:
            value = frame[component.id][0] if component.role != "measure" and component.id in same else None
            if value and USUAL.get(component.id) != value:
                sheet.write_string(line, 0, f"{table.name(component)}: {table.shown(component, value)}")
                line += 1
        if frame.height:
            self._write_body(sheet, line + 1, table, frame, same)

    def _write_body(self, sheet: Any, top: int, table: _Table, frame: pl.DataFrame, same: set[str]) -> None:
        schema = table.schema
        down, across = table.axes([id for id in schema.key_ids if id not in same])
        measures = [m for m in schema.measures if m.id in frame.columns and frame[m.id].count()] or schema.measures[:1]
        several = len(measures) > 1
        rows = [(key, measure) for key in table.keys(frame, down) for measure in measures]
        columns = table.keys(frame, across)
        _refuse_beyond(len(rows), len(columns))
        body, left = top + max(len(across), 1), len(down) + several
        heads = [table.name(schema.by_id[id]) for id in down]
        for number, head in enumerate([*heads, *([localise(MEASURES, self._languages)] if several else [])]):
            sheet.write_string(body - 1, number, head, self._bold)
        for number, key in enumerate(columns, start=left):
            for level, text in enumerate(_labels(table, across, key)):
                sheet.write_string(top + level, number, text, self._across)
        for number, (key, measure) in enumerate(rows, start=body):
            for place, text in enumerate([*_labels(table, down, key), *([table.name(measure)] if several else [])]):
                sheet.write_string(number, place, text)
        sheet.set_column(0, max(left - 1, 0), 30)
        sheet.set_column(left, left + len(columns), 12)
        sheet.freeze_panes(body, left)
        row_of = {(key, measure.id): number for number, (key, measure) in enumerate(rows, start=body)}
        column_of = {key: number for number, key in enumerate(columns, start=left)}
        marks = _Marks(table, same)
        for values in frame.iter_rows(named=True):
            place = column_of[tuple(values[id] for id in across)]
            key = tuple(values[id] for id in down)
            found, comment = marks.of(values)
            for measure in measures:
                self._write_cell(sheet, row_of[key, measure.id], place, values[measure.id], found, comment)
        for number, text in enumerate(marks.legend(), start=body + len(rows) + 1):
            sheet.write_string(number, 0, text)

    def _write_cell(self, sheet: Any, row: int, column: int, value: str | None, marks: str, comment: str) -> None:
        shown = number_format(value) if value else None
        if value and shown:
            marked = f'{shown}" {marks}"' if marks else shown
            if marked not in self._formats and len(self._formats) >= MOST_FORMATS:
                marked, comment = shown, "\n".join(filter(None, (marks, comment)))
            sheet.write_number(row, column, float(value), self._format(marked))
        elif value or marks:
            sheet.write_string(row, column, " ".join(filter(None, (value, marks))))
        if comment:
            sheet.write_comment(row, column, comment, {"author": ""})

    def _format(self, shown: str) -> Any:
        if shown not in self._formats:
            self._formats[shown] = self._workbook.add_format({"num_format": shown, "align": "right"})
        return self._formats[shown]


def _labels(table: _Table, ids: Sequence[str], key: Sequence[str | None]) -> list[str]:
    return [table.shown(table.schema.by_id[id], value or "") for id, value in zip(ids, key, strict=True)]


class _Marks:
    """The attributes that differ between numbers: those that get marks, numbered as they come, and those that are comments."""

    def __init__(self, table: _Table, same: set[str]) -> None:
        self._table = table
        differing = [c for c in table.components if c.role == "attribute" and c.id not in same]
        self._commenting = [c for c in differing if c.level == "obs" and c.codelist is None]
        self._marking = [c for c in differing if c not in self._commenting]
        self._numbers: dict[tuple[str, str], int] = {}

    def of(self, values: Mapping[str, str | None]) -> tuple[str, str]:
        """The marks of an observation, and its comment."""
        numbers = [
            self._numbers.setdefault((component.id, value), len(self._numbers) + 1)
            for component in self._marking
            if (value := values[component.id]) and USUAL.get(component.id) != value
        ]
        comments = [
            f"{self._table.name(component)}: {self._table.shown(component, value)}"
            for component in self._commenting
            if (value := values[component.id])
        ]
        return " ".join(map(_superscript, numbers)), "\n".join(comments)

    def legend(self) -> Iterator[str]:
        for (id, value), number in self._numbers.items():
            component = self._table.schema.by_id[id]
            yield f"{_superscript(number)} {self._table.name(component)}: {self._table.shown(component, value)}"


def _superscript(number: int) -> str:
    return str(number).translate(SUPERSCRIPTS)
