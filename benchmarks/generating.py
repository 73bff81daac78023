"""Data for the measures: a dataflow of the hub's own content with any number of observations, twenty to a series."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS, DataSet
from sdmx_dsm.formats import WriteOptions, by_name
from sdmx_dsm.model import ProvisionAgreement, Reference, Schema, Structures
from sdmx_dsm.service.content import read_content
from sdmx_dsm.settings import load_settings

AGREEMENT = Reference("ProvisionAgreement", "DSM", "FOREIGN_POP_MD_MIG", "1.0.0")
PERIODS = 20


@dataclass(frozen=True, slots=True)
class Material:
    """`schema` is that of the agreement, all of whose codes are used; `frame` holds all observations, sorted by series."""

    structures: Structures
    schema: Schema
    agreement: ProvisionAgreement
    frame: pl.DataFrame

    def dataset(self) -> DataSet:
        """A fresh, ordered data set; series attributes travel in rows of their own."""
        reference = self.agreement.dataflow
        assert reference is not None
        flow = self.structures.find(reference)
        assert flow is not None
        schema = self.structures.schema(flow.reference)
        return DataSet(schema=schema, structure=flow.reference, batches=self._batches(), ordered=True)

    def _batches(self) -> Iterator[pl.DataFrame]:
        rows = BATCH_ROWS - BATCH_ROWS % PERIODS
        series_attributes = [id for id in ("UNIT_MEASURE", "UNIT_MULT", "DECIMALS") if id in self.schema.by_id]
        for start in range(0, self.frame.height, rows):
            batch = self.frame.slice(start, rows)
            series = batch.unique(self.schema.dimension_ids, maintain_order=True).select(
                *self.schema.dimension_ids,
                *(pl.lit(value).alias(id) for id, value in zip(series_attributes, ("PS", "0", "0"), strict=True)),
                pl.lit("series").alias(":level"),
            )
            yield pl.concat([series, batch], how="diagonal")

    def write(self, name: str, path: Path) -> Path:
        write = by_name(name).write
        assert write is not None
        with path.open("wb") as file:
            file.writelines(write([self.dataset()], WriteOptions()))
        return path


def content() -> Structures:
    return Structures(read_content(load_settings({}).content_path))


def material(observations: int) -> Material:
    """`observations` invented ones for one agreement: as many series as needed from the product of its codes."""
    structures = content()
    agreement = structures.resolve(AGREEMENT, ProvisionAgreement)
    schema = structures.schema(agreement.reference)
    wanted = -(-observations // PERIODS)
    keys = pl.DataFrame({":": [0]})
    for component in schema.dimensions:
        allowed = schema.allowed(component)
        codes = [code.id for code in component.codelist.items] if component.codelist else []
        usable = ["A"] if component.id == "FREQ" else [code for code in codes if allowed is None or code in allowed]
        keys = keys.join(pl.DataFrame({component.id: usable}), how="cross").head(wanted * 4)
    keys = keys.drop(":").head(wanted)
    if keys.height < wanted:
        raise ValueError(f"The codes of {schema.reference.short} give {keys.height} series; {wanted} are needed.")
    periods = pl.DataFrame({"TIME_PERIOD": [str(2000 + year) for year in range(PERIODS)]})
    frame = keys.join(periods, how="cross").head(observations)
    frame = frame.with_columns(
        pl.int_range(0, pl.len()).mul(7919).mod(1_000_003).cast(pl.String).alias("OBS_VALUE"),
        pl.lit("A").alias("OBS_STATUS"),
        pl.lit("F").alias("CONF_STATUS"),
        pl.lit("obs").alias(":level"),
    )
    return Material(structures, schema, agreement, frame)
