"""The process that opens a workbook: untrusted bytes in, plain cells out, and nothing else of the house loaded.

    python -P child.py '{"path": ..., "answer": ..., "kind": "zip" | "ole" | "biff", and the fields of Limits}'

It limits its own memory and CPU time first, then reads, and writes one MessagePack document to the file `answer`:

    {"sheets": [{"name", "hidden", "cells": [rows, columns, kinds, texts, indents], "merges": [[row, column, last row,
                last column]], "hidden_rows": [row], "hidden_columns": [column]}]}
    {"refused": reason, and facts for the sentence that the parent makes of it}

Rows and columns count from 1; only cells that hold something are listed. Kinds: n number, s text, b boolean, d date (ISO 8601),
e error (#REF!), f formula whose value the file does not hold. Rules: ECMA-376 part 1, chapter 18; the BIFF records as xlrd
reads them. Our own pass over the .xlsx package, and not a library's: one pass gives values with what libraries leave out
(errors, formulas without value, indents, hidden rows), and memory follows the cells there are, never the size of the sheet."""

import json
import mmap
import os
import posixpath
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

import msgspec
import xlrd

try:
    import resource
except (
    ImportError
):  # Windows: the parent's clock is the only limit on time, and the pass over the package that on memory
    resource = None  # type: ignore[assignment]

MAX_ENTRIES: Final = 10_000
# Sheets of equal cells pack up to 300 to 1; a deflate bomb is near the format's bound of 1032 to 1.
MAX_RATIO: Final = 500
RATIO_COUNTS_FROM_BYTES: Final = 1 << 20

Job = dict[str, Any]


class Refused(Exception):
    """The file will not be read. `reason` is a key of the parent's table of sentences."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, **facts}


@dataclass(slots=True)
class Sheet:
    """What is found on one sheet, cells as columns of equal length."""

    name: str
    hidden: bool
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    @property
    def last_cell(self) -> tuple[int, int]:
        return max(self.rows, default=0), max(self.columns, default=0)

    def add(self, row: int, column: int, kind: str, text: str, indent: int) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.kinds.append(kind)
        self.texts.append(text)
        self.indents.append(indent)

    def answer(self) -> dict[str, object]:
        last_row, last_column = self.last_cell
        # Merged areas do not overlap; what claims to is no workbook that a program wrote, and costs time to follow.
        merges = [(r, c, min(r2, last_row), min(c2, last_column)) for r, c, r2, c2 in self.merges]
        merges = [(r, c, r2, c2) for r, c, r2, c2 in merges if r <= r2 and c <= c2]
        if sum((r2 - r + 1) * (c2 - c + 1) for r, c, r2, c2 in merges) > last_row * last_column:
            raise Refused("damaged", detail=f"merged areas of the sheet {self.name} overlap")
        return {
            "name": self.name,
            "hidden": self.hidden,
            "cells": [self.rows, self.columns, self.kinds, self.texts, self.indents],
            "merges": merges,
            "hidden_rows": [row for row in self.hidden_rows if row <= last_row],
            "hidden_columns": [column for column in self.hidden_columns if column <= last_column],
        }


def within_limits(sheets: Iterable[Sheet], job: Job) -> Iterator[Sheet]:
    """The sheets, until the box that the cells of one span, the cells of all, or their texts (which may repeat one shared
    string) are too large."""
    cells = characters = 0
    for sheet in sheets:
        row, column = sheet.last_cell
        cells += len(sheet.rows)
        characters += sum(map(len, sheet.texts))
        if row * column > job["max_cells"]:
            raise Refused("cells", sheet=sheet.name, row=row, column=column)
        if cells > job["max_cells"]:
            raise Refused("all-cells")
        if characters > job["max_unpacked_bytes"]:
            raise Refused("unpacked")
        yield sheet


def number_text(number: float) -> str:
    """With 15 significant digits, all that Excel keeps; without exponent, and without ".0"."""
    text = f"{number:.15g}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return "0" if text == "-0" else text


def date_text(serial: float, from_1904: bool) -> str | None:
    """A serial number as ISO 8601, with the time of day where there is one; None outside of Excel's calendar."""
    if not 1 <= serial < 2_958_466:
        return None
    # 1900 was no leap year, but day 60 is its 29 February: days before it are one off.
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if serial >= 60 else 31)
    moment = epoch + timedelta(seconds=round(serial * 86400))
    return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat()


def is_date_format(code: str) -> bool:
    """Whether a number format shows a date. Times of day alone stay numbers."""
    first = code.partition(";")[0]
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", first).casefold()
    return "y" in bare or "d" in bare or ("m" in bare and not set(bare) & set("hs"))


# --- .xlsx ------------------------------------------------------------------------------------------------------------

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
BUILT_IN_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
_ESCAPE = re.compile(r"_x(000[9AaDd]|005[Ff])_")  # ST_Xstring


@dataclass(frozen=True, slots=True)
class Styles:
    """By index of a cell's style: whether it shows dates, and how far it indents."""

    dates: list[bool] = field(default_factory=list)
    indents: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Package:
    """The parts of an .xlsx file that are read, within limits."""

    archive: zipfile.ZipFile

    def parse(self, name: str, start: Callable[..., None], end: Callable[..., None], text: Callable[..., None]) -> None:
        """Run a part through expat. Names come as "namespace local"; a part that is missing is an empty one."""
        if name not in self.archive.NameToInfo:
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self.archive.open(name) as part:
            while piece := part.read(1 << 18):
                parser.Parse(piece, False)
        parser.Parse(b"", True)

    def elements(self, name: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Each element of a small part: local name, attributes by local name."""
        found: list[tuple[str, dict[str, str]]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            found.append((_local(tag), {_local(key): value for key, value in attributes.items()}))

        self.parse(name, start, _nothing, _nothing)
        return iter(found)

    def relationships(self, part: str) -> dict[str, tuple[str, str]]:
        """Of a part: id → (kind, name of the part it leads to)."""
        folder, _, name = part.rpartition("/")
        found = {}
        for tag, attributes in self.elements(f"{folder}/_rels/{name}.rels".lstrip("/")):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
        return found


def _nothing(*_: object) -> None:
    pass


def _refuse_doctype(*_: object) -> None:
    raise Refused("doctype")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _is_true(value: str | None) -> bool:
    return value in ("1", "true", "on")


def read_zip(job: Job) -> Iterator[Sheet]:
    try:
        archive = zipfile.ZipFile(job["path"])
    except zipfile.BadZipFile:
        raise Refused("damaged", detail="the end of the file is missing") from None
    with archive:
        check_archive(archive, job)
        names = archive.NameToInfo
        if "xl/workbook.bin" in names:
            raise Refused("other-format", what="an Excel binary workbook (.xlsb)")
        if "mimetype" in names and archive.read("mimetype")[:64].startswith(b"application/vnd.oasis.opendocument"):
            raise Refused("other-format", what="an OpenDocument file (.ods)")
        package = Package(archive)
        book = next((part for kind, part in package.relationships("").values() if kind == "officeDocument"), "")
        if not book or not any(tag == "workbook" for tag, _ in package.elements(book)):
            raise Refused("not-a-workbook", what="it is an archive or another kind of document")
        yield from read_package(package, book, job)


def check_archive(archive: zipfile.ZipFile, job: Job) -> None:
    """Before anything is unpacked. zipfile gives no more of an entry than the size it declares."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > job["max_unpacked_bytes"]:
        raise Refused("unpacked")
    for entry in entries:
        if entry.file_size > RATIO_COUNTS_FROM_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
            raise Refused("ratio", entry=entry.filename, ratio=entry.file_size // max(entry.compress_size, 1))


def read_package(package: Package, book: str, job: Job) -> Iterator[Sheet]:
    relationships = package.relationships(book)
    parts = {kind: part for kind, part in relationships.values() if kind in ("styles", "sharedStrings")}
    styles = read_styles(package, parts.get("styles", ""))
    strings = read_strings(package, parts.get("sharedStrings", ""))
    from_1904 = False
    for tag, attributes in package.elements(book):
        if tag == "workbookPr":
            from_1904 = _is_true(attributes.get("date1904"))
        kind, part = relationships.get(attributes.get("id", ""), ("", ""))
        if tag == "sheet" and kind == "worksheet":
            sheet = Sheet(attributes.get("name", ""), attributes.get("state", "visible") != "visible")
            cells = Cells(sheet, strings, styles, from_1904, job["max_cells"])
            package.parse(part, cells.start, cells.end, cells.characters)
            yield sheet


def read_styles(package: Package, part: str) -> Styles:
    styles = Styles()
    dates = set(BUILT_IN_DATES)
    inside = False  # cellXfs holds what cells refer to; cellStyleXfs, before it, has the same elements
    for tag, attributes in package.elements(part):
        if tag == "numFmt":
            id = int(attributes.get("numFmtId", "0"))
            (dates.add if is_date_format(attributes.get("formatCode", "")) else dates.discard)(id)
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles"):
            inside = tag == "cellXfs"
        elif inside and tag == "xf":
            styles.dates.append(int(attributes.get("numFmtId", "0")) in dates)
            styles.indents.append(0)
        elif inside and tag == "alignment" and styles.indents:
            styles.indents[-1] = int(attributes.get("indent", "0"))
    return styles


def read_strings(package: Package, part: str) -> list[str]:
    """The shared strings, runs joined; phonetic hints (rPh) are no part of the text."""
    strings: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": False}

    def start(tag: str, _: dict[str, str]) -> None:
        name = _local(tag)
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] = True
        state["text"] = name == "t" and not state["phonetic"]

    def end(tag: str) -> None:
        name = _local(tag)
        state["text"] = False
        if name == "si":
            strings.append(unescaped("".join(pieces)))
        elif name == "rPh":
            state["phonetic"] = False

    def characters(text: str) -> None:
        if state["text"]:
            pieces.append(text)

    package.parse(part, start, end, characters)
    return strings


def unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


class Cells:
    """The handlers of one worksheet part."""

    def __init__(self, sheet: Sheet, strings: list[str], styles: Styles, from_1904: bool, max_cells: int) -> None:
        self.sheet, self.strings, self.styles, self.from_1904 = sheet, strings, styles, from_1904
        self.max_cells, self.seen = max_cells, 0
        self.row = self.column = 0
        self.type, self.style = "", 0
        self.formula = self.text = self.phonetic = False
        self.pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self.seen += 1
            if self.seen > self.max_cells:
                raise Refused("cells", sheet=self.sheet.name, row=self.row, column=self.column)
            self.row, self.column = position(attributes["r"]) if "r" in attributes else (self.row, self.column + 1)
            self.type, self.style = attributes.get("t", "n"), int(attributes.get("s", "0"))
            self.formula = False
            self.pieces.clear()
        elif name in ("v", "t"):
            self.text = not self.phonetic
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            check_position(self.row, 1)
            if _is_true(attributes.get("hidden")):
                self.sheet.hidden_rows.add(self.row)
        elif name == "col" and _is_true(attributes.get("hidden")):
            self.sheet.hidden_columns.update(
                range(int(attributes["min"]), min(int(attributes["max"]), LAST_COLUMN) + 1)
            )
        elif name == "mergeCell":
            first, _, last = attributes["ref"].partition(":")
            self.sheet.merges.append((*position(first), *position(last or first)))

    def characters(self, text: str) -> None:
        if self.text:
            self.pieces.append(text)

    def end(self, tag: str) -> None:
        name = _local(tag)
        self.text = False
        if name == "rPh":
            self.phonetic = False
        elif name == "c":
            kind, text = self.value("".join(self.pieces))
            if kind:
                indents = self.styles.indents
                indent = indents[self.style] if self.style < len(indents) else 0
                self.sheet.add(self.row, self.column, kind, text, indent)

    def value(self, raw: str) -> tuple[str, str]:
        """Kind and text; kind "" when there is nothing."""
        if not raw:
            return ("f", "") if self.formula and self.type != "str" else ("", "")
        match self.type:
            case "s":
                text = self.strings[int(raw)]
                return ("s", text) if text else ("", "")
            case "inlineStr" | "str":
                return "s", unescaped(raw)
            case "b":
                return "b", "TRUE" if raw.strip() == "1" else "FALSE"
            case "e":
                return "e", raw
            case "d":
                return "d", raw
        number = float(raw)
        if self.style < len(self.styles.dates) and self.styles.dates[self.style]:
            date = date_text(number, self.from_1904)
            if date:
                return "d", date
        return "n", number_text(number)


def position(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of "B7"."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    row = int(reference[len(letters) :])
    check_position(row, column)
    return row, column


def check_position(row: int, column: int) -> None:
    if not (1 <= column <= LAST_COLUMN and 1 <= row <= LAST_ROW):
        raise ValueError(f"row {row}, column {column}")


# --- .xls -------------------------------------------------------------------------------------------------------------


def read_ole(job: Job) -> Iterator[Sheet]:
    with open(job["path"], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise Refused("password")
    yield from read_biff(job)


def read_biff(job: Job) -> Iterator[Sheet]:
    with open(os.devnull, "w") as nowhere:
        try:
            book = xlrd.open_workbook(job["path"], nowhere, formatting_info=True, on_demand=True, ragged_rows=True)
        except xlrd.XLRDError as error:
            if "Can't find workbook" in str(error):
                raise Refused("not-a-workbook", what="it is another kind of Office document, or cut short") from None
            raise Refused("password" if "encrypted" in str(error) else "damaged", detail=str(error)) from None
        for number in range(book.nsheets):
            yield read_xls_sheet(book, number, job)


def read_xls_sheet(book: Any, number: int, job: Job) -> Sheet:
    source = book.sheet_by_index(number)
    if source.nrows * source.ncols > job["max_cells"]:
        raise Refused("cells", sheet=source.name, row=source.nrows, column=source.ncols)
    sheet = Sheet(source.name, source.visibility != 0)
    for row in range(source.nrows):
        for column, cell in enumerate(source.row(row), 1):
            kind, text = xls_value(cell, book.datemode == 1)
            if kind:
                sheet.add(row + 1, column, kind, text, book.xf_list[cell.xf_index].alignment.indent_level)
    sheet.merges = [(r + 1, c + 1, r2, c2) for r, r2, c, c2 in source.merged_cells]
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
    sheet.hidden_columns = {column + 1 for column, info in source.colinfo_map.items() if info.hidden}
    return sheet


def xls_value(cell: Any, from_1904: bool) -> tuple[str, str]:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return ("s", cell.value) if cell.value else ("", "")
        case xlrd.XL_CELL_NUMBER:
            return "n", number_text(cell.value)
        case xlrd.XL_CELL_DATE:
            date = date_text(cell.value, from_1904)
            return ("d", date) if date else ("n", number_text(cell.value))
        case xlrd.XL_CELL_BOOLEAN:
            return "b", "TRUE" if cell.value else "FALSE"
        case xlrd.XL_CELL_ERROR:
            return "e", xlrd.error_text_from_code.get(cell.value, "#ERROR!")
    return "", ""


# --- the process ------------------------------------------------------------------------------------------------------

READERS: Final[dict[str, Callable[[Job], Iterator[Sheet]]]] = {"zip": read_zip, "ole": read_ole, "biff": read_biff}


def limit_self(job: Job) -> None:
    """The one POSIX-only call of the package. A second more for the hard limit on time: SIGXCPU comes first."""
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (job["memory_bytes"], job["memory_bytes"]))
        resource.setrlimit(resource.RLIMIT_CPU, (job["cpu_seconds"], job["cpu_seconds"] + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(job: Job) -> bytes:
    try:
        sheets = within_limits(READERS[job["kind"]](job), job)
        return msgspec.msgpack.encode({"sheets": [sheet.answer() for sheet in sheets]})
    except Refused as refused:
        return msgspec.msgpack.encode(refused.answer)
    except MemoryError:
        return msgspec.msgpack.encode({"refused": "memory"})
    except Exception as error:
        # Hostile bytes make parsers raise anything; whatever it was, the file is not a workbook as it should be.
        return msgspec.msgpack.encode({"refused": "damaged", "detail": f"{type(error).__name__}: {error}"[:500]})


def main() -> None:
    job: Job = json.loads(sys.argv[1])
    limit_self(job)
    Path(job["answer"]).write_bytes(answer(job))


if __name__ == "__main__":
    main()
