"""The mapping document: what the cells of an office's workbook mean. `docs/mappings.md` describes it for people.

`load_mapping` reads the YAML strictly: what is wrong is said with its key path, its line and what is allowed. `dump_mapping`
writes it, what all tables share standing once above them; loading that gives an equal Mapping.

An *expression* is a text, compared tolerantly, or a /pattern/ between slashes (Rust regex, found anywhere): see `expressions`."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from sdmx_dsm.errors import UrnError
from sdmx_dsm.excel.addresses import Area, Cell, column_letters, column_number, parse_area, parse_cell
from sdmx_dsm.excel.documents import Node, Plain, parse_document, write_document
from sdmx_dsm.excel.expressions import pattern_of, pattern_problem
from sdmx_dsm.model import Reference, Text, parse_reference

Unknown = Literal["keep", "skip"]
Hidden = Literal["keep", "skip"]
Decimal = Literal[".", ","]
DEFAULT_VERSION: Final = "1.0.0"


@dataclass(frozen=True, slots=True)
class Part:
    """Where a text stands: a header `row` above or `column` beside the data, one fixed `cell`, or the `sheet`'s name.
    `row` and `column` are 0 where they do not count."""

    kind: Literal["row", "column", "cell", "sheet"]
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        match self.kind:
            case "row":
                return f"row {self.row}"
            case "column":
                return f"column {column_letters(self.column)}"
            case "cell":
                return f"cell {Cell(self.row, self.column)}"
        return "sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a component gets its value: a `constant`, or the texts of `parts`, joined by a blank, of which `pattern` (if any)
    keeps its groups; then a code by `labels` (expression → code), by the codelist, or as it is."""

    constant: str | None = None
    parts: tuple[Part, ...] = ()
    pattern: str = ""
    labels: Map[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    unknown: Unknown = "keep"
    level: int | None = None
    empty: str | None = None
    fill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a sign means: leave the cell out (`skip`), the `value` of the measure, or values of other components."""

    skip: bool = False
    value: str | None = None
    components: Map[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """Expressions for names; `all_but` turns the choice round."""

    names: tuple[str, ...]
    all_but: bool = False

    def __str__(self) -> str:
        return ("all but " if self.all_but else "") + ", ".join(self.names)


@dataclass(frozen=True, slots=True)
class Anchor:
    """`cell` is where the text stands in the workbook that the mapping was made for. Where it stands elsewhere, all
    addresses of the table move with it."""

    cell: Cell
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table on each of the sheets. `structure`: the agreement or dataflow it reports for."""

    structure: Reference
    sheets: SheetChoice
    data: Area
    components: Map[str, Source]
    anchor: Anchor | None = None
    until: str = ""
    marks: Map[str, Mark] = field(default_factory=dict)
    footnotes: Map[str, Mark] = field(default_factory=dict)
    decimal: Decimal = "."
    hidden: Hidden = "keep"
    skip_rows: tuple[int, ...] = ()
    skip_columns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """`workbook`: name of the file that the mapping was made for."""

    id: str
    version: str
    tables: tuple[Table, ...]
    name: Text = field(default_factory=dict)
    workbook: str = ""

    @property
    def agreements(self) -> tuple[str, ...]:
        """The short references that its tables report for, each once."""
        return tuple(dict.fromkeys(table.structure.short for table in self.tables))


# --- reading ----------------------------------------------------------------------------------------------------------

MAPPING_KEYS: Final = ("id", "version", "name", "workbook", "tables")
TABLE_KEYS: Final = (
    "agreement", "dataflow", "sheets", "anchor", "data", "until", "components", "marks", "footnotes", "decimal", "hidden",
    "skip_rows", "skip_columns",
)  # fmt: skip
SOURCE_KEYS: Final = ("from", "pattern", "labels", "skip", "unknown", "level", "empty", "fill")
PART_FORMS: Final = "expected “row 7”, “column B”, “cell A2” or “sheet”"


def load_mapping(document: str | bytes) -> Mapping:
    """A mapping from its YAML. Raises ReadError (`line`, `path`) that says what is wrong and what is allowed."""
    root = parse_document(document)
    keys = root.keys((*MAPPING_KEYS, *TABLE_KEYS))
    shared = {key: node for key, node in keys.items() if key in TABLE_KEYS}
    tables = [Node({}, "", root.line)]
    if "tables" in keys:
        node = keys["tables"]
        tables = node.value if isinstance(node.value, list) and node.value else node.fail("expected a list of tables.")
    name = keys.get("name")
    return Mapping(
        id=_required(root, "id").text(),
        version=keys["version"].text() if "version" in keys else DEFAULT_VERSION,
        name=_texts(name) if name else {},
        workbook=keys["workbook"].text() if "workbook" in keys else "",
        tables=tuple(_table(table, shared) for table in tables),
    )


def _required(node: Node, *names: str) -> Node:
    keys = node.keys()
    found = next((keys[name] for name in names if name in keys), None)
    return found or node.fail(f"the key “{' or '.join(names)}” is missing.")


def _texts(node: Node) -> Text:
    if isinstance(node.value, str):
        return {"en": node.value}
    return {language: text.text() for language, text in node.keys().items()}


def _table(node: Node, shared: Map[str, Node]) -> Table:
    """A table with what stands beside `tables`: keys of components, marks and footnotes are put together, others replaced."""
    own = node.keys(TABLE_KEYS)
    if {"agreement", "dataflow"} & own.keys():
        shared = {key: value for key, value in shared.items() if key not in ("agreement", "dataflow")}
    keys = {**shared, **own}
    if len({"agreement", "dataflow"} & keys.keys()) == 2:
        keys["dataflow"].fail("give the agreement or the dataflow, not both.")
    for key in ("components", "marks", "footnotes"):
        if key in own and key in shared:
            keys[key] = Node({**shared[key].keys(), **own[key].keys()}, own[key].path, own[key].line)
    whole = Node(keys, node.path, node.line)
    components = _required(whole, "components").keys()
    return Table(
        structure=_structure(_required(whole, "agreement", "dataflow"), "agreement" in keys),
        sheets=_sheets(_required(whole, "sheets")),
        data=_area(_required(whole, "data")),
        components={id: _source(source) for id, source in components.items()},
        anchor=_anchor(keys["anchor"]) if "anchor" in keys else None,
        until=_expression(keys["until"]) if "until" in keys else "",
        marks={sign: _mark(mark) for sign, mark in keys["marks"].keys().items()} if "marks" in keys else {},
        footnotes={sign: _mark(mark) for sign, mark in keys["footnotes"].keys().items()} if "footnotes" in keys else {},
        decimal=_choice(keys["decimal"], Decimal) if "decimal" in keys else ".",
        hidden=_choice(keys["hidden"], Hidden) if "hidden" in keys else "keep",
        skip_rows=tuple(_whole(row) for row in keys["skip_rows"].items()) if "skip_rows" in keys else (),
        skip_columns=tuple(_column(column) for column in keys["skip_columns"].items())
        if "skip_columns" in keys
        else (),
    )


def _structure(node: Node, is_agreement: bool) -> Reference:
    try:
        artefact_class = "ProvisionAgreement" if is_agreement else "Dataflow"
        return parse_reference(node.text(), artefact_class, DEFAULT_VERSION)
    except UrnError as error:
        node.fail(str(error))


def _sheets(node: Node) -> SheetChoice:
    if isinstance(node.value, dict):
        names = _required(node, "all_but") if node.keys(("all_but",)) else node.fail("expected names or all_but.")
        return SheetChoice(tuple(map(_expression, names.items())), all_but=True)
    return SheetChoice(tuple(map(_expression, node.items())))


def _area(node: Node) -> Area:
    problem = "expected an area like “C10:Q40”, “C10:Q” (as far down as the sheet goes) or “C10” (in both directions)."
    return parse_area(node.text()) or node.fail(problem)


def _anchor(node: Node) -> Anchor:
    keys = node.keys(("cell", "text"))
    cell, text = (keys.get(key) or _required(node, key) for key in ("cell", "text"))
    return Anchor(parse_cell(cell.text()) or cell.fail("expected a cell like “B7”."), _expression(text))


def _source(node: Node) -> Source:
    if isinstance(node.value, str):
        return Source(constant=node.value)
    keys = node.keys(SOURCE_KEYS)
    pattern = keys["pattern"].text() if "pattern" in keys else ""
    pattern = pattern_of(pattern) or pattern
    if problem := pattern_problem(pattern):
        keys["pattern"].fail(problem)
    return Source(
        parts=tuple(map(_part, _required(node, "from").items())),
        pattern=pattern,
        labels=_labels(keys["labels"]) if "labels" in keys else {},
        skip=tuple(map(_expression, keys["skip"].items())) if "skip" in keys else (),
        unknown=_choice(keys["unknown"], Unknown) if "unknown" in keys else "keep",
        level=_whole(keys["level"]) if "level" in keys else None,
        empty=keys["empty"].text() if "empty" in keys else None,
        fill=_choice(keys["fill"], Literal["true", "false"]) == "true" if "fill" in keys else False,
    )


def _part(node: Node) -> Part:
    kind, _, where = node.text().strip().partition(" ")
    where = where.strip()
    if kind == "sheet" and not where:
        return Part("sheet")
    if kind == "row" and where.isdecimal() and int(where):
        return Part("row", row=int(where))
    if kind == "column" and (column := column_number(where)):
        return Part("column", column=column)
    if kind == "cell" and (cell := parse_cell(where)):
        return Part("cell", cell.row, cell.column)
    return node.fail(f"“{node.value}” is no place; {PART_FORMS}.")


def _labels(node: Node) -> dict[str, str]:
    for key, code in node.keys().items():
        if problem := _slashed_problem(key):
            code.fail(problem)
    return {key: code.text("a code") for key, code in node.keys().items()}


def _mark(node: Node) -> Mark:
    if isinstance(node.value, str):
        return Mark(skip=True) if node.value == "skip" else Mark(value=node.value)
    return Mark(components={id: value.text() for id, value in node.keys().items()})


def _expression(node: Node) -> str:
    text = node.text()
    if problem := _slashed_problem(text):
        node.fail(problem)
    return text


def _slashed_problem(text: str) -> str:
    pattern = pattern_of(text)
    return pattern_problem(pattern) if pattern is not None else ""


def _whole(node: Node) -> int:
    text = node.text("a whole number")
    return int(text) if text.isdecimal() and int(text) else node.fail(f"“{text}” is no number from 1 on.")


def _column(node: Node) -> int:
    text = node.text("a column")
    return column_number(text) or node.fail(f"“{text}” is no column; expected letters like “B”.")


def _choice(node: Node, options: Any) -> Any:
    allowed = get_args(options)
    return node.text() if node.text() in allowed else node.fail(f"“{node.value}”; allowed are {', '.join(allowed)}.")


# --- writing ----------------------------------------------------------------------------------------------------------


def dump_mapping(mapping: Mapping) -> str:
    """The YAML of a mapping, readable and complete."""
    document: dict[str, Plain] = {"id": mapping.id, "version": mapping.version}
    if mapping.name:
        document["name"] = dict(mapping.name)
    if mapping.workbook:
        document["workbook"] = mapping.workbook
    tables = [_plain_table(table) for table in mapping.tables]
    shared = _shared(tables)
    document.update(shared)
    if len(tables) > 1:
        document["tables"] = [_without(table, shared) for table in tables]
    return write_document(document)


def _shared(tables: list[dict[str, Plain]]) -> dict[str, Plain]:
    """What all tables say alike, key by key and, for components, marks and footnotes, member by member."""
    first, *others = tables
    shared: dict[str, Plain] = {}
    for key, value in first.items():
        if all(other.get(key) == value for other in others):
            shared[key] = value
        elif key in ("components", "marks", "footnotes") and isinstance(value, dict):
            parts = [other.get(key) for other in others]
            common = {
                name: member
                for name, member in value.items()
                if all(isinstance(part, dict) and part.get(name) == member for part in parts)
            }
            if common:
                shared[key] = common
    return shared


def _without(table: dict[str, Plain], shared: Map[str, Plain]) -> dict[str, Plain]:
    rest: dict[str, Plain] = {}
    for key, value in table.items():
        common = shared.get(key)
        if isinstance(value, dict) and isinstance(common, dict) and value != common:
            rest[key] = {name: member for name, member in value.items() if name not in common}
        elif value != common:
            rest[key] = value
    return rest


def _plain_table(table: Table) -> dict[str, Plain]:
    is_agreement = table.structure.artefact_class == "ProvisionAgreement"
    sheets = _one_or_list(table.sheets.names)
    anchor = table.anchor
    plain: dict[str, Plain] = {
        "agreement" if is_agreement else "dataflow": table.structure.short,
        "sheets": {"all_but": sheets} if table.sheets.all_but else sheets,
        "anchor": {"cell": str(anchor.cell), "text": anchor.text} if anchor else "",
        "data": str(table.data),
        "until": table.until,
        "hidden": table.hidden if table.hidden != "keep" else "",
        "skip_rows": _one_or_list([str(row) for row in table.skip_rows]),
        "skip_columns": _one_or_list([column_letters(column) for column in table.skip_columns]),
        "decimal": table.decimal if table.decimal != "." else "",
        "components": {id: _plain_source(source) for id, source in table.components.items()},
        "marks": {sign: _plain_mark(mark) for sign, mark in table.marks.items()},
        "footnotes": {sign: _plain_mark(mark) for sign, mark in table.footnotes.items()},
    }
    return {key: value for key, value in plain.items() if value}


def _plain_source(source: Source) -> Plain:
    if source.constant is not None:
        return source.constant
    plain: dict[str, Plain] = {
        "from": _one_or_list([str(part) for part in source.parts]),
        "pattern": source.pattern,
        "labels": dict(source.labels),
        "skip": _one_or_list(source.skip),
        "unknown": source.unknown if source.unknown != "keep" else "",
        "level": str(source.level) if source.level is not None else "",
        "fill": "true" if source.fill else "",
    }
    plain = {key: value for key, value in plain.items() if value}
    return plain if source.empty is None else {**plain, "empty": source.empty}


def _one_or_list(texts: Sequence[str]) -> Plain:
    return texts[0] if len(texts) == 1 else list(texts)


def _plain_mark(mark: Mark) -> Plain:
    return "skip" if mark.skip else mark.value if mark.value is not None else dict(mark.components)
