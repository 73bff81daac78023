"""What values look like: text formats and representations."""

from dataclasses import dataclass, field

from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class SentinelValue:
    """A value with a meaning of its own among those of a text format (3.x)."""

    value: str
    names: Text = field(default_factory=dict)
    descriptions: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFormat:
    """Facets as written in the message; None where not given. `text_type` is "" where the format of codes names none."""

    text_type: str = "String"
    min_length: int | None = None
    max_length: int | None = None
    min_value: str | None = None
    max_value: str | None = None
    decimals: int | None = None
    pattern: str | None = None
    start_value: str | None = None
    end_value: str | None = None
    interval: str | None = None
    time_interval: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    is_sequence: bool | None = None
    is_multilingual: bool | None = None
    sentinel_values: tuple[SentinelValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """Either an enumeration (with a text format of its codes, if any) or a text format. More than one value: `max_occurs`
    above 1, or None for unbounded (3.0)."""

    enumeration: Reference | None = None
    text_format: TextFormat | None = None
    min_occurs: int | None = None
    max_occurs: int | None = 1
