"""/api/v1/convert: a file that is sent comes back in another format, or through a structure map in another structure. Nothing is
stored."""

from collections.abc import Iterator, Mapping
from typing import IO, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import QuerySyntaxError, SubmissionRejected, Unauthorised
from sdmx_dsm.formats import FORMATS, Format
from sdmx_dsm.formats.pieces import rest_of
from sdmx_dsm.service import Hub
from sdmx_dsm.service.checking import CheckOptions, report_values, reported_reference
from sdmx_dsm.service.conversion import convert, held, message_options, plain_header
from sdmx_dsm.service.packages import read_paths
from sdmx_dsm.service.structure_maps import Mapped, find_map
from sdmx_dsm.web.bodies import Upload, received
from sdmx_dsm.web.callers import viewer_of
from sdmx_dsm.web.parameters import choice_of
from sdmx_dsm.web.responses import json_response
from sdmx_dsm.web.streams import Stream

ROOT: Final = "/api/v1/convert"
CONVERSION_PARAMETERS: Final = (
    "to",
    "structure_map",
    "dataflow",
    "provision_agreement",
    "mapping",
    "accept",
    "dry_run",
    "lang",
)


def routes() -> list[Route]:
    return [Route(ROOT, convert_file, methods=["POST"])]


async def convert_file(request: Request) -> Response:
    """A file as the body or as the part `file` of a form, with structures of its own as parts `structures`.

    Raises Unauthorised, QuerySyntaxError, SubmissionRejected for what a structure map makes with errors."""
    hub: Hub = request.app.state.hub
    viewer = await run_in_threadpool(viewer_of, request, hub)
    if viewer.is_anonymous:
        raise Unauthorised("Conversion needs a token: send it as “Authorization: Bearer …”.")
    async with received(request, hub.settings) as upload:
        options = {**request.query_params, **upload.fields}
        return await run_in_threadpool(_converted, hub, upload, options)


def _converted(hub: Hub, upload: Upload, options: Mapping[str, str]) -> Response:
    if unknown := sorted(options.keys() - set(CONVERSION_PARAMETERS)):
        raise QuerySyntaxError(
            f"There is no option {', '.join(unknown)} of a conversion; there are {', '.join(CONVERSION_PARAMETERS)}."
        )
    format = _format(options.get("to", ""))
    accept = choice_of(options, "accept", ("all", "good"))
    is_dry = choice_of(options, "dry_run", ("false", "true")) == "true"
    structures = hub.structures
    if upload.structures:
        structures = structures.with_artefacts(read_paths(upload.structures, hub.settings.max_unpacked_bytes))
    named = options.get("provision_agreement") or options.get("dataflow")
    check_options = CheckOptions(
        reference=reported_reference(named, structures) if named else None,
        mapping=hub.mapping(options["mapping"]) if options.get("mapping") else None,
        limits=hub.limits,
    )
    name = options.get("structure_map")
    mapped = Mapped(structures, find_map(structures, name)) if name else None
    message = message_options(plain_header(hub.settings, structures), options.get("lang", "en"))
    made = held(convert(upload.path, structures, check_options, format, message, mapped), hub.settings.data_path)
    report = mapped.report if mapped else None
    if is_dry:
        made.close()
        return json_response({"report": report_values(report) if report else None})
    if report and report.errors and accept == "all":
        made.close()
        raise SubmissionRejected(
            f"The map made {report.errors} errors; accept=good gives what is without them.", report=report
        )
    counts = "; ".join(f"{code}={number}" for code, number in report.counts.items()) if report else ""
    headers = {
        "content-type": format.content_type,
        "content-disposition": f'attachment; filename="converted.{format.extension}"',
        "cache-control": "private, no-store",
        **({"dsm-findings": counts} if counts else {}),
    }
    return Stream(_pieces(made), headers)


def _pieces(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        yield from rest_of(made)


def _format(name: str) -> Format:
    """Raises QuerySyntaxError, which lists the formats of data that are written."""
    written = {format.name: format for format in FORMATS if format.kind == "data" and format.write}
    if name not in written:
        raise QuerySyntaxError(f"to is “{name}”; expected one of {', '.join(written)}.")
    return written[name]
