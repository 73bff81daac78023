"""Checks of codes: is a value in its codelist, and if not, which code may have been meant."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl
from rapidfuzz import fuzz, process

from sdmx_dsm.batches import NOT_APPLICABLE
from sdmx_dsm.model import EnumeratedItem, SchemaComponent, localise
from sdmx_dsm.validation.catalogue import LANGUAGES
from sdmx_dsm.validation.findings import in_languages
from sdmx_dsm.validation.values import Check, value_check

NEAREST_SHOWN: Final = 3
# Looked up at most, for each Checker: a million different wrong values are answered quickly, the later ones without a hint.
NEAREST_LOOKUPS: Final = 1_000
NEAREST_COMPARISONS: Final = 1_000_000
_LEAST_SCORE: Final = 70


class Nearest:
    """The codes whose id or name (in any language) looks most like a wrong value; remembers what it found."""

    def __init__(self) -> None:
        self._lookups = NEAREST_LOOKUPS
        self._comparisons = NEAREST_COMPARISONS
        self._found: dict[tuple[str, str], Mapping[str, str]] = {}
        self._choices: dict[str, tuple[list[str], list[EnumeratedItem]]] = {}

    def codes(self, component: SchemaComponent, value: str) -> Mapping[str, str]:
        """Arguments `nearest:en`, `nearest:ru`: "M (Monthly), W (Weekly)"; none where nothing is near."""
        key = component.id, value
        if key not in self._found:
            texts, owners = self._of(component)
            if self._lookups <= 0 or self._comparisons < len(texts):
                return {}
            self._lookups -= 1
            self._comparisons -= len(texts)
            codes = nearest(value, texts, owners)
            self._found[key] = (
                {f"nearest:{language}": ", ".join(_named(code, language) for code in codes) for language in LANGUAGES}
                if codes
                else {}
            )
        return self._found[key]

    def _of(self, component: SchemaComponent) -> tuple[list[str], list[EnumeratedItem]]:
        if component.id not in self._choices:
            items = component.codelist.items if component.codelist else ()
            pairs = [(text.casefold(), code) for code in items for text in (code.id, *code.names.values())]
            self._choices[component.id] = [text for text, _ in pairs], [code for _, code in pairs]
        return self._choices[component.id]


def nearest(value: str, texts: Sequence[str], owners: Sequence[EnumeratedItem]) -> list[EnumeratedItem]:
    """The owners of the texts most like `value`, best first, each once."""
    wanted = value.strip().casefold()[:100]
    if not wanted:
        return []
    hits = process.extract(wanted, texts, scorer=fuzz.WRatio, limit=4 * NEAREST_SHOWN, score_cutoff=_LEAST_SCORE)
    found: dict[str, EnumeratedItem] = {}
    for text, _, index in hits:
        # A single letter is part of every name: WRatio takes that for likeness.
        if min(len(text), len(wanted)) > 1 or text == wanted:
            found.setdefault(owners[index].id, owners[index])
    return list(found.values())[:NEAREST_SHOWN]


def _named(code: EnumeratedItem, language: str) -> str:
    name = localise(code.names, (language,))
    return f"{code.id} ({name})" if name else code.id


def code_checks(component: SchemaComponent, nearest: Nearest) -> Iterator[Check]:
    """Of a component with a codelist. `~` may stand in a dimension of a row that is no observation; `#N/A` in an attribute
    or measure."""
    if component.codelist is None:
        return
    ids = pl.Series([code.id for code in component.codelist.items], dtype=pl.String)
    reference = component.codelist.reference.short
    is_dimension = component.role == "dimension"
    known = ids if is_dimension else pl.concat([ids, pl.Series(["#N/A"])])
    unless = (pl.col(component.id) != NOT_APPLICABLE) | (pl.col(":level") == "obs") if is_dimension else None
    yield value_check(component, "empty-value", lambda value: value == "")
    yield value_check(
        component,
        "unknown-code",
        lambda value: ~value.is_in(known.implode()) & (value != ""),
        {"codelist": reference, **in_languages("codelist", component.codelist.names, f"{{}}, {reference}")},
        explain=lambda value: nearest.codes(component, value),
        when=unless,
    )
