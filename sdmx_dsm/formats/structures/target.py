"""What writers of all syntaxes share: conversion, refusal, references, languages, URNs."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any, Final

from sdmx_dsm.errors import NotFound, Unsupported
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.structures.conversions import conversions, version_21
from sdmx_dsm.formats.structures.plans import Plan, containers
from sdmx_dsm.formats.structures.regrouping import REGROUPED, regrouped
from sdmx_dsm.formats.structures.syntaxes import Syntax
from sdmx_dsm.model import (
    Codelist,
    ComponentList,
    Level,
    Maintainable,
    Reference,
    Selection,
    Structures,
    Text,
    is_wildcard,
    localise,
    texts_in,
)

CLASSES_21: Final = {"DataConstraint": "ContentConstraint", "Measure": "PrimaryMeasure"}  # what 2.1 calls them


class Listed:
    """A selection of artefacts that are at hand."""

    def __init__(self, artefacts: Iterable[Maintainable]) -> None:
        self._by_class: dict[type[Maintainable], list[Maintainable]] = {}
        for artefact in artefacts:
            self._by_class.setdefault(type(artefact), []).append(artefact)

    def __iter__(self) -> Iterator[Maintainable]:
        return chain.from_iterable(self._by_class.values())

    @property
    def classes(self) -> Set[type[Maintainable]]:
        return self._by_class.keys()

    def of_class(self, cls: type[Maintainable]) -> Iterator[Maintainable]:
        return iter(self._by_class[cls])


class Target:
    """One message that is written. It knows the artefact that it is in, and the item in it."""

    def __init__(
        self, syntax: Syntax, artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures
    ) -> None:
        self.syntax, self.options = syntax, options
        self.artefacts = artefacts if isinstance(artefacts, Selection) else Listed(artefacts)
        self.structures = structures
        self._artefact: Maintainable | None = None
        self._path: tuple[str, ...] = ()
        self._above: tuple[str, ...] = ()
        self._urns: dict[str, str] = {}  # how those of the items of a class begin
        self._is_told = False

    def _begin(self, artefact: Maintainable) -> None:
        self._artefact = artefact
        self._path = self._above = ()
        self._urns.clear()

    def by_container(self) -> Iterator[tuple[tuple[str, ...], Iterable[Maintainable]]]:
        """The path of each container that the message needs, in the order of the schema, with the artefacts that it holds.

        They are taken as they are written, but for those of classes that versions of the standard group in other ways. Raises
        Unsupported, at once, for a class that the syntax does not have, unless all of it is optional."""
        classes = self.artefacts.classes
        held = chain.from_iterable(map(self.artefacts.of_class, classes & REGROUPED))
        others = Listed(regrouped(held, self.syntax))
        order = containers(self.syntax)
        unknown = (classes - REGROUPED | others.classes) - {cls for _, cls in order}
        for cls in sorted(unknown, key=lambda cls: cls.__name__):
            if not all(map(self._is_optional, (others if cls in others.classes else self.artefacts).of_class(cls))):
                self._give_up(Unsupported(f"{self.syntax.title} has no {cls.__name__}."))
        for path, cls in order:
            if cls in others.classes:
                yield path, others.of_class(cls)
            elif cls in classes - REGROUPED:
                yield path, self.artefacts.of_class(cls)

    @contextmanager
    def inside(self, value: Any, plan: Plan) -> Iterator[None]:
        """While an item is written, its id ends the path of its URN, and leads that of what it holds."""
        path, above = self._path, self._above
        if plan.declaration.urn and not isinstance(value, Maintainable):
            self._path = (*above, value.id)
            # Levels hang below each other, and components stand in lists, but their ids stand for themselves.
            self._above = above if isinstance(value, Level | ComponentList) else self._path
        yield
        self._path, self._above = path, above

    def converted(self, value: Any) -> Any:
        """`value` as this syntax can say it. Raises Unsupported."""
        for convert in conversions(value.__class__, self.syntax.column):
            value = convert(value, self)
        return value

    def sayable(self, value: Any, plan: Plan) -> Any:
        """`value` without the fields that the syntax has no place for. Raises Unsupported where nothing may be left out."""
        lost = {name: default for name, default in plan.unsayable.items() if getattr(value, name) != default}
        for name in lost:
            self.leave_out(f"{name.replace('_', ' ')} of {type(value).__name__}", value)
        return replace(value, **lost) if lost else value

    def leave_out(self, what: str, value: Any = None) -> None:
        self._give_up(self.unsupported(what, value))

    def _give_up(self, refusal: Unsupported) -> None:
        if self.options.left_out is None:
            raise refusal
        if not self._is_told:
            self.options.left_out(str(refusal))

    def said(
        self, artefacts: Iterable[Maintainable], written: Callable[[Maintainable], Iterable[object]]
    ) -> Iterator[Maintainable]:
        """Those of the artefacts that the message holds, each begun. Where things, or it as a whole, may be left out, each is
        `written` once beforehand, so that all that is left out is told, and one that is refused leaves nothing behind."""
        for artefact in artefacts:
            self._begin(artefact)
            is_optional = self._is_optional(artefact)
            if is_optional or self.options.left_out is not None:
                try:
                    deque(written(artefact), maxlen=0)
                except Unsupported as refusal:
                    if not is_optional:
                        self._give_up(refusal)
                    continue
                except NotFound:
                    if not is_optional:
                        raise
                    continue
                self._begin(artefact)
                self._is_told = True
            yield artefact
            self._is_told = False

    def _is_optional(self, artefact: Maintainable) -> bool:
        """A hierarchical codelist may be what has become of a hierarchy."""
        reference = artefact.reference
        others = ("Hierarchy",) if reference.artefact_class == "HierarchicalCodelist" else ()
        names = (reference.artefact_class, *others)
        return any(replace(reference, artefact_class=name) in self.options.optional for name in names)

    def unsupported(self, what: str, value: Any = None) -> Unsupported:
        """`what` this syntax has no place for, with the artefact and the item or component that asks for it."""
        artefact = self._artefact
        assert artefact is not None
        part = getattr(value, "component_id", None) or getattr(value, "id", None)
        within = "" if part is None or value is artefact or isinstance(value, Maintainable) else f", {part}"
        where = f"{type(artefact).__name__} {artefact.reference.short}{within}"
        return Unsupported(f"{where}: {self.syntax.title} can't say {what}.", artefact=artefact.reference, part=part)

    @cached_property
    def _own(self) -> Structures:
        return Structures(regrouped(self.artefacts, self.syntax))

    def resolved(self, reference: Reference) -> Reference:
        """As the standard of the syntax names it: in 2.1 with the version that a wildcard stands for, which is made of numbers
        and dots. Raises NotFound."""
        if self.syntax.standard != "2.1":
            return reference
        if not is_wildcard(reference.version):
            return reference.at(version_21(reference.version))
        found = self.find(reference)
        if found is None:
            raise NotFound(
                f"There is no {reference.maintainable.artefact_class} {reference.maintainable.short}, which"
                f" {self.syntax.title} has to show with its version.",
                reference=reference,
            )
        return reference.at(version_21(found.version))

    def find(self, reference: Reference) -> Maintainable | None:
        return self.structures.find(reference) or self._own.find(reference)

    def extended(self, codelist: Codelist) -> Codelist:
        """With the codes that it inherits, where the lists that it extends are at hand; else as it is."""
        if not codelist.extensions:
            return codelist
        for structures in (self.structures, self._own):
            try:
                return structures.extended(codelist)
            except NotFound:
                continue
        return codelist

    def chosen(self, text: Text) -> Text:
        """The wanted languages of a text."""
        return texts_in(text, self.options.languages)

    def best(self, text: Text) -> str:
        """One text for people."""
        return localise(text, self.options.languages)

    def urn(self, value: Any) -> str:
        """Of an artefact, or of the item that is being written."""
        artefact: Maintainable | None = value if isinstance(value, Maintainable) else self._artefact
        assert artefact is not None
        if isinstance(value, Maintainable):
            return self.urn_of(value.reference)
        cls = value.class_in_urn
        if cls not in self._urns:
            self._urns[cls] = self.urn_of(
                Reference(cls, artefact.agency, artefact.id, artefact.version, "-")
            ).removesuffix("-")
        return self._urns[cls] + ".".join(self._path)

    def urn_of(self, reference: Reference) -> str:
        """The URN in the words of the syntax's standard. Raises NotFound, as `resolved` does."""
        target = self.resolved(reference)
        name = self.class_name(target.artefact_class)
        return target.urn.replace(f".{target.artefact_class}=", f".{name}=", 1)

    def urn_within(self, cls: str, item: str) -> str:
        """The URN of something in the artefact that is being written."""
        assert self._artefact is not None
        return self.urn_of(replace(self._artefact.reference, artefact_class=cls, item=item))

    def class_name(self, artefact_class: str) -> str:
        return CLASSES_21.get(artefact_class, artefact_class) if self.syntax.standard == "2.1" else artefact_class
