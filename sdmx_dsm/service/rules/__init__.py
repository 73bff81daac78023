"""The rules of the registry: what each artefact keeps by itself, what it keeps towards others, and what data ask of it."""

from collections.abc import Iterator

from sdmx_dsm.model import DataConstraint, Maintainable, MetadataSet, Structures
from sdmx_dsm.service.rules.constraints import check_constraint
from sdmx_dsm.service.rules.contents import check_contents
from sdmx_dsm.service.rules.faults import LENIENT, RULES, Fault, listed, name_of, sentence
from sdmx_dsm.service.rules.metadata import check_metadata
from sdmx_dsm.service.rules.patterns import check_patterns
from sdmx_dsm.service.rules.references import check_references, find_cycles

__all__ = ["LENIENT", "RULES", "Fault", "check_artefact", "check_links", "find_cycles", "listed", "name_of", "sentence"]


def check_artefact(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """What is wrong with an artefact among `structures`, which hold it: inside, and where it leads."""
    yield from check_contents(artefact, structures)
    yield from check_patterns(artefact)
    yield from check_links(artefact, structures)


def check_links(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """That part of it which a change of others may break."""
    yield from check_references(artefact, structures)
    if isinstance(artefact, DataConstraint):
        yield from check_constraint(artefact, structures)
    if isinstance(artefact, MetadataSet):
        yield from check_metadata(artefact, structures)
