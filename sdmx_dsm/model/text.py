"""Multilingual text: a mapping from language tag (BCP 47) to text, everywhere.

A text without a language (an XML text without xml:lang, a JSON `name` without `names`) is kept under `en`, as the schemas'
default says (SDMX-ML common:TextType)."""

import unicodedata
from collections.abc import Mapping, Sequence

Text = Mapping[str, str]
DEFAULT_LANGUAGE = "en"
EVERY_LANGUAGE = "*"


def best_tag(text: Text, languages: Sequence[str]) -> str | None:
    """The tag of the best text for a list of wanted languages, most wanted first; None when there is no text at all.

    `en-GB` is served by `en` and the other way round; where nothing fits: English, else the first language there is."""
    for language in (*languages, DEFAULT_LANGUAGE):
        base = language.partition("-")[0]
        for tag in text:
            if tag == language or tag.partition("-")[0] == base:
                return tag
    return next(iter(text), None)


def localise(text: Text, languages: Sequence[str] = (DEFAULT_LANGUAGE,)) -> str:
    """The text of the `best_tag`; "" when there is none."""
    tag = best_tag(text, languages)
    return "" if tag is None else text[tag]


def texts_in(text: Text, languages: Sequence[str]) -> Text:
    """The texts in some languages (`*` for all); the best there is where it has none of them."""
    if EVERY_LANGUAGE in languages:
        return text
    best = best_tag(text, languages)
    if best is None:
        return text
    wanted = {language.partition("-")[0].lower() for language in languages}
    return {tag: text[tag] for tag in text if tag.partition("-")[0].lower() in wanted} or {best: text[best]}


def folded(text: str) -> str:
    """For comparison: no case, no accents, Ё as Е, signs as blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (" " if not c.isalnum() else c for c in decomposed if not unicodedata.combining(c))
    return " ".join("".join(kept).split())
