"""`dsm release`: the releases of data, and what takes them back."""

from typing import Annotated, Any

import typer

from sdmx_dsm.cli.options import OPERATOR, DataDir, Json, open_hub, settings_of
from sdmx_dsm.cli.output import print_json, print_table, say
from sdmx_dsm.service import releases
from sdmx_dsm.service.releases import Reversal

commands = typer.Typer(help="Releases of data: list them, take them back.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Of the release.")]
Flow = Annotated[str, typer.Option("--dataflow", help="AGENCY:ID(VERSION) whose data it is about; else all.")]
Agreement = Annotated[str, typer.Option("--provision-agreement", help="AGENCY:ID(VERSION) whose data it is about.")]
Note = Annotated[str, typer.Option(help="For the history.")]


@commands.command("list")
def list_releases(
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the releases, the newest first, with what they changed."""
    with open_hub(settings_of(data_dir)) as hub:
        found: list[dict[str, Any]] = releases.listed(hub, OPERATOR, limit=limit)
    if as_json:
        print_json(found)
        return
    columns = ("release", "time", "dataflow", "agreement", "inserted", "updated", "deleted", "note")
    print_table(
        columns,
        (
            (
                str(release["number"]), release["time"], change["dataflow"]["id"], change["provision_agreement"],
                *(str(change[kind]) for kind in ("inserted", "updated", "deleted")), release["note"],
            )
            for release in found
            for change in release["changes"]
        ),
    )  # fmt: skip


@commands.command()
def rollback(
    number: Number,
    dataflow: Flow = "",
    provision_agreement: Agreement = "",
    note: Note = "",
    data_dir: DataDir = None,
) -> None:
    """Bring back the state after a release, as a new release."""
    _take_back("rollback", number, dataflow, provision_agreement, note, data_dir)


@commands.command()
def withdraw(
    number: Number,
    dataflow: Flow = "",
    provision_agreement: Agreement = "",
    note: Note = "",
    data_dir: DataDir = None,
) -> None:
    """Take back what a release did, as a new release; what later ones changed stays."""
    _take_back("withdrawal", number, dataflow, provision_agreement, note, data_dir)


def _take_back(
    kind: Reversal, number: int, dataflow: str, provision_agreement: str, note: str, data_dir: str | None
) -> None:
    with open_hub(settings_of(data_dir)) as hub:
        made = releases.take_back(
            hub, kind, number, OPERATOR, dataflow=dataflow, provision_agreement=provision_agreement, note=note
        )
        changes = hub.store.changes(made.number)
    counts = [sum(getattr(change, word) for change in changes) for word in ("inserted", "updated", "deleted")]
    say(f"Release {made.number}: observations inserted {counts[0]}, updated {counts[1]}, deleted {counts[2]}.")
