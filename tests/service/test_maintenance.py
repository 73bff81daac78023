"""Submitting and deleting artefacts: what is done, what is refused, and what is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.model import Code, Codelist, Dataflow, Maintainable, Reference
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


def test_an_item_is_deleted_and_its_children_lose_their_parent(hub: Hub) -> None:
    submit(hub, [AREAS], user="A")
    assert outcomes(delete(hub, [Reference("Code", "DSM", "CL_AREA", "1.0", "KG")], user="A")) == [
        ("Delete", "Success", "")
    ]
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
    assert outcomes(submit(hub, [AREAS], user="B", expected={AREAS.reference: ""})) == [
        ("Replace", "Failure", "changed-meanwhile")
    ]
