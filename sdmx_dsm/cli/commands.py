"""The subcommands. What the work is stands in `sdmx_dsm.service`; here are arguments, words and exit codes."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sdmx_dsm import __version__
from sdmx_dsm.cli import serving
from sdmx_dsm.errors import DsmError
from sdmx_dsm.excel import load_mapping
from sdmx_dsm.formats import WriteOptions, by_name, read_structures
from sdmx_dsm.model import DataQuery, Report, Structures, Viewer, parse_key_v2, parse_reference
from sdmx_dsm.service import Hub, data
from sdmx_dsm.service import demo as demonstration
from sdmx_dsm.service.archive import backup as make_backup
from sdmx_dsm.service.archive import restore as restore_backup
from sdmx_dsm.service.checking import CheckOptions, check, report_values
from sdmx_dsm.service.content import load_content, read_content
from sdmx_dsm.service.conversion import convert as convert_file
from sdmx_dsm.service.people import create_token
from sdmx_dsm.service.remote import submit_remotely
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive, submission_values
from sdmx_dsm.settings import Settings, load_settings, settings_table
from sdmx_dsm.validation import render

app = typer.Typer(
    name="dsm",
    help="Exchange statistics in SDMX: a registry, a collection point and a dissemination service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
console = Console(highlight=False, soft_wrap=True)
problems = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
DataDir = Annotated[str | None, typer.Option(help="Folder of the hub's data (DSM_DATA_DIR).")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
MappingOption = Annotated[str, typer.Option("--mapping", help="For a workbook: id of a mapping, or a mapping file.")]
StructureFiles = Annotated[
    list[Path] | None,
    typer.Option("--structures", help="SDMX-ML structures to use instead of the hub's content (file, repeatable)."),
]
DataflowOption = Annotated[str, typer.Option("--dataflow", help="AGENCY:ID(VERSION), where the file does not say it.")]
AgreementOption = Annotated[str, typer.Option("--provision-agreement", help="AGENCY:ID(VERSION)")]


def main() -> None:
    """Entry point: refusals become one sentence and exit code 1."""
    try:
        app()
    except DsmError as error:
        problems.print(str(error), style="red", markup=False)
        sys.exit(1)


def _settings(data_dir: str | None = None, content_dir: str | None = None) -> Settings:
    given = {"data_dir": data_dir, "content_dir": content_dir}
    return load_settings(None, **{name: value for name, value in given.items() if value is not None})


@contextmanager
def _hub(settings: Settings) -> Iterator[Hub]:
    hub = Hub.open(settings)
    try:
        yield hub
    finally:
        hub.close()


@app.command()
def init(
    content: Annotated[Path | None, typer.Option(help="Folder that holds structures/ and registry/.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Create the database and load the structures and the registry."""
    with _hub(_settings(data_dir, str(content) if content else None)) as hub:
        artefacts = load_content(hub)
        console.print(f"{len(artefacts)} artefacts are in {hub.settings.data_path.absolute()}.")


@app.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port to listen on, at 127.0.0.1.")] = None,
    data_dir: DataDir = None,
    once: Annotated[bool, typer.Option("--once", help="Do the main job and exit.")] = False,
) -> None:
    """From nothing to a running hub with demonstration data: load, convert, submit, release, serve."""
    settings = serving.listening_settings(_settings(data_dir or "demo-data"), "127.0.0.1", port)
    with _hub(settings) as hub:
        console.print("Loading the structures, the registry and the legacy workbooks …")
        table = Table("dataflow", "provider", "workbook", "observations", "findings", "outcome")
        for loaded in demonstration.prepare(hub):
            table.add_row(*loaded.row(hub))
        console.print(table)
    console.print(demonstration.tour(settings), markup=False)
    if not once:
        serving.serve(settings)


@app.command(epilog="Settings are environment variables; `dsm settings` prints them all.")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (DSM_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (DSM_PORT).")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer HTTP.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Answer HTTP and process submissions."""
    settings = serving.listening_settings(_settings(data_dir), host, port)
    console.print(f"Serving http://{settings.host}:{settings.port}/ (stop with Ctrl+C)")
    serving.serve(settings, workers=workers)


@app.command()
def worker(data_dir: DataDir = None) -> None:
    """Process submissions alone (`dsm serve` has a worker of its own)."""
    serving.worker_main(_settings(data_dir))


@app.command("settings")
def show_settings() -> None:
    """Print all settings with their defaults, in Markdown."""
    console.print(settings_table(), markup=False)


@app.command()
def submit(
    file: File,
    dataflow: DataflowOption = "",
    provision_agreement: AgreementOption = "",
    mapping: MappingOption = "",
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
    request = SubmissionRequest(
        path=file,
        file_name=file.name,
        structure=provision_agreement or dataflow,
        mapping=mapping,
        action=action,
        accept="good" if accept == "good" else "all",
        dry_run=dry_run,
    )
    if url:
        values = submit_remotely(request, url, token)
    else:
        with _hub(_settings(data_dir)) as hub:
            submission = receive(hub, request, Viewer(name="command line", is_administrator=True))
            process_all(hub)
            values = submission_values(hub.store.submission(submission.id))
    if as_json:
        _print_json(values)
    else:
        console.print(f"Submission {values['id']}: {values['state']}", markup=False)
        _print_findings(values.get("report"))
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
    settings = _settings()
    artefacts = _structures(settings, structures)
    options = _check_options(settings, artefacts, provision_agreement or dataflow, mapping)
    with TemporaryDirectory(prefix="dsm-") as folder, check(file, artefacts, options, Path(folder)) as checked:
        report = checked.report
    if as_json:
        _print_json(report_values(report))
    else:
        _print_report(report)
    raise typer.Exit(1 if report.errors else 0)


@app.command()
def convert(
    file: File,
    to: Annotated[str, typer.Option(help="Name of a format, such as sdmx-csv-2.0.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else standard output.")] = None,
    dataflow: DataflowOption = "",
    provision_agreement: AgreementOption = "",
    structures: StructureFiles = None,
    mapping: MappingOption = "",
) -> None:
    """Turn a file into another format."""
    settings = _settings()
    artefacts = _structures(settings, structures)
    options = _check_options(settings, artefacts, provision_agreement or dataflow, mapping)
    pieces = convert_file(
        file, artefacts, options, by_name(to), WriteOptions(header=demonstration.plain_header(settings))
    )
    _write(pieces, output)


@app.command()
def export(
    dataflow: Annotated[str, typer.Option(help="AGENCY:ID(VERSION)")],
    key: Annotated[str, typer.Option(help="Series key such as A.MD.*; several with commas.")] = "",
    to: Annotated[str, typer.Option(help="Name of a format.")] = "sdmx-csv-2.0",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else standard output.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write the published data of a dataflow."""
    format = by_name(to)
    if format.write is None:
        raise typer.BadParameter(f"{to} is not written here", param_hint="--to")
    with _hub(_settings(data_dir)) as hub:
        flow = hub.dataflow(dataflow)
        query = DataQuery(agencies=(flow.agency,), ids=(flow.id,), versions=(flow.version,), keys=parse_key_v2(key))
        found = data.answer(hub, query, Viewer(name="command line", is_administrator=True))
        _write(format.write(found.datasets, WriteOptions(header=found.header)), output)


@app.command()
def backup(file: Path, data_dir: DataDir = None) -> None:
    """Write the whole hub into one file."""
    with _hub(_settings(data_dir)) as hub:
        make_backup(hub, file)
    console.print(f"The hub is in {file} ({file.stat().st_size} bytes).", markup=False)


@app.command()
def restore(file: File, data_dir: DataDir = None) -> None:
    """Fill an empty hub from a backup."""
    restore_backup(_settings(data_dir), file)
    console.print(f"The hub of {file} is restored.", markup=False)


tokens = typer.Typer(help="Tokens that programs send.", no_args_is_help=True)
app.add_typer(tokens, name="token")


@tokens.command("create")
def token_create(
    name: str,
    administrator: Annotated[bool, typer.Option("--administrator", help="May submit for every agreement.")] = False,
    agreement: Annotated[list[str] | None, typer.Option(help="AGENCY:ID(VERSION) to submit for (repeatable).")] = None,
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it, once."""
    with _hub(_settings(data_dir)) as hub:
        console.print(create_token(hub, name, administrator=administrator, agreements=agreement or ()), markup=False)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__)


def _structures(settings: Settings, files: Iterable[Path] | None) -> Structures:
    """The structures of the files given, else of the content that came with the package."""
    if files:
        return Structures(artefact for file in files for artefact in read_structures(file))
    return Structures(read_content(settings.content_path))


def _check_options(settings: Settings, structures: Structures, named: str, mapping: str) -> CheckOptions:
    reference = None
    if named:
        reference = parse_reference(named, "ProvisionAgreement", default_version="~")
        if structures.find(reference) is None:
            reference = parse_reference(named, "Dataflow", default_version="~")
    return CheckOptions(
        reference=reference,
        mapping=load_mapping(_mapping_file(settings, mapping).read_text("utf-8")) if mapping else None,
    )


def _mapping_file(settings: Settings, mapping: str) -> Path:
    known = settings.content_path / "registry" / "mappings" / f"{mapping}.yaml"
    path = Path(mapping) if Path(mapping).is_file() else known
    if not path.is_file():
        raise typer.BadParameter(f"{mapping} is neither a file nor the id of a mapping", param_hint="--mapping")
    return path


def _write(pieces: Iterable[bytes], output: Path | None) -> None:
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    partial = output.with_name(f"{output.name}.part")
    with partial.open("wb") as file:
        file.writelines(pieces)
    partial.replace(output)


def _print_json(values: object) -> None:
    console.print_json(json.dumps(values, ensure_ascii=False, default=str))


def _print_report(report: Report) -> None:
    console.print(f"{report.observations} observations read, {report.accepted} without errors.")
    for finding in report.findings:
        sentence, remedy = render(finding, "en")
        console.print(f"{finding.severity:11} {finding.place}  {sentence} {remedy}", markup=False)
    _print_counts(report.counts)


def _print_findings(report: object) -> None:
    if not isinstance(report, dict):
        return
    console.print(f"{report['observations']} observations read, {report['accepted']} without errors.")
    for finding in report["findings"]:
        where = f"{finding['sheet']}!{finding['cell']}" if finding["sheet"] else finding["line"] or ""
        message = f"{finding['message']['en']} {finding['remedy']['en']}"
        console.print(f"{finding['severity']:11} {where}  {message}", markup=False)
    _print_counts(report["counts"])


def _print_counts(counts: object) -> None:
    if isinstance(counts, dict) and counts:
        console.print(", ".join(f"{code}: {number}" for code, number in counts.items()), markup=False)
