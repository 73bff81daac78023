"""Kinds of fields of data structures: the lists of components, and what components say of each other."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
    FLAG,
    TEXT,
    JsonReader,
    JsonWriter,
    Kind,
    MlReader,
    MlWriter,
    Spread,
    Values,
    expected,
)
from sdmx_dsm.model import (
    Attribute,
    ComponentList,
    Dimension,
    Measure,
    MetadataAttributeUsage,
    TimeDimension,
)

# --- lists ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionList(ComponentList):
    """A list with its components, as messages have it; the model keeps the components in the structure itself."""

    id: str = "DimensionDescriptor"
    dimensions: tuple[Dimension, ...] = ()
    time_dimension: TimeDimension | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeList(ComponentList):
    id: str = "AttributeDescriptor"
    attributes: tuple[Attribute, ...] = ()
    metadata_attribute_usages: tuple[MetadataAttributeUsage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureList(ComponentList):
    id: str = "MeasureDescriptor"
    measures: tuple[Measure, ...] = ()


_SAID: Final = tuple(each.name for each in fields(ComponentList))


class Components(Spread):
    """One of the lists of a structure. It is left out where it has no components and nothing is said of it."""

    def __init__(self, cls: type[ComponentList]) -> None:
        self._cls, self._empty = cls, cls()  # type: ignore[call-arg]  # the id of each list is fixed
        self._own = tuple(each.name for each in fields(cls) if each.name not in _SAID)
        self.fields = (*self._own, "lists")

    def gather(self, values: Values, field: str, part: Values) -> None:
        values["lists"] = (*values.get("lists", ()), *part.pop("lists"))
        values.update(part)

    def read(self, element: Element, reader: MlReader) -> Values:
        return self._parts(reader.part(self._cls, element))

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return self._parts(reader.part(self._cls, value))

    def _parts(self, held: ComponentList) -> Values:
        said = ComponentList(**{name: getattr(held, name) for name in _SAID})
        if said.id != self._empty.id:
            raise ValueError(f"the list is called {self._empty.id}, “{said.id}” is found")
        lists = () if said == ComponentList(id=said.id) else (said,)
        return {name: getattr(held, name) for name in self._own} | {"lists": lists}

    def _list(self, structure: Any) -> ComponentList:
        said = next((each for each in structure.lists if each.id == self._empty.id), self._empty)
        parts = {name: getattr(said, name) for name in _SAID}
        return self._cls(**parts, **{name: getattr(structure, name) for name in self._own})

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        held = self._list(value)
        return writer.part(tags[0], held, level) if held != self._empty else iter(())

    def to_json(self, value: Any, writer: JsonWriter) -> dict[str, Any]:
        held = self._list(value)
        return writer.part(held) if held != self._empty else {}


def in_key_order(held: DimensionList) -> DimensionList:
    """Dimensions by their positions, where all have one: SDMX-JSON 1.0 keeps the measure dimension in an array of its own."""
    positions = [dimension.position for dimension in held.dimensions]
    if None in positions:
        return held
    return replace(held, dimensions=tuple(sorted(held.dimensions, key=lambda each: each.position or 0)))


class DimensionLists(Components):
    """That of SDMX-JSON 1.0."""

    def __init__(self) -> None:
        super().__init__(DimensionList)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return self._parts(in_key_order(reader.part(DimensionList, value)))


class Some(Spread):
    """Those of the components of a field that SDMX-JSON 1.0 keeps in an array of their own. `implied`: what that says."""

    def __init__(self, field: str, kind: Kind, belongs: Callable[[Any], bool], **implied: Any) -> None:
        self.fields = (field,)
        self._kind, self._belongs, self._implied = kind, belongs, implied

    def gather(self, values: Values, field: str, part: Values) -> None:
        for name, found in part.items():
            values[name] = (*values.get(name, ()), *found)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        found = [self._kind.from_json(each, reader) for each in expected(value, list, "an array")]
        return {self.fields[0]: tuple(replace(each, **self._implied) for each in found)}

    def to_json(self, value: Any, writer: JsonWriter) -> list[Any]:
        held = getattr(value, self.fields[0])
        return [self._kind.to_json(each, writer) for each in held if self._belongs(each)]


class InArray(Kind):
    """One value that stands in an array."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind

    def from_json(self, value: Any, reader: JsonReader) -> Any:
        found = expected(value, list, "an array")
        if len(found) > 1:
            raise ValueError(f"one is expected, {len(found)} are found")
        return self._kind.from_json(found[0], reader) if found else None

    def to_json(self, value: Any, writer: JsonWriter) -> list[Any]:
        return [self._kind.to_json(value, writer)]


# --- relationships ------------------------------------------------------------------------------------------------------


class Relationship(Spread):
    """Where an attribute hangs. `names`: the element of a relationship that needs no dimensions or group."""

    fields = ("relationship", "dimensions", "optional_dimensions", "group", "attachment_groups")

    def __init__(self, dataflow: str, observation: str) -> None:
        self._names = {"dataflow": dataflow, "observation": observation}
        self._keys = {name: element[0].lower() + element[1:] for name, element in self._names.items()}

    def read(self, element: Element, reader: MlReader) -> Values:
        parts: Values = {}
        for name, child in reader.children(element):
            if name == self._names["dataflow"]:
                parts["relationship"] = "dataflow"
            elif name == self._names["observation"]:
                parts["relationship"] = "observation"
            elif name == "Dimension":
                id = reader.local(child, "optional")
                parts |= {"relationship": "dimensions", "dimensions": (*parts.get("dimensions", ()), id)}
                if FLAG.parse(child.get("optional", "false")):
                    parts["optional_dimensions"] = (*parts.get("optional_dimensions", ()), id)
            elif name == "AttachmentGroup":
                parts["attachment_groups"] = (*parts.get("attachment_groups", ()), reader.local(child))
            elif name == "Group":
                parts |= {"relationship": "group", "group": reader.local(child)}
            else:
                raise reader.unsupported(child)
        if "relationship" not in parts:
            raise reader.wrong(element, "The relationship of an attribute is empty")
        return parts

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        return writer.wrapped(tags[0], "", self._content(value, writer, level + 1), level)

    def _content(self, value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        if value.relationship == "dimensions":
            for id in value.dimensions:
                optional = attribute("optional", "true") if id in value.optional_dimensions else ""
                yield from writer.local(writer.tag("Dimension"), id, level, optional)
            for id in getattr(value, "attachment_groups", ()):
                yield from writer.local(writer.tag("AttachmentGroup"), id, level)
        elif value.relationship == "group":
            yield from writer.local(writer.tag("Group"), value.group, level)
        elif self._names[value.relationship] == "PrimaryMeasure":
            yield from writer.local(writer.tag("PrimaryMeasure"), "OBS_VALUE", level)
        else:
            yield from writer.wrapped(writer.tag(self._names[value.relationship]), "", iter(()), level)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        content = expected(value, dict, "an object")
        if "dimensions" in content:
            return self._dimensions(content, reader)
        if "group" in content:
            return {"relationship": "group", "group": TEXT.from_json(content["group"], reader)}
        for relationship, key in self._keys.items():
            if key in content:
                return {"relationship": relationship}
        raise ValueError(f"{self._keys['dataflow']}, dimensions, group or {self._keys['observation']} is expected")

    def _dimensions(self, content: Values, reader: JsonReader) -> Values:
        ids, groups = (
            tuple(TEXT.from_json(id, reader) for id in expected(content.get(key, []), list, "an array of ids"))
            for key in ("dimensions", "attachmentGroups")
        )
        flags = expected(content.get("areDimensionsOptional", []), list, "an array of true and false")
        optional = tuple(id for id, flag in zip(ids, flags, strict=False) if FLAG.from_json(flag, reader))
        parts: Values = {"relationship": "dimensions", "dimensions": ids, "optional_dimensions": optional}
        return parts | ({"attachment_groups": groups} if groups else {})

    def to_json(self, value: Any, writer: JsonWriter) -> dict[str, Any]:
        if value.relationship == "dimensions":
            optional = [id in value.optional_dimensions for id in value.dimensions]
            groups = getattr(value, "attachment_groups", ())
            return (
                {"dimensions": list(value.dimensions)}
                | ({"areDimensionsOptional": optional} if any(optional) else {})
                | ({"attachmentGroups": list(groups)} if groups else {})
            )
        if value.relationship == "group":
            return {"group": value.group}
        key = self._keys[value.relationship]
        return {key: "OBS_VALUE" if key == "primaryMeasure" else {}}


class GroupDimension(Kind):
    """One dimension of a group: an id in JSON, a reference within an element in XML."""

    def read(self, element: Element, reader: MlReader) -> str:
        for name, child in reader.children(element):
            if name == "DimensionReference":
                return reader.local(child)
            raise reader.unsupported(child)
        raise reader.wrong(element, "A dimension of a group is not named")

    def write(self, tags: tuple[str, ...], value: str, writer: MlWriter, level: int) -> Iterator[str]:
        reference = writer.local(writer.tag("DimensionReference"), value, level + 1)
        return writer.wrapped(tags[0], "", reference, level)

    def from_json(self, value: Any, reader: JsonReader) -> str:
        return str(TEXT.from_json(value, reader))

    def to_json(self, value: str, writer: JsonWriter) -> str:
        return value


RELATIONSHIP: Final = Relationship(dataflow="Dataflow", observation="Observation")
RELATIONSHIP_21: Final = Relationship(dataflow="None", observation="PrimaryMeasure")
GROUP_DIMENSION: Final = GroupDimension()
