"""Who reports what, and where in the categories a thing stands."""

from dataclasses import dataclass

from sdmx_dsm.model.base import Maintainable
from sdmx_dsm.model.urns import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionAgreement(Maintainable):
    dataflow: Reference | None = None
    data_provider: Reference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Categorisation(Maintainable):
    source: Reference | None = None
    target: Reference | None = None
