"""Batches to SDMX-CSV 1.0, 2.0 and 2.1, whole columns at a time.

One row for each observation, with the attributes of its series, groups and data set. From 2.0 on attributes that belong to
no observation have rows of their own, and deletions are rows with the action D. Rules: the SDMX-CSV field guides; lines end
in LF: every CSV reader takes it as well as RFC 4180's CRLF, and tools for lines (cut, awk, diff) see no stray character.
Values are never altered, also where a spreadsheet would take one for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final, Literal

import polars as pl

from sdmx_dsm.batches import Attached, DataSet, in_order, level_rows, period_bounds, with_attributes, with_columns
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.csv_data.rows import ACTIONS, STRUCTURE_CLASSES
from sdmx_dsm.formats.csv_data.values import best_text, write_cell
from sdmx_dsm.formats.flat import Held, components_of, decoded, mapped
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.model import (
    CALENDAR_YEAR,
    DEFAULT_LANGUAGE,
    YEAR_START_ID,
    Maintainable,
    Schema,
    SchemaComponent,
    localise,
    moment_of,
)

Version = Literal["1.0", "2.0", "2.1"]
SUB_SEPARATOR: Final = ";"
LETTERS: Final[dict[str, str]] = {action: letter for letter, action in ACTIONS.items()}
# 2.0 does not know Merge: its Append says the same. In 2.1 Append is deprecated for Merge.
VERSION_LETTERS: Final[Mapping[Version, Mapping[str, str]]] = {
    "1.0": {},
    "2.0": {**LETTERS, "Merge": "A"},
    "2.1": {**LETTERS, "Append": "M"},
}
STRUCTURE_TYPES: Final = {artefact_class: type for type, artefact_class in STRUCTURE_CLASSES.items()}
# kind of a period -> place in GRANULARITIES
GRANULARITIES: Final = ("%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
GRANULARITY_OF: Final = {
    **dict.fromkeys(("A", "year"), 0),
    **dict.fromkeys(("S", "T", "Q", "M", "month"), 1),
    **dict.fromkeys(("W", "D", "day", "range"), 2),
    "time": 3,
}


def write_csv10(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-CSV 1.0: observations alone. An array is written as its values joined by `;`, a multilingual text in the best of
    the languages; labels "name" are as "both", keys are not offered.

    Raises Unsupported for a data set of no dataflow, and for deletions: 1.0 can't say them."""
    return _write(datasets, options, "1.0")


def write_csv20(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-CSV 2.0. Data sets that are not a sequence are read to their end first (the heading names all their columns)."""
    return _write(datasets, options, "2.0")


def write_csv21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-CSV 2.1: as 2.0, with the action Merge."""
    return _write(datasets, options, "2.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """A data set, and what had to be found out about it before the first row is written."""

    dataset: DataSet
    languages: Mapping[str, frozenset[str]]
    bounds: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Columns of the file. `ids` in order, with the text in the heading that follows the id."""

    version: Version
    options: WriteOptions
    ids: tuple[str, ...]
    brackets: Mapping[str, str]
    names: Mapping[str, str]
    normalized: Mapping[str, str]

    @property
    def labels(self) -> str:
        return "both" if self.version == "1.0" and self.options.labels == "name" else self.options.labels

    def heading(self) -> list[str]:
        marked = f"STRUCTURE[{SUB_SEPARATOR}]" if self.brackets else "STRUCTURE"
        cells = ["DATAFLOW"] if self.version == "1.0" else [marked, "STRUCTURE_ID"]
        if self.version != "1.0":
            cells += ["STRUCTURE_NAME"] if self.labels == "name" else []
            cells += ["ACTION", *KEY_COLUMNS[self.options.keys]]
        for id in self.ids:
            term = id + self.brackets.get(id, "")
            name = self.names[id]
            cells += [f"{term}: {name}"] if self.labels == "both" and name else [term]
            cells += [name] if self.labels == "name" else []
        return cells


KEY_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "none": (),
    "series": ("SERIES_KEY",),
    "obs": ("OBS_KEY",),
    "both": ("SERIES_KEY", "OBS_KEY"),
}


def _write(datasets: Iterable[DataSet], options: WriteOptions, version: Version) -> Iterator[bytes]:
    with ExitStack() as stack:
        prepared = [_prepare(dataset, options, version, isinstance(datasets, Sequence), stack) for dataset in datasets]
        layout = _layout(prepared, options, version)
        heading = io.StringIO()
        csv.writer(heading, lineterminator="\n").writerow(layout.heading())
        rows = (frame for item in prepared for frame in _rows(item.dataset, layout))
        yield from in_pieces(chain([heading.getvalue()], map(_csv, rows)))


def _csv(rows: pl.LazyFrame) -> bytes:
    out = io.BytesIO()
    rows.sink_csv(out, include_header=False, quote_style="necessary", line_terminator="\n", engine="in-memory")
    return out.getvalue()


def _prepare(dataset: DataSet, options: WriteOptions, version: Version, streams: bool, stack: ExitStack) -> _Prepared:
    """Streams where it can: else the batches are held, and languages and periods are looked up."""
    multilingual = [
        component.id for component in components_of(dataset) if version != "1.0" and component.is_multilingual
    ]
    time = dataset.schema.time if options.time_format == "normalized" else None
    if streams and not multilingual and not time:
        return _Prepared(dataset=dataset, languages={}, bounds=pl.DataFrame())
    held = stack.enter_context(Held(in_order(dataset).batches))
    languages: dict[str, set[str]] = {id: set() for id in multilingual}
    periods: list[pl.Series] = []
    year_start = CALENDAR_YEAR
    for frame in held:
        for id in set(multilingual) & set(frame.columns):
            for text in frame[id].drop_nulls().unique():
                languages[id].update(_languages(decoded(text)))
        if time and time.id in frame.columns:
            periods.append(frame[time.id].drop_nulls().unique())
        if YEAR_START_ID in frame.columns:
            year_start = next(iter(level_rows(frame, "dataset")[YEAR_START_ID].drop_nulls()), year_start)
    return _Prepared(
        dataset=replace(dataset, batches=iter(held), ordered=True),
        languages={id: frozenset(found) for id, found in languages.items()},
        bounds=period_bounds(pl.concat(periods), year_start) if periods else pl.DataFrame(),
    )


def _languages(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from value
    elif isinstance(value, list):
        for item in value:
            yield from _languages(item)


def _layout(prepared: Sequence[_Prepared], options: WriteOptions, version: Version) -> _Layout:
    """Dimensions of all data sets, then their measures, then their attributes, each in the order of its structure."""
    components: dict[str, SchemaComponent] = {}
    for roles in (("dimension", "time"), ("measure",), ("attribute",)):
        for item in prepared:
            for component in components_of(item.dataset):
                if component.role in roles:
                    components.setdefault(component.id, component)
    brackets = {id: "[]" for id, component in components.items() if version != "1.0" and component.is_array}
    for item in prepared:
        for id in item.languages:
            found = sorted(frozenset().union(*(other.languages.get(id, frozenset()) for other in prepared)))
            brackets[id] = f"[{SUB_SEPARATOR.join(found) or DEFAULT_LANGUAGE}]"
    bounds = [item.bounds for item in prepared if item.bounds.width]
    return _Layout(
        version=version,
        options=options,
        ids=tuple(components),
        brackets=brackets,
        names={id: localise(component.names, options.languages) for id, component in components.items()},
        normalized=_normalized(pl.concat(bounds)) if bounds else {},
    )


def _normalized(bounds: pl.DataFrame) -> dict[str, str]:
    """Each period as the begin of its time in the finest granularity that the message needs."""
    # The guide lets a service take begin, middle or end of a period; ours is the begin.
    known = bounds.drop_nulls()
    pattern = GRANULARITIES[max((GRANULARITY_OF[kind] for kind in known["kind"]), default=0)]
    return {period: moment_of(start).strftime(pattern) for period, _, start, _ in known.iter_rows()}


def _rows(dataset: DataSet, layout: _Layout) -> Iterator[pl.LazyFrame]:
    """The columns of the file; they are made while they are written."""
    schema = dataset.schema
    attached = Attached(schema, dataset.component_ids)
    dress = _Dress(dataset, layout)
    for batch in in_order(dataset).batches:
        deletes = level_rows(batch, "delete")
        if deletes.height:
            if layout.version == "1.0":
                raise Unsupported("SDMX-CSV 1.0 can't say that data are deleted; ask for version 2.0.")
            yield dress.frame(deletes, "Delete")
        rows = with_attributes(attached, batch, schema.dimension_ids)
        if rows.height:
            yield dress.frame(rows, dataset.action)
    if layout.version != "1.0":
        # What came beside deletions was not to be deleted.
        action = "Merge" if dataset.action == "Delete" else dataset.action
        for _, rows in attached.left_over():
            yield dress.frame(rows, action)


class _Dress:
    """Makes the columns of the file from those of a batch."""

    def __init__(self, dataset: DataSet, layout: _Layout) -> None:
        self._layout = layout
        self._schema = dataset.schema
        self._kind, artefact = _structure(dataset.schema, layout)
        name = localise(artefact.names, layout.options.languages)
        self._name = name or None
        self._structure = artefact.reference.short + (f": {name}" if layout.labels == "both" and name else "")
        self._labels = {
            component.id: {code.id: localise(code.names, layout.options.languages) for code in component.codelist.items}
            for component in components_of(dataset)
            if layout.labels != "id" and component.codelist
        }

    def frame(self, rows: pl.DataFrame, action: str) -> pl.LazyFrame:
        layout = self._layout
        columns: list[pl.Expr] = [pl.lit(self._structure)]
        if layout.version != "1.0":
            columns.insert(0, pl.lit(self._kind))
            columns += [pl.lit(self._name, dtype=pl.String)] if layout.labels == "name" else []
            columns += [self._action(rows, action), *self._keys()]
        rows = with_columns(rows, layout.ids)
        for id in layout.ids:
            columns.append(self._cell(id, rows))
            if layout.labels == "name":
                columns.append(self._label(id, rows))
        return rows.lazy().select(column.alias(str(n)) for n, column in enumerate(columns))

    def _action(self, rows: pl.DataFrame, action: str) -> pl.Expr:
        letters = VERSION_LETTERS[self._layout.version]
        if ":action" not in rows.columns:
            return pl.lit(letters[action])
        return pl.col(":action").fill_null(action).replace_strict(letters)

    def _keys(self) -> Iterator[pl.Expr]:
        """Values of dimensions joined by dots; those of the observation level are not in the key of the series."""
        dimensions = self._schema.key_ids
        observed = self._layout.options.dimension_at_observation
        if observed not in dimensions:
            observed = self._schema.time.id if self._schema.time else None
        for key in KEY_COLUMNS[self._layout.options.keys]:
            ids = [id for id in dimensions if key == "OBS_KEY" or id != observed]
            yield pl.concat_str([pl.col(id).fill_null("") for id in ids], separator=".")

    def _cell(self, id: str, rows: pl.DataFrame) -> pl.Expr:
        value, layout = pl.col(id), self._layout
        component = self._schema.by_id.get(id)
        if component is None:
            return value
        labels = self._labels.get(id, {}) if layout.labels == "both" else {}

        def label(text: str) -> str:
            return f"{text}: {labels[text]}" if labels.get(text) else text

        if component.is_multi_valued:
            if layout.version == "1.0":
                return mapped(value, rows[id], lambda text: label(best_text(text, layout.options.languages)))
            return mapped(value, rows[id], lambda text: write_cell(text, SUB_SEPARATOR, label))
        if component.role == "time" and layout.normalized:
            return value.replace(layout.normalized)
        return mapped(value, rows[id], label) if labels else value

    def _label(self, id: str, rows: pl.DataFrame) -> pl.Expr:
        """The name of a code; empty where the value has none."""
        names = self._labels.get(id, {})
        component = self._schema.by_id.get(id)
        if component is None or not names:
            return pl.lit(None, dtype=pl.String)
        if component.is_multi_valued:
            return mapped(
                pl.col(id), rows[id], lambda text: write_cell(text, SUB_SEPARATOR, lambda code: names.get(code, ""))
            )
        return pl.col(id).replace_strict(names, default=None, return_dtype=pl.String)


def _structure(schema: Schema, layout: _Layout) -> tuple[str, Maintainable]:
    """What rows say that they belong to: the level asked for, or the next one that the data set has."""
    if layout.version == "1.0" and schema.dataflow is None:
        raise Unsupported("SDMX-CSV 1.0 names a dataflow; these data are of a data structure. Ask for version 2.0.")
    artefact = schema.artefact("dataflow" if layout.version == "1.0" else layout.options.context)
    return STRUCTURE_TYPES[type(artefact).__name__], artefact
