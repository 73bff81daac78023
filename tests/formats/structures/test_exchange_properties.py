"""Whatever constraints, structures of metadata and metadata sets say comes back as it was, and what is written is valid."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.model import (
    CubeRegion,
    DataConstraint,
    DataKey,
    DataKeySet,
    MetadataAttribute,
    MetadataSet,
    MetadataStructure,
    ReportedAttribute,
    Representation,
    TextFormat,
    TimeRange,
    ValueSelection,
)
from tests.formats.metadata import test_messages as metadata
from tests.formats.structures import checks
from tests.formats.structures.exchange_examples import FLOW, LATER, METADATAFLOW
from tests.formats.structures.strategies import (
    ANNOTATIONS,
    COMPONENT_IDS,
    CONCEPTS,
    LANGUAGES,
    NAMES,
    TEXT,
    TEXTS,
    VERSIONS,
)

PERIODS = st.sampled_from(["2010", "2010-05", "2010-05-01", "2010-Q3", "2010-W09"])
VALIDITY = st.tuples(st.none() | PERIODS, st.none() | PERIODS)
RANGES = st.one_of(
    st.builds(TimeRange, start=PERIODS, start_inclusive=st.booleans()),
    st.builds(TimeRange, end=PERIODS, end_inclusive=st.booleans(), valid_from=st.none() | PERIODS),
    st.builds(TimeRange, start=PERIODS, end=PERIODS, valid_to=st.none() | PERIODS),
)


def tuples(strategy: st.SearchStrategy[Any], **limits: Any) -> st.SearchStrategy[Any]:
    return st.lists(strategy, **limits).map(tuple)


def selections(*beside: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[ValueSelection]:
    """Those of a component: values with some of what may be said of each, or a range of time."""
    said = {
        "cascades": st.sampled_from(["", "true", "excluderoot"]),
        "languages": st.just("") | LANGUAGES,
        "validities": VALIDITY,
    }
    empty = {"cascades": "", "languages": "", "validities": (None, None)}

    @st.composite
    def listed(draw: st.DrawFn) -> ValueSelection:
        rows = draw(st.lists(st.tuples(TEXT, *(said[name] for name in beside)), min_size=1, max_size=4))
        texts, *columns = zip(*rows, strict=True)
        # A column in which no value says anything is empty.
        parts = {
            name: column
            for name, column in zip(beside, columns, strict=True)
            if any(each != empty[name] for each in column)
        }
        return ValueSelection(values=texts, **parts, **{name: draw(strategy) for name, strategy in fields.items()})

    return listed() | st.builds(ValueSelection, time_range=RANGES, **fields)


COMMON = {"id": COMPONENT_IDS, "include": st.booleans(), "remove_prefix": st.none() | st.booleans()}
REGIONS = st.builds(
    CubeRegion,
    annotations=ANNOTATIONS,
    keys=tuples(
        selections("cascades", "validities", valid_from=st.none() | PERIODS, valid_to=st.none() | PERIODS, **COMMON),
        max_size=3,
    ),
    components=tuples(selections("cascades", "languages", "validities", **COMMON), max_size=2),
)


@st.composite
def keys(draw: st.DrawFn) -> DataKey:
    ids = draw(st.lists(COMPONENT_IDS, unique=True, max_size=4))
    return DataKey(
        values=tuple((id, draw(TEXT)) for id in ids),
        remove_prefix=tuple(id for id in ids if draw(st.booleans())),
        components=draw(tuples(selections("cascades", "languages", **COMMON), max_size=2)),
        valid_from=draw(st.none() | PERIODS),
        valid_to=draw(st.none() | PERIODS),
        annotations=draw(ANNOTATIONS),
    )


CONSTRAINTS = st.builds(
    DataConstraint,
    id=st.just("X"),
    agency=st.just("DSM"),
    version=VERSIONS,
    names=NAMES,
    attachment=st.just((FLOW,)),
    cube_regions=tuples(REGIONS, max_size=2, unique_by=lambda region: region.include),
    key_sets=tuples(
        st.builds(DataKeySet, is_included=st.booleans(), keys=tuples(keys(), min_size=1, max_size=3)), max_size=2
    ),
)
REPRESENTATIONS = st.none() | st.builds(
    Representation,
    text_format=st.builds(
        TextFormat,
        text_type=st.sampled_from(["String", "XHTML", "Decimal"]),
        is_multilingual=st.none() | st.booleans(),
        pattern=st.none() | TEXT,
    ),
)


def metadata_attributes(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return tuples(
        st.builds(
            MetadataAttribute,
            id=COMPONENT_IDS,
            concept=CONCEPTS,
            representation=REPRESENTATIONS,
            annotations=ANNOTATIONS,
            min_occurs=st.none() | st.integers(0, 3),
            max_occurs=st.none() | st.integers(1, 3),
            is_presentational=st.booleans(),
            attributes=below,
        ),
        max_size=3,
        unique_by=lambda attribute: attribute.id,
    )


STRUCTURES = st.builds(
    MetadataStructure,
    id=st.just("X"),
    agency=st.just("DSM"),
    version=VERSIONS,
    names=NAMES,
    attributes=st.recursive(st.just(()), metadata_attributes, max_leaves=6),
)
REPORTED: list[dict[str, st.SearchStrategy[Any]]] = [
    {},
    {"values": st.tuples(st.just("") | TEXT)},
    {"texts": NAMES},
    {"texts": TEXTS.map(lambda texts: {language: f"{text.count('a')} &lt; 5" for language, text in texts.items()})},
]


def reported(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    *plain, markup = REPORTED
    attribute = st.one_of(
        *(
            st.builds(ReportedAttribute, id=COMPONENT_IDS, annotations=ANNOTATIONS, attributes=below, **f)
            for f in plain
        ),
        st.builds(
            ReportedAttribute,
            id=COMPONENT_IDS,
            attributes=below,
            texts=markup["texts"].filter(bool),
            is_structured=st.just(True),
        ),
    )
    return tuples(attribute, min_size=1, max_size=3)


SETS = st.builds(
    MetadataSet,
    id=st.just("X"),
    agency=st.just("DSM"),
    version=st.sampled_from(["1.0", "1.0.0", "2.1.0-draft"]),
    names=NAMES,
    annotations=ANNOTATIONS,
    metadataflow=st.just(METADATAFLOW),
    targets=st.just((FLOW,)),
    attributes=reported(st.recursive(st.just(()), reported, max_leaves=4)),
)


def comes_back(
    syntax: str, artefact: Any, write: Callable[..., bytes], errors: Callable[..., list[str]], read: Callable[..., Any]
) -> None:
    message = write(syntax, artefact)
    assert errors(syntax, message) == []
    with TemporaryDirectory() as folder:
        assert read(syntax, message, Path(folder))[1] == (artefact,)


@pytest.mark.parametrize("syntax", LATER)
@given(constraint=CONSTRAINTS)
@settings(max_examples=15, deadline=None)
def test_constraint_comes_back(syntax, constraint):
    comes_back(syntax, constraint, checks.written, checks.schema_errors, checks.read)


@pytest.mark.parametrize("syntax", LATER)
@given(structure=STRUCTURES)
@settings(max_examples=15, deadline=None)
def test_metadata_structure_comes_back(syntax, structure):
    comes_back(syntax, structure, checks.written, checks.schema_errors, checks.read)


@pytest.mark.parametrize("syntax", LATER)
@given(notes=SETS)
@settings(max_examples=15, deadline=None)
def test_metadata_set_comes_back(syntax, notes):
    comes_back(syntax, notes, metadata.written, metadata.schema_errors, metadata.read)
