"""What the actions of data sets mean, whatever the format says them in (SDMX 2.1, 3.0 and 3.1, dataset actions)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdmx_dsm.batches import Action, DataSet, Header
from sdmx_dsm.formats import WriteOptions, by_name
from sdmx_dsm.model import PUBLIC, Context, DataQuery
from sdmx_dsm.service import Hub, Submission
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive
from sdmx_dsm.settings import Settings
from tests.helpers.schemas import example_artefacts
from tests.service.conftest import ADMINISTRATOR
from tests.store.lines import EXAMPLE, batch, lines, publish

FORMATS = ("sdmx-ml-2.1-generic", "sdmx-ml-2.1", "sdmx-ml-3.0", "sdmx-ml-3.1", "sdmx-csv-2.0", "sdmx-csv-2.1")
BEFORE = [
    "partial *.KG.* COVERAGE=all",
    "partial *.KG.F TITLE=t",
    "dataset *.*.* SOURCE_NOTE=n",
    "series A.KG.F UNIT_MEASURE=PS COLLECTION=s",
    "series A.KG.M UNIT_MEASURE=PS",
    "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A COMMENT_OBS=c",
    "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
    "A.KG.M 2020 OBS_VALUE=3 OBS_STATUS=A",
]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    opened = Hub.open(Settings(data_dir=str(tmp_path_factory.mktemp("hub"))))
    opened.store.revise(example_artefacts(), user="test")
    yield opened
    opened.close()


def reset(hub: Hub) -> None:
    publish(hub.store, "delete *.*.*", *BEFORE)


def stored(hub: Hub) -> list[str]:
    return sorted(lines(hub.store.data(EXAMPLE, DataQuery(), PUBLIC)))


def dataset(action: Action, *rows: str) -> DataSet:
    return DataSet(schema=EXAMPLE, structure=EXAMPLE.reference, batches=iter([batch(*rows)]), action=action)


def submit(
    hub: Hub, folder: Path, format: str, *datasets: DataSet, context: Context = "provisionagreement", **options: str
) -> Submission:
    write = by_name(format, "data").write
    assert write is not None
    header = Header(id="TEST", prepared="2026-11-25T10:00:00Z", sender="KG")
    file = folder / "message"
    file.write_bytes(b"".join(write(list(datasets), WriteOptions(header=header, context=context))))
    request = SubmissionRequest(path=file, file_name="message", is_message=True, **options)  # type: ignore[arg-type]
    submission = receive(hub, request, ADMINISTRATOR)
    process_all(hub)
    return hub.store.submission(submission.id)


def released(
    hub: Hub, folder: Path, format: str, *datasets: DataSet, context: Context = "provisionagreement"
) -> list[str]:
    reset(hub)
    submission = submit(hub, folder, format, *datasets, context=context)
    assert submission.state == "released", submission.report
    return stored(hub)


def but(*removed: str, also: tuple[str, ...] = ()) -> list[str]:
    assert set(removed) <= set(BEFORE)
    return sorted([line for line in BEFORE if line not in removed] + list(also))


REVISION = (
    "A.KG.F 2020 OBS_VALUE=5 OBS_STATUS=E",
    "A.KG.F 2022 OBS_VALUE=6 OBS_STATUS=A",
    "series A.KG.F UNIT_MEASURE=PC",
)
REVISED = ("A.KG.F 2022 OBS_VALUE=6 OBS_STATUS=A", "series A.KG.F UNIT_MEASURE=PC COLLECTION=s")


@pytest.mark.parametrize("action", ["Information", "Append", "Merge"])
@pytest.mark.parametrize("format", FORMATS)
def test_values_that_are_given_are_added_or_changed(hub: Hub, tmp_path: Path, format: str, action: Action) -> None:
    assert released(hub, tmp_path, format, dataset(action, *REVISION)) == but(
        BEFORE[3], BEFORE[5], also=(*REVISED, "A.KG.F 2020 OBS_VALUE=5 OBS_STATUS=E COMMENT_OBS=c")
    )


@pytest.mark.parametrize("format", FORMATS)
def test_whole_observations_are_replaced_and_attributes_above_merged(hub: Hub, tmp_path: Path, format: str) -> None:
    assert released(hub, tmp_path, format, dataset("Replace", *REVISION)) == but(
        BEFORE[3], BEFORE[5], also=(*REVISED, "A.KG.F 2020 OBS_VALUE=5 OBS_STATUS=E")
    )


DELETIONS: dict[str, list[str]] = {
    "delete A.KG.F 2020": but(BEFORE[5]),
    "delete *.*.* 2020": but(BEFORE[5], BEFORE[7]),
    "delete A.KG.F": but(BEFORE[3], BEFORE[5], BEFORE[6], BEFORE[1]),
    "delete *.KG.*": [],
    "delete *.*.*": [],
    "delete *.TJ.*": but(),
    "delete A.KG.F 2020 COMMENT_OBS=?": but(BEFORE[5], also=("A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=A",)),
    "delete *.*.* OBS_VALUE=0 OBS_STATUS=?": but(BEFORE[5], BEFORE[6], BEFORE[7], also=("A.KG.F 2020 COMMENT_OBS=c",)),
    "delete A.KG.F COLLECTION=?": but(BEFORE[3], also=("series A.KG.F UNIT_MEASURE=PS",)),
    "delete *.KG.F TITLE=?": but(BEFORE[1]),
    "delete *.*.* SOURCE_NOTE=? COVERAGE=?": but(BEFORE[0], BEFORE[2]),
}


@pytest.mark.parametrize("pattern", DELETIONS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_deletion_is_of_what_is_named(hub: Hub, tmp_path: Path, format: str, pattern: str) -> None:
    """Values alone where values are named, else whole observations; what is left out of the key stands for all."""
    assert released(hub, tmp_path, format, dataset("Delete", pattern)) == DELETIONS[pattern]


def test_a_dimension_that_is_switched_off_is_open_in_a_deletion(hub: Hub, tmp_path: Path) -> None:
    text = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,TITLE\n"
    file = tmp_path / "message.csv"
    file.write_text(f"{text}dataprovision,DSM:EXAMPLE_KG(1.0.0),D,~,KG,F,~,?\n")
    reset(hub)
    receive(hub, SubmissionRequest(path=file, file_name="message.csv"), ADMINISTRATOR)
    process_all(hub)
    assert stored(hub) == but(BEFORE[1])


@pytest.mark.parametrize("format", FORMATS)
def test_data_sets_are_applied_in_order(hub: Hub, tmp_path: Path, format: str) -> None:
    found = released(
        hub,
        tmp_path,
        format,
        dataset("Merge", "A.KG.F 2030 OBS_VALUE=1 OBS_STATUS=A", "series A.KG.F UNIT_MEASURE=PS"),
        dataset("Delete", "delete *.*.*"),
        dataset("Merge", "A.KG.F 2031 OBS_VALUE=2 OBS_STATUS=A", "series A.KG.F UNIT_MEASURE=PS"),
        dataset("Delete", "delete A.KG.F 2032"),
    )
    assert found == ["A.KG.F 2031 OBS_VALUE=2 OBS_STATUS=A", "series A.KG.F UNIT_MEASURE=PS"]


@pytest.mark.parametrize("context", ["provisionagreement", "dataflow", "datastructure"])
@pytest.mark.parametrize("format", ["sdmx-ml-2.1", "sdmx-ml-3.1", "sdmx-csv-2.1"])
def test_data_are_reported_for_an_agreement_a_dataflow_or_a_data_structure(
    hub: Hub, tmp_path: Path, format: str, context: Context
) -> None:
    """What was reported for a data structure found no agreement."""
    row = "A.KG.F 2030 OBS_VALUE=1 OBS_STATUS=A"
    rows = dataset("Merge", row, "series A.KG.F UNIT_MEASURE=PS")
    assert row in released(hub, tmp_path, format, rows, context=context)


def test_data_of_a_data_structure_are_of_the_dataflow_that_is_named_beside(hub: Hub, tmp_path: Path) -> None:
    reset(hub)
    rows = dataset("Merge", "A.KG.F 2030 OBS_VALUE=1 OBS_STATUS=A")
    assert (
        submit(hub, tmp_path, "sdmx-csv-2.1", rows, context="datastructure", structure="DSM:RICH(1.0.0)").state
        == "returned"
    )
    assert stored(hub) == but()
