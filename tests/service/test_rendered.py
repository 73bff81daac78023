"""The render cache: what is kept is whole, what is not whole is not there."""

import os
import time
from pathlib import Path

import pytest

from sdmx_dsm.service.rendered import Rendered, seal


@pytest.fixture
def rendered(tmp_path: Path) -> Rendered:
    return Rendered(tmp_path / "rendered", 10_000)


def body_of(rendered: Rendered, key: str) -> bytes | None:
    body = rendered.find(key)
    if body is None:
        return None
    try:
        return body.read(0, 1 << 20)
    finally:
        body.close()


def files(rendered: Rendered) -> list[Path]:
    return sorted(rendered._folder.iterdir())


def test_what_is_kept_is_found_by_its_key_alone(rendered: Rendered) -> None:
    rendered.put("a", b"one")
    rendered.put("b", b"")
    assert [body_of(rendered, key) for key in ("a", "b", "c")] == [b"one", b"", None]


def test_another_process_finds_it(rendered: Rendered, tmp_path: Path) -> None:
    rendered.put("a", b"one")
    assert body_of(Rendered(tmp_path / "rendered", 10_000), "a") == b"one"


def test_parts_end_with_the_body(rendered: Rendered) -> None:
    rendered.put("a", b"0123456789")
    body = rendered.find("a")
    assert body is not None
    assert (body.size, body.read(3, 4), body.read(8, 99), body.read(10, 1)) == (10, b"3456", b"89", b"")
    body.close()


def test_a_draft_that_is_not_kept_leaves_nothing(rendered: Rendered) -> None:
    with rendered.draft("a") as draft:
        assert draft is not None
        draft.file.write(b"one" + seal(3))
    assert (body_of(rendered, "a"), files(rendered)) == (None, [])


def test_a_cache_that_can_not_be_written_keeps_nothing(tmp_path: Path) -> None:
    """The answer is there, and was refused for the sake of its copy."""
    (tmp_path / "rendered").touch()
    rendered = Rendered(tmp_path / "rendered", 10_000)
    rendered.put("a", b"one")
    with rendered.draft("a") as draft:
        assert draft is None
    assert body_of(rendered, "a") is None


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:-1], id="cut off"),
        pytest.param(lambda content: content[1:], id="too short"),
        pytest.param(lambda content: content + b"x", id="too long"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: bytes(len(content)), id="blank"),
    ],
)
def test_a_damaged_file_is_taken_out(rendered: Rendered, damage: object) -> None:
    rendered.put("a", b"one")
    (path,) = files(rendered)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert (body_of(rendered, "a"), files(rendered)) == (None, [])


def test_what_was_not_asked_for_longest_goes_first(rendered: Rendered) -> None:
    for age, key in ((400, "a"), (300, "b"), (200, "c")):
        before = set(files(rendered)) if rendered._folder.exists() else set()
        rendered.put(key, bytes(3000))
        (new,) = set(files(rendered)) - before
        os.utime(new, (time.time() - age,) * 2)
    assert body_of(rendered, "a") is not None  # it is the newest now
    rendered.put("d", bytes(3000))
    assert [key for key in "abcd" if body_of(rendered, key) is not None] == ["a", "c", "d"]


def test_what_is_larger_than_the_cache_is_not_kept(rendered: Rendered) -> None:
    rendered.put("a", bytes(20_000))
    assert body_of(rendered, "a") is None


def test_what_goes_while_it_is_read_is_read_to_its_end(rendered: Rendered) -> None:
    rendered.put("a", b"one")
    body = rendered.find("a")
    assert body is not None
    for path in files(rendered):
        path.unlink()
    assert body.read(0, 9) == b"one"
    body.close()


def test_abandoned_drafts_go(rendered: Rendered) -> None:
    rendered.put("a", b"one")
    old, new = (rendered._folder / name for name in ("old.draft", "new.draft"))
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    rendered.make_room()
    assert (old.exists(), new.exists()) == (False, True)


def test_no_cache(tmp_path: Path) -> None:
    rendered = Rendered(tmp_path / "rendered", 0)
    with rendered.draft("a") as draft:
        assert draft is None
    assert body_of(rendered, "a") is None


def test_a_folder_that_is_taken_away_is_made_again(rendered: Rendered) -> None:
    rendered.put("a", b"one")
    for path in files(rendered):
        path.unlink()
    rendered._folder.rmdir()
    assert body_of(rendered, "a") is None
    rendered.put("a", b"one")
    assert body_of(rendered, "a") == b"one"
