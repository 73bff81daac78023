"""Kinds of fields of what 2.1 keeps in sets: hierarchical codelists and structure sets.

SDMX-ML names items and components by local references; SDMX-JSON 1.0 by URNs, for which the map that they stand in is needed:
those kinds are given the map as a whole."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.structures.kinds import (
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
from sdmx_dsm.formats.structures.syntaxes import LIST_IDS
from sdmx_dsm.model import (
    IncludedCodelist,
    ItemAssociation,
    LocalComponent,
    Reference,
    SetComponentMap,
    TextFormat,
)
from sdmx_dsm.model.urns import CONTENTS

_LISTS: Final = frozenset(LIST_IDS.values())
# The list that a component of a data structure is in. Those of metadata structures are in lists of their own.
_LIST_OF: Final = {
    **dict.fromkeys(("Dimension", "MeasureDimension", "TimeDimension"), "DimensionDescriptor"),
    **dict.fromkeys(("Attribute", "DataAttribute", "ReportingYearStartDay"), "AttributeDescriptor"),
    **dict.fromkeys(("Measure", "PrimaryMeasure"), "MeasureDescriptor"),
}


def _by_urn(element: Element, reader: MlReader) -> Reference | None:
    """What a local reference names where it holds a URN alone."""
    return reader.reference(element, "") if [name for name, _ in reader.children(element)] == ["URN"] else None


def _ref(element: Element, reader: MlReader) -> Element:
    for name, child in reader.children(element):
        if name == "Ref" and child.get("id"):
            return child
        raise reader.unsupported(child)
    raise reader.wrong(element, "A local reference is empty")


class IncludedCodelists(Kind):
    """The codelists of a hierarchical codelist: references with an alias; in SDMX-JSON an object of URNs by alias."""

    def gather(self, values: Values, field: str, part: Any) -> None:
        values.setdefault(field, []).append(part)

    def read(self, element: Element, reader: MlReader) -> IncludedCodelist:
        return IncludedCodelist(codelist=reader.reference(element, "Codelist"), alias=element.get("alias"))

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        for each in value:
            alias = attribute("alias", each.alias) if each.alias else ""
            yield from writer.reference(tags[0], each.codelist, level, alias)

    def from_json(self, value: Any, reader: JsonReader) -> tuple[IncludedCodelist, ...]:
        content = expected(value, dict, "an object of URNs by alias")
        return tuple(
            IncludedCodelist(codelist=reader.reference(urn, "Codelist"), alias=alias) for alias, urn in content.items()
        )

    def to_json(self, value: Any, writer: JsonWriter) -> dict[str, str]:
        return {each.alias or each.codelist.id: writer.urn_of(each.codelist) for each in value}


class LocalItem(Spread):
    """An item of one side of a map: its id, and the hierarchy that it is in where the side is a hierarchical codelist."""

    def __init__(self, side: str) -> None:
        self._side = side
        self.fields = (side, f"{side}_hierarchy")

    def read(self, element: Element, reader: MlReader) -> Values:
        if reference := _by_urn(element, reader):
            return _side(self._side, reference)
        ref = _ref(element, reader)
        return {self._side: ref.get("id"), f"{self._side}_hierarchy": ref.get("containerID")}

    def write(self, tags: tuple[str, ...], value: Any, writer: MlWriter, level: int) -> Iterator[str]:
        hierarchy = getattr(value, f"{self._side}_hierarchy")
        names = attribute("containerID", hierarchy) if hierarchy else ""
        names += attribute("id", getattr(value, self._side))
        return writer.wrapped(tags[0], "", iter((writer.leaf("Ref", "", level + 1, names),)), level)


def _side(side: str, reference: Reference) -> Values:
    hierarchy, dot, id = reference.item.partition(".")
    nested = dot and reference.artefact_class == "HierarchicalCode"
    return {side: id, f"{side}_hierarchy": hierarchy} if nested else {side: reference.item}


class JsonAssociations(Spread):
    """The pairs of items of a map, as URNs."""

    fields = ("associations",)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        return {"associations": tuple(self._association(each, reader) for each in expected(value, list, "an array"))}

    def _association(self, value: Any, reader: JsonReader) -> ItemAssociation:
        content = expected(value, dict, "an object with source and target")
        sides: Values = {}
        for side in ("source", "target"):
            sides |= _side(side, reader.reference(content.get(side), ""))
        association: ItemAssociation = reader.part(ItemAssociation, content, **sides)
        return association

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        return [
            {side: writer.urn_of(_item(value, each, side)) for side in ("source", "target")} | writer.part(each)
            for each in value.associations
        ]


def _item(held: Any, association: ItemAssociation, side: str) -> Reference:
    scheme: Reference = getattr(held, side)
    id: str = getattr(association, side)
    hierarchy = getattr(association, f"{side}_hierarchy")
    if scheme.artefact_class == "HierarchicalCodelist":
        return replace(scheme, artefact_class="HierarchicalCode", item=f"{hierarchy}.{id}" if hierarchy else id)
    return replace(scheme, artefact_class=CONTENTS[scheme.artefact_class].split()[0], item=id)


class Local(Kind):
    """A component, by its list, id and class."""

    def read(self, element: Element, reader: MlReader) -> LocalComponent:
        if reference := _by_urn(element, reader):
            return _component(reference)
        ref = _ref(element, reader)
        return LocalComponent(
            id=ref.get("id", ""), list_id=ref.get("containerID", ""), component_class=ref.get("class", "")
        )

    def write(self, tags: tuple[str, ...], value: LocalComponent, writer: MlWriter, level: int) -> Iterator[str]:
        package = "datastructure" if value.component_class in _LIST_OF else "metadatastructure"
        names = attribute("containerID", value.list_id) + attribute("id", value.id)
        kind = attribute("class", value.component_class) + attribute("package", package)
        return writer.wrapped(tags[0], "", iter((writer.leaf("Ref", "", level + 1, names + kind),)), level)


def _component(reference: Reference) -> LocalComponent:
    cls = "Attribute" if reference.artefact_class == "DataAttribute" else reference.artefact_class
    if cls in _LIST_OF:
        return LocalComponent(id=reference.item, list_id=_LIST_OF[cls], component_class=cls)
    list_id, _, id = reference.item.partition(".")
    return LocalComponent(id=id, list_id=list_id, component_class=cls)


class JsonComponentMaps(Spread):
    """The pairs of components of a map, as URNs."""

    fields = ("component_maps",)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        maps = []
        for each in expected(value, list, "an array"):
            content = expected(each, dict, "an object with source and target")
            sides = {side: _component(reader.reference(content.get(side), "")) for side in ("source", "target")}
            maps.append(reader.part(SetComponentMap, content, **sides))
        return {"component_maps": tuple(maps)}

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        return [
            {side: self._urn(getattr(value, side), getattr(each, side), writer) for side in ("source", "target")}
            | writer.part(each)
            for each in value.component_maps
        ]

    def _urn(self, structure: Reference, component: LocalComponent, writer: JsonWriter) -> str:
        cls = "DataAttribute" if component.component_class == "Attribute" else component.component_class
        item = component.id if component.list_id in _LISTS else f"{component.list_id}.{component.id}"
        return writer.urn_of(replace(structure, artefact_class=cls, item=item))


class Mapping(Spread):
    """How the values of a component become those of another (see `SetComponentMap`)."""

    fields = ("codelist_map", "to_text_format", "to_value_type", "value_map")

    def read(self, element: Element, reader: MlReader) -> Values:
        parts: Values = {}
        for name, child in reader.children(element):
            if name == "CodelistMap":
                parts["codelist_map"] = reader.local(child)
            elif name == "ToTextFormat":
                parts["to_text_format"] = reader.part(TextFormat, child)
            elif name == "ToValueType":
                parts["to_value_type"] = reader.text(child)
            elif name == "ValueMap":
                pairs = [(each.get("source", ""), each.get("target", "")) for _, each in reader.children(child)]
                parts["value_map"] = tuple(pairs)
            else:
                raise reader.unsupported(child)
        return parts

    def write(self, tags: tuple[str, ...], value: SetComponentMap, writer: MlWriter, level: int) -> Iterator[str]:
        return writer.wrapped(tags[0], "", self._content(value, writer, level + 1), level) if _says(value) else iter(())

    def _content(self, value: SetComponentMap, writer: MlWriter, level: int) -> Iterator[str]:
        if value.codelist_map:
            yield from writer.local(writer.tag("CodelistMap"), value.codelist_map, level)
        elif value.value_map:
            pairs = (
                writer.leaf(
                    writer.tag("ValueMapping"), "", level + 1, attribute("source", source) + attribute("target", target)
                )
                for source, target in value.value_map
            )
            yield from writer.wrapped(writer.tag("ValueMap"), "", pairs, level)
        else:
            yield from writer.part(writer.tag("ToTextFormat"), value.to_text_format or TextFormat(), level)
            yield writer.leaf(writer.tag("ToValueType"), value.to_value_type or "Value", level)

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        parts: Values = {}
        for key, each in expected(value, dict, "an object").items():
            if key == "codelistMap":
                parts["codelist_map"] = reader.reference(each, "CodelistMap").item
            elif key == "toTextFormat":
                parts["to_text_format"] = reader.part(TextFormat, each)
            elif key == "toValueType":
                parts["to_value_type"] = TEXT.from_json(each, reader)
            elif key == "valueMap":
                pairs = expected(expected(each, dict, "an object").get("valueMappings"), list, "an array")
                parts["value_map"] = tuple((pair["source"], pair["target"]) for pair in pairs)
            elif not key.startswith("x-"):
                raise ValueError(f"a representation mapping has no “{key}”")
        return parts

    def to_json(self, value: SetComponentMap, writer: JsonWriter) -> dict[str, Any]:
        if value.codelist_map:
            return {"codelistMap": writer.urn_within("CodelistMap", value.codelist_map)}
        if value.value_map:
            pairs = [{"source": source, "target": target} for source, target in value.value_map]
            return {"valueMap": {"valueMappings": pairs}}
        if not _says(value):
            return {}
        format = writer.part(value.to_text_format or TextFormat())
        return {"toTextFormat": format, "toValueType": value.to_value_type or "Value"}


def _says(value: SetComponentMap) -> bool:
    return bool(value.codelist_map or value.value_map or value.to_text_format or value.to_value_type)


INCLUDED_CODELISTS: Final = IncludedCodelists()
LOCAL_COMPONENT: Final = Local()
