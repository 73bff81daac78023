"""Whose artefacts there may be: those of agencies that the schemes of agencies name, from SDMX's down.

Nothing is asked where there is no scheme of top agencies yet: a hub begins with none, and files are judged by themselves."""

from collections.abc import Collection, Iterator
from typing import Final

from sdmx_dsm.model import AgencyScheme, Reference, Structures
from sdmx_dsm.service.rules.faults import Fault, listed, name_of

_TOP: Final = "SDMX"


def check_agencies(
    before: Structures, after: Structures, changed: Collection[Reference]
) -> Iterator[tuple[Reference, Fault]]:
    """Of the identities `changed`: new ones whose agency is not known, and schemes that lose agencies which own artefacts."""
    if asks_for_agencies(after):
        for reference in changed:
            scheme = missing_in(reference.agency, after)
            if scheme and after.identify(reference) and not before.identify(reference):
                yield (
                    reference,
                    Fault(
                        "unknown-agency",
                        f"{name_of(scheme)} has no {reference.agency}: add the agency there, before or in the same message",
                        f"в {name_of(scheme)} нет {reference.agency}: добавьте агентство туда, заранее или тем же сообщением",
                    ),
                )
    if any(reference.artefact_class == "AgencyScheme" for reference in changed):
        yield from _lost(before, after)


def _lost(before: Structures, after: Structures) -> Iterator[tuple[Reference, Fault]]:
    owned: dict[str, list[Reference]] = {}
    for reference in after.references():
        owned.setdefault(reference.agency, []).append(reference)
    for agency, artefacts in owned.items():
        scheme = missing_in(agency, after)
        if scheme and missing_in(agency, before) is None:
            names = listed(map(name_of, artefacts))
            yield (
                scheme,
                Fault(
                    "unknown-agency",
                    f"{agency} would be no agency any more, and has {names}",
                    f"{agency} перестанет быть агентством, а у него есть {names}",
                ),
            )


def asks_for_agencies(structures: Structures) -> bool:
    return structures.identify(scheme_above(_TOP)) is not None


def missing_in(agency: str, structures: Structures) -> Reference | None:
    """The scheme that lacks an agency or one above it; None for one that there is, or may be: its scheme is here in part."""
    while agency != _TOP:
        reference = scheme_above(agency)
        scheme = structures.find(reference)
        if not isinstance(scheme, AgencyScheme):
            return reference
        if not (agency in scheme.full_ids or scheme.is_partial or scheme.is_external_reference):
            return reference
        agency = reference.agency
    return None


def scheme_above(agency: str) -> Reference:
    """The identity of the scheme that an agency stands in."""
    return Reference("AgencyScheme", agency.rpartition(".")[0] or _TOP, "AGENCIES", "1.0")
