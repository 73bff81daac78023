"""Namespaces, element names and the other fixed words of SDMX-ML data messages."""

from typing import Final

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
TIME_PERIOD: Final = "TIME_PERIOD"
OBS_VALUE: Final = "OBS_VALUE"

# root element -> whether its data are generic; the TimeSeries roots are 2.1 alone
ROOTS: Final = {
    "GenericData": True,
    "GenericTimeSeriesData": True,
    "StructureSpecificData": False,
    "StructureSpecificTimeSeriesData": False,
}
VERSIONS: Final = ("v2_1", "v3_0", "v3_1")

# How the header names what the data refer to -> class. The schema of 2.1 has the misspelt one, that of 3.x the other.
REFERENCE_CLASSES: Final = {
    "ProvisionAgrement": "ProvisionAgreement",
    "ProvisionAgreement": "ProvisionAgreement",
    "StructureUsage": "Dataflow",
    "Structure": "DataStructure",
}
# Elements of structure-specific data: they have no namespace, though some services give them that of the data structure.
ELEMENTS: Final = frozenset({"Series", "Obs", "Group", "Atts", "Comp", "DataProvider"})
# XML attributes of the DataSet element that are no components
SET_ATTRIBUTES: Final = frozenset(
    {
        *("structureRef", "setID", "action", "reportingBeginDate", "reportingEndDate", "validFromDate", "validToDate"),
        *("publicationYear", "publicationPeriod", "dataScope"),
    }
)


def comp_type(id: str, role: str) -> str:
    """The type of the Comp element that holds a component, in the XSD of a data structure (3.x).

    The standard gives no rule; its sample names them TITLE_ATTRIBUTE, OBS_STATUS_ATTRIBUTE."""
    return f"{id}_{role.upper()}"
