"""A map does not see how data are cut into batches."""

from collections.abc import Sequence

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.mapping import DataMap, Remarks
from sdmx_dsm.model import ComponentMap
from tests.mapping.subject import SUM, copied, data_map, fixed, mapped, only, pattern, rule, through, values

RULES = values(rule("KG", "TJ"), rule(pattern("(T.*)"), r"\1"), rule("_T"))
PLAIN = data_map(copied("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"), [only("SEX", "_T", "F")])
SUMMED = data_map(
    [
        *copied("FREQ", "TIME_PERIOD", "OBS_STATUS"),
        through("REF_AREA", "REF_AREA"),
        ComponentMap(sources=("UNIT_MEASURE",), targets=("TITLE",)),
        ComponentMap(sources=("OBS_VALUE",), targets=("OBS_VALUE",), annotations=(SUM,)),
    ],
    [fixed("CONTACT", "x")],
    RULES,
)

OBSERVATION = st.tuples(
    st.sampled_from(["KG", "TJ", "UZ", "_T"]),
    st.sampled_from(["F", "M", "_T"]),
    st.sampled_from(["2020", "2021"]),
    st.sampled_from(["1", "2.50", "NaN"]),
    st.sampled_from([None, "A", "E"]),
)
COLUMNS = ["REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"]


def batch(observations: Sequence[tuple[str | None, ...]]) -> pl.DataFrame:
    frame = pl.DataFrame(observations, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return frame.select(pl.lit("A").alias("FREQ"), pl.all(), pl.lit("obs").alias(":level"))


def outcome(made: DataMap, batches: Sequence[pl.DataFrame]) -> tuple[list[str], dict[str, int]]:
    remarks = Remarks()
    found = mapped(made, *batches, remarks=remarks)
    lines = [str(sorted(row.items(), key=str)) for row in found.iter_rows(named=True)] if found.width else []
    return sorted(lines), dict(remarks.counts)


@settings(max_examples=25, deadline=None)
@given(
    observations=st.lists(OBSERVATION, max_size=12, unique_by=lambda row: row[:3]),
    cut=st.integers(min_value=0, max_value=12),
    made=st.sampled_from([PLAIN, SUMMED]),
)
def test_batches_one_by_one_or_as_one_map_alike(
    observations: list[tuple[str | None, ...]], cut: int, made: DataMap
) -> None:
    whole = outcome(made, [batch(observations)])
    assert outcome(made, [batch(observations[:cut]), batch(observations[cut:])]) == whole
