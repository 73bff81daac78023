"""Every class of the standard comes back as it was from every syntax that has it."""

import pytest

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import Maintainable
from sdmx_dsm.model.parts import stub
from tests.formats.structures.checks import SYNTAXES, read, schema_errors, written
from tests.formats.structures.examples import EXAMPLES

SAID = [(syntax, artefact) for artefact, syntaxes in EXAMPLES for syntax in syntaxes]
UNSAID = [(syntax, artefact) for artefact, syntaxes in EXAMPLES for syntax in SYNTAXES if syntax not in syntaxes]


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
