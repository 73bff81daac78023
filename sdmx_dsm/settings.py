"""One frozen object with all settings, made from one table: environment variables `DSM_...` win over a TOML file, which wins
over the defaults. `python -m sdmx_dsm.settings` prints the table as the documentation shows it."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sdmx_dsm.errors import SettingsError


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Sizes are bytes, times seconds, unless the name says otherwise."""

    data_dir: str = _setting("dsm-data", "Folder for the SQLite database, the render cache, keys and temporary files")
    database_url: str = _setting("", "SQLAlchemy URL; empty: a SQLite file dsm.db in DSM_DATA_DIR")
    content_dir: str = _setting(
        "", "Folder that holds structures/ and registry/; empty: those that come with the package"
    )
    host: str = _setting("127.0.0.1", "Address to listen on")
    port: int = _setting(8123, "Port to listen on")
    base_url: str = _setting("", "Public address of the service, for links; empty: as the request came")
    hub_agency: str = _setting("DSM", "Agency of the hub: sender of messages and default of the portal")
    sdmx_defaults: str = _setting(
        "clients",
        "`clients`: SDMX-ML for unspecific Accept headers and 404 for no data; `specification`: as REST 2.2 says",
    )
    languages: str = _setting("en,ru", "Languages of the portal, the first is the default")
    max_upload_bytes: int = _setting(512 * 1024 * 1024, "Largest file that can be submitted")
    max_unpacked_bytes: int = _setting(1024 * 1024 * 1024, "Most bytes that a workbook may unpack to")
    max_cells: int = _setting(5_000_000, "Most cells in the bounding box of a sheet")
    max_xml_depth: int = _setting(64, "Deepest nesting of XML elements")
    reader_memory_bytes: int = _setting(2 * 1024 * 1024 * 1024, "Memory of the process that opens a workbook")
    reader_cpu_seconds: int = _setting(120, "CPU time of the process that opens a workbook")
    max_observations: int = _setting(20_000_000, "Most observations in one answer")
    max_url_chars: int = _setting(16_000, "Longest request target")
    submission_wait_seconds: float = _setting(20.0, "How long a submission may be waited for with wait=")

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir)

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_path / 'dsm.db').absolute()}"

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
    return Settings(**{name: _converted(name, value, type(known[name].default)) for name, value in values.items()})


def _converted(name: str, value: Any, kind: type) -> Any:
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise SettingsError(f"DSM_{name.upper()} is “{value}”; expected {kind.__name__}.") from None


def settings_table() -> str:
    """All settings in Markdown: variable, default, meaning."""
    rows = (f"| `DSM_{s.name.upper()}` | `{s.default}` | {s.metadata['help']} |" for s in fields(Settings))
    return "\n".join(("| setting | default | what it does |", "|---|---|---|", *rows))


if __name__ == "__main__":
    print(settings_table())
