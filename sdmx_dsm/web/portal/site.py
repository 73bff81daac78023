"""What all pages share: their language, templates, addresses and error pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from babel import negotiate_locale
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sdmx_dsm import __version__
from sdmx_dsm.errors import DsmError, Unauthorised
from sdmx_dsm.model import PUBLIC, Maintainable, Reference, Text, Viewer, localise
from sdmx_dsm.service import Hub, people
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.portal import display
from sdmx_dsm.web.portal.forms import FORM_COOKIE, Seals, keep
from sdmx_dsm.web.portal.translations import LANGUAGE_NAMES, TEXTS, translate, translate_number
from sdmx_dsm.web.responses import status_of

LANGUAGE_COOKIE: Final = "dsm-language"
STATIC: Final = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """Templates that escape everything, and fail on a name that a page forgot."""
    return Environment(
        loader=PackageLoader("sdmx_dsm.web.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def languages_of(settings: Settings) -> tuple[str, ...]:
    """Of the pages: those of the setting that have texts, the default first."""
    wanted = [language.strip() for language in settings.languages.split(",")]
    return tuple(language for language in wanted if language in LANGUAGE_NAMES) or ("en",)


def preferred_language(request: Request, languages: tuple[str, ...]) -> str:
    """What the reader chose before, else what the browser asks for, else the default."""
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in languages:
        return kept
    ranges = [part.partition(";") for part in request.headers.get("accept-language", "").split(",")]
    weighed = sorted(((_weight(rest), tag.strip()) for tag, _, rest in ranges), key=lambda pair: -pair[0])
    wanted = [tag for weight, tag in weighed if tag and tag != "*" and weight > 0]
    return negotiate_locale(wanted, languages, sep="-") or languages[0]


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class Site:
    """What is made once for all pages."""

    languages: tuple[str, ...]
    hub: Hub
    seals: Seals


@dataclass(frozen=True)
class Page:
    """One request for a page in one language."""

    site: Site
    request: Request
    language: str

    @property
    def hub(self) -> Hub:
        return self.site.hub

    @property
    def languages(self) -> tuple[str, ...]:
        """Wanted for names, best first."""
        return (self.language, *(other for other in self.site.languages if other != self.language))

    @cached_property
    def viewer(self) -> Viewer:
        """Who the token that the browser keeps stands for; the public where there is none, or it is no longer valid."""
        token = self.site.seals.token(self.request)
        try:
            return people.viewer_of_token(self.hub, token) if token else PUBLIC
        except Unauthorised:
            return PUBLIC

    @property
    def number(self) -> int:
        """Of a list that is shown page by page."""
        asked = self.request.query_params.get("page", "")
        return int(asked) if asked.isdecimal() and len(asked) < 10 else 1

    def at(self, number: int) -> str:
        """This page at another part of its list."""
        return f"?{urlencode({**self.request.query_params, 'page': number, 'item': ''})}"

    def text(self, key: str, **values: object) -> str:
        return translate(key, self.language, **values)

    def counted(self, key: str, number: int) -> str:
        return translate_number(key, number, self.language)

    def address(self, *segments: str, **parameters: str) -> str:
        """Of another page in the same language."""
        path = "/".join(quote(segment, safe="@$") for segment in (self.language, *segments))
        return f"/{path}" + (f"?{urlencode(parameters)}" if parameters else "")

    def structure_address(self, artefact: Maintainable | Reference, item: str = "") -> str:
        """Of the page of an artefact; for an item, of the part of it that shows the item."""
        reference = artefact.reference if isinstance(artefact, Maintainable) else artefact
        target = reference.maintainable
        path = self.address("structure", target.artefact_class.lower(), target.agency, target.id, target.version)
        item = item or reference.item
        return path + (f"?item={quote(item)}#item-{quote(item)}" if item else "")

    def table_address(self, artefact: Maintainable, **parameters: str) -> str:
        return self.address("data", artefact.agency, artefact.id, artefact.version, **parameters)

    def render(self, template: str, /, status: int = 200, **context: Any) -> Response:
        body = render(template, self.request, self.language, self.site.languages, page=self, **context)
        return HTMLResponse(body, status, headers={"Content-Language": self.language, "Vary": "Cookie"})

    def render_form(self, template: str, /, status: int = 200, **context: Any) -> Response:
        """A page with a form that is posted: sealed for this browser, and kept by nobody."""
        number, seal = self.site.seals.form_seal(self.request)
        response = self.render(template, status, seal=seal, **context)
        response.headers["Cache-Control"] = "no-store"
        keep(response, self.request, FORM_COOKIE, number)
        return response


def render(
    template: str,
    request: Request,
    language: str,
    languages: tuple[str, ...],
    **context: Any,
) -> str:
    """A template with the functions that all of them use."""

    def text(key: str, **values: object) -> str:
        return translate(key, language, **values)

    def say(names: Text, otherwise: str = "") -> Markup:
        return display.say(names, language, otherwise)

    def counted(key: str, number: int) -> str:
        return translate_number(key, number, language)

    helpers: dict[str, Callable[..., Any]] = {
        "text": text,
        "say": say,
        "counted": counted,
        "number": lambda value: display.number(str(value), language),
        "plain": lambda names, otherwise="": localise(names, (language,)) or otherwise,
        "date": lambda moment: display.date(moment, language),
        "period": lambda value: display.period(value, language),
        "time": lambda moment: display.time(moment, language),
    }
    return (
        environment()
        .get_template(template)
        .render(
            language=language,
            other_languages=[(other, LANGUAGE_NAMES[other], _in_language(request, other)) for other in languages],
            version=__version__,
            **helpers,
            **context,
        )
    )


def _in_language(request: Request, language: str) -> str:
    """The address of this very page in another language."""
    first, slash, rest = request.url.path.lstrip("/").partition("/")
    path = f"/{language}/{rest}" if first in LANGUAGE_NAMES and slash else f"/{language}/"
    query = request.url.query if request.method in ("GET", "HEAD") else ""
    return path + (f"?{query}" if query else "")


def error_page(request: Request, status: int, message: Text, settings: Settings) -> Response:
    """The page for a failure. Needs no hub, so that it can tell of any failure."""
    languages = languages_of(settings)
    first = request.url.path.lstrip("/").partition("/")[0]
    language = first if first in languages else preferred_language(request, languages)
    known = str(status) if f"error.{status}" in TEXTS else "500" if status >= 500 else "400"
    hint = f"error.hint.{known}"
    body = render(
        "error.html",
        request,
        language,
        languages,
        title=translate(f"error.{known}", language),
        hint=translate(hint, language) if hint in TEXTS else "",
        message=message,
    )
    return HTMLResponse(body, status, headers={"Content-Language": language})


def failure_page(page: Page, error: DsmError) -> Response:
    return error_page(page.request, status_of(error).api, error.texts, page.hub.settings)
