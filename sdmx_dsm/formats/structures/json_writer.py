"""Structure messages of SDMX-JSON, written by the plans: one artefact in memory at a time."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.pieces import in_pieces
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
        comma = b""
        for (key,), artefacts in self.by_container():
            yield comma + msgspec.json.encode(key) + b":["
            yield from self._array(artefacts)
            yield b"]"
            comma = b","
        yield b"}}"

    def _array(self, artefacts: Iterable[Maintainable]) -> Iterator[bytes]:
        for number, artefact in enumerate(artefacts):
            self.begin(artefact)
            yield (b"," if number else b"") + msgspec.json.encode(self.part(artefact))

    def _meta(self, header: Header) -> dict[str, Any]:
        header = header.complete("STRUCTURES")
        meta: dict[str, Any] = {
            "id": header.id,
            "test": header.test,
            "prepared": header.prepared,
            "sender": {"id": header.sender},
        }
        if header.receivers:
            meta["receivers"] = [{"id": id} for id in header.receivers]
        if header.names:
            meta |= {"name": self.best(header.names), "names": self.chosen(header.names)}
        return meta

    def part(self, value: Any) -> dict[str, Any]:
        value = self.converted(value)
        plan = plan_of(type(value), self.syntax)
        self.refuse_unsayable(value, plan)
        content: dict[str, Any] = {}
        with self.inside(value, plan):
            self._fill(content, value, plan.root, plan.defaults)
        return content

    def _fill(self, content: dict[str, Any], value: Any, node: Node, defaults: dict[str, Any]) -> None:
        for key, inner in node.children.items():
            if inner.is_other:
                continue
            if inner.row is None:
                wrapped: dict[str, Any] = {}
                self._fill(wrapped, value, inner, defaults)
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
