"""Backups: one file, the same for both databases.

A zip archive with `manifest.json` and, for each table, its rows as pieces of Arrow IPC. The manifest names the revision of the
schema, the table sets, and every piece with its rows and SHA-256. Restoring builds the tables of that revision, loads, and
then brings the schema up to date; it begins only when every digest is right and the target is empty."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Double, LargeBinary, Table, inspect, select
from sqlalchemy.types import TypeEngine

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.errors import Conflict, ReadError
from sdmx_dsm.store import sets, staging
from sdmx_dsm.store.cursors import stream
from sdmx_dsm.store.database import MIGRATION_LOCK, Database, configuration, upgrade
from sdmx_dsm.store.tables import NUMBER, metadata

_FORMAT: Final = "dsm-backup-1"
_PIECE_BLOBS: Final = 16


class Piece(msgspec.Struct):
    name: str
    table: str
    rows: int
    sha256: str


class Manifest(msgspec.Struct):
    format: str
    revision: str
    pieces: list[Piece]


def write_backup(database: Database, path: Path) -> None:
    partial = path.with_name(path.name + ".part")
    try:
        with (
            database.read() as connection,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        ):
            revision = MigrationContext.configure(connection).get_current_revision()
            manifest = Manifest(_FORMAT, revision or "", [])
            for table in (*metadata.sorted_tables, *_tables_of_sets(connection)):
                for number, frame in enumerate(_frames(connection, table)):
                    buffer = io.BytesIO()
                    frame.write_ipc(buffer, compression="zstd")
                    content = buffer.getvalue()
                    name = f"{table.name}/{number:06}.arrow"
                    archive.writestr(name, content)
                    manifest.pieces.append(
                        Piece(name, str(table.name), frame.height, hashlib.sha256(content).hexdigest())
                    )
            archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def restore_backup(path: Path, url: str) -> None:
    """Fills an empty database from a backup. Raises Conflict when the database is not empty, or is older software than the
    backup; ReadError when the file is no backup, or is damaged: then nothing is changed."""
    try:
        with zipfile.ZipFile(path) as archive:
            _restore(archive, _verified(archive), url)
    except (OSError, zipfile.BadZipFile, KeyError, msgspec.MsgspecError) as error:
        raise ReadError(f"{path.name} is not a backup: {error}", path=path.name) from error


def _verified(archive: zipfile.ZipFile) -> Manifest:
    manifest = msgspec.json.decode(archive.read("manifest.json"), type=Manifest)
    if manifest.format != _FORMAT:
        raise ReadError(f"The backup has the format {manifest.format}; expected {_FORMAT}.")
    for piece in manifest.pieces:
        if hashlib.sha256(archive.read(piece.name)).hexdigest() != piece.sha256:
            raise ReadError(f"The backup is damaged: {piece.name} is not what was written.", path=piece.name)
    return manifest


def _restore(archive: zipfile.ZipFile, manifest: Manifest, url: str) -> None:
    database = Database(url)
    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if manifest.revision not in known:
        raise Conflict(f"The backup was made by a newer version (schema {manifest.revision}): update this one first.")
    try:
        with database.write(MIGRATION_LOCK) as connection:
            if present := inspect(connection).get_table_names():
                raise Conflict(
                    f"The database is not empty: it has the table {present[0]}. Restore into a new one.",
                    table=present[0],
                )
            upgrade(connection, manifest.revision)
            for table in metadata.sorted_tables:
                _load(connection, archive, manifest, table)
            for table_set in sets.every(connection):
                sets.create(connection, table_set)
            for table in _tables_of_sets(connection):
                _load(connection, archive, manifest, table)
            upgrade(connection, "head")
    finally:
        database.close()


def _load(connection: Connection, archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    for piece in manifest.pieces:
        if piece.table == table.name:
            staging.load(connection, table, pl.read_ipc(io.BytesIO(archive.read(piece.name))))


def _tables_of_sets(connection: Connection) -> list[Table]:
    return [
        table
        for table_set in sets.every(connection)
        for level in table_set.levels
        for table in (level.table, level.history)
    ]


def _frames(connection: Connection, table: Table) -> Iterator[pl.DataFrame]:
    schema = {column.name: _polars_type(column.type) for column in table.columns}
    count = _PIECE_BLOBS if pl.Binary in schema.values() else BATCH_ROWS
    with stream(connection, select(table).order_by(*table.primary_key.columns), schema) as rows:
        while (frame := rows.next(count)).height:
            yield frame


def _polars_type(type: TypeEngine[Any]) -> Any:
    if isinstance(type, LargeBinary):
        return pl.Binary
    if isinstance(type, Double):
        return pl.Float64
    return pl.Int64 if type is NUMBER else pl.String
