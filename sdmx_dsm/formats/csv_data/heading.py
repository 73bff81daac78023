"""The heading of an SDMX-CSV file: which version it is, its separator, and what each column holds.

    DATAFLOW,FREQ,…                                1.0: the separator is the character behind the first term
    STRUCTURE,STRUCTURE_ID,ACTION,FREQ,…           2.0 and 2.1
    STRUCTURE[;],STRUCTURE_ID,…,TITLE[en;fr],METHOD[]    with the separator of sub-fields
    FREQ,REF_AREA,…                                plain CSV: only where the caller says what data structure it is

Rules: the SDMX-CSV field guide, columns and column headers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.csv_data.records import split_record

SEPARATORS: Final = (",", ";", "\t", "|")
FIRST_TERM: Final = re.compile(r'(DATAFLOW|STRUCTURE)(?:\[([^]"])\])?(?![A-Za-z0-9_])')
MAX_COLUMNS: Final = 2000
EXCEL_SEPARATOR: Final = re.compile(rb'"?sep=.?"?', re.IGNORECASE)
COLUMN: Final = re.compile(r"(?P<id>[^:\[]+)(?:\[(?P<brackets>[^]]*)\])?(?:: (?P<name>.*))?", re.DOTALL)
FIXED: Final = frozenset({"STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`brackets`: what stands in `ID[…]`, None where there are none."""

    position: int
    id: str
    brackets: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """`cells` as written; `fixed`: positions of the columns that are no components. `sub_separator`: between several values
    in a cell. `both`: cells are `A: Name`."""

    kind: Literal["1.0", "2.x", "plain"]
    separator: str
    cells: tuple[str, ...]
    fixed: Mapping[str, int]
    sub_separator: str
    both: bool
    line: int

    @property
    def width(self) -> int:
        return len(self.cells)

    @property
    def unnamed(self) -> tuple[int, ...]:
        return tuple(position for position, cell in enumerate(self.cells) if not cell)

    def columns(self, known: Collection[str]) -> tuple[Column, ...]:
        """The columns that hold components of a data structure with the ids `known`, and those that hold none we know.

        With labels=name a column of names follows each component: those are left out. Raises ReadError for an id twice."""
        columns: dict[str, Column] = {}
        named = "STRUCTURE_NAME" in self.fixed
        name_of = -1
        for position, cell in enumerate(self.cells):
            if not cell or position in self.fixed.values():
                continue
            match = COLUMN.fullmatch(cell)
            # A custom column may be called anything; a colon has a meaning in batches.
            id, brackets = (match["id"], match["brackets"]) if match else (cell.replace(":", "_"), None)
            if named and name_of == position and id not in known:
                continue
            if id in columns:
                raise _twice(id, self.line, position)
            columns[id] = Column(position=position, id=id, brackets=brackets)
            name_of = position + 1 if id in known else -1
        return tuple(columns.values())


def parse_heading(record: str, known: Collection[str] = (), line: int = 1) -> Heading:
    """`record`: the first of the file, on `line`. `known`: the component ids of the structure that the caller named, if any.

    Raises ReadError when it is no heading, or its separator can't be told."""
    first = record[1:].partition('"')[0] if record.startswith('"') else record
    term = FIRST_TERM.match(first)
    if term is None:
        separator = _best_separator(record, known, line)
        cells = split_record(record, separator)
        fixed: dict[str, int] = {}
    else:
        # The brackets of STRUCTURE[;] may hold the separator itself.
        behind = record[term.end() + (2 if record.startswith('"') else 0) :]
        if behind[:1] not in SEPARATORS:
            raise ReadError(
                f"The separator can't be told: behind {term.group()} the heading has “{behind[:1]}”. Expected a comma, a "
                "semicolon, a tab or |. Save the file as “CSV UTF-8” and send it again.",
                ru=f"Не удалось определить разделитель: после {term.group()} в заголовке стоит «{behind[:1]}». Ожидается "
                "запятая, точка с запятой, табуляция или |. Сохраните файл как «CSV UTF-8» и отправьте ещё раз.",
                line=line,
                column=term.end() + 1,
            )
        separator = behind[:1]
        cells = [term.group(), *split_record(behind[1:], separator)]
        fixed = {term.group(1): 0}
    cells = [cell.strip() for cell in cells]
    if len(cells) > MAX_COLUMNS:
        raise ReadError(
            f"The heading has {len(cells)} columns; at most {MAX_COLUMNS} are read.",
            ru=f"В заголовке столбцов: {len(cells)}; читается не более {MAX_COLUMNS}.",
            line=line,
        )
    if "STRUCTURE" in fixed:
        if cells[1] != "STRUCTURE_ID":
            raise ReadError(
                f"The second column must be STRUCTURE_ID, not “{cells[1]}”.",
                ru=f"Вторым столбцом должен быть STRUCTURE_ID, а не «{cells[1]}».",
                line=line,
                column=2,
            )
        for position, cell in enumerate(cells):
            if cell in FIXED and fixed.setdefault(cell, position) != position:
                raise _twice(cell, line, position)
    return Heading(
        kind="plain" if not term else "1.0" if "DATAFLOW" in fixed else "2.x",
        separator=separator,
        cells=tuple(cells),
        fixed=fixed,
        sub_separator=(term.group(2) if term else None) or ";",
        both=any(": " in cell for cell in cells),
        line=line,
    )


def _twice(id: str, line: int, position: int) -> ReadError:
    return ReadError(
        f"The heading has the column {id} twice.",
        ru=f"В заголовке дважды стоит столбец {id}.",
        line=line,
        column=position + 1,
        component=id,
    )


def _best_separator(record: str, known: Collection[str], line: int) -> str:
    """The separator that makes most cells of a plain heading component ids."""
    counts = {
        separator: sum(cell.strip().partition(":")[0] in known for cell in split_record(record, separator))
        for separator in SEPARATORS
    }
    best = max(SEPARATORS, key=counts.__getitem__)
    if counts[best] < 2:
        first = re.split(r"[,;\t|]", record, maxsplit=1)[0].strip('"')[:40]
        raise ReadError(
            f"This is no SDMX-CSV: the first column is “{first}”, expected DATAFLOW (SDMX-CSV 1.0) or STRUCTURE (2.0). A table "
            "whose heading has the ids of the components is read where the dataflow is named beside it.",
            ru=f"Это не SDMX-CSV: первый столбец — «{first}», ожидается DATAFLOW (SDMX-CSV 1.0) или STRUCTURE (2.0). Таблица, "
            "в заголовке которой стоят идентификаторы компонентов, читается, если при отправке указан поток данных.",
            line=line,
            column=1,
        )
    return best
