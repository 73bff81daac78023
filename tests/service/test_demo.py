"""The demonstration: its token and its messages."""

import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.errors import NotFound
from sdmx_dsm.service import Hub, demo
from sdmx_dsm.service.demo import demo_token, prepare, tour
from sdmx_dsm.service.people import revoke_tokens, viewer_of_token
from sdmx_dsm.settings import Settings


def test_the_token_is_made_once_and_for_its_owner_alone(hub: Hub) -> None:
    token = demo_token(hub)
    assert demo_token(hub) == token
    path = hub.settings.data_path / "demo-token"
    assert path.read_text() == f"{token}\n"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert viewer_of_token(hub, token).is_administrator


def test_a_token_that_is_no_longer_good_is_made_anew(hub: Hub) -> None:
    token = demo_token(hub)
    revoke_tokens(hub, demo.TOKEN_NAME)
    assert viewer_of_token(hub, demo_token(hub)).is_administrator
    assert demo_token(hub) != token


def test_a_demonstration_without_workbooks_says_so(hub: Hub, tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    for part in ("structures", "registry"):
        (content / part).symlink_to(Path(part).absolute())
    bare = Hub.open(Settings(data_dir=hub.settings.data_dir, content_dir=str(content)))
    with pytest.raises(NotFound, match="There are no workbooks in"):
        list(prepare(bare))
    bare.close()


def test_a_message_that_was_not_finished_is_written_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration that is stopped while it writes leaves no half message for the next one to keep."""

    def stopped(*_: object) -> object:
        yield b"<half"
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "convert", stopped)
    with pytest.raises(KeyboardInterrupt):
        list(prepare(hub))
    messages = hub.settings.data_path / "messages"
    assert list(messages.iterdir()) == []
    monkeypatch.undo()
    first = next(prepare(hub))
    assert (messages / "am_foreigners_by_region.xml").read_bytes().endswith(b"</message:StructureSpecificData>\n")
    assert first.row == (
        "FOREIGN_POP", "AM_MIG", "am_foreigners_by_region.xlsx", "432", "8 remarks", "released",
    )  # fmt: skip


def test_the_tour_shows_the_public_address_and_files_and_dataflows_that_are_there(hub: Hub) -> None:
    loaded = [next(prepare(hub))]
    text = tour(Settings(port=8199), loaded)
    assert "http://127.0.0.1:8199/en/   http://127.0.0.1:8199/ru/" in text
    assert "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/*?lastNObservations=1" in text
    assert "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/all?lastNObservations=1" in text
    workbook = re.search(r"-F 'file=@(.*)'", text)
    assert workbook, text
    assert Path(workbook[1]).is_file()
    assert f"mapping={Path(workbook[1]).stem}&" in text
    assert "https://hub.example.org/sdmx/v2/" in tour(Settings(base_url="https://hub.example.org"), loaded)


def test_the_tour_sends_the_workbook_that_was_returned(hub: Hub) -> None:
    first = next(prepare(hub))
    returned = replace(first, workbook="wrong.xlsx", submission=replace(first.submission, state="returned"))
    assert "here one with mistakes" in (text := tour(Settings(), [first, returned]))
    assert "mapping=wrong&" in text
