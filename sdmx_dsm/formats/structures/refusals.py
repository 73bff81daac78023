"""What conversions are: functions of an object, which ask the message that is written for what they need."""

from collections.abc import Callable
from typing import Any, Final, Protocol

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import Codelist, Maintainable, Reference


class Refusing(Protocol):
    def unsupported(self, what: str, value: Any = None) -> Unsupported:
        """The refusal of an artefact, because of what it says."""
        ...

    def leave_out(self, what: str, value: Any = None) -> None:
        """Tells that `what` is left out; raises `unsupported` where the caller does not allow it."""
        ...

    def find(self, reference: Reference) -> Maintainable | None: ...

    def extended(self, codelist: Codelist) -> Codelist: ...


Convert = Callable[[Any, Refusing], Any]

ONLY_21: Final[tuple[Column, ...]] = ("ml21", "json10")
LATER: Final[tuple[Column, ...]] = ("ml30", "ml31", "json20", "json21")
ALL: Final[tuple[Column, ...]] = (*ONLY_21, *LATER)
