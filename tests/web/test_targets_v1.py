"""REST 1.5: what a target asks for."""

import pytest

from sdmx_dsm.errors import QuerySyntaxError, VersionError
from sdmx_dsm.model import ComponentFilter, Condition, DataQuery, StructureQuery
from sdmx_dsm.service.resources import RESOURCES_V1
from sdmx_dsm.web.rest import v1
from sdmx_dsm.web.rest.targets import SchemaQuery, Target, split_target


def target(text: str) -> Target:
    path, _, query = text.partition("?")
    return split_target(f"/sdmx/v1{path}".encode(), query.encode(), "/sdmx/v1")


def data(text: str) -> DataQuery:
    return v1.data_query(target(f"/data{text}"))


def structure(text: str) -> StructureQuery:
    return v1.structure_query(target(text))


@pytest.mark.parametrize(
    "flow, agencies, ids, versions",
    [
        ("EXR", ("*",), ("EXR",), ("~",)),
        ("ECB,EXR", ("ECB",), ("EXR",), ("~",)),
        ("ECB,EXR,1.0", ("ECB",), ("EXR",), ("1.0",)),
        ("ECB%2CEXR%2C1.0", ("ECB",), ("EXR",), ("1.0",)),
        ("BIS+ECB,EXR+XR,1.0+latest", ("BIS", "ECB"), ("EXR", "XR"), ("1.0", "~")),
        ("all,all,all", ("*",), ("*",), ("*",)),
        ("ECB,EXR,2.3+.1", ("ECB",), ("EXR",), ("2.3+.1",)),
    ],
)
def test_dataflows(flow: str, agencies: tuple[str, ...], ids: tuple[str, ...], versions: tuple[str, ...]) -> None:
    assert data(f"/{flow}") == DataQuery(agencies=agencies, ids=ids, versions=versions)


@pytest.mark.parametrize(
    "key, expected",
    [
        ("all", ()),
        ("", ()),
        ("....", (((), (), (), (), ()),)),
        ("..", (((), (), ()),)),
        ("A.B+C..D", ((("A",), ("B", "C"), (), ("D",)),)),
        ("A.B%2BC..D", ((("A",), ("B", "C"), (), ("D",)),)),
    ],
)
def test_keys(key: str, expected: object) -> None:
    assert data(f"/F/{key}").keys == expected


@pytest.mark.parametrize(
    "provider, expected",
    [
        ("all", ()),
        ("ECB", (("*", "ECB"),)),
        ("SDMX,ECB", (("SDMX", "ECB"),)),
        ("CH2+DE,NO2", (("*", "CH2"), ("DE", "NO2"))),
    ],
)
def test_providers(provider: str, expected: object) -> None:
    assert data(f"/F/all/{provider}").providers == expected


def test_periods_are_a_filter_on_time() -> None:
    both = ComponentFilter("TIME_PERIOD", ((Condition("ge", "2019-Q1"), Condition("le", "2020")),))
    assert data("/F?startPeriod=2019-Q1&endPeriod=2020").filters == (both,)
    assert data("/F/all/all/?startPeriod=2019").filters == (
        ComponentFilter("TIME_PERIOD", ((Condition("ge", "2019"),),)),
    )
    assert data("/F?startPeriod=&endPeriod=").filters == ()


@pytest.mark.parametrize(
    "detail, attributes, measures",
    [
        ("full", ("dsd",), ("all",)),
        ("dataonly", ("none",), ("all",)),
        ("serieskeysonly", ("none",), ("none",)),
        ("nodata", ("all",), ("none",)),
    ],
)
def test_details(detail: str, attributes: tuple[str, ...], measures: tuple[str, ...]) -> None:
    query = data(f"/F?detail={detail}&includeHistory=false&dimensionAtObservation=AllDimensions")
    assert (query.attributes, query.measures, query.dimension_at_observation) == (attributes, measures, "AllDimensions")


@pytest.mark.parametrize(
    "path", ["", "/a,b,1.0,c", "/F?detail=some", "/F/A/B/C/D", "/a b", "/F/all/,", "/%2e%2e", "/F/A%00"]
)
def test_wrong_data_queries_are_refused(path: str) -> None:
    with pytest.raises(QuerySyntaxError):
        data(path)


def test_a_wrong_version_is_refused() -> None:
    with pytest.raises(VersionError):
        data("/ECB,EXR,x")


@pytest.mark.parametrize(
    "path, expected",
    [
        ("/codelist/SDMX/CL_FREQ/2.0", StructureQuery(artefact_types=("codelist",), agencies=("SDMX",), ids=("CL_FREQ",), versions=("2.0",))),
        ("/codelist/all/CL_FREQ/latest/all", StructureQuery(artefact_types=("codelist",), ids=("CL_FREQ",))),
        ("/dataflow/DSM/all/latest/", StructureQuery(artefact_types=("dataflow",), agencies=("DSM",))),
        ("/dataflow/DSM/latest", StructureQuery(artefact_types=("dataflow",), agencies=("DSM",))),
        ("/dataflow", StructureQuery(artefact_types=("dataflow",))),
        ("/structure/DSM", StructureQuery(artefact_types=RESOURCES_V1, agencies=("DSM",))),
        ("/codelist/DSM/A+B/1.0+2.1/X+Y.Z", StructureQuery(artefact_types=("codelist",), agencies=("DSM",), ids=("A", "B"), versions=("1.0", "2.1"), items=("X", "Y.Z"))),
        ("/contentconstraint/DSM/C", StructureQuery(artefact_types=("contentconstraint",), agencies=("DSM",), ids=("C",))),
        (
            "/organisationscheme",
            StructureQuery(artefact_types=("organisationscheme",)),
        ),
        (
            "/dataflow/DSM?detail=allstubs&references=none",
            StructureQuery(artefact_types=("dataflow",), agencies=("DSM",), detail="allstubs"),
        ),
        (
            "/datastructure/all/D/latest/?references=children",
            StructureQuery(artefact_types=("datastructure",), ids=("D",), references=("children",)),
        ),
    ],
)  # fmt: skip
def test_structures(path: str, expected: StructureQuery) -> None:
    assert structure(path) == expected


def test_availability() -> None:
    query = v1.availability_query(
        target("/availableconstraint/DSM,F,1.0.0/A../all/FREQ+SEX?mode=available&references=codelist")
    )
    assert query.data == DataQuery(agencies=("DSM",), ids=("F",), versions=("1.0.0",), keys=((("A",), (), ()),))
    assert (query.components, query.mode, query.references) == (("FREQ", "SEX"), "available", ("codelist",))
    assert v1.availability_query(target("/availableconstraint/F/A../all/all")).components == ()


def test_schemas() -> None:
    assert v1.schema_query(target("/schema/dataflow/ECB/EXR/latest?explicitMeasure=false")) == SchemaQuery(
        context="dataflow", agency="ECB", id="EXR", version="~"
    )
    assert v1.schema_query(target("/schema/dataflow/ECB/EXR/latest?explicitMeasure=true")).explicit_measures
