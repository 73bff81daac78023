"""Constraints and agreements with every field that some version of the standard has (see `examples`)."""

from sdmx_dsm.model import (
    Annotation,
    AttachmentConstraint,
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    Maintainable,
    MetadataConstraint,
    MetadataKey,
    MetadataKeySet,
    MetadataKeyValue,
    MetadataProvisionAgreement,
    MetadataTargetRegion,
    MetadataTargetSelection,
    ProvisionAgreement,
    QueryableDataSource,
    Reference,
    ReleaseCalendar,
    SetReference,
    TimeRange,
    ValueSelection,
)

NAMES = {"en": "A name", "ru": "Название"}
ANNOTATIONS = (Annotation(id="N", title="Title", type="TYPE", texts=NAMES),)
FLOW = Reference("Dataflow", "DSM", "FLOW", "1.0")
STRUCTURE = Reference("DataStructure", "DSM", "DS", "1.0")
METADATAFLOW = Reference("Metadataflow", "DSM", "NOTES", "1.0")
METADATA_STRUCTURE = Reference("MetadataStructure", "DSM", "MSD", "1.0")
AGREEMENT = Reference("ProvisionAgreement", "DSM", "KG", "1.0")
METADATA_AGREEMENT = Reference("MetadataProvisionAgreement", "DSM", "KG", "1.0")
PROVIDER = Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT")
METADATA_PROVIDER = Reference("MetadataProvider", "DSM", "METADATA_PROVIDERS", "1.0", "KG_STAT")
SET = SetReference(id="SET", data_provider=PROVIDER)
SOURCES = (
    QueryableDataSource(
        data_url="https://a.org/",
        wsdl_url="https://a.org/wsdl",
        wadl_url="https://a.org/wadl",
        is_rest=True,
    ),
    QueryableDataSource(data_url="https://b.org/", is_web_service=True),
)
CALENDAR = ReleaseCalendar(periodicity="P1M", offset="P4D", tolerance="P2D")
ALL = ("ml21", "ml30", "ml31", "json10", "json20", "json21")
LATER = ("ml30", "ml31", "json20", "json21")
IN_21 = ("ml21", "json10")
IN_30 = ("ml30", "json20")


def kept(cls: type, **fields: object) -> Maintainable:
    return cls(
        id="X",
        agency="DSM",
        version="1.0",
        valid_from="2020-01-01T00:00:00Z",
        valid_to="2021-12-31T23:59:59Z",
        names=NAMES,
        descriptions=NAMES,
        annotations=ANNOTATIONS,
        **fields,
    )


FROM_TO = TimeRange(start="2010", end="2020-Q1", end_inclusive=False)
REGIONS = (
    CubeRegion(
        keys=(
            ValueSelection(id="REF_AREA", values=("KG", "CIS"), cascades=("", "true")),
            ValueSelection(id="TIME_PERIOD", time_range=FROM_TO),
        ),
        components=(ValueSelection(id="OBS_STATUS", values=("A", "B")),),
    ),
    CubeRegion(
        include=False,
        keys=(ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2012", start_inclusive=False)),),
        components=(ValueSelection(id="NOTE"),),
    ),
)
KEY_SETS = (
    DataKeySet(
        is_included=False,
        keys=(DataKey(values=(("FREQ", "A"), ("REF_AREA", "KG"))), DataKey(values=(("REF_AREA", "TJ"),))),
    ),
    DataKeySet(keys=(DataKey(values=(("FREQ", "M"),)),)),
)
REGIONS_3 = (
    CubeRegion(
        annotations=ANNOTATIONS,
        keys=(
            ValueSelection(
                id="REF_AREA",
                values=("K%", "CIS", "TJ"),
                cascades=("", "excluderoot", "true"),
                validities=((None, None), ("2010", None), ("2011-05-01", "2020-Q4")),
                include=False,
                remove_prefix=True,
                valid_from="2000",
                valid_to="2030",
            ),
            ValueSelection(id="TIME_PERIOD", time_range=TimeRange(end="2012", valid_from="2010", valid_to="2020")),
        ),
        components=(ValueSelection(id="NOTE.TITLE", values=("Note", "%"), languages=("en", ""), remove_prefix=True),),
    ),
)
KEY_SETS_3 = (
    DataKeySet(
        keys=(
            DataKey(
                values=(("FREQ", "A"), ("REF_AREA", "KG")),
                remove_prefix=("REF_AREA",),
                components=(
                    ValueSelection(id="OBS_STATUS", values=("A", "B"), languages=("en", ""), cascades=("", "true")),
                    ValueSelection(id="SINCE", time_range=FROM_TO, include=False),
                ),
                valid_from="2010",
                valid_to="2020-12",
                annotations=ANNOTATIONS,
            ),
        ),
    ),
)
KEY_SETS_31 = (DataKeySet(keys=(DataKey(values=(("FREQ", "A"), ("SEX", "F"), ("SEX", "M")), remove_prefix=("SEX",)),)),)
DATA_KEY = DataKey(values=(("FREQ", "A"), ("SEX", "F")))
METADATA_KEY_SETS = (
    MetadataKeySet(
        is_included=False,
        keys=(
            MetadataKey(
                report="REPORT",
                metadata_target="TARGET",
                values=(
                    MetadataKeyValue(id="PERIOD", value="2010"),
                    MetadataKeyValue(id="SET", data_set=SET),
                    MetadataKeyValue(id="KEY", data_key=DATA_KEY),
                    MetadataKeyValue(id="OBJECT", object=FLOW),
                ),
            ),
        ),
    ),
)
METADATA_REGIONS = (
    MetadataTargetRegion(
        include=False,
        report="REPORT",
        metadata_target="TARGET",
        keys=(
            MetadataTargetSelection(id="CODE", values=("A", "B")),
            MetadataTargetSelection(id="SETS", data_sets=(SET, SET)),
            MetadataTargetSelection(id="KEYS", data_keys=(DATA_KEY, DATA_KEY)),
            MetadataTargetSelection(id="OBJECTS", objects=(FLOW, STRUCTURE)),
            MetadataTargetSelection(id="PERIOD", time_range=FROM_TO),
        ),
        components=(ValueSelection(id="CONTACT.NAME", values=("A", "B"), cascades=("true", "")),),
    ),
)
METADATA_REGIONS_3 = (
    MetadataTargetRegion(
        valid_from="2010",
        valid_to="2020",
        components=(
            ValueSelection(
                id="CONTACT.NAME",
                values=("A", "B"),
                languages=("en", ""),
                validities=((None, "2012"), (None, None)),
                include=False,
            ),
        ),
    ),
    MetadataTargetRegion(include=False, components=(ValueSelection(id="SINCE", time_range=FROM_TO),)),
)


def data_constraint(**fields: object) -> Maintainable:
    return kept(DataConstraint, **fields)


EXAMPLES = (
    (data_constraint(attachment=(FLOW, FLOW.at("2.0")), cube_regions=REGIONS, key_sets=KEY_SETS), ALL),
    (data_constraint(attachment=(PROVIDER,), role="Allowed"), ALL),
    (data_constraint(attachment=(AGREEMENT,), role="Actual"), (*IN_21, *IN_30)),
    (
        data_constraint(
            attachment=(METADATAFLOW,),
            queryable_data_sources=SOURCES,
            metadata_key_sets=METADATA_KEY_SETS,
            metadata_target_regions=METADATA_REGIONS,
            release_calendar=CALENDAR,
            reference_period=("2010-01-01T00:00:00", "2011-01-01T00:00:00"),
        ),
        IN_21,
    ),
    (data_constraint(attachment=(METADATA_STRUCTURE,)), IN_21),
    (data_constraint(data_sets=(SET,)), IN_21),
    (data_constraint(metadata_sets=(SET,)), IN_21),
    (data_constraint(simple_data_sources=("https://a.org/",)), (*IN_21, *IN_30)),
    (data_constraint(simple_data_sources=("https://a.org/", "https://b.org/"), release_calendar=CALENDAR), IN_30),
    (data_constraint(attachment=(STRUCTURE,), queryable_data_sources=SOURCES), (*IN_21, *IN_30)),
    (data_constraint(attachment=(FLOW,), cube_regions=REGIONS_3, key_sets=KEY_SETS_3), LATER),
    (data_constraint(attachment=(FLOW,), key_sets=KEY_SETS_31), ("ml31", "json21")),
    (kept(AttachmentConstraint, attachment=(FLOW,), key_sets=KEY_SETS, metadata_key_sets=METADATA_KEY_SETS), IN_21),
    (kept(AttachmentConstraint, data_sets=(SET, SET)), IN_21),
    (kept(AttachmentConstraint, metadata_sets=(SET, SET)), IN_21),
    (kept(AttachmentConstraint, simple_data_sources=("https://a.org/", "https://b.org/")), IN_21),
    (kept(MetadataConstraint, attachment=(METADATA_AGREEMENT,), metadata_target_regions=METADATA_REGIONS_3), LATER),
    (kept(MetadataConstraint, attachment=(METADATA_PROVIDER,)), LATER),
    (kept(MetadataConstraint, attachment=(METADATA_STRUCTURE,)), LATER),
    (
        kept(
            MetadataConstraint,
            attachment=(METADATAFLOW,),
            queryable_data_sources=SOURCES,
            release_calendar=CALENDAR,
        ),
        IN_30,
    ),
    (kept(MetadataConstraint, attachment=(Reference("MetadataSet", "DSM", "NOTES_KG", "1.0"),)), ("json20",)),
    (kept(MetadataConstraint, simple_data_sources=("https://a.org/", "https://b.org/")), IN_30),
    (kept(ProvisionAgreement, dataflow=FLOW, data_provider=PROVIDER), ALL),
    (kept(ProvisionAgreement, dataflow=METADATAFLOW, data_provider=PROVIDER), IN_21),
    (
        kept(
            MetadataProvisionAgreement,
            metadataflow=METADATAFLOW,
            metadata_provider=METADATA_PROVIDER,
            targets=(Reference("Dataflow", "*", "*", "*"), FLOW, Reference("DataProvider", "DSM", "*", "1.0", "*")),
        ),
        LATER,
    ),
)
