"""Any sequence of changes leaves what a plain dictionary would hold, now and as of every release."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.store import Store
from tests.conftest import Databases
from tests.store.lines import EXAMPLE, lines, publish

AREAS, SEXES, YEARS = ("KG", "TJ"), ("F", "M"), ("2019", "2020")
VALUES = st.sampled_from(["1", "2.50", "NaN", ""])
Observations = dict[tuple[str, str, str], dict[str, str]]
Change = tuple[str, tuple[str, str, str], dict[str, str]]

WRITES = st.tuples(
    st.sampled_from(["merge", "replace"]),
    st.tuples(st.sampled_from(AREAS), st.sampled_from(SEXES), st.sampled_from(YEARS)),
    st.fixed_dictionaries({"OBS_VALUE": VALUES}, optional={"OBS_STATUS": st.sampled_from("AE"), "COMMENT_OBS": VALUES}),
)
DELETIONS = st.tuples(
    st.just("delete"),
    st.tuples(st.sampled_from((*AREAS, "*")), st.sampled_from((*SEXES, "*")), st.sampled_from((*YEARS, "*"))),
    st.sampled_from([{}, {}, {"OBS_STATUS": "?"}, {"OBS_VALUE": "?", "OBS_STATUS": "?", "COMMENT_OBS": "?"}]),
)
# One row for each key in a message, and deletions by themselves: what else may stand beside is for the checks to say.
MESSAGES = st.one_of(
    st.lists(WRITES, min_size=1, max_size=6, unique_by=lambda change: change[1]),
    st.lists(DELETIONS, min_size=1, max_size=2),
)


def apply(state: Observations, change: Change) -> None:
    kind, key, values = change
    if kind == "delete":
        for stored in [k for k in state if all(asked in ("*", is_) for asked, is_ in zip(key, k, strict=True))]:
            kept = {id: value for id, value in state[stored].items() if values and id not in values}
            if kept:
                state[stored] = kept
            else:
                del state[stored]
    else:
        state[key] = {**(state.get(key, {}) if kind == "merge" else {}), **values}


def line(change: Change) -> str:
    kind, (area, sex, year), values = change
    words = [kind, f"A.{area}.{sex}", *([] if year == "*" else [year]), *(f"{id}={v}" for id, v in values.items())]
    return " ".join(words)


def as_lines(state: Observations) -> list[str]:
    order = ("OBS_VALUE", "OBS_STATUS", "COMMENT_OBS")
    return [
        " ".join([f"A.{area}.{sex} {year}", *(f"{id}={values[id]}" for id in order if id in values)])
        for (area, sex, year), values in sorted(state.items())
    ]


def read(store: Store, query: DataQuery) -> list[str]:
    return lines(store.data(EXAMPLE, query, PUBLIC))


def check(databases: Databases, kind: str, messages: list[list[Change]]) -> None:
    state: Observations = {}
    past = []
    with databases.store(kind) as store:
        for message in messages:
            for change in message:
                apply(state, change)
            release = publish(store, *map(line, message), action="Merge")
            past.append((release, as_lines(state)))
            assert read(store, DataQuery()) == as_lines(state)
        for release, expected in past:
            assert read(store, DataQuery(as_of=release.time)) == expected
        times = [release.time for release, _ in past]
        assert times == sorted(set(times))
        # Who applies the changes since the first release to its state has the last.
        with databases.store("sqlite") as mirror:
            publish(mirror, *past[0][1])
            for dataset in store.data(EXAMPLE, DataQuery(updated_after=times[0]), PUBLIC):
                publish(mirror, *lines([dataset]), action=dataset.action)
            assert read(mirror, DataQuery()) == as_lines(state)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(MESSAGES, min_size=1, max_size=6))
def test_any_sequence_of_changes_in_sqlite(databases: Databases, messages: list[list[Change]]) -> None:
    check(databases, "sqlite", messages)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(MESSAGES, min_size=1, max_size=6))
def test_any_sequence_of_changes_in_postgresql(databases: Databases, messages: list[list[Change]]) -> None:
    check(databases, "postgresql", messages)
