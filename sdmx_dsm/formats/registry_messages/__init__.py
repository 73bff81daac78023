"""Messages of the registry interface: SDMX-ML 2.1, 3.0 and 3.1, and the answer to a submission of structures in JSON.

    read_registry(path) -> Received           whichever of the messages it is, in whichever version
    write_registry(version, message, header)  the document
    write_response_json(response, header)     SubmitStructureResponse as JSON

`messages` has the classes, `declarations` says where their fields stand in SDMX-ML, for both directions. What the schemas
call QueryRegistration is read without its constraints and reference period: the registry indexes no data of others."""

from sdmx_dsm.formats.registry_messages.json_writer import write_response_json
from sdmx_dsm.formats.registry_messages.messages import (
    NotifyRegistryEvent,
    QueryRegistrationRequest,
    QueryRegistrationResponse,
    QuerySubscriptionRequest,
    QuerySubscriptionResponse,
    RegistrationRequest,
    RegistrationStatus,
    RegistryMessage,
    StatusMessage,
    StatusText,
    SubmissionResult,
    SubmitRegistrationsRequest,
    SubmitRegistrationsResponse,
    SubmitStructureRequest,
    SubmitStructureResponse,
    SubmitSubscriptionsRequest,
    SubmitSubscriptionsResponse,
    SubscriptionRequest,
    SubscriptionStatus,
)
from sdmx_dsm.formats.registry_messages.ml import (
    MlVersion,
    Received,
    is_registry_message,
    read_registry,
    root_of,
    write_registry,
)

__all__ = [
    "MlVersion",
    "NotifyRegistryEvent",
    "QueryRegistrationRequest",
    "QueryRegistrationResponse",
    "QuerySubscriptionRequest",
    "QuerySubscriptionResponse",
    "Received",
    "RegistrationRequest",
    "RegistrationStatus",
    "RegistryMessage",
    "StatusMessage",
    "StatusText",
    "SubmissionResult",
    "SubmitRegistrationsRequest",
    "SubmitRegistrationsResponse",
    "SubmitStructureRequest",
    "SubmitStructureResponse",
    "SubmitSubscriptionsRequest",
    "SubmitSubscriptionsResponse",
    "SubscriptionRequest",
    "SubscriptionStatus",
    "is_registry_message",
    "read_registry",
    "root_of",
    "write_registry",
    "write_response_json",
]
