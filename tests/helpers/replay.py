"""A client that keeps what it reads: plain dictionaries, changed as the actions of data sets say (SDMX 3.1, dataset actions)."""

from collections.abc import Iterable, Iterator

from sdmx_dsm.batches import DataSet
from sdmx_dsm.model import Schema

# Of an attribute of dimensions: their values by id. Of an observation all of them, with the time.
Key = tuple[tuple[str, str], ...]


class Replica:
    """`values`: by component and key. A value is where its component says: an observation is all values at its key."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._scopes = {
            **{measure.id: schema.key_ids for measure in schema.measures},
            **{a.id: schema.key_ids if a.level == "obs" else a.dimensions for a in schema.attributes},
        }
        self.values: dict[tuple[str, Key], str] = {}

    def apply(self, datasets: Iterable[DataSet]) -> None:
        for dataset in datasets:
            for action, row in _rows(dataset):
                if action == "Delete":
                    self._delete(row)
                else:
                    self._put(row, replaces=action == "Replace")

    def _put(self, row: dict[str, str], replaces: bool) -> None:
        if replaces and all(id in row for id in self._schema.key_ids):
            self._delete({id: row[id] for id in self._schema.key_ids})
        for id, scope in self._scopes.items():
            if id in row:
                self.values[id, tuple((dimension, row[dimension]) for dimension in scope)] = row[id]

    def _delete(self, pattern: dict[str, str]) -> None:
        """A pattern that names values is about these, and of its dimensions those count that the value has; one that names none
        is about all that lies within it."""
        named = [id for id in self._scopes if id in pattern]
        within = {id: value for id, value in pattern.items() if id in self._schema.key_ids}
        for id, key in list(self.values):
            at = dict(key)
            if named:
                is_hit = id in named and all(at[d] == value for d, value in within.items() if d in at)
            else:
                is_hit = all(at.get(d) == value for d, value in within.items())
            if is_hit:
                del self.values[id, key]


def _rows(dataset: DataSet) -> Iterator[tuple[str, dict[str, str]]]:
    for batch in dataset.batches:
        for row in batch.iter_rows(named=True):
            deletes = row[":level"] == "delete"
            action = "Delete" if deletes else row.get(":action") or dataset.action
            yield action, {id: value for id, value in row.items() if not id.startswith(":") and value is not None}
