"""Data are asked for by agreement, dataflow or data structure, and each data set says which it is of (SDMX REST 2.2, context)."""

import csv
import io

import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.model import Reference
from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD

FLOW = "DSM:FOREIGN_POP(1.0.0)"
FLOW_ESTAT = "DSM:FOREIGN_POP_ESTAT(1.0.0)"  # which shows the other in the structure of Eurostat


def told(client: TestClient, path: str) -> dict[tuple[str, str], int]:
    """How many observations there are of each kind and structure."""
    answer = client.get(f"/sdmx/v2/data/{path}?format=csvdata")
    assert answer.status_code == 200, answer.text
    found: dict[tuple[str, str], int] = {}
    for row in csv.DictReader(io.StringIO(answer.text)):
        of = row["STRUCTURE"], row["STRUCTURE_ID"]
        found[of] = found.get(of, 0) + 1
    return found


@pytest.mark.parametrize(
    "path, expected",
    [
        ("dataflow/DSM/FOREIGN_POP", {("dataflow", FLOW): 6}),
        ("*/DSM/FOREIGN_POP", {("dataflow", FLOW): 6}),
        ("*", {("dataflow", FLOW): 6, ("dataflow", FLOW_ESTAT): 6}),
        ("provisionagreement/DSM/FOREIGN_POP_MD_MIG", {("dataprovision", AGREEMENT_MD): 5}),
        ("provisionagreement/DSM/*", {("dataprovision", AGREEMENT_MD): 5, ("dataprovision", AGREEMENT_KG): 1}),
        (
            "provisionagreement/DSM/FOREIGN_POP_MD_MIG,FOREIGN_POP_KG_STAT",
            {("dataprovision", AGREEMENT_MD): 5, ("dataprovision", AGREEMENT_KG): 1},
        ),
        ("provisionagreement/DSM/*/*/A.KG", {("dataprovision", AGREEMENT_KG): 1}),
    ],
)
def test_each_context_has_its_own_data_sets(
    client: TestClient, path: str, expected: dict[tuple[str, str], int]
) -> None:
    assert told(client, path) == expected


def test_a_data_structure_has_the_data_of_all_its_dataflows(client: TestClient) -> None:
    hub = client.app.state.hub  # type: ignore[attr-defined]
    structure = hub.structures.schema(Reference("Dataflow", "DSM", "FOREIGN_POP", "1.0.0")).structure
    expected = {("datastructure", structure.reference.short): 6}
    assert told(client, f"datastructure/{structure.agency}/{structure.id}") == expected


def test_the_header_of_a_message_names_each_agreement(client: TestClient) -> None:
    answer = client.get(
        "/sdmx/v2/data/provisionagreement/DSM/*", headers={"Accept": "application/vnd.sdmx.data+xml;version=3.0.0"}
    )
    document = etree.fromstring(answer.content)
    named = [element.text.rpartition("=")[2] for element in document.iter("{*}ProvisionAgreement")]
    assert sorted(named) == [AGREEMENT_KG, AGREEMENT_MD]
    assert len([*document.iter("{*}DataSet")]) == 2
