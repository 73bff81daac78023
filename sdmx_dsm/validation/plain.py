"""Which checks may find anything in a batch, asked of columns instead of rows.

Most values are plainly right: codes of a list that pass all checks of a value, short numbers. Where all values of a column
are, the checks of its values need not be asked; nor what looks for nulls in a column that has none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.model import Schema, SchemaComponent
from sdmx_dsm.validation.values import Check

# Whole numbers that are as text what they are as numbers: what holds for the least and the greatest holds between them.
_SHORT_NUMBER: Final = "^[0-9]{1,9}$"
_LEAST_AND_GREATEST: Final = ("0", "000000000", "999999999")
_OF_NUMBERS: Final = frozenset(
    {
        "forbidden-character",
        "empty-value",
        "error-cell",
        "not-a-number",
        "below-minimum",
        "negative-count",
        "above-maximum",
        "too-many-decimals",
    }
)


class Plain:
    """Knows of each component the values that are plainly right."""

    def __init__(self, schema: Schema, checks: Sequence[Check]) -> None:
        self._checks: Final = tuple(checks)
        of_values: defaultdict[str, list[Check]] = defaultdict(list)
        for check in checks:
            if check.of_value:
                of_values[check.component].append(check)
        self._right: Final[dict[str, pl.Expr]] = {}
        for component in schema.components:
            right = _right(component, of_values[component.id])
            if right is not None:
                self._right[component.id] = right

    def doubtful(self, rows: pl.DataFrame) -> Iterator[Check]:
        """The checks that may find something. `rows` has a column for each component."""
        nulls = {id: rows[id].null_count() for id in rows.columns}
        asked = {id: right for id, right in self._right.items() if nulls[id] < rows.height}
        plain = rows.select(right.alias(id) for id, right in asked.items()).row(0, named=True) if asked else {}
        for check in self._checks:
            id = check.component
            if check.of_value and (nulls[id] == rows.height or plain.get(id)):
                continue
            if not all(nulls[column] for column in check.nulls):
                continue
            yield check


def _right(component: SchemaComponent, checks: Sequence[Check]) -> pl.Expr | None:
    """Whether all values of a column are plainly right; None where that can't be told without all the checks."""
    if (
        component.is_array
        or component.is_multilingual
        or any(check.columns - {component.id, ":level"} for check in checks)
    ):
        return None
    column = pl.col(component.id)
    if component.codelist is not None:
        codes = pl.Series(component.id, [code.id for code in component.codelist.items], dtype=pl.String)
        right = codes.filter(~_wrong(codes, checks))
        return column.unique().is_in(right.implode()).all()
    numbers = pl.Series(component.id, _LEAST_AND_GREATEST)
    if {check.code for check in checks} <= _OF_NUMBERS and "not-a-number" in {check.code for check in checks}:
        return None if _wrong(numbers, checks).any() else column.str.contains(_SHORT_NUMBER).all()
    return None


def _wrong(values: pl.Series, checks: Sequence[Check]) -> pl.Series:
    rows = pl.DataFrame([values]).with_columns(pl.lit("obs").alias(":level"))
    return rows.select(pl.any_horizontal(check.wrong.fill_null(False) for check in checks)).to_series()
