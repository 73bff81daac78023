"""Queries → responses: the same for both versions of the API."""

from collections import deque
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import NoResults, NotFound, Unsupported
from sdmx_dsm.formats import SchemaOptions, StructureOptions
from sdmx_dsm.model import MAINTAINABLES, DataConstraint, Maintainable, MetadataQuery, Reference, StructureQuery
from sdmx_dsm.service import Hub, data, metadata, structures
from sdmx_dsm.service.hub import Registry
from sdmx_dsm.service.related import of_availability, of_schema
from sdmx_dsm.service.resources import CLASSES_V1, OTHERS_V1, RESOURCES, RESOURCES_V1
from sdmx_dsm.web.callers import viewer_of
from sdmx_dsm.web.responses import not_modified
from sdmx_dsm.web.rest import data_answers, leniency, registrations
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.conditions import is_current
from sdmx_dsm.web.rest.forms import posted_target
from sdmx_dsm.web.rest.negotiation import Choice
from sdmx_dsm.web.rest.representations import headers_of, stream, tag_of
from sdmx_dsm.web.rest.targets import ROOTS, Family, SchemaQuery, Target, split_target
from sdmx_dsm.web.streams import while_wanted

# The artefacts of a message, and which of them stand around what was asked for: a format that can't say these goes without them.
Answer = tuple[Iterable[Maintainable], Container[Reference]]


def routes() -> list[Route]:
    """Everything below the roots of the API; `answer` splits the raw path."""
    return [Route(f"{root}{rest}", partial(answer, root=root)) for root in ROOTS for rest in ("", "/{rest:path}")]


async def answer(request: Request, root: str) -> Response:
    """The response to a request below `root`. Raises DsmError."""
    target = split_target(
        request.scope["raw_path"], request.scope["query_string"], request.scope.get("root_path", "") + root
    )
    return await while_wanted(request, partial(_answer, request, root, target))


async def answer_form(request: Request, root: str) -> Response:
    """The response to a query that came as a form. Raises DsmError."""
    hub: Hub = request.app.state.hub
    target = await posted_target(request, root, hub.settings)
    return await while_wanted(request, partial(_answer, request, root, target))


def _answer(request: Request, root: str, target: Target) -> Response:
    family, resource = ROOTS[root], target.segment(0)
    handler = _RESOURCES[family].get(resource)
    if handler is None and family == "v1" and resource in _STRUCTURES_V1:
        handler = _structure
    if handler is None:
        raise NotFound(f"There is no resource “{resource}” below {root}; there are {', '.join(_RESOURCES[family])}.")
    hub: Hub = request.app.state.hub
    return handler(Call(request, hub, family, target, viewer_of(request, hub)))


def _structure(call: Call) -> Response:
    query: StructureQuery = call.parser.structure_query(call.target)
    registry = call.registry(query.as_of)

    def select() -> Answer:
        classes = CLASSES_V1 if call.family == "v1" else None
        found = structures.select(registry.structures, query, classes)
        if not found:
            raise NoResults("No structures match the query.", ru="Запросу не отвечает ни одна структура.")
        return found, frozenset(found.related)

    return _structure_message(call, query, call.format("structure"), select, registry, registry.time)


def _metadata(call: Call) -> Response:
    query: MetadataQuery = call.parser.metadata_query(call.target)
    registry = call.registry(query.as_of)

    def select() -> Answer:
        found = metadata.select(registry.structures, query)
        if not found:
            raise NoResults("No metadata match the query.", ru="Запросу не отвечают никакие метаданные.")
        return found, frozenset()

    return _structure_message(call, query, call.format("metadata"), select, registry, registry.time)


def _availability(call: Call) -> Response:
    query = call.parser.availability_query(call.target)

    def select() -> Answer:
        constraints = data.availability(call.hub, query.data, call.viewer, mode=query.mode)
        found = of_availability(call.hub, constraints, query.components, query.references)
        return found, frozenset(one.reference for one in found if not isinstance(one, DataConstraint))

    asked = data.ask(call.hub, query.data, call.viewer)
    return _structure_message(
        call, (query, asked.tag), call.format("structure"), select, asked.registry, asked.last_changed
    )


def _schema(call: Call) -> Response:
    query: SchemaQuery = call.parser.schema_query(call.target)
    kind = RESOURCES[query.context]
    reference = Reference(kind, query.agency, query.id, query.version)
    registry = call.registry(query.as_of)
    artefact = registry.structures.resolve(reference, MAINTAINABLES[kind])
    choice = call.format("schema", "structure")
    if choice.format.kind == "structure":
        return _structure_message(
            call,
            query,
            choice,
            lambda: (of_schema(registry.structures, artefact), frozenset()),
            registry,
            registry.time,
        )
    languages = call.languages
    tag = tag_of(call, choice, languages, query, registry.revision)
    headers = headers_of(call, choice, languages, tag, f"{artefact.agency}-{artefact.id}", registry.time)
    if is_current(call.request, tag, registry.time):
        return not_modified(headers)
    options = SchemaOptions(
        dimension_at_observation=query.dimension_at_observation,
        explicit_measures=query.explicit_measures,
        for_deletion=query.deletion,
    )
    if choice.format.write_schema is None:
        raise Unsupported(f"{choice.format.name} is not written here.")
    schema = registry.structures.schema(artefact.reference)
    return stream(call, choice, choice.format.write_schema(schema, options), headers)


def _structure_message(
    call: Call,
    query: object,
    choice: Choice,
    select: Callable[[], Answer],
    registry: Registry,
    last_modified: datetime | None = None,
) -> Response:
    """A structure or metadata message with what `select` finds in `registry`, unless the caller has it already."""
    languages = call.languages
    lenient = leniency.prefers(call.request.headers.getlist("prefer"), leniency.PREFERENCE)
    tag = tag_of(call, choice, languages, query, registry.revision, lenient, revision=registry.revision)
    headers = headers_of(call, choice, languages, tag, "structures", last_modified)
    headers["vary"] += ", Prefer"
    if is_current(call.request, tag, last_modified):
        return not_modified(headers)
    found, optional = select()
    write = choice.format.write_structures or choice.format.write_metadata
    if write is None:
        raise Unsupported(f"{choice.format.name} is not written here.")
    header = call.hub.header(
        id=tag.strip("W/").strip('"')[:20], prepared=datetime.now(UTC).isoformat(timespec="milliseconds")
    )
    options = StructureOptions(header=header, languages=languages, optional=optional)
    if lenient:
        left_out: list[str] = []
        telling = replace(options, left_out=left_out.append)
        deque(write(found, telling, registry.structures), maxlen=0)
        headers |= leniency.headers(left_out)
        options = replace(options, left_out=lambda _: None)
    return stream(call, choice, write(found, options, registry.structures), headers)


def _unbuilt(what: str) -> Callable[[Call], Response]:
    def refuse(_: Call) -> Response:
        raise Unsupported(f"{what} is not offered yet.")

    return refuse


_RESOURCES: Final[Mapping[Family, Mapping[str, Callable[[Call], Response]]]] = {
    "v2": {
        "data": data_answers.show,
        "availability": _availability,
        "schema": _schema,
        "structure": _structure,
        "metadata": _metadata,
        "registration": registrations.show,
    },
    "v1": {
        "data": data_answers.show,
        "availableconstraint": _availability,
        "schema": _schema,
        "structure": _structure,
        "metadata": _unbuilt("Reference metadata of version 1"),
    },
}
_STRUCTURES_V1: Final = frozenset((*RESOURCES_V1, *OTHERS_V1))
