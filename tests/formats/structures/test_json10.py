"""SDMX-JSON 1.0 spells much in its own way, and its schema lets everything else pass: so its words are looked at here."""

import json
from pathlib import Path
from typing import Any

import pytest

from sdmx_dsm.model import (
    YEAR_START_ID,
    Attribute,
    Concept,
    ConceptScheme,
    DataStructure,
    Dimension,
    Group,
    Maintainable,
    Measure,
    OrganisationUnit,
    OrganisationUnitScheme,
    ProvisionAgreement,
    Reference,
    Representation,
    Structures,
    TextFormat,
    TimeDimension,
)
from tests.formats.structures.checks import read, schema_errors, written
from tests.formats.structures.test_conversions import AREA, AREAS, FLOW, NAMES, PROVIDER, concept, text

CONCEPT = "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=DSM:CS(1.0.0)"
STRUCTURE = DataStructure(
    id="DS",
    agency="DSM",
    version="1.0",
    names=NAMES,
    dimensions=(
        Dimension(id="REF_AREA", concept=concept("REF_AREA"), representation=Representation(enumeration=AREA)),
        Dimension(
            id="MEASURE",
            concept=concept("MEASURE"),
            representation=Representation(enumeration=Reference("ConceptScheme", "DSM", "MEASURES", "1.0")),
            is_measure=True,
        ),
    ),
    time_dimension=TimeDimension(
        id="TIME_PERIOD", concept=concept("TIME_PERIOD"), representation=text("ObservationalTimePeriod")
    ),
    groups=(Group(id="AREA", dimensions=("REF_AREA",)),),
    attributes=(
        Attribute(id="A", concept=concept("A"), usage="optional", relationship="observation"),
        Attribute(id="B", concept=concept("B"), usage="mandatory", relationship="dataflow"),
        Attribute(
            id="C",
            concept=concept("C"),
            usage="optional",
            relationship="dimensions",
            dimensions=("MEASURE",),
            attachment_groups=("AREA",),
        ),
    ),
    measures=(Measure(id="OBS_VALUE", concept=concept("OBS_VALUE"), representation=text("Decimal", decimals=2)),),
)


def only(artefact: Maintainable) -> Any:
    """The artefact as SDMX-JSON 1.0 has it, without the links that tell URNs."""
    message = written("json10", artefact, structures=Structures([AREAS]))
    assert schema_errors("json10", message) == []
    (held,) = (found for (found,) in json.loads(message)["data"].values())
    return without_links(held)


def without_links(value: Any) -> Any:
    if isinstance(value, list):
        return [without_links(each) for each in value]
    return (
        {key: without_links(each) for key, each in value.items() if key != "links"}
        if isinstance(value, dict)
        else value
    )


def test_data_structure(tmp_path: Path):
    assert only(STRUCTURE)["dataStructureComponents"] == {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [
                {
                    "id": "REF_AREA",
                    "conceptIdentity": f"{CONCEPT}.REF_AREA",
                    "localRepresentation": {
                        "enumeration": "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_AREA(1.2.0)"
                    },
                }
            ],
            "measureDimensions": [
                {
                    "id": "MEASURE",
                    "conceptIdentity": f"{CONCEPT}.MEASURE",
                    "localRepresentation": {
                        "enumeration": "urn:sdmx:org.sdmx.infomodel.conceptscheme.ConceptScheme=DSM:MEASURES(1.0)"
                    },
                }
            ],
            "timeDimensions": [
                {
                    "id": "TIME_PERIOD",
                    "conceptIdentity": f"{CONCEPT}.TIME_PERIOD",
                    "localRepresentation": {"textFormat": {"textType": "ObservationalTimePeriod"}},
                }
            ],
        },
        "groups": [{"id": "AREA", "groupDimensions": ["REF_AREA"]}],
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                {
                    "id": "A",
                    "assignmentStatus": "Conditional",
                    "conceptIdentity": f"{CONCEPT}.A",
                    "attributeRelationship": {"primaryMeasure": "OBS_VALUE"},
                },
                {
                    "id": "B",
                    "assignmentStatus": "Mandatory",
                    "conceptIdentity": f"{CONCEPT}.B",
                    "attributeRelationship": {"none": {}},
                },
                {
                    "id": "C",
                    "assignmentStatus": "Conditional",
                    "conceptIdentity": f"{CONCEPT}.C",
                    "attributeRelationship": {"dimensions": ["MEASURE"], "attachmentGroups": ["AREA"]},
                },
            ],
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "primaryMeasure": {
                "id": "OBS_VALUE",
                "conceptIdentity": f"{CONCEPT}.OBS_VALUE",
                "localRepresentation": {"textFormat": {"textType": "Decimal", "decimals": 2}},
            },
        },
    }


def test_parents_and_iso_concepts_are_urns(tmp_path: Path):
    concepts = ConceptScheme(
        id="CS",
        agency="DSM",
        names=NAMES,
        items=(
            Concept(id="A", names=NAMES),
            Concept(id="B", names=NAMES, parent="A", iso_concept=("ISO", "CONCEPT", "SCHEME")),
        ),
    )
    units = OrganisationUnitScheme(
        id="UNITS",
        agency="DSM",
        names=NAMES,
        items=(OrganisationUnit(id="A", names=NAMES), OrganisationUnit(id="B", names=NAMES, parent="A")),
    )
    assert only(concepts)["concepts"][1]["parent"] == "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=DSM:CS(1.0).A"
    assert only(concepts)["concepts"][1]["isoConceptReference"] == (
        "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=ISO:SCHEME(1.0).CONCEPT"
    )
    assert only(units)["organisationUnits"][1]["parent"] == (
        "urn:sdmx:org.sdmx.infomodel.base.OrganisationUnit=DSM:UNITS(1.0).A"
    )
    assert read("json10", written("json10", concepts, units), tmp_path)[1] == (concepts, units)


def test_agreement_uses_a_structure_usage():
    agreement = ProvisionAgreement(id="P", agency="DSM", names=NAMES, dataflow=FLOW, data_provider=PROVIDER)
    assert only(agreement)["structureUsage"] == "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:FLOW(1.0.0)"


def test_key_order_is_that_of_the_positions(tmp_path: Path):
    message = json.loads(written("json10", STRUCTURE, structures=Structures([AREAS])))
    dimensions = message["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]
    dimensions["dimensions"][0]["position"], dimensions["measureDimensions"][0]["position"] = 2, 1
    (structure,) = read("json10", json.dumps(message).encode(), tmp_path)[1]
    assert isinstance(structure, DataStructure)
    assert [dimension.id for dimension in structure.dimensions] == ["MEASURE", "REF_AREA"]


def year_start(syntax: str) -> bytes:
    """A structure whose reporting years have a beginning, in the place that the syntax has for it."""
    message = written(syntax, STRUCTURE, structures=Structures([AREAS]))
    if syntax == "ml21":
        start = message.index(b"<structure:Attribute ", message.index(b"<structure:AttributeList"))
        end = message.index(b"</structure:AttributeList>")
        element = (
            b'<structure:ReportingYearStartDay assignmentStatus="Mandatory"><structure:ConceptIdentity><Ref agencyID="DSM"'
            b' maintainableParentID="CS" maintainableParentVersion="1.0.0" id="Y"/></structure:ConceptIdentity>'
            b"<structure:LocalRepresentation><structure:TextFormat/></structure:LocalRepresentation>"
            b"<structure:AttributeRelationship><structure:None/></structure:AttributeRelationship>"
            b"</structure:ReportingYearStartDay>"
        )
        return message[:start] + element + message[end:]
    content = json.loads(message)
    attributes = content["data"]["dataStructures"][0]["dataStructureComponents"]["attributeList"]
    del attributes["attributes"]
    attributes["reportingYearStartDays"] = [
        {
            "id": YEAR_START_ID,
            "assignmentStatus": "Mandatory",
            "conceptIdentity": f"{CONCEPT}.Y",
            "attributeRelationship": {"none": {}},
            "localRepresentation": {"textFormat": {"textType": "MonthDay"}},
        }
    ]
    return json.dumps(content).encode()


@pytest.mark.parametrize("syntax", ["ml21", "json10"])
def test_beginning_of_reporting_years_is_an_attribute(syntax: str, tmp_path: Path):
    message = year_start(syntax)
    assert schema_errors(syntax, message) == []
    (structure,) = read(syntax, message, tmp_path)[1]
    assert isinstance(structure, DataStructure)
    assert structure.attributes == (
        Attribute(
            id=YEAR_START_ID,
            concept=concept("Y"),
            usage="mandatory",
            relationship="dataflow",
            representation=Representation(text_format=TextFormat(text_type="MonthDay")),
        ),
    )
