"""Metadata messages of SDMX-ML: generic, as 3.x has no others."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import NotFound, ReadError
from sdmx_dsm.formats.headers import read_header
from sdmx_dsm.formats.markup import attribute
from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.formats.pieces import in_pieces
from sdmx_dsm.formats.structures.kinds import line_of
from sdmx_dsm.formats.structures.ml_reader import Reader
from sdmx_dsm.formats.structures.ml_writer import Writer
from sdmx_dsm.formats.structures.syntaxes import ML30, ML31
from sdmx_dsm.formats.trees import node_of
from sdmx_dsm.formats.xmlsafe import parse
from sdmx_dsm.model import Maintainable, MetadataProvisionAgreement, MetadataSet, Reference, Structures


def read_metadata_ml(path: Path) -> tuple[Header, tuple[Maintainable, ...]]:
    """The header and metadata sets of a generic metadata message of SDMX-ML 3.0 or 3.1.

    Raises ReadError (`.line`) when the file is not such a message, Unsupported when it holds what is not read."""
    root = parse(path).getroot()
    namespace, _, name = root.tag.rpartition("}")
    syntax = next((each for each in (ML30, ML31) if f"{{{each.message}" == namespace), None)
    if syntax is None or name != "GenericMetadata":
        raise ReadError(
            f"The root element is {name}; a GenericMetadata message of SDMX-ML 3.0 or 3.1 is expected.",
            line=line_of(root),
        )
    reader = Reader(syntax)
    header, sets = Header(), []
    for child in root:
        if child.tag == f"{{{syntax.message}}}Header":
            header = read_header(node_of(child))
        elif child.tag == f"{{{syntax.message}}}MetadataSet":
            sets.append(reader.part(MetadataSet, child))
    return header, tuple(sets)


def write_metadata_ml30(
    sets: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """A generic metadata message of SDMX-ML 3.0, in pieces of about 64 KiB.

    Its header names metadataflows: those of agreements are looked up in `structures`. Raises NotFound when one is not there,
    and Unsupported for what 3.0 can't say."""
    return in_pieces(MetadataWriter(ML30, sets, options, structures).message())


def write_metadata_ml31(
    sets: Iterable[Maintainable], options: StructureOptions, structures: Structures
) -> Iterator[bytes]:
    """As `write_metadata_ml30`, in SDMX-ML 3.1."""
    return in_pieces(MetadataWriter(ML31, sets, options, structures).message())


class MetadataWriter(Writer):
    def message(self) -> Iterator[str]:
        syntax = self.syntax
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield (
            f'<message:GenericMetadata xmlns:message="{syntax.message}" xmlns:generic="{syntax.generic}"'
            f' xmlns:common="{syntax.common}">\n'
        )
        yield from self._header(self.options.header)
        yield from self._artefacts("message:MetadataSet", self.artefacts, 1)
        yield "</message:GenericMetadata>\n"

    def _payload(self) -> Iterator[str]:
        flows = dict.fromkeys(self._flow(artefact) for artefact in self.artefacts)
        for number, flow in enumerate(flows, 1):
            usage = self.reference("common:StructureUsage", flow, 3)
            yield from self.wrapped("message:Structure", attribute("structureID", f"S{number}"), usage, 2)

    def _flow(self, artefact: Maintainable) -> Reference:
        """The metadataflow of a set. A stub does not say it: the set itself is looked up."""
        assert isinstance(artefact, MetadataSet)
        is_said = artefact.metadataflow or artefact.metadata_provision_agreement
        whole = artefact if is_said else self.structures.find(artefact.reference)
        if isinstance(whole, MetadataSet) and whole.metadataflow:
            return whole.metadataflow
        agreement = whole.metadata_provision_agreement if isinstance(whole, MetadataSet) else None
        found = self.structures.find(agreement) if agreement else None
        if not isinstance(found, MetadataProvisionAgreement) or not found.metadataflow:
            raise NotFound(
                f"There is no metadataflow for the metadata set {artefact.reference.short}, which the header of a message of"
                f" {self.syntax.title} has to name.",
                reference=artefact.reference,
            )
        return found.metadataflow
