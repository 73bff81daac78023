"""Data queries: what is refused, what is said about the numbers, and how little is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import polars as pl
import pytest
from sqlalchemy import event

from sdmx_dsm.errors import NoResults, QuerySemanticsError, TooLarge
from sdmx_dsm.model import PUBLIC, DataQuery, parse_key_v2, parse_reference
from sdmx_dsm.service import Hub, data
from sdmx_dsm.service.sizes import best_split, too_large
from sdmx_dsm.store import Part

DIMENSIONS = "FREQ REF_AREA CITIZENSHIP SEX AGE RESIDENCE_STATUS DATA_SOURCE".split()
# Demonstration data by their notice, and an agreement that has nothing to say.
NOTED, PLAIN = "DSM:FOREIGN_POP_MD_MIG(1.0.0)", "DSM:FOREIGN_POP_TJ_STAT(1.0.0)"
ALL = DataQuery(agencies=("DSM",), ids=("FOREIGN_POP",), versions=("1.0.0",))


def publish(hub: Hub, agreement: str, *rows: str) -> None:
    """Rows are `key period value`."""
    cells = [row.split() for row in rows]
    frame = pl.DataFrame(
        [(*key.split("."), period, value, "obs") for key, period, value in cells],
        schema=dict.fromkeys((*DIMENSIONS, "TIME_PERIOD", "OBS_VALUE", ":level"), pl.String),
        orient="row",
    )
    schema = hub.structures.schema(parse_reference(agreement, "ProvisionAgreement"))
    hub.store.publish(
        [Part(schema=schema, agreement=agreement, action="Append", batches=[frame])], submission="", user="test"
    )


@pytest.fixture
def filled(hub: Hub) -> Hub:
    publish(hub, NOTED, *(f"A.MD._T._T._T._T.FORREG {year} {year}" for year in (2020, 2021, 2022)))
    publish(hub, PLAIN, "A.TJ._T._T._T._T.CENSUS 2020 7")
    return hub


def with_settings(hub: Hub, **values: object) -> Hub:
    return Hub(replace(hub.settings, **values), hub.store)  # type: ignore[arg-type]


# --- limits ---------------------------------------------------------------------------------------------------------------


def test_more_than_the_limit_is_refused_and_told_how_much_it_is(filled: Hub) -> None:
    with pytest.raises(TooLarge, match="The answer has 4 observations; this service gives 3 at once"):
        data.answer(with_settings(filled, max_observations=3), ALL, PUBLIC)


def test_more_than_the_limit_is_told_how_to_be_split(filled: Hub) -> None:
    with pytest.raises(TooLarge) as refusal:
        data.answer(with_settings(filled, max_observations=3), ALL, PUBLIC)
    assert "Ask for the values of REF_AREA apart: MD 3, TJ 1. With “Prefer: respond-async”" in refusal.value.message
    assert refusal.value.facts == {
        "setting": "DSM_MAX_OBSERVATIONS",
        "limit": 3,
        "observations": 4,
        "split_by": "REF_AREA",
        "parts": {"MD": 3, "TJ": 1},
    }


@pytest.mark.parametrize(
    "spread, most, split",
    [
        ({"A": {"a": 9}, "B": {"x": 4, "y": 5}}, 5, "B"),
        ({"A": {"a": 3, "b": 3, "c": 3}, "B": {"x": 4, "y": 5}}, 5, "B"),
        ({"A": {"a": 3, "b": 3, "c": 3}, "B": {"x": 4, "y": 5}}, 4, "A"),
        ({"A": {"a": 8, "b": 1}, "B": {"x": 4, "y": 5}}, 2, "B"),
        ({"A": {"a": 9}}, 2, ""),
        ({}, 2, ""),
    ],
)
def test_the_dimension_to_split_by(spread: dict[str, dict[str, int]], most: int, split: str) -> None:
    assert best_split(spread, most) == split


def test_what_no_value_makes_small_is_asked_for_by_periods() -> None:
    assert "What is still too large is asked for by periods." in too_large(9, 2, {"B": {"x": 4, "y": 5}}).message
    assert "Ask for it by periods." in too_large(9, 2, {"B": {"x": 9}}).message


def test_of_many_values_some_are_shown() -> None:
    spread = {"A": {f"V{number:02}": 100 - number for number in range(25)}}
    assert "V00 100, V01 99," in (message := too_large(9999, 200, spread).message)
    assert "V19 81 and 5 more." in message


@pytest.mark.parametrize(
    "asked", [replace(ALL, keys=parse_key_v2("A.MD")), replace(ALL, limit=3), replace(ALL, last_n=1)]
)
def test_a_part_of_more_than_the_limit_is_given(filled: Hub, asked: DataQuery) -> None:
    assert data.answer(with_settings(filled, max_observations=3), asked, PUBLIC).datasets


def test_a_past_state_is_counted_too(filled: Hub) -> None:
    """What was deleted since is not stored any more, and can be asked for all the same."""
    before = filled.store.last_release()
    assert before is not None
    schema = filled.schema(filled.dataflow("DSM:FOREIGN_POP"))
    deleted = pl.DataFrame({"REF_AREA": "MD", "SEX": "_T", ":level": "delete"})
    filled.store.publish(
        [Part(schema=schema, agreement=NOTED, action="Append", batches=[deleted])], submission="", user="test"
    )
    assert filled.store.count(schema, ALL, PUBLIC).observations == 1
    with pytest.raises(TooLarge, match="has 4 observations"):
        data.answer(with_settings(filled, max_observations=3), replace(ALL, as_of=before.time), PUBLIC)


# --- what must be said ----------------------------------------------------------------------------------------------------


def test_an_answer_says_what_its_own_agreements_want_said(filled: Hub) -> None:
    def said(key: str) -> list[str]:
        return list(data.answer(filled, replace(ALL, keys=parse_key_v2(key)), PUBLIC).header.sources)

    assert said("A.MD") == ["en", "ru"]
    assert said("A.TJ") == []
    assert said("*") == ["en", "ru"]


# --- agreements -----------------------------------------------------------------------------------------------------------


def test_agreements_are_asked_for_by_the_agency_each_with_its_own_data(filled: Hub) -> None:
    asked = DataQuery(context="provisionagreement", agencies=("DSM",))
    found = {
        dataset.structure.short: sum(batch.height for batch in dataset.batches)
        for dataset in data.answer(filled, asked, PUBLIC).datasets
    }
    assert found == {NOTED: 3, PLAIN: 1}


def test_an_agreement_without_data_has_no_results(filled: Hub) -> None:
    asked = DataQuery(context="provisionagreement", agencies=("DSM",), ids=("FOREIGN_POP_KG_STAT",))
    with pytest.raises(NoResults):
        data.answer(filled, asked, PUBLIC)
    with pytest.raises(NoResults):
        data.availability(filled, asked, PUBLIC)


def test_a_wrong_question_is_told_also_where_there_are_no_data(hub: Hub) -> None:
    with pytest.raises(QuerySemanticsError, match="no dimension"):
        data.answer(hub, replace(ALL, dimension_at_observation="COUNTRY"), PUBLIC)


def test_availability_of_an_agreement_never_tells_of_others(filled: Hub) -> None:
    """It told of all when the values were asked for that still lead to data."""
    asked = DataQuery(context="provisionagreement", agencies=("DSM",), ids=("FOREIGN_POP_MD_MIG",))
    for mode in ("exact", "available"):
        (constraint,) = data.availability(filled, asked, PUBLIC, mode=mode)
        values = {selection.id: selection.values for selection in constraint.cube_regions[0].keys}
        assert (values["REF_AREA"], values["DATA_SOURCE"]) == (("MD",), ("FORREG",))


# --- thrift ---------------------------------------------------------------------------------------------------------------


@contextmanager
def statements(hub: Hub) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    engine = hub.store._database.engine
    seen: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    yield seen
    event.remove(engine, "before_cursor_execute", listen)


def test_one_series_takes_five_statements(hub: Hub) -> None:
    """The revision of the registry, the newest release (when asked and read), the series, and its observations."""
    publish(hub, NOTED, "A.MD._T._T._T._T.FORREG 2020 1", "A.MD._T._T._T._T.FORREG 2021 2")
    asked = replace(ALL, keys=parse_key_v2("A.MD._T._T._T._T.FORREG"))
    data.answer(hub, asked, PUBLIC)
    with statements(hub) as seen:
        (dataset,) = data.answer(hub, asked, PUBLIC).datasets
        assert sum(batch.height for batch in dataset.batches) == 2
    assert len(seen) == 5, seen


def test_whether_a_copy_is_still_good_takes_two_statements(filled: Hub) -> None:
    tag = data.ask(filled, ALL, PUBLIC).tag
    with statements(filled) as seen:
        assert data.ask(filled, ALL, PUBLIC).tag == tag
    assert len(seen) == 2, seen


def test_a_publication_changes_the_tag_of_its_dataflow_alone(filled: Hub) -> None:
    entries = replace(ALL, ids=("ENTRIES",))
    before = data.ask(filled, ALL, PUBLIC).tag, data.ask(filled, entries, PUBLIC).tag
    publish(filled, PLAIN, "A.TJ._T._T._T._T.CENSUS 2021 8")
    after = data.ask(filled, ALL, PUBLIC).tag, data.ask(filled, entries, PUBLIC).tag
    assert (after[0] == before[0], after[1] == before[1]) == (False, True)
