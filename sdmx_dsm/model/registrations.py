"""What a registry keeps besides artefacts: where data can be fetched (registrations), and who wants to hear of changes
(subscriptions). SDMX 3.0 section 2, "Registration" and "Subscription and Notification"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sdmx_dsm.model.constraints import QueryableDataSource
from sdmx_dsm.model.urns import Reference

# What is done to a registered or submitted thing. 3.1 alone has Merge.
RegistryAction = Literal["Append", "Replace", "Delete", "Information", "Merge"]
ANY: Final = "%"  # stands for every agency, id or version in a selector


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """`id` is "" where the registry is to choose it; times are as in the message (xs:dateTime), "" where there is none."""

    provision_agreement: Reference
    id: str = ""
    simple_data_source: str = ""
    queryable_data_source: QueryableDataSource | None = None
    valid_from: str = ""
    valid_to: str = ""
    last_updated: str = ""
    index_time_series: bool = False
    index_data_set: bool = False
    index_attributes: bool = False
    index_reporting_period: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationQuery:
    """Registrations by their id, by data provider, or by agreement, flow or structure (`*`: any of them). Agencies, ids and
    versions as in the path; the moments are exclusive."""

    by: Literal["id", "provider", "provisionagreement", "dataflow", "datastructure", "*"] = "*"
    agencies: tuple[str, ...] = ("*",)
    ids: tuple[str, ...] = ("*",)
    versions: tuple[str, ...] = ("*",)
    updated_after: datetime | None = None
    updated_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where notifications go: an address, `mailto:` or http."""

    address: str
    is_soap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventObject:
    """What a selector names: `kind` is the element of the standard (`Codelist`, `KeyFamily`, `RegistrationID`, …), and either a
    URN, or patterns in which `%` is everything."""

    kind: str
    urn: str = ""
    agency: str = ANY
    id: str = ANY
    version: str = ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSelector:
    """Events of one type. `objects`: none for all; `agencies` bound the structural ones."""

    type: Literal["STRUCTURE", "DATA", "METADATA"]
    agencies: tuple[str, ...] = (ANY,)
    objects: tuple[EventObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """`urn` is "" where the registry is to choose it, as for a new one. The dates are both included. `message_version`: the
    SDMX-ML that the subscriber writes, and is written to in; it is not said in the message itself."""

    organisation: Reference
    start_date: str
    end_date: str
    urn: str = ""
    mail_to: tuple[Endpoint, ...] = ()
    http: tuple[Endpoint, ...] = ()
    subscriber_assigned_id: str = ""
    selectors: tuple[EventSelector, ...] = ()
    message_version: str = ""
