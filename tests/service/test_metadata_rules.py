"""What a metadata set reports, held against its metadata structure; what it is about, against its flow and its agreement."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sdmx_dsm.model import (
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    Maintainable,
    MetadataAttribute,
    Metadataflow,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
    Reference,
    ReportedAttribute,
    ReportStructure,
    Representation,
    TextFormat,
)
from tests.service.test_rules import told

VERSION = "1.0.0-draft"
CODES = Codelist(id="CL_KIND", agency="DSM", version=VERSION, items=(Code(id="CENSUS"), Code(id="REGISTER")))
IDS = ("KIND", "YEAR", "NOTE", "CONTACT", "EMAIL")
CONCEPTS = ConceptScheme(id="CS", agency="DSM", version=VERSION, items=tuple(Concept(id=id) for id in IDS))
TARGETS = Codelist(id="CL_TARGET", agency="DSM", version=VERSION)


def attribute(id: str, min_occurs: int | None = 0, max_occurs: int | None = 1, **facets: object) -> MetadataAttribute:
    concept = Reference("Concept", "DSM", "CS", VERSION, id)
    representation = Representation(text_format=TextFormat(**facets))  # type: ignore[arg-type]
    return MetadataAttribute(
        id=id, concept=concept, min_occurs=min_occurs, max_occurs=max_occurs, representation=representation
    )


EMAIL = attribute("EMAIL", None, pattern="[^@]+@[^@]+")
STRUCTURE = MetadataStructure(
    id="MSD",
    agency="DSM",
    version=VERSION,
    attributes=(
        replace(attribute("KIND", max_occurs=2), representation=Representation(enumeration=CODES.reference)),
        attribute("YEAR", text_type="GregorianYear"),
        attribute("NOTE", None, max_length=20, is_multilingual=True),
        replace(attribute("CONTACT", max_occurs=None), is_presentational=True, attributes=(EMAIL,)),
    ),
)
FLOW = Metadataflow(
    id="FLOW",
    agency="DSM",
    version=VERSION,
    structure=STRUCTURE.reference,
    targets=(Reference("Codelist", "DSM", "*", "*"),),
)
AGREEMENT = MetadataProvisionAgreement(id="AGREED", agency="DSM", version=VERSION, metadataflow=FLOW.reference)
NOTE = ReportedAttribute(id="NOTE", texts={"en": "Note", "ru": "Примечание"})
SET = MetadataSet(
    id="SET",
    agency="DSM",
    version=VERSION,
    metadataflow=FLOW.reference,
    targets=(TARGETS.reference,),
    attributes=(NOTE,),
)
KNOWN: tuple[Maintainable, ...] = (CODES, CONCEPTS, TARGETS, STRUCTURE, FLOW, AGREEMENT)


def one(id: str, *values: str, below: Iterable[ReportedAttribute] = (), **options: bool) -> ReportedAttribute:
    return ReportedAttribute(id=id, values=values, attributes=tuple(below), **options)


def said(
    *attributes: ReportedAttribute, language: str = "en", known: Iterable[Maintainable] = KNOWN
) -> list[tuple[str, str]]:
    """As `told`, of a set that reports these, without its name."""
    found = told(replace(SET, attributes=attributes), known=known, language=language)
    return [(rule, message.partition(": ")[2]) for rule, message in found]


def test_a_set_that_follows_its_structure_is_good() -> None:
    everything = (one("KIND", "CENSUS"), one("KIND", "REGISTER"), one("YEAR", "2024"), NOTE)
    contacts = (one("CONTACT", "", below=[one("EMAIL", "a@b")]), one("CONTACT", below=[one("EMAIL", "c@d")]))
    assert said(*everything, *contacts) == []


@pytest.mark.parametrize(
    "reported, rule, message",
    [
        ((NOTE, one("NOPE", "1")), "missing-component", "MetadataStructure DSM:MSD(1.0.0-draft) has no attribute NOPE."),
        (
            (NOTE, one("CONTACT", below=[one("EMAIL", "a@b"), one("NOTE", "1")])),
            "missing-component",
            "MetadataStructure DSM:MSD(1.0.0-draft) has no attribute CONTACT.NOTE.",
        ),
        ((one("YEAR", "2024"),), "wrong-occurrence", "NOTE is reported 0 times, expected at least 1."),
        ((one("NOTE", ""),), "wrong-occurrence", "NOTE is reported 0 times, expected at least 1."),
        ((NOTE, NOTE), "wrong-occurrence", "NOTE is reported 2 times, expected at most 1."),
        ((one("NOTE", "a", "b"),), "wrong-occurrence", "NOTE is reported 2 times, expected at most 1."),
        (
            (NOTE, one("CONTACT", below=[one("EMAIL")])),
            "wrong-occurrence",
            "CONTACT.EMAIL is reported 0 times, expected at least 1.",
        ),
        (
            (NOTE, one("KIND", "GUESS")),
            "missing-value",
            "Codelist DSM:CL_KIND(1.0.0-draft), the codes of KIND, has no GUESS.",
        ),
        (
            (NOTE, one("YEAR", "soon")),
            "wrong-value",
            "“soon” is not a period of time, as YEAR must be.",
        ),
        ((NOTE, one("YEAR", "2024-05")), "wrong-value", "“2024-05” does not fit YEAR; expected is 2024."),
        ((one("NOTE", "a" * 21),), "wrong-value", "The text of NOTE has more than 20 characters."),
        (
            (NOTE, one("CONTACT", below=[one("EMAIL", "nobody")])),
            "wrong-value",
            "“nobody” has not the form that CONTACT.EMAIL must have: [^@]+@[^@]+.",
        ),
        (
            (NOTE, one("CONTACT", "me", below=[one("EMAIL", "a@b")])),
            "wrong-value",
            "CONTACT has a value, and it only holds other attributes.",
        ),
    ],
)  # fmt: skip
def test_a_set_keeps_to_its_structure(reported: tuple[ReportedAttribute, ...], rule: str, message: str) -> None:
    assert said(*reported) == [(rule, message)]


def test_what_is_wrong_is_said_in_russian() -> None:
    assert said(one("NOPE"), one("KIND", "GUESS"), one("YEAR", "2024-05"), language="ru") == [
        (
            "missing-component",
            "в MetadataStructure DSM:MSD(1.0.0-draft) нет атрибута NOPE; в Codelist DSM:CL_KIND(1.0.0-draft), кодах KIND, нет GUESS; "
            "«2024-05» не подходит для компонента YEAR; ожидается 2024; NOTE указан раз: 0, ожидается не меньше 1.",
        )
    ]


def test_a_text_that_is_said_to_be_xhtml_is_that() -> None:
    """It was taken, and every answer in XML that had to hold it was refused."""
    broken = one("NOTE", "<p xmlns='http://www.w3.org/1999/xhtml'>a<br>", is_structured=True)
    ((rule, message),) = said(broken, known=(*KNOWN, replace(STRUCTURE, attributes=(attribute("NOTE"),))))
    assert rule == "wrong-value"
    assert message.startswith("NOTE: A text that is said to be XHTML is not: Opening and ending tag mismatch")


def test_a_set_is_about_what_its_flow_and_its_agreement_are_for() -> None:
    structures = replace(SET, targets=(STRUCTURE.reference,))
    assert told(structures, known=KNOWN) == [
        (
            "wrong-target",
            "MetadataSet DSM:SET(1.0.0-draft): it is about MetadataStructure DSM:MSD(1.0.0-draft), and "
            "Metadataflow DSM:FLOW(1.0.0-draft) is not for that.",
        )
    ]
    agreed = replace(SET, metadataflow=None, metadata_provision_agreement=AGREEMENT.reference)
    narrow = replace(AGREEMENT, targets=(Reference("Codelist", "DSM", "CL_KIND", "1.0+"),))
    assert told(agreed, known=KNOWN) == []
    assert [rule for rule, _ in told(agreed, known=(*KNOWN, narrow))] == ["wrong-target"]
    whole = replace(AGREEMENT, targets=(Reference("codelist.Any", "*", "*", "*"),))
    assert told(agreed, known=(*KNOWN, whole)) == []


def test_a_set_under_a_structure_of_sdmx_21_fits_one_of_its_reports() -> None:
    reports = (
        ReportStructure(id="A", attributes=STRUCTURE.attributes),
        ReportStructure(id="B", attributes=(attribute("YEAR", None),)),
    )
    old = replace(STRUCTURE, attributes=(), report_structures=reports)
    assert said(NOTE, known=(*KNOWN, old)) == said(one("YEAR", "2024"), known=(*KNOWN, old)) == []
    assert said(NOTE, one("NOPE"), known=(*KNOWN, old)) == [
        ("missing-component", "MetadataStructure DSM:MSD(1.0.0-draft) has no attribute NOPE.")
    ]


def test_a_code_that_a_set_reports_stays() -> None:
    held = replace(SET, attributes=(NOTE, one("KIND", "CENSUS")))
    less = replace(CODES, items=CODES.items[1:])
    assert told(less, known=(*KNOWN, held)) == [
        (
            "referenced",
            "Codelist DSM:CL_KIND(1.0.0-draft): MetadataSet DSM:SET(1.0.0-draft) refers to it (Codelist DSM:CL_KIND(1.0.0-draft), "
            "the codes of KIND, has no CENSUS).",
        )
    ]
