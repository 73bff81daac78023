"""How what artefacts hold reads on a page: the words of the standard, values of all kinds, and references by the names of what
they lead to.

Everything goes by the kind of a value; what needs a table or a tree of its own is in `contents`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from html.parser import HTMLParser
from typing import Any, Final

from markupsafe import Markup, escape

from sdmx_dsm.model import (
    Annotation,
    Component,
    ConceptScheme,
    Contact,
    Dataflow,
    DataStructure,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    ItemScheme,
    Level,
    Maintainable,
    MappedValue,
    MetadataAttribute,
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataStructure,
    Nameable,
    Process,
    ProcessArtefact,
    ProvisionAgreement,
    Reference,
    Representation,
    Text,
    TextFormat,
    TimeRange,
    is_draft,
    iter_items,
)
from sdmx_dsm.model.words import field_word
from sdmx_dsm.service.details import whole
from sdmx_dsm.web.portal import display
from sdmx_dsm.web.portal.site import Page
from sdmx_dsm.web.portal.translations import LANGUAGE_NAMES

MOST_VALUES: Final = 200  # of a list in one sentence or cell
_ADDRESSES: Final = ("http://", "https://")
# Said of nearly everything: in a cell of their own.
NOTES: Final = frozenset(("annotations", "links"))

Names = Mapping[str, Text]  # of items, by their dotted paths
Components = Mapping[str, Component]  # by their ids, metadata attributes by their dotted paths


def lines(parts: Iterable[Markup | str]) -> Markup:
    """One below the other."""
    return Markup().join(Markup('<span class="line">{}</span>').format(part) for part in parts)


def code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text) if text else Markup()


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Values:
    """The values of one artefact on one page. What they refer to is looked up once."""

    def __init__(self, page: Page, artefact: Maintainable) -> None:
        self.page = page
        self.structures = page.hub.structures
        self._drafts = is_draft(artefact.version)
        self._names: dict[Reference, Names] = {}
        self._titles: dict[Reference, Text] = {}

    # --- words --------------------------------------------------------------------------------------------------------

    def word(self, field: str) -> str:
        return capital(field_word(field, self.page.language))

    def say(self, text: Text, otherwise: str = "") -> Markup:
        return display.say(text, self.page.language, otherwise)

    def tags(self, named: Iterable[Nameable]) -> list[tuple[str, str]]:
        """The languages that names have, with their own names; the reader's first."""
        found = dict.fromkeys(tag for one in named for tag in one.names)
        known = [tag for tag in self.page.languages if tag in found]
        return [(tag, LANGUAGE_NAMES.get(tag, tag)) for tag in dict.fromkeys((*known, *found))]

    def number(self, value: int) -> str:
        return display.number(str(value), self.page.language)

    # --- what references lead to --------------------------------------------------------------------------------------

    def identify(self, reference: Reference) -> Reference | None:
        return self.structures.identify(reference, drafts=self._drafts)

    def find(self, reference: Reference | None) -> Maintainable | None:
        return self.structures.find(reference, drafts=self._drafts) if reference else None

    def item_names(self, reference: Reference | None) -> Names:
        """Of the items of an artefact, or of its components; none where it is not here."""
        found = self.identify(reference) if reference else None
        if found is None:
            return {}
        if found not in self._names:
            (artefact,) = self.structures.get((found,))
            self._names[found] = dict(self._parts(whole(artefact, self.structures)))
        return self._names[found]

    def _parts(self, artefact: Maintainable) -> Iterator[tuple[str, Text]]:
        match artefact:
            case ItemScheme() | Process():
                yield from ((path, item.names) for path, item in iter_items(artefact.items))
            case HierarchicalCodelist():
                yield from ((hierarchy.id, hierarchy.names) for hierarchy in artefact.hierarchies)
            case Hierarchy():
                yield from ((code.id, self.names_of(code)) for code in artefact.items)
            case MetadataStructure():
                reports = [attribute for report in artefact.report_structures for attribute in report.attributes]
                attributes = _nested((*artefact.attributes, *reports), "")
                yield from ((path, self.names_of(attribute)) for path, attribute in attributes)
            case DataStructure():
                yield from ((one.component_id, self.names_of(one)) for one in components(artefact))

    def names(self, reference: Reference) -> Text:
        """Of an artefact, or of the item that a reference names."""
        if reference.item:
            names = self.item_names(reference)
            return names.get(reference.item) or names.get(reference.item.rpartition(".")[2], {})
        found = self.identify(reference)
        if found is None:
            return {}
        if found not in self._titles:
            self._titles[found] = next(iter(self.structures.stubs((found,)))).names
        return self._titles[found]

    def names_of(self, part: object) -> Text:
        """Of a part of an artefact: its own, or those of the code or concept that it stands for."""
        match part:
            case Nameable():
                return part.names
            case HierarchicalCode() if part.code:
                return self.names(part.code)
            case Component():
                return self.names(part.concept)
            case _:
                return {}

    def structure(self, reference: Reference | None) -> DataStructure | MetadataStructure | None:
        """What a flow, an agreement or a structure comes down to; None where something on the way is not here."""
        match self.find(reference):
            case DataStructure() | MetadataStructure() as found:
                return found
            case Dataflow() | Metadataflow() as flow:
                return self.structure(flow.structure)
            case ProvisionAgreement() as agreement:
                return self.structure(agreement.dataflow)
            case MetadataProvisionAgreement() as agreement:
                return self.structure(agreement.metadataflow)
            case _:
                return None

    def components(self, reference: Reference | None) -> Components:
        """Of a structure, or of what comes down to one."""
        found = self.structure(reference)
        if isinstance(found, DataStructure):
            return {one.component_id: one for one in components(found)}
        return dict(_nested(found.attributes, "")) if found else {}

    def component(self, id: str, known: Components) -> Markup:
        """The id of a component with its name."""
        return self.named(id, {id: self.names_of(known.get(id))})

    def code_names(self, component: Component | None) -> Names:
        """Of the values that a component may have."""
        representation = self.representation_of(component) if component else None
        return self.item_names(representation.enumeration) if representation else {}

    def representation_of(self, component: Component) -> Representation | None:
        """Its own, or that of its concept."""
        if component.representation:
            return component.representation
        scheme = self.find(component.concept)
        concepts = scheme.items if isinstance(scheme, ConceptScheme) else ()
        return next((one.core_representation for one in concepts if one.id == component.concept.item), None)

    def link(self, reference: Reference, *, short: bool = True) -> Markup:
        """The name of what is referred to, with a way there where it is here, and its short form."""
        shown = code(reference.short)
        found = self.identify(reference)
        if found is None:
            return shown
        name = self.say(self.names(reference), reference.item or reference.id)
        address = self.page.structure_address(reference.at(found.version))
        way = Markup('<a href="{}">{}</a>').format(address, name)
        return Markup("{} {}").format(way, shown) if short else way

    def named(self, id: str, names: Names) -> Markup:
        """An id with the name that it has among some."""
        if not names.get(id):
            return code(id)
        return Markup("{} {}").format(self.say(names[id]), code(id))

    def listed(self, parts: Sequence[object], names: Names | None = None) -> Markup:
        """In a row, with names where there are some; a long list ends in how many more there are."""
        shown = [
            self.named(part, names or {}) if isinstance(part, str) else self.shown(part) for part in parts[:MOST_VALUES]
        ]
        return Markup(", ").join((*shown, *self.rest(len(parts))))

    def rest(self, number: int) -> list[Markup]:
        """How many more there are than are shown, if any."""
        more = number - MOST_VALUES
        return [escape(self.page.counted("artefact.more", more))] if more > 0 else []

    # --- values -------------------------------------------------------------------------------------------------------

    def shown(self, value: object) -> Markup:
        """A value of the model, "" for nothing."""
        match value:
            case None | "" | ():
                return Markup()
            case bool():
                return escape(self.page.text("value.yes" if value else "value.no"))
            case str():
                return self._text(value)
            case int():
                return escape(self.number(value))
            case Reference():
                return self.link(value)
            case Mapping():
                return self.say(value)
            case tuple() if all(isinstance(part, str) for part in value):
                return self.listed(value) if len(value) != 1 else self._text(value[0])
            case tuple():
                return lines([*map(self.shown, value[:MOST_VALUES]), *self.rest(len(value))])
            case _:
                return self._object(value)

    def _text(self, value: str) -> Markup:
        """Addresses lead there; what has lines keeps them."""
        if value.startswith(_ADDRESSES):
            return Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(value)
        return Markup('<pre class="text">{}</pre>').format(value) if "\n" in value else escape(value)

    def _object(self, value: object) -> Markup:
        match value:
            case Annotation():
                return self.annotation(value)
            case Representation():
                return self.representation(value)
            case TextFormat():
                return self.text_format(value)
            case TimeRange():
                return self.time_range(value)
            case Contact():
                return self.contact(value)
            case ProcessArtefact():
                local = Markup(" ({})").format(code(value.local_id)) if value.local_id else Markup()
                return self.link(value.object) + local
            case Level():
                return self._level(value)
            case _ if is_dataclass(value):
                facts = [Markup('<span class="hint">{}:</span> {}').format(*row) for row in self.facts(value, NOTES)]
                return lines([*facts, *([notes] if (notes := self.notes(value)) else [])])
        return escape(str(value))

    def facts(self, value: Any, without: Iterable[str] = ()) -> Iterator[tuple[str, Markup]]:
        """What an object says that is no default, as words and values."""
        hidden = frozenset(without)
        for field in fields(value):
            part = getattr(value, field.name)
            if field.name not in hidden and part != default_of(field) and (shown := self.field(field.name, part)):
                yield self.word(field.name), shown

    def field(self, name: str, value: Any) -> Markup:
        """The value of a field, where that says more than the value alone."""
        match name:
            case "reference_period" if value:
                return self.span(*value)
            case "mapped_components":
                return lines(Markup("{} → {}").format(code(source), code(target)) for source, target in value)
            case "resolve_period" if value:
                return escape(self.page.text(f"value.{value}"))
            case _:
                return self.shown(value)

    def annotation(self, annotation: Annotation) -> Markup:
        heads = [part for part in (annotation.title, annotation.type, annotation.id) if part]
        head = Markup('<span class="hint">{}:</span> ').format(heads[0]) if heads else Markup()
        texts = (
            self.say(annotation.texts),
            self.shown(annotation.value),
            *(self.shown(url) for url in (annotation.url, *annotation.urls.values())),
        )
        return head + Markup(" ").join(text for text in texts if text)

    def contact(self, contact: Contact) -> Markup:
        first = [self.say(text) for text in (contact.names, contact.roles, contact.departments) if text]
        mails = [Markup('<a href="mailto:{0}">{0}</a>').format(mail) for mail in contact.emails]
        numbers = [
            Markup("{} {}").format(self.word(field), ", ".join(getattr(contact, field)))
            for field in ("telephones", "faxes", "x400s")
            if getattr(contact, field)
        ]
        return lines([Markup(", ").join(first), *mails, *numbers, *(self.shown(uri) for uri in contact.uris)])

    def mapped(self, value: MappedValue) -> Markup:
        """A value of the source of a map: what it is, or what it has to look like."""
        if not value.is_regex and value.start_index is None and value.end_index is None:
            return code(value.value)
        kind = f"{self.page.text('value.pattern')} " if value.is_regex else ""
        start, end = value.start_index, value.end_index
        part = self.page.text("value.part", start=start or 1, end=end or "…") if start or end else ""
        return Markup("{}{} {}").format(kind, code(value.value), part)

    def _level(self, level: Level) -> Markup:
        names = []
        below: Level | None = level
        while below:
            names.append(Markup("{} {}").format(self.say(below.names), code(below.id)))
            below = below.level
        return Markup(" → ").join(names)

    # --- representations ----------------------------------------------------------------------------------------------

    def representation(self, representation: Representation) -> Markup:
        text_format = representation.text_format
        parts = [self.link(representation.enumeration, short=False)] if representation.enumeration else []
        if text_format:
            parts.append(self.text_format(text_format, is_whole=not parts))
        if occurrence := self.occurrence(representation.min_occurs, representation.max_occurs):
            parts.append(occurrence)
        return Markup(", ").join(part for part in parts if part)

    def occurrence(self, least: int | None, most: int | None) -> Markup:
        """How many values there may be; "" for one."""
        if most == 1 and least in (None, 1):
            return Markup()
        if most is None:
            return escape(self.page.text("value.any_number", least=least if least is not None else 1))
        return escape(self.page.text("value.occurs", least=least if least is not None else 1, most=most))

    def text_format(self, text_format: TextFormat, *, is_whole: bool = True) -> Markup:
        """The type and what bounds it; the bounds alone beside a codelist."""
        parts = [code(text_format.text_type)] if is_whole and text_format.text_type else []
        for word, shown in self.facts(text_format, ("text_type", "sentinel_values")):
            plain = word[:1].lower() + word[1:]
            flag = shown == self.page.text("value.yes")
            parts.append(escape(plain) if flag else Markup("{} {}").format(plain, shown))
        parts += [
            Markup("{} {} {}").format(self.word("sentinel_values").lower(), code(one.value), self.say(one.names))
            for one in text_format.sentinel_values
        ]
        return Markup(", ").join(parts)

    # --- time ---------------------------------------------------------------------------------------------------------

    def time_range(self, period: TimeRange) -> Markup:
        text = self.page.text
        ends = []
        if period.start:
            ends.append(text("time.from" if period.start_inclusive else "time.after", period=self.period(period.start)))
        if period.end:
            ends.append(text("time.until" if period.end_inclusive else "time.before", period=self.period(period.end)))
        return escape(", ".join(ends)) + self.validity(period.valid_from, period.valid_to)

    def period(self, value: str) -> str:
        """Without what says nothing: midnight in Greenwich."""
        return display.period(value.removesuffix("Z").removesuffix("T00:00:00"), self.page.language)

    def validity(self, start: str | None, end: str | None) -> Markup:
        """In brackets behind what is valid, "" where nothing is said."""
        return Markup(' <span class="hint">({})</span>').format(self._ends(start, end)) if start or end else Markup()

    def span(self, start: str | None, end: str | None) -> Markup:
        """The same as a fact."""
        return escape(capital(self._ends(start, end)))

    def _ends(self, start: str | None, end: str | None) -> str:
        text = self.page.text
        ends = [
            *([text("time.from", period=self.period(start))] if start else []),
            *([text("time.until", period=self.period(end.replace("T23:59:59", "")))] if end else []),
        ]
        return " ".join(ends)

    # --- what is said of nearly everything ----------------------------------------------------------------------------

    def notes(self, part: object) -> Markup:
        """The annotations and links of a part of an artefact."""
        annotations = getattr(part, "annotations", ())
        return lines(
            [*map(self.annotation, annotations), *(self._outside(link) for link in getattr(part, "links", ()))]
        )

    def _outside(self, link: Any) -> Markup:
        return Markup('<span class="hint">{}:</span> {}').format(
            self.say(link.titles, link.rel), self.shown(link.url or link.urn)
        )


def default_of(field: Field[Any]) -> object:
    if field.default is not MISSING:
        return field.default
    return None if field.default_factory is MISSING else field.default_factory()


def components(structure: DataStructure) -> tuple[Component, ...]:
    """In the order of the data structure, time behind the other dimensions."""
    time = (structure.time_dimension,) if structure.time_dimension else ()
    return (*structure.dimensions, *time, *structure.measures, *structure.attributes)


def _nested(attributes: Iterable[MetadataAttribute], above: str) -> Iterator[tuple[str, MetadataAttribute]]:
    """Attributes by their paths."""
    for attribute in attributes:
        path = f"{above}{attribute.component_id}"
        yield path, attribute
        yield from _nested(attribute.attributes, f"{path}.")


def plain_text(markup: str) -> str:
    """The text of a piece of XHTML, its paragraphs on lines of their own."""
    parser = _TextOf()
    parser.feed(markup)
    parser.close()
    return "\n".join(line for line in ("".join(parser.parts)).splitlines() if line.strip())


class _TextOf(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in ("p", "br", "div", "li", "tr", "h1", "h2", "h3"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
