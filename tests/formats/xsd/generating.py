"""Schemas of data structures, and messages to try on them."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.xsd import write_xsd21, write_xsd30, write_xsd31
from sdmx_dsm.model import Schema
from tests.helpers.validity import errors_by, loaded

XS = "{http://www.w3.org/2001/XMLSchema}"
WRITERS = {"2.1": write_xsd21, "3.0": write_xsd30, "3.1": write_xsd31}


def generated(version: str, schema: Schema, **options: object) -> bytes:
    return b"".join(WRITERS[version](schema, SchemaOptions(**options)))  # type: ignore[arg-type]


def errors(version: str, xsd: bytes, message: bytes) -> list[str]:
    """What the official schemas and the generated one have against a message."""
    return errors_by(_rules(version, xsd), message)


@lru_cache(maxsize=4)
def _rules(version: str, xsd: bytes) -> etree.XMLSchema:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "generated.xsd"
        path.write_bytes(xsd)
        copies = Path(folder) / "copies"
        copies.mkdir()
        return loaded(version, copies, [path])


def message(version: str, schema: Schema, body: str, dimension: str = "TIME_PERIOD", view: str = "") -> bytes:
    """A structure-specific message with one data set. `view`: what the namespace says besides the dimension."""
    context = schema.reference
    base = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}"
    namespace = f"{context.urn}:ObsLevelDim:{dimension}{view}"
    agreement = "ProvisionAgrement" if version == "2.1" else "ProvisionAgreement"  # so does the schema of 2.1 spell it
    element = {"DataStructure": "Structure", "Dataflow": "StructureUsage", "ProvisionAgreement": agreement}
    name = element[context.artefact_class]
    inside = f"<URN>{context.urn}</URN>" if version == "2.1" else context.urn
    scope = ' ss:dataScope="DataStructure"' if version == "2.1" else ""
    return (
        f'<m:StructureSpecificData xmlns:m="{base}/message" xmlns:c="{base}/common" xmlns:ns1="{namespace}"'
        f' xmlns:ss="{base}/data/structurespecific" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<m:Header><m:ID>T</m:ID><m:Test>true</m:Test><m:Prepared>2026-01-01T00:00:00Z</m:Prepared><m:Sender id="T"/>'
        f'<m:Structure structureID="S" namespace="{namespace}" dimensionAtObservation="{dimension}">'
        f"<c:{name}>{inside}</c:{name}></m:Structure></m:Header>"
        f'<m:DataSet xsi:type="ns1:DataSetType" ss:structureRef="S"{scope}{body}</m:DataSet></m:StructureSpecificData>'
    ).encode()


def enumerations(xsd: bytes) -> dict[str, list[str]]:
    """The codes of each simple type that has any."""
    return {
        str(kind.get("name")): codes
        for kind in etree.fromstring(xsd).iterfind(f"{XS}simpleType")
        if (codes := [str(each.get("value")) for each in kind.iter(f"{XS}enumeration")])
    }
