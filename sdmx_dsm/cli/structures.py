"""`dsm structures`: structure messages in files, and those of the hub."""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Final

import typer

from sdmx_dsm.cli.options import OPERATOR, DataDir, Json, Output, new_or_open_hub, open_hub, settings_of
from sdmx_dsm.cli.output import print_json, problems, say, write
from sdmx_dsm.errors import DsmError, NotFound, Unsupported
from sdmx_dsm.formats import StructureOptions, by_name
from sdmx_dsm.model import Maintainable, Structures
from sdmx_dsm.service.content import find_files, read_file
from sdmx_dsm.service.conversion import plain_header
from sdmx_dsm.service.maintenance import review, submit
from sdmx_dsm.service.results import Result, result_values
from sdmx_dsm.service.structures import select
from sdmx_dsm.web.rest.targets import split_target
from sdmx_dsm.web.rest.v2 import structure_query

commands = typer.Typer(help="Structures: check files, load them into the hub, write the hub's.", no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, and folders with .xml and .json files.")]


@commands.command()
def check(
    paths: Paths,
    hub: Annotated[bool, typer.Option("--hub", help="As a change of what the hub has.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read structure messages and say what is wrong with them: files that can't be read, rules that are broken."""
    with open_hub(settings_of(data_dir)) if hub else nullcontext() as opened:
        artefacts, unreadable = _read(paths)
        results = (
            submit(opened, artefacts, user=OPERATOR.name, dry_run=True) if opened else review(artefacts, Structures())
        )
    _report(results, unreadable, f"{len(results)} artefacts, nothing wrong.", as_json)


@commands.command()
def load(
    paths: Paths,
    note: Annotated[str, typer.Option(help="For who reads the history.")] = "structure files",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put structure messages into the hub: all of them, or none when something is wrong."""
    with new_or_open_hub(settings_of(data_dir)) as hub:
        artefacts, unreadable = _read(paths)
        results = submit(hub, artefacts, user=OPERATOR.name, note=note, dry_run=bool(unreadable))
    counts = Counter("as it was" if not result.is_change else result.action for result in results)
    parts = [f"{counts[key]} {word}" for key, word in _LOADED.items() if counts[key]]
    _report(results, unreadable, f"{len(results)} artefacts are in the hub: {', '.join(parts)}.", as_json)


_LOADED: Final = {"Append": "new", "Replace": "changed", "as it was": "as they were"}


@commands.command()
def export(
    query: Annotated[
        str, typer.Argument(help="What stands behind /sdmx/v2/structure/: dataflow/AGENCY/*/~?references=all")
    ] = "*/*/*/*",
    to: Annotated[str, typer.Option(help="Name of a format of structures.")] = "sdmx-ml-3.0",
    output: Output = None,
    data_dir: DataDir = None,
) -> None:
    """Write structures of the hub, all of them unless a query says which."""
    format = by_name(to, "structure")
    if format.write_structures is None:
        raise Unsupported(f"{format.name} is not written here.")
    settings = settings_of(data_dir)
    path, _, parameters = query.partition("?")
    asked = structure_query(split_target(f"structure/{path}".encode(), parameters.encode(), ""))
    with open_hub(settings) as hub:
        found = select(hub.structures, asked)
        if not found:
            raise NotFound(f"No structures match “{query}”.")
        options = StructureOptions(header=plain_header(settings, hub.structures))
        write(format.write_structures(found, options, hub.structures), output)


def _read(paths: list[Path]) -> tuple[list[Maintainable], int]:
    """The artefacts of all files that can be read, and how many files can't, each of which is named."""
    artefacts: list[Maintainable] = []
    unreadable = 0
    for file in find_files(paths):
        try:
            artefacts += read_file(file)
        except DsmError as error:
            problems.print(error.message, markup=False)
            unreadable += 1
    return artefacts, unreadable


def _report(results: Sequence[Result], unreadable: int, summary: str, as_json: bool) -> None:
    """What is wrong, or the summary. Exits with 1 when anything was refused or unreadable."""
    told = [result for result in results if result.status != "Success" and result.rule != "others-refused"]
    refused = sum(result.status == "Failure" for result in told)
    if as_json:
        print_json([result_values(result) for result in results])
    else:
        for result in told:
            problems.print(result.message["en"], markup=False)
        if refused or unreadable:
            files = f", {unreadable} files that can't be read" if unreadable else ""
            problems.print(f"{len(results)} artefacts, {refused} with faults{files}.", markup=False)
        else:
            say(summary)
    if refused or unreadable:
        raise typer.Exit(1)
