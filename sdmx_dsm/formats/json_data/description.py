"""What a data message says about its data: the objects `meta` and `structures[]`, with the values that the data refer to.

`Description` is made of a first pass over the batches: it learns the distinct values, gives each its index, and says which
component stands at which level of the message. Rules: the SDMX-JSON 2.0 field guide, structure and component."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import polars as pl

from sdmx_dsm.batches import DataSet, Header, period_bounds
from sdmx_dsm.formats.flat import decoded
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

SCHEMA: Final = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json"
_ID: Final = re.compile(ID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Which component stands where. `series` are the dimensions of a series key (none in a flat message), `observation` those
    of the key of an observation; the attributes by the level at which they are written."""

    series: tuple[SchemaComponent, ...]
    observation: tuple[SchemaComponent, ...]
    measures: tuple[SchemaComponent, ...]
    attributes: Mapping[Literal["dataSet", "dimensionGroup", "series", "observation"], tuple[SchemaComponent, ...]]

    @property
    def dimensions(self) -> tuple[SchemaComponent, ...]:
        """In the order of the series key and the observation key."""
        return (*self.series, *self.observation)

    def is_indexed(self, component: SchemaComponent) -> bool:
        """Whether data hold the index of a value: always for dimensions, else for codes and above the observation."""
        if component.role in ("dimension", "time"):
            return True
        if component.role == "attribute" and component not in self.attributes["observation"]:
            return True
        return component.codelist is not None and not component.is_multi_valued


def placement(dataset: DataSet, dimension_at_observation: str | None) -> Placement:
    """None is time; what is no dimension of the data (as "AllDimensions" is) makes a flat message."""
    schema, ids = dataset.schema, frozenset(dataset.component_ids)
    at = dimension_at_observation or (schema.time.id if schema.time else ALL_DIMENSIONS)
    series = tuple(dimension for dimension in schema.key if dimension.id != at) if at in schema.key_ids else ()
    by_series = schema.time is not None and at == schema.time.id
    wanted = [attribute for attribute in schema.attributes if attribute.id in ids]
    return Placement(
        series=series,
        observation=tuple(dimension for dimension in schema.key if dimension not in series),
        measures=tuple(measure for measure in schema.measures if measure.id in ids),
        attributes={
            "dataSet": tuple(a for a in wanted if a.level == "dataset"),
            "dimensionGroup": tuple(
                a for a in wanted if a.level == "partial" or (a.level == "series" and not by_series)
            ),
            "series": tuple(a for a in wanted if a.level == "series" and by_series),
            "observation": tuple(a for a in wanted if a.level == "obs"),
        },
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

    languages: tuple[str, ...]
    used: dict[str, None] = field(default_factory=dict)

    def meta(self, header: Header) -> dict[str, Any]:
        header = header.complete("DATA")
        meta: dict[str, Any] = {
            "schema": SCHEMA,
            "id": header.id,
            "test": header.test,
            "prepared": header.prepared,
        }
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

        def described(components: Sequence[SchemaComponent]) -> list[dict[str, Any]]:
            return [
                self._component(component, numbered, placed.is_indexed(component), positions.get(component.id))
                for component in components
                if not placed.is_indexed(component) or numbered.values[component.id]
            ]

        return {
            "links": links(dataset),
            **self._texts("name", (schema.dataflow or schema.structure).names),
            "dimensions": {"series": described(placed.series), "observation": described(placed.observation)},
            "measures": {"observation": described(placed.measures)},
            "attributes": {level: described(attributes) for level, attributes in placed.attributes.items()},
            "dataSets": indexes,
        }

    def _component(
        self,
        component: SchemaComponent,
        numbered: Numbered,
        is_indexed: bool,
        position: int | None,
    ) -> dict[str, Any]:
        said: dict[str, Any] = {"id": component.id, **self._texts("name", component.names)}
        if position is not None:
            said["keyPosition"] = position
        if roles := _roles(component.source):
            said["roles"] = roles
        if component.role == "attribute":
            said["relationship"] = _relationship(component)
        if component.role in ("attribute", "measure"):
            said["isMandatory"] = component.mandatory
        if not component.codelist or component.is_array:
            said["format"] = _format(component)
        if is_indexed:
            said["values"] = list(self._values(component, numbered))
        return said

    def _values(self, component: SchemaComponent, numbered: Numbered) -> Iterator[dict[str, Any]]:
        values, bounds = numbered.values[component.id], numbered.periods
        if component.role == "time":
            for value in values:
                said = {"id": value, "name": value} if _ID.fullmatch(value) else {"value": value}
                if value in bounds:
                    said |= {key: _moment(at) for key, at in zip(("start", "end"), bounds[value], strict=True)}
                yield said
        elif component.codelist and not component.is_array:
            items: Sequence[EnumeratedItem] = component.codelist.items
            codes = {item.id: (n, item) for n, item in enumerate(items)}
            for value in values:
                if value not in codes:
                    yield {"id": value, "name": value} if _ID.fullmatch(value) else {"value": value}
                    continue
                order, code = codes[value]
                parent = {"parent": code.parent} if code.parent else {}
                yield {"id": value, "name": value, **self._texts("name", code.names), **parent, "order": order}
        else:
            # Strings also for numbers: the schema wants "value" to be exactly one of integer and number, which 2 is both.
            for value in values:
                content = decoded(value) if component.is_multi_valued else value
                yield {"values": content} if isinstance(content, list) and content else {"value": content}

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


def _relationship(component: SchemaComponent) -> dict[str, Any]:
    source = component.source
    measures = {"measures": list(source.measures)} if isinstance(source, DataAttribute) and source.measures else {}
    if component.level == "dataset":
        return {"dataflow": {}, **measures}
    if component.level == "obs":
        return {"observation": {}, **measures}
    return {"dimensions": list(component.dimensions), **measures}


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
