"""The pages in a real browser: nothing wider than the screen, nothing refused by the content policy, and a workbook sent by hand.

Needs Chromium (Debian: `apt-get install chromium`); without it the tests are left out, and say so."""

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from sdmx_dsm.service import Hub, demo
from sdmx_dsm.service.submissions import run_worker
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

LEGACY = Path(__file__).parents[2] / "fixtures" / "legacy"
SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
).split()
PAGES = (
    "",
    "?q=Moldova",
    "data/DSM/FOREIGN_POP/1.0.0",
    "data/DSM/WORK_PERMITS/1.0.0",
    "send",
    "structure",
    "structure/codelist/DSM/CL_AREA/1.0.0",
    "structure/datastructure/DSM/FOREIGN_POP/1.0.0",
    "structure/codelist",
    "structure/codelist/DSM/CL_AREA/1.0.0/changes",
    "structure/dataconstraint/DSM/REF_AREA_MD/1.0.0",
    "structure/provisionagreement/DSM/FOREIGN_POP_MD_MIG/1.0.0",
    "nothing-here",
)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A served hub with the demonstration in it: its address, and a token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("hub")), port=port)
    opened = Hub.open(settings)
    for _ in demo.prepare(opened):
        pass
    token = demo.demo_token(opened)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(opened, stop), daemon=True)
    worker.start()
    server = uvicorn.Server(uvicorn.Config(create_app(settings), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{port}", token
    server.should_exit = True
    stop.set()
    thread.join()
    worker.join()
    opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def opened(browser: Browser, width: int, height: int) -> tuple[Page, list[str]]:
    """A page of a size, and what it complains of."""
    page = browser.new_page(viewport={"width": width, "height": height})
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # The browser gives up what it still loads, as the icon, when it goes on to another page.
    page.on(
        "requestfailed",
        lambda request: complaints.append(request.url) if request.failure != "net::ERR_ABORTED" else None,
    )
    return page, complaints


@pytest.mark.parametrize(("width", "height"), [(800, 600), (390, 844)])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_page_is_wider_than_the_screen(
    browser: Browser, hub: tuple[str, str], language: str, width: int, height: int
) -> None:
    page, complaints = opened(browser, width, height)
    for path in PAGES:
        page.goto(f"{hub[0]}/{language}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
        assert page.locator("html").get_attribute("lang") == language, path
    page.close()
    assert [text for text in complaints if "404" not in text] == []


@pytest.mark.parametrize(("language", "sentence"), [("en", "is not a code of"), ("ru", "отсутствует среди кодов")])
def test_a_workbook_with_mistakes_is_answered_by_cell(
    browser: Browser, hub: tuple[str, str], language: str, sentence: str
) -> None:
    address, token = hub
    page, complaints = opened(browser, 800, 600)
    page.goto(f"{address}/{language}/send")
    page.locator("input[type=password]").fill(token)
    page.locator("input[type=file]").set_input_files(LEGACY / "tm_foreigners_with_mistakes.xlsx")
    page.locator("select[name=agreement]").select_option("DSM:FOREIGN_POP_TM_STAT(1.0.0)")
    page.locator("input[name=dry_run]").check()
    page.locator("button[name=step][value=send]").click()
    page.wait_for_load_state()
    report = page.locator("main").inner_text()
    assert sentence in report
    for cell in ("A15", "J16", "F17", "K6", "B20"):
        assert cell in report
    assert page.evaluate("document.documentElement.scrollWidth") <= 800
    page.close()
    assert complaints == []
