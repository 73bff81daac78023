"""The JSON schema of a data structure, for data messages of SDMX-JSON 2.0 and 2.1.

As in XML, it is for one context and one dimension at the observation. A message describes its components and refers to their
values by index: codes are checked where they are described, and the values that stand in the data where their place is certain,
which are the measures of an observation. What a message leaves out, as a query may, is not missed, but for dimensions: each
stands in the series, in the observation, or, where it has one value, at the data set (SDMX-JSON field guide, dataSet)."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from sdmx_dsm.formats.json_schema.values import Rules, multilingual, or_signs, several, signs, uncoded
from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.permitted import may_be_off, permitted
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.model import ALL_DIMENSIONS, Role, Schema, SchemaComponent

# version of SDMX-JSON -> the language of its official schemas, and where definitions stand in it
LANGUAGES: Final = {
    "2.0": ("http://json-schema.org/draft-07/schema#", "definitions"),
    "2.1": ("https://json-schema.org/draft/2019-09/schema", "$defs"),
}
INDEXES: Final = "^([0-9]+(:[0-9]+)*)?$"
INDEXES_OR_ALL: Final = "^[0-9]*(:[0-9]*)*$"  # an empty one stands for all values, in what deletes
CODES_AT_ONCE: Final = 1_000


def write_json_schema20(schema: Schema, options: SchemaOptions) -> Iterator[bytes]:
    """For SDMX-JSON 2.0, in pieces of about 64 KiB. `schema` is that of the context.

    Raises QuerySemanticsError when the dimension at the observation is none. There are no explicit measures."""
    return in_pieces(_JsonSchema(schema, options, "2.0").texts())


def write_json_schema21(schema: Schema, options: SchemaOptions) -> Iterator[bytes]:
    """For SDMX-JSON 2.1; as `write_json_schema20`."""
    return in_pieces(_JsonSchema(schema, options, "2.1").texts())


class _JsonSchema:
    """`codes`: of each definition that lists some, by its name, found while the components are said."""

    def __init__(self, schema: Schema, options: SchemaOptions, version: str) -> None:
        self._schema = schema
        self._for_deletion = options.for_deletion
        self._at_observation = schema.at_observation(options.dimension_at_observation)
        self._language, self._place = LANGUAGES[version]
        self._codes: dict[str, Sequence[str]] = {}

    @property
    def _is_flat(self) -> bool:
        return self._at_observation == ALL_DIMENSIONS

    def texts(self) -> Iterator[str | bytes]:
        components = {f"Component.{each.id}": self._component(each) for each in self._schema.components}
        kinds = {
            "Dimension": self._one_of("dimension", "time"),
            "Measure": self._one_of("measure"),
            "Attribute": self._one_of("attribute"),
        }
        message = {
            "$schema": self._language,
            "$id": f"{self._schema.reference.urn}:ObsLevelDim:{self._at_observation}",
            "title": self._schema.reference.short,
            **self._message(),
        }
        yield msgspec.json.encode(message)[:-1]
        yield f',"{self._place}":{msgspec.json.encode({**components, **kinds}).decode()[:-1]}'
        for name, codes in self._codes.items():
            yield f",{msgspec.json.encode(name).decode()}:"
            yield from _enumeration(codes)
        yield "}}"

    def _ref(self, name: str) -> Rules:
        return {"$ref": f"#/{self._place}/{name}"}

    # --- the message --------------------------------------------------------------------------------------------------

    def _message(self) -> Rules:
        data: Rules = {
            "type": "object",
            "required": ["structures", "dataSets"],
            "properties": {
                "structures": {"type": "array", "items": self._structure()},
                "dataSets": {"type": "array", "items": self._dataset()},
            },
        }
        if not self._for_deletion:
            data |= self._measures()
        return {"type": "object", "required": ["data"], "properties": {"data": data}}

    def _structure(self) -> Rules:
        measures, attributes = (
            {"type": "object", "additionalProperties": _array(self._ref(kind))} for kind in ("Measure", "Attribute")
        )
        return {
            "type": "object",
            "required": ["dimensions"],
            "properties": {"dimensions": self._dimensions(), "measures": measures, "attributes": attributes},
        }

    def _dimensions(self) -> Rules:
        """Each dimension but the one at the observation stands in one of two places."""
        inside = "observation" if self._is_flat else "series"
        others = [each for each in self._schema.key if each.id != self._at_observation]
        other = _array(
            {"allOf": [self._ref("Dimension"), {"properties": {"id": {"enum": [each.id for each in others]}}}]}
        )
        places: Rules = {"dataSet": other, inside: other}
        if self._is_flat:
            places["series"] = {"maxItems": 0}
        else:
            own = {"allOf": [self._ref("Dimension"), {"properties": {"id": {"const": self._at_observation}}}]}
            places["observation"] = {**_array(own), "minItems": 1, "maxItems": 1}
        needed = [each.id for each in others if not self._for_deletion and not may_be_off(self._schema, each)]
        return {
            "type": "object",
            "properties": places,
            "required": [] if self._is_flat else ["observation"],
            **_all_of([{"anyOf": [_contains(place, id) for place in ("dataSet", inside)]} for id in needed]),
        }

    def _dataset(self) -> Rules:
        keys = {"type": "object", "propertyNames": {"pattern": INDEXES_OR_ALL if self._for_deletion else INDEXES}}
        observations = {**keys, "additionalProperties": {"type": ["array", "null"]}}
        if self._is_flat:
            return {"type": "object", "properties": {"observations": observations, "series": False}}
        series = {"type": "object", "properties": {"observations": observations}}
        properties = {"series": {**keys, "additionalProperties": series}, "observations": False}
        return {"type": "object", "properties": properties}

    def _measures(self) -> Rules:
        """Where a message has all measures, they come first in each observation."""
        measures = self._schema.measures
        if not measures:
            return {}
        named: Rules = {"items": [{"properties": {"id": {"const": each.id}}} for each in measures]}
        named |= {"minItems": len(measures), "maxItems": len(measures)}
        listed: Rules = {"required": ["observation"], "properties": {"observation": named}}
        has_all: Rules = {"required": ["measures"], "properties": {"measures": listed}}
        values = {"additionalProperties": {"items": [self._in_data(measure) for measure in measures]}}
        place: Rules = {"observations": values}
        if not self._is_flat:
            place = {"series": {"additionalProperties": {"properties": place}}}
        return {
            "if": {"properties": {"structures": {"items": has_all}}},
            "then": {"properties": {"dataSets": {"items": {"properties": place}}}},
        }

    # --- components ---------------------------------------------------------------------------------------------------

    def _one_of(self, *roles: Role) -> Rules:
        """A component of these roles, which its id tells."""
        ids = [each.id for each in self._schema.components if each.role in roles]
        told = [{"if": {"properties": {"id": {"const": id}}}, "then": self._ref(f"Component.{id}")} for id in ids]
        return {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"enum": ids}},
            **_all_of(told),
        }

    def _component(self, component: SchemaComponent) -> Rules:
        """What a message says of a component: its values, each by its id, or as a value or several."""
        value = self._value(component)
        forms = {"id": value, "value": value, "values": _array(value)}
        described = {"type": "object", "properties": forms, "anyOf": [{"required": [form]} for form in forms]}
        return {"properties": {"values": _array(described)}}

    def _value(self, component: SchemaComponent) -> Rules:
        if self._for_deletion and component.role in ("measure", "attribute"):
            return {}
        if component.is_multilingual:
            return multilingual()
        allowed = permitted(self._schema, component)
        if allowed.codes is None:
            return or_signs(uncoded(component, allowed), signs(self._schema, component))
        self._codes[allowed.codes_name] = allowed.codes
        return or_signs(self._ref(allowed.codes_name), signs(self._schema, component))

    def _in_data(self, component: SchemaComponent) -> Rules:
        """A value as it stands in an observation; codes are told by their index."""
        if component.codelist is not None and not component.is_multi_valued:
            return {"type": ["integer", "null"], "minimum": 0}
        value = self._value(component)
        return {
            "anyOf": [several(value, component.max_occurs) if component.is_multi_valued else value, {"type": "null"}]
        }


def _array(items: Rules) -> Rules:
    return {"type": "array", "items": items}


def _all_of(rules: list[Rules]) -> Rules:
    """The keyword, which can't stand without any rules."""
    return {"allOf": rules} if rules else {}


def _contains(place: str, id: str) -> Rules:
    """That a component stands in a place."""
    has_it: Rules = {"contains": {"properties": {"id": {"const": id}}, "required": ["id"]}}
    return {"required": [place], "properties": {place: has_it}}


def _enumeration(codes: Sequence[str]) -> Iterator[str]:
    if not codes:
        yield "false"  # an enumeration of none is no schema
        return
    yield '{"enum":['
    for start in range(0, len(codes), CODES_AT_ONCE):
        some = msgspec.json.encode(codes[start : start + CODES_AT_ONCE]).decode()[1:-1]
        yield f",{some}" if start else some
    yield "]}"


__all__ = ["write_json_schema20", "write_json_schema21"]
