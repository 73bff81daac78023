"""What is changed in an object before a syntax can say it, and what is refused.

A table of small functions: (class, syntax) -> what to do with its instances, in order. They run when the object is written, on
the object and nothing else (but for the codes that a codelist inherits); what they can't mend they refuse with `Unsupported`."""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from sdmx_dsm.errors import VersionError
from sdmx_dsm.formats.structures import exchange_conversions, metadata_conversions
from sdmx_dsm.formats.structures.refusals import ALL, LATER, ONLY_21, Convert, Refusing
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    AgencyScheme,
    Annotation,
    Attribute,
    Codelist,
    Concept,
    DataProviderScheme,
    DataStructure,
    Dimension,
    Link,
    Maintainable,
    Nameable,
    Representation,
    TextFormat,
    TimeDimension,
    Version,
    parse_version,
)
from sdmx_dsm.model.datastructures import Component
from sdmx_dsm.model.metadatastructures import MetadataAttribute

NEW_TYPES: Final = frozenset({"GeospatialInformation"})  # of 3.0
RICH_TYPES: Final = frozenset({"XHTML"})  # that 2.1 has for concepts alone


def version_21(version: str) -> str:
    """2.1 has numbers and dots alone: a draft loses its extension, and is not final."""
    return version.partition("-")[0]


def _name(value: Nameable, _: Refusing) -> Nameable:
    """All schemas demand a name: the id stands in where there is none."""
    return value if value.names else replace(value, names={DEFAULT_LANGUAGE: value.id})


# --- to SDMX 2.1 -------------------------------------------------------------------------------------------------------


def _finality(artefact: Maintainable, _: Refusing) -> Maintainable:
    """A stable version is final. Organisation schemes never are."""
    if isinstance(artefact, AgencyScheme | DataProviderScheme):
        return replace(artefact, is_final=None)
    is_final = artefact.is_final if artefact.is_final is not None else _version(artefact).is_stable or None
    return replace(artefact, version=version_21(artefact.version), is_final=is_final)


def _version(artefact: Maintainable) -> Version:
    try:
        return parse_version(artefact.version)
    except VersionError:
        return Version((0,))  # 2.1 has versions of more than three numbers; none of them is stable


def _value_as_title(annotation: Annotation, target: Refusing) -> Annotation:
    if annotation.value is None:
        return annotation
    if annotation.title is not None:
        raise target.unsupported(f"the value of an annotation that has a title too (“{annotation.title}”)", annotation)
    return replace(annotation, title=annotation.value, value=None)


def _simple(component: Any, representation: Representation | None, target: Refusing) -> Representation | None:
    """A representation of 2.1: one value, in one language, of the classes and types that it knows."""
    if representation is None:
        return None
    if representation.max_occurs != 1:
        raise target.unsupported("several values of one component", component)
    if representation.enumeration and representation.enumeration.artefact_class not in ("Codelist", "ConceptScheme"):
        raise target.unsupported(f"an enumeration by {representation.enumeration.artefact_class}", component)
    format = representation.text_format
    if format and format.text_type in NEW_TYPES:
        raise target.unsupported(f"the type {format.text_type}", component)
    return replace(representation, min_occurs=None)


def _component_21(component: Component, target: Refusing) -> Component:
    """Texts in languages, and XHTML, are for concepts and metadata attributes alone."""
    representation = _simple(component, component.representation, target)
    format = representation.text_format if representation and not isinstance(component, MetadataAttribute) else None
    if format and format.is_multilingual:
        raise target.unsupported("text in several languages", component)
    if format and format.text_type in RICH_TYPES:
        raise target.unsupported(f"the type {format.text_type}", component)
    if representation and format:
        representation = replace(representation, text_format=replace(format, is_multilingual=None))
    return replace(component, representation=representation)


def _concept_21(concept: Concept, target: Refusing) -> Concept:
    return replace(concept, core_representation=_simple(concept, concept.core_representation, target))


def _inherited(codelist: Codelist, target: Refusing) -> Codelist:
    return target.extended(codelist)


def _assignment(attribute: Attribute, _: Refusing) -> Attribute:
    return attribute if attribute.usage else replace(attribute, usage="optional")


def _one_measure(structure: DataStructure, target: Refusing) -> DataStructure:
    """2.1 has one measure, which is called OBS_VALUE."""
    ids = [measure.component_id for measure in structure.measures]
    if structure.dimensions and ids != ["OBS_VALUE"]:
        found = f"the measures {', '.join(ids)}" if ids else "that there is no measure"
        raise target.unsupported(f"{found}: it has one, OBS_VALUE", structure)
    return structure


# --- to SDMX 3.x ----------------------------------------------------------------------------------------------------------


def _unversioned(scheme: Maintainable, target: Refusing) -> Maintainable:
    if scheme.version != "1.0":
        raise target.unsupported(f"the version {scheme.version} of an organisation scheme, which is always 1.0", scheme)
    return scheme


def _plain_dimension(dimension: Dimension, target: Refusing) -> Dimension:
    if dimension.is_measure:
        raise target.unsupported("a measure dimension over a concept scheme", dimension)
    return dimension


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


def _address(link: Link, _: Refusing) -> Link:
    """XML demands an address; a URN is one."""
    return link if link.url else replace(link, url=link.urn)


# --- to all ---------------------------------------------------------------------------------------------------------------


def _dimension(dimension: Dimension | TimeDimension, target: Refusing) -> Dimension | TimeDimension:
    """The value of a dimension is one word: neither several values nor languages."""
    representation = dimension.representation
    if representation is None:
        return dimension
    format = representation.text_format
    if representation.max_occurs != 1:
        raise target.unsupported("several values of a dimension", dimension)
    if format and format.is_multilingual:
        raise target.unsupported("a dimension in several languages", dimension)
    format = replace(format, is_multilingual=None) if format else None
    return replace(dimension, representation=replace(representation, min_occurs=None, text_format=format))


def _time(dimension: TimeDimension, _: Refusing) -> TimeDimension:
    """The schemas demand a format for time, and none but that of a period."""
    format = (dimension.representation and dimension.representation.text_format) or TextFormat(
        text_type="ObservationalTimePeriod"
    )
    allowed = TextFormat(text_type=format.text_type, start_time=format.start_time, end_time=format.end_time)
    return replace(dimension, representation=Representation(text_format=allowed))


def _own_id(component: Component, _: Refusing) -> Component:
    return component if component.id else replace(component, id=component.component_id)


_TABLE: Final[tuple[tuple[type, tuple[Column, ...], Convert], ...]] = (
    (Nameable, ALL, _name),
    (Component, ALL, _own_id),
    (Dimension, ALL, _dimension),
    (TimeDimension, ALL, _dimension),
    (TimeDimension, ALL, _time),
    (Maintainable, ONLY_21, _finality),
    (Annotation, ONLY_21, _value_as_title),
    (Component, ONLY_21, _component_21),
    (Concept, ONLY_21, _concept_21),
    (Codelist, ONLY_21, _inherited),
    (Attribute, ONLY_21, _assignment),
    (DataStructure, ONLY_21, _one_measure),
    (AgencyScheme, LATER, _unversioned),
    (DataProviderScheme, LATER, _unversioned),
    (Dimension, LATER, _plain_dimension),
    (DataStructure, LATER, _groups_as_dimensions),
    (Link, ("ml30", "ml31"), _address),
    *exchange_conversions.TABLE,
    *metadata_conversions.TABLE,
)


@cache
def conversions(cls: type, column: Column) -> tuple[Convert, ...]:
    """What is done with instances of `cls`, and of its bases, in the order of the table."""
    return tuple(convert for base, columns, convert in _TABLE if column in columns and issubclass(cls, base))
