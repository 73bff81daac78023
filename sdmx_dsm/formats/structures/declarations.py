"""The declaration of each class: its fields, their kinds, and where each syntax keeps them.

One column for each syntax; `ml` stands for all versions of SDMX-ML. A cell is a place (see `syntaxes`), `DROPPED` where the
syntax has no place and nothing is lost without it, or None where a value that is there is refused. The order of the rows is that
of the elements in the schemas. A field that two syntaxes spell differently has a row for each spelling.

What must be changed in an artefact before a syntax can say it is in `conversions`."""

from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from sdmx_dsm.formats.structures.kinds import (
    ASSIGNMENT,
    FLAG,
    INTEGER,
    LOCAL,
    MOMENT,
    NUMBER,
    ROLE,
    TEXT,
    TEXTS,
    USAGE,
    Kind,
    Many,
    Part,
    Refer,
)
from sdmx_dsm.formats.structures.shapes import (
    ATTACHMENT,
    GROUP_DIMENSION,
    ISO_CONCEPT,
    KEY,
    PERIOD,
    RANGE,
    RELATIONSHIP,
    RELATIONSHIP_21,
    REPRESENTATION,
    CascadingValues,
    JsonAddress,
    JsonLinks,
    JsonMembers,
    Members,
)
from sdmx_dsm.formats.structures.syntaxes import JSON20, ML21, ML30, Column
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
    Dataflow,
    DataKeySet,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    Group,
    Link,
    Maintainable,
    Measure,
    ProvisionAgreement,
    TextFormat,
    TimeDimension,
    ValueSelection,
)

DROPPED: Final = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A row. `places`: column -> place. `name` is the attribute of the model ("" when `kind` holds several)."""

    name: str
    kind: Kind
    places: dict[Column, str | None]


@dataclass(frozen=True, slots=True)
class Declaration:
    """`urn`: instances have a URN, which XML writes as an attribute."""

    cls: type
    fields: tuple[Field, ...]
    urn: bool = False

    @property
    def required(self) -> frozenset[str]:
        """The fields of the model that have no default."""
        return frozenset(
            each.name for each in fields(self.cls) if each.default is MISSING and each.default_factory is MISSING
        )

    @property
    def defaults(self) -> dict[str, Any]:
        return {
            each.name: each.default_factory() if each.default_factory is not MISSING else each.default
            for each in fields(self.cls)
        }


def row(
    name: str,
    kind: Kind,
    ml: str | None = None,
    json: str | None = None,
    *,
    ml21: str | None = "=",
    ml30: str | None = "=",
) -> Field:
    """A row of a table; `=` means: as in `ml`."""
    places: dict[Column, str | None] = {
        "ml21": ml if ml21 == "=" else ml21,
        "ml30": ml if ml30 == "=" else ml30,
        "json20": json,
    }
    return Field(name, kind, places)


ANNOTATIONS: Final = row("annotations", Many(Part(Annotation)), "c:Annotations/c:Annotation", "annotations")
IDENTIFIABLE: Final = (
    row("id", TEXT, "@id", "id"),
    row("uri", TEXT, "@uri", DROPPED),
    ANNOTATIONS,
    row("links", Many(Part(Link)), "c:Link", DROPPED, ml21=DROPPED),
    row("", JsonLinks(), DROPPED, "links"),
    row("names", TEXTS, "c:Name", "names"),
    row("descriptions", TEXTS, "c:Description", "descriptions"),
)
MAINTAINABLE: Final = (
    IDENTIFIABLE[0],
    row("agency", TEXT, "@agencyID", "agencyID"),
    row("version", TEXT, "@version", "version"),
    row("is_final", FLAG, "@isFinal", DROPPED, ml30=DROPPED),  # in 3.x the version says it
    row("valid_from", MOMENT, "@validFrom", "validFrom"),
    row("valid_to", MOMENT, "@validTo", "validTo"),
    row("is_external_reference", FLAG, "@isExternalReference", "isExternalReference"),
    row("is_partial_language", FLAG, DROPPED, DROPPED),
    row("service_url", TEXT, "@serviceURL", DROPPED),
    row("structure_url", TEXT, "@structureURL", DROPPED),
    *IDENTIFIABLE[1:],
)
# Organisation schemes have no version of their own in 3.0: it is always 1.0.
ORGANISATION_SCHEME: Final = tuple(
    row("version", TEXT, "@version", "version", ml30=DROPPED) if field.name == "version" else field
    for field in MAINTAINABLE
)
IS_PARTIAL: Final = row("is_partial", FLAG, "@isPartial", "isPartial")
ORGANISATION: Final = (*IDENTIFIABLE, row("contacts", Many(Part(Contact)), "Contact", "contacts"), row("parent", TEXT))
CONCEPT: Final = row("concept", Refer("Concept"), "ConceptIdentity", "conceptIdentity")
ROLES: Final = row("roles", Many(Refer("Concept")), "ConceptRole", "conceptRoles")
COMPONENT: Final = (
    row("id", TEXT, "@id", "id"),
    ANNOTATIONS,
    CONCEPT,
    row("representation", REPRESENTATION, "LocalRepresentation", "localRepresentation"),
)
COMPONENTS: Final = "DataStructureComponents"
JSON_COMPONENTS: Final = "dataStructureComponents"
VALUES: Final = (
    row("id", TEXT, "@id", "id"),
    row("include", FLAG, "@include", "include"),
    row("remove_prefix", FLAG, "@removePrefix", "removePrefix", ml21=None),
    row("", CascadingValues("values"), "Value", "values", ml21="c:Value"),
    row("time_range", RANGE, "TimeRange", "timeRange", ml21="c:TimeRange"),
)

DECLARATIONS: Final = (
    Declaration(
        Annotation,
        (
            row("id", TEXT, "@id", "id"),
            row("title", TEXT, "c:AnnotationTitle", "title"),
            row("type", TEXT, "c:AnnotationType", "type"),
            row("url", TEXT, "c:AnnotationURL", DROPPED),
            row("url", JsonAddress(), DROPPED, "links"),
            row("texts", TEXTS, "c:AnnotationText", "texts"),
            row("value", TEXT, "c:AnnotationValue", "value", ml21=None),
        ),
    ),
    Declaration(
        Link,
        (
            row("rel", TEXT, "@rel", "rel"),
            row("url", TEXT, "@url", "href"),
            row("urn", TEXT, "@urn", "urn"),
            row("type", TEXT, "@type", "type"),
            row("titles", TEXTS, DROPPED, "titles"),
            row("language", TEXT, DROPPED, "hreflang"),
        ),
    ),
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
    Declaration(Code, (*IDENTIFIABLE, row("parent", LOCAL, "Parent", "parent")), urn=True),
    Declaration(
        Concept,
        (
            *IDENTIFIABLE,
            row("parent", LOCAL, "Parent", "parent"),
            row("core_representation", REPRESENTATION, "CoreRepresentation", "coreRepresentation"),
            row("iso_concept", ISO_CONCEPT, "ISOConceptReference", "isoConceptReference"),
        ),
        urn=True,
    ),
    Declaration(Category, (*IDENTIFIABLE, row("items", Many(Part(Category)), "Category", "categories")), urn=True),
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
        ConceptScheme,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Concept)), "Concept", "concepts")),
        urn=True,
    ),
    Declaration(
        CategoryScheme,
        (*MAINTAINABLE, IS_PARTIAL, row("items", Many(Part(Category)), "Category", "categories")),
        urn=True,
    ),
    Declaration(
        TextFormat,
        (
            row("text_type", TEXT, "@textType", "dataType"),
            row("is_sequence", FLAG, "@isSequence", "isSequence"),
            row("interval", NUMBER, "@interval", "interval"),
            row("start_value", NUMBER, "@startValue", "startValue"),
            row("end_value", NUMBER, "@endValue", "endValue"),
            row("time_interval", TEXT, "@timeInterval", "timeInterval"),
            row("start_time", TEXT, "@startTime", "startTime"),
            row("end_time", TEXT, "@endTime", "endTime"),
            row("min_length", INTEGER, "@minLength", "minLength"),
            row("max_length", INTEGER, "@maxLength", "maxLength"),
            row("min_value", NUMBER, "@minValue", "minValue"),
            row("max_value", NUMBER, "@maxValue", "maxValue"),
            row("decimals", INTEGER, "@decimals", "decimals"),
            row("pattern", TEXT, "@pattern", "pattern"),
            row("is_multilingual", FLAG, "@isMultiLingual", "isMultiLingual|isMultilingual"),
        ),
    ),
    Declaration(
        Dimension,
        (
            row("position", INTEGER, "@position", "position"),
            *COMPONENT,
            ROLES,
            row("is_measure", FLAG, DROPPED, DROPPED),  # 2.1 says it by the element's name
        ),
    ),
    Declaration(TimeDimension, COMPONENT),
    Declaration(
        Measure,
        (
            row("usage", USAGE, "@usage", "usage", ml21=DROPPED),
            *COMPONENT,
            row("roles", Many(Refer("Concept")), "ConceptRole", "conceptRoles", ml21=DROPPED),
        ),
    ),
    Declaration(
        Attribute,
        (
            row("usage", USAGE, "@usage", "usage", ml21=DROPPED),
            row("usage", ASSIGNMENT, DROPPED, DROPPED, ml21="@assignmentStatus"),
            *COMPONENT,
            ROLES,
            row("", RELATIONSHIP_21, DROPPED, DROPPED, ml21="AttributeRelationship"),
            row("", RELATIONSHIP, "AttributeRelationship", "attributeRelationship", ml21=DROPPED),
            row(
                "measures",
                Many(LOCAL),
                "MeasureRelationship/Measure",
                "measureRelationship",
                ml21=DROPPED,
            ),
        ),
    ),
    Declaration(
        Group,
        (
            row("id", TEXT, "@id", "id"),
            ANNOTATIONS,
            row("dimensions", Many(GROUP_DIMENSION), "GroupDimension", "groupDimensions"),
        ),
    ),
    Declaration(
        DataStructure,
        (
            *MAINTAINABLE,
            row(
                "dimensions",
                Many(Part(Dimension, second=lambda dimension: dimension.is_measure)),
                f"{COMPONENTS}/DimensionList/Dimension",
                f"{JSON_COMPONENTS}/dimensionList/dimensions",
                ml21=f"{COMPONENTS}/DimensionList/Dimension|MeasureDimension",
            ),
            row(
                "time_dimension",
                Part(TimeDimension),
                f"{COMPONENTS}/DimensionList/TimeDimension",
                f"{JSON_COMPONENTS}/dimensionList/timeDimension",
            ),
            row("groups", Many(Part(Group)), f"{COMPONENTS}/Group", f"{JSON_COMPONENTS}/groups"),
            row(
                "attributes",
                Many(Part(Attribute)),
                f"{COMPONENTS}/AttributeList/Attribute",
                f"{JSON_COMPONENTS}/attributeList/attributes",
                ml21=f"{COMPONENTS}/AttributeList/Attribute|ReportingYearStartDay",
            ),
            row(
                "measures",
                Many(Part(Measure)),
                f"{COMPONENTS}/MeasureList/Measure",
                f"{JSON_COMPONENTS}/measureList/measures",
                ml21=f"{COMPONENTS}/MeasureList/PrimaryMeasure",
            ),
        ),
        urn=True,
    ),
    Declaration(
        Dataflow, (*MAINTAINABLE, row("structure", Refer("DataStructure"), "Structure", "structure")), urn=True
    ),
    Declaration(
        ProvisionAgreement,
        (
            *MAINTAINABLE,
            row("dataflow", Refer("Dataflow"), "Dataflow", "dataflow", ml21="StructureUsage"),
            row("data_provider", Refer("DataProvider"), "DataProvider", "dataProvider"),
        ),
        urn=True,
    ),
    Declaration(
        Categorisation,
        (
            *MAINTAINABLE,
            row("source", Refer(""), "Source", "source"),
            row("target", Refer("Category"), "Target", "target"),
        ),
        urn=True,
    ),
    Declaration(ValueSelection, VALUES),
    Declaration(
        CubeRegion,
        (
            row("include", FLAG, "@include", "include"),
            row("keys", Many(Part(ValueSelection)), "KeyValue", "keyValues", ml21="c:KeyValue"),
            row("components", Many(Part(ValueSelection)), "Component", "components", ml21="c:Attribute"),
        ),
    ),
    Declaration(
        DataKeySet,
        (row("is_included", FLAG, "@isIncluded", "isIncluded"), row("keys", Many(KEY), "Key", "keys")),
    ),
    Declaration(
        DataConstraint,
        (
            *MAINTAINABLE,
            row("role", ROLE, "@role", "role", ml21="@type"),
            row("attachment", ATTACHMENT, "ConstraintAttachment", "constraintAttachment"),
            row("key_sets", Many(Part(DataKeySet)), "DataKeySet", "dataKeySets"),
            row("cube_regions", Many(Part(CubeRegion)), "CubeRegion", "cubeRegions"),
            row("reference_period", PERIOD, ml21="ReferencePeriod"),
        ),
        urn=True,
    ),
)

# Where each class stands in a message, in the order that the schema demands.
CONTAINERS: Final[dict[Column, tuple[tuple[str, type[Maintainable]], ...]]] = {
    ML21.column: (
        ("OrganisationSchemes/AgencyScheme", AgencyScheme),
        ("OrganisationSchemes/DataProviderScheme", DataProviderScheme),
        ("Dataflows/Dataflow", Dataflow),
        ("CategorySchemes/CategoryScheme", CategoryScheme),
        ("Categorisations/Categorisation", Categorisation),
        ("Codelists/Codelist", Codelist),
        ("Concepts/ConceptScheme", ConceptScheme),
        ("DataStructures/DataStructure", DataStructure),
        ("Constraints/ContentConstraint", DataConstraint),
        ("ProvisionAgreements/ProvisionAgreement", ProvisionAgreement),
    ),
    ML30.column: (
        ("AgencySchemes/AgencyScheme", AgencyScheme),
        ("Categorisations/Categorisation", Categorisation),
        ("CategorySchemes/CategoryScheme", CategoryScheme),
        ("Codelists/Codelist", Codelist),
        ("ConceptSchemes/ConceptScheme", ConceptScheme),
        ("DataConstraints/DataConstraint", DataConstraint),
        ("Dataflows/Dataflow", Dataflow),
        ("DataProviderSchemes/DataProviderScheme", DataProviderScheme),
        ("DataStructures/DataStructure", DataStructure),
        ("ProvisionAgreements/ProvisionAgreement", ProvisionAgreement),
    ),
    JSON20.column: (
        ("agencySchemes", AgencyScheme),
        ("categorisations", Categorisation),
        ("categorySchemes", CategoryScheme),
        ("codelists", Codelist),
        ("conceptSchemes", ConceptScheme),
        ("dataConstraints", DataConstraint),
        ("dataflows", Dataflow),
        ("dataProviderSchemes", DataProviderScheme),
        ("dataStructures", DataStructure),
        ("provisionAgreements", ProvisionAgreement),
    ),
}
