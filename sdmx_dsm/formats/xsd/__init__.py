"""The XML Schema of a data structure, for structure-specific data of SDMX-ML 2.1 and 3.0 (SDMX 2.1 section 3A, SDMX 3.0
SDMX-ML: structure-specific schemas).

A schema is for one context (DSD, dataflow or agreement) and one dimension at the observation: both are in its namespace. Its
codes are those that the constraints of the context let through. It imports the official `SDMXCommon.xsd` and
`SDMXDataStructureSpecific.xsd`, by those relative names."""

from collections.abc import Iterator

from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.xsd.layouts import DataSchema
from sdmx_dsm.formats.xsd.ml21 import Schema21
from sdmx_dsm.formats.xsd.ml30 import Schema30
from sdmx_dsm.model import Schema


def write_xsd21(schema: Schema, options: WriteOptions) -> Iterator[bytes]:
    """For SDMX-ML 2.1. `options`: context and dimension at the observation (None: time, or all where there is none).

    Raises QuerySemanticsError when that is no dimension, Unsupported for what 2.1 can't say: arrays, several languages or
    measures."""
    return _encoded(Schema21(schema, options))


def write_xsd30(schema: Schema, options: WriteOptions) -> Iterator[bytes]:
    """For SDMX-ML 3.0; as `write_xsd21`, but all components can be said."""
    return _encoded(Schema30(schema, options))


def _encoded(written: "DataSchema") -> Iterator[bytes]:
    yield "".join(f"{line}\n" for line in written.lines()).encode()


__all__ = ["write_xsd21", "write_xsd30"]
