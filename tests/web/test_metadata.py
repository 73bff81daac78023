"""Reference metadata over REST: sent, served by set, flow and structure, replaced and deleted."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.testclient import TestClient

from sdmx_dsm.formats import StructureOptions, by_name
from sdmx_dsm.model import (
    Concept,
    ConceptScheme,
    MetadataAttribute,
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
    Reference,
    ReportedAttribute,
    Structures,
)
from tests.formats.metadata.test_messages import read, schema_errors
from tests.web.conftest import Template
from tests.web.test_maintenance import Maintainer, results

VERSION = "1.0.0-draft"  # drafts may be deleted
NAMES = {"en": "Notes", "ru": "Примечания"}
DATAFLOW = Reference("Dataflow", "DSM.KG", "FOREIGN_STUDENTS", "1.0.0")  # the content has no metadata on it
CONCEPTS = ConceptScheme(
    id="CS_NOTES", agency="DSM", version=VERSION, names=NAMES, items=(Concept(id="SOURCE", names=NAMES),)
)
STRUCTURE = MetadataStructure(
    id="MSD_NOTES",
    agency="DSM",
    version=VERSION,
    names=NAMES,
    attributes=(MetadataAttribute(id="SOURCE", concept=Reference("Concept", "DSM", "CS_NOTES", VERSION, "SOURCE")),),
)
FLOW = Metadataflow(
    id="NOTES",
    agency="DSM",
    version=VERSION,
    names=NAMES,
    structure=STRUCTURE.reference,
    targets=(Reference("Dataflow", "*", "*", "*"), Reference("Codelist", "DSM", "*", "*")),
)
AGREEMENT = MetadataProvisionAgreement(
    id="NOTES_KG",
    agency="DSM",
    version=VERSION,
    names=NAMES,
    metadataflow=FLOW.reference,
    metadata_provider=Reference("MetadataProvider", "DSM", "METADATA_PROVIDERS", "1.0", "KG_STAT"),
)
NOTES = MetadataSet(
    id="NOTES_ALL",
    agency="DSM",
    version=VERSION,
    names=NAMES,
    metadataflow=FLOW.reference,
    targets=(DATAFLOW,),
    attributes=(ReportedAttribute(id="SOURCE", texts={"en": "Census", "ru": "Перепись"}),),
)
NOTES_KG = replace(
    NOTES,
    id="NOTES_KG",
    metadataflow=None,
    metadata_provision_agreement=AGREEMENT.reference,
    targets=(DATAFLOW, Reference("Codelist", "DSM", "CL_AREA", "1.0+.0")),
)
FORMATS = {
    "ml30": "application/vnd.sdmx.metadata+xml;version=3.0.0",
    "ml31": "application/vnd.sdmx.metadata+xml;version=3.1.0",
    "json20": "application/vnd.sdmx.metadata+json;version=2.0.0",
    "json21": "application/vnd.sdmx.metadata+json;version=2.1.0",
}


def message(*sets: MetadataSet, format: str = "sdmx-json-2.1") -> bytes:
    write = by_name(format, "metadata").write_metadata
    assert write is not None
    return b"".join(write(sets, StructureOptions(), Structures((FLOW, AGREEMENT))))


class Author(Maintainer):
    def put_metadata(
        self, *sets: MetadataSet, path: str = "/metadata", method: str = "POST", **options: Any
    ) -> httpx.Response:
        content = message(*sets, **options) if sets else None
        return self.client.request(method, f"/sdmx/v2{path}", content=content, headers=self.headers)

    def sets(self, path: str) -> list[str]:
        """The notes of these tests; the content has sets of its own."""
        answer = self.client.get(f"/sdmx/v2/metadata/{path}", headers={"accept": FORMATS["json21"]})
        assert answer.status_code == 200, answer.text
        ids = [each["id"] for each in answer.json()["data"]["metadataSets"]]
        return [id for id in ids if id.startswith("NOTES")]


@pytest.fixture
def author(unattended: TestClient, template: Template) -> Author:
    author = Author(unattended, template.methodology)
    answer = author.post(CONCEPTS, STRUCTURE, FLOW, AGREEMENT)
    assert {status for *_, status, _ in results(answer)} == {"Success"}
    return author


@pytest.mark.parametrize("format", ["sdmx-ml-3.0", "sdmx-ml-3.1", "sdmx-json-2.0", "sdmx-json-2.1"])
def test_metadata_are_created_replaced_and_deleted(author: Author, format: str) -> None:
    created = author.put_metadata(NOTES, format=format)
    assert (created.status_code, results(created)) == (201, [("NOTES_ALL", "Append", "Success", "201")])
    address = created.headers["location"]
    assert address == "http://testserver/sdmx/v2/metadata/metadataset/DSM/NOTES_ALL/1.0.0-draft"
    changed = replace(NOTES, attributes=(ReportedAttribute(id="SOURCE", values=("Register",)),))
    path = "/metadata/metadataset/DSM/NOTES_ALL/1.0.0-draft"
    assert author.put_metadata(changed, path=path, method="PUT", format=format).status_code == 200
    assert b"Register" in author.client.get(address).content
    assert author.put_metadata(path=path, method="DELETE").status_code == 200
    assert author.client.get(address).status_code == 404


def test_metadata_come_in_every_format(author: Author, tmp_path: Path) -> None:
    author.put_metadata(NOTES, NOTES_KG)
    for syntax, media_type in FORMATS.items():
        answer = author.client.get(
            "/sdmx/v2/metadata/metadataset/DSM/NOTES_ALL,NOTES_KG/*",
            headers={"accept": media_type, "accept-language": "*"},
        )
        assert answer.headers["content-type"] == media_type
        assert schema_errors(syntax, answer.content) == []
        assert read(syntax, answer.content, tmp_path)[1] == (NOTES, NOTES_KG)


@pytest.mark.parametrize(
    "path, found",
    [
        ("metadataset", ["NOTES_ALL", "NOTES_KG"]),
        ("metadataset/DSM/NOTES_KG/1.0.0-draft", ["NOTES_KG"]),
        ("metadataflow/DSM/NOTES", ["NOTES_ALL", "NOTES_KG"]),
        ("metadataflow/DSM/NOTES/1.0.0-draft/KG_STAT", ["NOTES_KG"]),
        ("metadataflow/DSM/NOTES/1.0.0-draft/DSM.KG_STAT", ["NOTES_KG"]),
        ("metadataflow/*/*/*/DSM", ["NOTES_ALL"]),
        ("structure/dataflow/DSM.KG/FOREIGN_STUDENTS/1.0.0", ["NOTES_ALL", "NOTES_KG"]),
        ("structure/codelist/DSM/CL_AREA", ["NOTES_KG"]),
        ("structure", ["NOTES_ALL", "NOTES_KG"]),
    ],
)
def test_metadata_are_found_by_set_flow_and_structure(author: Author, path: str, found: list[str]) -> None:
    author.put_metadata(NOTES, NOTES_KG)
    assert author.sets(path) == found


@pytest.mark.parametrize(
    "path, status",
    [
        ("metadataset/DSM/NOPE", 404),
        ("structure/codelist/DSM/CL_SEX", 404),
        ("structure/metadataflow/DSM/NOTES", 404),  # what is under a flow is not about it
        ("metadataflow/DSM/NOTES/1.0.0-draft/NOBODY", 404),
        ("nothing", 400),
        ("metadataset/DSM/NOTES_ALL/1.0.0-draft/more", 400),
        ("metadataset?detail=some", 400),
    ],
)
def test_what_is_not_there_and_what_is_no_query(author: Author, path: str, status: int) -> None:
    author.put_metadata(NOTES)
    assert author.client.get(f"/sdmx/v2/metadata/{path}").status_code == status


def test_metadata_as_they_were(author: Author) -> None:
    author.put_metadata(NOTES)
    registry = author.client.app.state.hub.registry  # type: ignore[attr-defined]
    author.put_metadata(path="/metadata/metadataset/DSM/NOTES_ALL/1.0.0-draft", method="DELETE")
    moment = quote(registry.time.isoformat())
    assert author.client.get("/sdmx/v2/metadata/metadataset/DSM/NOTES_ALL").status_code == 404
    assert author.sets(f"metadataset/DSM/NOTES_ALL?asOf={moment}") == ["NOTES_ALL"]


def test_stubs_of_metadata_have_no_attributes(author: Author) -> None:
    author.put_metadata(NOTES)
    answer = author.client.get(
        "/sdmx/v2/metadata/metadataset/DSM/NOTES_ALL/*?detail=allstubs", headers={"accept": FORMATS["ml31"]}
    )
    assert schema_errors("ml31", answer.content) == []
    assert b"NOTES_ALL" in answer.content
    assert b"SOURCE" not in answer.content


def test_metadata_break_no_rules(author: Author) -> None:
    lost = replace(NOTES, targets=(replace(DATAFLOW, id="NOPE"),))
    unknown = replace(NOTES, attributes=(*NOTES.attributes, ReportedAttribute(id="NOPE", values=("1",))))
    for wrong in (lost, unknown):
        assert results(author.put_metadata(wrong)) == [("NOTES_ALL", "Append", "Failure", "409")]


def test_structures_and_metadata_have_addresses_of_their_own(author: Author) -> None:
    assert author.put_metadata(NOTES, path="/structure").status_code == 422
    assert author.post(CONCEPTS, path="/metadata").status_code == 422
    assert author.put_metadata(NOTES, path="").status_code == 201
    assert "NOTES_ALL" not in author.get("*/*/*/*?detail=allstubs").text


def test_metadata_that_the_schema_refuses(author: Author) -> None:
    content = message(NOTES).replace(b'"agencyID":"DSM",', b"")
    answer = author.client.post("/sdmx/v2/metadata", content=content, headers=author.headers)
    assert answer.status_code == 422
    assert "The message is not valid by the official schema: line 1" in answer.text


def test_texts_in_xhtml_are_no_fault(author: Author) -> None:
    markup = '<p xmlns="http://www.w3.org/1999/xhtml">By <b>census</b></p>'
    notes = replace(NOTES, attributes=(ReportedAttribute(id="SOURCE", texts={"en": markup}, is_structured=True),))
    assert author.put_metadata(notes, format="sdmx-ml-3.0").status_code == 201
    assert markup in author.client.get("/sdmx/v2/metadata/metadataset").text
