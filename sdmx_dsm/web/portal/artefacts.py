"""An artefact of the registry: what it is, what it holds, where it is used."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from sdmx_dsm import formats
from sdmx_dsm.errors import NotFound
from sdmx_dsm.formats import Format
from sdmx_dsm.model import (
    Categorisation,
    Category,
    CategoryScheme,
    DataConstraint,
    Dataflow,
    DataStructure,
    ItemScheme,
    Maintainable,
    Nameable,
    ProvisionAgreement,
    Reference,
    SchemaComponent,
    Text,
)
from sdmx_dsm.service import tables
from sdmx_dsm.service.details import whole
from sdmx_dsm.service.resources import RESOURCES
from sdmx_dsm.validation import agreement_defaults
from sdmx_dsm.web.portal.site import Page
from sdmx_dsm.web.portal.translations import LANGUAGE_NAMES

STRUCTURE_FORMATS: Final = ("sdmx-ml-2.1", "sdmx-ml-3.0", "sdmx-json-2.0")


# The kinds that describe data come first.
ORDER: Final = (
    *("Dataflow", "DataStructure", "Codelist", "ConceptScheme", "CategoryScheme", "DataProviderScheme", "AgencyScheme"),
    *("ProvisionAgreement", "DataConstraint", "Categorisation"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a scheme with its dotted path, its depth from 0, and the path of the item above ("" for none)."""

    item: Nameable
    path: str
    level: int
    parent: str


def all_artefacts(page: Page) -> Response:
    """All artefacts by kind."""
    found: dict[str, list[Maintainable]] = {kind: [] for kind in ORDER}
    structures = page.hub.structures
    for artefact in structures.stubs(structures.references()):
        found.setdefault(type(artefact).__name__, []).append(artefact)
    kinds = [(kind, sorted(some, key=lambda one: one.reference.short)) for kind, some in found.items() if some]
    return page.render("structures.html", kinds=kinds)


def artefact(page: Page) -> Response:
    path = page.request.path_params
    name = RESOURCES.get(path["resource"])
    reference = Reference(name or "", path["agency"], path["id"], path["version"])
    found = page.hub.structures.find(reference) if name else None
    if found is None:
        raise NotFound(
            f"There is no {path['resource']} {reference.short}.",
            ru=f"{path['resource']} {reference.short}: такого артефакта нет.",
            reference=reference,
        )
    found = whole(found, page.hub.structures)
    entries = list(_entries(found)) if isinstance(found, ItemScheme) else None
    notice = found.annotation("NOTICE")
    return page.render(
        "artefact.html",
        artefact=found,
        kind=type(found).__name__,
        notice=notice.texts if notice else {},
        others=_other_versions(page, found),
        references=list(_references(found)),
        downloads=list(_downloads(found)),
        components=page.hub.structures.schema(found.reference).components if isinstance(found, DataStructure) else (),
        items=entries,
        tags=_tags(page, [found, *(entry.item for entry in entries or ())]),
        has_parents=any(entry.parent for entry in entries or ()),
        defaults=list(_defaults(page, found)),
        regions=found.cube_regions if isinstance(found, DataConstraint) else (),
        used=_used(page, found),
        find=page.hub.structures.find,
        names_of=lambda target: _names_of(page, target),
    )


def _entries(scheme: ItemScheme) -> Iterator[Entry]:
    """In the order of the scheme, children of nested categories behind their parent."""
    if isinstance(scheme, CategoryScheme):
        yield from _nested(scheme.items, 0, "")
        return
    parents = {item.id: getattr(item, "parent", None) or "" for item in scheme.items}
    for item in scheme.items:
        level, above, seen = 0, parents[item.id], {item.id}
        while above in parents and above not in seen:
            seen.add(above)
            level, above = level + 1, parents[above]
        yield Entry(item, item.id, level, parents[item.id])


def _nested(categories: Iterable[Category], level: int, parent: str) -> Iterator[Entry]:
    for category in categories:
        path = f"{parent}.{category.id}" if parent else category.id
        yield Entry(category, path, level, parent)
        yield from _nested(category.items, level + 1, path)


def _tags(page: Page, named: Iterable[Nameable]) -> list[tuple[str, str]]:
    """The languages that names have, with their own names; the reader's first."""
    found = dict.fromkeys(tag for one in named for tag in one.names)
    known = [tag for tag in page.languages if tag in found]
    return [(tag, LANGUAGE_NAMES.get(tag, tag)) for tag in dict.fromkeys((*known, *found))]


def _references(found: Maintainable) -> Iterator[tuple[str, Reference | None]]:
    """What an artefact refers to, under the key of its text."""
    match found:
        case Dataflow():
            yield "artefact.structure", found.structure
        case ProvisionAgreement():
            yield "artefact.dataflow", found.dataflow
            yield "artefact.provider", found.data_provider
        case Categorisation():
            yield "artefact.source", found.source
            yield "artefact.category", found.target
        case DataConstraint():
            for reference in found.attachment:
                yield "artefact.attachment", reference


def _names_of(page: Page, reference: Reference) -> Text:
    """Of an artefact, or of the item that a reference names."""
    scheme = page.hub.structures.find(reference)
    if scheme is None or not reference.item:
        return scheme.names if scheme else {}
    entries = _entries(scheme) if isinstance(scheme, ItemScheme) else iter(())
    return next((entry.item.names for entry in entries if entry.path == reference.item), {})


def _defaults(page: Page, found: Maintainable) -> Iterator[tuple[SchemaComponent, tables.Label]]:
    """What an agreement fills in, with the names of the codes."""
    if isinstance(found, ProvisionAgreement):
        known = page.hub.structures.schema(found.reference).by_id
        for id, value in agreement_defaults(found).items():
            if id in known:
                yield known[id], tables.label_of(known[id], value)


def _other_versions(page: Page, found: Maintainable) -> list[Maintainable]:
    structures = page.hub.structures
    versions = structures.versions_of(found.reference)
    return list(structures.stubs([version for version in versions if version != found.reference]))


def _used(page: Page, found: Maintainable) -> list[tuple[str, list[Maintainable]]]:
    """What refers to an artefact, by class."""
    groups: dict[str, list[Maintainable]] = {}
    for parent in page.hub.structures.users(found, Maintainable):
        groups.setdefault(type(parent).__name__, []).append(parent)
    return [(name, sorted(parents, key=lambda parent: parent.reference.short)) for name, parents in groups.items()]


def _downloads(found: Maintainable) -> Iterator[tuple[Format, str]]:
    parts = (type(found).__name__.lower(), found.agency, found.id, found.version)
    address = "/sdmx/v2/structure/" + "/".join(quote(part, safe=".@$") for part in parts)
    for name in STRUCTURE_FORMATS:
        yield formats.by_name(name, "structure"), f"{address}?format={name}"
