"""The `dsm` command. Each subcommand prints plain sentences, has `--json` where its answer is data, and exits 0 when done,
1 when the input was refused, 2 when it was called wrongly."""

from sdmx_dsm.cli.commands import main

__all__ = ["main"]
