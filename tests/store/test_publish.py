"""What a publication does to the stored data: actions, defaults, deletions, releases."""

from collections.abc import Iterator

import polars as pl
import pytest

from sdmx_dsm.errors import Conflict
from sdmx_dsm.model import PUBLIC, DataQuery, parse_filter
from sdmx_dsm.store import Part, Store, rows
from tests.store.lines import EXAMPLE, KG, TJ, batch, lines, publish

ALL = DataQuery()


def stored(store: Store, query: DataQuery = ALL) -> list[str]:
    return lines(store.data(EXAMPLE, query, PUBLIC))


def changes(store: Store, release: int) -> tuple[int, int, int, int]:
    (done,) = store.changes(release)
    return done.inserted, done.updated, done.deleted, done.attributes


def test_an_empty_hub_has_no_data(store: Store) -> None:
    assert stored(store) == []
    assert store.last_release() is None
    assert store.data_revision(EXAMPLE) == 0
    assert store.available(EXAMPLE, ALL, PUBLIC) == {}


def test_data_come_back_digit_for_digit_in_the_order_of_keys_and_time(store: Store) -> None:
    publish(
        store,
        "A.TJ.F 2021 OBS_VALUE=-0 OBS_STATUS=A",
        "A.TJ.F 2020 OBS_VALUE=12.50 OBS_STATUS=E COMMENT_OBS=",
        "A.KG.M 2020 OBS_VALUE=NaN",
        "dataset *.*.* SOURCE_NOTE=n",
        "series A.TJ.F UNIT_MEASURE=PS",
        "partial *.TJ.F TITLE=Women",
        "partial *.TJ.* COVERAGE=~",
    )
    assert stored(store) == [
        "partial *.TJ.F TITLE=Women",
        "partial *.TJ.* COVERAGE=~",
        "dataset *.*.* SOURCE_NOTE=n",
        "series A.TJ.F UNIT_MEASURE=PS",
        "A.KG.M 2020 OBS_VALUE=NaN",
        "A.TJ.F 2020 OBS_VALUE=12.50 OBS_STATUS=E COMMENT_OBS=",
        "A.TJ.F 2021 OBS_VALUE=-0 OBS_STATUS=A",
    ]


@pytest.mark.parametrize("action", ["Information", "Append", "Merge"])
def test_merging_changes_the_given_values_alone(store: Store, action: str) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E", "series A.KG.F UNIT_MEASURE=PS")
    publish(store, "A.KG.F 2020 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=3", "series A.KG.F COLLECTION=c", action=action)
    assert stored(store) == [
        "series A.KG.F UNIT_MEASURE=PS COLLECTION=c",
        "A.KG.F 2020 OBS_VALUE=2 OBS_STATUS=E",
        "A.KG.F 2021 OBS_VALUE=3",
    ]


def test_replacing_changes_whole_observations_and_merges_attributes_above(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E", "series A.KG.F UNIT_MEASURE=PS")
    publish(store, "A.KG.F 2020 OBS_VALUE=2", "series A.KG.F COLLECTION=c", action="Replace")
    assert stored(store) == ["series A.KG.F UNIT_MEASURE=PS COLLECTION=c", "A.KG.F 2020 OBS_VALUE=2"]


def test_an_action_of_a_row_wins_over_that_of_its_data_set(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E", "A.KG.F 2021 OBS_VALUE=1 OBS_STATUS=E")
    publish(store, "replace A.KG.F 2020 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=2", action="Merge")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=E"]


def test_an_observation_without_values_does_not_exist(store: Store) -> None:
    publish(store, "A.KG.F 2020", "A.KG.F 2021 OBS_VALUE=1")
    assert stored(store) == ["A.KG.F 2021 OBS_VALUE=1"]
    publish(store, "A.KG.F 2021", action="Replace")
    assert stored(store) == []


def test_a_default_is_stored_only_where_nothing_is(store: Store) -> None:
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1",
        "series A.KG.F UNIT_MEASURE=PC",
        "dataset *.*.* SOURCE_NOTE=own",
        "partial *.KG.* COVERAGE=own",
    )
    publish(
        store,
        "default series A.KG.F UNIT_MEASURE=PS COLLECTION=d",
        "default series A.KG.M UNIT_MEASURE=PS",
        "A.KG.M 2020 OBS_VALUE=1",
        "default dataset *.*.* SOURCE_NOTE=default",
        "default partial *.KG.* COVERAGE=default",
    )
    assert stored(store) == [
        "partial *.KG.* COVERAGE=own",
        "dataset *.*.* SOURCE_NOTE=own",
        "series A.KG.F UNIT_MEASURE=PC COLLECTION=d",
        "series A.KG.M UNIT_MEASURE=PS",
        "A.KG.F 2020 OBS_VALUE=1",
        "A.KG.M 2020 OBS_VALUE=1",
    ]


def test_a_row_that_does_not_differ_keeps_its_release(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=2", "series A.KG.F UNIT_MEASURE=PS")
    second = publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=3", "series A.KG.F UNIT_MEASURE=PS")
    third = publish(store, "A.KG.F 2021 OBS_VALUE=3")
    assert changes(store, first.number) == (2, 0, 0, 1)
    assert changes(store, second.number) == (0, 1, 0, 0)
    assert changes(store, third.number) == (0, 0, 0, 0)
    assert store.data_revision(EXAMPLE) == second.number
    assert stored(store, DataQuery(updated_after=first.time)) == [
        "series A.KG.F UNIT_MEASURE=PS",
        "A.KG.F 2021 OBS_VALUE=3",
    ]


def test_a_number_that_becomes_none_is_compared_as_none(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=5")
    publish(store, "A.KG.F 2020 OBS_VALUE=NaN")
    assert stored(store, DataQuery(filters=(parse_filter("OBS_VALUE", "ge:5"),))) == []


FILLED = (
    "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A",
    "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
    "A.KG.M 2020 OBS_VALUE=3 OBS_STATUS=A",
    "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A",
    "series A.KG.F UNIT_MEASURE=PS",
    "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
    "partial *.KG.F TITLE=t",
    "partial *.KG.* COVERAGE=c",
    "dataset *.*.* SOURCE_NOTE=n",
)


@pytest.mark.parametrize(
    "pattern, remaining",
    [
        (
            "delete A.KG.F 2020",
            [
                "partial *.KG.F TITLE=t",
                "partial *.KG.* COVERAGE=c",
                "dataset *.*.* SOURCE_NOTE=n",
                "series A.KG.F UNIT_MEASURE=PS",
                "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
                "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
                "A.KG.M 2020 OBS_VALUE=3 OBS_STATUS=A",
                "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A",
            ],
        ),
        (
            "delete A.*.* 2020",
            [
                "partial *.KG.F TITLE=t",
                "partial *.KG.* COVERAGE=c",
                "dataset *.*.* SOURCE_NOTE=n",
                "series A.KG.F UNIT_MEASURE=PS",
                "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
                "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
                "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A",
            ],
        ),
        ("delete *.KG.*", ["dataset *.*.* SOURCE_NOTE=n", "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A"]),
        (
            "delete *.*.F",
            [
                "partial *.KG.* COVERAGE=c",
                "dataset *.*.* SOURCE_NOTE=n",
                "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
                "A.KG.M 2020 OBS_VALUE=3 OBS_STATUS=A",
            ],
        ),
        ("delete *.*.*", []),
        (
            "delete *.KG.* OBS_STATUS=?",
            [
                "partial *.KG.F TITLE=t",
                "partial *.KG.* COVERAGE=c",
                "dataset *.*.* SOURCE_NOTE=n",
                "series A.KG.F UNIT_MEASURE=PS",
                "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
                "A.KG.F 2020 OBS_VALUE=1",
                "A.KG.F 2021 OBS_VALUE=2",
                "A.KG.M 2020 OBS_VALUE=3",
                "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A",
            ],
        ),
        (
            "delete A.KG.~ ~ COLLECTION=? COVERAGE=? TITLE=? SOURCE_NOTE=?",
            [
                "series A.KG.F UNIT_MEASURE=PS",
                "series A.KG.M UNIT_MEASURE=PS",
                "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A",
                "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
                "A.KG.M 2020 OBS_VALUE=3 OBS_STATUS=A",
                "Q.TJ.F 2020-Q1 OBS_VALUE=4 OBS_STATUS=A",
            ],
        ),
        ("delete A.UZ.F 2020", None),
    ],
)
def test_a_pattern_deletes_what_lies_within_it(store: Store, pattern: str, remaining: list[str] | None) -> None:
    publish(store, *FILLED)
    before = stored(store)
    publish(store, pattern, action="Merge")
    assert stored(store) == (before if remaining is None else remaining)


def test_a_deletion_that_leaves_no_value_deletes_the_observation_and_an_empty_series(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.M 2020 OBS_VALUE=1", "series A.KG.M UNIT_MEASURE=PS")
    publish(store, "delete A.KG.* 2020 OBS_VALUE=?")
    assert stored(store) == ["series A.KG.M UNIT_MEASURE=PS"]
    # The key is free again: another agreement may report it.
    publish(store, "A.KG.F 2020 OBS_VALUE=1", agreement=TJ)
    with pytest.raises(Conflict):
        publish(store, "A.KG.M 2020 OBS_VALUE=1", agreement=TJ)


def test_deletions_come_first_and_what_comes_again_unchanged_has_not_changed(store: Store) -> None:
    first = publish(store, *FILLED)
    second = publish(store, *FILLED[:2], "A.UZ.F 2020 OBS_VALUE=9", *FILLED[4:], "delete *.*.*")
    assert stored(store) == [
        "partial *.KG.F TITLE=t",
        "partial *.KG.* COVERAGE=c",
        "dataset *.*.* SOURCE_NOTE=n",
        "series A.KG.F UNIT_MEASURE=PS",
        "series A.KG.M UNIT_MEASURE=PS COLLECTION=c",
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A",
        "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
        "A.UZ.F 2020 OBS_VALUE=9",
    ]
    assert changes(store, second.number) == (1, 0, 2, 0)
    assert stored(store, DataQuery(updated_after=first.time)) == [
        "delete Q.TJ.F",
        "delete A.KG.M 2020",
        "dataset *.*.* SOURCE_NOTE=n",
        "A.UZ.F 2020 OBS_VALUE=9",
    ]


def test_a_deletion_touches_the_data_of_its_agreement_alone(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "dataset *.*.* SOURCE_NOTE=kg", agreement=KG)
    publish(store, "A.TJ.F 2020 OBS_VALUE=1", "dataset *.*.* SOURCE_NOTE=tj", agreement=TJ)
    publish(store, "delete *.*.*", agreement=KG)
    assert stored(store) == ["dataset *.*.* SOURCE_NOTE=tj", "A.TJ.F 2020 OBS_VALUE=1"]


def test_parts_follow_one_another_in_one_release(store: Store) -> None:
    parts = [
        Part(schema=EXAMPLE, agreement=KG, action="Append", batches=[batch("A.KG.F 2020 OBS_VALUE=1")]),
        Part(schema=EXAMPLE, agreement=KG, action="Delete", batches=[batch("A.KG.F 2020")]),
        Part(schema=EXAMPLE, agreement=TJ, action="Append", batches=[batch("A.TJ.F 2020 OBS_VALUE=1")]),
        Part(schema=EXAMPLE, agreement=KG, action="Append", batches=[batch("A.KG.F 2020 OBS_VALUE=2")]),
    ]
    release = store.publish(parts, submission="s", user="u", note="why")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=2", "A.TJ.F 2020 OBS_VALUE=1"]
    assert release.number == 1
    assert store.releases() == [release]
    assert store.last_release() == release


def test_several_batches_of_one_series_are_one_series(store: Store) -> None:
    parts = [
        batch("A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=1"),
        batch("A.KG.F 2021 OBS_STATUS=A", "A.KG.F 2022 OBS_VALUE=1"),
        batch("series A.KG.F UNIT_MEASURE=PS"),
    ]
    store.publish([Part(schema=EXAMPLE, agreement=KG, action="Append", batches=parts)], submission="", user="")
    assert stored(store) == [
        "series A.KG.F UNIT_MEASURE=PS",
        "A.KG.F 2020 OBS_VALUE=1",
        "A.KG.F 2021 OBS_VALUE=1 OBS_STATUS=A",
        "A.KG.F 2022 OBS_VALUE=1",
    ]


def test_a_series_belongs_to_the_agreement_that_reported_it_first(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", agreement=KG)
    publish(store, "A.KG.F 2020 OBS_VALUE=2", agreement="DSM:EXAMPLE_KG(1.1.0)")
    with pytest.raises(Conflict) as conflict:
        publish(store, "A.TJ.F 2020 OBS_VALUE=3", "A.KG.F 2020 OBS_VALUE=3", agreement=TJ)
    assert str(conflict.value) == "The series A.KG.F belongs to the provision agreement DSM:EXAMPLE_KG(1.1.0)."
    assert conflict.value.facts == {"series": [({"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}, "DSM:EXAMPLE_KG(1.1.0)")]}
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=2"]
    keys = batch("A.KG.F 2020", "A.KG.F 2021", "A.TJ.F 2020")
    assert store.series_of_others(EXAMPLE, TJ, keys).rows() == [("A", "KG", "F", "DSM:EXAMPLE_KG(1.1.0)")]
    assert store.series_of_others(EXAMPLE, KG, keys).height == 0
    assert store.contributing_agreements(EXAMPLE, PUBLIC) == ["DSM:EXAMPLE_KG(1.1.0)"]


def test_a_failing_publication_leaves_nothing(store: Store) -> None:
    class Batches:
        readings = 0

        def __iter__(self) -> Iterator[pl.DataFrame]:
            self.readings += 1
            yield batch("A.KG.F 2020 OBS_VALUE=1", "dataset *.*.* SOURCE_NOTE=n")
            if self.readings == 2:
                raise OSError("the disk is gone")

    part = Part(schema=EXAMPLE, agreement=KG, action="Append", batches=Batches())
    with pytest.raises(OSError, match="the disk is gone"):
        store.publish([part], submission="", user="")
    assert stored(store) == []
    assert store.releases() == []


def test_reporting_periods_follow_the_day_on_which_reporting_years_begin(store: Store) -> None:
    publish(store, "Q.KG.F 2020-Q1 OBS_VALUE=1", "A.KG.F 2020-A1 OBS_VALUE=2", "A.KG.F 2021 OBS_VALUE=3")
    publish(store, "Q.KG.F 2020-Q2 OBS_VALUE=4", "dataset *.*.* REPORTING_YEAR_START_DAY=--07-01")
    publish(store, "Q.KG.F 2020-Q3 OBS_VALUE=5")

    def within(period: str) -> list[str]:
        found = stored(store, DataQuery(filters=(parse_filter("TIME_PERIOD", period),)))
        return [line for line in found if not line.startswith("dataset")]

    assert within("2020") == ["Q.KG.F 2020-Q1 OBS_VALUE=1", "Q.KG.F 2020-Q2 OBS_VALUE=4"]
    assert within("2021") == ["A.KG.F 2021 OBS_VALUE=3", "Q.KG.F 2020-Q3 OBS_VALUE=5"]
    assert within("2020-07-01/P1Y") == [
        "A.KG.F 2020-A1 OBS_VALUE=2",
        "Q.KG.F 2020-Q1 OBS_VALUE=1",
        "Q.KG.F 2020-Q2 OBS_VALUE=4",
        "Q.KG.F 2020-Q3 OBS_VALUE=5",
    ]


def test_two_keys_with_one_id_get_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are hashes. When two keys meet in one, the set is renumbered under another salt."""
    genuine = rows.with_series_ids

    def colliding(frame, ids, salt="", name=":series"):  # type: ignore[no-untyped-def]
        keyed = genuine(frame, ids, salt, name)
        if salt:
            return keyed
        return keyed.with_columns(
            keyed.get_column("REF_AREA").replace_strict({"KG": 1, "TJ": 1}, default=2).alias(name)
        )

    publish(store, "A.UZ.F 2020 OBS_VALUE=1", "A.UZ.F 2020 OBS_VALUE=2")
    monkeypatch.setattr(rows, "with_series_ids", colliding)
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "A.KG.F 2020 OBS_VALUE=5")
    before = store.last_release()
    assert before
    publish(store, "A.TJ.F 2020 OBS_VALUE=1")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=5", "A.TJ.F 2020 OBS_VALUE=1", "A.UZ.F 2020 OBS_VALUE=2"]
    publish(store, "A.KG.F 2020 OBS_VALUE=6", "A.TJ.F 2020 OBS_VALUE=6", "A.UZ.F 2020 OBS_VALUE=6")
    assert stored(store, DataQuery(as_of=before.time)) == ["A.KG.F 2020 OBS_VALUE=5", "A.UZ.F 2020 OBS_VALUE=2"]
