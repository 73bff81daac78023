"""`dsm pull`: structures, and data, from another SDMX service."""

from typing import Annotated, Any, Literal

import typer

from sdmx_dsm.cli.options import AgreementOption, DataDir, Json, open_hub, settings_of
from sdmx_dsm.cli.output import print_json, print_report, print_table, say
from sdmx_dsm.model import Maintainable, Structures, Viewer, parse_reference
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import submit
from sdmx_dsm.service.results import Result
from sdmx_dsm.service.submissions import submission_values

_OPERATOR = Viewer(name="command line", is_administrator=True)


def pull(
    source: Annotated[
        str, typer.Argument(help="A source of sdmx1's catalogue (ECB, ESTAT …) or the address of an SDMX REST API.")
    ],
    resource: Annotated[str, typer.Argument(help="What to bring: dataflow, datastructure, codelist …")],
    artefact: Annotated[str, typer.Argument(help="AGENCY:ID(VERSION); without a version the newest.")],
    api: Annotated[
        Literal["1", "2"] | None,
        typer.Option(help="Major version of the API at an address, where it can't be seen from it."),
    ] = None,
    data: Annotated[bool, typer.Option("--data", help="Bring the data of the dataflow too.")] = False,
    key: Annotated[str, typer.Option(help="Which data: A.MD..")] = "",
    provision_agreement: AgreementOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before anything changes.")] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Bring an artefact with all that it refers to from another service, after a summary of what would change."""
    # sdmx1 takes half a second to load, which no other command has to wait for.
    from sdmx_dsm.service.pulling import agreement_for, class_of, pull_data, pull_structures, service_at

    wanted = parse_reference(artefact, class_of(resource), default_version="~")
    with open_hub(settings_of(data_dir)) as hub:
        service = service_at(source, api)
        found = pull_structures(hub, service, resource, wanted)
        agreement = agreement_for(hub, Structures(found), wanted, provision_agreement) if data else None
        results = _submitted(hub, found, service.name, dry_run=True)
        if not as_json:
            _tell(results)
        refused = any(result.status == "Failure" for result in results)
        if not refused and not dry_run and not as_json and not yes:
            typer.confirm("Put them into the hub?", abort=True)
        if not refused and not dry_run:
            results = _submitted(hub, found, service.name, dry_run=False)
            refused = any(result.status == "Failure" for result in results)
        values: dict[str, Any] = {
            "artefacts": [_values(result) for result in results],
            "stored": not refused and not dry_run,
        }
        if agreement and not refused and not dry_run:
            submission = pull_data(hub, service, agreement, key, _OPERATOR)
            values["submission"] = submission_values(submission)
            refused = submission.state != "released"
            if not as_json:
                say(f"The data are submission {submission.id}: {submission.state}.")
                print_report(values["submission"]["report"])
        if as_json:
            print_json(values)
        if refused:
            raise typer.Exit(1)


def _submitted(hub: Hub, artefacts: tuple[Maintainable, ...], source: str, *, dry_run: bool) -> tuple[Result, ...]:
    return submit(hub, artefacts, user=_OPERATOR.name, note=f"pulled from {source}", dry_run=dry_run, lenient=True)


def _values(result: Result) -> dict[str, Any]:
    return {
        "urn": result.reference.urn,
        "action": result.action,
        "status": result.status,
        "changes": len(result.changes),
        "message": dict(result.message),
    }


def _tell(results: tuple[Result, ...]) -> None:
    print_table(
        ("artefact", "what", "changes", ""),
        (
            (
                f"{result.reference.artefact_class} {result.reference.short}",
                result.status
                if result.status == "Failure"
                else "new"
                if result.action == "Append"
                else "changed"
                if result.changes
                else "as it is",
                str(len(result.changes) or ""),
                result.message["en"] if result.status != "Success" else "",
            )
            for result in results
        ),
    )
