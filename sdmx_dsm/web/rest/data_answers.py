"""Data queries → responses: the same for both versions of the API."""

from dataclasses import replace
from typing import Any, Final, cast

from starlette.responses import Response

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats import WriteOptions
from sdmx_dsm.service import data
from sdmx_dsm.web.responses import not_modified
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.conditions import is_current
from sdmx_dsm.web.rest.ranges import Part, asked_range
from sdmx_dsm.web.rest.representations import headers_of, stream, tag_of

# Formats whose clients take data that are no changes as a message for information.
_OF_2_1: Final = frozenset(("sdmx-ml-2.1-generic", "sdmx-ml-2.1", "sdmx-json-1.0"))
_UNIT: Final = "values"  # of ranges: observations


def show(call: Call) -> Response:
    query = call.parser.data_query(call.target)
    choice, languages = call.format("data"), call.languages
    query = replace(query, is_flat=choice.format.is_flat)
    asked = data.ask(call.hub, query, call.viewer)
    part = _part(call, asked)
    if part:
        asked = asked.part(part.first, part.count)
    tag = tag_of(call, choice, languages, asked.tag)
    headers = headers_of(call, choice, languages, tag, "-".join((*query.agencies, *query.ids)), asked.last_modified)
    headers |= {"accept-ranges": _UNIT, "vary": f"{headers['vary']}, X-Range"}
    if part:
        headers["content-range"] = part.content_range
    if is_current(call.request, tag, asked.last_modified):
        return not_modified(headers)
    found = asked.answer()
    options = WriteOptions(
        header=found.header,
        dimension_at_observation=query.dimension_at_observation,
        languages=languages,
        context="dataflow" if query.context == "*" else query.context,
        **cast("dict[str, Any]", choice.options),
    )
    if choice.format.write is None:
        raise Unsupported(f"{choice.format.name} is not written here.")
    datasets = found.datasets
    if choice.format.name in _OF_2_1 and not (query.updated_after or query.include_history):
        datasets = tuple(replace(dataset, action="Information") for dataset in datasets)
    return stream(call, choice.format.write(datasets, options), headers, compressible=not choice.format.binary)


def _part(call: Call, asked: data.Asked) -> Part | None:
    """The observations that `Range` asks for, or `X-Range`, which passes proxies that keep Range for themselves. Raises
    OutsideRange."""
    wish = asked_range(call.request, _UNIT, ("range", "x-range"))
    total = asked.total() if wish else None
    return wish.of(total) if wish and total else None
