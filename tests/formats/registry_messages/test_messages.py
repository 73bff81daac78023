"""The messages of the registry interface in all versions: valid by the official schemas, and read as they were written."""

import re
from pathlib import Path

import pytest

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import ReadError, Unsupported
from sdmx_dsm.formats.registry_messages import (
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
    read_registry,
    write_registry,
)
from sdmx_dsm.formats.registry_messages.ml import VERSIONS, MlVersion
from sdmx_dsm.model import Code, Codelist, QueryableDataSource, Reference
from sdmx_dsm.model.registrations import (
    Endpoint,
    EventObject,
    EventSelector,
    Registration,
    Subscription,
)
from tests.helpers.validity import xsd_errors

HEADER = Header(id="REG1", prepared="2026-11-25T10:00:00+00:00", sender="DSM", receivers=("KG_STAT",))
AGREEMENT = Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0.0")
PROVIDER = Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT")
FLOW = Reference("Dataflow", "DSM", "EXAMPLE", "1.0.0")
AGENCY = Reference("Agency", "SDMX", "AGENCIES", "1.0", "DSM")
SUBSCRIPTION_URN = "urn:sdmx:org.sdmx.infomodel.registry.Subscription=SDMX:AGENCIES(1.0).DSM.S1"

DONE = StatusMessage(status="Success", texts=(StatusText(code="201", text={"en": "Added", "ru": "Добавлено"}),))
REFUSED = StatusMessage(
    status="Failure",
    texts=(StatusText(code="409", text={"en": '<Refused> & "told"'}), StatusText(code="409", text={"en": "Twice"})),
)
SIMPLE = Registration(
    id="R1",
    provision_agreement=AGREEMENT,
    simple_data_source="https://stat.example.org/data.xml?a=1&b=2",
    valid_from="2026-01-01T00:00:00",
    valid_to="2027-01-01T00:00:00",
    last_updated="2026-11-25T10:00:00Z",
    index_data_set=True,
    index_reporting_period=True,
)
QUERYABLE = Registration(
    provision_agreement=AGREEMENT,
    queryable_data_source=QueryableDataSource(
        data_url="https://stat.example.org/sdmx", is_rest=True, wadl_url="https://stat.example.org/sdmx.wadl"
    ),
    simple_data_source="https://stat.example.org/data.xml",
    index_time_series=True,
    index_attributes=True,
)
SUBSCRIPTION = Subscription(
    organisation=AGENCY,
    urn=SUBSCRIPTION_URN,
    mail_to=(Endpoint(address="mailto:stat@example.org"),),
    http=(
        Endpoint(address="https://stat.example.org/hear"),
        Endpoint(address="https://example.org/soap", is_soap=True),
    ),
    subscriber_assigned_id="MINE",
    start_date="2026-01-01",
    end_date="2026-12-31",
    selectors=(
        EventSelector(
            type="STRUCTURE",
            agencies=("DSM", "DSM.KG"),
            objects=(
                EventObject(kind="Codelist"),
                EventObject(kind="Codelist", id="CL_AREA"),
                EventObject(
                    kind="KeyFamily", urn="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=DSM:EXAMPLE(1.0.0)"
                ),
                EventObject(kind="Categorisation", id="TOPIC_1"),
            ),
        ),
        EventSelector(
            type="DATA",
            objects=(
                EventObject(kind="RegistrationID", id="R1"),
                EventObject(kind="ProvisionAgreement", urn=AGREEMENT.urn),
                EventObject(kind="DataProvider", urn=PROVIDER.urn),
                EventObject(kind="DataflowReference", urn=FLOW.urn),
                EventObject(kind="DataflowReference", agency="DSM", id="EXAMPLE"),
            ),
        ),
        EventSelector(type="METADATA"),
    ),
)
EVERYTHING = Subscription(
    organisation=PROVIDER, start_date="2026-01-01", end_date="2026-12-31", selectors=(EventSelector(type="STRUCTURE"),)
)
MESSAGES: tuple[RegistryMessage, ...] = (
    SubmitStructureResponse(
        results=(
            SubmissionResult(reference=FLOW, action="Append", status=DONE),
            SubmissionResult(reference=AGREEMENT, action="Delete", status=REFUSED),
        )
    ),
    SubmitRegistrationsRequest(
        requests=(
            RegistrationRequest(registration=QUERYABLE, action="Append"),
            RegistrationRequest(registration=SIMPLE, action="Replace"),
        )
    ),
    SubmitRegistrationsResponse(statuses=(RegistrationStatus(registration=SIMPLE, status=DONE),)),
    QueryRegistrationRequest(),
    QueryRegistrationRequest(query_type="DataSets", reference=PROVIDER),
    QueryRegistrationRequest(query_type="DataSets", reference=FLOW),
    QueryRegistrationResponse(status=DONE, registrations=(SIMPLE, QUERYABLE)),
    QueryRegistrationResponse(status=StatusMessage(status="Warning")),
    SubmitSubscriptionsRequest(
        requests=(
            SubscriptionRequest(subscription=SUBSCRIPTION, action="Append"),
            SubscriptionRequest(subscription=EVERYTHING, action="Delete"),
        )
    ),
    SubmitSubscriptionsResponse(
        statuses=(SubscriptionStatus(urn=SUBSCRIPTION_URN, subscriber_assigned_id="MINE", status=DONE),)
    ),
    QuerySubscriptionRequest(organisation=AGENCY),
    QuerySubscriptionResponse(status=DONE, subscriptions=(SUBSCRIPTION,)),
    NotifyRegistryEvent(
        time="2026-11-25T10:00:00Z", object_urn=FLOW.urn, subscription_urn=SUBSCRIPTION_URN, action="Replace"
    ),
    NotifyRegistryEvent(
        time="2026-11-25T10:00:00Z",
        registration_id="R1",
        subscription_urn=SUBSCRIPTION_URN,
        action="Append",
        registration=SIMPLE,
    ),
)


def names(message: RegistryMessage) -> str:
    return type(message).__name__


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("message", MESSAGES, ids=names)
def test_a_message_is_valid_and_read_as_it_was_written(
    message: RegistryMessage, version: MlVersion, tmp_path: Path
) -> None:
    document = write_registry(version, message, HEADER)
    assert xsd_errors(document, version, tmp_path) == []
    path = tmp_path / "message.xml"
    path.write_bytes(document)
    received = read_registry(path)
    assert (received.message, received.version, received.header) == (message, version, HEADER)


SUBMISSION = """<?xml version="1.0" encoding="UTF-8"?>
<m:{root} xmlns:m="{ns}message" xmlns:r="{ns}registry" xmlns:s="{ns}structure" xmlns:c="{ns}common">
  <m:Header><m:ID>S1</m:ID><m:Test>false</m:Test><m:Prepared>2026-11-25T10:00:00</m:Prepared><m:Sender id="DSM"/>
    <m:Receiver id="HUB"/></m:Header>
  <m:SubmitStructureRequest action="Replace">
    <s:Structures>
      <s:Codelists>
        <s:Codelist agencyID="DSM" id="CL_A" version="1.0"><c:Name xml:lang="en">A</c:Name>
          <s:Code id="X"><c:Name xml:lang="en">X</c:Name></s:Code></s:Codelist>
        <s:Codelist agencyID="DSM" id="CL_B" version="1.0"><c:Name xml:lang="en">B</c:Name></s:Codelist>
      </s:Codelists>
    </s:Structures>
    <r:SubmittedStructure action="Delete"><r:MaintainableObject>{reference}</r:MaintainableObject></r:SubmittedStructure>
  </m:SubmitStructureRequest>
</m:{root}>"""
CL_B = Reference("Codelist", "DSM", "CL_B", "1.0")
REFERENCES = {
    "2.1": '<Ref agencyID="DSM" id="CL_B" version="1.0" class="Codelist" package="codelist"/>',
    "3.0": CL_B.urn,
    "3.1": CL_B.urn,
}


def submission(version: str, root: str = "RegistryInterface") -> str:
    namespace = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}/"
    return SUBMISSION.format(root=root, ns=namespace, reference=REFERENCES[version])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("root", ["RegistryInterface", "SubmitStructureRequest"])
def test_a_submission_of_structures_is_read_with_its_actions(version: str, root: str, tmp_path: Path) -> None:
    path = tmp_path / "submission.xml"
    path.write_text(submission(version, root), "utf-8")
    assert xsd_errors(path.read_bytes(), version, tmp_path) == []
    message = read_registry(path).message
    assert message == SubmitStructureRequest(
        artefacts=(
            Codelist(
                agency="DSM", id="CL_A", version="1.0", names={"en": "A"}, items=(Code(id="X", names={"en": "X"}),)
            ),
            Codelist(agency="DSM", id="CL_B", version="1.0", names={"en": "B"}),
        ),
        action="Replace",
        actions={CL_B: "Delete"},
    )
    assert [message.action_of(artefact) for artefact in message.artefacts] == ["Replace", "Delete"]


TWICE = (
    '<r:SubmittedStructure action="Delete"><r:MaintainableObject>'
    f"{CL_B.urn}</r:MaintainableObject></r:SubmittedStructure>"
)


@pytest.mark.parametrize(
    "old, new, error, told",
    [
        ('action="Replace"', 'action="Explode"', ReadError, "The action is “Explode” (line 5)"),
        ("<r:MaintainableObject>urn", "<r:MaintainableObject>burn", ReadError, "is not the URN"),
        ("CL_B(1.0)", "CL_C(1.0)", ReadError, "Codelist DSM:CL_C(1.0), which is not in the message (line 13)."),
        ("CL_B(1.0)", "CL_B(1+.0)", ReadError, "Codelist DSM:CL_B(1+.0), which is not in the message (line 13)."),
        (TWICE, TWICE * 2, ReadError, "SubmittedStructure names Codelist DSM:CL_B(1.0) twice (line 13)."),
        ("m:SubmitStructureRequest", "m:Nothing", ReadError, "holds no message"),
        ("m:RegistryInterface", "m:Structure", ReadError, "The root element is Structure"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_line(
    old: str, new: str, error: type[Exception], told: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.xml"
    path.write_text(submission("3.0").replace(old, new), "utf-8")
    with pytest.raises(error, match=re.escape(told)):
        read_registry(path)


def test_structures_elsewhere_are_not_fetched(tmp_path: Path) -> None:
    text = submission("3.0")
    begin, end = text.index("<s:Structures>"), text.index("</s:Structures>") + len("</s:Structures>")
    path = tmp_path / "elsewhere.xml"
    path.write_text(f"{text[:begin]}<r:StructureLocation>http://10.0.0.1/x</r:StructureLocation>{text[end:]}", "utf-8")
    with pytest.raises(Unsupported, match="StructureLocation is not followed"):
        read_registry(path)
