"""SDMX-JSON data messages into DataSets: 1.0, 2.0 and 2.1, and the draft of 1.0 whose parts stand in the root.

The order of keys is free, so a message is read twice: first what it says about itself and about each data set, then the data,
whose members come in portions (`scanning`) and become columns there and then. Attributes may stand at another level than the
one of their relationship (flat data have those of series at observations); each becomes rows of its own level, as from other
flat formats (`csv_data.flatten`). Annotations are passed over. Rules: the SDMX-JSON field guides."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from pathlib import Path
from typing import Any, Final, cast, get_args

import polars as pl

from sdmx_dsm.batches import Action, DataSet, Header, constants
from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.flatten import Flattener
from sdmx_dsm.formats.json_data.columns import Arrays, key_columns, value_columns
from sdmx_dsm.formats.json_data.scanning import ARRAYS, SERIES, Series, Source
from sdmx_dsm.formats.json_data.structure import Layout, as_text, expected, layout, reference_of, wrong
from sdmx_dsm.formats.structures.json_reader import Reader
from sdmx_dsm.formats.structures.syntaxes import JSON21
from sdmx_dsm.model import ALL_DIMENSIONS, Reference, Schema, Structures

# Keys of a data set whose members may be many, and in what each of these ends
LARGE: Final = {"series": "}", "observations": "]", "dimensionGroupAttributes": "]"}
ACTIONS: Final = frozenset(get_args(Action))
NO_LEVEL: Final = pl.lit(None, dtype=pl.String).alias(":level")
OBSERVED: Final = pl.lit("obs").alias(":level")
KINDS: Final = {"metadataSets": "reference metadata", "dataStructures": "structures", "codelists": "structures"}


def read_json(path: Path, structures: Structures, *, reference: Reference | None = None) -> Iterator[DataSet]:
    """The data sets of a message, in order; each is read while its batches are taken. `reference` stands in where the message
    names no structure.

    Raises ReadError, before the first data set for what is no JSON or no data message, else while batches are taken; `.path`
    names the place in the message. NotFound when a structure that it names is not in `structures`."""
    message = _read_message(path)
    readings = [_reading(message, place, head, structures, reference) for place, head in message.heads]
    with closing(Source(path)) as source:
        frames = _frames(source, readings)
        for number, of_one in groupby(frames, key=lambda found: found[0]):
            batches = (frame for _, frame in of_one if frame.height)
            yield readings[number].dataset(message.header, batches)


@dataclass(slots=True)
class _Message:
    """What the first pass learns; `heads`: the data sets without what is large, each with its place."""

    meta: Any = None
    structures: list[Any] = field(default_factory=list)
    heads: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    is_data: bool = False

    @property
    def header(self) -> Header:
        return Reader(JSON21, {}).header(self.meta)


def _read_message(path: Path) -> _Message:
    message = _Message()
    with closing(Source(path)) as source:
        for key in _parts(source):
            if key in ("meta", "header"):
                message.meta = source.value()
            elif key == "structure":
                message.structures = [source.value()]
            elif key == "structures":
                found = source.value()
                if not isinstance(found, list):
                    raise source.wrong("an array is expected", "ожидается массив")
                message.structures = found
            elif key == "dataSets":
                message.is_data = True
                if not source.is_null():
                    message.heads += [(source.place, _head(source)) for _ in source.elements()]
            elif key in KINDS:
                raise source.wrong(
                    f"these are {KINDS[key]}, and a data message is expected", "ожидается сообщение с данными"
                )
            else:
                message.is_data |= key == "errors"
                source.value()
        source.end()
    if not message.is_data:
        raise ReadError(
            "There are no “dataSets”: a data message of SDMX-JSON is expected.",
            ru="Нет «dataSets»: ожидается сообщение с данными SDMX-JSON.",
        )
    return message


def _parts(source: Source) -> Iterator[str]:
    """The keys of the message and of its `data`, whose values are to be taken."""
    for key in source.members():
        if key != "data":
            yield key
        elif not source.is_null():
            yield from source.members()


def _head(source: Source) -> dict[str, Any]:
    head: dict[str, Any] = {}
    for key in source.members():
        if key not in LARGE:
            head[key] = source.value()
        elif not source.is_null():
            source.skip(LARGE[key])
    return head


def _reading(
    message: _Message, place: str, head: dict[str, Any], structures: Structures, reference: Reference | None
) -> "_Reading":
    index = head.get("structure", 0)
    count = len(message.structures)
    if type(index) is not int or not 0 <= index < count:
        raise wrong(
            f"{place}/structure",
            f"the structure {index} is named; the message has {count}",
            f"указана структура {index}, а в сообщении их {count}",
        )
    structure = message.structures[index]
    if not isinstance(structure, dict):
        raise wrong(f"data/structures[{index}]", "an object is expected", "ожидается объект")
    named = reference_of(structure, head) or reference
    if named is None:
        raise wrong(
            f"data/structures[{index}]/links",
            "no link names the dataflow, data structure or provision agreement of the data by its URN",
            "ни одна ссылка (links) не называет URN потока данных, структуры данных или соглашения",
        )
    schema = structures.schema(named)
    return _Reading(place, head, named, schema, layout(structure, schema, f"data/structures[{index}]"))


def _frames(source: Source, readings: Sequence["_Reading"]) -> Iterator[tuple[int, pl.DataFrame]]:
    """All batches with the number of their data set, at least one for each, which may be empty."""
    for key in _parts(source):
        if key == "dataSets" and not source.is_null():
            for number in source.elements():
                for frame in readings[number].batches(source):
                    yield number, frame
        elif key != "dataSets":
            source.value()


class _Reading:
    """Reads one data set."""

    def __init__(
        self, place: str, head: dict[str, Any], reference: Reference, schema: Schema, described: Layout
    ) -> None:
        self._head = head
        self._place = place
        self._reference = reference
        self._schema = schema
        self._layout = described
        self._flattener = Flattener(schema)
        action = head.get("action") or "Information"
        if not isinstance(action, str) or action not in ACTIONS:
            raise wrong(
                f"{self._place}/action",
                f"“{action}” is no action; expected one of {', '.join(sorted(ACTIONS))}",
                f"«{action}» — не действие; ожидается одно из: {', '.join(sorted(ACTIONS))}",
            )
        self._action = cast("Action", action)

    def dataset(self, header: Header, batches: Iterator[pl.DataFrame]) -> DataSet:
        observation = self._layout.observation
        by_series = bool(self._layout.series) and len(observation) < 2
        return DataSet(
            schema=self._schema,
            structure=self._reference,
            batches=batches,
            header=header,
            action=self._action,
            valid_from=self._moment("validFrom"),
            valid_to=self._moment("validTo"),
            reporting_begin=self._text("reportingBegin"),
            reporting_end=self._text("reportingEnd"),
            dimension_at_observation=next((d.id for d in observation), None) if by_series else ALL_DIMENSIONS,
        )

    def _text(self, key: str) -> str | None:
        return as_text(self._head.get(key))

    def _moment(self, key: str) -> datetime | None:
        text = self._text(key)
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            raise wrong(
                f"{self._place}/{key}", f"“{text}” is no date and time", f"«{text}» — не дата и время"
            ) from None

    def batches(self, source: Source) -> Iterator[pl.DataFrame]:
        """At least one, which may be empty."""
        is_empty = True
        for frame in self._frames(source):
            batch = self._batch(frame)
            is_empty &= not batch.height
            yield batch
        if is_empty and self._action == "Delete":  # all that there is, of the values that the data set has
            key: dict[str, str | None] = {id: self._layout.constants.get(id) for id in self._schema.key_ids}
            yield pl.DataFrame({":level": ["delete"]}).with_columns(constants(key))

    def _batch(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A frame of one kind of members with all dimensions that it has, attributes at their own levels."""
        known = {id: value for id, value in self._layout.constants.items() if id not in frame.columns}
        frame = frame.with_columns(constants(known))
        if self._action == "Delete":
            return frame.with_columns(pl.lit("delete").alias(":level"))
        # Places in a JSON text would help nobody: it may be one line.
        return self._flattener.batch(frame.with_columns(pl.lit(0).alias(":line"))).drop(":line")

    def _frames(self, source: Source) -> Iterator[pl.DataFrame]:
        """`:level` is null for attributes above the observation."""
        yield self._of_data_set()
        for key in source.members():
            if key not in LARGE:
                source.value()
            elif source.is_null():
                continue
            elif key == "series":
                for members in source.portions(LARGE[key], SERIES):
                    yield from self._of_series(members, source.place)
            elif key == "observations":
                for arrays in source.portions(LARGE[key], ARRAYS):
                    yield self._of_observations(arrays, source.place)
            else:
                for arrays in source.portions(LARGE[key], ARRAYS):
                    yield self._of_groups(arrays, source.place)

    def _of_data_set(self) -> pl.DataFrame:
        place = f"{self._place}/attributes"
        attributes = expected(self._head.get("attributes"), list, place)
        columns = value_columns([attributes] if attributes else [], self._arrays("dataSet", lambda _: place))
        return pl.DataFrame(columns).with_columns(NO_LEVEL)

    def _of_series(self, members: Mapping[str, Series | None], place: str) -> Iterator[pl.DataFrame]:
        names = list(members)
        contents = [content or Series() for content in members.values()]
        keys = key_columns(names, self._layout.series, lambda _: place, is_open=self._action == "Delete")
        attributes = [content.attributes or [] for content in contents]
        if any(attributes):
            arrays = self._arrays("series", lambda row: f"{place}/{names[row]}/attributes")
            rows = keys.with_columns(value_columns(attributes, arrays)).with_columns(NO_LEVEL)
            yield rows.filter(pl.Series([bool(given) for given in attributes])) if self._action == "Delete" else rows
        observations = [content.observations or {} for content in contents]
        if self._action == "Delete":
            whole = [not of and not given for of, given in zip(observations, attributes, strict=True)]
            yield keys.filter(pl.Series(whole, dtype=pl.Boolean)).with_columns(OBSERVED)
        counts = pl.Series([len(of) for of in observations], dtype=pl.UInt32)
        if not counts.sum():
            return
        of_series = pl.select(pl.int_range(len(counts)).repeat_by(counts).explode(empty_as_null=False)).to_series()
        yield pl.concat(
            [
                keys[of_series],
                self._rows(
                    list(chain.from_iterable(observations)),
                    [values or [] for of in observations for values in of.values()],
                    lambda row: f"{place}/{names[of_series[row]]}/observations",
                ),
            ],
            how="horizontal",
        )

    def _of_observations(self, arrays: Mapping[str, list[Any] | None], place: str) -> pl.DataFrame:
        return self._rows(list(arrays), [values or [] for values in arrays.values()], lambda _: place)

    def _rows(self, names: list[str], values: list[list[Any]], place: Callable[[int], str]) -> pl.DataFrame:
        keys = key_columns(names, self._layout.observation, place, is_open=self._action == "Delete")
        arrays = self._arrays("observation", lambda row: f"{place(row)}/{names[row]}")
        return keys.with_columns(value_columns(values, arrays)).with_columns(OBSERVED)

    def _of_groups(self, arrays: Mapping[str, list[Any] | None], place: str) -> pl.DataFrame:
        """Keys have the dimensions of the data set or leave them out: the field guides allow both."""
        names = list(arrays)
        keyed = self._layout.keyed
        if names and names[0].count(":") + 1 < len(keyed):
            keyed = tuple(dimension for dimension in keyed if dimension.id not in self._layout.constants)
        keys = key_columns(names, keyed, lambda _: place, is_open=True)
        values = value_columns(
            [given or [] for given in arrays.values()],
            self._arrays("dimensionGroup", lambda row: f"{place}/{names[row]}"),
        )
        return keys.with_columns(values).with_columns(NO_LEVEL)

    def _arrays(self, level: str, place: Callable[[int], str]) -> Arrays:
        return Arrays(self._layout.arrays[level], self._layout.annotations, self._schema, place)
