"""Validators and conditions: ETag, Last-Modified, If-None-Match, If-Modified-Since."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from starlette.requests import Request

from sdmx_dsm.errors import QuerySyntaxError

_MOST_TAGS: Final = 20


def entity_tag(parts: Iterable[object], revision: int | None = None, *, strong: bool = False) -> str:
    """A strong tag stands for the very bytes. A weak one does not: the same content may be prepared at another time or compressed
    in another way. `revision`: that of the registry which was read, for `seen_revisions`."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16).hexdigest()
    tag = f'"{digest}"' if revision is None else f'"{digest}.{revision}"'
    return tag if strong else f"W/{tag}"


def seen_revisions(header: str) -> list[int]:
    """The revisions of the registry that the tags in an If-Match name; others than ours name none.

    Raises QuerySyntaxError for very many: each is looked up for each artefact."""
    revisions = [int(number) for number in re.findall(r'"[0-9a-f]{32}\.([0-9]{1,18})"', header)]
    if len(revisions) > _MOST_TAGS:
        raise QuerySyntaxError(
            f"If-Match has {len(revisions)} tags: expected are at most {_MOST_TAGS}.",
            ru=f"В If-Match меток: {len(revisions)}; ожидается не больше {_MOST_TAGS}.",
        )
    return revisions


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def is_current(request: Request, tag: str, last_modified: datetime | None = None) -> bool:
    """Whether the caller's copy is still good. With If-None-Match the date says nothing (RFC 9110, 13.1.3); nobody keeps what
    POST answers."""
    if request.method == "POST":
        return False
    if (known := request.headers.get("if-none-match")) is not None:
        bare = tag.removeprefix("W/")
        return any(candidate.strip().removeprefix("W/") == bare for candidate in known.split(","))
    since = _moment(request.headers.get("if-modified-since", ""))
    return since is not None and last_modified is not None and last_modified.replace(microsecond=0) <= since


def may_continue(request: Request, tag: str, last_modified: datetime | None) -> bool:
    """Whether a part may be added to what the caller has: what If-Range names, where it is there, is what there still is. A date
    has to be exactly the one that was sent (RFC 9110, 13.1.5)."""
    known = request.headers.get("if-range")
    return known is None or known.strip() in (tag, last_modified and http_date(last_modified))


def _moment(text: str) -> datetime | None:
    """An HTTP date, or the RFC 3339 date-time that the OpenAPI description asks for. None for anything else."""
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = parse(text)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
