"""One request of the SDMX API, as its handlers are given it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Final

from starlette.requests import Request

from sdmx_dsm.formats import FORMATS
from sdmx_dsm.model import Viewer
from sdmx_dsm.service import Hub, Registry
from sdmx_dsm.web.rest import v1, v2
from sdmx_dsm.web.rest.negotiation import Choice, Kind, choose, choose_languages, syntax_of
from sdmx_dsm.web.rest.targets import Family, Target

_OTHERS: Final = ("metadata", "schema", "registry")
PARSERS: Final[Mapping[Family, ModuleType]] = {"v1": v1, "v2": v2}


@dataclass(frozen=True)
class Call:
    """One request of the SDMX API: what was asked, by whom, and what it is to look like."""

    request: Request
    hub: Hub
    family: Family
    target: Target
    viewer: Viewer

    @property
    def parser(self) -> Any:
        return PARSERS[self.family]

    @property
    def languages(self) -> tuple[str, ...]:
        return choose_languages(self.request.headers.get("accept-language"), self.target, self.known_languages)

    @property
    def known_languages(self) -> tuple[str, ...]:
        return tuple(language.strip() for language in self.hub.settings.languages.split(","))

    def registry(self, as_of: datetime | None) -> Registry:
        """As it is now where no moment is given."""
        return self.hub.registry_at(as_of) if as_of else self.hub.registry

    def format(self, kind: Kind, *also: Kind, xml_only: bool = False) -> Choice:
        """Raises what `choose` does."""
        offered = [row for row in FORMATS if row.write or row.write_structures or row.kind in _OTHERS]
        if xml_only:
            offered = [row for row in offered if syntax_of(row) == "xml"]
        accept = ", ".join(self.request.headers.getlist("accept"))
        return choose(offered, kind, self.family, accept, self.target, self.hub.settings.sdmx_defaults, also=also)
