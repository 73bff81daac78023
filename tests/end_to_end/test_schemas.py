"""The schema that the service gives for a dataflow lets through the data that it gives, in each view, and nothing else."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from starlette.testclient import TestClient

from tests.helpers.validity import errors_by, loaded

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)  # the database makes no difference

VND = "application/vnd.sdmx."
FLOWS = ("FOREIGN_POP", "ENTRIES", "EXITS", "WORK_PERMITS", "ASYLUM_APPLICATIONS", "RSD_DECISIONS")
# version of SDMX-ML -> media types of data and schema
VERSIONS = {
    "2.1": (f"{VND}structurespecificdata+xml;version=2.1", f"{VND}schema+xml;version=2.1"),
    "3.0": (f"{VND}data+xml;version=3.0.0", f"{VND}schema+xml;version=3.0.0"),
    "3.1": (f"{VND}data+xml;version=3.1.0", f"{VND}schema+xml;version=3.1.0"),
}


def views(client: TestClient, flow: str) -> list[str]:
    """Every dimension of a dataflow, and all together."""
    accept = {"Accept": f"{VND}structure+json;version=2.0.0"}
    message = client.get(f"/sdmx/v2/schema/dataflow/DSM/{flow}/~", headers=accept).json()
    dimensions = message["data"]["dataStructures"][0]["dataStructureComponents"]["dimensionList"]
    return [*(dimension["id"] for dimension in dimensions["dimensions"]), "TIME_PERIOD", "AllDimensions"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("flow", FLOWS)
def test_data_are_valid_in_every_view(client: TestClient, tmp_path: Path, flow: str, version: str) -> None:
    of_data, of_schema = VERSIONS[version]
    paths, messages = [], {}
    for view in views(client, flow):
        parameters = {"dimensionAtObservation": view}
        xsd = client.get(f"/sdmx/v2/schema/dataflow/DSM/{flow}/~", params=parameters, headers={"Accept": of_schema})
        data = client.get(
            f"/sdmx/v2/data/dataflow/DSM/{flow}/~",
            params={**parameters, "lastNObservations": 2},
            headers={"Accept": of_data},
        )
        assert (xsd.status_code, data.status_code) == (200, 200)
        paths.append(tmp_path / f"{view}.xsd")
        paths[-1].write_bytes(xsd.content)
        messages[view] = data.content
    copies = tmp_path / "copies"
    copies.mkdir()
    rules = loaded(version, copies, paths)
    assert {view: found[:3] for view, message in messages.items() if (found := errors_by(rules, message))} == {}
    wrong = messages["TIME_PERIOD"].replace(b'REF_AREA="', b'REF_AREA="?')
    assert "REF_AREA" in errors_by(rules, wrong)[0]


@pytest.mark.parametrize("flow", FLOWS)
def test_json_is_valid_in_every_view(client: TestClient, flow: str) -> None:
    for view in views(client, flow):
        schema, message = (
            client.get(
                f"/sdmx/v2/{resource}/dataflow/DSM/{flow}/1.0.0",
                params={"dimensionAtObservation": view},
                headers={"Accept": f"{VND}{resource}+json;version=2.0.0"},
            )
            for resource in ("schema", "data")
        )
        assert schema.headers["content-type"] == f"{VND}schema+json;version=2.0.0"
        rules = jsonschema_rs.Draft7Validator(schema.json())
        assert [error.message[:200] for error in rules.iter_errors(message.json())] == []
        wrong = message.text.replace('{"id":"REF_AREA"', '{"id":"AREA"')
        assert not rules.is_valid(json.loads(wrong))
