"""Provision agreements as owners of series: numbered, and known by AGENCY:ID, so that a new version of one keeps its series."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, insert, select, update

from sdmx_dsm.model import parse_reference
from sdmx_dsm.store.database import first
from sdmx_dsm.store.tables import agreements


def owner_of(agreement: str) -> str:
    """AGENCY:ID of the short reference of an agreement."""
    reference = parse_reference(agreement, "ProvisionAgreement")
    return f"{reference.agency}:{reference.id}"


def agreement_id(connection: Connection, agreement: str) -> int:
    """The number of an agreement, given when it is new. Remembers the version that reported last."""
    owner = owner_of(agreement)
    known = connection.execute(select(agreements).where(agreements.c.owner == owner)).one_or_none()
    if known is None:
        new = (first(connection, select(func.max(agreements.c.id))) or 0) + 1
        connection.execute(insert(agreements).values(id=new, owner=owner, reference=agreement))
        return new
    if known.reference != agreement:
        connection.execute(update(agreements).where(agreements.c.id == known.id).values(reference=agreement))
    return int(known.id)


def granted_agreements(connection: Connection, references: Iterable[str]) -> tuple[int, ...]:
    """Numbers of agreements by their short references, of whatever version; those that never reported have none."""
    owners = [owner_of(reference) for reference in sorted(references)]
    if not owners:
        return ()
    return tuple(connection.execute(select(agreements.c.id).where(agreements.c.owner.in_(owners))).scalars())
