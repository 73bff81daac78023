"""What the command says: sentences, reports, JSON; and how a refusal becomes one sentence and exit code 1."""

import io
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import DatabaseError, OperationalError
from typer.core import TyperGroup

from sdmx_dsm.errors import DsmError
from sdmx_dsm.service.conversion import write_whole

console: Final = Console(highlight=False, soft_wrap=True)
problems: Final = Console(stderr=True, highlight=False, soft_wrap=True)
# Of what a file or folder was refused for, in words that say what to do.
_REASONS: Final = {
    FileNotFoundError: "the folder it should be in is not there; make it, or name another",
    FileExistsError: "there is a file where a folder is needed; name another",
    NotADirectoryError: "there is a file where a folder is needed; name another",
    IsADirectoryError: "it is a folder, and a file is needed; name one in it",
    PermissionError: "you may not read or write there; name another, or ask who looks after it",
}
# Where no terminal says how wide it is.
_TABLE_WIDTH: Final = 140


class Refusing(TyperGroup):
    """What is refused on purpose, and what files and databases refuse, is one sentence and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DsmError as error:
            sentence = str(error)
        except DatabaseError as error:
            if type(error) not in (DatabaseError, OperationalError):
                raise  # a fault of ours
            reason = str(error.orig).partition("\n")[0]
            sentence = f"The database can't be used: {reason}. See DSM_DATABASE_URL and DSM_DATA_DIR."
        except OSError as error:
            if isinstance(error, BrokenPipeError) or error.filename is None:
                raise
            reason = next((text for kind, text in _REASONS.items() if isinstance(error, kind)), f"{error.strerror}")
            # What is not whole yet has a name that nobody asked for.
            sentence = f"{str(error.filename).removesuffix('.part')} can't be used: {reason}."
        problems.print(sentence, style="red", markup=False)
        raise typer.Exit(1)


def speak_utf8() -> None:
    """In files and pipes UTF-8 whatever the system's encoding; a terminal gets a question mark for what it can't show."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


def say(sentence: str) -> None:
    console.print(sentence, markup=False)


def print_json(values: object) -> None:
    console.print_json(json.dumps(values, ensure_ascii=False, default=str))


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Nothing is cut off: what is too long goes on in the next line."""
    table = Table(box=box.SIMPLE)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if console.is_terminal else _TABLE_WIDTH).print(table)


def print_report(report: Mapping[str, Any]) -> None:
    """A report as `report_values` gives it, in English."""
    say(f"{report['observations']} observations read, {report['accepted']} without errors.")
    if report["deleted"]:
        say(f"{report['deleted']} observations deleted.")
    print_findings(report, console)


def print_findings(report: Mapping[str, Any], where: Console) -> None:
    for finding in report["findings"]:
        sentence = f"{finding['severity']:11} {_place(finding)}  {finding['message']['en']} {finding['remedy']['en']}"
        where.print(sentence, markup=False)
    if counts := report["counts"]:
        where.print(", ".join(f"{code}: {number}" for code, number in counts.items()), markup=False)


def _place(finding: Mapping[str, Any]) -> str:
    parts = ("sheet", "cell") if finding["sheet"] else ("line", "column")
    return ("!" if finding["sheet"] else ":").join(str(finding[part]) for part in parts if finding[part])


def write(pieces: Iterable[bytes], output: Path | None) -> None:
    """Into a file, which is whole or not there, or to standard output."""
    if output is not None:
        write_whole(pieces, output)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
