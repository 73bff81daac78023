"""Who asks, and what has been released."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Every read is made for somebody. `agreements` are the short references of the provision agreements whose restricted
    data this viewer may read; a hub administrator may submit for all. `maintains`: the agencies whose artefacts this viewer
    may change, exactly these (a sub-agency is another); a hub administrator may change those of all."""

    name: str = ""
    is_administrator: bool = False
    agreements: frozenset[str] = frozenset()
    maintains: frozenset[str] = frozenset()

    @property
    def is_anonymous(self) -> bool:
        return not self.name


PUBLIC: Final = Viewer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One publication, hub-wide: `number` grows by one, `time` (UTC, milliseconds) never runs against it."""

    number: int
    time: datetime
    submission: str = ""
    note: str = ""
