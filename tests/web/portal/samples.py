"""A small registry in which there is something of every class, and each thing says all that its class can."""

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

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
    CubeRegion,
    DataConstraint,
    DataConsumer,
    DataConsumerScheme,
    Dataflow,
    DataKey,
    DataKeySet,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    GeoFeatureSetCode,
    GeographicCodelist,
    GeoGridCode,
    GeoGridCodelist,
    Group,
    HierarchicalCode,
    Hierarchy,
    Link,
    Maintainable,
    MappedValue,
    Measure,
    MetadataAttribute,
    MetadataAttributeUsage,
    Metadataflow,
    MetadataProvider,
    MetadataProviderScheme,
    MetadataSet,
    MetadataStructure,
    OrganisationUnit,
    OrganisationUnitScheme,
    ProvisionAgreement,
    Reference,
    ReportedAttribute,
    Representation,
    RepresentationMap,
    RepresentationMapping,
    SentinelValue,
    TextFormat,
    TimeDimension,
    TimeRange,
    ValueItem,
    ValueList,
    ValueSelection,
)
from tests.formats.structures import examples, exchange_examples

T = TypeVar("T")


def ref(cls: str, id: str, item: str = "") -> Reference:
    return Reference(cls, "DSM", id, "1.0.0", item)


def concept(id: str) -> Reference:
    return ref("Concept", "CS", id)


def kept(cls: type, id: str, en: str, ru: str, **fields: object) -> Maintainable:
    return cls(id=id, agency="DSM", version="1.0.0", names={"en": en, "ru": ru}, **fields)


CONTACT = Contact(
    id="C",
    names={"en": "Aidana", "ru": "Айдана"},
    departments={"en": "Migration"},
    roles={"en": "Statistician"},
    telephones=("+996 1", "+996 2"),
    emails=("stat@example.org",),
    uris=("https://stat.example.org",),
)
SEX = kept(
    Codelist, "CL_SEX", "Sex", "Пол",
    items=(
        Code(id="_T", names={"en": "Both", "ru": "Оба пола"}),
        Code(id="F", names={"en": "Women", "ru": "Женщины"}, parent="_T"),
        Code(id="M", names={"en": "Men", "ru": "Мужчины"}, parent="_T", descriptions={"en": "Boys too"}),
    ),
    links=(Link(rel="see", url="https://example.org/sex", titles={"en": "Elsewhere"}),),
)  # fmt: skip
AREA = kept(
    Codelist, "CL_PLACE", "Areas", "Территории",
    items=(
        Code(id="CIS", names={"en": "Commonwealth", "ru": "Содружество"}),
        Code(id="KG", names={"en": "Kyrgyzstan", "ru": "Кыргызстан"}, parent="CIS"),
        Code(id="TJ", names={"en": "Tajikistan", "ru": "Таджикистан"}, parent="CIS"),
    ),
    extensions=(
        CodelistExtension(codelist=ref("Codelist", "CL_SEX"), prefix="SEX_", members=("F", "M"), include=True),
        CodelistExtension(codelist=ref("Codelist", "CL_ELSEWHERE")),
    ),
)  # fmt: skip
CONCEPTS = kept(
    ConceptScheme, "CS", "Concepts", "Понятия",
    items=(
        *(
            Concept(id=id, names={"en": en, "ru": ru}, iso_concept=("ISO", id, "S"))
            for id, en, ru in (
                ("REF_AREA", "Reference area", "Территория"),
                ("SEX", "Sex of the person", "Пол лица"),
                ("TIME_PERIOD", "Time", "Время"),
                ("OBS_VALUE", "Value", "Значение"),
                ("NOTE", "Comment", "Комментарий"),
                ("CONTACT", "Contact", "Контакт"),
            )
        ),
        Concept(
            id="UNIT",
            names={"en": "Unit", "ru": "Единица"},
            core_representation=Representation(text_format=TextFormat(text_type="Alpha", max_length=3)),
        ),
    ),
)  # fmt: skip
STRUCTURE = kept(
    DataStructure, "DS", "Structure", "Структура",
    dimensions=(
        Dimension(
            concept=concept("REF_AREA"),
            representation=Representation(enumeration=ref("Codelist", "CL_PLACE")),
            roles=(concept("REF_AREA"),),
        ),
        Dimension(concept=concept("SEX"), representation=Representation(enumeration=ref("Codelist", "CL_SEX"))),
    ),
    time_dimension=TimeDimension(
        concept=concept("TIME_PERIOD"),
        representation=Representation(text_format=TextFormat(text_type="ObservationalTimePeriod")),
    ),
    groups=(Group(id="AREAS", dimensions=("REF_AREA",)),),
    measures=(
        Measure(
            concept=concept("OBS_VALUE"),
            usage="mandatory",
            representation=Representation(
                text_format=TextFormat(
                    text_type="Integer",
                    min_value="0",
                    sentinel_values=(SentinelValue(value="-1", names={"en": "secret", "ru": "тайна"}),),
                )
            ),
        ),
    ),
    attributes=(
        Attribute(concept=concept("UNIT"), relationship="dataflow", usage="mandatory"),
        Attribute(
            concept=concept("NOTE"),
            relationship="dimensions",
            dimensions=("REF_AREA", "SEX"),
            optional_dimensions=("SEX",),
            measures=("OBS_VALUE",),
            representation=Representation(
                text_format=TextFormat(is_multilingual=True), min_occurs=0, max_occurs=None
            ),
            annotations=(Annotation(id="A", title="Advice", texts={"en": "Be short"}),),
        ),
        Attribute(id="G", concept=concept("NOTE"), relationship="group", group="AREAS"),
    ),
    metadata=ref("MetadataStructure", "MSD"),
    metadata_attribute_usages=(MetadataAttributeUsage(reference="CONTACT"),),
)  # fmt: skip
FLOW = kept(
    Dataflow, "FLOW", "People", "Люди", structure=ref("DataStructure", "DS"), dimension_constraint=("REF_AREA",)
)
METADATA_STRUCTURE = kept(
    MetadataStructure, "MSD", "Methodology", "Методология",
    attributes=(
        MetadataAttribute(
            concept=concept("CONTACT"),
            is_presentational=True,
            attributes=(
                MetadataAttribute(
                    concept=concept("SEX"),
                    min_occurs=0,
                    max_occurs=3,
                    representation=Representation(enumeration=ref("Codelist", "CL_SEX")),
                ),
                MetadataAttribute(concept=concept("NOTE"), min_occurs=1, max_occurs=None),
            ),
        ),
    ),
)  # fmt: skip
REPORT = kept(
    MetadataSet, "REPORT", "A report", "Отчет",
    metadataflow=ref("Metadataflow", "MDF"),
    targets=(ref("Dataflow", "FLOW"),),
    attributes=(
        ReportedAttribute(
            id="CONTACT",
            attributes=(
                ReportedAttribute(id="SEX", values=("F",)),
                ReportedAttribute(
                    id="NOTE", is_structured=True, texts={"en": "<p>First</p><p>Second &amp; <b>last</b></p>"}
                ),
            ),
        ),
    ),
)  # fmt: skip
CONSTRAINT = kept(
    DataConstraint, "CON", "Limits", "Пределы",
    attachment=(ref("Dataflow", "FLOW"),),
    cube_regions=(
        CubeRegion(
            keys=(
                ValueSelection(id="SEX", values=("F", "M"), cascades=("true", ""), include=False),
                ValueSelection(id="REF_AREA", values=("K%", "TJ"), validities=((None, None), ("2020", "2021"))),
                ValueSelection(
                    id="TIME_PERIOD", time_range=TimeRange(start="2015", end="2020-06", end_inclusive=False)
                ),
            )
        ),
        CubeRegion(include=False, keys=(ValueSelection(id="SEX", values=("M",)),)),
    ),
    key_sets=(DataKeySet(keys=(DataKey(values=(("REF_AREA", "KG"), ("SEX", "F"))), DataKey(values=(("SEX", "M"),)))),),
    reference_period=("2015-01-01T00:00:00Z", "2025-12-31T00:00:00Z"),
)  # fmt: skip
HIERARCHY = kept(
    Hierarchy, "GROUPS", "Groups of areas", "Группы территорий",
    items=(
        HierarchicalCode(
            id="1",
            code=ref("Code", "CL_PLACE", "CIS"),
            items=(
                HierarchicalCode(id="2", code=ref("Code", "CL_PLACE", "KG"), valid_from="2015-08-12T00:00:00Z"),
                HierarchicalCode(id="3", code=ref("Code", "CL_NOWHERE", "XX")),
            ),
        ),
    ),
)  # fmt: skip
NUMBERS = kept(
    RepresentationMap, "AREA_NUMBERS", "Areas to numbers", "Территории и числа",
    sources=(ref("Codelist", "CL_PLACE"),),
    targets=("Integer",),
    mappings=(
        RepresentationMapping(sources=(MappedValue(value="KG"),), targets=("417",)),
        RepresentationMapping(sources=(MappedValue(value="T.", is_regex=True),), targets=("762",)),
    ),
)  # fmt: skip

OF_HERE: tuple[Maintainable, ...] = (
    SEX, AREA, CONCEPTS, STRUCTURE, FLOW, METADATA_STRUCTURE, REPORT, CONSTRAINT, HIERARCHY, NUMBERS,
    kept(AgencyScheme, "AGENCIES", "Agencies", "Агентства", items=(Agency(id="X", contacts=(CONTACT,)),)),
    kept(DataProviderScheme, "P", "Providers", "Поставщики", items=(DataProvider(id="X", names={"en": "Office"}),)),
    kept(DataConsumerScheme, "C", "Consumers", "Потребители", items=(DataConsumer(id="X", contacts=(CONTACT,)),)),
    kept(MetadataProviderScheme, "MP", "Writers", "Авторы", items=(MetadataProvider(id="X", contacts=(CONTACT,)),)),
    kept(
        OrganisationUnitScheme, "U", "Units", "Подразделения",
        items=(OrganisationUnit(id="A", names={"en": "All"}), OrganisationUnit(id="B", parent="A", contacts=(CONTACT,))),
    ),
    kept(
        GeographicCodelist, "GEO", "Places", "Места",
        items=(GeoFeatureSetCode(id="P", names={"en": "Point"}, value="POINT (42.87 74.59)"),),
    ),
    kept(
        GeoGridCodelist, "GRID", "Grid", "Сетка", grid_definition="10 km",
        items=(GeoGridCode(id="P", names={"en": "Cell"}, geo_cell="A:10"),),
    ),
    kept(ValueList, "VL", "Values", "Значения", items=(ValueItem(id="a & b", names={"en": "Both"}),) * 2),
    kept(
        CategoryScheme, "SUBJECTS", "Topics", "Темы",
        items=(Category(id="A", names={"en": "First"}, items=(Category(id="A1", names={"ru": "Ниже"}),)),),
    ),
    kept(
        Categorisation, "CAT", "Place", "Место",
        source=ref("Dataflow", "FLOW"), target=ref("Category", "SUBJECTS", "A.A1"),
    ),
    kept(
        Metadataflow, "MDF", "Notes", "Записки",
        structure=ref("MetadataStructure", "MSD"), targets=(Reference("Dataflow", "*", "*", "*"),),
    ),
    kept(
        ProvisionAgreement, "PA", "Agreement", "Соглашение",
        dataflow=ref("Dataflow", "FLOW"), data_provider=ref("DataProvider", "P", "X"),
        annotations=(
            Annotation(type="DEFAULT", id="SEX", value="F"),
            Annotation(type="NOTICE", texts={"en": "Invented", "ru": "Вымышлено"}),
        ),
    ),
)  # fmt: skip
OF_FORMATS = tuple(artefact for artefact, _ in (*examples.EXAMPLES, *exchange_examples.EXAMPLES))


# What the examples refer to -> what is in the content of this repository.
CONTENT = {
    "CL_AREA": ("CL_AREA", "1.0.0"),
    "FLOW": ("FOREIGN_POP", "1.0.0"),
    "DS": ("FOREIGN_POP", "1.0.0"),
    "CS": ("CS_MIGRATION", "1.0.0"),
    "TOPICS": ("TOPICS", "1.1.0"),
}


def around_content() -> list[Maintainable]:
    """The examples of the formats, about the content of this repository."""
    return [_about_content(artefact) for artefact in everything() if artefact not in OF_HERE]


def _about_content(value: T) -> T:
    match value:
        case Reference(agency="DSM", id=id) if id in CONTENT:
            id, version = CONTENT[id]
            return replace(value, id=id, version=version)
        case tuple():
            parts = tuple(map(_about_content, value))
            all_refer = all(isinstance(part, Reference) for part in parts)
            return tuple(dict.fromkeys(parts)) if all_refer else parts  # type: ignore[return-value]
        case _ if is_dataclass(value) and not isinstance(value, type | Reference):
            return replace(value, **{each.name: _about_content(getattr(value, each.name)) for each in fields(value)})
        case _:
            return value


def everything() -> list[Maintainable]:
    """Each once: examples of the formats that have an identity in common get ids of their own."""
    found = {artefact.reference: artefact for artefact in OF_HERE}
    for number, artefact in enumerate(OF_FORMATS):
        if artefact.reference in found:
            artefact = replace(artefact, id=f"{artefact.id}_{number}")
        found[artefact.reference] = artefact
    return list(found.values())
