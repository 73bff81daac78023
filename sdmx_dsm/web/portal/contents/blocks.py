"""What pages of artefacts are made of: sections of facts, tables, trees of steps, and sentences. The template shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from markupsafe import Markup

PAGE_ROWS: Final = 1000

Cell = Markup | str


@dataclass(frozen=True, slots=True)
class Facts:
    kind: ClassVar[str] = "facts"
    rows: Sequence[tuple[Cell, Cell]]


@dataclass(frozen=True, slots=True)
class Row:
    """The first cell heads the row, the `level` indents the second. `anchor`: what addresses of the row end in, if any."""

    cells: Sequence[Cell]
    level: int = 0
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`languages`: of the columns, "" for that of the page. `window`: where the rows stand in a table too long for one page."""

    kind: ClassVar[str] = "table"
    heads: Sequence[Cell]
    rows: Sequence[Row]
    languages: Sequence[str] = ()
    window: "Window | None" = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a list, which may hold others. `program`: a text in a language for machines, under its word."""

    title: Cell
    lead: Cell = ""
    facts: Sequence[tuple[Cell, Cell]] = ()
    program: Sequence[tuple[str, str]] = ()
    steps: "Sequence[Step]" = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """Numbered where the order matters."""

    kind: ClassVar[str] = "steps"
    steps: Sequence[Step]
    is_ordered: bool = False
    window: "Window | None" = None


@dataclass(frozen=True, slots=True)
class Sentences:
    """A sentence, and what is listed under it."""

    kind: ClassVar[str] = "sentences"
    lead: Cell
    points: Sequence[Cell] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """A page of a long list, counted from 1."""

    total: int
    page: int
    size: int = PAGE_ROWS

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        return (self.page - 1) * self.size

    @property
    def end(self) -> int:
        return min(self.total, self.page * self.size)

    @classmethod
    def of(cls, total: int, page: int, size: int = PAGE_ROWS) -> "Window":
        """The page asked for, or the nearest that there is."""
        return cls(total, max(1, min(page, cls(total, 1, size).pages)), size)


Block = Facts | Table | Steps | Sentences


@dataclass(frozen=True, slots=True)
class Section:
    """`id` is unique on the page."""

    id: str
    title: Cell
    blocks: Sequence[Block]
