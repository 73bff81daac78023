"""What stands before everything: which callers are heard at all, and the headers that every answer carries.

A service on this machine can be reached from any page that a browser here has open: the Host must be ours, and a request that
changes something must come from our own pages or from no page at all. (A query in a form changes nothing.)"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sdmx_dsm.errors import Forbidden
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.failures import failure
from sdmx_dsm.web.responses import AddressTooLong, ForeignHost
from sdmx_dsm.web.rest.forms import is_query
from sdmx_dsm.web.rest.targets import root_of

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
LOCAL_HOSTS: Final = frozenset(("localhost", "127.0.0.1", "::1"))
# Pages need no script; forms go to ourselves. The referrer stays for our own pages: without it browsers send "Origin: null".
SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
# The SDMX API is public to scripts of any page: it takes no cookies, so nothing is lent to them.
CORS_HEADERS: Final = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Content-Range, Content-Disposition, ETag, Last-Modified, Location, Retry-After, "
    "Accept-Ranges, Content-Language, Preference-Applied, Warning",
}
PREFLIGHT_HEADERS: Final = {
    "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
    "access-control-allow-headers": "Accept, Accept-Language, Authorization, Content-Type, If-Modified-Since, If-None-Match, "
    "If-Range, Prefer, Range, X-Range, *",
    "access-control-max-age": "86400",
    "allow": "GET, HEAD, OPTIONS, POST, PUT, DELETE",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        base = urlsplit(settings.base_url)
        self.hosts = {*LOCAL_HOSTS, settings.host, *([base.hostname] if base.hostname else [])}
        self.origin = f"{base.scheme}://{base.netloc}" if settings.base_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        begun = False
        is_sdmx = root_of(scope["path"]) is not None

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(raw=message["headers"])
                for name, value in {**SECURITY_HEADERS, **(CORS_HEADERS if is_sdmx else {})}.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            self.check(request)
            if is_sdmx and request.method == "OPTIONS":
                await Response(status_code=204, headers=PREFLIGHT_HEADERS)(scope, receive, send_guarded)
            else:
                await self.app(scope, receive, send_guarded)
        except Exception as error:
            if begun:
                raise  # the transfer breaks, and the server logs why
            await failure(request, error, self.settings)(scope, receive, send_guarded)

    def check(self, request: Request) -> None:
        """Raises AddressTooLong, ForeignHost, Forbidden for a request that is not heard."""
        limit = self.settings.max_url_chars
        length = len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"])
        if length > limit:
            raise AddressTooLong(
                f"The address has {length} characters; the limit DSM_MAX_URL_CHARS is {limit}.",
                ru=f"Знаков в адресе: {length}; предел DSM_MAX_URL_CHARS: {limit}.",
            )
        host = request.headers.get("host", "")
        if _host_name(host) not in self.hosts:
            raise ForeignHost(
                f"This service does not answer for the host “{host}”: set DSM_BASE_URL to its public address.",
                ru=f"Эта служба не отвечает от имени узла «{host}»: укажите её внешний адрес в DSM_BASE_URL.",
            )
        origin = request.headers.get("origin")
        ours = (None, self.origin, f"{request.url.scheme}://{host}")
        if request.method not in SAFE and origin not in ours and not is_query(request):
            raise Forbidden(
                f"Pages of {origin} may not change anything here.",
                ru=f"Страницы сайта {origin} не могут ничего здесь менять.",
            )


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
