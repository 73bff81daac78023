"""Every text of the pages is there in every language."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from sdmx_dsm.web import portal
from sdmx_dsm.web.portal.translations import LANGUAGE_NAMES, PLURALS, TEXTS, translate_number

SOURCES = [path for pattern in ("*.py", "*.html") for path in Path(portal.__file__).parent.rglob(pattern)]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_each_text_is_in_all_languages_with_the_same_names(key: str) -> None:
    assert TEXTS[key].keys() == LANGUAGE_NAMES.keys()
    assert all(text.strip() for text in TEXTS[key].values())
    assert len({frozenset(names(text)) for text in TEXTS[key].values()}) == 1


@pytest.mark.parametrize("key", PLURALS)
def test_each_text_with_a_number_has_the_plural_forms_of_its_language(key: str) -> None:
    assert PLURALS[key].keys() == LANGUAGE_NAMES.keys()
    for language, forms in PLURALS[key].items():
        assert forms.keys() == {*Locale.parse(language).plural_form.rules, "other"}


def test_russian_counts_as_russians_do() -> None:
    texts = [translate_number("release.observations", number, "ru") for number in (1, 3, 5, 11, 21, 112)]
    assert texts == ["1 наблюдение", "3 наблюдения", "5 наблюдений", "11 наблюдений", "21 наблюдение", "112 наблюдений"]


def test_the_digits_of_a_count_are_in_groups_as_in_tables() -> None:
    assert translate_number("release.observations", 2175, "en") == "2,175 observations"
    assert translate_number("release.observations", 2175, "ru") == "2\N{NO-BREAK SPACE}175 наблюдений"


def test_all_keys_that_pages_use_exist() -> None:
    used = {
        key
        for path in SOURCES
        for key in re.findall(r'(?:text|counted)\(\s*"([a-z]\w*\.[\w.]+\w)"[,)]', path.read_text("utf-8"))
    }
    assert used - TEXTS.keys() - PLURALS.keys() == set()


def test_no_text_is_left_over() -> None:
    everything = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name != "translations.py")
    computed = ("kind.", "kinds.", "error.", "submission.state.", "report.", "artefact.role.", "artefact.level.")
    assert [key for key in (*TEXTS, *PLURALS) if f'"{key}"' not in everything and not key.startswith(computed)] == []
