"""SDMX-CSV data, versions 1.0, 2.0 and 2.1, and plain CSV: bytes in, DataSets out, one for each structure that rows name.

A row is an observation, the attributes of a partial key, or a pattern to delete. Attributes that rows repeat come once
(`Flattener`). Written as Excel saves it in any locale: separators, encodings and decimal commas are recognised, and what was
assumed is a remark. Rules: the SDMX-CSV field guides 1.0, 2.0 and 2.1; where they are silent, the
choice is named at the line that makes it."""

import weakref
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS, Action, DataSet, Spool
from sdmx_dsm.errors import NotFound, ReadError, UrnError
from sdmx_dsm.formats.csv_data.encoding import detect_encoding, utf8_blocks
from sdmx_dsm.formats.csv_data.heading import EXCEL_SEPARATOR, parse_heading
from sdmx_dsm.formats.csv_data.records import first_record_end, parse_block, record_blocks, unified_newlines
from sdmx_dsm.formats.csv_data.rows import ACTIONS, DECIMAL_COMMA, DECIMAL_POINT, STRUCTURE_CLASSES, Rows
from sdmx_dsm.model import DataStructure, Finding, Place, Reference, Schema, Structures, parse_reference

# "1,234" may be one thousand two hundred and thirty-four
GROUP_COMMA: Final = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
# A number, and what may be one with points between thousands: "1.234", "12"; not "1234", "0.5" or "1.50"
NUMBER: Final = r"^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
THOUSANDS: Final = r"^[+-]?(0|[1-9][0-9]{0,2}(\.[0-9]{3})*)$"
MOST_TURNS: Final = 1000
SEPARATOR_NAMES: Final = {"\t": "tab"}

# The columns whose cells name the structure of a row
NAMING: Final = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID")
Cells = tuple[str | None, ...]


def read_csv(path: Path, structures: Structures, *, reference: Reference | None = None) -> Iterator[DataSet]:
    """One DataSet for each structure in the file, in the order of first appearance, and another whenever rows delete after others
    that did not: what deletes in a DataSet comes first. Rows are read while batches are taken, of whichever DataSet; those that
    others must wait for are on disk meanwhile.

    `reference` says what a plain CSV holds, and what rows with an empty DATAFLOW or STRUCTURE_ID belong to. A heading without
    rows gives one empty DataSet if there is a `reference`, else none. Without ACTION the action is Information.

    Raises ReadError with the line when the file is not such a CSV, or its separator or encoding can't be told; NotFound with
    the line when it names a structure that is not in `structures`."""
    source = _Source(path, structures, reference)
    feeds = _Feeds(source)
    while feed := feeds.next_new():
        yield feed.dataset
    if not feeds.known and reference:
        yield source.dataset((), pl.DataFrame(), iter(()))


class _Feeds:
    """Deals the rows of a file out to its structures."""

    def __init__(self, source: "_Source") -> None:
        self._source = source
        self._pieces = source.pieces()
        self._new: deque[_Feed] = deque()
        self.known: dict[Cells, _Feed] = {}

    def next_new(self) -> "_Feed | None":
        """The feed of a structure that was not handed out yet; reads on until there is one, or the file ends."""
        while not self._new and self.deal():
            pass
        return self._new.popleft() if self._new else None

    def deal(self) -> bool:
        """Gives one piece to its feed; False at the end of the file."""
        cells, turn, piece = next(self._pieces, ((), 0, None))
        if piece is None:
            return False
        known = self.known.get(cells)
        if known is None or known.turn != turn:
            if known:
                known.is_complete = True
            self.known[cells] = feed = _Feed(self, turn)
            feed.dataset = self._source.dataset(cells, piece, feed)
            self._new.append(feed)
        self.known[cells].give(piece)
        return True


class _Feed:
    """The frames of one structure, until rows delete again, in the order of the file: the next in memory, those that wait on
    disk."""

    dataset: DataSet

    def __init__(self, feeds: _Feeds, turn: int) -> None:
        self.turn = turn
        self.is_complete = False
        self._feeds = feeds
        self._next: pl.DataFrame | None = None
        self._waiting: deque[Spool] = deque()
        weakref.finalize(self, _close, self._waiting)

    def give(self, frame: pl.DataFrame) -> None:
        if self._next is None:
            self._next = frame
        else:
            self._waiting.append(Spool())
            self._waiting[-1].add(frame)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return self

    def __next__(self) -> pl.DataFrame:
        while self._next is None and not self.is_complete and self._feeds.deal():
            pass
        if self._next is None:
            raise StopIteration
        frame, self._next = self._next, None
        if self._waiting:
            with self._waiting.popleft() as spool:
                self._next = next(iter(spool))
        return frame


class _Turns:
    """Keeps count, in the rows of one structure, of how often a deletion follows what is none."""

    def __init__(self, action: int | None) -> None:
        self._column = None if action is None else str(action)
        self._turn = 0
        self._deletes = True

    def apart(self, frame: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
        """The next rows by turns. Raises ReadError for more than `MOST_TURNS`."""
        if self._column is None:
            yield 0, frame
            return
        deletes = pl.col(self._column).eq_missing("D")
        turn = self._turn + (deletes & ~deletes.shift(fill_value=self._deletes)).cum_sum()
        turns = frame.select(turn.cast(pl.Int64)).to_series()  # never falls
        self._deletes, self._turn = frame[-1, self._column] == "D", turns[-1]
        if self._turn > MOST_TURNS:
            line = frame[":line"][turns.search_sorted(MOST_TURNS + 1)]
            raise ReadError(
                f"Line {line}: deletions follow other rows for the {self._turn}th time; {MOST_TURNS} times are taken. Put the "
                "rows with the action D together.",
                ru=f"Строка {line}: удаления следуют за другими строками в {self._turn}-й раз; допускается {MOST_TURNS}. "
                "Соберите строки с действием D вместе.",
                line=line,
            )
        start = 0
        for length, number in turns.rle().struct.unnest().iter_rows():
            yield number, frame.slice(start, length)
            start += length


def _close(spools: deque[Spool]) -> None:
    for spool in spools:
        spool.close()


class _Source:
    """One file: what was found out about it, and its rows. Reads it as often as it is asked to."""

    def __init__(self, path: Path, structures: Structures, reference: Reference | None) -> None:
        self._path = path
        self._structures = structures
        self._reference = reference
        self._encoding = detect_encoding(path)
        _, head = next(self._text(), (1, b""))
        self._start, line = _heading_start(head)
        self._end = first_record_end(head, self._start)
        known = structures.schema(reference).by_id if reference else {}
        record = head[self._start : self._end].decode().rstrip("\r\n")
        if not record.strip():
            raise ReadError("The file is empty: it has no heading.", ru="Файл пуст: в нём нет заголовка.", line=1)
        self._heading = parse_heading(record, known, line)
        self._decimal_comma = self._find_decimal_comma()
        self._doubtful_point = None if self._decimal_comma else self._find_doubtful_point()
        self._schemas: dict[Cells, Schema] = {}
        self._references: dict[Cells, Reference] = {}

    def _text(self) -> Iterator[tuple[int, bytes]]:
        return record_blocks(unified_newlines(utf8_blocks(self._path, self._encoding)))

    def _frames(self) -> Iterator[pl.DataFrame]:
        """The rows that are not blank, columns by position. Raises ReadError for a value in a column without heading."""
        heading = self._heading
        skip, first = self._end, True
        for line, block in self._text():
            if first:
                line += block.count(b"\n", 0, skip)
                block = block[skip:]
                first = False
            if not block:
                continue
            frame = parse_block(block, heading.width, heading.separator, line)
            if frame["0"].null_count():
                frame = frame.filter(pl.any_horizontal(pl.exclude(":line").is_not_null()))
            for position in heading.unnamed:
                stray = frame.filter(pl.col(str(position)).is_not_null())
                if stray.height:
                    raise ReadError(
                        f"Line {stray[0, ':line']} has a value in column {position + 1}, which has no heading.",
                        ru=f"В строке {stray[0, ':line']} есть значение в столбце {position + 1}, у которого нет заголовка.",
                        line=stray[0, ":line"],
                        column=position + 1,
                    )
            yield frame

    def pieces(self) -> Iterator[tuple[Cells, int, pl.DataFrame]]:
        """Rows of one structure at a time, about `BATCH_ROWS`, with the cells that name it, and how often its rows have turned
        from others to deletions."""
        turns: dict[Cells, _Turns] = {}
        named_by = [str(self._heading.fixed[id]) for id in NAMING if id in self._heading.fixed]
        for frame in self._frames():
            alike = all(frame[column].ne_missing(frame[0, column]).sum() == 0 for column in named_by if frame.height)
            parts = (
                {tuple(frame[0, column] for column in named_by): frame}
                if alike and frame.height
                else frame.partition_by(named_by, maintain_order=True, as_dict=True)
                if frame.height
                else {}
            )
            for cells, part in parts.items():
                for turn, rows in turns.setdefault(cells, _Turns(self._heading.fixed.get("ACTION"))).apart(part):
                    pieces = max(1, round(rows.height / BATCH_ROWS))
                    for piece in rows.iter_slices(-(-rows.height // pieces)):
                        yield cells, turn, piece

    def schema(self, cells: Cells, line: int) -> Schema:
        """Raises ReadError when `cells` name no structure, NotFound when there is none of that name."""
        if cells not in self._schemas:
            reference = self._references.setdefault(cells, self._named(cells, line))
            try:
                self._schemas[cells] = self._structures.schema(reference)
            except NotFound as error:
                facts = {**error.facts, "line": line}
                raise NotFound(f"Line {line}: {error}", ru=f"Строка {line}: {error.ru}", **facts) from error
        return self._schemas[cells]

    def _named(self, cells: Cells, line: int) -> Reference:
        kind, text = ("dataflow", *cells) if len(cells) == 1 else cells or (None, None)
        if text is None:
            if self._reference:
                return self._reference
            raise ReadError(
                f"Line {line} does not say to which dataflow the row belongs.",
                ru=f"В строке {line} не указано, к какому потоку данных она относится.",
                line=line,
                column=1,
            )
        artefact_class = STRUCTURE_CLASSES.get((kind or "").lower())
        if artefact_class is None:
            raise ReadError(
                f"Line {line} has the structure type “{kind or ''}”; expected dataflow, datastructure or dataprovision.",
                ru=f"В строке {line} указан тип структуры «{kind or ''}»; ожидается dataflow, datastructure или dataprovision.",
                line=line,
                column=1,
            )
        try:
            return parse_reference(text.partition(": ")[0], artefact_class)
        except UrnError as error:
            raise ReadError(f"Line {line}: {error}", ru=f"Строка {line}: {error.ru}", line=line) from error

    def dataset(self, cells: Cells, sample: pl.DataFrame, frames: Iterator[pl.DataFrame]) -> DataSet:
        """`sample`: the first of `frames`, from which the action is."""
        schema = self.schema(cells, sample[0, ":line"] if sample.height else 1)
        action = self._action(sample)
        rows = Rows(self._heading, schema, action, self._decimal_comma)
        return DataSet(
            schema=schema,
            structure=self._references[cells],
            batches=map(rows.batch, frames),
            action=action,
            remarks=tuple(self._remarks()),
        )

    def _action(self, sample: pl.DataFrame) -> Action:
        """That of the first row that does not delete: deletions say what they are by their level."""
        position = self._heading.fixed.get("ACTION")
        if position is None or not sample.height:
            return "Information"
        letters = sample[str(position)].fill_null("I").unique(maintain_order=True)
        letter = next((letter for letter in letters if letter != "D"), "D")
        return ACTIONS.get(letter, "Information")

    def _remarks(self) -> Iterator[Finding]:
        """What was assumed that SDMX-CSV does not say."""
        separator = self._heading.separator
        assumed = {
            "csv-separator": {"separator": SEPARATOR_NAMES.get(separator, separator)} if separator != "," else None,
            "csv-encoding": {"encoding": self._encoding.name} if self._encoding.name != "UTF-8" else None,
            "csv-decimal-comma": {} if self._decimal_comma else None,
        }
        for code, arguments in assumed.items():
            if arguments is not None:
                yield Finding(code=code, severity="information", place=Place(line=1), arguments=arguments)
        if self._doubtful_point:
            line, value = self._doubtful_point
            yield Finding(code="csv-decimal-point", severity="information", value=value, place=Place(line=line))

    def _find_decimal_comma(self) -> bool:
        """Whether numbers have a decimal comma: never where the comma separates. Looks at the measures of the whole file.

        Excel separates by semicolons where the comma is the decimal sign. In a file with tabs "1,234" may be a thousand and
        more: there the comma is decimal only when some number can't be read otherwise."""
        separator = self._heading.separator
        if separator == "," or not any(
            b"," in block[self._end * (n == 0) :] for n, (_, block) in enumerate(self._text())
        ):
            return False
        sure = pl.col("value").str.contains(DECIMAL_COMMA)
        if separator != ";":
            sure = sure & ~pl.col("value").str.contains(GROUP_COMMA)
        return any(values.select(sure.any()).item() for values in self._measures())

    def _find_doubtful_point(self) -> tuple[int, str] | None:
        """Line and value of the first number like "1.234" where that may be a thousand and more: the comma does not separate, so
        it may be the decimal sign, and no other number tells that the point is."""
        if self._heading.separator == ",":
            return None
        value = pl.col("value")
        first: tuple[int, str] | None = None
        for values in self._measures():
            if values.select((value.str.contains(NUMBER) & ~value.str.contains(THOUSANDS)).any()).item():
                return None
            first = first or next(values.filter(value.str.contains(DECIMAL_POINT)).iter_rows(), None)
        return first

    def _measures(self) -> Iterator[pl.DataFrame]:
        """`:line` and `value` of what stands in columns of measures, through the whole file."""
        measures = {
            measure.component_id
            for structure in self._structures.of_class(DataStructure)
            for measure in structure.measures
        }
        columns = [str(column.position) for column in self._heading.columns(measures) if column.id in measures]
        for frame in self._frames() if columns else ():
            yield frame.unpivot(columns, index=":line").select(":line", "value")


def _heading_start(head: bytes) -> tuple[int, int]:
    """Offset and line of the heading: behind blank lines, and behind `sep=;`, which Excel understands."""
    start = 0
    while start < len(head):
        end = first_record_end(head, start)
        record = head[start:end].strip()
        if record and not EXCEL_SEPARATOR.fullmatch(record):
            break
        start = end
    return start, 1 + head.count(b"\n", 0, start)
