"""The elements of a data set as text columns, in the two syntaxes.

Each function takes a frame and gives, for each of its rows, the text of one element (or of its start tag)."""

from collections.abc import Sequence
from typing import Protocol

import polars as pl

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.ml_data.head import Style
from sdmx_dsm.formats.ml_data.names import OBS_VALUE, comp_type
from sdmx_dsm.formats.ml_data.text import comps, escaped, given, pieces, wrapped, xml_attribute
from sdmx_dsm.model import Schema


class Elements(Protocol):
    """`keys`: the dimensions of the element, in order; `values`: measures and attributes, in order."""

    series_end: str

    def series_start(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series: ...

    def observations(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series: ...

    def groups(self, frame: pl.DataFrame, group: str, keys: Sequence[str], values: Sequence[str]) -> pl.Series: ...

    def partial(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        """Attributes of some dimensions, or none (the data set), that are no group."""


class SpecificElements:
    """Of structure-specific data; `prefix` is that of the data structure's own namespace."""

    series_end = "</Series>\n"

    def __init__(self, style: Style, schema: Schema, prefix: str) -> None:
        self._prefix = prefix
        is_complex = [] if style.version == "2.1" else [c for c in schema.components if c.is_multi_valued]
        self._complex = {component.id: component for component in is_complex}

    def series_start(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        frame, attributes, children = self._parts(frame, keys, values)
        return _text(frame, [pl.lit("<Series"), *attributes, pl.lit(">"), *children, pl.lit("\n")])

    def observations(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        return self._element(frame, "Obs", "", keys, values)

    def groups(self, frame: pl.DataFrame, group: str, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        return self._element(frame, "Group", f' xsi:type="{self._prefix}:{group}"', keys, values)

    def partial(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        return self._element(frame, "Atts", "", keys, values)

    def _element(
        self, frame: pl.DataFrame, tag: str, kind: str, keys: Sequence[str], values: Sequence[str]
    ) -> pl.Series:
        frame, attributes, children = self._parts(frame, keys, values)
        start = [pl.lit(f"<{tag}{kind}"), *attributes]
        if not children:
            return _text(frame, [*start, pl.lit("/>\n")])
        inside = pl.concat_str(children)
        end = (
            pl.when(inside == "")
            .then(pl.lit("/>\n"))
            .otherwise(pl.concat_str([pl.lit(">"), inside, pl.lit(f"</{tag}>\n")]))
        )
        return _text(frame, [*start, end])

    def _parts(
        self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]
    ) -> tuple[pl.DataFrame, list[pl.Expr], list[pl.Expr]]:
        """The frame made ready, the attributes of its elements and their Comp children."""
        ids = given(frame, [*keys, *values])
        plain = [id for id in ids if id not in self._complex]
        frame = escaped(frame, plain)
        composed = [self._complex[id] for id in ids if id in self._complex]
        frame = frame.with_columns(
            comps(
                frame[c.id],
                f'Comp id="{c.id}" xsi:type="{self._prefix}:{comp_type(c.id, c.role)}"',
                is_array=c.is_array,
            )
            for c in composed
        )
        children = [pl.col(c.id).fill_null("") for c in composed]
        return frame, pieces(frame, plain, xml_attribute), children


class GenericElements:
    """Of generic data (2.1)."""

    series_end = "</generic:Series>\n"

    def __init__(self, schema: Schema, *, is_flat: bool) -> None:
        measures = [measure.id for measure in schema.measures]
        self._measure = OBS_VALUE if OBS_VALUE in measures or not measures else measures[0]
        self._is_flat = is_flat

    def series_start(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        frame = escaped(frame, given(frame, [*keys, *values]))
        return _text(
            frame,
            [pl.lit("<generic:Series>"), *_key(frame, "SeriesKey", keys), *_attributes(frame, values), pl.lit("\n")],
        )

    def observations(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        frame = escaped(frame, given(frame, [*keys, *values]))
        attributes = [id for id in values if id != self._measure]
        if self._is_flat:
            key = _key(frame, "ObsKey", keys)
        else:
            key = pieces(frame, keys, lambda id: (f'<generic:ObsDimension id="{id}" value="', '"/>'))
        value = pieces(frame, [self._measure], lambda _: ('<generic:ObsValue value="', '"/>'))
        return _text(
            frame, [pl.lit("<generic:Obs>"), *key, *value, *_attributes(frame, attributes), pl.lit("</generic:Obs>\n")]
        )

    def groups(self, frame: pl.DataFrame, group: str, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        frame = escaped(frame, given(frame, [*keys, *values]))
        start = pl.lit(f'<generic:Group type="{group}">')
        return _text(
            frame, [start, *_key(frame, "GroupKey", keys), *_attributes(frame, values), pl.lit("</generic:Group>\n")]
        )

    def partial(self, frame: pl.DataFrame, keys: Sequence[str], values: Sequence[str]) -> pl.Series:
        """Of the data set alone: generic data have no place for other partial keys."""
        assert not keys
        frame = escaped(frame, given(frame, values))
        return _text(frame, [*_attributes(frame, values), pl.lit("\n")])


def _value(id: str) -> tuple[str, str]:
    return f'<generic:Value{attribute("id", id)} value="', '"/>'


def _key(frame: pl.DataFrame, element: str, ids: Sequence[str]) -> list[pl.Expr]:
    return wrapped(frame, ids, _value, f"generic:{element}")


def _attributes(frame: pl.DataFrame, ids: Sequence[str]) -> list[pl.Expr]:
    return wrapped(frame, ids, _value, "generic:Attributes")


def _text(frame: pl.DataFrame, parts: Sequence[pl.Expr]) -> pl.Series:
    return frame.with_columns(pl.concat_str(parts).alias(":text"))[":text"]  # as long as the frame, also of literals


def elements_of(style: Style, schema: Schema, number: int, *, is_flat: bool) -> Elements:
    return (
        GenericElements(schema, is_flat=is_flat) if style.is_generic else SpecificElements(style, schema, f"ns{number}")
    )
