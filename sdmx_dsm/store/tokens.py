"""Tokens of programs: only the hash of a secret is kept."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from sdmx_dsm.errors import Conflict
from sdmx_dsm.store.database import Database, record
from sdmx_dsm.store.records import Token
from sdmx_dsm.store.tables import moment, now, tokens


def add(database: Database, name: str, secret_hash: str, roles: Mapping[str, str], *, user: str) -> None:
    row = {
        "secret_hash": secret_hash,
        "name": name,
        "roles": msgspec.json.encode(roles, order="sorted").decode(),
        "created": now(),
    }
    try:
        with database.write() as connection:
            connection.execute(insert(tokens).values(row))
            record(connection, user, "add token", name, roles=dict(roles))
    except IntegrityError as error:
        raise Conflict("This token exists already.", name=name) from error


def find(database: Database, secret_hash: str) -> Token | None:
    with database.read() as connection:
        row = connection.execute(
            select(tokens).where(tokens.c.secret_hash == secret_hash, tokens.c.revoked.is_(None))
        ).one_or_none()
    if not row:
        return None
    return Token(name=row.name, roles=msgspec.json.decode(row.roles, type=dict[str, str]), created=moment(row.created))


def revoke(database: Database, name: str, *, user: str) -> int:
    with database.write() as connection:
        result = connection.execute(
            update(tokens).where(tokens.c.name == name, tokens.c.revoked.is_(None)).values(revoked=now())
        )
        record(connection, user, "revoke token", name)
        return result.rowcount
