"""Structure files, and the hub's own content: the folders structures/ and registry/."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sdmx_dsm.errors import Conflict, DsmError, NotFound, ReadError
from sdmx_dsm.formats import read_structures
from sdmx_dsm.model import Maintainable
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.maintenance import submit
from sdmx_dsm.service.results import Result

SUFFIXES: Final = frozenset((".xml", ".json"))


def find_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the .xml and .json files below the folders named. Raises NotFound where there is none, or one that is
    named is missing."""
    paths = tuple(paths)
    found = [
        file
        for path in paths
        for file in (
            sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES and not p.is_dir()) if path.is_dir() else (path,)
        )
    ]
    missing = [str(path) for path in found if not path.is_file()]
    if missing:
        raise NotFound(f"There is no file or folder {', '.join(missing)}.")
    if not found:
        raise NotFound(f"There are no structure files in {', '.join(map(str, paths))}.")
    return found


def read_file(path: Path, name: str = "") -> tuple[Maintainable, ...]:
    """The artefacts of a structure message. Raises ReadError, which names the file, by `name` where it is called so."""
    name = name or str(path)
    try:
        return read_structures(path)
    except ReadError as error:
        raise ReadError(f"{name}: {error.message}", line=error.line, column=error.column, path=name) from error
    except DsmError as error:
        raise ReadError(f"{name}: {error.message}", path=name) from error


def read_content(folder: Path) -> list[Maintainable]:
    """All artefacts of the files below structures/ and registry/ of `folder`. Raises ReadError, NotFound."""
    parts = [part for name in ("structures", "registry") if (part := folder / name).is_dir()]
    return [artefact for file in find_files(parts or [folder / "structures"]) for artefact in read_file(file)]


def load_content(hub: Hub, folder: Path | None = None) -> tuple[Result, ...]:
    """Puts the content into the registry in one transaction; what is there already and unchanged stays as it is.

    Raises Conflict, with all that is wrong, when anything is; ReadError, NotFound."""
    artefacts = read_content(folder or hub.settings.content_path)
    results = submit(hub, artefacts, user="system", note="content")
    if refused := [result for result in results if result.status == "Failure" and result.rule != "others-refused"]:
        raise Conflict(
            "\n".join(result.message["en"] for result in refused),
            ru="\n".join(result.message["ru"] for result in refused),
        )
    return results
