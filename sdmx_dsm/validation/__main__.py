"""Prints docs/findings.md."""

import sys

from sdmx_dsm.validation.catalogue import markdown

sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
sys.stdout.write(markdown())
