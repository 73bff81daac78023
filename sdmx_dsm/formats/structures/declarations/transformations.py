"""The six schemes of the Validation and Transformation Language. SDMX-JSON 1.0 has none of them."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import IS_PARTIAL, MAINTAINABLE, NAMEABLE, Declaration, Field, row
from sdmx_dsm.formats.structures.kinds import FLAG, TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.places import PRESENCE
from sdmx_dsm.model import (
    CustomType,
    CustomTypeScheme,
    FromVtlMapping,
    NamePersonalisation,
    NamePersonalisationScheme,
    Ruleset,
    RulesetScheme,
    ToVtlMapping,
    Transformation,
    TransformationScheme,
    UserDefinedOperator,
    UserDefinedOperatorScheme,
    VtlMapping,
    VtlMappingScheme,
)

VTL_VERSION: Final = row("vtl_version", TEXT, "@vtlVersion", "vtlVersion")
VTL_MAPPINGS: Final = row("vtl_mapping_scheme", Refer("VtlMappingScheme"), "VtlMappingScheme", "vtlMappingScheme")
RULESETS: Final = row("ruleset_schemes", Many(Refer("RulesetScheme")), "RulesetScheme", "rulesetSchemes")


def scheme(cls: type, item: type, items: str, *more: Field, version: Field = VTL_VERSION) -> Declaration:
    """`items`: the key of the items in SDMX-JSON; their element in SDMX-ML is called like their class."""
    return Declaration(
        cls, (*MAINTAINABLE, IS_PARTIAL, version, row("items", Many(Part(item)), item.__name__, items), *more), urn=True
    )


DECLARATIONS: Final = (
    Declaration(
        Transformation,
        (
            *NAMEABLE,
            row("is_persistent", FLAG, "@isPersistent", "isPersistent"),
            row("expression", TEXT, "Expression", "expression"),
            row("result", TEXT, "Result", "result"),
        ),
        urn=True,
    ),
    scheme(
        TransformationScheme,
        Transformation,
        "transformations",
        VTL_MAPPINGS,
        row(
            "name_personalisation_scheme",
            Refer("NamePersonalisationScheme"),
            "NamePersonalisationScheme",
            "namePersonalisationScheme",
        ),
        row("custom_type_scheme", Refer("CustomTypeScheme"), "CustomTypeScheme", "customTypeScheme"),
        RULESETS,
        row(
            "user_defined_operator_schemes",
            Many(Refer("UserDefinedOperatorScheme")),
            "UserDefinedOperatorScheme",
            "userDefinedOperatorSchemes",
        ),
    ),
    Declaration(
        Ruleset,
        (
            *NAMEABLE,
            row("ruleset_type", TEXT, "@rulesetType", "rulesetType"),
            row("ruleset_scope", TEXT, "@rulesetScope", "rulesetScope"),
            row("definition", TEXT, "RulesetDefinition", "rulesetDefinition"),
        ),
        urn=True,
    ),
    scheme(RulesetScheme, Ruleset, "rulesets", VTL_MAPPINGS),
    Declaration(
        UserDefinedOperator, (*NAMEABLE, row("definition", TEXT, "OperatorDefinition", "operatorDefinition")), urn=True
    ),
    scheme(UserDefinedOperatorScheme, UserDefinedOperator, "userDefinedOperators", VTL_MAPPINGS, RULESETS),
    Declaration(
        CustomType,
        (
            *NAMEABLE,
            row("vtl_scalar_type", TEXT, "VtlScalarType", "vtlScalarType"),
            row("data_type", TEXT, "DataType", "dataType"),
            row("vtl_literal_format", TEXT, "VtlLiteralFormat", "vtlLiteralFormat"),
            row("output_format", TEXT, "OutputFormat", "outputFormat"),
            row("null_value", TEXT, "NullValue", "nullValue"),
        ),
        urn=True,
    ),
    scheme(CustomTypeScheme, CustomType, "customTypes"),
    Declaration(
        NamePersonalisation,
        (
            *NAMEABLE,
            row("vtl_artefact", TEXT, "@vtlArtefact", "vtlArtefact"),
            row("vtl_default_name", TEXT, "VtlDefaultName", "vtlDefaultName"),
            row("personalised_name", TEXT, "PersonalisedName", "personalisedName"),
        ),
        urn=True,
    ),
    scheme(NamePersonalisationScheme, NamePersonalisation, "namePersonalisations"),
    Declaration(
        ToVtlMapping,
        (
            row("method", TEXT, "@method", "method"),
            row("sub_space", Many(TEXT), "ToVtlSubSpace/Key", "toVtlSubSpace/keys"),
        ),
    ),
    Declaration(
        FromVtlMapping,
        (
            row("method", TEXT, "@method", "method"),
            row("super_space", Many(TEXT), "FromVtlSuperSpace/Key", "fromVtlSuperSpace/keys"),
        ),
    ),
    Declaration(
        VtlMapping,
        (
            *NAMEABLE,
            row("alias", TEXT, "@alias", "alias"),
            row("dataflow", Refer("Dataflow"), "Dataflow", "dataflow"),
            row("is_generic", PRESENCE, "GenericDataflow", "genericDataflow"),
            row("to_vtl", Part(ToVtlMapping), "ToVtlMapping", "toVtlMapping"),
            row("from_vtl", Part(FromVtlMapping), "FromVtlMapping", "fromVtlMapping"),
            row("codelist", Refer("Codelist"), "Codelist", "codelist"),
            row("concept_scheme", Refer("ConceptScheme"), ml21="ConceptScheme"),
            row("concept", Refer("Concept"), "Concept", "concept"),
        ),
        urn=True,
    ),
    scheme(VtlMappingScheme, VtlMapping, "vtlMappings", version=row("vtl_version", TEXT)),
)
