"""Small parts of an SDMX-ML message as trees: the header, a data provider, a Comp with its values."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, cast
from xml.parsers.expat import XMLParserType
from xml.sax.saxutils import escape

from lxml.etree import _Element as Element

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.xmlsafe import MAX_DEPTH

XML_LANG: Final = "http://www.w3.org/XML/1998/namespace lang"  # as the parser names it
MAX_NODES: Final = 10_000  # in one tree: hundreds of times what an honest header has


@dataclass(slots=True)
class Node:
    """`name` is local, attributes are `namespace name` or `name`. `tail` is the text behind the element, as in lxml."""

    name: str
    attributes: dict[str, str]
    line: int
    column: int
    text: str = ""
    tail: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Node"]:
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> "Node | None":
        return next(self.all(name), None)

    def value(self, name: str) -> str | None:
        """The text of a child, without blanks around it; None when there is no such child, or no text in it."""
        child = self.first(name)
        return (child.text.strip() or None) if child else None

    @property
    def markup(self) -> str:
        """What is inside the element, as text with tags (without namespaces)."""
        inside = "".join(f"<{n.name}>{n.markup}</{n.name}>{escape(n.tail)}" for n in self.children)
        return escape(self.text) + inside


def node_of(element: Element) -> Node:
    """The same of a tree of lxml that has neither comments nor processing instructions. Columns are not known there: 0."""
    return Node(
        element.tag.rpartition("}")[2],
        {str(name).removeprefix("{").replace("}", " "): str(text) for name, text in element.attrib.items()},
        cast("int", element.sourceline),
        0,
        element.text or "",
        element.tail or "",
        [node_of(child) for child in element],
    )


def split_name(name: str) -> tuple[str, str]:
    """Namespace and local name of what the parser calls `namespace local` or `local`."""
    namespace, _, local = name.rpartition(" ")
    return namespace, local


def pairs(attributes: list[str]) -> dict[str, str]:
    return dict(zip(attributes[::2], attributes[1::2], strict=True))


def wrong(parser: XMLParserType, message: str, ru: str) -> ReadError:
    """An error at the parser's present place."""
    line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
    ru = f"{ru} (строка {line}, столбец {column})."
    return ReadError(f"{message} (line {line}, column {column}).", ru=ru, line=line, column=column)


def collect(parser: XMLParserType, name: str, attributes: list[str], then: Callable[[Node], None]) -> None:
    """Takes over the parser's handlers until the element that has just begun ends, then calls `then` with its tree."""
    saved = parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler
    nodes = 0
    open_nodes: list[Node] = []

    def start(name: str, attributes: list[str]) -> None:
        nonlocal nodes
        nodes += 1
        if len(open_nodes) >= MAX_DEPTH or nodes > MAX_NODES:
            raise wrong(
                parser,
                f"“{open_nodes[0].name}” has more than {MAX_NODES} elements or {MAX_DEPTH} levels",
                f"«{open_nodes[0].name}» содержит больше {MAX_NODES} элементов или {MAX_DEPTH} уровней",
            )
        node = Node(split_name(name)[1], pairs(attributes), parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        if open_nodes:
            open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def characters(text: str) -> None:
        node = open_nodes[-1]
        if node.children:
            node.children[-1].tail += text
        else:
            node.text += text

    def end(_: str) -> None:
        node = open_nodes.pop()
        if not open_nodes:
            parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = saved
            then(node)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    start(name, attributes)


def skip(parser: XMLParserType) -> None:
    """Passes over the element that has just begun: annotations, reference metadata, a footer."""
    saved = parser.StartElementHandler, parser.EndElementHandler
    depth = 1

    def start(_name: str, _attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise wrong(
                parser,
                f"Elements are nested deeper than {MAX_DEPTH} levels",
                f"Глубина вложенности элементов больше {MAX_DEPTH}",
            )

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        if not depth:
            parser.StartElementHandler, parser.EndElementHandler = saved

    parser.StartElementHandler, parser.EndElementHandler = start, end
