"""Hierarchies as trees of codes with their names; what codelists take from others."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from sdmx_dsm.model import (
    CodelistExtension,
    CodelistHierarchy,
    HierarchicalCode,
    HierarchicalCodelist,
    Maintainable,
    Reference,
)
from sdmx_dsm.web.portal.contents.blocks import Facts, Row, Section, Sentences, Table
from sdmx_dsm.web.portal.contents.tables import Content, columns_of, nested
from sdmx_dsm.web.portal.contents.values import code


def extensions(content: Content, name: str, parts: Sequence[CodelistExtension]) -> Iterator[Section]:
    sentences = []
    for one in parts:
        names = content.values.item_names(one.codelist)
        listed = content.values.listed(one.members, names)
        key = "extension.all" if not one.members else "extension.some" if one.include else "extension.all_but"
        sentence = Markup(content.text(key)).format(codelist=content.values.link(one.codelist), codes=listed)
        if one.prefix:
            sentence += Markup(" {}").format(Markup(content.text("extension.prefix")).format(prefix=code(one.prefix)))
        sentences.append(sentence)
    yield Section(name, content.heading(name), [Sentences(content.text("extension.lead"), sentences)])


def hierarchy(content: Content, name: str, items: Sequence[HierarchicalCode]) -> Iterator[Section]:
    if items:
        yield Section(name, content.heading("hierarchy_codes"), [_tree(content, items)])


def hierarchies(content: Content, _: str, parts: Sequence[CodelistHierarchy]) -> Iterator[Section]:
    for one in parts:
        title = Markup("{} {}").format(content.values.say(one.names, one.id), code(one.id))
        facts = list(content.values.facts(one, ("id", "names", "items", "links")))
        yield Section(f"item-{one.id}", title, [Facts(facts), _tree(content, one.items)])


def _tree(content: Content, codes: Sequence[HierarchicalCode]) -> Table:
    """The codes below each other, each indented below the one above."""
    values = content.values
    entries = list(nested(codes, lambda place: place.items))
    window = content.window(entries)
    shown = entries[window.start : window.end]
    aliases = _aliases(content.artefact)
    columns = columns_of(
        [entry.part for entry in shown], ("code", "codelist_alias", "code_id", "valid_from", "valid_to")
    )
    is_valid = any(entry.part.valid_from or entry.part.valid_to for entry in shown)
    has_notes = any(values.notes(entry.part) for entry in shown)
    heads = [
        values.word("code"),
        values.word("names"),
        *(values.word(column) for column in columns),
        *([content.text("artefact.valid")] if is_valid else []),
        *([content.text("artefact.notes")] if has_notes else []),
    ]
    rows = []
    for entry in shown:
        place: HierarchicalCode = entry.part
        reference = place.code or _by_alias(place, aliases)
        rows.append(
            Row(
                [
                    code(reference.item if reference else place.code_id or place.id),
                    _name(content, reference) if reference else "",
                    *(values.shown(getattr(place, column)) for column in columns),
                    *([values.span(place.valid_from, place.valid_to)] if is_valid else []),
                    *([values.notes(place)] if has_notes else []),
                ],
                entry.level,
            )
        )
    return Table(heads, rows, window=window)


def _name(content: Content, reference: Reference) -> Markup:
    values = content.values
    return values.link(reference, short=False) if values.names(reference) else code(reference.short)


def _aliases(artefact: Maintainable) -> dict[str | None, Reference]:
    included = artefact.included_codelists if isinstance(artefact, HierarchicalCodelist) else ()
    return {each.alias: each.codelist for each in included}


def _by_alias(place: HierarchicalCode, aliases: dict[str | None, Reference]) -> Reference | None:
    codelist = aliases.get(place.codelist_alias)
    if codelist is None or not place.code_id:
        return None
    return Reference("Code", codelist.agency, codelist.id, codelist.version, place.code_id)
