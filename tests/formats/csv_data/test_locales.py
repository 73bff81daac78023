"""CSV as spreadsheets save it in any locale: separators, encodings, decimal commas, line ends. What was assumed is a remark."""

import codecs
from itertools import product

import pytest

from sdmx_dsm.errors import ReadError
from tests.formats.csv_data.frames import rows_of

HEADING = "DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT_OBS"
EXPECTED = [
    {":level": "obs", ":line": 2, "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "1234.50", "OBS_STATUS": "A"},
    {":level": "obs", ":line": 3, "FREQ": "A", "REF_AREA": "KG", "SEX": "M", "TIME_PERIOD": "2020", "OBS_VALUE": "-7", "OBS_STATUS": "E"},
]  # fmt: skip
SEPARATORS = {",": None, ";": ";", "\t": "tab", "|": "|"}
# codec -> (byte order mark, name in the remark, comment that the encoding can say)
ENCODINGS = {
    "utf-8": (b"", None, "Оценка, ёлка №5"),
    "utf-8-sig": (b"", None, "Оценка"),
    "utf-16-le": (codecs.BOM_UTF16_LE, "UTF-16", "Оценка"),
    "utf-16-be": (codecs.BOM_UTF16_BE, "UTF-16", "Оценка"),
    "cp1251": (b"", "windows-1251", "Оценка министерства, и только"),
    "cp1252": (b"", "windows-1252", "Évaluation du ministère à Zürich"),
}
LINE_ENDS = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}


def table(separator: str, decimal: str, line_end: str, comment: str) -> str:
    lines = [
        HEADING.split(","),
        ["DSM:EXAMPLE(1.0.0)", "A", "KG", "F", "2020", f"1234{decimal}50", "A", f'"{comment}"'],
        ["DSM:EXAMPLE(1.0.0)", "A", "KG", "M", "2020", "-7", "E", ""],
    ]
    return "".join(separator.join(line) + line_end for line in lines)


def with_values(separator: str, values: list[str]) -> str:
    """A row for each value."""
    rows = (f"DSM:EXAMPLE(1.0.0),A,KG,F,{2020 + n},@,,".replace(",", separator) for n in range(len(values)))
    return "\n".join(
        (HEADING.replace(",", separator), *(row.replace("@", value) for row, value in zip(rows, values, strict=True)))
    )


@pytest.mark.parametrize(
    "separator, encoding, decimal, line_end",
    [case for case in product(SEPARATORS, ENCODINGS, ".,", LINE_ENDS) if not (case[0] == "," and case[2] == ",")],
)
def test_a_table_is_read_as_any_locale_saves_it(read, separator, encoding, decimal, line_end):
    mark, encoding_name, comment = ENCODINGS[encoding]
    [dataset] = read(mark + table(separator, decimal, LINE_ENDS[line_end], comment).encode(encoding))
    first, second = EXPECTED
    assert rows_of(dataset) == [{**first, "COMMENT_OBS": comment}, second]
    assert {remark.code: dict(remark.arguments) for remark in dataset.remarks} == {
        **({"csv-separator": {"separator": SEPARATORS[separator]}} if separator != "," else {}),
        **({"csv-encoding": {"encoding": encoding_name}} if encoding_name else {}),
        **({"csv-decimal-comma": {}} if decimal == "," else {}),
    }
    assert {remark.severity for remark in dataset.remarks} <= {"information"}


def test_utf_16_without_byte_order_mark_is_recognised(read):
    [dataset] = read(table("\t", ".", "\r\n", "Оценка").encode("utf-16-le"))
    assert len(rows_of(dataset)) == 2


def test_the_line_of_excel_that_names_the_separator_is_no_heading(read):
    [dataset] = read("sep=;\r\n" + table(";", ",", "\r\n", "x"))
    assert [row[":line"] for row in rows_of(dataset)] == [3, 4]


def test_every_field_may_be_quoted(read):
    text = table(";", ",", "\r\n", "x").replace('"x"', "x")
    quoted = "\r\n".join(";".join(f'"{cell}"' for cell in line.split(";")) for line in text.splitlines())
    [dataset] = read(quoted)
    assert rows_of(dataset) == [{**EXPECTED[0], "COMMENT_OBS": "x"}, EXPECTED[1]]


def test_columns_and_rows_without_anything_are_passed_over(read):
    text = table(";", ",", "\r\n", "x").replace("\r\n", ";;\r\n") + ";" * 9 + "\r\n\r\n"
    [dataset] = read(text)
    assert len(rows_of(dataset)) == 2


@pytest.mark.parametrize(
    "separator, values, expected",
    [
        (";", ["1,234", "5"], ["1.234", "5"]),  # Excel separates by semicolons where the decimal sign is a comma
        ("\t", ["1,234", "5"], ["1,234", "5"]),  # a thousand or one and a bit: left, and reported as no number
        ("\t", ["1,234", "0,5"], ["1.234", "0.5"]),
        (";", ["-0,50", "1,5E+3"], ["-0.50", "1.5E+3"]),
        (";", ["1 234,5", "1.234,5"], ["1 234,5", "1.234,5"]),
    ],
)
def test_only_a_plain_decimal_comma_becomes_a_point(read, separator, values, expected):
    [dataset] = read(with_values(separator, values))
    assert [row["OBS_VALUE"] for row in rows_of(dataset)] == expected


@pytest.mark.parametrize("number", ["1.234", "10250.50"])
def test_a_decimal_point_among_decimal_commas_is_not_guessed(read, number):
    """1.234 was read as one and a bit, where the other numbers of the file had a decimal comma and a point between thousands."""
    text = table(";", ",", "\n", "1.5").replace(";-7;", f";{number};")
    with pytest.raises(ReadError) as caught:
        [rows_of(dataset) for dataset in read(text)]
    assert (caught.value.line, caught.value.column) == (3, 6)
    assert str(caught.value).startswith(
        f"Line 3 has the number “{number}” with a point, and other numbers of the file have"
    )


@pytest.mark.parametrize(
    "separator, values, doubtful",
    [
        (";", ["1.234", "5"], [(2, "1.234")]),
        ("\t", ["999", "-12.500"], [(3, "-12.500")]),
        (",", ["1.234", "5"], []),  # the comma separates: it is no decimal sign here
        (";", ["1.234", "0.5"], []),
        (";", ["1.234", "5678"], []),  # no point between its thousands
        (";", ["12", "345"], []),
        (";", ["1.234", "12,5"], None),  # refused
    ],
)
def test_points_that_may_stand_between_thousands_are_remarked(read, separator, values, doubtful):
    """They were taken as decimal points without a word."""
    [dataset] = read(with_values(separator, values))
    if doubtful is not None:
        assert [row["OBS_VALUE"] for row in rows_of(dataset)] == values
    remarks = [(r.place.line, r.value) for r in dataset.remarks if r.code == "csv-decimal-point"]
    assert remarks == (doubtful or [])


def test_commas_in_texts_are_no_decimal_commas(read):
    [dataset] = read(table(";", ".", "\n", "1,5"))
    assert rows_of(dataset)[0]["COMMENT_OBS"] == "1,5"
    assert [remark.code for remark in dataset.remarks] == ["csv-separator"]


@pytest.mark.parametrize(
    "content, line",
    [
        (table(",", ".", "\n", "Оценка министерства").encode("koi8-r"), 2),
        (table(",", ".", "\n", "Оценка министерства").encode("cp866"), 2),
        (table(",", ".", "\n", "Оценка").encode() + b"\xff\xfe\xfd", 4),
        (codecs.BOM_UTF8 + table(",", ".", "\n", "x").encode() + b"\xff", 4),
        (codecs.BOM_UTF16_LE + table(",", ".", "\n", "x").encode("utf-16-le") + b"\0\xd8,\0", 4),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, 1),
    ],
    ids=["koi8-r", "cp866", "broken-utf-8", "broken-utf-8-sig", "lone-surrogate", "picture"],
)
def test_an_encoding_that_can_not_be_told_is_refused_with_line_and_remedy(read, content, line):
    with pytest.raises(ReadError, match="Save the file as “CSV UTF-8” and send it again") as caught:
        read(content)
    assert caught.value.line == line


def test_an_error_in_the_middle_of_utf_16_names_its_line(read, monkeypatch):
    monkeypatch.setattr("sdmx_dsm.formats.csv_data.encoding.BLOCK_BYTES", 64)
    text = table("\t", ".", "\n", "Оценка")
    content = codecs.BOM_UTF16_LE + (text + "x").encode("utf-16-le") + b"\0\xdcx\0\n\0" * 50
    with pytest.raises(ReadError, match="Line 4 holds bytes that are no text in UTF-16"):
        [list(dataset.batches) for dataset in read(content)]
