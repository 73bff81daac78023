"""The maintainable classes of the information model, as the union of SDMX 2.1, 3.0 and 3.1, by their names.

Where they are: `items`, `datastructures`, `metadatastructures`, `agreements`, `constraints`, `hierarchies`, `maps`, `processes`,
`transformations`; what they share is in `base` and `components`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sdmx_dsm.model.agreements import Categorisation, ProvisionAgreement
from sdmx_dsm.model.base import Maintainable
from sdmx_dsm.model.constraints import AttachmentConstraint, DataConstraint, MetadataConstraint
from sdmx_dsm.model.datastructures import Dataflow, DataStructure
from sdmx_dsm.model.hierarchies import HierarchicalCodelist, Hierarchy, HierarchyAssociation
from sdmx_dsm.model.items import (
    AgencyScheme,
    CategoryScheme,
    Codelist,
    ConceptScheme,
    DataConsumerScheme,
    DataProviderScheme,
    GeographicCodelist,
    GeoGridCodelist,
    MetadataProviderScheme,
    OrganisationUnitScheme,
    ReportingTaxonomy,
    ValueList,
)
from sdmx_dsm.model.maps import (
    CategorySchemeMap,
    ConceptSchemeMap,
    OrganisationSchemeMap,
    ReportingTaxonomyMap,
    RepresentationMap,
    StructureMap,
    StructureSet,
)
from sdmx_dsm.model.metadatastructures import (
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
)
from sdmx_dsm.model.processes import Process
from sdmx_dsm.model.transformations import (
    CustomTypeScheme,
    NamePersonalisationScheme,
    RulesetScheme,
    TransformationScheme,
    UserDefinedOperatorScheme,
    VtlMappingScheme,
)

MAINTAINABLES: Final[Mapping[str, type[Maintainable]]] = MappingProxyType(
    {
        cls.__name__: cls
        for cls in (
            AgencyScheme,
            DataProviderScheme,
            DataConsumerScheme,
            MetadataProviderScheme,
            OrganisationUnitScheme,
            Codelist,
            GeographicCodelist,
            GeoGridCodelist,
            ValueList,
            ConceptScheme,
            CategoryScheme,
            DataStructure,
            MetadataStructure,
            Dataflow,
            Metadataflow,
            ProvisionAgreement,
            MetadataProvisionAgreement,
            Categorisation,
            DataConstraint,
            MetadataConstraint,
            AttachmentConstraint,
            Hierarchy,
            HierarchyAssociation,
            HierarchicalCodelist,
            StructureMap,
            RepresentationMap,
            ConceptSchemeMap,
            CategorySchemeMap,
            OrganisationSchemeMap,
            ReportingTaxonomyMap,
            StructureSet,
            ReportingTaxonomy,
            Process,
            TransformationScheme,
            RulesetScheme,
            UserDefinedOperatorScheme,
            CustomTypeScheme,
            NamePersonalisationScheme,
            VtlMappingScheme,
            MetadataSet,
        )
    }
)
