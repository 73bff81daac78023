"""`Prefer: handling=lenient` (RFC 7240): what a format can't say is left out of a structure message, and told in its headers.

    Preference-Applied: handling=lenient
    Warning: 299 - "Codelist A:CL_B(1.0.0): SDMX-ML 2.1 can't say links of Codelist."

Headers are sent first, so the message is made twice: once to know what is left out."""

from collections.abc import Iterable
from typing import Final

PREFERENCE: Final = "handling=lenient"
MAX_WARNINGS: Final = 20  # headers are short; the last one counts the rest
_PLAIN: Final = str.maketrans({"“": "'", "”": "'", "’": "'", '"': "'", "\\": "/"})


def prefers(prefer: Iterable[str], preference: str) -> bool:
    """Whether one of the values of `Prefer` asks for it."""
    wishes = (wish.partition(";")[0] for value in prefer for wish in value.split(","))
    return any("".join(wish.split()).lower() == preference for wish in wishes)


def headers(left_out: list[str]) -> dict[str, str]:
    """For an answer that leaves these things out."""
    shown = left_out[:MAX_WARNINGS]
    if len(left_out) > len(shown):
        shown[-1] = f"{len(left_out) - MAX_WARNINGS + 1} more things are left out."
    warnings = ", ".join(f'299 - "{_ascii(sentence)}"' for sentence in shown)
    return {"preference-applied": PREFERENCE} | ({"warning": warnings} if warnings else {})


def _ascii(sentence: str) -> str:
    return sentence.translate(_PLAIN).encode("ascii", "replace").decode()
