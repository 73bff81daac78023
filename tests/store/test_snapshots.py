"""The registry as a source of structures: what is read for a question, and what stays true while it is revised."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.model import (
    MAINTAINABLES,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    Dataflow,
    GeoFeatureSetCode,
    GeographicCodelist,
    ItemScheme,
    Maintainable,
    Reference,
    Structures,
    stub,
    with_items,
)
from sdmx_dsm.store import Snapshot, Store
from sdmx_dsm.store.snapshots import Decoded, State
from tests.conftest import Databases
from tests.helpers.schemas import EXAMPLE_AGREEMENT, example_artefacts
from tests.helpers.statements import statements


def codelist(id: str, *extended: str, version: str = "1.0.0", **values: Any) -> Codelist:
    extensions = tuple(CodelistExtension(codelist=Reference("Codelist", "A", other, "1+.0.0")) for other in extended)
    return Codelist(id=id, agency="A", version=version, extensions=extensions, **values)


def counted(store: Store, *works: Any) -> list[int]:
    found = []
    for work in works:
        with statements(store) as sent:
            work()
        found.append(len(sent))
    return found


def structures(store: Store) -> Structures:
    return Structures(source=store.registry())


# --- what is read -------------------------------------------------------------------------------------------------------


def test_a_question_is_few_statements_however_many_artefacts_there_are(store: Store) -> None:
    lists = [codelist(f"CL{n}", *([f"CL{n - 1}"] if n else [])) for n in range(1200)]
    store.revise(lists, user="u")
    found = structures(store)
    references = [one.reference for one in lists]
    assert counted(
        store,
        lambda: store.registry(),
        lambda: found.find(references[600]),
        lambda: found.find(references[600]),
        lambda: found.children(references[:500]),
        lambda: found.parents(references[:500]),
        lambda: list(found.stubs(references)),
        lambda: list(found.get(references[:100])),
        lambda: found.matching({"Codelist"}, "*", "*", "~"),
    ) == [2, 1, 0, 1, 1, 3, 1, 0]


def test_a_change_of_one_artefact_reads_one_identity(store: Store) -> None:
    store.revise([codelist(f"CL{n}") for n in range(300)], user="u")
    before = store.registry()
    list(Structures(source=before))
    assert store.registry(before) is before
    (written,) = counted(store, lambda: store.revise([codelist("CL7", names={"en": "New"})], user="u"))
    assert written <= 12
    after: list[Snapshot] = []
    assert counted(
        store,
        lambda: after.append(store.registry(before)),
        lambda: list(Structures(source=after[0])),
    ) == [3, 1]


def test_the_past_is_one_question(store: Store) -> None:
    store.revise([codelist(f"CL{n}") for n in range(300)], user="u")
    assert counted(store, lambda: store.registry_at(1)) == [2]


def test_a_snapshot_stays_as_it_was(store: Store) -> None:
    first, gone = codelist("CL", names={"en": "First"}), codelist("GONE", "CL")
    store.revise([first, gone], user="u")
    before = structures(store)
    store.revise([replace(first, names={"en": "Second"}), codelist("NEW", "CL")], [gone.reference], user="u")
    assert list(before) == [first, gone]
    assert before.parents([first.reference]) == {first.reference: (gone.reference,)}
    assert structures(store).parents([first.reference]) == {first.reference: (codelist("NEW").reference,)}


def test_what_was_decoded_is_kept_up_to_a_bound() -> None:
    kept = Decoded(bound_bytes=100)
    one, two, large = State(1, "Codelist", 60), State(2, "Codelist", 40), State(3, "Codelist", 500)
    artefact = codelist("CL")
    for state in (one, two):
        kept.put(state, artefact)
    assert kept.get(1) is artefact
    kept.put(State(4, "Codelist", 40), artefact)
    assert [kept.get(id) is not None for id in (1, 2, 4)] == [True, False, True]
    kept.put(large, artefact)
    assert [kept.get(id) is not None for id in (1, 3, 4)] == [False, True, False]


# --- what comes back ----------------------------------------------------------------------------------------------------


def test_schemas_are_made_from_the_store(store: Store) -> None:
    store.revise(example_artefacts(), user="u")
    found = structures(store).schema(EXAMPLE_AGREEMENT)
    assert found == Structures(example_artefacts()).schema(EXAMPLE_AGREEMENT)


def test_a_geographic_codelist_is_found_as_the_codelist_that_references_say_it_is(store: Store) -> None:
    places = GeographicCodelist(id="GEO", agency="A", items=(GeoFeatureSetCode(id="X", value="1,1:2,2"),))
    store.revise([places], user="u")
    found = structures(store)
    assert found.find(Reference("Codelist", "A", "GEO", "1.0")) == places
    assert list(found.of_class(Codelist)) == list(found.of_class(GeographicCodelist)) == [places]
    assert found.model_class(places.reference) is GeographicCodelist
    assert found.with_items(places.reference, {"X"}) == places


@pytest.mark.parametrize("cls", MAINTAINABLES.values(), ids=MAINTAINABLES)
def test_every_class_has_a_stub(cls: type[Maintainable], sqlite: Store) -> None:
    artefact = cls(id="X", agency="A", names={"en": "Name"}, descriptions={"en": "More"})
    sqlite.revise([artefact], user="u")
    found = structures(sqlite)
    assert list(found.stubs([artefact.reference])) == [stub(artefact, complete=True)]
    assert list(found) == [artefact]


NESTED = CategoryScheme(
    id="TOPICS",
    agency="A",
    items=(
        Category(id="1", items=(Category(id="2", items=(Category(id="3"),)), Category(id="4"))),
        Category(id="2"),
    ),
)
FLAT = codelist("CL", items=(Code(id="A", names={"en": "A"}), Code(id="A.B", parent="A"), Code(id="C")))


@pytest.mark.parametrize("is_past", [False, True], ids=["now", "past"])
@pytest.mark.parametrize("scheme", [NESTED, FLAT], ids=["nested", "flat"])
@pytest.mark.parametrize("paths", ["1", "1.2", "1.2.3", "1.4 2", "1.9", "A.B", "A C", "A A.B C", "Q"])
def test_items_are_those_of_the_scheme(store: Store, scheme: ItemScheme, paths: str, is_past: bool) -> None:
    store.revise([scheme], user="u")
    found = structures(store)
    if is_past:
        store.revise(delete=[scheme.reference], user="u")
    assert found.with_items(scheme.reference, paths.split()) == with_items(scheme, paths.split())


def test_an_item_is_three_statements(store: Store) -> None:
    large = codelist("CL", items=tuple(Code(id=f"C{n}") for n in range(2000)))
    store.revise([large], user="u")
    found = structures(store)
    assert counted(store, lambda: found.with_items(large.reference, {"C1999"})) == [3]


@pytest.mark.parametrize("words", [["list"], ["имя"], ["a", "name"], ["nothing"], []])
def test_what_is_found_by_name_is_the_same_as_in_memory(store: Store, words: list[str]) -> None:
    lists = [
        codelist("ONE", names={"en": "First list", "ru": "Имя"}, items=(Code(id="A", names={"en": "Name of Á"}),)),
        codelist("TWO", items=(Code(id="LIST_A"), Code(id="B"))),
    ]
    store.revise([*lists, NESTED], user="u")
    for classes in (["Codelist"], ["Codelist", "CategoryScheme"], ["Dataflow"]):
        found = structures(store).named(classes, words)
        assert sorted(found, key=str) == sorted(Structures([*lists, NESTED]).named(classes, words), key=str)


# --- any sequence of revisions ------------------------------------------------------------------------------------------

ARTEFACTS = st.builds(
    lambda id, version, name, target: Dataflow(
        id=id, agency="A", version=version, names={"en": name}, structure=Reference("DataStructure", "A", target, "1.0")
    ),
    st.sampled_from("XYZ"),
    st.sampled_from(("1.0", "1.0.0", "1.1.0")),
    st.sampled_from("ab"),
    st.sampled_from("DE"),
)
REVISIONS = st.lists(
    st.tuples(st.lists(ARTEFACTS, max_size=3, unique_by=lambda one: one.reference), st.integers(0, 9)), max_size=6
)


def check(databases: Databases, kind: str, revisions: list[tuple[list[Dataflow], int]]) -> None:
    state: dict[Reference, Maintainable] = {}
    past = [(0, dict(state))]
    with databases.store(kind) as store:
        known: Snapshot | None = None
        for put, chosen in revisions:
            left = [reference for reference in state if reference not in {one.reference for one in put}]
            removed = left[chosen : chosen + 1]
            number = store.revise(put, removed, user="u")
            state = {key: one for key, one in state.items() if key not in removed} | {one.reference: one for one in put}
            past.append((number, dict(state)))
            known = store.registry(known)
            assert known.revision == number
        for snapshot, expected in [
            (known or store.registry(), state),
            (store.registry(), state),
            *((store.registry_at(number), then) for number, then in past),
        ]:
            found = Structures(source=snapshot)
            assert {one.reference: one for one in found} == expected
            plain = Structures(expected.values())
            targets = [Reference("DataStructure", "A", id, "1.0") for id in "DE"]
            assert {k: set(v) for k, v in found.parents(targets).items()} == {
                k: set(v) for k, v in plain.parents(targets).items()
            }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(revisions=REVISIONS)
def test_any_sequence_of_revisions_in_sqlite(databases: Databases, revisions: list[tuple[list[Dataflow], int]]) -> None:
    check(databases, "sqlite", revisions)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(revisions=REVISIONS)
def test_any_sequence_of_revisions_in_postgresql(
    databases: Databases, revisions: list[tuple[list[Dataflow], int]]
) -> None:
    check(databases, "postgresql", revisions)


@pytest.fixture
def sqlite(databases: Databases) -> Iterator[Store]:
    with databases.store("sqlite") as opened:
        yield opened
