"""Where `Structures` finds artefacts: in memory, in the store (`sdmx_dsm.store.snapshots`), or in one behind another."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from typing import Protocol, runtime_checkable

from sdmx_dsm.model.base import ItemScheme, Maintainable
from sdmx_dsm.model.parts import iter_items, iter_references, stub, with_items, words_of
from sdmx_dsm.model.urns import Reference

Key = tuple[str, str, str]  # class, agency, id
Named = tuple[
    Reference, str, tuple[str, ...]
]  # an artefact, the path of an item ("" for itself), and the `words_of` it


def key_of(reference: Reference) -> Key:
    """Of an artefact, whatever its version; for an item, of its scheme."""
    whole = reference.maintainable
    return whole.artefact_class, whole.agency, whole.id


class Source(Protocol):
    """Artefacts in one state: what is changed meanwhile does not show. Identities are at hand, artefacts are fetched.

    A reference given to it is one of an artefact, with a version that `versions` has."""

    def identities(self) -> Iterable[Key]: ...

    def versions(self, key: Key) -> Collection[str]:
        """The versions of an artefact; none when it is not there."""

    def model_class(self, reference: Reference) -> type[Maintainable]: ...

    def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        """The artefacts, in this order, as they are taken."""

    def stubs(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        """As `get`, in the form of complete stubs (`model.parts.stub`)."""

    def with_items(self, reference: Reference, paths: Collection[str]) -> ItemScheme:
        """As `model.parts.with_items`, of an item scheme."""

    def outgoing(self, references: Collection[Reference]) -> Mapping[Reference, Sequence[Reference]]:
        """To which artefacts each of them refers, in the words of its own references: versions may be wildcards."""

    def incoming(self, keys: Collection[Key]) -> Iterable[tuple[Reference, Reference]]:
        """Pairs of an artefact and of what it refers to, where that is a version (or wildcard) of one of `keys`."""

    def named(self, classes: Collection[str], words: Sequence[str]) -> Iterator[Named]:
        """The artefacts of some classes, and their items, whose names or ids hold all of these folded words: an artefact before
        its items, and these in their order. What has been changed since may be missing."""


@runtime_checkable
class Selection(Protocol):
    """Some artefacts for a message, fetched as they are taken, and any number of times."""

    def __iter__(self) -> Iterator[Maintainable]: ...

    @property
    def classes(self) -> Set[type[Maintainable]]:
        """The classes of which there are any."""

    def of_class(self, cls: type[Maintainable]) -> Iterator[Maintainable]:
        """Those of a class, not of its subclasses."""


class InMemory:
    """Artefacts by identity, in the order given; of two with the same identity the last."""

    def __init__(self, artefacts: Iterable[Maintainable]) -> None:
        self._versions: dict[Key, dict[str, Maintainable]] = {}
        for artefact in artefacts:
            self._versions.setdefault(key_of(artefact.reference), {})[artefact.version] = artefact

    def identities(self) -> Iterable[Key]:
        return self._versions

    def versions(self, key: Key) -> Collection[str]:
        return self._versions.get(key, ())

    def model_class(self, reference: Reference) -> type[Maintainable]:
        return type(self._one(reference))

    def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        return map(self._one, references)

    def stubs(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        return (stub(self._one(reference), complete=True) for reference in references)

    def with_items(self, reference: Reference, paths: Collection[str]) -> ItemScheme:
        scheme = self._one(reference)
        assert isinstance(scheme, ItemScheme)
        return with_items(scheme, paths)

    def outgoing(self, references: Collection[Reference]) -> Mapping[Reference, Sequence[Reference]]:
        return {reference: self._edges[reference] for reference in references}

    def incoming(self, keys: Collection[Key]) -> Iterable[tuple[Reference, Reference]]:
        return chain.from_iterable(self._incoming.get(key, ()) for key in keys)

    def named(self, classes: Collection[str], words: Sequence[str]) -> Iterator[Named]:
        for (name, _, _), versions in self._versions.items():
            for artefact in versions.values() if name in classes else ():
                items = iter_items(artefact.items) if isinstance(artefact, ItemScheme) else ()
                for path, value in (("", artefact), *items):
                    said = words_of(value)
                    if all(any(word in one for one in said) for word in words):
                        yield artefact.reference, path, said

    def _one(self, reference: Reference) -> Maintainable:
        return self._versions[key_of(reference)][reference.version]

    @cached_property
    def _edges(self) -> Mapping[Reference, tuple[Reference, ...]]:
        return {
            artefact.reference: tuple(dict.fromkeys(target.maintainable for target in iter_references(artefact)))
            for versions in self._versions.values()
            for artefact in versions.values()
        }

    @cached_property
    def _incoming(self) -> Mapping[Key, Sequence[tuple[Reference, Reference]]]:
        found: dict[Key, list[tuple[Reference, Reference]]] = {}
        for source, targets in self._edges.items():
            for target in targets:
                found.setdefault(key_of(target), []).append((source, target))
        return found


class Overlay:
    """Artefacts in memory before those of another source, which they hide where both have the same identity; `without` are
    identities of the other source that are left out."""

    def __init__(self, above: InMemory, below: Source, without: Collection[Reference] = ()) -> None:
        self._above, self._below, self._without = above, below, frozenset(without)

    def identities(self) -> Iterable[Key]:
        return dict.fromkeys(chain(self._below.identities(), self._above.identities()))

    def versions(self, key: Key) -> Collection[str]:
        above, below = self._above.versions(key), self._below.versions(key)
        if self._without:
            below = [version for version in below if Reference(*key, version) not in self._without]
        return dict.fromkeys((*below, *above)) if above and below else above or below

    def model_class(self, reference: Reference) -> type[Maintainable]:
        return self._holder(reference).model_class(reference)

    def get(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        below = self._below.get([reference for reference in references if not self._hides(reference)])
        for reference in references:
            yield from self._above.get((reference,)) if self._hides(reference) else (next(below),)

    def stubs(self, references: Sequence[Reference]) -> Iterator[Maintainable]:
        below = self._below.stubs([reference for reference in references if not self._hides(reference)])
        for reference in references:
            yield from self._above.stubs((reference,)) if self._hides(reference) else (next(below),)

    def with_items(self, reference: Reference, paths: Collection[str]) -> ItemScheme:
        return self._holder(reference).with_items(reference, paths)

    def outgoing(self, references: Collection[Reference]) -> Mapping[Reference, Sequence[Reference]]:
        above = [reference for reference in references if self._hides(reference)]
        below = [reference for reference in references if not self._hides(reference)]
        return {**self._above.outgoing(above), **self._below.outgoing(below)}

    def incoming(self, keys: Collection[Key]) -> Iterable[tuple[Reference, Reference]]:
        below = (
            (source, target)
            for source, target in self._below.incoming(keys)
            if not self._hides(source) and source not in self._without
        )
        return chain(below, self._above.incoming(keys))

    def named(self, classes: Collection[str], words: Sequence[str]) -> Iterator[Named]:
        below = (found for found in self._below.named(classes, words) if not self._hides(found[0]))
        return chain(below, self._above.named(classes, words))

    def _hides(self, reference: Reference) -> bool:
        return reference.version in self._above.versions(key_of(reference))

    def _holder(self, reference: Reference) -> Source:
        return self._above if self._hides(reference) else self._below
