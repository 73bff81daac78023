"""Artefacts as rows and back. A state of an artefact is a row of `artefacts`, with its references and items as rows of theirs.

The content is the model as JSON, compressed; a digest of its canonical form tells whether anything changed."""

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final, get_args, get_type_hints

import msgspec
import polars as pl
from sqlalchemy import Connection, insert

from sdmx_dsm.model import (
    MAINTAINABLES,
    ItemScheme,
    Maintainable,
    Nameable,
    iter_items,
    iter_references,
    stub,
    words_of,
)
from sdmx_dsm.store import staging, tables

_LEVEL: Final = 3  # of compression: the next ones take twice the time for 5 % less
_ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Encoded:
    """`content` as JSON: not the canonical form, as languages keep the order of the document."""

    artefact: Maintainable
    content: bytes
    digest: str


def encode(artefact: Maintainable) -> Encoded:
    digest = hashlib.sha256(msgspec.json.encode(artefact, order="deterministic")).hexdigest()
    return Encoded(artefact, msgspec.json.encode(artefact), digest)


def insert_states(connection: Connection, states: Sequence[tuple[int, Encoded, str]], revision: int) -> None:
    """Writes new states with their numbers and what the revision does, Append or Replace."""
    for start in range(0, len(states), _ROWS_AT_ONCE):
        some = states[start : start + _ROWS_AT_ONCE]
        connection.execute(insert(tables.artefacts), [_row(*state, revision) for state in some])
        edges = [
            (number, place, target.artefact_class, target.agency, target.id, target.version)
            for number, state, _ in some
            for place, target in enumerate(
                dict.fromkeys(reference.maintainable for reference in iter_references(state.artefact)), 1
            )
        ]
        _load(connection, tables.artefact_references, edges)
    _insert_items(connection, states)


def _row(number: int, state: Encoded, action: str, revision: int) -> dict[str, object]:
    artefact = state.artefact
    reference = artefact.reference
    return {
        "id": number,
        "artefact_class": reference.artefact_class,
        "agency": reference.agency,
        "artefact_id": reference.id,
        "version": reference.version,
        "model_class": type(artefact).__name__,
        "revision": revision,
        "action": action,
        "until": None,
        "is_deleted": 0,
        "digest": state.digest,
        "size": len(state.content),
        "outline": msgspec.json.encode(_outline(artefact)),
        "content": zlib.compress(state.content, _LEVEL),
    }


def _outline(artefact: Maintainable) -> Maintainable:
    return replace(artefact, items=()) if isinstance(artefact, ItemScheme) else stub(artefact, complete=True)


def _insert_items(connection: Connection, states: Sequence[tuple[int, Encoded, str]]) -> None:
    rows: list[tuple[object, ...]] = []
    for number, state, _ in states:
        artefact = state.artefact
        rows.append((number, 0, "", "", "\n".join(words_of(artefact))))
        items = artefact.items if isinstance(artefact, ItemScheme) else ()
        for place, (path, item) in enumerate(iter_items(items), 1):
            rows.append((number, place, path, msgspec.json.encode(_alone(item)).decode(), "\n".join(words_of(item))))
            if len(rows) >= _ROWS_AT_ONCE:
                _load(connection, tables.artefact_items, rows)
                rows.clear()
    _load(connection, tables.artefact_items, rows)


def _alone(item: Nameable) -> Nameable:
    """Without the items that it holds."""
    return replace(item, items=()) if getattr(item, "items", ()) else item  # type: ignore[call-arg]


def _load(connection: Connection, table: Any, rows: Sequence[tuple[object, ...]]) -> None:
    types = {column.name: pl.Int64 if column.type is tables.NUMBER else pl.String for column in table.columns}
    staging.load(connection, table, pl.DataFrame(rows, schema=types, orient="row"))


def decode(model_class: str, content: bytes) -> Maintainable:
    return _decoder(model_class)(zlib.decompress(content))


def decode_outline(model_class: str, outline: bytes) -> Maintainable:
    """An item scheme without items; of another class a complete stub."""
    return _decoder(model_class)(outline)


@cache
def _decoder(model_class: str) -> Callable[[bytes], Maintainable]:
    return msgspec.json.Decoder(MAINTAINABLES[model_class]).decode


def decode_items(scheme: ItemScheme, contents: Mapping[str, str]) -> tuple[Nameable, ...]:
    """Items of a scheme from their paths and contents; nested ones inside those that hold them, which come before them."""
    decode = _item_decoder(type(scheme).__name__)
    if not is_nested(scheme):
        return tuple(map(decode, contents.values()))
    below: dict[str, list[str]] = {}
    for path in contents:
        below.setdefault(path.rpartition(".")[0], []).append(path)

    def items(above: str) -> tuple[Nameable, ...]:
        return tuple(replace(decode(contents[path]), items=items(path)) for path in below.get(above, ()))

    return items("")


def is_nested(scheme: ItemScheme) -> bool:
    return any(field.name == "items" for field in fields(_item_class(type(scheme).__name__)))


@cache
def _item_class(model_class: str) -> Any:
    kind, _ = get_args(get_type_hints(MAINTAINABLES[model_class])["items"])
    return kind


@cache
def _item_decoder(model_class: str) -> Callable[[str], Any]:
    return msgspec.json.Decoder(_item_class(model_class)).decode
