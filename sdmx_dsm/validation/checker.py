"""`Checker`: the findings of one data set, a batch at a time.

Most checks are rows of one table (`Check`: a code and an expression that is true for wrong rows), made once from the schema.
A batch is first asked which of them may find anything, of a column as a whole where that is enough (`Plain`); only those are
looked at row by row. What needs memory of earlier batches (duplicates, attributes that differ, keys without a mandatory
attribute) is in `sdmx_dsm.validation.keys`.

What is judged where:

- observations: all dimensions and the time must be given; measures and attributes of the observation as usage says;
- rows of a series, a group, a data set: the dimensions of that level; the attributes must agree for one key;
- what was filled in by default (`:default`): its values;
- delete patterns: only the codes and periods of the dimensions they name;
- rows of action Merge give some values of observations that may exist already: nothing is missing in them.

A wrong dimension of a series is told at its observations; its attribute rows are rejected without a word, unless there are no
such observations (told at the end)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import and_, or_
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process

from sdmx_dsm.batches import Action, gives_any, is_component, with_columns
from sdmx_dsm.model import Schema, SchemaComponent
from sdmx_dsm.validation.catalogue import CATALOGUE
from sdmx_dsm.validation.codes import Nearest, code_checks
from sdmx_dsm.validation.constraints import key_sets, region_checks, ruled_out, unchecked
from sdmx_dsm.validation.findings import FINDINGS_SCHEMA, NO_FINDINGS, display, encode, key_of, rejected_rows, shown
from sdmx_dsm.validation.keys import KEY, PLACES, ROW, FirstSeen, SeenKeys, hashes
from sdmx_dsm.validation.periods import PeriodTable, frequency_checks, is_period
from sdmx_dsm.validation.plain import Plain
from sdmx_dsm.validation.values import Check, rust_pattern, type_checks

_HELD_FINDINGS: Final = 10_000
_FINDINGS_ROWS: Final = 8_192  # with their arguments they take ten times what their keys take
_REASON: Final = pl.struct("component", "value").hash(seed=0)
_OBS = pl.col(":level") == "obs"
_WITHIN: Final[Mapping[str, tuple[str, str]]] = {
    "series": ("series", "для этого ряда"),
    "partial": ("group", "для этой группы рядов"),
    "dataset": ("data set", "для этого набора данных"),
}


class Checker:
    """Checks the batches of one data set, in order: `check` each, then `finish`. `action` is that of the data set;
    `agreement_required`: data that come under no provision agreement are an error.

    Memory grows by about 20 bytes for each observation, 8 for each that is contradicted, 20 for each series, and 16 for each
    series with attributes, 4 more for each of these."""

    def __init__(self, schema: Schema, *, action: Action = "Information", agreement_required: bool = False) -> None:
        self.schema: Final = schema
        self.observations = 0
        self._action: Final = action
        self._agreement_required: Final = agreement_required
        self._rows = 0
        self._deletes = 0
        self._nearest: Final = Nearest()
        self._periods: Final = PeriodTable()
        self._period_ids: Final = [component.id for component in schema.components if is_period(component)]
        self._checks: Final = tuple(self._table())
        self._key_sets: Final = key_sets(schema)
        self._ruled_out: Final = tuple(ruled_out(schema))
        self._needs_bounds: Final = self._has_dates()
        self._plain: Final = Plain(schema, self._checks)
        self._observed: Final = FirstSeen()
        self.seen: Final = SeenKeys(schema)
        self._incomplete: Final[dict[tuple[str, ...], pl.Series]] = {}
        self._contradicted = pl.Series(dtype=pl.UInt64)
        self._told = pl.Series(dtype=pl.UInt64)
        self._held = NO_FINDINGS

    @property
    def series(self) -> int:
        """Distinct series that had a good observation so far."""
        return self.seen.count()

    @property
    def has_contradictions(self) -> bool:
        """Whether an observation was given more than once with values that differ: the first of them was found good, and is not
        among `complete_rows`."""
        return bool(self._contradicted.len())

    def check(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The findings of a batch (`FINDINGS_SCHEMA`), those about no single row first, then by row. Nothing is raised for
        bad data."""
        rows = self._prepared(batch)
        self._rows += batch.height
        self.observations += int((batch[":level"] == "obs").sum())
        self._deletes += int((batch[":level"] == "delete").sum())
        absent = [id for id in self.schema.key_ids if id not in batch.columns]
        frames = [
            *self._unknown_components(batch),
            *(self._absent(rows, id) for id in absent),
            *self._by_table(rows, absent),
            *self._by_combination(rows),
            *self._duplicates(rows),
            *self._differing(rows),
        ]
        findings = self._told_once(_joined(frames), rows)
        known = rows.select(*self.schema.dimension_ids, KEY, ":action", ":level")
        good = known.filter(~rejected_rows(rows, findings)) if findings.height else known
        self.seen.add_observations(good.filter(_OBS))
        return findings

    def finish(self) -> Iterator[pl.DataFrame]:
        """What can be told only at the end, in parts: mandatory attributes that a series, group or the data set did not get
        (their observations are not among `complete_rows`), an empty data set, data under no agreement."""
        held = self._held.filter(~self._held.select(_REASON.is_in(self._told.implode())).to_series())
        if held.height:
            yield held
        yield from self._missing_attributes()
        yield from (_general("pattern-unusable", c.id, **display(c)) for c in self._unjudged())
        yield from (_general("constraint-unchecked", id, **said) for id, said in unchecked(self.schema))
        if self._agreement_required and self.schema.agreement is None:
            yield _general("agreement-required", structure=self.schema.reference.short)
        if not self._rows:
            yield _general("empty-submission")
        elif not self.observations and not self._deletes:
            yield _general("no-observations")

    def complete_rows(self, batch: pl.DataFrame) -> pl.DataFrame:
        """After `finish`: a batch without the observations that were given more than once, not always with the same values, and
        without those, and what was filled in for them, that lack a mandatory attribute of their series, group or data set."""
        if self._contradicted.len():
            observed = self.schema.key_ids
            contradicted = hashes(with_columns(batch, observed), observed).is_in(self._contradicted.implode())
            batch = batch.filter(~(contradicted & _OBS))
        for dimensions, incomplete in self._incomplete.items():
            key = hashes(with_columns(batch, dimensions), dimensions)
            lacks = key.is_in(incomplete.implode())
            batch = batch.filter(~lacks | ~(_OBS | _is_default(batch)))
        return batch

    # --- what the schema asks for -----------------------------------------------------------------------------------

    def _unjudged(self) -> Iterator[SchemaComponent]:
        patterns = ((component, component.text_format.pattern) for component in self.schema.components)
        return (component for component, pattern in patterns if pattern is not None and rust_pattern(pattern) is None)

    def _mandatory(self) -> Mapping[tuple[str, ...], Sequence[str]]:
        """The mandatory attributes above the observation, by the dimensions at which they hang."""
        found: dict[tuple[str, ...], list[str]] = {}
        for attribute in self.schema.attributes_at("series", "partial", "dataset"):
            if attribute.mandatory:
                found.setdefault(attribute.dimensions, []).append(attribute.id)
        return found

    def _table(self) -> Iterator[Check]:
        for component in self.schema.components:
            if component.role == "dimension":
                missing = pl.col(component.id).is_null() & pl.col(":level").is_in(["obs", "series"])
                yield _absence("missing-dimension", component, missing)
            elif component.role == "time":
                yield _absence("missing-dimension", component, pl.col(component.id).is_null() & _OBS)
            yield from code_checks(component, self._nearest)
            yield from type_checks(component)
        yield from self._partial_dimension_checks()
        yield from region_checks(self.schema)
        if time := self.schema.time:
            yield from (Check(code, time.id, wrong, given) for code, wrong, given in frequency_checks(self.schema))
        yield from self._presence_checks()

    def _partial_dimension_checks(self) -> Iterator[Check]:
        """A row of a group must have the dimensions that its attributes hang at."""
        for dimension in self.schema.dimensions:
            hanging = [
                pl.col(attribute.id).is_not_null()
                for attribute in self.schema.attributes_at("partial")
                if dimension.id in attribute.dimensions
            ]
            if hanging:
                wrong = pl.col(dimension.id).is_null() & (pl.col(":level") == "partial") & reduce(or_, hanging)
                yield _absence("missing-dimension", dimension, wrong)

    def _presence_checks(self) -> Iterator[Check]:
        measures, attributes = self.schema.measures, self.schema.attributes_at("obs")
        if not measures:
            return
        is_whole = _OBS & (pl.col(":action") != "Merge")
        for measure in measures:
            if measure.mandatory:
                yield _absence("measure-missing", measure, pl.col(measure.id).is_null() & is_whole)
        has_value = reduce(or_, (pl.col(measure.id).is_not_null() for measure in measures))
        for attribute in attributes:
            if attribute.mandatory:
                wrong = pl.col(attribute.id).is_null() & has_value & is_whole
                yield _absence("attribute-missing", attribute, wrong)
        if not any(measure.mandatory for measure in measures):
            ids = tuple(component.id for component in (*measures, *attributes))
            nothing = reduce(and_, (pl.col(id).is_null() for id in ids))
            yield Check("no-value", "", nothing & _OBS, nulls=ids)

    # --- one batch --------------------------------------------------------------------------------------------------

    def _prepared(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The batch with row numbers, a column for each component and the action, the hash of its series key, the bounds of
        its periods (of the time only where not all are right, or a constraint asks for them), and without the values of
        delete patterns: those say what to delete, not what to store."""
        rows = with_columns(batch.with_row_index(ROW), tuple(self.schema.by_id))
        action = pl.col(":action").fill_null(self._action) if ":action" in batch.columns else pl.lit(self._action)
        key = hashes(rows, self.schema.dimension_ids).alias(KEY)
        rows = rows.with_columns(action.alias(":action"), pl.col(ROW).cast(pl.Int64), key)
        if (batch[":level"] == "delete").any():
            values = [component.id for component in (*self.schema.measures, *self.schema.attributes)]
            rows = rows.with_columns(pl.when(pl.col(":level") != "delete").then(pl.col(id)).alias(id) for id in values)
        for id in self._period_ids:
            if self.schema.by_id[id].role != "time" or self._needs_bounds or not self._plain.has_right_times(rows):
                rows = self._periods.add(rows, id)
        return rows

    def _by_table(self, rows: pl.DataFrame, absent: Sequence[str]) -> Iterator[pl.DataFrame]:
        checks = [
            check
            for check in self._plain.doubtful(rows)
            if not (check.code == "missing-dimension" and check.component in absent)
        ]
        if ":default" in rows.columns:
            checks = [self._beside_defaults(check) for check in checks]
        asked = rows.lazy().select(check.wrong.any().alias(str(n)) for n, check in enumerate(checks)).collect()
        for check, finds in zip(checks, asked.row(0) if checks else (), strict=True):
            if finds:
                yield findings_of(rows.filter(check.wrong), check)

    def _beside_defaults(self, check: Check) -> Check:
        """The key of a row that was filled in stands in the rows it was made for, and is judged there."""
        component = self.schema.by_id.get(check.component)
        if component and component.role == "attribute":
            return check
        return replace(check, wrong=check.wrong & ~pl.col(":default").fill_null(False))

    def _absent(self, rows: pl.DataFrame, id: str) -> pl.DataFrame:
        """One finding for a dimension of which there is not even a column."""
        levels = ["obs"] if self.schema.by_id[id].role == "time" else ["obs", "series"]
        if not rows[":level"].is_in(levels).any():
            return NO_FINDINGS
        return _general("missing-dimension", id, **display(self.schema.by_id[id]))

    def _unknown_components(self, batch: pl.DataFrame) -> Iterator[pl.DataFrame]:
        known = [component.id for component in self.schema.components]
        for id in batch.columns:
            if is_component(id) and id not in self.schema.by_id and batch[id].null_count() < batch.height:
                near = process.extractOne(id, known, scorer=fuzz.ratio, score_cutoff=60)
                hint = {"nearest": near[0]} if near else {}
                yield _general("unknown-component", id, structure=self.schema.structure.reference.short, **hint)

    def _by_combination(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """By key sets, and by cube regions that rule out several values together."""
        observed = rows.filter(_OBS) if self._key_sets or self._ruled_out else rows
        varying = {"key": key_of(self.schema.dimension_ids)}
        time = self.schema.time.id if self.schema.time else ""
        for sets in self._key_sets:
            yield _with_arguments(observed.filter(sets.wrong(observed, time)), sets.code, "", sets.arguments, varying)
        for region in self._ruled_out:
            yield _with_arguments(observed.filter(region.wrong), region.code, "", region.arguments, varying)

    def _has_dates(self) -> bool:
        """Whether a constraint asks for the bounds of the time, besides the checks of the time itself."""
        if self.schema.time is None:
            return False
        time = self.schema.time.id
        bounds = {f":start:{time}", f":end:{time}"}
        asked = [check.wrong for check in self._checks if check.component != time]
        asked += [region.wrong for region in self._ruled_out]
        return any(bounds & set(wrong.meta.root_names()) for wrong in asked) or any(
            sets.is_dated for sets in self._key_sets
        )

    def _duplicates(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Observations whose key came before; those without a whole key have another error already. Where the values are not
        the same, nothing tells which are right: the first is then no better than the others (see `complete_rows`)."""
        key = self.schema.key_ids
        kinds = [f":kind:{time.id}"] if (time := self.schema.time) and f":kind:{time.id}" in rows.columns else []
        values = [component.id for component in (*self.schema.measures, *self.schema.attributes_at("obs"))]
        complete = reduce(and_, (pl.col(id).is_not_null() for id in (*key, *kinds)), _OBS)
        hashed = rows.select(
            ROW,
            hashes(rows, key).alias("hash"),
            (hashes(rows, values) % 2**32).cast(pl.UInt32).alias("value"),
            *_places(rows),
            complete.alias("complete"),
        )
        again = self._observed.repeats(hashed.filter("complete").drop("complete"))
        if again.height:
            wrong = rows.select(pl.all().gather(again[ROW])).with_columns(
                _place(again), again["value"] == again["first:value"]
            )
            self._contradicted = pl.concat([self._contradicted, again.filter(~wrong["value"])["hash"]]).unique()
            said = pl.when(pl.col("value"))
            same = {
                "same:en": said.then(pl.lit("the same values")).otherwise(pl.lit("other values")),
                "same:ru": said.then(pl.lit("с теми же значениями")).otherwise(pl.lit("с другими значениями")),
            }
            varying = {"key": key_of(key), **_first(pl.col("first")), **same}
            yield _with_arguments(wrong, "duplicate-observation", "", {}, varying)

    def _differing(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Attributes of a series, group or data set that were given another value before. What was filled in by default
        (`:default`) contradicts nothing."""
        if not rows[":level"].is_in(list(_WITHIN)).any():
            return
        above = self.schema.attributes_at("series", "partial", "dataset")
        levels = {attribute.dimensions: attribute.level for attribute in above}
        is_default = rows.select(_is_default(rows)).to_series()
        if is_default.any():
            self.seen.add_filled([a.id for a in above if rows[a.id].filter(is_default).count()])
        for dimensions, level in levels.items():
            ids = [a.id for a in above if a.dimensions == dimensions and rows[a.id].null_count() < rows.height]
            given = (rows[":level"] == level) & ~is_default
            if not ids or not given.any():
                continue
            columns = rows.select(ROW, KEY, *self.schema.dimension_ids, *ids, *_places(rows)).filter(given)
            held = columns.filter(gives_any(columns, ids))
            for id, again in self.seen.add_attributes(held, dimensions, ids):
                wrong = rows.select(pl.all().gather(again[ROW])).with_columns(_place(again))
                english, russian = _WITHIN[level]
                within = {"within:en": english, "within:ru": russian}
                given_before = {**display(self.schema.by_id[id]), **within}
                yield _with_arguments(wrong, "attribute-differs", id, given_before, _first(pl.col("first")))

    # --- over all batches -------------------------------------------------------------------------------------------

    def _told_once(self, findings: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Findings about the dimensions of attribute rows lose their code; some are held until it is known whether the
        observations tell them."""
        if not findings.height:
            return findings
        known = findings.join(
            rows.select(ROW, ":level", _is_default(rows)),
            left_on="row",
            right_on=ROW,
            how="left",
            maintain_order="left",
        )
        about_key = pl.col("component").is_in(list(self.schema.dimension_ids))
        # A group's row may lack what its observations have.
        own = (pl.col(":level") == "partial") & (pl.col("code") == "missing-dimension")
        above = known.select((about_key & pl.col(":level").is_in(list(_WITHIN)) & ~own).fill_null(False)).to_series()
        told = findings.filter(~above).filter(about_key).select(_REASON.unique()).to_series()
        self._told = pl.concat([self._told, told]).unique()
        held = findings.filter(above & ~known[":default"].fill_null(False)).with_columns(row=pl.lit(None, pl.Int64))
        self._held = pl.concat([self._held, held]).filter(_REASON.is_first_distinct()).head(_HELD_FINDINGS)
        return findings.with_columns(code=pl.when(~above).then("code").otherwise(pl.lit("")))

    def _missing_attributes(self) -> Iterator[pl.DataFrame]:
        for dimensions, ids in self._mandatory().items():
            self._incomplete[dimensions] = pl.Series(dtype=pl.UInt64)
            key = {"key": key_of(dimensions)} if dimensions else {}
            for keys in self.seen.lacking(dimensions, ids, whole=True):
                for id in ids:
                    given = display(self.schema.by_id[id])
                    wrong = keys.filter(id) if id in keys.columns else keys.clear()
                    for part in wrong.select(*dimensions, pl.lit(None, pl.Int64).alias(ROW)).iter_slices(
                        _FINDINGS_ROWS
                    ):
                        yield _with_arguments(part, "attribute-missing", id, given, key)
                self._incomplete[dimensions] = pl.concat([self._incomplete[dimensions], keys["hash"]])


def _absence(code: str, component: SchemaComponent, wrong: pl.Expr) -> Check:
    return Check(code, component.id, wrong, display(component), nulls=(component.id,))


# --- frames of findings -----------------------------------------------------------------------------------------------


def findings_of(wrong: pl.DataFrame, check: Check) -> pl.DataFrame:
    """The findings about wrong rows. Where the value came from a header cell: one for each value and cell."""
    component = check.component
    rows = wrong
    value: pl.Expr = pl.col(component) if component in rows.columns else pl.lit("")
    if check.elements is not None:
        rows = rows.with_columns(check.elements.alias(":element")).explode(":element")
        value = pl.col(":element")
    arguments: pl.Expr = pl.lit(encode(check.arguments))
    if check.explain is not None:
        distinct = rows.select(value.unique(maintain_order=True)).to_series()
        plain = encode(check.arguments)
        explained = map(check.explain, distinct)
        texts = [encode({**check.arguments, **more}) if more else plain for more in explained]
        arguments = value.replace_strict(distinct, pl.Series(texts, dtype=pl.String), return_dtype=pl.String)
    return _frame(rows, check.code, component, value, arguments)


def _with_arguments(
    wrong: pl.DataFrame, code: str, component: str, constant: Mapping[str, str], varying: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    """Findings with arguments that differ from row to row."""
    texts = [*(pl.lit(text).alias(name) for name, text in constant.items()), *(e.alias(n) for n, e in varying.items())]
    arguments = pl.struct(texts).struct.json_encode() if texts else pl.lit("")
    value = pl.col(component) if component in wrong.columns else pl.lit("")
    return _frame(wrong, code, component, value, arguments)


def _frame(rows: pl.DataFrame, code: str, component: str, value: pl.Expr, arguments: pl.Expr) -> pl.DataFrame:
    # An element of an array is not the value of its component: it keeps its row.
    header = f":cell:{component}" if ":element" not in rows.columns else ""
    cell, row = _optional(rows, ":cell"), pl.col(ROW)
    if header in rows.columns:
        cell = pl.coalesce(pl.col(header), cell)
        row = pl.when(pl.col(header).is_null()).then(row)
    found = rows.select(
        pl.lit(code).alias("code"),
        pl.lit(CATALOGUE[code].severity if code else "error").alias("severity"),
        pl.lit(component).alias("component"),
        shown(value).alias("value"),
        row.alias("row"),
        _optional(rows, ":line").cast(pl.Int64).alias("line"),
        _optional(rows, ":col").cast(pl.Int64).alias("col"),
        _optional(rows, ":sheet").alias("sheet"),
        cell.alias("cell"),
        arguments.alias("arguments"),
    ).select(pl.col(name).cast(kind) for name, kind in FINDINGS_SCHEMA.items())
    return (
        found.unique(["value", "row", "sheet", "cell"], keep="first", maintain_order=True)
        if header in rows.columns
        else found
    )


def _general(code: str, component: str = "", **arguments: str) -> pl.DataFrame:
    """One finding about no row."""
    row = (code, CATALOGUE[code].severity, component, "", None, None, None, None, None, encode(arguments))
    return pl.DataFrame([row], schema=FINDINGS_SCHEMA, orient="row")


def _joined(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    found = [frame for frame in frames if frame.height]
    return pl.concat(found).sort("row", nulls_last=False, maintain_order=True) if found else NO_FINDINGS


def _is_default(rows: pl.DataFrame) -> pl.Expr:
    given = pl.col(":default").fill_null(False) if ":default" in rows.columns else pl.lit(False)
    return given.alias(":default")


def _optional(rows: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column) if column in rows.columns else pl.lit(None, dtype=pl.String)


def _places(rows: pl.DataFrame) -> list[pl.Expr]:
    """Where rows stand, as the columns `PLACES` that are known, in few bytes."""
    if ":sheet" in rows.columns:
        return [pl.concat_str(":sheet", pl.lit("!"), _optional(rows, ":cell"), ignore_nulls=True).alias("cell")]
    known = [name for name in ("line", "col") if f":{name}" in rows.columns]
    return [pl.col(f":{name}").cast(pl.UInt32).alias(name) for name in known]


def _place(again: pl.DataFrame) -> pl.Series:
    """`first`: "12", "12:5" or "Sheet!B7", as `sdmx_dsm.model.Place` is written; "" where nothing is known."""
    line, column, cell = (
        pl.col(f"first:{name}").cast(pl.String) if f"first:{name}" in again.columns else pl.lit(None, pl.String)
        for name in PLACES
    )
    known = pl.coalesce(cell, pl.concat_str(line, pl.concat_str(pl.lit(":"), column), ignore_nulls=True))
    return again.select(pl.repeat("", pl.len()) + known.alias("first")).to_series().alias("first")


def _first(place: pl.Expr) -> dict[str, pl.Expr]:
    """A place as the arguments `first:en` and `first:ru`."""
    words = {"en": ("line $1", "line $1, column $2"), "ru": ("строка $1", "строка $1, столбец $2")}
    return {
        f"first:{language}": place.str.replace(r"^(\d+)$", line).str.replace(r"^(\d+):(\d+)$", both)
        for language, (line, both) in words.items()
    }
