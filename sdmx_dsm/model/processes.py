"""Processes: what is done with which structures, step by step."""

from dataclasses import dataclass, field

from sdmx_dsm.model.base import Annotation, Identifiable, Maintainable, Nameable
from sdmx_dsm.model.text import Text
from sdmx_dsm.model.urns import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessArtefact:
    """What goes into a step or comes out of it."""

    object: Reference
    local_id: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    descriptions: Text = field(default_factory=dict)
    local_id: str | None = None
    software_package: str | None = None
    software_language: str | None = None
    software_version: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Identifiable):
    """To which step the process goes on, and when. It may go without an id."""

    id: str = ""
    target_step: str
    conditions: Text = field(default_factory=dict)
    local_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStep(Nameable):
    inputs: tuple[ProcessArtefact, ...] = ()
    outputs: tuple[ProcessArtefact, ...] = ()
    computation: Computation | None = None
    transitions: tuple[Transition, ...] = ()
    items: "tuple[ProcessStep, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Process(Maintainable):
    items: tuple[ProcessStep, ...] = ()
