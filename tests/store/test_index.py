"""The series index answers as the database does, or not at all."""

from collections.abc import Iterator

import pytest

from sdmx_dsm.model import PUBLIC, DataQuery, Schema, Viewer, parse_filter, parse_key_v2
from sdmx_dsm.store import Store
from tests.store.lines import EXAMPLE, KG, TJ, publish
from tests.store.test_confidentiality import ADMINISTRATOR, AT_OBS

QUERIES = [
    DataQuery(),
    DataQuery(keys=parse_key_v2("A.KG.*")),
    DataQuery(keys=parse_key_v2("A.KG.F,*.TJ.*")),
    DataQuery(keys=parse_key_v2("A.XX.*")),
    DataQuery(filters=(parse_filter("SEX", "F"),)),
    DataQuery(filters=(parse_filter("SEX", "ne:F"),)),
    DataQuery(filters=(parse_filter("UNIT_MEASURE", "PS"),)),
    DataQuery(filters=(parse_filter("TIME_PERIOD", "ge:2021"),)),
    DataQuery(last_n=1),
]


def answers(store: Store, viewer: Viewer, schema: Schema = EXAMPLE) -> list[object]:
    return [
        (
            store.count(schema, query, viewer, agreements=agreements),
            store.available(schema, query, viewer, agreements=agreements),
            store.spread(schema, query, viewer, agreements=agreements),
        )
        for query in QUERIES
        for agreements in (None, [KG])
    ]


@pytest.fixture
def indexed(url: str) -> Iterator[Store]:
    opened = Store(url, index_bytes=1 << 20)
    yield opened
    opened.close()


def test_it_follows_every_release(store: Store, indexed: Store) -> None:
    for published in (
        ("A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2020-Q1 OBS_VALUE=1", "series A.KG.F UNIT_MEASURE=PS"),
        ("A.KG.F 2022 OBS_VALUE=3", "A.KG.M 1969 OBS_VALUE=4", "A.KG.M 2022-12 OBS_VALUE=4"),
        ("delete A.KG.F 2020",),
        ("delete A.KG.M *",),
        ("A.KG.M 2021 OBS_VALUE=5",),
    ):
        publish(store, *published)
        assert answers(indexed, PUBLIC) == answers(store, PUBLIC)
    publish(store, "A.TJ.F 2020 OBS_VALUE=5", agreement=TJ)
    assert answers(indexed, PUBLIC) == answers(store, PUBLIC)


def test_who_may_not_see_all_is_answered_by_the_database(store: Store, indexed: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1 CONF_STATUS=F", "A.KG.M 2020 OBS_VALUE=3 CONF_STATUS=C", schema=AT_OBS)
    for viewer in (ADMINISTRATOR, PUBLIC):
        assert answers(indexed, viewer, AT_OBS) == answers(store, viewer, AT_OBS)
    assert [indexed.count(AT_OBS, DataQuery(), viewer).series for viewer in (ADMINISTRATOR, PUBLIC)] == [2, 1]


def test_series_that_need_more_memory_are_counted_all_the_same(store: Store, url: str) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.M 2020 OBS_VALUE=3")
    small = Store(url, index_bytes=1)
    assert answers(small, PUBLIC) == answers(store, PUBLIC)
    small.close()


def test_a_reader_of_an_earlier_state_is_not_told_the_later(store: Store, indexed: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    first = indexed.last_release()
    assert first
    publish(store, "A.KG.M 2020 OBS_VALUE=3")
    assert indexed.count(EXAMPLE, DataQuery(), PUBLIC).series == 2
    assert indexed.count(EXAMPLE, DataQuery(as_of=first.time), PUBLIC).series == 1
