"""What a form carries so that no other page can send it, and the token that a browser keeps for a visit.

A form holds a number signed by the hub, and the browser the same number in a cookie; who can read neither can't send a form
(the Origin is checked before, by `sdmx_dsm.web.guard`). The key is a file in DSM_DATA_DIR, made when it is first needed."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

FORM_COOKIE: Final = "dsm-form"
TOKEN_COOKIE: Final = "dsm-token"
FORM_SECONDS: Final = 12 * 3600


def load_key(folder: Path) -> str:
    """The key in `folder`/portal-key; all processes on that folder have the same."""
    path = folder / "portal-key"
    if not path.exists():
        fresh = folder / f"portal-key.{secrets.token_hex(8)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(fresh, path)  # whole or not at all: another process may be making it too
        fresh.unlink()
    return path.read_text("ascii")


class Seals:
    """Signs and checks what goes out with forms and cookies."""

    def __init__(self, key: str) -> None:
        self._forms = URLSafeTimedSerializer(key, salt="form")
        self._tokens = URLSafeTimedSerializer(key, salt="token")

    def form_seal(self, request: Request) -> tuple[str, str]:
        """The number in the cookie of this browser (a new one, where it has none) and the seal for the form."""
        number = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
        return number, self._forms.dumps(number)

    def is_ours(self, request: Request, seal: str) -> bool:
        """Whether a form with this seal was given to this browser, and lately."""
        try:
            number = str(self._forms.loads(seal, max_age=FORM_SECONDS))
        except BadData:
            return False
        return hmac.compare_digest(number.encode(), request.cookies.get(FORM_COOKIE, "").encode())

    def sealed_token(self, token: str) -> str:
        return self._tokens.dumps(token)

    def token(self, request: Request) -> str:
        """The token that this browser keeps; "" for none."""
        try:
            found: Any = self._tokens.loads(request.cookies.get(TOKEN_COOKIE, ""), max_age=FORM_SECONDS)
        except BadData:
            return ""
        return str(found)


def keep(response: Response, request: Request, name: str, value: str) -> None:
    """A cookie for this visit that scripts don't see and other sites don't send; an empty value takes it away."""
    if value:
        response.set_cookie(name, value, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    else:
        response.delete_cookie(name, httponly=True, samesite="strict")
