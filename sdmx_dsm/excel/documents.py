"""YAML as the mapping documents use it: mappings, lists and texts, each with its line, and nothing else.

Every scalar is text (so that the country NO is no `false` and 1e3 no number), anchors, aliases and tags are refused, and a
key may stand once. `Node.fail` names the key path and the line."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

import yaml

from sdmx_dsm.errors import ReadError

MAX_CHARACTERS: Final = 500_000
MAX_DEPTH: Final = 20

Plain = str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place: `path` is as a reader would say it, `tables[1].components.SEX`."""

    value: "str | list[Node] | dict[str, Node]"
    path: str
    line: int

    def fail(self, problem: str) -> NoReturn:
        where = f"“{self.path}” " if self.path else ""
        raise ReadError(f"Mapping, {where}in line {self.line}: {problem}", line=self.line, path=self.path)

    def text(self, expected: str = "a text") -> str:
        return self.value if isinstance(self.value, str) else self.fail(f"expected {expected}, not {self.kind}.")

    def items(self) -> "list[Node]":
        """The members of a list; a text is a list of one."""
        if isinstance(self.value, str):
            return [self]
        return self.value if isinstance(self.value, list) else self.fail("expected a text or a list, not keys.")

    def keys(self, allowed: Collection[str] = ()) -> "dict[str, Node]":
        """The members by key. Where `allowed` is given, another key is an error that lists them."""
        if not isinstance(self.value, dict):
            known = f" ({', '.join(allowed)})" if allowed else ""
            self.fail(f"expected keys with values{known}, not {self.kind}.")
        for key, node in self.value.items():
            if allowed and key not in allowed:
                node.fail(f"there is no key “{key}”; allowed are {', '.join(allowed)}.")
        return self.value

    @property
    def kind(self) -> str:
        return "a text" if isinstance(self.value, str) else "a list" if isinstance(self.value, list) else "keys"


def parse_document(document: str | bytes) -> Node:
    """The document as nodes. Raises ReadError with the line."""
    text = document if isinstance(document, str) else _decoded(document)
    if len(text) > MAX_CHARACTERS:
        raise ReadError(f"The mapping has more than {MAX_CHARACTERS} characters.")
    try:
        events = _events(text)
        node = _read(events, "", 0)
        if another := next(events, None):
            Node("", "", _line(another)).fail("a second document begins; there may be one.")
        return node
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = " ".join(filter(None, (error.context, error.problem)))
        raise ReadError(f"Mapping, line {line}: this is not YAML: {problem}.", line=line) from None
    except yaml.YAMLError as error:
        raise ReadError(f"The mapping is not YAML: {error}") from None


def _decoded(document: bytes) -> str:
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + document.count(b"\n", 0, error.start)
        raise ReadError(f"Mapping, line {line}: this is not UTF-8; save the document as UTF-8.", line=line) from None


def write_document(plain: Plain) -> str:
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120)


def _events(text: str) -> Iterator[yaml.Event]:
    """What stands between the begin and end of documents."""
    frame = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
    return (event for event in yaml.parse(text, Loader=yaml.SafeLoader) if not isinstance(event, frame))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _read(events: Iterator[yaml.Event], path: str, depth: int, event: yaml.Event | None = None) -> Node:
    event = event or next(events, None)
    if event is None:
        raise ReadError("The mapping is empty.")
    here = Node("", path, _line(event))
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        here.fail("anchors (&) and aliases (*) are not used here; write the value again, or in quotes.")
    if getattr(event, "tag", None):
        here.fail("tags (!) are not used here; write a text that begins with ! in quotes.")
    if depth > MAX_DEPTH:
        here.fail(f"nested more than {MAX_DEPTH} deep.")
    if isinstance(event, yaml.ScalarEvent):
        return Node(event.value, path, here.line)
    if isinstance(event, yaml.SequenceStartEvent):
        members: list[Node] = []
        while not isinstance(member := next(events), yaml.SequenceEndEvent):
            members.append(_read(events, f"{path}[{len(members)}]", depth + 1, member))
        return Node(members, path, here.line)
    keyed: dict[str, Node] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        name = _read(events, path, depth + 1, key).text("a key")
        node = _read(events, f"{path}.{name}" if path else name, depth + 1)
        if name in keyed:
            node.fail(f"the key “{name}” stands twice.")
        keyed[name] = node
    return Node(keyed, path, here.line)
