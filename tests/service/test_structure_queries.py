"""References, details, items and versions of structure queries."""

import pytest

from sdmx_dsm.errors import QuerySyntaxError, VersionError
from sdmx_dsm.model import (
    Categorisation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    Concept,
    ConceptScheme,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Representation,
    StructureQuery,
    Structures,
    ValueSelection,
)
from sdmx_dsm.service.structures import select


def ref(cls: str, id: str, item: str = "", version: str = "1.0") -> Reference:
    return Reference(cls, "T", id, version, item)


def codes(*ids: str) -> tuple[Code, ...]:
    return tuple(Code(id=id, parent="X" if id == "Y" else None) for id in ids)


D = DataStructure(
    id="D",
    agency="T",
    dimensions=(
        Dimension(
            concept=ref("Concept", "S", "A"),
            representation=Representation(enumeration=ref("Codelist", "C1", version="1+.0.0")),
        ),
    ),
)
ARTEFACTS: tuple[Maintainable, ...] = (
    Codelist(id="C1", agency="T", version="1.0.0", items=codes("X", "Y", "Z")),
    Codelist(id="C1", agency="T", version="0.9.0", items=codes("X")),
    Codelist(id="C2", agency="T", items=codes("K")),
    ConceptScheme(
        id="S",
        agency="T",
        items=(
            Concept(id="A", core_representation=Representation(enumeration=ref("Codelist", "C2"))),
            Concept(id="B"),
        ),
    ),
    D,
    Dataflow(id="F", agency="T", structure=ref("DataStructure", "D")),
    DataProviderScheme(id="O", agency="T", items=(DataProvider(id="P1"), DataProvider(id="P2"))),
    ProvisionAgreement(
        id="P", agency="T", dataflow=ref("Dataflow", "F"), data_provider=ref("DataProvider", "O", "P1")
    ),
    CategoryScheme(id="G", agency="T", items=(Category(id="1", items=(Category(id="2"), Category(id="3"))),)),
    Categorisation(id="K", agency="T", source=ref("Dataflow", "F"), target=ref("Category", "G", "1.2")),
    DataConstraint(
        id="B",
        agency="T",
        attachment=(ref("Dataflow", "F"),),
        cube_regions=(CubeRegion(keys=(ValueSelection(id="A", values=("Y",)),)),),
    ),
)  # fmt: skip
STRUCTURES = Structures(ARTEFACTS)
TYPES = {"D": "datastructure", "F": "dataflow", "C1": "codelist", "C2": "codelist"}


def found(query: StructureQuery) -> list[str]:
    return [artefact.id for artefact in select(STRUCTURES, query)]


@pytest.mark.parametrize(
    ("id", "references", "besides"),
    [
        ("D", "children", "C1 S"),
        ("D", "descendants", "C1 C2 S"),
        ("D", "parents", "F"),
        ("D", "ancestors", "B F K P"),
        ("D", "parentsandsiblings", "F"),
        ("F", "parents", "B K P"),
        ("F", "parentsandsiblings", "B G K O P"),
        ("F", "all", "B C1 C2 D G K O P S"),
        ("D", "codelist", "C1"),
        ("C1", "parents", "D"),
        ("C2", "parents", "S"),
        ("D", "none", ""),
    ],
)
def test_references_add(id: str, references: str, besides: str) -> None:
    match, *rest = found(StructureQuery(artefact_types=(TYPES[id],), ids=(id,), references=(references,)))
    assert (match, " ".join(sorted(rest))) == (id, besides)


@pytest.mark.parametrize(
    ("versions", "selected"),
    [
        ("~", ["1.0.0"]),
        ("*", ["0.9.0", "1.0.0"]),
        ("0.9.0", ["0.9.0"]),
        ("2+.0.0", []),
        ("0.9.0,+", ["0.9.0", "1.0.0"]),
    ],
)
def test_versions_are_of_the_artefact(versions: str, selected: list[str]) -> None:
    query = StructureQuery(artefact_types=("codelist",), ids=("C1",), versions=tuple(versions.split(",")))
    assert [artefact.version for artefact in select(STRUCTURES, query)] == selected


def test_several_types_and_all_types() -> None:
    assert found(StructureQuery(artefact_types=("datastructure", "dataflow"))) == ["D", "F"]
    assert len(found(StructureQuery(versions=("*",)))) == len(ARTEFACTS)


def test_a_known_type_that_is_not_held_matches_nothing() -> None:
    assert found(StructureQuery(artefact_types=("valuelist",))) == []


def test_an_unknown_type_is_refused_with_what_there_is() -> None:
    with pytest.raises(QuerySyntaxError, match="“codelists” is no artefact type.* codelist,"):
        found(StructureQuery(artefact_types=("codelists",)))


def test_a_wrong_version_is_refused_even_where_nothing_matches() -> None:
    with pytest.raises(VersionError):
        found(StructureQuery(ids=("NOTHING",), versions=("latest",)))


def test_items_cut_the_scheme_and_bring_their_ancestors() -> None:
    (codelist,) = select(STRUCTURES, StructureQuery(artefact_types=("codelist",), ids=("C1",), items=("Z",)))
    assert isinstance(codelist, Codelist)
    assert ([code.id for code in codelist.items], codelist.is_partial) == (["Z"], True)
    (scheme,) = select(STRUCTURES, StructureQuery(artefact_types=("categoryscheme",), items=("1.3",)))
    assert isinstance(scheme, CategoryScheme)
    assert [(category.id, [child.id for child in category.items]) for category in scheme.items] == [("1", ["3"])]


def test_an_item_that_is_not_there_is_nothing_found() -> None:
    assert found(StructureQuery(artefact_types=("codelist",), ids=("C1",), items=("Q",))) == []


def test_items_of_what_is_no_scheme_are_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="A Dataflow is no item scheme"):
        found(StructureQuery(artefact_types=("dataflow",), items=("X",)))


def test_stubs_have_identity_alone() -> None:
    match, *rest = select(
        STRUCTURES, StructureQuery(artefact_types=("datastructure",), references=("children",), detail="referencestubs")
    )
    assert match is D
    assert all(artefact.is_external_reference and not getattr(artefact, "items") for artefact in rest)  # noqa: B009
    (stub,) = select(STRUCTURES, StructureQuery(artefact_types=("datastructure",), detail="allstubs"))
    assert isinstance(stub, DataStructure)
    assert (stub.id, stub.dimensions) == ("D", ())


def test_partial_references_hold_what_is_used() -> None:
    answer = select(
        STRUCTURES, StructureQuery(artefact_types=("dataflow",), references=("all",), detail="referencepartial")
    )
    items = {
        artefact.id: [item.id for item in artefact.items]
        for artefact in answer
        if isinstance(artefact, Codelist | ConceptScheme | DataProviderScheme)
    }
    # The constraint leaves Y; its parent X comes along. C2 is the core representation of a concept and hangs on no component.
    assert items == {"C1": ["X", "Y"], "C2": ["K"], "S": ["A"], "O": ["P1"]}


@pytest.mark.parametrize(
    "detail, found", [("full", [["X", "Z", "W"]]), ("raw", [["W"]]), ("allstubs", [[]])], ids=["full", "raw", "stub"]
)
def test_a_codelist_holds_what_it_inherits_unless_the_detail_is_raw(detail: str, found: list[list[str]]) -> None:
    extension = CodelistExtension(codelist=ref("Codelist", "C1", version="1.0+.0"), members=("Y",), include=False)
    graph = Structures((*ARTEFACTS, Codelist(id="C3", agency="T", items=codes("W"), extensions=(extension,))))
    query = StructureQuery(artefact_types=("codelist",), agencies=("T",), ids=("C3",), detail=detail)  # type: ignore[arg-type]
    assert [
        [code.id for code in artefact.items] for artefact in select(graph, query) if isinstance(artefact, Codelist)
    ] == found


def test_items_that_a_codelist_inherits_can_be_asked_for() -> None:
    extension = CodelistExtension(codelist=ref("Codelist", "C1", version="1.0+.0"))
    graph = Structures((*ARTEFACTS, Codelist(id="C3", agency="T", extensions=(extension,))))
    query = StructureQuery(artefact_types=("codelist",), agencies=("T",), ids=("C3",), items=("Z",))
    [part] = select(graph, query)
    assert isinstance(part, Codelist)
    assert ([code.id for code in part.items], part.is_partial) == (["Z"], True)
