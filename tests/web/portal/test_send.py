"""Send: a file goes in through a form, and the report stands on the page, in its language, to the cell."""

import hashlib
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from sdmx_dsm.web.portal import send
from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD, Template, message
from tests.web.portal.markup import Document

LEGACY = Path(__file__).parents[3] / "fixtures" / "legacy"
GOOD = ("A.MD.GE._T._T._T.FORREG", "2023", "77")
WRONG_CODE = ("A.MD.GE.X._T._T.FORREG", "2023", "78")
NEGATIVE = ("A.MD.AM._T._T._T.FORREG", "2023", "-5")


def seal_of(client: TestClient, address: str = "/en/send") -> str:
    found = re.search(r'name="seal" value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def multipart(fields: dict[str, str], name: str, content: bytes | str) -> dict[str, Any]:
    """The body as browsers make it: without a chosen file there is one without name and content."""
    parts = [
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}'.encode() for field, value in fields.items()
    ]
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    parts.append(head.encode() + (content.encode() if isinstance(content, str) else content))
    body = b"".join(b"--limit\r\n" + part + b"\r\n" for part in parts) + b"--limit--\r\n"
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=limit"}}


def post(
    client: TestClient,
    token: str = "",
    content: bytes | str = "",
    name: str = "",
    language: str = "en",
    seal: str | None = None,
    step: str = "send",
    **fields: str,
) -> httpx.Response:
    """What a browser sends when the form is filled in; follows to the page that answers."""
    seal = seal_of(client, f"/{language}/send") if seal is None else seal
    given = {"seal": seal, "token": token, "step": step, **fields}
    return client.post(f"/{language}/send", **multipart(given, name or ("data.csv" if content else ""), content))


def shown(response: httpx.Response) -> Document:
    page = Document(response.text)
    assert page.faults() == []
    return page


def state(page: Document) -> str:
    return page.texts("strong")[0]


def figures(page: Document) -> dict[str, str]:
    (block,) = [e for e in page.all("dl") if e.attributes.get("class") == "figures"]
    start = page.elements.index(block)
    cells = [e.text for e in page.elements[start:] if e.tag in ("dt", "dd")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


# --- what is taken ------------------------------------------------------------------------------------------------------


def test_a_good_file_is_released_and_the_page_says_so(writable: TestClient, template: Template) -> None:
    content = message(AGREEMENT_MD, [GOOD])
    page = shown(post(writable, template.moldova, content))
    assert state(page) == "Accepted and released"
    assert hashlib.sha256(content.encode()).hexdigest() in page.texts("code")
    numbers = figures(page)
    assert (numbers["Observations read"], numbers["Taken"], numbers["Not taken"]) == ("1", "1", "0")
    table = Document(writable.get("/en/data/DSM/FOREIGN_POP/1.0.0?CITIZENSHIP=GE").text)
    assert "Republic of Moldova [1] Register of foreigners 77" in table.texts("tr")


def test_a_file_with_errors_changes_nothing_and_tells_what_to_do_where(
    writable: TestClient, template: Template
) -> None:
    page = shown(post(writable, template.moldova, message(AGREEMENT_MD, [GOOD, WRONG_CODE])))
    assert state(page) == "Returned: nothing was stored"
    assert figures(page)["Taken"] == "0"
    assert "Errors Unknown code: 1" in page.texts("h3")
    assert any(place.startswith("line 3") for place in page.texts("th"))
    assert any(text.startswith("“X” is not a code of") for text in page.texts("td"))
    assert any(text.startswith("What to do: Use a code of the list.") for text in page.texts("p"))


def test_the_good_rows_are_taken_when_the_sender_wants_it(writable: TestClient, template: Template) -> None:
    page = shown(post(writable, template.moldova, message(AGREEMENT_MD, [GOOD, WRONG_CODE]), accept="good"))
    assert state(page) == "Accepted and released"
    numbers = figures(page)
    assert (numbers["Observations read"], numbers["Taken"], numbers["Not taken"]) == ("2", "1", "1")


@pytest.mark.parametrize(
    "sender, fields, sentence",
    [
        ("moldova", {"agreement": AGREEMENT_KG}, f"нет права отправлять данные по соглашению {AGREEMENT_KG}: "),
        ("moldova", {"agreement": "DSM:NOTHING(1.0.0)"}, "DSM:NOTHING(1.0.0) не найден."),
        ("moldova", {"agreement": "@"}, "«@» — не запись вида AGENCY:ID(VERSION) и не URN."),
        ("", {"token": "unknown"}, "Этот ключ доступа здесь неизвестен: укажите тот, который вы получили."),
    ],
)
def test_what_is_refused_before_the_file_is_read_is_said_in_russian(
    writable: TestClient, template: Template, sender: str, fields: dict[str, str], sentence: str
) -> None:
    """It was in English, on a Russian page."""
    token = fields.get("token") or getattr(template, sender)
    chosen = {name: value for name, value in fields.items() if name != "token"}
    response = post(writable, token, message(AGREEMENT_MD, [GOOD]), language="ru", **chosen)
    assert response.status_code in (400, 401, 403, 404)
    assert any(sentence in text for text in shown(response).texts("p"))


def test_the_observations_that_were_deleted_are_counted(writable: TestClient, template: Template) -> None:
    shown(post(writable, template.moldova, message(AGREEMENT_MD, [GOOD])))
    head = "STRUCTURE,STRUCTURE_ID,ACTION,CITIZENSHIP,TIME_PERIOD\n"
    deletion = f"{head}dataprovision,{AGREEMENT_MD},D,GE,2023\n"
    page = shown(post(writable, template.moldova, deletion, language="ru"))
    assert figures(page)["Удалено наблюдений"] == "1"


def test_a_check_alone_stores_nothing(writable: TestClient, template: Template) -> None:
    page = shown(post(writable, template.moldova, message(AGREEMENT_MD, [GOOD]), dry_run="true"))
    assert state(page) == "Checked: can be accepted. Nothing was stored."
    table = Document(writable.get("/en/data/DSM/FOREIGN_POP/1.0.0?CITIZENSHIP=GE").text)
    assert "Nothing has been reported for this choice. Choose other values above." in table.texts("p")


def test_a_workbook_is_read_by_the_mapping_that_names_its_agreement(writable: TestClient, template: Template) -> None:
    content = (LEGACY / "tj_ubezhishche.xls").read_bytes()
    agreement = "DSM:ASYLUM_APPLICATIONS_TJ_MIG(1.0.0)"
    page = shown(post(writable, template.administrator, content, "tj.xls", language="ru", agreement=agreement))
    assert state(page) == "Принято и выпущено"
    assert "tj_ubezhishche" in page.texts("dd")


def test_errors_of_a_workbook_name_sheet_and_cell_in_the_language_of_the_page(
    writable: TestClient, template: Template
) -> None:
    content = (LEGACY / "tm_foreigners_with_mistakes.xlsx").read_bytes()
    fields = {"agreement": "DSM:FOREIGN_POP_TM_STAT(1.0.0)", "mapping": "tm_foreigners_with_mistakes"}
    page = shown(post(writable, template.administrator, content, "tm.xlsx", language="ru", **fields))
    assert state(page) == "Возвращено: ничего не сохранено"
    assert "лист «Stock 2023», ячейка B20" in page.texts("th")
    assert "В ячейке ошибка #REF!." in page.texts("td")
    assert any("Исправьте формулу или введите число" in text for text in page.texts("p"))


def test_all_findings_can_be_downloaded(writable: TestClient, template: Template) -> None:
    page = shown(post(writable, template.moldova, message(AGREEMENT_MD, [NEGATIVE, WRONG_CODE])))
    (address,) = [link for link in page.values("href") if link.endswith("/report.csv")]
    response = writable.get(address)
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "unknown-code" in response.text


def test_a_hostile_file_name_is_shown_as_text(writable: TestClient, template: Template) -> None:
    name = "<script>alert(1)</script>.csv"
    response = post(writable, template.moldova, message(AGREEMENT_MD, [GOOD]), name)
    assert "<script>" not in response.text
    assert "script>.csv" in " ".join(shown(response).texts("dd"))


def test_a_hostile_value_is_shown_as_text(writable: TestClient, template: Template) -> None:
    row = ("A.MD.GE.<script>alert(1)</script>._T._T.FORREG", "2023", "78")
    response = post(writable, template.moldova, message(AGREEMENT_MD, [row]))
    assert "<script>" not in response.text
    assert any("“<script>alert(1)</script>” is not a code" in text for text in shown(response).texts("tr"))


def test_what_waits_is_looked_at_again(
    unattended: TestClient, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(send, "WAIT_SECONDS", 0.0)
    page = shown(post(unattended, template.moldova, message(AGREEMENT_MD, [GOOD])))
    assert state(page) == "Received, waiting to be checked"
    assert [e.attributes["content"] for e in page.all("meta") if e.attributes.get("http-equiv") == "refresh"] == ["3"]


# --- what is refused ----------------------------------------------------------------------------------------------------


def problem(response: httpx.Response) -> str:
    (block,) = [e.text for e in shown(response).all("div") if e.attributes.get("class") == "problem"]
    return block


def test_a_form_of_another_page_is_refused(unattended: TestClient, template: Template) -> None:
    for seal in ("", "forged", seal_of(TestClient(unattended.app, cookies={}))):
        unattended.cookies.clear()
        response = post(unattended, template.moldova, message(AGREEMENT_MD, [GOOD]), seal=seal)
        assert response.status_code == 403
        assert problem(response).startswith("The file was not sent The form is too old or came from another page.")


def test_a_form_from_another_origin_is_refused(unattended: TestClient) -> None:
    response = unattended.post("/en/send", data={"step": "forget"}, headers={"Origin": "https://elsewhere.example"})
    assert response.status_code == 403


@pytest.mark.parametrize(
    "token, content, name, status, expected",
    [
        ("", "x", "data.csv", 401, "Give your token."),
        ("nobody.knows", "x", "data.csv", 401, "The token is not known here"),
        ("{moldova}", "", "", 400, "Choose a file."),
        ("{moldova}", "x" * 200_000, "data.csv", 413, "Too large"),
    ],
)
def test_a_form_that_cannot_be_taken_says_why(
    unattended: TestClient, template: Template, token: str, content: str, name: str, status: int, expected: str
) -> None:
    response = post(unattended, token.format(moldova=template.moldova), content, name)
    assert response.status_code == status
    assert expected in problem(response)


def test_somebody_elses_agreement_is_refused(unattended: TestClient, template: Template) -> None:
    response = post(unattended, template.moldova, message(AGREEMENT_KG, [GOOD]), agreement=AGREEMENT_KG)
    assert response.status_code == 403
    assert "You may not do this" in problem(response)


def test_a_workbook_without_a_known_mapping_asks_for_it(unattended: TestClient, template: Template) -> None:
    content = (LEGACY / "tj_ubezhishche.xls").read_bytes()
    response = post(unattended, template.moldova, content, "tj.xls", agreement=AGREEMENT_KG.replace("STAT", "EDU"))
    assert response.status_code == 400
    assert "choose the mapping" in problem(response)


def test_choices_stay_when_the_form_is_shown_again(unattended: TestClient, template: Template) -> None:
    response = post(unattended, "", "x", agreement=AGREEMENT_MD, dry_run="true")
    page = shown(response)
    assert [e.attributes["value"] for e in page.all("option") if "selected" in e.attributes] == [AGREEMENT_MD]
    assert [e.attributes["id"] for e in page.all("input") if "checked" in e.attributes] == ["dry_run"]


# --- the token of a visit -----------------------------------------------------------------------------------------------


def agreements(page: Document) -> list[str]:
    return [value for e in page.all("option") if (value := e.attributes.get("value") or "").startswith("DSM:")]


def test_the_token_is_kept_for_the_visit_and_shows_its_agreements(unattended: TestClient, template: Template) -> None:
    assert len(agreements(shown(unattended.get("/en/send")))) > 100
    page = shown(post(unattended, template.moldova, step="token"))
    assert agreements(page) == [AGREEMENT_MD]
    assert "You send as moldova. Forget my token" in page.texts("p")
    assert template.moldova not in unattended.get("/en/send").text


def test_the_token_is_forgotten_on_demand(unattended: TestClient, template: Template) -> None:
    post(unattended, template.moldova, step="token")
    page = shown(post(unattended, step="forget"))
    assert "token" in page.values("name")
    assert len(agreements(page)) > 100


def test_the_cookies_are_for_this_site_and_no_script(unattended: TestClient, template: Template) -> None:
    (answer,) = post(unattended, template.moldova, step="token").history
    (cookie,) = [value for value in answer.headers.get_list("set-cookie") if value.startswith("dsm-token=")]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age" not in cookie


def test_a_forged_cookie_is_nobody(unattended: TestClient, template: Template) -> None:
    unattended.cookies.set("dsm-token", template.administrator)
    assert "token" in shown(unattended.get("/en/send")).values("name")


# --- a submission -------------------------------------------------------------------------------------------------------


def sent(client: TestClient, token: str) -> str:
    """The address of a new submission."""
    response = post(client, token, message(AGREEMENT_MD, [GOOD]))
    (address,) = [link for link in shown(response).values("href") if re.fullmatch(r"/en/submissions/\w+", link)]
    client.cookies.clear()
    return address


def test_a_submission_is_shown_to_its_sender_alone(writable: TestClient, template: Template) -> None:
    address = sent(writable, template.moldova)
    nobody = writable.get(address)
    assert nobody.status_code == 401
    assert "GE" not in shown(nobody).texts("td")
    assert writable.get(f"{address}/report.csv").status_code == 401
    post(writable, template.kyrgyzstan, step="token")
    assert writable.get(address).status_code == 403
    post(writable, template.moldova, step="token")
    page = shown(writable.get(address))
    assert page.texts("dd")[:3] == ["Accepted and released", "data.csv", "moldova"]


def test_a_token_opens_the_page_of_a_submission(writable: TestClient, template: Template) -> None:
    address = sent(writable, template.moldova)
    wrong = writable.post(address, data={"seal": seal_of(writable, address), "token": "nobody.knows"})
    assert wrong.status_code == 401
    right = writable.post(address, data={"seal": seal_of(writable, address), "token": template.moldova})
    assert state(shown(right)) == "Accepted and released"


def test_a_submission_that_is_not_there_is_told_to_senders_only(writable: TestClient, template: Template) -> None:
    assert writable.get("/en/submissions/none").status_code == 401
    post(writable, template.moldova, step="token")
    assert writable.get("/en/submissions/none").status_code == 404
