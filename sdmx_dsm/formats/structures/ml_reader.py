"""Structure messages of SDMX-ML, read by the plans.

Nothing is dropped in silence: what a class of ours does not hold is `Unsupported`, what breaks the format a `ReadError`; both
name the line. URNs and the ids of lists are not read, since they follow from the rest."""

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_args, get_type_hints

from lxml.etree import _Element as Element

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import ReadError, Unsupported, UrnError, VersionError
from sdmx_dsm.formats.headers import read_header
from sdmx_dsm.formats.markup import SCHEMAS
from sdmx_dsm.formats.structures.kinds import attributes_of, finished, line_of
from sdmx_dsm.formats.structures.metadatatargets import TARGET_IDS
from sdmx_dsm.formats.structures.plans import Node, containers, plan_of
from sdmx_dsm.formats.structures.syntaxes import LIST_IDS, ML21, ML_SYNTAXES, Syntax
from sdmx_dsm.formats.trees import node_of
from sdmx_dsm.formats.xmlsafe import parse
from sdmx_dsm.model import YEAR_START_ID, ItemScheme, Maintainable, Reference, parse_urn, parse_version
from sdmx_dsm.model.urns import ALIASES, ITEM_PACKAGES, MAINTAINABLE_PACKAGES, checked

# What an element says without saying it: fixed ids, the class that its name is, the default of 2.1.
IMPLIED: Final[dict[str, dict[str, Any]]] = {
    "TimeDimension": {"id": "TIME_PERIOD"},
    "PrimaryMeasure": {"id": "OBS_VALUE"},
    "MeasureDimension": {"is_measure": True},
    "ReportingYearStartDay": {"id": YEAR_START_ID},
    "ContentConstraint": {"role": "Actual"},
    **{f"{kind}Target": {"kind": kind} | ({"id": id} if id else {}) for kind, id in TARGET_IDS.items()},
}
# Attributes that repeat what is known: the URN, the kind of a dimension in 2.1.
REDUNDANT: Final = frozenset({"urn"})
REDUNDANT_TYPES: Final = frozenset({"Dimension", "MeasureDimension", "TimeDimension"})


def _items() -> Iterator[tuple[tuple[str, str], tuple[Syntax, type]]]:
    for syntax in ML_SYNTAXES:
        for path, cls in containers(syntax):
            for tag, node in plan_of(cls, syntax).root.children.items() if issubclass(cls, ItemScheme) else ():
                if node.row and node.row.name == "items":
                    item, _ = get_args(get_type_hints(cls)["items"])
                    yield (path[-1], tag), (syntax, item)


# The elements of an item scheme and of an item in it, with the syntax that they are of and the class of the item.
ITEMS: Final = MappingProxyType(dict(_items()))
ITEM_TAGS: Final = frozenset(item for _, item in ITEMS)


def read_ml(path: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    """The header and artefacts of a structure message of SDMX-ML 2.1, 3.0 or 3.1, as they are: nothing is converted.

    Raises ReadError (`.line`) when the file is not such a message, Unsupported (with the line in its message) when it holds
    a class, or a part of one, that is not read."""
    readers = {syntax: Reader(syntax) for syntax in ML_SYNTAXES}

    def take(element: Element) -> None:
        scheme = element.getparent()
        if scheme is not None and (found := ITEMS.get((scheme.tag, element.tag))):
            syntax, cls = found
            readers[syntax].take(cls, element)

    root = parse(path, ITEM_TAGS, take).getroot()
    namespace, _, name = root.tag.rpartition("}")
    syntax = next((each for each in ML_SYNTAXES if f"{{{each.message}" == namespace), None)
    if syntax is None and namespace.startswith(f"{{{SCHEMAS}"):
        raise Unsupported(
            f"SDMX-ML of the namespace {namespace[1:]} is not read; 2.1, 3.0 and 3.1 are.", line=line_of(root)
        )
    if syntax is None or name != "Structure":
        raise ReadError(
            f"The root element is {name}; a Structure message of SDMX-ML 2.1, 3.0 or 3.1 is expected.",
            line=line_of(root),
        )
    reader = readers[syntax]
    header, artefacts = Header(), []
    for child in root:
        if child.tag == f"{{{syntax.message}}}Header":
            header = read_header(node_of(child))
        elif child.tag == f"{{{syntax.message}}}Structures":
            artefacts = list(reader.artefacts(child))
    return header, tuple(artefacts)


class Reader:
    """Reads the elements of one message."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self._classes = dict(containers(syntax))
        self._taken: dict[Element, Any] = {}

    def take(self, cls: type, element: Element) -> None:
        """Reads an item of a scheme as soon as it is complete, and lets go of what is in its element: the elements of a hundred
        thousand codes would take 260 MB."""
        self._taken[element] = self.part(cls, element)
        element.clear()

    def artefacts(self, element: Element, path: tuple[str, ...] = ()) -> Iterator[Maintainable]:
        """The artefacts in `Structures` and the containers in it."""
        for child in element:
            inner = (*path, child.tag)
            if cls := self._classes.get(inner):
                yield self.part(cls, child)
            elif path:
                raise self.unsupported(child)
            else:
                yield from self.artefacts(child, inner)

    def part(self, cls: type, element: Element) -> Any:
        """An instance of a declared class. Raises ReadError when what it needs is not there."""
        if element in self._taken:
            return self._taken.pop(element)
        plan = plan_of(cls, self.syntax)
        values: dict[str, Any] = {}
        self._fill(values, element, plan.root)
        name = element.tag.rpartition("}")[2]
        if implied := IMPLIED.get(name):
            values = implied | values
        if self.syntax is ML21 and issubclass(cls, Maintainable):
            _set_finality(values)
        if not plan.required <= values.keys():
            missing = ", ".join(sorted(plan.required - values.keys()))
            raise self.wrong(element, f"The {name} {values.get('id', '')}".strip() + f" lacks its {missing}")
        return cls(**finished(values))

    def _fill(self, values: dict[str, Any], element: Element, node: Node) -> None:
        for name, text in attributes_of(element):
            row = node.attributes.get(name)
            if row is not None:
                try:
                    row.kind.gather(values, row.name, row.kind.parse(text))
                except ValueError as error:
                    raise self.wrong(element, f"{name}: {error}") from error
            elif not _is_redundant(name, text):
                raise self.unsupported(element, name)
        for child in element:
            inner = node.children.get(child.tag)
            if inner is None:
                raise self.unsupported(child)
            if inner.row is None:
                self._fill(values, child, inner)
                continue
            try:
                inner.row.kind.gather(values, inner.row.name, inner.row.kind.read(child, self))
            except ValueError as error:
                raise self.wrong(child, f"{child.tag.rpartition('}')[2]}: {error}") from error

    def children(self, element: Element) -> Iterator[tuple[str, Element]]:
        """(name without namespace, element) of each child; attributes are the caller's to look at."""
        for child in element:
            yield child.tag.rpartition("}")[2], child

    def text(self, element: Element, *attributes: str) -> str:
        """The text of an element that holds nothing else, but for `attributes`, which the caller reads."""
        if len(element):
            raise self.unsupported(element[0])
        for name, _ in attributes_of(element):
            if name not in attributes:
                raise self.unsupported(element, name)
        return element.text or ""

    def reference(self, element: Element, expected: str, *, loose: bool = False) -> Reference:
        """What an element refers to: a URN, or in 2.1 a `Ref` or `URN` in it. `expected` is the class where a Ref names none."""
        urn = self.text(element) if self.syntax is not ML21 else None
        for name, child in self.children(element) if urn is None else ():
            if name == "Ref":
                return self._ref(child, expected)
            if name != "URN":
                raise self.unsupported(child)
            urn = self.text(child)
        if urn is None:
            raise self.wrong(element, "A reference holds neither a Ref nor a URN")
        try:
            return parse_urn(urn, loose=loose)
        except UrnError as error:
            if "artefact_class" in error.facts:
                raise Unsupported(f"{error} (line {element.sourceline})", line=line_of(element)) from error
            raise self.wrong(element, str(error).removesuffix(".")) from error

    def _ref(self, ref: Element, expected: str) -> Reference:
        cls = ref.get("class") or expected
        cls = ALIASES.get(cls, cls)
        if cls not in MAINTAINABLE_PACKAGES and cls not in ITEM_PACKAGES:
            raise self.unsupported(ref, "class")
        id, agency, scheme = ref.get("id"), ref.get("agencyID"), ref.get("maintainableParentID")
        if not id or not agency:
            raise self.wrong(ref, "A Ref lacks its id or agencyID")
        if scheme is None:
            found = Reference(cls, agency, id, ref.get("version", "1.0"))
        else:
            found = Reference(cls, agency, scheme, ref.get("maintainableParentVersion", "1.0"), _contained(ref))
        try:
            return checked(found)
        except UrnError as error:
            raise self.wrong(ref, str(error).removesuffix(".")) from error

    def local(self, element: Element, *attributes: str) -> str:
        """The id in a reference within the artefact; `attributes` as in `text`."""
        if self.syntax is not ML21:
            return self.text(element, *attributes).strip()
        for name, child in self.children(element):
            if name == "Ref" and child.get("id"):
                return _contained(child)
            if name == "URN":
                return self.reference(element, "").item
            raise self.unsupported(child)
        raise self.wrong(element, "A local reference is empty")

    def wrong(self, element: Element, message: str) -> ReadError:
        return ReadError(f"{message} (line {element.sourceline}).", line=line_of(element))

    def unsupported(self, element: Element, attribute: str = "") -> Unsupported:
        name = element.tag.rpartition("}")[2]
        parent = element.getparent()
        where = "" if parent is None else f" in {parent.tag.rpartition('}')[2]}"
        what = f"The attribute {attribute} of {name}" if attribute else f"{name}{where}"
        return Unsupported(
            f"{what} (line {element.sourceline}) is not read from {self.syntax.title}.", line=line_of(element)
        )


def _contained(ref: Element) -> str:
    """The id of an item, behind that of what holds it in the artefact; lists of components add nothing."""
    id, container = ref.get("id", ""), ref.get("containerID")
    return id if container in (None, *LIST_IDS.values()) else f"{container}.{id}"


def _set_finality(values: dict[str, Any]) -> None:
    """In 2.1 nothing is final that does not say so; a version of three parts would be taken for stable and final otherwise."""
    try:
        is_stable = parse_version(values.get("version", "1.0")).is_stable
    except VersionError:
        return
    if is_stable:
        values.setdefault("is_final", False)


def _is_redundant(name: str, text: str) -> bool:
    """Whether an attribute says nothing new."""
    return (
        name in REDUNDANT
        or (name == "include" and text in ("true", "1"))  # of keys, which the schemas fix
        or (name == "type" and text in REDUNDANT_TYPES)
    )
