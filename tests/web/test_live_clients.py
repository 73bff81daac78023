"""sdmx1 and pysdmx against a server that really runs: dataflows, a DSD with its codelists, data, maintenance."""

from dataclasses import replace
from decimal import Decimal
from enum import Enum

import httpx
import pysdmx.errors
import pytest
import sdmx
from pysdmx.api.dc.rest import SdmxConnector
from pysdmx.api.fmr import RegistryClient
from pysdmx.api.fmr.maintenance import RegistryMaintenanceClient, StructureAction
from pysdmx.io import get_datasets
from pysdmx.model import Code, Codelist, Dataflow
from pysdmx.model.metadata import MetadataAttribute, MetadataReport

from sdmx_dsm.model import Representation, TextFormat
from tests.web import test_metadata as notes
from tests.web.conftest import KYRGYZSTAN, MOLDOVA, Template
from tests.web.test_maintenance import written
from tests.web.test_submissions_api import bearer

DIMENSIONS = ["FREQ", "REF_AREA", "CITIZENSHIP", "SEX", "AGE", "RESIDENCE_STATUS", "DATA_SOURCE"]
FLOW = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:FOREIGN_POP(1.0.0)"
ROWS = sorted([*MOLDOVA, *KYRGYZSTAN])


@pytest.fixture(scope="module")
def sdmx1(address: str) -> sdmx.Client:
    source = {"id": "DSM", "name": "sdmx-dsm", "url": f"{address}/sdmx/v1", "supports": {"preview": False}}
    sdmx.add_source(source, override=True)
    return sdmx.Client("DSM")


def test_sdmx1_lists_the_dataflows(sdmx1: sdmx.Client) -> None:
    flows = sdmx1.dataflow().dataflow
    assert sorted(flows) == [
        "ASYLUM_APPLICATIONS",
        "ENTRIES",
        "EXITS",
        "FOREIGN_POP",
        "FOREIGN_POP_ESTAT",
        "RSD_DECISIONS",
        "WORK_PERMITS",
    ]
    assert flows["FOREIGN_POP"].name.localizations.keys() >= {"en", "ru"}


def test_sdmx1_reads_a_structure_with_its_codelists(sdmx1: sdmx.Client) -> None:
    message = sdmx1.dataflow("FOREIGN_POP", params={"references": "all"})
    structure = message.structure["FOREIGN_POP"]
    assert [dimension.id for dimension in structure.dimensions] == [*DIMENSIONS, "TIME_PERIOD"]
    assert {"MD", "UA", "_T"} <= set(message.codelist["CL_AREA"].items)
    assert structure.dimensions.get("REF_AREA").local_representation.enumerated.id == "CL_AREA"


@pytest.mark.parametrize("references", ["all", "parentsandsiblings", "descendants"])
@pytest.mark.parametrize(
    "resource, id, read",
    [
        ("dataflow", "FOREIGN_POP", "dataflow"),
        ("datastructure", "FOREIGN_POP", "structure"),
        ("codelist", "CL_AREA", "codelist"),
        ("conceptscheme", "CS_MIGRATION", "concept_scheme"),
    ],
)
def test_sdmx1_reads_structures_whatever_the_registry_holds_beside_them(
    full_address: str, resource: str, id: str, read: str, references: str
) -> None:
    """Maps, value lists and hierarchies of SDMX 3 refer to all of these; a message of 2.1 goes without them."""
    source = {"id": "FULL", "name": "full", "url": f"{full_address}/sdmx/v1", "supports": {"preview": False}}
    sdmx.add_source(source, override=True)
    message = sdmx.Client("FULL").get(resource, id, agency_id="DSM", version="1.0.0", params={"references": references})
    assert id in [artefact.id for artefact in getattr(message, read).values()]


def code_id(value: object) -> str:
    """sdmx1 gives codes where it knows the structure, else texts."""
    return str(getattr(value, "id", value))


@pytest.mark.parametrize("accept", ["*/*", "application/vnd.sdmx.structurespecificdata+xml;version=2.1"])
def test_sdmx1_reads_data(sdmx1: sdmx.Client, accept: str) -> None:
    structure = sdmx1.datastructure("FOREIGN_POP", params={"references": "all"}).structure["FOREIGN_POP"]
    message = sdmx1.data("FOREIGN_POP", key={"REF_AREA": "MD+KG"}, dsd=structure, headers={"Accept": accept})
    found = [
        (
            ".".join(code_id(series.values[id].value) for id in DIMENSIONS),
            code_id(observation.dimension.values["TIME_PERIOD"].value),
            str(observation.value),
        )
        for dataset in message.data
        for series, observations in dataset.series.items()
        for observation in observations
    ]
    assert sorted((key, period, Decimal(value)) for key, period, value in found) == [
        (key, period, Decimal(value)) for key, period, value in ROWS
    ]


def test_pysdmx_reads_the_registry(address: str) -> None:
    registry = RegistryClient(f"{address}/sdmx/v2")
    flows = registry.get_dataflows("DSM", "*", "*")
    assert sorted(flow.id for flow in flows) == [
        "ASYLUM_APPLICATIONS", "ENTRIES", "EXITS", "FOREIGN_POP", "FOREIGN_POP_ESTAT", "RSD_DECISIONS", "WORK_PERMITS",
    ]  # fmt: skip
    codes = registry.get_codes("SDMX", "CL_SEX", "+")
    assert {"F", "M", "_T"} <= {code.id for code in codes}
    schema = registry.get_schema("dataflow", "DSM", "FOREIGN_POP", "1.0.0")
    assert [component.id for component in schema.components.dimensions] == [*DIMENSIONS, "TIME_PERIOD"]
    assert schema.components["REF_AREA"].enumeration is not None


def test_pysdmx_discovers_and_reads_data(address: str) -> None:
    connector = SdmxConnector(f"{address}/sdmx/v2")
    assert "FOREIGN_POP" in [flow.id for flow in connector.dataflows()]
    flow = connector.dataflow(FLOW)
    assert flow.obs_count == len(ROWS)
    assert [component.id for component in flow.structure.components.dimensions] == [*DIMENSIONS, "TIME_PERIOD"]
    rows = [
        (".".join(row[id] for id in DIMENSIONS), row["TIME_PERIOD"], row["OBS_VALUE"])
        for row in connector.data(FLOW, "REF_AREA = 'MD' AND TIME_PERIOD >= '2023'")
    ]
    assert sorted(rows) == [row for row in MOLDOVA if row[1] == "2023"]


def test_pysdmx_sees_that_there_is_nothing(address: str) -> None:
    connector = SdmxConnector(f"{address}/sdmx/v2")
    with pytest.raises(pysdmx.errors.NotFound):
        list(connector.data(FLOW, "REF_AREA = 'AM'"))


def test_pysdmx_reads_the_messages_themselves(address: str) -> None:
    structures = f"{address}/sdmx/v2/structure/dataflow/DSM/FOREIGN_POP/1.0.0?references=descendants"
    xml = httpx.get(structures, headers={"Accept": "application/vnd.sdmx.structure+xml;version=2.1"})
    accept = "application/vnd.sdmx.structurespecificdata+xml;version=2.1"
    data = httpx.get(f"{address}/sdmx/v1/data/FOREIGN_POP", headers={"Accept": accept})
    (dataset,) = get_datasets(data.text, xml.text)
    assert sorted(map(float, dataset.data["OBS_VALUE"])) == sorted(float(value) for _, _, value in ROWS)


class Delete(Enum):
    """The client has no name for this action, which its registry knows."""

    Delete = "Delete"


def test_pysdmx_adds_replaces_and_deletes_structures(address: str, template: Template) -> None:
    def codelist(*codes: str) -> Codelist:
        items = [Code(code, name=code) for code in codes]
        return Codelist("CL_LIVE", name="Live", agency="DSM", version="1.0", items=items)

    def codes() -> list[str]:
        return [code.id for code in RegistryClient(f"{address}/sdmx/v2").get_codes("DSM", "CL_LIVE", "1.0")]

    client = RegistryMaintenanceClient(f"{address}/sdmx/v2", user="methodology", password=template.methodology)
    client.put_structures([codelist("A", "B")], action=StructureAction.Append)
    assert codes() == ["A", "B"]
    with pytest.raises(pysdmx.errors.Invalid):
        client.put_structures([codelist("A")], action=StructureAction.Append)
    client.put_structures([codelist("B", "X")], action=StructureAction.Merge)
    assert codes() == ["A", "B", "X"]
    client.put_structures([codelist("C")])
    assert codes() == ["C"]
    foreign = Dataflow(
        "D",
        name="D",
        agency="SDMX",
        version="1.0",
        structure="urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=DSM:ENTRIES(1.0.0)",
    )
    with pytest.raises(pysdmx.errors.Invalid):
        client.put_structures([codelist("D"), foreign])
    assert codes() == ["C"]
    client.put_structures([codelist("C")], action=Delete.Delete)  # type: ignore[arg-type]
    with pytest.raises(pysdmx.errors.NotFound):
        codes()
    by_token = RegistryMaintenanceClient(address, access_token=template.moldova)
    with pytest.raises(pysdmx.errors.PysdmxError):
        by_token.put_structures([codelist("A")])


def test_pysdmx_sends_and_reads_metadata(address: str, template: Template) -> None:
    (source,) = notes.STRUCTURE.attributes
    year = replace(source, id="YEAR", representation=Representation(text_format=TextFormat(text_type="Integer")))
    structure = replace(notes.STRUCTURE, attributes=(replace(source, attributes=(year,)),))
    artefacts = (notes.CONCEPTS, structure, notes.FLOW)
    headers = bearer(template.methodology)
    httpx.post(f"{address}/sdmx/v2/structure", content=written(*artefacts), headers=headers).raise_for_status()
    report = MetadataReport(
        "NOTES_LIVE",
        name="Live",
        agency="DSM",
        version=notes.VERSION,
        metadataflow=notes.FLOW.reference.urn,
        targets=[notes.DATAFLOW.urn],
        attributes=[
            MetadataAttribute("SOURCE", value="Census", attributes=[MetadataAttribute("YEAR", value=2024)]),
        ],
    )
    client = RegistryMaintenanceClient(f"{address}/sdmx/v2", user="methodology", password=template.methodology)
    client.put_metadata_reports([report])
    registry = RegistryClient(f"{address}/sdmx/v2")
    (found,) = registry.get_reports("dataflow", "DSM.KG", "FOREIGN_STUDENTS", "1.0.0")
    assert found == registry.get_report("DSM", "NOTES_LIVE", notes.VERSION)
    source = found.attributes[0]
    assert (found.id, source.value, source.attributes[0].value) == ("NOTES_LIVE", "Census", 2024)
    client.put_metadata_reports([report], action=Delete.Delete)  # type: ignore[arg-type]
    with pytest.raises(pysdmx.errors.NotFound):
        registry.get_report("DSM", "NOTES_LIVE", notes.VERSION)
    for artefact in reversed(artefacts):
        path = f"{type(artefact).__name__.lower()}/{artefact.agency}/{artefact.id}/{artefact.version}"
        httpx.delete(f"{address}/sdmx/v2/structure/{path}", headers=headers).raise_for_status()
