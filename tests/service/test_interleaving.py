"""Changes of structures and of data that meet: each is held against what the other has made, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.model import Codelist, Maintainable, Viewer
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import Wish, carry_out, entity_tag, submit
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Part, Store, Submission, database
from tests.conftest import Databases
from tests.service.test_data_rules import AGREEMENT, ARTEFACTS, without
from tests.store.lines import EXAMPLE, batch, publish

ADMINISTRATOR = Viewer(name="admin", is_administrator=True)
CSV = """STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE
dataflow,DSM:EXAMPLE(1.0),A,KG,F,2020,1,A,PS
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    with databases.new(request.param) as location:
        yield location


@pytest.fixture
def hub(url: str, tmp_path: Path) -> Iterator[Hub]:
    """With the example dataflow, and no data."""
    opened = Hub.open(Settings(data_dir=str(tmp_path), database_url=url))
    assert {result.status for result in submit(opened, ARTEFACTS.values(), user="A")} == {"Success"}
    yield opened
    opened.close()


def before(monkeypatch: pytest.MonkeyPatch, store: Store, name: str, other: Callable[[], object]) -> None:
    """Lets `other` come first when a method of the store is called for the first time."""
    method = getattr(store, name)

    def outrun(*arguments: Any, **options: Any) -> object:
        monkeypatch.setattr(store, name, method)
        other()
        return method(*arguments, **options)

    monkeypatch.setattr(store, name, outrun)


def release(hub: Hub) -> None:
    schema = hub.structures.schema(next(one for one in ARTEFACTS if one.short == AGREEMENT))
    publish(hub.store, "A.KG.F 2020 OBS_VALUE=1", agreement=AGREEMENT, schema=schema)


def change(hub: Hub, *artefacts: Maintainable) -> list[str]:
    return [result.rule for result in submit(hub, artefacts, user="A")]


def send(hub: Hub) -> Submission:
    path = hub.settings.data_path / "sent.csv"
    path.write_text(CSV)
    request = SubmissionRequest(path=path, file_name="sent.csv", structure=AGREEMENT)
    submission = receive(hub, request, ADMINISTRATOR)
    process_all(hub)
    return hub.store.submission(submission.id)


def test_a_code_stays_that_was_released_while_its_deletion_was_checked(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(monkeypatch, hub.store, "revise", lambda: release(hub))
    assert change(hub, without("CL_AREA", "KG", "TJ")) == ["code-in-use"]


def test_a_release_does_not_hinder_a_change_that_harms_no_data(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    before(monkeypatch, hub.store, "revise", lambda: release(hub))
    monkeypatch.setattr("sdmx_dsm.service.maintenance._ATTEMPTS", 1)
    assert change(hub, replace(without("CL_AREA"), names={"en": "Areas"})) == [""]


def test_data_are_checked_anew_whose_structure_was_changed_while_they_were_checked(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(monkeypatch, hub.store, "publish", lambda: change(hub, without("CL_AREA", "KG", "TJ")))
    submission = send(hub)
    assert submission.report
    assert (submission.state, dict(submission.report.counts)) == ("returned", {"unknown-code": 1})
    assert hub.store.releases() == []


def test_data_are_released_as_checked_when_other_structures_were_changed(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(monkeypatch, hub.store, "publish", lambda: change(hub, replace(without("CL_AREA"), id="CL_OTHER")))
    monkeypatch.setattr("sdmx_dsm.service.submissions._ATTEMPTS", 1)
    assert send(hub).state == "released"


class Meanwhile:
    """Batches of a release that is being written when `other` is called."""

    def __init__(self, other: Callable[[], object]) -> None:
        self.other = other

    def __iter__(self) -> Iterator[pl.DataFrame]:
        yield batch("A.KG.F 2020 OBS_VALUE=1")
        self.other()


def test_no_artefact_changes_while_a_release_is_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT_MS", 1)
    store, other = Store(url), Store(url)

    def revise() -> None:
        with pytest.raises(Unavailable, match="busy with another change"):
            other.revise([without("CL_AREA")], user="B")

    part = Part(schema=EXAMPLE, agreement="DSM:EXAMPLE_KG(1.0.0)", action="Append", batches=Meanwhile(revise))
    assert store.publish([part], submission="", user="A").number == 1
    assert other.revise([without("CL_AREA")], user="B", expected_release=1) == 1
    store.close()
    other.close()


def test_of_two_who_change_what_both_have_seen_one_is_told(url: str, tmp_path: Path) -> None:
    """Each by a hub of its own, as by two processes, at the same time."""
    hubs = [Hub.open(Settings(data_dir=str(tmp_path / name), database_url=url)) for name in "AB"]
    seen: Maintainable = Codelist(id="CL_BOTH", agency="DSM", version="1.0", names={"en": "First"})
    submit(hubs[0], [seen], user="A")

    def changed(hub: Hub, name: str) -> tuple[str, str]:
        wish = Wish(seen.reference, replace(seen, names={"en": name}), "replace")
        (result,) = carry_out(hub, [wish], user=name, expected={seen.reference: entity_tag(seen)})
        return result.rule, name

    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            (won, winner), (told, _) = sorted(pool.map(changed, hubs, [f"A{number}", f"B{number}"]))
            assert (won, told) == ("", "changed-meanwhile")
            states = [hub.structures.find(seen.reference) for hub in hubs]
            assert [state and state.names["en"] for state in states] == [winner, winner]
            seen = replace(seen, names={"en": winner})
    for hub in hubs:
        hub.close()
