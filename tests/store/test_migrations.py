"""What older versions wrote is there after the migration, as this version would have written it."""

import zlib

import msgspec
from sqlalchemy import text

from sdmx_dsm.model import Category, CategoryScheme, Code, Codelist, Maintainable
from sdmx_dsm.store import Store
from sdmx_dsm.store.database import Database, upgrade
from sdmx_dsm.store.states import encode
from sdmx_dsm.store.tables import artefact_items, artefact_references, artefacts
from tests.conftest import Databases
from tests.helpers.schemas import example_artefacts

FIRST: tuple[Maintainable, ...] = (
    *example_artefacts(),
    Codelist(id="GONE", agency="A", names={"en": "Gone", "ru": "Ёж"}, items=(Code(id="X"),)),
    CategoryScheme(id="TOPICS", agency="A", items=(Category(id="1", names={"en": "É"}, items=(Category(id="2"),)),)),
)
SECOND = CategoryScheme(id="TOPICS", agency="A", names={"en": "Topics"}, items=FIRST[-1].items)  # type: ignore[attr-defined]


def write_as_version_1(url: str) -> None:
    """Two revisions: everything, then one artefact changed and one deleted."""
    database = Database(url)
    with database.write() as connection:
        upgrade(connection, "0001")
        for number in (1, 2):
            connection.execute(text("INSERT INTO revisions VALUES (:n, :n, 'u', '')"), {"n": number})
        for artefact, revision in [*((one, 1) for one in FIRST), (SECOND, 2)]:
            ends = revision == 1 and artefact.id in ("GONE", "TOPICS")
            connection.execute(
                text(
                    "INSERT INTO artefacts VALUES (:cls, :agency, :id, :version, :revision, :until, :digest, :content)"
                ),
                {
                    "cls": type(artefact).__name__,
                    "agency": artefact.agency,
                    "id": artefact.id,
                    "version": artefact.version,
                    "revision": revision,
                    "until": 2 if ends else None,
                    "digest": encode(artefact).digest,
                    "content": zlib.compress(msgspec.json.encode(artefact)),
                },
            )
    database.close()


def rows(store: Store) -> list[list[tuple[object, ...]]]:
    """All of the registry, without the numbers of states, which may differ, and the bytes of what is compressed."""
    table = artefacts.c
    identity = (table.artefact_class, table.agency, table.artefact_id, table.version, table.revision)
    said = (table.model_class, table.action, table.until, table.is_deleted, table.digest)
    found = []
    with store._database.read() as connection:
        states = connection.execute(artefacts.select().with_only_columns(*identity, *said).order_by(*identity))
        found.append([tuple(row) for row in states])
        for other, columns in (
            (artefact_references, ("artefact_class", "agency", "artefact_id", "version")),
            (artefact_items, ("path", "words")),
        ):
            joined = other.join(artefacts, other.c.source == table.id)
            wanted = joined.select().with_only_columns(*identity, other.c.number, *(other.c[name] for name in columns))
            found.append([tuple(row) for row in connection.execute(wanted.order_by(*identity, other.c.number))])
    return found


def test_artefacts_of_version_1_are_as_if_written_now(databases: Databases, kind: str, store: Store) -> None:
    store.revise(FIRST, user="u")
    store.revise([SECOND], [next(one for one in FIRST if one.id == "GONE").reference], user="u")
    with databases.new(kind, migrated=False) as url:
        write_as_version_1(url)
        migrated = Store(url)
        migrated.migrate()
        assert rows(migrated) == rows(store)
        now = list(store.artefacts())
        assert list(migrated.artefacts()) == now
        found = migrated.registry()
        assert found.with_items(SECOND.reference, {"1.2"}) == store.registry().with_items(SECOND.reference, {"1.2"})
        assert list(found.stubs([SECOND.reference])) == list(store.registry().stubs([SECOND.reference]))
        migrated.close()
