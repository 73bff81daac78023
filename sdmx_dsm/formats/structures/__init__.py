"""Structure messages: artefacts from and to SDMX-ML 2.1, SDMX-ML 3.0 and SDMX-JSON 2.0.

declarations   each class once: its fields, and where each syntax keeps them
kinds, shapes  how a field looks as XML and as JSON
conversions    what one version of the standard can't say of another
plans          the declarations as trees, for the readers and writers"""

from sdmx_dsm.formats.structures.json_reader import read_json20
from sdmx_dsm.formats.structures.json_writer import write_json20
from sdmx_dsm.formats.structures.ml_reader import read_ml
from sdmx_dsm.formats.structures.ml_writer import write_ml21, write_ml30

__all__ = ["read_json20", "read_ml", "write_json20", "write_ml21", "write_ml30"]
