"""REST 2.2: what a target asks for."""

from datetime import UTC, datetime

import pytest

from sdmx_dsm.errors import DsmError, QuerySyntaxError, VersionError
from sdmx_dsm.model import ComponentFilter, Condition, DataQuery, StructureQuery
from sdmx_dsm.web.rest import v2
from sdmx_dsm.web.rest.targets import AvailabilityQuery, SchemaQuery, Target, root_of, split_target


def target(text: str) -> Target:
    path, _, query = text.partition("?")
    return split_target(path.encode(), query.encode(), "/sdmx/v2")


def data(text: str) -> DataQuery:
    return v2.data_query(target(f"/sdmx/v2/data{text}"))


def structure(text: str) -> StructureQuery:
    return v2.structure_query(target(f"/sdmx/v2/structure{text}"))


@pytest.mark.parametrize(
    "text", ["", "/", "/*", "/*/*/*/*/*", "/*/*/*/*/*/", "/%2A/%2a"], ids=lambda text: text or "nothing"
)
def test_segments_left_out_hold_their_default(text: str) -> None:
    assert data(text) == DataQuery(context="*", versions=("*",))


def test_lists_in_every_segment() -> None:
    assert data("/dataflow/ECB,BIS.XTD/EXR,XR/1.0.0,2~.0.0/M.USD,A.CHF") == DataQuery(
        agencies=("ECB", "BIS.XTD"),
        ids=("EXR", "XR"),
        versions=("1.0.0", "2~.0.0"),
        keys=((("M",), ("USD",)), (("A",), ("CHF",))),
    )


@pytest.mark.parametrize("version", ["+", "%2B", "2.3+.1", "2.3%2b.1", "%7E", "~.0", "1.0", "1.0.0-draft.1"])
def test_versions_come_raw_or_escaped(version: str) -> None:
    plain = version.replace("%2B", "+").replace("%2b", "+").replace("%7E", "~")
    assert data(f"/dataflow/DSM/F/{version}").versions == (plain,)


@pytest.mark.parametrize("version", ["latest", "all", "v1.0", "1..0", "+.0", "1.0,", "%2e%2e", "1%2F2"])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises((VersionError, QuerySyntaxError)):
        data(f"/dataflow/DSM/F/{version}")


@pytest.mark.parametrize("key", ["A.*.MD", "A..MD", "A.%2A.MD", "A%2E%2A%2EMD"])
def test_an_empty_position_of_a_key_is_a_wildcard_too(key: str) -> None:
    assert data(f"/dataflow/DSM/F/*/{key}").keys == ((("A",), (), ("MD",)),)


AND = (Condition("ge", "2019"), Condition("le", "2020"))


@pytest.mark.parametrize(
    "query, expected",
    [
        ("c[FREQ]=A,M", ComponentFilter("FREQ", ((Condition("eq", "A"),), (Condition("eq", "M"),)))),
        ("c%5BFREQ%5D=A%2CM", ComponentFilter("FREQ", ((Condition("eq", "A"),), (Condition("eq", "M"),)))),
        ("c[TIME_PERIOD]=ge:2019+le:2020", ComponentFilter("TIME_PERIOD", (AND,))),
        ("c%5BTIME_PERIOD%5D=ge%3A2019%2Ble%3A2020", ComponentFilter("TIME_PERIOD", (AND,))),
        ("c[TIME_PERIOD]=ge:2019%20le:2020", ComponentFilter("TIME_PERIOD", (AND,))),
        ("c[OBS_STATUS]=ne:M", ComponentFilter("OBS_STATUS", ((Condition("ne", "M"),),))),
        ("c[TITLE]=sw:U", ComponentFilter("TITLE", ((Condition("sw", "U"),),))),
        ("c=FREQ%3AA", ComponentFilter("FREQ", ((Condition("eq", "A"),),))),
    ],
)
def test_filters_as_clients_send_them(query: str, expected: ComponentFilter) -> None:
    assert data(f"/dataflow/DSM/F/?{query}").filters == (expected,)


def test_all_parameters_of_data_queries() -> None:
    assert data(
        "/dataflow?firstNObservations=1&lastNObservations=2&updatedAfter=2024-05-01T00:00:00+02:00"
        "&asOf=2024-06-01T10:00:00Z&dimensionAtObservation=AllDimensions&attributes=dataset,TITLE&measures=none"
        "&includeHistory=true&offset=100&limit=50&urn=true&nonsense=1"
    ) == DataQuery(
        versions=("*",),
        first_n=1,
        last_n=2,
        updated_after=datetime(2024, 4, 30, 22, tzinfo=UTC),
        as_of=datetime(2024, 6, 1, 10, tzinfo=UTC),
        dimension_at_observation="AllDimensions",
        attributes=("dataset", "TITLE"),
        measures=("none",),
        include_history=True,
        offset=100,
        limit=50,
    )


@pytest.mark.parametrize(
    "query",
    [
        "firstNObservations=0", "lastNObservations=-1", "lastNObservations=x", "limit=0", "offset=1.5", "limit=" + "9" * 40,
        "updatedAfter=yesterday", "updatedAfter=2024-06-01&asOf=2024-05-01", "includeHistory=maybe", "attributes=,",
        "dimensionAtObservation=TIME PERIOD", "c[FREQ]=A&c[FREQ]=M", "c[FREQ]=", "c[FREQ]=A,,M", "limit=1&limit=2",
        "c[FREQ]=A%00", "c[FREQ=A", "c[]=A", "limit=1" + "0" * 5000, "offset=1" + "0" * 20, "offset=" + "0" * 5000,
        "sort=A:up", "sort=A++B", "sort=:desc", "reportingYearStartDay=07-01", "reportingYearStartDay=--02-30",
        "updatedAfter=0001-01-01T00:00:00%2B14:00", "asOf=9999-12-31T23:59:59-14:00",
    ],
)  # fmt: skip
def test_a_wrong_value_of_a_known_parameter_is_refused(query: str) -> None:
    with pytest.raises(QuerySyntaxError):
        data(f"/dataflow/DSM/F/*?{query}")


@pytest.mark.parametrize(
    "text, terms",
    [
        ("*", [("*", False)]),
        ("series_key+TIME_PERIOD:desc", [("series_key", False), ("TIME_PERIOD", True)]),
        ("REF_AREA:asc%2BOBS_VALUE:desc", [("REF_AREA", False), ("OBS_VALUE", True)]),
        ("REF_AREA%3Adesc%20SEX", [("REF_AREA", True), ("SEX", False)]),
    ],
)
def test_sort_names_components_and_directions(text: str, terms: list[tuple[str, bool]]) -> None:
    found = data(f"/dataflow/DSM/F/*?sort={text}").sort
    assert [(term.component, term.is_descending) for term in found] == terms


def test_reporting_years_begin_on_the_day_that_is_named() -> None:
    assert data("/dataflow/DSM/F/*?reportingYearStartDay=--07-01").year_start == "--07-01"


@pytest.mark.parametrize(
    "path",
    [
        "/codelist/DSM/F", "/dataflow/DSM/F/1.0.0/A/B/C", "/dataflow/9DSM", "/dataflow/DSM/a b", "/dataflow/%2e%2e/%2e%2e",
        "/dataflow/DSM/F%00", "/dataflow/DSM/F%0a", "/dataflow/DSM/%ff",
    ],
)  # fmt: skip
def test_a_wrong_path_is_refused(path: str) -> None:
    with pytest.raises(QuerySyntaxError):
        data(path)


def test_structure_queries() -> None:
    assert structure("") == StructureQuery()
    assert structure("/all") == StructureQuery()
    assert structure("/codelist/SDMX/CL_FREQ/~/*?detail=full&references=none") == StructureQuery(
        artefact_types=("codelist",), agencies=("SDMX",), ids=("CL_FREQ",)
    )
    assert structure("/categoryscheme/DSM/T/+/A.A1,B?detail=raw&references=children,codelist") == StructureQuery(
        artefact_types=("categoryscheme",),
        agencies=("DSM",),
        ids=("T",),
        versions=("+",),
        items=("A.A1", "B"),
        detail="raw",
        references=("children", "codelist"),
    )


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="partial"):
        structure("/codelist?detail=partial")


def test_availability_queries() -> None:
    asked = "/sdmx/v2/availability/dataflow/DSM/F/+/*/FREQ,REF_AREA?mode=available&references=all&c[FREQ]=A"
    assert v2.availability_query(target(asked)) == AvailabilityQuery(
        data=DataQuery(
            agencies=("DSM",),
            ids=("F",),
            versions=("+",),
            filters=(ComponentFilter("FREQ", ((Condition("eq", "A"),),)),),
        ),
        components=("FREQ", "REF_AREA"),
        mode="available",
        references=("all",),
    )


@pytest.mark.parametrize("path", ["", "/*", "/dataflow/A/B?mode=some", "/dataflow/A/B?references=parents"])
def test_wrong_availability_queries_are_refused(path: str) -> None:
    with pytest.raises(QuerySyntaxError):
        v2.availability_query(target(f"/sdmx/v2/availability{path}"))


def test_schema_queries() -> None:
    asked = target("/sdmx/v2/schema/dataflow/DSM/F/1.0.0/?dimensionAtObservation=TIME_PERIOD")
    assert v2.schema_query(asked) == SchemaQuery(
        context="dataflow", agency="DSM", id="F", version="1.0.0", dimension_at_observation="TIME_PERIOD"
    )
    assert v2.schema_query(target("/sdmx/v2/schema/datastructure/DSM/F")).version == "~"
    assert v2.schema_query(target("/sdmx/v2/schema/dataflow/DSM/F?deletion=true")).deletion


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/dataflow",
        "/dataflow/*/F",
        "/dataflow/A,B/F",
        "/codelist/A/B",
        "/metadataflow/A/B",
        "/dataflow/A/B?deletion=1",
    ],
)
def test_wrong_schema_queries_are_refused(path: str) -> None:
    with pytest.raises(DsmError):
        v2.schema_query(target(f"/sdmx/v2/schema{path}"))


def test_roots_of_the_api() -> None:
    assert [root_of(path) for path in ("/sdmx/v2", "/sdmx/v1/data/F", "/sdmx/v22", "/ws/public/sdmx/v2/data", "/api/v1")] == [
        "/sdmx/v2", "/sdmx/v1", None, "/ws/public/sdmx/v2", None,
    ]  # fmt: skip
