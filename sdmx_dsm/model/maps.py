"""Maps between structures, representations and item schemes: of 3.x, and the structure sets of 2.1 that hold several."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from sdmx_dsm.model.base import Annotation, Identifiable, Maintainable, Nameable
from sdmx_dsm.model.components import TextFormat
from sdmx_dsm.model.urns import Reference

# --- 3.x --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedValue:
    """A value of the source: as it is, or a regular expression, over a part of the text where indices are given."""

    value: str
    is_regex: bool = False
    start_index: int | None = None
    end_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationMapping:
    """One value for each source of the map, and one for each target."""

    sources: tuple[MappedValue, ...] = ()
    targets: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepresentationMap(Maintainable):
    """`sources` and `targets` are codelists, value lists or data types (by name)."""

    sources: tuple[Reference | str, ...] = ()
    targets: tuple[Reference | str, ...] = ()
    mappings: tuple[RepresentationMapping, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMap(Identifiable):
    """How times of one notation become periods. The frequency comes from a dimension of the target, or is one
    (`target_frequency_id`). `mapped_components`: pairs of source and target. It may go without an id."""

    id: str = ""
    mapped_components: tuple[tuple[str, str], ...] = ()
    frequency_dimension: str | None = None
    mapped_frequencies: tuple[str, ...] = ()
    target_frequency_id: str | None = None
    resolve_period: Literal["startOfPeriod", "endOfPeriod", "midPeriod"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochMap(DateMap):
    """Times are numbers of `epoch_period` since `base_period`."""

    base_period: str
    epoch_period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatePatternMap(DateMap):
    source_pattern: str
    locale: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyFormatMapping(Identifiable):
    """How the periods of one frequency are written. It may go without an id."""

    id: str = ""
    frequency_id: str
    date_pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentMap:
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    representation_map: Reference | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedValueMap:
    """The values of a component that the other side does not have: one of `source` and `target`."""

    source: str | None = None
    target: str | None = None
    values: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureMap(Maintainable):
    source: Reference | None = None
    target: Reference | None = None
    epoch_maps: tuple[EpochMap, ...] = ()
    date_pattern_maps: tuple[DatePatternMap, ...] = ()
    frequency_format_mappings: tuple[FrequencyFormatMapping, ...] = ()
    component_maps: tuple[ComponentMap, ...] = ()
    fixed_value_maps: tuple[FixedValueMap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMap:
    """An item of the source and the one of the target that it becomes, if any."""

    source: MappedValue
    target: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSchemeMap(Maintainable):
    source: Reference | None = None
    target: Reference | None = None
    item_maps: tuple[ItemMap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategorySchemeMap(ItemSchemeMap):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptSchemeMap(ItemSchemeMap):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSchemeMap(ItemSchemeMap):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingTaxonomyMap(ItemSchemeMap):
    pass


# --- 2.1 --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAssociation:
    """Ids of two items that belong together; in a hybrid map of codelists, perhaps within a hierarchy (`source_hierarchy`,
    `target_hierarchy`)."""

    source: str
    target: str
    source_hierarchy: str | None = None
    target_hierarchy: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetItemSchemeMap(Nameable):
    """A map between two item schemes within a structure set."""

    source: Reference
    target: Reference
    associations: tuple[ItemAssociation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOrganisationSchemeMap(SetItemSchemeMap):
    urn_class: ClassVar[str] = "OrganisationSchemeMap"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCategorySchemeMap(SetItemSchemeMap):
    urn_class: ClassVar[str] = "CategorySchemeMap"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodelistMap(SetItemSchemeMap):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SetConceptSchemeMap(SetItemSchemeMap):
    urn_class: ClassVar[str] = "ConceptSchemeMap"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReportingTaxonomyMap(SetItemSchemeMap):
    urn_class: ClassVar[str] = "ReportingTaxonomyMap"


@dataclass(frozen=True, slots=True, kw_only=True)
class HybridCodelistMap(SetItemSchemeMap):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalComponent:
    """A component in a list of its structure."""

    id: str
    list_id: str
    component_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetComponentMap:
    """How values become others: by a codelist map of the set, by pairs, or as text of a format (`to_text_format`) that is
    taken from the value, its name or its description (`to_value_type`)."""

    source: LocalComponent
    target: LocalComponent
    codelist_map: str | None = None
    value_map: tuple[tuple[str, str], ...] = ()
    to_text_format: TextFormat | None = None
    to_value_type: Literal["Value", "Name", "Description"] | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStructureMap(Nameable):
    """A map between two structures or flows within a structure set."""

    urn_class: ClassVar[str] = "StructureMap"
    source: Reference
    target: Reference
    component_maps: tuple[SetComponentMap, ...] = ()
    is_extension: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureSet(Maintainable):
    """Of 2.1 alone."""

    related_structures: tuple[Reference, ...] = ()
    organisation_scheme_maps: tuple[SetOrganisationSchemeMap, ...] = ()
    category_scheme_maps: tuple[SetCategorySchemeMap, ...] = ()
    codelist_maps: tuple[CodelistMap, ...] = ()
    concept_scheme_maps: tuple[SetConceptSchemeMap, ...] = ()
    reporting_taxonomy_maps: tuple[SetReportingTaxonomyMap, ...] = ()
    hybrid_codelist_maps: tuple[HybridCodelistMap, ...] = ()
    structure_maps: tuple[SetStructureMap, ...] = ()
