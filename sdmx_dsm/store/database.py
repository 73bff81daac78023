"""The engine: one SQL database, SQLite or PostgreSQL, its transactions and its schema's migrations."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, TypeVar

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Executable, create_engine, event, func, insert, make_url, select, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.store import tables
from sdmx_dsm.store.interrupts import interruptible
from sdmx_dsm.store.records import Event

Value = TypeVar("Value")

# Numbers of advisory locks on PostgreSQL. SQLite has one writer at a time anyway.
MIGRATION_LOCK: Final = 7_350_001
# Of artefacts and observations: neither changes while a change of the other, which was checked against it, is done.
CONTENT_LOCK: Final = 7_350_003
ENTRIES_LOCK: Final = 7_350_004
NOTIFICATION_LOCK: Final = 7_350_005

LOCK_WAIT_MS: Final = 120_000
_BEGIN = "dsm_begin"
_KEPT = "dsm_kept"


class Database:
    """Hands out connections in a transaction: `read` sees one snapshot, `write` commits all or nothing."""

    def __init__(self, url: str, kept: dict[Any, Any] | None = None) -> None:
        """`kept`: where what is kept for all connections begins."""
        location = make_url(url)
        if location.drivername == "postgresql":
            location = location.set(drivername="postgresql+psycopg")
        # Compiling our short queries to machine code takes PostgreSQL longer than running them.
        arguments = {"options": "-c jit=off"} if location.get_backend_name() == "postgresql" else {}
        self.engine: Engine = create_engine(
            location, pool_size=10, max_overflow=50, connect_args=arguments, execution_options={_KEPT: kept or {}}
        )
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Every statement in it sees the same state, whatever is published meanwhile. Raises Unavailable where nobody waits for
        it any more (`sdmx_dsm.store.interrupts`)."""
        with self._reader.connect() as connection, connection.begin(), interruptible(connection):
            yield connection

    @contextmanager
    def write(self, lock: int | None = None) -> Iterator[Connection]:
        """Commits at the end, or rolls back. `lock`: one of the numbers above, held until then.

        Raises Unavailable when other writers hold the database for longer than `LOCK_WAIT_MS`."""
        try:
            with (
                self.engine.connect().execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}) as connection,
                connection.begin(),
            ):
                if lock is not None and not self.is_sqlite:
                    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}"))
                    connection.execute(select(func.pg_advisory_xact_lock(lock)))
                yield connection
        except OperationalError as error:
            if "database is locked" in str(error.orig) or "lock timeout" in str(error.orig):
                raise Unavailable(
                    "The database is busy with another change: try again in a minute.",
                    ru="База данных занята другим изменением: повторите попытку через минуту.",
                ) from error
            raise

    def migrate(self) -> None:
        with self.write(MIGRATION_LOCK) as connection:
            upgrade(connection, "head")

    def close(self) -> None:
        self.engine.dispose()


def kept(connection: Connection) -> dict[Any, Any]:
    """What is dear to make or to ask again, kept by this process for all connections to the database."""
    found: dict[Any, Any] = connection.get_execution_options()[_KEPT]
    return found


def configuration() -> Config:
    """Where alembic finds the migrations: in the package."""
    config = Config()
    config.set_main_option("script_location", "sdmx_dsm.store:migrations")
    return config


def upgrade(connection: Connection, revision: str) -> None:
    """Brings the schema to a revision of `sdmx_dsm/store/migrations`, in the connection's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def first(connection: Connection, statement: Executable) -> int | None:
    """The number in the first row, as `max(…)` gives it."""
    value = connection.execute(statement).scalar()
    return None if value is None else int(value)


def portions(values: Iterable[Value], count: int) -> Iterator[list[Value]]:
    """The values, at most `count` at a time: as many as one statement may name."""
    rest = iter(values)
    while some := list(islice(rest, count)):
        yield some


def record(connection: Connection, user: str, action: str, subject: str, **details: object) -> None:
    """Writes who did what into `events`, in the transaction of the change."""
    record_each(connection, user, ((action, subject),), **details)


def record_each(connection: Connection, user: str, done: Iterable[tuple[str, str]], **details: object) -> None:
    """As `record`, of several pairs of action and subject with the same details."""
    said = msgspec.json.encode(details).decode()
    rows = [
        {
            "id": tables.sortable_id(),
            "time": tables.now(),
            "user_name": user,
            "action": action,
            "subject": subject,
            "details": said,
        }
        for action, subject in done
    ]
    connection.execute(insert(tables.events), rows)


def recorded(database: Database, limit: int) -> list[Event]:
    """The newest audit records."""
    table = tables.events
    with database.read() as connection:
        rows = connection.execute(select(table).order_by(table.c.id.desc()).limit(limit)).all()
    return [
        Event(
            time=tables.moment(row.time),
            user=row.user_name,
            action=row.action,
            subject=row.subject,
            details=row.details,
        )
        for row in rows
    ]


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that reads are snapshots and DDL rolls back
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {LOCK_WAIT_MS}",  # before the switch to WAL, which other processes may be making too
        "journal_mode = WAL",
        "foreign_keys = ON",
        "temp_store = MEMORY",
        "cache_size = -65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A write takes the lock at its beginning: a read that turns into a write would fail when another came first.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
