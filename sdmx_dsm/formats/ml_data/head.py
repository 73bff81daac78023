"""The start of a data message, written: root, header with its structures, and the tags around a data set."""

from dataclasses import dataclass
from typing import Final, Literal

from sdmx_dsm.batches import Action, DataSet, Header
from sdmx_dsm.formats.headers import write_parties, write_texts
from sdmx_dsm.formats.markup import SCHEMAS, attribute, escape_all
from sdmx_dsm.formats.ml_data.names import XSI
from sdmx_dsm.model import Reference

Version = Literal["2.1", "3.0", "3.1"]
PACKAGES: Final = {"DataStructure": "datastructure", "Dataflow": "datastructure", "ProvisionAgreement": "registry"}
# To insert or update what is given was called Append; Merge came with 3.1, where it says the same and Append is deprecated.
ACTIONS: Final[dict[Version, dict[Action, str]]] = {
    "2.1": {"Merge": "Append"},
    "3.0": {"Merge": "Append"},
    "3.1": {"Append": "Merge"},
}


@dataclass(frozen=True, slots=True)
class View:
    """How a data set is laid out. `keys`: the dimensions of a Series (none: flat); `at_observation`: those of an Obs."""

    reference: Reference
    dimension: str
    keys: tuple[str, ...]
    at_observation: tuple[str, ...]

    @property
    def namespace(self) -> str:
        """Of the data structure's own schema (SDMX 2.1 section 3A, SDMX 3.0 SDMX-ML)."""
        return f"{self.reference.urn}:ObsLevelDim:{self.dimension}"


@dataclass(frozen=True, slots=True)
class Style:
    """A syntax: version, generic or structure-specific, and in 2.1 a variant that is restricted to time series."""

    version: Version
    is_generic: bool
    is_time_series: bool = False

    @property
    def schemas(self) -> str:
        return f"{SCHEMAS}v{self.version.replace('.', '_')}/"

    @property
    def root(self) -> str:
        kind = "Generic" if self.is_generic else "StructureSpecific"
        return f"{kind}TimeSeriesData" if self.is_time_series else f"{kind}Data"


def message_start(style: Style, header: Header, views: list[View]) -> str:
    """Up to the end of the header; `views` are numbered S1, S2, …, and their namespaces ns1, ns2, …"""
    header = header.complete("DATA")
    namespaces = {"message": f"{style.schemas}message", "common": f"{style.schemas}common", "xsi": XSI}
    if style.is_generic:
        namespaces["generic"] = f"{style.schemas}data/generic"
    else:
        namespaces["ss"] = f"{style.schemas}data/structurespecific"
        namespaces |= {f"ns{number}": view.namespace for number, view in enumerate(views, 1)}
    declared = "".join(attribute(f"xmlns:{prefix}", uri) for prefix, uri in namespaces.items())
    structures = "".join(_structure(style, number, view) for number, view in enumerate(views, 1))
    embargo = f"<message:EmbargoDate>{escape_all(header.embargo)}</message:EmbargoDate>" if header.embargo else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<message:{style.root}{declared}>\n<message:Header>'
        f"<message:ID>{escape_all(header.id)}</message:ID>"
        f"<message:Test>{'true' if header.test else 'false'}</message:Test>"
        f"<message:Prepared>{escape_all(header.prepared)}</message:Prepared>"
        f"{''.join(write_parties(header))}"
        f"{write_texts('common:Name', header.names)}{structures}{embargo}{write_texts('message:Source', header.sources)}"
        f"</message:Header>\n"
    )


def message_end(style: Style) -> str:
    return f"</message:{style.root}>\n"


def dataset_start(style: Style, number: int, dataset: DataSet, action: Action, attributes: str) -> str:
    """The DataSet tag, open, with the data provider; `attributes`: its own (2.1), ready as text."""
    prefix = "" if style.is_generic else "ss:"
    kind = "" if style.is_generic else f' xsi:type="ns{number}:DataSetType"'
    facts = {
        "structureRef": f"S{number}",
        "setID": dataset.id,
        "action": ACTIONS[style.version].get(action, action),
        "reportingBeginDate": dataset.reporting_begin,
        "reportingEndDate": dataset.reporting_end,
        "validFromDate": dataset.valid_from.isoformat() if dataset.valid_from else None,
        "validToDate": dataset.valid_to.isoformat() if dataset.valid_to else None,
        # The level at which the data are to be checked; required in 2.1
        "dataScope": "DataStructure" if style.version == "2.1" and not style.is_generic else None,
    }
    given = "".join(attribute(prefix + name, value) for name, value in facts.items() if value is not None)
    return f"<message:DataSet{kind}{given}{attributes}>{_provider(style, dataset.provider)}\n"


def _provider(style: Style, provider: Reference | None) -> str:
    if provider is None:
        return ""
    tag = "generic:DataProvider" if style.is_generic else "DataProvider"
    return f"<{tag}>{_item_reference(style, provider)}</{tag}>"


def _item_reference(style: Style, item: Reference) -> str:
    if style.version != "2.1":
        return escape_all(item.urn)
    return (
        f'<Ref agencyID="{item.agency}" maintainableParentID="{item.id}" maintainableParentVersion="{item.version}"'
        f' id="{item.item}" class="DataProvider" package="base"/>'
    )


def _structure(style: Style, number: int, view: View) -> str:
    reference = view.reference
    element = {
        "DataStructure": "Structure",
        "Dataflow": "StructureUsage",
        "ProvisionAgreement": "ProvisionAgrement" if style.version == "2.1" else "ProvisionAgreement",
    }[reference.artefact_class]
    name = "" if style.is_generic else attribute("namespace", view.namespace)
    inside = escape_all(reference.urn)
    if style.version == "2.1":
        inside = (
            f'<Ref agencyID="{reference.agency}" id="{reference.id}" version="{reference.version}"'
            f' class="{reference.artefact_class}" package="{PACKAGES[reference.artefact_class]}"/>'
        )
    return (
        f'<message:Structure structureID="S{number}"{name} dimensionAtObservation="{view.dimension}">'
        f"<common:{element}>{inside}</common:{element}></message:Structure>"
    )
