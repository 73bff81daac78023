"""Structures of reference metadata, the flows that use them, and the sets that follow them."""

from dataclasses import dataclass, field
from typing import Literal

from sdmx_dsm.model.base import Annotation, Identifiable, Maintainable
from sdmx_dsm.model.components import Representation, TextFormat
from sdmx_dsm.model.datastructures import Component, ComponentList
from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference

TargetKind = Literal["KeyDescriptorValues", "DataSet", "ConstraintContent", "ReportPeriod", "IdentifiableObject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataAttribute(Component):
    """`min_occurs` None: not given, which means 1. A presentational attribute holds no value, only its `attributes`."""

    min_occurs: int | None = None
    max_occurs: int | None = 1
    is_presentational: bool = False
    attributes: "tuple[MetadataAttribute, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetObject(Identifiable):
    """A part of what a report of 2.1 is about. `object_type` is the class of an IdentifiableObject."""

    kind: TargetKind
    object_type: str | None = None
    representation: Representation | None = None

    @property
    def class_in_urn(self) -> str:
        names = {"KeyDescriptorValues": "DimensionDescriptorValues", "ConstraintContent": "Constraint"}
        return f"{names.get(self.kind, self.kind)}Target"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTarget(Identifiable):
    """What reports of 2.1 are about."""

    objects: tuple[TargetObject, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStructure(Identifiable):
    """The attributes of one kind of report of 2.1, and the ids of its targets."""

    attributes: tuple[MetadataAttribute, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataStructure(Maintainable):
    """In 3.x a list of `attributes`; in 2.1 `targets` and `report_structures` that hold the attributes."""

    attributes: tuple[MetadataAttribute, ...] = ()
    targets: tuple[MetadataTarget, ...] = ()
    report_structures: tuple[ReportStructure, ...] = ()
    lists: tuple[ComponentList, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadataflow(Maintainable):
    """`targets` (3.x) name what the metadata may be about; their parts may be wildcards."""

    structure: Reference | None = None
    targets: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataProvisionAgreement(Maintainable):
    metadataflow: Reference | None = None
    metadata_provider: Reference | None = None
    targets: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAttribute:
    """A metadata attribute with what is reported for it: `values`, or `texts` by language, and what is reported below it.

    `is_structured`: the texts are XHTML, as markup without what holds it. SDMX-JSON alone has `text_format`, and values that are
    numbers, true or false (`is_literal`)."""

    id: str
    values: tuple[str, ...] = ()
    texts: Text = field(default_factory=dict)
    is_structured: bool = False
    is_literal: bool = False
    text_format: TextFormat | None = None
    attributes: "tuple[ReportedAttribute, ...]" = ()
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataSet(Maintainable):
    """A report of reference metadata on its `targets` (3.x), under a metadataflow or an agreement."""

    metadataflow: Reference | None = None
    metadata_provision_agreement: Reference | None = None
    targets: tuple[Reference, ...] = ()
    attributes: tuple[ReportedAttribute, ...] = ()
    action: str | None = None
    reporting_begin: str | None = None
    reporting_end: str | None = None
    publication_year: str | None = None
    publication_period: str | None = None
