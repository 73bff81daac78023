"""DataSets as SDMX-ML data messages: 2.1, 3.0 and 3.1 structure-specific, 2.1 generic.

Rules: SDMX 2.1 section 3A, SDMX 3.0 and 3.1 SDMX-ML.

A data set comes `in_order`; the text of a batch is built in columns (`elements`) and joined. Where an attribute is written:

- of the series, or of a part of its dimensions: on the Series, where the Series has these dimensions; else on each Obs;
- of a declared group: in a Group;
- of other partial keys, and of the data set: in 3.x in `Atts`; in 2.1 as of the series, and on the DataSet;
- of series without observations: time series have a Series without Obs; flat data and cross-sections have `Atts` in 3.x, and
  in 2.1 a second DataSet, of time series. In 2.1 there is no place for a partial key below which there is no series.

2.1 knows neither arrays, which are refused, nor texts in several languages, of which the best one is written."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from tempfile import TemporaryFile
from typing import Final

import polars as pl

from sdmx_dsm.batches import Action, DataSet, gives_any, in_order, is_component, level_rows, with_columns
from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.formats.flat import decoded, row_action
from sdmx_dsm.formats.ml_data.elements import Elements, elements_of
from sdmx_dsm.formats.ml_data.head import Style, View, dataset_start, message_end, message_start
from sdmx_dsm.formats.ml_data.text import escaped, given, xml_attribute
from sdmx_dsm.formats.ml_data.waiting import Key, Waiting, by_dimensions
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import in_pieces, rest_of
from sdmx_dsm.model import ALL_DIMENSIONS, Reference, Role, Schema, localise
from sdmx_dsm.model.urns import ID

_ID: Final = re.compile(ID)


def write_specific21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 2.1 StructureSpecificData. See `write_specific30`."""
    return _write(datasets, options, Style("2.1", is_generic=False))


def write_specific30(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 3.0 StructureSpecificData, in pieces of about 64 KiB.

    The header comes first and names the structures of all data sets: a sequence is written as it is read, while other
    iterables (and in 2.1 what are no time series) wait on disk until the last structure is known. Raises
    QuerySemanticsError, before the first piece, for a `dimension_at_observation` that a structure does not have;
    Unsupported for what the version can't carry (before the first piece) and for characters that XML can't."""
    return _write(datasets, options, Style("3.0", is_generic=False))


def write_specific31(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 3.1 StructureSpecificData: as 3.0, with the action Merge. See `write_specific30`."""
    return _write(datasets, options, Style("3.1", is_generic=False))


def write_generic21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 2.1 GenericData. See `write_specific30`."""
    return _write(datasets, options, Style("2.1", is_generic=True))


def write_time_series21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 2.1 StructureSpecificTimeSeriesData: nothing but series by time. See `write_specific30`.

    Raises QuerySemanticsError for a structure without time, or another dimension at the observation."""
    return _write(datasets, options, Style("2.1", is_generic=False, is_time_series=True))


def write_generic_time_series21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """SDMX-ML 2.1 GenericTimeSeriesData. See `write_time_series21`."""
    return _write(datasets, options, Style("2.1", is_generic=True, is_time_series=True))


def _write(datasets: Iterable[DataSet], options: WriteOptions, style: Style) -> Iterator[bytes]:
    numbers: dict[View, int] = {}  # of each view in the header, from 1
    if isinstance(datasets, Sequence):
        writers = [_DataSetWriter(dataset, options, style, numbers) for dataset in datasets]
        if all(writer.needs_one_view for writer in writers):
            bodies = chain.from_iterable(writer.texts() for writer in writers)
            yield from in_pieces(
                chain([message_start(style, options.header, list(numbers))], bodies, [message_end(style)])
            )
            return
    with TemporaryFile() as held:
        for dataset in datasets:
            held.writelines(in_pieces(_DataSetWriter(dataset, options, style, numbers).texts()))
        held.seek(0)
        start = message_start(style, options.header, list(numbers))
        yield from in_pieces(chain[str | bytes]([start], rest_of(held), [message_end(style)]))


class _DataSetWriter:
    """Writes one data set, and enters into `numbers` the views that its text refers to."""

    def __init__(self, dataset: DataSet, options: WriteOptions, style: Style, numbers: dict[View, int]) -> None:
        self._dataset, self._options, self._style, self._numbers = dataset, options, style, numbers
        self._schema = schema = dataset.schema
        time = (schema.time.id,) if schema.time else ()
        self._dimensions = schema.key_ids
        reference = schema.artefact(options.context).reference
        self._view = _view(reference, schema, options.dimension_at_observation)
        self._series_view = View(reference, time[0], schema.dimension_ids, time) if time else self._view
        if style.is_time_series and not (time and self._view == self._series_view):
            raise QuerySemanticsError(
                f"{style.root} of SDMX-ML 2.1 holds series by time alone, and here {self._view.dimension} is at the "
                f"observation. Ask for {style.root.replace('TimeSeries', '')}.",
                ru=f"{style.root} в SDMX-ML 2.1 содержит только ряды по времени, а здесь на уровне наблюдения — "
                f"{self._view.dimension}. Запросите {style.root.replace('TimeSeries', '')}.",
            )
        self._number(self._view)
        if style.version == "2.1":
            self._refuse_arrays()

    @property
    def needs_one_view(self) -> bool:
        """Whether the view of its header is certain before the data are read: clients want no other structure there."""
        return self._style.version != "2.1" or self._view == self._series_view

    def _number(self, view: View) -> int:
        return self._numbers.setdefault(view, len(self._numbers) + 1)

    def _refuse_arrays(self) -> None:
        ids = self._dataset.component_ids
        arrays = [component.id for component in self._schema.components if component.is_array and component.id in ids]
        if arrays:
            raise Unsupported(
                f"{', '.join(arrays)} may have several values, which SDMX-ML 2.1 can't carry; use 3.0, or leave it out.",
                components=arrays,
            )

    def texts(self) -> Iterator[str]:
        """The DataSet elements: one for each run of rows with the same action."""
        for action, parts in groupby(_actions(self._dataset), key=lambda part: part[0]):
            run = replace(self._dataset, action=action, batches=(self._made_fit(batch) for _, batch in parts))
            yield from self._deletes(run) if action == "Delete" else self._observations(run)

    def _elements(self, view: View) -> Elements:
        return elements_of(self._style, self._schema, self._number(view), is_flat=not view.keys)

    def _start(self, view: View, run: DataSet, attributes: str = "") -> str:
        return dataset_start(self._style, self._number(view), run, run.action, attributes)

    def _made_fit(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Without columns that are named as no component can be, as CSV may hold; for 2.1, texts in the one best language."""
        batch = batch.drop(id for id in batch.columns if is_component(id) and not _ID.fullmatch(id))
        if self._style.version != "2.1":
            return batch
        ids = [c.id for c in self._schema.components if c.is_multilingual and c.id in batch.columns]
        return batch.with_columns(self._in_one_language(batch[id]) for id in ids)

    def _in_one_language(self, values: pl.Series) -> pl.Series:
        texts = {value: decoded(value) for value in values.unique() if value is not None}
        best = {
            value: localise(text, self._options.languages) if isinstance(text, dict) else value
            for value, text in texts.items()
        }
        return values.replace_strict(best, default=None, return_dtype=pl.String) if best else values

    # --- data ---------------------------------------------------------------------------------------------------------

    def _observations(self, run: DataSet) -> Iterator[str]:
        """One DataSet element with everything of a run but its deletes."""
        view, elements = self._view, self._elements(self._view)
        waiting, found = Waiting(), pl.DataFrame(schema=dict.fromkeys(self._schema.dimension_ids, pl.String))
        atts: list[str] = []
        groups: list[str] = []
        is_begun = False
        for batch in self._in_order(run).batches:
            for key, rows in by_dimensions(level_rows(batch, "series", "partial", "dataset"), self._dimensions):
                self._place(elements, key, rows, waiting, atts, groups)
            observations = level_rows(batch, "obs")
            if not observations.height:
                continue
            if not is_begun:
                is_begun = True
                yield self._begin(elements, run, waiting)
            yield from (*atts, *groups)
            atts, groups = [], []
            yield self._joined_text(elements, observations, waiting)
            if view.keys == self._schema.dimension_ids:
                waiting.drop_found(view.keys, observations.select(view.keys).unique())
            else:
                found = pl.concat([found, observations.select(found.columns)]).unique()
        if not is_begun:
            yield self._begin(elements, run, waiting)
        yield from (*atts, *groups)
        waiting.drop_found(self._schema.dimension_ids, found)
        yield from self._series_alone(elements, run, waiting.take(self._schema.dimension_ids))
        yield "</message:DataSet>\n"

    def _in_order(self, run: DataSet) -> DataSet:
        """A cross-section is in order when the dimension at its observations comes last, as time does elsewhere."""
        dimension = self._view.dimension
        time = self._schema.time
        if not self._view.keys or (time and dimension == time.id):
            return in_order(run)
        roles: dict[str, Role] = {dimension: "time"}
        if time:
            roles[time.id] = "dimension"
        turned = replace(
            self._schema,
            components=tuple(
                replace(component, role=roles.get(component.id, component.role))
                for component in self._schema.components
            ),
        )
        return in_order(replace(run, schema=turned, ordered=False))

    def _place(
        self, elements: Elements, key: Key, rows: pl.DataFrame, waiting: Waiting, atts: list[str], groups: list[str]
    ) -> None:
        """Attribute rows into their own elements, or into `waiting`, for the series, the observations or the data set."""
        values = [id for id in rows.columns if id not in key]
        group = self._schema.group_of.get(key)
        if key == self._schema.dimension_ids:
            waiting.add(key, rows)
        elif not values:
            pass
        elif group:
            groups.append(elements.groups(rows, group, key, values).str.join("").item())
        elif self._style.version == "2.1":
            waiting.add(key, rows)
        else:
            atts.append(elements.partial(rows, key, values).str.join("").item())

    def _begin(self, elements: Elements, run: DataSet, waiting: Waiting) -> str:
        """The DataSet tag with the attributes of the data set, in 2.1."""
        own = waiting.take(())
        if own is None or not own.height:
            return self._start(self._view, run)
        if self._style.is_generic:
            return self._start(self._view, run) + str(elements.partial(own, (), own.columns).item())
        ready = escaped(own, own.columns).row(0, named=True)
        attributes = "".join(value.join(xml_attribute(id)) for id, value in ready.items())
        return self._start(self._view, run, attributes)

    def _joined_text(self, elements: Elements, observations: pl.DataFrame, waiting: Waiting) -> str:
        keys = self._view.keys
        above = [key for key in waiting if keys and set(key) <= set(keys)]
        below = [key for key in waiting if key not in above]
        observations = observations.select(given(observations, [id for id in observations.columns if is_component(id)]))
        observations = with_columns(observations, keys)
        with_attributes = waiting.joined(observations, below)
        values = self._in_schema_order(id for id in with_attributes.columns if id not in self._dimensions)
        texts = elements.observations(with_attributes, self._view.at_observation, values)
        if not keys:
            return str(texts.str.join("").item())
        is_new = observations.select(
            pl.any_horizontal(pl.col(id).ne_missing(pl.col(id).shift()) for id in keys) | (pl.int_range(pl.len()) == 0)
        ).to_series()
        first = waiting.joined(observations.filter(is_new).select(keys), above)
        starts = elements.series_start(first, keys, self._in_schema_order(id for id in first.columns if id not in keys))
        start_of = starts.gather(is_new.cum_sum() - 1)
        rows = pl.DataFrame({":text": texts, ":start": start_of, ":new": is_new})
        text = rows.select(
            pl.when(":new")
            .then(pl.concat_str([pl.lit(elements.series_end), ":start", ":text"]))
            .otherwise(":text")
            .str.join("")
        ).item()
        return str(text).removeprefix(elements.series_end) + elements.series_end

    def _in_schema_order(self, ids: Iterable[str]) -> list[str]:
        """Measures and attributes as in the data structure; what it does not know comes last."""
        order = {component.id: position for position, component in enumerate(self._schema.components)}
        return sorted(ids, key=lambda id: order.get(id, len(order)))

    def _series_alone(self, elements: Elements, run: DataSet, rows: pl.DataFrame | None) -> Iterator[str]:
        """Series that have attributes, or nothing, and no observation."""
        if rows is None or not rows.height:
            return
        keys = self._schema.dimension_ids
        values = [id for id in rows.columns if id not in keys]
        if self._view.keys != keys and self._style.version != "2.1":
            yield elements.partial(rows, keys, values).str.join("").item()
            return
        if not self._schema.time:  # the key of a series is that of an observation
            yield elements.observations(rows, keys, values).str.join("").item()
            return
        if self._view.keys != keys:
            yield "</message:DataSet>\n" + self._start(self._series_view, run)
            elements = self._elements(self._series_view)
        texts = elements.series_start(rows, keys, self._in_schema_order(values))
        yield (texts + elements.series_end).str.join("").item()

    # --- deletes ------------------------------------------------------------------------------------------------------

    def _deletes(self, run: DataSet) -> Iterator[str]:
        """A DataSet element with a Series or Obs for each row: dimensions that are absent are wildcards.

        None where there are no rows: an empty one would delete everything."""
        view, elements = self._view, self._elements(self._view)
        is_begun = False
        for batch in run.batches:
            if not batch.height:
                continue
            if not is_begun:
                is_begun = True
                yield self._start(view, run)
            rows = batch.select(id for id in batch.columns if is_component(id))
            values = self._in_schema_order(given(rows, [id for id in rows.columns if id not in self._dimensions]))
            if not view.keys:
                yield elements.observations(rows, view.at_observation, values).str.join("").item()
                continue
            above = [id for id in values if self._hangs_above(id)]
            below = [id for id in values if id not in above]
            inside = given(rows, [*view.at_observation, *below])
            has_observation = gives_any(rows, inside)
            texts = rows.with_columns(
                elements.series_start(rows, view.keys, above).alias(":start"),
                elements.observations(rows, view.at_observation, below).alias(":obs"),
            ).select(
                pl.concat_str(
                    [
                        pl.col(":start"),
                        pl.when(has_observation).then(pl.col(":obs")).otherwise(pl.lit("")),
                        pl.lit(elements.series_end),
                    ]
                ).str.join("")
            )
            yield texts.item()
        if is_begun:
            yield "</message:DataSet>\n"

    def _hangs_above(self, id: str) -> bool:
        component = self._schema.by_id.get(id)
        return component is not None and component.level != "obs" and set(component.dimensions) <= set(self._view.keys)


def _actions(dataset: DataSet) -> Iterator[tuple[Action, pl.DataFrame]]:
    """Batches cut where the action changes. A data set without batches is one empty batch, except in a Delete."""
    is_empty = True
    for batch in dataset.batches:
        is_empty = is_empty and not batch.height
        start = 0
        for run in batch.select(row_action(batch, dataset.action).rle()).to_series():
            yield run["value"], batch.slice(start, run["len"])
            start += run["len"]
    if is_empty and dataset.action != "Delete":
        ids = [component.id for component in dataset.schema.components]
        yield dataset.action, pl.DataFrame(schema=dict.fromkeys([*ids, ":level"], pl.String))


def _view(reference: Reference, schema: Schema, dimension: str | None) -> View:
    """The layout for a dimension at observation (see `Schema.at_observation`)."""
    everything = schema.key_ids
    chosen = schema.at_observation(dimension)
    keys = tuple(id for id in everything if id != chosen)
    if chosen == ALL_DIMENSIONS or not keys:
        return View(reference, ALL_DIMENSIONS, (), everything)
    return View(reference, chosen, keys, (chosen,))
