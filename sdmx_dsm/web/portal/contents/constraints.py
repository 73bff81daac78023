"""Constraints in sentences: what is let through, what is not, or what there is; codes by their names."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from sdmx_dsm.model import (
    Constraint,
    CubeRegion,
    DataKey,
    DataKeySet,
    MetadataTargetRegion,
    ValueSelection,
)
from sdmx_dsm.web.portal.contents.blocks import Row, Section, Sentences, Table
from sdmx_dsm.web.portal.contents.tables import Content
from sdmx_dsm.web.portal.contents.values import MOST_VALUES, Components, Names, code


def regions(content: Content, name: str, regions: Sequence[CubeRegion]) -> Iterator[Section]:
    """A sentence for each region, with a point for each component that it speaks of."""
    known = _components(content)
    sentences = []
    for region in regions:
        points = [_selection(content, one, known) for one in region.selections]
        points += [notes] if (notes := content.values.notes(region)) else []
        sentences.append(Sentences(_lead(content, "region", region.include, bool(points)), points))
    yield Section(name, content.text(f"constraint.{_role(content)}"), sentences)


def target_regions(content: Content, name: str, regions: Sequence[MetadataTargetRegion]) -> Iterator[Section]:
    """The same of metadata: a point for each attribute, and for what else a region speaks of."""
    known = _components(content)
    sentences = []
    for region in regions:
        points = [_selection(content, one, known) for one in region.components]
        others = content.values.facts(region, ("include", "components", "annotations"))
        points += [Markup('<span class="hint">{}:</span> {}').format(*fact) for fact in others]
        points += [notes] if (notes := content.values.notes(region)) else []
        sentences.append(Sentences(_lead(content, "region", region.include, bool(points)), points))
    yield Section(name, content.heading(name), sentences)


def _role(content: Content) -> str:
    constraint = content.artefact
    return "actual" if isinstance(constraint, Constraint) and constraint.role == "Actual" else "allowed"


def _lead(content: Content, what: str, include: bool, has_points: bool) -> str:
    if not has_points:
        return content.text("constraint.everything" if include else "constraint.nothing")
    return content.text(f"constraint.{_role(content)}.{what}.{'in' if include else 'out'}")


def _components(content: Content) -> Components:
    """Those of the first artefact that the constraint is about and that has any."""
    constraint = content.artefact
    assert isinstance(constraint, Constraint)
    found = (content.values.components(reference) for reference in constraint.attachment)
    return next((known for known in found if known), {})


def _selection(content: Content, selection: ValueSelection, known: Components) -> Markup:
    """“Sex SEX: Female F, Male M (from 2020)”."""
    values = content.values
    names = values.code_names(known.get(selection.id))
    said = []
    if selection.values:
        said.append(_values(content, selection, names))
    if selection.time_range:
        said.append(values.time_range(selection.time_range))
    shown = Markup("; ").join(said) if said else escape(content.text("constraint.any_value"))
    if not selection.include:
        shown = Markup(content.text("constraint.all_but")).format(values=shown)
    if selection.remove_prefix:
        shown += Markup(" ({})").format(content.text("constraint.without_prefix"))
    validity = values.validity(selection.valid_from, selection.valid_to)
    return Markup("{}: {}{}").format(values.component(selection.id, known), shown, validity)


def _values(content: Content, selection: ValueSelection, names: Names) -> Markup:
    values = content.values
    some = selection.values[:MOST_VALUES]
    blank = ("",) * len(some)
    cascades, languages = selection.cascades or blank, selection.languages or blank
    validities = selection.validities or ((None, None),) * len(some)
    shown = []
    for value, cascade, language, validity in zip(some, cascades, languages, validities, strict=False):
        said = values.named(value, names)
        if "%" in value:
            said = Markup(content.text("constraint.like")).format(pattern=code(value))
        if cascade:
            said = Markup(content.text(f"constraint.cascade.{cascade}")).format(value=said)
        if language:
            said += Markup(" ({})").format(language)
        shown.append(said + values.validity(*validity))
    return Markup(", ").join((*shown, *values.rest(len(selection.values))))


# --- keys -------------------------------------------------------------------------------------------------------------------


def key_sets(content: Content, name: str, sets: Sequence[DataKeySet]) -> Iterator[Section]:
    """A table of keys for each set: a dimension that a key leaves out stands for all its values."""
    known = _components(content)
    for number, one in enumerate(sets, 1):
        lead = _lead(content, "keys", one.is_included, bool(one.keys))
        title = content.heading(name) if len(sets) == 1 else f"{content.heading(name)} {number}"
        yield Section(f"{name}-{number}", title, [Sentences(lead), _keys(content, one, known)])


def _keys(content: Content, key_set: DataKeySet, known: Components) -> Table:
    values = content.values
    window = content.window(key_set.keys)
    shown = key_set.keys[window.start : window.end]
    named = dict.fromkeys(id for key in shown for id, _ in key.values)
    dimensions = [id for id in known if id in named] + [id for id in named if id not in known]
    names = {id: values.code_names(known.get(id)) for id in dimensions}
    others = [_beside(content, key, known) for key in shown]
    heads = [
        *(values.component(id, known) for id in dimensions),
        *([content.text("artefact.notes")] if any(others) else []),
    ]
    rows = []
    for key, other in zip(shown, others, strict=True):
        cells = []
        for id in dimensions:
            some = tuple(value for dimension, value in key.values if dimension == id)
            cells.append(values.listed(some, names[id]) if some else escape(content.text("constraint.any_value")))
        rows.append(Row([*cells, *([other] if any(others) else [])]))
    return Table(heads, rows, window=window)


def _beside(content: Content, key: DataKey, known: Components) -> Markup:
    """What a key says beside its dimensions."""
    values = content.values
    parts = [
        *(_selection(content, one, known) for one in key.components),
        *([values.span(key.valid_from, key.valid_to)] if key.valid_from or key.valid_to else []),
        *([values.notes(key)] if values.notes(key) else []),
    ]
    return Markup("<br>").join(parts)
