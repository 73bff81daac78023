"""Periods and their bounds."""

from datetime import datetime, timedelta

import pytest

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import fits_frequency, parse_period

EPOCH = datetime(1970, 1, 1)


@pytest.mark.parametrize(
    ("period", "year_start", "first", "last"),
    [
        ("2010-Q2", "--07-01", "2010-10-01", "2010-12-31"),
        ("2010-Q3", "--07-01", "2011-01-01", "2011-03-31"),
        ("2010-Q3", "--01-01", "2010-07-01", "2010-09-30"),
        ("2011-W36", "--07-01", "2012-03-05", "2012-03-11"),
        ("2020-W01", "--01-01", "2019-12-30", "2020-01-05"),
        ("2020-W53", "--01-01", "2020-12-28", "2021-01-03"),
        ("2021-W01", "--01-01", "2021-01-04", "2021-01-10"),
        ("2000-A1", "--07-01", "2000-07-01", "2001-06-30"),
        ("2000-S2", "--01-01", "2000-07-01", "2000-12-31"),
        ("2000-T3", "--01-01", "2000-09-01", "2000-12-31"),
        ("2000-M12", "--01-01", "2000-12-01", "2000-12-31"),
        ("2000-D366", "--01-01", "2000-12-31", "2000-12-31"),
        ("2010-W01", "--10-01", "2010-10-04", "2010-10-10"),
        ("2024", "--07-01", "2024-01-01", "2024-12-31"),
        ("2024-02", "--01-01", "2024-02-01", "2024-02-29"),
        ("2024-02-29", "--01-01", "2024-02-29", "2024-02-29"),
        ("2023-07-01/P1Y", "--01-01", "2023-07-01", "2024-06-30"),
    ],
)
def test_period_covers(period: str, year_start: str, first: str, last: str) -> None:
    found = parse_period(period, year_start)
    assert EPOCH + timedelta(seconds=found.start) == datetime.fromisoformat(f"{first}T00:00:00")
    assert EPOCH + timedelta(seconds=found.end) == datetime.fromisoformat(f"{last}T23:59:59")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-13",
        "2024-02-30",
        "2024-Q5",
        "2024-Q01",
        "2024-M1",
        "2023-D366",
        "2021-W53",
        "2024 г.",
        "2024-Q1/P",
        "٢٠٢٤",
        "２０２４-Q1",
        "2024-01-01/P١Y",
        "x",
    ],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError, match=r"is not a time period: expected 2024"):
        parse_period(text)


@pytest.mark.parametrize(
    ("period", "frequency", "fits"),
    [
        ("2024", "A", True),
        ("2024-A1", "A", True),
        ("2024", "Q", False),
        ("2024-Q1", "Q", True),
        ("2024-01", "M", True),
        ("2024-01", "Q", False),
        ("2024-01-01", "D", True),
        ("2024-W05", "W", True),
        ("2024-W05", "M", False),
        ("2024-01-01/P2Y", "A", True),
        ("2024-Q1", "OTHER", True),
    ],
)
def test_period_fits_frequency(period: str, frequency: str, fits: bool) -> None:
    assert fits_frequency(parse_period(period).kind, frequency) is fits
