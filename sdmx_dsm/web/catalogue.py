"""/api/v1/catalogue: what there is, for machines; and the document by which sdmx1 finds this service."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.service import Hub
from sdmx_dsm.service.catalogue import Entry, catalogue
from sdmx_dsm.web.callers import base_url, viewer_of
from sdmx_dsm.web.responses import json_response, not_modified
from sdmx_dsm.web.rest.conditions import entity_tag, is_current

PATH: Final = "/api/v1/catalogue"
_TSV: Final = "text/tab-separated-values"
_COLUMNS: Final = (
    *("urn", "agency", "id", "version", "countries", "series", "observations"),
    *("last_release", "released", "next_release", "mapped"),
)


def routes() -> list[Route]:
    return [Route(PATH, show_catalogue), Route("/api/v1/sources/sdmx1.json", show_source)]


def show_catalogue(request: Request) -> Response:
    """JSON, or tab-separated values where Accept or `format=tsv` asks for them."""
    hub: Hub = request.app.state.hub
    viewer = viewer_of(request, hub)
    form = request.query_params.get("format") or ("tsv" if _TSV in request.headers.get("accept", "") else "json")
    if form not in ("json", "tsv"):
        raise QuerySyntaxError(f"format is “{form}”; expected one of json, tsv.")
    found = catalogue(hub, viewer)
    address = base_url(request)
    tag = entity_tag((found.tag, form, address))
    headers = {"etag": tag, "vary": "Accept, Authorization", "cache-control": "private, no-cache"}
    if is_current(request, tag, None):
        return not_modified(headers)
    if form == "tsv":
        return Response(
            _table([_values(each) for each in found.entries], address), 200, headers, f"{_TSV}; charset=utf-8"
        )
    entries = [{**_values(each), "links": _links(each, address)} for each in found.entries]
    return json_response({"dataflows": entries}, 200, headers)


def show_source(request: Request) -> Response:
    """What `sdmx.add_source` takes. Its id is the agency, which sdmx1 asks for artefacts of."""
    hub: Hub = request.app.state.hub
    agency = hub.settings.hub_agency or hub.registry.agency
    supports = {"availableconstraint": True, "schema": True, "preview": False, "structure-specific data": True}
    return json_response(
        {"id": agency, "name": f"{agency} (sdmx-dsm)", "url": f"{base_url(request)}/sdmx/v1", "supports": supports}
    )


def _values(entry: Entry) -> dict[str, Any]:
    flow = entry.dataflow
    return {
        "urn": flow.reference.urn,
        "agency": flow.agency,
        "id": flow.id,
        "version": flow.version,
        "titles": dict(flow.names),
        "countries": list(entry.countries),
        "series": entry.series,
        "observations": entry.observations,
        "last_release": entry.last_release,
        "released": entry.released.isoformat(timespec="milliseconds") if entry.released else None,
        "next_release": entry.next_release,
        "mapped": entry.mapped,
    }


def _links(entry: Entry, address: str) -> dict[str, str]:
    flow = entry.dataflow
    path, list_ = f"{flow.agency}/{flow.id}/{flow.version}", f"{flow.agency},{flow.id},{flow.version}"
    return {
        "data": f"{address}/sdmx/v2/data/dataflow/{path}",
        "availability": f"{address}/sdmx/v2/availability/dataflow/{path}",
        "structure": f"{address}/sdmx/v2/structure/dataflow/{path}",
        "data_v1": f"{address}/sdmx/v1/data/{list_}",
        "availability_v1": f"{address}/sdmx/v1/availableconstraint/{list_}",
        "structure_v1": f"{address}/sdmx/v1/dataflow/{path}",
        "page": f"{address}/en/data/{path}",
    }


def _table(entries: list[dict[str, Any]], address: str) -> str:
    """A line for each dataflow, with a column for the title in each language that has one."""
    languages = sorted({language for entry in entries for language in entry["titles"]})
    lines = ["\t".join((*_COLUMNS, *(f"title_{language}" for language in languages), "data"))]
    for entry in entries:
        cells = [" ".join(entry[name]) if name == "countries" else entry[name] for name in _COLUMNS]
        cells += [entry["titles"].get(language) for language in languages]
        cells.append(f"{address}/sdmx/v2/data/dataflow/{entry['agency']}/{entry['id']}/{entry['version']}")
        lines.append("\t".join("" if cell is None else " ".join(str(cell).split()) for cell in cells))
    return "\n".join(lines) + "\n"
