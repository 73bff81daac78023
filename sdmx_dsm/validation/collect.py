"""`ReportBuilder`: findings into a report: counts of all, the first of each code in full, every one in a CSV file."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import polars as pl

from sdmx_dsm.model import KEPT_PER_CODE, Finding, Report
from sdmx_dsm.validation.catalogue import LANGUAGES, render_columns
from sdmx_dsm.validation.findings import NO_FINDINGS, good_rows, to_findings, to_frame

_CSV_ROWS: Final = 8_192
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"  # Excel takes a CSV file for UTF-8 by it.


class ReportBuilder:
    """Takes batches with their findings (`FINDINGS_SCHEMA`), in order. `path`: the CSV file with all findings, with the columns
    code severity line column sheet cell component value and message_… remedy_… for each of `languages`; None for no file.
    What is about no single row (a column, a header cell) is counted once, however many batches it is found in.

    Memory: the findings kept in full, and 8 bytes for each finding about no row. Ends with its context,
    or with `close`."""

    def __init__(self, path: Path | None = None, languages: Sequence[str] = LANGUAGES) -> None:
        self.rows = 0
        self._languages: Final = tuple(languages)
        self._file: BinaryIO | None = path.open("wb") if path else None
        self._observations = 0
        self._accepted = 0
        self._series = 0
        self._counts: Counter[str] = Counter()
        self._severities: Counter[str] = Counter()
        self._kept: list[Finding] = []
        self._general = pl.Series(dtype=pl.UInt64)
        if self._file:
            self._file.write(BYTE_ORDER_MARK)
            self._file.write(self._csv(NO_FINDINGS, header=True))

    def add(self, batch: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
        """Takes the findings of a batch, counts its observations, and gives the rows that no error is about."""
        self.add_findings(findings)
        good = good_rows(batch, findings) if findings.height else batch
        self.rows += batch.height
        self._observations += int((batch[":level"] == "obs").sum())
        self._accepted += int((good[":level"] == "obs").sum())
        return good

    def add_findings(self, findings: pl.DataFrame) -> None:
        findings = self._news(findings.filter(pl.col("code") != ""))
        if not findings.height:
            return
        taken = {code: KEPT_PER_CODE - self._counts[code] for code in findings["code"].unique()}
        if any(room > 0 for room in taken.values()):
            room = pl.col("code").replace_strict(taken, return_dtype=pl.Int64)
            self._kept.extend(to_findings(findings.filter(pl.int_range(pl.len()).over("code") < room)))
        for counter, column in ((self._counts, "code"), (self._severities, "severity")):
            for name, count in findings[column].value_counts().iter_rows():
                counter[name] += count
        if self._file:
            # The texts of a finding are ten times its size: a part at a time.
            for part in findings.iter_slices(_CSV_ROWS):
                self._file.write(self._csv(part, header=False))

    def add_finding(self, finding: Finding) -> None:
        """One that is no frame: a reader's remark, the error of a document."""
        self.add_findings(to_frame([finding]))

    def add_series(self, count: int) -> None:
        """Counts the series of a data set (`Checker.series`)."""
        self._series += count

    @property
    def errors(self) -> int:
        return self._severities["error"]

    def report(self) -> Report:
        """The report so far."""
        return Report(
            observations=self._observations,
            accepted=self._accepted,
            series=self._series,
            counts=dict(self._counts),
            severities=dict(self._severities),
            findings=tuple(self._kept),
        )

    def close(self) -> None:
        if self._file:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _news(self, findings: pl.DataFrame) -> pl.DataFrame:
        """Without those about no row that were counted already."""
        is_general = findings["row"].is_null()
        if not is_general.any():
            return findings
        hashes = findings.select(pl.struct(pl.exclude("row")).hash(seed=0)).to_series()
        before = self._general.filter(self._general.is_in(hashes.implode()))
        known = hashes.is_in(before.implode()) | ~hashes.is_first_distinct()
        self._general = pl.concat([self._general, hashes.filter(is_general & ~known)])
        return findings.filter(~(is_general & known))

    def _csv(self, findings: pl.DataFrame, *, header: bool) -> bytes:
        text = findings.select(
            "code",
            "severity",
            "line",
            pl.col("col").alias("column"),
            _harmless("sheet"),
            "cell",
            _harmless("component"),
            _harmless("value"),
        )
        rendered = render_columns(findings, self._languages)
        return (
            pl.concat([text, rendered], how="horizontal")
            .write_csv(include_header=header, line_terminator="\r\n")
            .encode()
        )


def _harmless(column: str) -> pl.Expr:
    """Blank where there is none; text that a spreadsheet would take for a formula gets an apostrophe; numbers stay."""
    is_formula = pl.col(column).str.contains(r"^[=@+\-\t\r]") & ~pl.col(column).str.contains(r"^[+-]?[\d.,]+$")
    return (
        pl.when(is_formula).then(pl.concat_str(pl.lit("'"), column)).otherwise(column).replace("", None).alias(column)
    )
