"""What the official schemas refuse, told in plain words with line and column."""

import json
from pathlib import Path

import pytest

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.official import check_json, check_xml
from sdmx_dsm.formats.xmlsafe import parse

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
NAMESPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
MESSAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:Structure xmlns:m="{NAMESPACE}message" xmlns="{NAMESPACE}structure" xmlns:c="{NAMESPACE}common">
  <m:Header><m:ID>S1</m:ID><m:Test>false</m:Test><m:Prepared>2026-11-25T10:00:00</m:Prepared><m:Sender id="DSM"/></m:Header>
  <m:Structures><Codelists>
    <Codelist agencyID="DSM" id="CL_A" version="1.0.0">
      <c:Name>A</c:Name>
      <Code id="X"><c:Name>X</c:Name></Code><Code id="Y"><c:Name>Y</c:Name></Code>
    </Codelist>
  </Codelists></m:Structures>
</m:Structure>"""


def refused(path: Path) -> ReadError:
    with pytest.raises(ReadError) as caught:
        (check_json if path.suffix == ".json" else check_xml)(path)
    return caught.value


@pytest.mark.parametrize(
    "old, new, place, told",
    [
        ('<Code id="Y">', '<Code id="Y Z">', (7, 45), "id of Code is “Y Z”, which does not fit the pattern [A-Za-z0-9_@$\\-]+"),
        ('<Code id="Y">', '<Code id="Y" colour="red">', (7, 45), "Code has no attribute colour"),
        ('<Code id="Y">', "<Code>", (7, 45), "Code lacks its attribute id"),
        ('<Code id="Y">', '<Code id="X">', (7, 45), "Code repeats 'X', which may stand there once"),
        ("<c:Name>A</c:Name>", "<c:Title>A</c:Title>", (6, 7), "Title is not expected here; expected is Annotations, Link, Name"),
        ("<c:Name>A</c:Name>", "<Name>A</Name>", (6, 7),
         f"Name is of the namespace {NAMESPACE}structure; expected is that of {NAMESPACE}common"),
        ("<m:ID>S1</m:ID>", "", (3, 13), "Test is not expected here; expected is ID"),
        ("<c:Name>X</c:Name>", "", (7, 7), "Code lacks Annotations, Link, Name"),
        ("2026-11-25T10:00:00", "yesterday", (3, 50), "Prepared is “yesterday”, which is no HeaderTimeType"),
        ("<m:Test>false", "<m:Test>maybe", (3, 28), "Test is “maybe”, which is no boolean"),
    ],
)  # fmt: skip
def test_xml(old: str, new: str, place: tuple[int, int], told: str, tmp_path: Path) -> None:
    assert old in MESSAGE
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE.replace(old, new), "utf-8")
    error = refused(path)
    assert (error.line, error.column) == place
    assert str(error) == f"The message is not valid by the official schema: line {place[0]}, column {place[1]}: {told}."


def test_several_deviations_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE.replace('id="X"', 'id="?"').replace('id="Y"', 'id="!"'), "utf-8")
    error = refused(path)
    assert "line 7, column 7: id of Code is “?”" in str(error)
    assert "line 7, column 45: id of Code is “!”" in str(error)
    assert "строка 7, столбец 45: id в Code — «!»" in error.ru


def test_a_valid_message_of_xml_passes(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE, "utf-8")
    check_xml(path)


CODELIST = {"agencyID": "DSM", "id": "CL_A", "version": "1.0.0", "name": "A", "codes": [{"id": "X", "name": "X"}]}
META = {"id": "S1", "prepared": "2026-11-25T10:00:00Z", "test": False, "sender": {"id": "DSM"}}
DOCUMENT = json.dumps({"meta": META, "data": {"codelists": [CODELIST]}}, indent=1)


@pytest.mark.parametrize(
    "old, new, place, told",
    [
        ('"id": "X"', '"id": "X Y"', (19, 13), 'data/codelists/0/codes/0/id: "X Y" does not match'),
        ('"prepared": "2026-11-25T10:00:00Z",', "", (2, 10), 'meta: "prepared" is a required property'),
        ('"name": "A"', '"name": 7', (16, 13), 'data/codelists/0/name: 7 is not of type "string"'),
    ],
)
def test_json(old: str, new: str, place: tuple[int, int], told: str, tmp_path: Path) -> None:
    assert old in DOCUMENT
    path = tmp_path / "message.json"
    path.write_text(DOCUMENT.replace(old, new), "utf-8")
    error = refused(path)
    assert (error.line, error.column) == place
    assert f"line {place[0]}, column {place[1]}: {told}" in str(error)


def test_a_valid_message_of_json_passes_with_and_without_the_name_of_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_text(DOCUMENT, "utf-8")
    check_json(path)
    schema = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json"
    path.write_text(json.dumps({"meta": {**META, "schema": schema}, "data": {"codelists": [CODELIST]}}), "utf-8")
    check_json(path)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, '{"meta": ' * 900 + "1" + "}" * 900])
def test_what_is_no_json(text: str, tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    path.write_text(text, "utf-8")
    assert "This is not JSON that can be read" in str(refused(path))


@pytest.mark.parametrize(
    "old, new, told",
    [
        ('"id": "CL_A"', '"id": "CL_A", "id": "CL_B"', "“id” stands twice in one object"),
        ('"meta": {', '"x-a": NaN, "meta": {', "NaN is no number of JSON"),
        ('"meta": {', '"x-a": [-Infinity], "meta": {', "-Infinity is no number of JSON"),
    ],
)
def test_what_readers_of_json_take_in_several_ways(old: str, new: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "message.json"
    text = json.dumps({"meta": META, "data": {"codelists": [CODELIST]}})
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    assert told in str(refused(path))


def structure_samples() -> list[Path]:
    xml = [path for path in SAMPLES.glob("sdmx-ml-*/**/*.xml") if parse(path).getroot().tag.endswith("}Structure")]
    return sorted((*xml, *SAMPLES.glob("*/structure-message/**/*.json")))


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the official samples are not here")
@pytest.mark.parametrize("path", structure_samples(), ids=lambda path: path.name)
def test_official_samples_pass(path: Path) -> None:
    (check_json if path.suffix == ".json" else check_xml)(path)
