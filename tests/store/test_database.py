"""Migrations, columns that come later, and backups."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from sdmx_dsm.errors import Conflict, ReadError
from sdmx_dsm.model import PUBLIC, Attribute, DataQuery, Schema, Structures, parse_filter
from sdmx_dsm.store import Finish, Store, restore_backup
from sdmx_dsm.store.tables import metadata
from tests.conftest import Databases
from tests.helpers.schemas import EXAMPLE_AGREEMENT, concept, example_artefacts, example_structure
from tests.helpers.schemas import text as free_text
from tests.store.lines import EXAMPLE, lines, publish

ALL = DataQuery()


@pytest.fixture
def empty_url(databases: Databases, kind: str) -> Iterator[str]:
    with databases.new(kind, migrated=False) as url:
        yield url


def migrate(url: str) -> int:
    store = Store(url)
    store.migrate()
    revision = store.registry_revision()
    store.close()
    return revision


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(migrate, [empty_url, empty_url])) == [0, 0]


def test_migrations_make_the_tables_that_the_code_knows(store: Store) -> None:
    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def later_schema() -> Schema:
    """The example dataflow in version 1.1.0, whose DSD has one more attribute at the observation and one at the series."""
    added = (
        Attribute(id="QUALITY", concept=concept("OBS_STATUS"), representation=free_text()),
        Attribute(
            id="Quality",
            concept=concept("COLLECTION"),
            representation=free_text(),
            relationship="dimensions",
            dimensions=("FREQ", "REF_AREA", "SEX"),
        ),
    )
    structure = example_structure()
    structure = replace(structure, attributes=(*structure.attributes, *added))
    structures = Structures(example_artefacts()).with_artefacts([structure])
    schema = structures.schema(EXAMPLE_AGREEMENT)
    assert schema.dataflow
    return replace(schema, dataflow=replace(schema.dataflow, version="1.1.0"))


def test_a_component_that_comes_later_gets_a_column(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1")
    first = store.last_release()
    assert first
    later = later_schema()
    assert lines(store.data(later, DataQuery(filters=(parse_filter("QUALITY", "q"),)), PUBLIC)) == []
    publish(store, "A.KG.F 2020 QUALITY=q", "series A.KG.F Quality=s", schema=later)
    assert lines(store.data(later, ALL, PUBLIC)) == ["series A.KG.F Quality=s", "A.KG.F 2020 OBS_VALUE=1 QUALITY=q"]
    assert lines(store.data(EXAMPLE, ALL, PUBLIC)) == ["A.KG.F 2020 OBS_VALUE=1"]
    assert lines(store.data(later, DataQuery(as_of=first.time), PUBLIC)) == ["A.KG.F 2020 OBS_VALUE=1"]


def test_another_major_version_is_another_set_of_data(store: Store) -> None:
    assert EXAMPLE.dataflow
    second = replace(EXAMPLE, dataflow=replace(EXAMPLE.dataflow, version="2.0.0"))
    legacy = replace(EXAMPLE, dataflow=replace(EXAMPLE.dataflow, version="1.0"))
    for number, schema in enumerate((EXAMPLE, second, legacy)):
        publish(store, f"A.KG.F 2020 OBS_VALUE={number}", schema=schema)
    for number, schema in enumerate((EXAMPLE, second, legacy)):
        assert lines(store.data(schema, ALL, PUBLIC)) == [f"A.KG.F 2020 OBS_VALUE={number}"]
        assert store.data_revision(schema) == number + 1
        last = store.last_release(schema.dataflow.reference)  # type: ignore[union-attr]
        assert last
        assert last.number == 3


def test_people_see_observations_under_the_names_of_their_components(store: Store) -> None:
    publish(store, "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A", "series A.KG.F UNIT_MEASURE=PS")
    publish(store, "A.KG.F 2020 QUALITY=q", schema=later_schema())
    with store._database.read() as connection:
        statement = 'SELECT "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE", "QUALITY" FROM "d1_EXAMPLE"'
        assert connection.execute(text(statement)).all() == [("KG", "2020", "1", "PS", "q")]


def fill(store: Store, tmp_path: Path) -> None:
    store.revise(example_artefacts(), user="u")
    (tmp_path / "data.csv").write_bytes(b"\x00\xff" * 1_000_000)
    digest = store.put_file(tmp_path / "data.csv", name="data.csv", media_type="text/csv").digest
    submission = store.add_submission(user="u", file_digest=digest, file_name="data.csv", options={"a": "ж"})
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1.50 COMMENT_OBS=",
        'A.KG.F 2021 OBS_VALUE=2 COMMENT_OBS="q",\\',
        "partial *.KG.F TITLE=Женщины",
        submission=submission.id,
        finish=Finish(state="released"),
    )
    publish(store, "A.KG.F 2020 OBS_VALUE=1.75", "delete A.KG.F 2021")


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_restores_into_either(
    store: Store, databases: Databases, target: str, tmp_path: Path
) -> None:
    fill(store, tmp_path)
    store.backup(tmp_path / "hub.dsm")
    with databases.new(target, migrated=False) as url:
        restore_backup(tmp_path / "hub.dsm", url)
        other = Store(url)
        first, second = store.releases()[::-1]
        for query in (ALL, DataQuery(as_of=first.time), DataQuery(updated_after=first.time)):
            assert lines(other.data(EXAMPLE, query, PUBLIC)) == lines(store.data(EXAMPLE, query, PUBLIC))
        assert other.releases() == [second, first]
        assert other.events() == store.events()
        assert other.submissions() == store.submissions()
        assert list(other.artefacts()) == list(store.artefacts())
        digest = other.submissions()[0].file_digest
        assert b"".join(other.iter_file(digest)) == b"\x00\xff" * 1_000_000
        # Life goes on.
        assert publish(other, "A.KG.F 2022 OBS_VALUE=3").number == 3
        assert other.revise(example_artefacts(), user="u") == 1
        other.close()


def test_a_backup_is_not_restored_over_data(store: Store, url: str, tmp_path: Path) -> None:
    store.backup(tmp_path / "hub.dsm")
    with pytest.raises(Conflict, match="The database is not empty"):
        restore_backup(tmp_path / "hub.dsm", url)


def test_a_damaged_backup_changes_nothing(store: Store, tmp_path: Path, empty_url: str) -> None:
    fill(store, tmp_path)
    store.backup(tmp_path / "hub.dsm")
    with zipfile.ZipFile(tmp_path / "hub.dsm") as good, zipfile.ZipFile(tmp_path / "bad.dsm", "w") as bad:
        for name in good.namelist():
            content = good.read(name)
            bad.writestr(name, content[:-1] + b"!" if name.startswith("d1_obs/") else content)
    with pytest.raises(ReadError, match=r"The backup is damaged: d1_obs/000000\.arrow"):
        restore_backup(tmp_path / "bad.dsm", empty_url)
    (tmp_path / "no.dsm").write_text("hello")
    with pytest.raises(ReadError, match=r"no\.dsm is not a backup"):
        restore_backup(tmp_path / "no.dsm", empty_url)
    restore_backup(tmp_path / "hub.dsm", empty_url)
