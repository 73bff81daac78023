"""Sending a file to another hub over HTTP, as `POST /api/v1/submissions` wants it (docs/architecture.md)."""

from typing import Any

import httpx

from sdmx_dsm.errors import Conflict, DsmError, Forbidden, NotFound, TooLarge, Unauthorised, Unavailable
from sdmx_dsm.service.submissions import SubmissionRequest

_REFUSALS: dict[int, type[DsmError]] = {401: Unauthorised, 403: Forbidden, 404: NotFound, 409: Conflict, 413: TooLarge}


def submit_remotely(request: SubmissionRequest, url: str, token: str, *, wait_seconds: float = 20.0) -> dict[str, Any]:
    """The submission as the hub at `url` tells it, waited for until `wait_seconds`. Raises what the hub refuses with."""
    try:
        with request.path.open("rb") as file:
            response = httpx.post(
                f"{url.rstrip('/')}/api/v1/submissions",
                params={**request.options, "wait": str(wait_seconds)},
                files={"file": (request.file_name, file)},
                headers={"Authorization": f"Bearer {token}"} if token else {},
                timeout=wait_seconds + 60,
            )
        values = response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(f"{url} does not answer: {error}") from error
    except ValueError as error:
        raise Unavailable(
            f"{url} answered {response.status_code} and not in JSON: is it the address of a hub?"
        ) from error
    if response.is_error:
        refusal = _REFUSALS.get(response.status_code, DsmError)
        raise refusal(str(values.get("detail") or values.get("title") or values))
    return dict(values)
