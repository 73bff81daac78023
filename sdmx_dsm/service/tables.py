"""A dataflow as a table for people: countries in rows, periods in columns, one value for each other dimension.

Several sources stand in rows of their own, with the source named; nothing is ever added up, averaged or ranked over countries
or sources. A blank cell was not reported; a value that was reported as missing is told apart (`Cell.kind`)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import polars as pl

from sdmx_dsm.batches import MISSING_VALUES, NOT_APPLICABLE
from sdmx_dsm.errors import NoResults, PeriodError
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.xlsx import write_xlsx
from sdmx_dsm.model import (
    ComponentFilter,
    Condition,
    Dataflow,
    DataQuery,
    EnumeratedItem,
    Release,
    Schema,
    SchemaComponent,
    Text,
    Viewer,
    localise,
    parse_period,
)
from sdmx_dsm.service import data
from sdmx_dsm.service.hub import Hub

MAX_PERIODS: Final = 60
MAX_ROWS: Final = 1000

# Its values stand side by side, in rows.
REFERENCE_AREA: Final = "REF_AREA"
FREQUENCY: Final = "FREQ"
TOTAL: Final = "_T"
# The codes of cross-domain lists that say "nothing special": not worth a mark at every number.
UNMARKED: Final[Mapping[str, frozenset[str]]] = {"OBS_STATUS": frozenset("A"), "CONF_STATUS": frozenset("F")}
UNIT_IDS: Final = ("UNIT_MEASURE", "UNIT_MULT")
# Attributes that tell how a number is written, and nothing about what it means.
SILENT: Final = frozenset((*UNIT_IDS, "DECIMALS"))
NOT_AVAILABLE: Final = frozenset(("", *MISSING_VALUES))


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuery:
    """`chosen`: code by dimension id; what is not chosen gets a default. `first_year` and `last_year`: "" for open."""

    dataflow: Dataflow
    chosen: Mapping[str, str] = field(default_factory=dict)
    first_year: str = ""
    last_year: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A code with its names, or a bare text (then `names` is empty or the text by language)."""

    id: str
    names: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One dimension with a single value. `options` lead to data while all else stays; `others` have data elsewhere."""

    component: SchemaComponent
    value: Label
    options: tuple[Label, ...]
    others: tuple[Label, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A flag: `symbol` stands at the number, the legend tells its meaning."""

    symbol: str
    component: SchemaComponent
    code: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`text` keeps the digits of the value. `comments` count from 1 in `Table.comments`."""

    text: str
    kind: Literal["value", "not-available", "not-applicable"]
    marks: tuple[Mark, ...] = ()
    comments: tuple[int, ...] = ()


Note = tuple[SchemaComponent, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One series. `heads`: the values of `Table.heads`; `cells` run beside `Table.periods`, None is not reported."""

    heads: tuple[Label, ...]
    cells: tuple[Cell | None, ...]
    unit: tuple[Label, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`years`: all that have data for these choices. `unit`: of all rows, () where they differ. `hidden_periods` and
    `hidden_rows` were left out for size. `query` asks for the same data by SDMX."""

    schema: Schema
    choices: tuple[Choice, ...]
    heads: tuple[SchemaComponent, ...]
    periods: tuple[str, ...]
    years: tuple[str, ...]
    first_year: str
    last_year: str
    rows: tuple[Row, ...]
    unit: tuple[Label, ...]
    marks: tuple[Mark, ...]
    comments: tuple[Text, ...]
    notes: tuple[Note, ...]
    notices: Text
    release: Release | None
    query: DataQuery
    hidden_periods: int = 0
    hidden_rows: int = 0

    @property
    def has(self) -> frozenset[str]:
        """The kinds of cells that occur."""
        return frozenset(cell.kind for row in self.rows for cell in row.cells if cell)

    @property
    def has_blanks(self) -> bool:
        return any(cell is None for row in self.rows for cell in row.cells)

    @property
    def has_signs(self) -> bool:
        """Whether anything but plain numbers has to be explained."""
        return bool(self.marks) or self.has_blanks or bool(self.has - {"value"})


def read_table(hub: Hub, query: TableQuery, viewer: Viewer, languages: Sequence[str]) -> Table:
    """The table of a dataflow. `languages` decide the order of the rows alone.

    Raises NotFound, and TooLarge where one table would hold more than the hub answers at once."""
    schema = hub.schema(query.dataflow)
    head_ids = row_dimensions(schema)
    choices = tuple(_choices(hub, schema, head_ids, query, viewer))
    values = {choice.component.id: choice.value.id for choice in choices}
    asked = _data_query(schema, values)
    question = data.ask(hub, asked, viewer)
    (subject,) = question.subjects
    found = _Found(schema, head_ids, values)
    try:
        for dataset in question.answer().datasets:
            for batch in dataset.batches:
                found.add(batch)
    except NoResults:
        pass
    years = sorted({period[:4] for period in found.periods})
    first, last = (year if year in years else "" for year in (query.first_year, query.last_year))
    within = [p for p in found.periods if (not first or p[:4] >= first) and (not last or p[:4] <= last)]
    periods = sorted(within, key=_period_order)[-MAX_PERIODS:]
    places = found.places(periods, languages)
    rows = tuple(found.row(place, periods) for place in places[:MAX_ROWS])
    units = {tuple(label.id for label in row.unit): row.unit for row in rows}
    return Table(
        schema=schema,
        choices=choices,
        heads=tuple(schema.by_id[id] for id in head_ids),
        periods=tuple(periods),
        years=tuple(years),
        first_year=first,
        last_year=last,
        rows=rows,
        unit=next(iter(units.values())) if len(units) == 1 else (),
        marks=tuple(found.marks.values()),
        comments=tuple(found.comments.values()),
        notes=found.notes(),
        notices=question.notices(),
        release=hub.store.last_release(subject.shown.reference),
        query=replace(asked, filters=_time_filter(schema, first, last)),
        hidden_periods=len(within) - len(periods),
        hidden_rows=len(places) - len(rows),
    )


def row_dimensions(schema: Schema) -> tuple[str, ...]:
    """The ids whose values stand in rows: the reference area, and dimensions that have no total to choose instead of a value,
    such as sources. Where there are none, the first dimension but FREQ."""
    candidates = [dimension for dimension in schema.dimensions if dimension.id != FREQUENCY]
    named = tuple(each.id for each in candidates if each.id == REFERENCE_AREA or _has_no_total(each))
    return named or tuple(each.id for each in candidates)[:1]


def _has_no_total(dimension: SchemaComponent) -> bool:
    return dimension.codelist is not None and all(code.id != TOTAL for code in dimension.codelist.items)


def sort_key(label: Label, languages: Sequence[str]) -> tuple[str, str]:
    """By name; the Russian Ё goes with Е, as in dictionaries."""
    return localise(label.names, languages).casefold().replace("ё", "е"), label.id


def label_of(component: SchemaComponent, value: str) -> Label:
    """A value with the names of its code; a text by language where the component has it."""
    code = _codes(component).get(value)
    return Label(id=value, names=code.names if code else texts_of(component, value))


def texts_of(component: SchemaComponent, value: str) -> Text:
    """An uncoded value as text for people: arrays joined, multilingual ones by language. {} for what reads as it stands."""
    if not component.is_array and not component.is_multilingual:
        return {}
    try:
        decoded = json.loads(value)
    except ValueError:
        return {}
    parts = decoded if isinstance(decoded, list) else [decoded]
    joined: dict[str, list[str]] = {}
    for part in parts:
        texts = part.items() if isinstance(part, dict) else [("und", part)]
        for language, text in texts:
            joined.setdefault(language, []).append(str(text))
    return {language: "; ".join(texts) for language, texts in joined.items()}


def _codes(component: SchemaComponent) -> dict[str, EnumeratedItem]:
    return {code.id: code for code in component.codelist.items} if component.codelist else {}


def _choices(hub: Hub, schema: Schema, head_ids: Sequence[str], query: TableQuery, viewer: Viewer) -> Iterator[Choice]:
    """What was chosen stays; each other dimension gets `_T`, or the first value that has data together with the rest."""

    def available(values: Mapping[str, str]) -> Mapping[str, Iterable[str]]:
        return data.ask(hub, _data_query(schema, values), viewer).values()

    components = [component for component in schema.dimensions if component.id not in head_ids]
    anywhere = available({})
    values = {
        component.id: query.chosen[component.id]
        for component in components
        if query.chosen.get(component.id) in {*anywhere.get(component.id, ()), *_codes(component)}
    }
    for component in components:
        if component.id not in values:
            options = _in_order(component, available(values).get(component.id, ())) or _in_order(
                component, anywhere.get(component.id, ())
            )
            values[component.id] = TOTAL if TOTAL in options else next(iter(options), TOTAL)
    for component in components:
        rest = {id: value for id, value in values.items() if id != component.id}
        options = _in_order(component, available(rest).get(component.id, ()))
        others = set(anywhere.get(component.id, ())) - set(options)
        value = values[component.id]
        if value not in options:
            others.add(value)
        yield Choice(
            component=component,
            value=label_of(component, value),
            options=tuple(label_of(component, code) for code in options),
            others=tuple(label_of(component, code) for code in _in_order(component, others)),
        )


def _in_order(component: SchemaComponent, values: Iterable[str]) -> list[str]:
    """In the order of the codelist; what it lacks comes last."""
    place = {id: number for number, id in enumerate(_codes(component))}
    return sorted(values, key=lambda value: (place.get(value, len(place)), value))


def _data_query(schema: Schema, values: Mapping[str, str]) -> DataQuery:
    subject = schema.dataflow or schema.structure
    key = tuple((values[id],) if id in values else () for id in schema.dimension_ids)
    return DataQuery(
        agencies=(subject.agency,), ids=(subject.id,), versions=(subject.version,), keys=(key,) if any(key) else ()
    )


def _time_filter(schema: Schema, first: str, last: str) -> tuple[ComponentFilter, ...]:
    bounds = (Condition("ge", first), Condition("le", last))
    conditions = tuple(bound for bound in bounds if bound.value)
    return (ComponentFilter(schema.time.id, (conditions,)),) if conditions and schema.time else ()


def _period_order(period: str) -> tuple[int, int, str]:
    try:
        bounds = parse_period(period)
    except PeriodError:
        return 0, 0, period
    return bounds.start, bounds.end, period


Place = tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """What the batches of one table hold, by place: the values of the row dimensions."""

    schema: Schema
    head_ids: tuple[str, ...]
    chosen: Mapping[str, str]
    observations: dict[Place, dict[str, Mapping[str, str | None]]] = field(default_factory=dict)
    attributes: dict[tuple[str | None, ...], dict[str, str]] = field(default_factory=dict)
    periods: dict[str, None] = field(default_factory=dict)
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    comments: dict[tuple[str, str], Text] = field(default_factory=dict)

    def add(self, batch: pl.DataFrame) -> None:
        for row in batch.iter_rows(named=True):
            if row[":level"] == "obs":
                period = (row[self.schema.time.id] or "") if self.schema.time else ""
                place = tuple(row[id] or "" for id in self.head_ids)
                self.periods[period] = None
                self.observations.setdefault(place, {})[period] = row
            elif all(row.get(id) in (None, value) for id, value in self.chosen.items()):
                # Attributes of a series, a part of the key or the data set; a null dimension stands for all of its values.
                partial = tuple(row.get(id) for id in self.head_ids)
                values = {c.id: row[c.id] for c in self.schema.attributes if row.get(c.id)}
                self.attributes.setdefault(partial, {}).update(values)

    def places(self, periods: Sequence[str], languages: Sequence[str]) -> list[Place]:
        """Those with an observation in `periods`, by the names of their values."""
        shown = set(periods)
        found = [place for place, series in self.observations.items() if not shown.isdisjoint(series)]
        return sorted(found, key=lambda place: [sort_key(label, languages) for label in self._heads(place)])

    def _heads(self, place: Place) -> tuple[Label, ...]:
        return tuple(label_of(self.schema.by_id[id], value) for id, value in zip(self.head_ids, place, strict=True))

    def row(self, place: Place, periods: Sequence[str]) -> Row:
        series = self.observations[place]
        values = self._attributes_of(place)
        return Row(
            heads=self._heads(place),
            cells=tuple(self._cell(series[period]) if period in series else None for period in periods),
            unit=tuple(
                label_of(self.schema.by_id[id], values[id])
                for id in UNIT_IDS
                if values.get(id) and not (id == "UNIT_MULT" and values[id] == "0")
            ),
            notes=self._notes(values),
        )

    def _cell(self, row: Mapping[str, str | None]) -> Cell:
        value = row.get(self.schema.measures[0].id) if self.schema.measures else None
        marks: list[Mark] = []
        comments: list[int] = []
        for component in self.schema.attributes_at("obs"):
            text = row.get(component.id)
            if not text or text in UNMARKED.get(component.id, ()):
                continue
            if component.codelist:
                marks.append(self._mark(component, text))
            else:
                comments.append(self._comment(component, text))
        if value is None or value in NOT_AVAILABLE:
            return Cell(text="", kind="not-available", marks=tuple(marks), comments=tuple(comments))
        if value == NOT_APPLICABLE:
            return Cell(text="", kind="not-applicable", marks=tuple(marks), comments=tuple(comments))
        return Cell(text=value, kind="value", marks=tuple(marks), comments=tuple(comments))

    def _mark(self, component: SchemaComponent, code: str) -> Mark:
        """The code itself; with a prime where another attribute has the same code."""
        if (component.id, code) not in self.marks:
            taken = {mark.symbol for mark in self.marks.values()}
            symbol = code
            while symbol in taken:
                symbol += "′"
            self.marks[component.id, code] = Mark(symbol=symbol, component=component, code=label_of(component, code))
        return self.marks[component.id, code]

    def _comment(self, component: SchemaComponent, text: str) -> int:
        """The number of a comment: equal texts have one."""
        key = (component.id, text)
        self.comments.setdefault(key, texts_of(component, text) or {"und": text})
        return list(self.comments).index(key) + 1

    def _attributes_of(self, place: Place) -> dict[str, str]:
        """Of a row: its own win over those of a part of its key. Those of the whole data set are `notes`."""
        found: dict[str, str] = {}
        for partial in sorted(self.attributes, key=lambda partial: sum(value is not None for value in partial)):
            if all(wanted in (None, value) for wanted, value in zip(partial, place, strict=True)):
                found.update(self.attributes[partial])
        dataset = {component.id for component in self.schema.attributes_at("dataset")}
        return {id: value for id, value in found.items() if id not in dataset}

    def notes(self) -> tuple[Note, ...]:
        """Of the data set as a whole."""
        whole = self.attributes.get((None,) * len(self.head_ids), {})
        dataset = {component.id for component in self.schema.attributes_at("dataset")}
        return self._notes({id: value for id, value in whole.items() if id in dataset})

    def _notes(self, values: Mapping[str, str]) -> tuple[Note, ...]:
        return tuple(
            (component, label_of(component, values[component.id]).names or {"und": values[component.id]})
            for component in self.schema.attributes
            if component.id in values and component.id not in SILENT
        )


def write_workbook(hub: Hub, query: DataQuery, viewer: Viewer, languages: Sequence[str]) -> Iterator[bytes]:
    """The answer to a query as an Excel workbook. Raises as `sdmx_dsm.service.data.answer`, before the first piece."""
    answer = data.answer(hub, query, viewer)
    return write_xlsx(answer.datasets, WriteOptions(header=answer.header, labels="both", languages=tuple(languages)))
