"""Checks of data: batches in, findings out. Nothing here raises for bad data.

fill_defaults(dataset, agreement_defaults(agreement))    what the sender need not say
checker = Checker(schema)
checker.check(batch), ..., checker.finish()              a frame of findings (`FINDINGS_SCHEMA`), ..., several
good_rows(batch, findings), checker.complete_rows(batch) the rows that no error is about; and nothing that is found later
ReportBuilder                                            findings -> counts, the first of each kind, a file of all
misfits(component, values), rust_pattern(pattern)        values that a component may not have; its pattern as it is run
CATALOGUE, render(finding, "ru")                         what a finding means, and what to do"""

from sdmx_dsm.validation.catalogue import CATALOGUE, LANGUAGES, make_finding, render, render_columns
from sdmx_dsm.validation.checker import Checker
from sdmx_dsm.validation.collect import ReportBuilder
from sdmx_dsm.validation.defaults import Filled, agreement_defaults, default_findings, fill_defaults
from sdmx_dsm.validation.entry import Entry
from sdmx_dsm.validation.findings import FINDINGS_SCHEMA, NO_FINDINGS, good_rows, rejected_rows, to_findings, to_frame
from sdmx_dsm.validation.fit import misfits
from sdmx_dsm.validation.values import rust_pattern

__all__ = [
    "CATALOGUE",
    "FINDINGS_SCHEMA",
    "LANGUAGES",
    "NO_FINDINGS",
    "Checker",
    "Entry",
    "Filled",
    "ReportBuilder",
    "agreement_defaults",
    "default_findings",
    "fill_defaults",
    "good_rows",
    "make_finding",
    "misfits",
    "rejected_rows",
    "render",
    "render_columns",
    "rust_pattern",
    "to_findings",
    "to_frame",
]
