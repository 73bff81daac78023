"""Frames into tables, as fast as the driver takes them, and the temporary tables through which changes go."""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Column, Connection, MetaData, Table, delete

from sdmx_dsm.store.sets import Level


def load(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Inserts a frame whose columns are named as those of the table."""
    if not frame.height:
        return
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in frame.columns)
    if connection.dialect.name == "sqlite" or pl.Binary in frame.dtypes:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        marks = ", ".join([mark] * frame.width)
        # Tuples straight to the driver: 5 times as fast as SQLAlchemy's insert of dictionaries.
        connection.exec_driver_sql(f"INSERT INTO {quote(table.name)} ({columns}) VALUES ({marks})", frame.rows())
        return
    # In CSV an empty text is quoted and a null is not, in polars as in PostgreSQL.
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN (FORMAT csv)"
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(statement) as copy:
        copy.write(frame.write_csv(include_header=False).encode())


def temporary(connection: Connection, name: str, columns: Sequence[Column[Any]]) -> Table:
    """An empty temporary table with columns of these names and types, gone or emptied when the transaction ends."""
    table = Table(
        name,
        MetaData(),
        *(Column(column.name, column.type, nullable=True) for column in columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    schema = "temp" if connection.dialect.name == "sqlite" else "pg_temp"
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {schema}.{name}")
    table.create(connection)
    return table


def stage_of(connection: Connection, level: Level) -> Table:
    """A temporary twin of a level's table, without release."""
    return temporary(connection, f"stage_{level.table.name}", [level.table.c[name] for name in level.columns])


def refill(connection: Connection, stage: Table, frame: pl.DataFrame | None = None) -> None:
    """Empties a temporary table and loads `frame`."""
    connection.execute(delete(stage))
    if frame is not None:
        load(connection, stage, frame)


def look_up_by_key(connection: Connection, only: bool) -> None:
    """Tells PostgreSQL to find stored rows by their keys, batch for batch. Left alone it reads the whole table for each, as it
    can't know that the rows of a batch lie together; patterns are better left to it."""
    if connection.dialect.name == "postgresql":
        for method in ("hashjoin", "mergejoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{method} = {'off' if only else 'on'}")


def gather_statistics(connection: Connection, tables: Iterable[Table]) -> None:
    """Lets PostgreSQL know what its tables hold now. SQLite's plans do well without."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {table.name}")
