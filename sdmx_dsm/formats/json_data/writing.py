"""Batches to SDMX-JSON 2.0 data messages: two passes, the second writes whole columns at a time.

    {"meta": …, "data": {"structures": […], "dataSets": [{…, "series": {"0:1": {"attributes": […], "observations": {…}}}}]}}

The first pass learns the values that indexes refer to; batches are held meanwhile. Numbers are written digit for digit, as
the text that they are. Rules: the SDMX-JSON 2.0 field guide, dataSet."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
import polars as pl

from sdmx_dsm.batches import Attached, DataSet, in_order, level_rows, series_runs, with_columns
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.flat import Held, decoded, mapped, row_action
from sdmx_dsm.formats.json_data.description import Describer, Numbered, Placement, Values, links, placement
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.model import SchemaComponent

NUMBER_TYPES: Final = frozenset({"Numeric", "Long", "Short", "Float", "Double", "Integer", "Count"})
# What does not look so ("+5", "NaN") is written as a string.
NUMBER: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
# 2.0 knows no Merge: Append says the same.
ACTIONS: Final = {"Merge": "Append"}
ESCAPES: Final = {'"': '\\"', "\\": "\\\\"} | {chr(n): f"\\u{n:04x}" for n in range(0x20)}
NEEDS_ESCAPE: Final = r'["\\\x00-\x1f]'


def write_json20(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """A data message, in pieces of about 64 KiB. `options.dimension_at_observation` is a dimension (None: time) or
    "AllDimensions" for a flat message.

    A data set becomes one of JSON for each action that its rows have. Raises Unsupported, before the first byte, for
    deletions that JSON 2.0 can't say: of more than single observations."""
    return in_pieces(_message(datasets, options))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """A data set after its first pass. `actions`: those of its rows, in order; the attributes go with the first that does
    not delete. `series` are the attributes of series, `groups` those of groups, `whole` those of the data set."""

    dataset: DataSet
    frames: Held
    placed: Placement
    numbered: Numbered
    actions: tuple[str, ...]
    series: Attached
    groups: Attached
    whole: Attached


def _message(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    with ExitStack() as stack:
        learned = [_learn(dataset, options, stack) for dataset in datasets]
        describer = Describer(options.languages)
        structures: list[dict[str, Any]] = []
        count = 0
        for item in learned:
            indexes = list(range(count, count + len(item.actions)))
            count += len(indexes)
            structures.append(describer.structure(item.dataset, item.placed, item.numbered, indexes))
        yield b'{"meta":' + msgspec.json.encode(describer.meta(options.header))
        yield b',"data":{"structures":' + msgspec.json.encode(structures) + b',"dataSets":['
        comma = b""
        for number, item in enumerate(learned):
            for action in item.actions:
                yield comma
                yield from _Body(item, number, action).parts()
                comma = b","
        yield b"]}}"


def _learn(dataset: DataSet, options: WriteOptions, stack: ExitStack) -> _Learned:
    placed = placement(dataset, options.dimension_at_observation)
    ordered = in_order(_by_key(dataset, placed))
    indexed = (*placed.dimensions, *placed.measures, *(a for level in placed.attributes.values() for a in level))
    values = Values([component for component in indexed if placed.is_indexed(component)])
    levels = {level: [a.id for a in attributes] for level, attributes in placed.attributes.items()}
    series, groups, whole = (
        Attached(dataset.schema, levels[level]) for level in ("series", "dimensionGroup", "dataSet")
    )
    at_observation = {component.id for component in (*placed.dimensions, *placed.measures)} | set(levels["observation"])
    actions: dict[str, None] = {}

    def first_pass() -> Iterator[pl.DataFrame]:
        for batch in ordered.batches:
            values.learn(batch)
            for attached in (series, groups, whole):
                attached.add(batch)
            actions.update(dict.fromkeys(_actions(batch, dataset.action)))
            _refuse_wide_deletes(batch, placed)
            rows = level_rows(batch, "obs", "delete")
            yield rows.select(id for id in rows.columns if id in at_observation or id in (":level", ":action"))

    frames = stack.enter_context(Held(first_pass()))
    return _Learned(
        dataset=dataset,
        frames=frames,
        placed=placed,
        numbered=values.numbered(),
        actions=tuple(actions) or (dataset.action,),
        series=series,
        groups=groups,
        whole=whole,
    )


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


def _refuse_wide_deletes(batch: pl.DataFrame, placed: Placement) -> None:
    """Keys of the 2.0 schema have an index at each place, and values to delete stand with the observation."""
    rows = with_columns(level_rows(batch, "delete"), tuple(dimension.id for dimension in placed.dimensions))
    above = [a.id for level in ("dataSet", "dimensionGroup", "series") for a in placed.attributes[level]]
    wide = pl.any_horizontal(
        *(pl.col(dimension.id).is_null() for dimension in placed.dimensions),
        *(pl.col(id).is_not_null() for id in above if id in rows.columns),
    )
    if rows.filter(wide).height:
        raise Unsupported(
            "SDMX-JSON 2.0 can say that single observations are deleted, not whole series or data sets nor their attributes; "
            "ask for SDMX-CSV 2.0."
        )


class _Body:
    """One object of `dataSets`: the rows of one action."""

    def __init__(self, item: _Learned, structure: int, action: str) -> None:
        self._item = item
        self._placed = item.placed
        self._structure = structure
        self._action = action
        self._indexes = {
            id: {value: str(n) for n, value in enumerate(values)} for id, values in item.numbered.values.items()
        }
        # Attributes go with the first data set that deletes nothing.
        self._with_attributes = action == next((a for a in item.actions if a != "Delete"), None)

    def parts(self) -> Iterator[bytes]:
        yield msgspec.json.encode(self._head())[:-1]
        if self._with_attributes:
            yield from self._above()
        if self._placed.series:
            yield b',"series":{'
            yield from _joined(self._series())
        else:
            yield b',"observations":{'
            yield from _joined(text for frame in self._frames() for text in self._observations(frame))
        yield b"}}"

    def _head(self) -> dict[str, Any]:
        dataset = self._item.dataset
        head = {
            "structure": self._structure,
            "action": ACTIONS.get(self._action, self._action),
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
            texts = rows.select(self._array(self._placed.attributes["dataSet"], rows)).to_series()
            yield f',"attributes":[{texts[0]}]'.encode()
        attributes = self._placed.attributes["dimensionGroup"]
        tables = [rows for _, rows in self._item.groups.left_over()]
        if not tables:
            return
        positions = self._item.dataset.schema.key_ids
        yield b',"dimensionGroupAttributes":{'
        yield from _joined(
            text
            for rows in tables
            for text in with_columns(rows, positions)
            .select(_pair(self._key(positions), pl.format("[{}]", self._array(attributes, rows))))
            .to_series()
        )
        yield b"}"

    def _series(self) -> Iterator[str]:
        attached = self._item.series if self._with_attributes else Attached(self._item.dataset.schema, ())
        keys = [dimension.id for dimension in self._placed.series]
        for frame in self._frames():
            heads, run = series_runs(frame, keys)
            joined = heads.select(keys).with_columns(attached.join(heads).get_columns())
            observations = (
                pl.DataFrame({"run": run, "text": self._observations(frame)})
                .group_by("run", maintain_order=True)
                .agg(pl.col("text").str.join(","))
            )
            yield from self._series_texts(joined, observations["text"])
        for _, rows in attached.left_over():
            yield from self._series_texts(rows, pl.Series([""]).new_from_index(0, rows.height))

    def _series_texts(self, heads: pl.DataFrame, observations: pl.Series) -> Iterator[str]:
        array = self._array(self._placed.attributes["series"] if self._with_attributes else (), heads)
        attributes = pl.when(array == "").then(pl.lit("")).otherwise(pl.format('"attributes":[{}],', array))
        content = pl.concat_str(pl.lit("{"), attributes, pl.lit('"observations":{'), observations, pl.lit("}}"))
        return iter(heads.select(_pair(self._key([d.id for d in self._placed.series]), content)).to_series())

    def _observations(self, frame: pl.DataFrame) -> pl.Series:
        """`"key":[measures, attributes]` of each row; attributes without value at the end are left out."""
        measures = [self._value(measure, frame) for measure in self._placed.measures]
        attributes = self._placed.attributes["observation"]
        key = self._key([dimension.id for dimension in self._placed.observation])
        values = pl.concat_str([*measures], separator=",") if measures else pl.lit("")
        tail = self._array(attributes, frame)
        content = (
            pl.when(tail == "").then(values).otherwise(pl.concat_str([values, tail], separator="," if measures else ""))
        )
        return frame.select(_pair(key, pl.format("[{}]", content))).to_series()

    def _array(self, components: Sequence[SchemaComponent], rows: pl.DataFrame) -> pl.Expr:
        """Values with commas between, without the nulls at the end."""
        described = [component for component in components if self._is_described(component)]
        while described and not _count(rows, described[-1].id):
            described.pop()
        if not described:
            return pl.lit("")
        array = pl.concat_str([self._value(component, rows) for component in described], separator=",")
        if _count(rows, described[-1].id) == rows.height:
            return array
        return array.str.replace(r"(?:^|,)null(?:,null)*$", "")

    def _is_described(self, component: SchemaComponent) -> bool:
        return not self._placed.is_indexed(component) or bool(self._indexes[component.id])

    def _key(self, ids: Sequence[str]) -> pl.Expr:
        """Indexes with colons between; nothing where a row has no value."""
        return pl.concat_str(
            [
                pl.col(id).replace_strict(self._indexes[id], default="", return_dtype=pl.String)
                if self._indexes[id]
                else pl.lit("")
                for id in ids
            ],
            separator=":",
        )

    def _value(self, component: SchemaComponent, rows: pl.DataFrame) -> pl.Expr:
        """JSON text of a value: its index, or a number, string, array or object."""
        value = pl.col(component.id)
        if component.id not in rows.columns:
            return pl.lit("null")
        if self._placed.is_indexed(component):
            indexes = self._indexes[component.id]
            return value.replace_strict(indexes, default="null", return_dtype=pl.String) if indexes else pl.lit("null")
        if component.is_multi_valued:
            text = mapped(value, rows[component.id], lambda text: msgspec.json.encode(decoded(text)).decode())
        else:
            text = _string(value, rows[component.id])
            kind = component.text_format.text_type
            if kind in NUMBER_TYPES:
                text = pl.when(value.str.contains(NUMBER)).then(value).otherwise(text)
            elif kind == "Boolean":
                text = pl.when(value.is_in(["true", "false"])).then(value).otherwise(text)
        return text.fill_null("null")


def _zoned(moment: datetime | None) -> str | None:
    """The schema wants a zone; a time without one is UTC."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _count(rows: pl.DataFrame, id: str) -> int:
    """How many values a column has."""
    return rows[id].count() if id in rows.columns else 0


def _string(value: pl.Expr, values: pl.Series) -> pl.Expr:
    if values.str.contains(NEEDS_ESCAPE).any():
        value = value.str.replace_many(ESCAPES)
    return pl.format('"{}"', value)


def _pair(key: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.format('"{}":{}', key, value)


def _joined(texts: Iterable[str]) -> Iterator[bytes]:
    """Members of an object, with commas between."""
    comma = ""
    for text in texts:
        yield (comma + text).encode()
        comma = ","
