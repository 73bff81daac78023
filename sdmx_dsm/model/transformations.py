"""Transformations in the Validation and Transformation Language: the six schemes that hold a program and its parts."""

from dataclasses import dataclass

from sdmx_dsm.model.base import ItemScheme, Nameable
from sdmx_dsm.model.urns import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class VtlScheme(ItemScheme):
    """`vtl_version`: of the language. Mapping schemes have none."""

    vtl_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformation(Nameable):
    expression: str
    result: str
    is_persistent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformationScheme(VtlScheme):
    items: tuple[Transformation, ...] = ()
    vtl_mapping_scheme: Reference | None = None
    name_personalisation_scheme: Reference | None = None
    custom_type_scheme: Reference | None = None
    ruleset_schemes: tuple[Reference, ...] = ()
    user_defined_operator_schemes: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruleset(Nameable):
    definition: str
    ruleset_type: str
    ruleset_scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesetScheme(VtlScheme):
    items: tuple[Ruleset, ...] = ()
    vtl_mapping_scheme: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDefinedOperator(Nameable):
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDefinedOperatorScheme(VtlScheme):
    items: tuple[UserDefinedOperator, ...] = ()
    vtl_mapping_scheme: Reference | None = None
    ruleset_schemes: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomType(Nameable):
    vtl_scalar_type: str
    data_type: str
    vtl_literal_format: str | None = None
    output_format: str | None = None
    null_value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomTypeScheme(VtlScheme):
    items: tuple[CustomType, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePersonalisation(Nameable):
    vtl_default_name: str
    personalised_name: str
    vtl_artefact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePersonalisationScheme(VtlScheme):
    items: tuple[NamePersonalisation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVtlMapping:
    """How a dataflow becomes a data set of VTL: by a method, for the subspace that these dimensions make."""

    method: str | None = None
    sub_space: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FromVtlMapping:
    """How a data set of VTL becomes a dataflow: by a method, in the superspace that these dimensions make."""

    method: str | None = None
    super_space: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VtlMapping(Nameable):
    """The name (`alias`) under which VTL knows a dataflow (or any: `is_generic`), a codelist or a concept; in 2.1 a concept
    scheme too."""

    alias: str
    dataflow: Reference | None = None
    is_generic: bool = False
    to_vtl: ToVtlMapping | None = None
    from_vtl: FromVtlMapping | None = None
    codelist: Reference | None = None
    concept: Reference | None = None
    concept_scheme: Reference | None = None

    @property
    def class_in_urn(self) -> str:
        """The information model has a class for each kind of mapping."""
        if self.codelist:
            return "VtlCodelistMapping"
        return "VtlConceptMapping" if self.concept or self.concept_scheme else "VtlDataflowMapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class VtlMappingScheme(VtlScheme):
    items: tuple[VtlMapping, ...] = ()
