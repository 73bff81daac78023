"""The subcommands. What the work is stands in `sdmx_dsm.service`; here are arguments, words and exit codes."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from sdmx_dsm import __version__
from sdmx_dsm.cli import pulling, serving
from sdmx_dsm.cli import releases as release_commands
from sdmx_dsm.cli import structures as structure_commands
from sdmx_dsm.cli.options import (
    OPERATOR,
    AgreementOption,
    DataDir,
    DataflowOption,
    File,
    Json,
    LanguageOption,
    MappingOption,
    Output,
    StructureFiles,
    new_or_open_hub,
    open_hub,
    settings_of,
)
from sdmx_dsm.cli.output import (
    Refusing,
    print_findings,
    print_json,
    print_report,
    print_table,
    problems,
    say,
    speak_utf8,
    write,
)
from sdmx_dsm.errors import NotFound
from sdmx_dsm.excel import load_mapping
from sdmx_dsm.formats import Format, WriteOptions, by_name
from sdmx_dsm.formats.pieces import rest_of
from sdmx_dsm.model import DataQuery, Structures, parse_key_v2
from sdmx_dsm.service import data
from sdmx_dsm.service import demo as demonstration
from sdmx_dsm.service.archive import backup as make_backup
from sdmx_dsm.service.archive import restore as restore_backup
from sdmx_dsm.service.checking import CheckOptions, check, report_values, reported_reference
from sdmx_dsm.service.content import load_content, read_content
from sdmx_dsm.service.conversion import convert as convert_file
from sdmx_dsm.service.conversion import held, message_options, plain_header
from sdmx_dsm.service.packages import read_paths
from sdmx_dsm.service.people import create_token, revoke_tokens
from sdmx_dsm.service.remote import submit_remotely
from sdmx_dsm.service.structure_maps import Mapped, find_map
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive, submission_values, wait_for
from sdmx_dsm.settings import Settings, settings_table

app = typer.Typer(
    name="dsm",
    cls=Refusing,
    help="Exchange statistics in SDMX: a registry, a collection point and a dissemination service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Entry point."""
    speak_utf8()
    app()


@app.command()
def init(
    content: Annotated[
        Path | None, typer.Option(help="Folder with structures/ and registry/ (DSM_CONTENT_DIR).")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Create the database and load the structures and the registry."""
    with new_or_open_hub(settings_of(data_dir, str(content) if content else None)) as hub:
        say(f"{len(load_content(hub))} artefacts are in the hub; its folder is {hub.settings.data_path.absolute()}.")


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on, at 127.0.0.1.")] = None,
    data_dir: DataDir = None,
    once: Annotated[bool, typer.Option("--once", help="Do the main job and exit.")] = False,
) -> None:
    """From nothing to a running hub with demonstration data: load, convert, submit, release, serve."""
    settings = serving.listening_settings(settings_of(data_dir or "demo-data"), "127.0.0.1", port)
    with new_or_open_hub(settings) as hub:
        say("Loading the structures, the registry and the legacy workbooks …")
        loaded = list(demonstration.prepare(hub))
    columns = ("dataflow", "provider", "workbook", "observations", "findings", "outcome")
    print_table(columns, [one.row for one in loaded])
    if once:
        end = f"To have it answer: dsm serve --data-dir {settings.data_path} --port {settings.port}\n"
        say(f"{demonstration.tour(settings, loaded)}\n{end}")
    else:
        end = "Ctrl+C ends the hub; its data stay.\n"
        serving.serve(settings, announce=lambda served: say(f"{demonstration.tour(served, loaded)}\n{end}"))


@app.command(epilog="Settings are environment variables; `dsm settings` prints them all.")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (DSM_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (DSM_PORT).")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer HTTP.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Answer HTTP and process submissions."""
    settings = serving.listening_settings(settings_of(data_dir), host, port)
    serving.serve(
        settings,
        workers=workers,
        announce=lambda served: say(f"Serving {serving.address_of(served)}/ (stop with Ctrl+C)"),
    )


@app.command()
def worker(data_dir: DataDir = None) -> None:
    """Process submissions alone (`dsm serve` has a worker of its own)."""
    serving.worker_main(settings_of(data_dir))


@app.command("settings")
def show_settings() -> None:
    """Print all settings with their defaults, in Markdown."""
    say(settings_table())


@app.command()
def submit(
    file: File,
    dataflow: DataflowOption = "",
    provision_agreement: AgreementOption = "",
    mapping: Annotated[str, typer.Option(help="For a workbook: id of a mapping of the hub.")] = "",
    action: Annotated[str, typer.Option(help="Append, Replace, Delete, …, where the file does not say it.")] = "",
    accept: Annotated[str, typer.Option(help="`all` or nothing, or the `good` rows.")] = "all",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only.")] = False,
    url: Annotated[str, typer.Option(help="Address of a hub; without it the hub of the data folder.")] = "",
    token: Annotated[str, typer.Option(envvar="DSM_TOKEN", help="Token for --url.")] = "",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Send a file: to a hub over HTTP, or into the hub of the data folder."""
    if accept not in ("all", "good"):
        raise typer.BadParameter("expected all or good", param_hint="--accept")
    if url and not token:
        raise typer.BadParameter(
            "a hub takes files only with a token, from here or from DSM_TOKEN", param_hint="--token"
        )
    request = SubmissionRequest(
        path=file,
        file_name=file.name,
        structure=provision_agreement or dataflow,
        mapping=mapping,
        action=action,
        accept="good" if accept == "good" else "all",
        dry_run=dry_run,
    )
    values: dict[str, Any]
    with problems.status(f"Sending {file.name} …"):
        if url:
            values = submit_remotely(request, url, token)
        else:
            with open_hub(settings_of(data_dir)) as hub:
                submission = receive(hub, request, OPERATOR)
                process_all(hub)
                # A worker beside us may have been the first to take it.
                values = submission_values(wait_for(hub, submission.id, hub.settings.submission_wait_seconds))
    if as_json:
        print_json(values)
    else:
        say(f"Submission {values['id']}: {values['state']}")
        if isinstance(report := values.get("report"), dict):
            print_report(report)
    raise typer.Exit(0 if values["state"] in ("released", "checked", "received", "checking") else 1)


@app.command()
def validate(
    file: File,
    dataflow: DataflowOption = "",
    provision_agreement: AgreementOption = "",
    structures: StructureFiles = None,
    mapping: MappingOption = "",
    as_json: Json = False,
) -> None:
    """Check a file without a server; the report is the server's."""
    settings = settings_of()
    artefacts = _structures(settings, structures)
    options = _check_options(settings, artefacts, provision_agreement or dataflow, mapping)
    with (
        problems.status(f"Checking {file.name} …"),
        TemporaryDirectory(prefix="dsm-") as folder,
        check(file, artefacts, options, Path(folder)) as checked,
    ):
        report = checked.report
    values = report_values(report)
    if as_json:
        print_json(values)
    else:
        print_report(values)
    raise typer.Exit(1 if report.errors else 0)


@app.command()
def convert(
    file: File,
    to: Annotated[str, typer.Option(help="Name of a format, such as sdmx-csv-2.0.")],
    output: Output = None,
    dataflow: DataflowOption = "",
    provision_agreement: AgreementOption = "",
    structures: StructureFiles = None,
    mapping: MappingOption = "",
    structure_map: Annotated[
        str, typer.Option("--structure-map", help="URN or AGENCY:ID(VERSION) of the map that the data go through.")
    ] = "",
    accept: Annotated[
        str, typer.Option(help="`all` or nothing, or the `good` observations that a structure map makes.")
    ] = "all",
    lang: LanguageOption = "en",
) -> None:
    """Turn a file into another format, or through a structure map into another structure."""
    if accept not in ("all", "good"):
        raise typer.BadParameter("expected all or good", param_hint="--accept")
    settings = settings_of()
    format = _format(to)
    artefacts = _structures(settings, structures)
    options = _check_options(settings, artefacts, provision_agreement or dataflow, mapping)
    message = message_options(plain_header(settings, artefacts), lang)
    if not structure_map:
        write(convert_file(file, artefacts, options, format, message), output)
        return
    mapped = Mapped(artefacts, find_map(artefacts, structure_map))
    with held(convert_file(file, artefacts, options, format, message, mapped)) as made:
        report = mapped.report
        print_findings(report_values(report), problems)
        if report.errors and accept == "all":
            problems.print("Nothing was written; --accept good writes what is without errors.")
            raise typer.Exit(1)
        write(rest_of(made), output)


@app.command()
def export(
    dataflow: Annotated[str, typer.Option(help="AGENCY:ID(VERSION)")],
    key: Annotated[str, typer.Option(help="Series key such as A.*.F; several with commas.")] = "",
    to: Annotated[str, typer.Option(help="Name of a format.")] = "sdmx-csv-2.0",
    output: Output = None,
    lang: LanguageOption = "en",
    rows: Annotated[str, typer.Option(help="Dimensions down a table (xlsx-table), with commas.")] = "",
    columns: Annotated[str, typer.Option(help="Dimensions across a table (xlsx-table), with commas.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Write the published data of a dataflow."""
    format = _format(to)
    assert format.write
    with open_hub(settings_of(data_dir)) as hub:
        flow = hub.dataflow(dataflow)
        query = DataQuery(agencies=(flow.agency,), ids=(flow.id,), versions=(flow.version,), keys=parse_key_v2(key))
        found = data.answer(hub, query, OPERATOR)
        options = WriteOptions(
            header=found.header, languages=_listed(lang), rows=_listed(rows), columns=_listed(columns)
        )
        write(format.write(found.datasets, options), output)


@app.command()
def backup(file: Path, data_dir: DataDir = None) -> None:
    """Write the whole hub into one file."""
    with problems.status(f"Writing {file.name} …"), open_hub(settings_of(data_dir)) as hub:
        make_backup(hub, file)
    say(f"The hub is in {file} ({file.stat().st_size} bytes).")


@app.command()
def restore(file: File, data_dir: DataDir = None) -> None:
    """Fill an empty hub from a backup."""
    with problems.status(f"Restoring {file.name} …"):
        restore_backup(settings_of(data_dir), file)
    say(f"The hub of {file} is restored.")


tokens = typer.Typer(help="Tokens that programs send.", no_args_is_help=True)
app.add_typer(tokens, name="token")
app.add_typer(structure_commands.commands, name="structures")
app.add_typer(release_commands.commands, name="release")
app.command()(pulling.pull)


@tokens.command("create")
def token_create(
    name: str,
    administrator: Annotated[bool, typer.Option("--administrator", help="May do everything.")] = False,
    agreement: Annotated[list[str] | None, typer.Option(help="AGENCY:ID(VERSION) to submit for (repeatable).")] = None,
    maintains: Annotated[
        list[str] | None,
        typer.Option(help="Agency whose structures may be changed (repeatable); not its sub-agencies."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it, once."""
    if not (administrator or agreement or maintains):
        raise typer.BadParameter(
            "name what the token is for, or --administrator", param_hint="--agreement, --maintains"
        )
    with open_hub(settings_of(data_dir)) as hub:
        say(create_token(hub, name, administrator=administrator, agreements=agreement or (), maintains=maintains or ()))


@tokens.command("revoke")
def token_revoke(name: str, data_dir: DataDir = None) -> None:
    """End all tokens of a name."""
    with open_hub(settings_of(data_dir)) as hub:
        say(f"Tokens of {name} that are no longer valid: {revoke_tokens(hub, name)}.")


@app.command()
def version() -> None:
    """Print the version."""
    say(__version__)


def _structures(settings: Settings, paths: Iterable[Path] | None) -> Structures:
    """The structures of the files and folders given, else of the content that came with the package."""
    if paths:
        return Structures(read_paths(paths, settings.max_unpacked_bytes))
    return Structures(read_content(settings.content_path))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _format(name: str) -> Format:
    """A format of data that is written here."""
    try:
        format = by_name(name)
    except NotFound as error:
        raise typer.BadParameter(str(error), param_hint="--to") from error
    if format.write is None:
        raise typer.BadParameter(f"{name} is not written here", param_hint="--to")
    return format


def _check_options(settings: Settings, structures: Structures, named: str, mapping: str) -> CheckOptions:
    return CheckOptions(
        reference=reported_reference(named, structures) if named else None,
        mapping=load_mapping(_mapping_file(settings, mapping).read_bytes()) if mapping else None,
    )


def _mapping_file(settings: Settings, mapping: str) -> Path:
    folder = settings.content_path / "registry" / "mappings"
    path = Path(mapping) if Path(mapping).is_file() else folder / f"{mapping}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.yaml"))) or "none"
        raise typer.BadParameter(
            f"{mapping} is neither a file nor the id of a mapping; there are {known}.", param_hint="--mapping"
        )
    return path
