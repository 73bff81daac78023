"""Regions and groupings of countries, the codes that others give them, and what the hub's dataflows correspond to elsewhere.

Codes are held against `CODES` below: alpha-2, alpha-3 and number of ISO 3166-1, for the twelve states and for areas in which the
classifications differ; and against each other for all."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.content.files import (
    COUNTRIES,
    NAMESPACES,
    codes,
    components,
    dimensions,
    enumeration,
    find,
    iter_references,
    referred,
    target,
    texts,
)

CODES = """AM ARM 051, AZ AZE 031, BY BLR 112, GE GEO 268, KG KGZ 417, KZ KAZ 398, MD MDA 498, RU RUS 643, TJ TJK 762, TM TKM 795,
UA UKR 804, UZ UZB 860, GB GBR 826, GR GRC 300, TW TWN 158, HK HKG 344, AX ALA 248, SS SSD 728, SD SDN 729, PS PSE 275, RS SRB 688,
ME MNE 499, AQ ATA 010, AF AFG 004, US USA 840, BQ BES 535, CW CUW 531, SX SXM 534, GG GGY 831, JE JEY 832, IM IMN 833"""
EU27 = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def grouping(hierarchy: str) -> dict[str, list[etree._Element]]:
    """Code of a group to the hierarchical codes below it."""
    found = find("Hierarchy")[hierarchy]
    return {
        referred(group, "s:Code"): group.findall("s:HierarchicalCode", NAMESPACES)
        for group in found.iterfind("s:HierarchicalCode", NAMESPACES)
    }


def members(hierarchy: str) -> dict[str, list[str]]:
    return {group: sorted(referred(one, "s:Code") for one in some) for group, some in grouping(hierarchy).items()}


def pairs(representation_map: str, agency: str = "DSM") -> dict[str, str]:
    """Value of the source to that of the target, patterns with `^` before them."""
    found = find("RepresentationMap", agency)[representation_map]
    return {
        ("^" if source.get("isRegEx") == "true" else "") + (source.text or ""): mapping.findtext("s:TargetValue", "", NAMESPACES)
        for mapping in found.iterfind("s:RepresentationMapping", NAMESPACES)
        for source in mapping.iterfind("s:SourceValue", NAMESPACES)
    }  # fmt: skip


def countries() -> list[str]:
    areas = [code.get("id") for code in find("Codelist")["CL_AREA"].iterfind("s:Code", NAMESPACES)]
    return [area for area in areas if re.fullmatch("[A-Z]{2}", area)]


def test_each_of_the_twelve_states_lies_in_one_region() -> None:
    assert members("REGIONS") == {
        "EASTERN_EUROPE": ["BY", "MD", "RU", "UA"],
        "SOUTH_CAUCASUS": ["AM", "AZ", "GE"],
        "CENTRAL_ASIA": ["KG", "KZ", "TJ", "TM", "UZ"],
    }
    assert sorted(state for some in members("REGIONS").values() for state in some) == COUNTRIES


def test_groupings_have_the_members_of_2026_and_those_who_left_with_their_time() -> None:
    assert members("ECONOMIC_GROUPS") == {
        "CIS": ["AM", "AZ", "BY", "GE", "KG", "KZ", "MD", "RU", "TJ", "UZ"],
        "EAEU": ["AM", "BY", "KG", "KZ", "RU"],
        "EU27_2020": EU27,
    }
    [georgia] = [one for one in grouping("ECONOMIC_GROUPS")["CIS"] if referred(one, "s:Code") == "GE"]
    assert (georgia.get("validFrom"), georgia.get("validTo")) == ("1993-12-03T00:00:00Z", "2009-08-18T00:00:00Z")
    ended = [one for some in grouping("ECONOMIC_GROUPS").values() for one in some if one.get("validTo")]
    assert ended == [georgia]


def test_the_description_of_the_union_names_its_members() -> None:
    [union] = find("Codelist")["CL_AREA"].iterfind("s:Code[@id='EAEU']", NAMESPACES)
    english = {code.get("id"): code.findtext("c:Name", "", NAMESPACES) for code in union.getparent().iter("{*}Code")}
    described = union.findtext("c:Description", "", NAMESPACES)
    assert all(english[member] in described for member in members("ECONOMIC_GROUPS")["EAEU"])


def test_hierarchies_are_associated_with_concepts_of_the_dataflows() -> None:
    found = {
        id: tuple(target(urn) for urn in texts(one, "s:LinkedHierarchy") + texts(one, "s:LinkedObject") + texts(one, "s:ContextObject"))
        for id, one in find("HierarchyAssociation").items()
    }  # fmt: skip
    assert found == {
        "REGIONS_REF_AREA": ("REGIONS", "REF_AREA"),
        "ECONOMIC_GROUPS_CITIZENSHIP": ("ECONOMIC_GROUPS", "CITIZENSHIP", "FOREIGN_POP"),
    }


def test_areas_have_the_codes_of_iso_3166_1() -> None:
    alpha3, numbers = pairs("AREA_TO_ALPHA3"), pairs("AREA_TO_OKSM")
    assert list(alpha3) == list(numbers) == countries()
    expected = [row.split() for row in CODES.replace("\n", " ").split(",")]
    assert [[area, alpha3[area], numbers[area]] for area, _, _ in expected] == expected
    for some, pattern in ((alpha3, "[A-Z]{3}"), (numbers, r"\d{3}")):
        assert len(set(some.values())) == 249
        assert [code for code in some.values() if not re.fullmatch(pattern, code)] == []


def test_m49_and_oksm_are_the_same_but_for_taiwan_and_two_codes() -> None:
    m49, oksm = pairs("AREA_TO_M49"), pairs("AREA_TO_OKSM")
    assert {area: code for area, code in oksm.items() if m49.get(area) != code} == {"TW": "158"}
    assert set(m49) <= set(oksm)
    listed = {name: set(codes(f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:{name}(1.0.0)")) for name in ("CL_AREA_M49", "CL_AREA_OKSM")}  # fmt: skip
    assert listed["CL_AREA_OKSM"] - listed["CL_AREA_M49"] == {"158", "895", "896"}
    assert listed["CL_AREA_M49"] == set(m49.values())


def test_the_way_back_from_oksm_leaves_out_what_has_no_counterpart() -> None:
    assert pairs("OKSM_TO_AREA") == {code: area for area, code in pairs("AREA_TO_OKSM").items()}


ALL_MAPS = [
    (a.get("agencyID"), id)
    for agency in ("DSM", "DSM.KG", "DSM.MD")
    for id, a in find("RepresentationMap", agency).items()
]


@pytest.mark.parametrize("agency, representation_map", ALL_MAPS)
def test_a_representation_map_leads_from_codes_to_codes(agency: str, representation_map: str) -> None:
    found = find("RepresentationMap", agency)[representation_map]
    sources, targets = (
        set(codes(found.findtext(f"s:{side}Codelist", "", NAMESPACES))) for side in ("Source", "Target")
    )
    for source, value in pairs(representation_map, agency).items():
        if source.startswith("^"):
            left = sources - pairs(representation_map, agency).keys()
            matching = {code: re.fullmatch(source[1:], code) for code in left}
            assert {match.expand(value) for match in matching.values() if match} <= targets
            assert any(matching.values())
        else:
            assert (source in sources, value in targets) == (True, True), source


STRUCTURE_MAPS = {
    "FOREIGN_POP_TO_ESTAT": ("DSM", ("FOREIGN_POP", "DSM"), ("MIGR_POP1CTZ", "ESTAT"), "CARE"),
    "FOREIGN_STUDENTS_TO_FOREIGN_POP": ("DSM.KG", ("FOREIGN_STUDENTS", "DSM.KG"), ("FOREIGN_POP", "DSM"), "CARE"),
    "JOB_SEEKERS_ABROAD_TO_WORK_PERMITS": ("DSM.MD", ("JOB_SEEKERS_ABROAD", "DSM.MD"), ("WORK_PERMITS", "DSM"), "NOT"),
}


@pytest.mark.parametrize("structure_map", STRUCTURE_MAPS)
def test_a_structure_map_gives_every_dimension_of_its_target_and_names_no_component_that_is_not_there(
    structure_map: str,
) -> None:
    agency, source, aim, _ = STRUCTURE_MAPS[structure_map]
    found = find("StructureMap", agency)[structure_map]
    assert (referred(found, "s:Source"), referred(found, "s:Target")) == (source[0], aim[0])
    given = {*texts(found, "s:ComponentMap/s:Target"), *texts(found, "s:FixedValueMap/s:Target")}
    used = {*texts(found, "s:ComponentMap/s:Source"), *texts(found, "s:FixedValueMap/s:Source")}
    # One source of data is chosen by whoever sends: Eurostat has no dimension for it.
    chosen = {"DATA_SOURCE"} if structure_map == "FOREIGN_POP_TO_ESTAT" else set()
    assert set(dimensions(*aim)) <= given <= set(components(*aim))
    assert set(dimensions(*source)) <= used | chosen <= set(components(*source))


@pytest.mark.parametrize("structure_map", STRUCTURE_MAPS)
def test_fixed_values_are_codes_of_their_components(structure_map: str) -> None:
    agency, *ends, _ = STRUCTURE_MAPS[structure_map]
    for fixed in find("StructureMap", agency)[structure_map].iterfind("s:FixedValueMap", NAMESPACES):
        for side, end in zip(("Source", "Target"), ends, strict=True):
            if component := fixed.findtext(f"s:{side}", None, NAMESPACES):
                assert fixed.findtext("s:Value", "", NAMESPACES) in codes(enumeration(components(*end)[component]))


@pytest.mark.parametrize("structure_map", STRUCTURE_MAPS)
def test_a_structure_map_says_in_both_languages_how_far_its_result_can_be_compared(structure_map: str) -> None:
    agency, _, _, degree = STRUCTURE_MAPS[structure_map]
    found = find("StructureMap", agency)[structure_map]
    english, russian = texts(found, "c:Annotations/c:Annotation[@id='COMPARABILITY']/c:AnnotationText")
    assert english.startswith({"CARE": ("Comparable with care", "A part"), "NOT": "Not comparable"}[degree])
    assert russian
    fixed = {
        one.findtext("s:Target", None, NAMESPACES): one.findtext("s:Value", None, NAMESPACES)
        for one in found.iterfind("s:FixedValueMap", NAMESPACES)
    }
    assert fixed.get("COMPARABILITY", degree) == degree


def test_what_is_copied_of_eurostat_says_that_it_is_partial_and_nothing_common_needs_it() -> None:
    assert {a.get("isPartial") for a in find("Codelist", "ESTAT").values()} == {"true"}
    needing = {path.stem for path, urn in iter_references() if "=ESTAT:" in urn and "ESTAT_" not in path.name}
    assert needing == {
        "DSM_FOREIGN_POP_ESTAT",
        "DSM_FOREIGN_POP_TO_ESTAT",
        "DSM_CITIZENSHIP_TO_ESTAT",
        "DSM_AGE_TO_ESTAT",
        "DSM_SEX_TO_ESTAT",
        "DSM_OBS_STATUS_TO_ESTAT",
        "DSM_MIGRATION_TO_ESTAT",
    }


def test_clients_that_ask_for_all_around_a_dataflow_get_nothing_that_they_cannot_read() -> None:
    """sdmx1 asks for `references=all` of dataflows and data structures, and fails at these classes of 2.1."""
    unread = ("ReportingTaxonomy", "Process", "TransformationScheme", "VtlMappingScheme", "Hierarchy")
    ids = {id for cls in unread for id in find(cls)}
    referring = {path.stem for path, urn in iter_references() if ".Dataflow=" in urn or ".DataStructure=" in urn}
    assert len(ids) == 7
    assert {f"DSM_{id}" for id in ids} & referring == set()
