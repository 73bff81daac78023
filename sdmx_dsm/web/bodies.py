"""Bodies of requests: spooled to a file with the limit kept while they are read."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from sdmx_dsm.errors import QuerySyntaxError, TooLarge
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.responses import SenderSilent

# What the other fields and the frame of a multipart body may take beside the file.
_FORM_BYTES: Final = 64 * 1024
_MOST_STRUCTURES: Final = 16
SILENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. `path` lives as long as the context of `received`, and so do `structures`, the files of the parts of
    that name; `fields` came with it."""

    path: Path
    file_name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    structures: tuple[Path, ...] = ()


@asynccontextmanager
async def received(request: Request, settings: Settings) -> AsyncIterator[Upload]:
    """The file of a request: the body itself, or the part `file` of a multipart form, beside which there may be parts
    `structures`.

    Raises TooLarge as soon as the body passes DSM_MAX_UPLOAD_BYTES, SenderSilent when nothing comes for `SILENCE_SECONDS`,
    QuerySyntaxError for a form without a file."""
    folder = Path(await run_in_threadpool(tempfile.mkdtemp, prefix="dsm-upload-", dir=settings.data_path))
    try:
        path = folder / "body"
        if request.headers.get("content-type", "").lower().startswith("multipart/"):
            yield await _from_form(request, settings, path)
        else:
            _check_announced(request, settings.max_upload_bytes, 0)
            await _from_body(request, settings.max_upload_bytes, path)
            yield Upload(path, _file_name(request.query_params.get("file_name", "")) or "body")
    except ClientDisconnect:
        raise SenderSilent(
            "The connection was closed before the file was complete.",
            ru="Соединение закрыто до того, как файл поступил полностью.",
        ) from None
    finally:
        await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)


async def _from_body(request: Request, limit: int, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for piece in Request(request.scope, lambda: next_message(request)).stream():
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            await run_in_threadpool(file.write, piece)


async def _from_form(request: Request, settings: Settings, path: Path) -> Upload:
    _check_announced(request, settings.max_upload_bytes, _FORM_BYTES)
    size = 0

    async def receive() -> Message:
        nonlocal size
        message = await next_message(request)
        size += len(message.get("body", b""))
        if size > settings.max_upload_bytes + _FORM_BYTES:
            raise _too_large(settings.max_upload_bytes)
        return message

    most = {"max_files": 1 + _MOST_STRUCTURES, "max_fields": 32, "max_part_size": _FORM_BYTES}
    async with Request(request.scope, receive).form(**most) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise QuerySyntaxError(
                "The form has no file: send it as the part “file”.",
                ru="В форме нет файла: он ожидается в части «file».",
            )
        if (file.size or 0) > settings.max_upload_bytes:
            raise _too_large(settings.max_upload_bytes)
        await run_in_threadpool(_copy, file, path)
        structures: list[Path] = []
        for number, part in enumerate(form.getlist("structures")):
            if isinstance(part, UploadFile):
                structures.append(path.with_name(f"structures-{number}"))
                await run_in_threadpool(_copy, part, structures[-1])
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        return Upload(path, _file_name(file.filename or "") or "body", fields, tuple(structures))


async def next_message(request: Request) -> Message:
    """The next message of a body."""
    try:
        with anyio.fail_after(SILENCE_SECONDS):
            return await request.receive()
    except TimeoutError:
        raise SenderSilent(
            f"Nothing came for {SILENCE_SECONDS:g} seconds; send the file again.",
            ru=f"Данные не поступали (секунд: {SILENCE_SECONDS:g}); отправьте файл ещё раз.",
        ) from None


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target)


def _check_announced(request: Request, limit: int, frame: int) -> None:
    """Refuses by Content-Length, before anything is read. `frame`: bytes that may come around the file."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit + frame:
        raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The file is larger than {limit} bytes, the limit DSM_MAX_UPLOAD_BYTES.",
        ru=f"Файл больше предела DSM_MAX_UPLOAD_BYTES; предел в байтах: {limit}.",
        setting="DSM_MAX_UPLOAD_BYTES",
    )


def _file_name(sent: str) -> str:
    """The last part of a name that a caller sent, without what could harm a header or a page."""
    name = sent.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:200]
