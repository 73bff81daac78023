"""The items of schemes with their names in all languages; programs and processes as steps."""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from markupsafe import Markup, escape

from sdmx_dsm.model import Nameable, ProcessStep, Ruleset, Transformation, Transition, UserDefinedOperator, iter_items
from sdmx_dsm.web.portal.contents.blocks import Block, Cell, Row, Section, Sentences, Step, Steps, Table
from sdmx_dsm.web.portal.contents.tables import OF_ROW, Content, Entry, columns_of
from sdmx_dsm.web.portal.contents.values import NOTES, code

# Texts in a language for machines.
_PROGRAMS: Final = ("definition", "expression")
_IN_STEPS: Final = (Transformation, Ruleset, UserDefinedOperator, ProcessStep)


def items(content: Content, _: str, parts: Sequence[Nameable]) -> Iterator[Section]:
    """Entries with their names in all languages; programs and steps one below the other."""
    if not parts:
        block: Block = Sentences(content.text("artefact.no_items"))
    elif isinstance(parts[0], _IN_STEPS):
        block = _steps(content, parts)
    else:
        block = _names_table(content, list(_entries(parts)))
    yield Section("items", content.heading("items"), [block])


def _entries(items: Sequence[Nameable]) -> Iterator[Entry]:
    """In the order of the scheme, nested ones behind the one that holds them."""
    parents = {item.id: getattr(item, "parent", None) or "" for item in items}
    for path, item in iter_items(items):
        if path not in parents:
            yield Entry(item, path, path.count("."), path.rpartition(".")[0])
            continue
        level, above, seen = 0, parents[path], {path}
        while above in parents and above not in seen:
            seen.add(above)
            level, above = level + 1, parents[above]
        yield Entry(item, path, level, parents[path])


def _names_table(content: Content, entries: Sequence[Entry]) -> Table:
    values = content.values
    window = content.window([entry.path for entry in entries])
    shown = entries[window.start : window.end]
    parts = [entry.part for entry in shown]
    tags = values.tags(parts)
    columns = columns_of(parts)
    has_above = any(entry.above for entry in shown)
    has_notes = any(getattr(part, note, ()) for part in parts for note in NOTES)
    here = {entry.path: entry for entry in reversed(shown)}  # values may be there twice
    heads: list[Cell] = [
        content.text("artefact.id"),
        *(f"{content.text('artefact.names')} ({name})" for _, name in tags),
        *([content.text("artefact.above")] if has_above else []),
        *(values.word(column) for column in columns),
        *([content.text("artefact.notes")] if has_notes else []),
    ]
    rows = [
        Row(
            [
                code(entry.part.id),
                *(_in_language(entry.part, tag) for tag, _ in tags),
                *([_above(content, entry.above, here)] if has_above else []),
                *(values.shown(getattr(entry.part, column, None)) for column in columns),
                *([values.notes(entry.part)] if has_notes else []),
            ],
            entry.level,
            entry.path if here[entry.path] is entry else "",
        )
        for entry in shown
    ]
    return Table(heads, rows, ("", *(tag for tag, _ in tags)), window)


def _in_language(item: Nameable, tag: str) -> Markup:
    description = item.descriptions.get(tag)
    hint = Markup('<br><span class="hint">{}</span>').format(description) if description else Markup()
    return escape(item.names.get(tag, "")) + hint


def _above(content: Content, above: str, here: Container[str]) -> Markup:
    if not above:
        return Markup()
    artefact = content.artefact
    address = f"#item-{above}" if above in here else content.values.page.structure_address(artefact, above)
    return Markup('<a href="{}"><code>{}</code></a>').format(address, above)


# --- steps ------------------------------------------------------------------------------------------------------------------


def _steps(content: Content, items: Sequence[Nameable]) -> Steps:
    window = content.window([item.id for item in items])
    shown = items[window.start : window.end]
    is_ordered = isinstance(items[0], ProcessStep | Transformation)
    return Steps([_step(content, item, item.id) for item in shown], is_ordered, window)


def _step(content: Content, item: Nameable, path: str) -> Step:
    values = content.values
    hidden = {*OF_ROW, *_PROGRAMS, "transitions"}
    facts: list[tuple[Cell, Cell]] = list(values.facts(item, hidden))
    facts += [(values.word("transitions"), _transition(content, one)) for one in getattr(item, "transitions", ())]
    if notes := values.notes(item):
        facts.append((content.text("artefact.notes"), notes))
    return Step(
        title=Markup("{} {}").format(values.say(item.names, item.id), code(item.id) if item.names else ""),
        lead=values.say(item.descriptions),
        facts=facts,
        program=[(values.word(name), text) for name in _PROGRAMS if (text := getattr(item, name, ""))],
        steps=[_step(content, below, f"{path}.{below.id}") for below in getattr(item, "items", ())],
        anchor=path,
    )


def _transition(content: Content, transition: Transition) -> Markup:
    names = content.values.item_names(content.artefact.reference)
    target = transition.target_step
    shown = Markup("{} {}").format(content.values.say(names.get(target, {})), code(target))
    if target in names:
        shown = Markup('<a href="#item-{}">{}</a>').format(target, shown)
    conditions = content.values.say(transition.conditions)
    return Markup("{}: {}").format(shown, conditions) if conditions else shown
