"""SDMX-JSON data messages, versions 1.0, 2.0 and 2.1: bytes in, DataSets out, and back."""

from sdmx_dsm.formats.json_data.reading import read_json
from sdmx_dsm.formats.json_data.writing import write_json10, write_json20, write_json21

__all__ = ["read_json", "write_json10", "write_json20", "write_json21"]
