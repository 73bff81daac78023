"""The pages as readers meet them: language, content, links, and nothing that runs or comes from elsewhere."""

import io
import re
from urllib.parse import unquote

import openpyxl
import pytest
from starlette.testclient import TestClient

from tests.web.conftest import Template
from tests.web.portal.markup import Document

DATAFLOW = "/en/data/DSM/FOREIGN_POP/1.0.0"
NOTICES = {
    "en": "Demonstration data: all numbers are invented.",
    "ru": "Демонстрационные данные: все числа вымышлены.",
}
ARTEFACTS = (
    "codelist/SDMX/CL_SEX/2.1.0",
    "conceptscheme/DSM/CS_MIGRATION/1.0.0",
    "categoryscheme/DSM/TOPICS/1.1.0",
    "dataproviderscheme/DSM/DATA_PROVIDERS/1.0",
    "agencyscheme/SDMX/AGENCIES/1.0",
    "datastructure/DSM/FOREIGN_POP/1.0.0",
    "dataflow/DSM/ENTRIES/1.0.0",
    "provisionagreement/DSM/FOREIGN_POP_MD_MIG/1.0.0",
    "categorisation/DSM/ENTRIES_BORDER/1.0.0",
    "dataconstraint/DSM/REF_AREA_MD/1.0.0",
)
PAGES = (
    "",
    "structure",
    "send",
    "?q=Moldova",
    "data/DSM/FOREIGN_POP/1.0.0",
    *(f"structure/{path}" for path in ARTEFACTS),
)


def get(client: TestClient, address: str, status: int = 200) -> Document:
    response = client.get(address)
    assert response.status_code == status, response.text[:500]
    return Document(response.text)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_sound(client: TestClient, language: str, path: str) -> None:
    page = get(client, f"/{language}/{path}")
    assert page.faults() == []
    assert page.all("html")[0].attributes["lang"] == language
    assert page.texts("title") != [""]


def test_every_internal_link_leads_somewhere(client: TestClient) -> None:
    """From the start page on, of both languages; of the artefacts of a kind the first ten."""
    waiting, seen, kinds = ["/en/", "/ru/"], set(), dict[str, int]()
    broken: list[tuple[int, str]] = []
    while waiting:
        address = waiting.pop()
        kind = "/".join(address.split("/")[:4])
        if address in seen or kinds.get(kind, 0) == 10:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        seen.add(address)
        response = client.get(address)
        if response.status_code != 200:
            broken.append((response.status_code, address))
        if response.headers["content-type"].startswith("text/html"):
            waiting += sorted({href.partition("#")[0] for href in Document(response.text).values("href")} - {""})
    assert broken == []
    assert len(seen) > 100
    assert any(address.startswith("/sdmx/v2/data/") for address in seen)
    assert any(address.endswith("table.xlsx") or ".xlsx?" in address for address in seen)


# --- language -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accepted, language",
    [
        ("ru-RU,ru;q=0.9,en;q=0.5", "ru"),
        ("en-GB", "en"),
        ("de,ru;q=0.3", "ru"),
        ("de", "en"),
        ("", "en"),
        ("en;q=x,ru;q=0.1", "ru"),
    ],
)
def test_the_bare_address_leads_to_the_language_of_the_browser(
    client: TestClient, accepted: str, language: str
) -> None:
    client.cookies.clear()
    response = client.get("/", headers={"Accept-Language": accepted}, follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (302, f"/{language}/")


def test_the_language_that_was_read_last_is_kept(client: TestClient) -> None:
    client.cookies.clear()
    client.get("/ru/")
    assert client.get("/", headers={"Accept-Language": "en"}, follow_redirects=False).headers["location"] == "/ru/"
    client.cookies.clear()


def test_a_page_links_to_itself_in_the_other_language(client: TestClient) -> None:
    page = get(client, f"{DATAFLOW}?SEX=F&from=2023")
    (link,) = [e for e in page.all("a") if e.attributes.get("hreflang") == "ru"]
    assert link.attributes["href"] == "/ru/data/DSM/FOREIGN_POP/1.0.0?SEX=F&from=2023"
    assert (link.text, link.attributes["lang"]) == ("Русский", "ru")


# --- start --------------------------------------------------------------------------------------------------------------


def test_the_start_page_has_topics_releases_and_the_notice(client: TestClient) -> None:
    page = get(client, "/ru/")
    assert page.texts("h3")[:2] == ["Население и численность мигрантов", "Трудовая миграция"]
    assert any(NOTICES["ru"] in text for text in page.texts("p"))
    releases = [e.text for e in page.all("ol") if e.attributes.get("class") == "releases"]
    assert "Национальный статистический комитет Кыргызской Республики, 1 наблюдение" in releases[0]


def test_search_finds_codes_and_shows_where_they_are(client: TestClient) -> None:
    page = get(client, "/en/?q=Молдова")
    hits = [e.text for e in page.all("ul") if e.attributes.get("class") == "hits"]
    assert "Code Republic of Moldova MD (Countries, areas and groups of countries)" in hits[0]
    links = [e.attributes["href"] for e in page.all("a")]
    assert "/en/structure/codelist/DSM/CL_AREA/1.0.0?item=MD#item-MD" in links


def test_a_search_for_markup_is_shown_as_text(client: TestClient) -> None:
    page = get(client, '/en/?q=<script>alert(1)</script>"')
    assert page.faults() == []
    assert 'Found for “<script>alert(1)</script>"”' in page.texts("h2")


# --- a dataflow as a table ----------------------------------------------------------------------------------------------


def rows(page: Document) -> list[str]:
    return page.texts("tr")


def test_the_table_has_countries_in_rows_and_periods_in_columns(client: TestClient) -> None:
    page = get(client, DATAFLOW)
    assert rows(page) == [
        "Reference area, Data source 2022 2023",
        "Kyrgyzstan [1] Census 50,012",
        "Republic of Moldova [2] Register of foreigners 21,000 21,873",
    ]


def test_nothing_is_summed_averaged_or_ranked(client: TestClient) -> None:
    """Each number of the table is one that was reported."""
    page = get(client, DATAFLOW)
    assert sorted(text for text in page.texts("td") if text) == ["21,000", "21,873", "50,012"]


def test_the_form_chooses_other_values(client: TestClient) -> None:
    page = get(client, f"{DATAFLOW}?CITIZENSHIP=UA")
    assert rows(page)[1:] == ["Republic of Moldova [1] Register of foreigners 9,070.0 10,250.50"]
    chosen = [e.attributes["value"] for e in page.all("option") if "selected" in e.attributes]
    assert chosen[:5] == ["A", "UA", "_T", "_T", "_T"]
    names = [e.attributes["name"] for e in page.all("select")]
    assert names == ["FREQ", "CITIZENSHIP", "SEX", "AGE", "RESIDENCE_STATUS", "from", "to"]


def test_numbers_follow_the_language(client: TestClient) -> None:
    assert "9 070,0 10 250,50" in rows(get(client, "/ru/data/DSM/FOREIGN_POP/1.0.0?CITIZENSHIP=UA"))[1]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_notice_stands_on_the_page_of_data(client: TestClient, language: str) -> None:
    page = get(client, f"/{language}/data/DSM/FOREIGN_POP/1.0.0")
    assert any(NOTICES[language] in e.text for e in page.all("p") if e.attributes.get("class") == "notice")


def test_the_sdmx_address_gives_the_numbers_of_the_table(client: TestClient) -> None:
    page = get(client, f"{DATAFLOW}?CITIZENSHIP=UA&from=2023")
    (address,) = [a for a in page.values("href") if a.startswith("/sdmx/v2/data/") and a.endswith("csv-2.0")]
    assert "?c[TIME_PERIOD]=ge:2023&" in unquote(address)
    body = client.get(address).text
    assert re.findall(r",(2023),([\d.]+),", body) == [("2023", "10250.50")]


def test_the_workbook_holds_what_the_table_shows(client: TestClient) -> None:
    page = get(client, f"/ru{DATAFLOW[3:]}?CITIZENSHIP=UA")
    (address,) = [a for a in page.values("href") if ".xlsx" in a]
    response = client.get(address)
    assert response.headers["content-disposition"] == 'attachment; filename="FOREIGN_POP.xlsx"'
    workbook = openpyxl.load_workbook(io.BytesIO(response.content))
    assert workbook.sheetnames == ["Данные", "Примечания"]
    head, *body = workbook["Данные"].iter_rows(values_only=True)
    values = head.index("Значение наблюдения")
    assert [row[values] for row in body] == [9070, 10250.5]
    notes = [value for row in workbook["Примечания"].iter_rows(values_only=True) for value in row if value]
    assert set(NOTICES.values()) <= set(notes)


def test_a_choice_without_data_says_so(client: TestClient) -> None:
    page = get(client, f"{DATAFLOW}?SEX=M")
    assert "Nothing has been reported for this choice. Choose other values above." in page.texts("p")


def test_a_dataflow_without_data_says_so(client: TestClient) -> None:
    page = get(client, "/ru/data/DSM/EXITS/1.0.0")
    assert "По этому потоку данных пока ничего не представлено." in page.texts("p")
    assert page.faults() == []


# --- artefacts ----------------------------------------------------------------------------------------------------------


def test_a_codelist_shows_codes_with_all_names_and_parents(client: TestClient) -> None:
    page = get(client, "/en/structure/codelist/DSM/CL_BORDER_TYPE/1.0.0")
    assert "RAIL Rail Железнодорожная LAND" in page.texts("tr")
    assert "/sdmx/v2/structure/codelist/DSM/CL_BORDER_TYPE/1.0.0?format=sdmx-ml-3.0" in page.values("href")
    assert "/en/structure/datastructure/DSM/BORDER_CROSSINGS/1.0.0" in page.values("href")


def test_a_data_structure_links_concepts_and_codelists(client: TestClient) -> None:
    page = get(client, "/en/structure/datastructure/DSM/FOREIGN_POP/1.0.0")
    assert "OBS_STATUS attribute, mandatory Observation status Observation status the observation" in page.texts("tr")
    assert "/en/structure/codelist/SDMX/CL_OBS_STATUS/2.2.0" in page.values("href")


def test_an_agreement_shows_its_defaults_by_name(client: TestClient) -> None:
    page = get(client, "/ru/structure/provisionagreement/DSM/FOREIGN_POP_MD_MIG/1.0.0")
    assert "Регистр (учет) иностранцев FORREG" in page.texts("dd")


# --- failures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, status",
    [
        ("no/such/page", 404),
        ("data/DSM/NOPE/1.0.0", 404),
        ("data/DSM/FOREIGN_POP/x", 404),
        ("structure/codelist/DSM/NOPE/1.0.0", 404),
        ("structure/nonsense/DSM/CL_SEX/1.0.0", 404),
        ("structure/codelist/DSM/CL_AREA/x", 404),
        ("data/DSM/EXITS/1.0.0/table.xlsx", 404),
    ],
)
@pytest.mark.parametrize("language, back", [("en", "To the start page"), ("ru", "На главную страницу")])
def test_failures_are_pages_too(client: TestClient, language: str, back: str, path: str, status: int) -> None:
    page = get(client, f"/{language}/{path}", status)
    assert back in page.texts("a")
    assert page.faults() == []


def test_pages_run_nothing(client: TestClient) -> None:
    policy = client.get("/en/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


def test_the_style_is_served_and_asks_for_nothing(client: TestClient, template: Template) -> None:
    response = client.get("/static/portal.css")
    assert response.headers["content-type"].startswith("text/css")
    assert "url(" not in response.text
    assert "@import" not in response.text


def test_a_fault_of_ours_is_a_page_without_its_inside(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("sdmx_dsm.service.tables.read_table", fails)
    page = get(client, f"/ru{DATAFLOW[3:]}", 500)
    assert page.texts("h1") == ["Ошибка на нашей стороне"]
    assert not any("secret" in text or "Traceback" in text for text in page.texts("body"))
