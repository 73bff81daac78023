"""Which checks may find anything in a batch, asked of columns instead of rows.

Most values are plainly right: codes of a list that pass all checks of a value, short numbers, times that passed before with
the same frequency. Where all values of a column are, the checks of its values need not be asked; nor what looks for nulls in
a column that has none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.model import Schema, SchemaComponent
from sdmx_dsm.validation.keys import hashes
from sdmx_dsm.validation.periods import PeriodTable, frequency_dimension
from sdmx_dsm.validation.values import Check

# Whole numbers that are as text what they are as numbers: what holds for the least and the greatest holds between them.
_SHORT_NUMBER: Final = "^[0-9]{1,9}$"
_LEAST_AND_GREATEST: Final = ("0", "000000000", "999999999")
_KEPT_TIMES: Final = 20_000
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
        self._times: Final = Times(schema, checks) if schema.time else None
        of_values: defaultdict[str, list[Check]] = defaultdict(list)
        for check in checks:
            if check.of_value:
                of_values[check.component].append(check)
        self._right: Final[dict[str, pl.Expr]] = {}
        for component in schema.components:
            right = _right(component, of_values[component.id])
            if right is not None:
                self._right[component.id] = right

    def has_right_times(self, rows: pl.DataFrame) -> bool:
        return self._times is None or self._times.are_right(rows)

    def doubtful(self, rows: pl.DataFrame) -> Iterator[Check]:
        """The checks that may find something. `rows` has a column for each component, and the bounds of its times unless all
        of them are right."""
        nulls = {id: rows[id].null_count() for id in rows.columns}
        asked = {id: right for id, right in self._right.items() if nulls[id] < rows.height}
        plain = rows.select(right.alias(id) for id, right in asked.items()).row(0, named=True) if asked else {}
        right_times = self._times.numbers if self._times and self._times.kind not in rows.columns else ()
        for number, check in enumerate(self._checks):
            id = check.component
            if number in right_times:
                continue
            if check.of_value and (nulls[id] == rows.height or plain.get(id)):
                continue
            if not all(nulls[column] for column in check.nulls):
                continue
            yield check


class Times:
    """Remembers pairs of frequency and time that pass the checks of times."""

    def __init__(self, schema: Schema, checks: Sequence[Check]) -> None:
        assert schema.time
        frequency, self._time = frequency_dimension(schema), schema.time.id
        self.kind: Final = f":kind:{self._time}"
        self._pair: Final = [frequency.id, self._time] if frequency else [self._time]
        columns = {*self._pair, self.kind, f":start:{self._time}", f":end:{self._time}"}
        self.numbers: Final = [
            n for n, check in enumerate(checks) if check.component == self._time and check.columns <= columns
        ]
        self._wrong: Final = [checks[n].wrong.fill_null(False) for n in self.numbers]
        self._periods: Final = PeriodTable()
        self._right: Final[set[tuple[str | None, ...]]] = set()

    def are_right(self, rows: pl.DataFrame) -> bool:
        pairs = rows.select(self._pair).filter(hashes(rows, self._pair).is_first_distinct())
        news = [pair for pair in pairs.iter_rows() if pair not in self._right]
        if not news:
            return True
        asked = self._periods.add(
            pl.DataFrame(news, schema=dict.fromkeys(self._pair, pl.String), orient="row"), self._time
        )
        no_period = pl.col(self._time).is_not_null() & pl.col(self.kind).is_null()
        right = asked.filter(~pl.any_horizontal(no_period, *self._wrong))
        if len(self._right) > _KEPT_TIMES:
            self._right.clear()
        self._right.update(right.select(self._pair).iter_rows())
        return right.height == len(news)


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
