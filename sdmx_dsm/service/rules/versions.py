"""Semantic versions kept: stable ones never change, and a new one is as far from the last as its changes ask for.

Legacy versions (1.0) and those below 1.0.0 are their maintainer's business."""

from collections.abc import Iterable, Iterator
from typing import Final

from sdmx_dsm.model import Maintainable, Version, describe, parse_version, regular_version
from sdmx_dsm.model.bumps import MAJOR, MINOR, NONE, PATCH, Bump, Reason, next_version, reasons, step_between
from sdmx_dsm.service.rules.faults import Fault, listed

_WORDS: Final = {
    "en": {PATCH: "patch", MINOR: "minor", MAJOR: "major", NONE: "no"},
    "ru": {PATCH: "PATCH", MINOR: "MINOR", MAJOR: "MAJOR", NONE: "—"},
}


def check_version(artefact: Maintainable, versions: Iterable[Maintainable]) -> Iterator[Fault]:
    """`artefact` against the `versions` of it that there are, among them the state that it replaces, if any."""
    version = regular_version(artefact.version)
    if version is None or not version.is_semantic or version.numbers[0] == 0 or artefact.is_external_reference:
        return
    known = {
        regular: other
        for other in versions
        if type(other) is type(artefact)
        and not other.is_external_reference
        and (regular := regular_version(other.version))
    }
    if version.is_stable and version in known:
        yield from _check_stable(known[version], artefact, known)
        return
    lower = [other for other in known if other.is_stable and other.sort_key < version.sort_key]
    if not lower:
        return
    base = max(lower, key=lambda other: other.sort_key)
    yield from _check_step(known[base], artefact, base, version, known)


def _check_stable(stored: Maintainable, artefact: Maintainable, known: Iterable[Version]) -> Iterator[Fault]:
    found = reasons(stored, artefact)
    bump = max((reason.bump for reason in found), default=NONE)
    if bump:
        use = _free(parse_version(artefact.version), bump, known)
        yield Fault(
            "stable-version",
            f"{artefact.version} is stable and can't change; a {_WORDS['en'][bump]} change "
            f"({_told(found, bump, 'en')}) needs version {use}",
            f"версия {artefact.version} стабильна и не меняется; для изменения уровня {_WORDS['ru'][bump]} "
            f"({_told(found, bump, 'ru')}) нужна версия {use}",
        )


def _check_step(
    stored: Maintainable, artefact: Maintainable, base: Version, version: Version, known: Iterable[Version]
) -> Iterator[Fault]:
    found = reasons(stored, artefact)
    bump = max((reason.bump for reason in found), default=NONE)
    step = step_between(base, version)
    if bump > step:
        use = _free(base, bump, known)
        draft = f"-{version.extension}" if version.extension else ""
        yield Fault(
            "version-step",
            f"from {base} to {version} no more than a {_WORDS['en'][step]} change is allowed, and this is a "
            f"{_WORDS['en'][bump]} one ({_told(found, bump, 'en')}): use {use}{draft}",
            f"от {base} до {version} допустимо изменение не выше уровня {_WORDS['ru'][step]}, а это {_WORDS['ru'][bump]} "
            f"({_told(found, bump, 'ru')}): нужна версия {use}{draft}",
        )
    elif next_version(base, step).numbers[Bump.MAJOR - step + 1 :] != version.numbers[Bump.MAJOR - step + 1 :]:
        yield Fault(
            "version-step",
            f"what stands behind the part that grew begins with 0: after {base} comes {next_version(base, step)}",
            f"части версии после увеличенной начинаются с 0: после {base} идёт {next_version(base, step)}",
            is_warning=True,
        )


def _told(found: Iterable[Reason], bump: Bump, language: str) -> str:
    """The changes that ask for so much, the first of them in words."""
    return listed(describe(reason.change)[language] for reason in found if reason.bump == bump)


def _free(version: Version, bump: Bump, known: Iterable[Version]) -> Version:
    """The next version that there is not yet."""
    taken = {other.numbers for other in known if not other.extension}
    found = next_version(version, bump)
    while found.numbers in taken:
        found = next_version(found, bump)
    return found
