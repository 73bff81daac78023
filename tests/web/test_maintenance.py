"""Writing to the registry: the table of statuses of SDMX REST 2.2, one line after the other, and who may do it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.batches import Header
from sdmx_dsm.formats import StructureOptions, by_name
from sdmx_dsm.model import (
    Category,
    CategoryScheme,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    Maintainable,
    Reference,
    Representation,
    Structures,
    ValueItem,
    ValueList,
)
from tests.helpers.validity import xsd_errors
from tests.web.conftest import Template
from tests.web.test_submissions_api import bearer

ROOT = "/sdmx/v2"
XML30 = "application/vnd.sdmx.structure+xml;version=3.0.0"
MISSING = Reference("Codelist", "DSM", "CL_MISSING", "1.0")


def codelist(
    *codes: str, id: str = "CL_TEST", version: str = "1.0", agency: str = "DSM", partial: bool = False
) -> Codelist:
    items = tuple(Code(id=code, names={"en": code, "ru": code}) for code in codes)
    return Codelist(id=id, agency=agency, version=version, names={"en": id}, items=items, is_partial=partial)


def concepts(codes: Reference, id: str = "CS_TEST") -> ConceptScheme:
    concept = Concept(id="TOPIC", names={"en": "Topic"}, core_representation=Representation(enumeration=codes))
    return ConceptScheme(id=id, agency="DSM", version="1.0", names={"en": id}, items=(concept,))


def written(*artefacts: Maintainable, format: str = "sdmx-ml-3.0") -> bytes:
    options = StructureOptions(header=Header(id="TEST", prepared="2026-11-25T10:00:00Z", sender="DSM"))
    write = by_name(format, "structure").write_structures
    assert write is not None
    return b"".join(write(artefacts, options, Structures(artefacts)))


class Maintainer:
    """Somebody with a token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.headers = bearer(token)

    def send(
        self, method: str, path: str, *artefacts: Maintainable, format: str = "sdmx-ml-3.0", **headers: str
    ) -> httpx.Response:
        content = written(*artefacts, format=format) if artefacts else None
        given = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.client.request(method, f"{ROOT}{path}", content=content, headers=given)

    def post(self, *artefacts: Maintainable, path: str = "/structure", **headers: str) -> httpx.Response:
        return self.send("POST", path, *artefacts, **headers)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(f"{ROOT}/structure/{path}")

    def codes(self, path: str = "codelist/DSM/CL_TEST/1.0") -> list[str]:
        document = etree.fromstring(self.get(path).content)
        return [element.get("id") for element in document.iter("{*}Code")]


@pytest.fixture
def maintainer(unattended: TestClient, template: Template) -> Maintainer:
    return Maintainer(unattended, template.methodology)


def results(answer: httpx.Response, folder: Path | None = None) -> list[tuple[str, str, str, str]]:
    """Id of the artefact, action, status and code of each result; the document is valid."""
    if "json" in answer.headers["content-type"]:
        return [
            (
                result["submittedStructure"]["maintainableObject"]
                .partition(":")[2]
                .rpartition(":")[2]
                .partition("(")[0],
                result["submittedStructure"]["action"],
                result["statusMessage"]["status"],
                result["statusMessage"]["messageTexts"][0]["code"],
            )
            for result in answer.json()["data"]["submissionResults"]
        ]
    if folder is not None:
        version = answer.headers["content-type"].rpartition("=")[2]
        assert xsd_errors(answer.content, version[:3], folder) == []
    document = etree.fromstring(answer.content)
    assert document.tag.endswith("}RegistryInterface"), answer.text
    return [
        (
            "".join(result.find(".//{*}MaintainableObject").itertext()).rpartition(":")[2].partition("(")[0],
            result.find("{*}SubmittedStructure").get("action"),
            result.find("{*}StatusMessage").get("status"),
            result.find(".//{*}MessageText").get("code"),
        )
        for result in document.iter("{*}SubmissionResult")
    ]


# --- the table ------------------------------------------------------------------------------------------------------------


def test_something_new_is_created_and_has_an_address(maintainer: Maintainer, tmp_path: Path) -> None:
    answer = maintainer.post(codelist("A", "B"))
    assert (answer.status_code, results(answer, tmp_path)) == (201, [("CL_TEST", "Append", "Success", "201")])
    assert answer.headers["location"] == "http://testserver/sdmx/v2/structure/codelist/DSM/CL_TEST/1.0"
    assert maintainer.client.get(answer.headers["location"]).status_code == 200
    assert maintainer.codes() == ["A", "B"]


def test_several_artefacts_of_several_types_are_one_change(maintainer: Maintainer, tmp_path: Path) -> None:
    codes = codelist("A")
    answer = maintainer.post(concepts(codes.reference), codes)
    assert answer.status_code == 201
    assert sorted(results(answer, tmp_path)) == [
        ("CL_TEST", "Append", "Success", "201"),
        ("CS_TEST", "Append", "Success", "201"),
    ]
    assert "location" not in answer.headers


def test_what_is_there_is_replaced(maintainer: Maintainer) -> None:
    maintainer.post(codelist("A", "B"))
    for method, path in (("POST", "/structure/codelist"), ("PUT", "/structure/codelist/DSM/CL_TEST/1.0")):
        answer = maintainer.send(method, path, codelist("A", "C", method))
        assert (answer.status_code, results(answer)) == (200, [("CL_TEST", "Replace", "Success", "200")])
        assert maintainer.codes() == ["A", "C", method]


def test_missing_references_and_broken_versions_are_conflicts(maintainer: Maintainer, tmp_path: Path) -> None:
    answer = maintainer.post(concepts(MISSING))
    assert (answer.status_code, results(answer, tmp_path)) == (409, [("CS_TEST", "Append", "Failure", "409")])
    assert "[missing-reference]" in answer.text
    maintainer.post(codelist("A", id="CL_STABLE", version="1.0.0"))
    answer = maintainer.post(codelist("A", "B", id="CL_STABLE", version="1.0.0"))
    assert (answer.status_code, results(answer)) == (409, [("CL_STABLE", "Replace", "Failure", "409")])
    assert "[stable-version]" in answer.text
    assert maintainer.codes("codelist/DSM/CL_STABLE/1.0.0") == ["A"]


def test_one_refusal_refuses_all_unless_the_caller_wishes_otherwise(maintainer: Maintainer, tmp_path: Path) -> None:
    good, bad = codelist("A"), concepts(MISSING)
    answer = maintainer.post(good, bad)
    assert answer.status_code == 409
    assert sorted(results(answer, tmp_path)) == [
        ("CL_TEST", "Append", "Failure", "409"),
        ("CS_TEST", "Append", "Failure", "409"),
    ]
    assert "[others-refused]" in answer.text
    assert maintainer.get("codelist/DSM/CL_TEST/1.0").status_code == 404
    answer = maintainer.post(good, bad, path="/structure?all_or_nothing=false")
    assert answer.status_code == 207
    assert sorted(results(answer, tmp_path)) == [
        ("CL_TEST", "Append", "Success", "201"),
        ("CS_TEST", "Append", "Failure", "409"),
    ]
    assert maintainer.codes() == ["A"]


@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "/structure/dataflow"),
        ("PUT", "/structure/dataflow/DSM/CL_TEST/1.0"),
        ("PUT", "/structure/codelist/DSM/CL_OTHER/1.0"),
        ("PUT", "/structure/codelist/DSM/CL_TEST/1.1"),
        ("PUT", "/structure/codelist/SDMX/CL_TEST/1.0"),
    ],
)
def test_a_body_that_is_not_what_the_address_says(
    maintainer: Maintainer, method: str, path: str, tmp_path: Path
) -> None:
    answer = maintainer.send(method, path, codelist("A"))
    assert (answer.status_code, results(answer, tmp_path)) == (422, [("CL_TEST", "Replace", "Failure", "422")])
    assert "[wrong-identity]" in answer.text
    assert maintainer.get("codelist/DSM/CL_TEST/1.0").status_code == 404


def test_one_artefact_of_another_type_refuses_the_message(maintainer: Maintainer) -> None:
    codes = codelist("A")
    answer = maintainer.post(codes, concepts(codes.reference), path="/structure/codelist")
    assert answer.status_code == 422
    assert sorted(results(answer)) == [
        ("CL_TEST", "Replace", "Failure", "409"),
        ("CS_TEST", "Replace", "Failure", "422"),
    ]


def test_put_takes_one_artefact(maintainer: Maintainer) -> None:
    maintainer.post(codelist("A"))
    answer = maintainer.send("PUT", "/structure/codelist/DSM/CL_TEST/1.0", codelist("A"), codelist("B", id="CL_B"))
    assert answer.status_code == 422


def test_put_and_delete_of_what_is_not_there(maintainer: Maintainer, tmp_path: Path) -> None:
    path = "/structure/codelist/DSM/CL_TEST/1.0"
    answer = maintainer.send("PUT", path, codelist("A"))
    assert (answer.status_code, results(answer, tmp_path)) == (404, [("CL_TEST", "Replace", "Failure", "404")])
    answer = maintainer.send("DELETE", path)
    assert (answer.status_code, results(answer, tmp_path)) == (404, [("CL_TEST", "Delete", "Failure", "404")])


def test_an_unstable_artefact_that_nobody_refers_to_is_deleted(maintainer: Maintainer, tmp_path: Path) -> None:
    maintainer.post(codelist("A"))
    answer = maintainer.send("DELETE", "/structure/codelist/DSM/CL_TEST/1.0")
    assert (answer.status_code, results(answer, tmp_path)) == (200, [("CL_TEST", "Delete", "Success", "200")])
    assert maintainer.get("codelist/DSM/CL_TEST/1.0").status_code == 404


def test_stable_and_referenced_artefacts_stay(maintainer: Maintainer) -> None:
    codes = codelist("A")
    maintainer.post(codes, concepts(codes.reference), codelist("A", id="CL_STABLE", version="1.0.0"))
    for path, rule in (("CL_TEST/1.0", "referenced"), ("CL_STABLE/1.0.0", "stable-version")):
        answer = maintainer.send("DELETE", f"/structure/codelist/DSM/{path}")
        assert (answer.status_code, results(answer)[0][1:]) == (409, ("Delete", "Failure", "409"))
        assert f"[{rule}]" in answer.text


# --- items ----------------------------------------------------------------------------------------------------------------


def test_a_partial_scheme_is_merged(maintainer: Maintainer) -> None:
    maintainer.post(codelist("A", "B", "C"))
    answer = maintainer.post(codelist("B", "X", partial=True))
    assert answer.status_code == 200
    assert maintainer.codes() == ["A", "B", "X", "C"]


def test_one_item_is_put_and_deleted(maintainer: Maintainer, tmp_path: Path) -> None:
    maintainer.post(codelist("A", "B"))
    path = "/structure/codelist/DSM/CL_TEST/1.0"
    changed = replace(codelist(), items=(Code(id="B", names={"en": "Changed"}),))
    answer = maintainer.send("PUT", f"{path}/B", changed)
    assert (answer.status_code, results(answer, tmp_path)) == (200, [("CL_TEST", "Replace", "Success", "200")])
    assert "Changed" in maintainer.get("codelist/DSM/CL_TEST/1.0/B").text
    assert maintainer.codes() == ["A", "B"]
    assert maintainer.send("PUT", f"{path}/C", codelist("C")).status_code == 404
    assert maintainer.send("PUT", f"{path}/A", codelist("B")).status_code == 422
    assert maintainer.send("DELETE", f"{path}/A").status_code == 200
    assert maintainer.codes() == ["B"]
    assert maintainer.send("DELETE", f"{path}/A").status_code == 404


def test_nested_items_are_addressed_by_their_path(maintainer: Maintainer) -> None:
    leaf, other = (Category(id=id, names={"en": id}) for id in ("A1", "A2"))
    scheme = CategoryScheme(
        id="TOPICS",
        agency="DSM",
        version="1.0",
        names={"en": "T"},
        items=(Category(id="A", names={"en": "A"}, items=(leaf, other)),),
    )
    assert maintainer.post(scheme).status_code == 201
    assert maintainer.send("DELETE", "/structure/categoryscheme/DSM/TOPICS/1.0/A.A1").status_code == 200
    left = maintainer.get("categoryscheme/DSM/TOPICS/1.0").text
    assert 'id="A2"' in left
    assert 'id="A1"' not in left


def test_an_item_of_a_value_list_is_addressed_by_its_value(maintainer: Maintainer) -> None:
    """A value may be any text: signs of the grammar in it say nothing, and all is escaped."""
    values = ("9,5 %", "a/b", "*", "x.y", "a+b", "%2F", "Ж & «»")
    items = tuple(ValueItem(id=value, names={"en": "V"}) for value in values)
    maintainer.post(ValueList(id="VL", agency="DSM", version="1.0", names={"en": "V"}, items=items))
    path = "/structure/valuelist/DSM/VL/1.0"
    changed = ValueList(
        id="VL", agency="DSM", version="1.0", names={"en": "V"}, items=(ValueItem(id="a/b", names={"en": "New"}),)
    )
    assert maintainer.send("PUT", f"{path}/{quote('a/b', safe='')}", changed).status_code == 200
    left = list(values)
    for value in values[:-1]:
        answer = maintainer.send("DELETE", f"{path}/{quote(value, safe='')}")
        left.remove(value)
        document = etree.fromstring(maintainer.get("valuelist/DSM/VL/1.0").content)
        found = [element.get("id") for element in document.iter("{*}ValueItem")]
        assert (answer.status_code, found) == (200, left)
    assert maintainer.send("DELETE", f"{path}/none%20such").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/structure/codelist/DSM/CL_TEST/~",
        "/structure/codelist/DSM/CL_TEST/*",
        "/structure/codelist/DSM/CL_TEST",
        "/structure/codelist/*/CL_TEST/1.0",
        "/structure/nonsense/DSM/CL_TEST/1.0",
        "/structure/dataflow/DSM/FOREIGN_POP/1.0.0/ITEM",
    ],
)
def test_exactly_one_artefact_or_item_is_deleted(maintainer: Maintainer, path: str) -> None:
    assert maintainer.send("DELETE", path).status_code == 400


def test_an_address_without_a_version_is_told_its_form(maintainer: Maintainer) -> None:
    """It was told that an empty text is no version."""
    assert "structure/codelist/AGENCY/ID/VERSION" in maintainer.send("DELETE", "/structure/codelist/DSM/CL_TEST").text


# --- formats --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["sdmx-ml-2.1", "sdmx-ml-3.0", "sdmx-ml-3.1", "sdmx-json-2.0", "sdmx-json-2.1"])
def test_every_readable_format_is_answered_in_its_own(maintainer: Maintainer, format: str, tmp_path: Path) -> None:
    answer = maintainer.post(codelist("A"), format=format)
    assert (answer.status_code, results(answer, tmp_path)) == (201, [("CL_TEST", "Append", "Success", "201")])
    syntax, version = ("json", "2.1.0") if "json" in format else ("xml", by_name(format, "registry").version)
    assert answer.headers["content-type"] == f"application/vnd.sdmx.registry+{syntax};version={version}"


def test_the_answer_is_in_the_format_asked_for(maintainer: Maintainer) -> None:
    answer = maintainer.post(codelist("A"), accept="application/vnd.sdmx.registry+xml;version=2.1")
    assert answer.headers["content-type"] == "application/vnd.sdmx.registry+xml;version=2.1"
    answer = maintainer.post(codelist("A"), accept="application/json")
    (result,) = answer.json()["data"]["submissionResults"]
    assert result["statusMessage"]["messageTexts"][0]["texts"].keys() == {"en", "ru"}


def test_what_is_not_written_is_no_reason_to_leave_a_change_unanswered(maintainer: Maintainer) -> None:
    """The change was done, and the answer 406."""
    answer = maintainer.post(codelist("A"), accept="text/csv")
    assert (answer.status_code, answer.headers["content-type"]) == (
        201,
        "application/vnd.sdmx.registry+xml;version=3.0.0",
    )
    answer = maintainer.post(codelist("B"), path="/structure?format=nonsense")
    assert (answer.status_code, maintainer.codes()) == (400, ["A"])
    path = "/structure/codelist/DSM/CL_TEST/1.0"
    assert maintainer.send("DELETE", f"{path}?format=nonsense").status_code == 400
    assert maintainer.send("DELETE", path, accept="text/csv").status_code == 200


@pytest.mark.parametrize(
    "content, told",
    [
        (written(codelist("A")).replace(b'id="A"', b'id="A B"'), "column 9: id of Code is “A B”"),
        (b"<x/>", "The root element is x"),
        (b"{}", "a structure message of SDMX-JSON"),
        (b"", "The file is empty"),
        (b"a,b", "Structures come in SDMX-ML or SDMX-JSON"),
        (b"<!DOCTYPE x><x/>", "document type declaration"),
    ],
)
def test_what_is_no_structure_message_is_an_error_with_its_place(
    maintainer: Maintainer, content: bytes, told: str
) -> None:
    answer = maintainer.client.post(f"{ROOT}/structure", content=content, headers=maintainer.headers)
    assert answer.status_code in (422, 501)
    assert "Error" in etree.fromstring(answer.content).tag
    assert told in answer.text


def test_a_body_over_the_limit(maintainer: Maintainer) -> None:
    assert (
        maintainer.client.post(f"{ROOT}/structure", content=b" " * 100_001, headers=maintainer.headers).status_code
        == 413
    )


def test_a_file_in_a_form(maintainer: Maintainer) -> None:
    answer = maintainer.client.post(
        f"{ROOT}/structure", files={"file": ("codes.xml", written(codelist("A")))}, headers=maintainer.headers
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("parameter", ["dryrun=true", "dry_run=perhaps", "all_or_nothing=some"])
def test_wrong_parameters_are_refused(maintainer: Maintainer, parameter: str) -> None:
    assert maintainer.post(codelist("A"), path=f"/structure?{parameter}").status_code == 400


# --- what does not change something -----------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be(maintainer: Maintainer) -> None:
    answer = maintainer.post(codelist("A"), path="/structure?dry_run=true")
    assert (answer.status_code, results(answer)) == (200, [("CL_TEST", "Append", "Success", "201")])
    assert "location" not in answer.headers
    assert maintainer.post(concepts(MISSING), path="/structure?dry_run=true").status_code == 409
    maintainer.post(codelist("A"))
    assert maintainer.send("DELETE", "/structure/codelist/DSM/CL_TEST/1.0?dry_run=true").status_code == 200
    assert maintainer.codes() == ["A"]


def test_the_second_of_two_maintainers_is_told(maintainer: Maintainer) -> None:
    maintainer.post(codelist("A"))
    path = "/structure/codelist/DSM/CL_TEST/1.0"
    seen = maintainer.get("codelist/DSM/CL_TEST/1.0").headers["etag"]
    maintainer.post(codelist("A", id="CL_OTHER"))  # something else may change
    assert maintainer.send("PUT", path, codelist("A", "FIRST"), if_match=seen).status_code == 200
    answer = maintainer.send("PUT", path, codelist("A", "SECOND"), if_match=seen)
    assert (answer.status_code, results(answer)) == (412, [("CL_TEST", "Replace", "Failure", "412")])
    assert "[changed-meanwhile]" in answer.text
    assert maintainer.send("DELETE", path, if_match=seen).status_code == 412
    assert maintainer.codes() == ["A", "FIRST"]
    again = maintainer.get("codelist/DSM/CL_TEST/1.0?format=sdmx-json-2.0").headers["etag"]
    assert maintainer.send("PUT", path, codelist("A", "SECOND"), if_match=f'"foreign", {again}').status_code == 200


@pytest.mark.parametrize(
    "headers, new, old",
    [
        ({"if_match": "*"}, 412, 200),
        ({"if_none_match": "*"}, 201, 412),
        ({"if_match": '"foreign"'}, 412, 412),
        ({"if_match": f'"{"a" * 32}.1000000"'}, 412, 412),  # was taken for the newest
        ({"if_match": ", ".join([f'"{"a" * 32}.1"'] * 21)}, 400, 400),
    ],
)
def test_conditions_on_what_is_there(maintainer: Maintainer, headers: Mapping[str, str], new: int, old: int) -> None:
    assert maintainer.post(codelist("A"), **headers).status_code == new
    maintainer.post(codelist("A"))
    assert maintainer.post(codelist("A", "B"), **headers).status_code == old


# --- who ------------------------------------------------------------------------------------------------------------------

WRITES = [
    ("POST", "/structure"),
    ("POST", "/structure/codelist"),
    ("PUT", "/structure/codelist/DSM/CL_TEST/1.0"),
    ("DELETE", "/structure/codelist/DSM/CL_TEST/1.0"),
    ("PUT", "/structure/codelist/DSM/CL_TEST/1.0/A"),
    ("DELETE", "/structure/codelist/DSM/CL_TEST/1.0/A"),
    ("POST", ""),
]


@pytest.mark.parametrize("root", ["/sdmx/v2", "/ws/secure/sdmx/v2", "/ws/public/sdmx/v2"])
@pytest.mark.parametrize("method, path", WRITES)
def test_who_may_write(unattended: TestClient, template: Template, root: str, method: str, path: str) -> None:
    Maintainer(unattended, template.administrator).post(codelist("A", "B"))
    content = written(codelist("A"))
    anonymous = unattended.request(method, f"{root}{path}", content=content)
    assert (anonymous.status_code, anonymous.headers["www-authenticate"][:6]) == (401, "Bearer")
    provider = unattended.request(method, f"{root}{path}", content=content, headers=bearer(template.moldova))
    assert provider.status_code == 403
    assert "Error" in etree.fromstring(provider.content).tag
    other = unattended.request(method, f"{root}{path}", content=content, headers=bearer(template.other))
    assert (other.status_code, [result[2:] for result in results(other)]) == (403, [("Failure", "403")])
    assert "[wrong-agency]" in other.text
    assert Maintainer(unattended, template.methodology).send(method, path, codelist("A")).status_code == 200


def test_pages_of_others_change_nothing(maintainer: Maintainer) -> None:
    assert maintainer.post(codelist("A"), origin="http://evil.example").status_code == 403


@pytest.mark.parametrize(
    "method, path",
    [
        ("PUT", "/sdmx/v2/data"),
        ("POST", "/sdmx/v1/data"),
        ("POST", "/sdmx/v2/nothing"),
        ("PUT", "/sdmx/v2"),
        ("POST", "/sdmx/v1/structure"),
        ("PUT", "/sdmx/v1/codelist"),
    ],
)
def test_what_is_not_written(maintainer: Maintainer, method: str, path: str) -> None:
    assert maintainer.client.request(method, path, headers=maintainer.headers).status_code == 501


def test_options_and_head(maintainer: Maintainer) -> None:
    allowed = maintainer.client.options(f"{ROOT}/structure").headers["allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}
    assert maintainer.client.head(f"{ROOT}/structure/codelist/SDMX/CL_SEX/2.1").status_code in (200, 404)


# --- the registry interface, and the Fusion Metadata Registry -------------------------------------------------------------


def interface(structures: bytes, action: str, overrides: str = "") -> bytes:
    """A structure message made into a SubmitStructureRequest."""
    namespace = b"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/registry"
    begin, end = structures.index(b"<message:Structures>"), structures.index(b"</message:Structures>")
    inner = structures[begin + len(b"<message:Structures>") : end]
    head = structures[:begin].replace(b"<message:Structure ", b"<message:RegistryInterface ", 1)
    head = head.replace(b"</message:Header>", b'<message:Receiver id="HUB"/></message:Header>')
    request = (
        f'<message:SubmitStructureRequest action="{action}"><structure:Structures>'.encode()
        + inner
        + f"</structure:Structures>{overrides}</message:SubmitStructureRequest></message:RegistryInterface>".encode()
    )
    return head.replace(b"xmlns:common", b'xmlns:registry="' + namespace + b'" xmlns:common', 1) + request


def submitted(reference: Reference, action: str) -> str:
    return (
        f'<registry:SubmittedStructure action="{action}"><registry:MaintainableObject>{reference.urn}'
        "</registry:MaintainableObject></registry:SubmittedStructure>"
    )


@pytest.mark.parametrize("root", ["/sdmx/v2", "/sdmx/v1", "/ws/secure/sdmxapi/rest", "/sdmx/v2/structure"])
def test_a_document_of_the_registry_interface_with_its_actions(
    maintainer: Maintainer, root: str, tmp_path: Path
) -> None:
    def send(document: bytes) -> httpx.Response:
        return maintainer.client.post(root, content=document, headers=maintainer.headers)

    a, b = codelist("A", id="CL_A"), codelist("B", id="CL_B")
    answer = send(interface(written(a, b), "Append"))
    assert (answer.status_code, len(results(answer, tmp_path))) == (201, 2)
    answer = send(interface(written(a, b), "Append"))
    assert (answer.status_code, "[exists]" in answer.text) == (409, True)
    changed = written(codelist("A", "X", id="CL_A"), b)
    answer = send(interface(changed, "Replace", submitted(b.reference, "Delete")))
    assert (answer.status_code, sorted(results(answer, tmp_path))) == (
        200,
        [("CL_A", "Replace", "Success", "200"), ("CL_B", "Delete", "Success", "200")],
    )
    answer = send(interface(written(codelist("A", id="CL_A")), "Information"))
    assert (answer.status_code, "nothing is changed" in answer.text) == (200, True)
    assert maintainer.codes("codelist/DSM/CL_A/1.0") == ["A", "X"]
    answer = send(interface(written(codelist("A", id="CL_NEW")), "Information"))
    assert (answer.status_code, "location" in answer.headers) == (200, False)


def test_put_replaces_whatever_a_message_or_header_says(maintainer: Maintainer) -> None:
    maintainer.post(codelist("A"))
    path = "/structure/codelist/DSM/CL_TEST/1.0"
    assert maintainer.send("PUT", path, codelist("B"), action="Delete").status_code == 200
    document = interface(written(codelist("C")), "Delete")
    assert maintainer.client.put(f"{ROOT}{path}", content=document, headers=maintainer.headers).status_code == 200
    assert maintainer.codes() == ["C"]


@pytest.mark.parametrize(
    "action, status", [("Append", 409), ("Merge", 200), ("Replace", 200), ("", 200), ("Delete", 200), ("Explode", 400)]
)
def test_the_action_of_the_fusion_registry(maintainer: Maintainer, action: str, status: int) -> None:
    def send(*artefacts: Maintainable, action: str) -> httpx.Response:
        headers = {**maintainer.headers, "Content-Type": "application/text", **({"Action": action} if action else {})}
        content = written(*artefacts, format="sdmx-json-2.0")
        return maintainer.client.post("/ws/secure/sdmxapi/rest", content=content, headers=headers)

    assert send(codelist("A", "B"), action="Append").status_code == 201
    assert send(codelist("B", "X"), action=action).status_code == status
    expected = {409: ["A", "B"], 400: ["A", "B"]}.get(
        status, {"Merge": ["A", "B", "X"], "Delete": []}.get(action, ["B", "X"])
    )
    assert (maintainer.codes() if action != "Delete" else []) == expected
    assert send(codelist("C"), concepts(MISSING), action="Replace").status_code == 409


def test_part_of_a_message_is_not_accepted_below_ws(maintainer: Maintainer) -> None:
    answer = maintainer.client.post(
        "/ws/secure/sdmxapi/rest?all_or_nothing=false", content=written(codelist("A")), headers=maintainer.headers
    )
    assert answer.status_code == 400
