"""The use cases, each a function that is given the `Hub`: registry, data, submissions, people, conversion, demonstration."""

from sdmx_dsm.service.hub import Hub, Registry

__all__ = ["Hub", "Registry"]
