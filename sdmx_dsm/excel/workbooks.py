"""Workbooks as sheets of plain cells, opened in a process of its own (`child.py`) within limits.

What kind of file it is, its first bytes say, not its name. A file that can't be read raises ReadError, one that is over a
limit TooLarge; the message says what was found and what to do about it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from sdmx_dsm.errors import DsmError, ReadError, TooLarge
from sdmx_dsm.excel.addresses import Cell

CHILD: Final = Path(__file__).with_name("child.py")
# All that the child gets of the environment: no secret of the service is in reach of a file.
KEPT_VARIABLES: Final = ("PATH", "PYTHONPATH", "HOME", "LANG", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
CELL_COLUMNS: Final[dict[str, type[pl.DataType]]] = {
    ":row": pl.Int32,
    ":col": pl.Int32,
    ":kind": pl.String,
    ":text": pl.String,
    ":indent": pl.Int32,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """On one workbook and the process that opens it; the settings of the same names."""

    max_unpacked_bytes: int = 1 << 30
    max_cells: int = 5_000_000
    memory_bytes: int = 2 << 30
    cpu_seconds: int = 120

    @property
    def wall_seconds(self) -> float:
        """Twice the CPU time: the machine has other work too, and Windows knows no limit on CPU time."""
        return 2.0 * self.cpu_seconds


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`cells`: one row for each cell that holds something, with `:row` and `:col` (from 1), `:kind` (see `child`), `:text`
    and `:indent`; sorted by row, then column. `merges`: (row, column, last row, last column)."""

    name: str
    hidden: bool
    cells: pl.DataFrame
    merges: tuple[tuple[int, int, int, int], ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]

    @cached_property
    def last_row(self) -> int:
        return int(self.cells[":row"].max() or 0)  # type: ignore[arg-type]

    @cached_property
    def last_column(self) -> int:
        return int(self.cells[":col"].max() or 0)  # type: ignore[arg-type]


class _SheetAnswer(msgspec.Struct):
    name: str
    hidden: bool
    cells: tuple[list[int], list[int], list[str], list[str], list[int]]
    merges: list[tuple[int, int, int, int]]
    hidden_rows: list[int]
    hidden_columns: list[int]


class _Answer(msgspec.Struct):
    sheets: list[_SheetAnswer] = []
    refused: str = ""
    detail: str = ""
    what: str = ""
    sheet: str = ""
    entry: str = ""
    row: int = 0
    column: int = 0
    ratio: int = 0


SAVE_AS: Final = "Open it in Excel or LibreOffice, save it as .xlsx, and send that file."
SAVE_AS_RU: Final = "Откройте его в Excel или LibreOffice, сохраните в формате .xlsx и отправьте этот файл."
REFUSALS: Final[
    Mapping[str, tuple[type[DsmError], str, str]]
] = {  # reason → error, its sentence in English and in Russian
    "empty": (
        ReadError,
        "The file is empty. Save the workbook again and send it once more.",
        "Файл пуст. Сохраните книгу заново и отправьте ещё раз.",
    ),
    "not-a-workbook": (
        ReadError,
        f"The file is not an Excel workbook: {{what}}. {SAVE_AS}",
        f"Файл не является книгой Excel: {{what}}. {SAVE_AS_RU}",
    ),
    "other-format": (
        ReadError,
        f"The file is {{what}}, which is not read here. {SAVE_AS}",
        f"Это {{what}}; такие файлы здесь не читаются. {SAVE_AS_RU}",
    ),
    "password": (
        ReadError,
        "The workbook is protected with a password and can't be opened. Remove the password in Excel (File, Info, "
        "Protect Workbook, Encrypt with Password: leave it empty), save, and send it again.",
        "Книга защищена паролем, и открыть её нельзя. Снимите пароль в Excel (Файл, Сведения, Защита книги, Зашифровать с "
        "использованием пароля: оставьте поле пустым), сохраните книгу и отправьте снова.",
    ),
    "damaged": (
        ReadError,
        "The workbook is damaged or was cut short on its way ({detail}). Open it in Excel, save it as a new file, and "
        "send that one.",
        "Книга повреждена или передана не полностью ({detail}). Откройте её в Excel, сохраните как новый файл и отправьте "
        "его.",
    ),
    "doctype": (
        ReadError,
        f"The workbook holds a document type declaration (DTD), which no spreadsheet program writes. {SAVE_AS}",
        f"В книге есть объявление типа документа (DTD), которого не пишет ни одна программа таблиц. {SAVE_AS_RU}",
    ),
    "unpacked": (
        TooLarge,
        "The workbook unpacks to more than {max_unpacked_bytes} bytes or 10000 parts (DSM_MAX_UNPACKED_BYTES). Split it "
        "into several, or delete what is no data.",
        "В распакованном виде книга больше {max_unpacked_bytes} байт или 10000 частей (DSM_MAX_UNPACKED_BYTES). Разделите "
        "её на несколько или удалите из неё лишнее.",
    ),
    "ratio": (
        TooLarge,
        f"“{{entry}}” in the workbook unpacks to {{ratio}} times its size, as no real workbook does. {SAVE_AS}",
        f"«{{entry}}» в книге распаковывается в {{ratio}} раз, чего в настоящих книгах не бывает. {SAVE_AS_RU}",
    ),
    "cells": (
        TooLarge,
        "The sheet “{sheet}” reaches to cell {cell}, which makes it larger than {max_cells} cells (DSM_MAX_CELLS). Delete "
        "the rows and columns beyond the tables, save, and send it again.",
        "Лист «{sheet}» доходит до ячейки {cell}, и в нём больше {max_cells} ячеек (DSM_MAX_CELLS). Удалите строки и "
        "столбцы за пределами таблиц, сохраните книгу и отправьте снова.",
    ),
    "all-cells": (
        TooLarge,
        "The workbook holds more than {max_cells} cells (DSM_MAX_CELLS). Split it into several.",
        "В книге больше {max_cells} ячеек (DSM_MAX_CELLS). Разделите её на несколько.",
    ),
    "memory": (
        TooLarge,
        "The workbook needs more than {memory_bytes} bytes of memory (DSM_READER_MEMORY_BYTES). Split it into several.",
        "Книге нужно больше {memory_bytes} байт памяти (DSM_READER_MEMORY_BYTES). Разделите её на несколько.",
    ),
    "time": (
        TooLarge,
        "The workbook took more than {cpu_seconds} seconds to open (DSM_READER_CPU_SECONDS). Split it into several.",
        "Книга открывалась дольше {cpu_seconds} секунд (DSM_READER_CPU_SECONDS). Разделите её на несколько.",
    ),
}
_IN_RUSSIAN: Final[Mapping[str, str]] = {  # what a file is, or lacks
    "an Excel binary workbook (.xlsb)": "двоичная книга Excel (.xlsb)",
    "an OpenDocument file (.ods)": "файл OpenDocument (.ods)",
    "it is an archive or another kind of document": "это архив или документ другого вида",
    "it is another kind of Office document, or cut short": "это документ Office другого вида или неполный файл",
    "it is a PDF document": "это документ PDF",
    "it is an XML document, whatever its name says": "это документ XML, как бы он ни назывался",
    "it is a web page or an XML document, whatever its name says": "это веб-страница или документ XML, как бы он ни назывался",
    "the end of the file is missing": "нет конца файла",
}

_SIGNATURES: Final = (  # first bytes → the child's reader
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x09\x08\x10\x00", "biff"),
    (b"\x09\x08\x08\x00", "biff"),
)
_OTHER_CONTENT: Final = (  # what other files begin with → what to call them
    (b"%PDF", "it is a PDF document"),
    (b"<?xml", "it is an XML document, whatever its name says"),
    (b"<", "it is a web page or an XML document, whatever its name says"),
)


def is_workbook(path: Path) -> bool:
    """Whether a file begins as workbooks do (and other archives and Office documents, which `open_workbook` refuses)."""
    with path.open("rb") as file:
        head = file.read(8)
    return any(head.startswith(signature) for signature, _ in _SIGNATURES)


def open_workbook(path: Path, limits: Limits) -> tuple[Sheet, ...]:
    """The sheets of a workbook in order, hidden ones too. Raises ReadError and TooLarge; OSError when there is no file."""
    kind = _kind(path)
    with tempfile.TemporaryDirectory(prefix="dsm-workbook-") as folder:
        answer_path = Path(folder) / "answer"
        job = {"path": str(path.absolute()), "answer": str(answer_path), "kind": kind, **asdict(limits)}
        reason = _run(job, limits)
        if reason:
            raise _refusal(_Answer(refused=reason), limits)
        answer = msgspec.msgpack.decode(answer_path.read_bytes(), type=_Answer)
    if answer.refused:
        raise _refusal(answer, limits)
    return tuple(_sheet(sheet) for sheet in answer.sheets)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(512)
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if not head:
        raise _refusal(_Answer(refused="empty"))
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    what = next((name for signature, name in _OTHER_CONTENT if start.startswith(signature)), "its content is another")
    raise _refusal(_Answer(refused="not-a-workbook", what=what))


def _run(job: Mapping[str, object], limits: Limits) -> str:
    """Run the child to its end. Returns why there is no answer, "" when there is one."""
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    try:
        # -P: nothing is imported from the folder of the script or the one we happen to be in.
        done = subprocess.run(
            [sys.executable, "-P", "-X", "utf8", str(CHILD), json.dumps(job)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "time"
    if done.returncode == 0:
        return ""
    if done.returncode > 0:
        raise RuntimeError(f"{CHILD} failed: {done.stderr.decode(errors='replace')[-2000:]}")
    is_time = -done.returncode in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGKILL", None))
    return "time" if is_time else "memory"


def _refusal(answer: _Answer, limits: Limits | None = None) -> DsmError:
    error, sentence, ru = REFUSALS[answer.refused]
    facts: dict[str, Any] = {name: getattr(answer, name) for name in ("what", "detail", "sheet", "entry", "ratio")}
    facts |= {"cell": str(Cell(answer.row, answer.column)), **asdict(limits or Limits())}
    russian = {name: _IN_RUSSIAN.get(facts[name], facts[name]) for name in ("what", "detail")}
    return error(sentence.format(**facts), ru=ru.format(**{**facts, **russian}), reason=answer.refused)


def _sheet(answer: _SheetAnswer) -> Sheet:
    columns: Any = zip(CELL_COLUMNS, answer.cells, strict=True)
    cells = pl.DataFrame({name: pl.Series(name, values, CELL_COLUMNS[name]) for name, values in columns})
    return Sheet(
        name=answer.name,
        hidden=answer.hidden,
        cells=cells.sort(":row", ":col"),
        merges=tuple(answer.merges),
        hidden_rows=frozenset(answer.hidden_rows),
        hidden_columns=frozenset(answer.hidden_columns),
    )
