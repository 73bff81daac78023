"""The start page: dataflows by topic, the newest releases, search by name."""

from typing import Final

from starlette.responses import Response

from sdmx_dsm.service import search
from sdmx_dsm.web.portal.site import Page

RELEASES: Final = 8
# What a hit is called: by the class of the artefact, and whether it is an item of it.
KINDS: Final = {
    ("Dataflow", False): "Dataflow",
    ("Codelist", False): "Codelist",
    ("Codelist", True): "Code",
    ("DataProviderScheme", True): "DataProvider",
}


def start(page: Page) -> Response:
    query = page.request.query_params.get("q", "").strip()[:200]
    structures = page.hub.structures
    hits = search.find_by_name(structures, query)
    flows = page.hub.dataflows()
    releases = {flow.reference: page.hub.store.last_release(flow.reference) for flow in flows}
    agreements = {
        agreement
        for flow in flows
        for agreement in page.hub.store.contributing_agreements(page.hub.schema(flow), page.viewer)
    }
    return page.render(
        "start.html",
        query=query,
        hits=hits,
        alike=bool(hits) and hits[0].is_alike,
        limit=search.MAX_HITS,
        kinds=KINDS,
        topics=search.topics(structures),
        released={reference: release.time for reference, release in releases.items() if release},
        releases=search.newest_releases(page.hub, RELEASES),
        notices=page.hub.notices(sorted(agreements)),
    )
