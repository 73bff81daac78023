"""A million observations, and a million mistakes: the answer stays whole and memory stays flat."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.batches import DataSet, constants
from sdmx_dsm.formats import WriteOptions, by_name
from sdmx_dsm.model import PUBLIC, DataQuery
from sdmx_dsm.service import Hub
from sdmx_dsm.service.submissions import SubmissionRequest, iter_findings, process_all, receive
from tests.service.conftest import ADMINISTRATOR

pytestmark = pytest.mark.long

AGREEMENT = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
ROWS = 1_000_000
MOST_MB = 400

CHECK = """
import json, sys, tempfile
from dataclasses import replace
from pathlib import Path
from sdmx_dsm.model import ProvisionAgreement, Structures, parse_reference
from sdmx_dsm.service.checking import CheckOptions, check
from sdmx_dsm.service.content import read_content
from sdmx_dsm.settings import load_settings

artefacts = read_content(load_settings({}).content_path)
if sys.argv[3] == "without defaults":
    artefacts = [replace(a, annotations=()) if isinstance(a, ProvisionAgreement) else a for a in artefacts]
structures = Structures(artefacts)
options = CheckOptions(reference=parse_reference(sys.argv[2], "ProvisionAgreement"))
with tempfile.TemporaryDirectory() as folder, check(Path(sys.argv[1]), structures, options, Path(folder)) as checked:
    report = checked.report
status = Path("/proc/self/status").read_text()
peak = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))
print(json.dumps({"peak": peak, "observations": report.observations, "errors": report.errors}))
"""


def keys(hub: Hub) -> pl.DataFrame:
    """A million different keys of the agreement, all of them allowed."""
    schema = hub.schema(hub.dataflow("DSM:FOREIGN_POP"))
    frame = pl.DataFrame({"FREQ": ["A"], "REF_AREA": ["MD"]})
    for id in ("CITIZENSHIP", "SEX", "AGE"):
        codelist = schema.by_id[id].codelist
        assert codelist is not None
        frame = frame.join(pl.DataFrame({id: [code.id for code in codelist.items]}), how="cross")
    years = pl.DataFrame({"TIME_PERIOD": [str(year) for year in range(1920, 2024)]})
    return frame.join(years, how="cross").head(ROWS)


def write(frame: pl.DataFrame, path: Path) -> Path:
    structure = [pl.lit("dataflow").alias("STRUCTURE"), pl.lit("DSM:FOREIGN_POP(1.0.0)").alias("STRUCTURE_ID")]
    frame.select(*structure, pl.all()).write_csv(path)
    return path


GIVEN = {"UNIT_MEASURE": "PS", "UNIT_MULT": "0", "DECIMALS": "0"}


def single(hub: Hub, value: pl.Expr, attributes: Mapping[str, str] = GIVEN) -> DataSet:
    """A million series in no order, each with one observation, and with attributes."""
    schema = hub.schema(hub.dataflow("DSM:FOREIGN_POP"))
    frame = pl.DataFrame({"FREQ": ["A"], "REF_AREA": ["MD"], "TIME_PERIOD": ["2020"]})
    for id in ("SEX", "AGE", "RESIDENCE_STATUS", "DATA_SOURCE", "CITIZENSHIP"):
        codelist = schema.by_id[id].codelist
        assert codelist is not None
        codes = [code.id for code in codelist.items]
        frame = frame.join(pl.DataFrame({id: codes}), how="cross").head(ROWS)
    frame = frame.sample(fraction=1, shuffle=True, seed=1).with_columns(
        value.alias("OBS_VALUE"), OBS_STATUS=pl.lit("A")
    )
    observations = frame.with_columns(pl.lit("obs").alias(":level")).iter_slices(50_000)
    series = frame.select(*schema.dimension_ids, *constants({**attributes, ":level": "series"})).iter_slices(50_000)
    if attributes:
        observations = (pl.concat(both, how="diagonal") for both in zip(series, observations, strict=True))
    return DataSet(schema=schema, structure=schema.reference, batches=observations)


def submit(hub: Hub, path: Path) -> str:
    request = SubmissionRequest(path=path, file_name=path.name, structure=AGREEMENT)
    submission = receive(hub, request, ADMINISTRATOR)
    process_all(hub)
    return submission.id


def test_a_million_wrong_rows_are_counted_shown_and_kept_for_download(hub: Hub, tmp_path: Path) -> None:
    wrong = keys(hub).with_columns(
        pl.concat_str(pl.lit("X"), pl.int_range(pl.len())).alias("CITIZENSHIP"), pl.lit("-1").alias("OBS_VALUE")
    )
    submission = hub.store.submission(submit(hub, write(wrong, tmp_path / "wrong.csv")))
    assert submission.state == "returned"
    assert submission.report is not None
    errors = {code: n for code, n in submission.report.counts.items() if code in ("unknown-code", "negative-count")}
    assert errors == {"unknown-code": ROWS, "negative-count": ROWS}
    shown = [finding.code for finding in submission.report.findings]
    assert (shown.count("unknown-code"), shown.count("negative-count")) == (100, 100)
    assert sum(piece.count(b"\r\n") for piece in iter_findings(hub, submission)) >= 2 * ROWS
    assert hub.store.last_release() is None


def test_a_million_good_rows_are_released_whole(hub: Hub, tmp_path: Path) -> None:
    good = keys(hub).with_columns(pl.int_range(pl.len()).cast(pl.String).alias("OBS_VALUE"))
    submission = hub.store.submission(submit(hub, write(good, tmp_path / "good.csv")))
    assert submission.state == "released"
    counts = hub.store.count(hub.schema(hub.dataflow("DSM:FOREIGN_POP")), DataQuery(), PUBLIC)
    assert counts.observations == ROWS


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell the peak of a process")
@pytest.mark.parametrize("mistakes", [False, True])
def test_reading_and_checking_a_million_stays_within_memory(hub: Hub, tmp_path: Path, mistakes: bool) -> None:
    value = pl.lit("-1") if mistakes else pl.int_range(pl.len()).cast(pl.String)
    path = write(keys(hub).with_columns(value.alias("OBS_VALUE")), tmp_path / "many.csv")
    assert_within_memory(path, ROWS if mistakes else 0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell the peak of a process")
@pytest.mark.parametrize("mistakes", [False, True])
@pytest.mark.parametrize("name", ["sdmx-csv-2.0", "sdmx-ml-2.1"])
def test_a_million_series_of_one_observation_stay_within_memory(
    hub: Hub, tmp_path: Path, name: str, mistakes: bool
) -> None:
    value = pl.lit("-1") if mistakes else pl.int_range(pl.len()).cast(pl.String)
    path = write_as(name, single(hub, value), tmp_path)
    assert_within_memory(path, ROWS if mistakes else 0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to tell the peak of a process")
def test_a_million_series_without_mandatory_attributes_stay_within_memory(hub: Hub, tmp_path: Path) -> None:
    path = write_as("sdmx-csv-2.0", single(hub, pl.lit("1"), {}), tmp_path)
    assert_within_memory(path, len(GIVEN) * ROWS, "without defaults")


def write_as(name: str, dataset: DataSet, folder: Path) -> Path:
    path, writer = folder / "single", by_name(name).write
    assert writer is not None
    with path.open("wb") as file:
        file.writelines(writer([dataset], WriteOptions()))
    return path


def assert_within_memory(path: Path, errors: int, how: str = "") -> None:
    command = [sys.executable, "-c", CHECK, str(path), AGREEMENT, how]
    answer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert (answer["observations"], answer["errors"]) == (ROWS, errors)
    assert answer["peak"] < MOST_MB
