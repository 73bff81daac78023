"""What is filled in for the sender, and what is not."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import pytest

from sdmx_dsm.batches import Action, DataSet
from sdmx_dsm.model import Annotation, ProvisionAgreement, Schema
from sdmx_dsm.validation import (
    Checker,
    Filled,
    agreement_defaults,
    default_findings,
    fill_defaults,
    render,
    to_findings,
)
from tests.helpers.schemas import EXAMPLE
from tests.validation.subject import SCHEMA, finished, found, table


def filled_batches(
    *tables: str, defaults: Mapping[str, str] = {}, schema: Schema = SCHEMA, action: Action = "Information"
) -> list[pl.DataFrame]:
    batches = iter([table(text) for text in tables])
    dataset = DataSet(schema=schema, structure=EXAMPLE, batches=batches, action=action)
    return list(fill_defaults(dataset, defaults).batches)


def column(frame: pl.DataFrame, id: str) -> list[object]:
    return frame[id].to_list()


def test_defaults_are_the_annotations_of_the_agreement() -> None:
    agreement = ProvisionAgreement(
        agency="DSM",
        id="X",
        annotations=(
            Annotation(id="UNIT_MULT", type="DEFAULT", value="0"),
            Annotation(id="COVERAGE", type="DEFAULT", texts={"en": "whole country"}),
            Annotation(id="NOTICE", type="NOTICE", value="no default"),
            Annotation(id="DECIMALS", type="DEFAULT"),
        ),
    )
    assert agreement_defaults(agreement) == {"UNIT_MULT": "0", "COVERAGE": "whole country"}


def test_missing_breakdown_means_its_total() -> None:
    (without_column,) = filled_batches("FREQ REF_AREA TIME_PERIOD OBS_VALUE\nA KG 2020 1")
    assert column(without_column, "SEX") == ["_T"]
    (without_value,) = filled_batches(
        "FREQ REF_AREA SEX TIME_PERIOD\nA KG - 2020\nA KG F 2020\nA KG '' 2020\nA KG ~ 2020"
    )
    assert column(without_value, "SEX") == ["_T", "F", "", "~"]


def test_default_of_the_agreement_goes_before_the_total() -> None:
    (batch,) = filled_batches("FREQ REF_AREA SEX TIME_PERIOD\nA - - 2020", defaults={"SEX": "F", "REF_AREA": "KG"})
    assert (column(batch, "SEX"), column(batch, "REF_AREA")) == (["F"], ["KG"])


def test_area_and_time_are_never_guessed() -> None:
    (batch,) = filled_batches("FREQ REF_AREA SEX TIME_PERIOD\nA - F -")
    assert (column(batch, "REF_AREA"), column(batch, "TIME_PERIOD")) == ([None], [None])


@pytest.mark.parametrize(
    "period, frequency",
    [("2020", "A"), ("2020-Q2", "Q"), ("2020-05", "M"), ("2020-M05", "M"), ("2020-W05", None), ("2020-01-01/P1Y", None), ("x", None)],
)  # fmt: skip
def test_frequency_is_told_by_the_period(period: str, frequency: str | None) -> None:
    """The codelist has A, Q and M."""
    (batch,) = filled_batches(f"REF_AREA SEX TIME_PERIOD\nKG F {period}")
    assert column(batch, "FREQ") == [frequency]


def test_frequency_of_a_series_row_is_that_of_its_observations() -> None:
    (batch,) = filled_batches("""
        :level REF_AREA SEX TIME_PERIOD UNIT_MEASURE
        series KG       F   -           PS
        series KG       M   -           PS
        obs    KG       F   2020        -
        obs    KG       F   2020-05     -
    """)
    assert batch.filter(pl.col(":level") == "series").select("FREQ", "SEX").rows() == [
        ("A", "F"),
        ("M", "F"),
        (None, "M"),
    ]


def test_observation_attribute_is_filled_where_there_is_a_value() -> None:
    (batch,) = filled_batches(
        "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\nA KG F 2020 1 -\nA KG F 2021 - -\nA KG F 2022 NaN M",
        defaults={"OBS_STATUS": "A"},
    )
    assert column(batch, "OBS_STATUS") == ["A", None, "M"]


def test_group_row_gets_the_dimensions_of_its_attributes_alone() -> None:
    (batch,) = filled_batches("""
        :level  FREQ REF_AREA SEX TITLE COVERAGE
        partial -    KG       -   All   -
        partial -    KG       -   -     whole
    """)
    assert column(batch, "SEX") == ["_T", None]
    assert column(batch, "FREQ") == [None, None]


SERIES = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nA KG F 2020 1\nA KG F 2021 1\nA KG M 2020 1"


def test_series_attribute_follows_for_series_that_gave_none() -> None:
    given = ":level FREQ REF_AREA SEX UNIT_MEASURE COLLECTION\nseries A KG M PC -"
    *_, last = filled_batches(SERIES, given, defaults={"UNIT_MEASURE": "PS", "COLLECTION": "A"})
    assert last.sort("SEX").select("SEX", "UNIT_MEASURE", "COLLECTION", ":level", ":default").rows() == [
        ("F", "PS", "A", "series", True),
        ("M", None, "A", "series", True),
    ]


def test_nothing_follows_when_all_was_given_or_nothing_observed() -> None:
    given = ":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG F PC\nseries A KG M PC\nseries A TJ F -"
    assert len(filled_batches(SERIES, given, defaults={"UNIT_MEASURE": "PS"})) == 2
    assert len(filled_batches(given, defaults={"UNIT_MEASURE": "PS"})) == 1


def test_attributes_of_groups_and_data_set_follow_too() -> None:
    _, *last = filled_batches(SERIES, defaults={"COVERAGE": "whole", "SOURCE_NOTE": "office"})
    assert [frame.to_dicts() for frame in last] == [
        [{"REF_AREA": "KG", "COVERAGE": "whole", ":level": "partial", ":default": True}],
        [{"SOURCE_NOTE": "office", ":level": "dataset", ":default": True}],
    ]


def test_series_with_a_wrong_code_gets_no_default() -> None:
    assert len(filled_batches("FREQ REF_AREA SEX TIME_PERIOD\nA XX F 2020", defaults={"UNIT_MEASURE": "PS"})) == 1


def test_deletes_are_never_filled() -> None:
    (batch,) = filled_batches(
        ":level FREQ REF_AREA SEX TIME_PERIOD OBS_STATUS\ndelete - KG - - -", defaults={"OBS_STATUS": "A"}
    )
    assert batch.select("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_STATUS").rows() == [
        (None, "KG", None, None, None)
    ]
    (batch,) = filled_batches("REF_AREA TIME_PERIOD\nKG 2020", action="Delete")
    assert "SEX" not in batch.columns


def test_filled_data_pass_the_checks() -> None:
    schema = replace(SCHEMA)
    checker = Checker(schema)
    batches = filled_batches(
        "REF_AREA TIME_PERIOD OBS_VALUE\nKG 2020 1\nKG 2020-Q1 2", defaults={"OBS_STATUS": "A", "UNIT_MEASURE": "PS"}
    )
    assert [finding for batch in batches for finding in found(checker.check(batch))] == []
    assert finished(checker) == []


def test_what_was_filled_is_counted_and_said() -> None:
    filled = Filled()
    batches = iter([table("REF_AREA SEX TIME_PERIOD OBS_VALUE\nKG - 2020 1\nKG F 2020 2\nKG F 2021 3")])
    dataset = DataSet(schema=SCHEMA, structure=EXAMPLE, batches=batches)
    for _ in fill_defaults(dataset, {"OBS_STATUS": "A", "UNIT_MEASURE": "PS"}, filled).batches:
        pass
    assert dict(filled) == {("SEX", "_T"): 1, ("FREQ", "A"): 3, ("OBS_STATUS", "A"): 3, ("UNIT_MEASURE", "PS"): 2}
    first, *_ = to_findings(default_findings(filled, SCHEMA))
    assert (first.code, first.severity, first.component, first.value) == ("default-filled", "information", "SEX", "_T")
    assert render(first)[0] == "Sex (SEX) was not given; “_T” was filled in (places: 1)."
    assert render(first, "ru")[0] == "Значение компонента Sex (SEX) не указано; подставлено «_T» (подстановок: 1)."


def test_components_name_what_may_have_been_filled() -> None:
    dataset = DataSet(
        schema=SCHEMA, structure=EXAMPLE, batches=iter(()), components=("REF_AREA", "OBS_VALUE"), ordered=True
    )
    result = fill_defaults(dataset, {"OBS_STATUS": "A"})
    assert result.components == ("FREQ", "REF_AREA", "SEX", "OBS_VALUE", "OBS_STATUS")
    assert not result.ordered


def test_default_is_made_for_good_observations_only() -> None:
    batches = [table("FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\nA KG F 2020 1 A\nA KG M 2020 x A")]
    batches.append(table(":level FREQ REF_AREA SEX TITLE\npartial - KG F one"))
    checker = Checker(SCHEMA)
    dataset = DataSet(schema=SCHEMA, structure=EXAMPLE, batches=iter(batches))
    complete = fill_defaults(dataset, {"UNIT_MEASURE": "PS", "TITLE": "two"}, seen=checker.seen).batches
    findings = []
    made = []
    for batch in complete:
        findings += found(checker.check(batch))
        if ":default" in batch.columns:
            made += batch.rows()
    assert findings == [(3, "OBS_VALUE", "not-a-number")]
    assert made == [("A", "KG", "F", "PS", "series", True)]
    assert finished(checker) == []
