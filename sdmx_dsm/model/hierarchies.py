"""Hierarchies over codes: of 3.x, and the hierarchical codelists of 2.1 that hold several."""

from dataclasses import dataclass
from typing import ClassVar

from sdmx_dsm.model.base import Identifiable, Maintainable, Nameable
from sdmx_dsm.model.components import TextFormat
from sdmx_dsm.model.urns import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchicalCode(Identifiable):
    """A code in its place in a hierarchy, with those below it. Its names are the code's. In 2.1 the code may be
    named by the alias of a codelist and an id, and the place has a `version`."""

    code: Reference | None = None
    codelist_alias: str | None = None
    code_id: str | None = None
    items: "tuple[HierarchicalCode, ...]" = ()
    level: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Nameable):
    """A level, and the one below it."""

    coding_format: TextFormat | None = None
    level: "Level | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy(Maintainable):
    has_formal_levels: bool = False
    level: Level | None = None
    items: tuple[HierarchicalCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchyAssociation(Maintainable):
    """Says that a hierarchy is to be used for an object, perhaps only in a context."""

    linked_hierarchy: Reference | None = None
    linked_object: Reference | None = None
    context_object: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludedCodelist:
    codelist: Reference
    alias: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodelistHierarchy(Nameable):
    """A hierarchy within a hierarchical codelist."""

    urn_class: ClassVar[str] = "Hierarchy"
    is_leveled: bool = False
    items: tuple[HierarchicalCode, ...] = ()
    level: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HierarchicalCodelist(Maintainable):
    """Of 2.1 alone."""

    included_codelists: tuple[IncludedCodelist, ...] = ()
    hierarchies: tuple[CodelistHierarchy, ...] = ()
