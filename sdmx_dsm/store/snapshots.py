"""The registry at one revision, as a source of `Structures`: identities in memory, artefacts fetched when they are asked for.

States of artefacts never change, so that a snapshot stays true whatever is revised behind it, and the next one differs from it
by a few entries. What was decoded is kept for all snapshots of a process, up to a bound."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select, tuple_

from sdmx_dsm.model import MAINTAINABLES, ItemScheme, Key, Maintainable, Named, Reference, key_of, stub, with_items
from sdmx_dsm.store import registry, states
from sdmx_dsm.store.database import Database, portions
from sdmx_dsm.store.tables import artefact_items, artefact_references, artefacts, moment

KEPT_BYTES: Final = 32 * 2**20  # of artefacts as JSON; decoded they take some four times as much
_FETCHED: Final = 100  # artefacts in one statement
_FETCHED_BYTES: Final = 8 * 2**20


class State(NamedTuple):
    id: int
    model_class: str
    size: int


class Decoded:
    """The decoded artefacts that were used last, by the number of their state. Shared between threads."""

    def __init__(self, bound_bytes: int = KEPT_BYTES) -> None:
        self._bound, self._held = bound_bytes, 0
        self._artefacts: OrderedDict[int, tuple[Maintainable, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, id: int) -> Maintainable | None:
        with self._lock:
            if id not in self._artefacts:
                return None
            self._artefacts.move_to_end(id)
            return self._artefacts[id][0]

    def put(self, state: State, artefact: Maintainable) -> None:
        """One that is larger than the bound is kept until the next comes."""
        with self._lock:
            if state.id not in self._artefacts:
                self._held += state.size
            self._artefacts[state.id] = artefact, state.size
            while self._held > self._bound and len(self._artefacts) > 1:
                _, (_, size) = self._artefacts.popitem(last=False)
                self._held -= size


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """See `sdmx_dsm.model.sources.Source`. `revision` and `time` (None for an empty registry) are those of the newest change in
    it."""

    revision: int
    time: datetime | None
    _states: Mapping[Key, Mapping[str, State]]  # sorted
    _database: Database
    _decoded: Decoded

    def identities(self) -> Iterable[Key]:
        return self._states

    def versions(self, key: Key) -> Collection[str]:
        return self._states.get(key, {})

    def model_class(self, reference: Reference) -> type[Maintainable]:
        return MAINTAINABLES[self._state(reference).model_class]

    def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        for some in self._portions(references):
            found = {state.id: artefact for state in some if (artefact := self._decoded.get(state.id))}
            missing = {state.id: state for state in some if state.id not in found}
            for row in self._rows(missing, artefacts.c.content):
                found[row.id] = states.decode(row.model_class, row.content)
                self._decoded.put(missing[row.id], found[row.id])
            for state in some:
                yield found[state.id]

    def stubs(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        for some in portions(map(self._state, references), registry.AT_ONCE):
            rows = {row.id: row for row in self._rows([state.id for state in some], artefacts.c.outline)}
            for state in some:
                outline = states.decode_outline(state.model_class, rows[state.id].outline)
                yield stub(outline, complete=True) if isinstance(outline, ItemScheme) else outline

    def with_items(self, reference: Reference, paths: Collection[str]) -> ItemScheme:
        id = self._state(reference).id
        with self._database.read() as connection:
            if part := _with_current_items(connection, id, paths):
                return part
        (whole,) = self.get((reference,))
        assert isinstance(whole, ItemScheme)
        return with_items(whole, paths)

    def outgoing(self, references: Collection[Reference]) -> Mapping[Reference, Sequence[Reference]]:
        found: dict[Reference, list[Reference]] = {reference: [] for reference in references}
        sources = {self._state(reference).id: reference for reference in references}
        table = artefact_references.c
        columns = table.source, table.artefact_class, table.agency, table.artefact_id, table.version
        with self._database.read() as connection:
            for some in portions(sources, registry.AT_ONCE):
                wanted = select(*columns).where(table.source.in_(some)).order_by(table.source, table.number)
                for source, *target in connection.execute(wanted):
                    found[sources[source]].append(Reference(*target))
        return found

    def incoming(self, keys: Collection[Key]) -> Iterable[tuple[Reference, Reference]]:
        table = artefact_references.c
        target = table.artefact_class, table.agency, table.artefact_id
        with self._database.read() as connection:
            return [
                (Reference(*row[:4]), Reference(*row[4:]))
                for some in portions(keys, registry.AT_ONCE)
                for row in connection.execute(
                    select(*registry.IDENTITY, *target, table.version)
                    .join_from(artefact_references, artefacts, table.source == artefacts.c.id)
                    .where(tuple_(*target).in_(some), registry.current_at(self.revision))
                    .order_by(*registry.IDENTITY, table.number)
                )
            ]

    def named(self, classes: Collection[str], words: Sequence[str]) -> Iterator[Named]:
        # Folded words hold neither % nor _.
        conditions = [artefact_items.c.words.like(f"%{word}%") for word in words]
        wanted = (
            select(artefacts.c.id, *registry.IDENTITY, artefact_items.c.path, artefact_items.c.words)
            .join_from(artefact_items, artefacts, artefact_items.c.source == artefacts.c.id)
            .where(artefacts.c.artefact_class.in_(classes), *conditions)
            .order_by(*registry.IDENTITY, artefact_items.c.number)
        )
        with self._database.read() as connection:
            for id, name, agency, artefact_id, version, path, said in connection.execute(wanted):
                state = self._states.get((name, agency, artefact_id), {}).get(version)
                if state and state.id == id:
                    yield Reference(name, agency, artefact_id, version), path, tuple(said.split("\n"))

    def _state(self, reference: Reference) -> State:
        return self._states[key_of(reference)][reference.version]

    def _portions(self, references: Sequence[Reference]) -> Iterator[list[State]]:
        """States in portions that are fetched and held at once."""
        some: list[State] = []
        size = 0
        for state in map(self._state, references):
            if some and (len(some) == _FETCHED or size + state.size > _FETCHED_BYTES):
                yield some
                some, size = [], 0
            some.append(state)
            size += state.size
        if some:
            yield some

    def _rows(self, ids: Collection[int], column: ColumnElement[Any]) -> Sequence[Row[Any]]:
        if not ids:
            return ()
        with self._database.read() as connection:
            wanted: Select[Any] = select(artefacts.c.id, artefacts.c.model_class, column)
            return connection.execute(wanted.where(artefacts.c.id.in_(ids))).all()


def _with_current_items(connection: Connection, id: int, paths: Collection[str]) -> ItemScheme | None:
    """A scheme with the items of some paths, from their rows; None for a past state, which has none."""
    columns = artefacts.c.model_class, artefacts.c.outline
    row = connection.execute(select(*columns).where(artefacts.c.id == id, artefacts.c.until.is_(None))).one_or_none()
    if row is None:
        return None
    scheme = states.decode_outline(row.model_class, row.outline)
    assert isinstance(scheme, ItemScheme)
    wanted = {above for path in paths for above in _with_holders(path)} if states.is_nested(scheme) else set(paths)
    table = artefact_items.c
    contents: dict[int, tuple[str, str]] = {}
    for some in portions(sorted(wanted), registry.AT_ONCE):
        rows = select(table.number, table.path, table.content).where(table.source == id, table.path.in_(some))
        contents.update((number, (path, content)) for number, path, content in connection.execute(rows))
    count = connection.execute(select(func.max(table.number)).where(table.source == id)).scalar_one()
    found = replace(scheme, items=states.decode_items(scheme, dict(contents[number] for number in sorted(contents))))
    return replace(with_items(found, paths), is_partial=scheme.is_partial or len(contents) < count)


def _with_holders(path: str) -> Iterator[str]:
    """A dotted path and those of the items that hold it."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def take(database: Database, decoded: Decoded, known: Snapshot | None) -> Snapshot:
    """The newest state of the registry: `known` itself when it is, else with what has changed since read anew."""
    with database.read() as connection:
        number, time = registry.newest(connection)
        if known is not None and known.revision == number:
            return known
        if known is None:
            changed = _states(connection, artefacts.c.until.is_(None))
            return Snapshot(number, moment(time) if time else None, changed, database, decoded)
        table = artefacts.c
        present = dict(known._states)
        for key, version in _deleted(connection, known.revision):
            present[key] = {other: state for other, state in present.get(key, {}).items() if other != version}
        for key, versions in _states(connection, and_(table.revision > known.revision, table.until.is_(None))).items():
            present[key] = {**present.get(key, {}), **versions}
        present = {key: present[key] for key in sorted(present) if present[key]}
        return Snapshot(number, moment(time), present, database, decoded)


def take_past(database: Database, decoded: Decoded, at: datetime | int) -> Snapshot:
    """The registry as it was at a moment or a revision."""
    with database.read() as connection:
        number, time = registry.revision_at(connection, at)
        found = _states(connection, registry.current_at(number))
    return Snapshot(number, moment(time) if time else None, found, database, decoded)


def _states(connection: Connection, condition: ColumnElement[bool]) -> dict[Key, dict[str, State]]:
    table = artefacts.c
    found: dict[Key, dict[str, State]] = {}
    columns = (*registry.IDENTITY, table.id, table.model_class, table.size)
    for name, agency, id, version, *state in connection.execute(
        select(*columns).where(condition).order_by(*columns[:4])
    ):
        found.setdefault((name, agency, id), {})[version] = State(*state)
    return found


def _deleted(connection: Connection, since: int) -> Iterator[tuple[Key, str]]:
    """The identities that were deleted after a revision, and may be there again."""
    table = artefacts.c
    rows = connection.execute(select(*registry.IDENTITY).where(table.until > since, table.is_deleted == 1))
    return (((name, agency, id), version) for name, agency, id, version in rows)
