"""Keys and arrays of SDMX-JSON, some thousand at a time, as columns of text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import polars as pl

from sdmx_dsm.batches import MISSING_VALUES, NOT_APPLICABLE
from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.formats.json_data.structure import Described, as_text, wrong
from sdmx_dsm.model import Schema

# What may stand in the place of an index; the last for what is to be deleted
SIGNS: Final = frozenset((NOT_APPLICABLE, *MISSING_VALUES, "-"))
Places = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Arrays:
    """What arrays of one level hold. `place` is that of the array with a number, for errors."""

    components: Sequence[Described]
    annotations: int
    schema: Schema
    place: Places


def key_columns(keys: list[str], dimensions: Sequence[Described], place: Places, *, is_open: bool) -> pl.DataFrame:
    """A column for each dimension, from keys of indexes with colons between. One that `is_open` may leave out dimensions."""
    texts = pl.Series("key", keys, dtype=pl.String)
    if not dimensions:
        _refuse(keys, texts != "", place, "no dimension stands here, so the key should be empty")
        return pl.DataFrame(height=len(keys))
    count = len(dimensions)
    _refuse(keys, texts.str.count_matches(":", literal=True) != count - 1, place, f"{count} indexes are expected")
    parts = texts.str.split_exact(":", count - 1).struct.unnest()
    columns = []
    for dimension, part in zip(dimensions, parts.get_columns(), strict=True):
        values = {str(index): value for index, value in enumerate(dimension.values or ())}
        values[NOT_APPLICABLE] = NOT_APPLICABLE
        column = part.replace_strict(values, default=None, return_dtype=pl.String)
        missing = column.is_null() & (part != "") if is_open else column.is_null()
        if missing.any():
            row = int(missing.arg_max() or 0)
            found, most = part[row], len(dimension.values or ()) - 1
            raise wrong(
                f"{place(row)}/{keys[row]}",
                f"“{found}” is no index of {dimension.id}, whose values have the indexes 0 to {most}",
                f"«{found}» — не индекс {dimension.id}: у значений индексы от 0 до {most}",
            )
        columns.append(column.alias(dimension.id))
    return pl.DataFrame(columns)


def _refuse(keys: list[str], is_wrong: pl.Series, place: Places, message: str) -> None:
    if is_wrong.any():
        row = int(is_wrong.arg_max() or 0)
        raise wrong(f"{place(row)}/{keys[row]}", message, f"ключ «{keys[row]}» не подходит: {message}")


def value_columns(rows: list[list[Any]], arrays: Arrays) -> list[pl.Series]:
    """A column for each component that any of the arrays gives; what is behind the components are indexes of annotations."""
    lengths = set(map(len, rows))
    width = max(lengths, default=0)
    if len(lengths) > 1:
        rows = [row + [None] * (width - len(row)) for row in rows]
    cells = list(chain.from_iterable(rows))
    count = len(arrays.components)
    for number in range(count, width):
        _check_annotations(cells[number::width], number, arrays)
    return [
        _column(cells[number::width], number, component, arrays)
        for number, component in enumerate(arrays.components[:width])
    ]


def _check_annotations(column: Sequence[Any], number: int, arrays: Arrays) -> None:
    for row, value in enumerate(column):
        if value is not None and (type(value) is not int or not 0 <= value < arrays.annotations):
            count = len(arrays.components)
            raise wrong(
                f"{arrays.place(row)}[{number}]",
                f"{count} components are described, and {value!r} behind their values is no index of an annotation",
                f"описано компонентов: {count}, и {value!r} после их значений — не индекс примечания",
            )


def _column(column: Sequence[Any], number: int, component: Described, arrays: Arrays) -> pl.Series:
    kinds = set(map(type, column)) - {type(None)}
    if component.values is not None:
        if kinds == {int}:
            indexes = pl.Series(column, dtype=pl.Int64)
            if indexes.is_between(0, len(component.values) - 1).all():
                return pl.Series(component.id, component.values, dtype=pl.String)[indexes].alias(component.id)
        texts = [
            _indexed(value, component, f"{arrays.place(row)}[{number}]") if value is not None else None
            for row, value in enumerate(column)
        ]
        return pl.Series(component.id, texts, dtype=pl.String)
    known = arrays.schema.by_id.get(component.id)
    multilingual = known is not None and known.is_multilingual
    if kinds <= {str} and not multilingual:
        return pl.Series(component.id, column, dtype=pl.String)
    return pl.Series(component.id, [as_text(value, multilingual) for value in column], dtype=pl.String)


def _indexed(value: Any, component: Described, place: str) -> str | None:
    """The value that an index, or each of an array of indexes, stands for; a sign stands for itself."""
    if isinstance(value, list):
        return canonical([_indexed(each, component, f"{place}[{number}]") for number, each in enumerate(value)])
    values = component.values or ()
    if type(value) is int and 0 <= value < len(values):
        return values[value]
    if isinstance(value, str) and value in SIGNS:
        return value
    raise _no_index(value, component, place)


def _no_index(value: Any, component: Described, place: str) -> ReadError:
    most = len(component.values or ()) - 1
    return wrong(
        place,
        f"{value!r} is no index of {component.id}, whose values have the indexes 0 to {most}",
        f"{value!r} — не индекс {component.id}: у значений индексы от 0 до {most}",
    )
