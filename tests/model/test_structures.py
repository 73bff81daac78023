"""Sets of artefacts: one behind another, and without some."""

from sdmx_dsm.model import Code, Codelist, CodelistExtension, Structures

BASE = Codelist(id="CL", agency="DSM", version="1.0.0", items=(Code(id="A"),))
NEWER = Codelist(id="CL", agency="DSM", version="1.1.0", items=(Code(id="B"),))
EXTENDED = Codelist(id="CL_X", agency="DSM", extensions=(CodelistExtension(codelist=BASE.reference.at("1.0+.0")),))
ALL = Structures((BASE, NEWER, EXTENDED))


def test_the_versions_of_an_artefact_are_those_that_are_here() -> None:
    assert ALL.versions_of(BASE.reference.at("*")) == [BASE.reference, NEWER.reference]
    assert Structures().versions_of(BASE.reference) == []


def test_artefacts_that_are_left_out_are_not_there() -> None:
    left = ALL.with_artefacts((), without=(NEWER.reference,))
    assert left.find(NEWER.reference) is None
    assert left.find(BASE.reference.at("1.0+.0")) == BASE
    assert left.versions_of(BASE.reference) == [BASE.reference]
    assert list(left) == [BASE, EXTENDED]
    assert ALL.parents([NEWER.reference]) == {NEWER.reference: (EXTENDED.reference,)}
    assert ALL.with_artefacts((), without=(EXTENDED.reference,)).parents([NEWER.reference]) == {NEWER.reference: ()}


def test_what_is_put_in_the_place_of_what_is_left_out_is_there() -> None:
    other = Codelist(id="CL", agency="DSM", version="1.1.0")
    assert ALL.with_artefacts((other,), without=(NEWER.reference,)).find(NEWER.reference) == other
