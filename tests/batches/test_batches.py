"""Keys, series ids, period bounds, and putting data sets in order."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdmx_dsm.batches import DataSet, Spool, in_order, period_bounds, series_id, series_slices, with_series_ids
from sdmx_dsm.batches import spool as spool_module
from sdmx_dsm.model import (
    Concept,
    ConceptScheme,
    DataStructure,
    Dimension,
    Measure,
    Reference,
    Structures,
    TimeDimension,
)


def dataset(*batches: pl.DataFrame) -> DataSet:
    def concept(id: str) -> Reference:
        return Reference("Concept", "T", "CS", "1.0", id)

    scheme = ConceptScheme(
        id="CS", agency="T", items=tuple(Concept(id=id) for id in ("A", "B", "TIME_PERIOD", "OBS_VALUE"))
    )
    structure = DataStructure(
        id="D",
        agency="T",
        dimensions=(Dimension(concept=concept("A")), Dimension(concept=concept("B"))),
        time_dimension=TimeDimension(concept=concept("TIME_PERIOD")),
        measures=(Measure(concept=concept("OBS_VALUE")),),
    )
    schema = Structures([scheme, structure]).schema(structure.reference)
    return DataSet(schema=schema, structure=structure.reference, batches=iter(batches))


def observations(*rows: str) -> pl.DataFrame:
    cells = [row.split() for row in rows]
    return pl.DataFrame(cells, schema=["A", "B", "TIME_PERIOD", "OBS_VALUE"], orient="row").with_columns(
        pl.lit("obs").alias(":level")
    )


def test_series_id_is_the_same_whoever_computes_it() -> None:
    # 8 bytes of BLAKE2b over "A=x\x1fB=y\x1f", computed with b2sum -l 64
    assert series_id({"B": "y", "A": "x"}) == int.from_bytes(bytes.fromhex("b100445bf0aec6f5"), signed=True)


def test_a_dimension_added_later_changes_no_series_id() -> None:
    assert series_id({"A": "x", "NEW": None}) == series_id({"A": "x"})
    assert series_id({"A": "x", "NEW": ""}) != series_id({"A": "x"})


def test_series_ids_are_those_of_the_keys() -> None:
    frame = pl.DataFrame({"A": ["x", "y", "x"], "B": ["1", None, "1"]})
    ids = with_series_ids(frame, ["A", "B"])[":series"].to_list()
    assert ids == [series_id({"A": "x", "B": "1"}), series_id({"A": "y"}), series_id({"A": "x", "B": "1"})]


def test_bounds_of_what_is_no_period_are_null() -> None:
    assert period_bounds(pl.Series(["2024-01", "soon", None])).rows() == [
        ("2024-01", "month", 1704067200, 1706745599),
        ("soon", None, None, None),
    ]


def test_attributes_come_first_and_series_stand_together() -> None:
    late = pl.DataFrame({"A": ["a"], "B": ["b"], "TITLE": ["t"], ":level": ["series"]})
    first, second = in_order(dataset(observations("b b 2 1", "a b 2 1"), late, observations("a b 1 1"))).batches
    assert first.select("A", "TITLE", ":level").rows() == [("a", "t", "series")]
    assert second.select("A", "TIME_PERIOD").rows() == [("a", "1"), ("a", "2"), ("b", "2")]


def test_an_ordered_dataset_is_left_alone() -> None:
    ordered = replace(dataset(), ordered=True)
    assert in_order(ordered) is ordered


def test_order_holds_when_the_data_are_larger_than_memory_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "BATCH_ROWS", 2)  # 16 rows at once
    rows = [f"{a} {b} {t} 1" for t in range(4) for a in "abcde" for b in "xyz"]
    batches = list(in_order(dataset(*(observations(*rows[i : i + 7]) for i in range(0, len(rows), 7)))).batches)
    series = [row for batch in batches for row in batch.select("A", "B").rows()]
    assert len(series) == 60
    changes = [key for position, key in enumerate(series) if position == 0 or series[position - 1] != key]
    assert len(changes) == len(set(changes)) == 15


def cut(rows: list[str], size: int) -> list[pl.DataFrame]:
    return [observations(*rows[i : i + size]) for i in range(0, len(rows), size)]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_what_comes_series_by_series_keeps_its_order(size: int) -> None:
    rows = ["b b 1 1", "b b 2 1", "a b 1 1", "a b 1 2", "c b 3 1"]
    batches = in_order(dataset(*cut(rows, size))).batches
    assert [
        " ".join(row) for batch in batches for row in batch.select("A", "B", "TIME_PERIOD", "OBS_VALUE").rows()
    ] == rows


@pytest.mark.parametrize("rows", [["b b 1 1", "a b 1 1", "b b 2 1"], ["b b 2 1", "b b 1 1", "a b 1 1"]])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_series_that_returns_or_goes_back_in_time_is_put_in_order(rows: list[str], size: int) -> None:
    batches = in_order(dataset(*cut(rows, size))).batches
    found = [row for batch in batches for row in batch.select("A", "TIME_PERIOD").rows()]
    assert found == [("a", "1"), ("b", "1"), ("b", "2")]


def test_a_spool_leaves_nothing_behind() -> None:
    with Spool() as spool:
        spool.add(observations("a b 1 1"))
        folder = spool._folder
        assert folder.exists()
    assert not folder.exists()


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(1, 10))
def test_slices_end_where_a_series_ends(lengths: list[int], rows: int) -> None:
    keys = [str(number) for number, length in enumerate(lengths) for _ in range(length)]

    def frames() -> Iterator[pl.DataFrame]:
        for start in range(0, len(keys), 4):
            yield pl.DataFrame({"A": keys[start : start + 4]})

    slices = [batch["A"].to_list() for batch in series_slices(frames(), ["A"], rows)]
    assert [key for part in slices for key in part] == keys
    assert all(before[-1] != after[0] for before, after in pairwise(slices))
    assert all(len([key for key in part if key != part[-1]]) < rows for part in slices)
