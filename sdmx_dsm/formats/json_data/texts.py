"""Values, keys and arrays of whole columns as the text of SDMX-JSON. Nothing here is done a row at a time."""

from collections.abc import Sequence
from typing import Final

import msgspec
import polars as pl

from sdmx_dsm.batches import series_runs
from sdmx_dsm.formats.flat import decoded, mapped
from sdmx_dsm.formats.json_data.description import Numbered, Placement
from sdmx_dsm.formats.json_data.versions import JSON10
from sdmx_dsm.model import SchemaComponent

NUMBER_TYPES: Final = frozenset(
    {"Numeric", "Long", "Short", "Float", "Double", "Integer", "Count", "Decimal", "BigInteger"}
)
# What does not look so ("+5", "NaN") is written as a string.
NUMBER: Final = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
ESCAPES: Final = {'"': '\\"', "\\": "\\\\"} | {chr(n): f"\\u{n:04x}" for n in range(0x20)}
NEEDS_ESCAPE: Final = r'["\\\x00-\x1f]'


class Texts:
    """Expressions for the rows of one data set, whose indexed values are `numbered`."""

    def __init__(self, placed: Placement, numbered: Numbered) -> None:
        self.placed = placed
        self._indexes = {
            id: {value: str(n) for n, value in enumerate(values)} for id, values in numbered.values.items()
        }

    def observations(self, frame: pl.DataFrame) -> pl.Series:
        """`"key":[measures, attributes]` of each row; attributes without value at the end are left out."""
        measures = [self.value(measure, frame) for measure in self.placed.measures if self._is_described(measure)]
        if not measures and self.placed.version == JSON10:
            measures = [pl.lit("null")]
        attributes = self.placed.attributes["observation"]
        values = pl.concat_str([*measures], separator=",") if measures else pl.lit("")
        tail = self.array(attributes, frame)
        content = (
            pl.when(tail == "").then(values).otherwise(pl.concat_str([values, tail], separator="," if measures else ""))
        )
        text = pair(self._observation_key(frame), pl.format("[{}]", content))
        # Not `select`: a text that is the same in all rows would come once.
        return frame.with_columns(text.alias(":text"))[":text"]

    def array(self, components: Sequence[SchemaComponent], rows: pl.DataFrame) -> pl.Expr:
        """Values with commas between, without the nulls at the end."""
        described = [component for component in components if self._is_described(component)]
        while described and not _count(rows, described[-1].id):
            described.pop()
        if not described:
            return pl.lit("")
        array = pl.concat_str([self.value(component, rows) for component in described], separator=",")
        if _count(rows, described[-1].id) == rows.height:
            return array
        return array.str.replace(r"(?:^|,)null(?:,null)*$", "")

    def _is_described(self, component: SchemaComponent) -> bool:
        return bool(self._indexes.get(component.id, True))

    def _observation_key(self, frame: pl.DataFrame) -> pl.Expr:
        """What a series has in common is made once for it, where its observations stand together."""
        *leading, last = [dimension.id for dimension in self.placed.observation]
        if not any(self._indexes[id] for id in leading) or not self._indexes[last]:
            return self.key([*leading, last])
        heads, run = series_runs(frame, leading)
        keys = heads.select(self.key(leading)).to_series()
        return pl.concat_str([pl.lit(keys.gather(run)), self.key([last])], separator=":")

    def key(self, ids: Sequence[str]) -> pl.Expr:
        """Indexes with colons between; nothing where a row has no value. A dimension without any value is not described."""
        described = [id for id in ids if self._indexes[id]]
        if not described:
            return pl.lit("")
        return pl.concat_str(
            [pl.col(id).replace_strict(self._indexes[id], default="", return_dtype=pl.String) for id in described],
            separator=":",
        )

    def value(self, component: SchemaComponent, rows: pl.DataFrame) -> pl.Expr:
        """JSON text of a value: its index, or a number, string, array or object."""
        value = pl.col(component.id)
        if component.id not in rows.columns:
            return pl.lit("null")
        indexes = self._indexes.get(component.id)
        if indexes is not None:
            return value.replace_strict(indexes, default="null", return_dtype=pl.String) if indexes else pl.lit("null")
        if component.is_multi_valued:
            text = mapped(value, rows[component.id], lambda text: msgspec.json.encode(decoded(text)).decode())
        else:
            text = _string(value, rows[component.id])
            kind = component.text_format.text_type
            if kind in NUMBER_TYPES - self.placed.version.text_types:
                text = pl.when(value.str.contains(NUMBER)).then(value).otherwise(text)
            elif kind == "Boolean":
                text = pl.when(value.is_in(["true", "false"])).then(value).otherwise(text)
        return text.fill_null("null")


def _count(rows: pl.DataFrame, id: str) -> int:
    """How many values a column has."""
    return rows[id].count() if id in rows.columns else 0


def _string(value: pl.Expr, values: pl.Series) -> pl.Expr:
    if values.str.contains(NEEDS_ESCAPE).any():
        value = value.str.replace_many(ESCAPES)
    return pl.format('"{}"', value)


def pair(key: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.format('"{}":{}', key, value)
