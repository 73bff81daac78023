"""The hub's content: the folders structures/ and registry/ into the registry."""

from pathlib import Path

from sdmx_dsm.errors import NotFound
from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.model import Maintainable
from sdmx_dsm.service.hub import Hub


def read_content(folder: Path) -> list[Maintainable]:
    """All artefacts of the SDMX-ML files below structures/ and registry/ of `folder`, in the order of their paths.

    Raises ReadError, which names the file, for one that is not SDMX-ML."""
    paths = sorted(path for part in ("structures", "registry") for path in (folder / part).rglob("*.xml"))
    if not paths:
        raise NotFound(f"There are no structure files below {folder / 'structures'}.")
    return [artefact for path in paths for artefact in read_ml(path)[1]]


def load_content(hub: Hub, folder: Path | None = None, *, user: str = "system") -> list[Maintainable]:
    """Puts the content into the registry in one transaction; what is there already and unchanged stays as it is."""
    artefacts = read_content(folder or hub.settings.content_path)
    hub.store.put_artefacts(artefacts, user=user, note="content")
    return artefacts
