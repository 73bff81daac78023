"""What an answer is as a representation: its tag, its headers, and its bytes on the way."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from starlette.responses import Response

from sdmx_dsm import __version__
from sdmx_dsm.web.codings import Coding
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.conditions import entity_tag, http_date
from sdmx_dsm.web.rest.negotiation import Choice, choose_coding
from sdmx_dsm.web.streams import Stream


def tag_of(
    call: Call,
    choice: Choice,
    languages: Iterable[str],
    *state: object,
    revision: int | None = None,
    strong: bool = False,
) -> str:
    parts = (__version__, call.family, choice.format.name, choice.content_type, choice.options, *languages, *state)
    return entity_tag(parts, revision, strong=strong)


def headers_of(
    call: Call,
    choice: Choice,
    languages: tuple[str, ...],
    tag: str,
    file_name: str = "",
    last_modified: datetime | None = None,
) -> dict[str, str]:
    public = "authorization" not in call.request.headers
    headers = {
        "content-type": choice.content_type,
        "content-language": ", ".join(call.known_languages if languages == ("*",) else languages),
        "vary": "Accept, Accept-Encoding, Accept-Language, Authorization",
        "cache-control": "no-cache" if public else "private, no-cache",
        "etag": tag,
    }
    if last_modified:
        headers["last-modified"] = http_date(last_modified)
    if choice.file:
        name = file_name.replace("*", "all") or "sdmx"
        headers["content-disposition"] = f'attachment; filename="{name}.{choice.format.extension}"'
    return headers


def coding_of(call: Call, choice: Choice) -> Coding:
    """How an answer is packed; what is compressed in itself is not packed again. Raises NotAcceptable."""
    coding = choose_coding(call.request.headers.get("accept-encoding"), call.target)
    return "" if choice.format.binary else coding


def stream(call: Call, choice: Choice, pieces: Iterable[bytes], headers: Mapping[str, str]) -> Response:
    return Stream(pieces, headers, coding=coding_of(call, choice))
