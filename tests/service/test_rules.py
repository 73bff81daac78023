"""The rules, one by one: which artefacts break them, and what is said then."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Annotation,
    Attribute,
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
    DataKey,
    DataKeySet,
    DataProvider,
    DataProviderScheme,
    DatePatternMap,
    Group,
    HierarchicalCode,
    Hierarchy,
    Maintainable,
    MappedValue,
    Metadataflow,
    Process,
    ProcessArtefact,
    ProcessStep,
    Reference,
    Representation,
    RepresentationMap,
    RepresentationMapping,
    StructureMap,
    Structures,
    TextFormat,
    ValueItem,
    ValueList,
    ValueSelection,
)
from sdmx_dsm.service.maintenance import review
from sdmx_dsm.service.rules import RULES
from tests.helpers.schemas import EXAMPLE, concept, example_artefacts, example_structure

PROVIDERS = DataProviderScheme(
    id="DATA_PROVIDERS", agency="DSM", version="1.0", items=(DataProvider(id="KG_STAT", names={"en": "Statistics"}),)
)
KNOWN = Structures((*example_artefacts(), PROVIDERS))


def told(
    *artefacts: Maintainable, known: Iterable[Maintainable] = KNOWN, language: str = "en"
) -> list[tuple[str, str]]:
    """The first rule that each breaks, and what is said of those that are not simply good."""
    results = review(artefacts, Structures(known))
    return [(result.rule, result.message[language]) for result in results if result.faults]


def refused(*artefacts: Maintainable, known: Iterable[Maintainable] = KNOWN) -> list[tuple[str, str]]:
    return [pair for pair in told(*artefacts, known=known) if pair[0] != "others-refused"]


def codelist(*codes: Code, id: str = "CL", version: str = "1.0", **values: object) -> Codelist:
    return Codelist(id=id, agency="DSM", version=version, items=codes, **values)  # type: ignore[arg-type]


def extending(id: str, *others: str, codes: tuple[Code, ...] = ()) -> Codelist:
    extensions = (CodelistExtension(codelist=Reference("Codelist", "DSM", other, "1.0")) for other in others)
    return codelist(*codes, id=id, extensions=tuple(extensions))


A, B, C = Code(id="A"), Code(id="B"), Code(id="C")


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert told(*example_artefacts(), PROVIDERS, known=()) == []
    assert told(example_structure()) == []


# --- inside an artefact -------------------------------------------------------------------------------------------------


def test_ids_agencies_and_versions_keep_the_grammar() -> None:
    assert told(codelist(Code(id="A B"), Code(id="ok@$-"), id="CL.1")) == [
        ("wrong-id", "Codelist DSM:CL.1(1.0): “CL.1” is no id: expected Latin letters, digits and _ @ $ -; “A B” is no id: "
         "expected Latin letters, digits and _ @ $ -.")
    ]  # fmt: skip
    assert told(replace(codelist(), agency="1DSM.MD", version="1.x")) == [
        ("wrong-id", "Codelist 1DSM.MD:CL(1.x): “1DSM.MD” is no agency: expected letters, digits, _ and -, a letter first, with "
         "points between; “1.x” is no version: expected 1.0, 1.0.0 or 1.0.0-draft.")
    ]  # fmt: skip
    assert told(ConceptScheme(id="CS", agency="DSM", items=(Concept(id="1"),))) == [
        ("wrong-id", "ConceptScheme DSM:CS(1.0): “1” is no id of a Concept: expected Latin letters, digits, _ and -, a letter first.")
    ]  # fmt: skip
    assert told(codelist(version="1.0.0.0")) == []  # as 2.1 allows
    assert told(ValueList(id="VL", agency="DSM", items=(ValueItem(id="any text, %"),))) == []


def test_ids_are_no_longer_than_an_index_and_an_address_can_hold() -> None:
    """One of a megabyte was taken, and PostgreSQL refused it with an error of its own."""
    most = "A" * 500
    assert told(Codelist(id=most, agency=most, version=f"1.0.0-{most[6:]}", items=(Code(id=most),))) == []
    long = f"{most}B"
    for artefact in (
        codelist(id=long),
        replace(codelist(), agency=long),
        codelist(version=f"1.0.0-{most}"),
        codelist(Code(id=long)),
    ):
        ((rule, message),) = told(artefact)
        assert rule == "wrong-id"
        assert " characters: expected at most 500." in message
    nested: tuple[Category, ...] = ()
    for _ in range(5):
        nested = (Category(id=most, items=nested),)
    ((rule, message),) = told(CategoryScheme(id="CS", agency="DSM", items=nested))
    assert message.endswith(
        "AAA…” has 2003 characters: expected at most 2000; “AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…” has 2504 characters: expected at most 2000."
    )


def test_schemes_of_organisations_have_the_identity_that_the_standard_gives_them() -> None:
    assert told(replace(PROVIDERS, id="PROVIDERS", version="1.0.0")) == [
        (
            "fixed-identity",
            "DataProviderScheme DSM:PROVIDERS(1.0.0): every agency's DataProviderScheme is DATA_PROVIDERS(1.0).",
        )
    ]
    assert told(PROVIDERS) == []


def test_an_artefact_comes_once_in_a_message_and_an_id_once_among_its_siblings() -> None:
    twice = codelist(A, B, A)
    assert told(twice, twice) == [
        ("duplicate", "Codelist DSM:CL(1.0): A comes 2 times."),
        ("duplicate", "Codelist DSM:CL(1.0): comes more than once in the message."),
    ]
    inner = Category(id="B", items=(Category(id="A"), Category(id="A")))
    assert told(CategoryScheme(id="CS", agency="DSM", items=(Category(id="A"), inner))) == [
        ("duplicate", "CategoryScheme DSM:CS(1.0): B.A comes 2 times.")
    ]
    structure = replace(example_structure(), version="1.0", attributes=(Attribute(concept=concept("SEX")),))
    assert told(structure) == [("duplicate", "DataStructure DSM:EXAMPLE(1.0): SEX comes 2 times.")]


def test_what_needs_no_id_may_go_without_more_than_once() -> None:
    """Two date patterns of a structure map without ids, as the schemas allow, were told to be one and to have a wrong one."""
    patterns = tuple(
        DatePatternMap(source_pattern=pattern, locale="en", target_frequency_id="A") for pattern in ("yyyy", "yy")
    )
    artefact = StructureMap(id="MAP", agency="DSM", date_pattern_maps=patterns)
    assert [rule for rule, _ in told(artefact) if rule in ("duplicate", "wrong-id")] == []


def test_a_parent_is_an_item_of_the_scheme() -> None:
    orphan = codelist(A, Code(id="X", parent="Z"))
    assert told(orphan) == [("missing-parent", "Codelist DSM:CL(1.0): the parent Z of X is no item of it.")]
    assert told(orphan, language="ru") == [
        ("missing-parent", "Codelist DSM:CL(1.0): родитель Z элемента X отсутствует.")
    ]
    assert told(replace(orphan, is_partial=True)) == []
    inherits = extending("CL_MORE", "CL", codes=(Code(id="X", parent="A"),))
    assert told(inherits, codelist(A)) == []


def test_parents_do_not_go_round_in_a_circle() -> None:
    circle = codelist(
        Code(id="A", parent="C"), Code(id="B", parent="A"), Code(id="C", parent="B"), Code(id="D", parent="A")
    )
    assert told(circle) == [("cycle", "Codelist DSM:CL(1.0): the parents of A, C, B go round in a circle.")]


def test_a_code_does_not_stand_below_itself_in_a_hierarchy() -> None:
    code = Reference("Code", "DSM", "CL_AREA", "1.0.0", "KG")
    inner = HierarchicalCode(id="2", code=replace(code, item="TJ"), items=(HierarchicalCode(id="3", code=code),))
    hierarchy = Hierarchy(id="H", agency="DSM", items=(HierarchicalCode(id="1", code=code, items=(inner,)),))
    assert told(hierarchy) == [("cycle", "Hierarchy DSM:H(1.0): 3 stands below its own code.")]


def test_groups_and_relationships_name_components() -> None:
    structure = replace(
        example_structure(),
        version="1.0",
        groups=(Group(id="Sibling", dimensions=("REF_AREA", "NOTHING")),),
        attributes=(
            Attribute(concept=concept("TITLE"), relationship="group", group="Other"),
            Attribute(concept=concept("COVERAGE"), relationship="dimensions", dimensions=("REF_AREA", "OBS_VALUE")),
            Attribute(concept=concept("COMMENT_OBS"), measures=("OBS_VALUE", "OBS_COUNT")),
        ),
    )
    assert told(structure) == [
        ("missing-component", "DataStructure DSM:EXAMPLE(1.0): the group Sibling names NOTHING, which is not there; the attribute "
         "TITLE names Other, which is not there; the attribute COVERAGE names OBS_VALUE, which is not there; the attribute "
         "COMMENT_OBS names OBS_COUNT, which is not there.")
    ]  # fmt: skip


# --- references -----------------------------------------------------------------------------------------------------------


def test_references_lead_to_what_is_there_in_the_message_or_in_the_registry() -> None:
    agreement = example_artefacts()[-1]
    assert told(agreement, known=[PROVIDERS]) == [
        (
            "missing-reference",
            "ProvisionAgreement DSM:EXAMPLE_KG(1.0.0): dataflow: there is no Dataflow DSM:EXAMPLE(1.0.0).",
        )
    ]
    assert told(agreement, known=[PROVIDERS], language="ru") == [
        (
            "missing-reference",
            "ProvisionAgreement DSM:EXAMPLE_KG(1.0.0): поток данных: нет Dataflow DSM:EXAMPLE(1.0.0).",
        )
    ]
    assert told(agreement, *example_artefacts()[:-1], known=[PROVIDERS]) == []


def test_references_lead_to_items_that_there_are() -> None:
    structure = example_structure()
    other = replace(structure, version="1.0", attributes=(Attribute(concept=concept("NOTHING")),))
    assert told(other) == [
        ("missing-reference", "DataStructure DSM:EXAMPLE(1.0): attribute NOTHING, concept: ConceptScheme DSM:CS_EXAMPLE(1.0.0) has no "
         "NOTHING.")
    ]  # fmt: skip
    partial = replace(PROVIDERS, items=(), is_partial=True)
    assert refused(*example_artefacts(), known=[partial]) == []
    code = Reference("Code", "DSM", "CL_MORE", "1.0", "A")
    hierarchy = Hierarchy(id="H", agency="DSM", items=(HierarchicalCode(id="1", code=code),))
    assert told(hierarchy, extending("CL_MORE", "CL"), codelist(A)) == []  # an inherited code


def test_components_and_inner_items_may_be_referred_to() -> None:
    dimension = Reference("Dimension", "DSM", "EXAMPLE", "1.0.0", "SEX")
    scheme = CategoryScheme(id="CS", agency="DSM", items=(Category(id="1", items=(Category(id="2"),)),))
    objects = (dimension, replace(dimension, item="AGE"), Reference("Category", "DSM", "CS", "1.0", "1.2"))
    steps = (ProcessStep(id="S", inputs=tuple(ProcessArtefact(object=one) for one in objects)),)
    assert refused(Process(id="P", agency="DSM", items=steps), scheme) == [
        (
            "missing-reference",
            "Process DSM:P(1.0): process step S, input DSM:EXAMPLE.AGE, object: DataStructure DSM:EXAMPLE(1.0.0) has no AGE.",
        )
    ]


def test_late_bound_references_find_stable_versions_and_drafts_those_of_drafts() -> None:
    draft = replace(example_structure(), id="NEW", version="1.0.0-draft")
    flow = Dataflow(
        id="DF", agency="DSM", version="1.0.0", structure=Reference("DataStructure", "DSM", "NEW", "1.0+.0")
    )
    assert told(flow, known=(*KNOWN, draft)) == [
        ("missing-reference", "Dataflow DSM:DF(1.0.0): structure: there is no DataStructure DSM:NEW(1.0+.0).")
    ]
    # of a draft 1.0.0 itself there is nothing yet, but 1.1.0-draft is newer than 1.0.0
    assert told(replace(flow, version="1.0.0-draft"), known=(*KNOWN, replace(draft, version="1.1.0-draft"))) == []


def test_what_is_kept_elsewhere_is_not_checked() -> None:
    stub = Dataflow(
        id="DF", agency="XX", structure=Reference("DataStructure", "XX", "DSD", "1.0"), is_external_reference=True
    )
    assert told(stub) == []
    target = Reference("Dataflow", "*", "*", "*")
    assert told(Metadataflow(id="MDF", agency="DSM", targets=(target,))) == []


def test_targets_of_metadata_may_be_any_item_of_what_is_there() -> None:
    flow = Metadataflow(id="MDF", agency="DSM", targets=(Reference("Code", "DSM", "CL", "1.0", "*"),))
    assert told(flow, known=(codelist(),)) == []
    assert told(flow, known=()) == [
        ("missing-reference", "Metadataflow DSM:MDF(1.0): target DSM:CL.*: there is no Codelist DSM:CL(1.0).")
    ]


def test_semantic_versions_refer_to_semantic_versions() -> None:
    legacy = replace(example_structure(), version="1.0")
    flow = Dataflow(id="DF", agency="DSM", version="1.0.0", structure=legacy.reference)
    assert refused(flow, legacy) == [
        ("version-reference", "Dataflow DSM:DF(1.0.0): structure: DSM:EXAMPLE(1.0) has no version of three parts, and what has one "
         "refers to such alone.")
    ]  # fmt: skip
    assert told(replace(flow, version="1.0"), legacy) == []


def test_codelists_do_not_extend_themselves() -> None:
    assert told(extending("CL", "CL")) == [("cycle", "Codelist DSM:CL(1.0): it extends itself.")]
    assert told(extending("CL_A", "CL_B"), extending("CL_B", "CL_C"), extending("CL_C", "CL_A"))[0] == (
        "cycle",
        "Codelist DSM:CL_A(1.0): it refers to itself: Codelist DSM:CL_A(1.0), Codelist DSM:CL_B(1.0), Codelist DSM:CL_C(1.0), "
        "Codelist DSM:CL_A(1.0).",
    )
    stored = (extending("CL_B", "CL_C"), extending("CL_C", "CL_A"), codelist(A, id="CL_A"))
    assert told(extending("CL_A", "CL_B"), known=stored)[0][0] == "cycle"
    assert told(extending("CL_A", "CL_B"), codelist(A, id="CL_C"), known=stored) == []


def test_processes_may_name_each_other() -> None:
    def process(id: str, other: str) -> Process:
        step = ProcessStep(id="S", inputs=(ProcessArtefact(object=Reference("Process", "DSM", other, "1.0")),))
        return Process(id=id, agency="DSM", items=(step,))

    assert told(process("P", "Q"), process("Q", "P")) == []


# --- constraints ------------------------------------------------------------------------------------------------------------


def constraint(*selections: ValueSelection, keys: tuple[DataKey, ...] = ()) -> DataConstraint:
    return DataConstraint(
        id="C",
        agency="DSM",
        attachment=(EXAMPLE,),
        cube_regions=(CubeRegion(keys=selections),) if selections else (),
        key_sets=(DataKeySet(keys=keys),) if keys else (),
    )


def test_a_constraint_names_components_and_codes_that_there_are() -> None:
    selections = (
        ValueSelection(id="REF_AREA", values=("KG", "K%", "XX", "YY")),
        ValueSelection(id="AGE", values=("Y1",)),
    )
    assert told(constraint(*selections)) == [
        ("missing-value", "DataConstraint DSM:C(1.0): Codelist DSM:CL_AREA(1.0.0), the codes of REF_AREA, has no XX, YY; Dataflow "
         "DSM:EXAMPLE(1.0.0) has no component AGE.")
    ]  # fmt: skip
    key = DataKey(values=(("FREQ", "A"), ("SEX", "X")))
    assert told(constraint(keys=(key,))) == [
        ("missing-value", "DataConstraint DSM:C(1.0): Codelist DSM:CL_SEX(1.0.0), the codes of SEX, has no X.")
    ]
    assert told(constraint(ValueSelection(id="AGE", values=("Y1",))), language="ru") == [
        ("missing-component", "DataConstraint DSM:C(1.0): в Dataflow DSM:EXAMPLE(1.0.0) нет компонента AGE.")
    ]


# --- versions ---------------------------------------------------------------------------------------------------------------


def test_a_stable_version_does_not_change() -> None:
    stored = codelist(A, B, version="1.2.0")
    changed = codelist(A, version="1.2.0", names={"en": "List"})
    assert told(changed, known=[stored]) == [
        ("stable-version", "Codelist DSM:CL(1.2.0): 1.2.0 is stable and can't change; a major change (code B: removed) needs "
         "version 2.0.0.")
    ]  # fmt: skip
    assert told(changed, known=[stored, codelist(A, B, version="2.0.0")], language="ru") == [
        ("stable-version", "Codelist DSM:CL(1.2.0): версия 1.2.0 стабильна и не меняется; для изменения уровня MAJOR (код B: удалено) "
         "нужна версия 3.0.0.")
    ]  # fmt: skip


def test_annotations_of_a_stable_version_may_change() -> None:
    stored = codelist(A, version="1.2.0")
    assert told(replace(stored, annotations=(Annotation(type="NOTE"),)), known=[stored]) == []


@pytest.mark.parametrize("version", ["1.0", "2", "0.9.0", "1.0.0-draft"])
def test_other_versions_change_as_their_maintainer_likes(version: str) -> None:
    assert told(codelist(C, version=version), known=[codelist(A, B, version=version)]) == []


def test_a_new_version_is_as_far_from_the_last_as_its_changes_ask_for() -> None:
    known = [codelist(A, B, version="1.2.0"), codelist(A, version="0.9.0")]
    assert told(codelist(A, B, C, version="1.2.1"), known=known) == [
        ("version-step", "Codelist DSM:CL(1.2.1): from 1.2.0 to 1.2.1 no more than a patch change is allowed, and this is a minor one "
         "(code C: added): use 1.3.0.")
    ]  # fmt: skip
    assert told(codelist(A, version="1.3.0-draft"), known=known, language="ru") == [
        ("version-step", "Codelist DSM:CL(1.3.0-draft): от 1.2.0 до 1.3.0-draft допустимо изменение не выше уровня MINOR, а это MAJOR "
         "(код B: удалено): нужна версия 2.0.0-draft.")
    ]  # fmt: skip
    for version in ("1.3.0", "2.0.0", "1.3.0-draft"):
        assert told(codelist(A, B, C, version=version), known=known) == []
    assert told(codelist(A, version="2.0.0-draft"), known=known) == []
    # between versions that there are, the one below counts
    assert told(codelist(A, B, version="1.2.1"), known=[*known, codelist(A, version="2.0.0")]) == []


def test_a_draft_is_held_against_the_last_stable_version_and_not_against_itself() -> None:
    known = [codelist(A, version="1.0.0"), codelist(A, B, version="1.1.0-draft")]
    assert told(codelist(A, C, version="1.1.0-draft"), known=known) == []


def test_numbers_that_are_left_out_are_a_warning() -> None:
    (result,) = review([codelist(A, B, version="1.2.5")], Structures([codelist(A, version="1.0.0")]))
    assert (result.status, result.message["en"]) == (
        "Warning",
        "Codelist DSM:CL(1.2.5): added; what stands behind the part that grew begins with 0: after 1.0.0 comes 1.1.0.",
    )


# --- others -----------------------------------------------------------------------------------------------------------------


def test_who_refers_to_what_would_be_gone_is_named() -> None:
    areas = codelist(A, B, id="CL_X")
    hierarchy = Hierarchy(
        id="H", agency="DSM", items=(HierarchicalCode(id="1", code=Reference("Code", "DSM", "CL_X", "1.0", "B")),)
    )
    assert told(replace(areas, items=(A,)), known=[areas, hierarchy]) == [
        ("referenced", "Codelist DSM:CL_X(1.0): Hierarchy DSM:H(1.0) refers to it (hierarchical code 1, code: Codelist DSM:CL_X(1.0) "
         "has no B).")
    ]  # fmt: skip
    assert told(replace(areas, items=(A,)), known=[areas, hierarchy], language="ru") == [
        ("referenced", "Codelist DSM:CL_X(1.0): на него ссылается Hierarchy DSM:H(1.0) (код иерархии 1, код: в Codelist DSM:CL_X(1.0) "
         "нет B).")
    ]  # fmt: skip
    # not when the one that refers to it comes along
    assert told(replace(areas, items=(A,)), replace(hierarchy, items=()), known=[areas, hierarchy]) == []


def test_a_constraint_far_above_keeps_a_code() -> None:
    areas = Codelist(id="CL_AREA", agency="DSM", version="1.1.0", items=(Code(id="TJ"),))
    kept = constraint(ValueSelection(id="REF_AREA", values=("KG",)))
    # The structure binds late to 1.0+.0: a new version that loses codes is what it would find.
    assert [rule for rule, _ in told(areas, known=(*KNOWN, kept))] == ["version-step"]
    legacy = replace(areas, version="1.1.0-draft")
    assert [rule for rule, _ in told(legacy, known=(*KNOWN, kept))] == ["version-step"]
    assert "referenced" in {
        fault.rule for result in review([areas], Structures((*KNOWN, kept))) for fault in result.faults
    }
    assert "referenced" not in {
        fault.rule for result in review([legacy], Structures((*KNOWN, kept))) for fault in result.faults
    }


def test_every_rule_says_what_breaking_it_means() -> None:
    assert all(meaning.endswith(".") for meaning in RULES.values())


# --- agencies -----------------------------------------------------------------------------------------------------------


def agencies(*ids: str, agency: str = "SDMX", **values: object) -> AgencyScheme:
    return AgencyScheme(id="AGENCIES", agency=agency, items=tuple(Agency(id=id) for id in ids), **values)  # type: ignore[arg-type]


def of(agency: str, id: str = "CL") -> Codelist:
    return replace(codelist(id=id), agency=agency)


def test_artefacts_have_agencies_that_the_schemes_of_agencies_name() -> None:
    known = [agencies("DSM"), agencies("MD", agency="DSM")]
    assert told(of("DSM"), of("DSM.MD"), of("SDMX"), known=known) == []
    assert refused(of("X"), of("DSM.RU"), of("X.MD"), agencies("A", agency="Y"), known=known) == [
        ("unknown-agency", "Codelist X:CL(1.0): AgencyScheme SDMX:AGENCIES(1.0) has no X: add the agency there, before or in the "
         "same message."),
        ("unknown-agency", "Codelist DSM.RU:CL(1.0): AgencyScheme DSM:AGENCIES(1.0) has no DSM.RU: add the agency there, before or "
         "in the same message."),
        ("unknown-agency", "Codelist X.MD:CL(1.0): AgencyScheme X:AGENCIES(1.0) has no X.MD: add the agency there, before or in the "
         "same message."),
        ("unknown-agency", "AgencyScheme Y:AGENCIES(1.0): AgencyScheme SDMX:AGENCIES(1.0) has no Y: add the agency there, before or "
         "in the same message."),
    ]  # fmt: skip


def test_agencies_may_come_with_their_artefacts() -> None:
    assert told(of("DSM.MD"), agencies("MD", agency="DSM"), agencies("DSM"), known=()) == []


def test_nothing_is_asked_of_agencies_before_there_are_any() -> None:
    assert told(of("X"), agencies("MD", agency="DSM"), known=()) == []
    assert told(of("X"), known=[agencies("DSM", is_partial=True)]) == []


def test_what_is_there_of_unknown_agencies_may_change() -> None:
    assert told(replace(of("X"), names={"en": "X"}), known=[agencies("DSM"), of("X")]) == []


def test_agencies_stay_that_own_artefacts() -> None:
    known = [agencies("DSM", "ESTAT"), agencies("MD", "RU", agency="DSM"), of("DSM.MD")]
    assert told(agencies("DSM"), agencies("MD", agency="DSM"), known=known) == []
    assert told(agencies("RU", agency="DSM"), known=known) == [
        ("unknown-agency", "AgencyScheme DSM:AGENCIES(1.0): DSM.MD would be no agency any more, and has Codelist DSM.MD:CL(1.0).")
    ]  # fmt: skip
    ((rule, message),) = told(agencies("ESTAT"), known=known)
    assert (rule, "DSM would be no agency any more, and has AgencyScheme DSM:AGENCIES(1.0)" in message) == (
        "unknown-agency", True,
    )  # fmt: skip


# --- regular expressions ------------------------------------------------------------------------------------------------


LOOKING_AROUND = "(?=A)B"


def pattern_of(pattern: str) -> ConceptScheme:
    representation = Representation(text_format=TextFormat(pattern=pattern))
    return ConceptScheme(id="CS", agency="DSM", items=(Concept(id="C", core_representation=representation),))


def map_of(expression: str, **values: object) -> RepresentationMap:
    mapping = RepresentationMapping(sources=(MappedValue(value=expression, **values),), targets=("X",))  # type: ignore[arg-type]
    return RepresentationMap(id="M", agency="DSM", sources=("String",), targets=("String",), mappings=(mapping,))


@pytest.mark.parametrize("pattern", ["[A-Z]{2}", r"\i\c*", "[a-z-[aeiou]]+", "^[0-9]+$", r"\p{Lu}"])
def test_patterns_that_can_be_run_are_taken(pattern: str) -> None:
    assert told(pattern_of(pattern)) == []


@pytest.mark.parametrize("pattern", [LOOKING_AROUND, r"(A)\1", "[A-", "(A", "*"])
def test_a_pattern_that_can_not_be_run_is_refused_with_its_place(pattern: str) -> None:
    assert told(pattern_of(pattern)) == [
        ("unusable-pattern", f"ConceptScheme DSM:CS(1.0): concept C, core representation, text format: “{pattern}” is no regular "
         "expression that can be run here.")
    ]  # fmt: skip


def test_regular_expressions_of_maps_can_be_run() -> None:
    assert told(map_of("A(.)", is_regex=True)) == []
    assert told(map_of(LOOKING_AROUND)) == []  # a text
    ((rule, message),) = told(map_of(LOOKING_AROUND, is_regex=True))
    assert (rule, f"“{LOOKING_AROUND}” is no regular expression that can be run here." in message) == (
        "unusable-pattern", True,
    )  # fmt: skip


def test_leniently_a_pattern_that_can_not_be_run_is_a_warning() -> None:
    (result,) = review([pattern_of(LOOKING_AROUND)], Structures(), lenient=True)
    assert (result.status, result.rule) == ("Warning", "unusable-pattern")
    (result,) = review([codelist(A, A)], Structures(), lenient=True)
    assert result.status == "Failure"
