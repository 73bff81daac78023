"""Backup and restore of a whole hub as one file, portable between databases."""

from pathlib import Path

from sdmx_dsm.service.hub import Hub, make_data_folder
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import restore_backup


def backup(hub: Hub, path: Path) -> None:
    """The file is whole or not there."""
    hub.store.backup(path)


def restore(settings: Settings, path: Path) -> None:
    """Raises Conflict when the hub of `settings` is not empty, ReadError when the file is no backup or was altered."""
    make_data_folder(settings)
    restore_backup(path, settings.effective_database_url)
