"""`Checker`: the findings of one data set, a batch at a time.

Most checks are rows of one table (`Check`: a code and an expression that is true for wrong rows), made once from the schema.
A batch is first asked, in one pass, which of them find anything; only those are looked at row by row. What needs memory of
earlier batches (duplicates, attributes that differ, keys without a mandatory attribute) is in `sdmx_dsm.validation.keys`.

What is judged where:

- observations: all dimensions and the time must be given; measures and attributes of the observation as usage says;
- rows of a series, a group, a data set: the dimensions of that level; the attributes must agree for one key;
- what was filled in by default (`:default`): its values; it falls with the observations it was made for;
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

from sdmx_dsm.batches import Action, is_component, with_columns
from sdmx_dsm.model import Schema, SchemaComponent
from sdmx_dsm.validation.catalogue import CATALOGUE
from sdmx_dsm.validation.codes import Nearest, code_checks
from sdmx_dsm.validation.constraints import key_sets, region_checks
from sdmx_dsm.validation.findings import FINDINGS_SCHEMA, NO_FINDINGS, display, encode, good_rows, key_of, shown
from sdmx_dsm.validation.keys import FirstSeen, SeenKeys
from sdmx_dsm.validation.periods import PeriodTable, frequency_checks, is_period
from sdmx_dsm.validation.values import Check, rust_pattern, type_checks

ROW: Final = ":row"
_HELD_FINDINGS: Final = 10_000
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

    Memory grows by about 32 bytes for each observation and 20 for each series."""

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
        self._observed: Final = FirstSeen()
        self._attributes: Final = FirstSeen()
        self._good: Final = SeenKeys(schema.dimensions, ())
        self._keys: Final = {dimensions: self._seen_keys(dimensions) for dimensions in self._levels()}
        self._told = pl.Series(dtype=pl.UInt64)
        self._held = NO_FINDINGS

    @property
    def series(self) -> int:
        """Distinct series that had a good observation so far."""
        return self._good.count()

    def check(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The findings of a batch (`FINDINGS_SCHEMA`), those about no single row first, then by row. Nothing is raised for
        bad data."""
        rows = self._prepared(batch)
        self._rows += batch.height
        self.observations += int((batch[":level"] == "obs").sum())
        self._deletes += int((batch[":level"] == "delete").sum())
        absent = [id for id in self._required() if id not in batch.columns]
        frames = [
            *self._unknown_components(batch),
            *(self._absent(rows, id) for id in absent),
            *self._by_table(rows, absent),
            *self._by_key_sets(rows),
            *self._duplicates(rows),
            *self._differing(rows),
        ]
        findings = self._told_once(_joined(frames), rows)
        self._remember(rows, (good_rows(rows, findings) if findings.height else rows).filter(_OBS))
        return pl.concat([findings, self._unused_defaults(rows)]).sort("row", nulls_last=False, maintain_order=True)

    def finish(self) -> pl.DataFrame:
        """What can be told only at the end: mandatory attributes that a series, group or the data set did not get, an empty
        data set, data under no agreement."""
        frames = [
            self._held.filter(~self._held.select(_REASON.is_in(self._told.implode())).to_series()),
            *self._missing_attributes(),
            *(_general("pattern-unusable", c.id, **display(c)) for c in self._unjudged()),
        ]
        if self._agreement_required and self.schema.agreement is None:
            frames.append(_general("agreement-required", structure=self.schema.reference.short))
        if not self._rows:
            frames.append(_general("empty-submission"))
        elif not self.observations and not self._deletes:
            frames.append(_general("no-observations"))
        return _joined(frames)

    # --- what the schema asks for -----------------------------------------------------------------------------------

    def _required(self) -> tuple[str, ...]:
        """The dimensions of an observation."""
        time = self.schema.time
        return (*self.schema.dimension_ids, *([time.id] if time else []))

    def _unjudged(self) -> Iterator[SchemaComponent]:
        patterns = ((component, component.text_format.pattern) for component in self.schema.components)
        return (component for component, pattern in patterns if pattern is not None and rust_pattern(pattern) is None)

    def _levels(self) -> Iterator[tuple[str, ...]]:
        """The dimensions of each level at which a mandatory attribute hangs."""
        return (attribute.dimensions for attribute in self._mandatory())

    def _mandatory(self) -> Iterator[SchemaComponent]:
        return (
            attribute for attribute in self.schema.attributes_at("series", "partial", "dataset") if attribute.mandatory
        )

    def _seen_keys(self, dimensions: tuple[str, ...]) -> SeenKeys:
        attributes = [attribute.id for attribute in self._mandatory() if attribute.dimensions == dimensions]
        return SeenKeys([self.schema.by_id[id] for id in dimensions], attributes)

    def _table(self) -> Iterator[Check]:
        for component in self.schema.components:
            if component.role == "dimension":
                missing = pl.col(component.id).is_null() & pl.col(":level").is_in(["obs", "series"])
                yield Check("missing-dimension", component.id, missing, display(component))
            elif component.role == "time":
                yield Check(
                    "missing-dimension", component.id, pl.col(component.id).is_null() & _OBS, display(component)
                )
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
                yield Check("missing-dimension", dimension.id, wrong, display(dimension))

    def _presence_checks(self) -> Iterator[Check]:
        measures, attributes = self.schema.measures, self.schema.attributes_at("obs")
        if not measures:
            return
        is_whole = _OBS & (pl.col(":action") != "Merge")
        for measure in measures:
            if measure.mandatory:
                yield Check("measure-missing", measure.id, pl.col(measure.id).is_null() & is_whole, display(measure))
        has_value = reduce(or_, (pl.col(measure.id).is_not_null() for measure in measures))
        for attribute in attributes:
            if attribute.mandatory:
                wrong = pl.col(attribute.id).is_null() & has_value & is_whole
                yield Check("attribute-missing", attribute.id, wrong, display(attribute))
        if not any(measure.mandatory for measure in measures):
            nothing = reduce(and_, (pl.col(component.id).is_null() for component in (*measures, *attributes)))
            yield Check("no-value", "", nothing & _OBS)

    # --- one batch --------------------------------------------------------------------------------------------------

    def _prepared(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The batch with row numbers, a column for each component and the action, the bounds of its periods, and without the
        values of delete patterns: those say what to delete, not what to store."""
        rows = with_columns(batch.with_row_index(ROW), tuple(self.schema.by_id))
        action = pl.col(":action").fill_null(self._action) if ":action" in batch.columns else pl.lit(self._action)
        rows = rows.with_columns(action.alias(":action"), pl.col(ROW).cast(pl.Int64))
        if (batch[":level"] == "delete").any():
            values = [component.id for component in (*self.schema.measures, *self.schema.attributes)]
            rows = rows.with_columns(pl.when(pl.col(":level") != "delete").then(pl.col(id)).alias(id) for id in values)
        for id in self._period_ids:
            rows = self._periods.add(rows, id)
        return rows

    def _by_table(self, rows: pl.DataFrame, absent: Sequence[str]) -> Iterator[pl.DataFrame]:
        checks = [
            check for check in self._checks if not (check.code == "missing-dimension" and check.component in absent)
        ]
        if ":default" in rows.columns:
            checks = [self._beside_defaults(check) for check in checks]
        asked = rows.lazy().select(check.wrong.any().alias(str(n)) for n, check in enumerate(checks)).collect()
        for check, finds in zip(checks, asked.row(0), strict=True):
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

    def _by_key_sets(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for sets in self._key_sets:
            observed = rows.filter(_OBS)
            wrong = observed.filter(sets.wrong(observed))
            key = key_of(self.schema.dimension_ids)
            yield _with_arguments(wrong, sets.code, "", sets.arguments, {"key": key})

    def _duplicates(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Observations whose key came before; those without a whole key have another error already."""
        key = [pl.col(id) for id in self._required()]
        kinds = [pl.col(f":kind:{self.schema.time.id}")] if self.schema.time else []
        complete = reduce(and_, (column.is_not_null() for column in (*key, *kinds)), _OBS)
        measures = [component.id for component in self.schema.measures]
        hashed = rows.filter(complete).select(
            ROW,
            (pl.struct(key).hash(seed=0) if key else pl.lit(0, pl.UInt64)).alias("hash"),
            (pl.struct(measures).hash(seed=0) if measures else pl.lit(0, pl.UInt64)).alias("value"),
            _place(rows).alias("place"),
        )
        again = self._observed.repeats(hashed)
        if again.height:
            wrong = rows.select(pl.all().gather(again[ROW])).with_columns(
                again["first_place"], again["value"] == again["first_value"]
            )
            said = pl.when(pl.col("value"))
            same = {
                "same:en": said.then(pl.lit("the same value")).otherwise(pl.lit("another value")),
                "same:ru": said.then(pl.lit("с тем же значением")).otherwise(pl.lit("с другим значением")),
            }
            varying = {"key": key_of(self._required()), **_first(pl.col("first_place")), **same}
            yield _with_arguments(wrong, "duplicate-observation", "", {}, varying)

    def _differing(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Attributes of a series, group or data set that were given another value before. What was filled in by default
        (`:default`) contradicts nothing."""
        if not rows[":level"].is_in(list(_WITHIN)).any():
            return
        for attribute in self.schema.attributes_at("series", "partial", "dataset"):
            id = attribute.id
            held = rows.filter((pl.col(":level") == attribute.level) & pl.col(id).is_not_null() & ~_is_default(rows))
            if not held.height:
                continue
            hashed = held.select(
                ROW,
                pl.struct(pl.lit(id).alias(":id"), *attribute.dimensions).hash(seed=0).alias("hash"),
                pl.col(id).hash(seed=0).alias("value"),
                _place(rows).alias("place"),
            )
            again = self._attributes.repeats(hashed).filter(pl.col("value") != pl.col("first_value"))
            if again.height:
                wrong = rows.select(pl.all().gather(again[ROW])).with_columns(again["first_place"])
                english, russian = _WITHIN[attribute.level]
                within = {"within:en": english, "within:ru": russian}
                given_before = {**display(attribute), **within}
                yield _with_arguments(wrong, "attribute-differs", id, given_before, _first(pl.col("first_place")))

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

    def _unused_defaults(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What was filled in for keys of which no observation is good falls with them."""
        filled = rows.filter(_is_default(rows))
        unused = [NO_FINDINGS]
        for _, of_level in filled.group_by(":level"):
            ids = [id for id in self.schema.dimension_ids if of_level[id].null_count() < of_level.height]
            strangers = self._good.unknown(of_level, ids)
            unused.append(_frame(strangers, "", "", pl.lit(""), pl.lit("")))
        return pl.concat(unused)

    def _remember(self, rows: pl.DataFrame, good: pl.DataFrame) -> None:
        if good.height:
            self._good.add_observations(good)
        whole = good.filter(pl.col(":action") != "Merge")
        for dimensions, seen in self._keys.items():
            if whole.height:
                seen.add_observations(whole)
            level = next(a.level for a in self._mandatory() if a.dimensions == dimensions)
            seen.add_attributes(rows.filter(pl.col(":level") == level))

    def _missing_attributes(self) -> Iterator[pl.DataFrame]:
        for dimensions, seen in self._keys.items():
            key = {"key": key_of(dimensions)} if dimensions else {}
            for keys in seen.without(seen.attributes):
                for id in seen.attributes:
                    wrong = keys.filter(id).select(*dimensions, pl.lit(None, pl.Int64).alias(ROW))
                    given = {**display(self.schema.by_id[id]), "dimensions": ".".join(dimensions)}
                    yield _with_arguments(wrong, "attribute-missing", id, given, key)


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


def _place(rows: pl.DataFrame) -> pl.Expr:
    """ "12", "12:5" or "Sheet!B7", as `sdmx_dsm.model.Place` is written; "" where nothing is known."""
    parts: Iterable[pl.Expr]
    if ":sheet" in rows.columns:
        parts = (pl.col(":sheet"), pl.lit("!"), _optional(rows, ":cell"))
        return pl.concat_str(*parts, ignore_nulls=True)
    if ":line" not in rows.columns:
        return pl.lit("")
    column = pl.concat_str(pl.lit(":"), pl.col(":col").cast(pl.String)) if ":col" in rows.columns else pl.lit("")
    return pl.concat_str(pl.col(":line").cast(pl.String), column, ignore_nulls=True)


def _first(place: pl.Expr) -> dict[str, pl.Expr]:
    """A place as the arguments `first:en` and `first:ru`."""
    words = {"en": ("line $1", "line $1, column $2"), "ru": ("строка $1", "строка $1, столбец $2")}
    return {
        f"first:{language}": place.str.replace(r"^(\d+)$", line).str.replace(r"^(\d+):(\d+)$", both)
        for language, (line, both) in words.items()
    }
