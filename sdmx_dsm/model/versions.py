"""Versions of artefacts and the expressions that select them (SDMX 3.0 section 6; SDMX REST 2.2).

Three families live side by side: legacy `x` and `x.y`, semantic `x.y.z`, and semantic with an extension `x.y.z-draft`."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from sdmx_dsm.errors import VersionError

_NUMBER = r"(?:0|[1-9][0-9]{0,17})"  # as databases hold it
_VERSION = re.compile(rf"({_NUMBER})(?:\.({_NUMBER}))?(?:\.({_NUMBER}))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?")
_PART = re.compile(rf"({_NUMBER})?([+~*])?")

SortKey = tuple[tuple[int, int, int], int, tuple[tuple[int, int, str], ...], int]


@dataclass(frozen=True, slots=True)
class Version:
    """One concrete version. `numbers` has one to three parts, `extension` is "" for a release."""

    numbers: tuple[int, ...]
    extension: str = ""

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers)) + (f"-{self.extension}" if self.extension else "")

    @property
    def is_semantic(self) -> bool:
        return len(self.numbers) == 3

    @property
    def is_stable(self) -> bool:
        """Semantic, major at least 1, no extension: immutable once it is shared."""
        return self.is_semantic and not self.extension and self.numbers[0] >= 1

    @property
    def sort_key(self) -> SortKey:
        """Numeric by part (missing parts are 0), an extension below its release, identifiers of an extension by semver
        precedence; on a tie the form with more parts comes last, so that `~` prefers it (the standard leaves it open)."""
        major, minor, patch = (*self.numbers, 0, 0)[:3]
        identifiers = tuple(
            (0, len(part), part) if part.isdigit() else (1, 0, part) for part in self.extension.split(".")
        )
        is_release = not self.extension
        return (major, minor, patch), int(is_release), () if is_release else identifiers, len(self.numbers)


@lru_cache(4096)
def parse_version(text: str) -> Version:
    """Raises VersionError when `text` is not one concrete version."""
    match = _VERSION.fullmatch(text)
    extension = match.group(4) if match else None
    numbers = tuple(int(part) for part in match.groups()[:3] if part is not None) if match else ()
    if not match or (extension and len(numbers) < 3) or _has_leading_zero(extension):
        raise VersionError(
            f"“{text}” is not a version: expected 1.0, 1.0.0 or 1.0.0-draft.",
            ru=f"«{text}» — не версия: ожидается 1.0, 1.0.0 или 1.0.0-draft.",
            version=text,
        )
    return Version(numbers, extension or "")


def regular_version(text: str) -> Version | None:
    """As `parse_version`; None for what breaks the grammar (2.1 allows four numbers)."""
    try:
        return parse_version(text)
    except VersionError:
        return None


def precedence(text: str) -> SortKey:
    """The `sort_key` of a version as it is written; one outside the grammar counts as 0."""
    return (regular_version(text) or Version((0,))).sort_key


def _has_leading_zero(extension: str | None) -> bool:
    return any(part.isdigit() and part != "0" and part.startswith("0") for part in (extension or "").split("."))


def is_draft(version: str) -> bool:
    """Whether a version has an extension."""
    return "-" in version


def with_drafts(expression: str) -> str:
    """What a draft means by the expression in one of its references: where it asks for stable versions, drafts count too."""
    return "1~.0.0" if expression in ("+", "+.0.0") else expression.replace("+", "~")


def is_wildcard(version: str) -> bool:
    """Whether a version in a reference has to be resolved against what there is."""
    return any(operator in version for operator in "+~*")


@lru_cache(1024)
def parse_version_expression(text: str) -> Callable[[Iterable[Version]], list[Version]]:
    """One expression without commas, as a function that selects, in ascending order, from the versions of one artefact.

    Raises VersionError for what REST 2.2 does not allow."""
    if not is_wildcard(text):
        exact = parse_version(text)
        return lambda versions: [version for version in versions if version == exact]
    parts = text.split(".")
    matches = [match for part in parts if part and (match := _PART.fullmatch(part))]
    signed = [place for place, match in enumerate(matches) if match.group(2)]
    if len(parts) > 3 or len(matches) != len(parts) or len(signed) != 1:
        raise VersionError(
            f"“{text}” is not a version expression.", ru=f"«{text}» — не выражение для выбора версий.", version=text
        )
    (position,) = signed
    operator = matches[position].group(2)
    floor = tuple(int(match.group(1) or 0) for match in matches)
    whole = len(parts) == 1  # a bare operator: every form for ~ and *, stable semantic versions for +
    open_part = not matches[position].group(1)
    later = floor[position + 1 :]
    if (open_part or (floor[position] == 0 and position == 0)) and any(later):
        raise VersionError(
            f"“{text}”: nothing but 0 may follow a part that is fully open.",
            ru=f"«{text}»: после полностью открытой части может стоять только 0.",
            version=text,
        )
    if whole and not open_part:
        raise VersionError(
            f"“{text}”: write {parts[0]}.0.0 with the sign behind the part that may grow.",
            ru=f"«{text}»: напишите {parts[0]}.0.0 со знаком после той части, которая может расти.",
            version=text,
        )
    if operator == "+" and (len(parts) == 2 or (position and floor[0] == 0)):
        raise VersionError(
            f"“{text}”: + selects stable versions, which have three parts and begin at 1.0.0.",
            ru=f"«{text}»: знак + выбирает стабильные версии, а они состоят из трёх частей и начинаются с 1.0.0.",
            version=text,
        )

    def select(versions: Iterable[Version]) -> list[Version]:
        found = sorted(
            (
                version
                for version in versions
                if (whole or len(version.numbers) == len(parts))
                and version.numbers[:position] == floor[:position]
                and (*version.numbers, 0, 0)[: len(floor)] >= floor
                and (operator != "+" or version.is_stable)
            ),
            key=lambda version: version.sort_key,
        )
        return found if operator == "*" else found[-1:]

    return select


def select_versions(expressions: Iterable[str], versions: Iterable[Version]) -> list[Version]:
    """The union of several expressions over the versions of one artefact, ascending, each once."""
    available = list(versions)
    found = {version for expression in expressions for version in parse_version_expression(expression)(available)}
    return sorted(found, key=lambda version: version.sort_key)


def select_from(expressions: Iterable[str], versions: Iterable[str]) -> list[str]:
    """As `select_versions`, of versions as they are written. One that breaks the grammar (2.1 allows four numbers) comes first,
    and only where it is asked for in its own words, or all are."""
    wanted, parsed, odd = set(expressions), {}, []
    for text in versions:
        try:
            parsed[parse_version(text)] = text
        except VersionError:
            odd.append(text)
    regular = wanted.difference(odd)
    return [text for text in odd if text in wanted or "*" in wanted] + [
        parsed[version] for version in select_versions(regular, parsed)
    ]
