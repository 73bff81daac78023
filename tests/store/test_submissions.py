"""The queue of submissions: each is worked on by one worker, finished once, and nothing of its way is lost."""

from pathlib import Path

import pytest

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import PUBLIC, DataQuery, Finding, Place, Report
from sdmx_dsm.store import Finish, Store, Submission
from tests.store.lines import EXAMPLE, lines, publish

REPORT = Report(
    observations=2,
    accepted=1,
    series=1,
    counts={"unknown-code": 1},
    severities={"error": 1},
    findings=(
        Finding(code="unknown-code", severity="error", component="SEX", value="X", place=Place(line=3, column=5)),
    ),
)


@pytest.fixture
def digest(store: Store, tmp_path: Path) -> str:
    path = tmp_path / "data.csv"
    path.write_text("a,b")
    return store.put_file(path, name="data.csv", media_type="text/csv").digest


def add(store: Store, digest: str, fingerprint: str | None = None) -> Submission:
    return store.add_submission(user="kg", file_digest=digest, file_name="data.csv", fingerprint=fingerprint)


def test_a_submission_is_kept_with_all_that_was_said(store: Store, digest: str) -> None:
    added = store.add_submission(
        user="kg",
        file_digest=digest,
        file_name="data.csv",
        structure="DSM:EXAMPLE(1.0.0)",
        options={"accept": "good", "action": "Append"},
        fingerprint="f",
        note="first try",
    )
    assert store.submission(added.id) == added
    assert added.options == {"accept": "good", "action": "Append"}
    assert (added.state, added.attempts, added.is_finished) == ("received", 0, False)
    with pytest.raises(NotFound, match="There is no submission x"):
        store.submission("x")
    with pytest.raises(NotFound, match="There is no file 00"):
        add(store, "00")


def test_the_newest_come_first(store: Store, digest: str) -> None:
    ids = [add(store, digest).id for _ in range(3)]
    assert ids == sorted(ids)
    assert [s.id for s in store.submissions()] == ids[::-1]
    assert [s.id for s in store.submissions(limit=1, offset=1)] == [ids[1]]
    assert store.submissions(state="failed") == []


def test_the_identical_file_with_identical_options_is_one_submission(store: Store, digest: str) -> None:
    first = add(store, digest, "f")
    assert store.submission_with("f") == first
    assert store.submission_with("g") is None
    with pytest.raises(Conflict) as conflict:
        add(store, digest, "f")
    assert conflict.value.facts == {"submission": first.id}
    store.finish_submission(first.id, Finish(state="failed"), user="worker")
    assert store.submission_with("f") is None
    again = add(store, digest, "f")
    with pytest.raises(Conflict, match="has been sent again since"):
        store.requeue_submission(first.id, user="admin")
    assert store.submission_with("f") == again


def test_workers_get_the_oldest_that_waits_and_never_the_same(store: Store, digest: str) -> None:
    ids = [add(store, digest).id for _ in range(2)]
    first, second = store.claim_submission("w1", 60), store.claim_submission("w2", 60)
    assert first
    assert second
    assert [first.id, second.id] == ids
    assert (first.state, first.attempts) == ("checking", 1)
    assert store.claim_submission("w3", 60) is None


def test_looking_for_work_waits_for_no_writer(store: Store) -> None:
    """Workers look several times a second: each look took SQLite's one lock, and waited for whoever had it."""
    with store._database.write():
        assert store.claim_submission("w1", 60) is None


def test_a_claim_that_runs_out_goes_to_another(store: Store, digest: str) -> None:
    id = add(store, digest).id
    assert store.claim_submission("w1", -1)
    taken = store.claim_submission("w2", 60)
    assert taken
    assert (taken.id, taken.attempts) == (id, 2)
    assert store.renew_claim(id, "w1", 60) is False
    assert store.renew_claim(id, "w2", 60) is True
    with pytest.raises(Conflict, match="another worker has it"):
        store.finish_submission(id, Finish(state="rejected", worker="w1"), user="w1")
    store.finish_submission(id, Finish(state="rejected", worker="w2", report=REPORT, findings_digest=digest), user="w2")
    done = store.submission(id)
    assert (done.state, done.report, done.findings_digest) == ("rejected", REPORT, digest)
    assert [(event.user, event.state) for event in store.submission_events(id)] == [
        ("kg", "received"),
        ("w1", "checking"),
        ("w2", "checking"),
        ("w2", "rejected"),
    ]


def test_a_claim_may_be_given_back(store: Store, digest: str) -> None:
    id = add(store, digest).id
    store.claim_submission("w1", 60)
    store.requeue_submission(id, user="w1", comment="shutting down")
    assert store.submission(id).state == "received"
    assert store.submission_events(id)[-1].comment == "shutting down"
    store.finish_submission(id, Finish(state="rejected"), user="w1")
    with pytest.raises(Conflict, match="is not being checked"):
        store.requeue_submission(id, user="w1")


def test_publishing_finishes_the_submission_in_the_same_breath(store: Store, digest: str) -> None:
    id = add(store, digest).id
    store.claim_submission("w1", 60)
    release = publish(store, "A.KG.F 2020 OBS_VALUE=1", submission=id, finish=Finish(state="released", worker="w1"))
    assert release.submission == id
    done = store.submission(id)
    assert (done.state, done.release) == ("released", 1)
    # A worker that was thought dead comes back: nothing is published twice.
    with pytest.raises(Conflict):
        publish(store, "A.KG.F 2020 OBS_VALUE=2", submission=id, finish=Finish(state="released", worker="w1"))
    assert lines(store.data(EXAMPLE, DataQuery(), PUBLIC)) == ["A.KG.F 2020 OBS_VALUE=1"]
    assert store.releases() == [release]
