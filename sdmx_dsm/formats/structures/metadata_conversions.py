"""What is changed in metadata structures, flows and sets, or refused, before a syntax can say them (see `conversions`)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from sdmx_dsm.formats.structures.refusals import LATER, ONLY_21, Convert, Refusing
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    MetadataAttribute,
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
    MetadataTarget,
    Reference,
    ReportedAttribute,
    ReportStructure,
    Representation,
    TargetObject,
    TextFormat,
)

TARGET: Final = "TARGET"
IN_XML: Final = ("ml30", "ml31")
ANYTHING: Final = Reference("base.Any", "*", "*", "*")
_SEMANTIC: Final = re.compile(r"\d+\.\d+\.\d+(-.+)?")


def _once(attribute: MetadataAttribute, target: Refusing) -> MetadataAttribute:
    """How often it is reported, an attribute says itself."""
    said = attribute.representation
    if said and (said.min_occurs, said.max_occurs) != (None, 1):
        raise target.unsupported("several values in the representation of a metadata attribute", attribute)
    return attribute


def _about_anything(flow: Metadataflow, _: Refusing) -> Metadataflow:
    """In 2.1 a metadataflow does not say what its metadata are about; in 3.x it has to."""
    return flow if flow.targets else replace(flow, targets=(ANYTHING,))


def _of_structure(flow: Metadataflow, _: Refusing) -> Metadataflow:
    """What its metadata are about, the structure says in 2.1."""
    return replace(flow, targets=())


def _one_report(structure: MetadataStructure, _: Refusing) -> MetadataStructure:
    """2.1 has kinds of reports, and what each is about: the list of attributes of 3.x is one report, about whatever has a URN."""
    if not structure.attributes or structure.report_structures:
        return structure
    about = TargetObject(
        kind="IdentifiableObject",
        id="OBJECT",
        object_type="Any",
        representation=Representation(text_format=TextFormat(text_type="IdentifiableReference")),
    )
    report = ReportStructure(id=structure.id, attributes=structure.attributes, targets=(TARGET,))
    targets = (MetadataTarget(id=TARGET, objects=(about,)),)
    return replace(structure, attributes=(), targets=targets, report_structures=(report,))


def _known_targets(holder: Metadataflow | MetadataProvisionAgreement | MetadataSet, target: Refusing) -> Any:
    """The schemas of XML know any class whatever, and not any of one package."""
    for reference in holder.targets:
        package, _, name = reference.artefact_class.rpartition(".")
        if name == "Any" and package != "base":
            raise target.unsupported(f"that metadata are about any class of the package {package}", holder)
    return holder


def _under_one(metadata: MetadataSet, target: Refusing) -> MetadataSet:
    if metadata.metadataflow and metadata.metadata_provision_agreement:
        raise target.unsupported("a metadataflow and an agreement at once", metadata)
    if (metadata.targets or metadata.attributes) and not (
        metadata.metadataflow or metadata.metadata_provision_agreement
    ):
        raise target.unsupported("reported metadata without a metadataflow or agreement", metadata)
    return metadata


def _semantic_version(metadata: MetadataSet, target: Refusing) -> MetadataSet:
    """SDMX-JSON takes semantic versions alone, and 1.0 as none."""
    if metadata.version != "1.0" and not _SEMANTIC.fullmatch(metadata.version):
        raise target.unsupported(f"the version {metadata.version}, which is not of three numbers", metadata)
    return metadata


def _known_action(metadata: MetadataSet, target: Refusing) -> MetadataSet:
    if metadata.action == "Merge":
        raise target.unsupported("the action Merge of metadata", metadata)
    return metadata


def _one_form(attribute: ReportedAttribute, target: Refusing) -> ReportedAttribute:
    if attribute.values and attribute.texts:
        raise target.unsupported("values and texts of one attribute at once", attribute)
    return attribute


def _markup_with_language(attribute: ReportedAttribute, _: Refusing) -> ReportedAttribute:
    """XHTML has a language in XML, where SDMX-JSON may leave it out."""
    if attribute.is_structured and attribute.values:
        return replace(attribute, values=(), texts={DEFAULT_LANGUAGE: attribute.values[0]})
    return attribute


def _repeated(holder: MetadataSet | ReportedAttribute, target: Refusing) -> Any:
    """Where an attribute has one value, one with several is given as often."""
    return replace(holder, attributes=tuple(_single(holder.attributes, target)))


def _single(attributes: tuple[ReportedAttribute, ...], target: Refusing) -> Iterator[ReportedAttribute]:
    for attribute in attributes:
        if len(attribute.values) < 2:
            yield attribute
        elif attribute.attributes:
            raise target.unsupported("several values of an attribute that has others below it", attribute)
        else:
            yield from (replace(attribute, values=(value,)) for value in attribute.values)


TABLE: Final[tuple[tuple[type, tuple[Column, ...], Convert], ...]] = (
    (MetadataAttribute, LATER, _once),
    (Metadataflow, ONLY_21, _of_structure),
    (MetadataStructure, ONLY_21, _one_report),
    (Metadataflow, IN_XML, _about_anything),
    (Metadataflow, IN_XML, _known_targets),
    (MetadataProvisionAgreement, IN_XML, _known_targets),
    (MetadataSet, IN_XML, _known_targets),
    (MetadataSet, LATER, _under_one),
    (MetadataSet, ("json20", "json21"), _semantic_version),
    (MetadataSet, ("ml30", "json20", "json21"), _known_action),
    (ReportedAttribute, LATER, _one_form),
    (ReportedAttribute, IN_XML, _markup_with_language),
    (MetadataSet, ("ml31", "json20", "json21"), _repeated),
    (ReportedAttribute, ("ml31", "json20", "json21"), _repeated),
)
