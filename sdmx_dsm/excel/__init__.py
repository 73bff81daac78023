"""Workbooks that offices already have, read through mappings: documents that say what their cells mean.

    bytes ─► a process of its own (`child`) ─► sheets of cells (`workbooks`) ─┬─► observations (`tables`) ─► data sets (`reading`)
    YAML  ─► `mapping` ───────────────────────────────────────────────────────┘

Conversion knows nothing of any office: all that is particular stands in the mapping."""

from sdmx_dsm.excel.mapping import Mapping, dump_mapping, load_mapping
from sdmx_dsm.excel.reading import read_workbook
from sdmx_dsm.excel.workbooks import Limits, is_workbook

__all__ = ["Limits", "Mapping", "dump_mapping", "is_workbook", "load_mapping", "read_workbook"]
