"""The syntaxes of structure messages, and how places in them are written down.

A place is where a syntax keeps a field: `@id` is an XML attribute, `Name` an element of the structure namespace, `c:Name` one of
the common namespace, `g:Name` one of that of generic metadata, `DimensionList/Dimension` an element within another; in SDMX-JSON,
keys in the same way. `a|b` are two names for one place: both are read, and the kind of the field chooses which to write (the
first, if it has no opinion)."""

from dataclasses import dataclass
from typing import Final, Literal

from sdmx_dsm.formats.markup import SCHEMAS

Column = Literal["ml21", "ml30", "ml31", "json10", "json20", "json21"]


@dataclass(frozen=True, slots=True)
class Syntax:
    """`column` is its column in the tables of `declarations`; `standard` the version of the information model that it writes;
    `version` the one in XML namespaces ("" for JSON)."""

    title: str
    column: Column
    standard: Literal["2.1", "3.0", "3.1"]
    version: str = ""

    @property
    def message(self) -> str:
        return f"{SCHEMAS}{self.version}/message"

    @property
    def structure(self) -> str:
        return f"{SCHEMAS}{self.version}/structure"

    @property
    def common(self) -> str:
        return f"{SCHEMAS}{self.version}/common"

    @property
    def generic(self) -> str:
        return f"{SCHEMAS}{self.version}/metadata/generic"


ML21: Final = Syntax("SDMX-ML 2.1", "ml21", "2.1", "v2_1")
ML30: Final = Syntax("SDMX-ML 3.0", "ml30", "3.0", "v3_0")
ML31: Final = Syntax("SDMX-ML 3.1", "ml31", "3.1", "v3_1")
JSON10: Final = Syntax("SDMX-JSON 1.0", "json10", "2.1")
JSON20: Final = Syntax("SDMX-JSON 2.0", "json20", "3.0")
JSON21: Final = Syntax("SDMX-JSON 2.1", "json21", "3.1")
ML_SYNTAXES: Final = (ML21, ML30, ML31)
JSON_SYNTAXES: Final = (JSON10, JSON20, JSON21)
SYNTAXES: Final = (*ML_SYNTAXES, *JSON_SYNTAXES)

# Lists of a data structure have an id that the standard fixes.
LIST_IDS: Final = {
    "DimensionList": "DimensionDescriptor",
    "AttributeList": "AttributeDescriptor",
    "MeasureList": "MeasureDescriptor",
    "dimensionList": "DimensionDescriptor",
    "attributeList": "AttributeDescriptor",
    "measureList": "MeasureDescriptor",
}
