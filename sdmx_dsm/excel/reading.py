"""Workbooks into data sets, through a mapping."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS, DataSet, gives_any
from sdmx_dsm.excel.expressions import matches, pattern_of
from sdmx_dsm.excel.mapping import Mapping, SheetChoice, Table
from sdmx_dsm.excel.tables import read_table
from sdmx_dsm.excel.workbooks import Limits, Sheet, open_workbook
from sdmx_dsm.model import Finding, Reference, Schema, Structures


def read_workbook(path: Path, mapping: Mapping, structures: Structures, limits: Limits) -> Iterator[DataSet]:
    """One data set for each agreement (or dataflow) of the mapping, in its order.

    `remarks`: sheet-not-found, sheet-skipped, area-not-found, formula-without-value, unmapped-label. Raises ReadError and
    TooLarge for a file that can't be opened, NotFound where `structures` lacks what the mapping names."""
    sheets = open_workbook(path, limits)
    by_structure: dict[Reference, list[Table]] = {}
    for table in mapping.tables:
        by_structure.setdefault(table.structure, []).append(table)
    for structure, tables in by_structure.items():
        schema = structures.schema(structure)
        remarks: list[Finding] = []
        frames: list[pl.DataFrame] = []
        for table in tables:
            chosen, noticed = _chosen(table.sheets, sheets)
            remarks += noticed
            for sheet in chosen:
                frame, noticed = read_table(table, sheet, schema)
                remarks += noticed
                if frame.height:
                    frames.append(frame)
        yield DataSet(schema=schema, structure=structure, batches=_batches(frames, schema), remarks=tuple(remarks))


def _chosen(choice: SheetChoice, sheets: tuple[Sheet, ...]) -> tuple[list[Sheet], list[Finding]]:
    """The sheets that are meant, and what was expected and is not there. A hidden sheet is read by its name in full; where
    only a pattern or an exclusion means it, it is not, which is told."""
    names = [sheet.name for sheet in sheets]
    hits = {name: matches(name, names) for name in choice.names}
    named = [any(hit[n] for name, hit in hits.items() if pattern_of(name) is None) for n in range(len(sheets))]
    meant = [any(hit[n] for hit in hits.values()) != choice.all_but for n in range(len(sheets))]
    chosen: list[Sheet] = []
    remarks: list[Finding] = []
    for sheet, is_meant, is_named in zip(sheets, meant, named, strict=True):
        if is_meant and sheet.hidden and not is_named:
            remarks.append(Finding(code="sheet-skipped", severity="information", value=sheet.name))
        elif is_meant:
            chosen.append(sheet)
    missing = [name for name, hit in hits.items() if not any(hit) and not choice.all_but]
    remarks += (Finding(code="sheet-not-found", severity="error", value=name) for name in missing)
    return chosen, remarks


def _batches(frames: list[pl.DataFrame], schema: Schema) -> Iterator[pl.DataFrame]:
    """Batches with each attribute once, at its level."""
    if not frames:
        return
    cells = pl.concat(frames, how="diagonal")
    levels: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for attribute in schema.attributes_at("series", "partial", "dataset"):
        if attribute.id in cells.columns:
            levels.setdefault((attribute.level, attribute.dimensions), []).append(attribute.id)
    for (level, dimensions), ids in levels.items():
        yield from _attribute_rows(cells, level, [id for id in dimensions if id in cells.columns], ids)
    attributes = [id for ids in levels.values() for id in ids]
    observations = cells.drop(attributes, [f":cell:{id}" for id in attributes], strict=False)
    yield from observations.with_columns(pl.lit("obs").alias(":level")).iter_slices(BATCH_ROWS)


def _attribute_rows(cells: pl.DataFrame, level: str, dimensions: list[str], ids: list[str]) -> Iterator[pl.DataFrame]:
    """Each distinct value once for its dimensions; two values for the same are two rows, for the checks to see."""
    places = [f":cell:{id}" for id in ids if f":cell:{id}" in cells.columns]
    rows = (
        cells.filter(gives_any(cells, ids))
        .select(*dimensions, *ids, ":sheet", pl.coalesce(*places, ":cell").alias(":cell"))
        .unique(subset=[*dimensions, *ids], keep="first", maintain_order=True)
    )
    yield from rows.with_columns(pl.lit(level).alias(":level")).iter_slices(BATCH_ROWS)
