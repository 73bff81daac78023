"""`DataSet`: a header and an iterator of batches, the form in which data travels between all parts.

A **batch** is a polars frame of about `BATCH_ROWS` rows. Columns:

- one text column per component id of the schema that the data set holds (an id that the schema does not know is kept too:
  the checks report it);
- `:level`, always: "obs" (an observation with its dimensions, measures and attributes), "series", "partial", "dataset" (the
  attributes of that level, **once**, with only that level's dimensions filled), "delete" (a pattern: null dimensions are
  wildcards; filled measures or attributes name the values to delete, none the whole observations);
- `:action`, where rows of one data set differ from its action;
- the place in the source: `:line` and `:col` (from 1), or `:sheet` and `:cell`; `:cell:ID` where the value of the component
  ID came from another cell than the observation (a header, a title).

Values: null = not given, "" = given and empty, "~" = not applicable, "#N/A" and "NaN" = intentionally missing. Arrays and
multilingual texts are canonical JSON (keys sorted, no blanks). Numbers keep the digits they came with.

Batches are consumed once, in order. Rows of different levels come in any order, unless `ordered`: then all rows of level
"partial" and "dataset" come before the first observation, the row of a series not after its first observation, and the
observations of a series stand together and are not split over batches. Writers that group ask for it by `in_order`. Flat
answers that somebody wants sorted in another way are `ordered` too: each batch has the rows of all the series that it touches."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import reduce
from itertools import zip_longest
from operator import or_
from typing import Final, Literal

import polars as pl

from sdmx_dsm.model import Contact, Finding, Reference, Schema, Text

Action = Literal["Information", "Append", "Merge", "Replace", "Delete"]
BATCH_ROWS: Final = 65_536
# Signs that stand where there is no value.
NOT_APPLICABLE: Final = "~"
MISSING_VALUES: Final = ("#N/A", "NaN")  # on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sent or receives a message, besides the id. `timezone` is that of times without one; senders alone have it."""

    names: Text = field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()
    timezone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Of a message. `prepared` is ISO 8601 with a zone; `sources` are texts on where the data come from. `parties`: what is said
    of the sender and of each receiver, in that order; empty where nothing is."""

    id: str = ""
    test: bool = False
    prepared: str = ""
    sender: str = ""
    receivers: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    names: Text = field(default_factory=dict)
    sources: Text = field(default_factory=dict)
    embargo: str | None = None

    def complete(self, id: str) -> "Header":
        """With what every message must have: an id (`id`, where there is none), the time, and a sender."""
        prepared = self.prepared or datetime.now(UTC).isoformat(timespec="seconds")
        return replace(self, id=self.id or id, prepared=prepared, sender=self.sender or "unknown")

    def described_parties(self) -> Iterator[tuple[str, Party]]:
        """The sender and then each receiver: id, and what is said of it."""
        return zip_longest((self.sender, *self.receivers), self.parties, fillvalue=Party())  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """`structure`: what the data were reported against, as in the message. `components`: the ids that batches may hold, in
    schema order; empty means all of the schema. `remarks`: what the reader assumed or noticed about the file as a whole."""

    schema: Schema
    structure: Reference
    batches: Iterator[pl.DataFrame]
    header: Header = field(default_factory=Header)
    action: Action = "Information"
    id: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    reporting_begin: str | None = None
    reporting_end: str | None = None
    provider: Reference | None = None
    dimension_at_observation: str | None = None
    components: tuple[str, ...] = ()
    remarks: tuple[Finding, ...] = ()
    ordered: bool = False

    @property
    def component_ids(self) -> tuple[str, ...]:
        return self.components or tuple(component.id for component in self.schema.components)

    def through(self, step: Callable[[pl.DataFrame], pl.DataFrame]) -> "DataSet":
        """The same data set with each batch changed by `step`, lazily."""
        return replace(self, batches=map(step, self.batches))


def is_component(column: str) -> bool:
    return not column.startswith(":")


def with_columns(batch: pl.DataFrame, ids: tuple[str, ...]) -> pl.DataFrame:
    """`batch` with a null text column for each of `ids` that it lacks."""
    missing = [id for id in ids if id not in batch.columns]
    return batch.with_columns(pl.lit(None, dtype=pl.String).alias(id) for id in missing) if missing else batch


def gives_any(batch: pl.DataFrame, ids: Iterable[str]) -> pl.Expr:
    """Whether a row gives one of some components, of which the batch need not hold any."""
    given = [pl.col(id).is_not_null() for id in ids if id in batch.columns]
    return pl.any_horizontal(given) if given else pl.lit(False)


def rows_giving(batch: pl.DataFrame, ids: Iterable[str]) -> pl.DataFrame:
    """The rows that give one of some components (as `gives_any`), all columns."""
    present = [id for id in ids if id in batch.columns]
    missing = [batch.get_column(id).null_count() for id in present]
    # What counts tell needs no query: most of the time that a short answer takes is spent on beginning queries.
    if 0 in missing:
        return batch
    return (
        batch.clear() if min(missing, default=batch.height) == batch.height else batch.filter(gives_any(batch, present))
    )


def level_rows(batch: pl.DataFrame, *levels: str) -> pl.DataFrame:
    """The rows of some levels, all columns."""
    level = batch.get_column(":level")
    wanted = reduce(or_, (level == one for one in levels))
    if wanted.all():
        return batch
    return batch.filter(wanted) if wanted.any() else batch.clear()


def constants(values: Mapping[str, str | None]) -> list[pl.Expr]:
    """Text columns that hold one value each."""
    return [pl.lit(value, dtype=pl.String).alias(id) for id, value in values.items()]
