"""Versions and version expressions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdmx_dsm.errors import VersionError
from sdmx_dsm.model import (
    Codelist,
    Reference,
    Structures,
    parse_version,
    parse_version_expression,
    precedence,
    regular_version,
    select_from,
    select_versions,
)

STORE = "1.0 1.1 0.9.0 1.0.0 1.2.0 1.2.3 1.3.0-draft 2.0.0 2.1.0-draft 2.1.0-rc.1".split()
VALID = (
    "1 1.0 1.2.3 1.2.3-draft 1.0.0-draft.1 + +.0.0 1+.0.0 2.+.0 2.0+.0 2.1.+ 2.1.0+ 2+.3.1 2.3+.1 2.3.1+ "
    "~ ~.0 0~.0 ~.0.0 0~.0.0 1.~ 1.0~ 1.~.0 1.0~.0 1.2.~ 1.2.0~ 1~.2 1~.2.3 1.2~ 1.2~.3 1.2.3~"
).split()
INVALID = (
    "+.2.3 1.+.3 ~.2 ~.2.3 1.~.3 *.2 *.2.3 1.*.3 +.0 2.3+ ~.0.* 3.2*.1+ 3.2+.1+ 01.0 1.2.3.4 1.2+ 0+.1.0 0.1+.0 "
    "v1.0 1.2.3+-draft 1.0.0- 1..0 latest all"
    f" {5000 * '9'} 1.{5000 * '9'}+.0 ١.0"
).split()


@pytest.mark.parametrize("text", [*VALID, *(text.replace("~", "*") for text in VALID if "~" in text)])
def test_expression_of_the_grammar_is_taken(text: str) -> None:
    parse_version_expression(text)


@pytest.mark.parametrize("text", INVALID)
def test_expression_outside_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(VersionError, match="“.*”"):
        parse_version_expression(text)


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("+", "2.0.0"),
        ("~", "2.1.0-rc.1"),
        ("~.0", "1.1"),
        ("~.0.0", "2.1.0-rc.1"),
        ("1.+.0", "1.2.3"),
        ("1.2.+", "1.2.3"),
        ("1.~.0", "1.3.0-draft"),
        ("1.1+.0", "1.2.3"),
        ("1.3+.0", ""),
        ("2.1+.0", ""),
        ("1+.2.4", "2.0.0"),
        ("*", "0.9.0 1.0 1.0.0 1.1 1.2.0 1.2.3 1.3.0-draft 2.0.0 2.1.0-draft 2.1.0-rc.1"),
        ("*.0", "1.0 1.1"),
        ("*.0.0", "0.9.0 1.0.0 1.2.0 1.2.3 1.3.0-draft 2.0.0 2.1.0-draft 2.1.0-rc.1"),
        ("1.*", "1.0 1.1"),
        ("1.*.0", "1.0.0 1.2.0 1.2.3 1.3.0-draft"),
        ("1.2.*", "1.2.0 1.2.3"),
        ("1.2*.0", "1.2.0 1.2.3 1.3.0-draft"),
        ("1*.2.1", "1.2.3 1.3.0-draft 2.0.0 2.1.0-draft 2.1.0-rc.1"),
        ("1.2.1*", "1.2.3"),
        ("1.0,2.0.0", "1.0 2.0.0"),
        ("0.9.0", "0.9.0"),
    ],
)
def test_expression_selects(expression: str, selected: str) -> None:
    found = select_versions(expression.split(","), map(parse_version, STORE))
    assert " ".join(map(str, found)) == selected


def test_drafts_precede_their_release_by_semver() -> None:
    ascending = (
        "1.0.0-draft 1.0.0-draft.1 1.0.0-draft.prerelease 1.0.0-prerelease 1.0.0-prerelease.2 1.0.0-prerelease.11 "
        "1.0.0-rc.1 1.0.0"
    ).split()
    assert sorted(reversed(ascending), key=lambda text: parse_version(text).sort_key) == ascending


def test_numbers_in_an_extension_are_compared_as_numbers_however_long() -> None:
    extensions = ["9", 5000 * "8", "10", "a"]
    found = sorted((parse_version(f"1.0.0-{text}") for text in extensions), key=lambda version: version.sort_key)
    assert [version.extension for version in found] == ["9", "10", 5000 * "8", "a"]


def test_versions_outside_the_grammar_are_found_in_their_own_words_and_among_all() -> None:
    assert select_from(("*",), ["1.0", "1.2.3.4"]) == ["1.2.3.4", "1.0"]
    assert select_from(("1.2.3.4",), ["1.0", "1.2.3.4"]) == ["1.2.3.4"]
    assert select_from(("~",), ["1.0", "1.2.3.4"]) == ["1.0"]


@pytest.mark.parametrize(
    ("reference", "found"), [("1.0+.0", "1.1.0-draft"), ("+", "1.1.0-draft"), ("1.0.0", "1.0.0"), ("2.0+.0", None)]
)
def test_a_draft_sees_other_drafts(reference: str, found: str | None) -> None:
    lists = [Codelist(id="CL", agency="A", version=version) for version in ("1.0.0", "1.1.0-draft")]
    structures = Structures(lists)
    asked = Reference("Codelist", "A", "CL", reference)
    seen = structures.identify(asked, drafts=True)
    assert (seen.version if seen else None) == found
    stable = structures.identify(asked)
    assert (stable.version if stable else None) == ("1.0.0" if found else None)


def test_a_version_outside_the_grammar_counts_as_none() -> None:
    assert sorted(["1.0.0", "0.1", "1.0.0.0", "1.0.0-draft"], key=precedence) == [
        "1.0.0.0",
        "0.1",
        "1.0.0-draft",
        "1.0.0",
    ]
    assert regular_version("1.0.0.0") is None


# --- any expression over any versions, beside the table of REST 2.2 in plain words --------------------------------------

NUMBERS = st.integers(0, 3)
VERSIONS = st.lists(
    st.one_of(
        st.tuples(NUMBERS, NUMBERS).map(lambda n: "{}.{}".format(*n)),
        st.tuples(NUMBERS, NUMBERS, NUMBERS, st.sampled_from(("", "-a", "-rc.1"))).map(
            lambda n: "{}.{}.{}{}".format(*n)
        ),
    ),
    max_size=12,
    unique=True,
)


def in_plain_words(operator: str, place: int, parts: list[int | None], versions: list[str]) -> list[str]:
    """The part at `place` bears the sign and is its least value, or None where only the sign stands there; parts before it are
    fixed, with those behind it they are the least version."""
    least = [part or 0 for part in parts]

    def fits(version: str) -> bool:
        numbers, is_draft = [int(n) for n in version.partition("-")[0].split(".")], "-" in version
        if len(numbers) != len(parts) or numbers[:place] != least[:place]:
            return False
        if operator == "+" and (is_draft or numbers[0] == 0):
            return False
        return numbers >= least

    def rank(version: str) -> tuple[list[int], bool, str]:
        numbers, _, extension = version.partition("-")
        return [int(n) for n in numbers.split(".")], not extension, extension

    found = sorted(filter(fits, versions), key=rank)
    return found if operator == "*" else found[-1:]


@given(
    operator=st.sampled_from("+~*"),
    place=st.integers(0, 2),
    parts=st.lists(NUMBERS, min_size=2, max_size=3),
    bare=st.booleans(),
    versions=VERSIONS,
)
def test_any_expression_selects_what_the_standard_says(
    operator: str, place: int, parts: list[int], bare: bool, versions: list[str]
) -> None:
    place = min(place, len(parts) - 1)
    if bare or (place == 0 and parts[0] == 0):
        parts = [*parts[:place], 0, *(0 for _ in parts[place + 1 :])]
    if operator == "+" and (len(parts) == 2 or (place and parts[0] == 0)):
        return  # refused: see INVALID
    words = list(map(str, parts))
    words[place] = operator if bare else f"{words[place]}{operator}"
    asked: list[int | None] = [None if bare and n == place else part for n, part in enumerate(parts)]
    assert select_from((".".join(words),), versions) == in_plain_words(operator, place, asked, versions)
