"""What the store tells about a dataflow without reading its data: always that of the newest release."""

import pytest

from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.store import Holding, Store
from tests.helpers.schemas import example_artefacts
from tests.store.lines import EXAMPLE, KG, TJ, lines, publish

ALL = DataQuery()


def holding(store: Store) -> Holding:
    (found,) = store.holdings([EXAMPLE])
    return found


def test_nothing_is_held_before_the_first_release(store: Store) -> None:
    assert holding(store) == Holding(revision=0, released=None, observations=0, agreements=())


def test_a_holding_names_the_release_the_observations_and_who_reported(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=2", agreement=KG)
    second = publish(store, "A.TJ.F 2020 OBS_VALUE=3", agreement=TJ)
    assert holding(store) == Holding(revision=2, released=second.time, observations=3, agreements=(KG, TJ))


def test_a_release_is_later_than_every_change_of_the_registry(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the machine that published was behind: whoever asked for what came after the change missed the release."""
    store.revise(example_artefacts(), user="test")
    changed = store.registry().time
    monkeypatch.setattr("sdmx_dsm.store.publish.now", lambda: 0)
    released = publish(store, "A.KG.F 2020 OBS_VALUE=1").time
    assert changed is not None
    assert released > changed


def test_a_release_that_changes_nothing_is_no_new_revision(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    assert (holding(store).revision, holding(store).observations) == (1, 1)


def test_observations_are_counted_through_every_kind_of_change(store: Store) -> None:
    steps = [
        (["A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=2", "A.KG.M 2020 OBS_VALUE=3"], 3),
        (["A.KG.F 2020 OBS_VALUE=9", "A.KG.F 2022 OBS_VALUE=4"], 4),
        (["delete A.KG.F 2020"], 3),
        (["delete A.KG.*", "A.KG.F 2021 OBS_VALUE=2", "A.KG.F 2023 OBS_VALUE=5"], 2),
        (["delete A.*.*"], 0),
    ]
    for rows, expected in steps:
        publish(store, *rows)
        assert holding(store).observations == expected, rows
        assert store.count(EXAMPLE, ALL, PUBLIC).observations == expected, rows


def test_what_another_process_published_is_held_at_once(url: str) -> None:
    """Each `Store` keeps what it asked for; the newest release tells it when that is no longer so."""
    ours, theirs = Store(url), Store(url)
    publish(ours, "A.KG.F 2020 OBS_VALUE=1")
    assert holding(ours).observations == 1
    publish(theirs, "A.KG.F 2021 OBS_VALUE=2", "partial *.KG.* COVERAGE=all")
    assert holding(ours).observations == 2
    assert lines(ours.data(EXAMPLE, ALL, PUBLIC)) == [
        "partial *.KG.* COVERAGE=all",
        "A.KG.F 2020 OBS_VALUE=1",
        "A.KG.F 2021 OBS_VALUE=2",
    ]
    ours.close()
    theirs.close()


def test_the_values_in_use_are_those_of_present_data(store: Store) -> None:
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E",
        "A.KG.M 2020 OBS_VALUE=2 OBS_STATUS=A",
        "series A.KG.F UNIT_MEASURE=PS",
    )
    publish(store, "A.KG.F 2020 OBS_STATUS=M", "partial *.TJ.* COVERAGE=all", "delete A.KG.M")
    assert used(store, "SEX", "REF_AREA", "OBS_STATUS", "UNIT_MEASURE", "COVERAGE", "TIME_PERIOD", "OBS_VALUE") == {
        "SEX": {"F"},
        "REF_AREA": {"KG", "TJ"},
        "OBS_STATUS": {"M"},
        "UNIT_MEASURE": {"PS"},
        "COVERAGE": {"all"},
        "TIME_PERIOD": {"2020"},
        "OBS_VALUE": {"1"},
    }
    assert used(store, "TITLE", "NOTHING") == {"TITLE": set(), "NOTHING": set()}


def used(store: Store, *ids: str) -> dict[str, set[str]]:
    return {id: {value for values in store.used_values(EXAMPLE, id) for value in values} for id in ids}


def test_nothing_is_in_use_before_the_first_release(store: Store) -> None:
    assert used(store, "SEX") == {"SEX": set()}
    assert store.keys_without(EXAMPLE, "OBS_STATUS", 10) == []


def test_what_lacks_a_component_is_told_by_its_key(store: Store) -> None:
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E",
        "A.KG.F 2021 OBS_VALUE=2",
        "A.KG.F 2022 COMMENT_OBS=none",
        "A.KG.M 2020 OBS_VALUE=2 OBS_STATUS=A",
        "series A.KG.F UNIT_MEASURE=PS",
        "partial *.KG.F TITLE=Women",
        "partial *.TJ.* COVERAGE=all",
    )
    publish(store, "dataset *.*.* SOURCE_NOTE=x", "A.TJ.F 2020 OBS_VALUE=1 OBS_STATUS=A", agreement=TJ)
    assert {id: sorted(store.keys_without(EXAMPLE, id, 10)) for id in (*MEASURED, *ABOVE)} == {
        "OBS_VALUE": ["A.KG.F 2022"],
        "OBS_STATUS": ["A.KG.F 2021"],
        "COMMENT_OBS": ["A.KG.F 2020", "A.KG.F 2021", "A.KG.M 2020", "A.TJ.F 2020"],
        "UNIT_MEASURE": ["A.KG.M", "A.TJ.F"],
        "TITLE": ["*.KG.M", "*.TJ.F"],
        "COVERAGE": ["*.KG.*", "*.TJ.*"],
        "SOURCE_NOTE": ["DSM:EXAMPLE_KG(1.0.0)"],
    }
    assert len(store.keys_without(EXAMPLE, "COMMENT_OBS", 2)) == 2


MEASURED = ("OBS_VALUE", "OBS_STATUS", "COMMENT_OBS")
ABOVE = ("UNIT_MEASURE", "TITLE", "COVERAGE", "SOURCE_NOTE")
