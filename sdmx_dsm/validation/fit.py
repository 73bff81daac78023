"""Whether values fit a component, apart from any data set: what stored data are asked when a structure is to change."""

import polars as pl

from sdmx_dsm.model import SchemaComponent
from sdmx_dsm.validation.periods import PeriodTable, is_period
from sdmx_dsm.validation.values import type_checks


def misfits(component: SchemaComponent, values: pl.Series) -> frozenset[str]:
    """Those of some values that the type, the facets or the pattern of a component rule out; of its codes nothing is asked."""
    rows = pl.DataFrame({component.id: values})
    if is_period(component):
        rows = PeriodTable().add(rows, component.id)
    wrong = pl.any_horizontal(check.wrong for check in type_checks(component))
    return frozenset(rows.filter(wrong).get_column(component.id))
