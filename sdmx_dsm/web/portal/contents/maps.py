"""Maps as tables: what is on the left becomes what is on the right, both with their names."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from markupsafe import Markup

from sdmx_dsm.model import (
    ComponentMap,
    FixedValueMap,
    ItemMap,
    ItemSchemeMap,
    MappedValue,
    Reference,
    RepresentationMap,
    RepresentationMapping,
    SetComponentMap,
    SetItemSchemeMap,
    SetStructureMap,
    StructureMap,
)
from sdmx_dsm.web.portal.contents.blocks import Block, Cell, Facts, Row, Section, Table
from sdmx_dsm.web.portal.contents.tables import Content
from sdmx_dsm.web.portal.contents.values import Names, Values, code, lines

# The maps between item schemes that a structure set holds.
SCHEME_MAPS: Final = (
    "organisation_scheme_maps", "category_scheme_maps", "codelist_maps", "concept_scheme_maps", "reporting_taxonomy_maps",
    "hybrid_codelist_maps",
)  # fmt: skip


def _rows(content: Content, parts: Sequence[Any], sides: Sequence[Sequence[Cell]]) -> list[Row]:
    """Each part with its cells, and behind them when it is valid and what is noted of it, where any part says so."""
    values = content.values
    spans = [values.span(getattr(part, "valid_from", None), getattr(part, "valid_to", None)) for part in parts]
    notes = [values.notes(part) for part in parts]
    return [
        Row([*cells, *([span] if any(spans) else []), *([note] if any(notes) else [])])
        for cells, span, note in zip(sides, spans, notes, strict=True)
    ]


def _table(
    content: Content, heads: Sequence[Cell], parts: Sequence[Any], sides: Sequence[Sequence[Cell]], **options: Any
) -> Table:
    rows = _rows(content, parts, sides)
    behind = []
    if any(getattr(part, "valid_from", None) or getattr(part, "valid_to", None) for part in parts):
        behind.append(content.text("artefact.valid"))
    if any(content.values.notes(part) for part in parts):
        behind.append(content.text("artefact.notes"))
    return Table([*heads, *behind], rows, **options)


def _mapped(values: Values, source: MappedValue, names: Names) -> Markup:
    """A value with its name, or the pattern that values fit."""
    plain = values.named(source.value, names) if source.value in names else values.mapped(source)
    return plain if not source.is_regex else values.mapped(source)


# --- representations and items ----------------------------------------------------------------------------------------------


def representations(content: Content, name: str, mappings: Sequence[RepresentationMapping]) -> Iterator[Section]:
    """A column for each source and each target, headed by its codelist or type."""
    found = content.artefact
    assert isinstance(found, RepresentationMap)
    values = content.values
    window = content.window(mappings)
    shown = mappings[window.start : window.end]
    sources, targets = ([_names_of(values, one) for one in side] for side in (found.sources, found.targets))
    heads = [
        *(_side(content, "source", one) for one in found.sources),
        *(_side(content, "target", one) for one in found.targets),
    ]
    sides = [
        [
            *_padded([_mapped(values, one, _at(sources, n)) for n, one in enumerate(mapping.sources)], sources),
            *_padded([values.named(one, _at(targets, n)) for n, one in enumerate(mapping.targets)], targets),
        ]
        for mapping in shown
    ]
    yield Section(name, content.heading(name), [_table(content, heads, shown, sides, window=window)])


def _names_of(values: Values, side: Reference | str) -> Names:
    return values.item_names(side) if isinstance(side, Reference) else {}


def _at(sides: Sequence[Names], place: int) -> Names:
    return sides[place] if place < len(sides) else {}


def _padded(cells: list[Markup], sides: Sequence[Names]) -> list[Markup]:
    return cells + [Markup()] * (len(sides) - len(cells))


def _side(content: Content, field: str, one: Reference | str) -> Markup:
    return Markup('<span class="hint">{}:</span> {}').format(
        content.values.word(field), content.values.link(one) if isinstance(one, Reference) else code(one)
    )


def items(content: Content, name: str, maps: Sequence[ItemMap]) -> Iterator[Section]:
    found = content.artefact
    assert isinstance(found, ItemSchemeMap)
    values = content.values
    window = content.window(maps)
    shown = maps[window.start : window.end]
    sources, targets = values.item_names(found.source), values.item_names(found.target)
    sides = [
        [
            _mapped(values, one.source, sources),
            values.named(one.target, targets) if one.target else content.text("map.nothing"),
        ]
        for one in shown
    ]
    heads = [values.word("source"), values.word("target")]
    yield Section(name, content.heading(name), [_table(content, heads, shown, sides, window=window)])


# --- structures -------------------------------------------------------------------------------------------------------------


def components(content: Content, name: str, maps: Sequence[ComponentMap]) -> Iterator[Section]:
    found = content.artefact
    assert isinstance(found, StructureMap)
    values = content.values
    sources, targets = values.components(found.source), values.components(found.target)
    sides = [
        [
            lines(values.component(id, sources) for id in one.sources),
            lines(values.component(id, targets) for id in one.targets),
            values.link(one.representation_map) if one.representation_map else content.text("map.as_it_is"),
        ]
        for one in maps
    ]
    heads = [values.word("source"), values.word("target"), content.text("map.how")]
    yield Section(name, content.heading(name), [_table(content, heads, maps, sides)])


def fixed_values(content: Content, name: str, maps: Sequence[FixedValueMap]) -> Iterator[Section]:
    """Components that one side alone has, with the value that they get."""
    found = content.artefact
    assert isinstance(found, StructureMap)
    values = content.values
    sources, targets = values.components(found.source), values.components(found.target)
    sides = []
    for one in maps:
        id, known = (one.target, targets) if one.target else (one.source, sources)
        names = values.code_names(known.get(id or ""))
        side = values.word("target" if one.target else "source")
        sides.append([values.component(id or "", known), side, values.listed(one.values, names)])
    heads = [content.text("artefact.component"), content.text("map.side"), content.text("artefact.values")]
    yield Section(name, content.heading(name), [_table(content, heads, maps, sides)])


# --- structure sets of 2.1 --------------------------------------------------------------------------------------------------


def schemes_of_set(content: Content, name: str, maps: Sequence[SetItemSchemeMap]) -> Iterator[Section]:
    """A section for each map."""
    values = content.values
    for one in maps:
        sources, targets = values.item_names(one.source), values.item_names(one.target)
        window = content.window(one.associations)
        shown = one.associations[window.start : window.end]
        sides = [
            [
                _of_hierarchy(content, pair.source, pair.source_hierarchy, sources),
                _of_hierarchy(content, pair.target, pair.target_hierarchy, targets),
            ]
            for pair in shown
        ]
        heads = [values.word("source"), values.word("target")]
        table = _table(content, heads, shown, sides, window=window)
        yield _part(content, name, one, ("associations",), table)


def _of_hierarchy(content: Content, id: str, hierarchy: str | None, names: Names) -> Markup:
    shown = content.values.named(id, names)
    if not hierarchy:
        return shown
    return shown + Markup(' <span class="hint">({})</span>').format(
        content.text("map.in_hierarchy", hierarchy=hierarchy)
    )


def structures_of_set(content: Content, name: str, maps: Sequence[SetStructureMap]) -> Iterator[Section]:
    values = content.values
    for one in maps:
        sources, targets = values.components(one.source), values.components(one.target)
        sides = [
            [
                values.component(pair.source.id, sources),
                values.component(pair.target.id, targets),
                _how(content, pair),
            ]
            for pair in one.component_maps
        ]
        heads = [values.word("source"), values.word("target"), content.text("map.how")]
        yield _part(content, name, one, ("component_maps",), _table(content, heads, one.component_maps, sides))


def _how(content: Content, pair: SetComponentMap) -> Markup:
    values = content.values
    said: list[Cell] = []
    if pair.codelist_map:
        said.append(
            Markup('<a href="#item-{0}">{1} <code>{0}</code></a>').format(
                pair.codelist_map, values.word("codelist_map")
            )
        )
    said += [Markup("{} → {}").format(code(source), code(target)) for source, target in pair.value_map]
    if pair.to_text_format:
        said.append(values.text_format(pair.to_text_format))
    if pair.to_value_type:
        said.append(values.word(_TAKEN[pair.to_value_type]))
    return lines(said) if said else Markup("{}").format(content.text("map.as_it_is"))


_TAKEN: Final = {"Value": "value", "Name": "names", "Description": "descriptions"}


def _part(content: Content, name: str, part: Any, without: Sequence[str], table: Table) -> Section:
    """The section of one map of a set."""
    values = content.values
    title = Markup("{}: {} {}").format(values.word(name), values.say(part.names, part.id), code(part.id))
    blocks: list[Block] = [Facts(list(values.facts(part, ("id", "names", "links", *without))))]
    return Section(f"item-{part.id}", title, [*blocks, table])
