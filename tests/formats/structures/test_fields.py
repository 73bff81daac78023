"""Nothing of the model can be left out in silence: each field has a row, and each row says for each syntax what becomes of it."""

from dataclasses import fields

import pytest

from sdmx_dsm.formats.structures.declarations import DECLARATIONS, Declaration
from sdmx_dsm.model import AvailabilityConstraint

# An answer that has a region alone: all else that a constraint may have is refused.
DECLARED = [declaration for declaration in DECLARATIONS if declaration.cls is not AvailabilityConstraint]


@pytest.mark.parametrize("declaration", DECLARED, ids=lambda declaration: declaration.cls.__name__)
def test_each_field_has_a_row(declaration: Declaration):
    declared = {name for row in declaration.fields for name in row.names}
    assert {each.name for each in fields(declaration.cls)} - declared == set()
