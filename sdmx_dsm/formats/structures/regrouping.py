"""Artefacts that another version of the standard groups in another way.

A hierarchy of 3.x is in 2.1 a hierarchical codelist with that one hierarchy; a hierarchical codelist of 2.1 is in 3.x as many
hierarchies as it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any

from sdmx_dsm.formats.structures.syntaxes import Syntax
from sdmx_dsm.model import (
    CodelistHierarchy,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    Maintainable,
    Reference,
)


def regrouped(artefacts: Iterable[Maintainable], syntax: Syntax) -> Iterator[Maintainable]:
    """The artefacts in the classes that the standard of the syntax has, where it has such a class at all."""
    for artefact in artefacts:
        if syntax.standard == "2.1" and isinstance(artefact, Hierarchy):
            yield _hierarchical_codelist(artefact)
        elif syntax.standard != "2.1" and isinstance(artefact, HierarchicalCodelist) and artefact.hierarchies:
            yield from _hierarchies(artefact)
        else:
            yield artefact


def _kept(artefact: Maintainable) -> dict[str, Any]:
    return {each.name: getattr(artefact, each.name) for each in fields(Maintainable)}


def _hierarchical_codelist(hierarchy: Hierarchy) -> HierarchicalCodelist:
    inner = CodelistHierarchy(
        id=hierarchy.id,
        names=hierarchy.names,
        is_leveled=hierarchy.has_formal_levels,
        items=hierarchy.items,
        level=hierarchy.level,
    )
    return HierarchicalCodelist(**_kept(hierarchy), hierarchies=() if hierarchy.is_external_reference else (inner,))


def _hierarchies(codelist: HierarchicalCodelist) -> Iterator[Hierarchy]:
    """A single hierarchy keeps the id of the codelist; of several each adds its own."""
    aliases = {each.alias: each.codelist for each in codelist.included_codelists}
    for inner in codelist.hierarchies:
        yield Hierarchy(
            **_kept(codelist)
            | {
                "id": codelist.id if len(codelist.hierarchies) == 1 else f"{codelist.id}_{inner.id}",
                "names": inner.names,
                "descriptions": inner.descriptions or codelist.descriptions,
                "annotations": (*codelist.annotations, *inner.annotations),
            },
            has_formal_levels=inner.is_leveled,
            level=inner.level,
            items=_named(inner.items, aliases),
        )


def _named(codes: tuple[HierarchicalCode, ...], aliases: dict[str | None, Reference]) -> tuple[HierarchicalCode, ...]:
    """The codes by their references: 3.x has neither aliases nor versions of places."""
    found = []
    for code in codes:
        codelist = aliases.get(code.codelist_alias) if code.codelist_alias else None
        if codelist and code.code_id:
            code = replace(code, code=replace(codelist, artefact_class="Code", item=code.code_id))
        found.append(replace(code, codelist_alias=None, code_id=None, version=None, items=_named(code.items, aliases)))
    return tuple(found)
