"""What structure messages hold besides what was asked for: the artefacts around an availability constraint
and those that make up a schema (SDMX REST 2.2, availability and schema queries)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from sdmx_dsm.errors import QuerySemanticsError
from sdmx_dsm.model import (
    AgencyScheme,
    Codelist,
    ConceptScheme,
    DataConstraint,
    DataStructure,
    Maintainable,
    Reference,
    StructureQuery,
    Structures,
    ValueList,
    with_codes,
    with_items,
)
from sdmx_dsm.service.details import pinned
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.resources import RESOURCES
from sdmx_dsm.service.structures import select

# What `references` of an availability query may name.
AVAILABILITY_TYPES: Final = (
    "codelist", "valuelist", "datastructure", "conceptscheme", "dataflow", "dataproviderscheme",
)  # fmt: skip
# What a schema query answers with in a structure format.
_OF_SCHEMA: Final = (DataStructure, Codelist, ValueList, ConceptScheme)


def of_schema(structures: Structures, artefact: Maintainable) -> list[Maintainable]:
    """The data structure of an artefact, with the concepts and codes that the artefact leaves to be used, and the agencies of all
    these. Where components have a codelist in common and different codes of it, so that the list has the codes of them all, the
    constraints tell which."""
    around = (artefact, *_around(structures, artefact))
    found: list[Maintainable] = [part for part in around if isinstance(part, _OF_SCHEMA)]
    schema = structures.schema(artefact.reference)
    allowed: dict[Reference, set[frozenset[str] | None]] = {}
    for component in schema.components:
        if component.codelist:
            allowed.setdefault(component.codelist.reference, set()).add(schema.allowed(component))
    if any(len(different) > 1 for different in allowed.values()):
        found += schema.constraints
    found += _agencies(structures, {part.agency for part in found})
    return [pinned(part, structures) for part in found]


def _agencies(structures: Structures, ids: Collection[str]) -> Iterator[AgencyScheme]:
    """The agency schemes that have any of these agencies, cut to them."""
    for scheme in structures.of_class(AgencyScheme):
        if kept := [id for name, id in scheme.full_ids.items() if name in ids]:
            yield with_items(scheme, kept)


def of_availability(
    hub: Hub, constraints: Iterable[DataConstraint], components: tuple[str, ...], references: tuple[str, ...]
) -> list[Maintainable]:
    """The constraints, cut to `components` (none: all), and what `references` adds: item schemes hold what is used, codelists the
    codes with data and their parents. Raises QuerySemanticsError for a component that no dataflow among them has."""
    constraints = tuple(constraints)
    known = [id for constraint in constraints for id in hub.structures.schema(constraint.attachment[0]).by_id]
    if unknown := [id for id in components if id not in known]:
        raise QuerySemanticsError(
            f"There is no component {', '.join(unknown)}; there are {', '.join(dict.fromkeys(known))}.",
            component=unknown[0],
        )
    shown = [_of_components(constraint, components) for constraint in constraints]
    wanted = _classes(references)
    related: dict[Reference, Maintainable] = {}
    for constraint in shown if wanted else ():
        codes = _codes(hub, constraint)
        for target in constraint.attachment:
            flow = hub.structures.resolve(target, Maintainable)
            for part in (flow, *_around(hub.structures, flow)):
                if type(part).__name__ in wanted:
                    if isinstance(part, Codelist) and part.reference in codes:
                        part = with_codes(part, codes[part.reference])
                    related[part.reference] = part
    return [*shown, *(pinned(part, hub.structures) for part in related.values())]


def _around(structures: Structures, artefact: Maintainable) -> Iterable[Maintainable]:
    """What an artefact is built on, schemes cut to the items that it uses; agreements bring their provider schemes."""
    query = StructureQuery(
        artefact_types=(type(artefact).__name__.lower(),),
        agencies=(artefact.agency,),
        ids=(artefact.id,),
        versions=(artefact.version,),
        detail="referencepartial",
        references=("descendants",),
    )
    found = select(structures, query)
    return found.fetch(found.related)


def _classes(references: Sequence[str]) -> frozenset[str]:
    words = AVAILABILITY_TYPES if "all" in references else references
    return frozenset(RESOURCES[word] for word in words if word in RESOURCES)


def _of_components(constraint: DataConstraint, components: Sequence[str]) -> DataConstraint:
    if not components:
        return constraint
    regions = tuple(
        replace(region, keys=tuple(key for key in region.keys if key.id in components))
        for region in constraint.cube_regions
    )
    return replace(constraint, cube_regions=regions)


def _codes(hub: Hub, constraint: DataConstraint) -> dict[Reference, set[str]]:
    """Codelist → codes with data, over the dimensions that use it."""
    found: dict[Reference, set[str]] = {}
    schema = hub.structures.schema(constraint.attachment[0])
    for region in constraint.cube_regions:
        for key in region.keys:
            codelist = schema.by_id[key.id].codelist
            if codelist:
                found.setdefault(codelist.reference, set()).update(key.values)
    return found
