"""What a format can't say is left out where the caller allows it, and told in sentences; the rest stays valid."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from sdmx_dsm.formats.options import StructureOptions
from sdmx_dsm.model import (
    Annotation,
    Code,
    Link,
    Maintainable,
    Representation,
    Structures,
    TextFormat,
    TimeDimension,
    ValueList,
)
from tests.formats.structures.checks import HEADER, SYNTAXES, WRITERS, read, schema_errors
from tests.formats.structures.examples import EXAMPLES
from tests.formats.structures.test_conversions import AREAS, NAMES, STRUCTURE, concept, text, with_attribute


def left_out(syntax: str, artefacts: Iterable[Maintainable]) -> tuple[bytes, list[str]]:
    told: list[str] = []
    options = StructureOptions(header=HEADER, left_out=told.append)
    return b"".join(WRITERS[syntax](list(artefacts), options, Structures([AREAS]))), told


@pytest.mark.parametrize(
    "artefact, sentence",
    [
        (
            replace(AREAS, links=(Link(rel="copyright", url="https://example.org/"),)),
            "Codelist DSM:CL_AREA(1.2.0): SDMX-ML 2.1 can't say links of Codelist.",
        ),
        (
            replace(AREAS, items=(Code(id="A", names=NAMES, annotations=(Annotation(title="T", value="0"),)),)),
            "Codelist DSM:CL_AREA(1.2.0): SDMX-ML 2.1 can't say the value of an annotation that has a title too (“T”).",
        ),
        (
            with_attribute(representation=text(is_multilingual=True)),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say text in several languages.",
        ),
        (
            with_attribute(representation=Representation(text_format=TextFormat(), max_occurs=None)),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say several values of one component.",
        ),
        (
            with_attribute(relationship="dimensions", dimensions=("FREQ", "REF_AREA"), optional_dimensions=("FREQ",)),
            "DataStructure DSM:STRUCTURE(1.0.0), NOTE: SDMX-ML 2.1 can't say that FREQ may be left out.",
        ),
        (
            replace(STRUCTURE, evolving_structure=True),
            "DataStructure DSM:STRUCTURE(1.0.0): SDMX-ML 2.1 can't say evolving structure of DataStructure.",
        ),
        (
            replace(
                STRUCTURE,
                time_dimension=TimeDimension(
                    concept=concept("TIME_PERIOD"), representation=text("ObservationalTimePeriod", min_length=4)
                ),
            ),
            "DataStructure DSM:STRUCTURE(1.0.0), TIME_PERIOD: SDMX-ML 2.1 can't say facets of time other than its type, start"
            " and end.",
        ),
    ],
)
def test_part_is_left_out_once_told(artefact, sentence):
    message, told = left_out("ml21", [artefact])
    assert told == [sentence]
    assert schema_errors("ml21", message) == []
    assert artefact.id.encode() in message


def test_class_that_the_format_lacks_is_left_out():
    values = ValueList(id="VL", agency="DSM", names=NAMES)
    message, told = left_out("json10", [values, AREAS])
    assert told == ["SDMX-JSON 1.0 has no ValueList."]
    assert schema_errors("json10", message) == []


def test_artefact_that_makes_no_sense_without_its_part_is_left_out_whole(tmp_path):
    other = replace(AREAS, version="1.2.3.4")
    for syntax in ("ml30", "json21"):
        message, told = left_out(syntax, [AREAS, other, replace(AREAS, id="CL_B")])
        title = {"ml30": "SDMX-ML 3.0", "json21": "SDMX-JSON 2.1"}[syntax]
        assert told == [
            f"Codelist DSM:CL_AREA(1.2.3.4): {title} can't say the version 1.2.3.4: two numbers are expected, or three."
        ]
        assert schema_errors(syntax, message) == []
        assert [each.id for each in read(syntax, message, tmp_path)[1]] == ["CL_AREA", "CL_B"]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("artefact", [artefact for artefact, _ in EXAMPLES], ids=lambda each: type(each).__name__)
def test_every_class_is_written_or_left_out(syntax, artefact):
    message, told = left_out(syntax, [artefact])
    assert schema_errors(syntax, message) == []
    assert told or artefact.names["en"].encode() in message
