"""What the schemas of all versions share: who stands where, and the shape of the types."""

from collections.abc import Container, Iterable, Iterator
from functools import cached_property
from typing import ClassVar, Final

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.markup import SCHEMAS, quote
from sdmx_dsm.formats.ml_data.names import OBS_VALUE, TIME_PERIOD
from sdmx_dsm.formats.ml_data.text import NAME
from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.permitted import may_be_off
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, Use, XsdAttribute, complex_type, enumeration
from sdmx_dsm.formats.xsd.types import TIME, SimpleTypes, Version
from sdmx_dsm.model import ALL_DIMENSIONS, YEAR_START_ID, Schema, SchemaComponent

# Names that a group can't have, as types for something else have them.
TYPE_NAMES: Final = frozenset({"DataSetType", "GroupType", "SeriesType", "ObsType", "AttsType"})
# What the official base types declare themselves: `type` says which group an element is about, or which explicit measure.
TYPE_ATTRIBUTE: Final = "type"
BASE_ATTRIBUTES: Final = {
    TIME_PERIOD: TIME,
    YEAR_START_ID: "xs:gMonthDay",
    OBS_VALUE: "xs:anySimpleType",
    TYPE_ATTRIBUTE: "common:IDType",
}


class DataSchema:
    """The schema for one context, layout and version. `kept`: what must have the type that the base types give it, whatever
    the data structure says; `in_groups`: which attributes the base type of groups declares besides `type`."""

    version: ClassVar[Version]
    kept: ClassVar[frozenset[str]] = frozenset({TIME_PERIOD})
    in_groups: ClassVar[tuple[str, ...]] = ()

    def __init__(self, schema: Schema, options: SchemaOptions) -> None:
        self.schema = schema
        self.for_deletion = options.for_deletion
        self.at_observation = schema.at_observation(options.dimension_at_observation)
        self.namespace = f"{schema.reference.urn}:ObsLevelDim:{self.at_observation}"
        self.types = SimpleTypes(schema, self.version, for_deletion=self.for_deletion)
        self.refuse_names(schema.by_id, (TYPE_ATTRIBUTE,))
        self.refuse_names((group.id for group in schema.structure.groups), TYPE_NAMES)

    def refuse_names(self, ids: Iterable[str], taken: Container[str]) -> None:
        """Raises Unsupported for an id that can't be a name in an XML Schema, or that is taken."""
        for id in ids:
            if id in taken or not NAME.fullmatch(id):
                raise Unsupported(
                    f"An XML Schema can't have the name “{id}” for a part of {self.schema.structure.reference.short};"
                    " ask for a JSON schema.",
                    component=id,
                )

    # --- who stands where ---------------------------------------------------------------------------------------------

    @property
    def is_flat(self) -> bool:
        return self.at_observation == ALL_DIMENSIONS

    @cached_property
    def series_keys(self) -> tuple[SchemaComponent, ...]:
        return () if self.is_flat else tuple(key for key in self.schema.key if key.id != self.at_observation)

    @cached_property
    def observation_keys(self) -> tuple[SchemaComponent, ...]:
        return tuple(key for key in self.schema.key if self.is_flat or key.id == self.at_observation)

    def is_complex(self, component: SchemaComponent, /) -> bool:
        """Whether it can't be an XML attribute."""
        return component.is_multi_valued or component.text_format.text_type == "XHTML"

    def at_group(self, group: tuple[str, ...]) -> list[SchemaComponent]:
        """The attributes that hang at just these dimensions."""
        above = self.schema.attributes_at("partial", "series")
        return [each for each in above if set(each.dimensions) == set(group)]

    @cached_property
    def above_observation(self) -> list[SchemaComponent]:
        """The attributes of a series or a part of its key, but those of groups. What is deleted is named in the keys alone: there
        they have no elements of their own, nor have those of the data set."""
        if self.for_deletion:
            return [each for each in self.schema.attributes if each.level != "obs"]
        groups = [set(group.dimensions) for group in self.schema.structure.groups]
        partial = [each for each in self.schema.attributes_at("partial") if set(each.dimensions) not in groups]
        return [*self.schema.attributes_at("series"), *partial]

    @cached_property
    def at_series(self) -> list[SchemaComponent]:
        """Those of them that do not depend on the dimension at the observation."""
        keys = {component.id for component in self.series_keys}
        return [each for each in self.above_observation if set(each.dimensions) <= keys]

    @cached_property
    def at_obs(self) -> list[SchemaComponent]:
        """Measures, attributes of the observation, and attributes above it that find no place at the series."""
        at_series = [] if self.is_flat else self.at_series
        rest = [each for each in self.above_observation if each not in at_series]
        return [*self.schema.measures, *self.schema.attributes_at("obs"), *rest]

    # --- attributes of XML --------------------------------------------------------------------------------------------

    def attribute(self, component: SchemaComponent, use: Use) -> XsdAttribute:
        is_kept = component.id in self.kept and component.role != "time"
        return XsdAttribute(component.id, BASE_ATTRIBUTES[component.id] if is_kept else self.types.name(component), use)

    def may_lack(self, dimension: SchemaComponent) -> bool:
        """Whether an element may lack a dimension: in what deletes it stands for all values, elsewhere it may be off."""
        return self.for_deletion or may_be_off(self.schema, dimension)

    def keys(self, dimensions: Iterable[SchemaComponent]) -> list[XsdAttribute]:
        return [self.attribute(each, "optional" if self.may_lack(each) else "required") for each in dimensions]

    def values(self, components: Iterable[SchemaComponent]) -> list[XsdAttribute]:
        """What is simple among the measures and attributes: each may be left out."""
        return [self.attribute(each, "optional") for each in components if not self.is_complex(each)]

    # --- the text -----------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        base = f"{SCHEMAS}v{self.version.replace('.', '_')}"
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield (
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns={quote(self.namespace)}'
            f' xmlns:dsd="{base}/data/structurespecific" xmlns:common="{base}/common"'
            f' targetNamespace={quote(self.namespace)} elementFormDefault="qualified" attributeFormDefault="unqualified">'
        )
        yield f'<xs:import namespace="{base}/common" schemaLocation="SDMXCommon.xsd"/>'
        yield f'<xs:import namespace="{base}/data/structurespecific" schemaLocation="SDMXDataStructureSpecific.xsd"/>'
        yield from self.dataset_type()
        yield from self.group_types()
        if not self.is_flat:
            yield from self.series_type()
        yield from self.obs_types()
        yield from self.further_types()
        yield from self.types.definitions()
        yield "</xs:schema>"

    def group_types(self) -> Iterator[str]:
        groups = self.schema.structure.groups
        if not groups:
            return
        kind = XsdAttribute(TYPE_ATTRIBUTE, "GroupType.ID", "optional")
        yield from complex_type(
            "GroupType", "dsd:GroupType", [ANNOTATIONS, *self.comps], [kind], is_abstract=True, is_open=True
        )
        yield '<xs:simpleType name="GroupType.ID">'
        yield from enumeration([group.id for group in groups], base="common:IDType")
        yield "</xs:simpleType>"
        by_id = self.schema.by_id
        for group in groups:
            attributes = [
                *self.keys([by_id[id] for id in group.dimensions]),
                *self.values(self.at_group(group.dimensions)),
                XsdAttribute(TYPE_ATTRIBUTE, "GroupType.ID", "optional", group.id),
            ]
            yield from complex_type(
                group.id, "GroupType", [ANNOTATIONS, *self.comps], closed(attributes, *self.in_groups)
            )

    @property
    def comps(self) -> tuple[str, ...]:
        """The element for what can't be an XML attribute, where there is any."""
        return ()

    def dataset_type(self) -> Iterator[str]:
        raise NotImplementedError

    def series_type(self) -> Iterator[str]:
        raise NotImplementedError

    def obs_types(self) -> Iterator[str]:
        raise NotImplementedError

    def further_types(self) -> Iterator[str]:
        return iter(())


def closed(attributes: list[XsdAttribute], *inherited: str) -> list[XsdAttribute]:
    """The attributes of a type; what it would inherit from its base besides is ruled out."""
    named = {each.name for each in attributes}
    ruled_out = (XsdAttribute(name, BASE_ATTRIBUTES[name], "prohibited") for name in inherited if name not in named)
    return [*attributes, *ruled_out]
