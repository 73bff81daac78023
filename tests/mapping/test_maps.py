"""What a structure map makes of data: components, values, filters, levels, and what it says of the rest."""

import polars as pl
import pytest

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.mapping import Remarks
from sdmx_dsm.model import (
    Annotation,
    ComponentMap,
    DatePatternMap,
    EpochMap,
    FrequencyFormatMapping,
    MappedValue,
    RepresentationMapping,
)
from tests.mapping.subject import (
    SUM,
    copied,
    data_map,
    fixed,
    mapped,
    only,
    pattern,
    remarked,
    rows,
    rule,
    through,
    values,
)

ALL = copied("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE")
TOTALS = only("SEX", "_T")
KEY = copied("FREQ", "TIME_PERIOD", "OBS_VALUE")


def areas(*mappings: RepresentationMapping, data: str) -> list[str]:
    """What becomes of the areas of some observations."""
    found = mapped(data_map([*KEY, through("REF_AREA", "REF_AREA")], [], values(*mappings)), data)
    return found["REF_AREA"].to_list() if found.height else []


OF_FOUR = """
FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE
A KG _T 2020 1
A KGZ _T 2021 2
A TJ-KG _T 2022 3
A UZ _T 2023 4
"""


def test_components_are_copied_filtered_and_fixed() -> None:
    found = mapped(
        data_map(ALL, [TOTALS, fixed("OBS_STATUS", "E")]),
        """
        FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE
        A KG _T 2020 12.50
        A KG F 2020 6
        A TJ _T 2021 ~
        """,
    )
    assert rows(found) == [
        "obs FREQ=A REF_AREA=KG TIME_PERIOD=2020 OBS_VALUE=12.50 OBS_STATUS=E",
        "obs FREQ=A REF_AREA=TJ TIME_PERIOD=2021 OBS_VALUE=~ OBS_STATUS=E",
    ]


def test_what_the_map_does_not_declare_is_not_mapped() -> None:
    found = mapped(data_map(ALL, [TOTALS]), "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\nA KG _T 2020 1 A")
    assert rows(found) == ["obs FREQ=A REF_AREA=KG TIME_PERIOD=2020 OBS_VALUE=1"]


def test_plain_values_come_before_patterns_and_the_first_rule_counts() -> None:
    rules = (rule(pattern("[A-Z]+"), "ANY"), rule("KG", "PLAIN"), rule("KG", "LATER"), rule(pattern(".*"), "REST"))
    assert areas(*rules, data=OF_FOUR) == ["PLAIN", "ANY", "REST", "ANY"]


def test_a_pattern_is_about_the_whole_value_unless_it_says_otherwise() -> None:
    assert areas(rule(pattern("KG"), "X"), data=OF_FOUR) == ["X"]
    assert areas(rule(pattern("^KG"), "X"), data=OF_FOUR) == ["X", "X"]


def test_groups_of_a_pattern_are_named_in_targets() -> None:
    rules = (rule(pattern("([A-Z]{2})(Z?)"), r"\1_\2"), rule(pattern("([A-Z]+)-([A-Z]+)"), r"\2-\1"))
    assert areas(*rules, data=OF_FOUR) == ["KG_", "KG_Z", "KG-TJ", "UZ_"]


def test_a_part_of_the_text_is_compared_with_the_value_or_the_pattern() -> None:
    part = MappedValue(value="KG", start_index=4, end_index=5)
    assert areas(rule(part, "PART"), rule(pattern("(K.)", start_index=1, end_index=2), r"\1"), data=OF_FOUR) == [
        "KG",
        "KG",
        "PART",
    ]


def test_a_rule_counts_in_the_periods_that_begin_while_it_is_valid() -> None:
    rules = (rule("KG", "OLD", valid_to="2020-12-31"), rule("KG", "NEW", valid_from="2021-01-01"))
    data = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nA KG _T 2020 1\nA KG _T 2021 2\nQ KG _T 2020-Q4 3"
    assert areas(*rules, data=data) == ["OLD", "NEW", "OLD"]


def test_several_components_become_several() -> None:
    two = RepresentationMapping(sources=(MappedValue(value="KG"), pattern("([FM])")), targets=("TJ", r"status \1"))
    found = mapped(
        data_map([*KEY, through(("REF_AREA", "SEX"), ("REF_AREA", "OBS_STATUS"))], [], values(two)),
        "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nA KG F 2020 1",
    )
    assert rows(found) == ["obs FREQ=A REF_AREA=TJ TIME_PERIOD=2020 OBS_VALUE=1 OBS_STATUS=status F"]


def test_what_is_no_value_stays_what_it_is() -> None:
    made = data_map([*ALL, through("OBS_STATUS", "OBS_STATUS")], [TOTALS], values(rule("A", "E")))
    found = mapped(
        made,
        """
        FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS
        A KG _T 2020 NaN A
        A KG _T 2021 #N/A ~
        A KG _T 2022 '' -
        """,
    )
    assert found.select("OBS_VALUE", "OBS_STATUS").rows() == [("NaN", "E"), ("#N/A", "~"), ("", None)]


def test_values_that_lead_nowhere_are_counted_and_their_observations_left_out() -> None:
    remarks = Remarks()
    made = data_map(
        [*KEY, through("REF_AREA", "REF_AREA"), *copied("OBS_STATUS")], [TOTALS], values(rule("KG", "KG"), rule("UZ"))
    )
    found = mapped(
        made,
        """
        FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS
        A KG _T 2020 1 A
        A TJ _T 2020 2 A
        A TJ _T 2021 3 A
        A UZ _T 2020 4 A
        A UZ F 2020 4 A
        """,
        remarks=remarks,
    )
    assert found["OBS_VALUE"].to_list() == ["1"]
    assert remarked(remarks) == [("value-not-mapped", "REF_AREA", "TJ", 2), ("value-not-mapped", "REF_AREA", "UZ", 1)]


def test_attributes_find_their_level() -> None:
    """UNIT_MEASURE of the series goes to the observation, OBS_STATUS to the series, COVERAGE of an area to the data set."""
    made = data_map(
        [
            *ALL,
            ComponentMap(sources=("UNIT_MEASURE",), targets=("OBS_STATUS",)),
            ComponentMap(sources=("OBS_STATUS",), targets=("TITLE",)),
            ComponentMap(sources=("COVERAGE",), targets=("CONTACT",)),
        ],
        [TOTALS],
    )
    found = mapped(
        made,
        """
        :level FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS UNIT_MEASURE COVERAGE
        partial - KG - - - - - all
        series A KG _T - - - PS -
        obs A KG _T 2020 1 A - -
        obs A KG _T 2021 2 A - -
        """,
    )
    assert rows(found) == [
        "series FREQ=A REF_AREA=KG TITLE=A",
        "dataset CONTACT=all",
        "obs FREQ=A REF_AREA=KG TIME_PERIOD=2020 OBS_VALUE=1 OBS_STATUS=PS",
        "obs FREQ=A REF_AREA=KG TIME_PERIOD=2021 OBS_VALUE=2 OBS_STATUS=PS",
    ]


def test_one_value_counts_where_an_attribute_gets_several() -> None:
    remarks = Remarks()
    made = data_map([*ALL, ComponentMap(sources=("OBS_STATUS",), targets=("TITLE",))], [TOTALS])
    found = mapped(
        made, "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\nA KG _T 2020 1 A\nA KG _T 2021 2 E", remarks=remarks
    )
    assert rows(found)[0] == "series FREQ=A REF_AREA=KG TITLE=A"
    assert remarked(remarks) == [("attribute-contradicted", "TITLE", "E", 1)]


def test_attributes_of_series_without_observations_are_mapped() -> None:
    made = data_map([*ALL, ComponentMap(sources=("UNIT_MEASURE",), targets=("TITLE",))], [TOTALS])
    found = mapped(made, ":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG _T PS\nseries A TJ F PS")
    assert rows(found) == ["series FREQ=A REF_AREA=KG TITLE=PS"]


TWO_ON_ONE = """
FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS
A KG F 2020 12.50 A
A KG M 2020 1.5 A
A KG F 2021 7 E
"""


def test_no_number_comes_out_where_several_fall_on_one_key() -> None:
    remarks = Remarks()
    found = mapped(data_map([*ALL, *copied("OBS_STATUS")]), TWO_ON_ONE, remarks=remarks)
    assert rows(found) == ["obs FREQ=A REF_AREA=KG TIME_PERIOD=2021 OBS_VALUE=7 OBS_STATUS=E"]
    assert remarked(remarks) == [("key-not-unique", "", "A.KG.2020", 2)]


def test_they_are_summed_exactly_and_flagged_where_the_map_says_so() -> None:
    remarks = Remarks()
    flag = Annotation(type="FLAG", id="OBS_STATUS", value="E")
    measure = ComponentMap(sources=("OBS_VALUE",), targets=("OBS_VALUE",), annotations=(SUM, flag))
    made = data_map([*copied("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_STATUS"), measure])
    found = mapped(made, TWO_ON_ONE, remarks=remarks)
    assert rows(found) == [
        "obs FREQ=A REF_AREA=KG TIME_PERIOD=2021 OBS_VALUE=7 OBS_STATUS=E",
        "obs FREQ=A REF_AREA=KG TIME_PERIOD=2020 OBS_VALUE=14.00 OBS_STATUS=E",
    ]
    assert remarked(remarks) == [("values-summed", "", "A.KG.2020", 2)]


@pytest.mark.parametrize("missing", ["~", "NaN", "#N/A", "''", "-", "many"])
def test_a_sum_of_some_parts_is_none(missing: str) -> None:
    remarks = Remarks()
    measure = ComponentMap(sources=("OBS_VALUE",), targets=("OBS_VALUE",), annotations=(SUM,))
    made = data_map([*copied("FREQ", "REF_AREA", "TIME_PERIOD"), measure])
    data = f"FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nA KG F 2020 1\nA KG M 2020 {missing}"
    assert not mapped(made, data, remarks=remarks).height
    assert remarked(remarks) == [("sum-incomplete", "", "A.KG.2020", 2)]


def test_deletions_are_mapped_where_each_key_has_one_source() -> None:
    made = data_map([*ALL, *copied("OBS_STATUS")], [TOTALS, fixed("CONTACT", "x")])
    found = mapped(
        made,
        """
        :level FREQ REF_AREA SEX TIME_PERIOD OBS_STATUS COMMENT_OBS
        delete A KG - - - -
        delete A TJ _T 2020 A -
        delete A TJ F - - -
        delete A UZ _T 2020 - x
        """,
    )
    assert rows(found) == ["delete FREQ=A REF_AREA=KG", "delete FREQ=A REF_AREA=TJ TIME_PERIOD=2020 OBS_STATUS=A"]


def test_deletions_are_told_where_it_has_several() -> None:
    remarks = Remarks()
    assert not mapped(data_map(ALL), ":level FREQ REF_AREA SEX\ndelete A KG F", remarks=remarks).height
    assert remarked(remarks) == [("delete-not-mapped", "", "", 1)]


def times(**maps: object) -> list[str]:
    data = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nM KG _T 17/05/2024 1\nQ KG _T 01/01/2024 2\nA KG _T 31/12/2023 3"
    made = data_map(copied("FREQ", "REF_AREA", "OBS_VALUE"), [TOTALS], **maps)  # type: ignore[arg-type]
    return mapped(made, data)["TIME_PERIOD"].to_list()


def test_dates_become_periods_of_the_frequency() -> None:
    dates = DatePatternMap(
        mapped_components=(("TIME_PERIOD", "TIME_PERIOD"),),
        source_pattern="dd/MM/yyyy",
        locale="en",
        frequency_dimension="FREQ",
    )
    assert times(date_pattern_maps=(dates,)) == ["2024-05", "2024-Q1", "2023"]
    written = FrequencyFormatMapping(frequency_id="A", date_pattern="yyyy'-A1'")
    assert times(date_pattern_maps=(dates,), frequency_format_mappings=(written,)) == ["2024-05", "2024-Q1", "2023-A1"]


@pytest.mark.parametrize(
    ("resolve", "month"), [(None, "2024-01"), ("startOfPeriod", "2024-01"), ("endOfPeriod", "2024-12"), ("midPeriod", "2024-07")]
)  # fmt: skip
def test_a_year_becomes_the_month_that_the_map_resolves_to(resolve: str | None, month: str) -> None:
    years = DatePatternMap(
        mapped_components=(("TIME_PERIOD", "TIME_PERIOD"),),
        source_pattern="yyyy",
        locale="en",
        target_frequency_id="M",
        resolve_period=resolve,  # type: ignore[arg-type]
    )
    made = data_map(copied("FREQ", "REF_AREA", "OBS_VALUE"), [TOTALS], date_pattern_maps=(years,))
    found = mapped(made, "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nM KG _T 2024 1")
    assert found["TIME_PERIOD"].to_list() == [month]


def test_numbers_since_a_moment_become_periods() -> None:
    days = EpochMap(
        mapped_components=(("TIME_PERIOD", "TIME_PERIOD"),),
        base_period="1970-01-01",
        epoch_period="day",
        target_frequency_id="D",
    )
    remarks = Remarks()
    made = data_map(copied("FREQ", "REF_AREA", "OBS_VALUE"), [TOTALS], epoch_maps=(days,))
    data = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nD KG _T 0 1\nD KG _T 19860 2\nD KG _T soon 3"
    assert mapped(made, data, remarks=remarks)["TIME_PERIOD"].to_list() == ["1970-01-01", "2024-05-17"]
    assert remarked(remarks) == [("value-not-mapped", "TIME_PERIOD", "soon", 1)]


@pytest.mark.parametrize(
    ("component_maps", "rules", "message"),
    [
        (ALL[1:], (), "does not say what FREQ of DSM:RICH"),
        ((*ALL, *copied("SEX")), (), "names SEX, which DSM:RICH"),
        ((*ALL, *copied("FREQ")), (), "maps several things to FREQ"),
        ((ComponentMap(sources=("FREQ", "SEX"), targets=("FREQ",)),), (), "without a representation map"),
        (
            (*ALL, through("OBS_STATUS", "OBS_STATUS")),
            (rule(pattern("(?=A)"), "X"),),
            "no regular expression that is run",
        ),
        ((*ALL, through("OBS_STATUS", "OBS_STATUS")), (rule(pattern("(A)"), r"\2"),), "names a group"),
        ((*ALL, through("OBS_STATUS", "OBS_STATUS")), (rule("A", "B", "C"),), "has 1 sources and 2 targets"),
    ],
)
def test_a_map_that_cannot_be_run_is_refused(
    component_maps: tuple[ComponentMap, ...], rules: tuple[RepresentationMapping, ...], message: str
) -> None:
    with pytest.raises(Unsupported, match=message):
        data_map(component_maps, [], values(*rules))


def test_a_pattern_of_dates_that_is_not_read_is_refused() -> None:
    for source_pattern, locale, message in (
        ("QQ yyyy", "en", "“QQ” in the pattern"),
        ("MMM yyyy", "ru", "in English alone"),
    ):
        dates = DatePatternMap(
            mapped_components=(("TIME_PERIOD", "TIME_PERIOD"),),
            source_pattern=source_pattern,
            locale=locale,
            target_frequency_id="M",
        )
        with pytest.raises(Unsupported, match=message):
            data_map(copied("FREQ", "REF_AREA"), [], date_pattern_maps=(dates,))


def test_no_rows_make_none() -> None:
    assert mapped(data_map(ALL, [TOTALS])).equals(pl.DataFrame())
