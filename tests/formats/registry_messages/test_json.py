"""The answer to a submission of structures in JSON."""

import json

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.registry_messages import (
    StatusMessage,
    StatusText,
    SubmissionResult,
    SubmitStructureResponse,
    write_response_json,
)
from sdmx_dsm.model import Reference


def test_each_result_has_its_artefact_action_status_and_texts() -> None:
    text = StatusText(code="409", rule="missing-reference", text={"ru": "Нет списка", "en": "There is no codelist"})
    status = StatusMessage(status="Failure", texts=(text,))
    reference = Reference("Dataflow", "DSM", "EXAMPLE", "1.0.0")
    response = SubmitStructureResponse(results=(SubmissionResult(reference=reference, action="Append", status=status),))
    header = Header(id="R1", prepared="2026-11-25T10:00:00Z", sender="DSM")
    assert json.loads(write_response_json(response, header)) == {
        "meta": {"id": "R1", "prepared": "2026-11-25T10:00:00Z", "test": False, "sender": {"id": "DSM"}},
        "data": {
            "submissionResults": [
                {
                    "submittedStructure": {"maintainableObject": reference.urn, "action": "Append"},
                    "statusMessage": {
                        "status": "Failure",
                        "messageTexts": [
                            {
                                "code": "409",
                                "rule": "missing-reference",
                                "text": "There is no codelist",
                                "texts": {"ru": "Нет списка", "en": "There is no codelist"},
                            }
                        ],
                    },
                }
            ]
        },
    }
