"""In what the versions of SDMX-JSON data messages differ, for those that write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SCHEMAS: Final = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """`actions`: those that are written in other words. `has_groups`, `has_measures`: whether attributes of groups have a place
    of their own, and measures a description. `all_indexed`: all attributes have their values in the structure, as texts.
    `text_types`: numbers that are written as texts. `open_keys`: keys of what is deleted may leave out dimensions."""

    name: str
    schema: str
    schema_at_root: bool = False
    actions: Mapping[str, str]
    has_groups: bool = True
    has_measures: bool = True
    all_indexed: bool = False
    text_types: frozenset[str] = frozenset({"Decimal", "BigInteger"})
    open_keys: bool = False


JSON10: Final = Version(
    name="1.0",
    schema=f"{_SCHEMAS}1.0/sdmx-json-data-schema.json",
    actions={"Merge": "Append"},
    has_groups=False,
    has_measures=False,
    all_indexed=True,
    text_types=frozenset(),  # its values are numbers, for want of a type beside them
)
JSON20: Final = Version(name="2.0", schema=f"{_SCHEMAS}2.0.0/sdmx-json-data-schema.json", actions={"Merge": "Append"})
JSON21: Final = Version(
    name="2.1",
    schema="https://json.sdmx.org/2.1/sdmx-json-data-schema.json",
    schema_at_root=True,
    actions={"Append": "Merge"},
    open_keys=True,
)
