"""What another service refers to is asked for, within bounds."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from sdmx_dsm.errors import TooLarge
from sdmx_dsm.model import Agency, AgencyScheme, Codelist, CodelistExtension, Maintainable, Reference, Structures
from sdmx_dsm.service import Hub, pulling
from sdmx_dsm.service.maintenance import submit

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


def test_agencies_that_the_hub_does_not_know_come_along(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the service has them, else by their ids alone."""
    codelist = Codelist(id="CL", agency="ONU.CEPAL", version="1.0", names={"es": "Lista"})
    theirs = AgencyScheme(id="AGENCIES", agency="SDMX", items=(Agency(id="ONU", names={"es": "Naciones Unidas"}),))

    def ask(hub: Hub, service: object, resource: str, wanted: Reference, references: str) -> tuple[Maintainable, ...]:
        return {"codelist": (codelist,), "agencyscheme": (theirs,)}[resource]

    monkeypatch.setattr(pulling, "_ask", ask)
    service = pulling.Service("X", "2", None)
    found = pulling.pull_structures(hub, service, "codelist", codelist.reference)
    assert {result.status for result in submit(hub, found, user="A")} == {"Success"}
    top = hub.structures.resolve(theirs.reference, AgencyScheme)
    below = hub.structures.resolve(Reference("AgencyScheme", "ONU", "AGENCIES", "1.0"), AgencyScheme)
    assert [agency.names["es"] for agency in top.items if agency.id == "ONU"] == ["Naciones Unidas"]
    assert {"SDMX", "DSM"} < {agency.id for agency in top.items}
    assert [(agency.id, agency.names) for agency in below.items] == [("CEPAL", {"en": "CEPAL"})]
    assert pulling.pull_structures(hub, service, "codelist", codelist.reference) == (codelist,)
