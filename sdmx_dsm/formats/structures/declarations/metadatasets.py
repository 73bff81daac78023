"""Sets of reference metadata: the content of metadata messages."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import ANNOTATIONS, DROPPED, MAINTAINABLE, Declaration, row
from sdmx_dsm.formats.structures.kinds import TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.links import JsonLinks
from sdmx_dsm.formats.structures.reports import REPORTED, REPORTED_FORMAT, SEMANTIC_VERSION, SET_LINKS
from sdmx_dsm.model import MetadataSet, ReportedAttribute

OWN: Final = (
    *(field for field in MAINTAINABLE if field.name != "version" and not isinstance(field.kind, JsonLinks)),
    row("version", TEXT, "@version", DROPPED),
    row("", SEMANTIC_VERSION, DROPPED, "version"),
    row("", SET_LINKS, DROPPED, "links"),
)
ATTRIBUTES: Final = row("attributes", Many(Part(ReportedAttribute)), "g:Attribute", "attributes")

DECLARATIONS: Final = (
    Declaration(
        ReportedAttribute,
        (
            row("id", TEXT, "@id", "id"),
            ANNOTATIONS,
            row("", REPORTED_FORMAT, DROPPED, "format"),
            row("", REPORTED, "g:Value|c:Text|c:StructuredText", "value"),
            ATTRIBUTES,
        ),
    ),
    Declaration(
        MetadataSet,
        (
            row("action", TEXT, "@action", "action"),
            row("reporting_begin", TEXT, "@reportingBeginDate", "reportingBegin"),
            row("reporting_end", TEXT, "@reportingEndDate", "reportingEnd"),
            row("publication_year", TEXT, "@publicationYear", "publicationYear"),
            row("publication_period", TEXT, "@publicationPeriod", "publicationPeriod"),
            *OWN,
            row(
                "metadata_provision_agreement",
                Refer("MetadataProvisionAgreement"),
                "g:MetadataProvisionAgreement",
                "metadataProvisionAgreement",
            ),
            row("metadataflow", Refer("Metadataflow"), "g:Metadataflow", "metadataflow"),
            row("targets", Many(Refer("", loose=True)), "g:Target", "targets"),
            ATTRIBUTES,
        ),
        urn=True,
    ),
)
