"""Data as a workbook for people: a tidy sheet (one observation a row, codes with their names) and a sheet of notes.

Text is never a formula, a number or a link: each cell is written with its type. Values are numbers that show the digits they
came with; what Excel could not keep (more than 15 significant digits) and what is no number stays text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter

from sdmx_dsm.batches import Attached, DataSet, in_order, with_attributes
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import pieces_of
from sdmx_dsm.model import Schema, SchemaComponent, Text, localise

LAST_ROW: Final = 1_048_575  # from 0
SIGNIFICANT_DIGITS: Final = 15
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

TEXTS: Final[Mapping[str, Text]] = {
    "data": {"en": "Data", "ru": "Данные"},
    "notes": {"en": "Notes", "ru": "Примечания"},
    "code": {"en": "{name}, code", "ru": "{name}, код"},
    "dataflow": {"en": "Dataflow", "ru": "Поток данных"},
    "prepared": {"en": "State of", "ru": "По состоянию на"},
    "sender": {"en": "Sender", "ru": "Отправитель"},
    "columns": {"en": "Columns", "ru": "Столбцы"},
    "sources": {
        "en": "Each row is one number of one source. Sources are not added up; countries and sources are not necessarily "
        "comparable.",
        "ru": "Каждая строка – одно число из одного источника. Источники не складываются; страны и источники не обязательно "
        "сопоставимы.",
    },
}


def write_xlsx(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """The workbook in pieces of 64 KiB. One sheet for each data set, a further one where Excel's rows are used up, and the
    notes. Rows go to disk as they come."""
    with TemporaryDirectory(prefix="dsm-xlsx-") as folder:
        path = Path(folder) / "output.xlsx"
        workbook = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder})
        workbook.set_properties({"created": created_at(options.header.prepared)})
        notes = Notes(options)
        sheets = _Sheets(workbook, options)
        for dataset in datasets:
            sheets.write(dataset)
            notes.add(dataset)
        notes.write(workbook)
        workbook.close()
        yield from pieces_of(path)


def created_at(prepared: str) -> datetime:
    """The time of the state, so that the same data give the same file."""
    try:
        moment = datetime.fromisoformat(prepared)
    except ValueError:
        moment = _EPOCH
    return (moment.astimezone(UTC) if moment.tzinfo else moment).replace(tzinfo=None)


def text_of(key: str, languages: Sequence[str]) -> str:
    return localise(TEXTS[key], languages)


def number_format(value: str) -> str | None:
    """How Excel shows a number with the decimals it was given with; None for what is no number that it would keep."""
    match = _NUMBER.fullmatch(value)
    if not match or sum(map(str.isdigit, value.lstrip("-0."))) > SIGNIFICANT_DIGITS:
        return None
    return "0." + "0" * len(match[2]) if match[2] else "0"


class _Sheets:
    """Writes the observations of one data set after the other."""

    def __init__(self, workbook: Any, options: WriteOptions) -> None:
        self.workbook = workbook
        self.options = options
        self.bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.formats: dict[str, Any] = {}
        self.count = 0

    def write(self, dataset: DataSet) -> None:
        ordered = in_order(dataset)
        columns = list(_columns(dataset, self.options))
        attached = Attached(dataset.schema, dataset.component_ids)
        sheet, row = self._begin(columns), 0
        for batch in ordered.batches:
            for values in with_attributes(attached, batch, dataset.schema.dimension_ids).iter_rows(named=True):
                if row == LAST_ROW:
                    sheet, row = self._begin(columns), 0
                row += 1
                self._write_row(sheet, row, columns, values)

    def _begin(self, columns: Sequence["_Column"]) -> Any:
        self.count += 1
        name = text_of("data", self.options.languages)
        sheet = self.workbook.add_worksheet(name if self.count == 1 else f"{name} {self.count}")
        sheet.freeze_panes(1, 0)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            sheet.write_string(0, number, column.title, self.bold)
        return sheet

    def _write_row(self, sheet: Any, row: int, columns: Sequence["_Column"], values: Mapping[str, str | None]) -> None:
        for number, column in enumerate(columns):
            value = values.get(column.component.id)
            if value is None:
                continue
            shown = number_format(value) if column.component.role == "measure" else None
            if shown:
                sheet.write_number(row, number, float(value), self._format(shown))
            else:
                sheet.write_string(row, number, column.shown(value))

    def _format(self, shown: str) -> Any:
        if shown not in self.formats:
            self.formats[shown] = self.workbook.add_format({"num_format": shown})
        return self.formats[shown]


class _Column:
    """A component as a column: its codes, or the names of its codes."""

    def __init__(self, component: SchemaComponent, languages: Sequence[str], *, as_name: bool, suffixed: bool) -> None:
        name = localise(component.names, languages) or component.id
        self.component = component
        self.title = TEXTS["code"][_known(languages)].format(name=name) if suffixed else name
        self.width = 30 if as_name else 12
        items = component.codelist.items if component.codelist and as_name else ()
        self._names = {code.id: localise(code.names, languages) or code.id for code in items}

    def shown(self, value: str) -> str:
        return self._names.get(value, value)


def _known(languages: Sequence[str]) -> str:
    return next((language for language in languages if language in TEXTS["code"]), "en")


def _columns(dataset: DataSet, options: WriteOptions) -> Iterator[_Column]:
    """In schema order; for a coded component the name, the code, or both beside each other."""
    for id in dataset.component_ids:
        component = dataset.schema.by_id[id]
        if component.codelist is None:
            yield _Column(component, options.languages, as_name=False, suffixed=False)
            continue
        if options.labels != "id":
            yield _Column(component, options.languages, as_name=True, suffixed=False)
        if options.labels != "name":
            yield _Column(component, options.languages, as_name=False, suffixed=options.labels == "both")


class Notes:
    """What has to be read beside the numbers: a sheet of its own."""

    def __init__(self, options: WriteOptions) -> None:
        self.options = options
        self.schemas: dict[str, Schema] = {}

    def add(self, dataset: DataSet) -> None:
        self.schemas[dataset.schema.reference.short] = dataset.schema

    def write(self, workbook: Any) -> None:
        languages = self.options.languages
        sheet = workbook.add_worksheet(text_of("notes", languages))
        bold = workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 2, 70)
        for number, (head, *cells) in enumerate(self._lines()):
            sheet.write_string(number, 0, head, bold)
            for column, text in enumerate(cells, start=1):
                sheet.write_string(number, column, text, wrapped)

    def _lines(self) -> Iterator[tuple[str, ...]]:
        languages, header = self.options.languages, self.options.header
        for text in (*header.names.values(), *header.sources.values()):  # in all languages: notices
            yield "", text
        for schema in self.schemas.values():
            subject = schema.dataflow or schema.structure
            yield text_of("dataflow", languages), localise(subject.names, languages), subject.reference.short
            if subject.descriptions:
                yield "", localise(subject.descriptions, languages)
        yield "", text_of("sources", languages)
        if header.prepared:
            yield text_of("prepared", languages), header.prepared
        if header.sender:
            yield text_of("sender", languages), header.sender
        yield (text_of("columns", languages),)
        components = {component.id: component for schema in self.schemas.values() for component in schema.components}
        for component in components.values():
            names, descriptions = localise(component.names, languages), localise(component.descriptions, languages)
            yield component.id, names, descriptions
