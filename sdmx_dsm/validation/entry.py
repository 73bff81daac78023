"""One row of the catalogue of findings: `Entry`, and how a row is written.

A sentence says what was found, the remedy what to do; both are for people who know their data and not SDMX. `{name}` is
an argument of the finding, or its `component` or `value`; a part in [brackets] is left out where an argument in it is
not given. An argument may depend on the language: `nearest:ru` is taken before `nearest`."""

from dataclasses import dataclass

from sdmx_dsm.model import Severity, Text


@dataclass(frozen=True, slots=True)
class Entry:
    severity: Severity
    title: Text
    sentence: Text
    remedy: Text


Pair = tuple[str, str]  # English, Russian


def entry(severity: Severity, title: Pair, sentence: Pair, remedy: Pair) -> Entry:
    return Entry(severity, *({"en": text[0], "ru": text[1]} for text in (title, sentence, remedy)))
