"""Sending a file to another hub over HTTP, as `POST /api/v1/submissions` wants it (docs/api.md)."""

from typing import Any

import httpx

from sdmx_dsm.errors import Conflict, DsmError, Forbidden, NotFound, TooLarge, Unauthorised, Unavailable
from sdmx_dsm.service.fetching import reason_of
from sdmx_dsm.service.submissions import SubmissionRequest

_REFUSALS: dict[int, type[DsmError]] = {401: Unauthorised, 403: Forbidden, 404: NotFound, 409: Conflict, 413: TooLarge}


def submit_remotely(request: SubmissionRequest, url: str, token: str, *, wait_seconds: float = 20.0) -> dict[str, Any]:
    """The submission as the hub at `url` tells it, waited for until `wait_seconds`. Raises what the hub refuses with."""
    if not url.startswith(("http://", "https://")):
        raise Unavailable(f"“{url}” is not the address of a hub; expected one such as https://hub.example.org.")
    try:
        with request.path.open("rb") as file:
            response = httpx.post(
                f"{url.rstrip('/')}/api/v1/submissions",
                params={**request.options, "wait": str(wait_seconds)},
                files={"file": (request.file_name, file)},
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=wait_seconds + 60,
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(
            f"{url} does not answer: {reason_of(error)}. Is this the address of a hub that runs?"
        ) from error
    values = _json_object(response)
    if response.is_error and values:
        refusal = _REFUSALS.get(response.status_code, DsmError)
        raise refusal(str(values.get("detail") or values.get("title") or values))
    if not {"id", "state"} <= values.keys():
        raise Unavailable(f"{url} answered {response.status_code}, and not as a hub does: is it the address of one?")
    return values


def _json_object(response: httpx.Response) -> dict[str, Any]:
    """Empty where the answer is none."""
    try:
        values = response.json()
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
