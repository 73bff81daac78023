"""What comes out: keys, filters, windows, details, past states and changes; one state for each read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from sdmx_dsm.errors import PeriodError, QuerySemanticsError, TooLarge
from sdmx_dsm.model import PUBLIC, DataQuery, parse_filter, parse_key_v1, parse_key_v2, parse_sort
from sdmx_dsm.store import Store, reading
from tests.conftest import Databases
from tests.helpers.schemas import RICH
from tests.store.lines import EXAMPLE, KG, STRUCTURES, TJ, lines, publish

RICH_SCHEMA = STRUCTURES.schema(RICH)
DATA = (
    "A.KG.F 2019 OBS_VALUE=9 OBS_STATUS=A",
    "A.KG.F 2020 OBS_VALUE=10.0 OBS_STATUS=E COMMENT_OBS=a_b%c",
    "A.KG.F 2021 OBS_VALUE=100 OBS_STATUS=A",
    "Q.KG.F 2020-Q2 OBS_VALUE=NaN",
    "A.KG.M 2020 OBS_VALUE=-5 OBS_STATUS=A COMMENT_OBS=Ab",
    "series A.KG.F UNIT_MEASURE=PS COLLECTION=x",
    "series A.KG.M UNIT_MEASURE=PC",
    "partial *.KG.F TITLE=Women",
    "partial *.KG.* COVERAGE=all",
)
OTHERS = ("A.TJ.F 2020 OBS_VALUE=7 OBS_STATUS=A", "partial *.TJ.F TITLE=Zanon")


@pytest.fixture(scope="module")
def filled(databases: Databases, kind: str) -> Iterator[Store]:
    """A hub with the data above. Nobody changes it."""
    with databases.store(kind) as store:
        fill(store)
        yield store


def fill(store: Store) -> None:
    publish(store, *DATA, agreement=KG)
    publish(store, *OTHERS, agreement=TJ)


def observations(store: Store, query: DataQuery, **how: object) -> list[str]:
    """Key and period of what is found."""
    found = lines(store.data(EXAMPLE, query, PUBLIC, **how))  # type: ignore[arg-type]
    return [" ".join(line.split(" ")[:2]) for line in found if line[1] == "."]


@pytest.mark.parametrize(
    "key, expected",
    [
        ("A.KG.F", ["A.KG.F 2019", "A.KG.F 2020", "A.KG.F 2021"]),
        ("A.KG", ["A.KG.F 2019", "A.KG.F 2020", "A.KG.F 2021", "A.KG.M 2020"]),
        ("*.*.M", ["A.KG.M 2020"]),
        ("Q.KG.F,A.TJ.*,A.UZ.X", ["A.TJ.F 2020", "Q.KG.F 2020-Q2"]),
        ("A.UZ.F", []),
    ],
)
def test_keys_select_series(filled: Store, key: str, expected: list[str]) -> None:
    query = DataQuery(keys=parse_key_v2(key))
    assert observations(filled, query) == expected
    assert filled.count(EXAMPLE, query, PUBLIC).observations == len(expected)


SORTED = {
    "TIME_PERIOD:desc": "A.KG.F 2021, Q.KG.F 2020-Q2, A.KG.F 2020, A.KG.M 2020, A.TJ.F 2020, A.KG.F 2019",
    "OBS_VALUE": "A.KG.M 2020, A.TJ.F 2020, A.KG.F 2019, A.KG.F 2020, A.KG.F 2021, Q.KG.F 2020-Q2",
    "SEX:desc+TIME_PERIOD": "A.KG.M 2020, A.KG.F 2019, A.KG.F 2020, A.TJ.F 2020, Q.KG.F 2020-Q2, A.KG.F 2021",
    "REF_AREA:desc+*": "A.TJ.F 2020, A.KG.F 2019, A.KG.F 2020, A.KG.F 2021, A.KG.M 2020, Q.KG.F 2020-Q2",
    "series_key:desc+TIME_PERIOD:desc": "Q.KG.F 2020-Q2, A.TJ.F 2020, A.KG.M 2020, A.KG.F 2021, A.KG.F 2020, A.KG.F 2019",
    "TITLE+COMMENT_OBS": "A.KG.F 2020, A.KG.F 2019, A.KG.F 2021, Q.KG.F 2020-Q2, A.TJ.F 2020, A.KG.M 2020",
}


@pytest.mark.parametrize(("sort", "expected"), SORTED.items())
def test_flat_answers_are_in_the_order_that_is_asked_for(filled: Store, sort: str, expected: str) -> None:
    query = DataQuery(sort=parse_sort(sort), is_flat=True)
    assert ", ".join(observations(filled, query)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("TIME_PERIOD:desc", "A.KG.F 2021, A.KG.F 2020, A.KG.F 2019, A.KG.M 2020, A.TJ.F 2020, Q.KG.F 2020-Q2"),
        (
            "OBS_VALUE:desc+SEX:desc",
            "A.KG.M 2020, A.KG.F 2021, A.KG.F 2020, A.KG.F 2019, A.TJ.F 2020, Q.KG.F 2020-Q2",
        ),
    ],
)
def test_where_data_are_grouped_by_series_each_series_stays_together(filled: Store, sort: str, expected: str) -> None:
    query = DataQuery(sort=parse_sort(sort), measures=("none",))
    assert ", ".join(observations(filled, query)) == expected


def test_a_window_counts_in_the_order_that_is_asked_for(filled: Store) -> None:
    query = DataQuery(sort=parse_sort("OBS_VALUE:desc"), is_flat=True, offset=1, limit=2, keys=parse_key_v2("A"))
    assert observations(filled, query) == ["A.KG.F 2020", "A.KG.F 2019"]


def test_each_batch_of_a_sorted_answer_has_the_attributes_of_its_series(filled: Store) -> None:
    query = DataQuery(sort=parse_sort("TIME_PERIOD"), is_flat=True, keys=parse_key_v2("A.KG.F"), limit=2)
    found = lines(filled.data(EXAMPLE, query, PUBLIC))
    assert [line for line in found if line.startswith("series")] == ["series A.KG.F UNIT_MEASURE=PS COLLECTION=x"]


def test_nothing_is_sorted_by_what_is_not_there(filled: Store) -> None:
    with pytest.raises(QuerySemanticsError, match="no component “AGE” to sort by; it has FREQ, REF_AREA"):
        filled.data(EXAMPLE, DataQuery(sort=parse_sort("AGE")), PUBLIC)


@pytest.mark.parametrize(
    ("text", "year_start", "expected"),
    [
        ("2020-Q2", None, ["Q.KG.F 2020-Q2"]),  # as its own reporting year has it
        ("2020-Q4", None, ["Q.TJ.F 2020-Q4"]),
        ("2020-Q4", "--01-01", ["Q.KG.F 2020-Q2", "Q.TJ.F 2020-Q4"]),  # one time in two years
        ("2020-Q2", "--07-01", ["Q.KG.F 2020-Q2", "Q.TJ.F 2020-Q4"]),
        ("ge:2021", None, []),
        ("ge:2020-10+le:2020-12", None, ["Q.KG.F 2020-Q2", "Q.TJ.F 2020-Q4"]),
    ],
)
def test_reporting_periods_compare_within_reporting_years(
    store: Store, text: str, year_start: str | None, expected: list[str]
) -> None:
    publish(store, "Q.KG.F 2020-Q2 OBS_VALUE=4", "dataset *.*.* REPORTING_YEAR_START_DAY=--07-01")
    publish(store, "Q.TJ.F 2020-Q4 OBS_VALUE=4", agreement=TJ)
    query = DataQuery(filters=(parse_filter("TIME_PERIOD", text),), year_start=year_start)
    assert observations(store, query) == expected


def test_keys_of_the_first_api_list_alternatives_in_a_position(filled: Store) -> None:
    assert observations(filled, DataQuery(keys=parse_key_v1("A+Q..M+X"))) == ["A.KG.M 2020"]


@pytest.mark.parametrize(
    "component, text, expected",
    [
        ("REF_AREA", "TJ,UZ", ["A.TJ.F 2020"]),
        ("REF_AREA", "ne:KG", ["A.TJ.F 2020"]),
        ("REF_AREA", "gt:KG", ["A.TJ.F 2020"]),
        ("FREQ", "Q", ["Q.KG.F 2020-Q2"]),
        ("OBS_VALUE", "gt:9", ["A.KG.F 2020", "A.KG.F 2021"]),
        ("OBS_VALUE", "10", ["A.KG.F 2020"]),
        ("OBS_VALUE", "lt:9", ["A.KG.M 2020", "A.TJ.F 2020"]),
        ("OBS_VALUE", "ge:-5+le:7", ["A.KG.M 2020", "A.TJ.F 2020"]),
        ("OBS_VALUE", "NaN", ["Q.KG.F 2020-Q2"]),
        ("OBS_VALUE", "ne:7+lt:10", ["A.KG.F 2019", "A.KG.M 2020"]),
        ("OBS_VALUE", "sw:10", ["A.KG.F 2020", "A.KG.F 2021"]),
        ("OBS_STATUS", "E", ["A.KG.F 2020"]),
        ("OBS_STATUS", "ne:A", ["A.KG.F 2020", "Q.KG.F 2020-Q2"]),
        ("COMMENT_OBS", "co:_b%25", ["A.KG.F 2020"]),
        ("COMMENT_OBS", "sw:A", ["A.KG.M 2020"]),
        ("COMMENT_OBS", "ew:b", ["A.KG.M 2020"]),
        ("COMMENT_OBS", "co:B", []),
        ("COMMENT_OBS", "nc:b", ["A.KG.F 2019", "A.KG.F 2021", "A.TJ.F 2020", "Q.KG.F 2020-Q2"]),
        ("UNIT_MEASURE", "PC", ["A.KG.M 2020"]),
        ("UNIT_MEASURE", "ne:PS", ["A.KG.M 2020", "A.TJ.F 2020", "Q.KG.F 2020-Q2"]),
        ("TITLE", "sw:Wo", ["A.KG.F 2019", "A.KG.F 2020", "A.KG.F 2021", "Q.KG.F 2020-Q2"]),
        ("TITLE", "ne:Women", ["A.KG.M 2020", "A.TJ.F 2020"]),
        ("SOURCE_NOTE", "x", []),
        ("TIME_PERIOD", "2020", ["A.KG.F 2020", "A.KG.M 2020", "A.TJ.F 2020", "Q.KG.F 2020-Q2"]),
        ("TIME_PERIOD", "2020-Q2", ["Q.KG.F 2020-Q2"]),
        ("TIME_PERIOD", "ne:2020", ["A.KG.F 2019", "A.KG.F 2021"]),
        ("TIME_PERIOD", "ge:2020-03", ["A.KG.F 2021", "Q.KG.F 2020-Q2"]),
        ("TIME_PERIOD", "le:2020-06", ["A.KG.F 2019", "Q.KG.F 2020-Q2"]),
        ("TIME_PERIOD", "gt:2020", ["A.KG.F 2021"]),
        ("TIME_PERIOD", "lt:2020-01", ["A.KG.F 2019"]),
        ("TIME_PERIOD", "lt:2020,gt:2020", ["A.KG.F 2019", "A.KG.F 2021"]),
        ("TIME_PERIOD", "co:Q", ["Q.KG.F 2020-Q2"]),
    ],
)
def test_filters_select_by_component(filled: Store, component: str, text: str, expected: list[str]) -> None:
    query = DataQuery(filters=(parse_filter(component, text),))
    assert observations(filled, query) == expected
    assert filled.count(EXAMPLE, query, PUBLIC).observations == len(expected)


def test_a_filter_may_match_any_element_of_an_array_and_any_language_of_a_text(store: Store) -> None:
    publish(
        store,
        'A.KG 2020 OBS_VALUE=1 OBS_COUNT=10 METHOD=["survey","дом"]',
        'A.TJ 2020 OBS_VALUE=2 OBS_COUNT=9 METHOD=["dom"]',
        'series A.KG TITLE={"en":"Stock","ru":"Запас"}',
        schema=RICH_SCHEMA,
    )

    def found(component: str, text: str) -> list[str]:
        query = DataQuery(filters=(parse_filter(component, text),))
        return [line[:4] for line in lines(store.data(RICH_SCHEMA, query, PUBLIC)) if line[1] == "."]

    assert found("METHOD", "survey+дом") == ["A.KG"]
    assert found("METHOD", "survey,dom") == ["A.KG", "A.TJ"]
    assert found("METHOD", "surv") == []
    assert found("METHOD", "sw:surv") == ["A.KG"]
    assert found("METHOD", "ne:dom") == ["A.KG"]
    assert found("TITLE", "Запас") == ["A.KG"]
    assert found("OBS_COUNT", "gt:9") == ["A.KG"]


def test_what_the_dataflow_does_not_have_is_an_error_of_the_query(filled: Store) -> None:
    with pytest.raises(QuerySemanticsError, match="has no component AGE; there are FREQ, REF_AREA"):
        filled.data(EXAMPLE, DataQuery(filters=(parse_filter("AGE", "1"),)), PUBLIC)
    with pytest.raises(QuerySemanticsError, match="4 positions"):
        filled.data(EXAMPLE, DataQuery(keys=parse_key_v2("A.KG.F.X")), PUBLIC)
    with pytest.raises(PeriodError):
        filled.data(EXAMPLE, DataQuery(filters=(parse_filter("TIME_PERIOD", "ge:soon"),)), PUBLIC)


def test_keys_and_codes_without_number(filled: Store) -> None:
    """The expression was deeper than a database takes: an incident."""
    others = [f"A.KG.X{n}" for n in range(1500)]
    found = ["A.KG.M 2020", "A.TJ.F 2020"]
    assert observations(filled, DataQuery(keys=parse_key_v2(",".join(("A.KG.M", *others, "*.TJ", "Z"))))) == found
    assert len(observations(filled, DataQuery(keys=parse_key_v2(",".join((*others, "*")))))) == 6
    codes = parse_filter("SEX", ",".join(("M", *(f"X{n}" for n in range(1500)), "sw:M")))
    assert observations(filled, DataQuery(filters=(codes,))) == ["A.KG.M 2020"]


def test_more_conditions_than_a_statement_takes_are_refused(filled: Store) -> None:
    terms = parse_filter("SEX", ",".join(f"co:X{n}" for n in range(201)))
    with pytest.raises(TooLarge, match="The filters have 201 conditions beside plain codes; at most 200 are taken"):
        filled.data(EXAMPLE, DataQuery(filters=(terms,)), PUBLIC)
    same = parse_filter("SEX", ",".join(["co:M"] * 300))
    assert observations(filled, DataQuery(filters=(same,))) == ["A.KG.M 2020"]


def test_a_measure_is_compared_with_numbers_alone(filled: Store) -> None:
    """It was compared as a text with what is no number, so that nearly everything was at least 1e999."""
    for text in ("ge:many", "lt:", "ge:1_0", "ge:٣"):
        with pytest.raises(QuerySemanticsError, match="is no number, and OBS_VALUE is compared with numbers alone"):
            filled.data(EXAMPLE, DataQuery(filters=(parse_filter("OBS_VALUE", text),)), PUBLIC)
    assert observations(filled, DataQuery(filters=(parse_filter("OBS_VALUE", "ge:1e999"),))) == []
    assert len(observations(filled, DataQuery(filters=(parse_filter("OBS_VALUE", "lt:1e999"),)))) == 5


def test_first_and_last_observations_of_each_series(filled: Store) -> None:
    key = parse_key_v2("A.KG.*")
    assert observations(filled, DataQuery(keys=key, last_n=1)) == ["A.KG.F 2021", "A.KG.M 2020"]
    assert observations(filled, DataQuery(keys=key, first_n=2)) == ["A.KG.F 2019", "A.KG.F 2020", "A.KG.M 2020"]
    both = DataQuery(keys=key, first_n=1, last_n=1)
    assert observations(filled, both) == ["A.KG.F 2019", "A.KG.F 2021", "A.KG.M 2020"]
    assert filled.count(EXAMPLE, both, PUBLIC).observations == 3
    early = DataQuery(keys=key, last_n=1, filters=(parse_filter("TIME_PERIOD", "le:2020"),))
    assert observations(filled, early) == ["A.KG.F 2020", "A.KG.M 2020"]


def test_offset_and_limit_count_observations(filled: Store) -> None:
    everything = observations(filled, DataQuery())
    assert observations(filled, DataQuery(limit=2)) == everything[:2]
    assert observations(filled, DataQuery(offset=1, limit=3)) == everything[1:4]
    assert observations(filled, DataQuery(offset=5)) == everything[5:]
    assert observations(filled, DataQuery(offset=99)) == []


def test_attributes_come_only_where_they_concern_a_selected_series(filled: Store) -> None:
    assert lines(filled.data(EXAMPLE, DataQuery(keys=parse_key_v2("A.TJ.F")), PUBLIC)) == [
        "partial *.TJ.F TITLE=Zanon",
        "A.TJ.F 2020 OBS_VALUE=7 OBS_STATUS=A",
    ]
    late = DataQuery(filters=(parse_filter("TIME_PERIOD", "ge:2021"),))
    assert lines(filled.data(EXAMPLE, late, PUBLIC)) == [
        "partial *.KG.F TITLE=Women",
        "partial *.KG.* COVERAGE=all",
        "series A.KG.F UNIT_MEASURE=PS COLLECTION=x",
        "A.KG.F 2021 OBS_VALUE=100 OBS_STATUS=A",
    ]


@pytest.mark.parametrize(
    "attributes, measures, expected",
    [
        (("none",), ("all",), ["A.KG.M 2020 OBS_VALUE=-5"]),
        (("none",), ("none",), ["series A.KG.M"]),
        (("series",), ("none",), ["partial *.KG.* COVERAGE=all", "series A.KG.M UNIT_MEASURE=PC"]),
        (("obs",), ("none",), ["A.KG.M 2020 OBS_STATUS=A COMMENT_OBS=Ab"]),
        (("dataset", "OBS_STATUS"), ("OBS_VALUE",), ["A.KG.M 2020 OBS_VALUE=-5 OBS_STATUS=A"]),
        (
            ("all",),
            ("none",),
            [
                "partial *.KG.* COVERAGE=all",
                "series A.KG.M UNIT_MEASURE=PC",
                "A.KG.M 2020 OBS_STATUS=A COMMENT_OBS=Ab",
            ],
        ),
    ],
)
def test_the_query_chooses_attributes_and_measures(
    filled: Store, attributes: tuple[str, ...], measures: tuple[str, ...], expected: list[str]
) -> None:
    query = DataQuery(keys=parse_key_v2("A.KG.M"), attributes=attributes, measures=measures)
    assert lines(filled.data(EXAMPLE, query, PUBLIC)) == expected


def test_keys_alone_are_limited_and_filtered_by_their_observations(filled: Store) -> None:
    keys = DataQuery(attributes=("none",), measures=("none",))
    assert lines(filled.data(EXAMPLE, keys, PUBLIC)) == [
        "series A.KG.F", "series A.KG.M", "series A.TJ.F", "series Q.KG.F",
    ]  # fmt: skip
    assert lines(filled.data(EXAMPLE, replace(keys, offset=1, limit=2), PUBLIC)) == ["series A.KG.M", "series A.TJ.F"]
    late = replace(keys, filters=(parse_filter("TIME_PERIOD", "ge:2021"),))
    assert lines(filled.data(EXAMPLE, late, PUBLIC)) == ["series A.KG.F"]


def test_components_choose_columns(filled: Store) -> None:
    query = DataQuery(keys=parse_key_v2("A.TJ"), attributes=("none",))
    (dataset,) = filled.data(EXAMPLE, query, PUBLIC)
    assert dataset.components == ("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE")
    (frame,) = dataset.batches
    assert frame.columns == ["FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", ":level"]


def test_reading_keeps_to_some_agreements(filled: Store) -> None:
    assert observations(filled, DataQuery(), agreements=[TJ]) == ["A.TJ.F 2020"]
    assert observations(filled, DataQuery(), agreements=[]) == []
    assert filled.count(EXAMPLE, DataQuery(), PUBLIC, agreements=[KG]).series == 3


@pytest.mark.parametrize("query", [DataQuery(), DataQuery(filters=(parse_filter("TIME_PERIOD", "ge:2020"),))])
def test_the_spread_over_dimensions_is_that_of_the_observations(filled: Store, query: DataQuery) -> None:
    keys = [line.split()[0].split(".") for line in observations(filled, query)]
    spread = filled.spread(EXAMPLE, query, PUBLIC)
    assert spread == {
        id: dict(Counter(key[place] for key in keys)) for place, id in enumerate(("FREQ", "REF_AREA", "SEX"))
    }


def test_counts_and_availability(filled: Store) -> None:
    counts = filled.count(EXAMPLE, DataQuery(), PUBLIC)
    assert (counts.series, counts.observations) == (4, 6)
    assert filled.available(EXAMPLE, DataQuery(), PUBLIC) == {
        "FREQ": ["A", "Q"],
        "REF_AREA": ["KG", "TJ"],
        "SEX": ["F", "M"],
        "TIME_PERIOD": ["2019", "2021"],
    }
    estimated = DataQuery(filters=(parse_filter("OBS_STATUS", "E"),))
    assert filled.available(EXAMPLE, estimated, PUBLIC) == {
        "FREQ": ["A"], "REF_AREA": ["KG"], "SEX": ["F"], "TIME_PERIOD": ["2020", "2020"],
    }  # fmt: skip
    assert filled.contributing_agreements(EXAMPLE, PUBLIC) == [KG, TJ]
    assert filled.contributing_agreements(EXAMPLE, PUBLIC, estimated) == [KG]


def test_series_longer_and_more_than_a_batch_stay_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_FIRST_CHUNK", 2)
    monkeypatch.setattr(reading, "BATCH_ROWS", 4)
    rows = [
        f"A.{area}.{sex} {year} OBS_VALUE=1" for area in ("KG", "TJ", "UZ") for sex in "FM" for year in (1999, 2000)
    ]
    publish(store, *rows)
    (dataset,) = store.data(EXAMPLE, DataQuery(), PUBLIC)
    frames = list(dataset.batches)
    assert [frame.height for frame in frames] == [4, 4, 4]
    assert lines([replace(dataset, batches=iter(frames))]) == rows


# --- time --------------------------------------------------------------------------------------------------------------


def test_a_past_state_is_as_it_was(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "series A.KG.F UNIT_MEASURE=PS", "partial *.KG.F TITLE=old")
    second = publish(store, "A.KG.F 2020 OBS_VALUE=2", "A.KG.M 2020 OBS_VALUE=3", "partial *.KG.F TITLE=new")
    third = publish(store, "delete A.KG.F", "series A.KG.M COLLECTION=c")

    def at(time: object) -> list[str]:
        return lines(store.data(EXAMPLE, DataQuery(as_of=time), PUBLIC))  # type: ignore[arg-type]

    assert at(first.time) == ["partial *.KG.F TITLE=old", "series A.KG.F UNIT_MEASURE=PS", "A.KG.F 2020 OBS_VALUE=1"]
    assert at(second.time) == [
        "partial *.KG.F TITLE=new",
        "series A.KG.F UNIT_MEASURE=PS",
        "A.KG.F 2020 OBS_VALUE=2",
        "A.KG.M 2020 OBS_VALUE=3",
    ]
    assert at(third.time) == ["series A.KG.M COLLECTION=c", "A.KG.M 2020 OBS_VALUE=3"]
    assert at(first.time.replace(year=2000)) == []
    assert store.count(EXAMPLE, DataQuery(as_of=second.time), PUBLIC).observations == 2
    assert store.available(EXAMPLE, DataQuery(as_of=first.time), PUBLIC)["SEX"] == ["F"]


def test_changes_since_a_moment_are_deletions_and_new_states(store: Store) -> None:
    first = publish(
        store,
        "A.KG.F 2019 OBS_VALUE=1",
        "A.KG.F 2020 OBS_VALUE=1",
        "A.KG.M 2020 OBS_VALUE=1",
        "A.TJ.F 2020 OBS_VALUE=1",
        "series A.KG.F UNIT_MEASURE=PS COLLECTION=c",
        "partial *.KG.F TITLE=t",
        "partial *.KG.M TITLE=t",
        "dataset *.*.* SOURCE_NOTE=n",
    )
    publish(store, "A.KG.F 2020 OBS_VALUE=5", "delete A.KG.F 2019")
    publish(store, "A.KG.F 2020 OBS_VALUE=2", "delete A.TJ.F", "delete A.KG.F COLLECTION=? TITLE=?")
    last = publish(store, "A.UZ.F 2020 OBS_VALUE=1", "partial *.KG.M TITLE=u", "delete *.*.* SOURCE_NOTE=?")
    deleted, replaced = store.data(EXAMPLE, DataQuery(updated_after=first.time), PUBLIC)
    assert (deleted.action, replaced.action) == ("Delete", "Replace")
    assert lines([deleted]) == [
        "delete A.TJ.F",
        "delete A.KG.F COLLECTION=c",
        "delete A.KG.F 2019",
        "delete *.KG.F TITLE=t",
        "delete *.*.* SOURCE_NOTE=n",
    ]
    assert lines([replaced]) == [
        "partial *.KG.M TITLE=u",
        "series A.KG.F UNIT_MEASURE=PS",
        "A.KG.F 2020 OBS_VALUE=2",
        "A.UZ.F 2020 OBS_VALUE=1",
    ]
    assert lines(store.data(EXAMPLE, DataQuery(updated_after=last.time), PUBLIC)) == []
    some = DataQuery(updated_after=first.time, keys=parse_key_v2("A.TJ"))
    assert lines(store.data(EXAMPLE, some, PUBLIC)) == ["delete A.TJ.F", "delete *.*.* SOURCE_NOTE=n"]


def test_a_harvester_that_applies_the_changes_has_the_same_data(store: Store, tmp_path: object) -> None:
    other = Store(f"sqlite:///{tmp_path}/mirror.db")
    other.migrate()
    publish(store, *DATA)
    first = store.last_release()
    assert first
    publish(other, *DATA)
    publish(store, "delete Q.*.*", "A.KG.M 2020 OBS_VALUE=6", "series A.KG.M COLLECTION=c")
    publish(
        store,
        "delete A.KG.F 2019",
        "delete *.KG.* COVERAGE=?",
        "A.KG.F 2022 OBS_VALUE=1",
        "delete A.KG.M UNIT_MEASURE=?",
    )
    for dataset in store.data(EXAMPLE, DataQuery(updated_after=first.time), PUBLIC):
        publish(other, *lines([dataset]), action=dataset.action)
    assert lines(other.data(EXAMPLE, DataQuery(), PUBLIC)) == lines(store.data(EXAMPLE, DataQuery(), PUBLIC))
    other.close()


def test_of_two_agreements_that_describe_one_key_the_first_has_the_say(store: Store) -> None:
    """What a reader was told of changes named the value of one of them as gone, and not that of the other as come."""
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "partial *.KG.* COVERAGE=ours")
    publish(store, "A.KG.M 2020 OBS_VALUE=1", "partial *.KG.* COVERAGE=theirs", agreement=TJ)

    def told(query: DataQuery) -> list[str]:
        return [line for line in lines(store.data(EXAMPLE, query, PUBLIC)) if "COVERAGE" in line]

    assert told(DataQuery()) == ["partial *.KG.* COVERAGE=ours"]
    publish(store, "delete *.KG.* COVERAGE=?")
    assert told(DataQuery()) == told(DataQuery(updated_after=first.time)) == ["partial *.KG.* COVERAGE=theirs"]


def test_attributes_of_a_key_go_with_its_last_series_and_come_with_its_first(store: Store) -> None:
    """They were told in the data and not in the changes."""
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "partial *.KG.* COVERAGE=all")
    second = publish(store, "delete A.KG.F")
    assert lines(store.data(EXAMPLE, DataQuery(updated_after=first.time), PUBLIC)) == [
        "delete A.KG.F",
        "delete *.KG.* COVERAGE=all",
    ]
    publish(store, "A.KG.M 2020 OBS_VALUE=1")
    assert lines(store.data(EXAMPLE, DataQuery(updated_after=second.time), PUBLIC)) == [
        "partial *.KG.* COVERAGE=all",
        "A.KG.M 2020 OBS_VALUE=1",
    ]


def test_an_observation_that_is_no_longer_among_the_last_is_not_gone(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "A.KG.F 2021 OBS_VALUE=2")
    query = DataQuery(updated_after=first.time, last_n=1)
    assert lines(store.data(EXAMPLE, query, PUBLIC)) == ["A.KG.F 2021 OBS_VALUE=2"]


def test_values_that_are_gone_are_named_where_not_all_of_an_observation_is_asked_for(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A")
    publish(store, "delete A.KG.F 2020 OBS_STATUS=?")
    whole = store.data(EXAMPLE, DataQuery(updated_after=first.time), PUBLIC)
    assert [(dataset.action, lines([dataset])) for dataset in whole] == [
        ("Delete", []),
        ("Replace", ["A.KG.F 2020 OBS_VALUE=1"]),
    ]
    part = store.data(EXAMPLE, DataQuery(updated_after=first.time, attributes=("obs",)), PUBLIC)
    assert [(dataset.action, lines([dataset])) for dataset in part] == [
        ("Delete", ["delete A.KG.F 2020 OBS_STATUS=A"]),
        ("Merge", ["A.KG.F 2020 OBS_VALUE=1"]),
    ]


def test_a_read_shows_the_state_at_its_call(store: Store) -> None:
    fill(store)
    (before,) = store.data(EXAMPLE, DataQuery(keys=parse_key_v2("A.TJ")), PUBLIC)
    release = store.last_release()
    publish(store, "A.TJ.F 2020 OBS_VALUE=8", "A.TJ.F 2021 OBS_VALUE=8", agreement=TJ)
    (after,) = store.data(EXAMPLE, DataQuery(keys=parse_key_v2("A.TJ")), PUBLIC)
    assert lines([before]) == ["partial *.TJ.F TITLE=Zanon", "A.TJ.F 2020 OBS_VALUE=7 OBS_STATUS=A"]
    assert lines([after]) == [
        "partial *.TJ.F TITLE=Zanon",
        "A.TJ.F 2020 OBS_VALUE=8 OBS_STATUS=A",
        "A.TJ.F 2021 OBS_VALUE=8",
    ]
    assert release
    assert before.header.prepared == release.time.isoformat(timespec="milliseconds")


def test_a_read_in_progress_is_not_disturbed_and_ends_with_its_iterator(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    monkeypatch.setattr(reading, "_FIRST_CHUNK", 1)
    monkeypatch.setattr(reading, "BATCH_ROWS", 1)
    (dataset,) = store.data(EXAMPLE, DataQuery(attributes=("none",)), PUBLIC)
    first = next(dataset.batches)
    publish(store, "delete *.*.*")
    rest = list(dataset.batches)
    assert first.height + sum(frame.height for frame in rest) == 6
    (unfinished,) = store.data(EXAMPLE, DataQuery(as_of=store.releases()[1].time), PUBLIC)
    next(unfinished.batches)
    assert store._database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    unfinished.batches.close()  # type: ignore[attr-defined]
    assert store._database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
