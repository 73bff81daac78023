"""The start page: dataflows by topic, the newest releases, search by name."""

from functools import partial
from typing import Final

from starlette.responses import Response

from sdmx_dsm.model.urns import CONTENTS
from sdmx_dsm.model.words import class_word
from sdmx_dsm.service import search
from sdmx_dsm.service.search import Hit
from sdmx_dsm.web.portal.site import Page

RELEASES: Final = 8


def start(page: Page) -> Response:
    query = page.request.query_params.get("q", "").strip()[:200]
    structures = page.hub.structures
    hits = search.find_by_name(structures, query)
    hub, flows = page.hub, page.hub.dataflows()
    releases = {flow.reference: hub.store.last_release(hub.shown(flow)) for flow in flows}
    agreements = {
        agreement
        for flow in flows
        if releases[flow.reference]
        for agreement in hub.store.contributing_agreements(hub.schema(flow), page.viewer)
    }
    return page.render(
        "start.html",
        query=query,
        hits=hits,
        alike=bool(hits) and hits[0].is_alike,
        limit=search.MAX_HITS,
        kind_of=partial(_kind_of, page),
        topics=search.topics(structures),
        released={reference: release.time for reference, release in releases.items() if release},
        releases=search.newest_releases(page.hub, RELEASES),
        notices=page.hub.notices(sorted(agreements)),
    )


def _kind_of(page: Page, hit: Hit) -> str:
    """What was found: the class of the artefact, or of its items."""
    name = hit.artefact.reference.artefact_class
    if not hit.item:
        return page.text(f"kind.{type(hit.artefact).__name__}")
    word = class_word(CONTENTS[name].split()[0], page.language)
    return word[:1].upper() + word[1:]
