"""Whatever texts and codes there are come back as they were, and what is written is valid."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.model import (
    Annotation,
    Attribute,
    Code,
    Codelist,
    DataStructure,
    Dimension,
    Group,
    Measure,
    Reference,
    Representation,
    TextFormat,
    TimeDimension,
)
from tests.formats.structures.checks import SYNTAXES, read, schema_errors, written

# All that XML can carry: no control characters but tab and line feeds, no surrogates, none of the two non-characters.
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿", include_characters="\t\n\r"
)
TEXT = st.text(CHARACTERS, min_size=1, max_size=30)
LANGUAGES = st.sampled_from(["en", "ru", "ky", "uz-cyrl", "zh-hans", "en-gb"])
TEXTS = st.dictionaries(LANGUAGES, TEXT, max_size=3)
NAMES = st.dictionaries(LANGUAGES, TEXT, min_size=1, max_size=3)
IDS = st.from_regex(r"[A-Za-z0-9_@$\-]{1,8}", fullmatch=True)
NC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")  # the schema of 3.0 wants parents to be such; 3.1 takes any id again
COMPONENT_IDS = st.from_regex(r"[A-Z][A-Z0-9_]{0,6}", fullmatch=True)
VERSIONS = st.sampled_from(["1.0", "1.0.0", "2.10.3", "0.1"])
ANNOTATIONS = st.lists(
    st.builds(
        Annotation,
        id=st.none() | TEXT,
        title=st.none() | TEXT,
        type=st.none() | TEXT,
        texts=TEXTS,
    ),
    max_size=2,
).map(tuple)


@st.composite
def codelists(draw: st.DrawFn) -> Codelist:
    ids = draw(st.lists(IDS, unique=True, max_size=6))
    codes = tuple(
        Code(
            id=id,
            names=draw(NAMES),
            descriptions=draw(TEXTS),
            annotations=draw(ANNOTATIONS),
            parent=draw(st.none() | st.sampled_from([id for id in ids if NC_NAME.fullmatch(id)] or [None])),
        )
        for id in ids
    )
    return Codelist(
        id="CL",
        agency="DSM",
        version=draw(VERSIONS),
        names=draw(NAMES),
        descriptions=draw(TEXTS),
        annotations=draw(ANNOTATIONS),
        is_partial=draw(st.booleans()),
        is_final=None,
        items=codes,
    )


FORMATS = st.builds(
    TextFormat,
    text_type=st.sampled_from(["String", "Decimal", "Integer", "Boolean", "DateTime", "Duration"]),
    min_length=st.none() | st.integers(1, 10),
    max_value=st.none() | st.decimals(-1000, 1000, places=3).map(str),
    decimals=st.none() | st.integers(1, 9),
    pattern=st.none() | TEXT,
)
CODED = st.builds(
    Representation, enumeration=st.builds(Reference, st.just("Codelist"), st.just("DSM"), COMPONENT_IDS, VERSIONS)
)
REPRESENTATIONS = st.none() | CODED | st.builds(Representation, text_format=FORMATS)
CONCEPTS = st.builds(Reference, st.just("Concept"), st.just("DSM"), st.just("CS"), VERSIONS, COMPONENT_IDS)


@st.composite
def data_structures(draw: st.DrawFn) -> DataStructure:
    ids = draw(st.lists(COMPONENT_IDS, unique=True, min_size=2, max_size=6))
    dimensions, rest = ids[: draw(st.integers(1, len(ids)))], ids[len(ids) :]
    rest = [id for id in ids if id not in dimensions]
    groups = [Group(id="GROUP", dimensions=tuple(dimensions[:1]))] if draw(st.booleans()) else []

    def attribute(id: str) -> Attribute:
        places = [
            {"relationship": "dataflow"},
            {"relationship": "observation"},
            {"relationship": "dimensions", "dimensions": tuple(dimensions)},
            *([{"relationship": "group", "group": "GROUP"}] if groups else []),
        ]
        return Attribute(
            id=id,
            concept=draw(CONCEPTS),
            representation=draw(REPRESENTATIONS),
            annotations=draw(ANNOTATIONS),
            usage=draw(st.sampled_from(["mandatory", "optional"])),
            roles=draw(st.lists(CONCEPTS, unique=True, max_size=2).map(tuple)),
            **draw(st.sampled_from(places)),
        )

    return DataStructure(
        id="DS",
        agency="DSM",
        version=draw(VERSIONS),
        is_final=None,
        names=draw(NAMES),
        dimensions=tuple(
            Dimension(id=id, concept=draw(CONCEPTS), representation=draw(REPRESENTATIONS), position=position)
            for position, id in enumerate(dimensions, 1)
        ),
        time_dimension=TimeDimension(
            id="TIME_PERIOD",
            concept=draw(CONCEPTS),
            representation=Representation(text_format=TextFormat(text_type="ObservationalTimePeriod")),
        ),
        groups=tuple(groups),
        attributes=tuple(map(attribute, rest)),
        measures=(Measure(id="OBS_VALUE", concept=draw(CONCEPTS), representation=draw(REPRESENTATIONS)),),
    )


def comes_back(syntax: str, artefact: Codelist | DataStructure) -> None:
    message = written(syntax, artefact)
    assert schema_errors(syntax, message) == []
    with TemporaryDirectory() as folder:
        (again,) = read(syntax, message, Path(folder))[1]
    # A stable version is final in 2.1, which says so.
    final = True if syntax in ("ml21", "json10") and artefact.version in ("1.0.0", "2.10.3") else None
    expected = {name: getattr(artefact, name) for name in artefact.__dataclass_fields__} | {"is_final": final}
    assert {name: getattr(again, name) for name in expected} == expected


@pytest.mark.parametrize("syntax", SYNTAXES)
@given(codelist=codelists())
@settings(max_examples=15, deadline=None)
def test_codelist_comes_back(syntax, codelist):
    comes_back(syntax, codelist)


@pytest.mark.parametrize("syntax", SYNTAXES)
@given(structure=data_structures())
@settings(max_examples=15, deadline=None)
def test_data_structure_comes_back(syntax, structure):
    comes_back(syntax, structure)
