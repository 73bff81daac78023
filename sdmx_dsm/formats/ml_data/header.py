"""The header of a data message, read."""

from dataclasses import dataclass

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import ReadError, UrnError
from sdmx_dsm.formats.headers import read_header
from sdmx_dsm.formats.ml_data.names import REFERENCE_CLASSES, TIME_PERIOD
from sdmx_dsm.formats.trees import Node
from sdmx_dsm.model import Reference, parse_urn


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureOfData:
    """One `Structure` of the header: data sets point to it by its structureID."""

    reference: Reference
    dimension_at_observation: str
    is_explicit: bool = False  # 2.1: the type of an Obs names its measure


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHeader:
    """The header, and what it says on behalf of the data sets. `dataset_ids` are theirs, in order."""

    header: Header
    structures: dict[str, StructureOfData]
    action: str | None = None
    dataset_ids: tuple[str, ...] = ()
    provider: Reference | None = None
    reporting_begin: str | None = None
    reporting_end: str | None = None

    def structure(self, id: str | None) -> StructureOfData | None:
        """What a data set refers to by a structureID. Where the header has but one, no other can be meant, whatever its id: some
        services name it otherwise in the two places, or not at all."""
        if len(self.structures) == 1:
            return next(iter(self.structures.values()))
        return self.structures.get(id or "")


def read_message_header(node: Node) -> MessageHeader:
    """From the Header element. Raises ReadError when a structure is named in a way that is none of the standard's."""
    provider = node.first("DataProvider")
    return MessageHeader(
        header=read_header(node),
        structures={
            structure.attributes.get("structureID", ""): _structure(structure) for structure in node.all("Structure")
        },
        action=node.value("DataSetAction"),
        dataset_ids=tuple(child.text.strip() for child in node.all("DataSetID")),
        provider=read_provider(provider) if provider else None,
        reporting_begin=node.value("ReportingBegin"),
        reporting_end=node.value("ReportingEnd"),
    )


def read_provider(node: Node) -> Reference:
    """A DataProvider element: an item of a scheme, by Ref (2.1) or URN."""
    return _reference(node, "DataProvider")


def _structure(node: Node) -> StructureOfData:
    for child in node.children:
        if child.name in REFERENCE_CLASSES:
            # Optional in 3.0 alone, whose documentation names no default; 2.1 requires it.
            dimension = node.attributes.get("dimensionAtObservation", TIME_PERIOD)
            reference = _reference(child, REFERENCE_CLASSES[child.name])
            is_explicit = node.attributes.get("explicitMeasures") in ("true", "1") or node.attributes.get(
                "namespace", ""
            ).endswith(":explicit")
            return StructureOfData(reference=reference, dimension_at_observation=dimension, is_explicit=is_explicit)
    raise _wrong(
        node,
        "A Structure of the header refers to no provision agreement, dataflow or data structure",
        "Structure в заголовке не ссылается ни на соглашение, ни на поток данных, ни на структуру данных",
    )


def _reference(node: Node, artefact_class: str) -> Reference:
    """`<Ref agencyID id version/>` (2.1; a version that is absent is 1.0), `<URN>`, or a URN as text (3.x)."""
    if ref := node.first("Ref"):
        at = ref.attributes
        if artefact_class == "DataProvider":
            scheme, version = (
                at.get("maintainableParentID", "DATA_PROVIDERS"),
                at.get("maintainableParentVersion", "1.0"),
            )
            return Reference(artefact_class, at.get("agencyID", ""), scheme, version, at.get("id", ""))
        if not at.get("agencyID") or not at.get("id"):
            raise _wrong(
                ref,
                f"A reference to a {artefact_class} lacks its agencyID or id",
                f"В ссылке на {artefact_class} нет agencyID или id",
            )
        return Reference(artefact_class, at["agencyID"], at["id"], at.get("version", "1.0"))
    try:
        return parse_urn(node.value("URN") or node.text)
    except UrnError as error:
        raise _wrong(node, str(error).rstrip("."), error.ru.rstrip(".")) from error


def _wrong(node: Node, message: str, ru: str) -> ReadError:
    ru = f"{ru} (строка {node.line}, столбец {node.column})."
    return ReadError(f"{message} (line {node.line}, column {node.column}).", ru=ru, line=node.line, column=node.column)
