"""Regular expressions that this service can run: those of text formats, which submissions are held against, and those of
representation maps, by which data are mapped. Both run in Rust's regex, which never looks around."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from sdmx_dsm.mapping import whole_value
from sdmx_dsm.model import (
    ConceptScheme,
    DataStructure,
    Maintainable,
    MappedValue,
    MetadataStructure,
    RepresentationMap,
    Step,
    TextFormat,
)
from sdmx_dsm.model.differences import describe_path
from sdmx_dsm.service.rules.faults import Fault
from sdmx_dsm.service.rules.places import placed
from sdmx_dsm.validation import rust_pattern

# Codelists by the hundred thousand codes have none.
_WITH_PATTERNS: Final = (DataStructure, ConceptScheme, MetadataStructure, RepresentationMap)
_SHOWN_CHARACTERS: Final = 60


def check_patterns(artefact: Maintainable) -> Iterator[Fault]:
    found = _holders(artefact) if isinstance(artefact, _WITH_PATTERNS) else ()
    for path, holder in found:
        if (pattern := _unusable(holder)) is None:
            continue
        where, shown = describe_path(path), pattern[:_SHOWN_CHARACTERS]
        yield Fault(
            "unusable-pattern",
            f"{where['en']}: “{shown}” is no regular expression that can be run here",
            f"{where['ru']}: «{shown}» — не регулярное выражение, которое здесь выполнимо",
        )


def _holders(artefact: Maintainable) -> Iterator[tuple[tuple[Step, ...], TextFormat | MappedValue]]:
    yield from placed(artefact, TextFormat)
    yield from placed(artefact, MappedValue)


def _unusable(holder: TextFormat | MappedValue) -> str | None:
    if isinstance(holder, TextFormat):
        return holder.pattern if holder.pattern is not None and rust_pattern(holder.pattern) is None else None
    return holder.value if holder.is_regex and not _compiles(whole_value(holder.value)) else None


def _compiles(pattern: str) -> bool:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        return False
    return True
