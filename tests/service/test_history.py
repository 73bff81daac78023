"""Changes of the registry: listed, told, undone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model import Annotation, Code, Codelist, CodelistExtension, Maintainable, Reference, describe
from sdmx_dsm.service import Hub
from sdmx_dsm.service.history import (
    Difference,
    difference_values,
    differences,
    newest_revisions,
    of_revision,
    restore,
    revisions,
    roll_back,
)
from sdmx_dsm.service.maintenance import delete, submit
from sdmx_dsm.settings import Settings

AREAS = Codelist(id="CL_AREA", agency="DSM", version="1.0", items=(Code(id="KG"), Code(id="MD")))
MORE = replace(AREAS, items=(*AREAS.items, Code(id="TJ", names={"en": "Tajikistan"})))
OTHER = replace(AREAS, id="CL_OTHER", version="1.0.0")
EXTENDED = replace(AREAS, id="CL_EXTENDED", items=(), extensions=(CodelistExtension(codelist=AREAS.reference),))


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """Revisions: AREAS comes, MORE replaces it and OTHER comes, MORE goes."""
    opened = Hub.open(Settings(data_dir=str(tmp_path)))
    submit(opened, [AREAS], user="A", note="first")
    submit(opened, [MORE, OTHER], user="B", note="second")
    delete(opened, [MORE.reference], user="C")
    yield opened
    opened.close()


def present(hub: Hub) -> list[Maintainable]:
    return list(hub.structures)


def outline(found: list[Difference]) -> list[tuple[str, str | None, str | None, list[str], str]]:
    return [
        (
            one.reference.id,
            one.before and one.before.version,
            one.after and one.after.version,
            [describe(change)["en"] for change in one.changes],
            one.bump.name,
        )
        for one in found
    ]


def test_revisions_tell_who_did_what(hub: Hub) -> None:
    told = [
        (revision.number, revision.user, revision.note, [(c.action, c.reference.id) for c in revision.artefacts])
        for revision in revisions(hub)
    ]
    assert told == [
        (1, "A", "first", [("Append", "CL_AREA")]),
        (2, "B", "second", [("Replace", "CL_AREA"), ("Append", "CL_OTHER")]),
        (3, "C", "", [("Delete", "CL_AREA")]),
    ]
    assert [revision.number for revision in revisions(hub, since=1, limit=1)] == [2]
    assert [revision.number for revision in newest_revisions(hub, limit=2)] == [2, 3]


def test_a_revision_tells_how_artefacts_differ(hub: Hub) -> None:
    changes = ["code TJ: added (“Tajikistan”)"]
    assert outline(of_revision(hub, 2)) == [
        ("CL_AREA", "1.0", "1.0", changes, "MINOR"),
        ("CL_OTHER", None, "1.0.0", [], "NONE"),
    ]
    assert outline(of_revision(hub, 3)) == [("CL_AREA", "1.0", None, [], "NONE")]
    with pytest.raises(NotFound, match="There is no revision 4; the newest is 3"):
        of_revision(hub, 4)


def test_a_difference_as_json(hub: Hub) -> None:
    first, second = of_revision(hub, 2)
    assert difference_values(first) == {
        "urn": "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_AREA(1.0)",
        "action": "Replace",
        "bump": "minor",
        "changes": [
            {
                "kind": "added",
                "path": [{"field": "items", "key": "TJ"}],
                "after": {"id": "TJ", "names": {"en": "Tajikistan"}},
                "message": {"en": "code TJ: added (“Tajikistan”)", "ru": "код TJ: добавлено («Tajikistan»)"},
            }
        ],
    }
    assert difference_values(second) == {
        "urn": "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_OTHER(1.0.0)",
        "action": "Append",
    }


def test_two_sets_are_held_against_each_other_by_identity_then_by_version() -> None:
    newer = replace(OTHER, version="1.1.0", items=(*OTHER.items, Code(id="UZ")))
    assert outline(differences([AREAS, OTHER, EXTENDED], [MORE, newer])) == [
        ("CL_AREA", "1.0", "1.0", ["code TJ: added (“Tajikistan”)"], "MINOR"),
        ("CL_EXTENDED", "1.0", None, [], "NONE"),
        ("CL_OTHER", "1.0.0", "1.1.0", ["version: changed from “1.0.0” to “1.1.0”", "code UZ: added"], "MINOR"),
    ]
    assert differences([AREAS, OTHER], [OTHER, AREAS]) == []


def test_a_deleted_artefact_comes_back_as_it_was_at_a_revision(hub: Hub) -> None:
    result = restore(hub, AREAS.reference, 1, user="D")
    assert (result.action, result.status, result.message["en"]) == (
        "Append",
        "Success",
        "Codelist DSM:CL_AREA(1.0): added.",
    )
    assert present(hub) == [AREAS, OTHER]
    restore(hub, AREAS.reference, 2, user="D")
    assert present(hub) == [MORE, OTHER]
    assert [(revision.number, revision.note) for revision in revisions(hub, since=3)] == [
        (4, "as of revision 1"),
        (5, "as of revision 2"),
    ]


def test_what_was_not_there_can_not_come_back(hub: Hub) -> None:
    with pytest.raises(
        NotFound, match=r"There was no Codelist DSM:CL_OTHER\(1.0.0\) at revision 1. It was changed by 2."
    ):
        restore(hub, OTHER.reference, 1, user="D")
    with pytest.raises(NotFound, match=r"There was no Codelist DSM:NONE\(1.0\) at revision 1.$"):
        restore(hub, Reference("Codelist", "DSM", "NONE", "1.0"), 1, user="D")


def test_a_stable_artefact_comes_back_whatever_its_version(hub: Hub) -> None:
    noted = replace(OTHER, annotations=(Annotation(type="NOTE"),))
    submit(hub, [noted], user="A")
    assert restore(hub, OTHER.reference, 2, user="A").status == "Success"
    assert present(hub) == [OTHER]


def test_an_artefact_does_not_come_back_without_what_it_needs(hub: Hub) -> None:
    submit(hub, [AREAS, EXTENDED], user="A")
    delete(hub, [AREAS.reference, EXTENDED.reference], user="A")
    assert restore(hub, EXTENDED.reference, 4, user="A").rule == "missing-reference"


def test_the_registry_goes_back_to_a_revision(hub: Hub) -> None:
    results = roll_back(hub, 1, user="D", dry_run=True)
    assert [result.message["en"] for result in results] == [
        "Codelist DSM:CL_AREA(1.0): added.",
        "Codelist DSM:CL_OTHER(1.0.0): deleted.",
    ]
    assert present(hub) == [OTHER]
    roll_back(hub, 1, user="D")
    assert present(hub) == [AREAS]
    roll_back(hub, 2, user="D")
    assert present(hub) == [MORE, OTHER]
    assert hub.registry.revision == 5
    assert roll_back(hub, 5, user="D") == ()
