"""REST 2.2: targets → queries (`spec/REST.md` A1-A8). All functions raise QuerySyntaxError or VersionError for what breaks the
grammar; the first segment is the resource."""

from typing import Any, Final, cast, get_args

from sdmx_dsm.errors import QuerySyntaxError, Unsupported
from sdmx_dsm.model import DataQuery, StructureQuery, parse_key_v2, parse_version_expression
from sdmx_dsm.model.queries import StructureDetail
from sdmx_dsm.web.rest.targets import (
    AVAILABILITY_REFERENCES,
    METADATA_CONTEXTS,
    AvailabilityQuery,
    Mode,
    SchemaQuery,
    Target,
    choice,
    component_filters,
    count_from,
    identifier,
    moment,
    name,
    names,
    observation_parameters,
    parameter,
    words,
)

CONTEXTS: Final = ("datastructure", "dataflow", "provisionagreement")
_UNBUILT: Final = ("sort", "reportingYearStartDay")


def versions(segment: str, default: str) -> tuple[str, ...]:
    """Version expressions of A3, `default` where the segment is empty."""
    found = tuple(segment.split(",")) if segment else (default,)
    for version in found:
        parse_version_expression(version)
    return found


def data_query(target: Target) -> DataQuery:
    target.at_most(6)
    return _selection(target, contexts=("*", *CONTEXTS))


def availability_query(target: Target) -> AvailabilityQuery:
    target.at_most(7)
    if not target.segment(1):
        raise QuerySyntaxError(f"An availability query names its context: one of {', '.join(CONTEXTS)}.")
    components = names(target.segment(6), "id")
    references = parameter(target, "references", words, ("none",))
    for keyword in references:
        choice(keyword, AVAILABILITY_REFERENCES, "reference of an availability query")
    return AvailabilityQuery(
        data=_selection(target, contexts=CONTEXTS),
        components=() if "*" in components else components,
        mode=cast("Mode", choice(target.value("mode") or "exact", ("exact", "available"), "mode")),
        references=references,
    )


def _selection(target: Target, contexts: tuple[str, ...]) -> DataQuery:
    for word in _UNBUILT:
        if target.value(word):
            raise Unsupported(f"The parameter {word} is not offered yet.", parameter=word)
    query = DataQuery(
        context=choice(target.segment(1) or "*", contexts, "context"),  # type: ignore[arg-type]
        agencies=names(target.segment(2), "agency"),
        ids=names(target.segment(3), "id"),
        versions=versions(target.segment(4), "*"),
        keys=parse_key_v2(target.segment(5)),
        filters=component_filters(target),
        as_of=parameter(target, "asOf", moment, None),
        attributes=parameter(target, "attributes", words, ("dsd",)),
        measures=parameter(target, "measures", words, ("all",)),
        offset=parameter(target, "offset", count_from(0), 0),
        limit=parameter(target, "limit", count_from(1), None),
        **cast("dict[str, Any]", observation_parameters(target)),
    )
    if query.updated_after and query.as_of and query.updated_after > query.as_of:
        raise QuerySyntaxError("updatedAfter is later than asOf: nothing can have changed between.")
    return query


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
        **cast("dict[str, Any]", structure_parameters(target)),
    )


def structure_parameters(target: Target) -> dict[str, object]:
    return {
        "detail": choice(target.value("detail") or "full", get_args(StructureDetail), "detail"),
        "references": parameter(target, "references", words, ("none",)),
        "as_of": parameter(target, "asOf", moment, None),
    }


def schema_query(target: Target) -> SchemaQuery:
    target.at_most(5)
    context = target.segment(1)
    if context in METADATA_CONTEXTS:
        raise Unsupported(f"Schemas of a {context} are not offered yet.")
    version, *more = versions(target.segment(4), "~")
    if more:
        raise QuerySyntaxError("A schema is that of one version, not of a list.")
    return SchemaQuery(
        context=choice(context, CONTEXTS, "context of a schema"),  # type: ignore[arg-type]
        agency=name(target.segment(2), "agency"),
        id=name(target.segment(3), "id"),
        version=version,
        dimension_at_observation=parameter(target, "dimensionAtObservation", identifier, None),
    )
