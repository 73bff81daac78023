"""The requests that real clients send, each with the status and the content type that it must get.

Captured from, or read in, the clients themselves; agency and ids are ours."""

from email.utils import parsedate_to_datetime

import pytest
from starlette.testclient import TestClient

VND = "application/vnd.sdmx."
ML21, ML30, JSON20 = "structure+xml;version=2.1", "structure+xml;version=3.0.0", "structure+json;version=2.0.0"
GENERIC, DATA30 = "genericdata+xml;version=2.1", "data+xml;version=3.0.0"
ERROR = "application/xml"

FLOW = "DSM/FOREIGN_POP"
FUSION = "application/vnd.fusion.json"
CSV2 = f"{VND}data+csv;version=2.0.0"
METADATA = f"{VND}metadata+json;version=2.0.0"
REGISTRY = f"{VND}structure+json;version=2.0.0"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

REQUESTS = {
    # sdmx1 2.28: Accept */*
    "sdmx1 v1": [
        ("/sdmx/v1/dataflow/DSM/all/latest", "*/*", ML21),
        (f"/sdmx/v1/dataflow/{FLOW}/latest?references=all", "*/*", ML21),
        (f"/sdmx/v1/datastructure/{FLOW}/latest?references=all", "*/*", ML21),
        ("/sdmx/v1/categoryscheme/DSM/all/latest?references=parentsandsiblings", "*/*", ML21),
        ("/sdmx/v1/codelist/SDMX/CL_FREQ/2.1.0", "*/*", ML21),
        ("/sdmx/v1/codelist/SDMX/CL_FREQ/2.0", "*/*", 404),
        ("/sdmx/v1/provisionagreement/DSM/all/latest", "*/*", ML21),
        ("/sdmx/v1/data/FOREIGN_POP/A.MD+KG..?startPeriod=2022&endPeriod=2023", "*/*", GENERIC),
        ("/sdmx/v1/data/FOREIGN_POP/A.MD+KG.....?lastNObservations=1&dimensionAtObservation=AllDimensions", "*/*", GENERIC),
        ("/sdmx/v1/data/FOREIGN_POP?detail=serieskeysonly", "*/*", GENERIC),
        ("/sdmx/v1/availableconstraint/FOREIGN_POP/A.MD?references=all&mode=available", "*/*", ML21),
        ("/sdmx/v1/data/FOREIGN_POP", f"{VND}structurespecificdata+xml;version=2.1", "structurespecificdata+xml;version=2.1"),
    ],
    "sdmx1 v3": [
        ("/sdmx/v2/structure/dataflow/DSM/*/+", "*/*", ML30),
        ("/sdmx/v2/structure/codelist/SDMX/CL_FREQ/+", "*/*", ML30),
        (f"/sdmx/v2/data/dataflow/{FLOW}/+/A.*.UA?lastNObservations=1", "*/*", DATA30),
        (f"/sdmx/v2/data/dataflow/{FLOW}/+?c=REF_AREA%3AMD", "*/*", DATA30),
        (f"/sdmx/v2/availability/dataflow/{FLOW}/+/*/*", "*/*", ML30),
        ("/sdmx/v2/metadata/metadataset/P/MS/+", "*/*", 404),
        (f"/sdmx/v2/registration/dataflow/{FLOW}/+", "*/*", 404),
        (f"/sdmx/v2/schema/dataflow/{FLOW}/+", "*/*", "schema+xml;version=3.0.0"),
    ],
    "pandaSDMX 1.10": [
        ("/sdmx/v1/dataflow/DSM/latest", "*/*", ML21),
        ("/sdmx/v1/categoryscheme/DSM/latest?references=parentsandsiblings", "*/*", ML21),
        (f"/sdmx/v1/dataflow/{FLOW}/latest?references=all", "*/*", ML21),
        ("/sdmx/v1/data/FOREIGN_POP/A.MD?startPeriod=2023", "*/*", GENERIC),
    ],
    "pysdmx RegistryClient": [
        ("/sdmx/v2/structure/agencyscheme/SDMX/", REGISTRY, JSON20),
        ("/sdmx/v2/structure/dataproviderscheme/DSM?references=provisionagreement", REGISTRY, JSON20),
        ("/sdmx/v2/structure/categoryscheme/DSM/TOPICS/1.1.0?detail=referencepartial&references=parentsandsiblings", REGISTRY, JSON20),
        ("/sdmx/v2/structure/codelist/DSM/CL_AREA/1.0.0/", REGISTRY, JSON20),
        ("/sdmx/v2/structure/codelist/DSM/NONE/1.0.0/", REGISTRY, 404),
        ("/sdmx/v2/structure/valuelist/DSM/NONE/1.0.0/", REGISTRY, 404),
        ("/sdmx/v2/structure/conceptscheme/DSM/CS_MIGRATION/1.0.0?references=codelist", REGISTRY, JSON20),
        ("/sdmx/v2/structure/hierarchy/DSM/H/1.0?references=codelist&detail=referencepartial", REGISTRY, 404),
        ("/sdmx/v2/structure/hierarchy/DSM/REGIONS/1.0.0?detail=referencepartial&references=codelist", REGISTRY, JSON20),
        ("/sdmx/v2/structure/hierarchyassociation/*/*/+?references=all", REGISTRY, JSON20),
        ("/sdmx/v2/structure/structuremap/DSM/M/1.0?references=children", REGISTRY, 404),
        ("/sdmx/v2/structure/structuremap/DSM/FOREIGN_POP_TO_ESTAT/1.0.0?detail=referencepartial&references=children", REGISTRY, JSON20),
        ("/sdmx/v2/structure/representationmap/DSM/AGE_TO_ESTAT/1.0.0/", REGISTRY, JSON20),
        ("/sdmx/v2/structure/metadataflow/DSM/METHODOLOGY/1.0.0/", REGISTRY, JSON20),
        ("/sdmx/v2/structure/metadatastructure/DSM/*/~?detail=referencepartial&references=descendants", REGISTRY, JSON20),
        ("/sdmx/v2/structure/metadataproviderscheme/DSM?references=metadataprovisionagreement", REGISTRY, JSON20),
        ("/sdmx/v2/structure/transformationscheme/DSM/VTL_CROSSINGS/~?detail=referencepartial&references=descendants", REGISTRY, JSON20),
        ("/sdmx/v2/structure/dataconstraint/DSM/REF_AREA_KG/1.0.0/", REGISTRY, JSON20),
        (f"/sdmx/v2/structure/datastructure/{FLOW}/1.0.0?detail=referencepartial&references=descendants", REGISTRY, JSON20),
        (f"/sdmx/v2/structure/dataflow/{FLOW}/1.0.0?detail=referencepartial&references=all", REGISTRY, JSON20),
        ("/sdmx/v2/structure/provisionagreement/DSM/FOREIGN_POP_KG_STAT/1.0.0?detail=referencepartial&references=all", REGISTRY, JSON20),
        (f"/sdmx/v2/schema/dataflow/{FLOW}/1.0.0/", REGISTRY, JSON20),
        (f"/sdmx/v2/schema/datastructure/{FLOW}/1.0.0/", REGISTRY, JSON20),
        ("/sdmx/v2/schema/provisionagreement/DSM/FOREIGN_POP_KG_STAT/1.0.0/", REGISTRY, JSON20),
        (f"/ws/public/sdmx/v2/structure/dataflow/{FLOW}/1.0.0/", REGISTRY, JSON20),
        ("/sdmx/v2/metadata/metadataset/P/R/1.0/", METADATA, 404),
        ("/sdmx/v2/metadata/metadataset/DSM/METHODOLOGY_KG_FOREIGN_POP/1.0.0/", METADATA, "metadata+json;version=2.0.0"),
        (f"/sdmx/v2/metadata/structure/dataflow/{FLOW}/", METADATA, "metadata+json;version=2.0.0"),
        # as it asks the Fusion Metadata Registry when it is told to: in a format of that registry's own
        ("/sdmx/v2/structure/agencyscheme/SDMX/", FUSION, 406),
        (f"/ws/public/sdmx/v2/structure/dataflow/{FLOW}/1.0.0?detail=referencepartial&references=all", FUSION, 406),
        (f"/sdmx/v2/schema/dataflow/{FLOW}/1.0.0/", FUSION, 406),
        ("/sdmx/v2/metadata/metadataset/DSM/METHODOLOGY_KG_FOREIGN_POP/1.0.0/", FUSION, 406),
        (f"/sdmx/v2/registration/dataflow/{FLOW}/", FUSION, 404),
    ],
    "pysdmx SdmxConnector": [
        ("/sdmx/v2/structure/dataflow?detail=allcompletestubs", REGISTRY, JSON20),
        (f"/sdmx/v2/availability/dataflow/{FLOW}/1.0.0?c%5BREF_AREA%5D=MD&references=all", REGISTRY, JSON20),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0?c%5BREF_AREA%5D=MD,KG&c%5BTIME_PERIOD%5D=ge:2020&dimensionAtObservation=AllDimensions", CSV2, "data+csv;version=2.0.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0?c%5BTIME_PERIOD%5D=ge%3A2022%2Ble%3A2023", CSV2, "data+csv;version=2.0.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0?c%5BOBS_STATUS%5D=ne%3AM", CSV2, "data+csv;version=2.0.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0?c%5BCITIZENSHIP%5D=sw:U", CSV2, "data+csv;version=2.0.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0/?offset=1&limit=2", CSV2, "data+csv;version=2.0.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0?offset=0&limit=2&asOf=2099-01-01T00:00:00Z", CSV2, "data+csv;version=2.0.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD?lastNObservations=1", f"{VND}data+csv;version=1.0.0", "data+csv;version=1.0.0"),
        ("/sdmx/v1/data/DSM%2CFOREIGN_POP%2C1.0.0/A.MD", f"{VND}data+csv;version=1.0.0", "data+csv;version=1.0.0"),
        (f"/ws/public/sdmxapi/rest/dataflow/{FLOW}?detail=referencepartial&references=all", REGISTRY, JSON20),
    ],
    "sdmx-rest4js 2.20": [
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD/all?detail=full&includeHistory=false&startPeriod=2022", None, GENERIC),
        ("/sdmx/v1/codelist/SDMX/CL_FREQ/latest/all?detail=full&references=none", None, ML21),
        ("/sdmx/v1/availableconstraint/FOREIGN_POP/A../all/all?mode=available&references=all", None, ML21),
        (f"/sdmx/v1/schema/dataflow/{FLOW}/latest?explicitMeasure=false", None, "schema+xml;version=2.1"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0/A.*?c[REF_AREA]=MD&attributes=dsd&measures=all&includeHistory=false&lastNObservations=1", None, DATA30),
        ("/sdmx/v2/structure/codelist/SDMX/CL_FREQ/~/*?detail=full&references=none", None, ML30),
        ("/sdmx/v2/structure/dataflow/*/*/~", None, ML30),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD/all?updatedAfter=2099-01-01T00:00:00Z", f"{VND}data+json;version=1.0.0-wd", 404),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0/*?dimensionAtObservation=AllDimensions", f"{VND}data+json;version=2.0.0, application/json;q=0.9, text/csv;q=0.5, */*;q=0.4", "data+json;version=2.0.0"),
        (f"/sdmx/v2/availability/dataflow/{FLOW}/1.0.0/A.*/REF_AREA?mode=available&references=none", f"{VND}structure+json;version=2.0.0", JSON20),
        (f"/sdmx/v2/schema/dataflow/{FLOW}/1.0.0?dimensionAtObservation=TIME_PERIOD", None, "schema+xml;version=3.0.0"),
    ],
    "rsdmx": [
        ("/sdmx/v1/dataflow/all/all/latest/", "application/xml", ML21),
        ("/sdmx/v1/dataflow/DSM/FOREIGN_POP/1.0.0/", "application/xml", ML21),
        ("/sdmx/v1/data/FOREIGN_POP/all/all/?accessKey=abc", "application/xml", GENERIC),
        ("/sdmx/v1/datastructure/all/FOREIGN_POP/latest/?references=children", "application/xml", ML21),
        ("/sdmx/v1/data/FOREIGN_POP/all/all/?startPeriod=2022&endPeriod=2023", "application/xml", GENERIC),
        ("/sdmx/v1/data/FOREIGN_POP/A.MD+KG...../all/?startPeriod=2022", "application/xml", GENERIC),
        ("/sdmx/v1/codelist/all/CL_AREA/latest/", "application/xml", ML21),
        ("/sdmx/v1/conceptscheme/DSM/CS_MIGRATION/1.0.0/", "application/xml", ML21),
        ("/sdmx/v1/datastructure/DSM/all/all/?references=none", "application/xml", ML21),
        ("/sdmx/v1/dataflow/all/NONE/latest/", "application/xml", 404),
    ],
    "sdmx-dl": [
        ("/sdmx/v1/dataflow/all/all/latest", f"{VND}structure+xml;version=2.1", ML21),
        (f"/sdmx/v1/datastructure/{FLOW}/1.0.0?references=children", f"{VND}structure+xml;version=2.1", ML21),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD...../all?detail=nodata", f"{VND}genericdata+xml;version=2.1, {VND}structurespecificdata+xml;version=2.1", GENERIC),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD...../all?detail=serieskeysonly", f"{VND}genericdata+xml;version=2.1, {VND}structurespecificdata+xml;version=2.1", GENERIC),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD...../all?detail=dataonly", f"{VND}genericdata+xml;version=2.1, {VND}structurespecificdata+xml;version=2.1", GENERIC),
        ("/sdmx/v1/codelist/SDMX/CL_FREQ/2.1.0", f"{VND}structure+xml;version=2.1", ML21),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.AM...../all", f"{VND}genericdata+xml;version=2.1, {VND}structurespecificdata+xml;version=2.1", 404),
    ],
    "RJSDMX and its siblings (amattioc)": [
        ("/sdmx/v1/dataflow/all/FOREIGN_POP/latest/", "application/xml", ML21),
        ("/sdmx/v1/datastructure/DSM/FOREIGN_POP/1.0.0/?references=children", f"{VND}structure+xml;version=2.1", ML21),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD...../?startPeriod=2022&endPeriod=2023&detail=full", f"{VND}structurespecificdata+xml;version=2.1", "structurespecificdata+xml;version=2.1"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD...../?detail=serieskeysonly", "application/xml", GENERIC),
    ],
    ".Stat Data Explorer": [
        (f"/sdmx/v1/dataflow/{FLOW}/1.0.0?references=all&detail=referencepartial", f"{VND}structure+json;version=2.0;urn=true", "structure+json;version=2.0"),
        (f"/sdmx/v1/dataflow/{FLOW}/1.0.0?references=all&detail=referencepartial", f"{VND}structure+json;version=1.0;urn=true", "structure+json;version=1.0"),
        ("/sdmx/v1/availableconstraint/DSM,FOREIGN_POP,1.0.0/A.MD/all/all?mode=exact&references=codelist", f"{VND}structure+json;version=2.0", "structure+json;version=2.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD?dimensionAtObservation=AllDimensions", f"{VND}data+json;version=2.0", "data+json;version=2.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD?dimensionAtObservation=AllDimensions", f"{VND}data+json;version=1.0.0-wd;urn=true", "data+json;version=1.0.0-wd"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD", f"{VND}data+csv;version=2.0", "data+csv;version=2.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD", f"{VND}data+csv;file=true;labels=both", "data+csv;version=2.1.0"),
        ("/sdmx/v1/categoryscheme/DSM/all/latest?references=all&detail=referencepartial", f"{VND}structure+json;version=1.0;urn=true", "structure+json;version=1.0"),
        ("/sdmx/v1/availableconstraint/DSM,FOREIGN_POP,1.0.0/all/all/all?mode=available&references=codelist&startPeriod=2022", f"{VND}structure+json;version=1.0;urn=true", "structure+json;version=1.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD?lastNObservations=1&dimensionAtObservation=AllDimensions&startPeriod=2022", f"{VND}data+csv;version=2.0;file=true;labels=both", "data+csv;version=2.0"),
        (f"/sdmx/v2/data/dataflow/{FLOW}/1.0.0/A.MD?dimensionAtObservation=AllDimensions&attributes=msd&measures=none", f"{VND}data+json;version=2.0", "data+json;version=2.0"),
    ],
    "Excel, Power Query, scripts": [
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/all?format=csvfilewithlabels&dimensionAtObservation=AllDimensions", CHROME, "data+csv;version=1.0.0"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=csvfile", CHROME, "data+csv;version=2.1.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0?format=jsondata", CHROME, "data+json;version=1.0.0"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0?format=genericdata", CHROME, GENERIC),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0?format=structurespecificdata", CHROME, "structurespecificdata+xml;version=2.1"),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0?format=csvdata", CHROME, "data+csv;version=1.0.0"),
        ("/sdmx/v1/data/FOREIGN_POP?format=SDMX-CSV&compressed=true", CHROME, "data+csv;version=1.0.0"),
        ("/sdmx/v1/data/FOREIGN_POP?format=SDMX_2.1_STRUCTURED", CHROME, "structurespecificdata+xml;version=2.1"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=csvdata&formatVersion=1.0.0&lang=ru&compression=gzip", CHROME, "data+csv;version=1.0.0"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP", "text/csv", "data+csv;version=2.1.0"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP", CHROME, DATA30),
        ("/sdmx/v1/data/FOREIGN_POP", CHROME, GENERIC),
        ("/sdmx/v1/dataflow/DSM?detail=allstubs&references=none", CHROME, ML21),
        ("/sdmx/v1/contentconstraint/DSM/REF_AREA_MD", CHROME, ML21),
        ("/sdmx/v1/data/FOREIGN_POP?format=TSV", CHROME, 400),
        ("/sdmx/v1/data/FOREIGN_POP?format=JSON&lang=en", CHROME, "data+json;version=1.0.0"),
        ("/sdmx/v1/data/FOREIGN_POP?format=csv&compressed=false&detail=dataonly", CHROME, "data+csv;version=1.0.0"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=jsondata&formatVersion=2.0.0&lang=all", CHROME, "data+json;version=2.0.0"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=structurespecificdata&formatVersion=3.1.0&compression=zstd", CHROME, "data+xml;version=3.1.0"),
        ("/sdmx/v2/structure/dataflow/DSM?format=jsonstructure&formatVersion=2.0.0", CHROME, JSON20),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=csvdata&lang=hy", CHROME, 406),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=csvdata&compression=br", CHROME, 406),
        ("/sdmx/v1/data/FOREIGN_POP?startPeriod=2022", f"{VND}data+json;version=1.0.0-wd", "data+json;version=1.0.0-wd"),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP", "application/vnd.ms-excel, text/html, */*", DATA30),
    ],
}  # fmt: skip

CASES = [
    pytest.param(path, accept, expected, id=f"{who}: {path}")
    for who, requests in REQUESTS.items()
    for path, accept, expected in requests
]


@pytest.mark.parametrize("path, accept, expected", CASES)
def test_request(client: TestClient, path: str, accept: str | None, expected: str | int) -> None:
    # rsdmx sends a Content-Type with GET; the client of the tests sets an Accept of its own unless one is given.
    headers = {"Accept": accept or "*/*", "Content-Type": "application/xml"}
    answer = client.get(path, headers=headers, follow_redirects=False)
    if isinstance(expected, int):
        assert answer.status_code == expected, answer.text
        assert answer.headers["content-type"] in ("application/xml", "application/json")
    else:
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == VND + expected
        assert answer.headers["vary"].startswith("Accept, Accept-Encoding, Accept-Language")
        assert answer.content


def test_a_request_without_accept(client: TestClient) -> None:
    request = client.build_request("GET", "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP")
    del request.headers["accept"]
    assert client.send(request).headers["content-type"] == VND + DATA30


# --- what all of them rely on ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD+KG.....?startPeriod=2022&endPeriod=2023",
        "/sdmx/v1/data/DSM%2CFOREIGN_POP%2C1.0.0/A.MD%2BKG...../all/?endPeriod=2023&startPeriod=2022&extra=1",
        "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.%2A,A.KG.*?c[TIME_PERIOD]=ge:2022+le:2023&format=sdmx-csv-1.0",
        "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD%2CA.KG/?c%5BTIME_PERIOD%5D=ge%3A2022%2Ble%3A2023&format=sdmx-csv-1.0",
        "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0+.0?c%5bREF_AREA%5d=MD%2cKG&c=TIME_PERIOD%3Age%3A2022%2Ble%3A2023&format=sdmx-csv-1.0",
    ],
)
def test_escapes_and_slashes_say_nothing(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": f"{VND}data+csv;version=1.0.0"}, follow_redirects=False)
    plain = client.get("/sdmx/v1/data/FOREIGN_POP?startPeriod=2022&format=csv")
    assert (answer.status_code, answer.text) == (200, plain.text)


@pytest.mark.parametrize(
    "path", ["/sdmx/v2/data/dataflow/DSM/FOREIGN_POP", "/sdmx/v1/dataflow/DSM", "/sdmx/v1/data/NONE"]
)
def test_scripts_of_any_page_read_every_header(client: TestClient, path: str) -> None:
    exposed = client.get(path, headers={"Origin": "https://explorer.example"}).headers["access-control-expose-headers"]
    for name in ("Content-Range", "Content-Disposition", "ETag", "Last-Modified", "Location", "Retry-After"):
        assert name in exposed.split(", ")


@pytest.mark.parametrize(
    "path",
    [
        "/sdmx/v1/data/FOREIGN_POP",
        "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP?format=csv",
        "/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP",
        "/sdmx/v1/availableconstraint/FOREIGN_POP",
        "/sdmx/v2/structure/dataflow/DSM",
        "/sdmx/v2/schema/dataflow/DSM/FOREIGN_POP",
    ],
)
@pytest.mark.parametrize("condition", ["tag", "list of tags", "date", "date of RFC 3339"])
def test_what_a_client_has_is_not_sent_again(client: TestClient, path: str, condition: str) -> None:
    first = client.get(path)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    headers = {
        "tag": {"If-None-Match": tag},
        "list of tags": {"If-None-Match": f'"a", W/"b" , {tag}', "If-Modified-Since": "Tue, 01 Jan 2019 00:00:00 GMT"},
        "date": {"If-Modified-Since": date},
        "date of RFC 3339": {"If-Modified-Since": parsedate_to_datetime(date).isoformat()},
    }
    for ask in (client.get, client.head):
        again = ask(path, headers=headers[condition])
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["last-modified"]) == (tag, date)
        assert again.headers["access-control-allow-origin"] == "*"
