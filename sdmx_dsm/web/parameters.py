"""Parameters of the hub's own API."""

from collections.abc import Collection, Mapping
from typing import Any

from sdmx_dsm.errors import QuerySyntaxError


def choice_of(options: Mapping[str, str], name: str, allowed: Collection[str]) -> Any:
    """The first of `allowed` where nothing is given. Raises QuerySyntaxError."""
    value = options.get(name) or next(iter(allowed))
    if value not in allowed:
        raise QuerySyntaxError(f"{name} is “{value}”; expected one of {', '.join(allowed)}.")
    return value


def number_of(options: Mapping[str, str], name: str, most: float, default: float) -> float:
    """A number from 0, cut at `most`. Raises QuerySyntaxError."""
    text = options.get(name)
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not value >= 0:  # nor for NaN
        raise QuerySyntaxError(f"{name} is “{text}”; expected a number from 0 on.")
    return min(value, most)
