"""Constraints: what each version of the standard can say of them, and the answers of availability queries."""

import json
from dataclasses import replace
from itertools import product

import pytest

from sdmx_dsm.errors import ReadError
from sdmx_dsm.model import (
    Annotation,
    AvailabilityConstraint,
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    TimeRange,
    ValueSelection,
)
from tests.formats.structures.checks import SYNTAXES, element_text, one, read, schema_errors, written
from tests.formats.structures.examples import ANNOTATIONS
from tests.formats.structures.examples import FLOW as FIRST_FLOW
from tests.formats.structures.test_conversions import CONSTRAINT, FLOW, PROVIDER, refused

REGION = CubeRegion(
    keys=(
        ValueSelection(id="REF_AREA", values=("KG", "CIS"), cascades=("", "true")),
        ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2010", end="2020-Q1", end_inclusive=False)),
    ),
    components=(ValueSelection(id="OBS_STATUS", values=("A",), include=False),),
)
KEY_SET = DataKeySet(
    is_included=False, keys=(DataKey(values=(("FREQ", "A"), ("REF_AREA", "KG"))), DataKey(values=(("REF_AREA", "TJ"),)))
)


@pytest.mark.parametrize(
    "syntax, role", [*product(SYNTAXES, ["Allowed"]), *product(["ml21", "ml30", "json20"], ["Actual"])]
)
def test_constraint_comes_back_from_all_syntaxes(syntax, role, tmp_path):
    region = replace(REGION, components=()) if syntax == "json10" else REGION  # it excludes no values of one component
    constraint = replace(CONSTRAINT, role=role, cube_regions=(region,), key_sets=(KEY_SET,), is_final=True)
    message = written(syntax, constraint)
    assert schema_errors(syntax, message) == []
    (again,) = read(syntax, message, tmp_path)[1]
    assert replace(again, is_final=True) == constraint


def test_30_has_one_region_of_each_kind():
    constraint = replace(CONSTRAINT, cube_regions=(CubeRegion(), CubeRegion()))
    assert schema_errors("ml21", written("ml21", constraint)) == []
    assert refused("ml30", constraint) == (
        "DataConstraint DSM:CONSTRAINT(1.0.0): SDMX-ML 3.0 can't say several cube regions that all include, or all exclude."
    )


def test_constraint_is_a_content_constraint_in_21():
    message = written("ml21", CONSTRAINT)
    assert one(message, "ContentConstraint")["urn"] == (
        "urn:sdmx:org.sdmx.infomodel.registry.ContentConstraint=DSM:CONSTRAINT(1.0.0)"
    )
    assert one(message, "ContentConstraint")["type"] == "Allowed"


def test_open_ranges_of_time_are_before_and_after():
    regions = (
        CubeRegion(keys=(ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2010")),)),
        CubeRegion(
            include=False,
            keys=(ValueSelection(id="TIME_PERIOD", time_range=TimeRange(end="2020", end_inclusive=False)),),
        ),
    )
    message = written("ml30", replace(CONSTRAINT, cube_regions=regions))
    assert schema_errors("ml30", message) == []
    assert element_text(message, "TimeRange/AfterPeriod") == ["2010"]
    assert one(message, "BeforePeriod") == {"isInclusive": "false"}


@pytest.mark.parametrize(
    "change, reason",
    [
        (
            {"cube_regions": (CubeRegion(keys=(ValueSelection(id="SEX", values=("K%",)),)),)},
            "DataConstraint DSM:CONSTRAINT(1.0.0), SEX: SDMX-ML 2.1 can't say wildcards in values.",
        ),
        (
            {"cube_regions": (CubeRegion(keys=(ValueSelection(id="SEX", values=("A",), cascades=("excluderoot",)),)),)},
            "DataConstraint DSM:CONSTRAINT(1.0.0), SEX: SDMX-ML 2.1 can't say values without the root that they are below"
            " (excluderoot).",
        ),
        (
            {"attachment": (FLOW, PROVIDER)},
            "DataConstraint DSM:CONSTRAINT(1.0.0): SDMX-ML 2.1 can't say an attachment to DataProvider and Dataflow at once.",
        ),
    ],
)
def test_constraint_that_21_cannot_say_is_refused(change, reason):
    assert refused("ml21", replace(CONSTRAINT, **change)) == reason


def test_reference_period_of_21_is_refused_by_30(tmp_path):
    constraint = replace(CONSTRAINT, reference_period=("2010-01-01T00:00:00", "2011-01-01T00:00:00"), is_final=True)
    message = written("ml21", constraint)
    assert schema_errors("ml21", message) == []
    assert read("ml21", message, tmp_path)[1] == (constraint,)
    assert refused("ml30", constraint) == (
        "DataConstraint DSM:CONSTRAINT(1.0.0): SDMX-ML 3.0 can't say reference period of DataConstraint."
    )


def test_constraint_of_21_without_type_says_what_there_is(tmp_path):
    message = written("ml21", CONSTRAINT).replace(b' type="Allowed"', b"")
    (constraint,) = read("ml21", message, tmp_path)[1]
    assert isinstance(constraint, DataConstraint)
    assert constraint.role == "Actual"


def test_key_with_several_values_is_several_keys_before_31(tmp_path):
    key = DataKey(values=(("FREQ", "A"), ("SEX", "F"), ("SEX", "M")), valid_from="2020")
    constraint = replace(CONSTRAINT, key_sets=(DataKeySet(keys=(key,)),))
    (again,) = read("ml30", written("ml30", constraint), tmp_path)[1]
    assert again.key_sets[0].keys == (
        DataKey(values=(("FREQ", "A"), ("SEX", "F")), valid_from="2020"),
        DataKey(values=(("FREQ", "A"), ("SEX", "M")), valid_from="2020"),
    )


def test_key_that_stands_for_too_many_keys_is_refused():
    key = DataKey(values=tuple((f"D{place}", str(value)) for place in range(9) for value in range(9)))
    assert refused("json20", replace(CONSTRAINT, key_sets=(DataKeySet(keys=(key,)),))) == (
        "DataConstraint DSM:CONSTRAINT(1.0.0): SDMX-JSON 2.0 can't say a key that stands for 387420489 keys."
    )


def selecting(**fields: object) -> dict[str, object]:
    return {"cube_regions": (CubeRegion(keys=(ValueSelection(id="SEX", **fields),)),)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "syntax, change, reason",
    [
        ("ml21", selecting(values=("A",), validities=(("2020", None),)), "when a value is valid"),
        ("ml21", selecting(time_range=TimeRange(start="2020", valid_to="2021")), "when a value is valid"),
        ("ml21", selecting(values=("A",), valid_from="2020"), "valid from of ValueSelection"),
        ("ml21", selecting(values=("A",), remove_prefix=True), "remove prefix of ValueSelection"),
        ("ml30", selecting(values=("A",), languages=("en",)), "the language of a dimension's value"),
        ("ml30", selecting(), "a dimension without any of its values"),
        (
            "ml30",
            {"cube_regions": (CubeRegion(components=(ValueSelection(id="NOTE", valid_from="2020"),)),)},
            "when a component is limited",
        ),
        ("ml21", {"key_sets": (DataKeySet(keys=(DataKey(),)),)}, "a key without dimensions"),
        ("ml30", {"attachment": (replace(FLOW, artefact_class="Metadataflow"),)}, "an attachment to a Metadataflow"),
        (
            "json21",
            {"simple_data_sources": ("https://a.org/",), "attachment": ()},
            "simple data sources of DataConstraint",
        ),
    ],
)
def test_what_a_version_cannot_say_is_refused(syntax, change, reason):
    assert reason in refused(syntax.replace("json21", "json21"), replace(CONSTRAINT, **change))


def test_key_leaves_nothing_out(tmp_path):
    constraint = replace(CONSTRAINT, key_sets=(KEY_SET,))
    message = written("json21", constraint).replace(b'"id":"FREQ",', b'"id":"FREQ","include":false,')
    with pytest.raises(ReadError) as caught:
        read("json21", message, tmp_path)
    assert "a key that leaves FREQ out is not read: it is the key set that includes or excludes" in str(caught.value)


# --- what there is ----------------------------------------------------------------------------------------------------

AVAILABLE = AvailabilityConstraint(
    id=FIRST_FLOW.id,
    agency=FIRST_FLOW.agency,
    version=FIRST_FLOW.version,
    annotations=ANNOTATIONS,
    attachment=(FIRST_FLOW,),
    cube_regions=(CubeRegion(keys=(ValueSelection(id="SEX", values=("F", "M")),)),),
    series_count=2,
    obs_count=0,
)
COUNTS = (
    Annotation(id="series_count", type="sdmx_metrics", title="2"),
    Annotation(id="obs_count", type="sdmx_metrics", title="0"),
)


@pytest.mark.parametrize("syntax", ["ml31", "json21"])
def test_availability_of_31_is_identified_by_what_it_is_attached_to(syntax, tmp_path):
    message = written(syntax, AVAILABLE)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (AVAILABLE,)


@pytest.mark.parametrize("syntax", ["ml21", "ml30", "json10", "json20"])
def test_availability_is_a_constraint_with_annotations_before_31(syntax, tmp_path):
    message = written(syntax, AVAILABLE)
    assert schema_errors(syntax, message) == []
    (constraint,) = read(syntax, message, tmp_path)[1]
    assert (type(constraint), constraint.role) == (DataConstraint, "Actual")
    assert constraint.annotations == (*ANNOTATIONS, *COUNTS)
    assert read("ml31", written("ml31", constraint), tmp_path)[1] == (AVAILABLE,)


def test_counts_of_availability_are_attributes():
    assert one(written("ml31", AVAILABLE), "AvailabilityConstraint") == {"seriesCount": "2", "obsCount": "0"}
    (found,) = json.loads(written("json21", AVAILABLE))["data"]["availabilityConstraints"]
    assert (found["seriesCount"], found["obsCount"]) == (2, 0)


@pytest.mark.parametrize("syntax", ["ml31", "json21"])
def test_31_says_what_there_is_of_one_thing_alone(syntax):
    reason = "can't say what data there are, but for one structure, flow or agreement and as one cube region."
    assert refused(syntax, replace(CONSTRAINT, role="Actual")).endswith(reason)
    regions = (CubeRegion(), CubeRegion(include=False))
    assert refused(syntax, replace(CONSTRAINT, role="Actual", cube_regions=regions)).endswith(reason)
    provider = replace(CONSTRAINT, role="Actual", cube_regions=(CubeRegion(),), attachment=(PROVIDER,))
    assert refused(syntax, provider).endswith(reason)
