"""What all artefacts are made of: annotations, links, identification, names, and the owner and version of maintainable ones.

Values are kept as they were read (a version `1.0` stays `1.0`); what only one version of the standard knows is here too, and
`sdmx_dsm.formats` says which syntax can carry it. Sequences are tuples in document order; texts are mappings by language."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference

Usage = Literal["mandatory", "optional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pointer to something outside (3.x). `titles` and `language` (that of the target) are SDMX-JSON alone."""

    rel: str
    url: str | None = None
    urn: str | None = None
    type: str | None = None
    titles: Text = field(default_factory=dict)
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """`value` is untranslated (3.0); `texts` are translated; `url` is the AnnotationURL without language, `urls` (3.0) are
    those with one; `links` say more than an address (SDMX-JSON alone)."""

    id: str | None = None
    title: str | None = None
    type: str | None = None
    url: str | None = None
    urls: Text = field(default_factory=dict)
    texts: Text = field(default_factory=dict)
    value: str | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifiable:
    """`urn_class`: the class in its URN, where that is not its own (a geographic codelist is a Codelist there)."""

    urn_class: ClassVar[str] = ""
    id: str
    annotations: tuple[Annotation, ...] = ()
    links: tuple[Link, ...] = ()
    uri: str | None = None

    @property
    def class_in_urn(self) -> str:
        return self.urn_class or type(self).__name__

    def annotation(self, type: str, id: str | None = None) -> Annotation | None:
        """The first annotation of a type, and of an id where one is given."""
        return next((a for a in self.annotations if a.type == type and id in (None, a.id)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameable(Identifiable):
    names: Text = field(default_factory=dict)
    descriptions: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintainable(Nameable):
    """An artefact with an owner and a version. Its class name is that of the standard: `type(artefact).__name__`."""

    agency: str
    version: str = "1.0"
    valid_from: str | None = None
    valid_to: str | None = None
    is_final: bool | None = None  # 2.1 alone
    is_external_reference: bool = False
    is_partial_language: bool = False  # 3.1 alone
    service_url: str | None = None
    structure_url: str | None = None

    @property
    def reference(self) -> Reference:
        return Reference(self.class_in_urn, self.agency, self.id, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemScheme(Maintainable):
    """`items` in the order of the document. `is_partial` says that some are left out."""

    is_partial: bool = False
    items: tuple[Nameable, ...] = ()
