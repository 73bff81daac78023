"""Batches to SDMX-JSON data messages: two passes, the second writes whole columns at a time.

    {"meta": …, "data": {"structures": […], "dataSets": [{…, "series": {"0:1": {"attributes": […], "observations": {…}}}}]}}

The first pass learns the values that indexes refer to; batches are held meanwhile. Numbers are written digit for digit, as
the text that they are. Rules: the SDMX-JSON field guides, dataSet; `versions` says in what they differ."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import polars as pl

from sdmx_dsm.batches import (
    Attached,
    DataSet,
    gives_any,
    in_order,
    level_rows,
    series_runs,
    with_attributes,
    with_columns,
)
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.flat import Held, row_action
from sdmx_dsm.formats.json_data.deletions import deletions
from sdmx_dsm.formats.json_data.description import Describer, Numbered, Placement, Values, links, placement
from sdmx_dsm.formats.json_data.texts import Texts, pair
from sdmx_dsm.formats.json_data.versions import JSON10, JSON20, JSON21, Version
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.model import Schema

AT_ONCE: Final = 1_000  # members that are joined before the message grows


def write_json20(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """A data message of SDMX-JSON 2.0, in pieces of about 64 KiB. `options.dimension_at_observation` is a dimension (None: time)
    or "AllDimensions" for a flat message.

    A data set becomes one of JSON for each action that its rows have; data sets of one structure share its values. Raises
    Unsupported, before the first byte, for deletions that JSON 2.0 can't say: of more than single observations."""
    return in_pieces(_message(datasets, options, JSON20))


def write_json21(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """As `write_json20`, in SDMX-JSON 2.1, which can say all deletions.

    A key that leaves out dimensions has nothing in their places, as the field guide wants it; the official schema lets that
    through for groups only."""
    return in_pieces(_message(datasets, options, JSON21))


def write_json10(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """As `write_json20`, in SDMX-JSON 1.0: one structure for all data sets, attributes of groups at series or observations (one
    that has none is left out), one measure or none, all values of attributes as texts.

    Raises Unsupported, before the first byte, also for several structures, several measures, and arrays."""
    return in_pieces(_message(datasets, options, JSON10))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """A data set after its first pass. `actions`: those of its rows, in order; the attributes go with the first that does
    not delete. `series` are the attributes of series, `groups` those of groups, `whole` those of the data set."""

    dataset: DataSet
    frames: Held
    placed: Placement
    values: Values
    actions: tuple[str, ...]
    series: Attached
    groups: Attached
    whole: Attached


def _message(datasets: Iterable[DataSet], options: WriteOptions, version: Version) -> Iterator[bytes]:
    with ExitStack() as stack:
        shared: dict[Hashable, Values] = {}
        learned = [_learn(dataset, options, version, shared, stack) for dataset in datasets]
        structures = list(shared.values())
        if version == JSON10 and len(structures) > 1:
            raise Unsupported(
                "The data sets are of several structures, and SDMX-JSON 1.0 has a place for one; ask for version 2.0 or 2.1."
            )
        numbered = [values.numbered() for values in structures]
        numbers = [structures.index(item.values) for item in learned]
        describer = Describer(version, options.languages)
        described = []
        for number, values in enumerate(structures):
            first = next(item for item in learned if item.values is values)
            sets = [of for item, of in zip(learned, numbers, strict=True) for _ in item.actions]
            indexes = [index for index, of in enumerate(sets) if of == number]
            described.append(describer.structure(first.dataset, first.placed, numbered[number], indexes))
        yield b"{"
        if version.schema_at_root:
            yield b'"$schema":' + msgspec.json.encode(version.schema) + b","
        yield b'"meta":' + msgspec.json.encode(describer.meta(options.header)) + b',"data":{'
        if version == JSON10:
            yield b'"structure":' + msgspec.json.encode(described[0]) + b"," if described else b""
        else:
            yield b'"structures":' + msgspec.json.encode(described) + b","
        yield b'"dataSets":['
        comma = b""
        for item, number in zip(learned, numbers, strict=True):
            for action in item.actions:
                yield comma
                yield from _Body(item, numbered[number], number, action).parts()
                comma = b","
        yield b"]}}"


def _learn(
    dataset: DataSet, options: WriteOptions, version: Version, shared: dict[Hashable, Values], stack: ExitStack
) -> _Learned:
    placed = placement(dataset, version, options.dimension_at_observation)
    if version == JSON10:
        _refuse_multiple(placed)
    ordered = in_order(_by_key(dataset, placed))
    schema = dataset.schema
    described_by = (schema.reference, schema.structure.reference, dataset.component_ids)
    values = shared.setdefault(described_by, Values(placed.indexed))
    levels = {level: [a.id for a in attributes] for level, attributes in placed.attributes.items()}
    series, groups, whole = (
        Attached(schema, levels[level], ("series", "partial", "dataset"))
        for level in ("series", "dimensionGroup", "dataSet")
    )
    joined = Attached(_never_met(schema), levels["observation"])
    has_joined = any(attribute.level != "obs" for attribute in placed.attributes["observation"])
    at_observation = {component.id for component in (*placed.dimensions, *placed.measures)} | set(levels["observation"])
    actions: dict[str, None] = {}

    def first_pass() -> Iterator[pl.DataFrame]:
        for batch in ordered.batches:
            values.learn(batch)
            for attached in (series, groups, whole):
                attached.add(batch)
            actions.update(dict.fromkeys(_actions(batch, dataset.action)))
            deletes = level_rows(batch, "delete")
            if deletes.height:
                if not version.open_keys:
                    _refuse_wide_deletes(deletes, placed)
                yield deletes
            rows = with_attributes(joined, batch, schema.dimension_ids) if has_joined else level_rows(batch, "obs")
            yield rows.select(id for id in rows.columns if id in at_observation or id in (":level", ":action"))

    frames = stack.enter_context(Held(first_pass()))
    return _Learned(
        dataset=dataset,
        frames=frames,
        placed=placed,
        values=values,
        # Without rows it says nothing, and not that everything is deleted.
        actions=tuple(actions) or ("Merge" if dataset.action == "Delete" else dataset.action,),
        series=series,
        groups=groups,
        whole=whole,
    )


def _never_met(schema: Schema) -> Schema:
    """So that an attribute of a series is joined to its observations wherever these stand."""
    components = (replace(c, level="partial") if c.level == "series" else c for c in schema.components)
    return replace(schema, components=tuple(components))


def _refuse_multiple(placed: Placement) -> None:
    everything = [*placed.dimensions, *placed.measures, *(a for members in placed.attributes.values() for a in members)]
    arrays = [component.id for component in everything if component.is_array]
    if arrays:
        raise Unsupported(
            f"{', '.join(arrays)} may have several values, which SDMX-JSON 1.0 can't carry; use 2.0, or leave it out.",
            components=arrays,
        )
    if len(placed.measures) > 1:
        measures = ", ".join(measure.id for measure in placed.measures)
        raise Unsupported(f"SDMX-JSON 1.0 has one measure; these data have {measures}. Use 2.0, or choose one of them.")


def _by_key(dataset: DataSet, placed: Placement) -> DataSet:
    """The data set as if its dimension at the observation were its time: then `in_order` groups by the other dimensions."""
    time = dataset.schema.time
    if not placed.series or placed.observation[0] == time:
        return dataset
    at = placed.observation[0].id
    swapped = [
        replace(component, role="time" if component.id == at else "dimension")
        if component.role in ("dimension", "time")
        else component
        for component in dataset.schema.components
    ]
    return replace(dataset, schema=replace(dataset.schema, components=tuple(swapped)), ordered=False)


def _actions(batch: pl.DataFrame, action: str) -> list[str]:
    rows = level_rows(batch, "obs", "delete")
    return rows.select(row_action(rows, action).unique(maintain_order=True).alias("action"))["action"].to_list()


def _refuse_wide_deletes(deletes: pl.DataFrame, placed: Placement) -> None:
    """Keys have an index at each place before 2.1, and values to delete stand with the observation."""
    rows = with_columns(deletes, tuple(dimension.id for dimension in placed.dimensions))
    above = [a.id for level in ("dataSet", "dimensionGroup", "series") for a in placed.attributes[level]]
    wide = pl.any_horizontal(
        *(pl.col(dimension.id).is_null() for dimension in placed.dimensions), gives_any(rows, above)
    )
    if rows.filter(wide).height:
        raise Unsupported(
            f"SDMX-JSON {placed.version.name} can say that single observations are deleted, not whole series or data sets nor "
            "their attributes; ask for SDMX-JSON 2.1 or SDMX-CSV 2.0."
        )


class _Body:
    """One object of `dataSets`: the rows of one action."""

    def __init__(self, item: _Learned, numbered: Numbered, structure: int, action: str) -> None:
        self._item = item
        self._placed = item.placed
        self._version = item.placed.version
        self._texts = Texts(item.placed, numbered)
        self._structure = structure
        self._action = action
        # Attributes go with the first data set that deletes nothing.
        self._with_attributes = action == next((a for a in item.actions if a != "Delete"), None)

    def parts(self) -> Iterator[bytes]:
        yield msgspec.json.encode(self._head())[:-1]
        if self._action == "Delete" and self._version.open_keys:
            yield from deletions(self._texts, self._item.dataset.schema.key_ids, self._frames())
            yield b"}"
            return
        if self._with_attributes:
            yield from self._above()
        if self._placed.series:
            yield b',"series":{'
            yield from _joined(self._series())
        else:
            yield b',"observations":{'
            yield from _joined(map(self._texts.observations, self._frames()))
        yield b"}}"

    def _head(self) -> dict[str, Any]:
        dataset = self._item.dataset
        head = {
            "structure": self._structure if self._version != JSON10 else None,
            "action": self._version.actions.get(self._action, self._action),
            "links": links(dataset),
            "reportingBegin": dataset.reporting_begin,
            "reportingEnd": dataset.reporting_end,
            "validFrom": _zoned(dataset.valid_from),
            "validTo": _zoned(dataset.valid_to),
        }
        return {key: value for key, value in head.items() if value is not None}

    def _frames(self) -> Iterator[pl.DataFrame]:
        """Observations or deletions of this action, with all dimensions."""
        for rows in self._item.frames:
            if len(self._item.actions) > 1:
                rows = rows.filter(row_action(rows, self._item.dataset.action) == self._action)
            if rows.height:
                yield with_columns(rows, tuple(dimension.id for dimension in self._placed.dimensions))

    def _above(self) -> Iterator[bytes]:
        """The attributes of the data set and of groups."""
        for _, rows in self._item.whole.left_over():
            texts = rows.select(self._texts.array(self._placed.attributes["dataSet"], rows)).to_series()
            yield f',"attributes":[{texts[0]}]'.encode()
        attributes = self._placed.attributes["dimensionGroup"]
        tables = [rows for _, rows in self._item.groups.left_over()]
        if not tables:
            return
        positions = self._item.dataset.schema.key_ids
        yield b',"dimensionGroupAttributes":{'
        yield from _joined(
            with_columns(rows, positions)
            .select(pair(self._texts.key(positions), pl.format("[{}]", self._texts.array(attributes, rows))))
            .to_series()
            for rows in tables
        )
        yield b"}"

    def _series(self) -> Iterator[pl.Series]:
        attached = self._item.series if self._with_attributes else Attached(self._item.dataset.schema, ())
        keys = [dimension.id for dimension in self._placed.series]
        for frame in self._frames():
            heads, run = series_runs(frame, keys)
            joined = heads.select(keys).with_columns(attached.join(heads).get_columns())
            observations = (
                pl.DataFrame({"run": run, "text": self._texts.observations(frame)})
                .group_by("run", maintain_order=True)
                .agg(pl.col("text").str.join(","))
            )
            yield self._series_texts(joined, observations["text"])
        for _, rows in attached.left_over():
            yield self._series_texts(rows, pl.Series([""]).new_from_index(0, rows.height))

    def _series_texts(self, heads: pl.DataFrame, observations: pl.Series) -> pl.Series:
        array = self._texts.array(self._placed.attributes["series"] if self._with_attributes else (), heads)
        attributes = pl.when(array == "").then(pl.lit("")).otherwise(pl.format('"attributes":[{}],', array))
        content = pl.concat_str(pl.lit("{"), attributes, pl.lit('"observations":{'), observations, pl.lit("}}"))
        return heads.select(pair(self._texts.key([d.id for d in self._placed.series]), content)).to_series()


def _zoned(moment: datetime | None) -> str | None:
    """The schema wants a zone; a time without one is UTC."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _joined(columns: Iterable[pl.Series]) -> Iterator[bytes]:
    """Members of an object, with commas between."""
    comma = ""
    for column in columns:
        texts = column.to_list()
        for start in range(0, len(texts), AT_ONCE):
            yield (comma + ",".join(texts[start : start + AT_ONCE])).encode()
            comma = ","
