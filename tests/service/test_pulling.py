"""What another service refers to is asked for, within bounds."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sdmx_dsm.errors import TooLarge
from sdmx_dsm.model import Codelist, CodelistExtension, Maintainable, Reference, Structures
from sdmx_dsm.service import Hub, pulling

FIRST = Reference("Codelist", "X", "A", "1.0")


def pulled(monkeypatch: pytest.MonkeyPatch, extensions: int, most_depth: int) -> tuple[Maintainable, ...]:
    """From a service whose codelists extend as many others each, which have to be asked for one by one."""

    def ask(hub: Hub, service: object, resource: str, wanted: Reference, references: str) -> tuple[Maintainable, ...]:
        deeper = range(extensions if wanted.id.count("_") < most_depth else 0)
        others = (Reference("Codelist", "X", f"{wanted.id}_{number}", "1.0") for number in deeper)
        extended = tuple(CodelistExtension(codelist=other) for other in others)
        return (Codelist(id=wanted.id, agency="X", version="1.0", extensions=extended),)

    monkeypatch.setattr(pulling, "_ask", ask)
    hub: Any = SimpleNamespace(structures=Structures())
    return pulling.pull_structures(cast("Hub", hub), pulling.Service("X", "2", None), "codelist", FIRST)


def test_what_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(pulled(monkeypatch, 900, 1)) == 901


def test_references_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TooLarge, match="X refers to more than 1000 artefacts that it does not send along"):
        pulled(monkeypatch, 40, 1000)
