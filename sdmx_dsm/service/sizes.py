"""Answers that are too large: how large they are, and how to get them in parts."""

from collections.abc import Mapping
from typing import Final

from sdmx_dsm.errors import TooLarge

_SHOWN: Final = 20  # values in the sentence
_TOLD: Final = 1000  # values among the facts


def too_large(observations: int, most: int, spread: Mapping[str, Mapping[str, int]]) -> TooLarge:
    """The refusal of an answer of so many observations. `spread`: for each dimension how many there are for each value."""
    facts: dict[str, object] = {"setting": "DSM_MAX_OBSERVATIONS", "limit": most, "observations": observations}
    english = f"The answer has {observations} observations; this service gives {most} at once (DSM_MAX_OBSERVATIONS)."
    russian = f"Наблюдений в ответе: {observations}; за один раз выдаётся не более {most} (DSM_MAX_OBSERVATIONS)."
    if id := best_split(spread, most):
        parts = dict(sorted(spread[id].items(), key=lambda part: (-part[1], part[0])))
        shown = ", ".join(f"{value} {count}" for value, count in list(parts.items())[:_SHOWN])
        rest = len(parts) - _SHOWN
        largest = max(parts.values())
        english += f" Ask for the values of {id} apart: {shown}{f' and {rest} more' if rest > 0 else ''}."
        russian += f" Запрашивайте значения {id} по отдельности: {shown}{f' и ещё {rest}' if rest > 0 else ''}."
        if largest > most:
            english += " What is still too large is asked for by periods."
            russian += " То, что и тогда слишком велико, запрашивайте по периодам."
        facts |= {"split_by": id, "parts": dict(list(parts.items())[:_TOLD])}
    else:
        english += " Ask for it by periods."
        russian += " Запрашивайте по периодам."
    english += " With “Prefer: respond-async” all of it is made as a file."
    russian += " С заголовком «Prefer: respond-async» всё готовится как файл."
    return TooLarge(english, ru=russian, **facts)


def best_split(spread: Mapping[str, Mapping[str, int]], most: int) -> str:
    """The dimension whose values are few and make parts within the limit, else the one whose largest part is least; "" where
    no dimension has several values."""
    several = {id: counts for id, counts in spread.items() if len(counts) > 1}
    within = {id: counts for id, counts in several.items() if max(counts.values()) <= most}
    if within:
        return min(within, key=lambda id: len(within[id]))
    return min(several, key=lambda id: max(several[id].values()), default="")
