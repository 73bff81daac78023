"""Item schemes: codes and values, concepts, categories, organisations."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import (
    ANNOTATIONS,
    DROPPED,
    IS_PARTIAL,
    MAINTAINABLE,
    NAMEABLE,
    Declaration,
    Field,
    row,
)
from sdmx_dsm.formats.structures.kinds import ADDRESS, LOCAL, OPTIONAL_TEXT, TEXT, TEXTS, Constant, Many, Part, Refer
from sdmx_dsm.formats.structures.places import LocalUrn
from sdmx_dsm.formats.structures.shapes import ISO_CONCEPT, ISO_URN, REPRESENTATION, JsonMembers, Members
from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    Concept,
    ConceptScheme,
    Contact,
    DataConsumer,
    DataConsumerScheme,
    DataProvider,
    DataProviderScheme,
    GeoFeatureSetCode,
    GeographicCodelist,
    GeoGridCode,
    GeoGridCodelist,
    MetadataProvider,
    MetadataProviderScheme,
    OrganisationUnit,
    OrganisationUnitScheme,
    ValueItem,
    ValueList,
)

# Organisation schemes have no version of their own in 3.x: it is always 1.0.
ORGANISATION_SCHEME: Final = tuple(
    row("version", TEXT, "@version", "version", ml30=DROPPED) if field.name == "version" else field
    for field in MAINTAINABLE
)
CONTACTS: Final = row("contacts", Many(Part(Contact)), "Contact", "contacts")
CODE: Final = (*NAMEABLE, row("parent", LOCAL, "Parent", "parent"))
EXTENSIONS: Final = row(
    "extensions", Many(Part(CodelistExtension)), "CodelistExtension", "codelistExtensions", ml21=None
)
CATEGORIES: Final = row("items", Many(Part(Category)), "Category", "categories")


def organisations(scheme: type, items: Field) -> Declaration:
    """A scheme of organisations of a class."""
    return Declaration(scheme, (*ORGANISATION_SCHEME, IS_PARTIAL, items), urn=True)


def organisation(cls: type) -> Declaration:
    """An organisation that is in no other one."""
    return Declaration(cls, (*NAMEABLE, CONTACTS, row("parent", TEXT)), urn=True)


DECLARATIONS: Final = (
    Declaration(
        Contact,
        (
            row("id", TEXT, "@id", "id", json10=None),
            row("names", TEXTS, "c:Name", "names"),
            row("departments", TEXTS, "Department", "departments"),
            row("roles", TEXTS, "Role", "roles"),
            row("telephones", Many(TEXT), "Telephone", "telephones"),
            row("faxes", Many(TEXT), "Fax", "faxes"),
            row("x400s", Many(TEXT), "X400", "x400s"),
            row("uris", Many(ADDRESS), "URI", "uris"),
            row("emails", Many(TEXT), "Email", "emails"),
        ),
    ),
    organisation(Agency),
    organisation(DataProvider),
    organisation(DataConsumer),
    organisation(MetadataProvider),
    Declaration(
        OrganisationUnit,
        (
            *NAMEABLE,
            row("parent", LOCAL, "Parent", "parent", json10=DROPPED),
            row("parent", LocalUrn("OrganisationUnit"), DROPPED, DROPPED, json10="parent"),
            CONTACTS,
        ),
        urn=True,
    ),
    organisations(AgencyScheme, row("items", Many(Part(Agency)), "Agency", "agencies")),
    organisations(DataProviderScheme, row("items", Many(Part(DataProvider)), "DataProvider", "dataProviders")),
    organisations(DataConsumerScheme, row("items", Many(Part(DataConsumer)), "DataConsumer", "dataConsumers")),
    organisations(
        MetadataProviderScheme, row("items", Many(Part(MetadataProvider)), "MetadataProvider", "metadataProviders")
    ),
    organisations(
        OrganisationUnitScheme, row("items", Many(Part(OrganisationUnit)), "OrganisationUnit", "organisationUnits")
    ),
    Declaration(Code, CODE, urn=True),
    Declaration(GeoFeatureSetCode, (row("value", TEXT, "@value", "value"), *CODE), urn=True),
    Declaration(GeoGridCode, (*CODE, row("geo_cell", TEXT, "GeoCell", "geoCell")), urn=True),
    Declaration(
        CodelistExtension,
        (
            row("prefix", TEXT, "@prefix", "prefix"),
            row("codelist", Refer("Codelist"), "Codelist", "codelist"),
            row("", Members(), "InclusiveCodeSelection|ExclusiveCodeSelection", DROPPED),
            row("", JsonMembers(True), DROPPED, "inclusiveCodeSelection"),
            row("", JsonMembers(False), DROPPED, "exclusiveCodeSelection"),
        ),
    ),
    Declaration(
        Codelist,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Code)), "Code", "codes"), EXTENSIONS),
        urn=True,
    ),
    Declaration(
        GeographicCodelist,
        (
            *MAINTAINABLE,
            IS_PARTIAL,
            row("", Constant("GeographicCodelist"), "@geoType", "geoType"),
            row("items", Many(Part(GeoFeatureSetCode)), "GeoFeatureSetCode", "geoFeatureSetCodes"),
            EXTENSIONS,
        ),
        urn=True,
    ),
    Declaration(
        GeoGridCodelist,
        (
            *MAINTAINABLE,
            IS_PARTIAL,
            row("", Constant("GeoGridCodelist"), "@geoType", "geoType"),
            row("items", Many(Part(GeoGridCode)), "GeoGridCode", "geoGridCodes"),
            EXTENSIONS,
            row("grid_definition", OPTIONAL_TEXT, "GridDefinition", "gridDefinition"),
        ),
        urn=True,
    ),
    Declaration(
        ValueItem,
        (
            row("id", TEXT, "@id", "id"),
            ANNOTATIONS,
            row("names", TEXTS, "c:Name", "names"),
            row("descriptions", TEXTS, "c:Description", "descriptions"),
            row("uri", TEXT),
            row("links", TEXT),
        ),
    ),
    Declaration(
        ValueList,
        (*MAINTAINABLE, row("is_partial", TEXT), row("items", Many(Part(ValueItem)), "ValueItem", "valueItems")),
        urn=True,
    ),
    Declaration(
        Concept,
        (
            *NAMEABLE,
            row("parent", LOCAL, "Parent", "parent", json10=DROPPED),
            row("parent", LocalUrn("Concept"), DROPPED, DROPPED, json10="parent"),
            row("core_representation", REPRESENTATION, "CoreRepresentation", "coreRepresentation"),
            row("iso_concept", ISO_CONCEPT, "ISOConceptReference", "isoConceptReference", json10=DROPPED),
            row("iso_concept", ISO_URN, DROPPED, DROPPED, json10="isoConceptReference"),
        ),
        urn=True,
    ),
    Declaration(
        ConceptScheme,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Concept)), "Concept", "concepts")),
        urn=True,
    ),
    Declaration(Category, (*NAMEABLE, CATEGORIES), urn=True),
    Declaration(CategoryScheme, (*MAINTAINABLE, IS_PARTIAL, CATEGORIES), urn=True),
)
