"""Differences between two states of an artefact, and the words they are told in."""

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.model import (
    MAINTAINABLES,
    Annotation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    CubeRegion,
    DataConstraint,
    Dimension,
    Maintainable,
    Reference,
    Representation,
    TextFormat,
    ValueSelection,
    compare,
    describe,
)
from sdmx_dsm.model.words import CLASS_WORDS, FIELD_WORDS
from tests.helpers.schemas import concept, example_structure

CODES = (
    Code(id="A", names={"en": "Annual", "ru": "Год"}),
    Code(id="Q", names={"en": "Quarterly"}),
    Code(id="M", names={"en": "Monthly", "ru": "Месяц"}),
)
FREQUENCIES = Codelist(id="CL_FREQ", agency="DSM", version="1.0.0", names={"en": "Frequency"}, items=CODES)


def told(before: Maintainable, after: Maintainable, language: str = "en") -> list[str]:
    return [describe(change)[language] for change in compare(before, after)]


def with_codes(*codes: Code) -> Codelist:
    return replace(FREQUENCIES, items=codes)


def test_a_changed_name_is_told_with_its_code_and_language() -> None:
    changed = with_codes(*CODES[:2], replace(CODES[2], names={"en": "Monthly", "ru": "Помесячно"}))
    assert told(FREQUENCIES, changed) == ["code M, name (ru): changed from “Месяц” to “Помесячно”"]
    assert told(FREQUENCIES, changed, "ru") == ["код M, название (ru): было «Месяц», стало «Помесячно»"]


def test_what_is_added_and_removed_is_told_with_its_name() -> None:
    other = with_codes(CODES[0], Code(id="W", names={"en": "Weekly"}), CODES[2])
    assert told(FREQUENCIES, other) == ["code Q: removed (“Quarterly”)", "code W: added (“Weekly”)"]
    assert told(FREQUENCIES, other, "ru") == ["код Q: удалено («Quarterly»)", "код W: добавлено («Weekly»)"]


def test_what_moved_is_told_and_what_stayed_in_order_is_not() -> None:
    assert told(FREQUENCIES, with_codes(CODES[2], CODES[0], CODES[1])) == ["code M: moved to the beginning"]
    assert told(FREQUENCIES, with_codes(CODES[1], CODES[2], CODES[0])) == ["code A: moved behind M"]
    assert told(FREQUENCIES, with_codes(CODES[1], CODES[2], CODES[0]), "ru") == ["код A: перемещено после M"]


def test_items_inside_items_are_told_by_their_path() -> None:
    scheme = CategoryScheme(id="CS", agency="DSM", items=(Category(id="1", items=(Category(id="2"),)),))
    inner = replace(scheme, items=(Category(id="1", items=(Category(id="2", names={"en": "Border"}),)),))
    assert told(scheme, inner) == ["category 1, category 2, name (en): added (“Border”)"]


def test_components_are_told_by_what_they_are() -> None:
    structure = example_structure()
    first, second, *rest = structure.dimensions
    coded = Representation(enumeration=Reference("Codelist", "DSM", "CL_OTHER", "1.0.0"))
    changed = replace(structure, dimensions=(second, replace(first, representation=coded), *rest))
    assert told(structure, changed)[0] == "dimension FREQ: moved behind REF_AREA"
    formatted = Representation(text_format=TextFormat(text_type="Decimal", decimals=2))
    new = Dimension(concept=concept("TITLE"), representation=formatted)
    assert told(structure, replace(structure, dimensions=(*structure.dimensions, new))) == [
        "dimension TITLE: added (concept DSM:CS_EXAMPLE(1.0+.0).TITLE; "
        "representation text format type “Decimal”; decimals 2)"
    ]


def test_a_reference_to_another_version_is_a_change_and_not_another_reference() -> None:
    sector = Reference("Codelist", "DSM", "CL_SECTOR", "1.0.0")
    before = replace(FREQUENCIES, extensions=(CodelistExtension(codelist=sector),))
    after = replace(FREQUENCIES, extensions=(CodelistExtension(codelist=sector.at("1.1.0"), prefix="S_"),))
    assert told(before, after) == [
        "extension DSM:CL_SECTOR, codelist: changed from DSM:CL_SECTOR(1.0.0) to DSM:CL_SECTOR(1.1.0)",
        "extension DSM:CL_SECTOR, prefix: added (“S_”)",
    ]


def test_elements_without_ids_are_compared_in_their_order() -> None:
    def constraint(*values: str, period: tuple[str, str] = ("2020", "2024")) -> DataConstraint:
        region = CubeRegion(keys=(ValueSelection(id="REF_AREA", values=values),))
        return DataConstraint(id="C", agency="DSM", cube_regions=(region,), reference_period=period)

    assert told(constraint("KG", "MD"), constraint("MD", "TJ", period=("2020", "2025"))) == [
        "cube region 1, key REF_AREA, value KG: removed",
        "cube region 1, key REF_AREA, value TJ: added",
        "reference period: changed from “2020”, “2024” to “2020”, “2025”",
    ]
    annotated = replace(FREQUENCIES, annotations=(Annotation(title="A"), Annotation(title="B")))
    other = replace(annotated, annotations=(Annotation(title="B"), Annotation(title="C")))
    assert told(annotated, other) == ["annotation 2: moved behind 1", "annotation 2, title: changed from “A” to “C”"]


def test_long_values_are_cut_in_sentences_and_whole_in_the_change() -> None:
    long = replace(FREQUENCIES, descriptions={"en": "x" * 500})
    (change,) = compare(FREQUENCIES, long)
    assert (change.after, len(describe(change)["en"])) == ("x" * 500, 148)


def test_artefacts_of_two_classes_are_not_compared() -> None:
    with pytest.raises(TypeError, match="a Codelist and a CategoryScheme can't be compared"):
        compare(FREQUENCIES, CategoryScheme(id="CL_FREQ", agency="DSM"))  # type: ignore[type-var]


# --- whatever the artefacts are ---------------------------------------------------------------------------------------

TEXTS = st.dictionaries(st.sampled_from(["en", "ru", "ky"]), st.sampled_from(["", "one", "two"]), max_size=2)
ANNOTATIONS = st.lists(
    st.builds(Annotation, id=st.sampled_from([None, "X", "Y"]), texts=TEXTS, value=st.sampled_from([None, "v"])),
    max_size=3,
).map(tuple)
IDS = st.sampled_from("ABCDE")
CODE = st.builds(Code, id=IDS, names=TEXTS, annotations=ANNOTATIONS, parent=st.none() | IDS)
SELECTION = st.builds(ValueSelection, id=IDS, values=st.lists(IDS, max_size=4).map(tuple), include=st.booleans())
CODELISTS = st.builds(
    Codelist,
    id=st.just("CL"),
    agency=st.just("DSM"),
    names=TEXTS,
    annotations=ANNOTATIONS,
    items=st.lists(CODE, max_size=6).map(tuple),  # ids may come twice: what is wrong can be compared too
)
CONSTRAINTS = st.builds(
    DataConstraint,
    id=st.just("C"),
    agency=st.just("DSM"),
    cube_regions=st.lists(
        st.builds(CubeRegion, keys=st.lists(SELECTION, max_size=3).map(tuple), include=st.booleans()), max_size=3
    ).map(tuple),
    reference_period=st.none() | st.tuples(IDS, IDS),
)


@given(pair=st.tuples(CODELISTS, CODELISTS) | st.tuples(CONSTRAINTS, CONSTRAINTS))
@settings(max_examples=300, deadline=None)
def test_there_are_changes_exactly_where_there_is_a_difference(pair: tuple[Maintainable, Maintainable]) -> None:
    before, after = pair
    changes = compare(before, after)
    assert bool(changes) == (before != after)
    assert compare(after, after) == ()
    assert all(describe(change)["en"] and describe(change)["ru"] for change in changes)


def fields_of_artefacts() -> Iterator[tuple[type, str]]:
    seen: set[type] = set()

    def classes(annotation: object) -> Iterator[type]:
        if (
            dataclasses.is_dataclass(annotation)
            and isinstance(annotation, type)
            and annotation not in (*seen, Reference)
        ):
            seen.add(annotation)
            yield annotation
            for inner in typing.get_type_hints(annotation).values():
                yield from classes(inner)
        for inner in typing.get_args(annotation):
            yield from classes(inner)

    for artefact_class in MAINTAINABLES.values():
        for cls in classes(artefact_class):
            yield from ((cls, field.name) for field in dataclasses.fields(cls))


def test_every_field_and_every_item_has_words_in_both_languages() -> None:
    assert {name for _, name in fields_of_artefacts()} - FIELD_WORDS.keys() == set()
    items = {
        argument.__name__
        for cls, name in fields_of_artefacts()
        if name == "items"
        for argument in typing.get_args(typing.get_type_hints(cls)["items"])
        if isinstance(argument, type) and argument.__name__ != "Nameable"
    }
    assert items - CLASS_WORDS.keys() == set()
