"""How declarations are written down, and the rows that many of them share.

One column for each syntax; `ml` stands for all versions of SDMX-ML, `json` for all of SDMX-JSON. A cell is a place (see
`syntaxes`), `DROPPED` where the syntax has no place and nothing is lost without it, or None where a value that is there is
refused. The order of the rows is that of the elements in the schemas. A field that two syntaxes spell differently has a row for
each spelling: it is refused where one of them says None and none has a place."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Final

from sdmx_dsm.formats.structures.kinds import ADDRESS, FLAG, MOMENT, TEXT, TEXTS, Kind, Many, Part, Spread
from sdmx_dsm.formats.structures.links import ADDRESSES, JsonAddresses, JsonLinks
from sdmx_dsm.formats.structures.syntaxes import Column
from sdmx_dsm.model import Annotation, Link

DROPPED: Final = ""
SAME: Final = "="  # as in the version before, or as in `ml` and `json`


@dataclass(frozen=True, slots=True)
class Field:
    """A row. `places`: column -> place. `name` is the attribute of the model ("" when `kind` holds several)."""

    name: str
    kind: Kind
    places: dict[Column, str | None]

    @property
    def names(self) -> tuple[str, ...]:
        """The attributes of the model that the row holds."""
        return self.kind.fields if isinstance(self.kind, Spread) else (self.name,)


@dataclass(frozen=True, slots=True)
class Declaration:
    """`urn`: instances have a URN, which XML writes as an attribute. `always`: fields that are written whatever they say.
    `silent`: what a field holds that is not written, where that is not its default."""

    cls: type
    fields: tuple[Field, ...]
    urn: bool = False
    always: tuple[str, ...] = ()
    silent: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> frozenset[str]:
        """The fields of the model that have no default."""
        return frozenset(
            each.name for each in fields(self.cls) if each.default is MISSING and each.default_factory is MISSING
        )

    @property
    def defaults(self) -> dict[str, Any]:
        """What is not written, by field: MISSING where everything is."""
        return {
            each.name: MISSING
            if each.name in self.always
            else each.default_factory()
            if each.default_factory is not MISSING
            else each.default
            for each in fields(self.cls)
        } | dict(self.silent)


def row(
    name: str,
    kind: Kind,
    ml: str | None = None,
    json: str | None = None,
    *,
    ml21: str | None = SAME,
    ml30: str | None = SAME,
    ml31: str | None = SAME,
    json10: str | None = SAME,
    json20: str | None = SAME,
    json21: str | None = SAME,
) -> Field:
    """A row of a table. A cell that is not given is that of the version before; those of the first versions and of 3.0 and
    2.0 are `ml` and `json`."""
    places: dict[Column, str | None] = {
        "ml21": ml if ml21 == SAME else ml21,
        "ml30": ml if ml30 == SAME else ml30,
        "json10": json if json10 == SAME else json10,
        "json20": json if json20 == SAME else json20,
    }
    places["ml31"] = places["ml30"] if ml31 == SAME else ml31
    places["json21"] = places["json20"] if json21 == SAME else json21
    return Field(name, kind, places)


ANNOTATIONS: Final = row("annotations", Many(Part(Annotation)), "c:Annotations/c:Annotation", "annotations")
IDENTIFIABLE: Final = (
    row("id", TEXT, "@id", "id"),
    row("uri", ADDRESS, "@uri", DROPPED),
    ANNOTATIONS,
    row("links", Many(Part(Link)), "c:Link", DROPPED, ml21=None),
    row("", JsonLinks(), DROPPED, "links"),
)
NAMEABLE: Final = (
    *IDENTIFIABLE,
    row("names", TEXTS, "c:Name", "names"),
    row("descriptions", TEXTS, "c:Description", "descriptions"),
)
MAINTAINABLE: Final = (
    IDENTIFIABLE[0],
    row("agency", TEXT, "@agencyID", "agencyID"),
    row("version", TEXT, "@version", "version"),
    row("is_final", FLAG, ml21="@isFinal", ml30=DROPPED, json=DROPPED, json10="isFinal"),  # in 3.x the version says it
    row("valid_from", MOMENT, "@validFrom", "validFrom"),
    row("valid_to", MOMENT, "@validTo", "validTo"),
    row("is_external_reference", FLAG, "@isExternalReference", "isExternalReference"),
    row("is_partial_language", FLAG, ml31="@isPartialLanguage", json21="isPartialLanguage"),
    row("service_url", ADDRESS, "@serviceURL", DROPPED),
    row("structure_url", ADDRESS, "@structureURL", DROPPED),
    *NAMEABLE[1:],
)
IS_PARTIAL: Final = row("is_partial", FLAG, "@isPartial", "isPartial")

DECLARATIONS: Final = (
    Declaration(
        Annotation,
        (
            row("id", TEXT, "@id", "id"),
            row("title", TEXT, "c:AnnotationTitle", "title"),
            row("type", TEXT, "c:AnnotationType", "type"),
            row("url", ADDRESS, DROPPED, DROPPED, ml21="c:AnnotationURL"),
            row("", ADDRESSES, "c:AnnotationURL", DROPPED, ml21=None),
            row("", JsonAddresses(), DROPPED, "links"),
            row("links", Many(Part(Link)), None, DROPPED),
            row("texts", TEXTS, "c:AnnotationText", "texts"),
            row("value", TEXT, "c:AnnotationValue", "value", ml21=None, json10=None),
        ),
    ),
    Declaration(
        Link,
        (
            row("rel", TEXT, "@rel", "rel"),
            row("url", ADDRESS, "@url", "href"),
            row("urn", ADDRESS, "@urn", "urn"),
            row("type", TEXT, "@type", "type"),
            row("titles", TEXTS, DROPPED, "titles"),
            row("language", TEXT, DROPPED, "hreflang"),
        ),
    ),
)
