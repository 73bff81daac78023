"""References, details, items and versions of structure queries."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdmx_dsm.errors import QuerySyntaxError, VersionError
from sdmx_dsm.model import (
    MAINTAINABLES,
    Agency,
    AgencyScheme,
    Annotation,
    Categorisation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    CodelistHierarchy,
    Concept,
    ConceptScheme,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    HierarchicalCodelist,
    Maintainable,
    ProvisionAgreement,
    Reference,
    ReportingCategory,
    ReportingTaxonomy,
    Representation,
    RepresentationMap,
    StructureQuery,
    Structures,
    ValueSelection,
)
from sdmx_dsm.model.queries import StructureDetail
from sdmx_dsm.service import Hub
from sdmx_dsm.service.structures import select
from tests.helpers.statements import statements


def ref(cls: str, id: str, item: str = "", version: str = "1.0", agency: str = "T") -> Reference:
    return Reference(cls, agency, id, version, item)


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


# --- items ----------------------------------------------------------------------------------------------------------------


def ids(query: StructureQuery, *more: Maintainable) -> list[str]:
    return [artefact.id for artefact in select(Structures((*ARTEFACTS, *more)), query)]


def test_references_of_items_are_theirs_alone() -> None:
    """Concept A has a codelist, and dimensions use it; concept B has neither."""
    for item, besides in (("A", ["C2", "D"]), ("B", [])):
        query = StructureQuery(
            artefact_types=("conceptscheme",), ids=("S",), items=(item,), references=("children", "parents")
        )
        assert ids(query) == ["S", *besides]


def test_what_refers_to_a_scheme_refers_to_its_items() -> None:
    query = StructureQuery(artefact_types=("categoryscheme",), items=("1.2",), references=("parentsandsiblings",))
    assert ids(query) == ["G", "K", "F"]
    assert ids(replace(query, items=("1.3",))) == ["G"]


def test_of_all_types_those_with_items_are_asked_for_items() -> None:
    assert ids(StructureQuery(items=("X",))) == ["C1"]


def test_hierarchies_are_the_items_of_a_hierarchical_codelist() -> None:
    held = tuple(CodelistHierarchy(id=id) for id in ("H1", "H2"))
    codelist = HierarchicalCodelist(id="H", agency="T", hierarchies=held)
    query = StructureQuery(artefact_types=("hierarchicalcodelist",), items=("H2",))
    [found] = select(Structures((*ARTEFACTS, codelist)), query)
    assert found == replace(codelist, hierarchies=held[1:])
    assert not select(Structures((codelist,)), replace(query, items=("H3",)))


# --- types and details ----------------------------------------------------------------------------------------------------


def test_the_names_of_rest_1_stand_for_what_became_of_them() -> None:
    actual = DataConstraint(id="ACTUAL", agency="T", role="Actual", attachment=(ref("Dataflow", "F"),))
    agencies = AgencyScheme(id="AGENCIES", agency="SDMX", items=(Agency(id="T"),))
    for resource, found in (
        ("contentconstraint", ["B", "ACTUAL"]),
        ("allowedconstraint", ["B"]),
        ("actualconstraint", ["ACTUAL"]),
        ("organisationscheme", ["O", "AGENCIES"]),
        ("structureset", []),
    ):
        assert ids(StructureQuery(artefact_types=(resource,)), actual, agencies) == found


def test_every_structural_class_has_a_resource() -> None:
    for name, cls in MAINTAINABLES.items():
        if cls.urn_class or name in ("MetadataSet", "AvailabilityConstraint"):
            continue
        artefact = cls(id="ANY", agency="T")
        assert list(select(Structures([artefact]), StructureQuery(artefact_types=(name.lower(),)))) == [artefact]
        assert list(select(Structures([artefact]), StructureQuery(detail="raw"))) == [artefact]


def test_agency_schemes_come_where_they_are_named() -> None:
    top = AgencyScheme(id="AGENCIES", agency="SDMX", items=(Agency(id="T"), Agency(id="OTHER")))
    below = AgencyScheme(id="AGENCIES", agency="T", items=(Agency(id="SUB"),))
    flow = Dataflow(id="SUB_FLOW", agency="T.SUB")
    structures = Structures((*ARTEFACTS, top, below, flow))
    query = StructureQuery(artefact_types=("dataflow",), ids=("F",), references=("agencyscheme",))
    assert list(select(structures, query)) == [ARTEFACTS[5], top]
    assert list(select(structures, replace(query, ids=("SUB_FLOW",)))) == [flow, below]
    [_, partial] = select(structures, replace(query, detail="referencepartial"))
    assert partial == replace(top, items=top.items[:1], is_partial=True)


def test_complete_stubs_have_descriptions_and_annotations_too() -> None:
    codelist = Codelist(
        id="CL",
        agency="T",
        names={"en": "Name"},
        descriptions={"en": "More"},
        annotations=(Annotation(type="A"),),
        items=codes("X"),
    )
    structures = Structures([codelist])
    [complete] = select(structures, StructureQuery(detail="allcompletestubs"))
    assert complete == replace(codelist, items=(), is_external_reference=True)
    [stub] = select(structures, StructureQuery(detail="allstubs"))
    assert stub == replace(complete, descriptions={}, annotations=())


EXTENDING = Codelist(
    id="C3",
    agency="T",
    version="1.0.0",
    extensions=(CodelistExtension(codelist=ref("Codelist", "C1", version="1+.0.0")),),
)


@pytest.mark.parametrize(
    ("detail", "besides"),
    [("full", []), ("referencestubs", []), ("raw", ["C1"]), ("allstubs", ["C1"]), ("allcompletestubs", ["C1"])],
)
def test_inherited_lists_come_where_their_codes_do_not(detail: StructureDetail, besides: list[str]) -> None:
    query = StructureQuery(artefact_types=("codelist",), ids=("C3",), references=("children",), detail=detail)
    [match, *rest] = select(Structures((*ARTEFACTS, EXTENDING)), query)
    assert isinstance(match, Codelist)
    assert bool(match.items) == (detail in ("full", "referencestubs"))
    assert [one.id for one in rest] == besides
    parents = StructureQuery(artefact_types=("codelist",), ids=("C1",), references=("parents",))
    assert ids(parents, EXTENDING) == ["C1", "D", "C3"]


def test_constraints_cut_codes_also_where_their_flow_comes_along() -> None:
    query = StructureQuery(artefact_types=("categorisation",), references=("descendants",), detail="referencepartial")
    [codelist] = [one for one in select(STRUCTURES, query) if one.id == "C1"]
    assert isinstance(codelist, Codelist)
    assert [code.id for code in codelist.items] == ["X", "Y"]


def test_a_scheme_that_is_used_as_a_whole_stays_whole_in_partial_answers() -> None:
    mapping = RepresentationMap(id="M", agency="T", sources=(ref("Codelist", "C1", version="1.0.0"),))
    query = StructureQuery(artefact_types=("representationmap",), references=("children",), detail="referencepartial")
    [_, codelist] = select(Structures((*ARTEFACTS, mapping)), query)
    assert codelist == ARTEFACTS[0]


def test_drafts_see_drafts() -> None:
    newer = Codelist(id="C1", agency="T", version="1.1.0-draft")
    draft = replace(D, id="DRAFT", version="1.0.0-draft")
    structures = Structures((*ARTEFACTS, newer, draft))
    for id, version in (("D", "1.0.0"), ("DRAFT", "1.1.0-draft")):
        query = StructureQuery(artefact_types=("datastructure",), ids=(id,), references=("codelist",))
        assert [one.version for one in list(select(structures, query))[1:]] == [version]


@pytest.mark.parametrize(
    ("references", "detail", "most"),
    [
        ("none", "full", 1),
        ("children", "full", 2),
        ("parents", "allstubs", 2),
        ("all", "full", 8),
        ("all", "allstubs", 8),
        ("all", "referencepartial", 14),
    ],
)
@pytest.mark.parametrize("times", [1, 40])
def test_a_query_is_few_statements_however_much_is_around(
    hub: Hub, references: str, detail: StructureDetail, most: int, times: int
) -> None:
    flow = hub.structures.resolve(ref("Dataflow", "FOREIGN_POP", version="1.0.0", agency="DSM"), Dataflow)
    assert flow.structure
    hub.store.revise([replace(flow, id=f"COPY{n}") for n in range(times)], user="u")
    query = StructureQuery(
        artefact_types=("datastructure",), ids=(flow.structure.id,), references=(references,), detail=detail
    )
    structures = hub.structures
    with statements(hub.store) as sent:
        found = list(select(structures, query))
    assert found
    assert len(sent) <= most


# --- any graph, beside its closure in plain words ---------------------------------------------------------------------------

EDGES = st.frozensets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14)


def flows(edges: Iterable[tuple[int, int]]) -> Structures:
    """Taxonomies, each of which refers to some others."""
    return Structures(
        ReportingTaxonomy(
            id=f"N{n}",
            agency="T",
            items=tuple(
                ReportingCategory(id=f"I{to}", structural_metadata=(ref("ReportingTaxonomy", f"N{to}"),))
                for start, to in sorted(edges)
                if start == n
            ),
        )
        for n in range(6)
    )


def reached(start: int, edges: Iterable[tuple[int, int]]) -> set[int]:
    found: set[int] = set()
    while more := {to for begin, to in edges if begin in found | {start}} - found:
        found |= more
    return found - {start}


@given(edges=EDGES, start=st.integers(0, 5))
def test_references_are_the_closure_of_the_graph(edges: frozenset[tuple[int, int]], start: int) -> None:
    back = {(to, begin) for begin, to in edges}
    children, parents = ({b for a, b in pairs if a == start} - {start} for pairs in (edges, back))
    siblings = (parents | {b for a, b in edges if a in parents}) - {start}
    for keyword, expected in (
        ("children", children),
        ("descendants", reached(start, edges)),
        ("parents", parents),
        ("ancestors", reached(start, back)),
        ("parentsandsiblings", siblings),
        ("all", siblings | reached(start, edges)),
        ("reportingtaxonomy", children | parents),
    ):
        query = StructureQuery(artefact_types=("reportingtaxonomy",), ids=(f"N{start}",), references=(keyword,))
        [match, *rest] = [int(one.id[1:]) for one in select(flows(edges), query)]
        assert match == start
        assert len(rest) == len(set(rest))
        assert set(rest) == expected, keyword
