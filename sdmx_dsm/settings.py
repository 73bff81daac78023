"""One frozen object with all settings, made from one table: environment variables `DSM_...` win over a TOML file, which wins
over the defaults. `python -m sdmx_dsm.settings` prints the table as the documentation shows it."""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from sdmx_dsm.errors import SettingsError

_KINDS: Final = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}
_DATABASES: Final = ("sqlite:///", "postgresql://", "postgresql+psycopg://")


def _setting(
    default: Any, help: str, *, least: float = 1, most: float = math.inf, choices: tuple[str, ...] = ()
) -> Any:
    """`least` and `most` bound a number; `choices` are the only texts allowed."""
    return field(default=default, metadata={"help": help, "least": least, "most": most, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Sizes are bytes, times seconds, unless the name says otherwise."""

    data_dir: str = _setting("dsm-data", "Folder for the SQLite database, the render cache, keys and temporary files")
    database_url: str = _setting("", "SQLAlchemy URL; empty: a SQLite file dsm.db in DSM_DATA_DIR")
    content_dir: str = _setting(
        "", "Folder that holds structures/ and registry/; empty: those that come with the package"
    )
    host: str = _setting("127.0.0.1", "Address to listen on")
    port: int = _setting(8123, "Port to listen on; 0: a free one", least=0, most=65535)
    base_url: str = _setting("", "Public address of the service, for links; empty: as the request came")
    hub_agency: str = _setting(
        "", "Agency of the hub, sender of its messages; empty: the one that maintains most dataflows"
    )
    sdmx_defaults: str = _setting(
        "clients",
        "`clients`: SDMX-ML for unspecific Accept headers and 404 for no data; `specification`: as REST 2.2 says",
        choices=("clients", "specification"),
    )
    languages: str = _setting("en,ru", "Languages of the portal, the first is the default")
    max_upload_bytes: int = _setting(512 * 1024 * 1024, "Largest file that can be submitted")
    max_unpacked_bytes: int = _setting(1024 * 1024 * 1024, "Most bytes that a workbook, or a zip file, may unpack to")
    max_cells: int = _setting(5_000_000, "Most cells in the bounding box of a sheet")
    reader_memory_bytes: int = _setting(2 * 1024 * 1024 * 1024, "Memory of the process that opens a workbook")
    reader_cpu_seconds: int = _setting(120, "CPU time of the process that opens a workbook")
    max_observations: int = _setting(20_000_000, "Most observations in one answer")
    max_waiting_bytes: int = _setting(
        8 * 1024 * 1024 * 1024,
        "Most bytes of long answers that wait in DSM_DATA_DIR for their readers, for each process",
    )
    cache_bytes: int = _setting(
        4 * 1024 * 1024 * 1024, "Most bytes of finished answers that are kept in DSM_DATA_DIR; 0: none", least=0
    )
    index_bytes: int = _setting(
        64 * 1024 * 1024,
        "Most bytes of memory for what is known of each series, for each process; 0: availability and counts ask the database",
        least=0,
    )
    job_bytes: int = _setting(32 * 1024 * 1024 * 1024, "Most bytes of files that are made for later (`respond-async`)")
    job_hours: float = _setting(24.0, "How many hours such a file is kept", least=0)
    max_url_chars: int = _setting(16_000, "Longest request target")
    max_query_bytes: int = _setting(64 * 1024, "Longest query that is sent as a form")
    allow_private_addresses: bool = _setting(
        False, "Whether other services may be asked, or told, at addresses of this machine and of private networks"
    )
    submission_wait_seconds: float = _setting(20.0, "How long a submission may be waited for with wait=", least=0)

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir)

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_path / 'dsm.db').absolute()}"

    @property
    def database_file(self) -> Path | None:
        """Of SQLite; None where the database is another."""
        kind, _, location = self.effective_database_url.partition(":///")
        return Path(location.partition("?")[0]) if kind == "sqlite" else None

    @property
    def content_path(self) -> Path:
        """The folder with structures/ and registry/: the one named, the package's own, or the checkout's."""
        package = Path(__file__).parent
        candidates = [Path(self.content_dir)] if self.content_dir else [package / "content", package.parent]
        for candidate in candidates:
            if (candidate / "structures").is_dir():
                return candidate
        raise SettingsError(
            f"There is no folder structures/ in {candidates[0]}: set DSM_CONTENT_DIR to the one that has it."
        )


def load_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Defaults, then the TOML file that DSM_CONFIG names, then DSM_... variables, then `overrides`. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    if path := environment.get("DSM_CONFIG"):
        try:
            values.update(tomllib.loads(Path(path).read_text("utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"The settings file {path} can't be read: {error}") from error
    known = {setting.name: setting for setting in fields(Settings)}
    values.update({name: environment[f"DSM_{name.upper()}"] for name in known if f"DSM_{name.upper()}" in environment})
    values.update(overrides)
    unknown = sorted(values.keys() - known.keys())
    if unknown:
        raise SettingsError(f"There is no setting {', '.join(unknown)}; there are {', '.join(known)}.")
    settings = Settings(**{name: _converted(known[name], value) for name, value in values.items()})
    if not settings.effective_database_url.startswith(_DATABASES):
        raise SettingsError(
            f"DSM_DATABASE_URL begins with none of {', '.join(_DATABASES)}, the databases that are supported."
        )
    if settings.base_url and not settings.base_url.startswith(("http://", "https://")):
        raise SettingsError(
            f"DSM_BASE_URL is “{settings.base_url}”; expected an address such as https://hub.example.org."
        )
    return settings


def _converted(setting: Field[Any], value: Any) -> Any:
    name = f"DSM_{setting.name.upper()}"
    kind: Any = type(setting.default)
    try:
        converted = _TRUTH[str(value).lower()] if kind is bool else kind(value)
    except (TypeError, ValueError, KeyError):
        raise SettingsError(f"{name} is “{value}”; expected {_KINDS[kind]}.") from None
    least, most, choices = (setting.metadata[key] for key in ("least", "most", "choices"))
    if kind is str and setting.default and not str(converted).strip():
        raise SettingsError(f"{name} is blank; expected text such as {setting.default}.")
    if choices and converted not in choices:
        raise SettingsError(f"{name} is “{value}”; expected one of {', '.join(choices)}.")
    if kind in (int, float) and not least <= converted <= most:
        bounds = f"from {least} to {most}" if most < math.inf else f"from {least} on"
        raise SettingsError(f"{name} is “{value}”; expected {_KINDS[kind]} {bounds}.")
    return converted


def settings_table() -> str:
    """All settings in Markdown: variable, default, meaning."""
    rows = (
        f"| `DSM_{s.name.upper()}` | {f'`{s.default}`' if s.default != '' else ''} | {s.metadata['help']} |"
        for s in fields(Settings)
    )
    return "\n".join(("| setting | default | what it does |", "|---|---|---|", *rows))


if __name__ == "__main__":
    print(settings_table())
