"""Item schemes: codelists and value lists, concepts, categories, organisations, reporting taxonomies."""

from dataclasses import dataclass, field
from typing import ClassVar

from sdmx_dsm.model.base import ItemScheme, Nameable
from sdmx_dsm.model.components import Representation
from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference

# --- codes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Code(Nameable):
    parent: str | None = None


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
class GeoFeatureSetCode(Code):
    """A code with the geometry that it stands for, as text in the notation of SDMX 3.0 section 6."""

    urn_class: ClassVar[str] = "Code"
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GeographicCodelist(Codelist):
    """A codelist (3.x) whose codes are geometries. It is a Codelist for all who refer to it."""

    urn_class: ClassVar[str] = "Codelist"
    items: tuple[GeoFeatureSetCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoGridCode(Code):
    """A code for a cell of a grid."""

    urn_class: ClassVar[str] = "Code"
    geo_cell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoGridCodelist(Codelist):
    """A codelist (3.x) whose codes are cells of the grid that `grid_definition` describes."""

    urn_class: ClassVar[str] = "Codelist"
    items: tuple[GeoGridCode, ...] = ()
    grid_definition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueItem(Nameable):
    """A value and its names. Its id may be any text, and it has neither URN nor links."""

    parent: ClassVar[None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueList(ItemScheme):
    """Values that are no identifiers (3.x)."""

    items: tuple[ValueItem, ...] = ()


# --- concepts and categories ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Nameable):
    parent: str | None = None
    core_representation: Representation | None = None
    iso_concept: tuple[str, str, str] | None = None  # agency, id, scheme of ISO 11179


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptScheme(ItemScheme):
    items: tuple[Concept, ...] = ()


# What the values of a component are from: of the measure dimension of 2.1 concepts, of others codes, or values (3.x).
Enumeration = Codelist | ValueList | ConceptScheme
EnumeratedItem = Code | ValueItem | Concept


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Nameable):
    items: "tuple[Category, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryScheme(ItemScheme):
    items: tuple[Category, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingCategory(Nameable):
    """What is reported in one part of a taxonomy: structures, or the flows that use them."""

    structural_metadata: tuple[Reference, ...] = ()
    provisioning_metadata: tuple[Reference, ...] = ()
    items: "tuple[ReportingCategory, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingTaxonomy(ItemScheme):
    items: tuple[ReportingCategory, ...] = ()


# --- organisations ----------------------------------------------------------------------------------------------------


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
class Organisation(Nameable):
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
class DataConsumer(Organisation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataProvider(Organisation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationUnit(Organisation):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyScheme(ItemScheme):
    items: tuple[Agency, ...] = ()

    @property
    def full_ids(self) -> dict[str, str]:
        """What its agencies are called, and their ids here: `A.B` is B of A. Those of SDMX are the top ones."""
        prefix = "" if self.agency == "SDMX" else f"{self.agency}."
        return {f"{prefix}{agency.id}": agency.id for agency in self.items}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataProviderScheme(ItemScheme):
    items: tuple[DataProvider, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConsumerScheme(ItemScheme):
    items: tuple[DataConsumer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataProviderScheme(ItemScheme):
    items: tuple[MetadataProvider, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationUnitScheme(ItemScheme):
    items: tuple[OrganisationUnit, ...] = ()
