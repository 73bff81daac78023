"""Constraints, agreements and structures of metadata with every field that some version has (see `examples`)."""

from sdmx_dsm.model import (
    Annotation,
    AttachmentConstraint,
    ComponentList,
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    Link,
    Maintainable,
    MetadataAttribute,
    MetadataConstraint,
    Metadataflow,
    MetadataKey,
    MetadataKeySet,
    MetadataKeyValue,
    MetadataProvisionAgreement,
    MetadataStructure,
    MetadataTarget,
    MetadataTargetRegion,
    MetadataTargetSelection,
    ProvisionAgreement,
    QueryableDataSource,
    Reference,
    ReleaseCalendar,
    ReportStructure,
    Representation,
    SetReference,
    TargetObject,
    TextFormat,
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


CODELIST = Reference("Codelist", "DSM", "CL_QUALITY", "1.0")


def metadata_attribute(id: str, *below: MetadataAttribute, **fields: object) -> MetadataAttribute:
    concept = Reference("Concept", "DSM", "CS", "1.0", id)
    return MetadataAttribute(id=id, concept=concept, attributes=below, **fields)  # type: ignore[arg-type]


def text(text_type: str, **facets: object) -> Representation:
    return Representation(text_format=TextFormat(text_type=text_type, **facets))  # type: ignore[arg-type]


METADATA_ATTRIBUTES = (
    metadata_attribute(
        "CONTACT",
        metadata_attribute("NAME", representation=text("String", is_multilingual=True), min_occurs=0),
        metadata_attribute(
            "PHONES",
            metadata_attribute("PHONE", representation=text("String", max_length=20), max_occurs=None),
            is_presentational=True,
        ),
        is_presentational=True,
        min_occurs=1,
        max_occurs=3,
        annotations=ANNOTATIONS,
        uri="https://a.org/contact",
    ),
    metadata_attribute(
        "QUALITY", representation=Representation(enumeration=CODELIST, text_format=TextFormat(text_type="Alpha"))
    ),
    metadata_attribute("METHOD", representation=text("XHTML")),
)
LISTED = (
    ComponentList(
        id="MetadataAttributeDescriptor",
        annotations=ANNOTATIONS,
        links=(Link(rel="about", url="https://a.org/"),),
        uri="https://a.org/list",
    ),
)
METADATA_TARGETS = (
    MetadataTarget(
        id="DATA",
        annotations=ANNOTATIONS,
        uri="https://a.org/target",
        objects=(
            TargetObject(
                kind="KeyDescriptorValues",
                id="DIMENSION_DESCRIPTOR_VALUES_TARGET",
                representation=text("KeyValues"),
                annotations=ANNOTATIONS,
            ),
            TargetObject(kind="DataSet", id="DATA_SET_TARGET", representation=text("DataSetReference")),
            TargetObject(
                kind="ConstraintContent",
                id="CONSTRAINT_CONTENT_TARGET",
                representation=text("AttachmentConstraintReference"),
            ),
            TargetObject(
                kind="ReportPeriod",
                id="REPORT_PERIOD_TARGET",
                representation=text("ReportingYear", start_time="2010", end_time="2020"),
            ),
        ),
    ),
    MetadataTarget(
        id="FLOWS",
        objects=(
            TargetObject(
                kind="IdentifiableObject",
                id="FLOW",
                object_type="Dataflow",
                representation=text("IdentifiableReference"),
            ),
            TargetObject(
                kind="IdentifiableObject",
                id="AREA",
                object_type="Code",
                representation=Representation(enumeration=CODELIST),
                uri="https://a.org/area",
            ),
        ),
    ),
)
REPORTS = (
    ReportStructure(
        id="QUALITY_REPORT",
        attributes=METADATA_ATTRIBUTES,
        targets=("DATA", "FLOWS"),
        annotations=ANNOTATIONS,
        uri="https://a.org/report",
    ),
    ReportStructure(id="SHORT", attributes=METADATA_ATTRIBUTES[1:], targets=("FLOWS",)),
)
TARGETS = (
    Reference("Dataflow", "*", "*", "*"),
    FLOW,
    Reference("DataProvider", "DSM", "*", "1.0", "*"),
    Reference("base.Any", "DSM", "*", "*"),
)

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
            targets=TARGETS,
        ),
        LATER,
    ),
    (kept(MetadataStructure, attributes=METADATA_ATTRIBUTES, lists=LISTED), LATER),
    (kept(MetadataStructure, targets=METADATA_TARGETS, report_structures=REPORTS), IN_21),
    (kept(Metadataflow, structure=METADATA_STRUCTURE), (*IN_21, "json20", "json21")),
    (kept(Metadataflow, structure=METADATA_STRUCTURE, targets=TARGETS), LATER),
    (kept(Metadataflow, targets=(Reference("codelist.Any", "DSM", "*", "*"),)), ("json20", "json21")),
)
