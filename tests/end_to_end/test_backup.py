"""A hub is its backup: restored into the other kind of database it answers byte for byte as before."""

from pathlib import Path

from starlette.testclient import TestClient

from sdmx_dsm.service import Hub
from sdmx_dsm.service.archive import backup, restore
from sdmx_dsm.service.demo import Loaded
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.conftest import Databases

FLOWS = "FOREIGN_POP WORK_PERMITS ENTRIES EXITS ASYLUM_APPLICATIONS RSD_DECISIONS".split()
DATA_TYPES = [
    "application/vnd.sdmx.data+csv;version=2.0.0",
    "application/vnd.sdmx.data+xml;version=3.0.0",
    "application/vnd.sdmx.data+json;version=2.0.0",
]


def test_the_other_database_answers_alike(
    client: TestClient, settings: Settings, kind: str, loaded: dict[str, Loaded], databases: Databases, tmp_path: Path
) -> None:
    other = "postgresql" if kind == "sqlite" else "sqlite"
    hub = Hub.open(settings)
    backup(hub, tmp_path / "hub.zip")
    hub.close()
    with databases.new(other, migrated=False) as url:
        restored = Settings(data_dir=str(tmp_path / "restored"), database_url=url)
        restore(restored, tmp_path / "hub.zip")
        with TestClient(create_app(restored), base_url=f"http://127.0.0.1:{restored.port}") as there:
            for address in addresses():
                for media_type in DATA_TYPES:
                    here, copy = (one.get(address, headers={"Accept": media_type}) for one in (client, there))
                    assert here.status_code == 200
                    assert (copy.content, copy.headers["etag"]) == (here.content, here.headers["etag"]), address
            here, copy = (one.get("/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0") for one in (client, there))
            assert cube_region(copy.text) == cube_region(here.text)
            token = (settings.data_path / "demo-token").read_text("ascii").strip()
            for one in loaded.values():
                address = f"/api/v1/submissions/{one.submission.id}/report.csv"
                here, copy = (one.get(address, headers={"Authorization": f"Bearer {token}"}) for one in (client, there))
                assert (copy.status_code, copy.content) == (200, here.content)


def addresses() -> list[str]:
    data = "/sdmx/v2/data/dataflow/DSM"
    flows = [f"{data}/{flow}/1.0.0" for flow in FLOWS]
    return [
        *flows,
        f"{data}/FOREIGN_POP/1.0.0/A.MD?lastNObservations=1",
        f"{data}/FOREIGN_POP/1.0.0?updatedAfter=2020-01-01",
    ]


def cube_region(text: str) -> str:
    """Without the header, which says when it was prepared."""
    _, found, rest = text.partition("CubeRegion")
    assert found
    return rest
