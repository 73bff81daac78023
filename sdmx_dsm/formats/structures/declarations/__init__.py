"""The declaration of each class: its fields, their kinds, and where each syntax keeps them; by subject, in one module each.

How to read the tables is said in `rows`. What must be changed in an artefact before a syntax can say it is in `conversions`."""

from typing import Final

from sdmx_dsm.formats.structures.declarations import (
    constraints,
    datastructures,
    exchange,
    hierarchies,
    items,
    maps,
    metadatasets,
    metadatastructures,
    processes,
    rows,
    transformations,
)
from sdmx_dsm.formats.structures.declarations.containers import CONTAINERS
from sdmx_dsm.formats.structures.declarations.rows import Declaration, Field

DECLARATIONS: Final = (
    *rows.DECLARATIONS,
    *items.DECLARATIONS,
    *datastructures.DECLARATIONS,
    *constraints.DECLARATIONS,
    *exchange.DECLARATIONS,
    *hierarchies.DECLARATIONS,
    *maps.DECLARATIONS,
    *metadatasets.DECLARATIONS,
    *metadatastructures.DECLARATIONS,
    *processes.DECLARATIONS,
    *transformations.DECLARATIONS,
)

__all__ = ["CONTAINERS", "DECLARATIONS", "Declaration", "Field"]
