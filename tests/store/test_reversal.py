"""Releases are taken back by releases: all that came after one, or what one did."""

from random import Random

import pytest

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import PUBLIC, DataQuery, Release
from sdmx_dsm.store import Store
from tests.conftest import Databases
from tests.helpers.reporters import Reporters
from tests.store.lines import EXAMPLE, KG, TJ, lines, publish


def stored(store: Store, at: Release | None = None) -> list[str]:
    return lines(store.data(EXAMPLE, DataQuery(as_of=at.time if at else None), PUBLIC))


def test_rolling_back_brings_the_state_after_a_release(store: Store) -> None:
    first = publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A",
        "A.KG.M 2020 OBS_VALUE=2",
        "series A.KG.F UNIT_MEASURE=PS",
        "dataset *.*.* SOURCE_NOTE=n",
    )
    publish(store, "A.KG.F 2020 OBS_VALUE=5", "A.KG.F 2021 OBS_VALUE=6", "dataset *.*.* SOURCE_NOTE=m")
    publish(store, "delete A.KG.M", "delete A.KG.F OBS_STATUS=? UNIT_MEASURE=?", "A.UZ.F 2020 OBS_VALUE=7")
    before = stored(store, first)
    release = store.roll_back(first.number, user="admin", note="wrong file")
    assert stored(store) == before
    assert (release.number, release.note) == (4, "wrong file")
    (changes,) = store.changes(4)
    assert (changes.inserted, changes.updated, changes.deleted) == (1, 1, 2)
    assert store.holdings([EXAMPLE])[0].observations == 2
    assert (store.events()[0].action, store.events()[0].subject) == ("roll back", "1")


def test_rolling_back_changes_nothing_that_is_as_it_was(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=2")
    second = publish(store, "A.KG.F 2021 OBS_VALUE=3")
    store.roll_back(first.number, user="admin")
    changed = lines(store.data(EXAMPLE, DataQuery(updated_after=second.time), PUBLIC))
    assert changed == ["A.KG.F 2021 OBS_VALUE=2"]


def test_an_agreement_rolls_back_its_own_data_alone(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "A.TJ.F 2020 OBS_VALUE=2", "dataset *.*.* SOURCE_NOTE=t", agreement=TJ)
    publish(store, "A.KG.F 2020 OBS_VALUE=3", "A.KG.F 2021 OBS_VALUE=3", "dataset *.*.* SOURCE_NOTE=k")
    store.roll_back(first.number, user="kg", agreement=KG)
    assert stored(store) == ["dataset *.*.* SOURCE_NOTE=t", "A.KG.F 2020 OBS_VALUE=1", "A.TJ.F 2020 OBS_VALUE=2"]


def test_a_series_that_others_report_now_is_not_taken_from_them(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "delete A.KG.F")
    publish(store, "A.KG.F 2020 OBS_VALUE=2", agreement=TJ)
    with pytest.raises(Conflict, match="1 series belong to another agreement now"):
        store.roll_back(first.number, user="kg", agreement=KG)
    store.roll_back(first.number, user="admin")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=1"]
    assert store.contributing_agreements(EXAMPLE, PUBLIC) == [KG]


def test_what_a_release_did_is_withdrawn_and_what_later_ones_changed_stays(store: Store) -> None:
    publish(store, "A.KG.F 2019 OBS_VALUE=1", "A.KG.F 2020 OBS_VALUE=1", "A.KG.M 2020 OBS_VALUE=1 OBS_STATUS=A")
    second = publish(
        store,
        "A.KG.F 2020 OBS_VALUE=2",  # revised again
        "A.KG.M 2020 OBS_VALUE=2 COMMENT_OBS=c",  # of which the status alone is revised
        "A.KG.F 2021 OBS_VALUE=2",  # new
        "A.KG.F 2022 OBS_VALUE=2",  # new, and then described
        "delete A.KG.F 2019",
        "series A.KG.F UNIT_MEASURE=PS",
        "dataset *.*.* SOURCE_NOTE=n",
    )
    publish(store, "A.KG.F 2020 OBS_VALUE=3", "A.KG.M 2020 OBS_STATUS=E", "A.KG.F 2022 COMMENT_OBS=later")
    store.withdraw(second.number, user="admin")
    assert stored(store) == [
        "A.KG.F 2019 OBS_VALUE=1",
        "A.KG.F 2020 OBS_VALUE=3",
        "A.KG.F 2022 COMMENT_OBS=later",
        "A.KG.M 2020 OBS_VALUE=1 OBS_STATUS=E",
    ]


def test_what_was_deleted_since_stays_deleted_and_what_came_again_is_of_whoever_brought_it(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=1", "A.KG.F 2022 OBS_VALUE=1")
    publish(store, "delete A.KG.F 2020", "delete A.KG.F 2021")
    publish(store, "A.KG.F 2021 OBS_VALUE=1")
    store.withdraw(first.number, user="admin")
    assert stored(store) == ["A.KG.F 2021 OBS_VALUE=1"]


def test_an_observation_comes_back_with_its_series(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=1", "series A.KG.F UNIT_MEASURE=PS")
    second = publish(store, "delete A.KG.F 2020")
    publish(store, "delete A.KG.F")
    store.withdraw(second.number, user="admin")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=1"]


def test_a_series_that_a_release_took_from_another_agreement_goes_back_to_it(store: Store) -> None:
    first = publish(store, "A.KG.F 2020 OBS_VALUE=1", "A.KG.F 2021 OBS_VALUE=2")
    publish(store, "delete A.KG.F")
    publish(store, "A.KG.F 2020 OBS_VALUE=3", agreement=TJ)
    back = store.roll_back(first.number, user="admin")
    store.withdraw(back.number, user="admin")
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=3"]
    assert store.contributing_agreements(EXAMPLE, PUBLIC) == [TJ]


def test_an_agreement_withdraws_its_own_data_alone(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    publish(store, "A.TJ.F 2020 OBS_VALUE=2", agreement=TJ)
    store.withdraw(1, user="tj", agreement=TJ)
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=1", "A.TJ.F 2020 OBS_VALUE=2"]
    store.withdraw(2, user="tj", agreement=TJ)
    assert stored(store) == ["A.KG.F 2020 OBS_VALUE=1"]


def test_a_release_that_there_is_not_can_not_be_taken_back(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    with pytest.raises(NotFound, match="There is no release 7"):
        store.roll_back(7, user="admin")
    with pytest.raises(NotFound, match="There is no release 7"):
        store.withdraw(7, user="admin")


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[] if n in (0, 22) else pytest.mark.long) for n in range(30)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_any_state_can_be_brought_back(databases: Databases, kind: str, seed: int) -> None:
    random = Random(seed)
    reporters = Reporters(random)
    with databases.store(kind) as store:
        past: list[tuple[Release, list[str]]] = []
        for _ in range(12):
            match random.randrange(4) if past else 0:
                case 0 | 1:
                    release = reporters.release(store)
                case 2:
                    target, state = random.choice(past)
                    release = store.roll_back(target.number, user="test")
                    assert stored(store) == state
                case _:
                    # The newest release is withdrawn to the state before it.
                    release = store.withdraw(past[-1][0].number, user="test")
                    assert stored(store) == (past[-2][1] if len(past) > 1 else [])
            past.append((release, stored(store)))
            assert store.holdings([EXAMPLE])[0].observations == store.count(EXAMPLE, DataQuery(), PUBLIC).observations
        for release, state in past:
            assert stored(store, release) == state
