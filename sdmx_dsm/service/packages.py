"""Structure files in zip files, which stand for folders: read within bounds, and written.

A zip file comes from anywhere. Its directory is looked at before it is read, and everything in it before anything is unpacked;
what is unpacked gets names of ours."""

import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Final

from sdmx_dsm.errors import NotFound, ReadError, TooLarge
from sdmx_dsm.model import Maintainable
from sdmx_dsm.service.content import SUFFIXES, find_files, read_file

MAX_ENTRIES: Final = 10_000
_MAX_DIRECTORY_BYTES: Final = MAX_ENTRIES * 512
_END: Final = struct.Struct("<4s4H2LH")  # of the directory, the last record of the file but for a comment
_SIGNATURE: Final = b"PK\x05\x06"
_LOCATOR_64: Final = b"PK\x06\x07"  # of a directory in another form, for more than 65,535 files
_LOCATOR_64_BYTES: Final = 20
_MAX_COMMENT_BYTES: Final = 0xFFFF
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the same artefacts make the same file


@dataclass(frozen=True, slots=True)
class File:
    """A structure file at hand, and what it is called: `pack.zip/codelists/SEX.xml` for one out of a zip file."""

    path: Path
    name: str


@contextmanager
def structure_files(paths: Iterable[Path], max_unpacked_bytes: int) -> Iterator[list[File]]:
    """The files named, and the .xml and .json files in the folders and zip files named; for as long as the context lasts.

    Raises NotFound where there is none, ReadError and TooLarge for a zip file that can't be trusted."""
    with TemporaryDirectory() as folder:
        given = tuple(paths)
        packed = [path for path in given if path.is_file() and zipfile.is_zipfile(path)]
        others = [path for path in given if path not in packed]
        found = [File(path, str(path)) for path in (find_files(others) if others else ())]
        for path in packed:
            found += _unpacked(path, Path(folder), len(found), max_unpacked_bytes)
        yield found


def read_paths(paths: Iterable[Path], max_unpacked_bytes: int) -> list[Maintainable]:
    """The artefacts of all files of `structure_files`. Raises what that raises, and ReadError for a file that can't be read."""
    with structure_files(paths, max_unpacked_bytes) as files:
        return [artefact for file in files for artefact in read_file(file.path, file.name)]


def _unpacked(path: Path, folder: Path, first: int, max_bytes: int) -> Iterator[File]:
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(path, entries, max_bytes)
            wanted = [entry for entry in entries if PurePosixPath(entry.filename).suffix in SUFFIXES]
            if not wanted:
                raise NotFound(f"There are no structure files in {path}.")
            for number, entry in enumerate(sorted(wanted, key=lambda entry: entry.filename), first):
                target = folder / f"{number}{PurePosixPath(entry.filename).suffix}"
                with archive.open(entry) as packed, target.open("wb") as file:
                    copyfileobj(packed, file)
                yield File(target, f"{path}/{entry.filename}")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise ReadError(
            f"{path} is a damaged zip file, or of a kind that is not read: {error}.", path=str(path)
        ) from error


def _check_directory(path: Path) -> None:
    """Before zipfile reads the directory, all of it at once. Raises TooLarge."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END.size - _MAX_COMMENT_BYTES - _LOCATOR_64_BYTES))
        tail = file.read()
    at = tail.rfind(_SIGNATURE)
    record = tail[at : at + _END.size]
    directory_bytes = _END.unpack(record)[5] if at >= 0 and len(record) == _END.size else 0
    is_64 = at >= _LOCATOR_64_BYTES and tail[at - _LOCATOR_64_BYTES :].startswith(_LOCATOR_64)
    if is_64 or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _too_many(path)


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], max_bytes: int) -> None:
    """What the directory says of the files; zipfile gives no more of one than the size that it says."""
    if len(entries) > MAX_ENTRIES:
        raise _too_many(path)
    if sum(entry.file_size for entry in entries) > max_bytes:
        raise TooLarge(
            f"{path} unpacks to more than {max_bytes} bytes, the limit DSM_MAX_UNPACKED_BYTES.",
            setting="DSM_MAX_UNPACKED_BYTES",
        )
    for entry in entries:
        if entry.flag_bits & 1:
            raise ReadError(f"{path} needs a password for {entry.filename}: pack it without one.", path=str(path))
        if entry.compress_type not in _COMPRESSIONS:  # LZMA takes memory as a file demands
            raise ReadError(f"{path} is packed in a way that is not read: pack it with Deflate.", path=str(path))
        if _leads_out(entry.filename):
            raise ReadError(f"{path} holds a file that leads out of it: {entry.filename}.", path=str(path))


def _leads_out(name: str) -> bool:
    posix, windows = PurePosixPath(name), PureWindowsPath(name)
    return ".." in windows.parts or posix.is_absolute() or bool(windows.drive or windows.root)


def _too_many(path: Path) -> TooLarge:
    return TooLarge(f"{path} holds more than {MAX_ENTRIES} files: unpack it, and name the folder.")


def write_zip(files: Iterable[tuple[str, Iterable[bytes]]], path: Path) -> int:
    """Files by their names, with their pieces, as a zip file that is there when it is whole. Returns how many."""
    count = 0
    partial = path.with_name(f"{path.name}.part")
    try:
        with zipfile.ZipFile(partial, "w") as archive:
            for name, pieces in files:
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w") as file:
                    file.writelines(pieces)
                count += 1
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count
