"""In which encoding a text file is, and its bytes as UTF-8.

A byte order mark tells; without one a file that is valid UTF-8 is UTF-8. What is not may be windows-1251 or windows-1252, in
which Excel saves "CSV" on a Russian or western machine: told apart by whether letters beyond ASCII make whole words
(Cyrillic) or stand among ASCII letters (é, ü). Where neither is plain the file is refused: a guess could be wrong in
every name."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sdmx_dsm.errors import ReadError

BLOCK_BYTES: Final = 1 << 20
SAMPLE_BYTES: Final = 2 << 20

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# What the two code pages have in common or use beside letters: dashes, quotation marks, NBSP, §, ©, «, °, ±, ·, №, »
PUNCTUATION: Final = bytes.fromhex(
    "82 84 85 86 87 88 89 8b 91 92 93 94 95 96 97 99 9b a0 a4 a6 a7 a9 ab ac ad ae b0 b1 b6 b7 b9 bb"
)
# Letters of windows-1251: the Russian alphabet, then Ё ё and what Belarusian, Ukrainian and Kazakh texts add to it
CYRILLIC: Final = bytes(range(0xC0, 0x100)) + bytes.fromhex("a8 b8 a1 a2 a5 b4 aa ba af bf b2 b3")
HIGH: Final = bytes(range(0x80, 0x100))
WORD: Final = re.compile(b"[A-Za-z]*[" + re.escape(CYRILLIC) + b"][A-Za-z" + re.escape(CYRILLIC) + b"]*")
UTF8_SEQUENCE: Final = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# In windows-1251 capital letters come first (C0-DF, then E0-FF), in KOI8-R they come last: there "Да" looks like "дА".
CAPITAL_THEN_SMALL: Final = re.compile(rb"[\xc0-\xdf][\xe0-\xff]")
SMALL_THEN_CAPITAL: Final = re.compile(rb"[\xe0-\xff][\xc0-\xdf]")

REMEDY: Final = "Save the file as “CSV UTF-8” and send it again."
REMEDY_RU: Final = "Сохраните файл как «CSV UTF-8» и отправьте ещё раз."


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's name, `name` the one for people, `mark` the length of the byte order mark."""

    codec: str
    name: str
    mark: int = 0


def encoding_of(head: bytes) -> Encoding:
    """What the first four bytes say: a byte order mark, or every other one a zero; else UTF-8, which may prove wrong."""
    for mark, codec, name in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return Encoding(codec, name, len(mark))
    zeros = [not byte for byte in head[:4]]
    if zeros == [False, True, False, True]:
        return Encoding("utf-16-le", "UTF-16")
    if zeros == [True, False, True, False]:
        return Encoding("utf-16-be", "UTF-16")
    return Encoding("utf-8", "UTF-8")


def detect_encoding(path: Path) -> Encoding:
    """Reads the file to its end where no byte order mark tells. Raises ReadError when it is empty, no text, or can't be told."""
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise ReadError("The file is empty.", ru="Файл пуст.", line=1)
    encoding = encoding_of(head)
    if encoding.codec != "utf-8":
        return encoding
    fault = _first_invalid(path, encoding)
    if fault is None:
        return encoding
    if encoding.mark:
        raise _undecodable(encoding, _line_at(path, fault))
    return _code_page(path, fault)


def utf8_blocks(path: Path, encoding: Encoding, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
    """The text of the file as UTF-8, without byte order mark; a block may end inside of a line.

    Raises ReadError with the line of a byte that the encoding does not have, or of a NUL."""
    decoder = None if encoding.codec == "utf-8" else codecs.getincrementaldecoder(encoding.codec)("strict")
    line = 1
    with path.open("rb") as file:
        file.seek(encoding.mark)
        while True:
            block = file.read(block_bytes)
            if decoder:
                try:
                    text = decoder.decode(block, final=not block)
                except UnicodeDecodeError as error:
                    before = error.object[: error.start].decode(encoding.codec, "ignore")
                    raise _undecodable(encoding, line + before.count("\n")) from error
                # "surrogatepass" can't occur: a strict UTF-16 decoder refuses lone surrogates.
                utf8 = text.encode()
            else:
                utf8 = block
            if b"\0" in utf8:
                raise ReadError(
                    "The file has bytes of value 0 in it: it is no text. Save the table as “CSV UTF-8”.",
                    ru="В файле есть нулевые байты: это не текст. Сохраните таблицу как «CSV UTF-8».",
                    line=line + utf8[: utf8.index(b"\0")].count(b"\n"),
                )
            if not block:
                if utf8:
                    yield utf8
                return
            line += utf8.count(b"\n")
            yield utf8


def _first_invalid(path: Path, encoding: Encoding) -> int | None:
    """The offset of the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset = encoding.mark
    with path.open("rb") as file:
        file.seek(encoding.mark)
        while block := file.read(BLOCK_BYTES):
            pending = decoder.getstate()[0]
            if pending or not block.isascii():
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    return offset - len(pending) + error.start
            offset += len(block)
        pending = decoder.getstate()[0]
        return offset - len(pending) if pending else None


def _code_page(path: Path, fault: int) -> Encoding:
    with path.open("rb") as file:
        file.seek(max(0, fault - BLOCK_BYTES))
        sample = file.read(SAMPLE_BYTES)
    high = _count(sample, HIGH)
    letters = _count(sample, CYRILLIC)
    strange = high - letters - _count(sample, PUNCTUATION)
    words = WORD.findall(sample)
    mixed = sum(1 for word in words if word.translate(None, HIGH))
    cyrillic = sum(1 for word in words if len(word) > 1 and not word.translate(None, HIGH))
    as_utf8 = sum(len(sequence) for sequence in UTF8_SEQUENCE.findall(sample))
    looks_koi8 = len(SMALL_THEN_CAPITAL.findall(sample)) > len(CAPITAL_THEN_SMALL.findall(sample))
    line = _line_at(path, fault)
    if as_utf8 * 2 > high or strange * 20 > high or b"\0" in sample:
        raise _untold(line)
    if cyrillic and cyrillic >= 4 * mixed and not looks_koi8:
        return Encoding("cp1251", "windows-1251")
    if mixed >= 4 * cyrillic and (mixed or not letters):
        return Encoding("cp1252", "windows-1252")
    raise _untold(line)


def _count(data: bytes, wanted: bytes) -> int:
    return len(data) - len(data.translate(None, wanted))


def _line_at(path: Path, offset: int) -> int:
    line = 1
    with path.open("rb") as file:
        while offset > 0 and (block := file.read(min(offset, BLOCK_BYTES))):
            line += block.count(b"\n")
            offset -= len(block)
    return line


def _untold(line: int) -> ReadError:
    return ReadError(
        f"The encoding of the file can't be told: line {line} is not UTF-8, and the letters fit neither windows-1251 nor "
        f"windows-1252. {REMEDY}",
        ru=f"Не удалось определить кодировку файла: строка {line} не в UTF-8, а буквы не подходят ни к windows-1251, ни к "
        f"windows-1252. {REMEDY_RU}",
        line=line,
    )


def _undecodable(encoding: Encoding, line: int) -> ReadError:
    return ReadError(
        f"Line {line} holds bytes that are no text in {encoding.name}. {REMEDY}",
        ru=f"В строке {line} есть байты, которые не являются текстом в кодировке {encoding.name}. {REMEDY_RU}",
        line=line,
    )
