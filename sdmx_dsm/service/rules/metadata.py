"""A metadata set held against its metadata structure: the attributes that it reports, how often, and their values; and what it
is about, against its metadataflow and its agreement.

Values are judged as those of attributes of data are (`sdmx_dsm.validation.values`)."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from sdmx_dsm.errors import DsmError, Unsupported
from sdmx_dsm.formats.structures.reports import parse_markup
from sdmx_dsm.model import (
    ItemScheme,
    MetadataAttribute,
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
    Reference,
    ReportedAttribute,
    SchemaComponent,
    Structures,
    is_draft,
    is_wildcard,
)
from sdmx_dsm.model.versions import select_from
from sdmx_dsm.service.rules.faults import Fault, listed, name_of
from sdmx_dsm.validation import make_finding, render
from sdmx_dsm.validation.periods import PeriodTable, is_period
from sdmx_dsm.validation.values import type_checks

_SHOWN_CHARACTERS: Final = 60
Reports = Sequence[ReportedAttribute]


def check_metadata(metadata: MetadataSet, structures: Structures) -> Iterator[Fault]:
    """Nothing where its flow, or what that refers to, is not here: that is told of the reference."""
    yield from _check_markup(metadata.attributes, "")
    drafts = is_draft(metadata.version)
    agreement = flow = structure = None
    if metadata.metadata_provision_agreement:
        agreement = structures.find(metadata.metadata_provision_agreement, drafts=drafts)
    reference = agreement.metadataflow if isinstance(agreement, MetadataProvisionAgreement) else metadata.metadataflow
    if reference:
        flow = structures.find(reference, drafts=drafts)
    if isinstance(flow, Metadataflow) and flow.structure:
        structure = structures.find(flow.structure, drafts=is_draft(flow.version))
    for restricting in (flow, agreement):
        if isinstance(restricting, Metadataflow | MetadataProvisionAgreement):
            yield from _check_targets(metadata.targets, restricting)
    if isinstance(structure, MetadataStructure) and not structure.is_external_reference:
        # A set does not say which report of 2.1 it is: it has to fit one of them.
        kinds = [report.attributes for report in structure.report_structures] or [structure.attributes]
        found = [list(_check_attributes(metadata.attributes, kind, structure, structures, "")) for kind in kinds]
        yield from min(found, key=len)


def _check_targets(
    targets: Iterable[Reference], restricting: Metadataflow | MetadataProvisionAgreement
) -> Iterator[Fault]:
    wrong = [target for target in targets if not any(_covers(each, target) for each in restricting.targets)]
    if restricting.targets and wrong:
        names, name = listed(map(name_of, wrong)), name_of(restricting.reference)
        yield Fault(
            "wrong-target",
            f"it is about {names}, and {name} is not for that",
            f"набор описывает {names}, а {name} — не для этого",
        )


def _covers(allowed: Reference, target: Reference) -> bool:
    """Each may have wildcards."""
    package, _, any_class = allowed.artefact_class.partition(".")
    is_class = f"infomodel.{package}." in target.urn if any_class else allowed.artefact_class == target.artefact_class
    return (
        is_class
        and allowed.agency in ("*", target.agency)
        and allowed.id in ("*", target.id)
        and allowed.item in ("*", target.item)
        and (
            allowed.version in ("*", target.version)
            or (is_wildcard(allowed.version) and bool(select_from((allowed.version,), (target.version,))))
        )
    )


def _check_attributes(
    reported: Reports,
    known: Collection[MetadataAttribute],
    source: MetadataStructure,
    structures: Structures,
    above: str,
) -> Iterator[Fault]:
    """The attributes at one place, with those below them."""
    by_id: dict[str, list[ReportedAttribute]] = {}
    for one in reported:
        by_id.setdefault(one.id, []).append(one)
    if unknown := [f"{above}{id}" for id in by_id.keys() - {attribute.component_id for attribute in known}]:
        name, ids = name_of(source.reference), listed(sorted(unknown))
        yield Fault("missing-component", f"{name} has no attribute {ids}", f"в {name} нет атрибута {ids}")
    for attribute in known:
        found, path = by_id.get(attribute.component_id, []), f"{above}{attribute.component_id}"
        try:
            component = structures.component(source, attribute)
        except DsmError:
            continue
        yield from _check_times(found, attribute, component, path)
        if attribute.is_presentational:
            if any(map(_texts, found)):
                yield Fault(
                    "wrong-value",
                    f"{path} has a value, and it only holds other attributes",
                    f"{path} имеет значение, а он лишь содержит другие атрибуты",
                )
        else:
            yield from _check_values({text for one in found for text in _texts(one)}, component, path)
        for one in found:
            yield from _check_attributes(one.attributes, attribute.attributes, source, structures, f"{path}.")


def _texts(attribute: ReportedAttribute) -> list[str]:
    """A single empty value says that there is none: SDMX-JSON can't leave it out."""
    texts = [*attribute.values, *attribute.texts.values()]
    return [] if texts == [""] else texts


def _check_times(
    found: Reports, attribute: MetadataAttribute, component: SchemaComponent, path: str
) -> Iterator[Fault]:
    """Several values are as many times, where a value is one of its representation's."""
    times = sum(bool(_texts(one) or one.attributes) for one in found)
    least = 1 if attribute.min_occurs is None else attribute.min_occurs
    if times < least:
        yield Fault(
            "wrong-occurrence",
            f"{path} is reported {times} times, expected at least {least}",
            f"{path} указан раз: {times}, ожидается не меньше {least}",
        )
    values = sum(max(1, len(one.values)) for one in found)
    for given, most in ((len(found), attribute.max_occurs), (values, _product(attribute.max_occurs, component))):
        if most is not None and given > most:
            yield Fault(
                "wrong-occurrence",
                f"{path} is reported {given} times, expected at most {most}",
                f"{path} указан раз: {given}, ожидается не больше {most}",
            )


def _product(most: int | None, component: SchemaComponent) -> int | None:
    return None if most is None or component.max_occurs is None else most * component.max_occurs


def _check_values(values: set[str], component: SchemaComponent, path: str) -> Iterator[Fault]:
    if not values:
        return
    codelist = component.codelist
    if codelist is None:
        yield from _check_format(values, component, path)
    elif not (isinstance(codelist, ItemScheme) and codelist.is_partial) and not codelist.is_external_reference:
        unknown = listed(sorted(_cut(value) for value in values - {item.id for item in codelist.items}))
        if unknown:
            name = name_of(codelist.reference)
            yield Fault(
                "missing-value",
                f"{name}, the codes of {path}, has no {unknown}",
                f"в {name}, кодах {path}, нет {unknown}",
            )


def _check_format(values: Collection[str], component: SchemaComponent, path: str) -> Iterator[Fault]:
    text_format = replace(component.text_format, is_multilingual=False)
    single = replace(component, max_occurs=1, text_format=text_format)
    batch = pl.DataFrame({single.id: sorted(values)})
    if is_period(single):
        batch = PeriodTable().add(batch, single.id)
    for check in type_checks(single):
        arguments = {name: text for name, text in check.arguments.items() if not name.startswith("component:")}
        for value in batch.filter(check.wrong)[single.id]:
            finding = make_finding(check.code, path, _cut(value), arguments)
            english, russian = (render(finding, language)[0].rstrip(".") for language in ("en", "ru"))
            yield Fault("wrong-value", english, russian)


def _cut(value: str) -> str:
    return value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}…"


def _check_markup(reported: Reports, above: str) -> Iterator[Fault]:
    """XHTML that is none could never be written in SDMX-ML."""
    for one in reported:
        path = f"{above}{one.id}"
        for text in _texts(one) if one.is_structured else ():
            try:
                parse_markup(text)
            except Unsupported as error:
                shown = str(error).rstrip(".")
                yield Fault("wrong-value", f"{path}: {shown}", f"{path}: текст — не правильный XHTML ({shown})")
        yield from _check_markup(one.attributes, f"{path}.")
