"""What looks like nothing said, and is something."""

from dataclasses import replace

import pytest

from sdmx_dsm.model import Annotation, Code, Codelist, MappedValue, Reference, RepresentationMap, RepresentationMapping
from tests.formats.structures.checks import one, read, schema_errors, written

NAMES = {"en": "A name"}
CODES = Codelist(id="CL", agency="DSM", version="1.0.0", names=NAMES, items=(Code(id="A", names=NAMES),))


def test_version_of_three_parts_is_not_final_in_21_where_it_does_not_say_so(tmp_path):
    message = written("ml21", CODES).replace(b' isFinal="true"', b"")
    _, (artefact,) = read("ml21", message, tmp_path)
    assert one(written("ml21", artefact), "Codelist").get("isFinal", "false") == "false"
    assert one(written("ml30", artefact), "Codelist")["version"] == "1.0.0"


@pytest.mark.parametrize("syntax", ["ml30", "ml31", "json20", "json21"])
def test_index_of_zero_is_said(syntax, tmp_path):
    list_of = Reference("Codelist", "DSM", "CL", "1.0.0")
    mapping = RepresentationMapping(sources=(MappedValue(value="A", start_index=0, end_index=1),), targets=("B",))
    artefact = RepresentationMap(
        id="MAP",
        agency="DSM",
        version="1.0.0",
        names=NAMES,
        sources=(list_of,),
        targets=(list_of,),
        mappings=(mapping,),
    )
    assert read(syntax, written(syntax, artefact), tmp_path)[1] == (artefact,)


@pytest.mark.parametrize("syntax", ["json10", "json20", "json21"])
def test_empty_address_of_an_annotation_is_no_link(syntax):
    message = written(syntax, replace(CODES, annotations=(Annotation(title="T", url=""),)))
    assert schema_errors(syntax, message) == []
    assert b'"href":""' not in message
