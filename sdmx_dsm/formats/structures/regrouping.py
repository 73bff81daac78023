"""Artefacts that another version of the standard groups in another way.

A hierarchy of 3.x is in 2.1 a hierarchical codelist with that one hierarchy; a hierarchical codelist of 2.1 is in 3.x as many
hierarchies as it holds. A constraint that says what data there are (role Actual) is in 3.1 an availability constraint, where it
is about one thing; the counts of that are annotations before 3.1."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from typing import Any, Final

from sdmx_dsm.formats.structures.syntaxes import Syntax
from sdmx_dsm.model import (
    Annotation,
    AvailabilityConstraint,
    CodelistHierarchy,
    DataConstraint,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    Maintainable,
    Reference,
)

_METRICS: Final = "sdmx_metrics"
_COUNTS: Final = ("series_count", "obs_count")
_HOLDERS: Final = frozenset({"DataStructure", "Dataflow", "ProvisionAgreement"})  # of data


# The classes of which some version has others.
REGROUPED: Final[frozenset[type[Maintainable]]] = frozenset(
    (Hierarchy, HierarchicalCodelist, DataConstraint, AvailabilityConstraint)
)


def regrouped(artefacts: Iterable[Maintainable], syntax: Syntax) -> Iterator[Maintainable]:
    """The artefacts in the classes that the standard of the syntax has, where it has such a class at all."""
    for artefact in artefacts:
        if syntax.standard == "2.1" and isinstance(artefact, Hierarchy):
            yield _hierarchical_codelist(artefact)
        elif syntax.standard != "2.1" and isinstance(artefact, HierarchicalCodelist) and artefact.hierarchies:
            yield from _hierarchies(artefact)
        elif syntax.standard == "3.1" and isinstance(artefact, DataConstraint):
            yield _availability(artefact)
        elif syntax.standard != "3.1" and isinstance(artefact, AvailabilityConstraint):
            yield _actual(artefact)
        else:
            yield artefact


def _kept(artefact: Maintainable, cls: type = Maintainable) -> dict[str, Any]:
    return {each.name: getattr(artefact, each.name) for each in fields(cls)}


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


def _availability(constraint: DataConstraint) -> DataConstraint:
    """The constraint itself where it says more than what data there are of one thing."""
    kept = _kept(constraint) | {
        "attachment": constraint.attachment,
        "cube_regions": constraint.cube_regions,
        "role": "Actual",
    }
    is_one = len(constraint.attachment) == len(constraint.cube_regions) == 1
    is_of_data = {reference.artefact_class for reference in constraint.attachment} <= _HOLDERS
    if constraint != DataConstraint(**kept) or not is_one or not is_of_data:
        return constraint
    counts: dict[str, Any] = {
        field: int(annotation.title or "")
        for field in _COUNTS
        if (annotation := constraint.annotation(_METRICS, field)) and (annotation.title or "").isdecimal()
    }
    others = tuple(each for each in constraint.annotations if not (each.type == _METRICS and each.id in counts))
    return AvailabilityConstraint(**kept | {"annotations": others}, **counts)


def _actual(available: AvailabilityConstraint) -> DataConstraint:
    counts = tuple(
        Annotation(id=field, type=_METRICS, title=str(count))
        for field in _COUNTS
        if (count := getattr(available, field)) is not None
    )
    return DataConstraint(**_kept(available, DataConstraint) | {"annotations": (*available.annotations, *counts)})
