"""The pages for people: server-rendered, in several languages, without any script.

routes(hub)                            the routes of all pages, below /{language}/, and of what they look like
error_page(request, status, message, settings)   the page for a failure anywhere outside the APIs

start       topics, newest releases, search                        translations   every text in every language
data        a dataflow as a table, and as a workbook               display        numbers, periods, times
send        a file in, its report back                             forms          seals of forms, the kept token
reports     a submission and its report                            site           language, templates, addresses
artefacts   all artefacts; one with what it holds, its history     contents     what an artefact holds, as blocks"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sdmx_dsm.errors import DsmError
from sdmx_dsm.service import Hub
from sdmx_dsm.web.portal import artefacts, data, reports, send, start
from sdmx_dsm.web.portal.forms import Seals, load_key
from sdmx_dsm.web.portal.site import (
    LANGUAGE_COOKIE,
    STATIC,
    Page,
    Site,
    error_page,
    failure_page,
    languages_of,
    preferred_language,
)

__all__ = ["error_page", "routes"]

PageFunction = Callable[[Page], Response]
AsyncPageFunction = Callable[[Page], Awaitable[Response]]

_DATA: Final = "data/{agency}/{id}/{version}"
_ARTEFACT: Final = "structure/{resource}/{agency}/{id}/{version}"
_SUBMISSION: Final = "submissions/{id}"
PAGES: Final[tuple[tuple[str, PageFunction], ...]] = (
    ("", start.start),
    ("structure", artefacts.all_artefacts),
    ("structure/{resource}", artefacts.artefacts_of_kind),
    (_ARTEFACT, artefacts.artefact),
    (f"{_ARTEFACT}/changes", artefacts.changes),
    (_DATA, data.table),
    (f"{_DATA}/table.xlsx", data.workbook),
    ("send", send.form),
    (_SUBMISSION, reports.submission),
    (f"{_SUBMISSION}/report.csv", reports.findings_file),
)
FORMS: Final[tuple[tuple[str, AsyncPageFunction], ...]] = (
    ("send", send.send),
    (_SUBMISSION, reports.present_token),
)


def routes(hub: Hub) -> list[BaseRoute]:
    """All pages in all languages. Reads, or makes, the key of the forms."""
    languages = languages_of(hub.settings)
    site = Site(languages=languages, hub=hub, seals=Seals(load_key(hub.settings.data_path)))

    def choose_language(request: Request) -> Response:
        language = preferred_language(request, languages)
        return RedirectResponse(f"/{language}/", HTTPStatus.FOUND, headers={"Vary": "Accept-Language, Cookie"})

    return [
        Route("/", choose_language),
        *(Route(f"/{language}", _shown(site, language, start.start)) for language in languages),
        *(
            Route(f"/{language}/{path}", _shown(site, language, function))
            for language in languages
            for path, function in PAGES
        ),
        *(
            Route(f"/{language}/{path}", _taken(site, language, function), methods=["POST"])
            for language in languages
            for path, function in FORMS
        ),
        Mount("/static", StaticFiles(directory=STATIC), name="static"),
    ]


def _shown(site: Site, language: str, function: PageFunction) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        page = Page(site, request, language)
        try:
            response = function(page)
        except DsmError as error:
            return failure_page(page, error)
        # Whoever reads a language by its address gets it again at the bare address.
        if request.cookies.get(LANGUAGE_COOKIE) != language:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=365 * 24 * 3600, samesite="lax")
        return response

    return endpoint


def _taken(site: Site, language: str, function: AsyncPageFunction) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        page = Page(site, request, language)
        try:
            return await function(page)
        except DsmError as error:
            return await run_in_threadpool(failure_page, page, error)

    return endpoint
