"""Data queries → responses: the same for both versions of the API.

A long or slow answer is kept when it is made to its end (`service.rendered`), and whoever asks the same gets it from there. Data
messages are the same to the byte while the state of data and structures is, so their tags are strong, and a download that broke
goes on where it ended."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any, Final, cast

import polars as pl
from starlette.responses import Response

from sdmx_dsm.batches import level_rows
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats import WriteOptions
from sdmx_dsm.service import data
from sdmx_dsm.service.jobs import Jobs, Progress
from sdmx_dsm.service.rendered import Body, Rendered
from sdmx_dsm.web.codings import Coding, packed
from sdmx_dsm.web.jobs import accepted
from sdmx_dsm.web.ranges import Part, Wish, asked_range
from sdmx_dsm.web.responses import not_modified
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.conditions import is_current, may_continue
from sdmx_dsm.web.rest.leniency import prefers
from sdmx_dsm.web.rest.negotiation import Choice
from sdmx_dsm.web.rest.representations import coding_of, headers_of, tag_of
from sdmx_dsm.web.streams import Finished, Stream

# Versions of formats whose clients take data that are no changes as a message for information: SDMX-ML 2.1, and SDMX-JSON of its
# time (SDMX-CSV of its time has no actions).
_OF_2_1: Final = frozenset(("2.1", "1.0.0"))
_VALUES: Final = "values"  # unit of ranges: observations
_BYTES: Final = "bytes"
_SLOW_SECONDS: Final = 1.0  # what takes so long to make is kept, however short it is
_LATER: Final = "respond-async"  # RFC 7240
# Headers of an answer that its file has too.
_OF_FILES: Final = frozenset(("content-type", "content-language", "content-disposition", "last-modified"))


def show(call: Call) -> Response:
    query = call.parser.data_query(call.target)
    choice, languages = call.format("data"), call.languages
    query = replace(query, is_flat=choice.format.is_flat)
    coding = coding_of(call, choice)
    asked = data.ask(call.hub, query, call.viewer)
    part = _part(call, asked)
    if part:
        asked = asked.part(part.first, part.count)
    tag = tag_of(call, choice, languages, asked.tag, coding, strong=True)
    headers = headers_of(call, choice, languages, tag, "-".join((*query.agencies, *query.ids)), asked.last_changed)
    headers |= {"accept-ranges": f"{_BYTES}, {_VALUES}", "vary": f"{headers['vary']}, X-Range"}
    if part:
        headers["content-range"] = part.content_range
    if is_current(call.request, tag, asked.last_changed):
        return not_modified(headers)
    wish = asked_range(call.request, _BYTES)
    if part or not may_continue(call.request, tag, asked.last_changed):
        wish = None
    later = prefers(call.request.headers.getlist("prefer"), _LATER) and call.request.method != "HEAD"
    if later and (count := asked.excess()):
        return _begin_job(call, asked, choice, headers, coding, count)
    return _respond(call, asked, choice, headers, coding, wish)


def _part(call: Call, asked: data.Asked) -> Part | None:
    """The observations that `Range` asks for, or `X-Range`, which passes proxies that keep Range for themselves. Raises
    OutsideRange."""
    wish = asked_range(call.request, _VALUES, ("range", "x-range"))
    total = asked.total() if wish else None
    return wish.of(total) if wish and total else None


def _respond(
    call: Call, asked: data.Asked, choice: Choice, headers: dict[str, str], coding: Coding, wish: Wish | None
) -> Response:
    """From what is kept, else made anew. Raises OutsideRange for bytes that a finished body does not have."""
    rendered: Rendered = call.request.app.state.rendered
    key = headers["etag"]
    body = rendered.find(key)
    if body is None:
        begun = time.monotonic()
        answer = Stream(_pieces(call, asked, choice), headers, coding=coding)
        is_slow = time.monotonic() - begun >= _SLOW_SECONDS
        if not answer.complete and asked.is_current():
            answer.drafted = partial(rendered.draft, key)
        elif answer.complete and is_slow and asked.is_current():
            rendered.put(key, answer.begun)
        if not answer.complete or wish is None:
            return answer
        body = Body(BytesIO(answer.begun), len(answer.begun))
    if coding:
        headers["content-encoding"] = coding
    return Finished(body, headers, wish.of(body.size) if wish else None)


def _begin_job(
    call: Call, asked: data.Asked, choice: Choice, headers: Mapping[str, str], coding: Coding, count: int
) -> Response:
    """An answer over the limit of one, for who agrees to come for it later."""

    def make(progress: Progress) -> Iterator[bytes]:
        now = data.ask(call.hub, asked.query, call.viewer)  # it may have waited for its turn
        pieces = _pieces(call, now, choice, progress)
        return packed(pieces, coding) if coding else pieces

    kept = {name: value for name, value in headers.items() if name in _OF_FILES}
    if coding:
        kept["content-encoding"] = coding
    jobs: Jobs = call.request.app.state.jobs
    return accepted(call.request, jobs.start(call.viewer, count, kept, make), {"preference-applied": _LATER})


def _pieces(call: Call, asked: data.Asked, choice: Choice, progress: Progress | None = None) -> Iterator[bytes]:
    """With `progress`, which counts the observations, however many there are."""
    query = asked.query
    found = asked.answer(limited=progress is None)
    options = WriteOptions(
        header=found.header,
        dimension_at_observation=query.dimension_at_observation,
        languages=call.languages,
        context="dataflow" if query.context == "*" else query.context,
        **cast("dict[str, Any]", choice.options),
    )
    if choice.format.write is None:
        raise Unsupported(f"{choice.format.name} is not written here.")
    datasets = found.datasets
    if choice.format.version in _OF_2_1 and not (query.updated_after or query.include_history):
        datasets = tuple(replace(dataset, action="Information") for dataset in datasets)
    if progress:
        datasets = tuple(replace(one, batches=_counted(one.batches, progress)) for one in datasets)
    return choice.format.write(datasets, options)


def _counted(batches: Iterable[pl.DataFrame], progress: Progress) -> Iterator[pl.DataFrame]:
    for batch in batches:
        yield batch
        progress.done += level_rows(batch, "obs").height
