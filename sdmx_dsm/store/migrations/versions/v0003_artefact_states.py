"""States of artefacts with a number of their own, what they refer to as edges, and the items of current ones as rows."""

import json
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The schemes of the classes of items that artefacts of the first schema refer to.
SCHEMES = {
    "Agency": "AgencyScheme",
    "DataProvider": "DataProviderScheme",
    "Code": "Codelist",
    "Concept": "ConceptScheme",
    "Category": "CategoryScheme",
    "Dimension": "DataStructure",
    "TimeDimension": "DataStructure",
    "Measure": "DataStructure",
    "DataAttribute": "DataStructure",
    "GroupDimensionDescriptor": "DataStructure",
}
IDENTITY = (
    "id",
    "agency",
    "version",
    "names",
    "valid_from",
    "valid_to",
    "is_final",
    "uri",
    "descriptions",
    "annotations",
)


def upgrade() -> None:
    op.rename_table("artefacts", "old_artefacts")
    op.drop_index("ix_artefacts_until", "old_artefacts")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE old_artefacts RENAME CONSTRAINT pk_artefacts TO pk_old_artefacts")
    artefacts = op.create_table(
        "artefacts",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("artefact_class", TEXT, nullable=False),
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("artefact_id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("model_class", TEXT, nullable=False),
        sa.Column("revision", NUMBER, nullable=False, index=True),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("until", NUMBER, index=True),
        sa.Column("is_deleted", NUMBER, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("outline", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("artefact_class", "agency", "artefact_id", "version", "revision"),
    )
    references = op.create_table(
        "artefact_references",
        sa.Column("source", NUMBER, sa.ForeignKey("artefacts.id"), primary_key=True),
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("artefact_class", TEXT, nullable=False),
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("artefact_id", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
    )
    op.create_index("ix_artefact_references_target", "artefact_references", ["artefact_class", "agency", "artefact_id"])
    items = op.create_table(
        "artefact_items",
        sa.Column("source", NUMBER, sa.ForeignKey("artefacts.id"), primary_key=True),
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("path", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("words", TEXT, nullable=False),
    )
    op.create_index("ix_artefact_items_path", "artefact_items", ["source", "path"])
    connection = op.get_bind()
    old = connection.execute(
        sa.text(
            "SELECT artefact_class, agency, artefact_id, version, revision, until, digest, content FROM old_artefacts"
            " ORDER BY revision, artefact_class, agency, artefact_id, version"
        )
    ).all()
    started = {(*row[:4], row.revision) for row in old}
    ended = {(*row[:4], row.until) for row in old}
    for number, row in enumerate(old, 1):
        text = zlib.decompress(row.content)
        artefact = json.loads(text)
        outline = {**artefact, "items": []} if "items" in artefact else {name: artefact[name] for name in IDENTITY}
        connection.execute(
            artefacts.insert().values(
                id=number,
                artefact_class=row.artefact_class,
                agency=row.agency,
                artefact_id=row.artefact_id,
                version=row.version,
                model_class=row.artefact_class,
                revision=row.revision,
                action="Replace" if (*row[:4], row.revision) in ended else "Append",
                until=row.until,
                is_deleted=int(row.until is not None and (*row[:4], row.until) not in started),
                digest=row.digest,
                size=len(text),
                outline=json.dumps(outline, ensure_ascii=False).encode(),
                content=row.content,
            )
        )
        edges = [
            {
                "source": number,
                "number": place,
                "artefact_class": cls,
                "agency": agency,
                "artefact_id": id,
                "version": v,
            }
            for place, (cls, agency, id, v) in enumerate(dict.fromkeys(_references(artefact)), 1)
        ]
        if edges:
            connection.execute(references.insert(), edges)
        rows = [
            {"source": number, "number": place, "path": path, "content": content, "words": _words(item)}
            for place, (path, content, item) in enumerate([("", "", artefact), *_items(artefact.get("items", []))])
        ]
        if row.until is None:
            connection.execute(items.insert(), rows)
    op.drop_table("old_artefacts")


def _references(value: Any) -> Iterator[tuple[str, str, str, str]]:
    if isinstance(value, list):
        for element in value:
            yield from _references(element)
    elif isinstance(value, dict):
        if value.keys() == {"artefact_class", "agency", "id", "version", "item"}:
            cls = value["artefact_class"]
            yield (SCHEMES[cls] if value["item"] else cls), value["agency"], value["id"], value["version"]
        else:
            for element in value.values():
                yield from _references(element)


def _items(items: list[dict[str, Any]], above: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    for item in items:
        path = f"{above}{item['id']}"
        alone = {**item, "items": []} if "items" in item else item
        yield path, json.dumps(alone, ensure_ascii=False), item
        yield from _items(item.get("items", []), f"{path}.")


def _words(item: dict[str, Any]) -> str:
    return "\n".join(dict.fromkeys(map(_folded, (*item["names"].values(), item["id"]))))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (" " if not c.isalnum() else c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
