"""Any readable file into any writable format, through a structure map where one is named; nothing is stored."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from sdmx_dsm.batches import DataSet, Header, with_columns
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats import Format, WriteOptions
from sdmx_dsm.model import ProvisionAgreement, Structures, Text, parse_reference
from sdmx_dsm.service.checking import CheckOptions, read_source
from sdmx_dsm.service.hub import agency_of
from sdmx_dsm.service.structure_maps import Mapped
from sdmx_dsm.settings import Settings
from sdmx_dsm.validation import agreement_defaults, fill_defaults


def convert(
    path: Path,
    structures: Structures,
    options: CheckOptions,
    format: Format,
    write_options: WriteOptions,
    mapped: Mapped | None = None,
) -> Iterator[bytes]:
    """The file as `format`, in pieces, with what a sender need not say filled in: the breakdowns that are missing, and for
    what is reported under an agreement its defaults. Nothing is judged. `mapped`: the map that the data go through then.

    Raises Unsupported where nothing writes `format` or the map is not for these data, and what `read_source` raises."""
    if format.write is None:
        raise Unsupported(f"{format.name} is not written here.")
    datasets = (_complete(dataset, structures, options) for dataset in read_source(path, structures, options))
    first = next(datasets, None)
    begun = (first,) if first else ()
    sources = {**write_options.header.sources, **_notices(begun, structures, options)}
    header = replace(write_options.header, sources=sources)
    whole = chain(begun, datasets)
    return format.write(mapped.datasets(whole) if mapped else whole, replace(write_options, header=header))


def _notices(begun: Iterable[DataSet], structures: Structures, options: CheckOptions) -> Text:
    """What the agreements want said wherever their numbers appear. The header comes first: the agreements are those that the
    mapping names, or that of the first data set."""
    named = options.mapping.agreements if options.mapping else ()
    references = [parse_reference(text, "ProvisionAgreement") for text in named]
    references += [dataset.structure for dataset in begun]
    texts: dict[str, dict[str, None]] = {}
    for reference in references:
        artefact = structures.find(reference)
        notice = artefact.annotation("NOTICE") if artefact else None
        for language, text in notice.texts.items() if notice else ():
            texts.setdefault(language, {})[text] = None
    return {language: " ".join(found) for language, found in texts.items()}


def message_options(header: Header, lang: str = "en") -> WriteOptions:
    """The message names the agreement where there is one, so that it can be submitted as it is. `lang`: languages of names, with
    commas, the best first."""
    languages = tuple(filter(None, lang.split(",")))
    return WriteOptions(header=header, context="provisionagreement", languages=languages)


def plain_header(settings: Settings, structures: Structures) -> Header:
    """Of a message that is made outside of any release."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Header(id="CONVERTED", sender=settings.hub_agency or agency_of(structures), prepared=now)


def held(pieces: Iterable[bytes], folder: Path | None = None) -> IO[bytes]:
    """All the pieces in a file without a name, to be read from its start: what is known at the end of their making, as the
    report of a map, can so be told before the first of them. To be closed by the caller."""
    made = TemporaryFile(dir=folder)  # noqa: SIM115 — it is read where it is handed to
    try:
        made.writelines(pieces)
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return made


def write_whole(pieces: Iterable[bytes], path: Path) -> None:
    """The pieces as a file that is there when it is whole and not before; what was there stays until then."""
    partial = path.with_name(f"{path.name}.part")
    try:
        with partial.open("wb") as file:
            file.writelines(pieces)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _complete(dataset: DataSet, structures: Structures, options: CheckOptions) -> DataSet:
    agreement = _agreement(dataset, structures, options)
    if agreement:
        dataset = replace(dataset, structure=agreement.reference, schema=structures.schema(agreement.reference))
    filled = fill_defaults(dataset, agreement_defaults(agreement) if agreement else {})
    # A message has a place for each part of the key; what is still missing stays empty there.
    key = dataset.schema.dimension_ids + ((dataset.schema.time.id,) if dataset.schema.time else ())
    return filled.through(lambda batch: with_columns(batch, key))


def _agreement(dataset: DataSet, structures: Structures, options: CheckOptions) -> ProvisionAgreement | None:
    """What the data are reported under, as the file says, or else the sender where that is for the same dataflow."""
    for reference in (dataset.structure, options.reference):
        if reference and reference.artefact_class == "ProvisionAgreement":
            agreement = structures.resolve(reference, ProvisionAgreement)
            if agreement.dataflow and structures.find(agreement.dataflow) == dataset.schema.dataflow:
                return agreement
    return None
