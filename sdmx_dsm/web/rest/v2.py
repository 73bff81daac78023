"""REST 2.2: targets → queries. All functions raise QuerySyntaxError or VersionError for what breaks the
grammar; the first segment is the resource."""

from dataclasses import replace
from typing import Literal, get_args

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.model import (
    Context,
    DataQuery,
    MetadataQuery,
    StructureQuery,
    parse_key_v2,
    parse_sort,
    parse_version_expression,
)
from sdmx_dsm.model.queries import MetadataBy
from sdmx_dsm.model.registrations import RegistrationQuery
from sdmx_dsm.web.rest.targets import (
    CONTEXTS,
    AvailabilityQuery,
    SchemaQuery,
    Target,
    availability_query_of,
    choice,
    component_filters,
    count_from,
    moment,
    name,
    names,
    observation_parameters,
    parameter,
    schema_query_of,
    structure_parameters,
    words,
    year_start,
)


def versions(segment: str, default: str) -> tuple[str, ...]:
    """Version expressions, `default` where the segment is empty."""
    found = tuple(segment.split(",")) if segment else (default,)
    for version in found:
        parse_version_expression(version)
    return found


def data_query(target: Target) -> DataQuery:
    target.at_most(6)
    return _selection(target, ("*", *CONTEXTS))


def availability_query(target: Target) -> AvailabilityQuery:
    target.at_most(7)
    if not target.segment(1):
        raise QuerySyntaxError(f"An availability query names its context: one of {', '.join(CONTEXTS)}.")
    return availability_query_of(target, _selection(target, CONTEXTS), names(target.segment(6), "id"))


def _selection(target: Target, contexts: tuple[Context | Literal["*"], ...]) -> DataQuery:
    query = DataQuery(
        context=choice(target.segment(1) or "*", contexts, "context"),
        agencies=names(target.segment(2), "agency"),
        ids=names(target.segment(3), "id"),
        versions=versions(target.segment(4), "*"),
        keys=parse_key_v2(target.segment(5)),
        filters=component_filters(target),
        as_of=parameter(target, "asOf", moment, None),
        attributes=parameter(target, "attributes", words, ("dsd",)),
        measures=parameter(target, "measures", words, ("all",)),
        sort=parameter(target, "sort", lambda text, _: parse_sort(text), ()),
        year_start=parameter(target, "reportingYearStartDay", year_start, None),
        offset=parameter(target, "offset", count_from(0), 0),
        limit=parameter(target, "limit", count_from(1), None),
        **observation_parameters(target),
    )
    if query.updated_after and query.as_of and query.updated_after > query.as_of:
        raise QuerySyntaxError("updatedAfter is later than asOf: nothing can have changed between.")
    return query


def registration_query(target: Target) -> RegistrationQuery:
    """`/registration/id/{id}`, `…/provider/{agency}/{provider}`, `…/{context}/{agency}/{id}/{version}`."""
    query = replace(
        _registrations(target),
        updated_after=parameter(target, "updatedAfter", moment, None),
        updated_before=parameter(target, "updatedBefore", moment, None),
    )
    target.at_most({"id": 3, "provider": 4}.get(query.by, 5))
    return query


def _registrations(target: Target) -> RegistrationQuery:
    match target.segment(1) or "*":
        case "id":
            return RegistrationQuery(by="id", ids=(name(target.segment(2), "id"),))
        case "provider":
            agencies, providers = names(target.segment(2), "agency"), names(target.segment(3), "id")
            return RegistrationQuery(by="provider", agencies=agencies, ids=providers)
        case by:
            return RegistrationQuery(
                by=choice(by, ("*", *CONTEXTS), "context of registrations"),
                agencies=names(target.segment(2), "agency"),
                ids=names(target.segment(3), "id"),
                versions=versions(target.segment(4), "*"),
            )


def structure_query(target: Target) -> StructureQuery:
    target.at_most(6)
    resource = target.segment(1) or "*"
    items = names(target.segment(5), "item")
    return StructureQuery(
        artefact_types=("*" if resource == "all" else resource,),
        agencies=names(target.segment(2), "agency"),
        ids=names(target.segment(3), "id"),
        versions=versions(target.segment(4), "~"),
        items=() if "*" in items else items,
        as_of=parameter(target, "asOf", moment, None),
        **structure_parameters(target),
    )


def metadata_query(target: Target) -> MetadataQuery:
    """`/metadata/metadataset/{agency}/{id}/{version}`, `…/metadataflow/{agency}/{id}/{version}/{provider}`,
    `…/structure/{type}/{agency}/{id}/{version}`."""
    by: MetadataBy = choice(target.segment(1), get_args(MetadataBy), "kind of metadata query")
    target.at_most(5 if by == "metadataset" else 6)
    first = 3 if by == "structure" else 2
    return MetadataQuery(
        by=by,
        artefact_type=(target.segment(2) or "*") if by == "structure" else "*",
        agencies=names(target.segment(first), "agency"),
        ids=names(target.segment(first + 1), "id"),
        versions=versions(target.segment(first + 2), "~"),
        providers=names(target.segment(5), "item") if by == "metadataflow" else ("*",),
        detail=choice(target.value("detail") or "full", ("full", "allstubs"), "detail of metadata"),
        as_of=parameter(target, "asOf", moment, None),
    )


def schema_query(target: Target) -> SchemaQuery:
    return schema_query_of(target, lambda segment: versions(segment, "~"))
