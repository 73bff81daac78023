"""The documentation names all that there is, its tables are those of the code, and its links lead somewhere."""

import re
from pathlib import Path
from typing import Any

import pytest

from sdmx_dsm.formats import FORMATS
from sdmx_dsm.settings import Settings, settings_table
from sdmx_dsm.validation import CATALOGUE
from sdmx_dsm.web import create_app
from sdmx_dsm.web.openapi import DOCUMENT
from tests.docs.tables import MARKED, PAGES, ROOT, TABLES, commands, renewed

TEXTS = {page: page.read_text("utf-8") for page in PAGES}
EVERYTHING = "\n".join(TEXTS.values())
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_a_page_are_those_of_the_code(page: Path) -> None:
    """`python -m tests.docs.tables` makes them so."""
    assert renewed(TEXTS[page]) == TEXTS[page]


def test_each_table_is_on_a_page() -> None:
    assert {found[2] for found in MARKED.finditer(EVERYTHING)} == set(TABLES)


def anchors(text: str) -> set[str]:
    """What the headings of a page are called in links."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for link in LINK.findall(TEXTS[page]):
        if "://" not in link:
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), link
            assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_the_index_leads_to_every_page() -> None:
    linked = {link.partition("#")[0] for link in LINK.findall(TEXTS[ROOT / "docs" / "README.md"])}
    assert {page.name for page in PAGES if page.parent.name == "docs"} - {"README.md"} <= linked


def test_every_setting_is_documented() -> None:
    assert settings_table() in TEXTS[ROOT / "docs" / "operations.md"]


def test_every_setting_that_is_named_exists() -> None:
    known = set(re.findall(r"`(DSM_\w+)`", settings_table())) | {"DSM_CONFIG", "DSM_TOKEN"}
    assert set(re.findall(r"\bDSM_[A-Z_]+\b", EVERYTHING)) <= known


@pytest.mark.parametrize("name", sorted({format.name for format in FORMATS}))
def test_every_format_is_documented(name: str) -> None:
    assert f"`{name}`" in TEXTS[ROOT / "docs" / "api.md"]


def test_every_finding_is_documented() -> None:
    text = TEXTS[ROOT / "docs" / "findings.md"]
    assert [code for code in CATALOGUE if f"### {code}\n" not in text] == []


def test_every_address_is_documented(tmp_path: Path) -> None:
    """The pages once for all languages, what lies below the roots of the SDMX API as a whole."""
    text = TEXTS[ROOT / "docs" / "api.md"]
    app = create_app(Settings(data_dir=str(tmp_path)))
    app.state.hub.close()
    missing = []
    for route in app.routes:
        path = re.sub(r"^/(en|ru)(?=/)", "/{language}", route.path)  # type: ignore[attr-defined]
        path = path.replace("/{rest:path}", "/…")
        # A page's file is told in the row of the page.
        shown = path if path.startswith("/api/") else re.sub(r"/(table\.xlsx|report\.csv)$", "", path)
        if not any(f"{mark}{shown}{end}" in text for mark in ("`", "`GET ", "`POST ") for end in ("`", "/…`")):
            missing.append(path)
    assert [path for path in missing if path not in ("/en", "/ru")] == []


def test_every_parameter_of_a_submission_is_documented() -> None:
    text = TEXTS[ROOT / "docs" / "api.md"]
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                assert re.search(rf"`{parameter['name']}[`=]|\{{{parameter['name']}\}}", text), parameter["name"]


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda one: one if isinstance(one, str) else "")
def test_every_command_is_documented(name: str, command: Any) -> None:
    text = TEXTS[ROOT / "docs" / "commands.md"]
    assert f"### {name}\n" in text
    assert command.help
    assert name in TEXTS[ROOT / "README.md"]
