"""Codelists that extend others: which codes they have, in which order, and what of a conflict remains."""

from dataclasses import replace

import pytest

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import (
    Attribute,
    Code,
    Codelist,
    CodelistExtension,
    ConceptScheme,
    DataStructure,
    Dimension,
    Reference,
    Representation,
    Structures,
)
from sdmx_dsm.model.codelists import select_codes

AREAS = Codelist(
    id="AREAS",
    agency="T",
    version="1.2.0",
    items=(Code(id="KG"), Code(id="KG_B", parent="KG"), Code(id="KG_C", parent="KG"), Code(id="TJ")),
)


@pytest.mark.parametrize(
    ("values", "cascades", "named"),
    [
        (("KG", "Q"), (), "KG Q"),
        (("%_C",), (), "KG_C"),
        (("KG", "TJ"), ("true", ""), "KG KG_B KG_C TJ"),
        (("%",), ("excluderoot",), "KG_B KG_C"),
    ],
)
def test_a_selection_names_codes(values: tuple[str, ...], cascades: tuple[str, ...], named: str) -> None:
    assert sorted(select_codes(AREAS.items, values, cascades)) == named.split()


def extension(id: str = "AREAS", **values: object) -> CodelistExtension:
    return CodelistExtension(codelist=Reference("Codelist", "T", id, "1.0+.0"), **values)  # type: ignore[arg-type]


def codelist(*extensions: CodelistExtension, items: tuple[Code, ...] = (), id: str = "OWN") -> Codelist:
    return Codelist(id=id, agency="T", version="1.0.0", items=items, extensions=extensions)


def found(own: Codelist, *others: Codelist) -> list[tuple[str, str | None]]:
    extended = Structures((own, *others)).extended(own)
    assert extended.extensions == ()
    return [(code.id, code.parent) for code in extended.items]


def test_inherited_codes_come_first_in_their_order() -> None:
    own = codelist(extension(), items=(Code(id="KG_X", parent="KG"),))
    assert found(own, AREAS) == [("KG", None), ("KG_B", "KG"), ("KG_C", "KG"), ("TJ", None), ("KG_X", "KG")]


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"members": ("KG",)}, [("KG", None)]),
        ({"members": ("KG_%",)}, [("KG_B", None), ("KG_C", None)]),
        ({"members": ("KG",), "cascades": ("true",)}, [("KG", None), ("KG_B", "KG"), ("KG_C", "KG")]),
        ({"members": ("KG",), "cascades": ("excluderoot",)}, [("KG_B", None), ("KG_C", None)]),
        ({"members": ("KG", "TJ"), "include": False}, [("KG_B", None), ("KG_C", None)]),
        ({"members": ("KG%",), "include": False, "prefix": "X_"}, [("X_TJ", None)]),
        ({"members": ("KG", "KG_B"), "prefix": "X_"}, [("X_KG", None), ("X_KG_B", "X_KG")]),
    ],
    ids=["one", "wildcard", "cascade", "children", "all but two", "all but a wildcard, prefixed", "prefixed parent"],
)
def test_an_extension_takes_what_it_names(values: dict[str, object], expected: list[tuple[str, str | None]]) -> None:
    assert found(codelist(extension(**values)), AREAS) == expected


def test_of_codes_with_the_same_id_the_last_counts_and_keeps_its_place() -> None:
    first = codelist(items=(Code(id="A", names={"en": "first"}), Code(id="B")), id="FIRST")
    second = codelist(items=(Code(id="A", names={"en": "second"}), Code(id="C", names={"en": "second"})), id="SECOND")
    own = codelist(extension("FIRST"), extension("SECOND"), items=(Code(id="C", names={"en": "own"}),))
    codes = Structures((own, first, second)).extended(own).items
    assert [(code.id, code.names.get("en")) for code in codes] == [("A", "second"), ("B", None), ("C", "own")]


def test_extensions_of_extensions_bring_their_codes() -> None:
    middle = codelist(extension(), items=(Code(id="Z"),), id="MIDDLE")
    assert found(codelist(extension("MIDDLE", members=("TJ", "Z"))), middle, AREAS) == [("TJ", None), ("Z", None)]


def test_a_circle_is_refused_with_its_way() -> None:
    one, two = codelist(extension("TWO"), id="ONE"), codelist(extension("ONE"), id="TWO")
    with pytest.raises(Conflict, match=r"T:ONE\(1.0.0\) → T:TWO\(1.0.0\) → T:ONE\(1.0.0\)\."):
        Structures((one, two)).extended(one)


def test_a_list_that_is_not_there_is_named() -> None:
    own = codelist(extension("LOST"))
    with pytest.raises(NotFound, match=r"There is no Codelist T:LOST\(1\.0\+\.0\)\."):
        Structures((own, AREAS)).extended(own)


def test_a_component_takes_the_inherited_codes_too() -> None:
    own = codelist(extension(members=("TJ",)), items=(Code(id="UZ"),))
    concept = Reference("Concept", "T", "S", "1.0", "AREA")
    coded = Representation(enumeration=own.reference)
    structure = DataStructure(
        id="D",
        agency="T",
        dimensions=(Dimension(concept=concept, representation=coded),),
        attributes=(Attribute(id="FROM", concept=concept, representation=coded),),
    )
    structures = Structures((own, AREAS, ConceptScheme(id="S", agency="T"), structure))
    schema = structures.schema(structure.reference)
    assert [
        [code.id for code in component.codelist.items] for component in schema.components if component.codelist
    ] == [
        ["TJ", "UZ"],
        ["TJ", "UZ"],
    ]
    assert schema.dimensions[0].codelist == structures.extended(own)
    assert structures.extended(replace(own, extensions=())).items == own.items
