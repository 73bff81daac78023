"""Maps of 3.x, and structure sets of 2.1."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import (
    ANNOTATIONS,
    DROPPED,
    IDENTIFIABLE,
    MAINTAINABLE,
    NAMEABLE,
    Declaration,
    row,
)
from sdmx_dsm.formats.structures.kinds import FLAG, TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.places import DATE, MAPPED, SIDE, Pairs
from sdmx_dsm.formats.structures.sets import LOCAL_COMPONENT, JsonAssociations, JsonComponentMaps, LocalItem, Mapping
from sdmx_dsm.model import (
    CategorySchemeMap,
    CodelistMap,
    ComponentMap,
    ConceptSchemeMap,
    DatePatternMap,
    EpochMap,
    FixedValueMap,
    FrequencyFormatMapping,
    HybridCodelistMap,
    ItemAssociation,
    ItemMap,
    OrganisationSchemeMap,
    ReportingTaxonomyMap,
    RepresentationMap,
    RepresentationMapping,
    SetCategorySchemeMap,
    SetComponentMap,
    SetConceptSchemeMap,
    SetOrganisationSchemeMap,
    SetReportingTaxonomyMap,
    SetStructureMap,
    StructureMap,
    StructureSet,
)

VALIDITY: Final = (row("valid_from", DATE, "@validFrom", "validFrom"), row("valid_to", DATE, "@validTo", "validTo"))
DATE_MAP: Final = (
    *IDENTIFIABLE,
    row("resolve_period", TEXT, "@resolvePeriod", "resolvePeriod"),
    row("mapped_components", Pairs("source", "target"), "Source|Target", "mappedComponents"),
    row("frequency_dimension", TEXT, "FrequencyDimension", "frequencyDimension"),
    row("mapped_frequencies", Many(TEXT), "MappedFrequencies", "mappedFrequencies"),
    row("target_frequency_id", TEXT, "TargetFrequencyID", "targetFrequencyID"),
)


def scheme_map(cls: type, scheme: str) -> Declaration:
    """A map of 3.x between item schemes of a class."""
    return Declaration(
        cls,
        (
            *MAINTAINABLE,
            row("source", Refer(scheme), "Source", "source"),
            row("target", Refer(scheme), "Target", "target"),
            row("item_maps", Many(Part(ItemMap)), "ItemMap", "itemMaps"),
        ),
        urn=True,
    )


def set_map(cls: type, scheme: str, association: str) -> Declaration:
    """A map of 2.1 between item schemes of a class; `association` is the element that pairs two items."""
    key = association[0].lower() + association[1:] + "s"
    return Declaration(
        cls,
        (
            *NAMEABLE,
            row("source", Refer(scheme), ml21="Source", json10="source"),
            row("target", Refer(scheme), ml21="Target", json10="target"),
            row("associations", Many(Part(ItemAssociation)), ml21=association, json10=DROPPED),
            row("", JsonAssociations(), DROPPED, DROPPED, json10=key),
        ),
        urn=True,
    )


DECLARATIONS: Final = (
    Declaration(
        RepresentationMapping,
        (
            *VALIDITY,
            ANNOTATIONS,
            row("sources", Many(MAPPED), "SourceValue", "sourceValues"),
            row("targets", Many(TEXT), "TargetValue", "targetValues"),
        ),
    ),
    Declaration(
        RepresentationMap,
        (
            *MAINTAINABLE,
            row("sources", Many(SIDE), "SourceCodelist|SourceDataType", "source"),
            row("targets", Many(SIDE), "TargetCodelist|TargetDataType", "target"),
            row("mappings", Many(Part(RepresentationMapping)), "RepresentationMapping", "representationMappings"),
        ),
        urn=True,
    ),
    Declaration(
        EpochMap,
        (
            *DATE_MAP,
            row("base_period", TEXT, "@basePeriod", "basePeriod"),
            row("epoch_period", TEXT, "@epochPeriod", "epochPeriod"),
        ),
        urn=True,
    ),
    Declaration(
        DatePatternMap,
        (
            *DATE_MAP,
            row("source_pattern", TEXT, "@sourcePattern", "sourcePattern"),
            row("locale", TEXT, "@locale", "locale"),
        ),
        urn=True,
    ),
    Declaration(
        FrequencyFormatMapping,
        (
            *IDENTIFIABLE,
            row("frequency_id", TEXT, "FrequencyId", "frequencyId"),
            row("date_pattern", TEXT, "DatePattern", "datePattern"),
        ),
        urn=True,
    ),
    Declaration(
        ComponentMap,
        (
            ANNOTATIONS,
            row("sources", Many(TEXT), "Source", "source"),
            row("targets", Many(TEXT), "Target", "target"),
            row("representation_map", Refer("RepresentationMap"), "RepresentationMap", "representationMap"),
        ),
    ),
    Declaration(
        FixedValueMap,
        (
            ANNOTATIONS,
            row("source", TEXT, "Source", "source"),
            row("target", TEXT, "Target", "target"),
            row("values", Many(TEXT), "Value", "values"),
        ),
    ),
    Declaration(
        StructureMap,
        (
            *MAINTAINABLE,
            row("source", Refer(""), "Source", "source"),
            row("target", Refer(""), "Target", "target"),
            row("epoch_maps", Many(Part(EpochMap)), "EpochMap", "epochMaps"),
            row("date_pattern_maps", Many(Part(DatePatternMap)), "DatePatternMap", "datePatternMaps"),
            row(
                "frequency_format_mappings",
                Many(Part(FrequencyFormatMapping)),
                "FrequencyFormatMapping",
                "frequencyFormatMappings",
            ),
            row("component_maps", Many(Part(ComponentMap)), "ComponentMap", "componentMaps"),
            row("fixed_value_maps", Many(Part(FixedValueMap)), "FixedValueMap", "fixedValueMaps"),
        ),
        urn=True,
    ),
    Declaration(
        ItemMap,
        (
            *VALIDITY,
            ANNOTATIONS,
            row("source", MAPPED, "SourceValue", "sourceValue"),
            row("target", TEXT, "TargetValue", "targetValue"),
        ),
    ),
    scheme_map(ConceptSchemeMap, "ConceptScheme"),
    scheme_map(CategorySchemeMap, "CategoryScheme"),
    scheme_map(OrganisationSchemeMap, ""),
    scheme_map(ReportingTaxonomyMap, "ReportingTaxonomy"),
    # --- 2.1 ---
    Declaration(
        ItemAssociation,
        (
            ANNOTATIONS,
            row("", LocalItem("source"), DROPPED, DROPPED, ml21="Source"),
            row("", LocalItem("target"), DROPPED, DROPPED, ml21="Target"),
        ),
    ),
    set_map(SetOrganisationSchemeMap, "", "OrganisationMap"),
    set_map(SetCategorySchemeMap, "CategoryScheme", "CategoryMap"),
    set_map(CodelistMap, "Codelist", "CodeMap"),
    set_map(SetConceptSchemeMap, "ConceptScheme", "ConceptMap"),
    set_map(SetReportingTaxonomyMap, "ReportingTaxonomy", "ReportingCategoryMap"),
    set_map(HybridCodelistMap, "Codelist", "HybridCodeMap"),
    Declaration(
        SetComponentMap,
        (
            ANNOTATIONS,
            row("source", LOCAL_COMPONENT, ml21="Source", json10=DROPPED),
            row("target", LOCAL_COMPONENT, ml21="Target", json10=DROPPED),
            row("", Mapping(), ml21="RepresentationMapping", json10="representationMapping"),
        ),
    ),
    Declaration(
        SetStructureMap,
        (
            *NAMEABLE,
            row("is_extension", FLAG, ml21="@isExtension", json10="isExtension"),
            row("source", Refer(""), ml21="Source", json10="source"),
            row("target", Refer(""), ml21="Target", json10="target"),
            row("component_maps", Many(Part(SetComponentMap)), ml21="ComponentMap", json10=DROPPED),
            row("", JsonComponentMaps(), DROPPED, DROPPED, json10="componentMaps"),
        ),
        urn=True,
    ),
    Declaration(
        StructureSet,
        (
            *MAINTAINABLE,
            row("related_structures", Many(Refer("")), ml21="RelatedStructure", json10="relatedStructures"),
            *(
                row(field, Many(Part(cls)), ml21=name, json10=name[0].lower() + name[1:] + "s")
                for field, cls, name in (
                    ("organisation_scheme_maps", SetOrganisationSchemeMap, "OrganisationSchemeMap"),
                    ("category_scheme_maps", SetCategorySchemeMap, "CategorySchemeMap"),
                    ("codelist_maps", CodelistMap, "CodelistMap"),
                    ("concept_scheme_maps", SetConceptSchemeMap, "ConceptSchemeMap"),
                    ("reporting_taxonomy_maps", SetReportingTaxonomyMap, "ReportingTaxonomyMap"),
                    ("hybrid_codelist_maps", HybridCodelistMap, "HybridCodelistMap"),
                    ("structure_maps", SetStructureMap, "StructureMap"),
                )
            ),
        ),
        urn=True,
    ),
)
