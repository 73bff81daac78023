"""What the schemas of all versions share: simple types, who stands where, and the shape of a complex type."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Final

from sdmx_dsm.errors import QuerySemanticsError
from sdmx_dsm.formats.markup import SCHEMAS, quote
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, Use, XsdAttribute, complex_type, enumeration
from sdmx_dsm.formats.xsd.types import TYPES, facets
from sdmx_dsm.model import ALL_DIMENSIONS, Schema, SchemaComponent

CLASSES: Final = {"datastructure": 1, "dataflow": 2, "provisionagreement": 3}  # how far down constraints count
LEVELS: Final = {"DataStructure": 1, "Dataflow": 2, "ProvisionAgreement": 3, "DataProvider": 3}
TIME: Final = "TIME_PERIOD"


class DataSchema:
    """What both versions share: simple types, who stands where, and the shape of a complex type."""

    version: str

    def __init__(self, schema: Schema, options: WriteOptions) -> None:
        deepest = CLASSES[options.context]
        counted = tuple(
            constraint
            for constraint in schema.constraints
            if all(LEVELS[target.artefact_class] <= deepest for target in constraint.attachment)
        )
        self.schema = replace(schema, constraints=counted)
        self.keys = schema.key
        default = schema.time.id if schema.time else ALL_DIMENSIONS
        self.at_observation = options.dimension_at_observation or default
        if self.at_observation not in (*schema.key_ids, ALL_DIMENSIONS):
            raise QuerySemanticsError(
                f"“{self.at_observation}” is no dimension of {schema.structure.reference.short}: it has "
                f"{', '.join(schema.key_ids)}.",
                dimension=self.at_observation,
            )
        self.namespace = f"{schema.artefact(options.context).reference.urn}:ObsLevelDim:{self.at_observation}"

    @property
    def is_flat(self) -> bool:
        return self.at_observation == ALL_DIMENSIONS

    @cached_property
    def series_keys(self) -> tuple[SchemaComponent, ...]:
        return () if self.is_flat else tuple(key for key in self.keys if key.id != self.at_observation)

    @cached_property
    def observation_keys(self) -> tuple[SchemaComponent, ...]:
        return tuple(key for key in self.keys if self.is_flat or key.id == self.at_observation)

    def is_complex(self, component: SchemaComponent) -> bool:
        """Whether it can't be an XML attribute."""
        return component.is_array or component.is_multilingual or component.text_format.text_type == "XHTML"

    def at_group(self, group: tuple[str, ...]) -> list[SchemaComponent]:
        """The attributes that hang at just these dimensions."""
        return [each for each in self.schema.attributes_at("partial") if set(each.dimensions) == set(group)]

    @cached_property
    def above_observation(self) -> list[SchemaComponent]:
        """The attributes of a series or a part of its key, but those of groups."""
        groups = [set(group.dimensions) for group in self.schema.structure.groups]
        return [each for each in self.schema.attributes_at("series", "partial") if set(each.dimensions) not in groups]

    @cached_property
    def at_series(self) -> list[SchemaComponent]:
        """Those of them that do not depend on the dimension at the observation."""
        keys = {component.id for component in self.series_keys}
        return [each for each in self.above_observation if set(each.dimensions) <= keys]

    @cached_property
    def at_obs(self) -> list[SchemaComponent]:
        """Measures, attributes of the observation, and attributes above it that find no place at the series."""
        rest = [each for each in self.above_observation if each not in self.at_series]
        return [*self.schema.measures, *self.schema.attributes_at("obs"), *rest]

    # --- simple types -------------------------------------------------------------------------------------------------

    def type_name(self, component: SchemaComponent) -> str:
        """The simple type of one value of a component: that of its codelist, of its own, or of XML."""
        codelist = component.codelist
        if codelist is not None and codelist.items:
            name = f"{type(codelist).__name__}.{codelist.agency}.{codelist.id}.{codelist.version}"
            return (
                name if self.codes(component) == tuple(code.id for code in codelist.items) else f"{name}.{component.id}"
            )
        base = TYPES.get(component.text_format.text_type, "xs:string")
        return component.id if codelist is None and any(facets(component.text_format, base)) else base

    def codes(self, component: SchemaComponent) -> tuple[str, ...]:
        """The codes that the constraints let through, in the order of the codelist."""
        allowed = self.schema.allowed(component)
        assert component.codelist is not None
        return tuple(code.id for code in component.codelist.items if allowed is None or code.id in allowed)

    def simple_types(self) -> Iterator[str]:
        written = set()
        for component in self.schema.components:
            name = self.type_name(component)
            if ":" in name or name in written:
                continue
            written.add(name)
            yield f'<xs:simpleType name="{name}">'
            if component.codelist is not None:
                yield from enumeration(self.codes(component))
            else:
                base = TYPES.get(component.text_format.text_type, "xs:string")
                yield f'<xs:restriction base="{base}">'
                yield from facets(component.text_format, base)
                yield "</xs:restriction>"
            yield "</xs:simpleType>"

    # --- complex types ------------------------------------------------------------------------------------------------

    def attribute(self, component: SchemaComponent, use: Use) -> XsdAttribute:
        return XsdAttribute(component.id, self.type_name(component), use)

    def attributes(
        self, keys: Iterable[SchemaComponent], values: Iterable[SchemaComponent], use: Use
    ) -> list[XsdAttribute]:
        """Of the dimensions, as `use` says, and of what is simple among the values, which may always be left out."""
        simple = [self.attribute(each, "optional") for each in values if not self.is_complex(each)]
        return [*(self.attribute(key, use) for key in keys), *simple]

    def lines(self) -> Iterator[str]:
        base = SCHEMAS + self.version
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
        yield from self.obs_type()
        yield from self.further_types()
        yield from self.simple_types()
        yield "</xs:schema>"

    def group_types(self) -> Iterator[str]:
        groups = self.schema.structure.groups
        if not groups:
            return
        kind = XsdAttribute("type", "GroupType.ID", "optional")
        yield from complex_type(
            "GroupType", "dsd:GroupType", [ANNOTATIONS, *self.comps], [kind], is_abstract=True, is_open=True
        )
        yield '<xs:simpleType name="GroupType.ID">'
        yield from enumeration((group.id for group in groups), base="common:IDType")
        yield "</xs:simpleType>"
        by_id = self.schema.by_id
        for group in groups:
            keys = [by_id[id] for id in group.dimensions]
            attributes = self.attributes(keys, self.at_group(group.dimensions), "required")
            own = [*attributes, XsdAttribute("type", "GroupType.ID", "optional", group.id), *self.ruled_out(attributes)]
            yield from complex_type(group.id, "GroupType", [ANNOTATIONS, *self.comps], own)

    @property
    def comps(self) -> tuple[str, ...]:
        """The element for what can't be an XML attribute, where there is any."""
        return ()

    def ruled_out(self, _: Iterable[XsdAttribute]) -> list[XsdAttribute]:
        """What the base type has and a type without it in these attributes would inherit."""
        return []

    def dataset_type(self) -> Iterator[str]:
        raise NotImplementedError

    def series_type(self) -> Iterator[str]:
        raise NotImplementedError

    def obs_type(self) -> Iterator[str]:
        raise NotImplementedError

    def further_types(self) -> Iterator[str]:
        return iter(())

    def no_time(self, attributes: Iterable[XsdAttribute]) -> list[XsdAttribute]:
        """The time that the base type has, prohibited where the type does not name it."""
        if any(each.name == TIME for each in attributes):
            return []
        return [XsdAttribute(TIME, "common:ObservationalTimePeriodType", "prohibited")]
