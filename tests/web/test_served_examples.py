"""What was put into the registry comes out of the service as it was: each class, in each syntax that can say it, from both kinds
of database."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.model import Categorisation, Maintainable
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.conftest import Databases
from tests.formats.structures.checks import read, schema_errors
from tests.formats.structures.examples import EXAMPLES
from tests.formats.structures.test_samples import CONTENT

MEDIA = {
    "ml21": "structure+xml;version=2.1",
    "ml30": "structure+xml;version=3.0.0",
    "ml31": "structure+xml;version=3.1.0",
    "json10": "structure+json;version=1.0.0",
    "json20": "structure+json;version=2.0.0",
    "json21": "structure+json;version=2.1.0",
}
LATER = ("ml30", "ml31", "json20", "json21")
# The examples with ids of their own, so that all of them are in one registry; and of each class of the content the first.
FIRST = {type(artefact): artefact for path in reversed(CONTENT) for artefact in read_ml(path)[1]}
PUT = [
    *((replace(artefact, id=f"X{number}"), syntaxes) for number, (artefact, syntaxes) in enumerate(EXAMPLES)),
    *((artefact, LATER) for cls, artefact in FIRST.items() if cls is not Categorisation),
    (FIRST[Categorisation], ("ml30", "json20", "json21")),  # which in SDMX-ML 3.1 has no version
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def client(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    with databases.new(request.param) as url:
        folder = str(tmp_path_factory.mktemp("data"))
        settings = Settings(data_dir=folder, database_url=url, base_url="http://testserver")
        hub = Hub.open(settings)
        hub.store.revise([artefact for artefact, _ in PUT], user="test")  # what they refer to need not be there
        hub.close()
        with TestClient(create_app(settings)) as client:
            yield client


@pytest.mark.parametrize("syntax", MEDIA)
def test_each_class_comes_back_as_it_was_put(client: TestClient, syntax: str, tmp_path: Path) -> None:
    said = [artefact for artefact, syntaxes in PUT if syntax in syntaxes]
    assert said
    for artefact in said:
        assert served(client, artefact, syntax, tmp_path) == (artefact,)


def served(client: TestClient, artefact: Maintainable, syntax: str, folder: Path) -> tuple[Maintainable, ...]:
    answer = client.get(
        f"/sdmx/v2/structure/*/{artefact.agency}/{artefact.id}/{artefact.version}?detail=raw",
        headers={"Accept": f"application/vnd.sdmx.{MEDIA[syntax]}"},
    )
    assert answer.status_code == 200, (artefact.reference, answer.text)
    assert schema_errors(syntax, answer.content) == []
    return tuple(each for each in read(syntax, answer.content, folder)[1] if type(each) is type(artefact))
