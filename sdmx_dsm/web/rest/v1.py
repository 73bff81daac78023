"""REST 1.5: targets → queries. `all` and `latest` are its `*` and `~`, `+` its comma.

All functions raise QuerySyntaxError or VersionError for what breaks the grammar; the first segment is the resource."""

from dataclasses import replace
from typing import Final

from sdmx_dsm.errors import QuerySyntaxError, VersionError
from sdmx_dsm.model import (
    ComponentFilter,
    Condition,
    DataQuery,
    StructureQuery,
    parse_key_v1,
    parse_version_expression,
)
from sdmx_dsm.service.resources import RESOURCES_V1
from sdmx_dsm.web.rest.targets import (
    AvailabilityQuery,
    SchemaQuery,
    Target,
    availability_query_of,
    choice,
    name,
    names,
    observation_parameters,
    schema_query_of,
    structure_parameters,
)

# detail -> attributes, measures of REST 2
DETAILS: Final = {
    "full": (("dsd",), ("all",)),
    "dataonly": (("none",), ("all",)),
    "serieskeysonly": (("none",), ("none",)),
    "nodata": (("all",), ("none",)),
}


def _list(segment: str, what: str) -> tuple[str, ...]:
    """A list with `+`; `all` is `*`."""
    found = names(segment, what, "+")
    return ("*",) if "all" in found else found


def _versions(segment: str) -> tuple[str, ...]:
    """`latest`, `all`, or a list with `+` (which may also be the sign of a version expression: `2.3+.1`)."""
    words = {"": "~", "latest": "~", "all": "*"}
    segment = words.get(segment, segment)
    try:
        parse_version_expression(segment)
        return (segment,)
    except VersionError:
        found = tuple(words.get(version, version) for version in segment.split("+"))
        for version in found:
            parse_version_expression(version)
        return found


def data_query(target: Target) -> DataQuery:
    target.at_most(4)
    attributes, measures = DETAILS[choice(target.value("detail") or "full", DETAILS, "detail")]
    return replace(_selection(target), attributes=attributes, measures=measures)


def availability_query(target: Target) -> AvailabilityQuery:
    target.at_most(5)
    return availability_query_of(target, _selection(target), _list(target.segment(4), "id"))


def _selection(target: Target) -> DataQuery:
    agencies, ids, versions = _flow(target.segment(1))
    since, until = target.value("startPeriod"), target.value("endPeriod")
    conditions = (
        *((Condition("ge", since),) if since else ()),
        *((Condition("le", until),) if until else ()),
    )
    return DataQuery(
        agencies=agencies,
        ids=ids,
        versions=versions,
        keys=parse_key_v1(target.segment(2)),
        filters=(ComponentFilter("TIME_PERIOD", (conditions,)),) if conditions else (),
        providers=_providers(target.segment(3)),
        **observation_parameters(target),
    )


def _flow(segment: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Agencies, ids and versions of `ID`, `AGENCY,ID` or `AGENCY,ID,VERSION`."""
    if not segment:
        raise QuerySyntaxError(
            "The path names no dataflow: expected /data/ID, /data/AGENCY,ID or /data/AGENCY,ID,VERSION."
        )
    match segment.split(","):
        case [id]:
            return ("*",), _list(id, "id"), ("~",)
        case [agency, id]:
            return _list(agency, "agency"), _list(id, "id"), ("~",)
        case [agency, id, version]:
            return _list(agency, "agency"), _list(id, "id"), _versions(version)
        case _:
            raise QuerySyntaxError(f"“{segment}” is no dataflow: expected ID, AGENCY,ID or AGENCY,ID,VERSION.")


def _providers(segment: str) -> tuple[tuple[str, str], ...]:
    """`ID` or `AGENCY,ID`, several with `+`; none for all."""
    if segment in ("", "all", "*"):
        return ()
    found: list[tuple[str, str]] = []
    for provider in segment.split("+"):
        agency, _, id = provider.rpartition(",")
        found.append((_list(agency, "agency")[0], name(id, "id")))
    return tuple(found)


def structure_query(target: Target) -> StructureQuery:
    """`/codelist/SDMX/CL_FREQ/2.0/A+M`. `latest` in the place of the id says all ids (pandaSDMX)."""
    target.at_most(5)
    resource, id, version = target.segment(0), target.segment(2), target.segment(3)
    if id == "latest":
        id, version = "", version or "latest"
    items = _list(target.segment(4), "item")
    parameters = structure_parameters(target)
    if parameters["detail"] == "raw":
        raise QuerySyntaxError("raw is a detail of REST 2: there are no extended codelists here.")
    if len(parameters["references"]) > 1 or "ancestors" in parameters["references"]:
        raise QuerySyntaxError(
            "references takes one keyword or one artefact type here: lists and ancestors are of REST 2."
        )
    return StructureQuery(
        artefact_types=RESOURCES_V1 if resource == "structure" else (resource,),
        agencies=_list(target.segment(1), "agency"),
        ids=_list(id, "id"),
        versions=_versions(version),
        items=() if "*" in items else items,
        **parameters,
    )


def schema_query(target: Target) -> SchemaQuery:
    return schema_query_of(target, _versions)
