"""What a data message says about its data: the objects `meta` and `structures[]`, with the values that the data refer to.

`Description` is made of a first pass over the batches: it learns the distinct values, gives each its index, and says which
component stands at which level of the message. Rules: the SDMX-JSON field guides, structure and component."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import polars as pl

from sdmx_dsm.batches import DataSet, Header, period_bounds
from sdmx_dsm.formats.flat import decoded
from sdmx_dsm.formats.json_data.versions import Version
from sdmx_dsm.model import (
    ALL_DIMENSIONS,
    CALENDAR_YEAR,
    YEAR_START_ID,
    Component,
    Dimension,
    EnumeratedItem,
    Measure,
    SchemaComponent,
    Text,
    best_tag,
    moment_of,
    texts_in,
)
from sdmx_dsm.model import Attribute as DataAttribute
from sdmx_dsm.model.urns import ID

_ID: Final = re.compile(ID)
AttributeLevel = Literal["dataSet", "dimensionGroup", "series", "observation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which component stands where. `series` are the dimensions of a series key (none in a flat message), `observation` those
    of the key of an observation; the attributes by the level at which they are written."""

    version: Version
    series: tuple[SchemaComponent, ...]
    observation: tuple[SchemaComponent, ...]
    measures: tuple[SchemaComponent, ...]
    attributes: Mapping[AttributeLevel, tuple[SchemaComponent, ...]]

    @property
    def dimensions(self) -> tuple[SchemaComponent, ...]:
        """In the order of the series key and the observation key."""
        return (*self.series, *self.observation)

    @property
    def indexed(self) -> tuple[SchemaComponent, ...]:
        """Those whose values stand in the structure, so that data hold the index of a value: dimensions always, else codes, and
        what stands above the observation; in 1.0 all attributes."""
        attributes = [a for level, members in self.attributes.items() for a in members if self._is_indexed(a, level)]
        return (*self.dimensions, *(m for m in self.measures if self._is_indexed(m, "observation")), *attributes)

    def _is_indexed(self, component: SchemaComponent, level: AttributeLevel) -> bool:
        if level != "observation" or (self.version.all_indexed and component.role == "attribute"):
            return True
        return not self.version.all_indexed and component.codelist is not None and not component.is_multi_valued


def placement(dataset: DataSet, version: Version, dimension_at_observation: str | None) -> Placement:
    """None is time; what is no dimension of the data (as "AllDimensions" is) makes a flat message."""
    schema, ids = dataset.schema, frozenset(dataset.component_ids)
    at = dimension_at_observation or (schema.time.id if schema.time else ALL_DIMENSIONS)
    series = tuple(dimension for dimension in schema.key if dimension.id != at) if at in schema.key_ids else ()
    whole_series = frozenset(dimension.id for dimension in series)

    def level_of(attribute: SchemaComponent) -> AttributeLevel:
        if attribute.level == "dataset":
            return "dataSet"
        if attribute.level == "obs":
            return "observation"
        if attribute.level == "series" and whole_series == set(attribute.dimensions):
            return "series"
        if version.has_groups:
            return "dimensionGroup"
        return "series" if whole_series.issuperset(attribute.dimensions) else "observation"

    levels: dict[AttributeLevel, list[SchemaComponent]] = {
        level: [] for level in ("dataSet", "dimensionGroup", "series", "observation")
    }
    for attribute in schema.attributes:
        if attribute.id in ids:
            levels[level_of(attribute)].append(attribute)
    return Placement(
        version=version,
        series=series,
        observation=tuple(dimension for dimension in schema.key if dimension not in series),
        measures=tuple(measure for measure in schema.measures if measure.id in ids),
        attributes={level: tuple(attributes) for level, attributes in levels.items()},
    )


class Values:
    """The distinct values of the indexed components, learned batch by batch, then numbered."""

    def __init__(self, components: Sequence[SchemaComponent]) -> None:
        self._components = components
        self._found: dict[str, set[str]] = {component.id: set() for component in components}

    def learn(self, batch: pl.DataFrame) -> None:
        for id, found in self._found.items():
            if id in batch.columns:
                found.update(batch[id].drop_nulls().unique().to_list())

    def numbered(self) -> "Numbered":
        """Codes in the order of their codelist, periods in time, all else by its text."""
        # Reporting periods lie by the day on which the reporting year starts, where the data set says one.
        year_starts = self._found.get(YEAR_START_ID, set())
        year_start = next(iter(year_starts)) if len(year_starts) == 1 else CALENDAR_YEAR
        times = [time for c in self._components if c.role == "time" for time in sorted(self._found[c.id])]
        bounds = period_bounds(pl.Series(times, dtype=pl.String), year_start).drop_nulls()
        periods = {period: (start, end) for period, _, start, end in bounds.iter_rows()}
        return Numbered(
            values={
                component.id: tuple(sorted(self._found[component.id], key=_order(component, periods)))
                for component in self._components
            },
            periods=periods,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """`values`: of each indexed component, by index. `periods`: first and last second of those that are periods."""

    values: Mapping[str, tuple[str, ...]]
    periods: Mapping[str, tuple[int, int]]


def _order(component: SchemaComponent, periods: Mapping[str, tuple[int, int]]) -> Callable[[str], tuple[int, int, str]]:
    last = (1 << 62, 0)
    if component.codelist:
        places = {code.id: (n, 0) for n, code in enumerate(component.codelist.items)}
        return lambda value: (*places.get(value, last), value)
    if component.role == "time":
        return lambda value: (*periods.get(value, last), value)
    return lambda value: (*last, value)


@dataclass(slots=True)
class Describer:
    """Builds the objects of a message; `languages` as wanted, best first, `used` those that texts were given in."""

    version: Version
    languages: tuple[str, ...]
    used: dict[str, None] = field(default_factory=dict)

    def meta(self, header: Header) -> dict[str, Any]:
        header = header.complete("DATA")
        meta: dict[str, Any] = {} if self.version.schema_at_root else {"schema": self.version.schema}
        meta |= {"id": header.id, "test": header.test, "prepared": header.prepared}
        meta |= self._texts("name", header.names or header.sources)  # SDMX-JSON has no place for sources
        if self.used:
            # Tags are lower case here by the pattern of the official schema.
            meta["contentLanguages"] = [language.lower() for language in self.used]
        meta["sender"] = {"id": header.sender}
        if header.receivers:
            meta["receivers"] = [{"id": receiver} for receiver in header.receivers]
        return meta

    def structure(self, dataset: DataSet, placed: Placement, numbered: Numbered, indexes: list[int]) -> dict[str, Any]:
        """One object of `structures`. An indexed component without any value is left out: `values` may not be empty."""
        schema = dataset.schema
        positions = {id: n for n, id in enumerate(schema.key_ids)}
        indexed = {component.id for component in placed.indexed}

        def described(components: Sequence[SchemaComponent]) -> list[dict[str, Any]]:
            return [
                self._component(component, placed, numbered, component.id in indexed, positions.get(component.id))
                for component in components
                if component.id not in indexed or numbered.values[component.id]
            ]

        artefact = schema.dataflow or schema.structure
        said = {
            "links": links(dataset),
            "name": artefact.id,
            **self._texts("name", artefact.names),
            "dimensions": {"series": described(placed.series), "observation": described(placed.observation)},
            "measures": {"observation": described(placed.measures)},
            "attributes": {
                level: described(attributes)
                for level, attributes in placed.attributes.items()
                if level != "dimensionGroup" or self.version.has_groups
            },
            "dataSets": indexes,
        }
        return said if self.version.has_measures else _without(said, "measures", "dataSets")

    def _component(
        self,
        component: SchemaComponent,
        placed: Placement,
        numbered: Numbered,
        is_indexed: bool,
        position: int | None,
    ) -> dict[str, Any]:
        said: dict[str, Any] = {"id": component.id, "name": component.id, **self._texts("name", component.names)}
        if position is not None:
            said["keyPosition"] = position
        if roles := _roles(component.source):
            said["roles"] = roles
        if component.role == "attribute":
            said["relationship"] = _relationship(component, placed)
        if component.role in ("attribute", "measure"):
            said["isMandatory"] = component.mandatory
        if not component.codelist or component.is_array:
            said["format"] = _format(component)
        if is_indexed:
            said["values"] = list(self._values(component, numbered))
        return said if self.version.has_measures else _without(said, "isMandatory", "format")

    def _values(self, component: SchemaComponent, numbered: Numbered) -> Iterator[dict[str, Any]]:
        values, bounds = numbered.values[component.id], numbered.periods
        if component.role == "time":
            for value in values:
                said = self._identified(value, component)
                if value in bounds:
                    said |= {key: _moment(at) for key, at in zip(("start", "end"), bounds[value], strict=True)}
                yield said
        elif component.codelist and not component.is_array:
            items: Sequence[EnumeratedItem] = component.codelist.items
            codes = {item.id: (n, item) for n, item in enumerate(items)}
            for value in values:
                if value not in codes:
                    yield self._identified(value, component)
                    continue
                order, code = codes[value]
                parent = {"parent": code.parent} if code.parent else {}
                yield {"id": value, "name": value, **self._texts("name", code.names), **parent, "order": order}
        elif self.version.all_indexed:
            for value in values:
                content = decoded(value) if component.is_multilingual else value
                if isinstance(content, dict):
                    yield self._texts("name", content)
                else:
                    yield self._identified(value, component) if component.role == "dimension" else {"name": value}
        else:
            # Strings also for numbers: the schema of 2.0 wants "value" to be exactly one of integer and number, which 2 is both.
            for value in values:
                content = decoded(value) if component.is_multi_valued else value
                yield {"values": content} if isinstance(content, list) and content else {"value": content}

    def _identified(self, value: str, component: SchemaComponent) -> dict[str, Any]:
        """A value that no codelist describes. 1.0 has no other place for that of a dimension than its id."""
        if _ID.fullmatch(value) or (self.version.all_indexed and component.role != "attribute"):
            return {"id": value, "name": value}
        return {"name" if self.version.all_indexed else "value": value}

    def _texts(self, key: str, texts: Text) -> dict[str, Any]:
        """`name` in the best language and `names` in all wanted."""
        best = best_tag(texts, self.languages)
        if best is None:
            return {}
        chosen = texts_in(texts, self.languages)
        # The best language first, then the others as they appear.
        self.used |= dict.fromkeys((best, *chosen))
        return {key: texts[best], f"{key}s": chosen}


def links(dataset: DataSet) -> list[dict[str, str]]:
    """What the data are of: the first is what they were asked or reported for."""
    schema = dataset.schema
    levels = {"provisionagreement": schema.agreement, "dataflow": schema.dataflow, "datastructure": schema.structure}
    return [{"rel": rel, "urn": artefact.reference.urn} for rel, artefact in levels.items() if artefact]


def _moment(seconds: int) -> str:
    return f"{moment_of(seconds).isoformat()}Z"


def _roles(source: Component) -> list[str]:
    if isinstance(source, Dimension | Measure | DataAttribute):
        return [role.item for role in source.roles]
    return []


def _without(said: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in said.items() if key not in keys}


def _relationship(component: SchemaComponent, placed: Placement) -> dict[str, Any]:
    source = component.source
    measures = {"measures": list(source.measures)} if isinstance(source, DataAttribute) and source.measures else {}
    if not placed.version.has_measures:
        return _relationship10(component, placed)
    if component.level == "dataset":
        return {"dataflow": {}, **measures}
    if component.level == "obs":
        return {"observation": {}, **measures}
    return {"dimensions": list(component.dimensions), **measures}


def _relationship10(component: SchemaComponent, placed: Placement) -> dict[str, Any]:
    if component.level == "dataset":
        return {"none": {}}
    if component.level == "obs":
        return {"primaryMeasure": placed.measures[0].id if placed.measures else "OBS_VALUE"}
    return {"dimensions": list(component.dimensions)}


def _format(component: SchemaComponent) -> dict[str, Any]:
    facets, representation = component.text_format, component.source.representation
    said: dict[str, Any] = {} if component.codelist else {"dataType": facets.text_type}
    if component.is_array:
        limit = representation.max_occurs if representation else None
        said["maxOccurs"] = limit or "unbounded"
    for key, value in (
        ("minLength", facets.min_length),
        ("maxLength", facets.max_length),
        ("decimals", facets.decimals),
    ):
        if value and not component.codelist:
            said[key] = value
    if facets.pattern:
        said["pattern"] = facets.pattern
    if component.is_multilingual:
        said["isMultiLingual"] = True
    return said
