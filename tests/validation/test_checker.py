"""One finding at a time: what each check says about the smallest batch that deserves it, and that it says nothing else."""

from dataclasses import replace

import polars as pl
import pytest

from sdmx_dsm.batches import with_columns
from sdmx_dsm.model import DataKey, DataKeySet, Schema, TextFormat, TimeRange, ValueSelection
from sdmx_dsm.validation import Checker, good_rows, to_findings
from tests.helpers.schemas import example_structures
from tests.validation.subject import (
    EXAMPLE,
    EXAMPLE_AGREEMENT,
    RICH_SCHEMA,
    SCHEMA,
    check,
    finished,
    found,
    sentences,
    table,
    with_constraint,
    with_format,
)

HEADING = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS\n"
GOOD = HEADING + "A KG F 2020 10 A\nA KG F 2021 0 A\nA TJ _T 2020 NaN M\nQ KG M 2020-Q1 -1.50 E\nM UZ F 2020-05 #N/A M"


def test_good_data_give_no_findings() -> None:
    assert check(GOOD) == []


def test_good_attributes_give_no_findings() -> None:
    checker = Checker(SCHEMA)
    batch = table("""
        :level  FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS UNIT_MEASURE TITLE  COVERAGE REPORTING_YEAR_START_DAY
        dataset -    -        -   -           -         -          -            -      -        --07-01
        partial -    KG       F   -           -         -          -            Women  -        -
        partial -    KG       -   -           -         -          -            -      whole    -
        series  A    KG       F   -           -         -          PS           -      -        -
        obs     A    KG       F   2020        10        A          -            -      -        -
    """)
    assert found(checker.check(batch)) == []
    assert finished(checker) == []


# --- dimensions and codes ---------------------------------------------------------------------------------------------


def test_code_outside_its_codelist() -> None:
    assert check(HEADING + "A KG F 2020 10 A\nA KGZ F 2020 10 A\nA KG F 2021 10 B") == [
        (3, "REF_AREA", "unknown-code"),
        (4, "OBS_STATUS", "unknown-code"),
    ]


def test_dimension_without_value() -> None:
    assert check(HEADING + "A KG - 2020 10 A\nA KG F - 10 A") == [
        (2, "SEX", "missing-dimension"),
        (3, "TIME_PERIOD", "missing-dimension"),
    ]


def test_dimension_without_column_is_one_finding() -> None:
    assert check("FREQ REF_AREA TIME_PERIOD OBS_VALUE OBS_STATUS\nA KG 2020 10 A\nA KG 2021 10 A") == [
        (None, "SEX", "missing-dimension")
    ]


def test_row_of_a_group_needs_the_dimensions_of_its_attributes() -> None:
    rows = ":level FREQ REF_AREA SEX TIME_PERIOD TITLE COVERAGE\npartial - KG - - Women -\npartial - KG - - - whole"
    assert check(rows) == [(2, "SEX", "missing-dimension")]


def test_value_that_is_given_and_empty() -> None:
    assert check(HEADING + "A KG '' 2020 '' A\nA KG F '' 10 A") == [
        (2, "SEX", "empty-value"),
        (2, "OBS_VALUE", "empty-value"),
        (3, "TIME_PERIOD", "empty-value"),
    ]


def test_component_that_the_structure_does_not_have() -> None:
    assert check("FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATU\nA KG F 2020 10 P\nA KG F 2021 - P") == [
        (None, "OBS_STATU", "unknown-component"),
        (2, "OBS_STATUS", "attribute-missing"),
        (3, "", "no-value"),
    ]


def test_unknown_column_without_any_value_is_nothing() -> None:
    assert check("FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS NOTE\nA KG F 2020 10 A -") == []


def test_dimension_switched_off_is_no_code_of_an_observation() -> None:
    assert check(HEADING + "A ~ F 2020 10 A") == [(2, "REF_AREA", "unknown-code")]
    assert check(":level FREQ REF_AREA SEX TITLE\npartial ~ KG F Women") == []


# --- periods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["202", "2020-13", "2020-Q5", "2020-Q1-1", "I", "01.01.2020", "2021-02-29", "٢٠٢٠"])
def test_text_that_is_no_period(period: str) -> None:
    assert check(f"{HEADING}A KG F {period} 10 A") == [(2, "TIME_PERIOD", "not-a-period")]


@pytest.mark.parametrize(
    "frequency, period", [("A", "2020-Q1"), ("Q", "2020"), ("M", "2020-05-17"), ("Q", "2020-05"), ("A", "2020-01")]
)
def test_period_of_another_frequency(frequency: str, period: str) -> None:
    assert check(f"{HEADING}{frequency} KG F {period} 10 A") == [(2, "TIME_PERIOD", "period-frequency-mismatch")]


@pytest.mark.parametrize("frequency, period", [("A", "2020-A1"), ("M", "2020-M05"), ("Q", "2020-01-01/P3M")])
def test_period_in_another_form_of_its_frequency(frequency: str, period: str) -> None:
    assert check(f"{HEADING}{frequency} KG F {period} 10 A") == []


def test_period_of_a_kind_that_the_time_dimension_does_not_take() -> None:
    schema = with_format("TIME_PERIOD", TextFormat(text_type="GregorianTimePeriod"))
    assert check(HEADING + "A KG F 2020 1 A\nQ KG F 2020-Q1 1 A", schema) == [(3, "TIME_PERIOD", "wrong-type")]


def test_period_before_and_after_what_the_structure_takes() -> None:
    schema = with_format("TIME_PERIOD", TextFormat(start_time="2000", end_time="2020-06"))
    assert check(HEADING + "A KG F 1999 1 A\nA KG F 2000 1 A\nA KG F 2020 1 A", schema) == [
        (2, "TIME_PERIOD", "below-minimum"),
        (4, "TIME_PERIOD", "above-maximum"),
    ]


# --- types and facets -------------------------------------------------------------------------------------------------

TYPES = [
    ("Decimal", ["12.50", "-3", "+0.1", ".5", "5.", "NaN", "#N/A"], ["1e5", "1,5", "12o", "1.2.3", "INF", "--1", "٣", "５"]),
    ("Double", ["1e5", "-1.5E-3", "INF", "NaN"], ["1e", "abc", "0x10"]),
    ("Integer", ["12", "-3", "2147483647"], ["12.0", "1e5", "x", "١٢"]),
    ("Count", ["0", "12"], ["1.5"]),
    ("BigInteger", ["170141183460469231731687303715884105727", "-1"], ["1.0"]),
    ("Boolean", ["true", "false", "1", "0"], ["yes", "TRUE", "2"]),
    ("DateTime", ["2020-01-01T12:00:00", "2020-01-01T12:00:00Z"], ["2020-01-01"]),
    ("GregorianYear", ["2020"], ["2020-01"]),
    ("MonthDay", ["--02-29", "--07-01"], ["--02-30", "--13-01", "07-01", "--0١-01"]),
    ("Month", ["--05"], ["--13", "05"]),
    ("Day", ["---31"], ["---32"]),
    ("Time", ["13:45:00", "24:00:00"], ["25:00:00", "13:45"]),
    ("Duration", ["P1Y", "P1Y6M", "PT1H30M", "P1DT0.5S"], ["P", "1Y", "P1YT", "PT"]),
    ("URI", ["https://example.org/a?b=c#d", "urn:x"], ["a<b"]),
    ("Alpha", ["abc"], ["a1"]),
    ("AlphaNumeric", ["a1"], ["a-1"]),
    ("Numeric", ["007"], ["7a"]),
    ("String", ["anything", "1e5"], []),
]  # fmt: skip


def typed(text_type: str, values: list[str]) -> list[tuple[object, str, str]]:
    schema = with_format("COMMENT_OBS", TextFormat(text_type=text_type))
    lines = [f"A KG F {2000 + n} 1 A {value}" for n, value in enumerate(values)]
    return check(f"{HEADING.strip()} COMMENT_OBS\n" + "\n".join(lines), schema)


@pytest.mark.parametrize("text_type, right, wrong", TYPES)
def test_values_of_a_type(text_type: str, right: list[str], wrong: list[str]) -> None:
    assert typed(text_type, right) == []
    codes = [code for _, _, code in typed(text_type, wrong)]
    assert len(codes) == len(wrong)
    assert set(codes) <= {"not-a-number", "wrong-type", "not-a-period"}


FACETS = [
    (TextFormat(text_type="Decimal", min_value="0"), "0 -0 0.0 5", "-0.01", "negative-count"),
    (TextFormat(text_type="Count"), "0 5", "-1", "negative-count"),
    (TextFormat(text_type="Decimal", min_value="1.5"), "1.5 1.50", "1.49", "below-minimum"),
    (TextFormat(text_type="Integer", max_value="100"), "100 -7", "101", "above-maximum"),
    (TextFormat(text_type="Short"), "-32768 32767", "32768", "above-maximum"),
    (TextFormat(text_type="Long"), "9223372036854775807", "9223372036854775808", "above-maximum"),
    (TextFormat(text_type="Long"), "-5 00012", "1" + 40 * "0", "above-maximum"),
    (TextFormat(text_type="Long"), "5", "-1" + 40 * "0", "below-minimum"),
    (TextFormat(text_type="ExclusiveValueRange", min_value="0"), "0.1", "0", "below-minimum"),
    (TextFormat(text_type="Decimal", decimals=1), "1 1.5 1.50", "1.25", "too-many-decimals"),
    (TextFormat(max_length=3), "abc где", "abcd", "too-long"),
    (TextFormat(min_length=3), "abc где", "ab", "too-short"),
    (TextFormat(pattern=r"[A-Z]{2}\d+"), "AB1", "AB1x", "pattern-mismatch"),
    (TextFormat(pattern=r"[a-z-[aeiou]]+"), "xyz", "xaz", "pattern-mismatch"),
]


@pytest.mark.parametrize("text_format, right, wrong, code", FACETS)
def test_value_that_breaks_a_facet(text_format: TextFormat, right: str, wrong: str, code: str) -> None:
    schema = with_format("COMMENT_OBS", text_format)
    lines = [f"A KG F {2000 + n} 1 A {value}" for n, value in enumerate((wrong, *right.split()))]
    assert check(f"{HEADING.strip()} COMMENT_OBS\n" + "\n".join(lines), schema) == [(2, "COMMENT_OBS", code)]


def test_pattern_that_is_not_understood_is_said_and_not_applied() -> None:
    schema = with_format("COMMENT_OBS", TextFormat(pattern="(?=look)ahead"))
    checker = Checker(schema)
    assert found(checker.check(table(HEADING + "A KG F 2020 1 A"))) == []
    assert (None, "COMMENT_OBS", "pattern-unusable") in finished(checker)


def test_signs_that_nobody_sees_are_named() -> None:
    """“KG” is not a code, said the report, and the nearest code was KG."""
    batch = table(HEADING + "A XX F 2020 1 A").with_columns(REF_AREA=pl.lit("K\u202eG\u200b"))
    findings = Checker(SCHEMA).check(batch)
    assert [finding.value for finding in to_findings(findings)] == ["K[U+202E]G[U+200B]"]
    assert good_rows(batch, findings).height == 0


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "\ufffd", "\x1f"])
def test_character_that_cannot_be_kept(text: str) -> None:
    batch = table(HEADING + "A KG F 2020 1 A\nA KG F 2021 1 A").with_columns(
        COMMENT_OBS=pl.Series(["tab\tand\nline", text])
    )
    assert found(Checker(SCHEMA).check(batch)) == [(3, "COMMENT_OBS", "forbidden-character")]


def test_elements_of_an_array_are_judged_singly() -> None:
    schema = replace(
        RICH_SCHEMA,
        components=tuple(
            replace(c, codelist=SCHEMA.by_id["OBS_STATUS"].codelist) if c.id == "METHOD" else c
            for c in RICH_SCHEMA.components
        ),
    )
    rows = 'FREQ REF_AREA TIME_PERIOD OBS_VALUE METHOD\nA KG 2020 1 ["A","E"]\nA KG 2021 1 ["A","X","Y"]\nA KG 2022 1 Z'
    findings = Checker(schema).check(table(rows))
    assert found(findings) == [
        (3, "METHOD", "unknown-code"),
        (3, "METHOD", "unknown-code"),
        (4, "METHOD", "unknown-code"),
    ]
    assert findings["value"].to_list() == ["X", "Y", "Z"]


def test_each_text_of_a_multilingual_value_is_measured() -> None:
    schema = replace(
        RICH_SCHEMA,
        components=tuple(
            replace(c, text_format=TextFormat(max_length=5, is_multilingual=True)) if c.id == "TITLE" else c
            for c in RICH_SCHEMA.components
        ),
    )
    rows = (
        ':level FREQ REF_AREA TITLE\nseries A KG {"en":"short","ru":"текст"}\nseries A TJ {"en":"short","ru":"длинный"}'
    )
    assert check(rows, schema) == [(3, "TITLE", "too-long")]


# --- observations -----------------------------------------------------------------------------------------------------


def test_observation_given_twice() -> None:
    rows = HEADING + "A KG F 2020 10 A\nA KG M 2020 10 A\nA KG F 2020 10 A\nA KG F 2020 11 A"
    assert check(rows) == [(4, "", "duplicate-observation"), (5, "", "duplicate-observation")]


def test_observation_given_again_in_a_later_batch() -> None:
    checker = Checker(SCHEMA)
    for year in range(2000, 2010):
        assert found(checker.check(table(f"{HEADING}A KG F {year} 10 A"))) == []
    repeated = checker.check(table(HEADING + "A KG F 1999 1 A\nA KG F 2003 1 A"))
    assert found(repeated) == [(3, "", "duplicate-observation")]


def test_of_an_observation_given_with_different_values_none_is_complete() -> None:
    """Which is right is not known. The same values may be given twice: the first is taken."""
    checker = Checker(SCHEMA)
    batches = [
        table(HEADING + "A KG F 2020 10 A\nA KG F 2021 10 A\nA KG M 2020 10 A"),
        table(HEADING + "A KG F 2020 11 A\nA KG F 2021 10 P\nA KG M 2020 10 A\nA KG M 2021 10 A"),
    ]
    good = [good_rows(batch, checker.check(batch)) for batch in batches]
    complete = pl.concat(checker.complete_rows(rows) for rows in good)
    assert complete.select("SEX", "TIME_PERIOD").rows() == [("M", "2020"), ("M", "2021")]


def test_rows_without_a_whole_key_are_no_duplicates() -> None:
    rows = HEADING + "A - F 2020 1 A\nA - F 2020 1 A\nA KG F Q5 1 A\nA KG F Q5 1 A"
    assert "duplicate-observation" not in {code for _, _, code in check(rows)}


def test_row_without_number_and_reason() -> None:
    assert check(HEADING + "A KG F 2020 - -\nA KG F 2021 - M") == [(2, "", "no-value")]


def test_mandatory_measure_and_attribute() -> None:
    schema = replace(
        SCHEMA,
        components=tuple(replace(c, mandatory=True) if c.id == "OBS_VALUE" else c for c in SCHEMA.components),
    )
    assert check(HEADING + "A KG F 2020 - A\nA KG F 2021 1 -", schema) == [
        (2, "OBS_VALUE", "measure-missing"),
        (3, "OBS_STATUS", "attribute-missing"),
    ]


def test_merge_may_leave_everything_out() -> None:
    rows = "FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE\nA KG F 2020 1"
    checker = Checker(SCHEMA, action="Merge")
    assert found(checker.check(table(rows))) == []
    assert finished(checker) == []


def test_delete_pattern_may_leave_dimensions_out_and_name_values() -> None:
    rows = ":level " + HEADING + "delete - KG - - - -\ndelete A KG F 2020 - ?\ndelete - XX - - - -\ndelete - - - 20 - -"
    assert check(rows) == [(4, "REF_AREA", "unknown-code"), (5, "TIME_PERIOD", "not-a-period")]


# --- attributes of series, groups, data set -----------------------------------------------------------------------------


def test_attribute_that_differs_within_its_series_group_and_data_set() -> None:
    rows = """
        :level  FREQ REF_AREA SEX UNIT_MEASURE TITLE SOURCE_NOTE
        series  A    KG       F   PS           -     -
        series  A    KG       M   PC           -     -
        series  A    KG       F   PC           -     -
        series  A    KG       F   PS           -     -
        partial -    KG       F   -            one   -
        partial -    KG       F   -            two   -
        dataset -    -        -   -            -     one
        dataset -    -        -   -            -     two
    """
    assert check(rows) == [
        (4, "UNIT_MEASURE", "attribute-differs"),
        (7, "TITLE", "attribute-differs"),
        (9, "SOURCE_NOTE", "attribute-differs"),
    ]


def test_default_contradicts_nothing() -> None:
    rows = """
        :level FREQ REF_AREA SEX TIME_PERIOD OBS_VALUE OBS_STATUS UNIT_MEASURE
        series A    KG       F   -           -         -          PS
        obs    A    KG       F   2020        1         A          -
        series A    KG       F   -           -         -          PC
    """
    batch = table(rows).with_columns(pl.Series(":default", [None, None, True]))
    assert found(Checker(SCHEMA).check(batch)) == []


def test_default_is_checked_and_completes_its_series() -> None:
    checker = Checker(SCHEMA)
    checker.check(table(HEADING + "A KG F 2020 1 A\nA KG M 2020 1 A"))
    defaults = table(":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG F PS\nseries A KG M ZZ")
    defaults = defaults.with_columns(pl.lit(True).alias(":default"))
    findings = checker.check(defaults)
    assert found(findings) == [(3, "UNIT_MEASURE", "unknown-code")]
    assert good_rows(defaults, findings)["SEX"].to_list() == ["F"]
    assert finished(checker) == []


def test_wrong_dimension_of_a_series_is_told_once_at_its_observations() -> None:
    checker = Checker(SCHEMA)
    attributes = table(":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A XX F PS\nseries A YY F PS\nseries A YY M PS")
    findings = checker.check(attributes)
    assert [code for _, _, code in found(findings)] == ["", "", ""]
    assert good_rows(attributes, findings).height == 0
    assert found(checker.check(table(HEADING + "A XX F 2020 1 A"))) == [(2, "REF_AREA", "unknown-code")]
    assert finished(checker) == [(3, "REF_AREA", "unknown-code")]


def test_series_without_its_mandatory_attribute_is_told_at_the_end() -> None:
    checker = Checker(SCHEMA)
    checker.check(table(HEADING + "A KG F 2020 10 A\nA KG F 2021 10 A\nA KG M 2020 10 A"))
    checker.check(with_columns(table(":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG M PS"), ("TIME_PERIOD",)))
    (last,) = checker.finish()
    assert found(last) == [(None, "UNIT_MEASURE", "attribute-missing")]
    assert '"key":"A.KG.F"' in last["arguments"][0]


def test_series_are_counted() -> None:
    checker = Checker(SCHEMA)
    checker.check(table(GOOD))
    assert (checker.observations, checker.series) == (5, 4)


# --- the whole --------------------------------------------------------------------------------------------------------


def test_no_rows_at_all() -> None:
    assert finished(Checker(SCHEMA)) == [(None, "", "empty-submission")]


def test_attributes_alone_are_mentioned() -> None:
    checker = Checker(SCHEMA)
    checker.check(table(":level FREQ REF_AREA SEX UNIT_MEASURE\nseries A KG F PS"))
    assert finished(checker) == [(None, "", "no-observations")]


def test_data_under_no_agreement_where_one_is_required() -> None:
    structures = example_structures()
    for reference, expected in ((EXAMPLE, [(None, "", "agreement-required")]), (EXAMPLE_AGREEMENT, [])):
        checker = Checker(structures.schema(reference), action="Merge", agreement_required=True)
        checker.check(table(GOOD))
        assert finished(checker) == expected


# --- constraints ------------------------------------------------------------------------------------------------------

ONLY_KG = ValueSelection(id="REF_AREA", values=("KG",))


@pytest.mark.parametrize("attached_to, code", [(EXAMPLE, "code-not-allowed"), (EXAMPLE_AGREEMENT, "outside-agreement")])
def test_code_that_a_constraint_forbids(attached_to: object, code: str) -> None:
    schema = with_constraint(ONLY_KG, attached_to=attached_to)  # type: ignore[arg-type]
    assert check(HEADING + "A KG F 2020 1 A\nA TJ F 2020 1 A\nA XX F 2020 1 A", schema) == [
        (3, "REF_AREA", code),
        (4, "REF_AREA", "unknown-code"),
    ]


def test_constraint_that_excludes() -> None:
    schema = with_constraint(ONLY_KG, include=False)
    assert check(HEADING + "A KG F 2020 1 A\nA TJ F 2020 1 A", schema) == [(2, "REF_AREA", "code-not-allowed")]


def test_constraint_of_a_text() -> None:
    for include, expected in ((True, 3), (False, 2)):
        schema = with_constraint(ValueSelection(id="COMMENT_OBS", values=("a%", "b b"), include=include))
        rows = f"{HEADING.strip()} COMMENT_OBS\nA KG F 2020 1 A abc\nA KG F 2021 1 A xa"
        assert check(rows, schema) == [(expected, "COMMENT_OBS", "code-not-allowed")]


PERIODS = HEADING + "A KG F 1999 1 A\nA KG F 2000 1 A\nA KG F 2009 1 A\nA KG F 2010 1 A"


@pytest.mark.parametrize(
    "limits, include, lines",
    [
        (TimeRange(start="2000", end="2009"), True, [2, 5]),
        (TimeRange(start="2000", start_inclusive=False), True, [2, 3]),
        (TimeRange(end="2009", end_inclusive=False), True, [4, 5]),
        (TimeRange(start="2000-06", end="2009-06"), True, [2, 3, 4, 5]),
        (TimeRange(start="2000", end="2009"), False, [3, 4]),
    ],
)
def test_period_that_a_constraint_forbids(limits: TimeRange, include: bool, lines: list[int]) -> None:
    schema = with_constraint(ValueSelection(id="TIME_PERIOD", time_range=limits, include=include))
    assert check(PERIODS, schema) == [(line, "TIME_PERIOD", "period-not-allowed") for line in lines]


def key_set(*keys: dict[str, str], is_included: bool = True) -> DataKeySet:
    return DataKeySet(is_included=is_included, keys=tuple(DataKey(values=tuple(key.items())) for key in keys))


@pytest.mark.parametrize(
    "key_sets, lines",
    [
        ((key_set({"REF_AREA": "KG", "SEX": "F"}, {"REF_AREA": "TJ"}),), [3]),
        ((key_set({"REF_AREA": "KG", "SEX": "F"}, is_included=False),), [2]),
        ((key_set({"REF_AREA": "%"}), key_set({"SEX": "M", "REF_AREA": "TJ"}, is_included=False)), [5]),
    ],
)
def test_key_that_a_constraint_forbids(key_sets: tuple[DataKeySet, ...], lines: list[int]) -> None:
    schema = with_constraint(key_sets=key_sets)
    rows = HEADING + "A KG F 2020 1 A\nA KG M 2020 1 A\nA TJ F 2020 1 A\nA TJ M 2020 1 A"
    assert check(rows, schema) == [(line, "", "key-not-allowed") for line in lines]


DATED = HEADING + "A KG F 2009 1 A\nA KG F 2012 1 A\nA TJ F 2009 1 A\nA TJ F 2012 1 A"
UNTIL_2010 = (("2000", "2010-06"), (None, None))


@pytest.mark.parametrize(
    "selection, include, lines",
    [
        # Kyrgyzstan until June 2010, Tajikistan always
        (ValueSelection(id="REF_AREA", values=("KG", "TJ"), validities=UNTIL_2010), True, [3]),
        (ValueSelection(id="REF_AREA", values=("KG", "TJ"), validities=UNTIL_2010), False, [2, 4, 5]),
        (ValueSelection(id="REF_AREA", values=("K%",), validities=(("2010", None),)), False, [3]),
        # the whole selection from 2010 on: before, all areas may be reported
        (ValueSelection(id="REF_AREA", values=("KG",), valid_from="2010"), True, [5]),
        (ValueSelection(id="REF_AREA", values=("KG",), valid_from="2010"), False, [3]),
        (ValueSelection(id="REF_AREA", values=("KG",), valid_from="never"), True, [4, 5]),
    ],
)
def test_value_that_a_constraint_allows_for_a_time(selection: ValueSelection, include: bool, lines: list[int]) -> None:
    schema = with_constraint(selection, include=include)
    assert check(DATED, schema) == [(line, "REF_AREA", "code-not-allowed") for line in lines]


def test_time_that_a_value_is_allowed_for_is_told() -> None:
    schema = with_constraint(ValueSelection(id="REF_AREA", values=("KG",), validities=(("2000", "2010"),)))
    ((sentence, _), *_) = sentences(HEADING + "A KG F 2012 1 A", schema)
    assert sentence == (
        "“KG” is not allowed for Ref area (REF_AREA) in this dataflow outside 2000 – 2010: Kyrgyzstan only."
    )


def test_range_of_time_is_limited_as_long_as_it_is_valid() -> None:
    limits = TimeRange(start="2015", valid_from="2010")
    schema = with_constraint(ValueSelection(id="TIME_PERIOD", time_range=limits))
    assert check(DATED, schema) == [(line, "TIME_PERIOD", "period-not-allowed") for line in (3, 5)]


@pytest.mark.parametrize("is_included, lines", [(True, [3, 4, 5]), (False, [2])])
def test_key_is_allowed_for_a_time(is_included: bool, lines: list[int]) -> None:
    key = DataKey(values=(("REF_AREA", "KG"),), valid_to="2010")
    schema = with_constraint(key_sets=(DataKeySet(is_included=is_included, keys=(key,)),))
    assert check(DATED, schema) == [(line, "", "key-not-allowed") for line in lines]


def test_dimension_of_a_key_may_have_either_of_several_values() -> None:
    key = DataKey(values=(("SEX", "F"), ("REF_AREA", "KG"), ("REF_AREA", "TJ")))
    rows = HEADING + "A KG F 2020 1 A\nA TJ F 2020 1 A\nA TJ M 2020 1 A"
    assert check(rows, with_constraint(key_sets=(DataKeySet(keys=(key,)),))) == [(4, "", "key-not-allowed")]


def test_combination_that_a_constraint_rules_out() -> None:
    """Each of its values was ruled out alone."""
    selections = (
        ValueSelection(id="REF_AREA", values=("KG",)),
        ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2010")),
    )
    assert check(DATED, with_constraint(*selections, include=False)) == [(3, "", "key-not-allowed")]


@pytest.mark.parametrize(
    "selections, include, key_sets, parts",
    [
        (
            (ValueSelection(id="COMMENT_OBS", values=("a",), languages=("en",)),),
            True,
            (),
            [("COMMENT_OBS", "the language of values")],
        ),
        (
            (ValueSelection(id="REF_AREA", values=("KG",), remove_prefix=True),),
            True,
            (),
            [("REF_AREA", "values that it names without the prefix of a codelist")],
        ),
        (
            (
                ValueSelection(id="REF_AREA", values=("KG",), valid_from="2010"),
                ValueSelection(id="SEX", values=("F",)),
            ),
            False,
            (),
            [("", "a combination that it rules out")],
        ),
        (
            (),
            True,
            (
                DataKeySet(
                    is_included=False,
                    keys=(DataKey(values=(("SEX", "F"),), components=(ValueSelection(id="OBS_STATUS"),)),),
                ),
            ),
            [("", "attributes and measures that its keys name")],
        ),
        (
            (),
            True,
            (DataKeySet(keys=(DataKey(values=(("REF_AREA", "KG"),), remove_prefix=("REF_AREA",)),)),),
            [("", "values that it names without the prefix of a codelist")],
        ),
    ],
)
def test_what_of_a_constraint_is_not_checked_is_told(
    selections: tuple[ValueSelection, ...],
    include: bool,
    key_sets: tuple[DataKeySet, ...],
    parts: list[tuple[str, str]],
) -> None:
    checker = Checker(with_constraint(*selections, include=include, key_sets=key_sets))
    assert found(checker.check(table(DATED))) == []
    told = [finding for findings in checker.finish() for finding in to_findings(findings)]
    assert [
        (each.component, each.arguments["part:en"]) for each in told if each.code == "constraint-unchecked"
    ] == parts


# --- places -----------------------------------------------------------------------------------------------------------

WORKBOOK = """
    :sheet :cell :cell:SEX :cell:REF_AREA FREQ REF_AREA SEX  TIME_PERIOD OBS_VALUE OBS_STATUS
    Data   B3    B2        A3             A    KG       Boys 2020        1         A
    Data   C3    C2        A3             A    KG       F    2020        x         A
    Data   B4    B2        A4             A    TJ       Boys 2020        1         A
    Data   C4    C2        -              A    XX       F    2020        1         A
"""


def test_wrong_header_of_a_workbook_is_one_finding_at_the_header() -> None:
    assert check(WORKBOOK) == [
        ("Data!B2", "SEX", "unknown-code"),
        ("Data!C3", "OBS_VALUE", "not-a-number"),
        ("Data!C4", "REF_AREA", "unknown-code"),
    ]


def test_error_of_a_workbook_cell_is_no_number() -> None:
    rows = HEADING + "A KG F 2020 #REF! A\nA KG F 2021 #DIV/0! A\nA KG F 2022 #N/A M\nA KG F 2023 # A"
    assert check(rows) == [
        (2, "OBS_VALUE", "error-cell"),
        (3, "OBS_VALUE", "error-cell"),
        (5, "OBS_VALUE", "not-a-number"),
    ]


def test_findings_are_in_the_order_of_the_rows() -> None:
    rows = HEADING + "A KG F 2020 x A\nA XX F 2020 y A\nA KG F 2020x 1 A"
    assert check(rows) == [
        (2, "OBS_VALUE", "not-a-number"),
        (3, "REF_AREA", "unknown-code"),
        (3, "OBS_VALUE", "not-a-number"),
        (4, "TIME_PERIOD", "not-a-period"),
    ]


@pytest.mark.parametrize("schema", [SCHEMA, RICH_SCHEMA])
def test_batch_without_rows_is_nothing(schema: Schema) -> None:
    assert Checker(schema).check(pl.DataFrame(schema={":level": pl.String})).height == 0
