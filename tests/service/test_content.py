"""Structure files: found, read, and what is wrong with them in sentences."""

from dataclasses import replace
from pathlib import Path

import pytest

from sdmx_dsm.errors import NotFound, ReadError
from sdmx_dsm.model import (
    Attribute,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    DataProvider,
    DataProviderScheme,
    Group,
    Maintainable,
    Structures,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.content import faults_of, find_files, load_content, read_content, read_file
from tests.helpers.schemas import concept, example_artefacts, example_structure

PROVIDERS = DataProviderScheme(
    id="DATA_PROVIDERS", agency="DSM", version="1.0", items=(DataProvider(id="KG_STAT", names={"en": "Statistics"}),)
)


def faults(*artefacts: Maintainable) -> list[str]:
    return list(faults_of(artefacts, Structures((*example_artefacts(), PROVIDERS))))


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert list(faults_of((*example_artefacts(), PROVIDERS), Structures())) == []
    assert faults(example_structure()) == []


def test_a_reference_that_leads_nowhere_is_told_with_what_refers() -> None:
    agreement = example_artefacts()[-1]
    assert list(faults_of([agreement], Structures([PROVIDERS]))) == [
        "ProvisionAgreement DSM:EXAMPLE_KG(1.0.0) refers to Dataflow DSM:EXAMPLE(1.0.0): there is no such artefact."
    ]
    structure = example_structure()
    other = replace(structure, attributes=(*structure.attributes, Attribute(concept=concept("NOTHING"))))
    assert faults(other) == [
        "DataStructure DSM:EXAMPLE(1.0.0) refers to Concept DSM:CS_EXAMPLE(1.0+.0).NOTHING: "
        "ConceptScheme DSM:CS_EXAMPLE(1.0.0) has no such item."
    ]


def test_what_comes_twice_is_told() -> None:
    codes = (Code(id="A"), Code(id="B", parent="A"), Code(id="A"), Code(id="C", parent="Z"))
    codelist = Codelist(id="CL", agency="DSM", version="1.0", items=codes)
    assert faults(codelist, codelist) == [
        "Codelist DSM:CL(1.0) comes 2 times.",
        *[
            "Codelist DSM:CL(1.0): the item A comes 2 times.",
            "Codelist DSM:CL(1.0): the parent Z of C is no item of it.",
        ]
        * 2,
    ]


def test_items_inside_items_are_items() -> None:
    inner = Category(id="B", items=(Category(id="A"),))
    assert faults(CategoryScheme(id="CS", agency="DSM", version="1.0", items=(Category(id="A"), inner))) == []


def test_groups_and_relationships_name_dimensions() -> None:
    structure = example_structure()
    assert faults(
        replace(
            structure,
            groups=(Group(id="Sibling", dimensions=("REF_AREA", "NOTHING")),),
            attributes=(
                Attribute(concept=concept("TITLE"), relationship="group", group="Other"),
                Attribute(concept=concept("COVERAGE"), relationship="dimensions", dimensions=("REF_AREA", "OBS_VALUE")),
                Attribute(concept=concept("SEX")),
            ),
        )
    ) == [
        "DataStructure DSM:EXAMPLE(1.0.0): the component SEX comes 2 times.",
        "DataStructure DSM:EXAMPLE(1.0.0): the group Sibling names NOTHING, which is no dimension.",
        "DataStructure DSM:EXAMPLE(1.0.0): the attribute TITLE relates to the group Other, which is not there.",
        "DataStructure DSM:EXAMPLE(1.0.0): the attribute COVERAGE relates to OBS_VALUE, which is no dimension.",
    ]


def test_a_part_of_a_scheme_may_leave_items_out() -> None:
    part = Codelist(id="CL_AREA", agency="DSM", version="1.0.0", is_partial=True, items=(Code(id="KG", parent="ASIA"),))
    assert faults(part) == []
    assert faults(replace(PROVIDERS, items=(), is_partial=True), *example_artefacts()) == []


# --- files ----------------------------------------------------------------------------------------------------------------


def test_files_are_found_below_folders(tmp_path: Path) -> None:
    for name in ("b/two.xml", "b/notes.txt", "a.json", "b/deep/er/one.xml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert find_files([tmp_path]) == [tmp_path / name for name in ("a.json", "b/deep/er/one.xml", "b/two.xml")]
    assert find_files([tmp_path / "b/notes.txt"]) == [tmp_path / "b/notes.txt"]
    for missing in (tmp_path / "nothing", tmp_path / "b/deep/none"):
        with pytest.raises(NotFound, match="There are no structure files in .*no"):
            find_files([missing])


@pytest.mark.parametrize("content", [b"", b"<a>", b"{", b"%PDF-1.4", b"A,B\n1,2\n"])
def test_a_file_that_can_not_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "wrong.xml"
    path.write_bytes(content)
    with pytest.raises(ReadError, match="wrong.xml: .") as refusal:
        read_file(path)
    assert refusal.value.path == str(path)


def test_content_is_read_from_both_folders(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There are no structure files in .*structures"):
        read_content(tmp_path)
    assert {type(artefact).__name__ for artefact in read_content(Path())} >= {"Dataflow", "ProvisionAgreement"}


def test_content_is_loaded_once(hub: Hub) -> None:
    before = hub.registry.revision
    load_content(hub)
    assert hub.registry.revision == before
