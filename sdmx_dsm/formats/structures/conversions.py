"""What is changed in an object before a syntax can say it, and what is refused.

A table of small functions: (class, syntax) -> what to do with its instances, in order. They run when the object is written, on
the object and nothing else (but for codes that a codelist inherits, and the like). What can't be said of it they leave out, where
the caller allows that (`Refusing.leave_out`); where nothing sensible is left they refuse the artefact as a whole."""

import re
from dataclasses import replace
from functools import cache
from typing import Final

from sdmx_dsm.errors import VersionError
from sdmx_dsm.formats.structures import exchange_conversions, metadata_conversions, structure_conversions
from sdmx_dsm.formats.structures.refusals import ALL, LATER, ONLY_21, Convert, Refusing
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    AgencyScheme,
    Annotation,
    AvailabilityConstraint,
    Codelist,
    DataConsumerScheme,
    DataProviderScheme,
    Link,
    Maintainable,
    MetadataProviderScheme,
    Nameable,
    OrganisationUnitScheme,
    ValueItem,
    Version,
    parse_version,
)

FIXED_21: Final = (AgencyScheme, DataProviderScheme, DataConsumerScheme)  # their version is 1.0 in 2.1 already
FIXED: Final = (*FIXED_21, MetadataProviderScheme, OrganisationUnitScheme)
# Of 3.x: one or two numbers, or three and perhaps an extension.
_VERSION: Final = re.compile(
    r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){0,2}|(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}-[0-9A-Za-z.-]+"
)


def version_21(version: str) -> str:
    """2.1 has numbers and dots alone: a draft loses its extension, and is not final."""
    return version.partition("-")[0]


def _name(value: Nameable, _: Refusing) -> Nameable:
    """All schemas demand a name, but for values: the id stands in where there is none."""
    return value if value.names or isinstance(value, ValueItem) else replace(value, names={DEFAULT_LANGUAGE: value.id})


# --- to SDMX 2.1 -------------------------------------------------------------------------------------------------------


def _finality(artefact: Maintainable, _: Refusing) -> Maintainable:
    """A stable version is final. The schemes of organisations whose version is fixed never are."""
    if isinstance(artefact, FIXED_21):
        return replace(artefact, is_final=False if artefact.is_final is False else None)
    is_final = artefact.is_final if artefact.is_final is not None else _version(artefact).is_stable or None
    return replace(artefact, version=version_21(artefact.version), is_final=is_final)


def _version(artefact: Maintainable) -> Version:
    try:
        return parse_version(artefact.version)
    except VersionError:
        return Version((0,))  # 2.1 has versions of more than three numbers; none of them is stable


def _value_as_title(annotation: Annotation, target: Refusing) -> Annotation:
    if annotation.value is None:
        return annotation
    if annotation.title is not None:
        target.leave_out(f"the value of an annotation that has a title too (“{annotation.title}”)", annotation)
        return replace(annotation, value=None)
    return replace(annotation, title=annotation.value, value=None)


def _inherited(codelist: Codelist, target: Refusing) -> Codelist:
    return target.extended(codelist)


# --- to SDMX 3.x ----------------------------------------------------------------------------------------------------------


def _known_version(artefact: Maintainable, target: Refusing) -> Maintainable:
    # What data there are has the version of what it is attached to, and no place for it.
    if not isinstance(artefact, AvailabilityConstraint) and not _VERSION.fullmatch(artefact.version):
        raise target.unsupported(f"the version {artefact.version}: two numbers are expected, or three", artefact)
    return artefact


def _unversioned(scheme: Maintainable, target: Refusing) -> Maintainable:
    if scheme.version != "1.0":
        raise target.unsupported(f"the version {scheme.version} of an organisation scheme, which is always 1.0", scheme)
    return scheme


def _address(link: Link, _: Refusing) -> Link:
    """XML demands an address; a URN is one."""
    return link if link.url else replace(link, url=link.urn)


_TABLE: Final[tuple[tuple[type, tuple[Column, ...], Convert], ...]] = (
    (Nameable, ALL, _name),
    (Maintainable, ONLY_21, _finality),
    (Annotation, ONLY_21, _value_as_title),
    (Codelist, ONLY_21, _inherited),
    (Maintainable, LATER, _known_version),
    *((scheme, LATER, _unversioned) for scheme in FIXED),
    *((scheme, ("ml21",), _unversioned) for scheme in FIXED_21),
    (Link, ("ml30", "ml31"), _address),
    *structure_conversions.TABLE,
    *exchange_conversions.TABLE,
    *metadata_conversions.TABLE,
)


@cache
def conversions(cls: type, column: Column) -> tuple[Convert, ...]:
    """What is done with instances of `cls`, and of its bases, in the order of the table."""
    return tuple(convert for base, columns, convert in _TABLE if column in columns and issubclass(cls, base))
