"""Patterns of text formats in the languages of schemas: what they let through stays the same, and none breaks a schema."""

import re

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sdmx_dsm.formats.markup import quote
from sdmx_dsm.formats.patterns import any_of, translated, years_between


def xsd_of(pattern: str) -> etree.XMLSchema:
    """Of an element `v` that the pattern restricts."""
    return etree.XMLSchema(
        etree.fromstring(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="v"><xs:simpleType>'
            f'<xs:restriction base="xs:string"><xs:pattern value={quote(pattern)}/></xs:restriction>'
            "</xs:simpleType></xs:element></xs:schema>"
        )
    )


def lets_through(pattern: str, value: str) -> tuple[bool, bool]:
    """By XML Schema and by JSON schema."""
    xsd, ecma = translated(pattern, "xsd"), translated(pattern, "ecma")
    assert None not in (xsd, ecma)
    element = etree.Element("v")
    element.text = value
    rules = {"$schema": "https://json-schema.org/draft/2019-09/schema", "pattern": f"^(?:{ecma})$"}
    return xsd_of(xsd).validate(element), jsonschema_rs.Draft201909Validator(rules).is_valid(value)


@pytest.mark.parametrize("pattern, right, wrong", [
    ("[A-Z]{2}", "KG", "KGZ"),
    ("^[A-Z]{2}$", "KG", "KG1"),
    ("^a$|^b$", "b", "c"),
    (r"\d{3}-\d{2,}", "123-45", "123-4"),
    (r"(?:ab)+?c", "ababc", "abac"),
    (r"\w+\s\w+", "Бишкек шаары", "Бишкек"),
    (r"\S+", "a-б", "a b"),
    (r"\p{Lu}.*", "Ўзбекистон", "ўзбекистон"),
    (r"[\w.\-]+@\$\/x", "a.b-c@$/x", "a@b"),
    (r"[^\]a\u0431-\u0433]", "д", "в"),
    ("a{b}", "a{b}", "ab"),
    ("[-a]", "-", "b"),
    ("[a-]", "-", "b"),
    ("2020-(Q[1-4]|M(0[1-9]|1[0-2]))", "2020-M12", "2020-M13"),
    ("", "", "a"),
])  # fmt: skip
def test_both_languages_let_the_same_through(pattern, right, wrong):
    assert lets_through(pattern, right) == (True, True)
    assert lets_through(pattern, wrong) == (False, False)


@pytest.mark.parametrize("pattern", [
    "(?=a)b", "(?i)a", r"(a)\1", r"\bword\b", "a++", "a**", "*a", "(", ")", "[", "[]", "[z-a]", "a{3,2}", "a^b", "a$b",
    r"\p{IsCyrillic}", r"\p{Xx}", "(" * 40 + ")" * 40, "((a{1,100}){1,100}){1,100}", "a{99999}", "\\", r"\x00",
])  # fmt: skip
def test_what_xml_schema_cannot_say_is_left_out(pattern):
    assert translated(pattern, "xsd") is None


@pytest.mark.parametrize("pattern", [r"[a-z-[aeiou]]", r"\i\c*"])
def test_what_xml_schema_alone_can_say_stays_there(pattern):
    assert translated(pattern, "xsd") == pattern
    assert translated(pattern, "ecma") is None


@given(st.text(alphabet=r"ab1-^$\.|?*+()[]{},:=<dDwWsSpPL \u0431", max_size=12))
def test_no_pattern_breaks_a_schema(pattern):
    xsd, ecma = translated(pattern, "xsd"), translated(pattern, "ecma")
    if xsd is not None:
        xsd_of(xsd)
    if ecma is not None:
        jsonschema_rs.Draft201909Validator({"pattern": f"^(?:{ecma})$"})


@given(st.text(alphabet="aбZ1.%-^$*/\\[]{}()| ", min_size=1, max_size=8))
def test_a_value_is_its_own_pattern(value):
    assert lets_through(any_of((value,)), value) == (True, True)


def test_a_percent_sign_stands_for_anything():
    assert lets_through(any_of(("A%Z", "B")), "A-Z") == (True, True)
    assert lets_through(any_of(("A%Z", "B")), "A-") == (False, False)


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(1, 9999))
def test_years_between_two_years(first, last, year):
    assert bool(re.fullmatch(years_between(first, last), f"{year:04}")) == (first <= year <= last)


def test_years_of_longer_periods():
    assert years_between(2009, 2021) == "(2009|201[0-9]|2020|2021).*"
    assert lets_through(years_between(2009, 2021), "2021-Q3") == (True, True)
