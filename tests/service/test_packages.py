"""Zip files of structures: read like folders, refused in a sentence when they can't be trusted."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sdmx_dsm.errors import DsmError, NotFound, ReadError, TooLarge
from sdmx_dsm.service import packages
from sdmx_dsm.service.packages import read_paths, structure_files, write_zip

SEX = Path("structures/codelists/SDMX_CL_SEX.xml")
FREQ = Path("structures/codelists/SDMX_CL_FREQ.xml")
LIMIT = 1_000_000


def packed(path: Path, *entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return packed(
        tmp_path / "pack.zip",
        ("deep/er/sex.xml", SEX.read_bytes()),
        ("freq.xml", FREQ.read_bytes()),
        ("notes.txt", b"not a structure"),
        ("empty/", b""),
    )


def test_a_zip_file_is_read_like_a_folder(good: Path) -> None:
    assert [artefact.id for artefact in read_paths([good], LIMIT)] == ["CL_SEX", "CL_FREQ"]
    assert [artefact.id for artefact in read_paths([FREQ, good], LIMIT)] == ["CL_FREQ", "CL_SEX", "CL_FREQ"]


def test_a_file_in_it_is_called_by_its_place_and_gone_afterwards(good: Path) -> None:
    with structure_files([good], LIMIT) as files:
        assert [file.name for file in files] == [f"{good}/deep/er/sex.xml", f"{good}/freq.xml"]
        unpacked = [file.path for file in files]
    assert not any(path.exists() for path in unpacked)


def test_a_faulty_file_in_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"pack.zip/a/wrong.xml: ."):
        read_paths([packed(tmp_path / "pack.zip", ("a/wrong.xml", b"<a>"))], LIMIT)


@pytest.mark.parametrize(
    "name",
    ["../out.xml", "a/../../out.xml", "/etc/out.xml", "..\\out.xml", "C:\\out.xml", "C:out.xml", "\\\\host\\out.xml"],
)
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "pack.zip", ("fine.xml", SEX.read_bytes()), (name, b"<a/>"))
    with pytest.raises(ReadError, match="pack.zip holds a file that leads out of it: "):
        read_paths([path], LIMIT)
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["pack.zip"]


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path / "pack.zip", *((f"{n}.xml", b"\0" * 200_000) for n in range(6)))
    assert path.stat().st_size < 10_000
    with pytest.raises(
        TooLarge, match="pack.zip unpacks to more than 1000000 bytes, the limit DSM_MAX_UNPACKED_BYTES."
    ):
        read_paths([path], LIMIT)


def test_a_size_that_is_a_lie_gives_no_more_than_it_says(tmp_path: Path) -> None:
    path = packed(tmp_path / "pack.zip", ("a.xml", b"\0" * 5_000_000))
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", 5_000_000), struct.pack("<L", 100)))
    with pytest.raises(ReadError, match="pack.zip is a damaged zip file"):
        read_paths([path], LIMIT)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "pack.zip", *((f"{n}.xml", b"") for n in range(5)))
    monkeypatch.setattr(packages, "MAX_ENTRIES", 4)
    with pytest.raises(TooLarge, match="pack.zip holds more than 4 files: unpack it, and name the folder."):
        read_paths([path], LIMIT)


def test_a_huge_directory_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "pack.zip", *((f"{n:0>200}.xml", b"") for n in range(100)))
    monkeypatch.setattr(packages, "_MAX_DIRECTORY_BYTES", 1000)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(TooLarge, match="pack.zip holds more than"):
        read_paths([path], LIMIT)


def _encrypted(content: bytes) -> bytes:
    at = content.index(b"PK\x01\x02")
    return content[: at + 8] + b"\x01\x00" + content[at + 10 :]


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (_encrypted, "pack.zip needs a password for a.xml: pack it without one."),
        (
            lambda content: content.replace(b"<a/>", b"<b/>"),
            "pack.zip is a damaged zip file, or of a kind that is not read: ",
        ),
        (lambda content: content.replace(b"\x01\x02", b"\x09\x09"), "pack.zip is a damaged zip file"),
    ],
)
def test_a_damaged_or_locked_file_is_refused_in_a_sentence(
    tmp_path: Path, spoil: Callable[[bytes], bytes], sentence: str
) -> None:
    path = packed(tmp_path / "pack.zip", ("a.xml", b"<a/>"), compression=zipfile.ZIP_STORED)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(DsmError) as refusal:
        read_paths([path], LIMIT)
    assert sentence in refusal.value.message


def test_damage_within_a_compressed_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    """To Python a fault of the decompressor is none of the zip file: it came through."""
    path = packed(tmp_path / "pack.zip", ("a.xml", SEX.read_bytes()))
    content = path.read_bytes()
    for at in range(35, 400, 7):
        path.write_bytes(content[:at] + bytes(255 - byte for byte in content[at : at + 20]) + content[at + 20 :])
        with pytest.raises(ReadError, match="pack.zip is a damaged zip file"):
            read_paths([path], LIMIT)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_packed_otherwise_is_refused_before_it_is_unpacked(tmp_path: Path, compression: int) -> None:
    path = packed(tmp_path / "pack.zip", ("a.xml", SEX.read_bytes()), compression=compression)
    with pytest.raises(ReadError, match="pack.zip is packed in a way that is not read: pack it with Deflate."):
        read_paths([path], LIMIT)


def test_one_without_structures_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There are no structure files in .*pack.zip."):
        read_paths([packed(tmp_path / "pack.zip", ("notes.txt", b""))], LIMIT)


def test_a_written_zip_is_whole_or_not_there_and_the_same_each_time(tmp_path: Path) -> None:
    def failing() -> list[bytes]:
        raise OSError("disk full")

    path, again = tmp_path / "a.zip", tmp_path / "b.zip"
    files = [("codelist/sex.xml", [SEX.read_bytes()])]
    assert [write_zip(files, each) for each in (path, again)] == [1, 1]
    assert path.read_bytes() == again.read_bytes()
    with pytest.raises(OSError, match="disk full"):
        write_zip(((name, failing()) for name in "ab"), path)
    assert [artefact.id for artefact in read_paths([path], LIMIT)] == ["CL_SEX"]
    assert not list(tmp_path.glob("*.part"))
