"""The way of a submission: released whole, returned with its report, or its good rows alone; never half, never twice."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.errors import Forbidden, NoResults, NotFound, QuerySyntaxError, TooLarge, Unauthorised
from sdmx_dsm.model import PUBLIC, Code, Codelist, DataQuery, Viewer
from sdmx_dsm.service import Hub, data
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive, submission_values
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Submission

ADMINISTRATOR = Viewer(name="admin", is_administrator=True)
HEAD = "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,CITIZENSHIP,SEX,TIME_PERIOD,OBS_VALUE"
FLOW = "dataflow,DSM:FOREIGN_POP(1.0.0)"
AGREEMENT = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
LEGACY = Path(__file__).parents[2] / "fixtures" / "legacy"


def rows(*cells: str) -> str:
    return "\n".join((HEAD, *(f"{FLOW},{row}" for row in cells))) + "\n"


def submit(hub: Hub, text: str | bytes, viewer: Viewer = ADMINISTRATOR, **options: object) -> Submission:
    path = hub.settings.data_path / "sent.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    options = {"structure": AGREEMENT, **options}
    submission = receive(hub, SubmissionRequest(path=path, file_name="sent.csv", **options), viewer)  # type: ignore[arg-type]
    process_all(hub)
    return hub.store.submission(submission.id)


def values(hub: Hub) -> list[tuple[object, ...]]:
    """CITIZENSHIP, SEX, TIME_PERIOD, OBS_VALUE of all that is published in FOREIGN_POP."""
    found = data.answer(hub, DataQuery(ids=("FOREIGN_POP",)), PUBLIC)
    observations = pl.concat([batch for dataset in found.datasets for batch in dataset.batches], how="diagonal")
    return (
        observations.filter(pl.col(":level") == "obs")
        .select("CITIZENSHIP", "SEX", "TIME_PERIOD", "OBS_VALUE")
        .sort("CITIZENSHIP", "SEX", "TIME_PERIOD")
        .rows()
    )


def found(submission: Submission) -> list[tuple[object, ...]]:
    assert submission.report is not None
    return [
        (finding.place.line, finding.component, finding.code)
        for finding in submission.report.findings
        if finding.severity != "information"
    ]


def test_a_good_file_is_released_with_its_digits(hub: Hub) -> None:
    submission = submit(hub, rows("A,MD,UA,F,2023,12.50", "A,MD,UA,_T,2023,0"))
    assert (submission.state, submission.release, found(submission)) == ("released", 1, [])
    assert values(hub) == [("UA", "F", "2023", "12.50"), ("UA", "_T", "2023", "0")]


def test_what_the_sender_need_not_know_is_filled_from_the_agreement(hub: Hub) -> None:
    submit(hub, rows("A,MD,_T,_T,2023,5"))
    (dataset,) = data.answer(hub, DataQuery(ids=("FOREIGN_POP",)), PUBLIC).datasets
    frame = pl.concat(list(dataset.batches), how="diagonal")
    observation = frame.filter(pl.col(":level") == "obs").row(0, named=True)
    series = frame.filter(pl.col(":level") == "series").row(0, named=True)
    assert (observation["AGE"], observation["DATA_SOURCE"], observation["OBS_STATUS"]) == ("_T", "FORREG", "A")
    assert (series["UNIT_MEASURE"], series["UNIT_MULT"]) == ("PS", "0")
    assert "Demonstration data" in series["COVERAGE"]


def test_a_submission_with_errors_changes_nothing_and_names_them_all(hub: Hub) -> None:
    submit(hub, rows("A,MD,UA,F,2023,1"))
    submission = submit(hub, rows("A,MD,UA,F,2023,2", "A,MD,UKK,F,2023,3", "A,MD,UA,F,2023-Q1,4", "A,UA,UA,F,2023,x"))
    assert submission.state == "returned"
    assert sorted(found(submission), key=str) == [
        (3, "CITIZENSHIP", "unknown-code"),
        (4, "TIME_PERIOD", "period-frequency-mismatch"),
        (5, "OBS_VALUE", "not-a-number"),
        (5, "REF_AREA", "outside-agreement"),
    ]
    assert values(hub) == [("UA", "F", "2023", "1")]


def test_the_good_rows_are_taken_when_the_sender_says_so(hub: Hub) -> None:
    submission = submit(hub, rows("A,MD,UA,F,2023,2", "A,MD,UKK,F,2023,3"), accept="good")
    assert submission.report is not None
    assert (submission.state, submission.report.observations, submission.report.accepted) == ("released", 2, 1)
    assert values(hub) == [("UA", "F", "2023", "2")]


def test_of_two_values_for_one_observation_neither_is_taken(hub: Hub) -> None:
    """The first one was published, right or wrong."""
    submission = submit(hub, rows("A,MD,UA,F,2023,2", "A,MD,UA,M,2023,3", "A,MD,UA,F,2023,4"), accept="good")
    assert found(submission) == [(4, "", "duplicate-observation")]
    assert submission.report is not None
    assert (submission.report.observations, submission.report.accepted) == (3, 1)
    assert values(hub) == [("UA", "M", "2023", "3")]


@pytest.mark.parametrize("accept, state", [("all", "returned"), ("good", "released")])
def test_a_column_that_is_no_component_is_an_error_of_the_file_and_of_no_row(hub: Hub, accept: str, state: str) -> None:
    text = f"{HEAD},OBS_STATE\n{FLOW},A,MD,UA,F,2023,2,A\n"
    submission = submit(hub, text, accept=accept)
    assert (submission.state, found(submission)) == (state, [(None, "OBS_STATE", "unknown-component")])
    report = submission_values(submission)["report"]
    finding = next(f for f in report["findings"] if f["code"] == "unknown-component")  # type: ignore[index]
    assert "OBS_STATUS" in finding["remedy"]["en"]
    if state == "released":
        assert submission.report is not None
        assert submission.report.accepted == 1
        assert values(hub) == [("UA", "F", "2023", "2")]


def test_a_dry_run_stores_no_number(hub: Hub) -> None:
    assert submit(hub, rows("A,MD,UA,F,2023,2"), dry_run=True).state == "checked"
    assert hub.store.last_release() is None


def test_the_identical_file_answers_with_the_first_submission(hub: Hub) -> None:
    first = submit(hub, rows("A,MD,UA,F,2023,2"))
    assert submit(hub, rows("A,MD,UA,F,2023,2")).id == first.id
    assert submit(hub, rows("A,MD,UA,F,2023,2"), dry_run=True).id != first.id


def test_the_identical_file_of_another_sender_is_another_submission(hub: Hub) -> None:
    """It answered with the other's report, and who was first with the file decided for both: a refusal for want of rights came
    to him who has them."""
    stranger = Viewer(name="stranger", agreements=frozenset({"DSM:FOREIGN_POP_KG_STAT(1.0.0)"}))
    office = Viewer(name="office", agreements=frozenset({AGREEMENT}))
    refused = submit(hub, rows("A,MD,UA,F,2023,2"), stranger, structure="")
    assert refused.state == "returned"
    assert submit(hub, rows("A,MD,UA,F,2023,2"), office, structure="").state == "released"


def test_a_file_sent_twice_at_once_is_one_submission(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both looked for an earlier one before either was kept; the second then was a conflict."""
    first = submit(hub, rows("A,MD,UA,F,2023,2"))
    monkeypatch.setattr(type(hub.store), "submission_with", lambda *_: None)
    assert submit(hub, rows("A,MD,UA,F,2023,2")).id == first.id


def test_a_returned_file_is_judged_anew_when_structures_or_rights_have_changed(hub: Hub) -> None:
    """It was answered with the old refusal for ever, and the sender had to alter the file."""
    text = rows("A,MD,UKK,F,2023,2")
    refused = submit(hub, text)
    assert submit(hub, text).id == refused.id
    (areas,) = (scheme for scheme in hub.structures.of_class(Codelist) if scheme.id == "CL_AREA")
    more = replace(areas, version="1.1.0", items=(*areas.items, Code(id="UKK", names={"en": "Somewhere"})))
    hub.store.revise([more], user="admin")
    released = submit(hub, text)
    assert released.state == "released"
    assert submit(hub, text).id == released.id


def test_a_released_file_is_not_released_again_when_structures_have_changed(hub: Hub) -> None:
    """Or a file that is sent again every night would undo later corrections."""
    first = submit(hub, rows("A,MD,UA,F,2023,2"))
    hub.store.revise([Codelist(agency="DSM", id="CL_MORE", version="1.0.0")], user="admin")
    assert submit(hub, rows("A,MD,UA,F,2023,2")).id == first.id


def test_a_file_that_names_another_agreement_than_its_sender_is_refused(hub: Hub) -> None:
    """It was released under the agreement of the sender, against what the file said."""
    other = rows("A,MD,UA,F,2023,2").replace("dataflow,DSM:FOREIGN_POP(", "dataprovision,DSM:FOREIGN_POP_MD_STAT(")
    submission = submit(hub, other)
    assert (submission.state, found(submission)) == ("returned", [(None, "", "agreement-contradicted")])
    assert submit(hub, other.replace("MD_STAT", "MD_MIG")).state == "released"


def test_a_deletion_that_names_the_series_of_another_agreement_is_told(hub: Hub) -> None:
    """It was released without a word, and nothing was deleted."""
    submit(hub, rows("A,MD,UA,F,2023,2"))
    head = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,CITIZENSHIP,SEX,AGE,RESIDENCE_STATUS,DATA_SOURCE,TIME_PERIOD"
    deletions = "\n".join((head, *(f"{FLOW},D,{row}" for row in ("A,MD,,,,,,", "A,MD,UA,F,_T,_T,FORREG,2023"))))
    submission = submit(hub, deletions, structure="DSM:FOREIGN_POP_MD_STAT(1.0.0)")
    assert (submission.state, found(submission)) == ("returned", [(3, "", "series-owned")])
    assert submit(hub, deletions).state == "released"
    with pytest.raises(NoResults):
        values(hub)


def test_a_deletion_tells_how_many_observations_it_took_away(hub: Hub) -> None:
    """It told of 0 observations, whether it deleted none or all."""
    submit(hub, rows("A,MD,UA,F,2022,1", "A,MD,UA,F,2023,2", "A,MD,UA,M,2023,3", "A,MD,GE,M,2023,4"))
    head = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,CITIZENSHIP,SEX,TIME_PERIOD,OBS_VALUE"
    patterns = ("D,A,MD,UA,F,,", "D,A,MD,UA,F,2023,", "D,A,MD,GE,F,,", "M,A,MD,UA,M,2023,5")
    submission = submit(hub, "\n".join((head, *(f"{FLOW},{row}" for row in patterns))))
    report = submission.report
    assert report is not None
    assert (report.observations, report.accepted, report.deleted) == (1, 1, 2)
    assert submission_values(submission)["report"]["deleted"] == 2  # type: ignore[index]
    assert values(hub) == [("GE", "M", "2023", "4"), ("UA", "M", "2023", "5")]


def test_a_revision_is_a_new_release(hub: Hub) -> None:
    submit(hub, rows("A,MD,UA,F,2022,1", "A,MD,UA,F,2023,2"))
    assert submit(hub, rows("A,MD,UA,F,2023,3")).release == 2
    assert values(hub) == [("UA", "F", "2022", "1"), ("UA", "F", "2023", "3")]


def test_another_agreement_can_not_take_a_series(hub: Hub) -> None:
    submit(hub, HEAD + ",DATA_SOURCE\n" + f"{FLOW},A,MD,UA,F,2023,1,FORREG\n")
    submission = submit(
        hub, HEAD + ",DATA_SOURCE\n" + f"{FLOW},A,MD,UA,F,2023,9,FORREG\n", structure="DSM:FOREIGN_POP_MD_STAT(1.0.0)"
    )
    assert submission.state == "returned"
    assert submission.report is not None
    assert submission.report.counts["series-owned"] == 1
    assert values(hub) == [("UA", "F", "2023", "1")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7",
        b"{}",
        b"<html><p>1</p></html>",
        b"<!DOCTYPE x><x/>",
        b"<x><y></x>",
        b"<?xml version='1.0' encoding='utf-7'?><x/>",
        b"PK\x03\x04 no workbook without a mapping",
        b"STRUCTURE:STRUCTURE_ID:FREQ\n",
        b"STRUCTURE,STRUCTURE_ID,FREQ,FREQ\ndataflow,DSM:FOREIGN_POP(1.0.0),A,A\n",
        b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:NONE(1.0.0),A\n",
        b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,nonsense,A\n",
        b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:FOREIGN_POP(1.0.0)\n",
        b'STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:FOREIGN_POP(1.0.0),"A\n',
        b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:FOREIGN_POP(1.0.0),\0\n",
        b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:FOREIGN_POP(1.0.0),\xff\xfe\x98\n",
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_russian_too(hub: Hub, content: bytes) -> None:
    """The sentence around it was Russian, and what mattered English."""
    submission = submit(hub, content, structure="")
    assert submission.state == "returned"
    assert submission.report is not None
    (finding,) = submission.report.findings
    assert finding.arguments["message:en"] != finding.arguments["message:ru"]
    # Besides what was found in the file, and names of formats and programs, it is Russian.
    letters = re.findall("[A-Za-zА-Яа-я]", finding.arguments["message:ru"])
    assert sum(letter > "z" for letter in letters) > len(letters) / 3


def test_the_report_speaks_english_and_russian(hub: Hub) -> None:
    report = submission_values(submit(hub, rows("A,MD,UKK,F,2023,3")))["report"]
    assert isinstance(report, dict)
    (finding,) = (finding for finding in report["findings"] if finding["severity"] == "error")
    assert finding["line"] == 2
    assert "UKK" in finding["message"]["en"]
    assert "UKK" in finding["message"]["ru"]
    assert finding["message"]["en"] != finding["message"]["ru"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable-file"),
        (b"<not-xml", "unreadable-file"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "unreadable-file"),
        (b"%PDF-1.4", "unknown-format"),
        (b'{"data": {}}', "unreadable-file"),
        (b"STRUCTURE,STRUCTURE_ID,FREQ\ndataflow,DSM:NOTHING(1.0.0),A\n", "unknown-dataflow"),
        (HEAD.encode() + b"\n", "empty-submission"),
    ],
)
def test_a_file_that_can_not_be_read_gets_one_clear_finding(hub: Hub, content: bytes, code: str) -> None:
    submission = submit(hub, content)
    assert submission.report is not None
    assert (submission.state, dict(submission.report.counts)) == ("returned", {code: 1})


def test_options_and_rights_are_checked_before_anything_is_kept(hub: Hub) -> None:
    with pytest.raises(Unauthorised):
        submit(hub, rows(), viewer=PUBLIC)
    with pytest.raises(Forbidden, match="may not submit for"):
        submit(hub, rows(), viewer=Viewer(name="ua", agreements=frozenset(["DSM:FOREIGN_POP_UA_STAT(1.0.0)"])))
    with pytest.raises(NotFound):
        submit(hub, rows(), structure="DSM:NOTHING(1.0.0)")
    with pytest.raises(NotFound, match="There is no mapping"):
        submit(hub, rows(), mapping="nothing")
    with pytest.raises(QuerySyntaxError, match="expected one of"):
        submit(hub, rows(), action="Destroy")
    assert hub.store.submissions() == []


def test_a_file_over_the_limit_is_refused(settings: Settings) -> None:
    small = Hub.open(Settings(data_dir=settings.data_dir, max_upload_bytes=10))
    with pytest.raises(TooLarge, match="DSM_MAX_UPLOAD_BYTES is 10"):
        submit(small, rows("A,MD,UA,F,2023,2"))
    small.close()


def test_a_provider_needs_no_agreement_named_when_it_has_one(hub: Hub) -> None:
    provider = Viewer(name="md", agreements=frozenset([AGREEMENT]))
    assert submit(hub, rows("A,MD,UA,F,2023,2"), viewer=provider, structure="").state == "released"
    several = submit(hub, rows("A,MD,UA,F,2023,3"), structure="")
    assert (several.state, found(several)) == ("returned", [(None, "", "agreement-unknown")])


def test_a_workbook_needs_a_mapping(hub: Hub) -> None:
    path = LEGACY / "tj_ubezhishche.xls"
    submission = receive(hub, SubmissionRequest(path=path, file_name=path.name), ADMINISTRATOR)
    process_all(hub)
    submission = hub.store.submission(submission.id)
    assert (submission.state, found(submission)) == ("returned", [(None, "", "unknown-format")])


def test_mistakes_in_a_workbook_are_reported_by_cell(hub: Hub) -> None:
    path = LEGACY / "tm_foreigners_with_mistakes.xlsx"
    request = SubmissionRequest(path=path, file_name=path.name, mapping=path.stem)
    submission = receive(hub, request, ADMINISTRATOR)
    process_all(hub)
    report = hub.store.submission(submission.id).report
    assert report is not None
    errors = {(finding.place.sheet, finding.place.cell) for finding in report.findings if finding.severity == "error"}
    # fixtures/ORIGIN.md: an unknown country, a negative number, a text, a country twice, no such quarter, #REF!
    assert {("Stock 2023", cell) for cell in ("A15", "J16", "F17", "K6", "B20")} <= errors
    assert any(sheet == "Stock 2023" and cell.endswith("19") for sheet, cell in errors)


WORKER = """
import sys
from threading import Event
from sdmx_dsm.service import Hub
from sdmx_dsm.service import submissions
from sdmx_dsm.settings import Settings
submissions.LEASE_SECONDS = 1
hub = Hub.open(Settings(data_dir=sys.argv[1]))
print("ready", flush=True)
submissions.run_worker(hub, Event(), poll_seconds=0.01)
"""


@pytest.mark.skipif(os.name == "nt", reason="ends a process the POSIX way")
@pytest.mark.parametrize("delay", [0.05, 0.3, 0.8])
def test_a_killed_worker_loses_nothing_and_doubles_nothing(hub: Hub, delay: float) -> None:
    """Whatever it was doing when it was killed, the next worker finishes the submission, once."""
    areas = [code.id for code in hub.schema(hub.dataflow("DSM:FOREIGN_POP")).by_id["CITIZENSHIP"].codelist.items]  # type: ignore[union-attr]
    cells = [f"A,MD,{area},{sex},{year},{year}" for area in areas for sex in "FM" for year in range(1990, 2024)]
    path = hub.settings.data_path / "large.csv"
    path.write_text(rows(*cells))
    submission = receive(hub, SubmissionRequest(path=path, file_name="large.csv", structure=AGREEMENT), ADMINISTRATOR)
    command = [sys.executable, "-c", WORKER, hub.settings.data_dir]
    first = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert first.stdout is not None
    assert first.stdout.readline() == b"ready\n"
    time.sleep(delay)  # somewhere in the middle; where exactly must not matter
    first.send_signal(signal.SIGKILL)
    first.communicate()
    second = subprocess.Popen(command, stdout=subprocess.PIPE)
    until = time.monotonic() + 60
    while hub.store.submission(submission.id).state in ("received", "checking") and time.monotonic() < until:
        time.sleep(0.05)
    second.terminate()
    second.communicate()
    assert hub.store.submission(submission.id).state == "released"
    assert len(values(hub)) == len(cells)
    assert [release.number for release in hub.store.releases()] == [1]
