"""The answer to a submission of structures in JSON. The standard has no such message yet: the envelope (`meta`, `data`) is that
of SDMX-JSON 2, the names are those of SDMX-ML."""

import json
from typing import Any

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.registry_messages.messages import (
    RegistryMessage,
    StatusMessage,
    StatusText,
    SubmitStructureResponse,
)
from sdmx_dsm.model import localise


def write_response_json(response: RegistryMessage, header: Header) -> bytes:
    assert isinstance(response, SubmitStructureResponse)  # other messages have no form in JSON
    header = header.complete("REGISTRY")
    document = {
        "meta": {
            "id": header.id,
            "prepared": header.prepared,
            "test": header.test,
            "sender": {"id": header.sender},
        },
        "data": {
            "submissionResults": [
                {
                    "submittedStructure": {"maintainableObject": result.reference.urn, "action": result.action},
                    "statusMessage": _status(result.status),
                }
                for result in response.results
            ]
        },
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _status(message: StatusMessage) -> dict[str, Any]:
    return {"status": message.status, "messageTexts": [_text(text) for text in message.texts]}


def _text(text: StatusText) -> dict[str, Any]:
    rule = {"rule": text.rule} if text.rule else {}
    return {"code": text.code, **rule, "text": localise(text.text, ("en",)), "texts": dict(text.text)}
