"""Bytes ↔ model and batches: one module per format family, and the table that everything else reads.

FORMATS            the literal table; REST negotiation, the command line, the portal and the tests are parametrised by it
by_name(name)      a row by its name on the command line
detect(path)       which format a file is, from its first bytes
read_data(...)     the data sets of a file in any format that is read
read_submitted(...) what somebody sent to the registry"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import NotFound, ReadError, Unsupported
from sdmx_dsm.formats.csv_data import read_csv, write_csv10, write_csv20, write_csv21
from sdmx_dsm.formats.csv_data.encoding import encoding_of
from sdmx_dsm.formats.json_data import read_json as read_data_json
from sdmx_dsm.formats.json_data import write_json10 as write_data_json10
from sdmx_dsm.formats.json_data import write_json20 as write_data_json20
from sdmx_dsm.formats.json_data import write_json21 as write_data_json21
from sdmx_dsm.formats.json_schema import write_json_schema20, write_json_schema21
from sdmx_dsm.formats.metadata import (
    read_any_json,
    read_metadata_json,
    read_metadata_ml,
    write_metadata_json20,
    write_metadata_json21,
    write_metadata_ml30,
    write_metadata_ml31,
)
from sdmx_dsm.formats.ml_data import (
    read_ml,
    write_generic21,
    write_generic_time_series21,
    write_specific21,
    write_specific30,
    write_specific31,
    write_time_series21,
)
from sdmx_dsm.formats.official import check_json, check_xml
from sdmx_dsm.formats.options import Format, Reader, SchemaOptions, StructureOptions, WriteOptions
from sdmx_dsm.formats.parquet import read_parquet, write_parquet
from sdmx_dsm.formats.registry_messages import (
    Received,
    SubmitStructureRequest,
    is_registry_message,
    read_registry,
    root_of,
    write_registry,
    write_response_json,
)
from sdmx_dsm.formats.structures import read_json, write_json10, write_json21, write_ml21, write_ml30, write_ml31
from sdmx_dsm.formats.structures import read_ml as read_structures_ml
from sdmx_dsm.formats.structures import write_json20 as write_structures_json20
from sdmx_dsm.formats.xlsx import write_xlsx
from sdmx_dsm.formats.xlsx_table import write_xlsx_table
from sdmx_dsm.formats.xsd import write_xsd21, write_xsd30, write_xsd31
from sdmx_dsm.model import Maintainable, Reference, Structures

_SDMX: Final = "application/vnd.sdmx."


FORMATS: Final[tuple[Format, ...]] = (
    Format(
        name="sdmx-ml-2.1-generic",
        kind="data",
        media_type=f"{_SDMX}genericdata+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1, generic", "ru": "SDMX-ML 2.1, общий формат"},
        read=read_ml,
        write=write_generic21,
    ),
    Format(
        name="sdmx-ml-2.1",
        kind="data",
        media_type=f"{_SDMX}structurespecificdata+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1, structure-specific", "ru": "SDMX-ML 2.1, по структуре данных"},
        read=read_ml,
        write=write_specific21,
    ),
    Format(
        name="sdmx-ml-2.1-generic-time-series",
        kind="data",
        media_type=f"{_SDMX}generictimeseriesdata+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1, generic time series", "ru": "SDMX-ML 2.1, общий формат, временные ряды"},
        read=read_ml,
        write=write_generic_time_series21,
    ),
    Format(
        name="sdmx-ml-2.1-time-series",
        kind="data",
        media_type=f"{_SDMX}structurespecifictimeseriesdata+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1, time series by structure", "ru": "SDMX-ML 2.1, временные ряды по структуре данных"},
        read=read_ml,
        write=write_time_series21,
    ),
    Format(
        name="sdmx-ml-3.0",
        kind="data",
        media_type=f"{_SDMX}data+xml",
        version="3.0.0",
        extension="xml",
        title={"en": "SDMX-ML 3.0", "ru": "SDMX-ML 3.0"},
        read=read_ml,
        write=write_specific30,
    ),
    Format(
        name="sdmx-ml-3.1",
        kind="data",
        media_type=f"{_SDMX}data+xml",
        version="3.1.0",
        extension="xml",
        title={"en": "SDMX-ML 3.1", "ru": "SDMX-ML 3.1"},
        read=read_ml,
        write=write_specific31,
    ),
    Format(
        name="sdmx-csv-1.0",
        kind="data",
        media_type=f"{_SDMX}data+csv",
        version="1.0.0",
        extension="csv",
        title={"en": "SDMX-CSV 1.0", "ru": "SDMX-CSV 1.0"},
        read=read_csv,
        write=write_csv10,
    ),
    Format(
        name="sdmx-csv-2.0",
        kind="data",
        media_type=f"{_SDMX}data+csv",
        version="2.0.0",
        extension="csv",
        title={"en": "SDMX-CSV 2.0", "ru": "SDMX-CSV 2.0"},
        read=read_csv,
        write=write_csv20,
    ),
    Format(
        name="sdmx-csv-2.1",
        kind="data",
        media_type=f"{_SDMX}data+csv",
        version="2.1.0",
        extension="csv",
        title={"en": "SDMX-CSV 2.1", "ru": "SDMX-CSV 2.1"},
        read=read_csv,
        write=write_csv21,
    ),
    Format(
        name="sdmx-json-1.0",
        kind="data",
        media_type=f"{_SDMX}data+json",
        version="1.0.0",
        extension="json",
        title={"en": "SDMX-JSON 1.0", "ru": "SDMX-JSON 1.0"},
        read=read_data_json,
        write=write_data_json10,
    ),
    Format(
        name="sdmx-json-2.0",
        kind="data",
        media_type=f"{_SDMX}data+json",
        version="2.0.0",
        extension="json",
        title={"en": "SDMX-JSON 2.0", "ru": "SDMX-JSON 2.0"},
        read=read_data_json,
        write=write_data_json20,
    ),
    Format(
        name="sdmx-json-2.1",
        kind="data",
        media_type=f"{_SDMX}data+json",
        version="2.1.0",
        extension="json",
        title={"en": "SDMX-JSON 2.1", "ru": "SDMX-JSON 2.1"},
        read=read_data_json,
        write=write_data_json21,
    ),
    Format(
        name="parquet",
        kind="data",
        media_type="application/vnd.apache.parquet",
        version="",
        extension="parquet",
        title={"en": "SDMX-Parquet", "ru": "SDMX-Parquet"},
        read=read_parquet,
        write=write_parquet,
        binary=True,
    ),
    Format(
        name="xlsx",
        kind="data",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        version="",
        extension="xlsx",
        title={"en": "Excel workbook", "ru": "Книга Excel"},
        write=write_xlsx,
        binary=True,
    ),
    Format(
        name="xlsx-table",
        kind="data",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        version="",
        extension="xlsx",
        title={"en": "Excel workbook, a table to read", "ru": "Книга Excel, таблица для чтения"},
        write=write_xlsx_table,
        binary=True,
    ),
    Format(
        name="sdmx-ml-2.1",
        kind="structure",
        media_type=f"{_SDMX}structure+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1", "ru": "SDMX-ML 2.1"},
        read_structures=read_structures_ml,
        write_structures=write_ml21,
    ),
    Format(
        name="sdmx-ml-3.0",
        kind="structure",
        media_type=f"{_SDMX}structure+xml",
        version="3.0.0",
        extension="xml",
        title={"en": "SDMX-ML 3.0", "ru": "SDMX-ML 3.0"},
        read_structures=read_structures_ml,
        write_structures=write_ml30,
    ),
    Format(
        name="sdmx-ml-3.1",
        kind="structure",
        media_type=f"{_SDMX}structure+xml",
        version="3.1.0",
        extension="xml",
        title={"en": "SDMX-ML 3.1", "ru": "SDMX-ML 3.1"},
        read_structures=read_structures_ml,
        write_structures=write_ml31,
    ),
    Format(
        name="sdmx-json-1.0",
        kind="structure",
        media_type=f"{_SDMX}structure+json",
        version="1.0.0",
        extension="json",
        title={"en": "SDMX-JSON 1.0", "ru": "SDMX-JSON 1.0"},
        read_structures=read_json,
        write_structures=write_json10,
    ),
    Format(
        name="sdmx-json-2.0",
        kind="structure",
        media_type=f"{_SDMX}structure+json",
        version="2.0.0",
        extension="json",
        title={"en": "SDMX-JSON 2.0", "ru": "SDMX-JSON 2.0"},
        read_structures=read_json,
        write_structures=write_structures_json20,
    ),
    Format(
        name="sdmx-json-2.1",
        kind="structure",
        media_type=f"{_SDMX}structure+json",
        version="2.1.0",
        extension="json",
        title={"en": "SDMX-JSON 2.1", "ru": "SDMX-JSON 2.1"},
        read_structures=read_json,
        write_structures=write_json21,
    ),
    Format(
        name="sdmx-ml-3.0",
        kind="metadata",
        media_type=f"{_SDMX}metadata+xml",
        version="3.0.0",
        extension="xml",
        title={"en": "SDMX-ML 3.0", "ru": "SDMX-ML 3.0"},
        read_metadata=read_metadata_ml,
        write_metadata=write_metadata_ml30,
    ),
    Format(
        name="sdmx-ml-3.1",
        kind="metadata",
        media_type=f"{_SDMX}metadata+xml",
        version="3.1.0",
        extension="xml",
        title={"en": "SDMX-ML 3.1", "ru": "SDMX-ML 3.1"},
        read_metadata=read_metadata_ml,
        write_metadata=write_metadata_ml31,
    ),
    Format(
        name="sdmx-json-2.0",
        kind="metadata",
        media_type=f"{_SDMX}metadata+json",
        version="2.0.0",
        extension="json",
        title={"en": "SDMX-JSON 2.0", "ru": "SDMX-JSON 2.0"},
        read_metadata=read_metadata_json,
        write_metadata=write_metadata_json20,
    ),
    Format(
        name="sdmx-json-2.1",
        kind="metadata",
        media_type=f"{_SDMX}metadata+json",
        version="2.1.0",
        extension="json",
        title={"en": "SDMX-JSON 2.1", "ru": "SDMX-JSON 2.1"},
        read_metadata=read_metadata_json,
        write_metadata=write_metadata_json21,
    ),
    Format(
        name="sdmx-ml-2.1",
        kind="schema",
        media_type=f"{_SDMX}schema+xml",
        version="2.1",
        extension="xsd",
        title={"en": "XML Schema for SDMX-ML 2.1", "ru": "Схема XML для SDMX-ML 2.1"},
        write_schema=write_xsd21,
    ),
    Format(
        name="sdmx-ml-3.0",
        kind="schema",
        media_type=f"{_SDMX}schema+xml",
        version="3.0.0",
        extension="xsd",
        title={"en": "XML Schema for SDMX-ML 3.0", "ru": "Схема XML для SDMX-ML 3.0"},
        write_schema=write_xsd30,
    ),
    Format(
        name="sdmx-ml-3.1",
        kind="schema",
        media_type=f"{_SDMX}schema+xml",
        version="3.1.0",
        extension="xsd",
        title={"en": "XML Schema for SDMX-ML 3.1", "ru": "Схема XML для SDMX-ML 3.1"},
        write_schema=write_xsd31,
    ),
    Format(
        name="sdmx-json-2.0",
        kind="schema",
        media_type=f"{_SDMX}schema+json",
        version="2.0.0",
        extension="json",
        title={"en": "JSON schema for SDMX-JSON 2.0", "ru": "Схема JSON для SDMX-JSON 2.0"},
        write_schema=write_json_schema20,
    ),
    Format(
        name="sdmx-json-2.1",
        kind="schema",
        media_type=f"{_SDMX}schema+json",
        version="2.1.0",
        extension="json",
        title={"en": "JSON schema for SDMX-JSON 2.1", "ru": "Схема JSON для SDMX-JSON 2.1"},
        write_schema=write_json_schema21,
    ),
    Format(
        name="sdmx-ml-2.1",
        kind="registry",
        media_type=f"{_SDMX}registry+xml",
        version="2.1",
        extension="xml",
        title={"en": "SDMX-ML 2.1", "ru": "SDMX-ML 2.1"},
        write_registry=partial(write_registry, "2.1"),
    ),
    Format(
        name="sdmx-ml-3.0",
        kind="registry",
        media_type=f"{_SDMX}registry+xml",
        version="3.0.0",
        extension="xml",
        title={"en": "SDMX-ML 3.0", "ru": "SDMX-ML 3.0"},
        write_registry=partial(write_registry, "3.0"),
    ),
    Format(
        name="sdmx-ml-3.1",
        kind="registry",
        media_type=f"{_SDMX}registry+xml",
        version="3.1.0",
        extension="xml",
        title={"en": "SDMX-ML 3.1", "ru": "SDMX-ML 3.1"},
        write_registry=partial(write_registry, "3.1"),
    ),
    Format(
        name="sdmx-json-2.1",
        kind="registry",
        media_type=f"{_SDMX}registry+json",
        version="2.1.0",
        extension="json",
        title={"en": "JSON", "ru": "JSON"},
        write_registry=write_response_json,
    ),
)


_DATA_READERS: Final[dict[str, Reader]] = {
    "xml": read_ml,
    "json": read_data_json,
    "csv": read_csv,
    "parquet": read_parquet,
}


def by_name(name: str, kind: str = "data") -> Format:
    """A row of the table. Raises NotFound, which lists the names."""
    for format in FORMATS:
        if format.name == name and format.kind == kind:
            return format
    names = ", ".join(format.name for format in FORMATS if format.kind == kind)
    raise NotFound(f"There is no format “{name}”; there are {names}.")


def detect(path: Path) -> str:
    """What family a file belongs to, from its first bytes: "xml", "json", "csv", "parquet". Raises ReadError for an empty file,
    and Unsupported for what is none of them."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\x00 \t\r\n"):
        raise ReadError("The file is empty.", ru="Файл пуст.", line=1)
    if head.startswith(b"PAR1"):
        return "parquet"
    encoding = encoding_of(head)
    text = head[encoding.mark :].decode(encoding.codec, "replace").lstrip()
    if text.startswith("<"):
        return "xml"
    if text.startswith(("{", "[")):
        return "json"
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b")):
        raise Unsupported(
            "The file is a workbook, an archive or a document and not SDMX-ML, SDMX-CSV or SDMX-JSON.",
            ru="Это книга Excel, архив или документ, а не файл SDMX-ML, SDMX-CSV или SDMX-JSON.",
        )
    return "csv"


def read_data(path: Path, structures: Structures, *, reference: Reference | None = None) -> Iterator[DataSet]:
    """The data sets of a file, whatever its format. `reference` stands in where a file names no structure.

    Raises ReadError, Unsupported, and NotFound for a structure that is not in `structures`."""
    reader = _DATA_READERS[detect(path)]
    return reader(path, structures, reference=reference)


def read_structures(path: Path) -> tuple[Maintainable, ...]:
    """The artefacts of a structure message, or the metadata sets of a metadata message, in SDMX-ML or SDMX-JSON. Raises
    ReadError, Unsupported."""
    if detect(path) == "json":
        return read_any_json(path)[1]
    return (read_metadata_ml if _is_metadata_ml(path) else read_structures_ml)(path)[1]


def _is_metadata_ml(path: Path) -> bool:
    try:
        return root_of(path)[1] == "GenericMetadata"
    except ReadError:
        return False  # the reader of structures says what is wrong


def read_submitted(path: Path) -> Received:
    """The message that somebody sent to the registry, checked against the official schema before it is read: one of the registry
    interface, or a structure or metadata message in SDMX-ML or SDMX-JSON, which is a request to replace what is there.

    Raises ReadError (`.line`, `.column`), Unsupported."""
    family = detect(path)
    if family == "json":
        check_json(path)
        header, artefacts = read_any_json(path)
        return Received(SubmitStructureRequest(artefacts=artefacts, action="Replace"), "json", header)
    if family != "xml":
        raise Unsupported(
            "Structures come in SDMX-ML or SDMX-JSON; this is neither.",
            ru="Структуры принимаются в SDMX-ML или SDMX-JSON; это ни то ни другое.",
        )
    version, name = root_of(path)
    check_xml(path)
    if is_registry_message(name):
        return read_registry(path)
    header, artefacts = (read_metadata_ml if name == "GenericMetadata" else read_structures_ml)(path)
    return Received(SubmitStructureRequest(artefacts=artefacts, action="Replace"), version, header)


__all__ = [
    "FORMATS",
    "Format",
    "SchemaOptions",
    "StructureOptions",
    "WriteOptions",
    "by_name",
    "detect",
    "read_data",
    "read_structures",
    "read_submitted",
]
