"""What was found in data: findings with their place, and the report that collects them.

A `Finding` carries facts; its sentence in a language is made by `sdmx_dsm.validation.catalogue` from the code and the
arguments. A `Report` keeps counts of everything and the first `KEPT_PER_CODE` findings of each code; all the rest is
spooled by the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["error", "warning", "information"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "information")
KEPT_PER_CODE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the source. Lines and columns count from 1; `cell` is in A1 notation. None: not known, or not of this kind."""

    line: int | None = None
    column: int | None = None
    sheet: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        if self.sheet is not None:
            return f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        if self.line is None:
            return ""
        return f"{self.line}:{self.column}" if self.column is not None else str(self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`code` is one of the catalogue's; `component` and `value` are "" where the finding is about no single one;
    `arguments` are what its sentence names (already text)."""

    code: str
    severity: Severity
    component: str = ""
    value: str = ""
    place: Place = field(default_factory=Place)
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of reading and checking one submission.

    `counts`: findings by code. `findings`: the first of each code, in the order found. `observations` were read,
    `accepted` of them are good; `series` are distinct keys. `deleted`: observations that were there and that the release took
    away; how many a pattern stands for is known only then."""

    observations: int = 0
    accepted: int = 0
    deleted: int = 0
    series: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def errors(self) -> int:
        return self.severities.get("error", 0)
