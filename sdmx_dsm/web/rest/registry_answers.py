"""Answers of the registry interface."""

from collections.abc import Callable, Mapping
from typing import Final

from starlette.responses import Response

from sdmx_dsm.errors import NotAcceptable, Unsupported
from sdmx_dsm.formats import Format, by_name
from sdmx_dsm.formats.registry_messages import Received, RegistryMessage, SubmitStructureResponse
from sdmx_dsm.web.rest.calls import Call

METHODS: Final = ("POST", "PUT", "DELETE")
DEFAULT_VERSION: Final = "3.0"
# Given the call, the root below which it came, and what was sent.
Handler = Callable[[Call, str, Received], Response]


def registry_response(
    call: Call, message: RegistryMessage, version: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """A message of the registry interface, in the format asked for, else in that of the request, of which `version` tells."""
    format, content_type = answer_format(call, version, xml_only=not isinstance(message, SubmitStructureResponse))
    assert format.write_registry is not None
    content = format.write_registry(message, call.hub.header())
    given = {"content-type": content_type, "cache-control": "no-store", "vary": "Accept, Authorization"}
    return Response(content, status, {**given, **(headers or {})})


def answer_format(call: Call, version: str = "", *, xml_only: bool = False) -> tuple[Format, str]:
    """The format of an answer, and its content type. What changes something is answered in any case: where a format is asked for
    that is not written, in that of the request. Raises QuerySyntaxError for a `format=` that is none; NotAcceptable where
    something is read."""
    accept = ", ".join(call.request.headers.getlist("accept")).strip()
    is_open = accept in ("", "*/*") and call.target.value("format") is None
    if version and is_open:
        return _own(version)
    try:
        choice = call.format("registry", xml_only=xml_only)
    except (NotAcceptable, Unsupported):
        if call.request.method not in METHODS:
            raise
        return _own(version or DEFAULT_VERSION)
    return choice.format, choice.content_type


def _own(version: str) -> tuple[Format, str]:
    format = by_name("sdmx-json-2.1" if version == "json" else f"sdmx-ml-{version}", "registry")
    return format, format.content_type
