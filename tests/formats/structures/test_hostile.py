"""Structure messages that are none, or are wrong: a sentence with the place, never a traceback of another kind."""

import json
import random
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.errors import DsmError, ReadError, Unsupported
from sdmx_dsm.formats.structures import read_json, read_ml
from sdmx_dsm.model import Codelist
from tests.formats.structures.checks import SYNTAXES, written
from tests.formats.structures.test_constraints import KEY_SET, REGION
from tests.formats.structures.test_conversions import AREAS, CONSTRAINT, OTHERS, STRUCTURE
from tests.helpers.schemas import example_artefacts

V30 = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
V21 = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"


def ml(inner: str, base: str = V30) -> bytes:
    return (
        f'<m:Structure xmlns:m="{base}message" xmlns:s="{base}structure" xmlns:c="{base}common">\n'
        f"<m:Structures>\n{inner}\n</m:Structures></m:Structure>"
    ).encode()


def codelist(inner: str, attributes: str = 'id="CL" agencyID="DSM"') -> bytes:
    return ml(f"<s:Codelists><s:Codelist {attributes}>\n{inner}</s:Codelist></s:Codelists>")


def component(inner: str) -> bytes:
    return ml(
        '<s:DataStructures><s:DataStructure id="DS" agencyID="DSM"><s:DataStructureComponents><s:AttributeList>'
        f'\n<s:Attribute id="A">{inner}</s:Attribute>'
        "</s:AttributeList></s:DataStructureComponents></s:DataStructure></s:DataStructures>"
    )


@pytest.fixture
def path(tmp_path: Path):
    def write(content: bytes) -> Path:
        path = tmp_path / "message"
        path.write_bytes(content)
        return path

    return write


CONCEPT = "<s:ConceptIdentity>urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=DSM:CS(1.0.0).A</s:ConceptIdentity>"


@pytest.mark.parametrize(
    "content, error, message",
    [
        (b"", ReadError, "The file is empty; an XML document is expected."),
        (b"{}", ReadError, "This is not well-formed XML: not well-formed (invalid token) (line 1, column 1)."),
        (
            b"<!DOCTYPE Structure><Structure/>",
            ReadError,
            "The document has a document type declaration (DTD), which is not accepted: send it without “<!DOCTYPE …>”.",
        ),
        (
            codelist('<c:Name>A</c:Name><s:Code id="A">').partition(b"</s:Codelist>")[0],
            ReadError,
            "This is not well-formed XML: Premature end of data in tag Code line 4 (line 4, column 33).",
        ),
        (
            codelist('<s:Code id="A">' * 70 + "</s:Code>" * 70),
            ReadError,
            "Elements are nested deeper than 64 levels.",
        ),
        (b"<Structure/>", ReadError, "The root element is Structure; a Structure message of SDMX-ML 2.1, 3.0 or 3.1 is expected."),
        (
            f'<Structure xmlns="{V30.replace("v3_0", "v9_9")}message"/>'.encode(),
            Unsupported,
            "SDMX-ML of the namespace http://www.sdmx.org/resources/sdmxml/schemas/v9_9/message is not read; 2.1, 3.0 and 3.1 are.",
        ),
        (
            f'<RegistryInterface xmlns="{V30}message"/>'.encode(),
            ReadError,
            "The root element is RegistryInterface; a Structure message of SDMX-ML 2.1, 3.0 or 3.1 is expected.",
        ),
        (
            ml("<s:Nonsenses>\n<s:Nonsense/></s:Nonsenses>"),
            Unsupported,
            "Nonsense in Nonsenses (line 4) is not read from SDMX-ML 3.0.",
        ),
        (
            ml("<s:Nonsenses><s:Nonsense/></s:Nonsenses>", V21),
            Unsupported,
            "Nonsense in Nonsenses (line 3) is not read from SDMX-ML 2.1.",
        ),
        (codelist("", 'id="CL"'), ReadError, "The Codelist CL lacks its agency (line 3)."),
        (codelist("<s:Code/>"), ReadError, "The Code lacks its id (line 4)."),
        (codelist('<s:Concept id="A"/>'), Unsupported, "Concept in Codelist (line 4) is not read from SDMX-ML 3.0."),
        (
            codelist('<s:Code id="A" value="1"/>'),
            Unsupported,
            "The attribute value of Code (line 4) is not read from SDMX-ML 3.0.",
        ),
        (
            codelist("", 'id="CL" agencyID="DSM" isPartial="maybe"'),
            ReadError,
            "isPartial: true or false is expected, “maybe” is found (line 3).",
        ),
        (
            component("<s:ConceptIdentity>FREQ</s:ConceptIdentity>"),
            ReadError,
            "“FREQ” is not the URN of an SDMX artefact (line 4).",
        ),
        (component(""), ReadError, "The Attribute A lacks its concept (line 4)."),
        (
            component(
                f'{CONCEPT}<s:LocalRepresentation><s:TextFormat minLength="a"/></s:LocalRepresentation>'
            ),
            ReadError,
            "minLength: a whole number is expected, “a” is found (line 4).",
        ),
        (
            component(f"{CONCEPT}{CONCEPT}"),
            ReadError,
            "ConceptIdentity: it is given twice (line 4).",
        ),
        (
            component(f"{CONCEPT}<s:AttributeRelationship/>"),
            ReadError,
            "The relationship of an attribute is empty (line 4).",
        ),
        (
            component(f'{CONCEPT}<s:AttributeRelationship><s:Dimension optional="maybe">A</s:Dimension></s:AttributeRelationship>'),
            ReadError,
            "AttributeRelationship: true or false is expected, “maybe” is found (line 4).",
        ),
        (
            ml(
                '<s:Dataflows><s:Dataflow id="F" agencyID="DSM"><s:Structure><Ref id="DS"/></s:Structure></s:Dataflow></s:Dataflows>',
                V21,
            ),
            ReadError,
            "A Ref lacks its id or agencyID (line 3).",
        ),
        (
            ml(
                '<s:Categorisations><s:Categorisation id="F" agencyID="DSM"><s:Source>'
                '<Ref agencyID="DSM" id="S" class="Nonsense" package="mapping"/></s:Source></s:Categorisation></s:Categorisations>',
                V21,
            ),
            Unsupported,
            "The attribute class of Ref (line 3) is not read from SDMX-ML 2.1.",
        ),
    ],
)  # fmt: skip
def test_wrong_message_of_ml_is_refused_in_a_sentence(path, content, error, message):
    with pytest.raises(error) as caught:
        read_ml(path(content))
    assert str(caught.value) == message


def test_error_of_reading_has_its_line(path):
    with pytest.raises(ReadError) as caught:
        read_ml(path(codelist("\n\n<s:Code/>")))
    assert caught.value.line == 6


def json_message(**data: object) -> bytes:
    return json.dumps({"meta": {"id": "A"}, "data": data}).encode()


def json_codelist(**content: object) -> bytes:
    return json_message(codelists=[{"id": "CL", "agencyID": "DSM", "name": "A", **content}])


@pytest.mark.parametrize(
    "content, error, message",
    [
        (b"", ReadError, "This is not JSON that can be read: Input data was truncated."),
        (b"<a/>", ReadError, "This is not JSON that can be read: JSON is malformed: invalid character (byte 0)."),
        (b"[]", ReadError, "An object with “meta” and “data” is expected: a structure message of SDMX-JSON."),
        (
            b'{"data":' * 5000,
            ReadError,
            "This is not JSON that can be read: maximum recursion depth exceeded while deserializing an object.",
        ),
        (json_message(nonsense=[{}]), Unsupported, "“nonsense” is not read from SDMX-JSON 2.1."),
        (json_message(codelists={}), ReadError, "“codelists” is expected to be an array."),
        (json_message(codelists=[1]), ReadError, "In codelists[0]: an object is expected."),
        (json_message(codelists=[{"id": "CL"}]), ReadError, "In codelists[0]/CL: agency of Codelist is missing."),
        (json_codelist(version=1), ReadError, "In codelists[0]/CL: “version”: a text is expected, 1 is found."),
        (json_codelist(isPartial="no"), ReadError, 'In codelists[0]/CL: “isPartial”: true or false is expected, "no" is found.'),
        (json_codelist(names=["A"]), ReadError, 'In codelists[0]/CL: “names”: an object of texts by language is expected, ["A"] is found.'),
        (
            json_message(dataStructures=[{"id": "DS", "agencyID": "DSM", "metadata": "urn:…"}]),
            ReadError,
            "In dataStructures[0]/DS: “metadata”: “urn:…” is not the URN of an SDMX artefact.",
        ),
        (json_codelist(codes=[{"id": "A", "parent": 1}]), ReadError, "In codelists[0]/CL/A: “parent”: an id is expected, 1 is found."),
        (
            json_message(dataflows=[{"id": "F", "agencyID": "DSM", "structure": "DS"}]),
            ReadError,
            "In dataflows[0]/F: “structure”: “DS” is not the URN of an SDMX artefact.",
        ),
    ],
)  # fmt: skip
def test_wrong_message_of_json_is_refused_in_a_sentence(path, content, error, message):
    with pytest.raises(error) as caught:
        read_json(path(content))
    assert str(caught.value) == message


def test_what_the_standard_does_not_have_is_tolerated_in_json(path):
    message = json_codelist(codes=[{"id": "A", "name": "A", "x-color": "red", "dataflows": []}], **{"x-y": {}})
    (codelist,) = read_json(path(message))[1]
    assert isinstance(codelist, Codelist)
    assert [code.id for code in codelist.items] == ["A"]


def test_number_of_a_gigabyte_is_refused(path):
    concept = {"id": "A", "name": "A", "coreRepresentation": {"format": {"dataType": "Decimal", "minValue": 12345}}}
    message = json_message(conceptSchemes=[{"id": "CS", "agencyID": "DSM", "name": "A", "concepts": [concept]}])
    with pytest.raises(ReadError, match="a number of at most 100 digits is expected"):
        read_json(path(message.replace(b"12345", b"1e999999")))


RICH = (AREAS, STRUCTURE, *OTHERS, *example_artefacts()[:1])


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_damaged_message_raises_nothing_but_our_errors(path, syntax):
    """Bytes of a message are dropped, doubled and changed, in a thousand ways that are the same each time."""
    region = replace(REGION, components=()) if syntax == "json10" else REGION
    whole = written(syntax, *RICH, replace(CONSTRAINT, cube_regions=(region,), key_sets=(KEY_SET,)))
    chance = random.Random(syntax)
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(damaged))
            end = start + chance.randint(0, 12)
            damaged[start:end] = chance.choice(
                [b"", damaged[start:end] * 2, bytes(chance.choices(b'</>"{}[]:,aA1 &', k=3))]
            )
        with suppress(DsmError):
            (read_json if syntax.startswith("json") else read_ml)(path(bytes(damaged)))


def nested_categories(depth: int) -> bytes:
    categories: list[dict[str, object]] = []
    for number in range(depth):
        categories = [{"id": f"C{number}", "name": "C", "categories": categories}]
    return json_message(categorySchemes=[{"id": "CS", "agencyID": "DSM", "name": "Topics", "categories": categories}])


def test_json_is_read_to_the_depth_that_xml_can_say(path):
    """Items nested by the hundred ended in a traceback."""
    _, (scheme,) = read_json(path(nested_categories(59)))
    assert read_ml(path(written("ml30", scheme)))[1][0].items == scheme.items
    for depth in (60, 200, 400):
        with pytest.raises(ReadError, match=r"Objects are nested deeper than 60 levels in categorySchemes\[0\]"):
            read_json(path(nested_categories(depth)))


@pytest.mark.parametrize("character", ["\x00", "\x1f", "\x0b", "\ufffe", "\uffff"])
@pytest.mark.parametrize("escaped", [True, False])
def test_json_holds_no_character_that_xml_has_not(path, character, escaped):
    """A name with U+0000 was held, and each answer in XML with that codelist in it was an error."""
    codelists = [{"id": "CL", "agencyID": "DSM", "name": "Codes", "codes": [{"id": "A", "name": f"a{character}b"}]}]
    content = json.dumps({"meta": {"id": "A"}, "data": {"codelists": codelists}}, ensure_ascii=escaped).encode()
    with pytest.raises(
        ReadError, match="In data/codelists\\[0\\]/codes\\[0\\]/name: the text holds a control character"
    ):
        read_json(path(content))


@pytest.mark.parametrize("tag", ["en us", "en_US", "ру", "<x>", "a" * 9, "-"])
def test_json_holds_no_language_that_xml_has_not(path, tag):
    """Names in the language “en us” were held, and each answer in XML with them was not valid."""
    with pytest.raises(ReadError, match=rf"In codelists\[0\]/CL: “names”: “{tag}” is no language: one such as “en”"):
        read_json(path(json_codelist(names={tag: "A"})))


def test_json_holds_line_ends_tabs_and_backslashes(path):
    codelists = [{"id": "CL", "agencyID": "DSM", "name": "a\n\tb \\u0000 \u007f"}]
    _, (codelist,) = read_json(path(json.dumps({"meta": {"id": "A"}, "data": {"codelists": codelists}}).encode()))
    assert codelist.names == {"en": "a\n\tb \\u0000 \u007f"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_json_may_be_in_any_encoding_that_its_first_bytes_tell(path, encoding):
    content = json_message(codelists=[{"id": "CL", "agencyID": "DSM", "name": "Пол"}]).decode().encode(encoding)
    assert [artefact.names for artefact in read_json(path(content))[1]] == [{"en": "Пол"}]
