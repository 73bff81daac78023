"""Data structures and data of any kind that SDMX-JSON can say."""

from typing import Any

from hypothesis import strategies as st

from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.model import (
    Attribute,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Dimension,
    Measure,
    Reference,
    Representation,
    Schema,
    SchemaComponent,
    Structures,
    TextFormat,
    TimeDimension,
)

FLOW = Reference("Dataflow", "DSM", "D", "1.0.0")
CODELIST = Reference("Codelist", "DSM", "CL", "1.0.0")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
NUMBERS = st.sampled_from(
    ["0", "-0", "12.50", "-0.0", "1E5", "1e-7", "+5", ".5", "007", "NaN", "#N/A", "9" * 40, "-", "~"]
)
TYPES = ("String", "Decimal", "BigInteger", "Double", "Integer", "Boolean", "URI", "ObservationalTimePeriod")
Row = dict[str, str | None]


def _representation(draw: st.DrawFn, *, several: bool) -> Representation:
    most = draw(st.sampled_from([1, 1, 3, None])) if several else 1
    if draw(st.booleans()):
        return Representation(enumeration=CODELIST, max_occurs=most)
    multilingual = several and draw(st.booleans())
    type = "String" if multilingual else draw(st.sampled_from(TYPES))
    return Representation(text_format=TextFormat(text_type=type, is_multilingual=multilingual), max_occurs=most)


@st.composite
def structures(draw: st.DrawFn, *, several: bool) -> Structures:
    """The dataflow DSM:D(1.0.0) with all that it needs; `several`: values, languages and measures."""
    dimensions = ["D1", "D2", "D3"][: draw(st.integers(1, 3))]
    ids = [*dimensions, "TIME_PERIOD", "M1", "M2", "A1", "A2", "A3", "A4", "A5"]
    concepts = {id: Reference("Concept", "DSM", "CS", "1.0.0", id) for id in ids}
    time = TimeDimension(
        concept=concepts["TIME_PERIOD"],
        representation=Representation(text_format=TextFormat(text_type="ObservationalTimePeriod")),
    )

    def attribute(id: str) -> Attribute:
        related = tuple(id for id in dimensions if draw(st.booleans()))
        relationship = draw(st.sampled_from(["dataflow", "observation", "dimensions" if related else "observation"]))
        return Attribute(
            concept=concepts[id],
            representation=_representation(draw, several=several),
            relationship=relationship,
            dimensions=related if relationship == "dimensions" else (),
        )

    structure = DataStructure(
        id="D",
        agency="DSM",
        version="1.0.0",
        dimensions=tuple(
            Dimension(id=id, concept=concepts[id], representation=Representation(enumeration=CODELIST))
            for id in dimensions
        ),
        time_dimension=draw(st.sampled_from([time, time, None])),
        measures=tuple(
            Measure(id=id, concept=concepts[id], representation=_representation(draw, several=several))
            for id in ["M1", "M2"][: draw(st.integers(0, 2 if several else 1))]
        ),
        attributes=tuple(attribute(id) for id in ids[-5:]),
    )
    codes = tuple(Code(id=id, names={"en": id.lower(), "ru": "код"}) for id in ("A", "B", "C", "_T"))
    return Structures(
        [
            structure,
            Codelist(id="CL", agency="DSM", version="1.0.0", items=codes),
            ConceptScheme(id="CS", agency="DSM", version="1.0.0", items=tuple(Concept(id=id) for id in ids)),
            Dataflow(id="D", agency="DSM", version="1.0.0", structure=structure.reference),
        ]
    )


def _value(draw: st.DrawFn, component: SchemaComponent) -> str | None:
    if not draw(st.booleans()):
        return None
    if component.is_multi_valued:
        one: st.SearchStrategy[Any] = TEXTS
        if component.is_multilingual:
            one = st.dictionaries(st.sampled_from(["en", "ru"]), TEXTS, min_size=1)
        return canonical(draw(st.lists(one, min_size=1, max_size=3) if component.is_array else one))
    if component.codelist:
        return draw(st.sampled_from(["A", "B", "_T", "X1"]))
    return draw(TEXTS | NUMBERS if component.text_format.text_type == "String" else NUMBERS)


@st.composite
def rows(draw: st.DrawFn, schema: Schema, *, switched_off: bool = True) -> list[Row]:
    """Observations with any values, and attributes of their series, groups and data set. `switched_off`: whether a dimension may
    not apply, which 1.0 has no sign for."""
    cells = st.sampled_from(["A", "B", "_T", "X1", *(["~"] if switched_off else [])])
    periods = st.sampled_from(["2020", "2021-Q2", "2022-03", "1999-12-31"])
    key = st.tuples(*(periods if dimension.role == "time" else cells for dimension in schema.key))
    keys = [
        dict(zip(schema.key_ids, found, strict=True))
        for found in draw(st.lists(key, min_size=1, max_size=6, unique=True))
    ]
    at_observation = [*schema.measures, *schema.attributes_at("obs")]
    found: list[Row] = [
        {":level": "obs", **key, **{component.id: _value(draw, component) for component in at_observation}}
        for key in keys
    ]
    for dimensions in {attribute.dimensions: None for attribute in schema.attributes if attribute.level != "obs"}:
        attributes = [a for a in schema.attributes if a.level != "obs" and a.dimensions == dimensions]
        partial = {tuple(key[id] for id in dimensions): None for key in keys}
        for values in partial:
            given = {attribute.id: _value(draw, attribute) for attribute in attributes}
            if any(value is not None for value in given.values()):
                found.append({":level": attributes[0].level, **dict(zip(dimensions, values, strict=True)), **given})
    return found
