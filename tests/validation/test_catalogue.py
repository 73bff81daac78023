"""The catalogue: whole in both languages, in plain sentences, and shown in docs/findings.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdmx_dsm.model import SEVERITIES, Finding, Place
from sdmx_dsm.validation import (
    CATALOGUE,
    LANGUAGES,
    Checker,
    Entry,
    make_finding,
    render,
    render_columns,
    to_findings,
    to_frame,
)
from sdmx_dsm.validation.catalogue import markdown, placeholders
from tests.validation.subject import SCHEMA, sentences, table, with_constraint
from tests.validation.test_checker import EXAMPLE_AGREEMENT, HEADING, ONLY_KG

ROOT = Path(__file__).parents[2]


def codes_made_in(path: Path) -> Iterator[str]:
    """The literal codes that a module makes findings of."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
            yield from (
                keyword.value.value
                for keyword in node.keywords
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant)
            )


def test_every_code_that_is_used_is_in_the_catalogue() -> None:
    used = {(path.name, code) for path in (ROOT / "sdmx_dsm").rglob("*.py") for code in codes_made_in(path)}
    assert {(name, code) for name, code in used if code not in CATALOGUE} == set()


@pytest.mark.parametrize("code, entry", CATALOGUE.items())
def test_entry_is_whole_in_both_languages(code: str, entry: Entry) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert entry.severity in SEVERITIES
    for text in (entry.title, entry.sentence, entry.remedy):
        assert tuple(text) == LANGUAGES
        assert not re.search("[а-яА-Я]", text["en"].replace("З for 3", ""))
        assert re.search("[а-яА-Я]", text["ru"])
    assert placeholders(entry.sentence["en"]) == placeholders(entry.sentence["ru"])
    assert placeholders(entry.remedy["en"]) == placeholders(entry.remedy["ru"])


@pytest.mark.parametrize("code", CATALOGUE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_finding_without_arguments_is_still_a_sentence(code: str, language: str) -> None:
    for text in render(make_finding(code), language):
        assert text
        assert not set("{}[]") & set(text)


def test_page_of_findings_is_current() -> None:
    """`python -m sdmx_dsm.validation > docs/findings.md` makes it so."""
    assert (ROOT / "docs" / "findings.md").read_text("utf-8") == markdown()


def test_finding_of_an_unknown_code_is_its_own_sentence() -> None:
    assert render(Finding(code="from-the-future", severity="error")) == ("from-the-future", "")


def test_other_languages_are_answered_in_english() -> None:
    assert render(make_finding("no-value"), "fr") == render(make_finding("no-value"), "en")


def test_braces_in_values_stay_as_they_are() -> None:
    sentence, _ = render(make_finding("unknown-code", "SEX", "{component}[x]"))
    assert sentence == "“{component}[x]” is not a code of SEX."


SENTENCES = [
    (
        "A KGZ F 2020 1 A",
        "“KGZ” is not a code of Ref area (REF_AREA); the list is CL_AREA, DSM:CL_AREA(1.0.0).",
        "Use a code of the list. The nearest: KG (Kyrgyzstan).",
        "«KGZ» отсутствует среди кодов компонента Ref area (REF_AREA); список кодов: CL_AREA, DSM:CL_AREA(1.0.0).",
        "Используйте код из списка. Ближайшие: KG (Kyrgyzstan).",
    ),
    (
        "A Tajikstan F 2020 1 A",
        "“Tajikstan” is not a code of Ref area (REF_AREA); the list is CL_AREA, DSM:CL_AREA(1.0.0).",
        "Use a code of the list. The nearest: TJ (Tajikistan).",
        "«Tajikstan» отсутствует среди кодов компонента Ref area (REF_AREA); список кодов: CL_AREA, DSM:CL_AREA(1.0.0).",
        "Используйте код из списка. Ближайшие: TJ (Tajikistan).",
    ),
    (
        "A - F 2020 1 A",
        "Ref area (REF_AREA) is not given.",
        "Give a value for it: without it the number cannot be placed.",
        "Не указано измерение Ref area (REF_AREA).",
        "Укажите значение: без него нельзя определить, к чему относится число.",
    ),
    (
        "Q KG F 2020 1 A",
        "The period “2020” does not fit the frequency Quarterly (Q).",
        "Correct the period or the frequency. A period of this frequency is written like 2024-Q1.",
        "Период «2020» не соответствует периодичности Quarterly (Q).",
        "Исправьте период или периодичность. Период при такой периодичности записывается так: 2024-Q1.",
    ),
    (
        "A KG F 2020 12o A",
        "“12o” cannot be taken as a number for Obs value (OBS_VALUE); expected is a number such as 1234.5, without blanks "
        "and exponent.",
        "Correct the number. A number that is not known is left out or given as NaN.",
        "«12o» не может быть принято как число для компонента Obs value (OBS_VALUE); ожидается число вида 1234.5, без пробелов "
        "и показателя степени.",
        "Исправьте число. Неизвестное число следует пропустить или указать как NaN.",
    ),
    (
        "A KG F 2020 1 A\nA KG F 2020 2 A",
        "The observation A.KG.F.2020 is given more than once: first at line 2, with other values.",
        "Keep one of them and remove the other. Where they differ, neither is taken.",
        "Наблюдение A.KG.F.2020 указано более одного раза: впервые — строка 2, с другими значениями.",
        "Оставьте одно из них и удалите другое. Если они различаются, не принимается ни одно.",
    ),
    (
        "A KG F 2020 1 -",
        "Obs status (OBS_STATUS) must be given and is not.",
        "Give it in the file, or have its default registered in the provision agreement.",
        "Обязательный атрибут Obs status (OBS_STATUS) не указан.",
        "Укажите его в файле или зарегистрируйте значение по умолчанию в соглашении о предоставлении данных.",
    ),
]


@pytest.mark.parametrize("rows, english, remedy, russian, remedy_russian", SENTENCES)
def test_sentences(rows: str, english: str, remedy: str, russian: str, remedy_russian: str) -> None:
    assert sentences(HEADING + rows) == [(english, remedy), (russian, remedy_russian)]


def test_sentence_of_what_is_outside_the_agreement_names_the_constraint() -> None:
    schema = with_constraint(ONLY_KG, attached_to=EXAMPLE_AGREEMENT)
    assert sentences(HEADING + "A TJ F 2020 1 A", schema) == [
        (
            "Ref area (REF_AREA) is “TJ”, which the provision agreement does not cover: Kyrgyzstan only.",
            "Take the row out, or send it under the agreement that covers it. Allowed here: KG (Kyrgyzstan).",
        ),
        (
            "Ref area (REF_AREA): значение «TJ» не предусмотрено соглашением о предоставлении данных: Только Кыргызстан.",
            "Исключите строку или отправьте её по соответствующему соглашению. Здесь допускается: KG (Kyrgyzstan).",
        ),
    ]


def test_sentence_of_an_attribute_that_differs_names_the_first_place() -> None:
    rows = ":sheet :cell :level FREQ REF_AREA SEX UNIT_MEASURE\nData B2 series A KG F PS\nData C7 series A KG F PC"
    assert [sentence for sentence, _ in sentences(rows)] == [
        "Unit measure (UNIT_MEASURE) is “PC” here, but another value was given for the same series at Data!B2.",
        "Unit measure (UNIT_MEASURE): здесь указано «PC», а для этого ряда ранее указано другое значение (Data!B2).",
    ]


def test_columns_of_sentences_equal_the_single_ones() -> None:
    rows = HEADING + "".join(f"{row.splitlines()[-1]}\n" for row, *_ in SENTENCES) + "A KG F 2020 1 -\n"
    findings = Checker(SCHEMA).check(table(rows))
    together = render_columns(findings).rows()
    singly = [
        tuple(text for language in LANGUAGES for text in render(finding, language)) for finding in to_findings(findings)
    ]
    assert together == singly
    assert len(together) >= len(SENTENCES)


def test_columns_of_sentences_of_other_findings() -> None:
    findings = [
        make_finding("csv-separator", arguments={"separator": "tab", "separator:ru": "табуляция"}),
        make_finding("unreadable-file", arguments={"message": ""}, place=Place(line=3)),
        Finding(code="from-the-future", severity="error"),
    ]
    assert render_columns(to_frame(findings), ["ru"])["message_ru"].to_list() == [
        "В качестве разделителя столбцов принят знак: табуляция.",
        "Файл не удалось прочитать.",
        "from-the-future",
    ]
