"""Data structures, their components, and dataflows."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import ANNOTATIONS, DROPPED, MAINTAINABLE, Declaration, row
from sdmx_dsm.formats.structures.kinds import ASSIGNMENT, FLAG, INTEGER, LOCAL, NUMBER, TEXT, USAGE, Many, Part, Refer
from sdmx_dsm.formats.structures.shapes import GROUP_DIMENSION, RELATIONSHIP, RELATIONSHIP_21, REPRESENTATION
from sdmx_dsm.model import Attribute, Dataflow, DataStructure, Dimension, Group, Measure, TextFormat, TimeDimension

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

DECLARATIONS: Final = (
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
)
