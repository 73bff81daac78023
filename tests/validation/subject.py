"""Batches written as tables, and findings as short lines, for the tests of this folder."""

from dataclasses import replace

import polars as pl

from sdmx_dsm.model import (
    CubeRegion,
    DataConstraint,
    DataKeySet,
    Reference,
    Schema,
    Structures,
    TextFormat,
    ValueSelection,
)
from sdmx_dsm.validation import Checker, render, to_findings
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, RICH, example_artefacts, example_structures

SCHEMA = example_structures().schema(EXAMPLE)
RICH_SCHEMA = example_structures().schema(RICH)


def table(text: str) -> pl.DataFrame:
    """A batch from lines of blank-separated cells under a heading: `-` is null, `''` is empty. The heading is line 1; rows are observations unless there is a column `:level`."""
    heading, *lines = [line.split() for line in text.strip().splitlines()]
    rows = [[None if cell == "-" else "" if cell == "''" else cell for cell in line] for line in lines]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(heading, pl.String), orient="row")
    if ":level" not in heading:
        frame = frame.with_columns(pl.lit("obs").alias(":level"))
    places = () if ":sheet" in heading else (pl.int_range(2, pl.len() + 2).alias(":line"),)
    return frame.with_columns(*places)


def found(findings: pl.DataFrame) -> list[tuple[object, str, str]]:
    """Line (or cell), component and code of each finding."""
    return [
        (row["line"] if row["cell"] is None else f"{row['sheet']}!{row['cell']}", row["component"], row["code"])
        for row in findings.iter_rows(named=True)
    ]


def finished(checker: Checker) -> list[tuple[object, str, str]]:
    """What is found at the end."""
    return [finding for findings in checker.finish() for finding in found(findings)]


def check(text: str, schema: Schema = SCHEMA) -> list[tuple[object, str, str]]:
    return found(Checker(schema).check(table(text)))


def sentences(text: str, schema: Schema = SCHEMA) -> list[tuple[str, str]]:
    """Sentence and remedy of each finding, English and then Russian."""
    findings = to_findings(Checker(schema).check(table(text)))
    return [render(finding, language) for finding in findings for language in ("en", "ru")]


def with_format(id: str, text_format: TextFormat) -> Schema:
    """The example schema with another text format of one component, which has no codelist then."""
    components = tuple(
        replace(component, text_format=text_format, codelist=None) if component.id == id else component
        for component in SCHEMA.components
    )
    return replace(SCHEMA, components=components)


def with_constraint(
    *selections: ValueSelection,
    attached_to: Reference = EXAMPLE,
    include: bool = True,
    key_sets: tuple[DataKeySet, ...] = (),
) -> Schema:
    """The schema of the agreement under one more constraint."""
    constraint = DataConstraint(
        agency="DSM",
        id="LIMITS",
        version="1.0.0",
        names={"en": "Kyrgyzstan only", "ru": "Только Кыргызстан"},
        attachment=(attached_to,),
        cube_regions=(CubeRegion(include=include, keys=selections),) if selections else (),
        key_sets=key_sets,
    )
    return Structures((*example_artefacts(), constraint)).schema(EXAMPLE_AGREEMENT)


__all__ = [
    "EXAMPLE",
    "EXAMPLE_AGREEMENT",
    "RICH_SCHEMA",
    "SCHEMA",
    "check",
    "found",
    "sentences",
    "table",
    "with_constraint",
    "with_format",
]
