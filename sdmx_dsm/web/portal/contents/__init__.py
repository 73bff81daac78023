"""What an artefact holds, as sections of a page, whatever its class.

A field that holds one thing is a fact, one that holds several objects is a table with a row for each. Where a tree, a text or a
table of another form says it better, `_SECTIONS` names the function that makes it."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

from markupsafe import Markup

from sdmx_dsm.model import Maintainable, Reference
from sdmx_dsm.web.portal.contents import constraints, hierarchies, items, maps, structures
from sdmx_dsm.web.portal.contents.blocks import Section
from sdmx_dsm.web.portal.contents.tables import Content, table_section
from sdmx_dsm.web.portal.contents.values import Values, default_of

Maker = Callable[[Content, str, Any], Iterator[Section]]

_OF_MAINTAINABLE: Final = frozenset(each.name for each in fields(Maintainable))
# (class, or one above it; field) -> the sections for the value of the field
_SECTIONS: Final[dict[tuple[str, str], Maker]] = {
    ("ItemScheme", "items"): items.items,
    ("Process", "items"): items.items,
    ("Codelist", "extensions"): hierarchies.extensions,
    ("Hierarchy", "items"): hierarchies.hierarchy,
    ("HierarchicalCodelist", "hierarchies"): hierarchies.hierarchies,
    ("DataStructure", "dimensions"): structures.components_section,
    **dict.fromkeys(
        (("DataStructure", "time_dimension"), ("DataStructure", "measures"), ("DataStructure", "attributes")),
        structures.with_dimensions,
    ),
    ("DataStructure", "metadata_attribute_usages"): structures.metadata_usages,
    ("DataStructure", "lists"): structures.lists,
    ("MetadataStructure", "attributes"): structures.metadata_attributes,
    ("MetadataStructure", "report_structures"): structures.report_structures,
    ("MetadataStructure", "targets"): structures.metadata_targets,
    ("MetadataStructure", "lists"): structures.lists,
    ("MetadataSet", "attributes"): structures.reported_attributes,
    ("RepresentationMap", "mappings"): maps.representations,
    ("StructureMap", "component_maps"): maps.components,
    ("StructureMap", "fixed_value_maps"): maps.fixed_values,
    ("ItemSchemeMap", "item_maps"): maps.items,
    **{("StructureSet", name): maps.schemes_of_set for name in maps.SCHEME_MAPS},
    ("StructureSet", "structure_maps"): maps.structures_of_set,
    ("DataConstraint", "cube_regions"): constraints.regions,
    ("Constraint", "metadata_target_regions"): constraints.target_regions,
    ("Constraint", "key_sets"): constraints.key_sets,
}


def facts_of(content: Content) -> Iterator[tuple[str, Markup]]:
    """The fields of the class itself that hold one thing, or some texts or references."""
    for name, value in _own_fields(content.artefact):
        if not _is_section(content.artefact, name, value) and (shown := content.values.field(name, value)):
            yield content.values.word(name), shown


def sections_of(content: Content) -> Iterator[Section]:
    """The fields that need a section, without those that are empty; a scheme without items says so."""
    for name, value in _own_fields(content.artefact):
        if _is_section(content.artefact, name, value):
            yield from (_maker(content.artefact, name) or table_section)(content, name, value)


def _own_fields(artefact: Maintainable) -> Iterator[tuple[str, Any]]:
    for each in fields(artefact):
        value = getattr(artefact, each.name)
        if each.name not in _OF_MAINTAINABLE and (value != default_of(each) or each.name in ("items", "dimensions")):
            yield each.name, value


def _is_section(artefact: Maintainable, name: str, value: object) -> bool:
    return _maker(artefact, name) is not None or (isinstance(value, tuple) and any(map(_is_composite, value)))


def _is_composite(value: object) -> bool:
    return is_dataclass(value) and not isinstance(value, Reference)


def _maker(artefact: Maintainable, name: str) -> Maker | None:
    known = (_SECTIONS.get((cls.__name__, name)) for cls in type(artefact).__mro__)
    return next((make for make in known if make), None)


__all__ = ["Content", "Values", "facts_of", "sections_of"]
