"""Whatever a data structure says, its schema can be loaded beside the official ones."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sdmx_dsm.formats.xsd.types import TYPES
from sdmx_dsm.model import (
    ALL_DIMENSIONS,
    Attribute,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataStructure,
    Dimension,
    Group,
    Measure,
    Reference,
    Representation,
    SentinelValue,
    Structures,
    TextFormat,
    TimeDimension,
    TimeRange,
    ValueSelection,
)
from tests.formats.xsd.generating import WRITERS, errors, generated, message

IDS = st.from_regex(r"[A-Z][A-Z0-9_]{0,3}", fullmatch=True)
CODES = st.from_regex(r"[A-Za-z0-9_@$\-]{1,4}", fullmatch=True)
VALUES = st.text("aA1%.-[( ", max_size=4)
NUMBERS = st.sampled_from(["0", "-1.5", "1E3", "99999999999", "five", "NaN", ""])
FORMATS = st.builds(
    TextFormat,
    text_type=st.sampled_from([*TYPES, "String", "XHTML", "GeospatialInformation", "Other"]),
    min_length=st.none() | st.integers(-1, 5),
    max_length=st.none() | st.integers(-1, 5),
    min_value=st.none() | NUMBERS,
    max_value=st.none() | NUMBERS,
    decimals=st.none() | st.integers(-1, 3),
    pattern=st.none() | st.text(r"ab1-^$\.|?*+()[]{},d", max_size=6),
    is_multilingual=st.none() | st.booleans(),
    sentinel_values=st.lists(st.builds(SentinelValue, value=VALUES), max_size=2).map(tuple),
)
CODELIST = Reference("Codelist", "DSM", "CL", "1.0.0")
REPRESENTATIONS = st.builds(
    Representation,
    text_format=FORMATS,
    enumeration=st.none() | st.just(CODELIST),
    max_occurs=st.sampled_from([1, 1, 1, 3, None]),
)
SINGLE = REPRESENTATIONS.map(lambda representation: replace(representation, max_occurs=1))


@st.composite
def structures(draw: st.DrawFn) -> Structures:
    """A dataflow DSM:D(1.0.0) with all that it needs."""
    ids = draw(st.lists(IDS, unique=True, min_size=6, max_size=12))
    concepts = {id: Reference("Concept", "DSM", "CS", "1.0.0", id) for id in (*ids, "TIME_PERIOD")}
    count = draw(st.integers(1, 3))
    some = st.lists(st.sampled_from(ids[:count]), unique=True, min_size=1).map(tuple)
    groups = (Group(id=ids[count], dimensions=draw(some)),)
    relationships = st.sampled_from(["dataflow", "dimensions", "group", "observation"])
    time = TimeDimension(concept=concepts["TIME_PERIOD"], representation=Representation(text_format=draw(FORMATS)))
    structure = DataStructure(
        id="D",
        agency="DSM",
        version="1.0.0",
        dimensions=tuple(Dimension(concept=concepts[id], representation=draw(SINGLE)) for id in ids[:count]),
        time_dimension=draw(st.sampled_from([time, None])),
        groups=groups,
        measures=tuple(
            Measure(concept=concepts[id], representation=draw(REPRESENTATIONS)) for id in ids[count + 1 : count + 3]
        ),
        attributes=tuple(
            Attribute(
                concept=concepts[id],
                representation=draw(REPRESENTATIONS),
                relationship=draw(relationships),
                dimensions=draw(some),
                group=groups[0].id,
            )
            for id in ids[count + 3 :]
        ),
        evolving_structure=draw(st.booleans()),
    )
    flow = Dataflow(
        id="D",
        agency="DSM",
        version="1.0.0",
        structure=structure.reference,
        dimension_constraint=draw(st.just(()) | some),
    )
    selections = st.just(ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2019"))) | st.builds(
        ValueSelection,
        id=st.sampled_from(ids),
        values=st.lists(st.text("aA1%.-[( ", min_size=1, max_size=4), min_size=1, max_size=3).map(tuple),
        include=st.booleans(),
    )
    regions = st.builds(CubeRegion, keys=st.lists(selections, max_size=2).map(tuple), include=st.booleans())
    constraint = DataConstraint(
        id="C",
        agency="DSM",
        version="1.0.0",
        attachment=(flow.reference,),
        cube_regions=draw(st.lists(regions, max_size=2).map(tuple)),
    )
    codes = tuple(Code(id=id) for id in draw(st.lists(CODES, unique=True, max_size=4)))
    return Structures(
        (
            ConceptScheme(id="CS", agency="DSM", version="1.0.0", items=tuple(Concept(id=id) for id in concepts)),
            Codelist(id="CL", agency="DSM", version="1.0.0", items=codes),
            structure,
            flow,
            constraint,
        )
    )


@settings(max_examples=50, deadline=None)
@given(structures(), st.sampled_from(list(WRITERS)), st.data())
def test_every_schema_can_be_loaded(found: Structures, version: str, data: st.DataObject) -> None:
    schema = found.schema(Reference(data.draw(st.sampled_from(["Dataflow", "DataStructure"])), "DSM", "D", "1.0.0"))
    if version == "2.1" and any(c.is_array or c.text_format.text_type == "XHTML" for c in schema.components):
        return
    view = data.draw(st.sampled_from([*schema.key_ids, ALL_DIMENSIONS]))
    xsd = generated(version, schema, dimension_at_observation=view, for_deletion=data.draw(st.booleans()))
    assert errors(version, xsd, message(version, schema, ">", view)) == []
