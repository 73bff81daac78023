"""Multilingual text: a mapping from language tag (BCP 47) to text, everywhere.

A text without a language (an XML text without xml:lang, a JSON `name` without `names`) is kept under `en`, as the schemas'
default says (SDMX-ML common:TextType)."""

from collections.abc import Mapping, Sequence

Text = Mapping[str, str]
DEFAULT_LANGUAGE = "en"


def localise(text: Text, languages: Sequence[str] = (DEFAULT_LANGUAGE,)) -> str:
    """The best text for a list of wanted languages, most wanted first; "" when there is no text at all.

    `en-GB` is served by `en` and the other way round; where nothing fits: English, else the first language there is."""
    for language in (*languages, DEFAULT_LANGUAGE):
        base = language.partition("-")[0]
        for tag in text:
            if tag == language or tag.partition("-")[0] == base:
                return text[tag]
    return next(iter(text.values()), "")
