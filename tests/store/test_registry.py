"""Artefacts with their history; files; tokens; the audit."""

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import Code, Codelist, Maintainable, Structures
from sdmx_dsm.store import ArtefactChange, Store, files
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, example_artefacts


def test_artefacts_come_back_as_they_went_in(store: Store) -> None:
    assert store.registry_revision() == 0
    artefacts = example_artefacts()
    assert store.revise(artefacts, user="u") == 1
    found = list(store.artefacts())
    assert {artefact.reference: artefact for artefact in found} == {a.reference: a for a in artefacts}
    assert Structures(found).schema(EXAMPLE_AGREEMENT).dimension_ids == ("FREQ", "REF_AREA", "SEX")


def test_texts_keep_the_order_of_their_languages(store: Store) -> None:
    codelist = Codelist(id="CL", agency="DSM", names={"ru": "Список", "en": "List"}, items=(Code(id="A", parent="B"),))
    store.revise([codelist], user="u")
    (found,) = store.artefacts()
    assert list(found.names) == ["ru", "en"]
    assert found == codelist


def test_only_what_differs_is_a_change(store: Store) -> None:
    codelist = Codelist(id="CL", agency="DSM", names={"en": "List"})
    other = Codelist(id="OTHER", agency="DSM")
    assert store.revise([codelist, other], user="u") == 1
    assert store.revise([codelist], user="u") == 1
    assert store.revise([replace(codelist, names={"en": "New"}), other], user="u", note="why") == 2
    assert store.registry_revision() == 2
    assert next((e.action, e.subject, e.details) for e in store.events()) == (
        "change artefact",
        "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL(1.0)",
        '{"revision":2,"note":"why"}',
    )


def test_the_registry_of_a_moment_or_a_revision(store: Store) -> None:
    first = Codelist(id="CL", agency="DSM", names={"en": "First"})
    second = replace(first, names={"en": "Second"})

    def then(at: datetime | int) -> list[Maintainable]:
        return list(Structures(source=store.registry_at(at)))

    store.revise([first], user="u")
    after_first = store.events()[0].time
    store.revise([second], user="u")
    after_second = store.events()[0].time
    assert store.revise(delete=[first.reference], user="u") == 3
    assert list(store.artefacts()) == then(3) == []
    assert then(after_first) == then(1) == [first]
    assert then(after_second) == then(2) == [second]
    assert then(after_first.replace(year=2000)) == then(0) == []
    store.revise([first], user="u")
    assert list(store.artefacts()) == [first]
    assert [store.artefact(first.reference, revision) for revision in (0, 1, 2, 3, None)] == [
        None,
        first,
        second,
        None,
        first,
    ]


def test_the_history_of_an_artefact_and_of_the_registry(store: Store) -> None:
    kept, other = Codelist(id="CL", agency="DSM"), Codelist(id="OTHER", agency="DSM")
    store.revise([kept, other], user="a", note="begin")
    store.revise([replace(kept, names={"en": "List"})], user="b", note="name")
    store.revise([replace(other, names={"en": "Other"})], [kept.reference], user="c")
    store.revise([kept], user="d")

    def told(changes: list[ArtefactChange]) -> list[tuple[int, str, str, str, str]]:
        return [(c.revision, c.user, c.note, c.action, c.reference.id) for c in changes]

    assert told(store.artefact_history(kept.reference)) == [
        (1, "a", "begin", "Append", "CL"),
        (2, "b", "name", "Replace", "CL"),
        (3, "c", "", "Delete", "CL"),
        (4, "d", "", "Append", "CL"),
    ]
    assert told(store.registry_changes(since=1, limit=2)) == [
        (2, "b", "name", "Replace", "CL"),
        (3, "c", "", "Delete", "CL"),
        (3, "c", "", "Replace", "OTHER"),
    ]
    assert store.registry_changes(since=4) == store.artefact_history(EXAMPLE) == []


def test_what_is_not_there_cannot_be_deleted(store: Store) -> None:
    store.revise([Codelist(id="CL", agency="DSM")], user="u")
    with pytest.raises(NotFound, match=r"There is no Dataflow DSM:EXAMPLE\(1.0.0\)\."):
        store.revise(delete=[Codelist(id="CL", agency="DSM").reference, EXAMPLE], user="u")
    assert len(list(store.artefacts())) == 1


def test_additions_changes_and_deletions_are_one_revision(store: Store) -> None:
    kept, gone = Codelist(id="KEPT", agency="DSM"), Codelist(id="GONE", agency="DSM")
    new, changed = Codelist(id="NEW", agency="DSM"), replace(kept, names={"en": "Kept"})
    store.revise([kept, gone], user="u")
    assert store.revise([changed, new], [gone.reference], user="u", note="one", expected=1) == 2
    assert list(store.artefacts()) == [changed, new]
    assert sorted(event.action for event in store.events() if '"note":"one"' in event.details) == [
        "add artefact",
        "change artefact",
        "delete artefact",
    ]


def test_a_change_thought_out_for_an_older_registry_is_refused(store: Store) -> None:
    store.revise([Codelist(id="CL", agency="DSM")], user="u")
    store.revise([Codelist(id="OTHER", agency="DSM")], user="u")
    with pytest.raises(Conflict, match="it is at revision 2, the change was made for 1"):
        store.revise([Codelist(id="CL", agency="DSM", names={"en": "List"})], user="u", expected=1)
    assert store.registry_revision() == 2


def test_a_file_is_kept_once_and_comes_back_byte_for_byte(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "CHUNK_BYTES", 1000)
    content = bytes(range(256)) * 10
    path = tmp_path / "data.bin"
    path.write_bytes(content)
    info = store.put_file(path, name="data.bin", media_type="text/csv")
    assert (info.digest, info.size, info.name) == (hashlib.sha256(content).hexdigest(), 2560, "data.bin")
    assert store.put_file(path, name="other.bin", media_type="text/csv") == info
    assert [len(piece) for piece in store.iter_file(info.digest)] == [1000, 1000, 560]
    assert b"".join(store.iter_file(info.digest)) == content
    assert store.file_info(info.digest) == info
    with pytest.raises(NotFound):
        store.iter_file("00")


def test_an_empty_file_is_a_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    info = store.put_file(tmp_path / "empty", name="empty", media_type="text/csv")
    assert list(store.iter_file(info.digest)) == []


def test_tokens_are_found_by_the_hash_of_their_secret_until_revoked(store: Store) -> None:
    store.add_token("robot", "abc", {"provider": "DSM:EXAMPLE_KG(1.0.0)"}, user="root")
    found = store.token("abc")
    assert found
    assert (found.name, found.roles) == ("robot", {"provider": "DSM:EXAMPLE_KG(1.0.0)"})
    assert store.token("other") is None
    with pytest.raises(Conflict):
        store.add_token("again", "abc", {}, user="root")
    assert store.revoke_tokens("robot", user="root") == 1
    assert store.token("abc") is None
    assert [(event.action, event.subject, event.user) for event in store.events()] == [
        ("revoke token", "robot", "root"),
        ("add token", "robot", "root"),
    ]
