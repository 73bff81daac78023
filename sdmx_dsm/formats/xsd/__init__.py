"""The XML Schema of a data structure, for structure-specific data of SDMX-ML 2.1, 3.0 and 3.1 (SDMX 2.1 section 3A, SDMX 3.0
SDMX-ML: structure-specific schemas).

A schema is for one context (DSD, dataflow or agreement) and one dimension at the observation: both are in its namespace. Its
codes are those that the constraints of the context let through. It imports the official `SDMXCommon.xsd` and
`SDMXDataStructureSpecific.xsd`, by those relative names."""

from collections.abc import Iterator

from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.formats.xsd.layouts import DataSchema
from sdmx_dsm.formats.xsd.ml21 import Schema21
from sdmx_dsm.formats.xsd.ml30 import Schema30, Schema31
from sdmx_dsm.model import Schema


def write_xsd21(schema: Schema, options: SchemaOptions) -> Iterator[bytes]:
    """For SDMX-ML 2.1, in pieces of about 64 KiB. `schema` is that of the context.

    Raises QuerySemanticsError when the dimension at the observation is none, or no measure dimension although explicit measures
    are asked for; Unsupported for arrays and markup, and for ids that can't be names of XML."""
    return _written(Schema21(schema, options))


def write_xsd30(schema: Schema, options: SchemaOptions) -> Iterator[bytes]:
    """For SDMX-ML 3.0; as `write_xsd21`, but all components can be said. There are no explicit measures."""
    return _written(Schema30(schema, options))


def write_xsd31(schema: Schema, options: SchemaOptions) -> Iterator[bytes]:
    """For SDMX-ML 3.1; as `write_xsd30`, with the signs for what is missing or not applicable."""
    return _written(Schema31(schema, options))


def _written(schema: DataSchema) -> Iterator[bytes]:
    return in_pieces(f"{line}\n" for line in schema.lines())


__all__ = ["write_xsd21", "write_xsd30", "write_xsd31"]
