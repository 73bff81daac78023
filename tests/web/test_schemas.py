"""Schemas over HTTP: those that data are checked with, and the structures that say the same."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.model import CubeRegion, DataConstraint, Reference, ValueSelection
from sdmx_dsm.service import Hub

VND = "application/vnd.sdmx."
JSON = {"Accept": f"{VND}structure+json;version=2.0.0"}
ENTRIES = Reference("Dataflow", "DSM", "ENTRIES", "1.0.0")


def hub_of(client: TestClient) -> Hub:
    return cast("Hub", cast("Starlette", client.app).state.hub)


def structures(client: TestClient, path: str) -> dict[str, list[dict[str, Any]]]:
    answer = client.get(f"/sdmx/v2/schema/{path}", headers=JSON)
    assert answer.status_code == 200
    return cast("dict[str, list[dict[str, Any]]]", answer.json()["data"])


def limited(*values: str, id: str = "LIMITS", component: str = "CITIZENSHIP") -> DataConstraint:
    return DataConstraint(
        id=id,
        agency="DSM",
        version="1.0.0",
        names={"en": "Limits"},
        attachment=(Reference("Dataflow", "DSM", "FOREIGN_POP", "1.0.0"),),
        cube_regions=(CubeRegion(keys=(ValueSelection(id=component, values=values),)),),
    )


@pytest.mark.parametrize("context, name, urn", [
    ("datastructure", "FOREIGN_POP", "datastructure.DataStructure=DSM:FOREIGN_POP(1.0.0)"),
    ("dataflow", "FOREIGN_POP", "datastructure.Dataflow=DSM:FOREIGN_POP(1.0.0)"),
    ("provisionagreement", "FOREIGN_POP_MD_MIG", "registry.ProvisionAgreement=DSM:FOREIGN_POP_MD_MIG(1.0.0)"),
])  # fmt: skip
@pytest.mark.parametrize("version", ["2.1", "3.0.0", "3.1.0"])
def test_a_schema_is_that_of_its_context(client: TestClient, context: str, name: str, urn: str, version: str) -> None:
    answer = client.get(
        f"/sdmx/v2/schema/{context}/DSM/{name}", headers={"Accept": f"{VND}schema+xml;version={version}"}
    )
    assert answer.headers["content-type"] == f"{VND}schema+xml;version={version}"
    found = etree.fromstring(answer.content)
    assert found.get("targetNamespace") == f"urn:sdmx:org.sdmx.infomodel.{urn}:ObsLevelDim:TIME_PERIOD"


@pytest.mark.parametrize("query, expected", [
    ("dimensionAtObservation=AllDimensions", (b'name="FREQ"', b"required")),
    ("dimensionAtObservation=AllDimensions&deletion=true", (b'name="FREQ"', b"optional")),
])  # fmt: skip
def test_deletions_have_a_schema_of_their_own(client: TestClient, query: str, expected: tuple[bytes, bytes]) -> None:
    text = client.get(f"/sdmx/v2/schema/dataflow/DSM/FOREIGN_POP?{query}").content
    observation = text[text.index(b'name="ObsType"') :]
    line = next(line for line in observation.splitlines() if expected[0] in line)
    assert expected[1] in line


@pytest.mark.parametrize("path, status, said", [
    ("v2/schema/metadataflow/DSM/M", 501, "Schemas of a metadataflow are not offered yet."),
    ("v2/schema/metadatastructure/DSM/M", 501, "Schemas of a metadatastructure are not offered yet."),
    ("v1/schema/metadataflow/DSM/M", 501, "Schemas of a metadataflow are not offered yet."),
    ("v2/schema/dataflow/DSM/NONE", 404, "There is no Dataflow DSM:NONE"),
    ("v2/schema/dataflow/DSM/FOREIGN_POP/9.0.0", 404, "There is 1.0.0."),
    ("v2/schema/codelist/DSM/CL_AREA", 400, "“codelist” is no context of a schema"),
    ("v2/schema/dataflow/DSM/FOREIGN_POP?dimensionAtObservation=AREA", 422, "“AREA” is no dimension"),
    ("v1/schema/dataflow/DSM/FOREIGN_POP?explicitMeasure=true", 403, "has no measure dimension at the observation"),
    ("v2/schema/dataflow/DSM/FOREIGN_POP?deletion=maybe", 400, "deletion is “maybe”; expected true or false."),
])  # fmt: skip
def test_what_has_no_schema_is_told(client: TestClient, path: str, status: int, said: str) -> None:
    answer = client.get(f"/sdmx/{path}")
    assert (answer.status_code, said in answer.text) == (status, True)


def test_a_schema_as_structures_has_what_is_used(client: TestClient) -> None:
    found = structures(client, "dataflow/DSM/ENTRIES")
    assert sorted(found) == ["agencySchemes", "codelists", "conceptSchemes", "dataStructures"]
    assert [structure["id"] for structure in found["dataStructures"]] == ["BORDER_CROSSINGS"]
    agencies = {scheme["agencyID"]: [each["id"] for each in scheme["agencies"]] for scheme in found["agencySchemes"]}
    assert agencies == {"SDMX": ["SDMX", "DSM"]}
    concepts = {concept["id"] for scheme in found["conceptSchemes"] for concept in scheme["concepts"]}
    assert "CITIZENSHIP" in concepts
    assert "RESIDENCE_STATUS" not in concepts


def test_a_codelist_that_two_components_share_has_the_codes_of_both_and_the_constraints_say_which(
    unattended: TestClient,
) -> None:
    hub_of(unattended).store.revise([limited("RU", "UA")], user="test")
    found = structures(unattended, "dataflow/DSM/FOREIGN_POP")
    assert [constraint["id"] for constraint in found["dataConstraints"]] == ["LIMITS"]
    (areas,) = (codelist for codelist in found["codelists"] if codelist["id"] == "CL_AREA")
    assert {"RU", "UA", "MD"} <= {code["id"] for code in areas["codes"]}


def test_a_schema_may_be_that_of_a_past_day(unattended: TestClient) -> None:
    hub = hub_of(unattended)
    before = datetime.now(UTC)
    hub.store.revise([limited("F", component="SEX")], user="test")
    address = "/sdmx/v2/schema/dataflow/DSM/FOREIGN_POP/1.0.0"
    asked = [None, before + timedelta(days=1), before]
    found = [
        unattended.get(address, params={"asOf": at.isoformat().replace("+00:00", "Z")} if at else {}) for at in asked
    ]
    assert [b'.SEX"' in answer.content for answer in found] == [True, True, False]
    assert unattended.get(f"{address}?asOf=2000-01-01T00:00:00Z").status_code == 404
