"""From a file to a report and good rows: detect, read, fill defaults, check, spool. The same for the server, `dsm validate`
and `dsm convert`, so that what passes at home passes at the hub."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, cast

import polars as pl

from sdmx_dsm import excel, formats
from sdmx_dsm.batches import Action, DataSet, Spool, level_rows, with_columns
from sdmx_dsm.errors import DsmError, NotFound, ReadError, TooLarge, Unsupported, UrnError, VersionError
from sdmx_dsm.excel import Limits, Mapping
from sdmx_dsm.model import (
    Dataflow,
    Finding,
    Maintainable,
    Place,
    ProvisionAgreement,
    Reference,
    Report,
    Schema,
    Structures,
    parse_reference,
)
from sdmx_dsm.validation import (
    LANGUAGES,
    NO_FINDINGS,
    Checker,
    Filled,
    ReportBuilder,
    agreement_defaults,
    default_findings,
    fill_defaults,
    good_rows,
    make_finding,
    render,
    to_frame,
)

_FINDINGS_ROWS: Final = 8_192
SeriesOfOthers = Callable[[Schema, str, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Checked rows of one data set, ready to publish: defaults filled, rows with errors left out. The spool lives in the
    folder that `check` was given."""

    dataflow: Dataflow
    agreement: ProvisionAgreement
    action: Action
    spool: Spool
    observations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """`reference`: the agreement or dataflow that the sender names, None where file or mapping say it. `granted`: short
    references of the agreements that the sender may report for, None for all. `action`: where the file has none.
    `series_of_others`: see `Store.series_of_others`; None where there is no hub to ask."""

    reference: Reference | None = None
    mapping: Mapping | None = None
    action: str = ""
    granted: frozenset[str] | None = None
    series_of_others: SeriesOfOthers | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """`findings`: a CSV file with all of them, the report has the first of each kind."""

    parts: tuple[Part, ...]
    report: Report
    findings: Path


# What a reader raises becomes a finding of this code: the document, and not one datum, is at fault.
_DOCUMENT_FINDINGS: tuple[tuple[type[DsmError], str], ...] = (
    (NotFound, "unknown-dataflow"),
    (TooLarge, "too-large"),
    (Unsupported, "unknown-format"),
    (ReadError, "unreadable-file"),
    (UrnError, "unreadable-file"),
    (VersionError, "unreadable-file"),
)


def reported_reference(text: str, structures: Structures) -> Reference:
    """What is reported for, given as URN or short form: a provision agreement where one has that identity, else a dataflow,
    whether there is one or not. Raises UrnError."""
    if text.startswith("urn:") and ".Dataflow=" in text:
        return parse_reference(text, "Dataflow")
    reference = parse_reference(text, "ProvisionAgreement", default_version="~")
    return reference if structures.find(reference) else parse_reference(text, "Dataflow", default_version="~")


def read_source(path: Path, structures: Structures, options: CheckOptions) -> Iterator[DataSet]:
    """The data sets of a file in any format that is read; a workbook goes through the mapping of the options.

    Raises Unsupported, ReadError, NotFound, TooLarge."""
    if excel.is_workbook(path):
        if options.mapping is None:
            raise Unsupported(
                "A workbook needs a mapping, which says what its cells mean: name one with mapping=ID.",
                ru="Для книги Excel нужна схема чтения, в которой сказано, что означают её ячейки: укажите её (mapping=ID).",
            )
        return excel.read_workbook(path, options.mapping, structures, options.limits)
    return formats.read_data(path, structures, reference=options.reference)


@contextmanager
def check(path: Path, structures: Structures, options: CheckOptions, folder: Path) -> Iterator[Checked]:
    """Reads and checks a file to its end. Spools and the file of findings live in `folder`, which is the caller's to remove.

    Never raises for what is wrong in the file: that is in the report."""
    with ExitStack() as stack:
        findings = folder / "findings.csv"
        builder = stack.enter_context(ReportBuilder(findings))
        parts: list[Part] = []
        try:
            for dataset in read_source(path, structures, options):
                if part := _check_dataset(dataset, structures, options, builder, folder):
                    parts.append(part)
        except DsmError as error:
            code = next((code for kind, code in _DOCUMENT_FINDINGS if isinstance(error, kind)), None)
            if code is None:
                raise
            parts.clear()
            builder.add_finding(_document_finding(code, error))
        else:
            if not builder.rows and not builder.errors:
                builder.add_finding(make_finding("empty-submission"))
        accepted = sum(part.observations for part in parts)
        builder.close()
        yield Checked(parts=tuple(parts), report=replace(builder.report(), accepted=accepted), findings=findings)


def _document_finding(code: str, error: DsmError) -> Finding:
    place = Place(line=error.line, column=error.column) if isinstance(error, ReadError) else Place()
    return make_finding(code, arguments={"message:en": error.message, "message:ru": error.ru}, place=place)


def _check_dataset(
    dataset: DataSet, structures: Structures, options: CheckOptions, builder: ReportBuilder, folder: Path
) -> Part | None:
    """Spools the good rows of a data set; None when nobody may report it."""
    for remark in dataset.remarks:
        builder.add_finding(remark)
    agreement = _agreement(dataset, structures, options, builder)
    if agreement is None or agreement.dataflow is None:
        return None
    schema = structures.schema(agreement.reference)
    action = cast("Action", options.action) if options.action and dataset.action == "Information" else dataset.action
    filled: Filled = Counter()
    checker = Checker(schema, action=action)
    dataset = replace(dataset, schema=schema, action=action)
    complete = fill_defaults(dataset, agreement_defaults(agreement), filled, checker.seen)
    spool = Spool(folder)
    observations = 0
    for batch in complete.batches:
        good = builder.add(batch, checker.check(batch))
        observations += _observations(good)
        spool.add(good)
    errors = builder.errors
    last = _last(checker, builder)
    builder.add_findings(default_findings(filled, schema))
    builder.add_series(checker.series)
    others = _others(spool, schema, agreement, options, builder)
    if builder.errors > errors or checker.has_contradictions:
        spool = _good(spool, checker, last, others, folder)
        observations = sum(map(_observations, spool))
    return Part(
        dataflow=structures.resolve(agreement.dataflow, Dataflow),
        agreement=agreement,
        action=action,
        spool=spool,
        observations=observations,
    )


def _observations(batch: pl.DataFrame) -> int:
    return int((batch[":level"] == "obs").sum())


def _last(checker: Checker, builder: ReportBuilder) -> pl.DataFrame:
    """Gives the builder what was found at the end, and back of it what rejects rows but missing attributes, which are many."""
    kept = [NO_FINDINGS]
    for findings in checker.finish():
        builder.add_findings(findings)
        kept.append(findings.filter(pl.col("code") != "attribute-missing"))
    return pl.concat(kept)


def _others(
    spool: Spool, schema: Schema, agreement: ProvisionAgreement, options: CheckOptions, builder: ReportBuilder
) -> pl.Series:
    """Hashes of the keys of the series that belong to another agreement, each of which is told at its first row. A deletion
    counts when it names a whole series: a pattern is about one's own series only."""
    told = pl.Series(dtype=pl.UInt64)
    if options.series_of_others is None:
        return told
    ids = schema.dimension_ids
    whole = pl.all_horizontal(pl.col(id).is_not_null() & ~pl.col(id).is_in(["", "~"]) for id in ids)
    for batch in spool:
        rows = with_columns(level_rows(batch, "obs", "series", "delete"), ids)
        rows = rows.filter(whole | (pl.col(":level") != "delete"))
        owners = options.series_of_others(schema, agreement.reference.short, rows) if rows.height else rows
        if not owners.height:
            continue
        first = rows.unique(ids, keep="first", maintain_order=True)
        owned = first.join(owners, on=ids, nulls_equal=True, maintain_order="left")
        owned = owned.filter(~_keys(owned, ids).is_in(told.implode()))
        told = pl.concat([told, _keys(owned, ids)])
        for part in owned.iter_slices(_FINDINGS_ROWS):
            builder.add_findings(to_frame(_series_owned(row, schema) for row in part.iter_rows(named=True)))
    return told


def _keys(rows: pl.DataFrame, ids: tuple[str, ...]) -> pl.Series:
    return rows.select(ids).hash_rows(seed=0)


def _series_owned(row: dict[str, Any], schema: Schema) -> Finding:
    return make_finding(
        "series-owned",
        arguments={
            "series": ".".join(row[id] or "" for id in schema.dimension_ids),
            "agreement": row[":agreement"],
        },
        place=Place(line=row.get(":line"), column=row.get(":col"), sheet=row.get(":sheet"), cell=row.get(":cell")),
    )


def _good(spool: Spool, checker: Checker, last: pl.DataFrame, others: pl.Series, folder: Path) -> Spool:
    """The rows of a spool without those that what was found at the end is about. `others`: see `_others`."""
    kept = Spool(folder)
    ids = checker.schema.dimension_ids
    for batch in spool:
        good = good_rows(checker.complete_rows(batch), last)
        if others.len():
            good = with_columns(good, ids)
            good = good.filter(~_keys(good, ids).is_in(others.implode()))
        kept.add(good)
    spool.close()
    return kept


def _agreement(
    dataset: DataSet, structures: Structures, options: CheckOptions, builder: ReportBuilder
) -> ProvisionAgreement | None:
    """The agreement that a data set is reported under: the one the sender or the file names, that of the provider in the
    header, or the only one that the sender has for the dataflow, or for the data structure where no dataflow is named. A finding
    and None when it can't be told."""
    flow = dataset.schema.dataflow
    if flow is None and options.reference and options.reference.artefact_class == "Dataflow":
        flow = structures.resolve(options.reference, Dataflow)
    named = [
        reference
        for reference in (options.reference, dataset.structure)
        if reference and reference.artefact_class == "ProvisionAgreement"
    ]
    if named:
        candidates = [structures.resolve(named[0], ProvisionAgreement)]
        if structures.resolve(named[-1], ProvisionAgreement) != candidates[0]:
            contradiction = {"agreement": named[0].short, "named": named[-1].short}
            builder.add_finding(make_finding("agreement-contradicted", arguments=contradiction))
            return None
    else:
        candidates = [
            agreement
            for agreement in structures.of_class(ProvisionAgreement)
            if _is_reported(
                structures.find(agreement.dataflow) if agreement.dataflow else None, flow, dataset, structures
            )
            and dataset.provider in (None, agreement.data_provider)
        ]
    if options.granted is not None:
        candidates = [agreement for agreement in candidates if agreement.reference.short in options.granted]
    arguments = {"dataflow": (flow or dataset.schema.structure).reference.short}
    if len(candidates) != 1:
        code = "agreement-unknown" if candidates or not named else "agreement-not-granted"
        builder.add_finding(make_finding(code, arguments=arguments))
        return None
    (agreement,) = candidates
    if flow is not None and agreement.dataflow and structures.find(agreement.dataflow) != flow:
        arguments["agreement"] = agreement.reference.short
        builder.add_finding(make_finding("agreement-of-another-dataflow", arguments=arguments))
        return None
    return agreement


def _is_reported(
    reported: Maintainable | None, flow: Dataflow | None, dataset: DataSet, structures: Structures
) -> bool:
    """Whether an agreement for the dataflow `reported` may be the one: `flow` is what was named, None where only the data
    structure was."""
    if flow is not None or not isinstance(reported, Dataflow) or reported.structure is None:
        return reported is not None and reported == flow
    return structures.find(reported.structure) == dataset.schema.structure


def report_values(report: Report) -> dict[str, object]:
    """A report as JSON values; sentences and remedies in English and Russian."""
    return {
        "observations": report.observations,
        "accepted": report.accepted,
        "deleted": report.deleted,
        "series": report.series,
        "severities": dict(report.severities),
        "counts": dict(report.counts),
        "findings": [finding_values(finding) for finding in report.findings],
    }


def finding_values(finding: Finding) -> dict[str, object]:
    sentences = {language: render(finding, language) for language in LANGUAGES}
    return {
        "code": finding.code,
        "severity": finding.severity,
        "component": finding.component or None,
        "value": finding.value or None,
        "line": finding.place.line,
        "column": finding.place.column,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "message": {language: sentence for language, (sentence, _) in sentences.items()},
        "remedy": {language: remedy for language, (_, remedy) in sentences.items()},
    }
