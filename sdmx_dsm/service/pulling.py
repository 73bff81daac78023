"""Structures and data from other SDMX services, by sdmx1's catalogue of sources or any address.

    service_at(source)               where to ask, and how: sdmx1 builds the addresses
    pull_structures(hub, service, …) artefacts with all that they refer to, read by our readers
    pull_data(hub, service, …)       a submission

sdmx1 is asked for addresses alone: its readers never see what comes back."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

import sdmx
import sdmx.source
from sdmx.format import Version

from sdmx_dsm.errors import DsmError, NotFound, QuerySyntaxError, TooLarge, Unavailable
from sdmx_dsm.formats import read_structures
from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Dataflow,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Structures,
    Viewer,
    iter_references,
    parse_reference,
)
from sdmx_dsm.service.fetching import fetched, limits_of
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.resources import ARTEFACT_TYPES
from sdmx_dsm.service.rules.agencies import asks_for_agencies, missing_in, scheme_above
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive
from sdmx_dsm.store import Submission

Api = Literal["1", "2"]
# REST -> what sdmx1 calls the version; the formats that we read best.
_VERSIONS: Final = {"1": Version["2.1"], "2": Version["3.0.0"]}
_STRUCTURES: Final = {
    "1": "application/vnd.sdmx.structure+xml;version=2.1, application/xml;q=0.5, */*;q=0.1",
    "2": "application/vnd.sdmx.structure+xml;version=3.0.0, application/vnd.sdmx.structure+json;version=2.0.0;q=0.5, */*;q=0.1",
}
_DATA: Final = {
    "1": "application/vnd.sdmx.structurespecificdata+xml;version=2.1, application/vnd.sdmx.genericdata+xml;version=2.1;q=0.8,"
    " application/vnd.sdmx.data+csv;version=1.0.0;q=0.5, */*;q=0.1",
    "2": "application/vnd.sdmx.data+xml;version=3.0.0, application/vnd.sdmx.data+csv;version=2.0.0;q=0.8, */*;q=0.1",
}
_MOST_ROUNDS: Final = 4
_MOST_ASKED: Final = 1000


@dataclass(frozen=True, slots=True)
class Service:
    """Where to ask: `client` builds the requests."""

    name: str
    api: Api
    client: Any

    def request(self, **arguments: Any) -> str:
        """The address of a GET. Raises QuerySyntaxError for what sdmx1 can't ask of this service."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return str(self.client.get(dry_run=True, force=True, **arguments).url)
            except (ValueError, NotImplementedError, AssertionError) as error:
                raise QuerySyntaxError(f"{self.name} can't be asked that: {error}.") from error


def service_at(source: str, api: Api | None = None) -> Service:
    """A source of sdmx1's catalogue by its id, or a service by the address of its SDMX REST API. `api` says which of its versions
    an address speaks; where it is not given, the address is looked at. Raises NotFound for a source that is not known."""
    if "://" not in source:
        known = sdmx.list_sources()
        if source not in known:
            raise NotFound(
                f"There is no source “{source}”; there are {', '.join(known)}. The address of an SDMX REST API is taken too."
            )
        client = sdmx.Client(source)
        return Service(source, "2" if client.source.versions == {_VERSIONS["2"]} else "1", client)
    chosen: Api = api or ("2" if any(word in source.lower() for word in ("/v2", "/3.0", "/v3")) else "1")
    client = sdmx.Client()
    client.source = sdmx.source.Source(id="SERVICE", url=source.rstrip("/"), name=source, versions={_VERSIONS[chosen]})
    return Service(source, chosen, client)


def pull_structures(hub: Hub, service: Service, resource: str, wanted: Reference) -> tuple[Maintainable, ...]:
    """An artefact of the other service with all that it refers to, as far as the service has it, and the agencies of these that
    the hub does not know, as parts of their schemes; nothing is stored.

    Raises NotFound, QuerySyntaxError for a `resource` that is none, Unavailable, TooLarge, and what readers raise."""
    found = Structures(_ask(hub, service, resource, wanted, "descendants"))
    if found.find(wanted) is None:
        raise NotFound(f"{service.name} has no {resource} {wanted.short}.")
    asked: set[Reference] = set()
    for _ in range(_MOST_ROUNDS):
        missing = {*_missing(found, hub.structures)} - asked
        if not missing:
            break
        asked |= missing
        if len(asked) > _MOST_ASKED:
            raise TooLarge(
                f"{service.name} refers to more than {_MOST_ASKED} artefacts that it does not send along, nor has the hub:"
                " pull those first."
            )
        more: list[Maintainable] = []
        for reference in sorted(missing, key=lambda each: each.short):
            # What is still missing is told when the artefacts are checked.
            with suppress(NotFound, Unavailable, QuerySyntaxError):
                more += _ask(hub, service, reference.artefact_class.lower(), reference, "none")
        found = found.with_artefacts(more)
    return (*_agencies(hub, service, found), *found)


def _missing(found: Structures, known: Structures) -> Iterable[Reference]:
    for artefact in found:
        for reference in iter_references(artefact):
            target = reference.maintainable
            if "*" not in target.urn and found.find(target) is None and known.find(target) is None:
                yield target


def _agencies(hub: Hub, service: Service, found: Structures) -> Iterator[AgencyScheme]:
    known = hub.structures.with_artefacts(found)
    unknown: dict[Reference, set[str]] = {}
    for reference in found.references() if asks_for_agencies(known) else ():
        agency = reference.agency
        while scheme := missing_in(agency, known):
            above = scheme_above(agency)
            if scheme == above and not found.identify(scheme):
                unknown.setdefault(scheme, set()).add(agency.rpartition(".")[2])
            agency = above.agency
    for reference, ids in sorted(unknown.items(), key=lambda pair: pair[0].short):
        theirs: dict[str, Agency] = {}
        with suppress(DsmError):  # few services have it
            scheme_there = Structures(_ask(hub, service, "agencyscheme", reference, "none")).find(reference)
            if isinstance(scheme_there, AgencyScheme):
                theirs = {agency.id: agency for agency in scheme_there.items}
        items = tuple(theirs.get(id, Agency(id=id, names={"en": id})) for id in sorted(ids))
        names = {"en": f"Agencies of {reference.agency}"}
        ours = known.find(reference)
        yield AgencyScheme(
            id=reference.id,
            agency=reference.agency,
            version=reference.version,
            names=ours.names if ours else names,
            items=items,
            is_partial=ours is not None,
        )


def _ask(hub: Hub, service: Service, resource: str, wanted: Reference, references: str) -> tuple[Maintainable, ...]:
    versions = {} if wanted.version in ("~", "+", "latest") else {"version": wanted.version}
    url = service.request(
        resource_type=resource,
        resource_id=wanted.id,
        agency_id=wanted.agency,
        params={"references": references},
        **versions,
    )
    with fetched(url, limits_of(hub.settings), {"Accept": _STRUCTURES[service.api]}) as path:
        try:
            return tuple(each for each in read_structures(path) if not each.is_external_reference)
        except DsmError as error:
            raise type(error)(f"{url}: {error}") from error


def class_of(resource: str) -> str:
    """The class of a resource of SDMX REST. Raises QuerySyntaxError."""
    if resource.lower() not in ARTEFACT_TYPES:
        raise QuerySyntaxError(f"“{resource}” is no resource; expected one of {', '.join(sorted(ARTEFACT_TYPES))}.")
    return ARTEFACT_TYPES[resource.lower()]


def agreement_for(hub: Hub, pulled: Structures, wanted: Reference, named: str) -> ProvisionAgreement:
    """The agreement under which data come in: the one that is `named`, the one that is pulled, or the only one of the dataflow.

    Raises NotFound, and QuerySyntaxError where it is not certain."""
    known = hub.structures.with_artefacts(pulled)
    if named:
        return known.resolve(parse_reference(named, "ProvisionAgreement", default_version="~"), ProvisionAgreement)
    if wanted.artefact_class == "ProvisionAgreement":
        return known.resolve(wanted, ProvisionAgreement)
    flow = known.resolve(wanted, Dataflow)
    agreements = [
        each for each in known.of_class(ProvisionAgreement) if each.dataflow and known.find(each.dataflow) == flow
    ]
    if len(agreements) == 1:
        return agreements[0]
    there_are = ", ".join(each.reference.short for each in agreements) or "none"
    raise QuerySyntaxError(
        f"Data come in under a provision agreement, and of {flow.reference.short} there are {there_are}:"
        " name one with --provision-agreement, or pull the agreement itself."
    )


def pull_data(hub: Hub, service: Service, agreement: ProvisionAgreement, key: str, viewer: Viewer) -> Submission:
    """The data of an agreement's dataflow, submitted to the hub under the agreement, and judged as any others.

    Raises what `receive` and `fetched` raise."""
    assert agreement.dataflow is not None
    dataflow = hub.structures.resolve(agreement.dataflow, Dataflow).reference
    arguments: dict[str, Any] = {"resource_type": "data", "key": key or None}
    if service.api == "1":
        arguments["resource_id"] = f"{dataflow.agency},{dataflow.id},{dataflow.version}"
    else:
        arguments |= {"resource_id": dataflow.id, "agency_id": dataflow.agency, "version": dataflow.version}
    url = service.request(**{name: value for name, value in arguments.items() if value is not None})
    with fetched(url, limits_of(hub.settings), {"Accept": _DATA[service.api]}) as path:
        request = SubmissionRequest(
            path=path,
            file_name=f"{dataflow.agency}-{dataflow.id}",
            structure=agreement.reference.urn,
            note=f"from {url}",
        )
        submission = receive(hub, request, viewer)
        process_all(hub)
    return hub.store.submission(submission.id)
