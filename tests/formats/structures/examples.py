"""One artefact of each class that other tests do not make by hand, with every field that some version of the standard has.

`EXAMPLES`: the artefacts, by the syntaxes that can say all of it."""

from sdmx_dsm.model import (
    Annotation,
    CategorySchemeMap,
    CodelistHierarchy,
    CodelistMap,
    ComponentMap,
    Computation,
    ConceptSchemeMap,
    CustomType,
    CustomTypeScheme,
    DatePatternMap,
    EpochMap,
    FixedValueMap,
    FrequencyFormatMapping,
    FromVtlMapping,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    HierarchyAssociation,
    HybridCodelistMap,
    IncludedCodelist,
    ItemAssociation,
    ItemMap,
    Level,
    LocalComponent,
    Maintainable,
    MappedValue,
    NamePersonalisation,
    NamePersonalisationScheme,
    OrganisationSchemeMap,
    Process,
    ProcessArtefact,
    ProcessStep,
    Reference,
    ReportingCategory,
    ReportingTaxonomy,
    ReportingTaxonomyMap,
    RepresentationMap,
    RepresentationMapping,
    Ruleset,
    RulesetScheme,
    SetCategorySchemeMap,
    SetComponentMap,
    SetConceptSchemeMap,
    SetOrganisationSchemeMap,
    SetReportingTaxonomyMap,
    SetStructureMap,
    StructureMap,
    StructureSet,
    TextFormat,
    ToVtlMapping,
    Transformation,
    TransformationScheme,
    Transition,
    UserDefinedOperator,
    UserDefinedOperatorScheme,
    VtlMapping,
    VtlMappingScheme,
)
from tests.formats.structures import exchange_examples

NAMES = {"en": "A name", "ru": "Название"}
NOTES = {"en": "A note", "ru": "Примечание"}
ANNOTATIONS = (Annotation(id="N", title="Title", type="TYPE", texts=NOTES),)
BOTH = {"names": NAMES, "descriptions": NOTES, "annotations": ANNOTATIONS}
CODELIST = Reference("Codelist", "DSM", "CL_AREA", "1.0")
VALUE_LIST = Reference("ValueList", "DSM", "VL", "1.0")
FLOW = Reference("Dataflow", "DSM", "FLOW", "1.0")
STRUCTURE = Reference("DataStructure", "DSM", "DS", "1.0")
CONCEPTS = Reference("ConceptScheme", "DSM", "CS", "1.0")
TOPICS = Reference("CategoryScheme", "DSM", "TOPICS", "1.0")
PROVIDERS = Reference("DataProviderScheme", "DSM", "DATA_PROVIDERS", "1.0")
TAXONOMY = Reference("ReportingTaxonomy", "DSM", "REPORT", "1.0")
HIERARCHICAL = Reference("HierarchicalCodelist", "DSM", "HCL", "1.0")
FROM, UNTIL = "2020-01-01T00:00:00Z", "2021-12-31T23:59:59Z"


def kept(cls: type, id: str = "X", **fields: object) -> Maintainable:
    return cls(id=id, agency="DSM", version="1.0", valid_from=FROM, valid_to=UNTIL, **BOTH, **fields)


def of(reference: Reference, cls: str, item: str) -> Reference:
    return Reference(cls, reference.agency, reference.id, reference.version, item)


def code(id: str, *below: HierarchicalCode, **fields: object) -> HierarchicalCode:
    return HierarchicalCode(id=id, code=of(CODELIST, "Code", id), items=below, **fields)  # type: ignore[arg-type]


LEVEL = Level(
    id="REGIONS",
    names=NAMES,
    coding_format=TextFormat(text_type="Alpha", max_length=3),
    level=Level(id="COUNTRIES", names=NAMES),
)
CODES = (
    code(
        "CIS",
        code("KG", level="COUNTRIES", valid_from=FROM, valid_to=UNTIL),
        code("TJ"),
        level="REGIONS",
        annotations=ANNOTATIONS,
    ),
)
DATE_MAP = {"mapped_components": (("YEAR", "TIME_PERIOD"), ("MONTH", "REF_PERIOD")), "annotations": ANNOTATIONS}
ITEM_MAPS = (
    ItemMap(
        source=MappedValue(value="A.+", is_regex=True, start_index=1, end_index=3),
        target="B",
        valid_from="2020-01-01",
        valid_to="2020-12-31",
        annotations=ANNOTATIONS,
    ),
    ItemMap(source=MappedValue(value="C")),
)


def scheme_map(cls: type, of: Reference) -> Maintainable:
    return kept(cls, source=of, target=of, item_maps=ITEM_MAPS)


def set_map(cls: type, id: str, scheme: Reference, **hierarchies: str) -> object:
    pair = ItemAssociation(source="A", target="B", annotations=ANNOTATIONS, **hierarchies)
    source = HIERARCHICAL if hierarchies else scheme
    return cls(id=id, source=source, target=scheme, associations=(pair,), **BOTH)


HIERARCHY = kept(Hierarchy, "H", has_formal_levels=True, level=LEVEL, items=CODES)
STEP = ProcessStep(
    id="CHECK",
    inputs=(ProcessArtefact(object=FLOW, local_id="IN", annotations=ANNOTATIONS),),
    outputs=(ProcessArtefact(object=of(CONCEPTS, "Concept", "SEX")),),
    computation=Computation(
        descriptions=NOTES,
        local_id="C",
        software_package="checker",
        software_language="Python",
        software_version="3",
        annotations=ANNOTATIONS,
    ),
    transitions=(
        Transition(id="T", local_id="L", target_step="CHECK.INNER", conditions=NOTES, annotations=ANNOTATIONS),
    ),
    items=(ProcessStep(id="INNER", names=NAMES),),
    **BOTH,
)

IN_2_AND_3 = (
    kept(Process, items=(STEP,)),
    kept(
        ReportingTaxonomy,
        is_partial=True,
        items=(
            ReportingCategory(
                id="A", items=(ReportingCategory(id="A1", names=NAMES, structural_metadata=(STRUCTURE,)),), **BOTH
            ),
            ReportingCategory(id="B", names=NAMES, provisioning_metadata=(FLOW,)),
        ),
    ),
)
VTL = (
    kept(
        TransformationScheme,
        vtl_version="2.0",
        items=(Transformation(id="T1", expression="A := B + C;", result="A", is_persistent=False, **BOTH),),
        vtl_mapping_scheme=Reference("VtlMappingScheme", "DSM", "M", "1.0"),
        name_personalisation_scheme=Reference("NamePersonalisationScheme", "DSM", "N", "1.0"),
        custom_type_scheme=Reference("CustomTypeScheme", "DSM", "C", "1.0"),
        ruleset_schemes=(Reference("RulesetScheme", "DSM", "R", "1.0"), Reference("RulesetScheme", "DSM", "R2", "1.0")),
        user_defined_operator_schemes=(Reference("UserDefinedOperatorScheme", "DSM", "U", "1.0"),),
    ),
    kept(
        RulesetScheme,
        vtl_version="2.0",
        items=(Ruleset(id="R1", definition="…", ruleset_type="datapoint", ruleset_scope="variable", **BOTH),),
        vtl_mapping_scheme=Reference("VtlMappingScheme", "DSM", "M", "1.0"),
    ),
    kept(
        UserDefinedOperatorScheme,
        vtl_version="2.0",
        items=(UserDefinedOperator(id="U1", definition="…", **BOTH),),
        vtl_mapping_scheme=Reference("VtlMappingScheme", "DSM", "M", "1.0"),
        ruleset_schemes=(Reference("RulesetScheme", "DSM", "R", "1.0"),),
    ),
    kept(
        CustomTypeScheme,
        vtl_version="2.0",
        items=(
            CustomType(
                id="C1",
                vtl_scalar_type="date",
                data_type="DateTime",
                vtl_literal_format="YYYY",
                output_format="YYYY-MM",
                null_value="null",
                **BOTH,
            ),
        ),
    ),
    kept(
        NamePersonalisationScheme,
        vtl_version="2.0",
        items=(
            NamePersonalisation(
                id="N1", vtl_default_name="int_var", personalised_name="number", vtl_artefact="variable", **BOTH
            ),
        ),
    ),
    kept(
        VtlMappingScheme,
        items=(
            VtlMapping(
                id="V1",
                alias="flow",
                dataflow=FLOW,
                to_vtl=ToVtlMapping(method="Pivot", sub_space=("FREQ", "SEX")),
                from_vtl=FromVtlMapping(method="Unpivot", super_space=("FREQ",)),
                **BOTH,
            ),
            VtlMapping(id="V2", alias="any", names=NAMES, is_generic=True, to_vtl=ToVtlMapping(method="my own")),
            VtlMapping(id="V3", alias="codes", names=NAMES, codelist=CODELIST),
            VtlMapping(id="V4", alias="sex", names=NAMES, concept=of(CONCEPTS, "Concept", "SEX")),
        ),
    ),
)
IN_3 = (
    kept(
        HierarchyAssociation,
        linked_hierarchy=Reference("Hierarchy", "DSM", "H", "1.0"),
        linked_object=of(STRUCTURE, "Dimension", "REF_AREA"),
        context_object=FLOW,
    ),
    kept(
        StructureMap,
        source=STRUCTURE,
        target=FLOW,
        epoch_maps=(
            EpochMap(id="E", base_period="1970", epoch_period="day", frequency_dimension="FREQ", **DATE_MAP),
            EpochMap(id="E2", base_period="1970", epoch_period="day", target_frequency_id="A", **DATE_MAP),
        ),
        date_pattern_maps=(
            DatePatternMap(
                id="D",
                source_pattern="yyyy",
                locale="en",
                frequency_dimension="FREQ",
                mapped_frequencies=("A", "M"),
                resolve_period="endOfPeriod",
                **DATE_MAP,
            ),
        ),
        frequency_format_mappings=(
            FrequencyFormatMapping(id="A", frequency_id="A", date_pattern="yyyy", annotations=ANNOTATIONS),
        ),
        component_maps=(
            ComponentMap(
                sources=("SEX", "AGE"),
                targets=("GROUP",),
                representation_map=Reference("RepresentationMap", "DSM", "RM", "1.0"),
                annotations=ANNOTATIONS,
            ),
        ),
        fixed_value_maps=(
            FixedValueMap(target="UNIT", values=("PS",), annotations=ANNOTATIONS),
            FixedValueMap(source="NOTE", values=("a", "b")),
        ),
    ),
    kept(
        RepresentationMap,
        sources=(CODELIST, "String"),
        targets=(VALUE_LIST, "Integer"),
        mappings=(
            RepresentationMapping(
                sources=(
                    MappedValue(value="K."),
                    MappedValue(value="[0-9]+", is_regex=True, start_index=1, end_index=2),
                ),
                targets=("Kyrgyzstan", "417"),
                valid_from="2020-01-01",
                valid_to="2020-12-31",
                annotations=ANNOTATIONS,
            ),
            RepresentationMapping(sources=(MappedValue(value="XX"), MappedValue(value="YY"))),
        ),
    ),
    scheme_map(ConceptSchemeMap, CONCEPTS),
    scheme_map(CategorySchemeMap, TOPICS),
    scheme_map(OrganisationSchemeMap, PROVIDERS),
    scheme_map(ReportingTaxonomyMap, TAXONOMY),
)
IN_2 = (
    kept(
        HierarchicalCodelist,
        included_codelists=(IncludedCodelist(codelist=CODELIST, alias="AREAS"),),
        hierarchies=(
            CodelistHierarchy(
                id="H",
                is_leveled=True,
                items=(
                    *CODES,
                    HierarchicalCode(id="UZ", codelist_alias="AREAS", code_id="UZ", version="1.0"),
                ),
                level=LEVEL,
                **BOTH,
            ),
        ),
    ),
    kept(
        StructureSet,
        related_structures=(STRUCTURE, FLOW),
        organisation_scheme_maps=(set_map(SetOrganisationSchemeMap, "O", PROVIDERS),),
        category_scheme_maps=(set_map(SetCategorySchemeMap, "K", TOPICS),),
        codelist_maps=(set_map(CodelistMap, "CM", CODELIST),),
        concept_scheme_maps=(set_map(SetConceptSchemeMap, "C", CONCEPTS),),
        reporting_taxonomy_maps=(set_map(SetReportingTaxonomyMap, "R", TAXONOMY),),
        hybrid_codelist_maps=(set_map(HybridCodelistMap, "HY", CODELIST, source_hierarchy="H"),),
        structure_maps=(
            SetStructureMap(
                id="S",
                source=STRUCTURE,
                target=STRUCTURE,
                is_extension=True,
                component_maps=(
                    SetComponentMap(
                        source=LocalComponent(id="SEX", list_id="DimensionDescriptor", component_class="Dimension"),
                        target=LocalComponent(id="GENDER", list_id="DimensionDescriptor", component_class="Dimension"),
                        codelist_map="CM",
                        annotations=ANNOTATIONS,
                    ),
                    SetComponentMap(
                        source=LocalComponent(id="NOTE", list_id="AttributeDescriptor", component_class="Attribute"),
                        target=LocalComponent(id="TEXT", list_id="AttributeDescriptor", component_class="Attribute"),
                        to_text_format=TextFormat(text_type="String", max_length=9),
                        to_value_type="Name",
                    ),
                    SetComponentMap(
                        source=LocalComponent(id="UNIT", list_id="AttributeDescriptor", component_class="Attribute"),
                        target=LocalComponent(id="UNIT", list_id="AttributeDescriptor", component_class="Attribute"),
                        value_map=(("PS", "PERSONS"), ("PC", "PERCENT")),
                    ),
                ),
                **BOTH,
            ),
        ),
    ),
)

EXAMPLES = (
    *((artefact, ("ml21", "ml30", "ml31", "json10", "json20", "json21")) for artefact in IN_2_AND_3),
    *((artefact, ("ml21", "ml30", "ml31", "json20", "json21")) for artefact in VTL),
    *((artefact, ("ml30", "ml31", "json20", "json21")) for artefact in IN_3),
    (HIERARCHY, ("ml30", "ml31", "json20", "json21")),
    *((artefact, ("ml21", "json10")) for artefact in IN_2),
    *exchange_examples.EXAMPLES,
)
