"""Texts in several languages: which one is the best, and which are wanted."""

import pytest

from sdmx_dsm.model import best_tag, localise, texts_in

TEXT = {"ru": "Годовая", "en-GB": "Annual", "fr": "Annuelle"}


@pytest.mark.parametrize(
    ("languages", "tag"),
    [
        (("fr",), "fr"),
        (("en",), "en-GB"),
        (("fr-CA",), "fr"),
        (("kk", "ru"), "ru"),
        (("kk",), "en-GB"),
        (("*",), "en-GB"),
    ],
)
def test_the_best_text_is_in_the_first_language_there_is_else_in_english(languages: tuple[str, ...], tag: str) -> None:
    assert best_tag(TEXT, languages) == tag
    assert localise(TEXT, languages) == TEXT[tag]


def test_where_nothing_fits_the_first_language_counts() -> None:
    assert localise({"ru": "Годовая", "fr": "Annuelle"}, ("kk",)) == "Годовая"
    assert localise({}, ("en",)) == ""


@pytest.mark.parametrize(
    ("languages", "tags"),
    [(("*",), ["ru", "en-GB", "fr"]), (("en", "FR"), ["en-GB", "fr"]), (("kk",), ["en-GB"])],
)
def test_wanted_languages_are_given_in_their_order_and_the_best_one_instead_of_none(
    languages: tuple[str, ...], tags: list[str]
) -> None:
    assert list(texts_in(TEXT, languages)) == tags
