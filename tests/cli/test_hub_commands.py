"""Commands that open a hub: init, demo, submit, export, backup and restore, tokens."""

import csv
import json
from io import StringIO
from pathlib import Path

import openpyxl
import pytest

from sdmx_dsm.errors import Unauthorised
from sdmx_dsm.service import Hub
from sdmx_dsm.service.people import viewer_of_token
from sdmx_dsm.settings import Settings
from tests.cli.conftest import invoke

FLOW = "DSM:FOREIGN_POP(1.0.0)"
AGREEMENT = "DSM:FOREIGN_POP_MD_STAT(1.0.0)"
HEAD = "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,CITIZENSHIP,SEX,TIME_PERIOD,OBS_VALUE"


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """Two good observations."""
    path = tmp_path / "message.csv"
    rows = ("A,MD,UA,F,2001,10.50", "A,MD,UA,M,2001,11")
    path.write_text("\n".join((HEAD, *(f"dataflow,{FLOW},{row}" for row in rows), "")))
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """One good observation and one with a code that is not there."""
    path = tmp_path / "wrong.csv"
    rows = ("A,MD,UA,F,2001,10.50", "A,MD,UKK,M,2001,11")
    path.write_text("\n".join((HEAD, *(f"dataflow,{FLOW},{row}" for row in rows), "")))
    return path


def exported(folder: Path, key: str) -> list[tuple[str, str, str]]:
    """Citizenship, period and value of the published observations of a key."""
    result = invoke("export", "--dataflow", FLOW, "--key", key, "--data-dir", folder)
    assert result.exit_code == 0, result.output
    return sorted(
        (row["CITIZENSHIP"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in csv.DictReader(StringIO(result.stdout))
    )


def test_init_loads_the_content_and_says_so_again(tmp_path: Path) -> None:
    for _ in range(2):
        result = invoke("init", "--data-dir", tmp_path / "hub")
        assert result.exit_code == 0
        assert "artefacts are in the hub" in result.stdout
    hub = Hub.open(Settings(data_dir=str(tmp_path / "hub")))
    try:
        assert [flow.id for flow in hub.dataflows()] == [
            "FOREIGN_POP_STUDENTS", "FOREIGN_STUDENTS", "JOB_SEEKERS_ABROAD",
            "ASYLUM_APPLICATIONS", "ENTRIES", "EXITS", "FOREIGN_POP", "FOREIGN_POP_ESTAT", "RSD_DECISIONS", "WORK_PERMITS",
        ]  # fmt: skip
        assert hub.registry.revision == 1
    finally:
        hub.close()


def test_init_takes_other_content(tmp_path: Path) -> None:
    content = tmp_path / "content"
    invoke("init", "--data-dir", tmp_path / "a")
    target = content / "structures" / "lists.xml"
    target.parent.mkdir(parents=True)
    invoke("structures", "export", "codelist/SDMX/CL_SEX", "-o", target, "--data-dir", tmp_path / "a")
    result = invoke("init", "--content", content, "--data-dir", tmp_path / "b")
    assert result.stdout.startswith("1 artefacts are in the hub")
    result = invoke("init", "--content", tmp_path / "nothing", "--data-dir", tmp_path / "b")
    assert (result.exit_code, "DSM_CONTENT_DIR" in result.stderr) == (1, True)


def test_the_demonstration_shows_a_table_and_a_tour(demonstration: Path) -> None:
    """Run again on what it left: the same table, and nothing is loaded twice."""
    hub = Hub.open(Settings(data_dir=str(demonstration)))
    try:
        before = len(hub.store.releases()), len(hub.store.submissions()), hub.registry.revision
        result = invoke("demo", "--once", "--data-dir", demonstration, "--port", "8199")
        assert result.exit_code == 0
        assert (len(hub.store.releases()), len(hub.store.submissions()), hub.registry.revision) == before
    finally:
        hub.close()
    assert f"dsm serve --data-dir {demonstration} --port 8199" in result.stdout
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["ASYLUM_APPLICATIONS", "TJ_MIG", "tj_ubezhishche.xls", "6", "8", "remarks", "released"] in rows
    assert [
        "FOREIGN_POP",
        "TM_STAT",
        "tm_foreigners_with_mistakes.xlsx",
        "180",
        "14",
        "errors,",
        "8",
        "remarks",
        "returned",
    ] in rows
    assert "http://127.0.0.1:8199/en/" in result.stdout
    assert (demonstration / "demo-token").read_text().strip()
    workbooks = {path.stem for path in Path("fixtures/legacy").glob("*.xls*")}
    assert {path.stem for path in (demonstration / "messages").glob("*.xml")} == workbooks


def test_submit_releases_a_good_file_once(folder: Path, message: Path) -> None:
    first = invoke("submit", message, "--provision-agreement", AGREEMENT, "--data-dir", folder, "--json")
    assert first.exit_code == 0, first.output
    values = json.loads(first.stdout)
    assert (values["state"], values["report"]["observations"]) == ("released", 2)
    assert ("UA", "2001", "10.50") in exported(folder, "A.MD.UA.F")
    again = invoke("submit", message, "--provision-agreement", AGREEMENT, "--data-dir", folder)
    assert again.exit_code == 0
    assert again.stdout.startswith(f"Submission {values['id']}: released\n2 observations read, 2 without errors.\n")


def test_submit_returns_a_wrong_file_with_its_report(folder: Path, wrong: Path) -> None:
    result = invoke("submit", wrong, "--provision-agreement", AGREEMENT, "--data-dir", folder)
    assert result.exit_code == 1
    assert "2 observations read, 1 without errors." in result.stdout
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("error"))
    assert line.split()[1] == "3"
    assert "UKK" in line
    assert ("UA", "2001", "10.50") not in exported(folder, "A.MD.UA.F")


def test_submit_takes_the_good_rows_or_checks_alone(folder: Path, wrong: Path) -> None:
    options = ("--provision-agreement", AGREEMENT, "--data-dir", folder)
    dry = invoke("submit", wrong, *options, "--dry-run", "--accept", "good")
    assert (dry.exit_code, dry.stdout.splitlines()[0].endswith(": checked")) == (0, True)
    assert ("UA", "2001", "10.50") not in exported(folder, "A.MD.UA.F")
    good = invoke("submit", wrong, *options, "--accept", "good")
    assert (good.exit_code, good.stdout.splitlines()[0].endswith(": released")) == (0, True)
    assert ("UA", "2001", "10.50") in exported(folder, "A.MD.UA.F")
    assert invoke("submit", wrong, *options, "--accept", "some").exit_code == 2


def test_submit_says_how_many_observations_were_deleted(folder: Path, message: Path, tmp_path: Path) -> None:
    invoke("submit", message, "--provision-agreement", AGREEMENT, "--data-dir", folder)
    deletion = tmp_path / "deletion.csv"
    deletion.write_text(f"STRUCTURE,STRUCTURE_ID,ACTION,CITIZENSHIP,TIME_PERIOD\ndataflow,{FLOW},D,UA,2001\n")
    result = invoke("submit", deletion, "--provision-agreement", AGREEMENT, "--data-dir", folder)
    assert "0 observations read, 0 without errors.\n2 observations deleted.\n" in result.stdout


def test_submit_reads_a_workbook_by_a_mapping(folder: Path) -> None:
    result = invoke(
        "submit", "fixtures/legacy/tj_ubezhishche.xls", "--mapping", "tj_ubezhishche", "--data-dir", folder, "--json"
    )
    assert json.loads(result.stdout)["report"]["accepted"] == 6
    result = invoke("submit", "fixtures/legacy/tj_ubezhishche.xls", "--mapping", "nothing", "--data-dir", folder)
    assert (result.exit_code, result.stderr.startswith("There is no mapping “nothing”")) == (1, True)


def test_export_writes_a_file_or_says_why_not(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    options = ("--dataflow", FLOW, "--data-dir", folder)
    assert invoke("export", *options, "--key", "A.TJ", "-o", target).stderr == (
        "DSM:FOREIGN_POP(1.0.0) has no data that match the query.\n"
    )
    assert not target.exists()
    assert invoke("export", *options, "--key", "A.MD", "-o", target).exit_code == 0
    assert target.read_text("utf-8").startswith("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,")
    assert invoke("export", "--dataflow", "DSM:NOTHING", "--data-dir", folder).exit_code == 1
    assert invoke("export", *options, "--to", "nothing").exit_code == 2


def test_export_lays_out_a_table_in_the_language_and_by_the_axes_asked_for(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    options = ("--dataflow", FLOW, "--data-dir", folder, "--to", "xlsx-table", "-o", target, "--lang", "ru")
    assert invoke("export", *options, "--rows", "TIME_PERIOD", "--columns", "CITIZENSHIP").exit_code == 0
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["Данные", "Примечания"]
    assert "2020" in {row[0] for row in book["Данные"].iter_rows(values_only=True)}


def test_a_restored_hub_answers_the_same(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "hub.backup"
    result = invoke("backup", archive, "--data-dir", folder)
    assert result.stdout == f"The hub is in {archive} ({archive.stat().st_size} bytes).\n"
    assert [path.name for path in tmp_path.glob("hub.backup*")] == ["hub.backup"]
    restored = tmp_path / "restored"
    assert invoke("restore", archive, "--data-dir", restored).exit_code == 0
    assert exported(restored, "A.MD") == exported(folder, "A.MD") != []
    token = (folder / "demo-token").read_text().strip()
    hub = Hub.open(Settings(data_dir=str(restored)))
    try:
        assert viewer_of_token(hub, token).name == "demo"
        states = [submission.state for submission in hub.store.submissions()]
        assert (states.count("released"), states.count("returned")) == (13, 1)
    finally:
        hub.close()


def test_restore_wants_a_backup_and_an_empty_hub(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "hub.backup"
    invoke("backup", archive, "--data-dir", folder)
    refused = invoke("restore", archive, "--data-dir", folder)
    assert (refused.exit_code, refused.stderr.startswith("The database is not empty")) == (1, True)
    broken = tmp_path / "broken.backup"
    broken.write_bytes(archive.read_bytes()[:-2000])
    refused = invoke("restore", broken, "--data-dir", tmp_path / "new")
    assert (refused.exit_code, refused.stderr.startswith("broken.backup is not a backup")) == (1, True)


def test_a_token_is_for_agreements_or_for_the_whole_hub(folder: Path) -> None:
    token = invoke("token", "create", "md", "--agreement", AGREEMENT, "--data-dir", folder).stdout.strip()
    # Without its version an agreement is the one that there is.
    other = invoke(
        "token", "create", "md", "--agreement", "DSM:FOREIGN_POP_MD_STAT", "--data-dir", folder
    ).stdout.strip()
    master = invoke("token", "create", "boss", "--administrator", "--data-dir", folder).stdout.strip()
    hub = Hub.open(Settings(data_dir=str(folder)))
    try:
        assert viewer_of_token(hub, token).agreements == viewer_of_token(hub, other).agreements == {AGREEMENT}
        assert viewer_of_token(hub, master).is_administrator
        revoked = invoke("token", "revoke", "md", "--data-dir", folder)
        assert revoked.stdout == "Tokens of md that are no longer valid: 2.\n"
        with pytest.raises(Unauthorised):
            viewer_of_token(hub, token)
    finally:
        hub.close()
    assert invoke("token", "revoke", "md", "--data-dir", folder).stderr == "There is no token of the name “md”.\n"
    assert invoke("token", "create", "nobody", "--data-dir", folder).exit_code == 2
    unknown = invoke("token", "create", "x", "--agreement", "DSM:NOTHING(1.0.0)", "--data-dir", folder)
    assert (unknown.exit_code, unknown.stderr) == (1, "There is no ProvisionAgreement DSM:NOTHING(1.0.0).\n")


def test_version_and_settings_are_printed() -> None:
    assert invoke("version").stdout == "0.1.0\n"
    assert "| `DSM_DATABASE_URL` |" in invoke("settings").stdout


def test_releases_are_listed_and_taken_back(tmp_path: Path, message: Path) -> None:
    folder = tmp_path / "hub"
    invoke("init", "--data-dir", folder)
    sent = invoke("submit", message, "--provision-agreement", AGREEMENT, "--data-dir", folder)
    assert sent.exit_code == 0, sent.output
    listed = json.loads(invoke("release", "list", "--json", "--data-dir", folder).stdout)
    assert [(one["number"], one["changes"][0]["inserted"]) for one in listed] == [(1, 2)]
    result = invoke("release", "withdraw", "1", "--note", "wrong file", "--data-dir", folder)
    assert "Release 2: observations inserted 0, updated 0, deleted 2." in result.stdout
    result = invoke("release", "rollback", "1", "--dataflow", FLOW, "--data-dir", folder)
    assert "Release 3: observations inserted 2, updated 0, deleted 0." in result.stdout
    assert len(exported(folder, "A.MD")) == 2
    assert "wrong file" in invoke("release", "list", "--data-dir", folder).stdout
    assert invoke("release", "rollback", "9", "--data-dir", folder).exit_code == 1
    both = ("--dataflow", FLOW, "--provision-agreement", AGREEMENT)
    assert invoke("release", "rollback", "1", *both, "--data-dir", folder).exit_code == 1
