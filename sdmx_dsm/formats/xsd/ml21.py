"""Schemas for structure-specific data of SDMX-ML 2.1."""

from collections.abc import Iterable, Iterator

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.xsd.layouts import TIME, DataSchema
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, PROVIDER, Use, XsdAttribute, complex_type, element
from sdmx_dsm.model import YEAR_START_ID, Schema, SchemaComponent


class Schema21(DataSchema):
    version = "v2_1"

    def __init__(self, schema: Schema, options: WriteOptions) -> None:
        super().__init__(schema, options)
        for component in schema.components:
            if self.is_complex(component):
                raise Unsupported(
                    f"SDMX-ML 2.1 can't say {component.id} of {schema.structure.reference.short}:"
                    " it has several values, languages or markup.",
                    component=component.id,
                )
        if len(schema.measures) > 1:
            ids = ", ".join(measure.id for measure in schema.measures)
            raise Unsupported(f"SDMX-ML 2.1 has one measure; {schema.structure.reference.short} has {ids}.")

    @property
    def _base(self) -> str:
        """Types that are made for time at the observation have a name of their own."""
        return "dsd:TimeSeries" if self.at_observation == TIME else "dsd:"

    def attribute(self, component: SchemaComponent, use: Use) -> XsdAttribute:
        if component.id == YEAR_START_ID:  # the base types of all levels have it, as a gMonthDay
            return XsdAttribute(YEAR_START_ID, "xs:gMonthDay", use)
        return super().attribute(component, use)

    def ruled_out(self, attributes: Iterable[XsdAttribute]) -> list[XsdAttribute]:
        named = any(each.name == YEAR_START_ID for each in attributes)
        return [] if named else [XsdAttribute(YEAR_START_ID, "xs:gMonthDay", "prohibited")]

    def dataset_type(self) -> Iterator[str]:
        content = element("Obs", "ObsType") if self.is_flat else element("Series", "SeriesType")
        groups = [element("Group", "GroupType", min_occurs=0)] if self.schema.structure.groups else []
        choice = ['<xs:choice minOccurs="0">', content, "</xs:choice>"]
        attributes = self.attributes((), self.schema.attributes_at("dataset"), "optional")
        yield from complex_type(
            "DataSetType",
            f"{self._base}DataSetType",
            [ANNOTATIONS, PROVIDER, *groups, *choice],
            [*attributes, *self.ruled_out(attributes)],
        )

    def series_type(self) -> Iterator[str]:
        attributes = self.attributes(self.series_keys, self.at_series, "required")
        time = self.no_time(attributes) if self.at_observation != TIME else []
        content = [ANNOTATIONS, element("Obs", "ObsType", min_occurs=0)]
        base = f"{self._base}SeriesType".replace("TimeSeriesSeries", "TimeSeries")
        yield from complex_type("SeriesType", base, content, [*attributes, *time, *self.ruled_out(attributes)])

    def obs_type(self) -> Iterator[str]:
        attributes = self.attributes(self.observation_keys, self.at_obs, "required")
        others = [] if self.at_observation == TIME else [XsdAttribute("type", "common:IDType", "prohibited")]
        others += self.no_time(attributes)
        yield from complex_type(
            "ObsType", f"{self._base}ObsType", [ANNOTATIONS], [*attributes, *others, *self.ruled_out(attributes)]
        )
