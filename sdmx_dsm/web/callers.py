"""Who calls, and by which address: the viewer that the Authorization header stands for, and the address that links begin with."""

import base64
import binascii

from starlette.requests import Request

from sdmx_dsm.errors import Unauthorised
from sdmx_dsm.model import PUBLIC, Viewer
from sdmx_dsm.service import Hub, people


def viewer_of(request: Request, hub: Hub) -> Viewer:
    """`Bearer TOKEN`, or Basic with the token as the password; the public without the header. Raises Unauthorised."""
    header = request.headers.get("authorization")
    if header is None:
        return PUBLIC
    scheme, _, credentials = header.partition(" ")
    match scheme.lower():
        case "bearer":
            return people.viewer_of_token(hub, credentials.strip())
        case "basic":
            return people.viewer_of_token(hub, _password(credentials.strip()))
        case _:
            raise Unauthorised(f"Authorization by “{scheme}” is not known here: send “Authorization: Bearer …”.")


def base_url(request: Request) -> str:
    """Without a slash at its end: that of the settings, else the one that the caller used."""
    hub: Hub = request.app.state.hub
    return hub.settings.base_url.rstrip("/") or str(request.base_url).rstrip("/")


def _password(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthorised("The Authorization header is not of the form that Basic has.") from None
