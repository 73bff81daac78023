"""Taking releases back. Nothing is ever undone: what takes back is a release itself.

    roll_back   makes the state that there was after a release
    withdraw    gives every value that still comes from a release what it was before; what later releases changed stays, and so
                does what they deleted

Either for one dataflow or all, and for one agreement or all. Rows are brought to what they are to be through the stages of
`changes`, so that history, `updated_after` and `as_of` know of it as of any other release."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    not_,
    null,
    or_,
    select,
    true,
    update,
)

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import CALENDAR_YEAR, Reference, Release
from sdmx_dsm.store import changes, periods, publish, sets, staging
from sdmx_dsm.store.database import CONTENT_LOCK, Database, first, record
from sdmx_dsm.store.owners import owner_of
from sdmx_dsm.store.sets import Level, TableSet
from sdmx_dsm.store.tables import agreements, release_parts, releases, table_sets

Test = ColumnElement[bool]


def roll_back(
    database: Database, number: int, *, user: str, note: str, dataflow: Reference | None, agreement: str | None
) -> Release:
    return _take_back(
        database, number, _RollBack, release_parts.c.release > number, user, "roll back", note, dataflow, agreement
    )


def withdraw(
    database: Database, number: int, *, user: str, note: str, dataflow: Reference | None, agreement: str | None
) -> Release:
    return _take_back(
        database, number, _Withdrawal, release_parts.c.release == number, user, "withdraw", note, dataflow, agreement
    )


def _take_back(
    database: Database,
    number: int,
    kind: "Callable[[Connection, TableSet, int | None, int, int], _Reversal]",
    concerned: Test,
    user: str,
    action: str,
    note: str,
    dataflow: Reference | None,
    agreement: str | None,
) -> Release:
    with database.write(CONTENT_LOCK) as connection:
        if connection.execute(select(releases.c.number).where(releases.c.number == number)).scalar() is None:
            raise NotFound(f"There is no release {number}.", ru=f"Выпуска {number} нет.", release=number)
        owner = None
        if agreement is not None:
            of_owner = select(agreements.c.id).where(agreements.c.owner == owner_of(agreement))
            owner = connection.execute(of_owner).scalar()
            if owner is None:
                raise NotFound(f"{agreement} has never reported data.", ru=f"По соглашению {agreement} данных не было.")
        new = (first(connection, select(func.max(releases.c.number))) or 0) + 1
        statement = select(release_parts.c.table_set).where(concerned).distinct()
        if dataflow is not None:
            statement = statement.join(table_sets, table_sets.c.id == release_parts.c.table_set).where(
                table_sets.c.agency == dataflow.agency, table_sets.c.dataflow == dataflow.id
            )
        ids = set(connection.execute(statement).scalars())
        written: list[dict[str, int]] = []
        for table_set in sets.every(connection):
            if table_set.id in ids:
                kind(connection, table_set, owner, number, new).apply()
                written += _counted(connection, table_set, new, len(written))
        release = publish.conclude(connection, new, written, submission="", user=user, note=note)
        record(connection, user, action, str(number), release=new, note=note)
        return release


class _Reversal:
    """One table set. `owner`: the number of the agreement whose data are taken back, None for all. `number` is the release that
    is meant, `new` the one that takes back."""

    def __init__(self, connection: Connection, table_set: TableSet, owner: int | None, number: int, new: int) -> None:
        self._connection = connection
        self._set = table_set
        self._owner = owner
        self._number = number
        self._new = new
        self._stages = {level: staging.stage_of(connection, level) for level in table_set.levels}

    def apply(self) -> None:
        series, obs, attrs = self._set.levels
        for level in (attrs, series, obs):
            self._fill(level)
        self._check_owners()
        self._remove(attrs)
        self._remove(obs)
        self._remove(series)
        self._upsert(attrs)
        self._upsert(series)
        self._place_periods()
        self._upsert(obs)
        self._finish()

    # --- what the two do in their own way ------------------------------------------------------------------------------

    def _fill(self, level: Level) -> None:
        """Fills the stage of a level with the rows as they are to be."""
        raise NotImplementedError

    def _gone(self, level: Level) -> Test:
        """Whether a present row is not to be."""
        raise NotImplementedError

    # --- common --------------------------------------------------------------------------------------------------------

    def _own(self, level: Level, table: FromClause) -> Test:
        """Whether a row of a table is of the agreement; an observation is of that of its series, present or then."""
        if self._owner is None:
            return true()
        if level is not self._set.obs:
            return table.c.agreement == self._owner
        series = self._set.series
        ids = (
            select(series.table.c.id).where(series.table.c.agreement == self._owner),
            select(series.history.c.id).where(
                series.history.c.agreement == self._owner, series.history.c.until >= self._number
            ),
        )
        return or_(*(table.c.series.in_(one) for one in ids))

    def _insert(self, level: Level, rows: Select[Any]) -> None:
        self._connection.execute(insert(self._stages[level]).from_select(list(level.columns), rows))

    def _remove(self, level: Level) -> None:
        changes.remove(self._connection, level, and_(self._own(level, level.table), self._gone(level)), self._new)

    def _upsert(self, level: Level) -> None:
        changes.upsert(self._connection, level, self._stages[level], "replace", self._new)

    def _check_owners(self) -> None:
        """Series that others have now are not taken from them."""
        if self._owner is None:
            return
        series, stage = self._set.series.table, self._stages[self._set.series]
        others = select(func.count()).where(series.c.id == stage.c.id, series.c.agreement != self._owner)
        if count := first(self._connection, others):
            raise Conflict(
                f"{count} series belong to another agreement now; an administrator can take back the data of all.",
                ru=f"Рядов, которые теперь относятся к другому соглашению: {count}; вернуть данные всех может администратор.",
            )

    def _place_periods(self) -> None:
        """Reporting periods lie where the reporting years say that the agreements state now."""
        for agreement in (
            self._connection.execute(select(self._set.series.table.c.agreement).distinct()).scalars().all()
        ):
            year_start = periods.stated_year_start(self._connection, self._set, agreement) or CALENDAR_YEAR
            periods.move(self._connection, self._set, agreement, year_start, self._stages[self._set.obs])

    def _finish(self) -> None:
        """Series of changed observations are touched; those with nothing left go."""
        series, obs = self._set.series, self._set.obs
        changed = select(obs.table.c.series).where(obs.table.c.release == self._new)
        gone = select(obs.history.c.series).where(obs.history.c.until == self._new)
        hit = series.table.c.id.in_(changed.union(gone))
        self._connection.execute(update(series.table).where(hit).values(touched=self._new))
        bare = and_(changes.is_empty(series), not_(exists().where(obs.table.c.series == series.table.c.id)))
        changes.remove(self._connection, series, and_(series.table.c.touched == self._new, bare), self._new)


class _RollBack(_Reversal):
    def _fill(self, level: Level) -> None:
        """Rows that were so after the release, and are no longer."""
        history = level.history
        then = and_(history.c.release <= self._number, history.c.until > self._number, self._own(level, history))
        self._insert(level, select(*(history.c[name] for name in level.columns)).where(then))

    def _gone(self, level: Level) -> Test:
        stage = self._stages[level]
        stays = exists().where(_same(level, level.table, stage))
        if level is self._set.series:
            stays = stays.where(stage.c.agreement == level.table.c.agreement)
        return and_(level.table.c.release > self._number, not_(stays))

    def _own(self, level: Level, table: FromClause) -> Test:
        if self._owner is None or level is not self._set.obs:
            return super()._own(level, table)
        series = self._set.series.table
        own = select(series.c.id).where(series.c.agreement == self._owner)
        if table is not level.table:
            stayed = own.where(series.c.release <= self._number)
            return or_(table.c.series.in_(stayed), table.c.series.in_(select(self._stages[self._set.series].c.id)))
        is_own: Test = table.c.series.in_(own)
        return is_own


class _Withdrawal(_Reversal):
    def _fill(self, level: Level) -> None:
        self._insert(level, self._changed(level))
        self._insert(level, self._deleted(level))
        if level is self._set.obs:
            self._insert(self._set.series, self._missing_series())

    def _changed(self, level: Level) -> Select[Any]:
        """Rows that the release made or changed and that are still there, with the values that come from it as they were."""
        now, was, since = level.table, level.history.alias("was"), level.history.alias("since")
        made = level.history.alias("made")
        after = level.history.alias("after")
        same = {alias: _same(level, now, alias) for alias in (was, made, since, after)}
        # What was deleted meanwhile and brought again comes from whoever brought it.
        follows = exists().where(same[after], after.c.release == since.c.until)
        interrupted = exists().where(
            same[since], since.c.release >= self._number, since.c.until != now.c.release, not_(follows)
        )

        def value(name: str) -> ColumnElement[Any]:
            told = case((now.c.release == self._number, now.c[name]), else_=made.c[name])
            changed_again = exists().where(
                same[since], since.c.release > self._number, since.c[name].is_distinct_from(made.c[name])
            )
            comes_from_it = and_(
                told.is_distinct_from(was.c[name]),
                now.c[name].is_not_distinct_from(told),
                not_(changed_again),
                not_(interrupted),
            )
            return case((comes_from_it, was.c[name]), else_=now.c[name]).label(name)

        kept: list[ColumnElement[Any]] = [now.c[name] for name in (*level.keys, *level.fixed)]
        if level is self._set.series:
            # A series that the release took from another agreement, and that has nothing newer, goes back to it.
            obs = self._set.obs.table
            newer = exists().where(obs.c.series == now.c.id, obs.c.release > self._number)
            returns = and_(now.c.release == self._number, was.c.agreement.is_not(None), not_(newer))
            owner = case((returns, was.c.agreement), else_=now.c.agreement).label("agreement")
            kept = [owner if name == "agreement" else now.c[name] for name in (*level.keys, *level.fixed)]
        return (
            select(*kept, *map(value, level.values))
            .select_from(
                now.outerjoin(was, and_(same[was], was.c.until == self._number)).outerjoin(
                    made, and_(same[made], made.c.release == self._number)
                )
            )
            .where(
                self._own(level, now),
                or_(now.c.release == self._number, made.c.release.is_not(None)),
            )
        )

    def _deleted(self, level: Level) -> Select[Any]:
        """Rows that the release deleted and that nobody brought again."""
        was, since = level.history.alias("was"), level.history.alias("since")
        again = or_(
            exists().where(_same(level, was, level.table)),
            exists().where(_same(level, was, since), since.c.release >= self._number),
        )
        conditions = [was.c.until == self._number, not_(again), self._own(level, was)]
        if level is self._set.obs:
            # Of a series that another agreement has now nothing comes back.
            then, series = self._set.series.history.alias("then"), self._set.series.table
            stage = self._stages[self._set.series]
            returned = exists().where(stage.c.id == then.c.id, stage.c.agreement == then.c.agreement)
            taken = exists().where(
                not_(returned),
                series.c.id == was.c.series,
                then.c.id == was.c.series,
                then.c.until >= self._number,
                then.c.release < self._number,
                then.c.agreement != series.c.agreement,
            )
            conditions.append(not_(taken))
        return select(*(was.c[name] for name in level.columns)).where(*conditions)

    def _missing_series(self) -> Select[Any]:
        """The series of observations that come back, where neither they are there nor come back themselves: as they were named
        last, with no attribute."""
        series, stage = self._set.series, self._stages[self._set.series]
        last, later = series.history.alias("last"), series.history.alias("later")
        fixed = [last.c[name] for name in (*series.keys, *series.fixed)]
        return select(*fixed, *(null().label(name) for name in series.values)).where(
            last.c.id.in_(select(self._stages[self._set.obs].c.series)),
            not_(exists().where(series.table.c.id == last.c.id)),
            not_(exists().where(stage.c.id == last.c.id)),
            not_(exists().where(later.c.id == last.c.id, later.c.until > last.c.until)),
        )

    def _gone(self, level: Level) -> Test:
        """Rows of observations and of partial keys to which the withdrawal leaves no value."""
        stage = self._stages[level]
        if level is self._set.series:
            return exists().where(stage.c.id == level.table.c.id, stage.c.agreement != level.table.c.agreement)
        return exists().where(_same(level, level.table, stage), _is_bare(level, stage))

    def _upsert(self, level: Level) -> None:
        if level is not self._set.series:
            stage = self._stages[level]
            self._connection.execute(delete(stage).where(_is_bare(level, stage)))
        super()._upsert(level)


def _is_bare(level: Level, table: Table) -> Test:
    """Whether a row of a table of a level holds no value."""
    return and_(true(), *(table.c[name].is_(None) for name in level.values))


def _same(level: Level, one: FromClause, other: FromClause) -> Test:
    """Whether rows of two tables have the same key. The bounds of a period may have moved since."""
    return and_(*(one.c[name] == other.c[name] for name in level.keys if name != "start"))


def _counted(connection: Connection, table_set: TableSet, release: int, part: int) -> list[dict[str, int]]:
    """What a release did to a table set, for each agreement whose data it changed."""
    series, obs, attrs = table_set.levels
    found: list[dict[str, int]] = []
    for agreement in connection.execute(
        select(series.table.c.agreement).union(select(series.history.c.agreement), select(attrs.table.c.agreement))
    ).scalars():
        own = obs.table.c.series.in_(select(series.table.c.id).where(series.table.c.agreement == agreement))
        replaced = series.history.c.until == release
        stayed = not_(exists().where(series.history.c.id == series.table.c.id, replaced))
        of_stayed = select(series.table.c.id).where(series.table.c.agreement == agreement, stayed)
        of_replaced = select(series.history.c.id).where(series.history.c.agreement == agreement, replaced)
        then = or_(obs.history.c.series.in_(of_stayed), obs.history.c.series.in_(of_replaced))
        was = exists().where(_same(obs, obs.table, obs.history), obs.history.c.until == release)
        made = _count(connection, obs.table, obs.table.c.release == release, own)
        updated = _count(connection, obs.table, obs.table.c.release == release, own, was)
        is_there = exists().where(_same(obs, obs.table, obs.history))
        deleted = _count(connection, obs.history, obs.history.c.until == release, then, not_(is_there))
        changed = 0
        for level in (series, attrs):
            of_agreement = level.table.c.agreement == agreement, level.history.c.agreement == agreement
            changed += _count(connection, level.table, level.table.c.release == release, of_agreement[0])
            left = not_(exists().where(_same(level, level.table, level.history)))
            changed += _count(connection, level.history, level.history.c.until == release, of_agreement[1], left)
        if made + deleted + changed:
            found.append(
                {
                    "release": release,
                    "part": part + len(found),
                    "table_set": table_set.id,
                    "agreement": agreement,
                    "inserted": made - updated,
                    "updated": updated,
                    "deleted": deleted,
                    "attributes": changed,
                }
            )
    return found


def _count(connection: Connection, table: Table, *conditions: Test) -> int:
    return first(connection, select(func.count()).select_from(table).where(*conditions)) or 0
