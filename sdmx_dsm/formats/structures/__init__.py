"""Structure messages: artefacts from and to SDMX-ML 2.1, 3.0, 3.1 and SDMX-JSON 1.0, 2.0, 2.1.

declarations   each class once: its fields, and where each syntax keeps them
kinds          how a field looks as XML and as JSON; those with a form of their own are in modules by subject
conversions    what one version of the standard can't say of another, and what becomes of it
plans          the declarations as trees, for the readers and writers"""

from sdmx_dsm.formats.structures.json_reader import read_json
from sdmx_dsm.formats.structures.json_writer import write_json10, write_json20, write_json21
from sdmx_dsm.formats.structures.ml_reader import read_ml
from sdmx_dsm.formats.structures.ml_writer import write_ml21, write_ml30, write_ml31
from sdmx_dsm.formats.structures.plans import has_class

__all__ = [
    "has_class",
    "read_json",
    "read_ml",
    "write_json10",
    "write_json20",
    "write_json21",
    "write_ml21",
    "write_ml30",
    "write_ml31",
]
