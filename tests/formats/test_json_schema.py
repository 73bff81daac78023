"""The JSON schema of a data structure lets through the data messages that we write, in each view, and tells wrong ones."""

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import QuerySemanticsError
from sdmx_dsm.formats.json_data import write_json20
from sdmx_dsm.formats.json_schema import write_json_schema20, write_json_schema21
from sdmx_dsm.formats.options import SchemaOptions, WriteOptions
from sdmx_dsm.formats.pieces import PIECE_BYTES
from sdmx_dsm.model import (
    ALL_DIMENSIONS,
    Code,
    Codelist,
    CubeRegion,
    DataConstraint,
    Reference,
    Representation,
    Schema,
    SentinelValue,
    Structures,
    ValueSelection,
)
from tests.formats.xsd.test_properties import structures as random_structures
from tests.formats.xsd.test_values import FACETS, formatted, schema_of
from tests.helpers.content import frame_of
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, RICH, example_artefacts, example_structures

WRITERS = {"2.0": write_json_schema20, "2.1": write_json_schema21}
VALIDATORS = {"2.0": jsonschema_rs.Draft7Validator, "2.1": jsonschema_rs.Draft201909Validator}
HEADER = Header(id="M1", prepared="2024-05-17T10:00:00Z", sender="DSM")
STRUCTURES = example_structures()
VIEWS = ["TIME_PERIOD", "REF_AREA", ALL_DIMENSIONS]
KG = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
BATCH = frame_of(
    {**KG, "TIME_PERIOD": "2020", "OBS_VALUE": "12.50", "OBS_STATUS": "A", "COMMENT_OBS": "x"},
    {**KG, "TIME_PERIOD": "2021", "OBS_STATUS": "#N/A"},
    {**KG, "REF_AREA": "TJ", "TIME_PERIOD": "2021-Q1", "OBS_VALUE": "NaN"},
    {":level": "series", **KG, "UNIT_MEASURE": "PS", "COLLECTION": "census"},
    {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Women"},
    {":level": "dataset", "SOURCE_NOTE": "Note", "REPORTING_YEAR_START_DAY": "--07-01"},
)
RICH_BATCH = frame_of(
    {"FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_VALUE": "1.5", "OBS_COUNT": "7", "METHOD": '["a","b"]'},
    {"FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2021", "OBS_COUNT": "NaN"},
    {":level": "series", "FREQ": "A", "REF_AREA": "KG", "TITLE": '{"en":"Yes","ru":"Да"}'},
    {":level": "dataset", "CONTACT": '["A","B"]'},
)
Message = dict[str, Any]


def rules(version: str, schema: Schema, **options: object) -> Message:
    return json.loads(b"".join(WRITERS[version](schema, SchemaOptions(**options))))  # type: ignore[arg-type]


def complaints(version: str, schema: Schema, message: Message, **options: object) -> list[str]:
    found = VALIDATORS[version](rules(version, schema, **options)).iter_errors(message)
    return [error.message for error in found]


def written(view: str, reference: Reference = EXAMPLE, batch: Any = BATCH) -> Message:
    dataset = DataSet(schema=STRUCTURES.schema(reference), structure=reference, batches=iter([batch]), action="Append")
    text = b"".join(write_json20([dataset], WriteOptions(header=HEADER, dimension_at_observation=view)))
    return json.loads(text)  # type: ignore[no-any-return]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("reference, batch", [(EXAMPLE, BATCH), (EXAMPLE_AGREEMENT, BATCH), (RICH, RICH_BATCH)])
def test_what_we_write_is_let_through_in_its_view_alone(version, view, reference, batch):
    message, schema = written(view, reference, batch), STRUCTURES.schema(reference)
    assert complaints(version, schema, message, dimension_at_observation=view) == []
    for other in VIEWS:
        if other != view:
            assert complaints(version, schema, message, dimension_at_observation=other)


def structure_of(message: Message) -> Message:
    return message["data"]["structures"][0]  # type: ignore[no-any-return]


def code(message: Message) -> None:
    structure_of(message)["dimensions"]["series"][1]["values"][0]["id"] = "MD"


def attribute_code(message: Message) -> None:
    (status,) = (each for each in structure_of(message)["attributes"]["observation"] if each["id"] == "OBS_STATUS")
    status["values"][0]["id"] = "?"


def period(message: Message) -> None:
    structure_of(message)["dimensions"]["observation"][0]["values"][0] = {"id": "soon"}


def missing_dimension(message: Message) -> None:
    del structure_of(message)["dimensions"]["series"][2]


def unknown_dimension(message: Message) -> None:
    structure_of(message)["dimensions"]["series"][2]["id"] = "AGE"


def unknown_attribute(message: Message) -> None:
    structure_of(message)["attributes"]["series"][0]["id"] = "UNIT"


def measure(message: Message) -> None:
    next(iter(message["data"]["dataSets"][0]["series"].values()))["observations"]["0"][0] = "12,5"


def flat(message: Message) -> None:
    message["data"]["dataSets"][0]["observations"] = {"0:0:0:0": [1]}


def key(message: Message) -> None:
    series = message["data"]["dataSets"][0]["series"]
    series["A.KG.F"] = series.pop(next(iter(series)))


def no_data(message: Message) -> None:
    del message["data"]["dataSets"]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("spoil", [
    code, attribute_code, period, missing_dimension, unknown_dimension, unknown_attribute, measure, flat, key, no_data,
])  # fmt: skip
def test_wrong_messages_are_told(version: str, spoil: Callable[[Message], None]) -> None:
    message = written("TIME_PERIOD")
    spoil(message)
    assert complaints(version, STRUCTURES.schema(EXAMPLE), message)


@pytest.mark.parametrize("version", WRITERS)
def test_a_dimension_of_one_value_may_stand_at_the_data_set(version):
    message = written("TIME_PERIOD")
    dimensions = structure_of(message)["dimensions"]
    dimensions["dataSet"] = [dimensions["series"].pop(0)]
    series = message["data"]["dataSets"][0]["series"]
    message["data"]["dataSets"][0]["series"] = {key.partition(":")[2]: value for key, value in series.items()}
    assert complaints(version, STRUCTURES.schema(EXAMPLE), message) == []


@pytest.mark.parametrize("version", WRITERS)
def test_a_message_may_leave_measures_and_attributes_out(version):
    message = written("TIME_PERIOD")
    for series in message["data"]["dataSets"][0]["series"].values():
        series["observations"] = {key: ["x"] for key in series["observations"]}
    for measures in ({}, {"observation": []}):
        structure_of(message).update(measures=measures, attributes={})
        assert complaints(version, STRUCTURES.schema(EXAMPLE), message) == []


@pytest.mark.parametrize("version", WRITERS)
def test_what_deletes_may_leave_out_dimensions_and_say_anything_for_values(version):
    message = written("TIME_PERIOD")
    missing_dimension(message)
    message["data"]["dataSets"][0]["series"] = {":0": {"observations": {"": ["-"]}}}
    schema = STRUCTURES.schema(EXAMPLE)
    assert complaints(version, schema, message, for_deletion=True) == []
    assert complaints(version, schema, message)
    code(message)
    assert complaints(version, schema, message, for_deletion=True)


@pytest.mark.parametrize("version", WRITERS)
def test_codes_are_cut_by_the_constraints(version):
    region = CubeRegion(keys=(ValueSelection(id="REF_AREA", values=("TJ",)),))
    constraint = DataConstraint(id="C", agency="DSM", version="1.0.0", attachment=(EXAMPLE,), cube_regions=(region,))
    schema = Structures((*example_artefacts(), constraint)).schema(EXAMPLE)
    assert complaints(version, schema, written("TIME_PERIOD"))
    of_tajikistan = frame_of({**KG, "REF_AREA": "TJ", "TIME_PERIOD": "2021", "OBS_VALUE": "1"})
    assert complaints(version, schema, written("TIME_PERIOD", batch=of_tajikistan)) == []


@pytest.mark.parametrize("version", WRITERS)
def test_when_no_code_is_left_nothing_is_valid(version):
    region = CubeRegion(keys=(ValueSelection(id="REF_AREA", values=("NONE",)),))
    constraint = DataConstraint(id="C", agency="DSM", version="1.0.0", attachment=(EXAMPLE,), cube_regions=(region,))
    assert complaints(version, Structures((*example_artefacts(), constraint)).schema(EXAMPLE), written("TIME_PERIOD"))


def of_value(version: str, schema: Schema, value: object) -> bool:
    """Whether a value of the attribute VALUE is let through."""
    dimensions = {
        "series": [{"id": "FREQ", "values": [{"id": "A"}]}],
        "observation": [{"id": "TIME_PERIOD", "values": [{"value": "2024"}]}],
    }
    attributes = {"observation": [{"id": "VALUE", "values": [{"value": value}]}]}
    structure = {"dimensions": dimensions, "attributes": attributes}
    return complaints(version, schema, {"data": {"structures": [structure], "dataSets": []}}) == []


# What JSON schema can't say: bounds of numbers that stand as text, the numbers of days and weeks.
SAID = [
    each
    for each in FACETS
    if each[2] not in ("3000000000", "32768", "12.505", "100.1", "6", "0", "0.9", "1", "2024-W54")
]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize(
    "facets, right, wrong", SAID, ids=lambda found: found["text_type"] if isinstance(found, dict) else ""
)
def test_values_are_those_of_the_text_format(version, facets, right, wrong):
    schema = schema_of(formatted(**facets))
    assert of_value(version, schema, right)
    assert not of_value(version, schema, wrong)


@pytest.mark.parametrize("facets, right, wrong", [
    ({"text_type": "Decimal", "min_value": "0", "max_value": "1E2"}, 100.0, 100.1),
    ({"text_type": "ExclusiveValueRange", "min_value": "1"}, 1.5, 1),
    ({"text_type": "Count", "min_value": "0.5"}, 1, 0),
    ({"text_type": "Integer"}, 5, 5.5),
    ({"text_type": "Boolean"}, True, 1),
    ({"text_type": "String"}, "1", 1),
])  # fmt: skip
def test_numbers_may_stand_as_numbers(facets, right, wrong):
    schema = schema_of(formatted(**facets))
    assert of_value("2.1", schema, right)
    assert not of_value("2.1", schema, wrong)


def test_sentinel_values_are_let_through_beside_the_others():
    schema = schema_of(formatted(text_type="Count", sentinel_values=(SentinelValue(value="none"),)))
    assert [value for value in ("5", "none", "some", "#N/A") if of_value("2.1", schema, value)] == ["5", "none", "#N/A"]


def test_a_dimension_that_is_none_is_refused():
    with pytest.raises(QuerySemanticsError, match="“AGE” is no dimension of DSM:EXAMPLE"):
        rules("2.1", STRUCTURES.schema(EXAMPLE), dimension_at_observation="AGE")


@pytest.mark.parametrize("version", WRITERS)
def test_a_large_codelist_streams(version):
    """The text of its codes is never held: little more is than the list of them."""
    codes = tuple(Code(id=f"CODE_{number}") for number in range(100_000))
    large = Codelist(id="CL_LARGE", agency="DSM", version="1.0.0", items=codes)
    schema = schema_of(Representation(enumeration=large.reference), large)
    tracemalloc.start()
    sizes = [len(piece) for piece in WRITERS[version](schema, SchemaOptions())]
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) > 1_000_000
    assert set(sizes[:-1]) == {PIECE_BYTES}
    assert held < 1_500_000


@settings(max_examples=50, deadline=None)
@given(random_structures(), st.sampled_from(list(WRITERS)), st.data())
def test_every_schema_can_be_loaded(found: Structures, version: str, data: st.DataObject) -> None:
    schema = found.schema(Reference(data.draw(st.sampled_from(["Dataflow", "DataStructure"])), "DSM", "D", "1.0.0"))
    view = data.draw(st.sampled_from([*schema.key_ids, ALL_DIMENSIONS]))
    made = rules(version, schema, dimension_at_observation=view, for_deletion=data.draw(st.booleans()))
    VALIDATORS[version](made)
