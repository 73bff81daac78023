"""The schemas of all that this repository comes with can be loaded, each in all views together."""

from pathlib import Path

import pytest

from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.model import ALL_DIMENSIONS, Dataflow, DataStructure, Maintainable, ProvisionAgreement, Structures
from tests.formats.xsd.generating import WRITERS, generated, message
from tests.helpers.validity import errors_by, loaded

ROOT = Path(__file__).parents[3]
CONTENT = Structures(
    artefact
    for folder in ("structures", "registry")
    for path in sorted((ROOT / folder).rglob("*.xml"))
    if path.parent.name != "metadatasets"
    for artefact in read_ml(path)[1]
)
SUBJECTS: list[Maintainable] = [
    *CONTENT.of_class(DataStructure),
    *CONTENT.of_class(Dataflow),
    *list(CONTENT.of_class(ProvisionAgreement))[::40],
]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: str(subject.reference.short))
def test_an_empty_data_set_is_valid_in_every_view(subject: Maintainable, version: str, tmp_path: Path) -> None:
    schema = CONTENT.schema(subject.reference)
    views = (*schema.key_ids, ALL_DIMENSIONS)
    paths = [tmp_path / f"{view}.xsd" for view in views]
    for view, path in zip(views, paths, strict=True):
        path.write_bytes(generated(version, schema, dimension_at_observation=view))
    copies = tmp_path / "copies"
    copies.mkdir()
    rules = loaded(version, copies, paths)
    empty = {view: message(version, schema, ">", view) for view in views}
    assert {view: found for view in views if (found := errors_by(rules, empty[view]))} == {}
