"""Requests to other services, for files that may be hostile and addresses that may lead where they should not.

    with fetched(url, limits) as path: …    the body of an answer, in a file

An address is resolved once, judged, and connected to as it was judged: also each one that an answer leads on to. Those of this
machine and of private networks are refused unless the settings allow them."""

import ipaddress
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from sdmx_dsm import __version__
from sdmx_dsm.errors import DsmError, Forbidden, NotFound, TooLarge, Unauthorised, Unavailable
from sdmx_dsm.settings import Settings

_MOST_REDIRECTS: Final = 5
_REFUSALS: Final[Mapping[int, type[DsmError]]] = {401: Unauthorised, 403: Forbidden, 404: NotFound}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    max_bytes: int
    timeout_seconds: float = 120.0
    allow_private: bool = False


def limits_of(settings: Settings) -> FetchLimits:
    return FetchLimits(max_bytes=settings.max_upload_bytes, allow_private=settings.allow_private_addresses)


class GuardedTransport(httpx.BaseTransport):
    """Connects to the address that it has judged, by number: a name that changes its mind in between leads nowhere."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        address = self._judged(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()

    def _judged(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpx.ConnectError(f"the name {host} is not known") from error
        addresses = [str(entry[4][0]) for entry in found]
        inward = [address for address in addresses if not ipaddress.ip_address(address.partition("%")[0]).is_global]
        if inward and not self._allow_private:
            named = inward[0] if host == inward[0] else f"{host} ({inward[0]})"
            raise Forbidden(
                f"{named} is an address of this machine or of a private network: it is asked only where"
                " DSM_ALLOW_PRIVATE_ADDRESSES allows that.",
                ru=f"{named} — адрес этой машины или частной сети: обращение к нему возможно, только если"
                " это разрешает DSM_ALLOW_PRIVATE_ADDRESSES.",
            )
        return addresses[0]


def guarded_client(limits: FetchLimits) -> httpx.Client:
    """For requests to any address; each one is judged."""
    return httpx.Client(
        transport=GuardedTransport(allow_private=limits.allow_private),
        timeout=limits.timeout_seconds,
        headers={"User-Agent": f"sdmx-dsm/{__version__}"},
        trust_env=False,
    )


@contextmanager
def fetched(url: str, limits: FetchLimits, headers: Mapping[str, str] | None = None) -> Iterator[Path]:
    """The body of the answer to a GET, unpacked, in a file that is gone afterwards.

    Raises Forbidden, NotFound, Unauthorised as the service refuses; TooLarge; Unavailable for all else."""
    with tempfile.TemporaryDirectory(prefix="dsm-fetch-") as folder, guarded_client(limits) as client:
        path = Path(folder) / "answer"
        try:
            _download(client, url, path, limits, headers or {})
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{url} does not answer: {reason_of(error)}.") from error
        yield path


def _download(client: httpx.Client, url: str, path: Path, limits: FetchLimits, headers: Mapping[str, str]) -> None:
    for _ in range(_MOST_REDIRECTS + 1):
        if not url.startswith(("http://", "https://")):
            raise Unavailable(f"“{url}” is not an address that can be asked; one with http:// or https:// is expected.")
        with client.stream("GET", url, headers=headers) as response:
            if response.is_redirect and "location" in response.headers:
                # Joined by hand: the request's address is a number by now.
                url = str(httpx.URL(url).join(response.headers["location"]))
                continue
            if response.is_error:
                response.read()
                refusal = _REFUSALS.get(response.status_code, Unavailable)
                raise refusal(f"{url} answers {response.status_code}: {_excerpt(response.text)}")
            size = 0
            with path.open("wb") as file:
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > limits.max_bytes:
                        raise TooLarge(
                            f"{url} sends more than {limits.max_bytes} bytes, the limit DSM_MAX_UPLOAD_BYTES."
                        )
                    file.write(piece)
            return
    raise Unavailable(f"{url} leads on more than {_MOST_REDIRECTS} times.")


def reason_of(error: Exception) -> str:
    """Why nothing answers, without the numbers of the operating system."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)).rstrip(".") or type(error).__name__


def _excerpt(text: str) -> str:
    """The words of an answer, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:200] or "without a word."
