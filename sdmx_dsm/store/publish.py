"""Publication: the parts of one message become one release, in one transaction under a hub-wide lock, which
changes of artefacts take too.

Within a part the rows that delete come first, then all others in their order; the parts follow one another. What a message
deletes and brings again unchanged has not changed. The release number is the last one plus 1, and its time now, or the last
time plus 1 ms: both are given in the lock, so neither runs against the order of commits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl
from sqlalchemy import Connection, and_, func, insert, not_, or_, select, true, update

from sdmx_dsm.batches import gives_any, level_rows
from sdmx_dsm.errors import Conflict
from sdmx_dsm.model import CALENDAR_YEAR, YEAR_START_ID, Release, Schema
from sdmx_dsm.store import changes, periods, registry, rows, sets, staging, submissions
from sdmx_dsm.store.changes import Mode, Outcome
from sdmx_dsm.store.database import CONTENT_LOCK, Database, first, record
from sdmx_dsm.store.deletions import Deletions
from sdmx_dsm.store.identity import KeyCollision, resalt
from sdmx_dsm.store.owners import agreement_id, owner_of
from sdmx_dsm.store.records import Finish, Part
from sdmx_dsm.store.sets import TableSet
from sdmx_dsm.store.tables import agreements, moment, now, release_parts, releases

_LISTED_CONFLICTS: Final = 100
_MANY_ROWS: Final = 10_000


def publish(
    database: Database,
    parts: Sequence[Part],
    *,
    submission: str,
    user: str,
    note: str,
    finish: Finish | None,
    expected: int | None,
) -> Release:
    while True:
        try:
            return _publish(database, parts, submission, user, note, finish, expected)
        except KeyCollision as collision:
            resalt(database, collision.table_set)


def _publish(
    database: Database,
    parts: Sequence[Part],
    submission: str,
    user: str,
    note: str,
    finish: Finish | None,
    expected: int | None,
) -> Release:
    with database.write(CONTENT_LOCK) as connection:
        registry.check_revision(connection, expected)
        number = (first(connection, select(func.max(releases.c.number))) or 0) + 1
        written: list[dict[str, int]] = []
        deleting: dict[int, TableSet] = {}
        for position, part in enumerate(parts):
            table_set = sets.ensure(connection, part.schema)
            agreement = agreement_id(connection, part.agreement)
            writer = _Writer(connection, table_set, part.schema, agreement, number)
            writer.write(part)
            if writer.has_deleted:
                deleting[table_set.id] = table_set
            written.append(
                {
                    "release": number,
                    "part": position,
                    "table_set": table_set.id,
                    "agreement": agreement,
                    "inserted": writer.outcome.inserted,
                    "updated": writer.outcome.updated,
                    "deleted": writer.outcome.deleted,
                    "attributes": writer.attributes,
                }
            )
            if writer.outcome.inserted > _MANY_ROWS:
                staging.gather_statistics(connection, (level.table for level in table_set.levels))
        for table_set in deleting.values():
            _restore(connection, table_set, number, written)
        release = conclude(connection, number, written, submission=submission, user=user, note=note)
        if finish:
            deleted = sum(row["deleted"] for row in written)
            report = replace(finish.report, deleted=deleted) if finish.report else None
            submissions.finish(connection, submission, user, replace(finish, report=report), number)
        record(connection, user, "publish", submission, release=number, note=note)
        return release


def conclude(
    connection: Connection, number: int, written: Sequence[dict[str, int]], *, submission: str, user: str, note: str
) -> Release:
    """Gives a release its time, and records what it did. The time is later than those of all releases and of all revisions of the
    registry, whatever the clocks of several machines say: whoever asks for what came after either of them misses nothing."""
    last = first(connection, select(func.max(releases.c.time))) or 0
    _, changed = registry.newest(connection)
    time = max(now(), last + 1, changed + 1)
    row = {"number": number, "time": time, "submission": submission, "user_name": user, "note": note}
    connection.execute(insert(releases).values(row))
    if written:
        connection.execute(insert(release_parts), list(written))
    return Release(number=number, time=moment(time), submission=submission, note=note)


def _restore(connection: Connection, table_set: TableSet, release: int, written: Sequence[dict[str, int]]) -> None:
    """What the release deleted and brought again unchanged gets its old release back, and does not count."""
    series, obs, attrs = table_set.levels
    touched = select(series.table.c.id).where(series.table.c.touched == release)
    of_set = [row for row in written if row["table_set"] == table_set.id]
    count = changes.restore_unchanged(connection, obs, release, obs.table.c.series.in_(touched))
    for kind in ("inserted", "deleted"):
        _reduce(of_set, kind, count)
    bare = changes.is_empty(series)
    count = changes.restore_unchanged(connection, series, release, and_(series.table.c.touched == release, not_(bare)))
    changes.restore_unchanged(connection, series, release, and_(series.table.c.touched == release, bare))
    count += changes.restore_unchanged(connection, attrs, release, true())
    _reduce(of_set, "attributes", 2 * count)


def _reduce(written: Sequence[dict[str, int]], kind: str, count: int) -> None:
    for row in written:
        taken = min(row[kind], count)
        row[kind] -= taken
        count -= taken


def series_of_others(database: Database, schema: Schema, agreement: str, keys: pl.DataFrame) -> pl.DataFrame:
    with database.read() as connection:
        table_set = sets.find(connection, schema)
        found: list[tuple[int, str]] = []
        keyed = keys.select(schema.dimension_ids).unique(maintain_order=True)
        if table_set:
            keyed = rows.keyed(keyed, schema, table_set)
            table = table_set.series.table
            owner = owner_of(agreement)
            for part in keyed.iter_slices(1000):
                statement = (
                    select(table.c.id, agreements.c.reference)
                    .join(agreements, agreements.c.id == table.c.agreement)
                    .where(table.c.id.in_(part.get_column("id").to_list()), agreements.c.owner != owner)
                )
                found += [(id, reference) for id, reference in connection.execute(statement)]
        else:
            keyed = keyed.with_columns(pl.lit(0, dtype=pl.Int64).alias("id"))
    others = pl.DataFrame(found, schema={"id": pl.Int64, ":agreement": pl.String}, orient="row")
    return keyed.join(others, on="id", how="inner", maintain_order="left").drop("id")


class _Writer:
    """Brings one part in. Counts what it did in `outcome` (rows of observations) and `attributes` (rows of attributes)."""

    def __init__(
        self, connection: Connection, table_set: TableSet, schema: Schema, agreement: int, release: int
    ) -> None:
        self._connection = connection
        self._set = table_set
        self._schema = schema
        self._agreement = agreement
        self._release = release
        self._stages = {level.table.name: staging.stage_of(connection, level) for level in table_set.levels}
        self._year_start = CALENDAR_YEAR
        self.outcome = Outcome()
        self.attributes = 0
        self._deletions: Deletions | None = None

    def write(self, part: Part) -> None:
        assert iter(part.batches) is not part.batches, "the batches of a part are read twice"
        staging.look_up_by_key(self._connection, True)
        self._first_pass(part)
        for batch in part.batches:
            marked = rows.with_mode(batch, part.action).filter(pl.col(":mode") != "delete")
            if marked.height:
                self._attributes(marked)
                self._series_and_observations(marked)
        if self._deletions:
            self._deletions.finish()
            self.outcome += self._deletions.outcome
            self.attributes += self._deletions.attributes

    @property
    def has_deleted(self) -> bool:
        return self._deletions is not None

    def _first_pass(self, part: Part) -> None:
        """Deletions, and the day on which reporting years begin: it places periods in time."""
        given: str | None = None
        default: str | None = None
        for batch in part.batches:
            marked = rows.with_mode(batch, part.action)
            patterns = marked.filter(pl.col(":mode") == "delete")
            if patterns.height:
                self._delete(patterns)
            if YEAR_START_ID in marked.columns:
                days = marked.filter(
                    pl.col(":level") == "dataset", pl.col(":mode") != "delete", pl.col(YEAR_START_ID).is_not_null()
                )
                for day, is_default in days.select(YEAR_START_ID, ":default").iter_rows():
                    given, default = (given, day) if is_default else (day, default)
        stored = periods.stated_year_start(self._connection, self._set, self._agreement)
        self._year_start = given or stored or default or CALENDAR_YEAR
        if self._year_start != (stored or CALENDAR_YEAR):
            periods.move(self._connection, self._set, self._agreement, self._year_start)

    def _delete(self, patterns: pl.DataFrame) -> None:
        if self._deletions is None:
            self._deletions = Deletions(self._connection, self._set, self._schema, self._agreement, self._release)
        staging.look_up_by_key(self._connection, False)
        self._deletions.apply(patterns)
        staging.look_up_by_key(self._connection, True)

    def _attributes(self, batch: pl.DataFrame) -> None:
        above = level_rows(batch, "partial", "dataset")
        if not above.height:
            return
        for scope, ids in rows.scopes_of(self._schema).items():
            for is_default in (False, True):
                frame = rows.attributes(
                    above.filter(pl.col(":default") == is_default), self._set, self._agreement, scope, ids
                )
                if frame.height:
                    self._upsert_attributes("attrs", frame, "fill" if is_default else "merge")

    def _series_and_observations(self, batch: pl.DataFrame) -> None:
        observed = level_rows(batch, "obs")
        observed = observed.with_columns(gives_any(observed, rows.obs_ids(self._schema)).alias(":given"))
        if not observed.get_column(":given").all():
            # An observation is the values at a key. One without any is nothing to merge, and replaces by nothing.
            emptied = observed.filter(~pl.col(":given"), pl.col(":mode") == "replace")
            if emptied.height:
                self._delete(emptied.select(":level", *self._schema.key_ids))
            observed = observed.filter(":given")
        described = level_rows(batch, "series")
        described = described.filter(gives_any(described, [a.id for a in self._schema.attributes_at("series")]))
        both = pl.concat([described, observed], how="diagonal")
        if not both.height:
            return
        keyed = rows.keyed(both, self._schema, self._set)
        existing = self._series(keyed)
        observed = keyed.filter(pl.col(":level") == "obs")
        modes = observed.get_column(":mode").unique(maintain_order=True).to_list()
        for mode in modes:
            of_mode = observed.filter(pl.col(":mode") == mode)
            frame = rows.observations(of_mode, self._schema, self._set, self._year_start)
            if len(modes) == 1:
                fresh = ~pl.col("series").is_in(existing.implode())
                self._insert_observations(frame.filter(fresh).sort("series", "start"))
                frame = frame.filter(~fresh)
            if frame.height:
                self._upsert_observations(frame, mode)

    def _series(self, keyed: pl.DataFrame) -> pl.Series:
        """Brings series and their attributes in. Returns the ids of those that were there before."""
        self._check_ids(keyed)
        attributes = [a.id for a in self._schema.attributes_at("series") if a.id in keyed.columns]
        default = (pl.col(":level") == "series") & pl.col(":default")
        # Attributes count in rows of their level alone; a default comes after what was given.
        given = keyed.with_columns(
            pl.when((pl.col(":level") == "series") & ~default).then(pl.col(id)).alias(id) for id in attributes
        )
        stage = self._stages[self._set.series.table.name]
        frame = rows.series(given, self._schema, self._set, self._agreement)
        staging.refill(self._connection, stage, frame)
        existing = self._existing_series()
        described = frame.filter(gives_any(frame, self._set.series.values), ~pl.col("id").is_in(existing.implode()))
        changed = changes.upsert(self._connection, self._set.series, stage, "merge", self._release)
        self.attributes += changed.updated + described.height
        if keyed.select(default.any()).item():
            filled = rows.series(keyed.filter(default), self._schema, self._set, self._agreement)
            self._upsert_attributes("series", filled, "fill")
        return existing

    def _check_ids(self, keyed: pl.DataFrame) -> None:
        distinct = keyed.select(*self._schema.dimension_ids, "id").unique()
        if distinct.get_column("id").n_unique() != distinct.height:
            raise KeyCollision(self._set)

    def _existing_series(self) -> pl.Series:
        """Ids of staged series that are stored. Raises KeyCollision when the key of one is another, Conflict when one belongs
        to another agreement."""
        series, stage = self._set.series.table, self._stages[self._set.series.table.name]
        same = series.c.id == stage.c.id
        dimensions = [column.name for column in self._set.at("dimension").values()]
        differs = or_(*(series.c[name].is_distinct_from(stage.c[name]) for name in dimensions))
        if self._connection.execute(select(series.c.id).where(same, differs).limit(1)).scalar() is not None:
            raise KeyCollision(self._set)
        foreign = (
            select(agreements.c.reference, *(series.c[name] for name in dimensions))
            .where(same, series.c.agreement != self._agreement, agreements.c.id == series.c.agreement)
            .limit(_LISTED_CONFLICTS)
        )
        if others := self._connection.execute(foreign).all():
            ids = list(self._set.at("dimension"))
            listed = [(dict(zip(ids, key, strict=True)), reference) for reference, *key in others]
            key = ".".join(listed[0][0][id] or "" for id in self._schema.dimension_ids)
            raise Conflict(
                f"The series {key} belongs to the provision agreement {listed[0][1]}.",
                ru=f"Ряд {key} относится к соглашению {listed[0][1]}.",
                series=listed,
            )
        existing = self._connection.execute(select(series.c.id).where(same)).scalars().all()
        return pl.Series("id", list(existing), dtype=pl.Int64)

    def _upsert_attributes(self, place: str, frame: pl.DataFrame, mode: Mode) -> None:
        level = self._set.series if place == "series" else self._set.attrs
        stage = self._stages[level.table.name]
        staging.refill(self._connection, stage, frame)
        outcome = changes.upsert(self._connection, level, stage, mode, self._release)
        self.attributes += outcome.inserted + outcome.updated

    def _insert_observations(self, frame: pl.DataFrame) -> None:
        """Straight into the table: their series was not there a moment ago."""
        obs = self._set.obs.table
        staging.load(self._connection, obs, frame.with_columns(pl.lit(self._release).alias("release")))
        self.outcome += Outcome(inserted=frame.height)

    def _upsert_observations(self, frame: pl.DataFrame, mode: Mode) -> None:
        series, obs = self._set.series.table, self._set.obs
        stage = self._stages[obs.table.name]
        staging.refill(self._connection, stage, frame)
        outcome = changes.upsert(self._connection, obs, stage, mode, self._release)
        if outcome != Outcome():
            changed = select(obs.table.c.series).where(
                changes.same_row(obs.table, stage, obs), obs.table.c.release == self._release
            )
            self._connection.execute(
                update(series)
                .where(series.c.id.in_(changed), series.c.touched < self._release)
                .values(touched=self._release)
            )
        self.outcome += outcome
