"""The series index: what there is of each series of a table set, in memory, so that questions about series alone need no pass
over their observations.

A process makes it when it is first asked, and renews what later releases changed. It says what is stored now; who may not see
all of that, and whoever asks about more than keys and agreements, is answered by the database."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, Final

import polars as pl
from sqlalchemy import CompoundSelect, Connection, Select, cast, func, select

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.store import conditions
from sdmx_dsm.store.catalogue import newest_release
from sdmx_dsm.store.cursors import stream
from sdmx_dsm.store.database import kept
from sdmx_dsm.store.owners import granted_agreements
from sdmx_dsm.store.selection import Selection
from sdmx_dsm.store.sets import TableSet
from sdmx_dsm.store.tables import TEXT
from sdmx_dsm.store.visible import changed_series, everything

INDEX_BYTES: Final = "index_bytes"  # under this name the bound is kept with the database
_KEPT: Final = "series index"
_MOST_VALUES: Final = 200  # in one test: more are better put to the database
# Makes seconds since 1970, before and after, a number of 13 digits, so that it sorts as text before the period that follows.
_SHIFT: Final = 5 * 10**12


def selected(connection: Connection, asked: Selection) -> pl.DataFrame | None:
    """The selected series that have observations: their dimensions by id, `:agreement`, `:observations`, and `:first` and
    `:last` for `periods`. None where the database has to be asked."""
    if not asked.is_about_series or not (max_bytes := kept(connection).get(INDEX_BYTES)):
        return None
    test = _test(connection, asked)
    if test is None:
        return None
    indexes: _Indexes = kept(connection).setdefault(_KEPT, _Indexes(max_bytes))
    frame = indexes.present(connection, asked.table_set)
    return None if frame is None else frame.filter(test)


def periods(series: pl.DataFrame) -> list[str]:
    """The first and the last period of some series, of which there is one at least."""
    first = series.get_column(":first").unique().cast(pl.String).min()
    last = series.get_column(":last").unique().cast(pl.String).max()
    return [str(bound)[len(str(_SHIFT)) :] for bound in (first, last)]


def _test(connection: Connection, asked: Selection) -> pl.Expr | None:
    """Whether a series is selected; None where the query asks about more than the values of dimensions and agreements."""
    schema, query = asked.question.schema, asked.question.query
    keys = [{id: of for id, of in zip(schema.dimension_ids, key, strict=False) if of} for key in query.keys]
    filters = [(one.component, conditions.apart(schema.by_id[one.component], one)) for one in query.filters]
    if any(others or not plain for _, (plain, others) in filters):
        return None
    values = [*(of for key in keys for of in key.values()), *(plain for _, (plain, _) in filters)]
    if len(keys) + sum(map(len, values)) > _MOST_VALUES:
        return None
    named = {id for key in keys for id in key}.union(id for id, _ in filters)
    if not named <= asked.table_set.at("dimension").keys():
        return None
    tests = [_is_in(id, plain) for id, (plain, _) in filters]
    if keys:
        tests.append(reduce(or_, (reduce(and_, map(_is_in, key, key.values()), pl.lit(True)) for key in keys)))
    if asked.question.agreements is not None:
        numbers = granted_agreements(connection, asked.question.agreements)
        tests.append(pl.col(":agreement").is_in(list(numbers)))
    return reduce(and_, tests, pl.lit(True))


def _is_in(id: str, values: Iterable[str]) -> pl.Expr:
    return reduce(or_, (pl.col(id) == value for value in values))


@dataclass(frozen=True, slots=True)
class _Index:
    """`release`: the newest of all when `frame` was read, which is None for a set that would take too much memory."""

    table_set: TableSet
    release: int
    frame: pl.DataFrame | None

    @property
    def size(self) -> int:
        return 0 if self.frame is None else int(self.frame.estimated_size())


class _Indexes:
    """Of the table sets of a database that were asked for last, together at most `max_bytes`."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._known: OrderedDict[int, _Index] = OrderedDict()

    def present(self, connection: Connection, table_set: TableSet) -> pl.DataFrame | None:
        """As the connection sees it. None for a set that is too large, for a state before the one at hand, and while another
        thread reads one."""
        release, _ = newest_release(connection)
        if not self._lock.acquire(blocking=False):
            return None
        try:
            known = self._known.get(table_set.id)
            if known is None or known.table_set is not table_set:
                known = _Index(table_set, release, self._read(connection, table_set))
            elif known.frame is not None and known.release < release:
                known = _Index(table_set, release, self._renewed(connection, known, known.frame))
            self._known[table_set.id] = known
            self._known.move_to_end(table_set.id)
            while sum(one.size for one in self._known.values()) > self._max_bytes:
                self._known.popitem(last=False)
            return known.frame if known.release == release else None
        finally:
            self._lock.release()

    def _renewed(self, connection: Connection, known: _Index, frame: pl.DataFrame) -> pl.DataFrame | None:
        changed = changed_series(known.table_set, known.release)
        ids = pl.Series(connection.execute(changed).scalars().all(), dtype=pl.Int64)
        new = self._read(connection, known.table_set, changed)
        return None if new is None else pl.concat([frame.filter(~pl.col(":id").is_in(ids.implode())), new])

    def _read(
        self, connection: Connection, table_set: TableSet, ids: CompoundSelect[Any] | None = None
    ) -> pl.DataFrame | None:
        """Of the series with these ids, of all by default; None where they are too many."""
        dimensions = table_set.at("dimension")
        schema: dict[str, Any] = {":id": pl.Int64, ":agreement": pl.Int64, ":observations": pl.Int64}
        schema |= dict.fromkeys((":first", ":last", *dimensions), pl.Categorical)
        frames = [pl.DataFrame(schema=schema)]
        names = [column.name for column in dimensions.values()]
        with stream(connection, _statement(table_set, names, ids), schema) as series:
            while (frame := series.next(BATCH_ROWS)).height:
                frames.append(frame)
                if sum(frame.estimated_size() for frame in frames) > self._max_bytes:
                    return None
        return pl.concat(frames)


def _statement(table_set: TableSet, names: Iterable[str], ids: CompoundSelect[Any] | None) -> Select[Any]:
    view = everything(table_set)
    series, obs = view.series.c, view.obs.c
    each = select(
        obs.series,
        func.count().label("observations"),
        func.min(cast(obs.start + _SHIFT, TEXT).concat(obs.period)).label("first"),
        func.max(cast(obs["end"] + _SHIFT, TEXT).concat(obs.period)).label("last"),
    )
    if ids is not None:
        each = each.where(obs.series.in_(ids))
    of = each.group_by(obs.series).subquery("each")
    columns = (series.id, series.agreement, of.c.observations, of.c.first, of.c.last, *(series[name] for name in names))
    return select(*columns).select_from(view.series.join(of, of.c.series == series.id))
