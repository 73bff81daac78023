"""Reading and writing hold a batch in memory, and not the message."""

import subprocess
import sys
from pathlib import Path

import pytest

from sdmx_dsm.batches import DataSet
from sdmx_dsm.formats.ml_data import write_specific21
from sdmx_dsm.formats.options import WriteOptions
from tests.helpers.content import frame_of
from tests.helpers.schemas import EXAMPLE, example_structures

OBSERVATIONS = 300_000
SCRIPT = """
import sys
from pathlib import Path
from sdmx_dsm.formats.ml_data import read_ml, write_specific30
from sdmx_dsm.formats.options import WriteOptions
from tests.helpers.schemas import example_structures

def peak():  # of this process alone: getrusage begins with what its parent had
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024

before = peak()
if sys.argv[1] == "read":
    datasets = read_ml(Path(sys.argv[2]), example_structures())
    print(sum((batch[":level"] == "obs").sum() for dataset in datasets for batch in dataset.batches))
else:
    datasets = read_ml(Path(sys.argv[2]), example_structures())
    count, tail = 0, b""
    for piece in write_specific30(datasets, WriteOptions()):
        count += (tail + piece).count(b"<Obs ")
        tail = piece[-4:]
    print(count)
print(peak() - before)
"""


@pytest.fixture(scope="module")
def message(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made of one batch, written over and over: its text would take 22 MB, its frame more."""
    rows = [
        {"FREQ": "A", "REF_AREA": f"R{n // 20}", "SEX": "F", "TIME_PERIOD": str(n % 20), "OBS_VALUE": str(n)}
        for n in range(OBSERVATIONS // 10)
    ]
    batch = frame_of(*rows, {":level": "series", "FREQ": "A", "REF_AREA": "R1", "SEX": "F", "COLLECTION": "x"})
    path = tmp_path_factory.mktemp("ml") / "large.xml"
    dataset = DataSet(
        schema=example_structures().schema(EXAMPLE), structure=EXAMPLE, batches=iter([batch] * 10), ordered=True
    )
    with path.open("wb") as file:
        file.writelines(write_specific21([dataset], WriteOptions()))
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems don't tell the peak of a process in /proc.")
@pytest.mark.parametrize("task, most_mb", [("read", 120), ("convert", 250)])
def test_memory_stays_flat(message: Path, task: str, most_mb: int) -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT, task, str(message)], capture_output=True, text=True, check=True)
    count, grown_mb = map(int, run.stdout.split())
    assert count == OBSERVATIONS
    assert grown_mb < most_mb
