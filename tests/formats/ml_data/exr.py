"""The exchange rate structures of the official samples, as far as their data need them, made by hand."""

from sdmx_dsm.model import (
    Attribute,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Dimension,
    Group,
    Maintainable,
    Measure,
    Reference,
    Structures,
    TimeDimension,
)
from sdmx_dsm.model.base import Usage

KEY = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_VAR")
SIBLING = KEY[1:]
RATE = KEY[3:]


def concept(id: str) -> Reference:
    return Reference("Concept", "ECB", "CONCEPTS", "1.0", id)


def attribute(id: str, *dimensions: str, usage: Usage = "optional") -> Attribute:
    relationship = "dimensions" if dimensions else "observation"
    return Attribute(id=id, concept=concept(id), usage=usage, relationship=relationship, dimensions=dimensions)


def structure(id: str, key: tuple[str, ...], attributes: tuple[Attribute, ...], groups: bool = False) -> DataStructure:
    return DataStructure(
        id=id,
        agency="ECB",
        version="1.0",
        dimensions=tuple(Dimension(id=dimension, concept=concept(dimension)) for dimension in key),
        time_dimension=TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD")),
        measures=(Measure(id="OBS_VALUE", concept=concept("OBS_VALUE")),),
        attributes=attributes,
        groups=(Group(id="SiblingGroup", dimensions=SIBLING), Group(id="RateGroup", dimensions=RATE)) if groups else (),
    )


def exr_structures() -> Structures:
    attributes = (
        attribute("COLL_METHOD", *RATE),
        *(attribute(id, *SIBLING) for id in ("DECIMALS", "UNIT_MEASURE", "UNIT_MULT", "TITLE")),
        attribute("CONF_STATUS_OBS"),
        attribute("OBS_STATUS"),
    )
    flow_key = ("FREQ", "CURRENCY", "CURRENCY_DENOM", "EXR_TYPE", "EXR_SUFFIX")
    series = ("TIME_FORMAT", "COLLECTION", "SOURCE_AGENCY", "UNIT", "UNIT_MULT", "DECIMALS", "TITLE", "TITLE_COMPL")
    artefacts: tuple[Maintainable, ...] = (
        ConceptScheme(id="CONCEPTS", agency="ECB", version="1.0"),
        structure("ECB_EXR_RG", KEY, attributes, groups=True),
        structure("ECB_EXR_NG", KEY, attributes),
        structure("ECB_EXR1", flow_key, (*(attribute(id, *flow_key) for id in series), attribute("OBS_STATUS"))),
        Dataflow(id="EXR", agency="ECB", version="1.0", structure=Reference("DataStructure", "ECB", "ECB_EXR1", "1.0")),
    )
    return Structures(artefacts)
