"""A registry, collection point and dissemination service for statistical data exchange in SDMX."""

__version__ = "0.1.0"
