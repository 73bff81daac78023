"""Schemas for structure-specific data of SDMX-ML 3.0 and 3.1, which have the same elements."""

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar, Final

from sdmx_dsm.formats.ml_data.names import TIME_PERIOD, comp_type
from sdmx_dsm.formats.xsd.layouts import TYPE_ATTRIBUTE, DataSchema, closed
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, COMPS, PROVIDER, XsdAttribute, complex_type, element
from sdmx_dsm.formats.xsd.types import Version
from sdmx_dsm.model import SchemaComponent

# What a deletion says of a component that has several values or texts: anything.
ANYTHING: Final = (
    '<xs:complexContent mixed="true"><xs:restriction base="common:ValueType"><xs:choice minOccurs="0">'
    '<xs:element ref="common:Text" minOccurs="0" maxOccurs="unbounded"/>'
    '<xs:element ref="common:StructuredText" minOccurs="0" maxOccurs="unbounded"/>'
    "</xs:choice></xs:restriction></xs:complexContent>"
)


class Schema30(DataSchema):
    version: ClassVar[Version] = "3.0"

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
        attributes = [*self.keys(self.series_keys), *self.values(self.at_series)]
        content = [ANNOTATIONS, *self.comps, element("Obs", "ObsType", min_occurs=0)]
        yield from complex_type("SeriesType", "dsd:SeriesType", content, closed(attributes, TIME_PERIOD))

    def obs_types(self) -> Iterator[str]:
        attributes = [*self.keys(self.observation_keys), *self.values(self.at_obs)]
        yield from complex_type(
            "ObsType", "dsd:ObsType", [ANNOTATIONS, *self.comps], closed(attributes, TYPE_ATTRIBUTE, TIME_PERIOD)
        )

    def further_types(self) -> Iterator[str]:
        """`Atts`, for attributes of the data set or of any part of a key, and a type for each component in a `Comp`."""
        keys = [self.attribute(key, "optional") for key in self.schema.key]
        attributes = [*keys, *self.values(each for each in self.schema.attributes if each.level != "obs")]
        yield from complex_type("AttsType", "dsd:AttsType", [ANNOTATIONS, *self.comps], closed(attributes, TIME_PERIOD))
        for component in self.complex_components:
            yield from self._comp_type(component)

    def _comp_type(self, component: SchemaComponent) -> Iterator[str]:
        name = comp_type(component.id, component.role)
        own_id = XsdAttribute("id", "common:NCNameIDType", "required", component.id)
        start, end = '<xs:element name="Value" form="unqualified" minOccurs="0"', "</xs:complexType></xs:element>"
        occurs = "unbounded" if component.max_occurs is None else component.max_occurs
        start += f' maxOccurs="{occurs}"' if occurs != 1 else ""
        if self.for_deletion:
            value = f'{start}><xs:complexType mixed="true">{ANYTHING}{end}'
        elif component.is_multilingual:
            value = f'{start} type="common:TextValueType"/>'
        elif component.text_format.text_type == "XHTML":
            value = f'{start} type="common:StructuredTextValueType"/>'
        else:
            value = (
                f'{start}><xs:complexType><xs:simpleContent><xs:restriction base="common:ValueType"><xs:simpleType>'
                f'<xs:restriction base="{self.types.name(component)}"/></xs:simpleType></xs:restriction>'
                f"</xs:simpleContent>{end}"
            )
        yield from complex_type(name, "dsd:CompType", [ANNOTATIONS, value], [own_id])


class Schema31(Schema30):
    version = "3.1"
