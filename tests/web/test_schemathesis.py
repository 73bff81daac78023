"""The SDMX REST API and our own, described by OpenAPI and asked at random: whatever comes, nothing is an incident."""

from typing import Any, Final, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.web.openapi import DOCUMENT
from tests.web.conftest import Template

VND: Final = "application/vnd.sdmx."
# Parameters of paths and queries -> values that mean something
SEGMENTS: Final = {
    "context": ["dataflow", "datastructure", "provisionagreement", "*", "metadataflow"],
    "type": ["codelist", "dataflow", "datastructure", "conceptscheme", "structuremap", "*", "all", "agencyscheme"],
    "agency": ["DSM", "SDMX", "*", "all", "DSM,SDMX", "DSM.KG"],
    "resource": ["FOREIGN_POP", "CL_SEX", "*", "all", "CL_FREQ", "MIGRATION", "AGENCIES"],
    "version": ["1.0.0", "~", "+", "*", "latest", "1.0+.0", "1.0", "all", "1.0.0,~"],
    "key": ["A.MD", "*", "all", "A.MD,A.KG", "A.MD......", "A+Q.MD+KG.....", "A.*.*.F"],
    "component": ["*", "SEX", "REF_AREA,SEX", "all"],
    "item": ["F", "*", "F,M", "A.B", "all"],
    "flow": ["FOREIGN_POP", "DSM,FOREIGN_POP", "DSM,FOREIGN_POP,1.0.0", "all", "DSM,FOREIGN_POP,latest"],
    "provider": ["all", "MD_STAT", "DSM,MD_STAT"],
    "v1type": ["codelist", "dataflow", "datastructure", "structure", "contentconstraint", "hierarchicalcodelist"],
}
QUERIES: Final = {
    "c[TIME_PERIOD]": ["ge:2020", "2023", "ge:2020+le:2022", "ne:2021-Q1", "lt:2020-W05,gt:2023"],
    "c[REF_AREA]": ["MD", "MD,KG", "ne:MD", "sw:M", "co:G"],
    "c[OBS_VALUE]": ["gt:10", "NaN", "le:1e9", "ne:0"],
    "startPeriod": ["2020", "2020-Q1", "2020-01-01"],
    "endPeriod": ["2023", "2023-12"],
    "updatedAfter": ["2024-01-01", "2024-01-01T00:00:00Z", "2090-01-01T00:00:00%2B01:00"],
    "asOf": ["2026-01-01", "2090-01-01T00:00:00Z"],
    "firstNObservations": ["1", "10"],
    "lastNObservations": ["1", "3"],
    "dimensionAtObservation": ["AllDimensions", "TIME_PERIOD", "SEX"],
    "attributes": ["dsd", "none", "all", "series", "obs", "OBS_STATUS"],
    "measures": ["all", "none", "OBS_VALUE"],
    "detail": ["full", "dataonly", "serieskeysonly", "nodata", "allstubs", "referencepartial", "raw"],
    "references": ["none", "all", "children", "parents", "descendants", "codelist", "parentsandsiblings"],
    "includeHistory": ["true", "false"],
    "sort": ["*", "TIME_PERIOD:desc", "series_key+TIME_PERIOD", "OBS_VALUE"],
    "offset": ["0", "1"],
    "limit": ["1", "5"],
    "reportingYearStartDay": ["--07-01"],
    "mode": ["exact", "available"],
    "format": ["csv", "jsondata", "genericdata", "structurespecificdata", "xlsx", "csvfilewithlabels", "sdmx-json-1.0"],
    "lang": ["en", "ru", "all"],
    "labels": ["both", "name", "id"],
    "compression": ["gzip", "zstd", "none"],
    "explicitMeasure": ["true", "false"],
    "deletion": ["true", "false"],
}
ACCEPT: Final = [
    "*/*",
    f"{VND}data+json;version=2.1.0",
    f"{VND}data+csv;version=2.1.0",
    f"{VND}genericdata+xml;version=2.1",
    f"{VND}structure+json;version=1.0.0",
    f"{VND}structure+xml;version=3.1.0",
    f"{VND}schema+xml;version=2.1",
    "text/html",
]
PATHS: Final = [
    "/sdmx/v2/data/{context}/{agency}/{resource}/{version}/{key}",
    "/sdmx/v2/availability/{context}/{agency}/{resource}/{version}/{key}/{component}",
    "/sdmx/v2/structure/{type}/{agency}/{resource}/{version}/{item}",
    "/sdmx/v2/structure/{type}/{agency}/{resource}/{version}",
    "/sdmx/v2/schema/{context}/{agency}/{resource}/{version}",
    "/sdmx/v2/metadata/structure/{type}/{agency}/{resource}/{version}",
    "/sdmx/v2/metadata/metadataset/{agency}/{resource}/{version}",
    "/sdmx/v2/registration/{context}/{agency}/{resource}/{version}",
    "/sdmx/v1/data/{flow}/{key}/{provider}",
    "/sdmx/v1/availableconstraint/{flow}/{key}/{provider}/{component}",
    "/sdmx/v1/{v1type}/{agency}/{resource}/{version}/{item}",
    "/sdmx/v1/schema/{context}/{agency}/{resource}/{version}",
]


def parameter(name: str, place: str, values: list[str], is_wild: bool) -> dict[str, Any]:
    """One of the values; or any text too."""
    known = {"type": "string", "enum": values}
    schema = {"anyOf": [known, known, {"type": "string"}]} if is_wild else known
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def described(is_wild: bool) -> dict[str, Any]:
    """Both APIs in one document."""
    queries = [parameter(name, "query", values, is_wild) for name, values in QUERIES.items()]
    accept = parameter("Accept", "header", ACCEPT, is_wild=False)
    paths: dict[str, Any] = {}
    for number, path in enumerate(PATHS):
        named = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        own = [parameter(name, "path", SEGMENTS[name], is_wild) for name in named]
        # Few at a time, or one that does not suit spoils every question.
        chosen = queries if is_wild else queries[number % 4 :: 4]
        paths[path] = {"get": {"parameters": [*own, *chosen, accept], "responses": {"200": {"description": "data"}}}}
    return {**DOCUMENT, "paths": {**(DOCUMENT["paths"] if is_wild else {}), **paths}}


@pytest.fixture(scope="module")
def operations() -> list[Any]:
    schemas = [schemathesis.openapi.from_dict(described(is_wild)) for is_wild in (False, True)]
    return [found.ok() for schema in schemas for found in schema.get_all_operations()]


def ask(client: TestClient, operations: list[Any], template: Template, examples: int) -> None:
    """Each answer says what is wrong with the question, if anything is."""
    app = cast("Starlette", client.app)
    tokens = {"authorization": f"Bearer {template.moldova}"}

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations), label="operation")
        case = data.draw(operation.as_strategy(), label="case")
        headers = tokens if data.draw(st.booleans(), label="with a token") else {}
        response = case.call(base_url="http://127.0.0.1", session=None, headers=headers, app=app)
        assert response.status_code < 500 or response.status_code == 501, case.as_curl_command()

    run()


def test_no_question_is_an_incident(writable: TestClient, operations: list[Any], template: Template) -> None:
    ask(writable, operations, template, 40)


@pytest.mark.long
def test_no_question_of_two_thousand_is_an_incident(
    writable: TestClient, operations: list[Any], template: Template
) -> None:
    ask(writable, operations, template, 2000)
