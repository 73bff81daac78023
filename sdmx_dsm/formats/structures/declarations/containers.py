"""Where each class stands in a structure message."""

from typing import Final

from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    AgencyScheme,
    AttachmentConstraint,
    AvailabilityConstraint,
    Categorisation,
    CategoryScheme,
    CategorySchemeMap,
    Codelist,
    ConceptScheme,
    ConceptSchemeMap,
    CustomTypeScheme,
    DataConstraint,
    DataConsumerScheme,
    Dataflow,
    DataProviderScheme,
    DataStructure,
    GeographicCodelist,
    GeoGridCodelist,
    HierarchicalCodelist,
    Hierarchy,
    HierarchyAssociation,
    Maintainable,
    MetadataConstraint,
    Metadataflow,
    MetadataProviderScheme,
    MetadataProvisionAgreement,
    MetadataStructure,
    NamePersonalisationScheme,
    OrganisationSchemeMap,
    OrganisationUnitScheme,
    Process,
    ProvisionAgreement,
    ReportingTaxonomy,
    ReportingTaxonomyMap,
    RepresentationMap,
    RulesetScheme,
    StructureMap,
    StructureSet,
    TransformationScheme,
    UserDefinedOperatorScheme,
    ValueList,
    VtlMappingScheme,
)

# class, its place in SDMX-ML 2.1, in 3.x, in SDMX-JSON 1.0, in 2.x ("" where the version does not have it); in the order that
# the schemas of 3.x demand.
_TABLE: Final[tuple[tuple[type[Maintainable], str, str, str, str], ...]] = (
    (AgencyScheme, "OrganisationSchemes/AgencyScheme", "AgencySchemes/AgencyScheme", "agencySchemes", "agencySchemes"),
    (AttachmentConstraint, "Constraints/AttachmentConstraint", "", "attachmentConstraints", ""),
    (
        AvailabilityConstraint,
        "",
        "AvailabilityConstraints/AvailabilityConstraint",
        "",
        "availabilityConstraints",
    ),
    (
        Categorisation,
        "Categorisations/Categorisation",
        "Categorisations/Categorisation",
        "categorisations",
        "categorisations",
    ),
    (CategorySchemeMap, "", "CategorySchemeMaps/CategorySchemeMap", "", "categorySchemeMaps"),
    (
        CategoryScheme,
        "CategorySchemes/CategoryScheme",
        "CategorySchemes/CategoryScheme",
        "categorySchemes",
        "categorySchemes",
    ),
    (Codelist, "Codelists/Codelist", "Codelists/Codelist", "codelists", "codelists"),
    (ConceptSchemeMap, "", "ConceptSchemeMaps/ConceptSchemeMap", "", "conceptSchemeMaps"),
    (ConceptScheme, "Concepts/ConceptScheme", "ConceptSchemes/ConceptScheme", "conceptSchemes", "conceptSchemes"),
    (CustomTypeScheme, "CustomTypes/CustomTypeScheme", "CustomTypeSchemes/CustomTypeScheme", "", "customTypeSchemes"),
    (
        DataConstraint,
        "Constraints/ContentConstraint",
        "DataConstraints/DataConstraint",
        "contentConstraints",
        "dataConstraints",
    ),
    (
        DataConsumerScheme,
        "OrganisationSchemes/DataConsumerScheme",
        "DataConsumerSchemes/DataConsumerScheme",
        "dataConsumerSchemes",
        "dataConsumerSchemes",
    ),
    (Dataflow, "Dataflows/Dataflow", "Dataflows/Dataflow", "dataflows", "dataflows"),
    (
        DataProviderScheme,
        "OrganisationSchemes/DataProviderScheme",
        "DataProviderSchemes/DataProviderScheme",
        "dataProviderSchemes",
        "dataProviderSchemes",
    ),
    (DataStructure, "DataStructures/DataStructure", "DataStructures/DataStructure", "dataStructures", "dataStructures"),
    (GeographicCodelist, "", "GeographicCodelists/GeographicCodelist", "", "geographicCodelists"),
    (GeoGridCodelist, "", "GeoGridCodelists/GeoGridCodelist", "", "geoGridCodelists"),
    (HierarchicalCodelist, "HierarchicalCodelists/HierarchicalCodelist", "", "hierarchicalCodelists", ""),
    (Hierarchy, "", "Hierarchies/Hierarchy", "", "hierarchies"),
    (HierarchyAssociation, "", "HierarchyAssociations/HierarchyAssociation", "", "hierarchyAssociations"),
    (MetadataProviderScheme, "", "MetadataProviderSchemes/MetadataProviderScheme", "", "metadataProviderSchemes"),
    (MetadataConstraint, "", "MetadataConstraints/MetadataConstraint", "", "metadataConstraints"),
    (Metadataflow, "Metadataflows/Metadataflow", "Metadataflows/Metadataflow", "metadataflows", "metadataflows"),
    (
        MetadataProvisionAgreement,
        "",
        "MetadataProvisionAgreements/MetadataProvisionAgreement",
        "",
        "metadataProvisionAgreements",
    ),
    (
        MetadataStructure,
        "MetadataStructures/MetadataStructure",
        "MetadataStructures/MetadataStructure",
        "metadataStructures",
        "metadataStructures",
    ),
    (
        NamePersonalisationScheme,
        "NamePersonalisations/NamePersonalisationScheme",
        "NamePersonalisationSchemes/NamePersonalisationScheme",
        "",
        "namePersonalisationSchemes",
    ),
    (OrganisationSchemeMap, "", "OrganisationSchemeMaps/OrganisationSchemeMap", "", "organisationSchemeMaps"),
    (
        OrganisationUnitScheme,
        "OrganisationSchemes/OrganisationUnitScheme",
        "OrganisationUnitSchemes/OrganisationUnitScheme",
        "organisationUnitSchemes",
        "organisationUnitSchemes",
    ),
    (Process, "Processes/Process", "Processes/Process", "processes", "processes"),
    (
        ProvisionAgreement,
        "ProvisionAgreements/ProvisionAgreement",
        "ProvisionAgreements/ProvisionAgreement",
        "provisionAgreements",
        "provisionAgreements",
    ),
    (
        ReportingTaxonomy,
        "ReportingTaxonomies/ReportingTaxonomy",
        "ReportingTaxonomies/ReportingTaxonomy",
        "reportingTaxonomies",
        "reportingTaxonomies",
    ),
    (ReportingTaxonomyMap, "", "ReportingTaxonomyMaps/ReportingTaxonomyMap", "", "reportingTaxonomyMaps"),
    (RepresentationMap, "", "RepresentationMaps/RepresentationMap", "", "representationMaps"),
    (RulesetScheme, "Rulesets/RulesetScheme", "RulesetSchemes/RulesetScheme", "", "rulesetSchemes"),
    (StructureMap, "", "StructureMaps/StructureMap", "", "structureMaps"),
    (StructureSet, "StructureSets/StructureSet", "", "structureSets", ""),
    (
        TransformationScheme,
        "Transformations/TransformationScheme",
        "TransformationSchemes/TransformationScheme",
        "",
        "transformationSchemes",
    ),
    (
        UserDefinedOperatorScheme,
        "UserDefinedOperators/UserDefinedOperatorScheme",
        "UserDefinedOperatorSchemes/UserDefinedOperatorScheme",
        "",
        "userDefinedOperatorSchemes",
    ),
    (ValueList, "", "ValueLists/ValueList", "", "valueLists"),
    (VtlMappingScheme, "VtlMappings/VtlMappingScheme", "VtlMappingSchemes/VtlMappingScheme", "", "vtlMappingSchemes"),
)
_ORDER_21: Final = """OrganisationSchemes Dataflows Metadataflows CategorySchemes Categorisations Codelists HierarchicalCodelists
    Concepts MetadataStructures DataStructures StructureSets ReportingTaxonomies Processes Constraints ProvisionAgreements
    CustomTypes VtlMappings NamePersonalisations Rulesets Transformations UserDefinedOperators""".split()


_ONLY_31: Final = (AvailabilityConstraint,)


def _column(number: int, *without: type) -> tuple[tuple[str, type[Maintainable]], ...]:
    return tuple((line[number], line[0]) for line in _TABLE if line[number] and line[0] not in without)  # type: ignore[misc]


CONTAINERS: Final[dict[Column, tuple[tuple[str, type[Maintainable]], ...]]] = {
    "ml21": tuple(sorted(_column(1), key=lambda place: _ORDER_21.index(place[0].partition("/")[0]))),
    "ml30": _column(2, *_ONLY_31),
    "ml31": _column(2),
    "json10": _column(3),
    "json20": _column(4, *_ONLY_31),
    "json21": _column(4),
}
