"""Pieces of an XML Schema as text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sdmx_dsm.formats.markup import attribute, quote

Use = Literal["required", "optional", "prohibited"]

ANNOTATIONS: Final = '<xs:element ref="common:Annotations" minOccurs="0"/>'
PROVIDER: Final = (
    '<xs:element name="DataProvider" type="common:DataProviderReferenceType" form="unqualified" minOccurs="0"/>'
)
COMPS: Final = '<xs:element name="Comp" type="dsd:CompType" form="unqualified" minOccurs="0" maxOccurs="unbounded"/>'


@dataclass(frozen=True, slots=True)
class XsdAttribute:
    """An XML attribute of a type."""

    name: str
    type: str
    use: Use
    fixed: str | None = None

    def __str__(self) -> str:
        fixed = attribute("fixed", self.fixed) if self.fixed else ""
        return f'<xs:attribute name="{self.name}" type="{self.type}" use="{self.use}"{fixed}/>'


def element(name: str, type: str, *, min_occurs: int = 1, max_occurs: int | None = None) -> str:
    """An unqualified element; unbounded where `max_occurs` is None."""
    occurs = attribute("minOccurs", str(min_occurs)) if min_occurs != 1 else ""
    if max_occurs != 1:
        occurs += attribute("maxOccurs", "unbounded" if max_occurs is None else str(max_occurs))
    return f'<xs:element name="{name}" type="{type}" form="unqualified"{occurs}/>'


def complex_type(
    name: str,
    base: str,
    content: Iterable[str],
    attributes: Iterable[XsdAttribute],
    *,
    is_abstract: bool = False,
    is_open: bool = False,
) -> Iterator[str]:
    """A restriction of `base`. `is_open`: types that restrict it may name what attributes they want."""
    abstract = ' abstract="true"' if is_abstract else ""
    yield f'<xs:complexType name="{name}"{abstract}><xs:complexContent><xs:restriction base="{base}">'
    yield "<xs:sequence>"
    yield from content
    yield "</xs:sequence>"
    yield from map(str, attributes)
    if is_open:
        yield '<xs:anyAttribute namespace="##local"/>'
    yield "</xs:restriction></xs:complexContent></xs:complexType>"


def enumeration(codes: Sequence[str], base: str = "xs:string") -> Iterator[str]:
    yield f'<xs:restriction base="{base}">'
    for code in codes:
        yield f"<xs:enumeration value={quote(code)}/>"
    if not codes:  # nothing may be said then: an enumeration of none would let everything through
        yield '<xs:enumeration value="none"/><xs:pattern value="nothing"/>'
    yield "</xs:restriction>"
