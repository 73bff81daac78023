"""Mapping documents are read strictly, and what is wrong is said with its place and what is allowed."""

from pathlib import Path

import pytest

from sdmx_dsm.errors import ReadError
from sdmx_dsm.excel import dump_mapping, load_mapping
from sdmx_dsm.excel.addresses import Area, Cell, parse_area

GOOD = """\
id: test
agreement: DSM:X(1.0.0)
sheets: S
anchor: {cell: B2, text: Country}
data: C3
components:
  FREQ: A
  AREA: {from: column B}
"""


def test_a_table_may_stand_at_the_top() -> None:
    mapping = load_mapping(GOOD)
    assert (mapping.id, mapping.version, mapping.agreements) == ("test", "1.0.0", ("DSM:X(1.0.0)",))
    assert mapping.tables[0].components["FREQ"].constant == "A"


def test_tables_share_what_stands_beside_them() -> None:
    mapping = load_mapping(
        GOOD
        + "marks: {'-': 0}\ntables:\n- components: {SEX: M}\n- {dataflow: 'DSM:Y(1.0.0)', sheets: T, marks: {x: skip}}\n"
    )
    first, second = mapping.tables
    assert (list(first.components), list(second.components)) == (["FREQ", "AREA", "SEX"], ["FREQ", "AREA"])
    assert (list(first.marks), list(second.marks)) == (["-"], ["-", "x"])
    assert mapping.agreements == ("DSM:X(1.0.0)", "DSM:Y(1.0.0)")
    assert second.structure.artefact_class == "Dataflow"


def test_all_values_are_texts() -> None:
    components = (
        load_mapping(GOOD.replace("FREQ: A", "AREA2: NO\n  MULT: 1e3\n  DAY: 2020-01-01\n  NIL: ~"))
        .tables[0]
        .components
    )
    assert [components[id].constant for id in ("AREA2", "MULT", "DAY", "NIL")] == ["NO", "1e3", "2020-01-01", "~"]


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("sheets: S\n", "", "Mapping, in line 1: the key “sheets” is missing."),
        ("agreement: DSM:X(1.0.0)\n", "", "Mapping, in line 1: the key “agreement or dataflow” is missing."),
        ("sheets: S", "sheet: S", "Mapping, “sheet” in line 3: there is no key “sheet”; allowed are id, version, name, workbook, "
         "tables, agreement, dataflow, sheets, anchor, data, until, components, marks, footnotes, decimal, hidden, skip_rows, "
         "skip_columns."),
        ("column B", "column B, label: {a: b}", "Mapping, “components.AREA.label” in line 8: there is no key “label”; allowed are "
         "from, pattern, labels, skip, unknown, level, empty, fill."),
        ("column B", "col B", "Mapping, “components.AREA.from” in line 8: “col B” is no place; expected “row 7”, “column B”, "
         "“cell A2” or “sheet”."),
        ("column B", "[column B, row 0]", "Mapping, “components.AREA.from[1]” in line 8: “row 0” is no place; expected “row 7”, "
         "“column B”, “cell A2” or “sheet”."),
        ("data: C3", "data: 3C", "Mapping, “data” in line 5: expected an area like “C10:Q40”, “C10:Q” (as far down as the sheet "
         "goes) or “C10” (in both directions)."),
        ("cell: B2", "cell: row 2", "Mapping, “anchor.cell” in line 4: expected a cell like “B7”."),
        (", text: Country", "", "Mapping, “anchor” in line 4: the key “text” is missing."),
        ("data: C3", "data: C3\ndecimal: ;", "Mapping, “decimal” in line 6: “;”; allowed are ., ,."),
        ("data: C3", "data: C3\nhidden: no", "Mapping, “hidden” in line 6: “no”; allowed are keep, skip."),
        ("data: C3", "data: C3\nskip_rows: [2, x]", "Mapping, “skip_rows[1]” in line 6: “x” is no number from 1 on."),
        ("data: C3", "data: C3\nuntil: /(/", "Mapping, “until” in line 6: “(” is not a pattern of Rust's regex: unclosed group."),
        ("column B", "column B, labels: {'/(?=a)/': b}", "Mapping, “components.AREA.labels./(?=a)/” in line 8: “(?=a)” is not a pattern "
         "of Rust's regex: look-around, including look-ahead and look-behind, is not supported."),
        ("column B", "column B, unknown: drop", "Mapping, “components.AREA.unknown” in line 8: “drop”; allowed are keep, skip."),
        ("FREQ: A", "FREQ: [A]", "Mapping, “components.FREQ” in line 7: expected keys with values (from, pattern, labels, skip, "
         "unknown, level, empty, fill), not a list."),
        ("DSM:X(1.0.0)", "X", "Mapping, “agreement” in line 2: “X” is not of the form AGENCY:ID(VERSION), nor a URN."),
        ("sheets: S", "sheets: S\ndataflow: DSM:Y(1.0.0)", "Mapping, “dataflow” in line 4: give the agreement or the dataflow, not "
         "both."),
        ("id: test", "id: test\ntables: []", "Mapping, “tables” in line 2: expected a list of tables."),
        ("FREQ: A", "FREQ: A\n  FREQ: Q", "Mapping, “components.FREQ” in line 8: the key “FREQ” stands twice."),
        ("FREQ: A", "FREQ: &a A\n  X: *a", "Mapping, “components.FREQ” in line 7: anchors (&) and aliases (*) are not used here; write "
         "the value again, or in quotes."),
        ("FREQ: A", "FREQ: *a", "Mapping, “components.FREQ” in line 7: anchors (&) and aliases (*) are not used here; write the value "
         "again, or in quotes."),
        ("FREQ: A", "FREQ: !!python/object/apply:os.system [ls]", "Mapping, “components.FREQ” in line 7: tags (!) are not used here; "
         "write a text that begins with ! in quotes."),
        ("id: test", "id: [test", "Mapping, line 2: this is not YAML: while parsing a flow sequence expected ',' or ']', but got ':'."),
        ("  AREA: {from: column B}\n", "---\nid: other\n", "Mapping, in line 9: a second document begins; there may be one."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(ReadError) as caught:
        load_mapping(GOOD.replace(old, new, 1))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "The mapping is empty."),
        ("just text", "Mapping, in line 1: expected keys with values"),
        ("[" * 5000, "Mapping, “[0]"),
        ("a: " * 200_000, "The mapping has more than 500000 characters."),
    ],
)
def test_hostile_documents_are_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        load_mapping(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("path", sorted(Path("registry/mappings").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_mapping_written_and_read_again_is_equal(path: Path) -> None:
    mapping = load_mapping(path.read_text("utf-8"))
    assert load_mapping(dump_mapping(mapping)) == mapping
    assert mapping.id == path.stem


def test_everything_that_can_be_said_survives_writing() -> None:
    mapping = load_mapping("""
        id: all
        version: 2.1.0
        name: {en: All, ru: Всё}
        workbook: all.xlsx
        dataflow: DSM:X(1.0.0)
        sheets: {all_but: [Notes, /x/]}
        anchor: {cell: B2, text: /a/}
        data: C3:D9
        until: end
        hidden: skip
        skip_rows: [4, 5]
        skip_columns: [D, AA]
        decimal: ','
        marks: {'-': 0, x: skip, '..': {OBS_STATUS: O}}
        footnotes: {'*': {OBS_STATUS: P, COMMENT_OBS: '{footnote}'}}
        components:
          A: 'NO'
          B: {from: [row 1, column AB, cell C2, sheet], pattern: '(x)', labels: {/y/: $1}, skip: [z, /w/], unknown: skip}
          C: {from: column A, level: 2, empty: '', fill: true}
    """)
    assert load_mapping(dump_mapping(mapping)) == mapping


@pytest.mark.parametrize(
    "text, area",
    [
        ("C10:Q40", Area(Cell(10, 3), 40, 17)), ("c10:q", Area(Cell(10, 3), None, 17)), ("AA1", Area(Cell(1, 27))),
        ("C10:B12", None), ("C10:D9", None), ("C0", None), ("XFE1", None), ("C", None), ("", None), ("C1:", None), ("A1:B2:C3", None),
    ],
)  # fmt: skip
def test_areas_are_read_in_a1_notation(text: str, area: Area | None) -> None:
    assert parse_area(text) == area


def test_a_document_is_utf8_with_or_without_a_mark() -> None:
    text = "id: x\nname: Привет\n"
    for wrong in (text.encode("cp1251"), text.encode("utf-16")):
        with pytest.raises(ReadError, match=r"Mapping, line [12]: this is not UTF-8; save the document as UTF-8\."):
            load_mapping(wrong)
    refusals = []
    for right in (text.encode(), b"\xef\xbb\xbf" + text.encode()):
        with pytest.raises(ReadError) as caught:
            load_mapping(right)
        refusals.append(str(caught.value))
    assert refusals[0] == refusals[1]
    assert "UTF-8" not in refusals[0]
