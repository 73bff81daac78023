"""Files that can't be read, or should not be, are refused with a sentence that says what to do; nothing hangs or runs away."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
import xlsxwriter
import xlwt

from sdmx_dsm.errors import ReadError, TooLarge
from sdmx_dsm.excel import Limits, is_workbook
from sdmx_dsm.excel.workbooks import REFUSALS, open_workbook

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'
SHEET_PART = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def xlsx(*cells: tuple[str, object]) -> bytes:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        sheet = workbook.add_worksheet("S")
        for cell, value in cells:
            sheet.write(cell, value)
    return content.getvalue()


def with_parts(parts: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A small workbook with some parts replaced or added."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(xlsx(("A1", "text")))) as source, zipfile.ZipFile(target, "w", compression) as archive:
        for entry in source.namelist():
            if entry not in parts:
                archive.writestr(entry, source.read(entry))
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_sheet(rows: str, behind: str = "") -> bytes:
    return with_parts({SHEET_PART: SHEET.format(rows, behind)})


def archive_of(**parts: str) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def xls(sheet: Callable[[xlwt.Worksheet], object] = lambda sheet: sheet.write(0, 0, "x")) -> bytes:
    content = BytesIO()
    workbook = xlwt.Workbook()
    sheet(workbook.add_sheet("S"))
    workbook.save(content)
    return content.getvalue()


def encrypted_xls() -> bytes:
    """With a FILEPASS record behind the first BOF of the globals, as Excel puts it; the stream itself stays as it is."""
    content = xls()
    begin = content.index(b"\x09\x08\x10\x00\x00\x06\x05\x00") + 20
    # The next record (INTERFACEHDR or the like) becomes FILEPASS (0x2F): xlrd reads no further.
    return content[:begin] + b"\x2f\x00" + content[begin + 2 :]


def lying_about_its_size() -> bytes:
    """A sheet of 30 MB that declares to be of 100 bytes."""
    body = SHEET.format("<row>" + "<c><v>1</v></c>" * 10 + "</row>", "<!--" + " " * 30_000_000 + "-->")
    content = with_parts({SHEET_PART: body})
    size = struct.pack("<I", len(body))
    return content.replace(size, struct.pack("<I", 100))


def refused(tmp_path: Path, content: bytes, limits: Limits = Limits(), name: str = "book.xlsx") -> ReadError | TooLarge:  # noqa: B008
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((ReadError, TooLarge)) as caught:
        open_workbook(path, limits)
    assert isinstance(caught.value, ReadError | TooLarge)
    return caught.value


SAVE = "Open it in Excel or LibreOffice, save it as .xlsx, and send that file."


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "The file is empty. Save the workbook again and send it once more."),
        (b"\x00\x01\x02" * 100, f"The file is not an Excel workbook: its content is another. {SAVE}"),
        (b"<html><table>", f"The file is not an Excel workbook: it is a web page or an XML document, whatever its name says. {SAVE}"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", f"The file is not an Excel workbook: it is an XML document, whatever its name says. {SAVE}"),
        (b"%PDF-1.7", f"The file is not an Excel workbook: it is a PDF document. {SAVE}"),
        (archive_of(a="b"), f"The file is not an Excel workbook: it is an archive or another kind of document. {SAVE}"),
        (archive_of(xl__workbook="b", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
         f"The file is an OpenDocument file (.ods), which is not read here. {SAVE}"),
        (archive_of(**{"xl__workbook.bin": "b"}), f"The file is an Excel binary workbook (.xlsb), which is not read here. {SAVE}"),
        (xls().replace("Workbook".encode("utf-16-le"), "Wordbook".encode("utf-16-le")),
         f"The file is not an Excel workbook: it is another kind of Office document, or cut short. {SAVE}"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_called_by_its_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert str(refused(tmp_path, content)) == sentence


@pytest.mark.parametrize("content", [OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), encrypted_xls()])
def test_a_password_is_named_with_the_way_to_remove_it(tmp_path: Path, content: bytes) -> None:
    error = refused(tmp_path, content)
    assert isinstance(error, ReadError)
    assert str(error).startswith(
        "The workbook is protected with a password and can't be opened. Remove the password in Excel"
    )


@pytest.mark.parametrize(
    "content, detail",
    [
        (xlsx(("A1", 1))[:-200], "the end of the file is missing"),
        (xlsx(("A1", 1))[:100], "the end of the file is missing"),
        (with_sheet("<row><c>"), "ExpatError: mismatched tag"),
        (with_sheet('<row><c r="A0"><v>1</v></c></row>'), "ValueError: row 0, column 1"),
        (with_sheet('<row><c t="s"><v>99</v></c></row>'), "IndexError: list index out of range"),
        (with_sheet("<row><c><v>x</v></c></row>"), "ValueError: could not convert string to float: 'x'"),
        (with_sheet("<row><c><v>1</v></c></row>", '<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="A1:C3"/></mergeCells>'),
         "merged areas of the sheet S overlap"),
        (xls()[:3000], ""),
        (xls()[:600], ""),
    ],
)  # fmt: skip
def test_a_damaged_workbook_is_refused(tmp_path: Path, content: bytes, detail: str) -> None:
    error = refused(tmp_path, content)
    assert isinstance(error, ReadError)
    assert str(error).startswith(f"The workbook is damaged or was cut short on its way ({detail}")
    assert str(error).endswith("Open it in Excel, save it as a new file, and send that one.")


def test_a_document_type_declaration_is_refused(tmp_path: Path) -> None:
    content = with_parts({"xl/sharedStrings.xml": '<!DOCTYPE x [<!ENTITY a "b">]><sst><si><t>&a;</t></si></sst>'})
    assert str(refused(tmp_path, content)).startswith("The workbook holds a document type declaration (DTD)")


def test_a_small_workbook_that_spans_the_whole_sheet_is_refused(tmp_path: Path) -> None:
    content = xlsx(("A1", 1), ("XFD1048576", 1))
    assert len(content) < 10_000
    error = refused(tmp_path, content)
    assert isinstance(error, TooLarge)
    assert str(error) == (
        "The sheet “S” reaches to cell XFD1048576, which makes it larger than 5000000 cells (DSM_MAX_CELLS). Delete the rows and "
        "columns beyond the tables, save, and send it again."
    )


def test_an_xls_that_spans_the_whole_sheet_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, xls(lambda sheet: sheet.write(65_535, 255, 1)), name="book.xls")
    assert str(error).startswith("The sheet “S” reaches to cell IV65536, which makes it larger than 5000000 cells")


def test_empty_cells_far_away_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(
        with_sheet('<row><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>')
    )
    (sheet,) = open_workbook(tmp_path / "book.xlsx", Limits())
    assert (sheet.last_row, sheet.last_column) == (1, 1)


@pytest.mark.parametrize(
    "content, limits, sentence",
    [
        (with_parts({"xl/x.xml": " " * 3_000_000}), Limits(), "“xl/x.xml” in the workbook unpacks to "),
        (with_parts({"xl/x.xml": "x" * 2_000_000}, zipfile.ZIP_STORED), Limits(max_unpacked_bytes=1_000_000),
         "The workbook unpacks to more than 1000000 bytes or 10000 parts (DSM_MAX_UNPACKED_BYTES)."),
        (archive_of(**{f"f{n}": "" for n in range(10_001)}), Limits(),
         "The workbook unpacks to more than 1073741824 bytes or 10000 parts (DSM_MAX_UNPACKED_BYTES)."),
        (with_sheet("<row>" + "<c><v>1</v></c>" * 60 + "</row>"), Limits(max_cells=50), "The sheet “S” reaches to cell AX1"),
    ],
)  # fmt: skip
def test_bombs_are_refused_by_the_limit_they_break(
    tmp_path: Path, content: bytes, limits: Limits, sentence: str
) -> None:
    error = refused(tmp_path, content, limits)
    assert isinstance(error, TooLarge)
    assert str(error).startswith(sentence)


def test_a_text_repeated_by_reference_counts_each_time(tmp_path: Path) -> None:
    """A thousand cells that refer to one text of 100 kB are 100 MB, from a file of a few kB."""
    content = with_parts(
        {
            SHEET_PART: SHEET.format("<row>" + '<c t="s"><v>0</v></c>' * 1_000 + "</row>", ""),
            "xl/sharedStrings.xml": f"<sst><si><t>{'x' * 100_000}</t></si></sst>",
        }
    )
    assert len(content) < 10_000
    error = refused(tmp_path, content, Limits(max_unpacked_bytes=20_000_000))
    assert str(error).startswith("The workbook unpacks to more than 20000000 bytes")


def test_a_part_gives_no_more_than_it_declares(tmp_path: Path) -> None:
    error = refused(tmp_path, lying_about_its_size())
    assert isinstance(error, ReadError | TooLarge)
    assert "damaged" in str(error) or "unpacks to" in str(error)


def test_the_cells_of_all_sheets_count(tmp_path: Path) -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        for _ in range(3):
            workbook.add_worksheet().write_row(0, 0, [1] * 20)
    error = refused(tmp_path, target.getvalue(), Limits(max_cells=50))
    assert str(error) == "The workbook holds more than 50 cells (DSM_MAX_CELLS). Split it into several."


def test_memory_is_limited(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="the operating system knows no limit on the memory of a process")
    content = with_sheet(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{n:0100}</t></is></c>' for n in range(60_000)) + "</row>"
    )
    error = refused(tmp_path, content, Limits(memory_bytes=40_000_000))
    assert isinstance(error, TooLarge)
    assert str(error).startswith("The workbook needs more than 40000000 bytes of memory (DSM_READER_MEMORY_BYTES).")


def test_time_is_limited(tmp_path: Path) -> None:
    content = with_sheet("".join(f'<row r="{row}">' + "<c><v>1.5</v></c>" * 400 + "</row>" for row in range(1, 6_001)))
    error = refused(tmp_path, content, Limits(cpu_seconds=1))
    assert isinstance(error, TooLarge)
    assert str(error).startswith("The workbook took more than 1 seconds to open (DSM_READER_CPU_SECONDS).")


@pytest.mark.parametrize(
    "content, expected",
    [(xlsx(("A1", 1)), True), (xls(), True), (OLE, True), (b"FREQ;AREA\n", False), (b"<?xml ", False), (b"", False)],
)
def test_workbooks_are_known_by_content_and_not_by_name(tmp_path: Path, content: bytes, expected: bool) -> None:
    path = tmp_path / "anything.csv"
    path.write_bytes(content)
    assert is_workbook(path) is expected


def test_a_wrong_extension_does_no_harm(tmp_path: Path) -> None:
    for name, content in (("really-xlsx.xls", xlsx(("A1", "x"))), ("really-xls.xlsx", xls())):
        (tmp_path / name).write_bytes(content)
        (sheet,) = open_workbook(tmp_path / name, Limits())
        assert sheet.cells[":text"].to_list() == ["x"]


@pytest.mark.parametrize("reason", sorted(REFUSALS))
def test_a_refusal_says_the_same_facts_in_both_languages(reason: str) -> None:
    _, english, russian = REFUSALS[reason]
    facts = [{name for _, name, _, _ in Formatter().parse(sentence) if name} for sentence in (english, russian)]
    assert facts[0] == facts[1]


def test_what_a_file_is_instead_of_a_workbook_is_said_in_russian(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(archive_of(content__xml="<x/>", mimetype="application/vnd.oasis.opendocument.spreadsheet"))
    with pytest.raises(ReadError) as caught:
        open_workbook(path, Limits())
    assert caught.value.ru.startswith("Это файл OpenDocument (.ods); такие файлы здесь не читаются. Откройте его в")
