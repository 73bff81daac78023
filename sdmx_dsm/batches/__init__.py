"""Data in columns: data sets, batches, keys, series ids, period bounds and spools. The interface everybody codes against."""

from sdmx_dsm.batches.attached import Attached, series_runs, with_attributes
from sdmx_dsm.batches.datasets import (
    BATCH_ROWS,
    MISSING_VALUES,
    NOT_APPLICABLE,
    Action,
    DataSet,
    Header,
    Party,
    constants,
    gives_any,
    is_component,
    level_rows,
    rows_giving,
    with_columns,
)
from sdmx_dsm.batches.keys import period_bounds, series_id, with_series_ids
from sdmx_dsm.batches.spool import Spool, in_order, series_slices

__all__ = [
    "BATCH_ROWS",
    "MISSING_VALUES",
    "NOT_APPLICABLE",
    "Action",
    "Attached",
    "DataSet",
    "Header",
    "Party",
    "Spool",
    "constants",
    "gives_any",
    "in_order",
    "is_component",
    "level_rows",
    "period_bounds",
    "rows_giving",
    "series_id",
    "series_runs",
    "series_slices",
    "with_attributes",
    "with_columns",
    "with_series_ids",
]
