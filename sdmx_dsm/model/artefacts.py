"""The information model: maintainable artefacts and what they are made of, as the union of SDMX 2.1, 3.0 and 3.1.

Values are kept as they were read (a version `1.0` stays `1.0`); what only one version of the standard knows is here too, and
`sdmx_dsm.formats` says which syntax can carry it. Sequences are tuples in document order; texts are mappings by language."""

from dataclasses import dataclass, field
from typing import Literal

from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference

Usage = Literal["mandatory", "optional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """`value` is untranslated (3.0); `texts` are translated; `url` is the AnnotationURL without language."""

    id: str | None = None
    title: str | None = None
    type: str | None = None
    url: str | None = None
    texts: Text = field(default_factory=dict)
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pointer to something outside (3.x). `titles` and `language` (that of the target) are SDMX-JSON alone."""

    rel: str
    url: str | None = None
    urn: str | None = None
    type: str | None = None
    titles: Text = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiable:
    id: str
    names: Text = field(default_factory=dict)
    descriptions: Text = field(default_factory=dict)
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None

    def annotation(self, type: str, id: str | None = None) -> Annotation | None:
        """The first annotation of a type, and of an id where one is given."""
        return next((a for a in self.annotations if a.type == type and id in (None, a.id)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainable(Identifiable):
    """An artefact with an owner and a version. Its class name is that of the standard: `type(artefact).__name__`."""

    agency: str
    version: str = "1.0"
    valid_from: str | None = None
    valid_to: str | None = None
    is_final: bool | None = None  # 2.1 alone
    is_external_reference: bool = False
    is_partial_language: bool = False  # 3.1 alone
    service_url: str | None = None
    structure_url: str | None = None

    @property
    def reference(self) -> Reference:
        return Reference(type(self).__name__, self.agency, self.id, self.version)


# --- item schemes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Identifiable):
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Identifiable):
    parent: str | None = None
    core_representation: "Representation | None" = None
    iso_concept: tuple[str, str, str] | None = None  # agency, id, scheme of ISO 11179


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Identifiable):
    items: "tuple[Category, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    id: str | None = None
    names: Text = field(default_factory=dict)
    departments: Text = field(default_factory=dict)
    roles: Text = field(default_factory=dict)
    telephones: tuple[str, ...] = ()
    faxes: tuple[str, ...] = ()
    x400s: tuple[str, ...] = ()
    uris: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Identifiable):
    """What agencies and providers are: a named office with contacts."""

    contacts: tuple[Contact, ...] = ()
    parent: str | None = None  # agencies and organisation units alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency(Organisation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProvider(Organisation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScheme(Maintainable):
    """`items` in the order of the document. `is_partial` says that some are left out."""

    is_partial: bool = False
    items: tuple[Identifiable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CodelistExtension:
    """Codes of another codelist that belong to this one too (3.x): all of them, or those that `members` names (`%` is a
    wildcard), or all but those. `cascades` runs beside `members` as in `ValueSelection`."""

    codelist: Reference
    prefix: str | None = None
    include: bool = True
    members: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Codelist(ItemScheme):
    items: tuple[Code, ...] = ()
    extensions: tuple[CodelistExtension, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptScheme(ItemScheme):
    items: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryScheme(ItemScheme):
    items: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyScheme(ItemScheme):
    items: tuple[Agency, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProviderScheme(ItemScheme):
    items: tuple[DataProvider, ...] = ()


# --- structures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """Facets as written in the message; None where not given."""

    text_type: str = "String"
    min_length: int | None = None
    max_length: int | None = None
    min_value: str | None = None
    max_value: str | None = None
    decimals: int | None = None
    pattern: str | None = None
    start_value: str | None = None
    end_value: str | None = None
    interval: str | None = None
    time_interval: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    is_sequence: bool | None = None
    is_multilingual: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """Either an enumeration (with a text format of its codes, if any) or a text format. More than one value: `max_occurs`
    above 1, or None for unbounded (3.0)."""

    enumeration: Reference | None = None
    text_format: TextFormat | None = None
    min_occurs: int | None = None
    max_occurs: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """`id` may be None where the message leaves it out: then it is the concept's (see `component_id`)."""

    id: str | None = None
    concept: Reference
    representation: Representation | None = None
    annotations: tuple[Annotation, ...] = ()

    @property
    def component_id(self) -> str:
        return self.id or self.concept.item


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension(Component):
    position: int | None = None
    roles: tuple[Reference, ...] = ()
    is_measure: bool = False  # the MeasureDimension of 2.1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeDimension(Component):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Component):
    usage: Usage | None = None
    roles: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Component):
    """`relationship` says at what the attribute hangs; `dimensions` and `group` are its arguments. `attachment_groups` and
    a relationship to dimensions with groups are 2.1 alone; `measures` are 3.x alone."""

    usage: Usage | None = None
    relationship: Literal["dataflow", "dimensions", "group", "observation"] = "observation"
    dimensions: tuple[str, ...] = ()
    group: str | None = None
    attachment_groups: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    roles: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    id: str
    dimensions: tuple[str, ...] = ()
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataStructure(Maintainable):
    """`dimensions` without the time dimension, in the order of the key."""

    dimensions: tuple[Dimension, ...] = ()
    time_dimension: TimeDimension | None = None
    groups: tuple[Group, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataflow(Maintainable):
    structure: Reference | None = None


# --- exchange ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionAgreement(Maintainable):
    dataflow: Reference | None = None
    data_provider: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorisation(Maintainable):
    source: Reference | None = None
    target: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """Inclusive where `…_inclusive`; one side may be open."""

    start: str | None = None
    start_inclusive: bool = True
    end: str | None = None
    end_inclusive: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSelection:
    """The values of one component in a cube region: a set (`%` is a wildcard) or a range of time.

    `cascades` runs beside `values`: "" no children, "true" with them, "excluderoot" them alone."""

    id: str
    values: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    time_range: TimeRange | None = None
    include: bool = True
    remove_prefix: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CubeRegion:
    """`keys` select dimensions, `components` attributes and measures."""

    include: bool = True
    keys: tuple[ValueSelection, ...] = ()
    components: tuple[ValueSelection, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeySet:
    """Keys as pairs of dimension id and value; a dimension left out stands for all of its values."""

    is_included: bool = True
    keys: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConstraint(Maintainable):
    """`role` "Allowed" says what may be reported, "Actual" what there is."""

    role: Literal["Allowed", "Actual"] = "Allowed"
    attachment: tuple[Reference, ...] = ()
    cube_regions: tuple[CubeRegion, ...] = ()
    key_sets: tuple[DataKeySet, ...] = ()
    reference_period: tuple[str, str] | None = None


MAINTAINABLES: dict[str, type[Maintainable]] = {
    cls.__name__: cls
    for cls in (
        AgencyScheme,
        DataProviderScheme,
        Codelist,
        ConceptScheme,
        CategoryScheme,
        DataStructure,
        Dataflow,
        ProvisionAgreement,
        Categorisation,
        DataConstraint,
    )
}
