"""The declarations of one syntax as trees: what may stand in an element (or a JSON object), and which field it is.

Built once, when the module is loaded; readers and writers walk them."""

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

from sdmx_dsm.formats.structures.declarations import CONTAINERS, DECLARATIONS, Declaration, Field
from sdmx_dsm.formats.structures.syntaxes import SYNTAXES, Syntax
from sdmx_dsm.model import HierarchicalCodelist, Hierarchy, Maintainable


@dataclass(slots=True)
class Node:
    """One element or key. `name` is as written, with prefix. A node without `row` only wraps others; `names` are all names of
    a row's place, of which the first one's node writes and the others (`is_other`) are read alone."""

    name: str = ""
    row: Field | None = None
    names: tuple[str, ...] = ()
    is_other: bool = False
    attributes: dict[str, Field] = field(default_factory=dict)
    children: dict[str, "Node"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """`unsayable`: the fields that this syntax has no place for, with what they are when they say nothing."""

    declaration: Declaration
    root: Node
    required: frozenset[str]
    defaults: dict[str, Any]
    unsayable: dict[str, Any]


def _names(segment: str, syntax: Syntax) -> list[tuple[str, str]]:
    """(name as read, name as written) of each alternative: for XML with its namespace and with its prefix."""
    names = segment.split("|")
    if not syntax.version:
        return [(name, name) for name in names]
    namespaces = {"": ("structure", syntax.structure), "c": ("common", syntax.common), "g": ("generic", syntax.generic)}
    found = []
    for name in names:
        mark, _, local = name.rpartition(":")
        prefix, namespace = namespaces[mark]
        found.append((f"{{{namespace}}}{local}", f"{prefix}:{local}"))
    return found


def _place(root: Node, place: str, row: Field, syntax: Syntax) -> None:
    if place.startswith("@"):
        root.attributes[place[1:]] = row
        return
    *wrappers, last = place.split("/")
    node = root
    for wrapper in wrappers:
        ((read, written),) = _names(wrapper, syntax)
        node = node.children.setdefault(read, Node(written))
    names = _names(last, syntax)
    written_names = tuple(written for _, written in names)
    for position, (read, written) in enumerate(names):
        node.children[read] = Node(written, row, written_names, is_other=position > 0)


def _plan(declaration: Declaration, syntax: Syntax) -> Plan:
    root = Node()
    places: dict[str, list[str | None]] = {each.name: [] for each in fields(declaration.cls)}
    for row in declaration.fields:
        place = row.places[syntax.column]
        for name in row.names:
            if name in places:
                places[name].append(place)
        if place:
            _place(root, place, row, syntax)
    # Of several rows, the one that has a place counts; a field that no row holds is refused, never dropped.
    lost = [name for name, found in places.items() if not any(found) and (None in found or not found)]
    defaults = declaration.defaults
    return Plan(declaration, root, declaration.required, defaults, {name: defaults[name] for name in lost})


PLANS: Final = MappingProxyType(
    {(each.cls, syntax.column): _plan(each, syntax) for each in DECLARATIONS for syntax in SYNTAXES}
)


def plan_of(cls: type, syntax: Syntax) -> Plan:
    return PLANS[cls, syntax.column]


def containers(syntax: Syntax) -> list[tuple[tuple[str, ...], type]]:
    """The path of each class in a message, in the order of the schema; names as read."""
    return [
        (tuple(_names(segment, syntax)[0][0] for segment in path.split("/")), cls)
        for path, cls in CONTAINERS[syntax.column]
    ]


# Written as each other by syntaxes that have the other alone.
_REGROUPED: Final = {Hierarchy: HierarchicalCodelist, HierarchicalCodelist: Hierarchy}


def has_class(format_name: str, cls: type[Maintainable]) -> bool:
    """Whether a format of structures, by its name, has artefacts of a class, if grouped in another way."""
    (syntax,) = (each for each in SYNTAXES if each.title.lower().replace(" ", "-") == format_name)
    known = {found for _, found in containers(syntax)}
    return cls in known or _REGROUPED.get(cls) in known
