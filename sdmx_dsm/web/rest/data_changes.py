"""Data messages → submissions (SDMX REST 2.2, maintenance).

    POST /data      any message that is read; its data sets are applied in order, all or nothing

What is done is answered by a `SubmitDataResponse`, for which the standard has no form yet: the envelope is that of SDMX-JSON 2.
What is refused is answered by an SDMX error with the findings."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.responses import Response

from sdmx_dsm.service import data_messages
from sdmx_dsm.web.callers import base_url
from sdmx_dsm.web.responses import work_status
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.targets import flag, parameter

PARAMETERS: Final = ("dry_run", "note")


def submit(call: Call, body: Path) -> Response:
    """Answers when the message is finished (200), or when waiting has an end (202, and `Location` says where to look)."""
    submission = data_messages.submit(
        call.hub,
        body,
        call.viewer,
        dry_run=parameter(call.target, "dry_run", flag, False),
        note=call.target.value("note") or "",
    )
    address = f"{base_url(call.request)}/api/v1/submissions/{submission.id}"
    header, prepared = call.hub.header(), datetime.now(UTC).isoformat(timespec="seconds")
    meta = {"id": submission.id, "prepared": prepared, "test": header.test, "sender": {"id": header.sender}}
    document = {"meta": meta, "data": data_messages.outcome_values(call.hub, submission)}
    status = work_status(finished=submission.is_finished)
    headers = {"location": address, "cache-control": "no-store"}
    content = json.dumps(document, ensure_ascii=False)
    return Response(content, status, media_type="application/json", headers=headers)
