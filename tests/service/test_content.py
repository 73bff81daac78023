"""Structure files: found, read and loaded."""

from pathlib import Path

import pytest

from sdmx_dsm.errors import Conflict, NotFound, ReadError
from sdmx_dsm.service import Hub
from sdmx_dsm.service.content import find_files, load_content, read_content, read_file


def test_files_are_found_below_folders(tmp_path: Path) -> None:
    for name in ("b/two.xml", "b/notes.txt", "a.json", "b/deep/er/one.xml", "b/folder.xml/notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert find_files([tmp_path]) == [tmp_path / name for name in ("a.json", "b/deep/er/one.xml", "b/two.xml")]
    assert find_files([tmp_path / "b/notes.txt"]) == [tmp_path / "b/notes.txt"]
    for missing in (tmp_path / "nothing", tmp_path / "b/deep/none"):
        with pytest.raises(NotFound, match="There is no file or folder .*no"):
            find_files([missing])
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match="There are no structure files in .*empty"):
        find_files([tmp_path / "empty"])


@pytest.mark.parametrize("content", [b"", b"<a>", b"{", b"%PDF-1.4", b"A,B\n1,2\n"])
def test_a_file_that_can_not_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "wrong.xml"
    path.write_bytes(content)
    with pytest.raises(ReadError, match="wrong.xml: .") as refusal:
        read_file(path)
    assert refusal.value.path == str(path)


def test_content_is_read_from_both_folders(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file or folder .*structures"):
        read_content(tmp_path)
    assert {type(artefact).__name__ for artefact in read_content(Path())} >= {"Dataflow", "ProvisionAgreement"}


def test_content_is_loaded_once(hub: Hub) -> None:
    before = hub.registry.revision
    load_content(hub)
    assert hub.registry.revision == before


def test_content_that_breaks_a_rule_is_refused_with_what_to_do(hub: Hub, tmp_path: Path) -> None:
    source = Path("structures/codelists/SDMX_CL_SEX.xml")
    target = tmp_path / "structures" / source.name
    target.parent.mkdir()
    target.write_text(source.read_text("utf-8").replace(">Female<", ">Women<"), "utf-8")
    with pytest.raises(Conflict) as refusal:
        load_content(hub, tmp_path)
    assert refusal.value.message == (
        "Codelist SDMX:CL_SEX(2.1.0): 2.1.0 is stable and can't change; a patch change (code F, name (en): changed from “Female” to "
        "“Women”) needs version 2.1.1."
    )
