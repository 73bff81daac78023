"""Processes and reporting taxonomies."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import (
    ANNOTATIONS,
    DROPPED,
    IDENTIFIABLE,
    IS_PARTIAL,
    MAINTAINABLE,
    NAMEABLE,
    Declaration,
    row,
)
from sdmx_dsm.formats.structures.kinds import LOCAL, TEXT, TEXTS, Many, Part, Refer
from sdmx_dsm.formats.structures.places import LocalUrn
from sdmx_dsm.model import (
    Computation,
    Process,
    ProcessArtefact,
    ProcessStep,
    ReportingCategory,
    ReportingTaxonomy,
    Transition,
)

STEPS: Final = row("items", Many(Part(ProcessStep)), "ProcessStep", "processSteps")
CATEGORIES: Final = row("items", Many(Part(ReportingCategory)), "ReportingCategory", "reportingCategories")

DECLARATIONS: Final = (
    Declaration(
        ProcessArtefact,
        (
            row("local_id", TEXT, "@localID", "localID"),
            ANNOTATIONS,
            row("object", Refer(""), "ObjectReference", "objectReference"),
        ),
    ),
    Declaration(
        Computation,
        (
            row("local_id", TEXT, "@localID", "localID"),
            row("software_package", TEXT, "@softwarePackage", "softwarePackage"),
            row("software_language", TEXT, "@softwareLanguage", "softwareLanguage"),
            row("software_version", TEXT, "@softwareVersion", "softwareVersion"),
            ANNOTATIONS,
            row("descriptions", TEXTS, "c:Description", "descriptions"),
        ),
    ),
    Declaration(
        Transition,
        (
            *IDENTIFIABLE,
            row("local_id", TEXT, "@localID", "localID"),
            row("target_step", LOCAL, "TargetStep", "targetStep", json10=DROPPED),
            row("target_step", LocalUrn("ProcessStep"), DROPPED, DROPPED, json10="targetStep"),
            row("conditions", TEXTS, "Condition", "conditions"),
        ),
        urn=True,
    ),
    Declaration(
        ProcessStep,
        (
            *NAMEABLE,
            row("inputs", Many(Part(ProcessArtefact)), "Input", "inputs"),
            row("outputs", Many(Part(ProcessArtefact)), "Output", "outputs"),
            row("computation", Part(Computation), "Computation", "computation"),
            row("transitions", Many(Part(Transition)), "Transition", "transitions"),
            STEPS,
        ),
        urn=True,
    ),
    Declaration(Process, (*MAINTAINABLE, STEPS), urn=True),
    Declaration(
        ReportingCategory,
        (
            *NAMEABLE,
            CATEGORIES,
            row("structural_metadata", Many(Refer("")), "StructuralMetadata", "structuralMetadata"),
            row("provisioning_metadata", Many(Refer("")), "ProvisioningMetadata", "provisioningMetadata"),
        ),
        urn=True,
    ),
    Declaration(ReportingTaxonomy, (*MAINTAINABLE, IS_PARTIAL, CATEGORIES), urn=True),
)
