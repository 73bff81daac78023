"""The use cases, each a function that is given the `Hub`: registry, data, submissions, people, conversion, demonstration."""

from sdmx_dsm.service.hub import Hub, Registry
from sdmx_dsm.store import ArtefactChange, Interrupt, Submission

__all__ = ["ArtefactChange", "Hub", "Interrupt", "Registry", "Submission"]
