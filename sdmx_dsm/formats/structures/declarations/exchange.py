"""Agreements and categorisations."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import DROPPED, MAINTAINABLE, Declaration, row
from sdmx_dsm.formats.structures.kinds import TEXT, Many, Refer
from sdmx_dsm.model import Categorisation, MetadataProvisionAgreement, ProvisionAgreement

# 3.1 fixes the version of categorisations: SDMX-ML does not say it.
CATEGORISATION: Final = tuple(
    row("version", TEXT, "@version", "version", ml31=DROPPED) if field.name == "version" else field
    for field in MAINTAINABLE
)

DECLARATIONS: Final = (
    Declaration(
        ProvisionAgreement,
        (
            *MAINTAINABLE,
            row("dataflow", Refer("Dataflow"), "Dataflow", "dataflow", ml21="StructureUsage", json10="structureUsage"),
            row("data_provider", Refer("DataProvider"), "DataProvider", "dataProvider"),
        ),
        urn=True,
    ),
    Declaration(
        MetadataProvisionAgreement,
        (
            *MAINTAINABLE,
            row("metadataflow", Refer("Metadataflow"), "Metadataflow", "metadataflow"),
            row("metadata_provider", Refer("MetadataProvider"), "MetadataProvider", "metadataProvider"),
            row("targets", Many(Refer("", loose=True)), "Target", "targets"),
        ),
        urn=True,
    ),
    Declaration(
        Categorisation,
        (
            *CATEGORISATION,
            row("source", Refer(""), "Source", "source"),
            row("target", Refer("Category"), "Target", "target"),
        ),
        urn=True,
    ),
)
