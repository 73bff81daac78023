"""`dsm` as the shell runs it: what it says to files and pipes, and to one that is closed."""

import json
import os
import subprocess
from pathlib import Path

from tests.cli.serving import DSM

WORKBOOK = ("fixtures/legacy/tj_ubezhishche.xls", "--mapping", "tj_ubezhishche")


def test_pipes_get_utf8_whatever_the_system_has() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}
    command = [DSM, "validate", *WORKBOOK, "--json"]
    result = subprocess.run(command, capture_output=True, env=environment)
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout.decode("utf-8"))
    assert all(finding["message"]["ru"] for finding in report["findings"])


def test_a_refusal_goes_to_standard_error(tmp_path: Path) -> None:
    command = [DSM, "export", "--dataflow", "DSM:NOTHING", "--data-dir", tmp_path]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith(f"There is no hub in {tmp_path}: ")


def test_a_reader_that_leaves_is_no_error_to_tell(tmp_path: Path) -> None:
    """As in `dsm convert … | head -1`."""
    command = [DSM, "convert", "fixtures/legacy/md_foreigners_by_citizenship.xlsx", "--to", "sdmx-ml-3.0"]
    command += ["--mapping", "md_foreigners_by_citizenship"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1
