"""Metadata messages: sets of reference metadata from and to SDMX-ML 3.0, 3.1 and SDMX-JSON 2.0, 2.1.

They are written by the declarations of `sdmx_dsm.formats.structures`: a metadata set is an artefact in a message of its own."""

from sdmx_dsm.formats.metadata.json import (
    read_any_json,
    read_metadata_json,
    write_metadata_json20,
    write_metadata_json21,
)
from sdmx_dsm.formats.metadata.ml import read_metadata_ml, write_metadata_ml30, write_metadata_ml31

__all__ = [
    "read_any_json",
    "read_metadata_json",
    "read_metadata_ml",
    "write_metadata_json20",
    "write_metadata_json21",
    "write_metadata_ml30",
    "write_metadata_ml31",
]
