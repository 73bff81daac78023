"""Schemas for structure-specific data of SDMX-ML 3.0."""

from collections.abc import Iterator
from functools import cached_property

from sdmx_dsm.formats.ml_data.names import comp_type
from sdmx_dsm.formats.xsd.layouts import DataSchema
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, COMPS, PROVIDER, XsdAttribute, complex_type, element
from sdmx_dsm.model import SchemaComponent


class Schema30(DataSchema):
    version = "v3_0"

    @cached_property
    def complex_components(self) -> list[SchemaComponent]:
        return [component for component in self.schema.components if self.is_complex(component)]

    @property
    def comps(self) -> tuple[str, ...]:
        return (COMPS,) if self.complex_components else ()

    def dataset_type(self) -> Iterator[str]:
        content = ("Obs", "ObsType") if self.is_flat else ("Series", "SeriesType")
        groups = [("Group", "GroupType")] if self.schema.structure.groups else []
        elements = [element(*each, max_occurs=1) for each in (("Atts", "AttsType"), *groups, content)]
        choice = ['<xs:choice minOccurs="0" maxOccurs="unbounded">', *elements, "</xs:choice>"]
        yield from complex_type("DataSetType", "dsd:DataSetType", [ANNOTATIONS, PROVIDER, *choice], [])

    def series_type(self) -> Iterator[str]:
        attributes = self.attributes(self.series_keys, self.at_series, "required")
        content = [ANNOTATIONS, *self.comps, element("Obs", "ObsType", min_occurs=0)]
        yield from complex_type("SeriesType", "dsd:SeriesType", content, [*attributes, *self.no_time(attributes)])

    def obs_type(self) -> Iterator[str]:
        attributes = self.attributes(self.observation_keys, self.at_obs, "required")
        others = [XsdAttribute("type", "common:IDType", "prohibited"), *self.no_time(attributes)]
        yield from complex_type("ObsType", "dsd:ObsType", [ANNOTATIONS, *self.comps], [*attributes, *others])

    def further_types(self) -> Iterator[str]:
        """`Atts`, for attributes of the data set or of any part of a key, and a type for each component in a `Comp`."""
        values = [*self.schema.attributes_at("dataset"), *self.above_observation]
        attributes = self.attributes(self.keys, values, "optional")
        yield from complex_type(
            "AttsType", "dsd:AttsType", [ANNOTATIONS, *self.comps], [*attributes, *self.no_time(attributes)]
        )
        for component in self.complex_components:
            yield from self._comp_type(component)

    def _comp_type(self, component: SchemaComponent) -> Iterator[str]:
        name = comp_type(component.id, component.role)
        occurs = component.source.representation.max_occurs if component.source.representation else 1
        if component.is_multilingual:
            value = "common:TextValueType"
        elif component.text_format.text_type == "XHTML":
            value = "common:StructuredTextValueType"
        else:
            value = f"{name}.Value"
            yield f'<xs:complexType name="{value}"><xs:simpleContent><xs:restriction base="common:ValueType">'
            yield f'<xs:simpleType><xs:restriction base="{self.type_name(component)}"/></xs:simpleType>'
            yield "</xs:restriction></xs:simpleContent></xs:complexType>"
        content = [ANNOTATIONS, element("Value", value, min_occurs=0, max_occurs=occurs)]
        own_id = XsdAttribute("id", "common:NCNameIDType", "required", component.id)
        yield from complex_type(name, "dsd:CompType", content, [own_id])
