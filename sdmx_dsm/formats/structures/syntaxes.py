"""The syntaxes of structure messages, and how places in them are written down.

A place is where a syntax keeps a field: `@id` is an XML attribute, `Name` an element of the structure namespace, `c:Name` one of
the common namespace, `DimensionList/Dimension` an element within another; in SDMX-JSON, keys in the same way. `a|b` are two
names for one place: both are read, and the kind of the field chooses which to write (the first, if it has no opinion)."""

from dataclasses import dataclass
from typing import Final, Literal

from sdmx_dsm.formats.markup import SCHEMAS

Column = Literal["ml21", "ml30", "json20"]


@dataclass(frozen=True, slots=True)
class Syntax:
    """`column` is its column in the tables of `declarations`; `version` the one in XML namespaces ("" for JSON)."""

    title: str
    column: Column
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


ML21: Final = Syntax("SDMX-ML 2.1", "ml21", "v2_1")
ML30: Final = Syntax("SDMX-ML 3.0", "ml30", "v3_0")
JSON20: Final = Syntax("SDMX-JSON 2.0", "json20")
ML_SYNTAXES: Final = (ML21, ML30)
SYNTAXES: Final = (*ML_SYNTAXES, JSON20)

# Lists of a data structure have an id that the standard fixes.
LIST_IDS: Final = {
    "DimensionList": "DimensionDescriptor",
    "AttributeList": "AttributeDescriptor",
    "MeasureList": "MeasureDescriptor",
    "dimensionList": "DimensionDescriptor",
    "attributeList": "AttributeDescriptor",
    "measureList": "MeasureDescriptor",
}
