"""SDMX-CSV data: versions 1.0, 2.0 and 2.1 read and written."""

from sdmx_dsm.formats.csv_data.reading import read_csv
from sdmx_dsm.formats.csv_data.writing import write_csv10, write_csv20, write_csv21

__all__ = ["read_csv", "write_csv10", "write_csv20", "write_csv21"]
