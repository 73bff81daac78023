"""Whatever is refused is one sentence and exit code 1, never a traceback."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from typer.testing import CliRunner

from sdmx_dsm.cli import commands
from sdmx_dsm.errors import DsmError
from tests.cli.conftest import invoke

ERRORS = [DsmError, *DsmError.__subclasses__()]


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """`dsm init` meets `error` when it opens the hub."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands, "new_or_open_hub", fail)


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_of_ours_is_one_sentence(kind: type[DsmError], monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "This [bold]can't[/bold] be done; that could."
    error = kind(sentence, report=None) if kind.__name__ == "SubmissionRejected" else kind(sentence)
    failing(monkeypatch, error)
    result = invoke("init")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{sentence}\n")


def test_a_database_that_does_not_answer_is_one_sentence() -> None:
    result = invoke("init", DSM_DATABASE_URL="postgresql://hub:secret@127.0.0.1:1/hub")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "Connection refused" in result.stderr
    assert "secret" not in result.stderr


def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "dsm.db").write_text("This is no database, but a text that is long enough to be looked at.")
    result = invoke("init", "--data-dir", tmp_path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "file is not a database" in result.stderr


def test_a_folder_that_can_not_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    invoke("init", "--data-dir", tmp_path / "hub")
    out, copy = tmp_path / "nowhere" / "out.xml", tmp_path / "nowhere" / "hub.backup"
    needed = "there is a file where a folder is needed; name another"
    absent = "the folder it should be in is not there; make it, or name another"
    for path, reason, arguments in (
        (tmp_path / "file", needed, ("init", "--data-dir", tmp_path / "file")),
        (out, absent, ("structures", "export", "-o", out, "--data-dir", tmp_path / "hub")),
        (copy, absent, ("backup", copy, "--data-dir", tmp_path / "hub")),
    ):
        result = invoke(*arguments)
        assert (result.exit_code, result.stderr) == (1, f"{path} can't be used: {reason}.\n")


def test_a_data_folder_that_can_not_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path)
    copy = tmp_path / "hub.backup"
    copy.write_bytes(b"")
    for arguments in (("init",), ("demo", "--once"), ("restore", copy)):
        result = invoke(*arguments, "--data-dir", tmp_path)
        assert (result.exit_code, result.stderr) == (
            1,
            f"{tmp_path} can't be used: you may not read or write there; name another, or ask who looks after it.\n",
        )


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "--dataflow", "DSM:FOREIGN_POP"),
        ("backup", "hub.backup"),
        ("submit", __file__),
        ("token", "create", "office", "--administrator"),
        ("token", "revoke", "office"),
        ("structures", "export"),
        ("structures", "check", __file__, "--hub"),
    ],
    ids=" ".join,
)
def test_a_folder_without_a_hub_is_not_taken_for_an_empty_one(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup of a mistyped folder looked like one of the hub."""
    monkeypatch.chdir(tmp_path)
    result = invoke(*arguments, "--data-dir", tmp_path / "hbu")
    assert (result.exit_code, result.stderr) == (
        1,
        f"There is no hub in {tmp_path / 'hbu'}: make one with dsm init, or say where it is with --data-dir or "
        "DSM_DATA_DIR.\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DSM_PORT", "many", "DSM_PORT is “many”; expected a whole number."),
        ("DSM_SDMX_DEFAULTS", "mine", "DSM_SDMX_DEFAULTS is “mine”; expected one of clients, specification."),
        ("DSM_CONFIG", "no-such-file.toml", "The settings file no-such-file.toml can't be read: "),
    ],
)
def test_a_setting_that_can_not_be_is_one_sentence(name: str, value: str, sentence: str) -> None:
    result = invoke("init", **{name: value})
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith(sentence)


@pytest.mark.parametrize("error", [ZeroDivisionError(), IntegrityError("insert", {}, Exception())])
def test_a_fault_of_ours_is_not_hidden(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, error)
    assert CliRunner().invoke(commands.app, ["init"]).exception is error


def test_a_busy_database_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, OperationalError("BEGIN", {}, Exception("database is locked\nmore")))
    assert invoke("init").stderr == (
        "The database can't be used: database is locked. See DSM_DATABASE_URL and DSM_DATA_DIR.\n"
    )


def test_sending_to_what_is_no_hub_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("x")
    for url, sentence in (
        ("http://127.0.0.1:1", "http://127.0.0.1:1 does not answer: Connection refused. Is this the address of a hub"),
        ("http://[nonsense", "http://[nonsense does not answer: "),
        ("127.0.0.1:8123", "“127.0.0.1:8123” is not the address of a hub; expected one such as https://"),
    ):
        result = invoke("submit", path, "--url", url, "--token", "any")
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), result.stderr
        assert result.stderr.startswith(sentence)


def test_sending_without_a_token_is_a_wrong_call(tmp_path: Path) -> None:
    result = invoke("submit", __file__, "--url", "http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "--token: a hub takes files only with a token, from here or from DSM_TOKEN" in result.stderr


def test_a_mapping_that_there_is_not_is_told_beside_those_there_are() -> None:
    result = invoke("validate", __file__, "--mapping", "tj_ubezhishch")
    assert result.exit_code == 2
    assert (
        "tj_ubezhishch is neither a file nor the id of a mapping; there are am_foreigners_by_region, " in result.stderr
    )
