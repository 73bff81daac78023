"""The names of countries and areas: ours are those of the United Nations, and each difference from Babel's is written down.

Both sides are held: a name that changes here, in `DSM:CL_AREA`, or in Babel's territories (Unicode CLDR) makes a test fail,
and whoever changes it says in the table why.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale
from lxml import etree

AREA_FILE = Path(__file__).parents[2] / "structures" / "codelists" / "DSM_CL_AREA.xml"
NAMESPACES = {
    "s": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
    "c": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
}

# Two-letter territories of Babel that ISO 3166-1 does not assign to a country: exceptional reservations, private use, grouping.
NOT_ISO_3166_1 = {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}

# Codes of the list that are no countries, in its order: before the countries and after them.
GROUPS = ["_T", "EECA12", "CIS", "X_NON_CIS", "EAEU", "EU27_2020", "EUROPE", "ASIA", "AFRICA", "AMERICAS", "OCEANIA"]
RESIDUALS = ["XXA", "X_OTHER", "_U"]

# code: (the name used in the United Nations, Babel's)
ENGLISH_DIFFERENCES = {
    "AG": ("Antigua and Barbuda", "Antigua & Barbuda"),
    "BA": ("Bosnia and Herzegovina", "Bosnia & Herzegovina"),
    "BL": ("Saint Barthélemy", "St. Barthélemy"),
    "BN": ("Brunei Darussalam", "Brunei"),
    "BO": ("Bolivia (Plurinational State of)", "Bolivia"),
    "BQ": ("Bonaire, Sint Eustatius and Saba", "Caribbean Netherlands"),
    "CD": ("Democratic Republic of the Congo", "Congo - Kinshasa"),
    "CG": ("Congo", "Congo - Brazzaville"),
    "CV": ("Cabo Verde", "Cape Verde"),
    "FK": ("Falkland Islands (Malvinas)", "Falkland Islands"),
    "FM": ("Micronesia (Federated States of)", "Micronesia"),
    "GB": ("United Kingdom of Great Britain and Northern Ireland", "United Kingdom"),
    "GS": ("South Georgia and the South Sandwich Islands", "South Georgia & South Sandwich Islands"),
    "HK": ("China, Hong Kong Special Administrative Region", "Hong Kong SAR China"),
    "HM": ("Heard Island and McDonald Islands", "Heard & McDonald Islands"),
    "IR": ("Iran (Islamic Republic of)", "Iran"),
    "KN": ("Saint Kitts and Nevis", "St. Kitts & Nevis"),
    "KP": ("Democratic People’s Republic of Korea", "North Korea"),
    "KR": ("Republic of Korea", "South Korea"),
    "LA": ("Lao People’s Democratic Republic", "Laos"),
    "LC": ("Saint Lucia", "St. Lucia"),
    "MD": ("Republic of Moldova", "Moldova"),
    "MF": ("Saint Martin (French part)", "St. Martin"),
    "MM": ("Myanmar", "Myanmar (Burma)"),
    "MO": ("China, Macao Special Administrative Region", "Macao SAR China"),
    "NL": ("Netherlands (Kingdom of the)", "Netherlands"),
    "PM": ("Saint Pierre and Miquelon", "St. Pierre & Miquelon"),
    "PN": ("Pitcairn", "Pitcairn Islands"),
    "PS": ("State of Palestine", "Palestinian Territories"),
    "RU": ("Russian Federation", "Russia"),
    "SH": ("Saint Helena", "St. Helena"),
    "SJ": ("Svalbard and Jan Mayen Islands", "Svalbard & Jan Mayen"),
    "ST": ("Sao Tome and Principe", "São Tomé & Príncipe"),
    "SX": ("Sint Maarten (Dutch part)", "Sint Maarten"),
    "SY": ("Syrian Arab Republic", "Syria"),
    "TC": ("Turks and Caicos Islands", "Turks & Caicos Islands"),
    "TT": ("Trinidad and Tobago", "Trinidad & Tobago"),
    "TW": ("Taiwan Province of China", "Taiwan"),
    "TZ": ("United Republic of Tanzania", "Tanzania"),
    "UM": ("United States Minor Outlying Islands", "U.S. Outlying Islands"),
    "US": ("United States of America", "United States"),
    "VA": ("Holy See", "Vatican City"),
    "VC": ("Saint Vincent and the Grenadines", "St. Vincent & Grenadines"),
    "VE": ("Venezuela (Bolivarian Republic of)", "Venezuela"),
    "VI": ("United States Virgin Islands", "U.S. Virgin Islands"),
    "VN": ("Viet Nam", "Vietnam"),
    "WF": ("Wallis and Futuna Islands", "Wallis & Futuna"),
}
RUSSIAN_DIFFERENCES = {
    "AE": ("Объединенные Арабские Эмираты", "ОАЭ"),
    "AQ": ("Антарктика", "Антарктида"),
    "AX": ("Аландские острова", "Аландские о-ва"),
    "BM": ("Бермудские острова", "Бермудские о-ва"),
    "BN": ("Бруней-Даруссалам", "Бруней"),
    "BO": ("Боливия (Многонациональное Государство)", "Боливия"),
    "BQ": ("Бонайре, Синт-Эстатиус и Саба", "Бонэйр, Синт-Эстатиус и Саба"),
    "BS": ("Багамские Острова", "Багамы"),
    "BV": ("Остров Буве", "о-в Буве"),
    "CC": ("Кокосовые (Килинг) острова", "Кокосовые о-ва"),
    "CD": ("Демократическая Республика Конго", "Конго - Киншаса"),
    "CF": ("Центральноафриканская Республика", "Центрально-Африканская Республика"),
    "CG": ("Конго", "Конго - Браззавиль"),
    "CK": ("Острова Кука", "о-ва Кука"),
    "CX": ("Остров Рождества", "о-в Рождества"),
    "FK": ("Фолклендские (Мальвинские) острова", "Фолклендские о-ва"),
    "FM": ("Микронезия (Федеративные Штаты)", "Федеративные Штаты Микронезии"),
    "FO": ("Фарерские острова", "Фарерские о-ва"),
    "GB": ("Соединенное Королевство Великобритании и Северной Ирландии", "Великобритания"),
    "GS": ("Южная Джорджия и Южные Сандвичевы острова", "Южная Георгия и Южные Сандвичевы о-ва"),
    "HK": ("Китай, Специальный административный район Гонконг", "Гонконг (САР)"),
    "HM": ("Остров Херд и острова Макдональд", "о-ва Херд и Макдональд"),
    "IM": ("Остров Мэн", "о-в Мэн"),
    "IR": ("Иран (Исламская Республика)", "Иран"),
    "KG": ("Кыргызстан", "Киргизия"),
    "KM": ("Коморские Острова", "Коморы"),
    "KP": ("Корейская Народно-Демократическая Республика", "КНДР"),
    "KY": ("Каймановы острова", "о-ва Кайман"),
    "LA": ("Лаосская Народно-Демократическая Республика", "Лаос"),
    "MD": ("Республика Молдова", "Молдова"),
    "MF": ("Сен-Мартен (французская часть)", "Сен-Мартен"),
    "MH": ("Маршалловы Острова", "Маршалловы о-ва"),
    "MM": ("Мьянма", "Мьянма (Бирма)"),
    "MO": ("Китай, Специальный административный район Макао", "Макао (САР)"),
    "MP": ("Северные Марианские острова", "Северные Марианские о-ва"),
    "MV": ("Мальдивские Острова", "Мальдивы"),
    "NF": ("Остров Норфолк", "о-в Норфолк"),
    "NL": ("Нидерланды (Королевство)", "Нидерланды"),
    "PN": ("Питкэрн", "о-ва Питкэрн"),
    "PS": ("Государство Палестина", "Палестинские территории"),
    "RU": ("Российская Федерация", "Россия"),
    "SB": ("Соломоновы Острова", "Соломоновы о-ва"),
    "SC": ("Сейшельские Острова", "Сейшельские о-ва"),
    "SH": ("Остров Святой Елены", "о-в Св. Елены"),
    "SJ": ("Острова Шпицберген и Ян-Майен", "Шпицберген и Ян-Майен"),
    "SX": ("Синт-Мартен (нидерландская часть)", "Синт-Мартен"),
    "SY": ("Сирийская Арабская Республика", "Сирия"),
    "TC": ("Острова Теркс и Кайкос", "Тёркс и Кайкос"),
    "TF": ("Южные земли (французская заморская территория)", "Французские Южные территории"),
    "TL": ("Тимор-Лешти", "Восточный Тимор"),
    "TW": ("Тайвань, провинция Китая", "Тайвань"),
    "TZ": ("Объединенная Республика Танзания", "Танзания"),
    "UM": ("Внешние малые острова Соединенных Штатов", "Внешние малые о-ва (США)"),
    "US": ("Соединенные Штаты Америки", "Соединенные Штаты"),
    "VA": ("Святой Престол", "Ватикан"),
    "VE": ("Венесуэла (Боливарианская Республика)", "Венесуэла"),
    "VG": ("Британские Виргинские острова", "Виргинские о-ва (Великобритания)"),
    "VI": ("Виргинские острова Соединенных Штатов", "Виргинские о-ва (США)"),
    "WF": ("Острова Уоллис и Футуна", "Уоллис и Футуна"),
    "ZA": ("Южная Африка", "Южно-Африканская Республика"),
}


def read_names(language: str) -> dict[str, str]:
    """Code to name of `DSM:CL_AREA`, in the order of the file."""
    root = etree.parse(AREA_FILE)
    return {
        code.get("id"): code.findtext(
            f"c:Name[@{{http://www.w3.org/XML/1998/namespace}}lang='{language}']", None, NAMESPACES
        )
        for code in root.iterfind(".//s:Code", NAMESPACES)
    }


def list_iso_codes() -> list[str]:
    codes = Locale("en").territories
    return sorted(code for code in codes if re.fullmatch("[A-Z]{2}", code) and code not in NOT_ISO_3166_1)


def test_the_list_holds_every_country_of_iso_3166_1_and_the_agreed_groups() -> None:
    countries = list_iso_codes()
    assert len(countries) == 249
    assert list(read_names("en")) == [*GROUPS, *countries, *RESIDUALS]


@pytest.mark.parametrize(
    "language, differences", [("en", ENGLISH_DIFFERENCES), ("ru", RUSSIAN_DIFFERENCES)], ids=["en", "ru"]
)
def test_names_differ_from_babel_only_where_the_table_says(
    language: str, differences: dict[str, tuple[str, str]]
) -> None:
    ours, babels = read_names(language), Locale(language).territories
    found = {code: (ours[code], babels[code]) for code in list_iso_codes() if ours[code] != babels[code]}
    assert found == differences


def test_the_twelve_countries_have_the_names_they_use_in_the_united_nations() -> None:
    english, russian = read_names("en"), read_names("ru")
    twelve = ["AM", "AZ", "BY", "GE", "KG", "KZ", "MD", "RU", "TJ", "TM", "UA", "UZ"]
    assert {code: (english[code], russian[code]) for code in twelve} == {
        "AM": ("Armenia", "Армения"),
        "AZ": ("Azerbaijan", "Азербайджан"),
        "BY": ("Belarus", "Беларусь"),
        "GE": ("Georgia", "Грузия"),
        "KG": ("Kyrgyzstan", "Кыргызстан"),
        "KZ": ("Kazakhstan", "Казахстан"),
        "MD": ("Republic of Moldova", "Республика Молдова"),
        "RU": ("Russian Federation", "Российская Федерация"),
        "TJ": ("Tajikistan", "Таджикистан"),
        "TM": ("Turkmenistan", "Туркменистан"),
        "UA": ("Ukraine", "Украина"),
        "UZ": ("Uzbekistan", "Узбекистан"),
    }


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_two_codes_share_a_name(language: str) -> None:
    names = list(read_names(language).values())
    assert len(names) == len(set(names))
