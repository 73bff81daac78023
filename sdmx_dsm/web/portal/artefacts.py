"""An artefact of the registry: what it is, what it holds, where it is used, how it came to be; and the lists of all artefacts."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.responses import Response

from sdmx_dsm.errors import NotFound
from sdmx_dsm.formats import FORMATS, Format
from sdmx_dsm.formats.structures import has_class
from sdmx_dsm.model import (
    MAINTAINABLES,
    Codelist,
    Maintainable,
    ProvisionAgreement,
    Reference,
    describe,
    localise,
    precedence,
)
from sdmx_dsm.service import ArtefactChange
from sdmx_dsm.service.details import whole
from sdmx_dsm.service.history import Difference, difference
from sdmx_dsm.service.resources import ARTEFACT_TYPES
from sdmx_dsm.validation import agreement_defaults
from sdmx_dsm.web.portal.contents import Content, Values, facts_of, sections_of
from sdmx_dsm.web.portal.contents.blocks import Facts, Section, Window
from sdmx_dsm.web.portal.contents.tables import table_section
from sdmx_dsm.web.portal.site import Page

# The kinds that describe data come first, the others as the model has them.
ORDER: Final = tuple(
    dict.fromkeys(("Dataflow", "DataStructure", "Codelist", "ConceptScheme", "CategoryScheme", *MAINTAINABLES))
)
_KINDS: Final = {name.lower(): name for name in MAINTAINABLES}
SHOWN_OF_KIND: Final = 20
SHOWN_USERS: Final = 50
SHOWN_REVISIONS: Final = 20
SHOWN_CHANGES: Final = 200
# Of what all artefacts have, what is told as a fact; the rest has places of its own.
_FACTS: Final = frozenset(
    ("is_final", "is_partial", "is_partial_language", "is_external_reference", "service_url", "structure_url", "uri")
)
_UNDERSTOOD: Final = frozenset(("DEFAULT", "NOTICE"))  # annotations that the page shows as what they mean


# --- lists ------------------------------------------------------------------------------------------------------------------


def all_artefacts(page: Page) -> Response:
    """The first artefacts of each kind."""
    kinds = [(kind, len(found), _stubs(page, found[:SHOWN_OF_KIND])) for kind, found in _by_kind(page).items()]
    return page.render("structures.html", kinds=kinds)


def artefacts_of_kind(page: Page) -> Response:
    """All of one kind, page by page. Raises NotFound for a word that names none."""
    word = page.request.path_params["resource"]
    if word not in _KINDS:
        raise NotFound(f"There are no artefacts of the kind “{word}”.", ru=f"Артефактов вида «{word}» не бывает.")
    found = _by_kind(page).get(_KINDS[word], [])
    window = Window.of(len(found), page.number)
    return page.render(
        "kind.html", kind=_KINDS[word], window=window, artefacts=_stubs(page, found[window.start : window.end])
    )


def _by_kind(page: Page) -> dict[str, list[Reference]]:
    structures = page.hub.structures
    found: dict[str, list[Reference]] = {kind: [] for kind in ORDER}
    for reference in structures.references():
        found[structures.model_class(reference).__name__].append(reference)
    return {kind: sorted(some, key=lambda reference: reference.short) for kind, some in found.items() if some}


def _stubs(page: Page, references: list[Reference]) -> list[Maintainable]:
    return list(page.hub.structures.stubs(references))


# --- one artefact -----------------------------------------------------------------------------------------------------------


def artefact(page: Page) -> Response:
    found = _asked(page)
    full = whole(found, page.hub.structures)
    if isinstance(found, Codelist) and isinstance(full, Codelist):
        full = replace(full, extensions=found.extensions)
    values = Values(page, full)
    content = Content(values, full, page.number, page.request.query_params.get("item", ""))
    notice = found.annotation("NOTICE")
    untold = {each.name for each in fields(found)} - _FACTS
    return page.render(
        "artefact.html",
        artefact=found,
        kind=type(found).__name__,
        notice=notice.texts if notice else {},
        others=_other_versions(page, found.reference),
        facts=[*facts_of(content), *values.facts(found, untold)],
        downloads=list(_downloads(found)),
        sections=[*sections_of(content), *_sections_of_all(content)],
        tags=values.tags((found,)),
        span=values.span(found.valid_from, found.valid_to),
        used=_used(page, found.reference),
        revisions=_history(page, found.reference)[:SHOWN_REVISIONS],
    )


def _asked(page: Page) -> Maintainable:
    """The artefact of the address. Raises NotFound."""
    path = page.request.path_params
    name = ARTEFACT_TYPES.get(path["resource"])
    reference = Reference(name or "", path["agency"], path["id"], path["version"])
    found = page.hub.structures.find(reference) if name else None
    if found is None:
        raise NotFound(
            f"There is no {path['resource']} {reference.short}.",
            ru=f"{path['resource']} {reference.short}: такого артефакта нет.",
            reference=reference,
        )
    return found


def _sections_of_all(content: Content) -> Iterator[Section]:
    """What artefacts of all classes may have: defaults of an agreement, annotations, links."""
    artefact = content.artefact
    if defaults := list(_defaults(content)):
        yield Section("defaults", content.text("artefact.defaults"), [Facts(defaults)])
    others = [each for each in artefact.annotations if each.type not in _UNDERSTOOD]
    for name, parts in (("annotations", others), ("links", artefact.links)):
        if parts:
            yield from table_section(content, name, parts)


def _defaults(content: Content) -> Iterator[tuple[Markup, Markup]]:
    """What an agreement fills in, with the names of the codes."""
    artefact, values = content.artefact, content.values
    if isinstance(artefact, ProvisionAgreement):
        known = values.components(artefact.reference)
        for id, value in agreement_defaults(artefact).items():
            if id in known:
                codes = values.code_names(known[id])
                yield values.component(id, known), values.named(value, codes) if codes else escape(value)


def _other_versions(page: Page, reference: Reference) -> list[Reference]:
    """Newest first."""
    versions = [other for other in page.hub.structures.versions_of(reference) if other != reference]
    return sorted(versions, key=lambda other: precedence(other.version), reverse=True)


def _used(page: Page, reference: Reference) -> list[tuple[str, int, list[Maintainable]]]:
    """What refers to an artefact, by class: how many, and the first of them."""
    structures = page.hub.structures
    (parents,) = structures.parents((reference,)).values()
    groups: dict[str, list[Reference]] = {}
    for parent in sorted(parents, key=lambda parent: parent.short):
        groups.setdefault(structures.model_class(parent).__name__, []).append(parent)
    return [(name, len(some), _stubs(page, some[:SHOWN_USERS])) for name, some in groups.items()]


def _downloads(found: Maintainable) -> Iterator[tuple[Format, str]]:
    """The formats that have such artefacts, and the address of each."""
    if type(found).__name__ == "MetadataSet":
        return
    reference = found.reference
    parts = (reference.artefact_class.lower(), found.agency, found.id, found.version)
    address = "/sdmx/v2/structure/" + "/".join(quote(part, safe=".@$") for part in parts)
    for format in FORMATS:
        if format.write_structures and has_class(format.name, type(found)):
            yield format, f"{address}?format={format.name}"


# --- history ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A change of an artefact in sentences, the first of `number`; None for the difference to another version."""

    change: ArtefactChange | None
    number: int
    sentences: list[str]


def changes(page: Page) -> Response:
    """What each revision changed of an artefact, newest first; or how it differs from another version (`from`). Raises
    NotFound."""
    found = _asked(page)
    reference, other = found.reference, page.request.query_params.get("from", "")
    history = _history(page, reference)
    window = Window.of(len(history), page.number, SHOWN_REVISIONS)
    if other:
        before = page.hub.structures.resolve(reference.at(other), Maintainable)
        told = [_told(page, None, difference(before, found))]
    else:
        told = [_told(page, change, _made(page, change)) for change in history[window.start : window.end]]
    return page.render(
        "changes.html",
        artefact=found,
        kind=type(found).__name__,
        other=other,
        others=_other_versions(page, reference),
        window=window,
        told=told,
        is_known=not page.viewer.is_anonymous,
    )


def _history(page: Page, reference: Reference) -> list[ArtefactChange]:
    """Newest first."""
    return page.hub.store.artefact_history(reference)[::-1]


def _made(page: Page, change: ArtefactChange) -> Difference | None:
    before = page.hub.store.artefact(change.reference, change.revision - 1)
    return difference(before, page.hub.store.artefact(change.reference, change.revision))


def _told(page: Page, change: ArtefactChange | None, made: Difference | None) -> Told:
    found = made.changes if made else ()
    sentences = [localise(describe(each), (page.language,)) for each in found[:SHOWN_CHANGES]]
    return Told(change, len(found), sentences)
