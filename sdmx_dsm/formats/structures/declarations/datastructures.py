"""Data structures, their components, and dataflows."""

from typing import Final

from sdmx_dsm.formats.structures.components import (
    GROUP_DIMENSION,
    RELATIONSHIP,
    RELATIONSHIP_21,
    AttributeList,
    Components,
    DimensionList,
    DimensionLists,
    InArray,
    MeasureList,
    Some,
)
from sdmx_dsm.formats.structures.declarations.rows import (
    ANNOTATIONS,
    DROPPED,
    IDENTIFIABLE,
    MAINTAINABLE,
    Declaration,
    row,
)
from sdmx_dsm.formats.structures.kinds import (
    ADDRESS,
    ASSIGNMENT,
    FLAG,
    INTEGER,
    LOCAL,
    NUMBER,
    SENTINEL,
    TEXT,
    TEXTS,
    USAGE,
    Many,
    Only,
    Part,
    Refer,
)
from sdmx_dsm.formats.structures.links import JsonLinks
from sdmx_dsm.formats.structures.shapes import REPRESENTATION
from sdmx_dsm.model import (
    Attribute,
    Dataflow,
    DataStructure,
    Dimension,
    Group,
    Link,
    Measure,
    MetadataAttributeUsage,
    SentinelValue,
    TextFormat,
    TimeDimension,
)

ROLES: Final = row("roles", Many(Refer("Concept")), "ConceptRole", "conceptRoles")
COMPONENT: Final = (
    *IDENTIFIABLE,
    row("concept", Refer("Concept"), "ConceptIdentity", "conceptIdentity"),
    row("representation", REPRESENTATION, "LocalRepresentation", "localRepresentation"),
)


DECLARATIONS: Final = (
    Declaration(
        SentinelValue,
        (
            row("value", SENTINEL, "@value", "value"),
            row("names", TEXTS, "c:Name", "names"),
            row("descriptions", TEXTS, "c:Description", "descriptions"),
        ),
    ),
    Declaration(
        TextFormat,
        (
            row("text_type", TEXT, "@textType", "dataType", json10="textType"),
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
            # Absent stays absent: the default of 2.1 and 3.0 is true, that of 3.1 false, but none who leaves it out means true.
            row("is_multilingual", FLAG, "@isMultiLingual", "isMultiLingual|isMultilingual"),
            row(
                "sentinel_values", Many(Part(SentinelValue)), "SentinelValue", "sentinelValues", ml21=None, json10=None
            ),
        ),
        silent={"text_type": ""},
    ),
    Declaration(
        Dimension,
        (
            row("position", INTEGER, "@position", "position"),
            *COMPONENT,
            ROLES,
            row("is_measure", FLAG, DROPPED, DROPPED),  # 2.1 says it by the element's name, and by an array of its own
        ),
        urn=True,
    ),
    Declaration(
        TimeDimension,
        # In 3.x it is always the last one.
        (row("position", INTEGER, DROPPED, DROPPED, ml21="@position", json10="position"), *COMPONENT),
        urn=True,
    ),
    Declaration(
        Measure,
        (
            row("usage", USAGE, "@usage", "usage", ml21=DROPPED, json10=DROPPED),
            *COMPONENT,
            row("roles", Many(Refer("Concept")), "ConceptRole", "conceptRoles", ml21=None, json10=None),
        ),
        urn=True,
    ),
    Declaration(
        Attribute,
        (
            row("usage", USAGE, "@usage", "usage", ml21=DROPPED, json10=DROPPED),
            row("usage", ASSIGNMENT, DROPPED, DROPPED, ml21="@assignmentStatus", json10="assignmentStatus"),
            *COMPONENT,
            ROLES,
            row("", RELATIONSHIP_21, DROPPED, DROPPED, ml21="AttributeRelationship", json10="attributeRelationship"),
            row("", RELATIONSHIP, "AttributeRelationship", "attributeRelationship", ml21=DROPPED, json10=DROPPED),
            row(
                "measures",
                Many(LOCAL),
                "MeasureRelationship/Measure",
                "measureRelationship",
                ml21=DROPPED,
                json10=DROPPED,
            ),
        ),
        urn=True,
    ),
    Declaration(
        MetadataAttributeUsage,
        (
            row("uri", ADDRESS, "@uri", DROPPED),
            ANNOTATIONS,
            row("links", Many(Part(Link)), "c:Link", DROPPED),
            row("", JsonLinks(), DROPPED, "links"),
            row("reference", TEXT, "MetadataAttributeReference", "metadataAttributeReference"),
            row("", RELATIONSHIP, "AttributeRelationship", "attributeRelationship"),
        ),
    ),
    Declaration(
        Group,
        (
            row("id", TEXT, "@id", "id"),
            row("uri", ADDRESS, "@uri", DROPPED),
            ANNOTATIONS,
            row("", JsonLinks(), None, "links"),
            row("dimensions", Many(GROUP_DIMENSION), "GroupDimension", "groupDimensions"),
            row(
                "attachment_constraint",
                Refer("AttachmentConstraint"),
                ml21="AttachmentConstraint",
                json10="attachmentConstraint",
            ),
        ),
        urn=True,
    ),
    Declaration(
        DimensionList,
        (
            *IDENTIFIABLE,
            row(
                "dimensions",
                Many(Part(Dimension, second=lambda dimension: dimension.is_measure)),
                "Dimension",
                "dimensions",
                ml21="Dimension|MeasureDimension",
                json10=DROPPED,
            ),
            row(
                "",
                Some("dimensions", Part(Dimension), lambda dimension: not dimension.is_measure),
                DROPPED,
                DROPPED,
                json10="dimensions",
            ),
            row(
                "",
                Some("dimensions", Part(Dimension), lambda dimension: dimension.is_measure, is_measure=True),
                DROPPED,
                DROPPED,
                json10="measureDimensions",
            ),
            row("time_dimension", Part(TimeDimension), "TimeDimension", "timeDimension", json10=DROPPED),
            row("time_dimension", InArray(Part(TimeDimension)), DROPPED, DROPPED, json10="timeDimensions"),
        ),
        urn=True,
        always=("id",),
    ),
    Declaration(
        AttributeList,
        (
            *IDENTIFIABLE,
            # The day at which reporting years begin is an attribute for clients: they don't know the element of its own in 2.1.
            row(
                "attributes",
                Many(Part(Attribute)),
                "Attribute",
                "attributes",
                ml21="Attribute|ReportingYearStartDay",
                json10=DROPPED,
            ),
            row("", Some("attributes", Part(Attribute), lambda _: True), DROPPED, DROPPED, json10="attributes"),
            row(
                "",
                Some("attributes", Part(Attribute), lambda _: False),
                DROPPED,
                DROPPED,
                json10="reportingYearStartDays",
            ),
            row(
                "metadata_attribute_usages",
                Many(Part(MetadataAttributeUsage)),
                "MetadataAttributeUsage",
                "metadataAttributeUsages",
                ml21=None,
                json10=None,
            ),
        ),
        urn=True,
        always=("id",),
    ),
    Declaration(
        MeasureList,
        (
            *IDENTIFIABLE,
            row("measures", Many(Part(Measure)), "Measure", "measures", ml21="PrimaryMeasure", json10=DROPPED),
            row("measures", Only(Part(Measure)), DROPPED, DROPPED, json10="primaryMeasure"),
        ),
        urn=True,
        always=("id",),
    ),
    Declaration(
        DataStructure,
        (
            *MAINTAINABLE,
            row("evolving_structure", FLAG, ml31="@evolvingStructure", json21="evolvingStructure"),
            row(
                "",
                Components(DimensionList),
                "DataStructureComponents/DimensionList",
                "dataStructureComponents/dimensionList",
                json10=DROPPED,
            ),
            row("", DimensionLists(), DROPPED, DROPPED, json10="dataStructureComponents/dimensionList"),
            row("groups", Many(Part(Group)), "DataStructureComponents/Group", "dataStructureComponents/groups"),
            row(
                "",
                Components(AttributeList),
                "DataStructureComponents/AttributeList",
                "dataStructureComponents/attributeList",
            ),
            row(
                "",
                Components(MeasureList),
                "DataStructureComponents/MeasureList",
                "dataStructureComponents/measureList",
            ),
            row("metadata", Refer("MetadataStructure"), "Metadata", "metadata", ml21=None, json10=None),
        ),
        urn=True,
    ),
    Declaration(
        Dataflow,
        (
            *MAINTAINABLE,
            row("structure", Refer("DataStructure"), "Structure", "structure"),
            row("dimension_constraint", Many(TEXT), ml31="DimensionConstraint/Dimension", json21="dimensionConstraint"),
        ),
        urn=True,
    ),
)
