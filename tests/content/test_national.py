"""Sub-agencies of the twelve states, and what two of them maintain for themselves."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.content.files import (
    ARTEFACTS,
    COUNTRIES,
    LANG,
    NAMESPACES,
    attachments,
    codes,
    components,
    cube,
    defaults,
    dimensions,
    enumeration,
    find,
    inherited,
    iter_references,
    referred,
    target,
    texts,
    wrong_defaults,
)

KG, MD = "DSM.KG", "DSM.MD"
# agency: its dataflow, the dimensions, the agreement, the topic
NATIONAL = {
    KG: (
        "FOREIGN_STUDENTS",
        "FREQ REF_AREA CITIZENSHIP SEX STUDY_LEVEL STUDY_FORM FINANCING DATA_SOURCE TIME_PERIOD",
        "FOREIGN_STUDENTS_KG_EDU",
        "STUDY",
    ),
    MD: (
        "JOB_SEEKERS_ABROAD",
        "FREQ REF_AREA SEX AGE DESTINATION EDUCATION OCCUPATION CHANNEL DATA_SOURCE TIME_PERIOD",
        "JOB_SEEKERS_ABROAD_MD_EMPL",
        "LABOUR",
    ),
}
each_agency = pytest.mark.parametrize("agency", NATIONAL)


def extension(agency: str, codelist: str) -> etree._Element:
    [found] = find("Codelist", agency)[codelist].iterfind("s:CodelistExtension", NAMESPACES)
    return found


def test_every_state_has_an_agency_below_that_of_the_hub() -> None:
    scheme = find("AgencyScheme", "DSM")["AGENCIES"]
    assert [agency.get("id") for agency in scheme.iterfind("s:Agency", NAMESPACES)] == COUNTRIES


def test_national_artefacts_are_of_agencies_that_there_are() -> None:
    maintaining = {artefact.get("agencyID") for artefact in ARTEFACTS.values()}
    assert {agency for agency in maintaining if "." in agency} == set(NATIONAL)
    assert set(NATIONAL) <= {f"DSM.{country}" for country in COUNTRIES}


def test_what_is_common_does_not_depend_on_what_is_national() -> None:
    """A country changes its own without asking anybody."""
    dependent = [(path.name, urn) for path, urn in iter_references() if "DSM_" in path.name and "=DSM." in urn]
    assert dependent == []


@each_agency
def test_a_country_has_a_dataflow_of_its_own_with_an_agreement_and_a_topic(agency: str) -> None:
    flow, dimension_ids, agreement, topic = NATIONAL[agency]
    mapped = {KG: {"FOREIGN_POP_STUDENTS"}}.get(agency, set())  # its own in the common structure
    assert (set(find("Dataflow", agency)), set(find("DataStructure", agency))) == ({flow, *mapped}, {flow})
    assert dimensions(flow, agency) == dimension_ids.split()
    assert set(find("ProvisionAgreement", agency)) == {agreement}
    found = find("ProvisionAgreement", agency)[agreement]
    assert (referred(found, "s:Dataflow"), f"{flow}_{referred(found, 's:DataProvider')}") == (flow, agreement)
    [categorisation] = find("Categorisation", agency).values()
    assert (referred(categorisation, "s:Source"), referred(categorisation, "s:Target")) == (flow, topic)


@each_agency
def test_attributes_are_those_of_the_common_data_structures(agency: str) -> None:
    assert attachments(NATIONAL[agency][0], agency) == attachments("FOREIGN_POP")


@each_agency
def test_the_agreement_gives_what_a_sender_need_not_know_and_says_that_numbers_are_invented(agency: str) -> None:
    flow, _, agreement, _ = NATIONAL[agency]
    found = find("ProvisionAgreement", agency)[agreement]
    assert wrong_defaults(found, components(flow, agency)) == []
    usual = find("ProvisionAgreement")["FOREIGN_POP_KG_STAT"]
    assert set(defaults(found)) == set(defaults(usual)) | {"COLLECTION"}
    notice = "c:Annotations/c:Annotation[@id='NOTICE']/c:AnnotationText"
    assert texts(found, notice) == texts(usual, notice)
    assert defaults(found)["COVERAGE"] == defaults(usual)["COVERAGE"]


@each_agency
def test_every_breakdown_has_a_total_and_an_unknown(agency: str) -> None:
    flow = NATIONAL[agency][0]
    breakdowns = set(dimensions(flow, agency)) - {"FREQ", "REF_AREA", "DATA_SOURCE", "TIME_PERIOD"}
    lacking = {i for i in breakdowns if not {"_T", "_U"} <= set(codes(enumeration(components(flow, agency)[i])))}
    assert lacking == set()


@each_agency
def test_concepts_of_a_country_have_the_codelists_that_its_data_structure_uses(agency: str) -> None:
    [scheme] = find("ConceptScheme", agency).values()
    parts = components(NATIONAL[agency][0], agency)
    own = {
        concept.get("id"): concept.findtext("s:CoreRepresentation/s:Enumeration", None, NAMESPACES)
        for concept in scheme.iterfind("s:Concept", NAMESPACES)
    }
    assert own == {id: enumeration(parts[id]) for id in own}
    identities = {i: p.findtext("s:ConceptIdentity", "", NAMESPACES) for i, p in parts.items()}
    assert {i for i, urn in identities.items() if f"={agency}:" in urn} == set(own)


@each_agency
def test_sources_are_the_common_ones_and_the_countrys_register(agency: str) -> None:
    common = [code.get("id") for code in find("Codelist")["CL_DATA_SOURCE"].iterfind("s:Code", NAMESPACES)]
    coded = enumeration(components(NATIONAL[agency][0], agency)["DATA_SOURCE"])
    assert codes(coded) == [*common, {KG: "EDUREG", MD: "EMPLREG"}[agency]]


def test_regions_of_kyrgyzstan_are_children_of_the_country_in_the_common_list() -> None:
    regions = find("Codelist", KG)["CL_TERRITORY"].findall("s:Code", NAMESPACES)
    assert {code.findtext("s:Parent", None, NAMESPACES) for code in regions} == {"KG"}
    assert all(re.fullmatch("KG-[A-Z]{1,2}", code.get("id")) for code in regions)
    assert inherited(extension(KG, "CL_TERRITORY")) == ["KG"]


def test_moldovans_seek_work_in_every_area_but_moldova() -> None:
    every = [code.get("id") for code in find("Codelist")["CL_AREA"].iterfind("s:Code", NAMESPACES)]
    assert inherited(extension(MD, "CL_DESTINATION")) == [code for code in every if code != "MD"]


def test_the_agreement_of_moldova_is_kept_to_its_reference_area() -> None:
    constraint = find("DataConstraint", MD)["REF_AREA_MD"]
    attached = [target(urn) for urn in texts(constraint, "s:ConstraintAttachment/s:ProvisionAgreement")]
    assert (attached, cube(constraint)) == (["JOB_SEEKERS_ABROAD_MD_EMPL"], {"REF_AREA": ["MD"]})


@pytest.mark.parametrize("agency, language", [(KG, "ky"), (MD, "ro")])
def test_codes_of_a_country_have_names_in_its_language(agency: str, language: str) -> None:
    nameless = [
        code.get("urn")
        for codelist in find("Codelist", agency).values()
        for code in codelist.iterfind("s:Code", NAMESPACES)
        if language not in [name.get(LANG) for name in code.iterfind("c:Name", NAMESPACES)]
    ]
    assert nameless == []
