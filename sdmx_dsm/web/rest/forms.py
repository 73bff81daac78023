"""Queries that are too long for an address: sent as a form to the address of the data, as the .Stat Suite does it.

    POST /sdmx/v1/data/{flow}/body                                      key=A.MD+KG.....
    POST /sdmx/v2/data/dataflow/{agency}/{id}/{version}/body            key=A.MD.*,A.KG.*

The field `key` stands in the place of the segment `body`; all others are parameters, written as in an address. Such a request
reads, and is heard from pages of any site as GET is. What is sent to the same addresses in other types are data."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.types import Message

from sdmx_dsm.errors import QuerySyntaxError, TooLarge
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.bodies import next_message
from sdmx_dsm.web.rest.targets import Target, plain_signs, root_of, split_target

_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_RESOURCES: Final = ("data", "availability", "availableconstraint")
_PLACE: Final = "body"  # the segment that the key stands for
_MOST_FIELDS: Final = 100
_IN_KEYS: Final = "%,+*~:.@$!"


def is_query(request: Request) -> bool:
    """Whether a request is a query in a form: by its method, its type, and an address that names more than a resource."""
    root = root_of(request.scope["path"])
    if request.method != "POST" or root is None or _type_of(request) not in (_URLENCODED, _MULTIPART):
        return False
    resource, *rest = request.scope["path"].removeprefix(root).strip("/").split("/")
    return resource in _RESOURCES and bool(rest)


async def posted_target(request: Request, root: str, settings: Settings) -> Target:
    """The target with what the form says. Raises TooLarge for one of more than DSM_MAX_QUERY_BYTES, QuerySyntaxError."""
    body = await _body(request, settings.max_query_bytes)
    if _type_of(request) == _MULTIPART:
        body = await _as_query_string(request, body)
    sent = split_target(b"", body, "").parameters
    asked = split_target(
        request.scope["raw_path"], request.scope["query_string"], request.scope.get("root_path", "") + root
    )
    keys = [value for name, value in sent if name == "key"]
    others = tuple((name, value) for name, value in sent if name != "key")
    if (asked.segments[-1] == _PLACE) != bool(keys) or len(keys) > 1:
        raise QuerySyntaxError(
            "The key of a query in a form is its one field “key”, and stands for the segment “body” at the end of the address.",
            ru="Ключ запроса в форме — её единственное поле «key»; в адресе вместо него стоит последний сегмент «body».",
        )
    segments = (*asked.segments[:-1], plain_signs(keys[0])) if keys else asked.segments
    return Target(segments, (*asked.parameters, *others))


async def _body(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for piece in Request(request.scope, lambda: next_message(request)).stream():
        body += piece
        if len(body) > limit:
            raise TooLarge(
                f"The query is longer than {limit} bytes, the limit DSM_MAX_QUERY_BYTES.",
                ru=f"Запрос длиннее предела DSM_MAX_QUERY_BYTES; предел в байтах: {limit}.",
                setting="DSM_MAX_QUERY_BYTES",
            )
    return bytes(body)


async def _as_query_string(request: Request, body: bytes) -> bytes:
    """The fields of a multipart form. Its key is a piece of an address already, the values of parameters are not."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async with Request(request.scope, receive).form(
        max_files=0, max_fields=_MOST_FIELDS, max_part_size=len(body)
    ) as form:
        fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return "&".join(
        f"{quote(name)}={quote(value, safe=_IN_KEYS if name == 'key' else '')}" for name, value in fields
    ).encode()


def _type_of(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
