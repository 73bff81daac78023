"""Forms that are valid and that few write: they mean what the usual ones mean."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from sdmx_dsm.model import (
    Categorisation,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    DatePatternMap,
    HybridCodelistMap,
    ItemAssociation,
    Level,
    Reference,
    Representation,
    StructureMap,
    Structures,
    StructureSet,
    TextFormat,
)
from tests.formats.structures.checks import read, schema_errors, written
from tests.formats.structures.examples import CODELIST, EXAMPLES, HIERARCHICAL, HIERARCHY, NAMES, code, kept
from tests.helpers.schemas import example_artefacts

ML = ("ml21", "ml30", "ml31")
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
PADDED = "isFinal isPartial isExternalReference uri maxLength isIncluded hasFormalLevels".split()


@cache
def everything(syntax: str) -> str:
    """A message with all that the examples say in a syntax."""
    examples = (artefact for artefact, syntaxes in EXAMPLES if syntax in syntaxes)
    named = [replace(artefact, id=f"X{number}") for number, artefact in enumerate(examples)]
    own = [artefact for artefact in example_artefacts() if syntax != "ml21" or artefact.id != "RICH"]
    return written(syntax, *named, *own, structures=Structures(own)).decode()


def without_prefix(text: str) -> str:
    text = text.replace("xmlns:structure=", "xmlns=").replace("<Ref ", '<Ref xmlns="" ')
    return re.sub(r"(</?)structure:", r"\1", text)


def within_names(text: str, inserted: str) -> str:
    """`inserted` behind the first letter of each name."""
    return re.sub(r"(<common:Name [^>]*>.)", rf"\1{inserted}", text)


FORMS: dict[str, Callable[[str], str]] = {
    "other prefixes": lambda text: re.sub(r"(</?|xmlns:)(structure|common|message)\b", r"\1my-\2", text),
    "a default namespace": without_prefix,
    "comments": lambda text: within_names(text, "<!-- <a/> --><!-- -->"),
    "processing instructions": lambda text: within_names(text, "<?a b?>"),
    "character data": lambda text: re.sub(r"(<common:Name [^>]*>)([^<]+)(</)", r"\1<![CDATA[\2]]>\3", text),
    "characters by number": lambda text: text.replace("Название", "&#1053;&#x430;звание"),
    "blanks around values": lambda text: re.sub(rf' ({"|".join(PADDED)})="([^"]*)"', ' \\1="\n \\2 "', text),
    "numbers for true and false": lambda text: text.replace('="true"', '="1"').replace('="false"', '="0"'),
    "no indents": lambda text: re.sub(r">\s+<", "><", text),
    "lines that end as in Windows": lambda text: text.replace("\n", "\r\n"),
    "places of schemas": lambda text: text.replace("Structure xmlns", f'Structure {XSI} xsi:schemaLocation="u u.xsd" xmlns', 1),
}  # fmt: skip
ENCODINGS = {
    "UTF-8 with a mark": ("utf-8-sig", "UTF-8"),
    "UTF-16": ("utf-16", "UTF-16"),
    "UTF-16 without a mark": ("utf-16-be", "UTF-16BE"),
    "windows-1251": ("windows-1251", "windows-1251"),
    "no word of it": ("utf-8", ""),
}


@pytest.mark.parametrize("syntax", ML)
@pytest.mark.parametrize("form", FORMS)
def test_a_valid_form_means_what_the_usual_one_means(form, syntax, tmp_path):
    usual = everything(syntax)
    respelt = FORMS[form](usual)
    assert respelt != usual
    assert schema_errors(syntax, respelt.encode()) == []
    assert read(syntax, respelt.encode(), tmp_path) == read(syntax, usual.encode(), tmp_path)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_message_may_have_any_encoding(encoding, tmp_path):
    codec, name = ENCODINGS[encoding]
    usual = everything("ml30").replace("…", "...")
    declared = f'encoding="{name}"' if name else ""
    message = usual.replace('encoding="UTF-8"', declared).encode(codec)
    assert read("ml30", message, tmp_path) == read("ml30", usual.encode(), tmp_path)


@pytest.mark.parametrize("syntax", ML)
def test_attributes_of_others_say_nothing(syntax, tmp_path):
    usual = everything(syntax)
    noted = re.sub(r"<([a-z]+:[A-Za-z]+|Ref|URN)\b", r'<\1 xmlns:o="urn:others" o:note="1"', usual)
    assert read(syntax, noted.encode(), tmp_path) == read(syntax, usual.encode(), tmp_path)


@pytest.mark.parametrize("language", ["en-GB", "EN", "zh-Hant-TW", "sr-Cyrl-RS", "x-own", "i-default"])
@pytest.mark.parametrize("syntax", [*ML, "json20", "json21"])
def test_languages_stay_as_they_are_written(language, syntax, tmp_path):
    codelist = Codelist(
        id="CL", agency="DSM", names={"ru": "Б", language: "B"}, items=(Code(id="A", names={language: "A"}),)
    )
    message = written(syntax, codelist)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (codelist,)


# --- references of 2.1 ----------------------------------------------------------------------------------------------------

REF = re.compile(r'<Ref agencyID="([^"]+)" id="([^"]+)" version="([^"]+)" class="([^"]+)" package="([^"]+)"/>')
URN = r"<URN>urn:sdmx:org.sdmx.infomodel.\5.\4=\1:\2(\3)</URN>"


@pytest.mark.parametrize("form", [URN, rf"\g<0>{URN}", URN.replace("URN>urn", "URN>\n  urn").replace(")</", ") </")])
def test_a_reference_may_be_a_urn_or_have_one_beside_it(form, tmp_path):
    usual = everything("ml21")
    respelt = REF.sub(form, usual)
    assert respelt.count("<URN>") > 20
    assert schema_errors("ml21", respelt.encode()) == []
    assert read("ml21", respelt.encode(), tmp_path) == read("ml21", usual.encode(), tmp_path)


def test_a_reference_need_not_say_what_its_place_says(tmp_path):
    usual = everything("ml21")
    place = r'(<structure:(?:ConceptIdentity|Structure)>\s*<Ref [^>]*) class="[^"]*" package="[^"]*"/>'
    shorter, places = re.subn(place, r"\1/>", usual)
    assert places > 20
    assert schema_errors("ml21", shorter.encode()) == []
    assert read("ml21", shorter.encode(), tmp_path) == read("ml21", usual.encode(), tmp_path)


def test_a_local_reference_may_be_a_urn(tmp_path):
    """URNs were refused in the maps of structure sets."""
    usual = everything("ml21")
    head = "<URN>urn:sdmx:org.sdmx.infomodel.codelist.Code=DSM:CL_AREA(1.0)."
    maps = r'(<structure:HybridCodeMap>.*?<structure:Target>\s*)<Ref id="(\w+)"/>'
    respelt, places = re.subn(maps, rf"\1{head}\2</URN>", usual, flags=re.DOTALL)
    assert places == 1
    assert schema_errors("ml21", respelt.encode()) == []
    assert read("ml21", respelt.encode(), tmp_path) == read("ml21", usual.encode(), tmp_path)


def test_a_step_within_a_step_may_be_named_by_its_container(tmp_path):
    """The container was lost."""
    usual = everything("ml21")
    respelt = usual.replace('<Ref id="CHECK.INNER"/>', '<Ref containerID="CHECK" id="INNER"/>')
    assert respelt != usual
    assert read("ml21", respelt.encode(), tmp_path) == read("ml21", usual.encode(), tmp_path)


def test_an_attribute_is_called_so_in_a_reference_of_21(tmp_path):
    """It was called DataAttribute, as in its URN, which the schema refuses."""
    attribute = Reference("DataAttribute", "DSM", "DS", "1.0", "NOTE")
    category = Reference("Category", "DSM", "TOPICS", "1.0", "A")
    held = kept(Categorisation, source=attribute, target=category)
    message = written("ml21", held)
    assert schema_errors("ml21", message) == []
    assert b'class="Attribute"' in message
    assert read("ml21", message, tmp_path)[1] == (held,)


# --- what is left out -----------------------------------------------------------------------------------------------------


CODED = TextFormat(text_type="", max_length=3)
AREAS = Representation(enumeration=Reference("Codelist", "DSM", "CL_AREA", "1.0"), text_format=CODED)
CONCEPTS = kept(ConceptScheme, items=(Concept(id="A", names=NAMES, core_representation=AREAS),))
LEVELS = replace(HIERARCHY, level=Level(id="REGIONS", names=NAMES, coding_format=CODED), items=(code("KG"),))


@pytest.mark.parametrize(
    "syntax, held",
    [
        *((syntax, CONCEPTS) for syntax in (*ML, "json10", "json20", "json21")),
        *((syntax, LEVELS) for syntax in ("ml30", "ml31", "json20", "json21")),
    ],
)
def test_a_format_of_codes_need_not_name_a_type(syntax, held, tmp_path):
    """It became String, which the schemas don't let the format of levels be."""
    message = written(syntax, held)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (held,)


@pytest.mark.parametrize("syntax", ["ml30", "ml31", "json20", "json21"])
def test_what_has_no_id_has_no_urn(syntax, tmp_path):
    """It had one that ended in a point, which the schemas refuse."""
    pattern = DatePatternMap(
        source_pattern="yyyy", locale="en", frequency_dimension="FREQ", mapped_components=(("A", "B"),)
    )
    held = kept(
        StructureMap,
        source=Reference("DataStructure", "DSM", "A", "1.0"),
        target=Reference("DataStructure", "DSM", "B", "1.0"),
        date_pattern_maps=(pattern,),
    )
    message = written(syntax, held)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[1] == (held,)


def test_a_map_of_a_hierarchical_codelist_need_not_name_a_hierarchy(tmp_path):
    """It was an incident to write one in SDMX-JSON 1.0."""
    pair = ItemAssociation(source="A", target="B")
    codes = HybridCodelistMap(id="M", names=NAMES, source=HIERARCHICAL, target=CODELIST, associations=(pair,))
    held = kept(StructureSet, hybrid_codelist_maps=(codes,))
    for syntax in ("ml21", "json10"):
        message = written(syntax, held)
        assert schema_errors(syntax, message) == []
        assert read(syntax, message, tmp_path)[1] == (held,)
