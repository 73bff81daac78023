"""SDMX-ML data messages: read 2.1 (generic, structure-specific), 3.0 and 3.1; write the same."""

from sdmx_dsm.formats.ml_data.read import read_ml
from sdmx_dsm.formats.ml_data.write import (
    write_generic21,
    write_generic_time_series21,
    write_specific21,
    write_specific30,
    write_specific31,
    write_time_series21,
)

__all__ = [
    "read_ml",
    "write_generic21",
    "write_generic_time_series21",
    "write_specific21",
    "write_specific30",
    "write_specific31",
    "write_time_series21",
]
