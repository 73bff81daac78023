"""Submitting and deleting artefacts: what is done, what is refused, and what is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Code,
    Codelist,
    CodelistExtension,
    DataConstraint,
    Dataflow,
    HierarchicalCode,
    Hierarchy,
    Maintainable,
    Reference,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import delete, entity_tag, submit
from sdmx_dsm.service.results import Result
from sdmx_dsm.settings import Settings

AREAS = Codelist(
    id="CL_AREA", agency="DSM", version="1.0", items=(Code(id="KG"), Code(id="MD"), Code(id="OSH", parent="KG"))
)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """An empty one."""
    opened = Hub.open(Settings(data_dir=str(tmp_path)))
    yield opened
    opened.close()


def outcomes(results: tuple[Result, ...]) -> list[tuple[str, str, str]]:
    return [(result.action, result.status, result.rule) for result in results]


def messages(results: tuple[Result, ...]) -> list[str]:
    return [result.message["en"] for result in results]


def stored(hub: Hub, artefact: Maintainable) -> Maintainable | None:
    return hub.structures.find(artefact.reference)


def test_what_is_new_is_added_and_what_is_there_replaced(hub: Hub) -> None:
    assert outcomes(submit(hub, [AREAS], user="A")) == [("Append", "Success", "")]
    larger = replace(AREAS, items=(*AREAS.items, Code(id="TJ")))
    (result,) = submit(hub, [larger], user="A")
    assert (result.action, result.status, [change.path[-1].key for change in result.changes]) == (
        "Replace",
        "Success",
        ["TJ"],
    )
    assert result.message == {"en": "Codelist DSM:CL_AREA(1.0): changed.", "ru": "Codelist DSM:CL_AREA(1.0): изменено."}
    assert stored(hub, AREAS) == larger


def test_what_does_not_differ_makes_no_revision(hub: Hub) -> None:
    stable = replace(AREAS, version="1.0.0")
    submit(hub, [AREAS, stable], user="A")
    assert messages(submit(hub, [AREAS, stable], user="A")) == [
        "Codelist DSM:CL_AREA(1.0): is so already.",
        "Codelist DSM:CL_AREA(1.0.0): is so already.",
    ]
    assert hub.registry.revision == 1


def test_a_dry_run_changes_nothing(hub: Hub) -> None:
    assert outcomes(submit(hub, [AREAS], user="A", dry_run=True)) == [("Append", "Success", "")]
    assert hub.registry.revision == 0


def test_a_message_is_done_as_a_whole_or_not_at_all(hub: Hub) -> None:
    flow = Dataflow(id="DF", agency="DSM", structure=Reference("DataStructure", "DSM", "DSD", "1.0"))
    assert messages(submit(hub, [AREAS, flow], user="A")) == [
        "Codelist DSM:CL_AREA(1.0): nothing wrong with it, but others in the same message are refused, and so nothing is changed.",
        "Dataflow DSM:DF(1.0): structure: there is no DataStructure DSM:DSD(1.0).",
    ]
    assert hub.registry.revision == 0
    assert outcomes(submit(hub, [AREAS, flow], user="A", all_or_nothing=False)) == [
        ("Append", "Success", ""),
        ("Append", "Failure", "missing-reference"),
    ]
    assert (stored(hub, AREAS), stored(hub, flow)) == (AREAS, None)


def test_what_leans_on_what_is_refused_is_refused_too(hub: Hub) -> None:
    wrong = replace(AREAS, id="CL_BASE", items=(Code(id="X", parent="Y"),))
    extension = CodelistExtension(codelist=wrong.reference)
    derived = replace(AREAS, id="CL_DERIVED", items=(), extensions=(extension,))
    assert outcomes(submit(hub, [derived, wrong, AREAS], user="A", all_or_nothing=False)) == [
        ("Append", "Failure", "missing-reference"),
        ("Append", "Failure", "missing-parent"),
        ("Append", "Success", ""),
    ]


def test_append_adds_what_is_new_alone(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    (result,) = submit(hub, [replace(AREAS, items=())], action="append", user="A")
    assert (result.rule, result.message["en"]) == (
        "exists",
        "Codelist DSM:CL_AREA(1.0): it is there already, and only what is new is to be added.",
    )
    assert outcomes(submit(hub, [replace(AREAS, version="1.1")], action="append", user="A")) == [
        ("Append", "Success", "")
    ]


def test_a_caller_constrains_what_is_reported_to_agencies_that_are_theirs(hub: Hub) -> None:
    """With a constraint of one's own on the flow of another agency, one could have shut out all who report to it."""
    flow = Reference("Dataflow", "DSM", "F", "1.0")
    constraint = DataConstraint(id="K", agency="DSM.MD", version="1.0", attachment=(flow,))
    (result,) = submit(hub, [constraint], user="MD", agencies=frozenset(("DSM.MD",)))
    assert (result.rule, result.message["en"]) == (
        "wrong-agency",
        "DataConstraint DSM.MD:K(1.0): what is reported to DSM is not yours to constrain.",
    )
    flows = [Dataflow(id="F", agency=agency, version="1.0") for agency in ("DSM", "DSM.MD")]
    submit(hub, flows, user="A")
    own = replace(constraint, attachment=(flows[1].reference,))
    actual = replace(constraint, id="A", role="Actual")
    results = submit(hub, [own, actual], user="MD", agencies=frozenset(("DSM.MD",)))
    assert outcomes(results) == [("Append", "Success", "")] * 2


def test_a_caller_changes_the_artefacts_of_agencies_that_are_theirs(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    own, mine = frozenset(("DSM.MD",)), replace(AREAS, agency="DSM.MD")
    results = submit(hub, [replace(AREAS, items=()), mine], user="MD", agencies=own, all_or_nothing=False)
    assert outcomes(results) == [("Replace", "Failure", "wrong-agency"), ("Append", "Success", "")]
    assert results[0].message == {
        "en": "Codelist DSM:CL_AREA(1.0): artefacts of DSM are not yours to maintain; yours are those of DSM.MD.",
        "ru": "Codelist DSM:CL_AREA(1.0): артефакты DSM ведёте не Вы; Ваши — DSM.MD.",
    }
    assert outcomes(delete(hub, [AREAS.reference], user="MD", agencies=own)) == [("Delete", "Failure", "wrong-agency")]


def test_a_change_that_came_between_is_checked_anew(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody deletes what is referred to after it was looked for, and before it was written."""
    base = replace(AREAS, id="CL_BASE")
    submit(hub, [base], user="A")
    revise = hub.store.revise

    def slow(*args: object, **options: object) -> int:
        monkeypatch.undo()
        delete(hub, [base.reference], user="B")
        return revise(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(hub.store, "revise", slow)
    derived = replace(AREAS, extensions=(CodelistExtension(codelist=base.reference),))
    assert outcomes(submit(hub, [derived], user="A")) == [("Append", "Failure", "missing-reference")]


# --- deletion -----------------------------------------------------------------------------------------------------------


def test_an_artefact_is_deleted_that_nobody_needs(hub: Hub) -> None:
    derived = replace(AREAS, id="CL_DERIVED", items=(), extensions=(CodelistExtension(codelist=AREAS.reference),))
    submit(hub, [AREAS, derived], user="A")
    (result,) = delete(hub, [AREAS.reference], user="A")
    assert (result.rule, result.message["en"]) == (
        "referenced",
        "Codelist DSM:CL_AREA(1.0): Codelist DSM:CL_DERIVED(1.0) refers to it (extension DSM:CL_AREA, codelist: there is no Codelist "
        "DSM:CL_AREA(1.0)).",
    )
    assert messages(delete(hub, [AREAS.reference, derived.reference], user="A")) == [
        "Codelist DSM:CL_AREA(1.0): deleted.",
        "Codelist DSM:CL_DERIVED(1.0): deleted.",
    ]
    assert stored(hub, AREAS) is None


def test_a_stable_version_is_not_deleted(hub: Hub) -> None:
    stable = replace(AREAS, version="1.0.0")
    submit(hub, [stable], user="A")
    (result,) = delete(hub, [stable.reference], user="A")
    assert (result.rule, result.message["en"]) == (
        "stable-version",
        "Codelist DSM:CL_AREA(1.0.0): 1.0.0 is stable and stays: say in an annotation that it is not to be used any more.",
    )
    item = Reference("Code", "DSM", "CL_AREA", "1.0.0", "MD")
    assert outcomes(delete(hub, [item], user="A")) == [("Delete", "Failure", "stable-version")]


def test_an_agency_scheme_is_deleted_when_its_agencies_own_nothing(hub: Hub) -> None:
    top = AgencyScheme(id="AGENCIES", agency="SDMX", items=(Agency(id="DSM"), Agency(id="X")))
    submit(hub, [top, AREAS], user="A")
    agency = Reference("Agency", "SDMX", "AGENCIES", "1.0", "DSM")
    assert outcomes(delete(hub, [top.reference], user="A")) == [("Delete", "Failure", "unknown-agency")]
    assert messages(delete(hub, [agency], user="A")) == [
        "Agency SDMX:AGENCIES(1.0).DSM: DSM would be no agency any more, and has Codelist DSM:CL_AREA(1.0)."
    ]
    assert outcomes(delete(hub, [replace(agency, item="X")], user="A")) == [("Delete", "Success", "")]
    assert outcomes(delete(hub, [AREAS.reference, top.reference], user="A")) == [("Delete", "Success", "")] * 2


def test_what_is_not_there_is_not_deleted(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    items = [Reference("Code", "DSM", "CL_AREA", "1.0", "XX"), Reference("Codelist", "DSM", "CL_AREA", "~")]
    assert messages(delete(hub, items, user="A")) == [
        "Code DSM:CL_AREA(1.0).XX: it is not there.",
        "Codelist DSM:CL_AREA(~): it is not there.",
    ]


def test_several_items_of_a_scheme_are_deleted_at_once(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    items = [Reference("Code", "DSM", "CL_AREA", "1.0", id) for id in ("KG", "MD")]
    seen = {AREAS.reference: entity_tag(AREAS)}
    assert outcomes(delete(hub, items, user="A", expected=seen)) == [("Delete", "Success", "")] * 2
    assert stored(hub, AREAS) == replace(AREAS, items=(Code(id="OSH"),))


def test_several_items_of_a_scheme_are_judged_one_by_one(hub: Hub) -> None:
    """All were refused with the first one that somebody needs, and the last one was blamed."""
    needed = replace(AREAS, id="CL_NEEDED", items=(Code(id="KG"), Code(id="MD"), Code(id="TJ")))
    hierarchy = Hierarchy(id="H", agency="DSM", items=(HierarchicalCode(id="MD", code=code(needed, "MD")),))
    submit(hub, [needed, hierarchy], user="A")
    wanted = [code(needed, id) for id in ("KG", "MD", "XX", "TJ")]
    assert outcomes(delete(hub, wanted, user="A")) == [
        ("Delete", "Failure", "others-refused"),
        ("Delete", "Failure", "referenced"),
        ("Delete", "Failure", "not-found"),
        ("Delete", "Failure", "others-refused"),
    ]
    results = delete(hub, wanted, user="A", all_or_nothing=False)
    assert [(result.status, result.rule) for result in results] == [
        ("Success", ""),
        ("Failure", "referenced"),
        ("Failure", "not-found"),
        ("Success", ""),
    ]
    assert stored(hub, needed) == replace(needed, items=(Code(id="MD"),))


def code(codelist: Codelist, id: str) -> Reference:
    return Reference("Code", codelist.agency, codelist.id, codelist.version, id)


def test_an_item_is_deleted_and_its_children_lose_their_parent(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    assert messages(delete(hub, [code(AREAS, "KG")], user="A")) == ["Code DSM:CL_AREA(1.0).KG: deleted."]
    assert stored(hub, AREAS) == replace(AREAS, items=(Code(id="MD"), Code(id="OSH")))


def test_who_saw_another_state_is_told(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    other = replace(AREAS, names={"en": "Areas"})
    seen = {AREAS.reference: entity_tag(AREAS)}
    assert outcomes(submit(hub, [other], user="A", expected=seen)) == [("Replace", "Success", "")]
    (result,) = delete(hub, [AREAS.reference], user="B", expected=seen)
    assert (result.rule, result.message["en"]) == (
        "changed-meanwhile",
        "Codelist DSM:CL_AREA(1.0): it was changed after you had read it: read it again, and repeat your change on what it is now.",
    )
    assert messages(submit(hub, [AREAS], user="B", expected={AREAS.reference: ""})) == [
        "Codelist DSM:CL_AREA(1.0): it is there already, and was to be added only where it is not."
    ]
