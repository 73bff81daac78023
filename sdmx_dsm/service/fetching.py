"""Requests to other services, for files that may be hostile and addresses that may lead where they should not.

    with fetched(url, limits) as path: …    the body of an answer, in a file
    post(url, body, content_type, limits)   tells something: the status of the answer

An address is resolved once, judged, and connected to as it was judged: also each one that an answer leads on to. Those of this
machine and of private networks are refused unless the settings allow them."""

import ipaddress
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
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
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = judged(host, port, allow_private=self._allow_private)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def judged(host: str, port: int, *, allow_private: bool) -> str:
    """The number to connect to. Raises Forbidden where one of a name's addresses is not to be asked, httpx.ConnectError for a
    name that nobody knows."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"the name {host} is not known") from error
    addresses = [str(entry[4][0]) for entry in found]
    inward = [address for address in addresses if not _is_public(ipaddress.ip_address(address.partition("%")[0]))]
    if inward and not allow_private:
        raise _refused(host, inward[0])
    return addresses[0]


def refuse_private(url: str) -> None:
    """Raises Forbidden for an address that says by itself that it is one of this machine or of a private network."""
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host.rstrip(".").lower() == "localhost" else host)
    except ValueError:  # a name, which tells nothing before it is looked up
        return
    if not _is_public(address):
        raise _refused(host, str(address))


def _refused(host: str, address: str) -> Forbidden:
    named = address if host == address else f"{host} ({address})"
    return Forbidden(
        f"{named} is an address of this machine or of a private network: it is asked only where"
        " DSM_ALLOW_PRIVATE_ADDRESSES allows that.",
        ru=f"{named} — адрес этой машины или частной сети: обращение к нему возможно, только если"
        " это разрешает DSM_ALLOW_PRIVATE_ADDRESSES.",
    )


# Addresses of IPv6 that stand for one of IPv4, which may be anywhere: NAT64, Teredo, 6to4, the old compatible ones.
_DISGUISED: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "2001::/32", "2002::/16", "::/96")))


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _is_public(address.ipv4_mapped)
        if any(address in network for network in _DISGUISED):
            return False
        if address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


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
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
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


def post(url: str, body: bytes, content_type: str, limits: FetchLimits) -> int:
    """The status of the answer to a POST. Redirections are not followed, and nothing is read of the answer.

    Raises Forbidden for an address that is not to be asked, Unavailable where nobody answers within `timeout_seconds`, which is
    for all of it: an answer that trickles holds nobody."""
    try:
        return anyio.run(_post, url, body, content_type, limits)
    except TimeoutError as error:
        raise Unavailable(f"{url} does not answer within {limits.timeout_seconds:g} seconds.") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        raise Unavailable(f"{url} does not answer: {reason_of(error)}.") from error


async def _post(url: str, body: bytes, content_type: str, limits: FetchLimits) -> int:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    with anyio.fail_after(limits.timeout_seconds):
        judge = partial(judged, host, port, allow_private=limits.allow_private)
        address = await anyio.to_thread.run_sync(judge, abandon_on_cancel=True)
        headers = {
            "Host": parts.netloc.rpartition("@")[2],
            "Content-Type": content_type,
            "User-Agent": f"sdmx-dsm/{__version__}",
        }
        target = httpx.URL(url).copy_with(host=address)
        async with (
            httpx.AsyncClient(trust_env=False, timeout=limits.timeout_seconds) as client,
            client.stream("POST", target, content=body, headers=headers, extensions={"sni_hostname": host}) as response,
        ):
            return response.status_code


def reason_of(error: Exception) -> str:
    """Why nothing answers, without the numbers of the operating system."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)).rstrip(".") or type(error).__name__


def _excerpt(text: str) -> str:
    """The words of an answer, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())[:200] or "without a word."
