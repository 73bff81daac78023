"""Data structures and metadata structures by their components, and the reports that follow a metadata structure."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from sdmx_dsm.model import (
    Attribute,
    Component,
    ComponentList,
    DataStructure,
    Dimension,
    MetadataAttribute,
    MetadataAttributeUsage,
    MetadataSet,
    MetadataTarget,
    ReportedAttribute,
    ReportStructure,
    TimeDimension,
)
from sdmx_dsm.web.portal.contents.blocks import Facts, Row, Section, Sentences, Step, Steps, Table
from sdmx_dsm.web.portal.contents.tables import Content, Entry, nested, table_of
from sdmx_dsm.web.portal.contents.values import Components, code, components, plain_text

# --- data structures --------------------------------------------------------------------------------------------------------


def components_section(content: Content, _: str, __: object) -> Iterator[Section]:
    """All components in one table, in the order of a key."""
    structure = content.artefact
    assert isinstance(structure, DataStructure)
    values = content.values
    found = components(structure)
    if not found:
        yield Section("components", content.text("artefact.components"), [Sentences(content.text("artefact.no_items"))])
        return
    has_notes = any(values.notes(component) for component in found)
    heads = [
        *(content.text(f"artefact.{key}") for key in ("component", "role", "concept", "values", "level")),
        *([content.text("artefact.notes")] if has_notes else []),
    ]
    rows = [
        Row(
            [
                code(component.component_id),
                _role(content, component),
                values.link(component.concept, short=False),
                values.shown(values.representation_of(component)),
                _belongs_to(content, structure, component) if isinstance(component, Attribute) else "",
                *([values.notes(component)] if has_notes else []),
            ],
            anchor=component.component_id,
        )
        for component in found
    ]
    yield Section("components", content.text("artefact.components"), [Table(heads, rows)])


def with_dimensions(_: Content, __: str, ___: object) -> Iterator[Section]:
    """Nothing of its own: `components_section` has it."""
    return iter(())


def _role(content: Content, component: Component) -> Markup:
    text = content.text
    match component:
        case Dimension():
            words = [text("artefact.role.measure_dimension" if component.is_measure else "artefact.role.dimension")]
        case TimeDimension():
            words = [text("artefact.role.time")]
        case _:
            words = [text("artefact.role.attribute" if isinstance(component, Attribute) else "artefact.role.measure")]
            if usage := getattr(component, "usage", None):
                words.append(text(f"artefact.{usage}"))
    roles = [content.values.say(content.values.names(role), role.item) for role in getattr(component, "roles", ())]
    shown = escape(", ".join(words))
    if roles:
        shown += Markup(' <br><span class="hint">{}</span>').format(
            Markup(text("artefact.role.as")).format(roles=Markup(", ").join(roles))
        )
    return shown


def _belongs_to(content: Content, structure: DataStructure, part: Attribute | MetadataAttributeUsage) -> Markup:
    text = content.text
    match part.relationship:
        case "dataflow":
            words = [text("artefact.level.dataset")]
        case "observation":
            words = [text("artefact.level.obs")]
        case "group":
            words = [text("artefact.level.group", group=part.group)]
        case _ if {one.component_id for one in structure.dimensions} <= set(part.dimensions):
            words = [text("artefact.level.series")]
        case _:
            words = [text("artefact.level.partial", dimensions=", ".join(part.dimensions))]
    if part.optional_dimensions:
        words.append(text("artefact.level.optional", dimensions=", ".join(part.optional_dimensions)))
    if isinstance(part, Attribute):
        if part.attachment_groups:
            words.append(text("artefact.level.group", group=", ".join(part.attachment_groups)))
        if part.measures:
            words.append(text("artefact.level.measures", measures=", ".join(part.measures)))
    return escape("; ".join(words))


def metadata_usages(content: Content, name: str, usages: Sequence[MetadataAttributeUsage]) -> Iterator[Section]:
    structure = content.artefact
    assert isinstance(structure, DataStructure)
    names = content.values.item_names(structure.metadata)
    heads = [content.text("artefact.component"), content.values.word("names"), content.text("artefact.level")]
    rows = [
        Row(
            [
                code(usage.reference),
                content.values.say(names.get(usage.reference, {})),
                _belongs_to(content, structure, usage),
            ]
        )
        for usage in usages
    ]
    yield Section(name, content.heading(name), [Table(heads, rows)])


def lists(content: Content, name: str, some: Sequence[ComponentList]) -> Iterator[Section]:
    """Only what is noted of them."""
    facts = [(code(one.id), notes) for one in some if (notes := content.values.notes(one))]
    if facts:
        yield Section(name, content.heading(name), [Facts(facts)])


# --- metadata structures ----------------------------------------------------------------------------------------------------


def metadata_attributes(content: Content, name: str, attributes: Sequence[MetadataAttribute]) -> Iterator[Section]:
    yield Section(name, content.heading(name), [_attributes(content, attributes)])


def _attributes(content: Content, attributes: Sequence[MetadataAttribute], report: str = "") -> Table:
    """Each attribute, those that it holds indented below it; those of several reports under the ids of these."""
    values = content.values
    entries = list(nested(attributes, lambda attribute: attribute.attributes, report))
    has_notes = any(values.notes(entry.part) for entry in entries)
    heads = [
        *(content.text(f"artefact.{key}") for key in ("component", "concept", "values", "occurrence")),
        *([content.text("artefact.notes")] if has_notes else []),
    ]
    rows = []
    for entry in entries:
        attribute: MetadataAttribute = entry.part
        shown = values.shown(values.representation_of(attribute))
        if attribute.is_presentational:
            shown = escape(content.text("artefact.presentational"))
        occurrence = values.occurrence(attribute.min_occurs, attribute.max_occurs)
        rows.append(
            Row(
                [
                    code(attribute.component_id),
                    values.link(attribute.concept, short=False),
                    shown,
                    occurrence or content.text("value.once"),
                    *([values.notes(attribute)] if has_notes else []),
                ],
                entry.level,
                entry.path,
            )
        )
    return Table(heads, rows)


def metadata_targets(content: Content, name: str, targets: Sequence[MetadataTarget]) -> Iterator[Section]:
    """What reports of 2.1 are about, one table each."""
    for target in targets:
        title = Markup("{} {}").format(content.heading(name), code(target.id))
        facts = [(content.text("artefact.notes"), notes)] if (notes := content.values.notes(target)) else []
        entries = [Entry(one) for one in target.objects]
        yield Section(f"target-{target.id}", title, [Facts(facts), table_of(content, entries)])


def report_structures(content: Content, name: str, reports: Sequence[ReportStructure]) -> Iterator[Section]:
    for report in reports:
        title = Markup("{} {}").format(content.heading(name), code(report.id))
        facts = list(content.values.facts(report, ("id", "attributes")))
        yield Section(f"report-{report.id}", title, [Facts(facts), _attributes(content, report.attributes, report.id)])


# --- metadata sets ----------------------------------------------------------------------------------------------------------


def reported_attributes(content: Content, name: str, attributes: Sequence[ReportedAttribute]) -> Iterator[Section]:
    """What is reported, under the names of the attributes."""
    report = content.artefact
    assert isinstance(report, MetadataSet)
    known = content.values.components(report.metadataflow or report.metadata_provision_agreement)
    yield Section(name, content.heading(name), [Steps([_reported(content, one, known, "") for one in attributes])])


def _reported(content: Content, attribute: ReportedAttribute, known: Components, above: str) -> Step:
    values = content.values
    path = f"{above}{attribute.id}"
    declared = known.get(path)
    texts = attribute.texts
    if attribute.is_structured:
        texts = {tag: plain_text(text) for tag, text in texts.items()}
    said = [values.listed(attribute.values, values.code_names(declared)), values.shown(values.say(texts))]
    notes = values.notes(attribute)
    return Step(
        title=values.named(attribute.id, {attribute.id: values.names_of(declared)}),
        lead=Markup(" ").join(part for part in said if part),
        facts=[(content.text("artefact.notes"), notes)] if notes else [],
        steps=[_reported(content, below, known, f"{path}.") for below in attribute.attributes],
    )
