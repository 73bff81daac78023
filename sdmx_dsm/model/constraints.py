"""Constraints: what may be reported, or what there is."""

from dataclasses import dataclass, replace
from typing import Literal

from sdmx_dsm.model.base import Annotation, Maintainable
from sdmx_dsm.model.urns import Reference

ConstraintRole = Literal["Allowed", "Actual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Inclusive where `…_inclusive`; one side may be open."""

    start: str | None = None
    start_inclusive: bool = True
    end: str | None = None
    end_inclusive: bool = True
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSelection:
    """The values of one component in a cube region: a set (`%` is a wildcard) or a range of time.

    `cascades` runs beside `values`: "" no children, "true" with them, "excluderoot" them alone. So do `languages` ("" for none)
    and `validities` (from and until when), where any value has one (3.x)."""

    id: str
    values: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    validities: tuple[tuple[str | None, str | None], ...] = ()
    time_range: TimeRange | None = None
    include: bool = True
    remove_prefix: bool | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    @property
    def is_dated(self) -> bool:
        return self.valid_from is not None or self.valid_to is not None

    @property
    def is_judged(self) -> bool:
        """Whether the hub knows what it means: not of values in one language, nor of those without their prefix."""
        return not self.remove_prefix and not any(self.languages)

    def lasting(self, *, included: bool) -> "ValueSelection | None":
        """What it says of all times: values that are let through at some time, or that never are. None where it says nothing."""
        if self.time_range or self.is_dated or not self.is_judged:
            return None
        if included or not any(map(any, self.validities)):
            return self
        kept = [place for place, validity in enumerate(self.validities) if not any(validity)]
        return replace(
            self,
            values=tuple(self.values[place] for place in kept),
            cascades=tuple(self.cascades[place] for place in kept) if self.cascades else (),
            validities=(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CubeRegion:
    """`keys` select dimensions, `components` attributes and measures."""

    include: bool = True
    keys: tuple[ValueSelection, ...] = ()
    components: tuple[ValueSelection, ...] = ()
    annotations: tuple[Annotation, ...] = ()

    @property
    def selections(self) -> tuple[ValueSelection, ...]:
        return (*self.keys, *self.components)

    @property
    def is_ruled_out_combination(self) -> bool:
        """Whether it rules out values of several components where they come together, and so nothing of any of them alone."""
        return not self.include and len(self.selections) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """Pairs of a dimension's id and a value of it; a dimension left out stands for all of its values. One that is named twice
    (3.1) may have either value. `components` (3.x) select attributes and measures."""

    values: tuple[tuple[str, str], ...] = ()
    components: tuple[ValueSelection, ...] = ()
    remove_prefix: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeySet:
    is_included: bool = True
    keys: tuple[DataKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReference:
    """A data set or metadata set of 2.1, which has an id with its provider alone."""

    id: str
    data_provider: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataKeyValue:
    """A part of a metadata key of 2.1: one of a value, a data set, a key or an object."""

    id: str
    value: str | None = None
    data_set: SetReference | None = None
    data_key: DataKey | None = None
    object: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataKey:
    report: str
    metadata_target: str
    values: tuple[MetadataKeyValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataKeySet:
    is_included: bool = True
    keys: tuple[MetadataKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTargetSelection:
    """The values of one part of a target of 2.1 in a region: texts, data sets, keys, objects or a range of time."""

    id: str
    include: bool = True
    values: tuple[str, ...] = ()
    data_sets: tuple[SetReference, ...] = ()
    data_keys: tuple[DataKey, ...] = ()
    objects: tuple[Reference, ...] = ()
    time_range: TimeRange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTargetRegion:
    """`components` select metadata attributes. `report`, `metadata_target` and `keys` are 2.1 alone, the rest 3.x."""

    include: bool = True
    components: tuple[ValueSelection, ...] = ()
    report: str | None = None
    metadata_target: str | None = None
    keys: tuple[MetadataTargetSelection, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryableDataSource:
    """A service that answers queries for data: of a constraint, or of a registration."""

    data_url: str
    wsdl_url: str | None = None
    wadl_url: str | None = None
    is_rest: bool = False
    is_web_service: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCalendar:
    """When data come (2.1, 3.0): durations from the start of the year."""

    periodicity: str
    offset: str
    tolerance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(Maintainable):
    """`attachment`: the artefacts that it is about, all of one class. Data sources and sets stand in their place, or beside
    them (2.1, 3.0)."""

    role: ConstraintRole = "Allowed"
    attachment: tuple[Reference, ...] = ()
    simple_data_sources: tuple[str, ...] = ()
    queryable_data_sources: tuple[QueryableDataSource, ...] = ()
    data_sets: tuple[SetReference, ...] = ()
    metadata_sets: tuple[SetReference, ...] = ()
    release_calendar: ReleaseCalendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConstraint(Constraint):
    """`role` "Allowed" says what may be reported, "Actual" what there is. It is the ContentConstraint of 2.1, which may be
    about metadata too (`metadata_key_sets`, `metadata_target_regions`)."""

    cube_regions: tuple[CubeRegion, ...] = ()
    key_sets: tuple[DataKeySet, ...] = ()
    reference_period: tuple[str, str] | None = None
    metadata_key_sets: tuple[MetadataKeySet, ...] = ()
    metadata_target_regions: tuple[MetadataTargetRegion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityConstraint(DataConstraint):
    """What data there are, as 3.1 says it: an answer, never kept, and without identity in its messages. It is identified by
    what it is attached to. The counts are None where not given."""

    role: ConstraintRole = "Actual"
    series_count: int | None = None
    obs_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataConstraint(Constraint):
    metadata_target_regions: tuple[MetadataTargetRegion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentConstraint(Constraint):
    """Of 2.1: the keys that attributes or reports may be attached to. It has no role."""

    key_sets: tuple[DataKeySet, ...] = ()
    metadata_key_sets: tuple[MetadataKeySet, ...] = ()
