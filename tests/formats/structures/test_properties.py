"""Whatever an artefact says of what a syntax knows comes back as it was, and what is written is valid."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.formats.structures.declarations import CONTAINERS
from sdmx_dsm.model import Maintainable, parse_version
from tests.formats.structures.checks import SYNTAXES, read, schema_errors, written
from tests.formats.structures.strategies import ARTEFACTS, ONLY_21, fields_of

SAID = [
    (syntax, cls)
    for cls in ARTEFACTS
    for syntax in SYNTAXES
    if cls in {held for _, held in CONTAINERS[syntax]}  # type: ignore[index]
]


def finality(syntax: str, artefact: Maintainable) -> bool | None:
    """A stable version is final in 2.1, which says so; schemes of organisations whose version is fixed never are."""
    if syntax not in ONLY_21 or artefact.is_final is not None:
        return artefact.is_final
    return parse_version(artefact.version).is_stable or None


@pytest.mark.parametrize("syntax, cls", SAID, ids=lambda value: getattr(value, "__name__", value))
@given(data=st.data())
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_artefact_comes_back(syntax, cls, data):
    artefact = data.draw(ARTEFACTS[cls](syntax))
    message = written(syntax, artefact)
    assert schema_errors(syntax, message) == []
    with TemporaryDirectory() as folder:
        (again,) = read(syntax, message, Path(folder))[1]
    assert fields_of(again) == fields_of(artefact) | {"is_final": finality(syntax, artefact)}
