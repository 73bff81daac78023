"""Structure queries over HTTP: past states, what is not there, caching, and what version 1 does not have."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.formats import StructureOptions, read_structures
from sdmx_dsm.formats.official import check_json, check_xml
from sdmx_dsm.formats.structures import write_json20, write_json21, write_ml21, write_ml30, write_ml31
from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Code,
    Codelist,
    CodelistExtension,
    Contact,
    Maintainable,
    Reference,
    StructureQuery,
    Structures,
    ValueList,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.structures import select
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from sdmx_dsm.web.rest import leniency
from tests.helpers.schemas import example_artefacts
from tests.web.conftest import Template, copied
from tests.web.portal.samples import OF_HERE, around_content

CODELIST = "/sdmx/v2/structure/codelist/TEST/CL"


def hub_of(client: TestClient) -> Hub:
    hub: Hub = client.app.state.hub  # type: ignore[attr-defined]
    return hub


def put(client: TestClient, *codes: str) -> None:
    codelist = Codelist(id="CL", agency="TEST", names={"en": "List"}, items=tuple(Code(id=id) for id in codes))
    hub_of(client).store.revise([codelist], user="test")


def found(client: TestClient, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [code.get("id") for code in etree.fromstring(answer.content).iter("{*}Code")]


@pytest.mark.parametrize(
    "path",
    [
        "/sdmx/v1/codelist/DSM/CL_AREA/1.0.0",
        "/sdmx/v1/datastructure/DSM/EXAMPLE/1.0.0?references=descendants",
        "/sdmx/v1/data/DSM,EXAMPLE,1.0.0",
        "/sdmx/v2/schema/dataflow/DSM/EXAMPLE/1.0.0",
        "/sdmx/v2/data/dataflow/DSM/EXAMPLE/1.0.0",
        "/sdmx/v2/availability/dataflow/DSM/EXAMPLE/1.0.0",
        "/sdmx/v2/structure/dataflow/DSM/EXAMPLE/1.0.0?references=all&detail=referencepartial",
    ],
)
def test_a_circle_of_codelists_from_former_times_is_an_error_that_names_it(writable: TestClient, path: str) -> None:
    """The rules let none in; a database may hold one nevertheless."""
    area, loop = Reference("Codelist", "DSM", "CL_AREA", "1.0.0"), Reference("Codelist", "DSM", "CL_LOOP", "1.0.0")
    structures = {artefact.reference: artefact for artefact in example_artefacts()}
    structures[area] = replace(structures[area], extensions=(CodelistExtension(codelist=loop),))
    around = Codelist(
        id="CL_LOOP",
        agency="DSM",
        version="1.0.0",
        names={"en": "Loop"},
        extensions=(CodelistExtension(codelist=area),),
    )
    hub_of(writable).store.revise([*structures.values(), around], user="test")
    answer = writable.get(path)
    message = etree.fromstring(answer.content).findtext(".//{*}Text") or ""
    assert (answer.status_code, message.partition(":")[0]) == (409, "A codelist extends itself")
    assert "DSM:CL_AREA(1.0.0) → DSM:CL_LOOP(1.0.0)" in message
    for raw in ("codelist/DSM/CL_LOOP/1.0.0", "dataflow/DSM/EXAMPLE/1.0.0?references=all"):
        assert writable.get(f"/sdmx/v2/structure/{raw}").status_code == 200


# --- what a format can't say --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A registry with something of every class that refers to the content."""
    settings = Settings(data_dir=copied(template, tmp_path_factory.mktemp("crowded")), base_url="http://testserver")
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        hub_of(client).store.revise([*OF_HERE, *around_content()], user="test")
        yield client


@pytest.mark.parametrize("references", ["all", "parentsandsiblings", "descendants", "parents"])
@pytest.mark.parametrize("path", ["dataflow/DSM/FOREIGN_POP", "codelist/DSM/CL_AREA", "conceptscheme/DSM/CS_MIGRATION"])
@pytest.mark.parametrize("format", ["sdmx-ml-2.1", "sdmx-json-1.0", "sdmx-ml-3.0", "sdmx-ml-3.1", "sdmx-json-2.1"])
def test_what_stands_around_an_artefact_never_keeps_it_from_a_format(
    crowded: TestClient, tmp_path: Path, format: str, path: str, references: str
) -> None:
    answer = crowded.get(f"/sdmx/v1/{path}/1.0.0?references={references}&format={format}")
    assert answer.status_code == 200, answer.text[:500]
    file = tmp_path / "answer"
    file.write_bytes(answer.content)
    (check_xml if format.startswith("sdmx-ml") else check_json)(file)
    assert path.rpartition("/")[2] in [artefact.id for artefact in read_structures(file)]


def test_what_is_asked_for_itself_and_cannot_be_said_is_refused_with_the_reason(crowded: TestClient) -> None:
    answer = crowded.get("/sdmx/v1/dataflow/DSM/FLOW/1.0.0?references=all")
    assert answer.status_code == 501
    assert "Dataflow DSM:FLOW(1.0.0): SDMX-ML 2.1 can't say dimension constraint of Dataflow" in answer.text


@pytest.mark.parametrize(
    "path, kind, ids",
    [
        ("hierarchicalcodelist/DSM", "HierarchicalCodelist", {"GROUPS", "X", "H"}),
        ("structureset/DSM", "StructureSet", {"X"}),
        ("codelist/DSM/all/latest?detail=allstubs", "Codelist", {"CL_PLACE", "CL_SEX", "CL_AREA", "CL_BORDER_TYPE"}),
    ],
)
def test_queries_of_version_1_see_the_classes_that_have_a_form_in_2_1(
    crowded: TestClient, tmp_path: Path, path: str, kind: str, ids: set[str]
) -> None:
    """Hierarchies of 3.x are hierarchical codelists there; structure maps and geographic codelists are not there at all."""
    answer = crowded.get(f"/sdmx/v1/{path}")
    assert answer.status_code == 200, answer.text[:500]
    file = tmp_path / "answer"
    file.write_bytes(answer.content)
    found = read_structures(file)
    assert {type(artefact).__name__ for artefact in found} == {kind}
    assert ids <= {artefact.id for artefact in found}
    assert not {"GEO", "GRID"} & {artefact.id for artefact in found}


def test_the_registry_as_it_was(writable: TestClient) -> None:
    put(writable, "A")
    between = quote(hub_of(writable).store.registry_changes()[-1].time.isoformat())
    put(writable, "A", "B")
    assert found(writable, CODELIST) == ["A", "B"]
    assert found(writable, f"{CODELIST}?asOf={between}") == ["A"]
    assert found(writable, f"{CODELIST}/1.0/A,B?asOf={between}") == ["A"]
    assert writable.get(f"{CODELIST}?asOf=2000-01-01").status_code == 404


def test_a_change_is_seen_and_dated(writable: TestClient) -> None:
    put(writable, "A")
    first = writable.get(CODELIST)
    modified = first.headers["last-modified"]
    changed = hub_of(writable).store.registry_changes()[-1].time
    assert parsedate_to_datetime(modified) == changed.replace(microsecond=0)
    later = format_datetime(changed + timedelta(seconds=1), usegmt=True)
    assert writable.get(CODELIST, headers={"If-Modified-Since": later}).status_code == 304
    put(writable, "B")
    assert writable.get(CODELIST, headers={"If-None-Match": first.headers["etag"]}).status_code == 200
    assert found(writable, CODELIST) == ["B"]


@pytest.mark.parametrize(
    "path", [f"{CODELIST}/1.0/NONE", "/sdmx/v2/structure/codelist/NOBODY", "/sdmx/v2/structure/valuelist/NOBODY"]
)
def test_what_is_not_there(writable: TestClient, strict_client: TestClient, path: str) -> None:
    put(writable, "A")
    answer = writable.get(path)
    assert (answer.status_code, "No structures match the query." in answer.text) == (404, True)
    assert strict_client.get(path).status_code == 204
    assert strict_client.get(path.replace("/v2/structure/", "/v1/")).status_code == 404


def test_artefacts_are_fetched_as_they_are_written(writable: TestClient) -> None:
    """The first pieces of a message are there before the last artefacts have been asked for."""
    codes = tuple(Code(id=f"C{n}") for n in range(400))
    lists = [Codelist(id=f"CL{n}", agency="TEST", items=codes) for n in range(400)]
    hub_of(writable).store.revise(lists, user="test")
    structures = hub_of(writable).structures
    fetched: list[Reference] = []

    class Counting(Structures):
        def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
            for artefact in structures.get(references):
                fetched.append(artefact.reference)
                yield artefact

    selection = select(Counting(source=hub_of(writable).store.registry()), StructureQuery(agencies=("TEST",)))
    for write in (write_ml21, write_ml30, write_ml31, write_json20, write_json21):
        fetched.clear()
        assert next(write(selection, StructureOptions(), structures))
        assert 0 < len(fetched) < 20, write.__name__


@pytest.mark.parametrize("parameter", ["detail=raw", "references=ancestors", "references=codelist,dataflow"])
def test_what_version_1_does_not_have(client: TestClient, parameter: str) -> None:
    assert client.get(f"/sdmx/v1/datastructure/DSM?{parameter}").status_code == 400
    assert client.get(f"/sdmx/v2/structure/datastructure/DSM?{parameter}").status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/sdmx/v1/organisationscheme/SDMX", ["AgencyScheme"]),
        ("/sdmx/v1/allowedconstraint/DSM?detail=allstubs", ["ContentConstraint"]),
        ("/sdmx/v1/codelist/SDMX/latest", ["Codelist"]),
        ("/sdmx/v1/categoryscheme/DSM/all/latest/all?references=categorisation", ["CategoryScheme", "Categorisation"]),
    ],
)
def test_resources_of_version_1(client: TestClient, path: str, expected: list[str]) -> None:
    containers = etree.fromstring(client.get(path).content).find("{*}Structures")
    kinds = {etree.QName(artefact).localname for container in containers for artefact in container}
    assert kinds == set(expected)


JSON10 = "application/vnd.sdmx.structure+json;version=1.0.0"


def test_what_a_format_cannot_say_is_left_out_on_request_and_told(writable: TestClient) -> None:
    values = ValueList(id="VL", agency="TEST", names={"en": "Values"})
    contact = Contact(id="C", names={"en": "“Nina”"})
    agency = Agency(id="A", names={"en": "Agency"}, contacts=(contact,))
    agencies = AgencyScheme(id="AGENCIES", agency="TEST", names={"en": "Agencies"}, items=(agency,))
    hub_of(writable).store.revise([values, agencies], user="test")
    path = "/sdmx/v2/structure/*/TEST/*"
    assert writable.get(path, headers={"accept": JSON10}).status_code == 501
    answer = writable.get(path, headers={"accept": JSON10, "prefer": "respond-async, handling=lenient"})
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "handling=lenient"
    assert answer.headers["warning"] == (
        '299 - "SDMX-JSON 1.0 has no ValueList.", 299 - "AgencyScheme TEST:AGENCIES(1.0), C: SDMX-JSON 1.0 can\'t say id of Contact."'
    )
    assert "Prefer" in answer.headers["vary"]
    assert list(answer.json()["data"]) == ["agencySchemes"]


def test_leniency_that_leaves_nothing_out_is_applied_without_warning(writable: TestClient) -> None:
    put(writable, "A")
    answer = writable.get(CODELIST, headers={"prefer": "handling=lenient"})
    assert answer.headers["preference-applied"] == "handling=lenient"
    assert "warning" not in answer.headers


def test_many_warnings_are_counted() -> None:
    warnings = leniency.headers([f"«{number}»" for number in range(30)])["warning"].split(", ")
    assert len(warnings) == 20
    assert warnings[0] == '299 - "?0?"'
    assert warnings[-1] == '299 - "11 more things are left out."'
