"""What to do when two series of a table set have the same id: all get new ones, under another salt.

An id is 64 bits of a hash, so this will hardly ever happen; if it does, the publication that meets it begins anew."""

import polars as pl
from sqlalchemy import BigInteger, Column, select, update

from sdmx_dsm.batches import with_series_ids
from sdmx_dsm.store import sets, staging
from sdmx_dsm.store.database import CONTENT_LOCK, Database
from sdmx_dsm.store.sets import TableSet


class KeyCollision(Exception):
    """Two keys of `table_set` have one id. Never leaves the store."""

    def __init__(self, table_set: TableSet) -> None:
        super().__init__(table_set.dataflow)
        self.table_set = table_set


def resalt(database: Database, table_set: TableSet) -> None:
    """Gives every series of the set, present and past, an id under the next salt; unless somebody else just did."""
    with database.write(CONTENT_LOCK) as connection:
        current = next(found for found in sets.every(connection) if found.id == table_set.id)
        if current.salt != table_set.salt:
            return
        series, history = current.series.table, current.series.history
        dimensions = [column.name for column in current.at("dimension").values()]
        rows = connection.execute(
            select(series.c.id, *(series.c[name] for name in dimensions)).union(
                select(history.c.id, *(history.c[name] for name in dimensions))
            )
        )
        ids = list(current.at("dimension"))
        schema = {"old": pl.Int64, **dict.fromkeys(ids, pl.String)}
        keys = pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")
        salt = str(int(current.salt or 0) + 1)
        renamed = with_series_ids(keys, ids, salt, "new").select("old", "new")
        mapping = staging.temporary(connection, "new_ids", [Column("old", BigInteger()), Column("new", BigInteger())])
        staging.load(connection, mapping, renamed)
        for level, key in ((current.series, "id"), (current.obs, "series")):
            for table in (level.table, level.history):
                connection.execute(update(table).where(table.c[key] == mapping.c.old).values({key: mapping.c.new}))
        sets.change_salt(connection, current, salt)
