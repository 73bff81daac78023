"""Expressions of a mapping: a text, compared tolerantly, or a /pattern/ between slashes.

Patterns come from people outside, so they run in Rust's regex (polars), which takes linear time, and never in Python's `re`."""

import re
from collections.abc import Sequence

import polars as pl

_BROKEN_WORD = re.compile(r"(?<=[^\W\d])[-\u00ad]\s*\n\s*(?=[^\W\d])")
_HYPHEN_IN_WORD = re.compile(r"(?<=[^\W\d])-(?=[^\W\d])")
_BLANKS = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_ALIKE = (("‐‑‒–—―−", "-"), ("’‘ʼ`´", "'"), ("“”„«»", '"'), ("ё", "е"))
_LOOKALIKES = {ord(sign): plain for signs, plain in _ALIKE for sign in signs}


def clean(text: str) -> str:
    """`text` on one line: words broken at the end of a line put together, blanks of every kind as one, none at the ends."""
    return _BLANKS.sub(" ", _BROKEN_WORD.sub("", text)).strip()


def normal(text: str) -> str:
    """What two labels that a person takes for the same have in common: without case, blanks and hyphens within words, with
    one kind of dash, quote and apostrophe, and е for ё. Hyphens between digits stay: 1-10 is not 11-0."""
    folded = clean(text).casefold().translate(_LOOKALIKES)
    return _HYPHEN_IN_WORD.sub("", folded.replace(" ", ""))


def pattern_of(expression: str) -> str | None:
    """The pattern between the slashes; None when the expression is a text."""
    is_pattern = len(expression) > 1 and expression.startswith("/") and expression.endswith("/")
    return expression[1:-1] if is_pattern else None


def pattern_problem(pattern: str) -> str:
    """Why `pattern` can't be used; "" when it can."""
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError as error:
        lines = str(error).splitlines()
        reason = next((line for line in reversed(lines) if line.startswith("error: ")), lines[0])
        return f"“{pattern}” is not a pattern of Rust's regex: {reason.rpartition('error: ')[2].rstrip('.')}."
    return ""


def search(pattern: str, texts: Sequence[str]) -> list[tuple[str, ...] | None]:
    """For each text the groups of the first match (all of it, where the pattern has no groups); None without a match."""
    if not texts:
        return []
    # A group around everything: it tells a match, and groups can't be asked of a pattern that has none.
    found = pl.Series(texts, dtype=pl.String).str.extract_groups(f"({pattern})")
    return [
        None if row[0] is None else tuple(group or "" for group in row[1:] or row)
        for row in found.struct.unnest().rows()
    ]


def matches(expression: str, texts: Sequence[str]) -> list[bool]:
    """Whether each text is what the expression says."""
    pattern = pattern_of(expression)
    if pattern is None:
        wanted = normal(expression)
        return [normal(text) == wanted for text in texts]
    return [groups is not None for groups in search(pattern, texts)]
