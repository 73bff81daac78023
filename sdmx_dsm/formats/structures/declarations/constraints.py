"""Constraints: of data, of metadata, of what is available, and of what may be attached to (2.1)."""

from dataclasses import fields
from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import ANNOTATIONS, DROPPED, MAINTAINABLE, Declaration, Field, row
from sdmx_dsm.formats.structures.kinds import ADDRESS, FLAG, INTEGER, ROLE, TEXT, Many, Only, Part, Refer
from sdmx_dsm.formats.structures.regions import (
    CASCADING_VALUES,
    KEY_VALUES,
    PLAIN_VALUES,
    RANGE,
    VALUES,
    Attached,
    AvailableIn,
)
from sdmx_dsm.formats.structures.shapes import PERIOD
from sdmx_dsm.model import (
    AttachmentConstraint,
    AvailabilityConstraint,
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    Maintainable,
    MetadataConstraint,
    MetadataKey,
    MetadataKeySet,
    MetadataKeyValue,
    MetadataTargetRegion,
    MetadataTargetSelection,
    QueryableDataSource,
    ReleaseCalendar,
    SetReference,
    ValueSelection,
)

ML: Final = "ConstraintAttachment/"
JSON: Final = "constraintAttachment/"


def attached(cls: str, *, ml21: bool = False, later: bool = False) -> Field:
    """The attachment to artefacts of a class, in the versions that have it."""
    single = cls.endswith("Provider")
    element, key = f"{ML}{cls}", f"{JSON}{cls[0].lower()}{cls[1:]}{'' if single else 's'}"
    return row(
        "",
        Attached(cls, single=single),
        element if later else DROPPED,
        key if later else DROPPED,
        ml21=element if ml21 else DROPPED,
        json10=key if ml21 else DROPPED,
    )


SIMPLE_SOURCES: Final = row(
    "simple_data_sources",
    Many(TEXT),
    f"{ML}SimpleDataSource",
    f"{JSON}simpleDataSources",
    ml31=None,
    json10=None,
    json21=None,
)
QUERYABLE_SOURCES: Final = row(
    "queryable_data_sources",
    Many(Part(QueryableDataSource)),
    f"{ML}QueryableDataSource",
    f"{JSON}queryableDataSources",
    ml31=None,
    json21=None,
)
CALENDAR: Final = row(
    "release_calendar", Part(ReleaseCalendar), ml30="ReleaseCalendar", ml31=None, json20="releaseCalendar", json21=None
)
SELECTED: Final = (
    row("", VALUES, "Value", "values", ml21="c:Value", json10=DROPPED),
    row("", PLAIN_VALUES, DROPPED, DROPPED, json10="values"),
    row("", CASCADING_VALUES, DROPPED, DROPPED, json10="cascadeValues"),
    row("time_range", RANGE, "TimeRange", "timeRange", ml21="c:TimeRange"),
)
METADATA_KEY_SETS: Final = row(
    "metadata_key_sets", Many(Part(MetadataKeySet)), ml21="MetadataKeySet", json10="metadataKeySets"
)
IS_INCLUDED: Final = row("is_included", FLAG, "@isIncluded", "isIncluded")
VALID: Final = (
    row("valid_from", TEXT, "@validFrom", "validFrom", ml21=None, json10=None),
    row("valid_to", TEXT, "@validTo", "validTo", ml21=None, json10=None),
)
ANNOTATIONS_3: Final = row(
    "annotations", ANNOTATIONS.kind, "c:Annotations/c:Annotation", "annotations", ml21=None, json10=None
)
INCLUDE: Final = row("include", FLAG, "@include", "include", json10=None)
COMPONENTS: Final = row(
    "components", Many(Part(ValueSelection)), "Component", "components", ml21="c:Attribute", json10="attributes"
)

DECLARATIONS: Final = (
    Declaration(
        ValueSelection,
        (
            row("id", TEXT, "@id", "id"),
            INCLUDE,
            row("remove_prefix", FLAG, "@removePrefix", "removePrefix", ml21=None, json10=None),
            *VALID,
            *SELECTED,
        ),
    ),
    Declaration(
        CubeRegion,
        (
            row("include", FLAG, "@include", "include", json10="isIncluded"),
            ANNOTATIONS_3,
            row("keys", Many(Part(ValueSelection)), "KeyValue", "keyValues", ml21="c:KeyValue"),
            COMPONENTS,
        ),
    ),
    Declaration(
        DataKey,
        (
            *VALID,
            ANNOTATIONS_3,
            row("", KEY_VALUES, "KeyValue", "keyValues", ml21="c:KeyValue"),
            row("components", Many(Part(ValueSelection)), "Component", "components", ml21=None, json10=None),
        ),
    ),
    Declaration(DataKeySet, (IS_INCLUDED, row("keys", Many(Part(DataKey)), "Key", "keys")), always=("is_included",)),
    Declaration(
        ReleaseCalendar,
        (
            row("periodicity", TEXT, "Periodicity", "periodicity"),
            row("offset", TEXT, "Offset", "offset"),
            row("tolerance", TEXT, "Tolerance", "tolerance"),
        ),
    ),
    Declaration(
        QueryableDataSource,
        (
            row("is_rest", FLAG, "@isRESTDatasource", "isRESTDatasource"),
            row("is_web_service", FLAG, "@isWebServiceDatasource", "isWebServiceDatasource"),
            row("data_url", ADDRESS, "c:DataURL", "dataURL"),
            row("wsdl_url", ADDRESS, "c:WSDLURL", "wsdlURL"),
            row("wadl_url", ADDRESS, "c:WADLURL", "wadlURL"),
        ),
        always=("is_rest", "is_web_service"),
    ),
    Declaration(
        SetReference,
        (
            row("data_provider", Refer("DataProvider"), ml21="c:DataProvider", json10="dataProvider"),
            row("id", TEXT, ml21="c:ID", json10="id"),
        ),
    ),
    Declaration(
        MetadataKeyValue,
        (
            row("id", TEXT, ml21="@id", json10="id"),
            row("value", TEXT, ml21="c:Value", json10="value"),
            row("data_set", Part(SetReference), ml21="c:DataSet", json10="dataSet"),
            row("data_key", Part(DataKey), ml21="c:DataKey", json10="dataKey"),
            row("object", Refer(""), ml21="c:Object", json10="object"),
        ),
    ),
    Declaration(
        MetadataKey,
        (
            row("report", TEXT, ml21="@report", json10="report"),
            row("metadata_target", TEXT, ml21="@metadataTarget", json10="metadataTarget"),
            row("values", Many(Part(MetadataKeyValue)), ml21="c:KeyValue", json10="keyValues"),
        ),
    ),
    Declaration(
        MetadataKeySet,
        (IS_INCLUDED, row("keys", Many(Part(MetadataKey)), ml21="Key", json10="keys")),
        always=("is_included",),
    ),
    Declaration(
        MetadataTargetSelection,
        (
            row("id", TEXT, ml21="@id", json10="id"),
            row("include", FLAG, ml21="@include"),
            row("values", Many(TEXT), ml21="c:Value", json10="values"),
            row("data_sets", Many(Part(SetReference)), ml21="c:DataSet", json10="dataSets"),
            row("data_keys", Many(Part(DataKey)), ml21="c:DataKey", json10="dataKeys"),
            row("objects", Many(Refer("")), ml21="c:Object", json10="objects"),
            row("time_range", RANGE, ml21="c:TimeRange", json10="timeRange"),
        ),
    ),
    Declaration(
        MetadataTargetRegion,
        (
            row("include", FLAG, "@include", "include"),
            row("report", TEXT, ml21="@report", json10="report"),
            row("metadata_target", TEXT, ml21="@metadataTarget", json10="metadataTarget"),
            *VALID,
            row("annotations", ANNOTATIONS.kind, json20="annotations"),
            row("keys", Many(Part(MetadataTargetSelection)), ml21="c:KeyValue", json10="keyValues"),
            COMPONENTS,
        ),
    ),
    Declaration(
        DataConstraint,
        (
            *MAINTAINABLE,
            row("role", ROLE, "@role", "role", ml21="@type", ml31=DROPPED, json21=DROPPED, json10="type"),
            attached("DataProvider", ml21=True, later=True),
            row("data_sets", Only(Part(SetReference)), ml21=f"{ML}DataSet", json10=f"{JSON}dataSet"),
            row("metadata_sets", Only(Part(SetReference)), ml21=f"{ML}MetadataSet", json10=f"{JSON}metadataSet"),
            SIMPLE_SOURCES,
            row("simple_data_sources", Only(ADDRESS), json10=f"{JSON}simpleDataSource"),
            attached("DataStructure", ml21=True, later=True),
            attached("MetadataStructure", ml21=True),
            attached("Dataflow", ml21=True, later=True),
            attached("Metadataflow", ml21=True),
            attached("ProvisionAgreement", ml21=True, later=True),
            QUERYABLE_SOURCES,
            CALENDAR,
            row("key_sets", Many(Part(DataKeySet)), "DataKeySet", "dataKeySets"),
            METADATA_KEY_SETS,
            row("cube_regions", Many(Part(CubeRegion)), "CubeRegion", "cubeRegions"),
            row(
                "metadata_target_regions",
                Many(Part(MetadataTargetRegion)),
                ml21="MetadataTargetRegion",
                json10="metadataTargetRegions",
            ),
            row("release_calendar", Part(ReleaseCalendar), ml21="ReleaseCalendar", json10="releaseCalendar"),
            row("reference_period", PERIOD, ml21="ReferencePeriod", json10="referencePeriod"),
        ),
        urn=True,
    ),
    Declaration(
        AttachmentConstraint,
        (
            *MAINTAINABLE,
            row("role", ROLE, DROPPED, DROPPED),
            row("data_sets", Many(Part(SetReference)), ml21=f"{ML}DataSet", json10=f"{JSON}dataSets"),
            row("metadata_sets", Many(Part(SetReference)), ml21=f"{ML}MetadataSet", json10=f"{JSON}metadataSets"),
            row("simple_data_sources", Many(ADDRESS), ml21=f"{ML}SimpleDataSource", json10=f"{JSON}simpleDataSources"),
            *(
                attached(cls, ml21=True)
                for cls in ("DataStructure", "MetadataStructure", "Dataflow", "Metadataflow", "ProvisionAgreement")
            ),
            row("queryable_data_sources", Many(Part(QueryableDataSource))),
            row("release_calendar", Part(ReleaseCalendar)),
            row("key_sets", Many(Part(DataKeySet)), ml21="DataKeySet", json10="dataKeySets"),
            METADATA_KEY_SETS,
        ),
        urn=True,
    ),
    Declaration(
        MetadataConstraint,
        (
            *MAINTAINABLE,
            row("role", ROLE, "@role", "role", ml31=DROPPED, json21=DROPPED),
            attached("MetadataProvider", later=True),
            row("", Attached("MetadataSet"), f"{ML}MetadataSet", f"{JSON}metadataSets", ml31=DROPPED, json21=DROPPED),
            SIMPLE_SOURCES,
            attached("MetadataStructure", later=True),
            attached("Metadataflow", later=True),
            attached("MetadataProvisionAgreement", later=True),
            QUERYABLE_SOURCES,
            CALENDAR,
            row(
                "metadata_target_regions",
                Many(Part(MetadataTargetRegion)),
                "MetadataTargetRegion",
                "metadataTargetRegions",
            ),
            row("data_sets", Many(Part(SetReference))),
            row("metadata_sets", Many(Part(SetReference))),
        ),
        urn=True,
    ),
    Declaration(
        AvailabilityConstraint,
        (
            # What it is attached to identifies it; it is an answer, and never kept.
            *(row(each.name, TEXT, DROPPED, DROPPED) for each in fields(Maintainable) if each.name != "annotations"),
            row("role", ROLE, DROPPED, DROPPED),
            ANNOTATIONS,
            row("series_count", INTEGER, ml31="@seriesCount", json21="seriesCount"),
            row("obs_count", INTEGER, ml31="@obsCount", json21="obsCount"),
            *(
                row("", AvailableIn(cls, single=True), ml31=f"{ML}{cls}", json21=f"{JSON}{cls[0].lower()}{cls[1:]}")
                for cls in ("DataStructure", "Dataflow", "ProvisionAgreement")
            ),
            row("cube_regions", Only(Part(CubeRegion)), ml31="CubeRegion", json21="cubeRegion"),
        ),
    ),
)
