"""Agreements, categorisations and constraints."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import DROPPED, MAINTAINABLE, Declaration, row
from sdmx_dsm.formats.structures.kinds import FLAG, ROLE, TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.shapes import ATTACHMENT, KEY, PERIOD, RANGE, CascadingValues
from sdmx_dsm.model import (
    Categorisation,
    CubeRegion,
    DataConstraint,
    DataKeySet,
    ProvisionAgreement,
    ValueSelection,
)

VALUES: Final = (
    row("id", TEXT, "@id", "id"),
    row("include", FLAG, "@include", "include"),
    row("remove_prefix", FLAG, "@removePrefix", "removePrefix", ml21=None),
    row("", CascadingValues("values"), "Value", "values", ml21="c:Value"),
    row("time_range", RANGE, "TimeRange", "timeRange", ml21="c:TimeRange"),
)

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
            row("dataflow", Refer("Dataflow"), "Dataflow", "dataflow", ml21="StructureUsage"),
            row("data_provider", Refer("DataProvider"), "DataProvider", "dataProvider"),
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
    Declaration(ValueSelection, VALUES),
    Declaration(
        CubeRegion,
        (
            row("include", FLAG, "@include", "include"),
            row("keys", Many(Part(ValueSelection)), "KeyValue", "keyValues", ml21="c:KeyValue"),
            row("components", Many(Part(ValueSelection)), "Component", "components", ml21="c:Attribute"),
        ),
    ),
    Declaration(
        DataKeySet,
        (row("is_included", FLAG, "@isIncluded", "isIncluded"), row("keys", Many(KEY), "Key", "keys")),
    ),
    Declaration(
        DataConstraint,
        (
            *MAINTAINABLE,
            row("role", ROLE, "@role", "role", ml21="@type", ml31=DROPPED, json21=DROPPED, json10="type"),
            row("attachment", ATTACHMENT, "ConstraintAttachment", "constraintAttachment"),
            row("key_sets", Many(Part(DataKeySet)), "DataKeySet", "dataKeySets"),
            row("cube_regions", Many(Part(CubeRegion)), "CubeRegion", "cubeRegions"),
            row("reference_period", PERIOD, ml21="ReferencePeriod"),
        ),
        urn=True,
    ),
)
