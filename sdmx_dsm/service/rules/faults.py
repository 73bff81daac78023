"""The rules that a change of the registry keeps, and what is said where one is broken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sdmx_dsm.model import Reference, Text

# name of a rule -> what breaking it means; the documentation prints it
RULES: Final[Mapping[str, str]] = {
    "wrong-id": "An id, an agency or a version is outside the grammar of SDMX, or longer than 500 characters (2,000 with "
    "the ids above it).",
    "fixed-identity": "A scheme of agencies, providers or consumers has an id or a version that is not the standard's.",
    "duplicate": "An artefact comes twice in a message, or an id twice in an artefact.",
    "missing-parent": "The parent of an item is no item of its scheme.",
    "missing-component": "A group, a relationship, a constraint or a metadata set names a component that the structure does not "
    "have.",
    "missing-reference": "An artefact, or an item of one, that is referred to is not there.",
    "missing-value": "A constraint or a metadata set names a value that the codelist of its component does not have.",
    "wrong-value": "What a metadata set reports is not of the type or the format that its attribute has.",
    "wrong-occurrence": "A metadata set reports an attribute more or less often than its metadata structure says.",
    "wrong-target": "A metadata set is about what its metadataflow or its agreement is not for.",
    "cycle": "Items, codelists or other artefacts lead back to themselves.",
    "version-reference": "An artefact with a semantic version refers to one without.",
    "stable-version": "A stable version is changed or deleted.",
    "version-step": "A version changes more than its number says, or leaves numbers out.",
    "unusable-pattern": "A regular expression is none that the service can run.",
    "unknown-agency": "The agency of an artefact is in no scheme of agencies, or would not be any more.",
    "referenced": "Others refer to what would be gone.",
    "code-in-use": "A code would be gone that released data use.",
    "data-in-use": "Released data would not fit their structure any more.",
    "exists": "An artefact that is to be added is there already.",
    "not-found": "What is to be changed or deleted is not there.",
    "changed-meanwhile": "The artefact is not any more as the caller saw it.",
    "wrong-identity": "The body is not, or not alone, what the address names.",
    "wrong-agency": "The caller may not maintain artefacts of the agency, nor constrain what others report to it.",
    "others-refused": "Nothing is changed, because others in the same message are refused.",
}
# What is a warning alone to a caller who wishes so: a part of an artefact that does nothing here, and no harm.
LENIENT: Final = frozenset(("unusable-pattern",))


@dataclass(frozen=True, slots=True)
class Fault:
    """What breaks a rule, as a clause in two languages, without subject and full stop. A warning refuses nothing."""

    rule: str
    en: str
    ru: str
    is_warning: bool = False

    def __post_init__(self) -> None:
        assert self.rule in RULES


def name_of(reference: Reference) -> str:
    """`Codelist SDMX:CL_FREQ(2.1.0)`, for sentences in any language."""
    return f"{reference.artefact_class} {reference.short}"


def sentence(reference: Reference, clauses: Iterable[tuple[str, str]]) -> Text:
    """What is said of an artefact, as one sentence in English and Russian, from clauses in both; the first ten in full."""
    found = list(dict.fromkeys(clauses))
    shown, more = found[:_SHOWN], len(found) - _SHOWN
    rest = (f"and {more} more", f"и ещё {more}")
    told = [*shown, rest] if more > 0 else shown
    english, russian = ("; ".join(clause[language] for clause in told) for language in (0, 1))
    return {"en": f"{name_of(reference)}: {english}.", "ru": f"{name_of(reference)}: {russian}."}


def listed(names: Iterable[str]) -> str:
    """The first ten, and three dots for the rest."""
    found = list(names)
    return ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")


_SHOWN: Final = 10
