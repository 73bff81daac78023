"""Long answers are kept, and downloads that broke go on."""

import gzip
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.formats import FORMATS, Format
from sdmx_dsm.model import DataQuery
from sdmx_dsm.store import Store
from sdmx_dsm.web import streams
from sdmx_dsm.web.rest import data_answers
from tests.web.conftest import KYRGYZSTAN, Template, send
from tests.web.test_sdmx_api import FLOW, ROWS, V2_CSV, V2_XML, from_csv
from tests.web.test_streams import unzstd

PLAIN = {"Accept": V2_CSV, "Accept-Encoding": "identity"}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever has more than some bytes is a long answer."""
    monkeypatch.setattr(streams, "_BEGINNING_BYTES", 16)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[DataQuery]:
    """The queries that the database was asked for data."""
    found: list[DataQuery] = []
    data = Store.data

    def noted(self: Store, schema: object, query: DataQuery, *args: object, **options: object) -> object:
        found.append(query)
        return data(self, schema, query, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "data", noted)
    return found


def kept(client: TestClient) -> list[Path]:
    folder = cast("Starlette", client.app).state.hub.settings.data_path / "rendered"
    return sorted(folder.iterdir()) if folder.exists() else []


# --- the cache ------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("short")
def test_the_second_answer_is_the_first_without_a_query(unattended: TestClient, reads: list[DataQuery]) -> None:
    first, second = (unattended.get(FLOW, headers=PLAIN) for _ in range(2))
    assert len(reads) == 1
    assert (second.status_code, second.content) == (200, first.content)
    assert from_csv(first.text) == ROWS
    assert second.headers["content-length"] == str(len(first.content))
    for name in ("etag", "last-modified", "content-type", "vary", "content-language", "accept-ranges"):
        assert second.headers[name] == first.headers[name]


def test_a_slow_answer_is_kept_however_short(
    unattended: TestClient, reads: list[DataQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_answers, "_SLOW_SECONDS", 0.0)
    first, second = (unattended.get(FLOW, headers=PLAIN) for _ in range(2))
    assert (len(reads), len(kept(unattended)), second.content) == (1, 1, first.content)


def test_a_short_answer_is_not_kept(
    unattended: TestClient, reads: list[DataQuery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_answers, "_SLOW_SECONDS", math.inf)
    for _ in range(2):
        unattended.get(FLOW, headers=PLAIN)
    assert (len(reads), kept(unattended)) == (2, [])


@pytest.mark.usefixtures("short")
def test_each_representation_is_kept_apart(unattended: TestClient, reads: list[DataQuery]) -> None:
    asked = [
        (FLOW, PLAIN),
        (FLOW, PLAIN | {"Accept-Encoding": "gzip"}),
        (FLOW, PLAIN | {"Accept-Encoding": "zstd"}),
        (FLOW, PLAIN | {"Accept": V2_XML}),
        (FLOW, PLAIN | {"Accept": f"{V2_CSV};labels=both"}),
        (FLOW, PLAIN | {"Accept": f"{V2_CSV};labels=both", "Accept-Language": "ru"}),
        (f"{FLOW}/A.MD", PLAIN),
        (FLOW, PLAIN | {"X-Range": "values=0-3"}),
    ]
    answers = [unattended.get(path, headers=headers) for path, headers in asked]
    again = [unattended.get(path, headers=headers) for path, headers in asked]
    assert (len(reads), len(kept(unattended))) == (len(asked), len(asked))
    assert [answer.content for answer in again] == [answer.content for answer in answers]
    assert len({answer.headers["etag"] for answer in answers}) == len(asked)
    assert [answer.headers.get("content-encoding") for answer in again[:3]] == [None, "gzip", "zstd"]


@pytest.mark.usefixtures("short")
def test_who_sees_more_does_not_share(unattended: TestClient, template: Template, reads: list[DataQuery]) -> None:
    callers = [{"Authorization": f"Bearer {token}"} for token in (template.administrator, template.moldova)]
    for headers in ({}, *callers):
        unattended.get(FLOW, headers=PLAIN | headers)
    assert (len(reads), len(kept(unattended))) == (3, 3)


@pytest.mark.usefixtures("short")
def test_new_data_are_in_the_next_answer(writable: TestClient, template: Template) -> None:
    before = writable.get(FLOW, headers=PLAIN)
    new = ("A.MD.UA._T._T._T.FORREG", "2024", "1")
    assert send(writable, template.moldova, [new]).json()["state"] == "released"
    after = writable.get(FLOW, headers=PLAIN)
    assert (from_csv(before.text), from_csv(after.text)) == (ROWS, sorted([*ROWS, new]))


@pytest.mark.usefixtures("short")
def test_losing_the_cache_loses_nothing(unattended: TestClient) -> None:
    first = unattended.get(FLOW, headers=PLAIN)
    (path,) = kept(unattended)
    path.write_bytes(path.read_bytes()[:100])
    assert unattended.get(FLOW, headers=PLAIN).content == first.content
    for path in kept(unattended):
        path.unlink()
    again = unattended.get(FLOW, headers=PLAIN)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])


@pytest.mark.usefixtures("short")
def test_head_of_what_is_kept_has_its_length(unattended: TestClient, reads: list[DataQuery]) -> None:
    first = unattended.get(FLOW, headers=PLAIN)
    head = unattended.head(FLOW, headers=PLAIN | {"Range": "bytes=0-9"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    assert len(reads) == 1


WRITTEN = [format for format in FORMATS if format.write]


@pytest.mark.parametrize("format", WRITTEN, ids=lambda format: format.name)
def test_the_same_data_are_the_same_bytes_at_any_time(
    unattended: TestClient, monkeypatch: pytest.MonkeyPatch, format: Format
) -> None:
    """What a strong tag promises. A day passes between the two."""
    first = unattended.get(FLOW, params={"format": format.name})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    second = unattended.get(FLOW, params={"format": format.name})
    assert first.status_code == 200
    assert (second.headers["etag"], second.content) == (first.headers["etag"], first.content)


# --- ranges of bytes ------------------------------------------------------------------------------------------------------


def part(client: TestClient, **headers: str) -> httpx.Response:
    return client.get(FLOW, headers=PLAIN | {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture(params=["kept", "short enough to be complete"])
def whole(request: pytest.FixtureRequest, unattended: TestClient) -> httpx.Response:
    if request.param == "kept":
        request.getfixturevalue("short")
    return unattended.get(FLOW, headers=PLAIN)


@pytest.mark.parametrize(
    "asked, expected",
    [
        ("bytes=0-9", lambda body: body[:10]),
        ("bytes=100-", lambda body: body[100:]),
        ("bytes=-7", lambda body: body[-7:]),
        ("bytes=20-999999", lambda body: body[20:]),
        ("bytes=-999999", lambda body: body),
    ],
)
def test_a_part_of_a_body(
    unattended: TestClient, whole: httpx.Response, asked: str, expected: Callable[[bytes], bytes]
) -> None:
    answer = part(unattended, Range=asked)
    first = len(whole.content) - len(expected(whole.content)) if expected(whole.content)[:1] != b"S" else 0
    last = first + len(expected(whole.content)) - 1
    assert (answer.status_code, answer.content) == (206, expected(whole.content))
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole.content)}"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["etag"] == whole.headers["etag"]


def test_a_download_that_broke_goes_on(unattended: TestClient, whole: httpx.Response) -> None:
    got = whole.content[:150]
    rest = part(unattended, Range=f"bytes={len(got)}-", If_Range=whole.headers["etag"])
    assert (rest.status_code, got + rest.content) == (206, whole.content)
    rest = part(unattended, Range=f"bytes={len(got)}-", If_Range=whole.headers["last-modified"])
    assert (rest.status_code, got + rest.content) == (206, whole.content)


@pytest.mark.parametrize("other", ['"other"', 'W/"other"', "Tue, 01 Jan 2019 00:00:00 GMT", "nonsense"])
def test_what_is_another_body_by_now_comes_whole(unattended: TestClient, whole: httpx.Response, other: str) -> None:
    answer = part(unattended, Range="bytes=150-", If_Range=other)
    assert (answer.status_code, answer.content) == (200, whole.content)


@pytest.mark.usefixtures("whole")
def test_bytes_behind_the_end(unattended: TestClient) -> None:
    answer = part(unattended, Range="bytes=999999-")
    assert answer.status_code == 416
    assert answer.headers["content-range"].startswith("bytes */")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=5-1", "bytes=x", "lines=0-1"])
def test_ranges_that_are_not_served(unattended: TestClient, whole: httpx.Response, asked: str) -> None:
    answer = part(unattended, Range=asked)
    assert (answer.status_code, answer.content) == (200, whole.content)


@pytest.mark.usefixtures("short")
def test_what_is_not_finished_has_no_parts(unattended: TestClient) -> None:
    answer = part(unattended, Range="bytes=5-")
    assert (answer.status_code, from_csv(answer.text)) == (200, ROWS)
    assert part(unattended, Range="bytes=5-").content == answer.content[5:]


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("coding, unpacked", [("gzip", gzip.decompress), ("zstd", unzstd)])
def test_parts_of_a_packed_body_are_those_of_its_bytes(
    unattended: TestClient, coding: str, unpacked: Callable[[bytes], bytes]
) -> None:
    def raw(**headers: str) -> bytes:
        with unattended.stream("GET", FLOW, headers={"Accept": V2_CSV, "Accept-Encoding": coding, **headers}) as answer:
            return b"".join(answer.iter_raw())

    whole = raw()
    assert raw(Range="bytes=0-49") + raw(Range="bytes=50-") == whole
    assert from_csv(unpacked(whole).decode()) == ROWS


def test_observations_win_over_bytes(unattended: TestClient) -> None:
    answer = part(unattended, Range="bytes=0-9", X_Range="values=0-0")
    assert (answer.headers["content-range"], from_csv(answer.text)) == ("values 0-0/6", KYRGYZSTAN)
