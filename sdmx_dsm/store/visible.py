"""What a viewer may see of a table set, now or as of a release. No other module reads its tables.

A dataflow says by annotations of type CONFIDENTIALITY what a code of CONF_STATUS (the annotation's id) means: "withheld" (the
measures are null, the flag is shown), "hidden" (the row is absent) or "open". A code that none names is open; a meaning that
is none of these counts as hidden. The agreement that owns a series and administrators see everything.

Redaction is the innermost subquery: filters, order, counts, history and availability work on what is left. An observation that
is confidential now is so in its past states too, or the past would tell what was sent openly by mistake."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    not_,
    null,
    or_,
    select,
)

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import Schema, Viewer
from sdmx_dsm.store.owners import granted_agreements
from sdmx_dsm.store.sets import Level, TableSet

CONFIDENTIALITY: Final = "CONFIDENTIALITY"
CONF_STATUS: Final = "CONF_STATUS"


@dataclass(frozen=True, slots=True)
class Visible:
    """Selectables with the columns of the levels (and `release`), holding only what the viewer may see. `is_complete`: they have
    every row that is stored now, if not every value."""

    table_set: TableSet
    series: FromClause
    obs: FromClause
    attrs: FromClause
    is_complete: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    withheld: frozenset[str]
    hidden: frozenset[str]
    place: str  # where CONF_STATUS stands: obs or series
    column: str
    measures: frozenset[str]  # columns of obs that are withheld
    granted: tuple[int, ...]  # numbers of agreements whose data the viewer sees in full


def everything(table_set: TableSet) -> Visible:
    """All that is stored now: for what is not shown to anybody before it is asked what he may see."""
    series, obs, attrs = (level.alias for level in table_set.levels)
    return Visible(table_set, series, obs, attrs, is_complete=True)


def visible(
    connection: Connection,
    table_set: TableSet,
    schema: Schema,
    viewer: Viewer,
    release: int | None = None,
    *,
    by_present_status: bool = True,
) -> Visible:
    """The state after `release`, the present one by default. `by_present_status` false: the past as it could be seen then.

    Raises Unsupported when the dataflow restricts codes of a CONF_STATUS that stands above the series."""
    rules = _rules(connection, table_set, schema, viewer)
    if release is None:
        series, obs, attrs = (level.alias for level in table_set.levels)
    else:
        series, obs, attrs = (_state(level, release).subquery(level.alias.name) for level in table_set.levels)
    if rules is None:
        return Visible(table_set, series, obs, attrs, is_complete=release is None)
    is_complete = release is None and not rules.hidden
    strict = release is not None and by_present_status
    if rules.place == "obs":
        shown = _obs_by_own_status(table_set, series, obs, rules, strict).subquery("o")
        any_obs = exists().where(obs.c.series == series.c.id)
        any_shown = exists().where(shown.c.series == series.c.id)
        kept = select(series).where(or_(any_shown, not_(any_obs))).subquery("s")
        return Visible(table_set, kept, shown, attrs, is_complete)
    status = _status(series.c[rules.column])
    hidden: ColumnElement[bool] = status.in_(rules.hidden)
    withheld: ColumnElement[bool] = status.in_(rules.withheld)
    if strict:
        present = table_set.series.table.alias("present")
        now = select(present.c[rules.column]).where(present.c.id == series.c.id).scalar_subquery()
        hidden = or_(hidden, _status(now).in_(rules.hidden))
        withheld = or_(withheld, _status(now).in_(rules.withheld))
    foreign = series.c.agreement.not_in(rules.granted)
    kept = select(series).where(not_(and_(hidden, foreign))).subquery("s")
    bare = select(series.c.id).where(withheld, foreign).correlate(None)
    shown_obs = _measures_withheld(obs, rules, obs.c.series.in_(bare)).where(
        obs.c.series.in_(select(kept.c.id).correlate(None))
    )
    return Visible(table_set, kept, shown_obs.subquery("o"), attrs, is_complete)


def changed_series(table_set: TableSet, after: int) -> CompoundSelect[Any]:
    """Ids of series that a release after `after` changed, or whose observations it changed, whether they are still there."""
    series, history = table_set.series.table, table_set.series.history
    return (
        select(series.c.id).where(series.c.touched > after).union(select(history.c.id).where(history.c.until > after))
    )


def _state(level: Level, release: int) -> CompoundSelect[Any]:
    """What was after a release: rows that came by then and are still there, and those that a later one replaced."""
    names = (*level.columns, "release")
    table, history = level.table, level.history
    return (
        select(*(table.c[name] for name in names))
        .where(table.c.release <= release)
        .union_all(
            select(*(history.c[name] for name in names)).where(history.c.release <= release, history.c.until > release)
        )
    )


def _rules(connection: Connection, table_set: TableSet, schema: Schema, viewer: Viewer) -> _Rules | None:
    annotations = schema.dataflow.annotations if schema.dataflow else ()
    meanings = {a.id or "": a.value or "" for a in annotations if a.type == CONFIDENTIALITY}
    withheld = frozenset(code for code, meaning in meanings.items() if meaning == "withheld")
    hidden = frozenset(code for code, meaning in meanings.items() if meaning not in ("withheld", "open"))
    component = schema.by_id.get(CONF_STATUS)
    if viewer.is_administrator or not (withheld or hidden) or component is None:
        return None
    place = component.level
    if place not in ("obs", "series"):
        raise Unsupported(
            f"Confidentiality needs {CONF_STATUS} at the observation or the series, not above.",
            ru=f"Для защиты данных {CONF_STATUS} должен относиться к наблюдению или к ряду, а не к более высокому уровню.",
        )
    column = table_set.at(place).get(CONF_STATUS)
    if column is None:
        return None  # no data with this attribute yet
    stored = [c for m in schema.measures if (c := table_set.at("obs").get(m.id))]
    measures = frozenset(name for c in stored for name in ((c.name, c.companion) if c.is_numeric else (c.name,)))
    granted = granted_agreements(connection, viewer.agreements)
    return _Rules(withheld, hidden, place, column.name, measures, granted)


def _status(column: Any) -> ColumnElement[str]:
    return func.coalesce(column, "")


def _obs_by_own_status(
    table_set: TableSet, series: FromClause, obs: FromClause, rules: _Rules, strict: bool
) -> Select[Any]:
    status = _status(obs.c[rules.column])
    hidden: ColumnElement[bool] = status.in_(rules.hidden)
    withheld: ColumnElement[bool] = status.in_(rules.withheld)
    source: FromClause = obs
    if strict:
        present = table_set.obs.table.alias("present")
        same = and_(*(present.c[name] == obs.c[name] for name in table_set.obs.keys))
        source = obs.outerjoin(present, same)
        now = _status(present.c[rules.column])
        hidden, withheld = or_(hidden, now.in_(rules.hidden)), or_(withheld, now.in_(rules.withheld))
    own: ColumnElement[bool] = false()
    if rules.granted:
        own = obs.c.series.in_(select(series.c.id).where(series.c.agreement.in_(rules.granted)).correlate(None))
    return _measures_withheld(obs, rules, and_(withheld, not_(own))).select_from(source).where(or_(not_(hidden), own))


def _measures_withheld(obs: FromClause, rules: _Rules, condition: ColumnElement[bool]) -> Select[Any]:
    return select(
        *(
            case((condition, null()), else_=column).label(column.name) if column.name in rules.measures else column
            for column in obs.c
        )
    )
