"""Objects of any class as a table: what each says that is no default, in the words of the standard."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from markupsafe import Markup

from sdmx_dsm.model import Maintainable, Text
from sdmx_dsm.web.portal.contents.blocks import PAGE_ROWS, Row, Section, Table, Window
from sdmx_dsm.web.portal.contents.values import NOTES, Values, code, default_of
from sdmx_dsm.web.portal.translations import TEXTS

# In the first columns of a table, in the last, or beside its rows.
OF_ROW: Final = NOTES | {"id", "names", "descriptions", "uri", "items", "parent", "attributes"}


@dataclass(frozen=True)
class Content:
    """An artefact on its way to a page. `page`: the part of long lists that is shown; `item`: the path of the item that the
    reader looks for, "" for none."""

    values: Values
    artefact: Maintainable
    page: int = 1
    item: str = ""

    def text(self, key: str, **values: object) -> str:
        return self.values.page.text(key, **values)

    def window(self, paths: Sequence[object]) -> Window:
        """The page of a list that is asked for, or that the item looked for is on."""
        found = self.item and self.item in paths
        page = 1 + paths.index(self.item) // PAGE_ROWS if found else self.page
        return Window.of(len(paths), page)

    def heading(self, field: str) -> str:
        """Of the section of a field: in the plural where there is one."""
        key = f"part.{field}"
        return self.text(key) if key in TEXTS else self.values.word(field)


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a list with its dotted path, its depth from 0, and the path of the one above ("" for none)."""

    part: Any
    path: str = ""
    level: int = 0
    above: str = ""


def nested(
    parts: Iterable[Any], below: Callable[[Any], Iterable[Any]], above: str = "", level: int = 0
) -> Iterator[Entry]:
    """All parts, each before those in it."""
    for part in parts:
        path = f"{above}.{id_of(part)}" if above else id_of(part)
        yield Entry(part, path, level, above)
        yield from nested(below(part), below, path, level + 1)


def id_of(part: object) -> str:
    return str(getattr(part, "component_id", None) or getattr(part, "id", None) or "")


def table_section(content: Content, name: str, parts: Sequence[object]) -> Iterator[Section]:
    yield Section(name, content.heading(name), [table_of(content, [Entry(part) for part in parts])])


def table_of(content: Content, entries: Sequence[Entry]) -> Table:
    """A row for each object: id and name, then what any of them says, annotations and links last."""
    values = content.values
    window = content.window([entry.path for entry in entries])
    shown = entries[window.start : window.end]
    parts = [entry.part for entry in shown]
    titles = [values.names_of(part) for part in parts]
    has_ids, has_names = any(map(id_of, parts)), any(titles)
    columns = columns_of(parts, without=("concept", "code") if has_names else ())
    has_notes = any(getattr(part, note, ()) for part in parts for note in NOTES)
    heads = [
        *([content.text("artefact.id")] if has_ids else []),
        *([values.word("names")] if has_names else []),
        *(values.word(column) for column in columns),
        *([content.text("artefact.notes")] if has_notes else []),
    ]
    rows = [
        Row(
            [
                *([code(id_of(entry.part))] if has_ids else []),
                *([_titled(content, entry.part, title)] if has_names else []),
                *(values.field(column, getattr(entry.part, column, None)) for column in columns),
                *([values.notes(entry.part)] if has_notes else []),
            ],
            entry.level,
            entry.path,
        )
        for entry, title in zip(shown, titles, strict=True)
    ]
    return Table(heads, rows, window=window)


def _titled(content: Content, part: object, names: Text) -> Markup:
    """The name, and the description below it."""
    descriptions = getattr(part, "descriptions", {})
    hint = Markup('<br><span class="hint">{}</span>').format(content.values.say(descriptions)) if descriptions else ""
    return Markup("{}{}").format(content.values.say(names), hint)


def columns_of(parts: Sequence[Any], without: Iterable[str] = ()) -> list[str]:
    """The fields that any of the parts gives, in the order of their classes."""
    found: dict[str, None] = {}
    hidden = OF_ROW | set(without)
    for cls in dict.fromkeys(map(type, parts)):
        some = [part for part in parts if type(part) is cls]
        for each in fields(cls):
            if each.name not in hidden and any(getattr(part, each.name) != default_of(each) for part in some):
                found[each.name] = None
    return list(found)
