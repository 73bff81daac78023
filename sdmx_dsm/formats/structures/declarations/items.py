"""Item schemes: codes, concepts, categories, organisations."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import (
    DROPPED,
    IS_PARTIAL,
    MAINTAINABLE,
    NAMEABLE,
    Declaration,
    row,
)
from sdmx_dsm.formats.structures.kinds import LOCAL, TEXT, TEXTS, Many, Part, Refer
from sdmx_dsm.formats.structures.shapes import ISO_CONCEPT, REPRESENTATION, JsonMembers, Members
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
    DataProvider,
    DataProviderScheme,
)

# Organisation schemes have no version of their own in 3.x: it is always 1.0.
ORGANISATION_SCHEME: Final = tuple(
    row("version", TEXT, "@version", "version", ml30=DROPPED) if field.name == "version" else field
    for field in MAINTAINABLE
)
ORGANISATION: Final = (*NAMEABLE, row("contacts", Many(Part(Contact)), "Contact", "contacts"), row("parent", TEXT))

DECLARATIONS: Final = (
    Declaration(
        Contact,
        (
            row("id", TEXT, "@id", "id"),
            row("names", TEXTS, "c:Name", "names"),
            row("departments", TEXTS, "Department", "departments"),
            row("roles", TEXTS, "Role", "roles"),
            row("telephones", Many(TEXT), "Telephone", "telephones"),
            row("faxes", Many(TEXT), "Fax", "faxes"),
            row("x400s", Many(TEXT), "X400", "x400s"),
            row("uris", Many(TEXT), "URI", "uris"),
            row("emails", Many(TEXT), "Email", "emails"),
        ),
    ),
    Declaration(Agency, ORGANISATION, urn=True),
    Declaration(DataProvider, ORGANISATION, urn=True),
    Declaration(
        AgencyScheme,
        (*ORGANISATION_SCHEME, IS_PARTIAL, row("items", Many(Part(Agency)), "Agency", "agencies")),
        urn=True,
    ),
    Declaration(
        DataProviderScheme,
        (*ORGANISATION_SCHEME, IS_PARTIAL, row("items", Many(Part(DataProvider)), "DataProvider", "dataProviders")),
        urn=True,
    ),
    Declaration(Code, (*NAMEABLE, row("parent", LOCAL, "Parent", "parent")), urn=True),
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
        (
            *MAINTAINABLE,
            IS_PARTIAL,
            row("items", Many(Part(Code)), "Code", "codes"),
            row("extensions", Many(Part(CodelistExtension)), "CodelistExtension", "codelistExtensions", ml21=None),
        ),
        urn=True,
    ),
    Declaration(
        Concept,
        (
            *NAMEABLE,
            row("parent", LOCAL, "Parent", "parent"),
            row("core_representation", REPRESENTATION, "CoreRepresentation", "coreRepresentation"),
            row("iso_concept", ISO_CONCEPT, "ISOConceptReference", "isoConceptReference"),
        ),
        urn=True,
    ),
    Declaration(
        ConceptScheme,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Concept)), "Concept", "concepts")),
        urn=True,
    ),
    Declaration(Category, (*NAMEABLE, row("items", Many(Part(Category)), "Category", "categories")), urn=True),
    Declaration(
        CategoryScheme,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Category)), "Category", "categories")),
        urn=True,
    ),
)
