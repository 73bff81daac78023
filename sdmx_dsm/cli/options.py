"""What several commands take, and the hub that they open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model import Viewer
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings, load_settings

OPERATOR: Final = Viewer(name="command line", is_administrator=True)
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
DataDir = Annotated[str | None, typer.Option(help="Folder of the hub's data (DSM_DATA_DIR).")]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="File to write; else standard output.")]
MappingOption = Annotated[str, typer.Option("--mapping", help="For a workbook: id of a mapping, or a mapping file.")]
StructureFiles = Annotated[
    list[Path] | None,
    typer.Option("--structures", help="Structures to use instead of the hub's content (file or folder, repeatable)."),
]
LanguageOption = Annotated[str, typer.Option("--lang", help="Language of names; several with commas, the best first.")]
DataflowOption = Annotated[str, typer.Option("--dataflow", help="AGENCY:ID(VERSION), where the file does not say it.")]
AgreementOption = Annotated[str, typer.Option("--provision-agreement", help="AGENCY:ID(VERSION)")]


def settings_of(data_dir: str | None = None, content_dir: str | None = None) -> Settings:
    """The settings, with what the command line says over them. Raises SettingsError."""
    given = {"data_dir": data_dir, "content_dir": content_dir}
    return load_settings(None, **{name: value for name, value in given.items() if value is not None})


@contextmanager
def new_or_open_hub(settings: Settings) -> Iterator[Hub]:
    """The hub of `settings`, made where there is none."""
    hub = Hub.open(settings)
    try:
        yield hub
    finally:
        hub.close()


@contextmanager
def open_hub(settings: Settings) -> Iterator[Hub]:
    """As `new_or_open_hub`. Raises NotFound where there is none: a folder that was mistyped is no empty hub."""
    file = settings.database_file
    if file and not file.exists():
        raise NotFound(
            f"There is no hub in {file.parent}: make one with dsm init, or say where it is with --data-dir or DSM_DATA_DIR."
        )
    with new_or_open_hub(settings) as hub:
        yield hub
