"""A dataflow as a table, and the same as a workbook."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from sdmx_dsm import formats
from sdmx_dsm.formats import Format
from sdmx_dsm.model import DataQuery, localise
from sdmx_dsm.service import tables
from sdmx_dsm.service.tables import Row, TableQuery
from sdmx_dsm.web.portal.site import Page
from sdmx_dsm.web.streams import Stream

# Offered beside Excel, the first for people.
DATA_FORMATS: Final = (
    "sdmx-csv-2.0",
    "sdmx-ml-3.0",
    "sdmx-ml-2.1",
    "sdmx-json-2.1",
    "sdmx-json-2.0",
    "sdmx-json-1.0",
    "parquet",
)


def table(page: Page) -> Response:
    query = _query(page)
    found = tables.read_table(page.hub, query, page.viewer, page.languages)
    address = sdmx_address(found.query)
    chosen = {choice.component.id: choice.value.id for choice in found.choices}
    years = {"from": found.first_year, "to": found.last_year}
    parameters = {**chosen, **{name: year for name, year in years.items() if year}}
    flow = query.dataflow
    frequencies = [
        label
        for choice in found.choices
        for label in (*choice.options, *choice.others)
        if choice.component.id == tables.FREQUENCY and label != choice.value
    ]
    return page.render(
        "table.html",
        table=found,
        sdmx_address=address,
        excel_address=page.address("data", flow.agency, flow.id, flow.version, "table.xlsx", **parameters),
        downloads=list(_downloads(address, page.languages[0])),
        frequencies=frequencies,
        row_name=lambda row: _row_name(row, page),
    )


def workbook(page: Page) -> Response:
    """What the table shows, as a tidy sheet with labels. Raises NoResults where there is nothing."""
    query = _query(page)
    found = tables.read_table(page.hub, query, page.viewer, page.languages)
    pieces = tables.write_workbook(page.hub, found.query, page.viewer, page.languages)
    headers = {
        "content-type": formats.by_name("xlsx").content_type,
        "content-disposition": f'attachment; filename="{query.dataflow.id}.xlsx"',
        "vary": "Cookie",
    }
    return Stream(pieces, headers)


def _query(page: Page) -> TableQuery:
    """The dataflow of the address with the choices of the form. Raises NotFound."""
    path = page.request.path_params
    flow = page.hub.dataflow(f"{path['agency']}:{path['id']}({path['version']})")
    given = page.request.query_params
    chosen = {id: value for id, value in given.items() if id not in ("from", "to")}
    return TableQuery(dataflow=flow, chosen=chosen, first_year=given.get("from", ""), last_year=given.get("to", ""))


def sdmx_address(query: DataQuery) -> str:
    """A data query as an address of the SDMX API (REST 2: path, key and filters of time)."""
    key = ".".join(values[0] if values else "*" for values in query.keys[0]) if query.keys else "*"
    path = "/".join(quote(part, safe=".*@$") for part in (query.agencies[0], query.ids[0], query.versions[0], key))
    filters = "&".join(
        f"c[{found.component}]=" + "+".join(f"{condition.operator}:{condition.value}" for condition in found.any_of[0])
        for found in query.filters
    )
    return f"/sdmx/v2/data/dataflow/{path}" + (f"?{filters}" if filters else "")


def _downloads(address: str, language: str) -> Iterator[tuple[Format, str]]:
    start = f"{address}{'&' if '?' in address else '?'}format="
    for name in DATA_FORMATS:
        yield formats.by_name(name), f"{start}{name}&lang={language}" if name == "xlsx-table" else start + name


def _row_name(row: Row, page: Page) -> str:
    return ", ".join(localise(label.names, page.languages) or label.id for label in row.heads)
