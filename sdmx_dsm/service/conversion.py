"""Any readable file into any writable format; nothing is stored."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats import Format, WriteOptions
from sdmx_dsm.model import ProvisionAgreement, Structures
from sdmx_dsm.service.checking import CheckOptions, read_source
from sdmx_dsm.validation import agreement_defaults, fill_defaults


def convert(
    path: Path, structures: Structures, options: CheckOptions, format: Format, write_options: WriteOptions
) -> Iterator[bytes]:
    """The file as `format`, in pieces. What was reported under an agreement gets its defaults, so that the message conforms.

    Raises Unsupported where nothing writes `format`, and what `read_source` raises."""
    if format.write is None:
        raise Unsupported(f"{format.name} is not written here.")
    datasets = (_with_defaults(dataset, structures) for dataset in read_source(path, structures, options))
    return format.write(datasets, write_options)


def _with_defaults(dataset: DataSet, structures: Structures) -> DataSet:
    if dataset.structure.artefact_class != "ProvisionAgreement":
        return dataset
    agreement = structures.resolve(dataset.structure, ProvisionAgreement)
    notice = agreement.annotation("NOTICE")
    header = replace(dataset.header, sources={**dataset.header.sources, **(notice.texts if notice else {})})
    return fill_defaults(replace(dataset, header=header), agreement_defaults(agreement))
