"""Settings: one table; environment over file over defaults; what can't be is refused by name."""

from dataclasses import fields
from pathlib import Path

import pytest

from sdmx_dsm.errors import SettingsError
from sdmx_dsm.settings import Settings, load_settings, settings_table


def test_defaults_need_nothing() -> None:
    settings = load_settings({})
    assert (settings.host, settings.port, settings.languages) == ("127.0.0.1", 8123, "en,ru")
    assert settings.effective_database_url == f"sqlite:///{Path('dsm-data/dsm.db').absolute()}"
    assert (settings.content_path / "structures").is_dir()


def test_the_environment_wins_over_the_file_and_a_caller_over_both(tmp_path: Path) -> None:
    file = tmp_path / "dsm.toml"
    file.write_text('port = 9000\nhost = "::1"\nhub_agency = "UNHCR"\n')
    environment = {"DSM_CONFIG": str(file), "DSM_PORT": "9001", "DSM_HOST": "0.0.0.0"}
    settings = load_settings(environment, host="localhost")
    assert (settings.port, settings.host, settings.hub_agency) == (9001, "localhost", "UNHCR")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"DSM_PORT": "x"}, "DSM_PORT is “x”; expected a whole number."),
        ({"DSM_PORT": "70000"}, "DSM_PORT is “70000”; expected a whole number from 0 to 65535."),
        ({"DSM_MAX_CELLS": "0"}, "DSM_MAX_CELLS is “0”; expected a whole number from 1 on."),
        ({"DSM_SUBMISSION_WAIT_SECONDS": "nan"}, "DSM_SUBMISSION_WAIT_SECONDS is “nan”; expected a number from 0 on."),
        ({"DSM_SDMX_DEFAULTS": "x"}, "DSM_SDMX_DEFAULTS is “x”; expected one of clients, specification."),
        # A blank host would be every address of the machine.
        ({"DSM_HOST": ""}, "DSM_HOST is blank; expected text such as 127.0.0.1."),
        ({"DSM_LANGUAGES": " "}, "DSM_LANGUAGES is blank; expected text such as en,ru."),
        ({"DSM_BASE_URL": "hub.example.org"}, "DSM_BASE_URL is “hub.example.org”; expected an address such as https://hub.example.org."),
        (
            {"DSM_DATABASE_URL": "mysql://hub"},
            "DSM_DATABASE_URL begins with none of sqlite:///, postgresql://, postgresql+psycopg://, the databases that are supported.",
        ),
    ],
)  # fmt: skip
def test_a_value_that_can_not_be_is_refused(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings(environment)
    assert str(refusal.value) == sentence


def test_a_setting_that_is_not_there_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "dsm.toml"
    file.write_text("prot = 9000\n")
    with pytest.raises(SettingsError, match="There is no setting prot; there are data_dir, "):
        load_settings({"DSM_CONFIG": str(file)})


def test_content_without_structures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="set DSM_CONTENT_DIR"):
        _ = load_settings({"DSM_CONTENT_DIR": str(tmp_path)}).content_path


def test_every_setting_says_what_it_does() -> None:
    rows = settings_table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [f"DSM_{setting.name.upper()}" for setting in fields(Settings)]
    assert all(row.count("|") == 4 and row.split("|")[3].strip() for row in rows)
