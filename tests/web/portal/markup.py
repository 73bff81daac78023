"""A page as what a reader meets: its elements, read with the standard library."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(("meta", "link", "input", "br", "hr", "img"))


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


class Document(HTMLParser):
    """`elements` in document order, each with all text below it; `unbalanced`: end tags that close nothing."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.unbalanced: list[str] = []
        self._open: list[Element] = []
        self.feed(page)
        self.close()
        self.unbalanced += [element.tag for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].tag == tag:
            self._open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def texts(self, *tags: str) -> list[str]:
        return [element.text for element in self.all(*tags)]

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [value for element in self.elements if (value := element.attributes.get(name))]

    def faults(self) -> list[str]:
        """What would trouble a reader with a keyboard, a screen reader or a strict browser; [] for a good page."""
        ids = self.values("id")
        labelled = {label.attributes.get("for") for label in self.all("label")}
        fields = [e for e in self.all("input", "select") if e.attributes.get("type") != "hidden"]
        return [
            *(f"unbalanced {tag}" for tag in self.unbalanced),
            *(f"id twice: {id}" for id in {id for id in ids if ids.count(id) > 1}),
            *(f"no such id: {href}" for href in self.values("href") if href.startswith("#") and href[1:] not in ids),
            *(
                f"no such id: {id}"
                for id in self.values("aria-labelledby") + self.values("aria-describedby")
                if id not in ids
            ),
            *(f"no label: {e.attributes}" for e in fields if e.attributes.get("id") not in labelled),
            *(f"no scope: {e.text}" for e in self.all("th") if not e.attributes.get("scope")),
            *(["not one h1"] if len(self.all("h1")) != 1 else []),
            *(f"script or style: {e.tag}" for e in self.all("script", "style", "iframe", "img")),
            *(
                f"inline: {e.tag} {name}"
                for e in self.elements
                for name in e.attributes
                if name == "style" or name.startswith("on")
            ),
            *(
                f"elsewhere: {url}"
                for e in self.elements
                for name in ("src", "href")
                if (url := e.attributes.get(name) or "").startswith(("http", "//"))
                and (e.tag, e.attributes.get("rel")) != ("a", "noreferrer")
            ),
        ]
