"""Numbers keep their digits; periods and sizes read as people write them."""

import pytest

from sdmx_dsm.web.portal.display import number, period, say, size

BLANK = "\u00a0"


@pytest.mark.parametrize(
    "text, english, russian",
    [
        ("0", "0", "0"),
        ("12.50", "12.50", "12,50"),
        ("1234", "1,234", f"1{BLANK}234"),
        ("1234567.890", "1,234,567.890", f"1{BLANK}234{BLANK}567,890"),
        ("-5", "−5", "−5"),
        ("1e5", "1e5", "1e5"),
        ("about 5", "about 5", "about 5"),
    ],
)
def test_numbers_keep_their_digits(text: str, english: str, russian: str) -> None:
    assert (number(text, "en"), number(text, "ru")) == (english, russian)


@pytest.mark.parametrize(
    "text, english, russian",
    [
        ("2024", "2024", "2024"),
        ("2024-A1", "2024", "2024"),
        ("2024-Q3", "Q3 2024", "3 кв. 2024"),
        ("2024-S1", "H1 2024", "1-е полугодие 2024"),
        ("2024-05", "May 2024", "май 2024"),
        ("2024-M12", "Dec 2024", "дек. 2024"),
        ("2024-13", "2024-13", "2024-13"),
        ("2024-W05", "2024-W05", "2024-W05"),
    ],
)
def test_periods_read_as_people_write_them(text: str, english: str, russian: str) -> None:
    assert (period(text, "en"), period(text, "ru")) == (english, russian)


def test_text_in_another_language_is_marked() -> None:
    assert say({"en": "Sex", "ru": "Пол"}, "ru") == "Пол"
    assert say({"en": "Sex"}, "ru") == '<span lang="en">Sex</span>'
    assert say({"kk": "Жынысы"}, "ru") == '<span lang="kk">Жынысы</span>'
    assert say({}, "ru", "SEX") == "SEX"


def test_text_is_escaped() -> None:
    assert say({"en": "<script>"}, "ru") == '<span lang="en">&lt;script&gt;</span>'
    assert say({'e"n': "x"}, "en") == '<span lang="e&#34;n">x</span>'


def test_sizes_are_in_the_largest_unit_that_fits() -> None:
    assert (size(100, "en"), size(512 * 1024 * 1024, "ru")) == (f"100{BLANK}bytes", f"512{BLANK}МБ")
