"""Pages of artefacts: something of every class, in every language, as readers meet it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.model import MAINTAINABLES, Annotation, Code, Codelist, Link, Maintainable
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.web.portal.markup import Document
from tests.web.portal.samples import SEX, everything

ARTEFACTS = everything()
LONG = Codelist(
    id="CL_LONG",
    agency="DSM",
    version="1.0.0",
    names={"en": "Long"},
    items=tuple(Code(id=f"C{number}", names={"en": f"Code {number}"}) for number in range(2500)),
)
HOSTILE = Codelist(
    id="CL_HOSTILE",
    agency="DSM",
    version="1.0.0",
    names={"en": "<script>alert(1)</script>"},
    annotations=(Annotation(title='"><b>bold</b>', url="javascript:alert(1)"),),
    links=(Link(rel="<i>", url="javascript:alert(1)"),),
    items=(Code(id="A", names={"en": "{codelist}"}, descriptions={"en": "<img src=x>"}),),
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("hub")), base_url="http://testserver")
    hub = Hub.open(settings)
    assert isinstance(SEX, Codelist)
    old = replace(SEX, items=SEX.items[:2], names={"en": "Gender"})
    hub.store.revise([old, replace(old, version="0.9.0")], user="Ms. Maker", note="a note")
    hub.store.revise([*ARTEFACTS, LONG, HOSTILE], user="Ms. Maker", note="a note")
    hub.close()
    with TestClient(create_app(settings), raise_server_exceptions=True) as client:
        yield client


def get(client: TestClient, address: str) -> Document:
    response = client.get(address)
    assert response.status_code == 200, response.text[:500]
    return Document(response.text)


def path_of(artefact: Maintainable) -> str:
    reference = artefact.reference
    return f"structure/{reference.artefact_class.lower()}/{reference.agency}/{reference.id}/{reference.version}"


def test_there_is_something_of_every_class() -> None:
    assert {type(artefact).__name__ for artefact in ARTEFACTS} >= MAINTAINABLES.keys()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("artefact", ARTEFACTS, ids=lambda artefact: f"{type(artefact).__name__}-{artefact.id}")
def test_the_page_of_every_class_is_sound_and_tells_what_it_holds(
    pages: TestClient, artefact: Maintainable, language: str
) -> None:
    page = get(pages, f"/{language}/{path_of(artefact)}")
    assert page.faults() == []
    text = page.texts("main")[0]
    for sign in ("Reference(", "None", "{'", "()", "<"):
        assert sign not in text
    assert get(pages, f"/{language}/{path_of(artefact)}/changes").faults() == []


def rows(page: Document) -> list[str]:
    return page.texts("tr")


def facts(page: Document) -> dict[str, str]:
    return dict(zip(page.texts("dt"), page.texts("dd"), strict=True))


def test_a_hierarchy_is_a_tree_of_codes_by_name(pages: TestClient) -> None:
    page = get(pages, "/ru/structure/hierarchy/DSM/GROUPS/1.0.0")
    assert rows(page) == [
        "КодНазваниеДействует",
        "CIS Содружество",
        "KG Кыргызстан С 2015-08-12",
        "XX DSM:CL_NOWHERE(1.0.0).XX",
    ]
    assert next(e.text for e in page.all("span") if e.attributes.get("class") == "level-1") == "Кыргызстан"


def test_a_map_of_values_has_their_names(pages: TestClient) -> None:
    page = get(pages, "/en/structure/representationmap/DSM/AREA_NUMBERS/1.0.0")
    assert rows(page) == ["Source: Areas DSM:CL_PLACE(1.0.0)Target: Integer", "Kyrgyzstan KG 417", "what fits T. 762"]


def test_a_constraint_is_told_in_sentences(pages: TestClient) -> None:
    page = get(pages, "/en/structure/dataconstraint/DSM/CON/1.0.0")
    points = [e.text for e in page.all("li") if ": " in e.text]
    assert points[:4] == [
        "Sex of the person SEX: anything but Women F and all below it, Men M",
        "Reference area REF_AREA: codes like K%, Tajikistan TJ (from 2020 until 2021)",
        "Time TIME_PERIOD: from 2015, before Jun 2020",
        "Sex of the person SEX: Men M",
    ]
    assert {"Allowed is what has only these values:", "Not allowed is what has all of these:"} <= set(page.texts("p"))
    assert rows(page) == ["Reference area REF_AREASex of the person SEX", "Kyrgyzstan KG Women F", "any value Men M"]
    assert facts(page)["Reference period"] == "From 2015-01-01 until 2025-12-31"


def test_a_data_structure_tells_of_values_and_where_attributes_belong(pages: TestClient) -> None:
    page = get(pages, "/en/structure/datastructure/DSM/DS/1.0.0")
    assert rows(page)[1:] == [
        "REF_AREA dimension as Reference area Reference area Areas",
        "SEX dimension Sex of the person Sex",
        "TIME_PERIOD time dimension Time ObservationalTimePeriod",
        "OBS_VALUE measure, mandatory Value Integer, least value 0, sentinel value -1 secret",
        "UNIT attribute, mandatory Unit Alpha, greatest length 3 the data set",
        "NOTE attribute Comment String, multilingual, 0 or more times"
        " the series; SEX may be left out; of the measures OBS_VALUE Advice: Be short",
        "G attribute Comment the group AREAS",
        "IdentifierDimension",
        "AREAS REF_AREA",
        "ComponentNameBelongs to",
        "CONTACT Contact the observation",
    ]


def test_a_report_has_the_names_of_its_attributes_and_codes(pages: TestClient) -> None:
    page = get(pages, "/ru/structure/metadataset/DSM/REPORT/1.0.0")
    titles = [e.text for e in page.all("p") if e.attributes.get("class") == "title"]
    assert titles == ["Контакт CONTACT", "Пол лица SEX", "Комментарий NOTE"]
    assert "Женщины F" in page.texts("div")
    assert "First Second & last" in page.texts("pre")


def test_contacts_can_be_written_to(pages: TestClient) -> None:
    page = get(pages, "/en/structure/dataconsumerscheme/DSM/C/1.0.0")
    assert {"mailto:stat@example.org", "https://stat.example.org"} <= set(page.values("href"))
    assert any("Aidana, Statistician, Migration" in row for row in rows(page))


def test_programs_stand_as_they_are_written(pages: TestClient) -> None:
    assert get(pages, "/en/structure/transformationscheme/DSM/X/1.0").texts("pre") == ["A := B + C;"]


def test_codes_from_other_lists_are_told(pages: TestClient) -> None:
    page = get(pages, "/en/structure/codelist/DSM/CL_PLACE/1.0.0")
    assert "of Sex DSM:CL_SEX(1.0.0) the codes Women F, Men M with SEX_ before each" in page.texts("li")
    assert "all codes of DSM:CL_ELSEWHERE(1.0.0)" in page.texts("li")


def test_what_comes_from_outside_is_shown_and_never_runs(pages: TestClient) -> None:
    page = get(pages, "/en/structure/codelist/DSM/CL_HOSTILE/1.0.0")
    assert page.faults() == []
    assert "<script>alert(1)</script>" in page.texts("h1")
    assert '"><b>bold</b>' in page.texts("main")[0]
    assert "javascript:alert(1)" in page.texts("main")[0]
    assert not any(href.startswith("javascript:") for href in page.values("href"))


# --- long lists ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, first, shown",
    [
        ("", "C0 Code 0", "1 to 1,000 of 2,500."),
        ("?page=3", "C2000 Code 2000", "2,001 to 2,500 of 2,500."),
        ("?page=99", "C2000 Code 2000", "2,001 to 2,500 of 2,500."),
        ("?page=x", "C0 Code 0", "1 to 1,000 of 2,500."),
        ("?item=C1500", "C1000 Code 1000", "1,001 to 2,000 of 2,500."),
    ],
)
def test_a_long_list_goes_over_several_pages(pages: TestClient, query: str, first: str, shown: str) -> None:
    page = get(pages, f"/en/structure/codelist/DSM/CL_LONG/1.0.0{query}")
    assert rows(page)[1] == first
    assert any(text.startswith(shown) for text in page.texts("p"))
    assert page.faults() == []


def test_all_of_a_kind_are_listed(pages: TestClient) -> None:
    overview = get(pages, "/en/structure")
    assert overview.faults() == []
    assert {f"#{name}" for name in MAINTAINABLES} <= set(overview.values("href"))
    page = get(pages, "/ru/structure/codelist")
    assert page.texts("h1") == ["Справочники кодов"]
    assert "Long DSM:CL_LONG(1.0.0)" in page.texts("li")
    assert pages.get("/ru/structure/nonsense").status_code == 404


def test_everything_is_found_by_its_name(pages: TestClient) -> None:
    page = get(pages, "/ru/?q=методология")
    hits = [e.text for e in page.all("li") if "Методология" in e.text]
    assert hits == ["Определение структуры метаданных Методология DSM:MSD(1.0.0)"]
    page = get(pages, "/en/?q=comment")
    assert "Concept Comment NOTE (Concepts)" in page.texts("li")


# --- history ------------------------------------------------------------------------------------------------------------


def test_the_history_tells_what_was_changed_and_to_strangers_not_by_whom(pages: TestClient) -> None:
    page = get(pages, "/ru/structure/codelist/DSM/CL_SEX/1.0.0/changes")
    assert [text.partition(": ")[2] for text in page.texts("h2")] == ["изменено", "добавлено"]
    assert "название (en): было «Gender», стало «Sex»" in page.texts("li")
    assert "код M: добавлено («Мужчины»)" in page.texts("li")
    assert "Ms. Maker" not in page.texts("main")[0]


def test_a_version_is_compared_with_another(pages: TestClient) -> None:
    address = "/en/structure/codelist/DSM/CL_SEX/1.0.0/changes"
    assert "?from=0.9.0" in get(pages, address).values("href")
    page = get(pages, f"{address}?from=0.9.0")
    assert "name (en): changed from “Gender” to “Sex”" in page.texts("li")
    assert pages.get(f"{address}?from=7").status_code == 404
