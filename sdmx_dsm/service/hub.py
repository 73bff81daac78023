"""`Hub`: what every use case needs, made once and handed on: settings, the store, and the registry.

Each request asks for the newest revision (one row); what has changed since the last one is read, and nothing else anew."""

import errno
import os
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from rapidfuzz import fuzz, process

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import NotFound, ReadError
from sdmx_dsm.excel import Limits, Mapping, load_mapping
from sdmx_dsm.model import (
    Dataflow,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Schema,
    Structures,
    Text,
    parse_reference,
)
from sdmx_dsm.service.mapped import MappedStores
from sdmx_dsm.service.recent import Recent
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Snapshot, Store

# Of 100, from which on a name is taken for a mistyped one.
_LIKENESS: Final = 70
_COUNTED: Final = 1024


@dataclass(frozen=True, slots=True)
class Registry:
    """The artefacts at one revision; `time` is that of the revision, None while there is none. `agency` as `agency_of` says."""

    revision: int
    time: datetime | None
    structures: Structures
    agency: str

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        structures = Structures(source=snapshot)
        return cls(snapshot.revision, snapshot.time, structures, agency_of(structures))

    def agreements(self, dataflow: Dataflow) -> list[ProvisionAgreement]:
        """The provision agreements under which `dataflow` is reported."""
        return self.structures.users(dataflow, ProvisionAgreement)

    def not_found(self, name: str, *kinds: type[Maintainable]) -> NotFound:
        """The error for a name, a URN or `AGENCY:ID(VERSION)`, that no artefact of these classes has; it tells which is most
        like it."""
        known = {one.id: one.short for one in self.structures.references({kind.__name__ for kind in kinds})}
        id = name.rpartition(":")[2].partition("(")[0]
        near = process.extractOne(id[:100], known.keys(), scorer=fuzz.ratio, score_cutoff=_LIKENESS)
        nearest = known[near[0]] if near else ""
        classes = [kind.__name__ for kind in kinds]
        asked = name.removeprefix("*:").removesuffix("(~)")
        return NotFound(
            f"There is no {' or '.join(classes)} {asked}.{nearest and f' The nearest is {nearest}.'}",
            ru=f"{' или '.join(classes)} {asked} не найден.{nearest and f' Ближайший: {nearest}.'}",
            name=name,
        )

    def notices(self, references: Iterable[str]) -> Text:
        """What the agreements with these short references want said wherever their numbers appear: their annotations of
        type NOTICE, each text once, by language."""
        texts: dict[str, dict[str, None]] = {}
        for reference in references:
            agreement = self.structures.find(parse_reference(reference, "ProvisionAgreement"))
            notice = agreement.annotation("NOTICE") if agreement else None
            for language, text in notice.texts.items() if notice else ():
                texts.setdefault(language, {})[text] = None
        return {language: " ".join(found) for language, found in texts.items()}


def agency_of(structures: Structures) -> str:
    """The hub's own agency where no setting says it: the one that maintains most dataflows, with those of the agencies below it;
    "" where there are none."""
    flows = Counter(flow.agency.partition(".")[0] for flow in structures.references({"Dataflow"}))
    return max(sorted(flows), key=flows.__getitem__, default="")


def make_data_folder(settings: Settings) -> None:
    """The folder of the hub's data, where there is none yet. Raises OSError, with its name, when nothing can be written there:
    a database would say no more than that it can't be opened."""
    folder = settings.data_path
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))


@dataclass(frozen=True, slots=True)
class Counted:
    """What a viewer may see of a dataflow: the codes of countries that have data, and how much."""

    countries: tuple[str, ...]
    series: int
    observations: int


@dataclass
class Hub:
    settings: Settings
    store: Store
    mapped: MappedStores = field(default_factory=MappedStores)
    counted: Recent[Counted] = field(default_factory=lambda: Recent(_COUNTED))
    _snapshot: Snapshot | None = None
    _registry: Registry | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The hub of `settings`, its database created or brought up to date. Raises what `make_data_folder` does."""
        make_data_folder(settings)
        store = Store(settings.effective_database_url, index_bytes=settings.index_bytes)
        store.migrate()
        return cls(settings, store)

    def close(self) -> None:
        self.store.close()

    @property
    def registry(self) -> Registry:
        """The registry as it is now."""
        snapshot = self.store.registry(self._snapshot)
        with self._lock:  # another thread may have seen a newer one meanwhile
            if self._registry is None or snapshot.revision > self._registry.revision:
                self._snapshot, self._registry = snapshot, Registry.of(snapshot)
            return self._registry

    def registry_at(self, moment: datetime | int) -> Registry:
        """The registry as it was at a moment, or at a revision."""
        return Registry.of(self.store.registry_at(moment))

    @property
    def structures(self) -> Structures:
        return self.registry.structures

    def dataflows(self) -> list[Dataflow]:
        """Current dataflows, sorted by identity."""
        return sorted(self.structures.of_class(Dataflow), key=lambda flow: flow.reference.short)

    def dataflow(self, text: str) -> Dataflow:
        """The dataflow of a URN or `AGENCY:ID(VERSION)`, the newest where no version is given. Raises NotFound, UrnError."""
        found = self.structures.find(parse_reference(text, "Dataflow", default_version="~"))
        if not isinstance(found, Dataflow):
            raise self.registry.not_found(text, Dataflow)
        return found

    def schema(self, dataflow: Dataflow) -> Schema:
        return self.structures.schema(dataflow.reference)

    def shown(self, dataflow: Dataflow) -> Reference:
        """The dataflow whose data this one shows: itself, or the source of its map."""
        if dataflow.annotation("MAPPED") is None:
            return dataflow.reference
        registry = self.registry
        try:
            schema = registry.structures.schema(dataflow.reference)
        except NotFound:  # of its structure: then it has no data at all
            return dataflow.reference
        mapped = self.mapped.flow(registry.structures, schema, registry.revision)
        return mapped.source.reference if mapped else dataflow.reference

    def agreements(self, dataflow: Dataflow) -> list[ProvisionAgreement]:
        """As `Registry.agreements`."""
        return self.registry.agreements(dataflow)

    def notices(self, references: Iterable[str]) -> Text:
        """As `Registry.notices`."""
        return self.registry.notices(references)

    def mappings(self) -> dict[str, Path]:
        """The mapping documents at hand: id → file."""
        folder = self.settings.content_path / "registry" / "mappings"
        return {path.stem: path for path in sorted(folder.glob("*.yaml"))}

    def mapping(self, name: str) -> Mapping:
        """The mapping of an id. Raises NotFound, which lists what there is; ReadError for a faulty document."""
        document = self.mapping_document(name)
        try:
            return load_mapping(document)
        except ReadError as error:
            raise ReadError(
                f"The mapping “{name}” is faulty; tell the administrator. {error}",
                ru=f"Схема чтения «{name}» содержит ошибку; сообщите администратору. {error}",
                line=error.line,
                path=error.path,
            ) from error

    def mapping_document(self, name: str) -> bytes:
        """The document of a mapping. Raises NotFound."""
        known = self.mappings()
        if name not in known:
            raise NotFound(
                f"There is no mapping “{name}”; there are {', '.join(known) or 'none'}.",
                ru=f"Схемы чтения «{name}» нет; есть: {', '.join(known) or 'ни одной'}.",
                mapping=name,
            )
        return known[name].read_bytes()

    @property
    def limits(self) -> Limits:
        settings = self.settings
        return Limits(
            max_unpacked_bytes=settings.max_unpacked_bytes,
            max_cells=settings.max_cells,
            memory_bytes=settings.reader_memory_bytes,
            cpu_seconds=settings.reader_cpu_seconds,
        )

    def header(self, **values: object) -> Header:
        # Any revision will do: no question to the database for this alone.
        sender = self.settings.hub_agency or (self._registry or self.registry).agency
        return Header(sender=sender, **values)  # type: ignore[arg-type]
