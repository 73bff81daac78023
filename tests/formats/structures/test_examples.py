"""Every class of the standard comes back as it was from every syntax that has it."""

import pytest

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import (
    CodelistHierarchy,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    IncludedCodelist,
    Maintainable,
)
from sdmx_dsm.model.parts import stub
from tests.formats.structures.checks import SYNTAXES, read, schema_errors, written
from tests.formats.structures.examples import CODELIST, EXAMPLES, HIERARCHY, NAMES, code

SAID = [(syntax, artefact) for artefact, syntaxes in EXAMPLES for syntax in syntaxes]
HELD = {(syntax, type(artefact)) for syntax, artefact in SAID}
UNSAID = [
    (syntax, artefact)
    for artefact, _ in EXAMPLES
    for syntax in SYNTAXES
    if (syntax, type(artefact)) not in HELD and not isinstance(artefact, Hierarchy | HierarchicalCodelist)
]


def name(value: object) -> str | None:
    return type(value).__name__ if isinstance(value, Maintainable) else None


@pytest.mark.parametrize("syntax, artefact", SAID, ids=name)
def test_artefact_is_valid_and_comes_back(syntax, artefact, tmp_path):
    message = written(syntax, artefact)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (artefact,)


@pytest.mark.parametrize("syntax, artefact", UNSAID, ids=name)
def test_class_that_a_syntax_does_not_have_is_named(syntax, artefact):
    with pytest.raises(Unsupported) as caught:
        written(syntax, artefact)
    assert str(caught.value).endswith(f" has no {type(artefact).__name__}.")


@pytest.mark.parametrize("syntax, artefact", SAID, ids=name)
def test_stub_is_valid_and_comes_back(syntax, artefact, tmp_path):
    left = stub(artefact, complete=True)
    message = written(syntax, left)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (left,)


def test_hierarchy_is_a_hierarchical_codelist_in_21_and_back(tmp_path):
    message = written("ml21", HIERARCHY)
    assert schema_errors("ml21", message) == []
    (codelist,) = read("ml21", message, tmp_path)[1]
    (inner,) = codelist.hierarchies
    assert (codelist.id, inner.id, inner.is_leveled, inner.level) == ("H", "H", True, HIERARCHY.level)
    assert inner.items == HIERARCHY.items
    message = written("ml30", codelist)
    assert schema_errors("ml30", message) == []
    assert read("ml30", message, tmp_path)[1] == (HIERARCHY,)


def test_hierarchies_of_a_codelist_of_21_name_their_codes_in_full(tmp_path):
    alias = HierarchicalCode(id="UZ", codelist_alias="AREAS", code_id="UZ", version="1.0")
    hierarchies = tuple(CodelistHierarchy(id=id, names=NAMES, items=(alias,)) for id in ("A", "B"))
    codelist = HierarchicalCodelist(
        id="HCL",
        agency="DSM",
        names=NAMES,
        included_codelists=(IncludedCodelist(codelist=CODELIST, alias="AREAS"),),
        hierarchies=hierarchies,
    )
    found = read("ml30", written("ml30", codelist), tmp_path)[1]
    assert [(each.id, each.items) for each in found] == [("HCL_A", (code("UZ"),)), ("HCL_B", (code("UZ"),))]
