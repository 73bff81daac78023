"""Over generated data: right data give no findings, one wrong cell gives one at its place, a million wrong rows are counted."""

import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.validation import Checker, ReportBuilder
from tests.helpers.schemas import CODES
from tests.validation.subject import SCHEMA, finished, found

PERIODS = {
    "A": lambda n: str(1950 + n),
    "Q": lambda n: f"{1950 + n // 4}-Q{n % 4 + 1}",
    "M": lambda n: f"{1950 + n // 12}-{n % 12 + 1:02}",
}
KEYS = st.tuples(
    st.sampled_from("AQM"), st.sampled_from(list(CODES["CL_AREA"])), st.sampled_from(list(CODES["CL_SEX"]))
)
VALUES = st.one_of(st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda n: f"{n:f}"), st.just("NaN"))


@st.composite
def observations(draw: st.DrawFn) -> pl.DataFrame:
    """Observations of different keys and times, each right."""
    cells = draw(st.lists(st.tuples(KEYS, st.integers(0, 80)), min_size=1, max_size=60, unique=True))
    return pl.DataFrame(
        {
            "FREQ": [key[0] for key, _ in cells],
            "REF_AREA": [key[1] for key, _ in cells],
            "SEX": [key[2] for key, _ in cells],
            "TIME_PERIOD": [PERIODS[key[0]](n) for key, n in cells],
            "OBS_VALUE": [draw(VALUES) for _ in cells],
            "OBS_STATUS": [draw(st.sampled_from("AEM")) for _ in cells],
            ":level": ["obs"] * len(cells),
            ":line": range(2, len(cells) + 2),
        }
    )


def series_rows(batch: pl.DataFrame) -> pl.DataFrame:
    keys = batch.select("FREQ", "REF_AREA", "SEX").unique()
    return keys.with_columns(pl.lit("PS").alias("UNIT_MEASURE"), pl.lit("series").alias(":level"))


@given(observations(), st.integers(1, 60))
@settings(max_examples=40, deadline=None)
def test_right_data_give_no_findings_however_they_are_cut(batch: pl.DataFrame, cut: int) -> None:
    checker = Checker(SCHEMA)
    for part in (batch.head(cut), series_rows(batch), batch.slice(cut)):
        assert found(checker.check(part)) == []
    assert finished(checker) == []
    assert checker.observations == batch.height


# column -> wrong value, code
FAULTS = [
    ("REF_AREA", "XX", "unknown-code"),
    ("SEX", "", "empty-value"),
    ("SEX", None, "missing-dimension"),
    ("TIME_PERIOD", "2020-99", "not-a-period"),
    ("TIME_PERIOD", "1950-05-17", "period-frequency-mismatch"),
    ("OBS_VALUE", "1e5", "not-a-number"),
    ("OBS_VALUE", "1 000", "not-a-number"),
    ("OBS_STATUS", "?", "unknown-code"),
    ("OBS_STATUS", None, "attribute-missing"),
]


@given(observations(), st.sampled_from(FAULTS), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_single_fault_is_found_at_its_place(
    batch: pl.DataFrame, fault: tuple[str, str | None, str], chance: random.Random
) -> None:
    column, value, code = fault
    line = chance.randrange(2, batch.height + 2)
    wrong = batch.with_columns(
        pl.when(pl.col(":line") == line).then(pl.lit(value, dtype=pl.String)).otherwise(column).alias(column)
    )
    assert found(Checker(SCHEMA).check(wrong)) == [(line, column, code)]


@given(observations(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_repeated_row_is_found_at_its_place(batch: pl.DataFrame, chance: random.Random) -> None:
    again = batch.slice(chance.randrange(batch.height), 1).with_columns(pl.lit(999, pl.Int64).alias(":line"))
    checker = Checker(SCHEMA)
    assert found(checker.check(batch)) == []
    assert found(checker.check(again)) == [(999, "", "duplicate-observation")]


ROWS, BATCHES = 62_500, 16


def many(number: int) -> pl.DataFrame:
    """The same observation, right in itself, over and over; each on its own line."""
    n = pl.int_range(ROWS, eager=True) + number * ROWS
    return pl.DataFrame(
        {
            "FREQ": ["A"] * ROWS,
            "REF_AREA": ["KG"] * ROWS,
            "SEX": ["F"] * ROWS,
            "TIME_PERIOD": ["2020"] * ROWS,
            "OBS_VALUE": n.cast(pl.String),
            "OBS_STATUS": ["A"] * ROWS,
            ":level": ["obs"] * ROWS,
            ":line": n + 2,
        }
    )


EVERY_ROW: list[tuple[Callable[[pl.DataFrame], pl.DataFrame], dict[str, int]]] = [
    (
        lambda batch: batch.with_columns(pl.concat_str(pl.lit("X"), ":line").alias("REF_AREA"), OBS_VALUE=pl.lit("-")),
        {"unknown-code": ROWS * BATCHES, "not-a-number": ROWS * BATCHES},
    ),
    (
        lambda batch: batch,
        {"duplicate-observation": ROWS * BATCHES - 1},
    ),
    (
        lambda batch: batch.with_columns(pl.concat_str(pl.lit("~"), ":line").alias("TIME_PERIOD")),
        {"not-a-period": ROWS * BATCHES},
    ),
]


@pytest.mark.long
@pytest.mark.parametrize("spoil, counts", EVERY_ROW)
def test_million_wrong_rows_are_counted(
    spoil: Callable[[pl.DataFrame], pl.DataFrame], counts: dict[str, int], tmp_path: Path
) -> None:
    checker = Checker(SCHEMA)
    with ReportBuilder(tmp_path / "findings.csv") as builder:
        for number in range(BATCHES):
            batch = spoil(many(number))
            builder.add(batch, checker.check(batch))
    report = builder.report()
    assert report.counts == counts
    assert report.observations == ROWS * BATCHES
    assert len(report.findings) == 100 * len(counts)
    with (tmp_path / "findings.csv").open("rb") as file:
        assert sum(1 for _ in file) == 1 + sum(counts.values())
