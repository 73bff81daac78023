"""Parts of artefacts: some items, some languages, an item less."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sdmx_dsm.model import Annotation, Category, CategoryScheme, Code, Codelist, Concept, ConceptScheme
from sdmx_dsm.service.merging import merge_items, merge_languages, without_item
from tests.helpers.schemas import example_structure


def codes(*ids: str) -> Codelist:
    return Codelist(id="CL", agency="DSM", items=tuple(Code(id=id) for id in ids))


@pytest.mark.parametrize(
    "stored, part, merged",
    [
        ("ABC", "B", "ABC"),
        ("ABC", "X", "ABCX"),
        ("ABC", "AX", "AXBC"),
        ("ABC", "XB", "AXBC"),
        ("ABC", "BXCY", "ABXCY"),
        ("ABC", "CXA", "ABCX"),
        ("ABC", "XYA", "XYABC"),
        ("", "XY", "XY"),
    ],
)
def test_new_items_stand_by_their_neighbours(stored: Iterable[str], part: Iterable[str], merged: Iterable[str]) -> None:
    assert merge_items(codes(*stored), codes(*part)) == codes(*merged)


def test_an_item_is_replaced_where_it_stands() -> None:
    new = Code(id="B", names={"en": "New"})
    merged = merge_items(codes("A", "B", "C"), replace(codes(), items=(new,), is_partial=True))
    assert merged == replace(codes(), items=(Code(id="A"), new, Code(id="C")))


def test_names_are_merged_by_language_and_annotations_replaced() -> None:
    stored = replace(codes(), names={"en": "Old", "ru": "Старый"}, annotations=(Annotation(type="A"),))
    part = replace(codes(), names={"en": "New"}, annotations=(Annotation(type="B"),))
    assert merge_items(stored, part) == replace(part, names={"en": "New", "ru": "Старый"})


def test_a_root_category_is_replaced_with_its_branch() -> None:
    stored = CategoryScheme(
        id="CS", agency="DSM", items=(Category(id="A", items=(Category(id="A1"),)), Category(id="B"))
    )
    branch = Category(id="A", items=(Category(id="A2"),))
    assert merge_items(stored, replace(stored, items=(branch,), is_partial=True)).items == (branch, Category(id="B"))


def test_languages_are_added_to_texts_and_nothing_else_changes() -> None:
    stored = ConceptScheme(
        id="CS", agency="DSM", names={"en": "Concepts"}, items=(Concept(id="A", names={"en": "A"}), Concept(id="B"))
    )
    part = ConceptScheme(
        id="CS",
        agency="DSM",
        is_partial_language=True,
        names={"ru": "Понятия"},
        items=(Concept(id="A", parent="B", names={"ru": "А"}),),
    )
    assert merge_languages(stored, part) == replace(
        stored,
        names={"en": "Concepts", "ru": "Понятия"},
        items=(Concept(id="A", names={"en": "A", "ru": "А"}), Concept(id="B")),
    )
    structure = example_structure()
    assert merge_languages(structure, replace(structure, dimensions=(), names={"ky": "Мисал"})) == replace(
        structure, names={**structure.names, "ky": "Мисал"}
    )


def test_languages_of_an_item_that_is_not_there_are_refused() -> None:
    stored = CategoryScheme(id="CS", agency="DSM", items=(Category(id="A"),))
    part = replace(stored, items=(Category(id="A", items=(Category(id="Z"),)),))
    with pytest.raises(KeyError, match="A.Z"):
        merge_languages(stored, part)


def test_an_item_goes_and_its_children_stay_in_a_flat_scheme() -> None:
    stored = Codelist(id="CL", agency="DSM", items=(Code(id="A"), Code(id="B", parent="A"), Code(id="C", parent="B")))
    assert without_item(stored, "A") == replace(stored, items=(Code(id="B"), Code(id="C", parent="B")))
    assert without_item(stored, "Z") is None


def test_an_item_goes_with_what_it_holds_in_a_nested_scheme() -> None:
    inner = Category(id="A1", items=(Category(id="A1"),))
    stored = CategoryScheme(id="CS", agency="DSM", items=(Category(id="A", items=(inner, Category(id="A2"))),))
    assert without_item(stored, "A.A1") == replace(stored, items=(Category(id="A", items=(Category(id="A2"),)),))
    assert without_item(stored, "A.A1.A1") == replace(
        stored, items=(Category(id="A", items=(Category(id="A1"), Category(id="A2"))),)
    )
    assert without_item(stored, "A1") is None
    assert without_item(example_structure(), "FREQ") is None
