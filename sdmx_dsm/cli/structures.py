"""`dsm structures`: structure messages in files, and those of the hub."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from sdmx_dsm.cli.options import OPERATOR, DataDir, Json, new_or_open_hub, open_hub, settings_of
from sdmx_dsm.cli.output import print_json, print_table, problems, say, write
from sdmx_dsm.errors import DsmError, NotFound, QuerySyntaxError, Unsupported
from sdmx_dsm.formats import Format, StructureOptions, by_name
from sdmx_dsm.model import MAINTAINABLES, Maintainable, Reference, StructureQuery, Structures, describe, parse_urn
from sdmx_dsm.service import Hub, history
from sdmx_dsm.service.content import read_file
from sdmx_dsm.service.conversion import plain_header, write_whole
from sdmx_dsm.service.history import Difference
from sdmx_dsm.service.maintenance import review, submit
from sdmx_dsm.service.packages import read_paths, structure_files, write_zip
from sdmx_dsm.service.resources import RESOURCES
from sdmx_dsm.service.results import Result, result_values
from sdmx_dsm.service.rules import name_of
from sdmx_dsm.service.structures import select
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.rest.targets import split_target
from sdmx_dsm.web.rest.v2 import structure_query

_STATE: Final = (
    "File, folder or zip file; of the hub: URN, or what stands behind /sdmx/v2/structure/, with @12 at revision 12."
)
commands = typer.Typer(help="Structures: check files, load them into the hub, write the hub's.", no_args_is_help=True)
Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Files; folders and zip files with .xml and .json files.")
]

Lenient = Annotated[bool, typer.Option("--lenient", help="Take regular expressions that can't be run, with a warning.")]


@commands.command()
def check(
    paths: Paths,
    hub: Annotated[bool, typer.Option("--hub", help="As a change of what the hub has.")] = False,
    lenient: Lenient = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read structure messages and say what is wrong with them: files that can't be read, rules that are broken."""
    settings = settings_of(data_dir)
    with open_hub(settings) if hub else nullcontext() as opened:
        artefacts, unreadable = _read(paths, settings)
        results = (
            submit(opened, artefacts, user=OPERATOR.name, dry_run=True, lenient=lenient)
            if opened
            else review(artefacts, Structures(), lenient=lenient)
        )
    _report(results, unreadable, f"{len(results)} artefacts, nothing wrong.", as_json)


@commands.command()
def load(
    paths: Paths,
    note: Annotated[str, typer.Option(help="For who reads the history.")] = "structure files",
    lenient: Lenient = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Put structure messages into the hub: all of them, or none when something is wrong."""
    settings = settings_of(data_dir)
    with new_or_open_hub(settings) as hub:
        artefacts, unreadable = _read(paths, settings)
        dry_run = bool(unreadable)
        results = submit(hub, artefacts, user=OPERATOR.name, note=note, dry_run=dry_run, lenient=lenient)
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
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave out what the format can't say, and tell what that is.")
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="FILE, or FOLDER/ or FILE.zip with a file for each artefact; else standard output."
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write structures of the hub, all of them unless a query says which."""
    format = by_name(to, "structure")
    writer = format.write_structures
    if writer is None:
        raise Unsupported(f"{format.name} is not written here.")
    settings = settings_of(data_dir)
    asked = _query(query)
    with open_hub(settings) as hub:
        found = select(hub.structures, asked)
        if not found:
            raise NotFound(f"No structures match “{query}”.")
        options = StructureOptions(
            header=plain_header(settings, hub.structures),
            left_out=partial(problems.print, markup=False) if lenient else None,
        )
        files = ((_file_name(one, format), writer((one,), options, hub.structures)) for one in found)
        if output and output.endswith(".zip"):
            say(f"{write_zip(files, Path(output))} artefacts are in {output}.")
        elif output and (output.endswith(("/", os.sep)) or Path(output).is_dir()):
            say(f"{_write_folder(files, Path(output))} artefacts are in {output}.")
        else:
            write(writer(found, options, hub.structures), Path(output) if output else None)


def _file_name(artefact: Maintainable, format: Format) -> str:
    """`codelist/AGENCY.ID(VERSION).xml`: no id has a dot, so that no two artefacts share a name."""
    reference = artefact.reference
    name = f"{reference.agency}.{reference.id}({reference.version}).{format.extension}"
    return f"{reference.artefact_class.lower()}/{name}"


def _write_folder(files: Iterable[tuple[str, Iterable[bytes]]], folder: Path) -> int:
    """Each file is there when it is whole; others in the folder stay. Returns how many."""
    count = 0
    for name, pieces in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(pieces, path)
        count += 1
    return count


State = Annotated[str, typer.Argument(metavar="STATE", help=f"{_STATE} Versions are 1.0.0, ~ (the newest), * (all).")]


@commands.command()
def diff(before: State, after: State, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Say how two states of structures differ, and which part of the version the changes ask for at least."""
    settings = settings_of(data_dir)
    with nullcontext() if all(map(_is_path, (before, after))) else open_hub(settings) as hub:
        found = history.differences(*(_artefacts_of(state, hub, settings) for state in (before, after)))
    if as_json:
        print_json([history.difference_values(one) for one in found])
        return
    for one in found:
        _say_difference(one)
    say(f"{len(found)} artefacts differ." if found else "Nothing differs.")


@commands.command("history")
def show_history(
    artefact: Annotated[str, typer.Argument(help="URN or TYPE/AGENCY/ID/VERSION; else the changes of all.")] = "",
    since: Annotated[int | None, typer.Option(help="Revisions after this one; without it the newest.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many revisions.")] = 100,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List what was changed, by whom and when; all of it, or what was done to one artefact."""
    with open_hub(settings_of(data_dir)) as hub:
        if artefact:
            changes = history.of_artefact(hub, _reference_of(artefact))
            changes = [change for change in changes if change.revision > (since or 0)][-limit:]
        else:
            shown = (
                history.newest_revisions(hub, limit=limit)
                if since is None
                else history.revisions(hub, since=since, limit=limit)
            )
            changes = [change for revision in shown for change in revision.artefacts]
    if as_json:
        print_json([{**asdict(change), "reference": change.reference.urn} for change in changes])
        return
    print_table(
        ("revision", "time", "who", "what", "artefact", "note"),
        (
            (
                str(change.revision), f"{change.time:%Y-%m-%d %H:%M:%S}Z", change.user, change.action,
                name_of(change.reference), change.note,
            )
            for change in changes
        ),
    )  # fmt: skip


@commands.command()
def restore(
    revision: Annotated[int, typer.Argument(help="The revision as of which it shall be again.")],
    artefact: Annotated[str, typer.Argument(help="URN or TYPE/AGENCY/ID/VERSION; else the whole registry.")] = "",
    note: Annotated[str, typer.Option(help="For who reads the history.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Bring an artefact back as it was, also a deleted one, or the whole registry; what there was since stays in the history."""
    with open_hub(settings_of(data_dir)) as hub:
        if artefact:
            reference = _reference_of(artefact)
            results: tuple[Result, ...] = (
                history.restore(hub, reference, revision, user=OPERATOR.name, note=note, dry_run=dry_run),
            )
        else:
            results = history.roll_back(hub, revision, user=OPERATOR.name, note=note, dry_run=dry_run)
    if not as_json:
        for result in results:
            if result.status == "Success":
                say(result.message["en"])
    what = "would be" if dry_run else "are"
    _report(results, 0, f"{len(results)} artefacts {what} as of revision {revision}.", as_json)


def _is_path(state: str) -> bool:
    return Path(state).exists()


def _artefacts_of(state: str, hub: Hub | None, settings: Settings) -> list[Maintainable]:
    """The artefacts of a file, folder or zip file, or of the hub now, at a moment or a revision. Raises NotFound, ReadError."""
    if _is_path(state):
        return read_paths([Path(state)], settings.max_unpacked_bytes)
    assert hub
    text, mark, number = state.rpartition("@")
    is_numbered = bool(mark) and number.isdecimal()
    asked = _query(text if is_numbered else state)
    if is_numbered:
        registry = history.registry_as_of(hub, int(number))
    else:
        registry = hub.registry if asked.as_of is None else hub.registry_at(asked.as_of)
    found = list(select(registry.structures, asked))
    if not found:
        raise NotFound(f"“{state}” is neither a file nor a folder, and no structures of the hub match it.")
    return found


def _query(text: str) -> StructureQuery:
    """What stands behind /sdmx/v2/structure/, or a URN. Codelists stay as they are kept, with their extensions, unless the query
    names a detail: what is written here is to be loaded again."""
    if text.startswith("urn:"):
        reference = parse_urn(text)
        text = f"{reference.artefact_class.lower()}/{reference.agency}/{reference.id}/{reference.version}"
    path, _, parameters = text.partition("?")
    if "detail=" not in parameters:
        parameters = f"{parameters}&detail=raw"
    return structure_query(split_target(f"structure/{path}".encode(), parameters.encode(), ""))


def _reference_of(text: str) -> Reference:
    """The one version of an artefact that a URN or path names. Raises QuerySyntaxError, UrnError."""
    if text.startswith("urn:"):
        return parse_urn(text)
    resource, *rest = text.split("/")
    if len(rest) != 3 or resource not in RESOURCES:
        raise QuerySyntaxError(f"“{text}” is neither a URN nor of the form TYPE/AGENCY/ID/VERSION.")
    cls = MAINTAINABLES[RESOURCES[resource]]
    return Reference(cls.urn_class or cls.__name__, *rest)


def _say_difference(found: Difference) -> None:
    before, after = found.before, found.after
    name = name_of(found.reference)
    if before is None or after is None:
        say(f"{name}: {'added' if after else 'removed'}")
        return
    if type(before) is not type(after):
        say(f"{name}: {type(before).__name__} before, {type(after).__name__} now")
        return
    since = f" since {before.version}" if before.version != after.version else ""
    say(f"{name}{since}: {found.bump.name.lower() if found.bump else 'no'} change of the version")
    for change in found.changes:
        say(f"  {describe(change)['en']}")


def _read(paths: list[Path], settings: Settings) -> tuple[list[Maintainable], int]:
    """The artefacts of all files that can be read, and how many files can't, each of which is named."""
    artefacts: list[Maintainable] = []
    unreadable = 0
    with structure_files(paths, settings.max_unpacked_bytes) as files:
        for file in files:
            try:
                artefacts += read_file(file.path, file.name)
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
