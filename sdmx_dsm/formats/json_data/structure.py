"""What a message says of its data, for those that read it: which component stands where, and the values that indexes mean."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sdmx_dsm.errors import ReadError, UrnError
from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.model import DEFAULT_LANGUAGE, Reference, Schema, parse_urn

LEVELS: Final = ("dataSet", "dimensionGroup", "series", "observation")
STRUCTURES: Final = frozenset({"Dataflow", "DataStructure", "ProvisionAgreement"})
PRIMARY_MEASURE: Final = "OBS_VALUE"


@dataclass(frozen=True, slots=True)
class Described:
    """A component; `values` by index, None where data hold the values themselves. A dimension has a `position` in keys."""

    id: str
    values: tuple[str | None, ...] | None
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One object of `structures`. `constants`: the dimensions that have one value, with it. `keyed`: all others, in the order of
    keys. `arrays`: what stands in an array of the level, in this order; behind it `annotations` at most are named."""

    constants: Mapping[str, str | None]
    series: tuple[Described, ...]
    observation: tuple[Described, ...]
    keyed: tuple[Described, ...]
    arrays: Mapping[str, tuple[Described, ...]]
    annotations: int


def layout(structure: dict[str, Any], schema: Schema, place: str) -> Layout:
    """Raises ReadError. Parts that are left out are taken from `schema`: the one measure, the order of dimensions."""
    positions = {id: n for n, id in enumerate(schema.key_ids)}
    described = _Structure(structure, schema, place)
    dimensions = {
        level: tuple(described.dimensions(level, positions)) for level in ("dataSet", "series", "observation")
    }
    attributes = {level: tuple(described.components("attributes", level)) for level in LEVELS}
    measures = tuple(described.components("measures", "observation"))
    if "measures" not in structure:
        measures = (Described(_primary_measure(structure, schema), None),)
    constants = {}
    for number, dimension in enumerate(dimensions["dataSet"]):
        if dimension.values is None or len(dimension.values) != 1:
            count = len(dimension.values or ())
            at = f"{place}/dimensions/dataSet[{number}]"
            raise wrong(
                at,
                f"{dimension.id} has {count} values, and at the data set one is expected",
                f"ожидается одно значение {dimension.id}, указано: {count}",
            )
        constants[dimension.id] = dimension.values[0]
    everywhere = [dimension.id for members in dimensions.values() for dimension in members]
    arrays = {**attributes, "observation": (*measures, *attributes["observation"])}
    for level, components in arrays.items():
        ids = [*everywhere, *(component.id for component in components)]
        if twice := next((id for id in ids if ids.count(id) > 1), None):
            raise wrong(place, f"{twice} is described twice ({level})", f"{twice} описан дважды ({level})")
    return Layout(
        constants=constants,
        series=dimensions["series"],
        observation=dimensions["observation"],
        keyed=tuple(sorted(chain.from_iterable(dimensions.values()), key=lambda dimension: dimension.position)),
        arrays=arrays,
        annotations=len(expected(structure.get("annotations"), list, f"{place}/annotations")),
    )


def reference_of(*objects: dict[str, Any]) -> Reference | None:
    """What the data were reported against: the first link of any object that is a data structure, a dataflow or an agreement."""
    for each in objects:
        links = each.get("links")
        for link in links if isinstance(links, list) else ():
            urn = link.get("urn") if isinstance(link, dict) else None
            try:
                reference = parse_urn(urn) if isinstance(urn, str) else None
            except UrnError:
                continue
            if reference and reference.artefact_class in STRUCTURES:
                return reference
    return None


def _primary_measure(structure: dict[str, Any], schema: Schema) -> str:
    """Of 1.0, where attributes of observations name it; else that of the schema."""
    for attribute in (structure.get("attributes") or {}).get("observation") or ():
        relationship = attribute.get("relationship")
        named = relationship.get("primaryMeasure") if isinstance(relationship, dict) else None
        if isinstance(named, str) and named in schema.by_id:
            return named
    ids = [measure.id for measure in schema.measures]
    return ids[0] if ids and PRIMARY_MEASURE not in ids else PRIMARY_MEASURE


class _Structure:
    """Reads the components of one object of `structures`."""

    def __init__(self, structure: dict[str, Any], schema: Schema, place: str) -> None:
        self._structure = structure
        self._schema = schema
        self._place = place

    def dimensions(self, level: str, positions: Mapping[str, int]) -> Iterator[Described]:
        for number, (place, dimension, found) in enumerate(self._parts("dimensions", level)):
            if found.values is None:
                raise wrong(
                    place, f"{found.id} is a dimension without “values”", f"у измерения {found.id} нет «values»"
                )
            position = dimension.get("keyPosition")
            if position is None:
                position = positions.get(found.id, len(positions) + number)
            if type(position) is not int:
                raise wrong(f"{place}/keyPosition", f"“{position}” is no integer", f"«{position}» — не целое число")
            yield Described(found.id, found.values, position)

    def components(self, kind: str, level: str) -> Iterator[Described]:
        return (found for _, _, found in self._parts(kind, level))

    def _parts(self, kind: str, level: str) -> Iterator[tuple[str, dict[str, Any], Described]]:
        of_kind = expected(self._structure.get(kind), dict, f"{self._place}/{kind}")
        components = expected(of_kind.get(level), list, f"{self._place}/{kind}/{level}")
        for number, component in enumerate(components):
            place = f"{self._place}/{kind}/{level}[{number}]"
            component = expected(component, dict, place)
            id = component.get("id")
            if not isinstance(id, str) or not id or ":" in id:
                raise wrong(f"{place}/id", "the id of a component is expected", "ожидается идентификатор компонента")
            yield place, component, Described(id, self._values(component, id, place))

    def _values(self, component: dict[str, Any], id: str, place: str) -> tuple[str | None, ...] | None:
        values = component.get("values")
        if values is None:
            return None
        known = self._schema.by_id.get(id)
        multilingual = known is not None and known.is_multilingual
        return tuple(
            _text(expected(value, dict, f"{place}/values[{number}]"), multilingual)
            for number, value in enumerate(expected(values, list, f"{place}/values"))
        )


def _text(value: dict[str, Any], is_multilingual: bool) -> str | None:
    """Codes and periods have an id, other values are themselves; in 1.0 they are the name of an object without an id."""
    for key in ("id", "value", "values"):
        if value.get(key) is not None:
            return as_text(value[key], is_multilingual)
    if is_multilingual and isinstance(value.get("names"), dict):
        return as_text(value["names"], is_multilingual)
    return as_text(value.get("name"), is_multilingual)


def as_text(value: Any, is_multilingual: bool = False) -> str | None:
    """A value of JSON as batches hold it. A text without a language is English where there should be one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return canonical(value)
    if is_multilingual and value != "":
        return canonical({DEFAULT_LANGUAGE: value})
    return str(value)


def expected(value: Any, kind: type, place: str) -> Any:
    """`value`, which is of a kind, or an empty one where it is null or left out."""
    if value is None:
        return kind()
    if not isinstance(value, kind):
        what, what_ru = ("an object", "объект") if kind is dict else ("an array", "массив")
        raise wrong(place, f"{what} is expected", f"ожидается {what_ru}")
    return value


def wrong(place: str, message: str, ru: str) -> ReadError:
    return ReadError(f"In {place}: {message}.", ru=f"{place}: {ru}.", path=place)
