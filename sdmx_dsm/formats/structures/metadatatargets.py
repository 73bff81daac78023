"""Kinds of fields of metadata structures: the list of attributes of 3.x, and what reports of 2.1 are about."""
# ruff: noqa: ARG002  all kinds are called in the same way, whatever they need of it

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml.etree import _Element as Element

from sdmx_dsm.formats.structures.kinds import (
    JsonReader,
    JsonWriter,
    Kind,
    MlReader,
    MlWriter,
    Spread,
    Values,
    expected,
)
from sdmx_dsm.model import ComponentList, MetadataAttribute, TargetObject

# kind of a part of a target -> the id that the standard fixes; that of an identifiable object is free
TARGET_IDS: Final = {
    "KeyDescriptorValues": "DIMENSION_DESCRIPTOR_VALUES_TARGET",
    "DataSet": "DATA_SET_TARGET",
    "ConstraintContent": "CONSTRAINT_CONTENT_TARGET",
    "ReportPeriod": "REPORT_PERIOD_TARGET",
    "IdentifiableObject": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataAttributeList(ComponentList):
    id: str = "MetadataAttributeDescriptor"
    attributes: tuple[MetadataAttribute, ...] = ()


class TargetObjects(Kind):
    """The parts of a target, each in an element that names its kind."""

    def gather(self, values: Values, field: str, part: TargetObject) -> None:
        values[field] = (*values.get(field, ()), part)

    def read(self, element: Element, reader: MlReader) -> TargetObject:
        part: TargetObject = reader.part(TargetObject, element)
        return part

    def write(
        self, tags: tuple[str, ...], value: tuple[TargetObject, ...], writer: MlWriter, level: int
    ) -> Iterator[str]:
        for each in value:
            yield from writer.part(writer.tag(f"{each.kind}Target"), each, level)


class JsonTargetObjects(Spread):
    """The parts of a target that are of one kind: an array of their own in SDMX-JSON 1.0."""

    fields = ("objects",)

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def gather(self, values: Values, field: str, part: Values) -> None:
        values["objects"] = (*values.get("objects", ()), *part["objects"])

    def from_json(self, value: Any, reader: JsonReader) -> Values:
        id = TARGET_IDS[self._kind]
        implied = {"kind": self._kind} | ({"id": id} if id else {})
        parts = [expected(each, dict, "a part of a target") for each in expected(value, list, "an array")]
        return {"objects": tuple(reader.part(TargetObject, each | implied) for each in parts)}

    def to_json(self, value: Any, writer: JsonWriter) -> list[dict[str, Any]]:
        parts = [writer.part(each) for each in value.objects if each.kind == self._kind]
        return [{key: held for key, held in part.items() if key != "kind"} for part in parts]


TARGET_OBJECTS: Final = TargetObjects()
