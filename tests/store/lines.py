"""Batches as lines of text, both ways, so that tests can state data in view.

A.KG.F 2020 OBS_VALUE=12.50 OBS_STATUS=A       an observation of the example dataflow (FREQ.REF_AREA.SEX)
series A.KG.F UNIT_MEASURE=PS                  the attributes of a series; partial, dataset likewise, `*` for no value
default series A.KG.F UNIT_MEASURE=PS          the same, filled in by default
delete A.*.* 2020 OBS_STATUS=?                 a pattern
replace A.KG.F 2020 OBS_VALUE=1                an observation with an action of its own"""

from collections.abc import Iterable

import polars as pl

from sdmx_dsm.batches import DataSet
from sdmx_dsm.model import Release, Schema, Structures
from sdmx_dsm.store import Finish, Part, Store
from tests.helpers.schemas import EXAMPLE_AGREEMENT, example_structures

STRUCTURES: Structures = example_structures()
EXAMPLE: Schema = STRUCTURES.schema(EXAMPLE_AGREEMENT)
KG = "DSM:EXAMPLE_KG(1.0.0)"
TJ = "DSM:EXAMPLE_TJ(1.0.0)"
LEVELS = ("obs", "series", "partial", "dataset", "delete")


def batch(*lines: str, schema: Schema = EXAMPLE) -> pl.DataFrame:
    rows = [_row(line, schema) for line in lines]
    columns = dict.fromkeys([":level", *(id for row in rows for id in row)])
    types = {id: pl.Boolean if id == ":default" else pl.String for id in columns}
    return pl.DataFrame(rows, schema=types)


def _row(line: str, schema: Schema) -> dict[str, str | bool | None]:
    words = line.split(" ")
    row: dict[str, str | bool | None] = {":level": "obs"}
    while words[0] in (*LEVELS, "default", "replace", "merge"):
        word = words.pop(0)
        if word == "default":
            row[":default"] = True
        elif word in LEVELS:
            row[":level"] = word
        else:
            row[":action"] = word.capitalize()
    key = words.pop(0).split(".")
    row |= {id: None if code == "*" else code for id, code in zip(schema.dimension_ids, key, strict=True)}
    for word in words:
        id, equals, value = word.partition("=")
        row |= {id: value} if equals else {"TIME_PERIOD": word}
    return row


def lines(datasets: Iterable[DataSet]) -> list[str]:
    return [line for dataset in datasets for frame in dataset.batches for line in _lines(frame, dataset.schema)]


def _lines(frame: pl.DataFrame, schema: Schema) -> Iterable[str]:
    for row in frame.iter_rows(named=True):
        key = ".".join(row.pop(id) or "*" for id in schema.dimension_ids)
        level, period = row.pop(":level"), row.pop("TIME_PERIOD", None)
        values = [f"{id}={value}" for id, value in row.items() if value is not None]
        yield " ".join([*([level] if level != "obs" else []), key, *([period] if period is not None else []), *values])


def publish(
    store: Store,
    *rows: str,
    action: str = "Append",
    agreement: str = KG,
    schema: Schema = EXAMPLE,
    submission: str = "",
    finish: Finish | None = None,
) -> Release:
    part = Part(schema=schema, agreement=agreement, action=action, batches=[batch(*rows, schema=schema)])  # type: ignore[arg-type]
    return store.publish([part], submission=submission, user="tester", finish=finish)
