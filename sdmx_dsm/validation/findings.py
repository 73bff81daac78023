"""Findings as frames: their columns, to and from `Finding`, and which rows of a batch they reject."""

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from sdmx_dsm.batches.keys import UNIT_SEPARATOR
from sdmx_dsm.model import Finding, Place, SchemaComponent, Text, localise
from sdmx_dsm.validation.catalogue import LANGUAGES

# `row`: index in the batch, null where the finding is about no single row; `line`, `col` from 1; `component` and `value`
# are "" where there is none; `arguments`: a JSON object of texts, "" for none. A `code` of "" rejects its row without a word,
# because the reason is told at another one.
FINDINGS_SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "code": pl.String,
    "severity": pl.String,
    "component": pl.String,
    "value": pl.String,
    "row": pl.Int64,
    "line": pl.Int64,
    "col": pl.Int64,
    "sheet": pl.String,
    "cell": pl.String,
    "arguments": pl.String,
}
NO_FINDINGS: Final = pl.DataFrame(schema=FINDINGS_SCHEMA)
VALUE_CHARACTERS: Final = 200


# Nobody sees these signs, or only what they do to others: controls, soft hyphen, zero widths, directions of writing.
_INVISIBLE: Final = {
    chr(code): f"[U+{code:04X}]"
    for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
                 *range(0x2060, 0x2070), 0xFEFF)
}  # fmt: skip


def shown(value: pl.Expr) -> pl.Expr:
    """A value as findings carry it: whole up to `VALUE_CHARACTERS`, what can't be seen by its number, null as ""."""
    cut = pl.concat_str(value.str.slice(0, VALUE_CHARACTERS), pl.lit("…"))
    short = pl.when(value.str.len_chars() > VALUE_CHARACTERS).then(cut).otherwise(value).fill_null("")
    return short.str.replace_many(list(_INVISIBLE), list(_INVISIBLE.values()))


def in_languages(argument: str, names: Text, wording: str = "{}") -> dict[str, str]:
    """An argument in each language of the catalogue, with the best name for it; nothing where there is no name at all."""
    named = {language: localise(names, (language,)) for language in LANGUAGES}
    return {f"{argument}:{language}": wording.format(name) for language, name in named.items() if name}


def display(component: SchemaComponent) -> dict[str, str]:
    """The name of a component as an argument of findings: `component:en` is "Reference area (REF_AREA)"."""
    return in_languages("component", component.names, f"{{}} ({component.id})")


def encode(arguments: Mapping[str, str]) -> str:
    """As in the column `arguments`."""
    return json.dumps(arguments, ensure_ascii=False) if arguments else ""


def to_frame(findings: Iterable[Finding]) -> pl.DataFrame:
    rows = [
        (
            *(finding.code, finding.severity, finding.component, finding.value, None),
            *(finding.place.line, finding.place.column, finding.place.sheet, finding.place.cell),
            encode(finding.arguments),
        )
        for finding in findings
    ]
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row")


def to_findings(frame: pl.DataFrame) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code=row["code"],
            severity=row["severity"],
            component=row["component"] or "",
            value=row["value"] or "",
            place=Place(line=row["line"], column=row["col"], sheet=row["sheet"], cell=row["cell"]),
            arguments={name: text or "" for name, text in json.loads(row["arguments"] or "{}").items()},
        )
        for row in frame.iter_rows(named=True)
    )


def rejected_rows(batch: pl.DataFrame, findings: pl.DataFrame) -> pl.Series:
    """For each row of a batch whether an error is about it.

    `findings` are those of this batch; also those of `Checker.finish`, but for missing attributes (`Checker.complete_rows`). An
    error without a row rejects every row that holds its value from its cell (a wrong header of a workbook), and none when it
    is about an unknown component: without that column the rows are good."""
    errors = findings.filter(pl.col("severity") == "error")
    rows = pl.int_range(pl.len()).is_in(errors["row"].drop_nulls().unique().implode())
    general = errors.filter(pl.col("row").is_null(), pl.col("component") != "", pl.col("code") != "unknown-component")
    wrong = [rows]
    for (component,), group in general.partition_by("component", as_dict=True).items():
        if component not in batch.columns:
            wrong.append(pl.col(":level").is_in(["obs", "series"]))
        else:
            wrong.append(_holds(batch, str(component), group))
    return batch.select(reduce(or_, wrong).alias("rejected")).to_series()


def _holds(batch: pl.DataFrame, component: str, findings: pl.DataFrame) -> pl.Expr:
    """The rows that hold a value of the findings, at the cell that they name where values have cells of their own."""
    value, cell = shown(pl.col(component)), f":cell:{component}"
    if cell not in batch.columns:
        return value.is_in(findings["value"].unique().implode())
    sheet = pl.col(":sheet") if ":sheet" in batch.columns else pl.lit(None, dtype=pl.String)
    at = pl.concat_str([value, sheet, cell], separator=UNIT_SEPARATOR)
    named = findings.select(pl.concat_str(["value", "sheet", "cell"], separator=UNIT_SEPARATOR)).to_series()
    return at.is_in(named.drop_nulls().unique().implode()).fill_null(False)


def good_rows(batch: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """The rows of a batch that no error is about (see `rejected_rows`)."""
    return batch.filter(~rejected_rows(batch, findings))


def key_of(ids: Iterable[str]) -> pl.Expr:
    """Values joined by dots, as people see a key."""
    return pl.concat_str([pl.col(id).fill_null("") for id in ids], separator=".")
