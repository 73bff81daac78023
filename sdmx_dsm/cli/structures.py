"""`dsm structures`: structure messages in files, and those of the hub."""

from pathlib import Path
from typing import Annotated

import typer

from sdmx_dsm.cli.options import DataDir, Output, new_or_open_hub, open_hub, settings_of
from sdmx_dsm.cli.output import problems, say, write
from sdmx_dsm.errors import DsmError, NotFound, Unsupported
from sdmx_dsm.formats import StructureOptions, by_name
from sdmx_dsm.model import Maintainable, Structures
from sdmx_dsm.service.content import faults_of, find_files, load_artefacts, read_file
from sdmx_dsm.service.conversion import plain_header
from sdmx_dsm.service.structures import select
from sdmx_dsm.web.rest.targets import split_target
from sdmx_dsm.web.rest.v2 import structure_query

commands = typer.Typer(help="Structures: check files, load them into the hub, write the hub's.", no_args_is_help=True)
Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, and folders with .xml and .json files.")]


@commands.command()
def check(
    paths: Paths,
    hub: Annotated[bool, typer.Option("--hub", help="References may also lead to what the hub has.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Read structure messages and say what is wrong with them: files that can't be read, references that lead nowhere."""
    known = Structures()
    if hub:
        with open_hub(settings_of(data_dir)) as opened:
            known = opened.structures
    artefacts = _checked(paths, known)
    say(f"{len(artefacts)} artefacts, nothing wrong.")


@commands.command()
def load(paths: Paths, data_dir: DataDir = None) -> None:
    """Put structure messages into the hub: all of them, or none when something is wrong."""
    with new_or_open_hub(settings_of(data_dir)) as hub:
        artefacts = _checked(paths, hub.structures)
        before = hub.registry.revision
        changed = load_artefacts(hub, artefacts) != before
    say(f"{len(artefacts)} artefacts are in the hub" + (" now." if changed else " already."))


@commands.command()
def export(
    query: Annotated[
        str, typer.Argument(help="What stands behind /sdmx/v2/structure/: dataflow/DSM/*/~?references=all")
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
        options = StructureOptions(header=plain_header(settings))
        write(format.write_structures(found, options, hub.structures), output)


def _checked(paths: list[Path], known: Structures) -> list[Maintainable]:
    """The artefacts of all files. Exits with 1, everything that is wrong said, when anything is."""
    artefacts: list[Maintainable] = []
    faults: list[str] = []
    for file in find_files(paths):
        try:
            artefacts += read_file(file)
        except DsmError as error:
            faults.append(error.message)
    faults += faults_of(artefacts, known)
    for fault in faults:
        problems.print(fault, markup=False)
    if faults:
        problems.print(f"Artefacts read: {len(artefacts)}, faults: {len(faults)}.", markup=False)
        raise typer.Exit(1)
    return artefacts
