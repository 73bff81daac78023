"""The vectors of keys and of availability, and what any kind of query answers to browsers, over HTTP and under both settings.

Versions, periods and references have theirs where they are worked out; so has the negotiation of formats."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Dimension,
    Maintainable,
    Measure,
    ProvisionAgreement,
    Reference,
    Representation,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Part
from sdmx_dsm.web import create_app

KEYS = {"RATES": "FREQ CURRENCY DENOM TYPE SUFFIX".split(), "LABOUR": "AREA STATUS SEX".split()}
SERIES = {
    "RATES": "A.USD.EUR.SP00.A A.JPY.EUR.SP00.A M.USD.EUR.SP00.A M.JPY.EUR.SP00.A M.CHF.EUR.SP00.A M.USD.EUR.EN00.E".split(),
    "LABOUR": "UK.EMP.M FR.EMP.M FR.UEMP.F".split(),
}
XML = {"Accept": "application/vnd.sdmx.structurespecificdata+xml;version=2.1"}


def artefacts() -> Iterator[Maintainable]:
    components = sorted({*KEYS["RATES"], *KEYS["LABOUR"], "OBS_VALUE"})
    yield AgencyScheme(id="AGENCIES", agency="SDMX", names={"en": "Agencies"}, items=(Agency(id="T"),))
    yield ConceptScheme(id="CS", agency="T", items=tuple(Concept(id=id) for id in components))
    for flow, ids in KEYS.items():
        for place, id in enumerate(ids):
            codes = sorted({key.split(".")[place] for key in SERIES[flow]})
            yield Codelist(id=f"CL_{id}", agency="T", items=tuple(Code(id=code) for code in codes))
        yield DataStructure(
            id=flow,
            agency="T",
            dimensions=tuple(
                Dimension(
                    concept=Reference("Concept", "T", "CS", "1.0", id),
                    representation=Representation(enumeration=Reference("Codelist", "T", f"CL_{id}", "1.0")),
                )
                for id in ids
            ),
            measures=(Measure(concept=Reference("Concept", "T", "CS", "1.0", "OBS_VALUE")),),
        )
        yield Dataflow(id=flow, agency="T", structure=Reference("DataStructure", "T", flow, "1.0"))
        yield ProvisionAgreement(
            id=flow,
            agency="T",
            dataflow=Reference("Dataflow", "T", flow, "1.0"),
            data_provider=Reference("DataProvider", "T", "DATA_PROVIDERS", "1.0", "P"),
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vectors")
    hub = Hub.open(Settings(data_dir=str(folder)))
    hub.store.revise(list(artefacts()), user="test")
    for flow, ids in KEYS.items():
        rows = [(*key.split("."), "1", "obs") for key in SERIES[flow]]
        columns = dict.fromkeys((*ids, "OBS_VALUE", ":level"), pl.String)
        batches = [pl.DataFrame(rows, schema=columns, orient="row")]
        schema = hub.structures.schema(Reference("ProvisionAgreement", "T", flow, "1.0"))
        part = Part(schema=schema, agreement=f"T:{flow}(1.0)", action="Append", batches=batches)
        hub.store.publish([part], submission="", user="test")
    hub.close()
    return folder


@pytest.fixture(scope="module", params=["clients", "specification"])
def client(request: pytest.FixtureRequest, folder: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=str(folder), base_url="http://testserver", sdmx_defaults=request.param)
    with TestClient(create_app(settings)) as client:
        yield client


def keys(answer: etree._Element) -> list[str]:
    return [".".join(obs.get(id, "") for id in KEYS["RATES"]) for obs in answer.iter("{*}Obs")]


@pytest.mark.parametrize(
    ("v1", "v2", "expected"),
    [
        ("M.USD.EUR.SP00.A", "M.USD.EUR.SP00.A", SERIES["RATES"][2:3]),
        ("M..EUR.SP00.A", "M.*.EUR.SP00.A", SERIES["RATES"][2:5]),
        ("A+M.USD+JPY...", "A.USD,A.JPY,M.USD,M.JPY", [*SERIES["RATES"][:4], SERIES["RATES"][5]]),
        ("all", "*", SERIES["RATES"]),
        ("", "", SERIES["RATES"]),
        ("....", "*.*.*.*.*", SERIES["RATES"]),
        ("M.USD", "M.USD", [SERIES["RATES"][2], SERIES["RATES"][5]]),
    ],
)
def test_keys_of_both_versions_select_the_same(client: TestClient, v1: str, v2: str, expected: list[str]) -> None:
    for path in (f"/sdmx/v1/data/T,RATES,1.0/{v1}", f"/sdmx/v2/data/dataflow/T/RATES/1.0/{v2}"):
        answer = client.get(path.rstrip("/"), headers=XML)
        assert sorted(keys(etree.fromstring(answer.content))) == sorted(expected), path


@pytest.mark.parametrize("path", ["v1/data/T,RATES,1.0", "v2/data/dataflow/T/RATES/1.0"])
def test_a_key_with_too_many_positions_is_refused(client: TestClient, path: str) -> None:
    assert client.get(f"/sdmx/{path}/M.USD.EUR.SP00.A.X").status_code == 400


@pytest.mark.parametrize("mode", ["exact", "available"])
@pytest.mark.parametrize(
    ("selection", "exact", "available"),
    [
        ({"AREA": "FR", "SEX": "F"}, "FR; UEMP; F", "FR; UEMP; F,M"),
        ({"AREA": "FR", "SEX": "M,F"}, "FR; EMP,UEMP; F,M", "FR,UK; EMP,UEMP; F,M"),
        ({"AREA": "UK"}, "UK; EMP; M", "FR,UK; EMP; M"),
        ({}, "FR,UK; EMP,UEMP; F,M", "FR,UK; EMP,UEMP; F,M"),
    ],
)
def test_availability(client: TestClient, mode: str, selection: dict[str, str], exact: str, available: str) -> None:
    key = ".".join(selection.get(id, "").replace(",", "+") for id in KEYS["LABOUR"]) if selection else "all"
    filters = "&".join(f"c[{id}]={codes}" for id, codes in selection.items())
    for path in (
        f"/sdmx/v1/availableconstraint/T,LABOUR,1.0/{key}?mode={mode}",
        f"/sdmx/v2/availability/dataflow/T/LABOUR/1.0/*/*?mode={mode}&{filters}",
    ):
        answer = client.get(path, headers={"Accept": "application/vnd.sdmx.structure+xml;version=2.1"})
        region = etree.fromstring(answer.content).find(".//{*}CubeRegion")
        assert region is not None, answer.text
        found = {
            key.get("id"): ",".join(sorted(value.text or "" for value in key.iter("{*}Value")))
            for key in region.iter("{*}KeyValue")
        }
        assert "; ".join(found[id] for id in KEYS["LABOUR"]) == (exact if mode == "exact" else available), path


QUERIES = (
    "v1/data/T,RATES,1.0",
    "v1/availableconstraint/T,RATES,1.0",
    "v1/codelist/T",
    "v1/schema/dataflow/T/RATES/1.0",
    "v2/data/dataflow/T/RATES/1.0",
    "v2/availability/dataflow/T/RATES/1.0",
    "v2/structure/codelist/T",
    "v2/schema/dataflow/T/RATES/1.0",
)


@pytest.mark.parametrize("path", QUERIES)
def test_any_query_answers_a_browser_and_no_wish_that_nobody_fulfils(client: TestClient, path: str) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = client.get(f"/sdmx/{path}", headers={"Accept": browser})
    assert answer.status_code == 200
    assert "+xml;version=" in answer.headers["content-type"]
    for accept in ("text/html", "invalid"):
        assert client.get(f"/sdmx/{path}", headers={"Accept": accept}).status_code == 406
