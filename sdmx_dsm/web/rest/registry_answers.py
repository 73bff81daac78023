"""Answers of the registry interface."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from sdmx_dsm.formats import Format, by_name
from sdmx_dsm.formats.registry_messages import Received, RegistryMessage
from sdmx_dsm.web.rest.calls import Call

# Given the call, the root below which it came, and what was sent.
Handler = Callable[[Call, str, Received], Response]


def registry_response(
    call: Call, message: RegistryMessage, version: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """A message of the registry interface, in the format asked for, else in that of the request, of which `version` tells."""
    format, content_type = _format_of(call, version)
    assert format.write_registry is not None
    content = format.write_registry(message, call.hub.header())
    given = {"content-type": content_type, "cache-control": "no-store", "vary": "Accept, Authorization"}
    return Response(content, status, {**given, **(headers or {})})


def _format_of(call: Call, version: str) -> tuple[Format, str]:
    accept = ", ".join(call.request.headers.getlist("accept")).strip()
    if version and accept in ("", "*/*") and call.target.value("format") is None:
        format = by_name("sdmx-json-2.1" if version == "json" else f"sdmx-ml-{version}", "registry")
        return format, format.content_type
    choice = call.format("registry")
    return choice.format, choice.content_type
