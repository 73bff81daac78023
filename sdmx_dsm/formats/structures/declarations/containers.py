"""Where each class stands in a structure message."""

from typing import Final

from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    AgencyScheme,
    Categorisation,
    CategoryScheme,
    Codelist,
    ConceptScheme,
    DataConstraint,
    Dataflow,
    DataProviderScheme,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
)

# class, its place in SDMX-ML 2.1, in 3.x, in SDMX-JSON 1.0, in 2.x ("" where the version does not have it); in the order that
# the schemas of 3.x demand.
_TABLE: Final[tuple[tuple[type[Maintainable], str, str, str, str], ...]] = (
    (AgencyScheme, "OrganisationSchemes/AgencyScheme", "AgencySchemes/AgencyScheme", "agencySchemes", "agencySchemes"),
    (Categorisation, *("Categorisations/Categorisation",) * 2, *("categorisations",) * 2),
    (CategoryScheme, *("CategorySchemes/CategoryScheme",) * 2, *("categorySchemes",) * 2),
    (Codelist, *("Codelists/Codelist",) * 2, *("codelists",) * 2),
    (ConceptScheme, "Concepts/ConceptScheme", "ConceptSchemes/ConceptScheme", *("conceptSchemes",) * 2),
    (
        DataConstraint,
        "Constraints/ContentConstraint",
        "DataConstraints/DataConstraint",
        "contentConstraints",
        "dataConstraints",
    ),
    (Dataflow, *("Dataflows/Dataflow",) * 2, *("dataflows",) * 2),
    (
        DataProviderScheme,
        "OrganisationSchemes/DataProviderScheme",
        "DataProviderSchemes/DataProviderScheme",
        *("dataProviderSchemes",) * 2,
    ),
    (DataStructure, *("DataStructures/DataStructure",) * 2, *("dataStructures",) * 2),
    (ProvisionAgreement, *("ProvisionAgreements/ProvisionAgreement",) * 2, *("provisionAgreements",) * 2),
)
_ORDER_21: Final = """OrganisationSchemes Dataflows Metadataflows CategorySchemes Categorisations Codelists HierarchicalCodelists
    Concepts MetadataStructures DataStructures StructureSets ReportingTaxonomies Processes Constraints ProvisionAgreements
    CustomTypes VtlMappings NamePersonalisations Rulesets Transformations UserDefinedOperators""".split()


def _column(number: int) -> tuple[tuple[str, type[Maintainable]], ...]:
    return tuple((line[number], line[0]) for line in _TABLE if line[number])  # type: ignore[misc]


CONTAINERS: Final[dict[Column, tuple[tuple[str, type[Maintainable]], ...]]] = {
    "ml21": tuple(sorted(_column(1), key=lambda place: _ORDER_21.index(place[0].partition("/")[0]))),
    "ml30": _column(2),
    "ml31": _column(2),
    "json10": _column(3),
    "json20": _column(4),
    "json21": _column(4),
}
