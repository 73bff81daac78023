"""Structure messages of SDMX-JSON, written by the plans: one artefact in memory at a time, and of a scheme one item."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

import msgspec

from sdmx_dsm.batches import Header, Party
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.formats.structures.declarations import Field
from sdmx_dsm.formats.structures.kinds import TEXTS
from sdmx_dsm.formats.structures.plans import Node, plan_of
from sdmx_dsm.formats.structures.syntaxes import JSON10, JSON20, JSON21, Syntax
from sdmx_dsm.formats.structures.target import Target
from sdmx_dsm.model import Maintainable, Structures

SCHEMAS: Final = {
    JSON10: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/1.0/"
    "sdmx-json-structure-schema.json",
    JSON20: "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json",
    JSON21: "https://json.sdmx.org/2.1/sdmx-json-structure-schema.json",
}


def write_json10(
    artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """A structure message of SDMX-JSON 1.0, in pieces of about 64 KiB: as `write_json20`, but of the information model 2.1.

    References with wildcards show the version that they resolve to, as `write_ml21` does; raises what that raises."""
    return in_pieces(Writer(JSON10, artefacts, options, structures).message())


def write_json20(
    artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """A structure message of SDMX-JSON 2.0, in pieces of about 64 KiB. Versions and references stay as they are.

    Each text comes as `name`, in the best of `options.languages`, and as `names`, in all of them. Raises Unsupported for what
    2.0 can't say."""
    return in_pieces(Writer(JSON20, artefacts, options, structures).message())


def write_json21(
    artefacts: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """As `write_json20`, in SDMX-JSON 2.1."""
    return in_pieces(Writer(JSON21, artefacts, options, structures).message())


class Writer(Target):
    """Writes one message. `schemas`: the schema that it names, by syntax."""

    schemas: Mapping[Syntax, str] = SCHEMAS

    def message(self) -> Iterator[bytes]:
        schema = self.schemas[self.syntax]
        at_root = {"$schema": schema} if self.syntax is JSON21 else {}
        meta = self._meta(self.options.header) | ({} if at_root else {"schema": schema})
        yield msgspec.json.encode(at_root | {"meta": meta})[:-1] + b',"data":{'
        end = b""
        for (key,), artefacts in self.by_container():
            start = (b"]," if end else b"") + msgspec.json.encode(key) + b":["
            for artefact in self.said(artefacts, self._object):
                yield start
                yield from self._object(artefact)
                start, end = b",", b"]"
        yield end + b"}}"

    def _object(self, artefact: Maintainable) -> Iterator[bytes]:
        """One object. The items of a scheme come last and one by one, so that memory stays flat."""
        value = self.converted(artefact)
        plan = plan_of(type(value), self.syntax)
        value = self.sayable(value, plan)
        content: dict[str, Any] = {}
        rows = plan.root.children
        streamed = [key for key, node in rows.items() if node.row and node.row.name == "items" and value.items]
        self._fill(content, value, [(key, node) for key, node in rows.items() if key not in streamed], plan.defaults)
        yield msgspec.json.encode(content)[:-1]
        for key in streamed:
            kind = cast("Field", rows[key].row).kind
            yield b"," + msgspec.json.encode(key) + b":["
            for number, item in enumerate(value.items):
                (said,) = kind.to_json((item,), self)
                yield (b"," if number else b"") + msgspec.json.encode(said)
            yield b"]"
        yield b"}"

    def _meta(self, header: Header) -> dict[str, Any]:
        header = header.complete("STRUCTURES")
        sender, *receivers = (self._party(id, party) for id, party in header.described_parties())
        meta: dict[str, Any] = {
            "id": header.id,
            "test": header.test,
            "prepared": header.prepared,
            "sender": sender,
        }
        if receivers:
            meta["receivers"] = receivers
        if header.names:
            meta |= {"name": self.best(header.names), "names": self.chosen(header.names)}
        return meta

    def _party(self, id: str, party: Party) -> dict[str, Any]:
        said: dict[str, Any] = {"id": id}
        if party.names:
            said |= {"name": self.best(party.names), "names": self.chosen(party.names)}
        if party.contacts:
            said["contacts"] = [self.part(contact) for contact in party.contacts]
        return said

    def part(self, value: Any) -> dict[str, Any]:
        value = self.converted(value)
        plan = plan_of(type(value), self.syntax)
        value = self.sayable(value, plan)
        content: dict[str, Any] = {}
        with self.inside(value, plan):
            self._fill(content, value, plan.root.children.items(), plan.defaults)
        return content

    def _fill(
        self, content: dict[str, Any], value: Any, nodes: Iterable[tuple[str, Node]], defaults: dict[str, Any]
    ) -> None:
        for key, inner in nodes:
            if inner.is_other:
                continue
            if inner.row is None:
                wrapped: dict[str, Any] = {}
                self._fill(wrapped, value, inner.children.items(), defaults)
                if wrapped:
                    content[key] = wrapped
                continue
            name, kind = inner.row.name, inner.row.kind
            held = getattr(value, name) if name else value
            if not held and (not name or held == defaults[name]):
                continue
            said = kind.to_json(held, self)
            if kind is TEXTS:
                content[key.removesuffix("s")] = self.best(held)
            if said or name:
                content[key] = said
