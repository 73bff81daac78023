"""Rows out of tables, from the driver's cursor: its tuples come twice as fast as SQLAlchemy's rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select

_SERVER_CURSOR: Final = "dsm_rows"


class Rows:
    """Rows of a running statement, as frames of as many as asked."""

    def __init__(self, cursor: Any, schema: Mapping[str, Any]) -> None:
        self._cursor = cursor
        self._schema = schema

    def next(self, count: int) -> pl.DataFrame:
        """The next rows, at most `count`; none when all have been read."""
        return _frame(self._cursor.fetchmany(count), self._schema)


@contextmanager
def stream(connection: Connection, statement: Select[Any], schema: Mapping[str, Any]) -> Iterator[Rows]:
    """Runs a statement whose rows the database keeps until they are asked for: on PostgreSQL through a cursor of the server,
    one at a time for each connection."""
    if connection.dialect.name == "sqlite":
        result = connection.execute(statement)
        try:
            yield Rows(result.cursor, schema)
        finally:
            result.close()
        return
    # SQLAlchemy's own server cursors take some rows ahead into a buffer: we compile, the driver runs.
    compiled = statement.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    driver: Any = connection.connection.driver_connection
    with driver.cursor(name=_SERVER_CURSOR) as cursor:
        cursor.execute(str(compiled), compiled.params)
        yield Rows(cursor, schema)


def fetch(
    connection: Connection, statement: Select[Any], schema: Mapping[str, Any], **parameters: object
) -> pl.DataFrame:
    """All rows of a statement as a frame."""
    result = connection.execute(statement, parameters)
    cursor: Any = result.cursor
    frame = _frame(cursor.fetchall(), schema)
    result.close()
    return frame


def _frame(rows: Sequence[Sequence[Any]], schema: Mapping[str, Any]) -> pl.DataFrame:
    # Column by column it is made in a third of the time that polars takes for rows.
    columns = zip(*rows, strict=True) if rows else repeat(())
    typed = zip(schema.items(), columns, strict=bool(rows))
    return pl.DataFrame([pl.Series(name, values, dtype=dtype) for (name, dtype), values in typed])
