"""Registrations and subscriptions over REST (SDMX REST 2.2, registration; the annex on maintenance)."""

from collections.abc import Sequence
from typing import Final, Literal, cast

from starlette.responses import Response

from sdmx_dsm.errors import NoResults, QuerySyntaxError
from sdmx_dsm.formats.registry_messages import (
    QueryRegistrationRequest,
    QueryRegistrationResponse,
    QuerySubscriptionRequest,
    QuerySubscriptionResponse,
    Received,
    RegistrationStatus,
    StatusMessage,
    StatusText,
    SubmitRegistrationsRequest,
    SubmitRegistrationsResponse,
    SubmitSubscriptionsRequest,
    SubmitSubscriptionsResponse,
    SubscriptionStatus,
)
from sdmx_dsm.model import Reference, Text
from sdmx_dsm.model.registrations import Registration, RegistrationQuery, Subscription
from sdmx_dsm.service import registrations, subscriptions
from sdmx_dsm.service.registrations import EntryResult
from sdmx_dsm.web.responses import message_status, result_status
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.registry_answers import registry_response

_FOUND: Final = StatusMessage(status="Success")
_NOTHING: Final[Text] = {"en": "Nothing matches the query.", "ru": "Запросу ничего не отвечает."}
# What a query of the registry interface refers to -> how registrations are looked for.
_BY: Final[dict[str, Literal["provider", "provisionagreement", "dataflow"]]] = {
    "ProvisionAgreement": "provisionagreement",
    "DataProvider": "provider",
    "Dataflow": "dataflow",
}


def show(call: Call) -> Response:
    """GET /registration/… Raises NoResults."""
    found = registrations.find(call.hub, call.parser.registration_query(call.target))
    if not found:
        raise NoResults("No registrations match the query.", ru="Запросу не отвечает ни одна регистрация.")
    message = QueryRegistrationResponse(status=_FOUND, registrations=tuple(found))
    return registry_response(call, message, "", result_status("Replace", refused=False))


def register(call: Call, _: str, sent: Received) -> Response:
    _refuse_dry_run(call)
    requests = cast("SubmitRegistrationsRequest", sent.message).requests
    results = [registrations.register(call.hub, each.action, each.registration, call.viewer) for each in requests]
    message = SubmitRegistrationsResponse(
        statuses=tuple(
            RegistrationStatus(registration=cast("Registration", result.content), status=_status(result))
            for result in results
        )
    )
    return registry_response(call, message, sent.version, _common_status(results))


def query_registrations(call: Call, _: str, sent: Received) -> Response:
    request = cast("QueryRegistrationRequest", sent.message)
    found = [] if request.query_type == "MetadataSets" else registrations.find(call.hub, _query(request.reference))
    status = _FOUND if found else _nothing()
    message = QueryRegistrationResponse(status=status, registrations=tuple(found))
    return registry_response(call, message, sent.version, result_status("Replace", refused=False))


def subscribe(call: Call, _: str, sent: Received) -> Response:
    _refuse_dry_run(call)
    requests = cast("SubmitSubscriptionsRequest", sent.message).requests
    results = [
        subscriptions.subscribe(call.hub, each.action, each.subscription, call.viewer, sent.version)
        for each in requests
    ]
    message = SubmitSubscriptionsResponse(statuses=tuple(map(_subscription_status, results)))
    return registry_response(call, message, sent.version, _common_status(results))


def query_subscriptions(call: Call, _: str, sent: Received) -> Response:
    organisation = cast("QuerySubscriptionRequest", sent.message).organisation
    found = subscriptions.find(call.hub, organisation, call.viewer)
    status = _FOUND if found else _nothing()
    message = QuerySubscriptionResponse(status=status, subscriptions=tuple(found))
    return registry_response(call, message, sent.version, result_status("Replace", refused=False))


def _query(reference: Reference | None) -> RegistrationQuery:
    if reference is None:
        return RegistrationQuery()
    by = _BY.get(reference.artefact_class)
    if by is None:
        raise QuerySyntaxError(f"Registrations are not looked for by {reference.artefact_class}.")
    return RegistrationQuery(
        by=by, agencies=(reference.agency,), ids=(reference.item or reference.id,), versions=(reference.version,)
    )


def _refuse_dry_run(call: Call) -> None:
    for name in ("dry_run", "all_or_nothing"):
        if call.target.value(name):
            raise QuerySyntaxError(f"There is no {name} of registrations and subscriptions: each is done by itself.")


def _code(result: EntryResult) -> int:
    rules = (result.rule,) if result.rule else ()
    return result_status(result.action, refused=result.status == "Failure", rules=rules)


def _common_status(results: Sequence[EntryResult]) -> int:
    return message_status((_code(result), True) for result in results)


def _status(result: EntryResult) -> StatusMessage:
    named = f" [{result.rule}]" if result.rule else ""
    text = {language: f"{told}{named}" for language, told in result.message.items()}
    return StatusMessage(
        status=result.status, texts=(StatusText(code=str(_code(result)), text=text, rule=result.rule),)
    )


def _nothing() -> StatusMessage:
    return StatusMessage(status="Warning", texts=(StatusText(code="404", text=_NOTHING),))


def _subscription_status(result: EntryResult) -> SubscriptionStatus:
    subscription = cast("Subscription", result.content)
    return SubscriptionStatus(
        urn=subscription.urn,
        subscriber_assigned_id=subscription.subscriber_assigned_id,
        status=_status(result),
    )
