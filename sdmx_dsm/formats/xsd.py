"""The XML Schema of a data structure, for structure-specific data of SDMX-ML 2.1 and 3.0 (SDMX 2.1 section 3A, SDMX 3.0
SDMX-ML: structure-specific schemas).

A schema is for one context (DSD, dataflow or agreement) and one dimension at the observation: both are in its namespace. Its
codes are those that the constraints of the context let through. It imports the official `SDMXCommon.xsd` and
`SDMXDataStructureSpecific.xsd`, by those relative names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Literal

from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.formats.markup import SCHEMAS, attribute, quote
from sdmx_dsm.formats.ml_data.names import comp_type
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.model import ALL_DIMENSIONS, YEAR_START_ID, Schema, SchemaComponent, TextFormat

Use = Literal["required", "optional", "prohibited"]

# text type -> simple type of XML. What is not here is text.
TYPES: Final = {
    "Alpha": "common:AlphaType",
    "AlphaNumeric": "common:AlphaNumericType",
    "Numeric": "common:NumericType",
    "BigInteger": "xs:integer",
    "Integer": "xs:int",
    "Long": "xs:long",
    "Short": "xs:short",
    "Decimal": "xs:decimal",
    "Float": "xs:float",
    "Double": "xs:double",
    "Boolean": "xs:boolean",
    "URI": "xs:anyURI",
    "Count": "xs:integer",
    "InclusiveValueRange": "xs:decimal",
    "ExclusiveValueRange": "xs:decimal",
    "Incremental": "xs:decimal",
    "ObservationalTimePeriod": "common:ObservationalTimePeriodType",
    "StandardTimePeriod": "common:StandardTimePeriodType",
    "BasicTimePeriod": "common:BasicTimePeriodType",
    "GregorianTimePeriod": "common:GregorianTimePeriodType",
    "GregorianYear": "xs:gYear",
    "GregorianYearMonth": "xs:gYearMonth",
    "GregorianDay": "xs:date",
    "ReportingTimePeriod": "common:ReportingTimePeriodType",
    "ReportingYear": "common:ReportingYearType",
    "ReportingSemester": "common:ReportingSemesterType",
    "ReportingTrimester": "common:ReportingTrimesterType",
    "ReportingQuarter": "common:ReportingQuarterType",
    "ReportingMonth": "common:ReportingMonthType",
    "ReportingWeek": "common:ReportingWeekType",
    "ReportingDay": "common:ReportingDayType",
    "DateTime": "xs:dateTime",
    "TimeRange": "common:TimeRangeType",
    "Month": "xs:gMonth",
    "MonthDay": "xs:gMonthDay",
    "Day": "xs:gDay",
    "Time": "xs:time",
    "Duration": "xs:duration",
}
TEXTUAL: Final = frozenset(
    {"xs:string", "xs:anyURI", *(f"common:{name}Type" for name in ("Alpha", "AlphaNumeric", "Numeric"))}
)
NUMERIC: Final = frozenset(f"xs:{name}" for name in ("integer", "int", "long", "short", "decimal", "float", "double"))
CLASSES: Final = {"datastructure": 1, "dataflow": 2, "provisionagreement": 3}  # how far down constraints count
LEVELS: Final = {"DataStructure": 1, "Dataflow": 2, "ProvisionAgreement": 3, "DataProvider": 3}
TIME: Final = "TIME_PERIOD"
ANNOTATIONS: Final = '<xs:element ref="common:Annotations" minOccurs="0"/>'
PROVIDER: Final = (
    '<xs:element name="DataProvider" type="common:DataProviderReferenceType" form="unqualified" minOccurs="0"/>'
)
COMPS: Final = '<xs:element name="Comp" type="dsd:CompType" form="unqualified" minOccurs="0" maxOccurs="unbounded"/>'


def write_xsd21(schema: Schema, options: WriteOptions) -> Iterator[bytes]:
    """For SDMX-ML 2.1. `options`: context and dimension at the observation (None: time, or all where there is none).

    Raises QuerySemanticsError when that is no dimension, Unsupported for what 2.1 can't say: arrays, several languages or
    measures."""
    return _encoded(_Schema21(schema, options))


def write_xsd30(schema: Schema, options: WriteOptions) -> Iterator[bytes]:
    """For SDMX-ML 3.0; as `write_xsd21`, but all components can be said."""
    return _encoded(_Schema30(schema, options))


def _encoded(written: "_Schema") -> Iterator[bytes]:
    yield "".join(f"{line}\n" for line in written.lines()).encode()


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An XML attribute of a type."""

    name: str
    type: str
    use: Use
    fixed: str | None = None

    def __str__(self) -> str:
        fixed = attribute("fixed", self.fixed) if self.fixed else ""
        return f'<xs:attribute name="{self.name}" type="{self.type}" use="{self.use}"{fixed}/>'


class _Schema:
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
        return component.id if codelist is None and any(_facets(component.text_format, base)) else base

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
                yield from _enumeration(self.codes(component))
            else:
                base = TYPES.get(component.text_format.text_type, "xs:string")
                yield f'<xs:restriction base="{base}">'
                yield from _facets(component.text_format, base)
                yield "</xs:restriction>"
            yield "</xs:simpleType>"

    # --- complex types ------------------------------------------------------------------------------------------------

    def attribute(self, component: SchemaComponent, use: Use) -> _Attribute:
        return _Attribute(component.id, self.type_name(component), use)

    def attributes(
        self, keys: Iterable[SchemaComponent], values: Iterable[SchemaComponent], use: Use
    ) -> list[_Attribute]:
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
        kind = _Attribute("type", "GroupType.ID", "optional")
        yield from _complex_type(
            "GroupType", "dsd:GroupType", [ANNOTATIONS, *self.comps], [kind], is_abstract=True, is_open=True
        )
        yield '<xs:simpleType name="GroupType.ID">'
        yield from _enumeration((group.id for group in groups), base="common:IDType")
        yield "</xs:simpleType>"
        by_id = self.schema.by_id
        for group in groups:
            keys = [by_id[id] for id in group.dimensions]
            attributes = self.attributes(keys, self.at_group(group.dimensions), "required")
            own = [*attributes, _Attribute("type", "GroupType.ID", "optional", group.id), *self.ruled_out(attributes)]
            yield from _complex_type(group.id, "GroupType", [ANNOTATIONS, *self.comps], own)

    @property
    def comps(self) -> tuple[str, ...]:
        """The element for what can't be an XML attribute, where there is any."""
        return ()

    def ruled_out(self, _: Iterable[_Attribute]) -> list[_Attribute]:
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

    def no_time(self, attributes: Iterable[_Attribute]) -> list[_Attribute]:
        """The time that the base type has, prohibited where the type does not name it."""
        if any(each.name == TIME for each in attributes):
            return []
        return [_Attribute(TIME, "common:ObservationalTimePeriodType", "prohibited")]


class _Schema21(_Schema):
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

    def attribute(self, component: SchemaComponent, use: Use) -> _Attribute:
        if component.id == YEAR_START_ID:  # the base types of all levels have it, as a gMonthDay
            return _Attribute(YEAR_START_ID, "xs:gMonthDay", use)
        return super().attribute(component, use)

    def ruled_out(self, attributes: Iterable[_Attribute]) -> list[_Attribute]:
        named = any(each.name == YEAR_START_ID for each in attributes)
        return [] if named else [_Attribute(YEAR_START_ID, "xs:gMonthDay", "prohibited")]

    def dataset_type(self) -> Iterator[str]:
        content = _element("Obs", "ObsType") if self.is_flat else _element("Series", "SeriesType")
        groups = [_element("Group", "GroupType", min_occurs=0)] if self.schema.structure.groups else []
        choice = ['<xs:choice minOccurs="0">', content, "</xs:choice>"]
        attributes = self.attributes((), self.schema.attributes_at("dataset"), "optional")
        yield from _complex_type(
            "DataSetType",
            f"{self._base}DataSetType",
            [ANNOTATIONS, PROVIDER, *groups, *choice],
            [*attributes, *self.ruled_out(attributes)],
        )

    def series_type(self) -> Iterator[str]:
        attributes = self.attributes(self.series_keys, self.at_series, "required")
        time = self.no_time(attributes) if self.at_observation != TIME else []
        content = [ANNOTATIONS, _element("Obs", "ObsType", min_occurs=0)]
        base = f"{self._base}SeriesType".replace("TimeSeriesSeries", "TimeSeries")
        yield from _complex_type("SeriesType", base, content, [*attributes, *time, *self.ruled_out(attributes)])

    def obs_type(self) -> Iterator[str]:
        attributes = self.attributes(self.observation_keys, self.at_obs, "required")
        others = [] if self.at_observation == TIME else [_Attribute("type", "common:IDType", "prohibited")]
        others += self.no_time(attributes)
        yield from _complex_type(
            "ObsType", f"{self._base}ObsType", [ANNOTATIONS], [*attributes, *others, *self.ruled_out(attributes)]
        )


class _Schema30(_Schema):
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
        elements = [_element(*each, max_occurs=1) for each in (("Atts", "AttsType"), *groups, content)]
        choice = ['<xs:choice minOccurs="0" maxOccurs="unbounded">', *elements, "</xs:choice>"]
        yield from _complex_type("DataSetType", "dsd:DataSetType", [ANNOTATIONS, PROVIDER, *choice], [])

    def series_type(self) -> Iterator[str]:
        attributes = self.attributes(self.series_keys, self.at_series, "required")
        content = [ANNOTATIONS, *self.comps, _element("Obs", "ObsType", min_occurs=0)]
        yield from _complex_type("SeriesType", "dsd:SeriesType", content, [*attributes, *self.no_time(attributes)])

    def obs_type(self) -> Iterator[str]:
        attributes = self.attributes(self.observation_keys, self.at_obs, "required")
        others = [_Attribute("type", "common:IDType", "prohibited"), *self.no_time(attributes)]
        yield from _complex_type("ObsType", "dsd:ObsType", [ANNOTATIONS, *self.comps], [*attributes, *others])

    def further_types(self) -> Iterator[str]:
        """`Atts`, for attributes of the data set or of any part of a key, and a type for each component in a `Comp`."""
        values = [*self.schema.attributes_at("dataset"), *self.above_observation]
        attributes = self.attributes(self.keys, values, "optional")
        yield from _complex_type(
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
        content = [ANNOTATIONS, _element("Value", value, min_occurs=0, max_occurs=occurs)]
        own_id = _Attribute("id", "common:NCNameIDType", "required", component.id)
        yield from _complex_type(name, "dsd:CompType", content, [own_id])


def _element(name: str, type: str, *, min_occurs: int = 1, max_occurs: int | None = None) -> str:
    """An unqualified element; unbounded where `max_occurs` is None."""
    occurs = attribute("minOccurs", str(min_occurs)) if min_occurs != 1 else ""
    if max_occurs != 1:
        occurs += attribute("maxOccurs", "unbounded" if max_occurs is None else str(max_occurs))
    return f'<xs:element name="{name}" type="{type}" form="unqualified"{occurs}/>'


def _complex_type(
    name: str,
    base: str,
    content: Iterable[str],
    attributes: Iterable[_Attribute],
    *,
    is_abstract: bool = False,
    is_open: bool = False,
) -> Iterator[str]:
    """A restriction of `base`. `is_open`: types that restrict it may name what attributes they want."""
    abstract = ' abstract="true"' if is_abstract else ""
    yield f'<xs:complexType name="{name}"{abstract}><xs:complexContent><xs:restriction base="{base}">'
    yield "<xs:sequence>"
    yield from content
    yield "</xs:sequence>"
    yield from map(str, attributes)
    if is_open:
        yield '<xs:anyAttribute namespace="##local"/>'
    yield "</xs:restriction></xs:complexContent></xs:complexType>"


def _enumeration(codes: Iterable[str], base: str = "xs:string") -> Iterator[str]:
    found = [f"<xs:enumeration value={quote(code)}/>" for code in codes]
    yield f'<xs:restriction base="{base}">'
    # Without any code nothing may be said: an enumeration of none would let everything through.
    yield from found or ['<xs:enumeration value="none"/>', '<xs:pattern value="nothing"/>']
    yield "</xs:restriction>"


def _facets(format: TextFormat, base: str) -> Iterator[str]:
    """The facets that the simple type `base` has; the others of a text format are not for a schema."""
    if base in TEXTUAL:
        yield from _facet("minLength", format.min_length)
        yield from _facet("maxLength", format.max_length)
    if base in NUMERIC:
        side = "Exclusive" if format.text_type == "ExclusiveValueRange" else "Inclusive"
        yield from _facet(f"min{side}", format.min_value)
        yield from _facet(f"max{side}", format.max_value)
    if base == "xs:decimal":
        yield from _facet("fractionDigits", format.decimals)
    yield from _facet("pattern", format.pattern)


def _facet(name: str, value: str | int | None) -> Iterator[str]:
    if value is not None:
        yield f"<xs:{name} value={quote(str(value))}/>"
