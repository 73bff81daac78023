"""Finding things: topics with their dataflows, and artefacts, codes and providers by name."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from sdmx_dsm.model import (
    MAINTAINABLES,
    Categorisation,
    Category,
    CategoryScheme,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    Maintainable,
    Named,
    ProvisionAgreement,
    Reference,
    Release,
    Structures,
    Text,
    folded,
    iter_items,
    parse_reference,
    parse_version,
)
from sdmx_dsm.service.hub import Hub

MAX_HITS: Final = 100
# Of the same score the first come first, and artefacts before items.
_SEARCHED: Final = {
    name: place
    for place, name in enumerate(dict.fromkeys(("Dataflow", "DataProviderScheme", "Codelist", *MAINTAINABLES)))
}
_MOST_COMPARED: Final = 200_000  # names that a misspelt one is held against
SIMILAR_ENOUGH: Final = 70  # of 100: below it a word is no misspelling but another word


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A category with its own dataflows and the topics below it."""

    id: str
    names: Text
    descriptions: Text
    dataflows: tuple[Dataflow, ...]
    topics: "tuple[Topic, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """`item`: the path of a code or provider in `artefact`, "" for the artefact itself. `is_alike`: only spelt alike."""

    artefact: Maintainable
    item: str
    names: Text
    score: int
    is_alike: bool = False


def topics(structures: Structures) -> tuple[Topic, ...]:
    """The categories of all schemes with the dataflows that categorisations put there; empty ones are left out.

    Dataflows of no category stand in a last topic with id "" and no names."""
    placed: dict[tuple[str, str, str], list[Dataflow]] = {}
    seen = set()
    for categorisation in structures.of_class(Categorisation):
        source, target = categorisation.source, categorisation.target
        flow = structures.find(source) if source else None
        scheme = structures.find(target) if target else None
        if isinstance(flow, Dataflow) and scheme and target:
            placed.setdefault((scheme.agency, scheme.id, target.item), []).append(flow)
            seen.add(flow.reference)

    def below(scheme: CategoryScheme, categories: Iterable[Category], above: str) -> Iterator[Topic]:
        for category in categories:
            path = f"{above}{category.id}"
            topic = Topic(
                id=path,
                names=category.names,
                descriptions=category.descriptions,
                dataflows=tuple(_by_identity(placed.get((scheme.agency, scheme.id, path), ()))),
                topics=tuple(below(scheme, category.items, f"{path}.")),
            )
            if topic.dataflows or topic.topics:
                yield topic

    found = [topic for scheme in structures.of_class(CategoryScheme) for topic in below(scheme, scheme.items, "")]
    rest = _by_identity(flow for flow in structures.of_class(Dataflow) if flow.reference not in seen)
    if rest:
        found.append(Topic(id="", names={}, descriptions={}, dataflows=tuple(rest)))
    return tuple(found)


Provider = tuple[Maintainable, DataProvider]  # with the scheme that holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release and what it changed: dataflow, provider (None for an agreement that is no longer known) and number of
    observations of each part."""

    release: Release
    parts: tuple[tuple[Dataflow, Provider | None, int], ...]


def newest_releases(hub: Hub, limit: int) -> list[Published]:
    """Newest first; a part whose dataflow is no longer in the registry is left out."""
    found: list[Published] = []
    for release in hub.store.releases(limit=limit):
        parts: list[tuple[Dataflow, Provider | None, int]] = []
        for change in hub.store.changes(release.number):
            flow = changed_dataflow(hub, change.dataflow)
            if flow:
                number = change.inserted + change.updated + change.deleted
                parts.append((flow, _provider(hub, change.agreement), number))
        found.append(Published(release=release, parts=tuple(parts)))
    return found


def _provider(hub: Hub, agreement: str) -> Provider | None:
    found = hub.structures.find(parse_reference(agreement, "ProvisionAgreement"))
    reference = found.data_provider if isinstance(found, ProvisionAgreement) else None
    scheme = hub.structures.find(reference) if reference else None
    items = scheme.items if isinstance(scheme, DataProviderScheme) else ()
    return next(((scheme, item) for item in items if reference and scheme and item.id == reference.item), None)


def changed_dataflow(hub: Hub, line: Reference) -> Dataflow | None:
    """The newest dataflow of a line of versions, as releases name it: `1.*` for 1.2.3, else the version itself."""
    major = line.version.removesuffix("*")
    versions = [
        flow
        for flow in hub.structures.versions_of(line)
        if flow.version == line.version or (major != line.version and flow.version.startswith(major))
    ]
    newest = max(versions, key=lambda flow: parse_version(flow.version).sort_key, default=None)
    return hub.structures.resolve(newest, Dataflow) if newest else None


def _by_identity(dataflows: Iterable[Dataflow]) -> list[Dataflow]:
    return sorted(dataflows, key=lambda flow: flow.reference.short)


class _Found(NamedTuple):
    score: int
    reference: Reference
    path: str


def find_by_name(structures: Structures, text: str) -> list[Hit]:
    """Artefacts and items of all classes whose names (in any language) or ids hold all words of `text`, best
    first: the whole name, its beginning, the beginning of words, anything else.

    Where nothing holds them: what is spelt most alike."""
    words = folded(text).split()
    if not words:
        return []
    found = [
        _Found(max(_score(name, words) for name in names), reference, path)
        for reference, path, names in _named(structures, words)
    ]
    return _hits(structures, (one for one in found if one.score)) or _alike(structures, " ".join(words))


def _alike(structures: Structures, text: str) -> list[Hit]:
    entries = list(islice(_named(structures, ()), _MOST_COMPARED))
    spelt = {(n, i): name for n, (_, _, names) in enumerate(entries) for i, name in enumerate(names)}
    best: dict[int, int] = {}
    for _, score, (n, _) in process.extract(
        text, spelt, scorer=fuzz.ratio, limit=MAX_HITS, score_cutoff=SIMILAR_ENOUGH
    ):
        best[n] = max(best.get(n, 0), int(score))
    hits = _hits(structures, (_Found(score, *entries[n][:2]) for n, score in best.items()))
    return [replace(hit, is_alike=True) for hit in hits]


def _named(structures: Structures, words: Sequence[str]) -> Iterator[Named]:
    """Data provider schemes are no answer themselves: each agency has one."""
    for named in structures.named(_SEARCHED, words):
        reference, path, _ = named
        if path or reference.artefact_class != "DataProviderScheme":
            yield named


def _hits(structures: Structures, found: Iterable[_Found]) -> list[Hit]:
    """The best, of the same score dataflows first and codes last."""
    best = sorted(found, key=lambda one: (-one.score, _SEARCHED[one.reference.artefact_class], bool(one.path)))
    best = best[:MAX_HITS]
    paths: dict[Reference, list[str]] = {}
    for one in best:
        paths.setdefault(one.reference, []).append(one.path)
    artefacts = {stub.reference: stub for stub in structures.stubs(tuple(paths))}
    names = {
        (reference, path): item.names
        for reference, wanted in paths.items()
        if any(wanted)
        for path, item in iter_items(structures.with_items(reference, wanted).items)
    }
    return [
        Hit(
            artefact=artefacts[one.reference],
            item=one.path,
            names=names[one.reference, one.path] if one.path else artefacts[one.reference].names,
            score=one.score,
        )
        for one in best
    ]


def _score(name: str, words: Sequence[str]) -> int:
    """0 when a word is missing. `name` and `words` are folded."""
    if not all(word in name for word in words):
        return 0
    wanted = " ".join(words)
    starts = [f" {name}".find(f" {word}") >= 0 for word in words]
    if name == wanted:
        return 100
    if name.startswith(wanted):
        return 80
    return 60 if all(starts) else 20
