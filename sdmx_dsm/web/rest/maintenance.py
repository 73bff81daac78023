"""Writing (SDMX REST 2.2, maintenance): structure messages, documents of the registry interface, and data.

    POST   /structure[/{type}]                                  any artefacts, or those of one type
    PUT    /structure/{type}/{agency}/{id}/{version}[/{item}]   exactly this one
    DELETE /structure/{type}/{agency}/{id}/{version}[/{item}]   exactly this one
    POST   /metadata[/metadataset]                              sets of reference metadata
    PUT    /metadata/metadataset/{agency}/{id}/{version}        exactly this one; so DELETE
    POST   /registration, /subscription                         documents of the registry interface on these
    POST   at a root                                            any document of the registry interface, or structures
    POST   /data                                                data messages (`data_changes`)

What can't be read at all is answered by an SDMX error, all else by the response of the registry interface with a result for each
part. Structures of one message are one transaction unless the caller wishes otherwise."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import QuerySyntaxError, Unauthorised, Unsupported
from sdmx_dsm.formats import read_submitted
from sdmx_dsm.formats.registry_messages import (
    QueryRegistrationRequest,
    QuerySubscriptionRequest,
    SubmitRegistrationsRequest,
    SubmitStructureRequest,
    SubmitSubscriptionsRequest,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.people import check_may_submit, maintained_agencies
from sdmx_dsm.web.bodies import received
from sdmx_dsm.web.callers import viewer_of
from sdmx_dsm.web.rest import answers, data_changes, registrations, structure_changes
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.forms import is_query
from sdmx_dsm.web.rest.registry_answers import METHODS, Handler, answer_format
from sdmx_dsm.web.rest.targets import ROOTS, Target, flag, parameter, split_target

PARAMETERS: Final = ("dry_run", "all_or_nothing", "note", "format", "formatVersion", "lang")


def routes() -> list[Route]:
    return [
        Route(f"{root}{rest}", partial(change, root=root), methods=METHODS)
        for root in ROOTS
        for rest in ("", "/{rest:path}")
    ]


async def change(request: Request, root: str) -> Response:
    """The response to a request that changes something below `root`, or asks for data in a form. Raises DsmError."""
    if is_query(request):
        return await answers.answer_form(request, root)
    hub: Hub = request.app.state.hub
    target = split_target(
        request.scope["raw_path"], request.scope["query_string"], request.scope.get("root_path", "") + root
    )
    _check_address(request.method, root, target)
    viewer = await run_in_threadpool(viewer_of, request, hub)
    if target.segment(0) == "data":
        check_may_submit(viewer)
        async with received(request, hub.settings) as upload:
            return await run_in_threadpool(
                data_changes.submit, Call(request, hub, ROOTS[root], target, viewer), upload.path
            )
    if viewer.is_anonymous:
        raise Unauthorised("Whoever changes the registry needs a token: send it as “Authorization: Bearer …”.")
    call = Call(request, hub, ROOTS[root], target, viewer)
    answer_format(call)  # whatever is wrong with it is told before anything is changed
    if request.method == "DELETE":
        return await run_in_threadpool(structure_changes.delete, call, root)
    async with received(request, hub.settings) as upload:
        return await run_in_threadpool(_receive, call, root, upload.path)


def _check_address(method: str, root: str, target: Target) -> None:
    """Before anything is read of a body. Raises Unsupported for what is not written here, QuerySyntaxError for an unknown
    parameter: a message sent with `dryrun=true` would be stored."""
    resource = target.segment(0)
    if (
        resource not in (*_MESSAGES, "data")
        or (method != "POST" and resource not in ("structure", "metadata"))
        or (resource and ROOTS[root] == "v1")
    ):
        raise Unsupported(f"{method} is not offered at {root}/{resource}.")
    if resource == "data":
        target.at_most(1)
    known = data_changes.PARAMETERS if resource == "data" else PARAMETERS
    if unknown := sorted(target.values.keys() - set(known)):
        raise QuerySyntaxError(f"There is no parameter {', '.join(unknown)} of a change; there are {', '.join(known)}.")
    if root.startswith("/ws/") and not parameter(target, "all_or_nothing", flag, True):
        raise QuerySyntaxError(
            "Below /ws a message is done as a whole or not at all: its clients look at the status alone."
        )


def _receive(call: Call, root: str, body: Path) -> Response:
    if call.target.segment(0) in ("structure", "metadata"):
        maintained_agencies(call.viewer)  # before the work of reading
    sent = read_submitted(body)
    allowed = _MESSAGES[call.target.segment(0)]
    handler = allowed.get(type(sent.message))
    if handler is None:
        raise QuerySyntaxError(
            f"A {type(sent.message).__name__} is not for this address; expected is "
            f"{' or '.join(kind.__name__ for kind in allowed)}."
        )
    return handler(call, root, sent)


_STRUCTURES: Final[Mapping[type, Handler]] = {SubmitStructureRequest: structure_changes.submit}
_REGISTRATIONS: Final[Mapping[type, Handler]] = {
    SubmitRegistrationsRequest: registrations.register,
    QueryRegistrationRequest: registrations.query_registrations,
}
_SUBSCRIPTIONS: Final[Mapping[type, Handler]] = {
    SubmitSubscriptionsRequest: registrations.subscribe,
    QuerySubscriptionRequest: registrations.query_subscriptions,
}
# First segment of the path -> what may be posted there, and who answers it.
_MESSAGES: Final[Mapping[str, Mapping[type, Handler]]] = {
    "": {**_STRUCTURES, **_REGISTRATIONS, **_SUBSCRIPTIONS},
    "structure": _STRUCTURES,
    "metadata": _STRUCTURES,
    "registration": _REGISTRATIONS,
    "subscription": _SUBSCRIPTIONS,
}
