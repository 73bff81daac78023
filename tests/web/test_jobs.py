"""Answers over the limit: refused with the ways to split them, or made for later."""

import gzip
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.model import PUBLIC, Viewer
from sdmx_dsm.service.jobs import Job, Jobs, Progress
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.store.test_interrupts import ENDLESS
from tests.web.conftest import Template, copied
from tests.web.test_sdmx_api import FLOW, ROWS, V2_CSV, V2_JSON, from_csv

LATER = {"Accept": V2_CSV, "Accept-Encoding": "identity", "Prefer": "respond-async"}


@pytest.fixture
def narrow(template: Template, tmp_path: Path) -> Iterator[TestClient]:
    """Three observations at once; there are six."""
    folder = copied(template, tmp_path / "data")
    app = create_app(Settings(data_dir=folder, base_url="http://testserver", max_observations=3))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def jobs_of(client: TestClient) -> Jobs:
    found: Jobs = cast("Starlette", client.app).state.jobs
    return found


def finished(client: TestClient, answer: httpx.Response, **headers: str) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    values: dict[str, Any] = client.get(answer.headers["location"], params={"wait": "20"}, headers=headers).json()
    return values


def test_too_much_is_refused_with_the_ways_to_split_it(narrow: TestClient) -> None:
    answer = narrow.get(FLOW, headers={"Accept": V2_JSON})
    assert answer.status_code == 413
    (error,) = answer.json()["errors"]
    assert {name: error[name] for name in ("code", "observations", "limit", "split_by", "parts")} == {
        "code": 413,
        "observations": 6,
        "limit": 3,
        "split_by": "CITIZENSHIP",
        "parts": {"_T": 3, "UA": 2, "RU": 1},
    }
    assert "Ask for the values of CITIZENSHIP apart: _T 3, UA 2, RU 1." in narrow.get(FLOW).text
    parts = [narrow.get(f"{FLOW}?c[CITIZENSHIP]={code}", headers={"Accept": V2_CSV}) for code in error["parts"]]
    assert sorted(row for part in parts for row in from_csv(part.text)) == ROWS


def test_too_much_is_made_for_later(narrow: TestClient) -> None:
    answer = narrow.get(FLOW, headers=LATER)
    assert answer.headers["preference-applied"] == "respond-async"
    assert int(answer.headers["retry-after"]) > 0
    job = finished(narrow, answer)
    assert (job["state"], job["observations"], job["done"]) == ("finished", 6, 6)
    file = narrow.get(job["links"]["result"])
    assert (file.headers["content-type"], file.headers["content-length"]) == (V2_CSV, str(job["bytes"]))
    assert from_csv(file.text) == ROWS


def test_the_file_goes_on_where_a_download_broke(narrow: TestClient) -> None:
    job = finished(narrow, narrow.get(FLOW, headers=LATER | {"Accept-Encoding": "gzip"}))
    first, rest = (
        b"".join(answer.iter_raw())
        for asked in ("bytes=0-49", "bytes=50-")
        for answer in [
            narrow.send(narrow.build_request("GET", job["links"]["result"], headers={"Range": asked}), stream=True)
        ]
    )
    assert len(first) == 50
    assert from_csv(gzip.decompress(first + rest).decode()) == ROWS
    assert narrow.get(job["links"]["result"], headers={"Range": "bytes=999999-"}).status_code == 416


def test_a_question_for_headers_begins_no_job(narrow: TestClient) -> None:
    assert narrow.head(FLOW, headers=LATER).status_code == 413


def test_what_is_not_too_much_is_answered_at_once(narrow: TestClient) -> None:
    answer = narrow.get(f"{FLOW}/A.KG", headers=LATER)
    assert (answer.status_code, "preference-applied" in answer.headers) == (200, False)


def test_nobody_else_sees_the_job_of_a_person(narrow: TestClient, template: Template) -> None:
    mine = {"Authorization": f"Bearer {template.moldova}"}
    job = finished(narrow, narrow.get(FLOW, headers=LATER | mine), **mine)
    for token, status in ((template.moldova, 200), (template.administrator, 200), (template.kyrgyzstan, 404)):
        for link in job["links"].values():
            assert narrow.get(link, headers={"Authorization": f"Bearer {token}"}).status_code == status
    assert narrow.get(job["links"]["result"]).status_code == 404


@pytest.mark.parametrize("id", ["none", "..%2Fportal-key", "%2e%2e", "A" * 300, "%00"])
def test_a_job_that_there_is_not(narrow: TestClient, id: str) -> None:
    answer = narrow.get(f"/api/v1/jobs/{id}")
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


# --- the jobs themselves --------------------------------------------------------------------------------------------------


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    made = Jobs(tmp_path / "jobs", 1000, 1.0, lambda error: {"en": f"Told of {type(error).__name__}."})
    yield made
    made.close()


def run(jobs: Jobs, *pieces: bytes | Exception, viewer: Viewer = PUBLIC) -> Job:
    def make(_: Progress) -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    return jobs.wait_for(jobs.start(viewer, 1, {}, make).id, viewer, 20)


def test_a_failure_is_told_and_leaves_no_file(jobs: Jobs, tmp_path: Path) -> None:
    for error, told in ((ZeroDivisionError(), "Told of ZeroDivisionError."), (Unavailable("Busy."), "Busy.")):
        job = run(jobs, b"one", error)
        assert (job.state, job.error) == ("failed", {"en": told})
    assert list(tmp_path.glob("jobs/*/body")) == []


def test_files_have_bounds_together(jobs: Jobs) -> None:
    assert run(jobs, bytes(900)).state == "finished"
    refused = run(jobs, bytes(200))
    assert (refused.state, "DSM_JOB_BYTES" in refused.error["en"]) == ("failed", True)


def test_another_process_sees_the_job(jobs: Jobs, tmp_path: Path) -> None:
    job = run(jobs, b"one", b"two")
    other = Jobs(tmp_path / "jobs", 1000, 1.0, lambda _: {})
    found = other.find(job.id, PUBLIC)
    body = other.body(found)
    assert (found, body.read(0, 100)) == (job, b"onetwo")
    body.close()


def test_a_job_whose_process_is_gone_has_failed(jobs: Jobs, tmp_path: Path) -> None:
    job = run(jobs, b"one")
    path = tmp_path / "jobs" / job.id / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": "running"}))
    os.utime(path, (time.time() - 120,) * 2)
    found = jobs.find(job.id, PUBLIC)
    assert (found.state, "restarted" in found.error["en"]) == ("failed", True)


def test_old_files_go(jobs: Jobs, tmp_path: Path) -> None:
    old = run(jobs, b"one")
    os.utime(tmp_path / "jobs" / old.id / "job.json", (time.time() - 4000,) * 2)
    new = run(jobs, b"two")
    assert [path.name for path in (tmp_path / "jobs").iterdir()] == [new.id]
    os.utime(tmp_path / "jobs" / new.id / "job.json", (time.time() - 4000,) * 2)
    Jobs(tmp_path / "jobs", 1000, 1.0, lambda _: {})
    assert list((tmp_path / "jobs").iterdir()) == []


def test_many_jobs_wait_and_more_are_refused(jobs: Jobs) -> None:
    goes_on = threading.Event()

    def make(_: Progress) -> Iterator[bytes]:
        goes_on.wait(20)
        yield b"one"

    started = [jobs.start(PUBLIC, 1, {}, make) for _ in range(20)]
    with pytest.raises(Unavailable, match="20 files are being made"):
        jobs.start(PUBLIC, 1, {}, make)
    goes_on.set()
    assert {jobs.wait_for(job.id, PUBLIC, 20).state for job in started} == {"finished"}


def test_the_end_of_the_service_stops_a_job(jobs: Jobs) -> None:
    begun = threading.Event()

    def make(_: Progress) -> Iterator[bytes]:
        while True:
            begun.set()
            yield b""

    job = jobs.start(PUBLIC, 1, {}, make)
    begun.wait(20)
    jobs.close()
    found = jobs.find(job.id, PUBLIC)
    assert (found.state, "restarted" in found.error["en"]) == ("failed", True)


def test_the_end_of_the_service_stops_the_statement_of_a_job(narrow: TestClient, jobs: Jobs) -> None:
    store, reached = cast("Starlette", narrow.app).state.hub.store, threading.Event()

    def make(_: Progress) -> Iterator[bytes]:
        with store._database.read() as connection:
            reached.set()
            connection.execute(ENDLESS)
        yield b"one"

    job = jobs.start(PUBLIC, 1, {}, make)
    reached.wait(20)
    jobs.close()
    assert jobs.find(job.id, PUBLIC).error["en"].startswith("The service was restarted")
