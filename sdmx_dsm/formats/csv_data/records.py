"""From UTF-8 text to frames of records (RFC 4180): blocks that end where a record ends, each parsed by polars as text.

Columns are named by position, `0`, `1`, …; `:line` is the physical line on which a record begins, right also where quoted
fields hold line breaks. The text that does not fit is looked at again by `first_fault`, which names the line."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

import polars as pl

from sdmx_dsm.errors import ReadError

BLOCK_BYTES: Final = 3 << 20  # about 32k records of 90 bytes; twice as many would not be faster, and take 80 MB more
MAX_RECORD_BYTES: Final = 16 << 20


def unified_newlines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Text whose lines end in CR alone (old Macintosh) with LF; all other text as it is."""
    head: list[bytes] = []
    for block in blocks:
        head.append(block)
        if b"\n" in block or sum(map(len, head)) > MAX_RECORD_BYTES:
            break
    carriage_returns = any(b"\r" in block for block in head) and not any(b"\n" in block for block in head)
    for block in chain(head, blocks):
        yield block.replace(b"\r", b"\n") if carriage_returns else block


def record_blocks(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """`(line, block)`: whole records of about `BLOCK_BYTES`, and the line on which the first begins. All end in LF.

    A quote that is never closed makes the rest of the text one record: `parse_block` finds it. Raises ReadError when a record
    is over `MAX_RECORD_BYTES`."""
    line = 1
    held: list[bytes] = []
    size, wanted = 0, BLOCK_BYTES
    for block in blocks:
        held.append(block)
        size += len(block)
        if size < wanted:
            continue
        data = b"".join(held)
        cut = last_record_end(data)
        if not cut and size > MAX_RECORD_BYTES:
            raise ReadError(
                f"The row that begins on line {line} is longer than {MAX_RECORD_BYTES >> 20} MiB. "
                "Is a quotation mark not closed?",
                ru=f"Запись, начинающаяся в строке {line}, длиннее {MAX_RECORD_BYTES >> 20} МиБ. Не закрыта кавычка?",
                line=line,
            )
        if cut:
            yield line, data[:cut]
            line += data.count(b"\n", 0, cut)
        held = [data[cut:]]
        size = len(data) - cut
        wanted = size + BLOCK_BYTES
    rest = b"".join(held)
    if rest:
        yield line, rest if rest.endswith(b"\n") else rest + b"\n"


def last_record_end(data: bytes) -> int:
    """The offset behind the last line feed outside of quotes; 0 when there is none."""
    end = data.rfind(b"\n") + 1
    if b'"' not in data:
        return end
    quotes = data.count(b'"', 0, end)
    while end and quotes % 2:
        previous = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', previous, end)
        end = previous
    return end


def first_record_end(data: bytes, start: int = 0) -> int:
    """The offset behind the record that begins at `start`: behind its line feed, or the end of `data`."""
    end, quotes = start, 0
    while True:
        found = data.find(b"\n", end) + 1
        if not found:
            return len(data)
        quotes += data.count(b'"', end, found)
        end = found
        if quotes % 2 == 0:
            return end


def parse_block(block: bytes, width: int, separator: str, line: int) -> pl.DataFrame:
    """The records of a block as text columns and `:line`; an empty field is null, quoted or not.

    Raises ReadError with the line of the first record that has more or fewer than `width` fields, or a wrong quote."""
    names = [str(position) for position in range(width)]
    heading = separator.join(names).encode() + b"\n"
    try:
        frame = pl.read_csv(heading + block, separator=separator, infer_schema=False, glob=False)
    except pl.exceptions.PolarsError as error:
        fault = first_fault(block, width, separator, line)
        raise fault or ReadError(
            f"The rows from line {line} on are no CSV: {error}",
            ru=f"Строки, начиная со строки {line}, — не CSV: {error}",
            line=line,
        ) from error
    rows = pl.int_range(line, line + frame.height, dtype=pl.Int64).alias(":line")
    separators, newlines = block.count(separator.encode()), block.count(b"\n")
    if b'"' in block:
        breaks = frame.select(pl.sum_horizontal(pl.col(names).str.count_matches("\n", literal=True))).to_series()
        quoted = frame.select(pl.col(names).str.count_matches(separator, literal=True)).sum().sum_horizontal()
        separators -= int(quoted[0] or 0)
        newlines -= int(breaks.sum() or 0)
        rows = rows + pl.Series(breaks).cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    unclosed = block.count(b'"') % 2 == 1
    if unclosed or newlines != frame.height or separators != frame.height * (width - 1):
        # Fewer separators also where lines are blank: those are no records.
        fault = first_fault(block, width, separator, line)
        if fault:
            raise fault
    if b'""' in block:
        frame = frame.with_columns(pl.col(names).replace("", None))
    return frame.with_columns(rows)


def field_pattern(separator: str) -> re.Pattern[str]:
    """One field: quoted, with quotes doubled inside, or without any quote."""
    return re.compile(rf'"[^"]*(?:""[^"]*)*"\r?|[^{re.escape(separator)}"\n]*')


def split_record(text: str, separator: str) -> list[str]:
    """The fields of one record, unquoted. A record with a wrong quote is cut off there."""
    pattern, fields, position = field_pattern(separator), list[str](), -1
    while position < 0 or text[position : position + 1] == separator:
        match = pattern.match(text, position + 1)
        field = match.group().rstrip("\r") if match else ""
        fields.append(field[1:-1].replace('""', '"') if field.startswith('"') else field)
        position = match.end() if match else len(text)
    return fields


def first_fault(block: bytes, width: int, separator: str, line: int) -> ReadError | None:
    """The first record of a block that is wrong: a quote, or the number of its fields. Blank lines are no records."""
    text = block.decode()
    pattern, position = field_pattern(separator), 0
    while position < len(text):
        start, fields = position, 1
        while True:
            field = position
            match = pattern.match(text, position)
            position = match.end() if match else position
            following = text[position : position + 1]
            if following == '"' or (following not in (separator, "\n", "")):
                return _wrong_quote(line + text.count("\n", 0, position), opens=position == field)
            position += 1
            if following != separator:
                break
            fields += 1
        if fields != width and text[start:position].strip("\r\n"):
            return _wrong_width(line + text.count("\n", 0, start), fields, width)
    return None


def _wrong_quote(line: int, opens: bool) -> ReadError:
    if opens:
        return ReadError(
            f"Line {line} opens a quotation mark that is never closed.",
            ru=f"В строке {line} открыта кавычка, которая нигде не закрыта.",
            line=line,
        )
    return ReadError(
        f"Line {line} has a quotation mark inside a field. Put the whole field in quotation marks and double the mark inside.",
        ru=f"В строке {line} внутри поля стоит кавычка. Заключите всё поле в кавычки, а кавычку внутри него удвойте.",
        line=line,
    )


def _wrong_width(line: int, fields: int, width: int) -> ReadError:
    return ReadError(
        f"Line {line} has {fields} fields, the heading has {width}. A value that holds the separator is put in quotation marks.",
        ru=f"В строке {line} полей: {fields}, а в заголовке: {width}. Значение, в котором есть разделитель, заключают в кавычки.",
        line=line,
        fields=fields,
        expected=width,
    )
