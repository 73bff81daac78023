"""The messages of the registry interface, as objects: one class for each kind, alike in all versions of the standard."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sdmx_dsm.model import Maintainable, Reference, Text
from sdmx_dsm.model.registrations import Registration, RegistryAction, Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusText:
    """`code` is the HTTP status of the part; `rule` names the broken rule (SDMX-ML has no place for it but the text)."""

    code: str
    text: Text
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMessage:
    status: Literal["Success", "Warning", "Failure"]
    texts: tuple[StatusText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitStructureRequest:
    """`actions` are those of single artefacts, `action` that of all others."""

    artefacts: tuple[Maintainable, ...]
    action: RegistryAction = "Append"
    actions: Mapping[Reference, RegistryAction] = field(default_factory=dict)

    def action_of(self, artefact: Maintainable) -> RegistryAction:
        return self.actions.get(artefact.reference, self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionResult:
    reference: Reference
    action: RegistryAction
    status: StatusMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitStructureResponse:
    """At least one result."""

    results: tuple[SubmissionResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationRequest:
    registration: Registration
    action: RegistryAction


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRegistrationsRequest:
    requests: tuple[RegistrationRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationStatus:
    registration: Registration
    status: StatusMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRegistrationsResponse:
    statuses: tuple[RegistrationStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRegistrationRequest:
    """`reference`: the agreement, provider or flow whose registrations are asked for, None for all."""

    query_type: Literal["DataSets", "MetadataSets", "AllSets"] = "AllSets"
    reference: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRegistrationResponse:
    status: StatusMessage
    registrations: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRequest:
    subscription: Subscription
    action: RegistryAction


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSubscriptionsRequest:
    requests: tuple[SubscriptionRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    status: StatusMessage
    urn: str = ""
    subscriber_assigned_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSubscriptionsResponse:
    statuses: tuple[SubscriptionStatus, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySubscriptionRequest:
    organisation: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySubscriptionResponse:
    status: StatusMessage
    subscriptions: tuple[Subscription, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRegistryEvent:
    """What changed: an artefact (`object_urn`), or a registration (`registration_id`), which then comes with it. `time` is an
    xs:dateTime."""

    time: str
    subscription_urn: str
    action: RegistryAction
    object_urn: str = ""
    registration_id: str = ""
    registration: Registration | None = None


RegistryMessage = (
    SubmitStructureRequest
    | SubmitStructureResponse
    | SubmitRegistrationsRequest
    | SubmitRegistrationsResponse
    | QueryRegistrationRequest
    | QueryRegistrationResponse
    | SubmitSubscriptionsRequest
    | SubmitSubscriptionsResponse
    | QuerySubscriptionRequest
    | QuerySubscriptionResponse
    | NotifyRegistryEvent
)
