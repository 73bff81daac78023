"""Numbers and periods as people type them."""

import pytest

from sdmx_dsm.excel.expressions import matches, normal, pattern_problem, search
from sdmx_dsm.excel.labels import without_signs
from sdmx_dsm.excel.values import number_from_text, period_from_text


@pytest.mark.parametrize(
    "text, decimal, number",
    [
        ("12", ".", "12"), ("1 234.5", ".", "1234.5"), ("1,234,567.50", ".", "1234567.50"), ("1'234", ".", "1234"),
        ("1’234.5", ".", "1234.5"), ("-5", ".", "-5"), ("−5", ".", "-5"), ("+5", ".", "5"), ("0.0", ".", "0.0"),
        ("1 234,5", ",", "1234.5"), ("1\u00a0234\u00a0567", ",", "1234567"), ("1\u202f234,50", ",", "1234.50"),
        ("1.234,5", ",", "1234.5"), ("1.234.567", ",", "1234567"), ("12  345", ",", "12345"),
        # not numbers, or others if read so
        ("1,5", ".", None), ("1,23", ".", None), ("1234,567", ".", None), ("1.5", ",", None), ("1.234.5", ",", None), ("12 34", ".", None),
        ("12o", ".", None), ("1 234 ед.", ".", None), ("", ".", None), ("-", ".", None), ("1e3", ".", None), ("١٢", ".", None),
        ("1,234.5.6", ".", None), (".5", ".", None), ("5.", ".", None), ("--5", ".", None), ("(5)", ".", None),
    ],
)  # fmt: skip
def test_a_number_is_read_or_left(text: str, decimal: str, number: str | None) -> None:
    assert number_from_text(text, decimal) == number


@pytest.mark.parametrize(
    "text, period",
    [
        ("2005", "2005"), ("2005 г.", "2005"), ("2005г.", "2005"), ("2005 год", "2005"), ("in 2005", "2005"), ("за 2005 год", "2005"),
        ("I квартал 2023", "2023-Q1"), ("2023 год IV квартал", "2023-Q4"), ("1 кв. 2006", "2006-Q1"), ("3-й квартал 2006 г.", "2006-Q3"),
        ("Q1 2023", "2023-Q1"), ("2023 Q4", "2023-Q4"), ("2nd quarter of 2023", "2023-Q2"), ("second quarter 2023", "2023-Q2"),
        ("ІІ кв. 2020", "2020-Q2"), ("2022 год I полугодие", "2022-S1"), ("H2 2022", "2022-S2"), ("second half 2022", "2022-S2"),
        ("январь 2022", "2022-01"), ("Декабря 2022 г.", "2022-12"), ("2022 май", "2022-05"), ("янв. 2022", "2022-01"), ("Sept 2022", "2022-09"),
        ("March 2022", "2022-03"), ("2022-Q3", "2022-Q3"), ("2022-05", "2022-05"), ("2022-W05", "2022-W05"),
        # not understood, or more than one period
        ("Q5 2023", None), ("V квартал 2023", None), ("3 полугодие 2023", None), ("январь", None), ("квартал 2023", None), ("", None),
        ("2021 и 2022", None), ("2021-2022 гг.", None), ("янв.-март 2022", None), ("на 1 января 2022 г.", None), ("2022 всего", None),
        ("13.2022", None), ("12022", None), ("Q1 Q2 2022", None),
    ],
)  # fmt: skip
def test_a_period_is_read_only_when_every_word_is_understood(text: str, period: str | None) -> None:
    assert period_from_text(text) == period


@pytest.mark.parametrize(
    "frequency, period",
    [("A", "2023"), ("S", "2023-S2"), ("Q", "2023-Q3"), ("M", "2023-08"), ("D", "2023-08-15"), ("", "2023-08-15")],
)
def test_a_date_becomes_the_period_of_the_frequency(frequency: str, period: str) -> None:
    assert period_from_text("2023-08-15", frequency) == period


@pytest.mark.parametrize(
    "one, other",
    [
        ("Côte d’Ivoire", "CÔTE D'IVOIRE"), ("Семён", "семен"), ("0–17", "0 - 17"), ("железно-\nдорожный", "Железнодорожный"),
        ("Viet  Nam", "VIET\u00a0NAM"), ("«Прочие»", '"прочие"'), ("Guinea-Bissau", "Guinea Bissau"), ("a\u00adb", "ab"),
    ],
)  # fmt: skip
def test_labels_that_people_take_for_the_same_are_the_same(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    "one, other", [("1-10", "11-0"), ("Niger", "Nigeria"), ("Guinea", "Guinea-Bissau"), ("..", "...")]
)
def test_labels_that_differ_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize(
    "text, rest, signs",
    [
        ("412 *(1)", "412", ("*", "(1)")), ("412(1) *", "412", ("(1)", "*")), ("2023*", "2023", ("*",)), ("12e", "12", ("e",)),
        ("France", "France", ()), ("France e", "France", ("e",)), ("411", "411", ()), ("France1", "France", ("1",)), ("1.1", "1.1", ()),
        ("*", "*", ()), ("**", "*", ("*",)),
    ],
)  # fmt: skip
def test_footnote_signs_are_taken_off_the_end(text: str, rest: str, signs: tuple[str, ...]) -> None:
    assert without_signs(text, ("(1)", "*", "e", "1")) == (rest, signs)


def test_expressions_are_texts_or_patterns() -> None:
    assert matches("Notes", ["NOTES ", "Notes 2", "/Notes/"]) == [True, False, False]
    assert matches("/^Notes/", ["Notes 2", "notes"]) == [True, False]
    assert matches("/", ["/", "a"]) == [True, False]


def test_a_search_gives_groups_or_all_of_the_match() -> None:
    assert search(r"(\d+)-(x)?", ["a 12-b", "none", "3-x"]) == [("12", ""), None, ("3", "x")]
    assert search("b+", ["abba", "cd"]) == [("bb",), None]


@pytest.mark.parametrize("pattern", ["(", "(?<=a)b", "a{1000}{1000}", "a)(b"])
def test_patterns_that_cannot_be_used_are_told(pattern: str) -> None:
    assert pattern_problem(pattern).startswith(f"“{pattern}” is not a pattern of Rust's regex: ")
