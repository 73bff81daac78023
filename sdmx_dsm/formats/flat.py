"""What several formats of data share: a second pass over batches, actions of rows, and values that are canonical JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Final, Self

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS, DataSet, Spool
from sdmx_dsm.model import SchemaComponent

IN_MEMORY_ROWS: Final = 2 * BATCH_ROWS


class Held:
    """Frames that are read more than once: a few in memory, more on disk. Ends with its context."""

    def __init__(self, frames: Iterable[pl.DataFrame]) -> None:
        self._frames: list[pl.DataFrame] = []
        self._spool: Spool | None = None
        rows = 0
        for frame in frames:
            rows += frame.height
            if self._spool is None and rows > IN_MEMORY_ROWS:
                self._spool = Spool()
                for early in self._frames:
                    self._spool.add(early)
            if self._spool is None:
                self._frames.append(frame)
            else:
                self._spool.add(frame)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return iter(self._spool or self._frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._spool:
            self._spool.close()


def row_action(batch: pl.DataFrame, action: str) -> pl.Expr:
    """The action of each row, that of the data set being `action`."""
    given = pl.col(":action").fill_null(action) if ":action" in batch.columns else pl.lit(action)
    return pl.when(pl.col(":level") == "delete").then(pl.lit("Delete")).otherwise(given)


def components_of(dataset: DataSet) -> tuple[SchemaComponent, ...]:
    """The components that a writer writes: what the schema does not know has no place in a message."""
    ids = set(dataset.component_ids)
    return tuple(component for component in dataset.schema.components if component.id in ids)


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def decoded(text: str) -> Any:
    """What canonical JSON says: a list or mapping; a text that is none stays what it is."""
    if text[:1] in ("[", "{"):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def mapped(column: pl.Expr, values: pl.Series, function: Callable[[str], str]) -> pl.Expr:
    """`function` applied to a text column, once for each distinct value among `values`."""
    distinct = values.drop_nulls().unique().to_list()
    changed = {value: new for value in distinct if (new := function(value)) != value}
    return column.replace(changed) if changed else column
