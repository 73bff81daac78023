"""SDMX-JSON data messages: version 2.0 written."""

from sdmx_dsm.formats.json_data.writing import write_json20

__all__ = ["write_json20"]
