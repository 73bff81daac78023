"""Where the fields of registry messages stand in SDMX-ML, in the order of the schemas (SDMXRegistry*.xsd), which is that of all
versions. `@name` is an attribute, `Name` an element of the registry namespace, `A/B` one within another,
`A|B` one of several."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sdmx_dsm.formats.registry_messages import messages as m
from sdmx_dsm.formats.registry_messages.kinds import (
    FLAG,
    TEXT,
    TEXTS,
    Kind,
    Many,
    Part,
    Queried,
    QueryResult,
    Refer,
    Selectors,
)
from sdmx_dsm.model import QueryableDataSource
from sdmx_dsm.model.registrations import Endpoint, Registration, Subscription


@dataclass(frozen=True, slots=True)
class Row:
    """`place` "" for the text of the element itself. A field with its default is not written, unless `always`."""

    field: str
    place: str
    kind: Kind = TEXT
    always: bool = False


DECLARATIONS: Final[Mapping[type, tuple[Row, ...]]] = {
    m.StatusText: (Row("code", "@code"), Row("text", "common:Text", TEXTS)),
    m.StatusMessage: (Row("status", "@status"), Row("texts", "MessageText", Many(Part(m.StatusText)))),
    m.SubmissionResult: (
        Row("action", "SubmittedStructure/@action"),
        Row("reference", "SubmittedStructure/MaintainableObject", Refer("Codelist")),
        Row("status", "StatusMessage", Part(m.StatusMessage)),
    ),
    m.SubmitStructureResponse: (Row("results", "SubmissionResult", Many(Part(m.SubmissionResult))),),
    QueryableDataSource: (
        Row("is_rest", "@isRESTDatasource", FLAG, always=True),
        Row("is_web_service", "@isWebServiceDatasource", FLAG, always=True),
        Row("data_url", "common:DataURL"),
        Row("wsdl_url", "common:WSDLURL"),
        Row("wadl_url", "common:WADLURL"),
    ),
    Registration: (
        Row("id", "@id"),
        Row("valid_from", "@validFrom"),
        Row("valid_to", "@validTo"),
        Row("last_updated", "@lastUpdated"),
        Row("index_time_series", "@indexTimeSeries", FLAG),
        Row("index_data_set", "@indexDataSet", FLAG),
        Row("index_attributes", "@indexAttributes", FLAG),
        Row("index_reporting_period", "@indexReportingPeriod", FLAG),
        Row("provision_agreement", "ProvisionAgreement", Refer("ProvisionAgreement")),
        Row("simple_data_source", "Datasource/SimpleDataSource"),
        Row("queryable_data_source", "Datasource/QueryableDataSource", Part(QueryableDataSource)),
    ),
    m.RegistrationRequest: (Row("action", "@action"), Row("registration", "Registration", Part(Registration))),
    m.SubmitRegistrationsRequest: (Row("requests", "RegistrationRequest", Many(Part(m.RegistrationRequest))),),
    m.RegistrationStatus: (
        Row("registration", "Registration", Part(Registration)),
        Row("status", "StatusMessage", Part(m.StatusMessage)),
    ),
    m.SubmitRegistrationsResponse: (Row("statuses", "RegistrationStatus", Many(Part(m.RegistrationStatus))),),
    m.QueryRegistrationRequest: (
        Row("query_type", "QueryType", always=True),
        Row("reference", "|".join(Queried.names), Queried(), always=True),
    ),
    m.QueryRegistrationResponse: (
        Row("status", "StatusMessage", Part(m.StatusMessage)),
        Row("registrations", "QueryResult", Many(QueryResult(Part(Registration)))),
    ),
    Endpoint: (Row("address", ""), Row("is_soap", "@isSOAP", FLAG)),
    Subscription: (
        Row("organisation", "Organisation", Refer("Agency")),
        Row("urn", "RegistryURN"),
        Row("mail_to", "NotificationMailTo", Many(Part(Endpoint))),
        Row("http", "NotificationHTTP", Many(Part(Endpoint))),
        Row("subscriber_assigned_id", "SubscriberAssignedID"),
        Row("start_date", "ValidityPeriod/StartDate"),
        Row("end_date", "ValidityPeriod/EndDate"),
        Row("selectors", "EventSelector", Selectors()),
    ),
    m.SubscriptionRequest: (Row("action", "@action"), Row("subscription", "Subscription", Part(Subscription))),
    m.SubmitSubscriptionsRequest: (Row("requests", "SubscriptionRequest", Many(Part(m.SubscriptionRequest))),),
    m.SubscriptionStatus: (
        Row("urn", "SubscriptionURN"),
        Row("subscriber_assigned_id", "SubscriberAssignedID"),
        Row("status", "StatusMessage", Part(m.StatusMessage)),
    ),
    m.SubmitSubscriptionsResponse: (Row("statuses", "SubscriptionStatus", Many(Part(m.SubscriptionStatus))),),
    m.QuerySubscriptionRequest: (Row("organisation", "Organisation", Refer("Agency")),),
    m.QuerySubscriptionResponse: (
        Row("status", "StatusMessage", Part(m.StatusMessage)),
        Row("subscriptions", "Subscription", Many(Part(Subscription))),
    ),
    m.NotifyRegistryEvent: (
        Row("time", "EventTime"),
        Row("object_urn", "ObjectURN"),
        Row("registration_id", "RegistrationID"),
        Row("subscription_urn", "SubscriptionURN"),
        Row("action", "EventAction"),
        Row("registration", "RegistrationEvent/Registration", Part(Registration)),
    ),
}
