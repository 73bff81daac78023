"""Schemas for structure-specific data of SDMX-ML 2.1."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.formats.ml_data.names import OBS_VALUE, TIME_PERIOD
from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.xsd.layouts import TYPE_ATTRIBUTE, TYPE_NAMES, DataSchema, closed
from sdmx_dsm.formats.xsd.markup import ANNOTATIONS, PROVIDER, XsdAttribute, complex_type, element, enumeration
from sdmx_dsm.model import YEAR_START_ID, Concept, ConceptScheme, Dimension, Schema, SchemaComponent

MEASURE_IDS: Final = "ObsType.ID"


class Schema21(DataSchema):
    """With `explicit_measures`, the observations of each concept of the measure dimension have a type of their own, whose name
    stands for the value of the dimension (SDMX 2.1 section 3A)."""

    version = "2.1"
    kept = frozenset({TIME_PERIOD, YEAR_START_ID})
    in_groups = (YEAR_START_ID,)

    def __init__(self, schema: Schema, options: SchemaOptions) -> None:
        super().__init__(schema, options)
        for component in schema.components:
            if component.is_array or component.text_format.text_type == "XHTML":
                raise Unsupported(
                    f"SDMX-ML 2.1 can't say {component.id} of {schema.structure.reference.short}:"
                    " it has several values or markup.",
                    component=component.id,
                )
        self.measures: Sequence[Concept] = ()
        if options.explicit_measures:
            self.measure_dimension = self._measure_dimension()
            self.measures = self._measures()
            self.namespace += ":explicit"

    def is_complex(self, _: SchemaComponent, /) -> bool:
        """Never: of several languages, the data have the best one."""
        return False

    @property
    def _is_by_time(self) -> bool:
        """Whether the base types for time at the observation serve: with them, an observation can't lack its time."""
        return self.at_observation == TIME_PERIOD and not any(map(self.may_lack, self.observation_keys))

    def dataset_type(self) -> Iterator[str]:
        content = element("Obs", "ObsType") if self.is_flat else element("Series", "SeriesType")
        groups = [element("Group", "GroupType", min_occurs=0)] if self.schema.structure.groups else []
        choice = ['<xs:choice minOccurs="0">', content, "</xs:choice>"]
        attributes = self.values(self.schema.attributes_at("dataset"))
        base = "dsd:TimeSeriesDataSetType" if self._is_by_time else "dsd:DataSetType"
        yield from complex_type(
            "DataSetType", base, [ANNOTATIONS, PROVIDER, *groups, *choice], closed(attributes, YEAR_START_ID)
        )

    def series_type(self) -> Iterator[str]:
        attributes = [*self.keys(self.series_keys), *self.values(self.at_series)]
        inherited = (YEAR_START_ID,) if self._is_by_time else (TIME_PERIOD, YEAR_START_ID)
        base = "dsd:TimeSeriesType" if self._is_by_time else "dsd:SeriesType"
        content = [ANNOTATIONS, element("Obs", "ObsType", min_occurs=0)]
        yield from complex_type("SeriesType", base, content, closed(attributes, *inherited))

    def obs_types(self) -> Iterator[str]:
        if self.measures:
            yield from self._explicit_types()
            return
        attributes = [*self.keys(self.observation_keys), *self.values(self.at_obs)]
        by_base = () if self._is_by_time else (TYPE_ATTRIBUTE, TIME_PERIOD)
        base = "dsd:TimeSeriesObsType" if self._is_by_time else "dsd:ObsType"
        yield from complex_type("ObsType", base, [ANNOTATIONS], closed(attributes, *by_base, YEAR_START_ID, OBS_VALUE))

    # --- explicit measures --------------------------------------------------------------------------------------------

    def _measure_dimension(self) -> SchemaComponent:
        for key in self.observation_keys:
            if isinstance(key.source, Dimension) and key.source.is_measure:
                return key
        raise QuerySemanticsError(
            f"{self.schema.structure.reference.short} has no measure dimension at the observation: ask without"
            " explicitMeasure, or for its measure dimension as dimensionAtObservation."
        )

    def _measures(self) -> list[Concept]:
        """The concepts that the constraints leave. Raises Unsupported for a concept that can't be the name of a type."""
        scheme, allowed = self.measure_dimension.codelist, self.schema.allowed(self.measure_dimension)
        concepts = scheme.items if isinstance(scheme, ConceptScheme) else ()
        found = [concept for concept in concepts if allowed is None or concept.id in allowed]
        self.refuse_names(
            (concept.id for concept in found), {group.id for group in self.schema.structure.groups} | TYPE_NAMES
        )
        return found

    def _explicit_types(self) -> Iterator[str]:
        kind = XsdAttribute(TYPE_ATTRIBUTE, MEASURE_IDS, "optional")
        yield from complex_type("ObsType", "dsd:ObsType", [ANNOTATIONS], [kind], is_abstract=True, is_open=True)
        yield f'<xs:simpleType name="{MEASURE_IDS}">'
        yield from enumeration([measure.id for measure in self.measures], base="common:IDType")
        yield "</xs:simpleType>"
        keys = self.keys([key for key in self.observation_keys if key is not self.measure_dimension])
        for concept in self.measures:
            attributes = [
                *keys,
                *(self._measured(component, concept) for component in self.at_obs),
                XsdAttribute(TYPE_ATTRIBUTE, MEASURE_IDS, "optional", concept.id),
            ]
            yield from complex_type(
                concept.id, "ObsType", [ANNOTATIONS], closed(attributes, TIME_PERIOD, YEAR_START_ID, OBS_VALUE)
            )

    def _measured(self, component: SchemaComponent, concept: Concept) -> XsdAttribute:
        """The primary measure with the text format of a concept, where this has one; others as they are."""
        core = concept.core_representation
        if component.role != "measure" or core is None or core.text_format is None:
            return self.attribute(component, "optional")
        measured = replace(component, id=f"{component.id}.{concept.id}", codelist=None, text_format=core.text_format)
        return XsdAttribute(component.id, self.types.name(measured), "optional")
