"""What a writer may be told, and the shape of a row of the format table."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.model import Context, Maintainable, Reference, Schema, Structures, Text

if TYPE_CHECKING:  # its package reads structures, whose package knows these options
    from sdmx_dsm.formats.registry_messages.messages import RegistryMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """`dimension_at_observation`: None for time series (the default of SDMX REST), "AllDimensions" for flat.
    `labels`, `keys`, `time_format` are the parameters of SDMX-CSV. `languages`: wanted for names, best first; "*" for all.
    `context`: what the header's structure refers to. `rows`, `columns`: the dimensions that stand there in a readable table."""

    header: Header = field(default_factory=Header)
    dimension_at_observation: str | None = None
    labels: Literal["id", "name", "both"] = "id"
    keys: Literal["none", "obs", "series", "both"] = "none"
    time_format: Literal["original", "normalized"] = "original"
    languages: tuple[str, ...] = ("en",)
    context: Context = "dataflow"
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions:
    """`dimension_at_observation` as in `WriteOptions`. `explicit_measures`: each concept of the measure dimension of 2.1 has a
    type of observation. `for_deletion`: of data sets that delete, which may leave out dimensions."""

    dimension_at_observation: str | None = None
    explicit_measures: bool = False
    for_deletion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureOptions:
    """`languages`: those to write, "*" for all. `left_out`: what the format can't say is refused where it is None; else it is
    left out, and told to this function in a sentence. `optional`: artefacts that are left out as a whole and without a word where
    the format can't say them."""

    header: Header = field(default_factory=Header)
    languages: tuple[str, ...] = ("*",)
    left_out: Callable[[str], None] | None = None
    optional: Container[Reference] = frozenset()


class Reader(Protocol):
    """`reference` stands in where the file names no structure."""

    def __call__(
        self, path: Path, structures: Structures, *, reference: Reference | None = None
    ) -> Iterator[DataSet]: ...


Writer = Callable[[Iterable[DataSet], WriteOptions], Iterator[bytes]]
RegistryWriter = Callable[["RegistryMessage", Header], bytes]
SchemaWriter = Callable[[Schema, SchemaOptions], Iterator[bytes]]
StructureReader = Callable[[Path], tuple[Header, tuple[Maintainable, ...]]]
StructureWriter = Callable[[Iterable[Maintainable], StructureOptions, Structures], Iterator[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One representation. `name` is what the command line calls it; `media_type` and `version` what HTTP calls it;
    `kind` is "data", "structure", "metadata" (sets of reference metadata), "schema" or "registry" (messages of the registry
    interface). The functions that are None are not offered."""

    name: str
    kind: Literal["data", "structure", "metadata", "schema", "registry"]
    media_type: str
    version: str
    extension: str
    title: Text
    read: Reader | None = None
    write: Writer | None = None
    read_structures: StructureReader | None = None
    write_structures: StructureWriter | None = None
    read_metadata: StructureReader | None = None
    write_metadata: StructureWriter | None = None
    write_schema: SchemaWriter | None = None
    write_registry: RegistryWriter | None = None
    binary: bool = False

    @property
    def is_flat(self) -> bool:
        """Whether data are a table of observations, never grouped by series."""
        return self.extension in ("csv", "xlsx", "parquet")

    @property
    def content_type(self) -> str:
        """Exactly as clients compare it: no charset, no blank."""
        return f"{self.media_type};version={self.version}" if self.version else self.media_type
