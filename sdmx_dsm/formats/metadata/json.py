"""Metadata messages of SDMX-JSON."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.formats.structures.json_reader import Reader, decode, read_message, schema_of
from sdmx_dsm.formats.structures.json_writer import Writer
from sdmx_dsm.formats.structures.syntaxes import JSON20, JSON21, Syntax
from sdmx_dsm.model import Maintainable, MetadataSet, Structures

SCHEMAS: Final = {
    JSON20: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/metadata-message/tools/schemas/2.0.0/"
    "sdmx-json-metadata-schema.json",
    JSON21: "https://json.sdmx.org/2.1/sdmx-json-metadata-schema.json",
}


def read_metadata_json(path: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    """The header and metadata sets of a metadata message of SDMX-JSON 2.0 or 2.1. Raises ReadError (`.path` names the place in
    the message) and Unsupported."""
    return _read_message(decode(path, "a metadata message"))


def read_any_json(path: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    """As `read_metadata_json`, or as `sdmx_dsm.formats.structures.read_json` where the message holds no metadata sets."""
    message = decode(path, "a metadata or a structure message")
    if "dataSets" in message["data"]:
        raise ReadError(
            "A metadata or a structure message is expected, and these are data.",
            ru="Ожидается сообщение со структурами или метаданными, а это данные.",
            path="data/dataSets",
        )
    return (_read_message if "metadataSets" in message["data"] else read_message)(message)


def _read_message(message: dict[str, Any]) -> tuple[Header, tuple[Maintainable, ...]]:
    reader = Reader(_syntax(message), {"metadataSets": MetadataSet})
    return reader.header(message.get("meta")), tuple(reader.artefacts(message["data"]))


def _syntax(message: dict[str, Any]) -> Syntax:
    """By the schema that the message names; the versions differ in what they may say, not in how."""
    return JSON20 if re.search(r"[/_v]2\.0(\.0)?(/|$)", schema_of(message)) else JSON21


def write_metadata_json20(
    sets: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """A metadata message of SDMX-JSON 2.0, in pieces of about 64 KiB. Raises Unsupported for what 2.0 can't say."""
    return in_pieces(MetadataWriter(JSON20, sets, options, structures).message())


def write_metadata_json21(
    sets: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """As `write_metadata_json20`, in SDMX-JSON 2.1."""
    return in_pieces(MetadataWriter(JSON21, sets, options, structures).message())


class MetadataWriter(Writer):
    schemas = SCHEMAS

    def by_container(self) -> Iterator[tuple[tuple[str, ...], Iterable[Maintainable]]]:
        yield ("metadataSets",), self.artefacts
