"""The least that a version has to grow by: the guidelines on semantic versioning, row by row."""

from dataclasses import replace

import pytest

from sdmx_dsm.model import (
    MAINTAINABLES,
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
    DataStructure,
    Dimension,
    Group,
    Link,
    Maintainable,
    Measure,
    ProvisionAgreement,
    Reference,
    Representation,
    TextFormat,
    ValueSelection,
    parse_version,
)
from sdmx_dsm.model.bumps import (
    MAJOR,
    MINOR,
    NONE,
    PATCH,
    RULES,
    Bump,
    minimum_bump,
    next_version,
    reasons,
    step_between,
)
from sdmx_dsm.model.words import FIELD_WORDS
from tests.helpers.schemas import concept

AREAS = Reference("Codelist", "DSM", "CL_AREA", "1.2.0")
CODED, TEXT = Representation(enumeration=AREAS), Representation(text_format=TextFormat())
A, B = Code(id="A", names={"en": "One"}), Code(id="B", names={"en": "Two"}, parent="A")


def codelist(*codes: Code, extension: CodelistExtension | None = None, **values: object) -> Codelist:
    extensions = (extension,) if extension else ()
    return Codelist(id="CL", agency="DSM", version="1.0.0", items=codes, extensions=extensions, **values)  # type: ignore[arg-type]


def extension(*members: str, **values: object) -> CodelistExtension:
    return CodelistExtension(codelist=AREAS, members=members, **values)  # type: ignore[arg-type]


def structure(
    *dimensions: Dimension, measures: tuple[Measure, ...] = (), attributes: tuple[Attribute, ...] = ()
) -> DataStructure:
    return DataStructure(
        id="DSD", agency="DSM", version="1.0.0", dimensions=dimensions, measures=measures, attributes=attributes
    )


def dimension(id: str, representation: Representation | None = CODED, version: str = "1.0.0") -> Dimension:
    return Dimension(concept=concept(id).at(version), representation=representation)


def attribute(usage: str = "optional", **values: object) -> Attribute:
    return Attribute(concept=concept("TITLE"), usage=usage, **values)  # type: ignore[arg-type]


def measure(usage: str) -> Measure:
    return Measure(concept=concept("OBS_VALUE"), usage=usage)  # type: ignore[arg-type]


def scheme(**values: object) -> ConceptScheme:
    return ConceptScheme(id="CS", agency="DSM", version="1.0.0", items=(Concept(id="SEX", **values),))  # type: ignore[arg-type]


def constraint(*values: str, key: str = "REF_AREA", **flags: bool) -> DataConstraint:
    regions = (CubeRegion(keys=(ValueSelection(id=key, values=values, **flags),)),) if values else ()
    return DataConstraint(id="C", agency="DSM", version="1.0.0", cube_regions=regions)


def keyed(*keys: tuple[tuple[str, str], ...], is_included: bool = True) -> DataConstraint:
    return replace(
        constraint(), key_sets=(DataKeySet(is_included=is_included, keys=tuple(DataKey(values=key) for key in keys)),)
    )


def flow(version: str = "1.2.0", id: str = "DSD") -> Dataflow:
    return Dataflow(id="DF", agency="DSM", version="1.0.0", structure=Reference("DataStructure", "DSM", id, version))


FREQ, SEX = dimension("FREQ"), dimension("SEX")
ONE = (("REF_AREA", "KG"),)

CASES: list[tuple[str, Maintainable, Maintainable, Bump]] = [
    ("nothing", codelist(A), codelist(A), NONE),
    ("the version itself", codelist(A), replace(codelist(A), version="2.0.0"), NONE),
    ("an annotation", codelist(A), codelist(A, annotations=(Annotation(type="NOTE"),)), NONE),
    ("an annotation of a code", codelist(A), codelist(replace(A, annotations=(Annotation(type="N"),))), NONE),
    ("a name", codelist(), codelist(names={"en": "List"}), PATCH),
    ("a description", codelist(), codelist(descriptions={"ru": "Список"}), PATCH),
    ("a link", codelist(), codelist(links=(Link(rel="about"),)), PATCH),
    ("validity", codelist(), codelist(valid_from="2024-01-01"), PATCH),
    ("a code added", codelist(A), codelist(A, B), MINOR),
    ("a code removed", codelist(A, B), codelist(A), MAJOR),
    ("a code renamed", codelist(A), codelist(replace(A, id="C")), MAJOR),
    ("a code's name", codelist(A), codelist(replace(A, names={"en": "First"})), PATCH),
    ("a code's parent", codelist(A, B), codelist(A, replace(B, parent=None)), MAJOR),
    ("another order of codes", codelist(A, B), codelist(B, A), PATCH),
    ("an extension added", codelist(), codelist(extension=extension()), MINOR),
    ("an extension removed", codelist(extension=extension()), codelist(), MAJOR),
    ("the prefix", codelist(extension=extension()), codelist(extension=extension(prefix="P_")), MAJOR),
    ("a member more", codelist(extension=extension("KG")), codelist(extension=extension("KG", "MD")), MINOR),
    ("a member less", codelist(extension=extension("KG", "MD")), codelist(extension=extension("KG")), MAJOR),
    (
        "a member left out",
        codelist(extension=extension("KG", include=False)),
        codelist(extension=extension("KG", "MD", include=False)),
        MAJOR,
    ),
    ("a dimension added", structure(FREQ), structure(FREQ, SEX), MAJOR),
    (
        "a dimension added where the structure evolves",
        replace(structure(FREQ), evolving_structure=True),
        replace(structure(FREQ, SEX), evolving_structure=True),
        MINOR,
    ),
    ("a dimension removed", structure(FREQ, SEX), structure(FREQ), MAJOR),
    ("another order of dimensions", structure(FREQ, SEX), structure(SEX, FREQ), MAJOR),
    ("the structure begins to evolve", structure(), replace(structure(), evolving_structure=True), MAJOR),
    ("the structure evolves no more", replace(structure(), evolving_structure=True), structure(), MINOR),
    ("an optional attribute", structure(), structure(attributes=(attribute(),)), MINOR),
    ("a mandatory attribute", structure(), structure(attributes=(attribute("mandatory"),)), MAJOR),
    ("an attribute removed", structure(attributes=(attribute(),)), structure(), MAJOR),
    ("an attribute becomes mandatory", structure(attributes=(attribute(),)), structure(attributes=(attribute("mandatory"),)), MAJOR),
    ("an attribute becomes optional", structure(attributes=(attribute("mandatory"),)), structure(attributes=(attribute(),)), MINOR),
    (
        "an attribute hangs elsewhere",
        structure(attributes=(attribute(),)),
        structure(attributes=(attribute(relationship="dataflow"),)),
        MAJOR,
    ),
    ("an optional measure", structure(), structure(measures=(measure("optional"),)), MINOR),
    ("a mandatory measure", structure(), structure(measures=(measure("mandatory"),)), MAJOR),
    ("a dimension of a group", *(replace(structure(FREQ, SEX), groups=(Group(id="G", dimensions=ids),)) for ids in (("FREQ",), ("FREQ", "SEX"))), MAJOR),
    ("a group", structure(FREQ), replace(structure(FREQ), groups=(Group(id="G", dimensions=("FREQ",)),)), MINOR),
    ("text becomes coded", structure(dimension("SEX", TEXT)), structure(SEX), MAJOR),
    ("codes become text", structure(SEX), structure(dimension("SEX", TEXT)), MAJOR),
    ("a representation", structure(dimension("SEX", None)), structure(SEX), MAJOR),
    ("the text format", structure(dimension("SEX", TEXT)), structure(dimension("SEX", Representation(text_format=TextFormat(max_length=3)))), MAJOR),
    (
        "a format of codes removed",
        structure(dimension("SEX", replace(CODED, text_format=TextFormat()))),
        structure(SEX),
        MINOR,
    ),
    ("more values", structure(attributes=(attribute(representation=CODED),)), structure(attributes=(attribute(representation=replace(CODED, max_occurs=None)),)), MINOR),
    ("fewer values", structure(attributes=(attribute(representation=replace(CODED, max_occurs=3)),)), structure(attributes=(attribute(representation=CODED),)), MAJOR),
    ("a concept from a newer scheme", structure(dimension("SEX")), structure(dimension("SEX", version="1.1.0")), MINOR),
    ("a concept's role", structure(SEX), structure(replace(SEX, roles=(concept("SEX"),))), MINOR),
    ("a concept's representation", scheme(), scheme(core_representation=CODED), MAJOR),
    ("the codelist of a concept", scheme(core_representation=CODED), scheme(core_representation=Representation(enumeration=AREAS.at("1.2.1"))), PATCH),
    ("a concept's ISO reference", scheme(), scheme(iso_concept=("ISO", "SEX", "S")), MINOR),
    ("another ISO reference", scheme(iso_concept=("ISO", "SEX", "S")), scheme(iso_concept=("ISO", "AGE", "S")), MAJOR),
    (
        "a category under another",
        CategoryScheme(id="CS", agency="DSM", items=(Category(id="A"), Category(id="B"))),
        CategoryScheme(id="CS", agency="DSM", items=(Category(id="A", items=(Category(id="B"),)),)),
        MAJOR,
    ),
    ("a newer structure", flow("1.2.0"), flow("1.2.1"), PATCH),
    ("a newer structure, minor", flow("1.2.0"), flow("1.3.0"), MINOR),
    ("a newer structure, major", flow("1.2.0"), flow("2.0.0"), MAJOR),
    ("an older structure", flow("1.2.0"), flow("1.1.0"), MAJOR),
    ("another structure", flow(), flow(id="OTHER"), MAJOR),
    ("late binding of patches", flow("1.2.0"), flow("1.2.0+"), PATCH),
    ("late binding of minor versions", flow("1.2.0"), flow("1.2+.0"), MINOR),
    ("late binding of all versions", flow("1.2.0"), flow("1+.2.0"), MAJOR),
    ("no late binding any more", flow("1.2+.0"), flow("1.2.0"), MINOR),
    ("any version", flow("1.2.0"), flow("*"), MAJOR),
    (
        "another provider",
        *(
            ProvisionAgreement(id="PA", agency="DSM", data_provider=Reference("DataProvider", "DSM", "DP", "1.0", id))
            for id in ("KG", "MD")
        ),
        MAJOR,
    ),
    ("one value more", constraint("KG"), constraint("KG", "MD"), MINOR),
    ("one value less", constraint("KG", "MD"), constraint("KG"), MAJOR),
    ("one value more excluded", constraint("KG", include=False), constraint("KG", "MD", include=False), MAJOR),
    ("a region", constraint(), constraint("KG"), MAJOR),
    ("no region any more", constraint("KG"), constraint(), MINOR),
    ("a key", keyed(), keyed(ONE), MINOR),
    ("an excluded key", keyed(is_included=False), keyed(ONE, is_included=False), MAJOR),
    ("what it is attached to", constraint("KG"), replace(constraint("KG"), attachment=(AREAS,)), PATCH),
]  # fmt: skip


@pytest.mark.parametrize("before, after, bump", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_least_bump_of_a_change(before: Maintainable, after: Maintainable, bump: Bump) -> None:
    assert minimum_bump(before, after) is bump


def test_every_change_has_its_own_reason() -> None:
    changed = codelist(replace(A, names={"en": "First"}), Code(id="C"))
    assert [(reason.change.kind, reason.bump.name) for reason in reasons(codelist(A, B), changed)] == [
        ("removed", "MAJOR"),
        ("changed", "PATCH"),
        ("added", "MINOR"),
    ]


def test_the_next_version_resets_what_is_behind() -> None:
    version = parse_version("1.2.3")
    assert [str(next_version(version, bump)) for bump in (PATCH, MINOR, MAJOR)] == ["1.2.4", "1.3.0", "2.0.0"]
    others = ("2.0.0", "1.3.0", "1.2.4-draft", "1.2.3")
    assert [step_between(version, parse_version(other)) for other in others] == [MAJOR, MINOR, PATCH, NONE]


def test_every_row_of_the_table_names_classes_and_fields_that_there_are() -> None:
    for rule in RULES:
        assert set(rule.classes.split()) <= {"*", *MAINTAINABLES}, rule
        named = {name for path in rule.paths.split() for name in path.split(".") if name.strip("*?")}
        assert named <= FIELD_WORDS.keys(), rule
