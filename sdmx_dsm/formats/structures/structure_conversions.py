"""What is changed in data structures and their components before a version of the standard can say them.

The rules are those of the guidelines for converting between versions. In 2.1, further measures become attributes of the
observation, as they do in its data; without OBS_VALUE there is an empty primary measure; metadata that are reported with data
become attributes. In 3.x, a measure dimension becomes a dimension with the role MEASURE."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sdmx_dsm.formats.structures.refusals import ALL, LATER, ONLY_21, Convert, Refusing
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    Attribute,
    Component,
    Concept,
    DataStructure,
    Dimension,
    Measure,
    MetadataAttribute,
    MetadataAttributeUsage,
    MetadataStructure,
    Reference,
    Representation,
    SentinelValue,
    TextFormat,
    TimeDimension,
)

NEW_TYPES: Final = frozenset({"GeospatialInformation"})  # of 3.0
RICH_TYPES: Final = frozenset({"XHTML"})  # that 2.1 has for concepts alone
OBS_VALUE: Final = "OBS_VALUE"
OBS_VALUE_CONCEPT: Final = Reference("Concept", "SDMX", "CROSS_DOMAIN_CONCEPTS", "2.0", OBS_VALUE)
MEASURE_ROLE: Final = Reference("Concept", "SDMX", "SDMX_CONCEPT_ROLES", "1.0", "MEASURE")


# --- to SDMX 2.1 -------------------------------------------------------------------------------------------------------


def _simple(component: Any, representation: Representation | None, target: Refusing) -> Representation | None:
    """A representation of 2.1: one value, of the classes and types that it knows."""
    if representation is None:
        return None
    format = representation.text_format
    if representation.max_occurs != 1:
        target.leave_out("several values of one component", component)
    enumeration = representation.enumeration
    if enumeration and enumeration.artefact_class not in ("Codelist", "ConceptScheme"):
        target.leave_out(f"an enumeration by {enumeration.artefact_class}", component)
        enumeration, format = None, None
    if format and format.text_type in NEW_TYPES:
        target.leave_out(f"the type {format.text_type}", component)
        format = replace(format, text_type="String")
    return Representation(enumeration=enumeration, text_format=format)


def _component_21(component: Component, target: Refusing) -> Component:
    """Texts in languages, and XHTML, are for concepts and metadata attributes alone."""
    representation = _simple(component, component.representation, target)
    format = representation.text_format if representation and not isinstance(component, MetadataAttribute) else None
    if not representation or not format:
        return replace(component, representation=representation)
    if format.is_multilingual:
        target.leave_out("text in several languages", component)
    if format.text_type in RICH_TYPES:
        target.leave_out(f"the type {format.text_type}", component)
        format = replace(format, text_type="String")
    format = replace(format, is_multilingual=None)
    return replace(component, representation=replace(representation, text_format=format))


def _concept_21(concept: Concept, target: Refusing) -> Concept:
    return replace(concept, core_representation=_simple(concept, concept.core_representation, target))


def _attribute_21(attribute: Attribute, target: Refusing) -> Attribute:
    if attribute.optional_dimensions:
        target.leave_out(f"that {', '.join(attribute.optional_dimensions)} may be left out", attribute)
    return replace(attribute, usage=attribute.usage or "optional", optional_dimensions=())


def _structure_21(structure: DataStructure, target: Refusing) -> DataStructure:
    """2.1 has one measure, which is called OBS_VALUE, and no metadata in data."""
    if not structure.dimensions:
        return structure
    measures = [measure for measure in structure.measures if measure.component_id == OBS_VALUE]
    others = [_as_attribute(measure) for measure in structure.measures if measure.component_id != OBS_VALUE]
    return replace(
        structure,
        measures=tuple(measures) or (Measure(id=OBS_VALUE, concept=OBS_VALUE_CONCEPT),),
        attributes=(*structure.attributes, *others, *_reported(structure, target)),
        metadata=None,
        metadata_attribute_usages=(),
    )


def _as_attribute(measure: Measure) -> Attribute:
    return Attribute(
        id=measure.component_id,
        concept=measure.concept,
        representation=measure.representation,
        annotations=measure.annotations,
        links=measure.links,
        uri=measure.uri,
        usage=measure.usage,
        roles=measure.roles,
    )


def _reported(structure: DataStructure, target: Refusing) -> Iterator[Attribute]:
    """The metadata attributes that a structure brings in, as attributes of its data. Those below others have no place there."""
    held = target.find(structure.metadata) if structure.metadata else None
    known = {each.component_id: each for each in held.attributes} if isinstance(held, MetadataStructure) else {}
    for usage in structure.metadata_attribute_usages:
        if usage.reference in known:
            yield _as_data(usage, known[usage.reference])
        else:
            target.leave_out(f"the metadata attribute {usage.reference} as an attribute of data", structure)


def _as_data(usage: MetadataAttributeUsage, attribute: MetadataAttribute) -> Attribute:
    representation = attribute.representation or Representation()
    return Attribute(
        id=attribute.component_id,
        concept=attribute.concept,
        representation=replace(representation, max_occurs=attribute.max_occurs),
        annotations=(*attribute.annotations, *usage.annotations),
        links=(*attribute.links, *usage.links),
        uri=attribute.uri,
        relationship=usage.relationship,
        dimensions=usage.dimensions,
        optional_dimensions=usage.optional_dimensions,
        group=usage.group,
    )


# --- to SDMX 3.x ----------------------------------------------------------------------------------------------------------


def _plain_dimension(dimension: Dimension, _: Refusing) -> Dimension:
    """The values of a measure dimension are ids of concepts, which 3.x has no enumeration for."""
    if not dimension.is_measure:
        return dimension
    roles = dimension.roles if MEASURE_ROLE in dimension.roles else (*dimension.roles, MEASURE_ROLE)
    representation = Representation(text_format=TextFormat())
    return replace(dimension, is_measure=False, roles=roles, representation=representation)


def _groups_as_dimensions(structure: DataStructure, _: Refusing) -> DataStructure:
    """An attribute of 2.1 that hangs at dimensions and groups hangs at all of their dimensions, in the order of the key."""
    groups = {group.id: group.dimensions for group in structure.groups}
    order = [dimension.component_id for dimension in structure.dimensions]

    def converted(attribute: Attribute) -> Attribute:
        if not attribute.attachment_groups:
            return attribute
        named = {*attribute.dimensions, *(id for group in attribute.attachment_groups for id in groups.get(group, ()))}
        known = tuple(id for id in order if id in named)
        others = tuple(id for id in attribute.dimensions if id not in order)
        return replace(attribute, dimensions=known + others, attachment_groups=())

    return replace(structure, attributes=tuple(map(converted, structure.attributes)))


def _one_link(usage: MetadataAttributeUsage, target: Refusing) -> MetadataAttributeUsage:
    if len(usage.links) > 1:
        target.leave_out("several links of a metadata attribute usage", usage)
    return replace(usage, links=usage.links[:1])


# --- to all ---------------------------------------------------------------------------------------------------------------


def _coded(component: Component, target: Refusing) -> Component:
    """The format of codes has fewer facets than that of values: neither languages nor decimals nor sentinel values."""
    representation = component.representation
    if not representation or not representation.enumeration or not representation.text_format:
        return component
    format = representation.text_format
    if format.is_multilingual or format.decimals is not None or format.sentinel_values:
        target.leave_out("languages, decimals or sentinel values of codes", component)
    format = replace(format, is_multilingual=None, decimals=None, sentinel_values=())
    return replace(component, representation=replace(representation, text_format=format))


def _dimension(dimension: Dimension | TimeDimension, target: Refusing) -> Dimension | TimeDimension:
    """The value of a dimension is one word: neither several values nor languages."""
    representation = dimension.representation
    if representation is None:
        return dimension
    format = representation.text_format
    if representation.max_occurs != 1:
        target.leave_out("several values of a dimension", dimension)
    if format and format.is_multilingual:
        target.leave_out("a dimension in several languages", dimension)
    format = replace(format, is_multilingual=None) if format else None
    representation = replace(representation, min_occurs=None, max_occurs=1, text_format=format)
    return replace(dimension, representation=representation)


def _time(dimension: TimeDimension, target: Refusing) -> TimeDimension:
    """The schemas demand a format for time, and none but that of a period."""
    representation = dimension.representation or Representation()
    format = representation.text_format or TextFormat(text_type="ObservationalTimePeriod")
    allowed = TextFormat(
        text_type=format.text_type,
        start_time=format.start_time,
        end_time=format.end_time,
        sentinel_values=format.sentinel_values,
    )
    if representation.enumeration:
        target.leave_out("an enumeration of time", dimension)
    if format != allowed:
        target.leave_out("facets of time other than its type, start and end", dimension)
    return replace(dimension, representation=Representation(text_format=allowed))


def _own_id(component: Component, _: Refusing) -> Component:
    return component if component.id else replace(component, id=component.component_id)


def _value_as_name(sentinel: SentinelValue, _: Refusing) -> SentinelValue:
    return sentinel if sentinel.names else replace(sentinel, names={DEFAULT_LANGUAGE: sentinel.value})


TABLE: Final[tuple[tuple[type, tuple[Column, ...], Convert], ...]] = (
    (Component, ALL, _own_id),
    (Component, ALL, _coded),
    (Dimension, ALL, _dimension),
    (TimeDimension, ALL, _dimension),
    (TimeDimension, ALL, _time),
    (SentinelValue, ALL, _value_as_name),
    (Component, ONLY_21, _component_21),
    (Concept, ONLY_21, _concept_21),
    (Attribute, ONLY_21, _attribute_21),
    (DataStructure, ONLY_21, _structure_21),
    (Dimension, LATER, _plain_dimension),
    (DataStructure, LATER, _groups_as_dimensions),
    (MetadataAttributeUsage, ("ml30", "ml31"), _one_link),
)
