"""What changes between versions of the standard, and what is refused."""

import json
from dataclasses import replace

import pytest
from lxml import etree

from sdmx_dsm.errors import NotFound, Unsupported
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.structures import write_json20, write_ml30
from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Annotation,
    Attribute,
    Categorisation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    Concept,
    ConceptScheme,
    Contact,
    DataConstraint,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    Group,
    Link,
    Measure,
    MetadataAttribute,
    MetadataAttributeUsage,
    MetadataStructure,
    ProvisionAgreement,
    Reference,
    Representation,
    Structures,
    TextFormat,
    TimeDimension,
)
from tests.formats.structures.checks import SYNTAXES, element_text, one, read, schema_errors, written

NAMES = {"en": "A name", "ru": "Название"}
AREA = Reference("Codelist", "DSM", "CL_AREA", "1.0+.0")
AREAS = Codelist(id="CL_AREA", agency="DSM", version="1.2.0", names=NAMES, items=(Code(id="KG", names=NAMES),))
FLOW = Reference("Dataflow", "DSM", "FLOW", "1.0.0")
PROVIDER = Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT")


def concept(id: str) -> Reference:
    return Reference("Concept", "DSM", "CS", "1.0.0", id)


def text(text_type: str = "String", **facets: object) -> Representation:
    return Representation(text_format=TextFormat(text_type=text_type, **facets))  # type: ignore[arg-type]


OBS_VALUE = Measure(id="OBS_VALUE", concept=concept("OBS_VALUE"), representation=text("Decimal", min_value="0.50"))
TIME = TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD"), representation=text("ObservationalTimePeriod"))
STRUCTURE = DataStructure(
    id="STRUCTURE",
    agency="DSM",
    version="1.0.0",
    names=NAMES,
    dimensions=(
        Dimension(id="FREQ", concept=concept("FREQ"), representation=text()),
        Dimension(id="REF_AREA", concept=concept("REF_AREA"), representation=Representation(enumeration=AREA)),
    ),
    time_dimension=TIME,
    groups=(Group(id="Sibling", dimensions=("REF_AREA",)),),
    measures=(OBS_VALUE,),
)
CONSTRAINT = DataConstraint(id="CONSTRAINT", agency="DSM", version="1.0.0", names=NAMES, attachment=(FLOW,))


def with_attribute(**fields: object) -> DataStructure:
    return replace(STRUCTURE, attributes=(Attribute(id="NOTE", concept=concept("NOTE"), **fields),))  # type: ignore[arg-type]


def refused(syntax: str, *artefacts) -> str:
    with pytest.raises(Unsupported) as caught:
        written(syntax, *artefacts, structures=Structures([AREAS]))
    return str(caught.value)


# --- versions and references ------------------------------------------------------------------------------------------


def test_reference_of_21_is_a_ref_with_class_package_and_the_version_there_is():
    message = written("ml21", STRUCTURE, structures=Structures([AREAS]))
    assert schema_errors("ml21", message) == []
    assert b'<Ref agencyID="DSM" id="CL_AREA" version="1.2.0" class="Codelist" package="codelist"/>' in message
    assert (
        b'<Ref agencyID="DSM" maintainableParentID="CS" maintainableParentVersion="1.0.0" id="FREQ"'
        b' class="Concept" package="conceptscheme"/>' in message
    )


def test_reference_resolves_among_the_artefacts_of_the_message_too():
    assert b'id="CL_AREA" version="1.2.0"' in written("ml21", STRUCTURE, AREAS)


def test_reference_to_nothing_is_said_before_anything_is_sent():
    with pytest.raises(NotFound) as caught:
        written("ml21", STRUCTURE)
    assert str(caught.value) == (
        "There is no Codelist DSM:CL_AREA(1.0+.0), which SDMX-ML 2.1 has to show with its version."
    )


def test_reference_of_30_keeps_its_wildcard():
    assert b"Codelist=DSM:CL_AREA(1.0+.0)</structure:Enumeration>" in written("ml30", STRUCTURE)


@pytest.mark.parametrize(
    "version, is_final, shown",
    [
        ("1.0.0", None, {"version": "1.0.0", "isFinal": "true"}),
        ("1.0", None, {"version": "1.0"}),
        ("1.0", True, {"version": "1.0", "isFinal": "true"}),
        ("1.0.0", False, {"version": "1.0.0", "isFinal": "false"}),
        ("2.0.0-draft", None, {"version": "2.0.0"}),
        ("0.1.0", None, {"version": "0.1.0"}),
    ],
)
def test_stable_version_is_final_in_21(version, is_final, shown):
    message = written("ml21", replace(AREAS, version=version, is_final=is_final))
    assert schema_errors("ml21", message) == []
    assert {key: value for key, value in one(message, "Codelist").items() if key in ("version", "isFinal")} == shown


def test_version_stays_as_it_is_in_30_and_is_never_called_final():
    message = written("ml30", replace(AREAS, version="1.0", is_final=True))
    assert schema_errors("ml30", message) == []
    assert one(message, "Codelist") == {
        "urn": "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_AREA(1.0)",
        "id": "CL_AREA",
        "agencyID": "DSM",
        "version": "1.0",
    }


def test_organisation_scheme_of_another_version_is_refused_by_30():
    scheme = AgencyScheme(id="AGENCIES", agency="DSM", version="2.0", names=NAMES)
    assert refused("ml30", scheme) == (
        "AgencyScheme DSM:AGENCIES(2.0): SDMX-ML 3.0 can't say the version 2.0 of an organisation scheme, which is always 1.0."
    )


# --- data structures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "usage, status", [("mandatory", "Mandatory"), ("optional", "Conditional"), (None, "Conditional")]
)
def test_usage_is_an_assignment_status_in_21(usage, status):
    message = written("ml21", with_attribute(usage=usage), AREAS)
    assert schema_errors("ml21", message) == []
    assert one(message, "Attribute")["assignmentStatus"] == status


@pytest.mark.parametrize(
    "fields, in_21, in_30",
    [
        ({"relationship": "dataflow"}, "None", "Dataflow"),
        ({"relationship": "observation"}, "PrimaryMeasure", "Observation"),
        ({"relationship": "dimensions", "dimensions": ("FREQ",)}, "Dimension", "Dimension"),
        ({"relationship": "group", "group": "Sibling"}, "Group", "Group"),
    ],
)
def test_relationship_has_its_name_in_each_version(fields, in_21, in_30, tmp_path):
    structure = with_attribute(usage="optional", **fields)
    for syntax, element in (("ml21", in_21), ("ml30", in_30)):
        message = written(syntax, structure, structures=Structures([AREAS]))
        assert schema_errors(syntax, message) == []
        assert len(element_text(message, f"AttributeRelationship/{element}")) == 1
        (again,) = read(syntax, message, tmp_path)[1]
        assert again.attributes == structure.attributes


def test_attribute_of_21_at_dimensions_and_groups_hangs_at_all_of_their_dimensions_in_30():
    structure = with_attribute(relationship="dimensions", dimensions=("FREQ",), attachment_groups=("Sibling",))
    assert element_text(written("ml30", structure), "AttributeRelationship/Dimension") == ["FREQ", "REF_AREA"]


def test_measure_relationship_is_left_out_of_21():
    structure = with_attribute(usage="optional", measures=("OBS_VALUE",))
    assert element_text(written("ml30", structure), "MeasureRelationship/Measure") == ["OBS_VALUE"]
    assert b"MeasureRelationship" not in written("ml21", structure, AREAS)


def test_the_measure_is_the_primary_measure_of_21(tmp_path):
    message = written("ml21", STRUCTURE, AREAS)
    assert one(message, "PrimaryMeasure") == {
        "urn": "urn:sdmx:org.sdmx.infomodel.datastructure.PrimaryMeasure=DSM:STRUCTURE(1.0.0).OBS_VALUE",
        "id": "OBS_VALUE",
    }
    (structure,) = (each for each in read("ml21", message, tmp_path)[1] if isinstance(each, DataStructure))
    assert structure.measures == (OBS_VALUE,)


def test_measure_dimension_is_kept_in_21_and_a_dimension_with_that_role_in_30(tmp_path):
    scheme = Reference("ConceptScheme", "DSM", "CS_MEASURES", "1.0")
    dimension = Dimension(
        id="INDICATOR", concept=concept("INDICATOR"), representation=Representation(enumeration=scheme), is_measure=True
    )
    structure = replace(STRUCTURE, dimensions=(*STRUCTURE.dimensions, dimension), is_final=True)
    message = written("ml21", structure, structures=Structures([AREAS]))
    assert schema_errors("ml21", message) == []
    (again,) = read("ml21", message, tmp_path)[1]
    assert again.dimensions[2] == dimension
    message = written("ml30", structure)
    assert schema_errors("ml30", message) == []
    (later,) = read("ml30", message, tmp_path)[1]
    assert isinstance(later, DataStructure)
    role = Reference("Concept", "SDMX", "SDMX_CONCEPT_ROLES", "1.0", "MEASURE")
    assert later.dimensions[2] == replace(dimension, is_measure=False, representation=text(), roles=(role,))


def test_further_measures_are_attributes_of_the_observation_in_21(tmp_path):
    count = Measure(id="OBS_COUNT", concept=concept("OBS_COUNT"), representation=text("Integer"), usage="mandatory")
    message = written("ml21", replace(STRUCTURE, measures=(OBS_VALUE, count)), AREAS)
    assert schema_errors("ml21", message) == []
    (structure,) = (each for each in read("ml21", message, tmp_path)[1] if isinstance(each, DataStructure))
    assert structure.measures == (OBS_VALUE,)
    assert structure.attributes == (
        Attribute(id="OBS_COUNT", concept=count.concept, representation=text("Integer"), usage="mandatory"),
    )


def test_structure_without_obs_value_has_an_empty_primary_measure_in_21(tmp_path):
    for syntax in ("ml21", "json10"):
        message = written(syntax, replace(STRUCTURE, measures=()), AREAS)
        assert schema_errors(syntax, message) == []
        (structure,) = (each for each in read(syntax, message, tmp_path)[1] if isinstance(each, DataStructure))
        assert [measure.concept.urn for measure in structure.measures] == [
            "urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept=SDMX:CROSS_DOMAIN_CONCEPTS(2.0).OBS_VALUE"
        ]


def test_metadata_that_are_reported_with_data_are_attributes_in_21(tmp_path):
    metadata = MetadataStructure(
        id="MSD",
        agency="DSM",
        version="1.0.0",
        names=NAMES,
        attributes=(MetadataAttribute(id="CONTACT", concept=concept("CONTACT"), representation=text()),),
    )
    usage = MetadataAttributeUsage(reference="CONTACT", relationship="dimensions", dimensions=("REF_AREA",))
    structure = replace(STRUCTURE, metadata=metadata.reference, metadata_attribute_usages=(usage,))
    message = written("ml21", structure, structures=Structures([AREAS, metadata]))
    assert schema_errors("ml21", message) == []
    (found,) = read("ml21", message, tmp_path)[1]
    assert isinstance(found, DataStructure)
    assert found.attributes == (
        Attribute(
            id="CONTACT",
            concept=concept("CONTACT"),
            representation=text(),
            usage="optional",
            relationship="dimensions",
            dimensions=("REF_AREA",),
        ),
    )
    assert refused("ml21", structure) == (
        "DataStructure DSM:STRUCTURE(1.0.0): SDMX-ML 2.1 can't say the metadata attribute CONTACT as an attribute of data."
    )


@pytest.mark.parametrize(
    "structure, reason",
    [
        (
            with_attribute(representation=Representation(text_format=TextFormat(), max_occurs=None)),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say several values of one component.",
        ),
        (
            with_attribute(representation=text(is_multilingual=True)),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say text in several languages.",
        ),
        (
            with_attribute(representation=text("GeospatialInformation")),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say the type GeospatialInformation.",
        ),
        (
            with_attribute(representation=text("XHTML")),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say the type XHTML.",
        ),
        (
            with_attribute(representation=Representation(enumeration=Reference("ValueList", "DSM", "VL", "1.0.0"))),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say an enumeration by ValueList.",
        ),
    ],
)
def test_21_refuses_what_it_cannot_say_and_30_says_it(structure, reason):
    assert refused("ml21", structure) == reason
    for syntax in ("ml30", "json20"):
        assert schema_errors(syntax, written(syntax, structure)) == []


def test_dimension_in_several_languages_is_refused_everywhere():
    dimension = Dimension(id="FREQ", concept=concept("FREQ"), representation=text(is_multilingual=True))
    for syntax in SYNTAXES:
        assert "FREQ: SDMX" in refused(syntax, replace(STRUCTURE, dimensions=(dimension,)))


def test_time_without_representation_gets_the_format_that_schemas_demand(tmp_path):
    structure = replace(STRUCTURE, time_dimension=TimeDimension(concept=concept("TIME_PERIOD")))
    for syntax in SYNTAXES:
        message = written(syntax, structure, structures=Structures([AREAS]))
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1][0].time_dimension == TIME  # type: ignore[attr-defined]


# --- annotations, links, extensions -----------------------------------------------------------------------------------


def test_annotation_value_is_the_title_in_21_where_that_is_free():
    flow = Dataflow(
        id="F", agency="DSM", names=NAMES, annotations=(Annotation(id="UNIT_MULT", type="DEFAULT", value="0"),)
    )
    message = written("ml21", flow)
    assert schema_errors("ml21", message) == []
    assert element_text(message, "Annotation/AnnotationTitle") == ["0"]
    assert element_text(written("ml30", flow), "Annotation/AnnotationValue") == ["0"]


def test_annotation_with_title_and_value_is_refused_by_21():
    code = Code(id="A", names=NAMES, annotations=(Annotation(id="X", title="A title", value="0"),))
    assert refused("ml21", replace(AREAS, items=(code,))) == (
        "Codelist DSM:CL_AREA(1.2.0), X: SDMX-ML 2.1 can't say the value of an annotation that has a title too (“A title”)."
    )


def test_codelist_extension_comes_back(tmp_path):
    extensions = (
        CodelistExtension(codelist=AREA),
        CodelistExtension(codelist=AREA, prefix="X_", members=("K%", "TJ"), cascades=("", "true")),
        CodelistExtension(codelist=AREA, include=False, members=("UZ",), cascades=("excluderoot",)),
    )
    codelist = replace(AREAS, extensions=extensions)
    for syntax in ("ml30", "json20"):
        message = written(syntax, codelist)
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1] == (codelist,)


def test_21_has_the_codes_that_a_codelist_inherits_and_refuses_it_without_them():
    own = Codelist(
        id="CL_OWN",
        agency="DSM",
        version="1.0.0",
        names=NAMES,
        extensions=(CodelistExtension(codelist=AREA, prefix="X_"),),
    )
    message = written("ml21", own, structures=Structures([AREAS]))
    assert schema_errors("ml21", message) == []
    assert [code.get("id") for code in etree.fromstring(message).iter("{*}Code")] == [
        f"X_{code.id}" for code in AREAS.items
    ]
    lost = replace(own, extensions=(CodelistExtension(codelist=AREA.at("9.0.0")),))
    assert refused("ml21", lost) == "Codelist DSM:CL_OWN(1.0.0): SDMX-ML 2.1 can't say extensions of Codelist."


def test_links_and_addresses_come_back(tmp_path):
    links = (
        Link(rel="copyright", url="https://example.org/c", type="text"),
        Link(rel="alternate", url="https://a.org/"),
    )
    codelist = replace(
        AREAS,
        links=links,
        uri="https://example.org/uri",
        service_url="https://a.org/s",
        structure_url="https://a.org/x",
    )
    for syntax in ("ml30", "json20"):
        message = written(syntax, codelist)
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1] == (codelist,)
    assert refused("ml21", codelist) == "Codelist DSM:CL_AREA(1.2.0): SDMX-ML 2.1 can't say links of Codelist."


def test_link_of_json_to_another_structure_is_no_address_of_the_artefact(tmp_path):
    link = Link(
        rel="structure",
        url="https://example.org/ds",
        urn="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=A:B(1.0)",
    )
    flow = Dataflow(id="F", agency="DSM", names=NAMES, links=(link,), structure_url="https://example.org/f")
    assert read("json21", written("json21", flow), tmp_path)[1] == (flow,)


# --- agreements, other classes ----------------------------------------------------------------------------------------


def test_categorisation_of_31_has_the_version_that_the_standard_fixes(tmp_path):
    categorisation = Categorisation(id="X", agency="DSM", version="1.2.0", names=NAMES, is_external_reference=True)
    message = written("ml31", categorisation)
    assert schema_errors("ml31", message) == []
    assert read("ml31", message, tmp_path)[1] == (replace(categorisation, version="1.0"),)


def test_agreement_uses_a_structure_usage_in_21(tmp_path):
    agreement = ProvisionAgreement(
        id="P", agency="DSM", version="1.0", names=NAMES, dataflow=FLOW, data_provider=PROVIDER
    )
    message = written("ml21", agreement)
    assert schema_errors("ml21", message) == []
    assert len(element_text(message, "ProvisionAgreement/StructureUsage")) == 1
    assert read("ml21", message, tmp_path)[1] == (agreement,)


OTHERS = (
    AgencyScheme(
        id="AGENCIES",
        agency="SDMX",
        names=NAMES,
        items=(
            Agency(
                id="DSM",
                names=NAMES,
                contacts=(
                    Contact(
                        names=NAMES,
                        departments={"en": "Statistics"},
                        roles={"en": "Head"},
                        telephones=("+1", "+2"),
                        faxes=("+3",),
                        x400s=("C=AT",),
                        uris=("https://example.org/",),
                        emails=("a@example.org",),
                    ),
                ),
            ),
        ),
    ),
    Categorisation(
        id="CAT",
        agency="DSM",
        names=NAMES,
        source=FLOW,
        target=Reference("Category", "DSM", "TOPICS", "1.0.0", "POP.STOCK"),
    ),
    CategoryScheme(
        id="TOPICS",
        agency="DSM",
        version="1.0",
        names=NAMES,
        valid_from="2020-01-01T00:00:00Z",
        items=(Category(id="POP", names=NAMES, items=(Category(id="STOCK", names=NAMES, descriptions=NAMES),)),),
    ),
    ConceptScheme(
        id="CS",
        agency="DSM",
        version="1.0",
        names=NAMES,
        is_partial=True,
        items=(
            Concept(id="A", names=NAMES, core_representation=text("Decimal", decimals=2, max_value="12.50")),
            Concept(id="B", names=NAMES, parent="A", iso_concept=("ISO", "CONCEPT", "SCHEME")),
        ),
    ),
    DataProviderScheme(
        id="DATA_PROVIDERS", agency="DSM", names=NAMES, items=(DataProvider(id="KG_STAT", names=NAMES),)
    ),
)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_other_classes_come_back_from_all_syntaxes(syntax, tmp_path):
    message = written(syntax, *OTHERS)
    assert schema_errors(syntax, message) == []
    assert sorted(read(syntax, message, tmp_path)[1], key=lambda each: each.id) == sorted(
        OTHERS, key=lambda each: each.id
    )


def test_nested_items_have_their_path_in_the_urn():
    urns = [
        link["urn"]
        for category in json.loads(written("json20", *OTHERS))["data"]["categorySchemes"][0]["categories"]
        for each in (category, *category["categories"])
        for link in each["links"]
    ]
    assert urns == [
        "urn:sdmx:org.sdmx.infomodel.categoryscheme.Category=DSM:TOPICS(1.0).POP",
        "urn:sdmx:org.sdmx.infomodel.categoryscheme.Category=DSM:TOPICS(1.0).POP.STOCK",
    ]


# --- stubs, names, languages ------------------------------------------------------------------------------------------

STUBS = (
    AgencyScheme(id="AGENCIES", agency="DSM", names=NAMES, is_external_reference=True),
    Categorisation(id="X", agency="DSM", names=NAMES, is_external_reference=True),
    CategoryScheme(id="X", agency="DSM", names=NAMES, is_external_reference=True),
    Codelist(id="X", agency="DSM", names=NAMES, is_external_reference=True, structure_url="https://example.org/x"),
    ConceptScheme(id="X", agency="DSM", names=NAMES, is_external_reference=True),
    DataConstraint(id="X", agency="DSM", names=NAMES, is_external_reference=True),
    DataProviderScheme(id="DATA_PROVIDERS", agency="DSM", names=NAMES, is_external_reference=True),
    DataStructure(id="X", agency="DSM", names=NAMES, is_external_reference=True),
    Dataflow(id="X", agency="DSM", names=NAMES, is_external_reference=True),
)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("stub", STUBS, ids=lambda stub: type(stub).__name__)
def test_stub_is_valid_and_comes_back(syntax, stub, tmp_path):
    message = written(syntax, stub)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (stub,)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_message_without_artefacts_is_valid(syntax, tmp_path):
    message = written(syntax)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == ()


@pytest.mark.parametrize(
    "languages, names",
    [
        (("*",), ["A name", "Название"]),
        (("ru",), ["Название"]),
        (("ru-RU", "en"), ["A name", "Название"]),
        (("fr",), ["A name"]),  # there is none: the best that there is
    ],
)
def test_names_come_in_the_languages_that_are_wanted(languages, names):
    codelist = replace(AREAS, items=())
    assert element_text(written("ml30", codelist, languages=languages), "Codelist/Name") == names


def test_json_has_the_best_name_and_all_wanted():
    (codelist,) = json.loads(written("json20", AREAS, languages=("ru", "en")))["data"]["codelists"]
    assert (codelist["name"], codelist["names"]) == ("Название", NAMES)
    (codelist,) = json.loads(written("json20", AREAS))["data"]["codelists"]
    assert (codelist["name"], codelist["names"]) == ("A name", NAMES)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_id_stands_in_for_a_missing_name(syntax, tmp_path):
    message = written(syntax, Codelist(id="CL", agency="DSM", items=(Code(id="A"),)))
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (
        Codelist(id="CL", agency="DSM", names={"en": "CL"}, items=(Code(id="A", names={"en": "A"}),)),
    )


def test_character_that_xml_lacks_is_refused():
    with pytest.raises(Unsupported) as caught:
        written("ml30", replace(AREAS, names={"en": "a\x00b"}))
    assert str(caught.value) == "XML has no character U+0000; it is in “a\x00b”."


def test_numbers_of_facets_keep_their_digits_in_json():
    assert b'"minValue":0.50' in written("json20", STRUCTURE)


def test_json_has_zones_for_dates_without():
    message = written("json20", replace(AREAS, valid_from="2020-01-01T00:00:00", valid_to="2020-12-31"))
    assert schema_errors("json20", message) == []
    assert b'"validFrom":"2020-01-01T00:00:00Z","validTo":"2020-12-31T00:00:00Z"' in message


def test_artefacts_stand_in_the_order_of_the_schema_and_as_given_within():
    codelists = [replace(AREAS, id=id) for id in ("CL_B", "CL_A")]
    message = written("ml30", STRUCTURE, *codelists)
    assert message.index(b'id="CL_B"') < message.index(b'id="CL_A"') < message.index(b'id="STRUCTURE"')


def test_long_message_comes_in_pieces():
    codes = tuple(Code(id=f"C{number}", names=NAMES) for number in range(2000))
    for write in (write_ml30, write_json20):
        pieces = list(write([replace(AREAS, items=codes)], StructureOptions(), Structures()))
        assert len(pieces) > 3
        assert max(map(len, pieces)) < 200_000
