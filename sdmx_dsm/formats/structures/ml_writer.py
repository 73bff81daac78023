"""Structure messages of SDMX-ML, written by the plans: a generator of lines, so that memory stays flat."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.headers import write_parties
from sdmx_dsm.formats.markup import attribute, escape
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.formats.structures.metadatatargets import MetadataAttributeList
from sdmx_dsm.formats.structures.plans import Node, plan_of
from sdmx_dsm.formats.structures.syntaxes import ML21, ML30, ML31
from sdmx_dsm.formats.structures.target import Target
from sdmx_dsm.model import Maintainable, Reference, Structures
from sdmx_dsm.model.urns import ITEM_PACKAGES, MAINTAINABLE_PACKAGES

# Parts of constraints that 2.1 keeps in its common namespace.
COMMON_21: Final = frozenset({"KeyValue", "Value", "BeforePeriod", "AfterPeriod", "StartPeriod", "EndPeriod"})
PACKAGES: Final = MAINTAINABLE_PACKAGES | ITEM_PACKAGES
REF_CLASSES: Final = {"DataAttribute": "Attribute"}  # the class in a Ref, where it is not that in the URN


def write_ml21(artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures) -> Iterator[bytes]:
    """A structure message of SDMX-ML 2.1, in pieces of about 64 KiB.

    References with wildcards show the version that they resolve to, in `structures` or else among the artefacts. Raises
    NotFound when there is none, and Unsupported for what 2.1 can't say (see `conversions`)."""
    return in_pieces(Writer(ML21, artefacts, options, structures).message())


def write_ml30(artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures) -> Iterator[bytes]:
    """A structure message of SDMX-ML 3.0, in pieces of about 64 KiB. Versions and references stay as they are.

    Raises Unsupported for what 3.0 can't say."""
    return in_pieces(Writer(ML30, artefacts, options, structures).message())


def write_ml31(artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures) -> Iterator[bytes]:
    """As `write_ml30`, in SDMX-ML 3.1."""
    return in_pieces(Writer(ML31, artefacts, options, structures).message())


class Writer(Target):
    """Writes one message. Lines come indented and with their line feed."""

    def message(self) -> Iterator[str]:
        syntax = self.syntax
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield (
            f'<message:Structure xmlns:message="{syntax.message}" xmlns:structure="{syntax.structure}"'
            f' xmlns:common="{syntax.common}">\n'
        )
        yield from self._header(self.options.header)
        yield from self.wrapped("message:Structures", "", self._containers(), 1)
        yield "</message:Structure>\n"

    def _header(self, header: Header) -> Iterator[str]:
        header = header.complete("STRUCTURES")
        yield "  <message:Header>\n"
        yield self.leaf("message:ID", header.id, 2)
        yield self.leaf("message:Test", "true" if header.test else "false", 2)
        yield self.leaf("message:Prepared", header.prepared, 2)
        for party in write_parties(header):
            yield f"    {party}\n"
        for language, text in header.names.items():
            yield self.leaf("common:Name", text, 2, attribute("xml:lang", language))
        yield from self._payload()
        for language, text in header.sources.items():
            yield self.leaf("message:Source", text, 2, attribute("xml:lang", language))
        yield "  </message:Header>\n"

    def _payload(self) -> Iterator[str]:
        """What the header says of the structures of the content: nothing in structure messages."""
        return iter(())

    def _containers(self) -> Iterator[str]:
        for name, places in groupby(self.by_container(), key=lambda place: place[0][0]):
            inner = (line for (_, element), held in places for line in self._artefacts(_prefixed(element), held, 3))
            yield from self.wrapped(_prefixed(name), "", inner, 2, keep_empty=False)

    def _artefacts(self, tag: str, artefacts: Iterable[Maintainable], level: int) -> Iterator[str]:
        for artefact in self.said(artefacts, lambda each: self.part(tag, each, level)):
            yield from self.part(tag, artefact, level)

    def part(self, tag: str, value: Any, level: int) -> Iterator[str]:
        value = self.converted(value)
        plan = plan_of(type(value), self.syntax)
        value = self.sayable(value, plan)
        with self.inside(value, plan):
            # The schemas know no URN of the list of metadata attributes, and what has no id has none.
            is_named = plan.declaration.urn and not isinstance(value, MetadataAttributeList) and value.id
            attributes = attribute("urn", self.urn(value)) if is_named else ""
            for name, row in plan.root.attributes.items():
                held = getattr(value, row.name) if row.name else value
                if held or held != plan.defaults.get(row.name):
                    attributes += attribute(name, row.kind.format(held))
            yield from self.wrapped(tag, attributes, self._children(value, plan.root, plan.defaults, level + 1), level)

    def _children(self, value: Any, node: Node, defaults: dict[str, Any], level: int) -> Iterator[str]:
        for inner in node.children.values():
            if inner.is_other:
                continue
            if inner.row is None:
                content = self._children(value, inner, defaults, level + 1)
                yield from self.wrapped(inner.name, "", content, level, keep_empty=False)
                continue
            held = getattr(value, inner.row.name) if inner.row.name else value
            if held or (inner.row.name and held != defaults[inner.row.name]):
                yield from inner.row.kind.write(inner.names, held, self, level)

    def wrapped(
        self, tag: str, attributes: str, children: Iterator[str], level: int, *, keep_empty: bool = True
    ) -> Iterator[str]:
        """An element around `children`; one without any is left out when `keep_empty` is not set."""
        margin = "  " * level
        first = next(children, None)
        if first is not None:
            yield f"{margin}<{tag}{attributes}>\n{first}"
            yield from children
            yield f"{margin}</{tag}>\n"
        elif keep_empty:
            yield f"{margin}<{tag}{attributes}/>\n"

    def leaf(self, tag: str, text: str, level: int, attributes: str = "") -> str:
        """An element that holds text alone."""
        margin = "  " * level
        return f"{margin}<{tag}{attributes}>{escape(text)}</{tag}>\n" if text else f"{margin}<{tag}{attributes}/>\n"

    def reference(self, tag: str, reference: Reference, level: int, attributes: str = "") -> Iterator[str]:
        if self.syntax is not ML21:
            yield self.leaf(tag, reference.urn, level, attributes)
            return
        target = self.resolved(reference)
        agency = attribute("agencyID", target.agency)
        if target.item:
            container, id = contained(target)
            names = (
                attribute("maintainableParentID", target.id)
                + attribute("maintainableParentVersion", target.version)
                + (attribute("containerID", container) if container else "")
                + attribute("id", id)
            )
        else:
            names = attribute("id", target.id) + attribute("version", target.version)
        name = REF_CLASSES.get(target.artefact_class, self.class_name(target.artefact_class))
        kind = attribute("class", name) + attribute("package", PACKAGES[target.artefact_class])
        ref = self.leaf("Ref", "", level + 1, agency + names + kind)
        yield from self.wrapped(tag, attributes, iter((ref,)), level)

    def local(self, tag: str, id: str, level: int, attributes: str = "") -> Iterator[str]:
        if self.syntax is not ML21:
            yield self.leaf(tag, id, level, attributes)
            return
        # With its class here, too, sdmx1 doesn't find the dimensions of a group.
        yield from self.wrapped(tag, "", iter((self.leaf("Ref", "", level + 1, attribute("id", id)),)), level)

    def tag(self, name: str) -> str:
        common = self.syntax is ML21 and name in COMMON_21
        return f"{'common' if common else 'structure'}:{name}"


def contained(reference: Reference) -> tuple[str, str]:
    """(what holds an item within its artefact, the id in it), as a Ref of 2.1 names it; ("", path) for most classes."""
    if reference.artefact_class == "HierarchicalCode":
        hierarchy, _, code = reference.item.partition(".")
        return (hierarchy, code) if code else ("", hierarchy)
    if reference.artefact_class == "Transition":
        step, _, id = reference.item.rpartition(".")
        return step, id
    return "", reference.item


def _prefixed(name: str) -> str:
    return f"structure:{name.rpartition('}')[2]}"
