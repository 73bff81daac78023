"""What is changed in agreements and constraints, or refused, before a syntax can say them (see `conversions`)."""

from dataclasses import replace
from itertools import product
from math import prod
from typing import Any, Final

from sdmx_dsm.formats.structures.refusals import ALL, LATER, ONLY_21, Convert, Refusing
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    AttachmentConstraint,
    AvailabilityConstraint,
    Categorisation,
    Constraint,
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    MetadataConstraint,
    MetadataProvisionAgreement,
    MetadataTargetRegion,
    ProvisionAgreement,
    ValueSelection,
)

MAX_KEYS: Final = 10_000  # that one key with several values of its dimensions may become
DATA: Final = ("DataStructure", "Dataflow", "ProvisionAgreement")
METADATA_21: Final = ("MetadataStructure", "Metadataflow")
METADATA: Final = (*METADATA_21, "MetadataProvisionAgreement")
PROVIDERS: Final = ("DataProvider", "MetadataProvider")


def _complete(agreement: ProvisionAgreement, target: Refusing) -> ProvisionAgreement:
    if agreement.dataflow is None or agreement.data_provider is None:
        raise target.unsupported("an agreement without dataflow or data provider", agreement)
    return agreement


def _over_dataflow(agreement: ProvisionAgreement, target: Refusing) -> ProvisionAgreement:
    """In 2.1 a data provider may agree to provide metadata; 3.x has metadata providers for that."""
    if agreement.dataflow and agreement.dataflow.artefact_class != "Dataflow":
        raise target.unsupported(
            f"an agreement of a data provider over a {agreement.dataflow.artefact_class}", agreement
        )
    return agreement


def _complete_for_metadata(agreement: MetadataProvisionAgreement, target: Refusing) -> MetadataProvisionAgreement:
    if agreement.metadataflow is None or agreement.metadata_provider is None:
        raise target.unsupported("an agreement without metadataflow or metadata provider", agreement)
    return agreement


def _first_version(categorisation: Categorisation, _: Refusing) -> Categorisation:
    return replace(categorisation, version="1.0")


# --- what constraints are attached to ---------------------------------------------------------------------------------


def _attached_to(*classes: str, single: bool = False) -> Convert:
    """Constraints are attached to artefacts of one of these classes, with data sources that can be asked, or in their place to
    sets or to other data sources (`single`: to one of them)."""

    def convert(constraint: Constraint, target: Refusing) -> Constraint:
        found = sorted({reference.artefact_class for reference in constraint.attachment})
        if wrong := set(found) - set(classes):
            raise target.unsupported(f"an attachment to a {min(wrong)}", constraint)
        others = {
            "data sets": constraint.data_sets,
            "metadata sets": constraint.metadata_sets,
            "simple data sources": constraint.simple_data_sources,
        }
        places = [*found, *(name for name, held in others.items() if held)]
        if len(places) > 1 or (found and found[0] in PROVIDERS and len(constraint.attachment) > 1):
            raise target.unsupported(f"an attachment to {' and '.join(places)} at once", constraint)
        if single and any(len(held) > 1 for held in others.values()):
            raise target.unsupported(f"an attachment to several {places[0]}", constraint)
        if constraint.queryable_data_sources and (not found or found[0] not in (*DATA, *METADATA)):
            raise target.unsupported("queryable data sources without a structure, flow or agreement", constraint)
        return constraint

    return convert


# --- what they select -------------------------------------------------------------------------------------------------


def _plain_values(selection: ValueSelection, target: Refusing) -> ValueSelection:
    if "excluderoot" in selection.cascades:
        raise target.unsupported("values without the root that they are below (excluderoot)", selection)
    if any("%" in value for value in selection.values):
        raise target.unsupported("wildcards in values", selection)
    if any(selection.languages):
        raise target.unsupported("the language of a value", selection)
    limits = selection.time_range
    if any(map(any, selection.validities)) or (limits and (limits.valid_from or limits.valid_to)):
        raise target.unsupported("when a value is valid", selection)
    return selection


def _some_values(region: CubeRegion, target: Refusing) -> CubeRegion:
    for selection in region.keys:
        if not selection.values and selection.time_range is None:
            raise target.unsupported("a dimension without any of its values", selection)
    return region


def _plain_components(region: CubeRegion | MetadataTargetRegion | DataKey, target: Refusing) -> Any:
    """A dimension may have a validity as a whole, other components may not; their values may have a language, its may not.
    In a key no value has a validity."""
    for selection in region.components:
        if selection.valid_from or selection.valid_to:
            raise target.unsupported("when a component is limited", selection)
        if isinstance(region, DataKey) and any(map(any, selection.validities)):
            raise target.unsupported("when a value in a key is valid", selection)
    for selection in region.keys if isinstance(region, CubeRegion) else ():
        if any(selection.languages):
            raise target.unsupported("the language of a dimension's value", selection)
    return region


def _single_values(key_set: DataKeySet, target: Refusing) -> DataKeySet:
    """Before 3.1 a dimension has one value in a key: one with several is as many keys."""
    return replace(key_set, keys=tuple(single for key in key_set.keys for single in _singles(key, target)))


def _singles(key: DataKey, target: Refusing) -> list[DataKey]:
    by_dimension: dict[str, list[str]] = {}
    for id, value in key.values:
        by_dimension.setdefault(id, []).append(value)
    if len(by_dimension) == len(key.values):
        return [key]
    if (number := prod(map(len, by_dimension.values()))) > MAX_KEYS:
        raise target.unsupported(f"a key that stands for {number} keys")
    return [
        replace(key, values=tuple(zip(by_dimension, each, strict=True))) for each in product(*by_dimension.values())
    ]


def _single_key(key: DataKey, target: Refusing) -> DataKey:
    if len({id for id, _ in key.values}) < len(key.values):
        raise target.unsupported("several values of one dimension in a key")
    return key


def _whole_values(key: DataKey, target: Refusing) -> DataKey:
    if key.remove_prefix:
        raise target.unsupported("values of a key without their prefix")
    return key


def _some_dimensions(key: DataKey, target: Refusing) -> DataKey:
    if not key.values:
        raise target.unsupported("a key without dimensions")
    return key


def _two_regions(constraint: DataConstraint | MetadataConstraint, target: Refusing) -> Any:
    """3.x has one region that includes and one that excludes; 2.1 has any number."""
    regions: tuple[CubeRegion | MetadataTargetRegion, ...] = (
        constraint.metadata_target_regions if isinstance(constraint, MetadataConstraint) else constraint.cube_regions
    )
    if len({region.include for region in regions}) < len(regions):
        raise target.unsupported("several cube regions that all include, or all exclude", constraint)
    return constraint


def _allowed(constraint: DataConstraint, target: Refusing) -> DataConstraint:
    """3.1 keeps constraints that say what may be reported; what there is, is an answer of another form."""
    if constraint.role == "Actual" and not isinstance(constraint, AvailabilityConstraint):
        raise target.unsupported(
            "what data there are, but for one structure, flow or agreement and as one cube region", constraint
        )
    return constraint


def _metadata_allowed(constraint: MetadataConstraint, target: Refusing) -> MetadataConstraint:
    if constraint.role == "Actual":
        raise target.unsupported("what metadata there are", constraint)
    return constraint


ML: Final = ("ml21", "ml30", "ml31")
IN_31: Final = ("ml31", "json21")
BEFORE_31: Final = ("ml21", "ml30", "json10", "json20")

TABLE: Final[tuple[tuple[type, tuple[Column, ...], Convert], ...]] = (
    (ProvisionAgreement, ALL, _complete),
    (ProvisionAgreement, LATER, _over_dataflow),
    (MetadataProvisionAgreement, LATER, _complete_for_metadata),
    (Categorisation, ("ml31",), _first_version),
    (DataConstraint, ONLY_21, _attached_to("DataProvider", *DATA, *METADATA_21, single=True)),
    (AttachmentConstraint, ONLY_21, _attached_to(*DATA, *METADATA_21)),
    (DataConstraint, LATER, _attached_to("DataProvider", *DATA)),
    # The schema of SDMX-ML 3.0 demands the URN of a metadata structure where a metadata set is named.
    (MetadataConstraint, ("ml30", *IN_31), _attached_to("MetadataProvider", *METADATA)),
    (MetadataConstraint, ("json20",), _attached_to("MetadataProvider", *METADATA, "MetadataSet")),
    (DataConstraint, LATER, _two_regions),
    (MetadataConstraint, LATER, _two_regions),
    (DataConstraint, IN_31, _allowed),
    (MetadataConstraint, LATER, _metadata_allowed),
    (ValueSelection, ONLY_21, _plain_values),
    (CubeRegion, ML, _some_values),
    (CubeRegion, LATER, _plain_components),
    (MetadataTargetRegion, LATER, _plain_components),
    (DataKey, LATER, _plain_components),
    (DataKeySet, BEFORE_31, _single_values),
    (DataKey, BEFORE_31, _single_key),
    (DataKey, ONLY_21, _some_dimensions),
    (DataKey, ONLY_21, _whole_values),
)
