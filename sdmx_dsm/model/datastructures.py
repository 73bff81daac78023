"""Data structures and dataflows, and the components that they are made of."""

from dataclasses import dataclass
from typing import Literal

from sdmx_dsm.model.base import Annotation, Link, Maintainable, Usage
from sdmx_dsm.model.components import Representation
from sdmx_dsm.model.urns import Reference

AttributeRelationship = Literal["dataflow", "dimensions", "group", "observation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """`id` may be None where the message leaves it out: then it is the concept's (see `component_id`)."""

    id: str | None = None
    concept: Reference
    representation: Representation | None = None
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None

    @property
    def component_id(self) -> str:
        return self.id or self.concept.item

    @property
    def class_in_urn(self) -> str:
        return type(self).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Component):
    position: int | None = None
    roles: tuple[Reference, ...] = ()
    is_measure: bool = False  # the MeasureDimension of 2.1

    @property
    def class_in_urn(self) -> str:
        return "MeasureDimension" if self.is_measure else "Dimension"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDimension(Component):
    position: int | None = None  # 2.1 alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Component):
    usage: Usage | None = None
    roles: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Component):
    """`relationship` says at what the attribute hangs; `dimensions` and `group` are its arguments. `attachment_groups` and
    a relationship to dimensions with groups are 2.1 alone; `measures` are 3.x alone, as is that some of the `dimensions` may
    be left out (`optional_dimensions`)."""

    usage: Usage | None = None
    relationship: AttributeRelationship = "observation"
    dimensions: tuple[str, ...] = ()
    optional_dimensions: tuple[str, ...] = ()
    group: str | None = None
    attachment_groups: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    roles: tuple[Reference, ...] = ()

    @property
    def class_in_urn(self) -> str:
        return "DataAttribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataAttributeUsage:
    """A metadata attribute that is reported with data (3.x): `reference` is its id in the metadata structure, the rest as in
    `Attribute`."""

    reference: str
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None
    relationship: AttributeRelationship = "observation"
    dimensions: tuple[str, ...] = ()
    optional_dimensions: tuple[str, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    id: str
    dimensions: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None
    attachment_constraint: Reference | None = None  # 2.1 alone, in the place of dimensions

    @property
    def class_in_urn(self) -> str:
        return "GroupDimensionDescriptor"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentList:
    """What is said of one of the lists of a structure, by its fixed id (`DimensionDescriptor` …). Most say nothing."""

    id: str
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None

    @property
    def class_in_urn(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStructure(Maintainable):
    """`dimensions` without the time dimension, in the order of the key. `metadata` is the metadata structure (3.x) whose
    attributes the `metadata_attribute_usages` bring in."""

    dimensions: tuple[Dimension, ...] = ()
    time_dimension: TimeDimension | None = None
    groups: tuple[Group, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    measures: tuple[Measure, ...] = ()
    metadata: Reference | None = None
    metadata_attribute_usages: tuple[MetadataAttributeUsage, ...] = ()
    evolving_structure: bool = False  # 3.1 alone
    lists: tuple[ComponentList, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataflow(Maintainable):
    """`dimension_constraint` (3.1): the dimensions that data of this flow have."""

    structure: Reference | None = None
    dimension_constraint: tuple[str, ...] = ()
