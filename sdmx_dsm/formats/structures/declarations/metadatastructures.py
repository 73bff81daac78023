"""Metadata structures, their attributes and targets, and metadataflows."""

from typing import Final

from sdmx_dsm.formats.structures.components import Components
from sdmx_dsm.formats.structures.declarations.datastructures import COMPONENT
from sdmx_dsm.formats.structures.declarations.rows import DROPPED, IDENTIFIABLE, MAINTAINABLE, Declaration, row
from sdmx_dsm.formats.structures.kinds import FLAG, INTEGER, LOCAL, OCCURRENCE, TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.metadatatargets import (
    TARGET_IDS,
    TARGET_OBJECTS,
    JsonTargetObjects,
    MetadataAttributeList,
)
from sdmx_dsm.formats.structures.places import LocalUrn
from sdmx_dsm.formats.structures.shapes import REPRESENTATION
from sdmx_dsm.model import (
    MetadataAttribute,
    Metadataflow,
    MetadataStructure,
    MetadataTarget,
    ReportStructure,
    TargetObject,
)

ATTRIBUTES: Final = row("attributes", Many(Part(MetadataAttribute)), "MetadataAttribute", "metadataAttributes")
ML: Final = "MetadataStructureComponents/"
JSON: Final = "metadataStructureComponents/"

DECLARATIONS: Final = (
    Declaration(
        MetadataAttribute,
        (
            row("min_occurs", INTEGER, "@minOccurs", "minOccurs"),
            row("max_occurs", OCCURRENCE, "@maxOccurs", "maxOccurs"),
            row("is_presentational", FLAG, "@isPresentational", "isPresentational"),
            *COMPONENT,
            ATTRIBUTES,
        ),
        urn=True,
        always=("is_presentational",),  # without it pysdmx reads no metadata structure
    ),
    Declaration(MetadataAttributeList, (*IDENTIFIABLE, ATTRIBUTES), urn=True, always=("id",)),
    Declaration(
        TargetObject,
        (
            row("kind", TEXT, DROPPED, json10="kind"),
            row("object_type", TEXT, ml21="@objectType", json10="objectType"),
            *IDENTIFIABLE,
            row("representation", REPRESENTATION, ml21="LocalRepresentation", json10="localRepresentation"),
        ),
        urn=True,
    ),
    Declaration(
        MetadataTarget,
        (
            *IDENTIFIABLE,
            row("objects", TARGET_OBJECTS, ml21="|".join(f"{kind}Target" for kind in TARGET_IDS), json10=DROPPED),
            *(
                row("", JsonTargetObjects(kind), DROPPED, DROPPED, json10=f"{kind[0].lower()}{kind[1:]}Targets")
                for kind in TARGET_IDS
            ),
        ),
        urn=True,
    ),
    Declaration(
        ReportStructure,
        (
            *IDENTIFIABLE,
            ATTRIBUTES,
            row("targets", Many(LOCAL), ml21="MetadataTarget", json10=DROPPED),
            row("targets", Many(LocalUrn("MetadataTarget")), DROPPED, DROPPED, json10="metadataTargets"),
        ),
        urn=True,
    ),
    Declaration(
        MetadataStructure,
        (
            *MAINTAINABLE,
            row(
                "",
                Components(MetadataAttributeList),
                f"{ML}MetadataAttributeList",
                f"{JSON}metadataAttributeList",
                ml21=None,
                json10=None,
            ),
            row("targets", Many(Part(MetadataTarget)), ml21=f"{ML}MetadataTarget", json10=f"{JSON}metadataTargets"),
            row(
                "report_structures",
                Many(Part(ReportStructure)),
                ml21=f"{ML}ReportStructure",
                json10=f"{JSON}reportStructures",
            ),
        ),
        urn=True,
    ),
    Declaration(
        Metadataflow,
        (
            *MAINTAINABLE,
            row("structure", Refer("MetadataStructure"), "Structure", "structure"),
            row("targets", Many(Refer("", loose=True)), "Target", "targets", ml21=None, json10=None),
        ),
        urn=True,
    ),
)
