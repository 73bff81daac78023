"""Requests to other services, for files that may be hostile and addresses that may lead where they should not.

    with fetched(url, limits) as path: …    the body of an answer, in a file
    post(url, body, content_type, limits)   tells something: the status of the answer

An address is resolved once, judged, and connected to as it was judged: also each one that an answer leads on to. Those of this
machine and of private networks are refused unless the settings allow them."""

import ipaddress
import re
import socket
import tempfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
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
_GZIP: Final = 16 + zlib.MAX_WBITS  # what zlib calls it
_PIECE_BYTES: Final = 1 << 20
_EXCERPT_BYTES: Final = 10_000
_REFUSALS: Final[Mapping[int, type[DsmError]]] = {401: Unauthorised, 403: Forbidden, 404: NotFound}


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """`timeout_seconds`: how long nothing may come. `most_seconds`: for the whole answer to a GET, with all that it leads on to,
    however it trickles."""

    max_bytes: int
    timeout_seconds: float = 120.0
    most_seconds: float = 3600.0
    allow_private: bool = False


def limits_of(settings: Settings) -> FetchLimits:
    return FetchLimits(max_bytes=settings.max_upload_bytes, allow_private=settings.allow_private_addresses)


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


@asynccontextmanager
async def _asked(
    method: str, url: str, limits: FetchLimits, headers: Mapping[str, str], body: bytes | None = None
) -> AsyncIterator[httpx.Response]:
    """An answer of which nothing but its head is read. The connection goes to the address that was judged, by number: a name that
    changes its mind in between leads nowhere."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    judge = partial(judged, host, port, allow_private=limits.allow_private)
    address = await anyio.to_thread.run_sync(judge, abandon_on_cancel=True)
    own = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": f"sdmx-dsm/{__version__}"}
    async with (
        httpx.AsyncClient(trust_env=False, timeout=limits.timeout_seconds) as client,
        client.stream(
            method,
            httpx.URL(url).copy_with(host=address),
            content=body,
            headers={**own, **headers},
            extensions={"sni_hostname": host},
        ) as response,
    ):
        yield response


@contextmanager
def fetched(url: str, limits: FetchLimits, headers: Mapping[str, str] | None = None) -> Iterator[Path]:
    """The body of the answer to a GET, unpacked, in a file that is gone afterwards.

    Raises Forbidden, NotFound, Unauthorised as the service refuses; TooLarge; Unavailable for all else."""
    with tempfile.TemporaryDirectory(prefix="dsm-fetch-") as folder:
        path = Path(folder) / "answer"
        try:
            anyio.run(_download, url, path, limits, headers or {})
        except TimeoutError as error:
            raise Unavailable(
                f"{url} has not sent all of its answer within {limits.most_seconds:g} seconds."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, zlib.error) as error:
            raise Unavailable(f"{url} does not answer: {reason_of(error)}.") from error
        yield path


async def _download(url: str, path: Path, limits: FetchLimits, headers: Mapping[str, str]) -> None:
    with anyio.fail_after(limits.most_seconds):
        for _ in range(_MOST_REDIRECTS + 1):
            if not url.startswith(("http://", "https://")):
                raise Unavailable(
                    f"“{url}” is not an address that can be asked; one with http:// or https:// is expected."
                )
            async with _asked("GET", url, limits, {**headers, "Accept-Encoding": "gzip"}) as response:
                if response.is_redirect and "location" in response.headers:
                    # Joined by hand: the request's address is a number by now.
                    url = str(httpx.URL(url).join(response.headers["location"]))
                    continue
                if response.is_error:
                    refusal = _REFUSALS.get(response.status_code, Unavailable)
                    raise refusal(f"{url} answers {response.status_code}: {await _excerpt(response)}")
                size = 0
                with path.open("wb") as file:
                    async for piece in _unpacked(response):
                        size += len(piece)
                        if size > limits.max_bytes:
                            raise TooLarge(
                                f"{url} sends more than {limits.max_bytes} bytes, the limit DSM_MAX_UPLOAD_BYTES."
                            )
                        file.write(piece)
                return
    raise Unavailable(f"{url} leads on more than {_MOST_REDIRECTS} times.")


async def _unpacked(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body in pieces that are small whatever is packed in them.

    Raises ValueError, zlib.error for what breaks off, or is packed in a way that was not asked for."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        async for piece in response.aiter_raw():
            yield piece
        return
    if encoding not in ("gzip", "x-gzip"):
        raise ValueError(f"it is packed as “{encoding}”, where gzip or nothing was asked for")
    inflater = zlib.decompressobj(_GZIP)
    async for piece in response.aiter_raw():
        packed = piece
        while packed:
            if inflater.eof:  # another file behind the first, as gzip allows
                inflater = zlib.decompressobj(_GZIP)
            yield inflater.decompress(packed, _PIECE_BYTES)
            packed = inflater.unconsumed_tail or inflater.unused_data
    if not inflater.eof:
        raise ValueError("the answer breaks off")


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
    with anyio.fail_after(limits.timeout_seconds):
        async with _asked("POST", url, limits, {"Content-Type": content_type}, body) as response:
            return response.status_code


def reason_of(error: Exception) -> str:
    """Why nothing answers, without the numbers of the operating system."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error)).rstrip(".") or type(error).__name__


async def _excerpt(response: httpx.Response) -> str:
    """The first words of an answer, without its tags, and without signs that steer a terminal."""
    body = b""
    async for piece in _unpacked(response):
        body += piece
        if len(body) > _EXCERPT_BYTES:
            break
    words = re.sub(r"<[^>]*>", " ", body[:_EXCERPT_BYTES].decode(errors="replace")).split()
    return "".join(sign for sign in " ".join(words) if sign.isprintable())[:200] or "without a word."
