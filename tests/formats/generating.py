"""Data structures and data of any kind that a format can say."""

from dataclasses import dataclass
from typing import Any, Literal

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
    Group,
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
XML_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)
SIGNS = st.sampled_from(
    ["", "~", "NaN", "#N/A", "-", " ", "a b", "a\nb\tc", 'say "x;y"', "=1+1", "<&>'", "[1]", "{", "en:x"]
)
NUMBERS = st.sampled_from(
    ["0", "-0", "12.50", "-0.0", "1E5", "1e-7", "+5", ".5", "007", "NaN", "#N/A", "9" * 40, "-", "~"]
)
CODES = ("A", "B", "C", "_T")
# What is right for a type, and keeps its digits only where they stay text.
PROPER = {
    "String": ["x", "12.50", "Ωmega", " y "],
    "Decimal": ["0", "12.50", "-0.0", "007", "123456789012345678901234567890.10"],
    "BigInteger": ["0", "-7", "007", "9" * 40],
    "Double": ["0", "12.50", "1E5", "1e-7", "NaN"],
    "Integer": ["0", "-7", "2147483647"],
    "Boolean": ["true", "false", "1"],
    "URI": ["https://example.org/a?b=c&d"],
    "ObservationalTimePeriod": ["2020", "2021-Q2"],
}
Row = dict[str, str | None]
Alone = Literal["series", "partial", "timeless series"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a format can say. `several`: values, languages and measures. `switched_off`: that a dimension does not apply, always,
    never, or of observations that have a time. `controls`: characters that XML has not. `alone`: which attributes of keys
    without observation (a series without time is an observation). `timeless`: data without time. `empty`: an empty text, which is
    not an absent one."""

    several: bool = True
    switched_off: Literal["always", "observed", "never"] = "always"
    controls: bool = True
    alone: frozenset[Alone] = frozenset({"series", "partial", "timeless series"})
    timeless: bool = True
    empty: bool = True


EVERYTHING = Limits()


def _representation(draw: st.DrawFn, *, several: bool) -> Representation:
    most = draw(st.sampled_from([1, 1, 3, None])) if several else 1
    if draw(st.booleans()):
        return Representation(enumeration=CODELIST, max_occurs=most)
    multilingual = several and draw(st.booleans())
    type = "String" if multilingual else draw(st.sampled_from(list(PROPER)))
    return Representation(text_format=TextFormat(text_type=type, is_multilingual=multilingual), max_occurs=most)


@st.composite
def structures(draw: st.DrawFn, limits: Limits = EVERYTHING) -> Structures:
    """The dataflow DSM:D(1.0.0) with all that it needs."""
    dimensions = ["D1", "D2", "D3"][: draw(st.integers(1, 3))]
    ids = [*dimensions, "TIME_PERIOD", "M1", "M2", "A1", "A2", "A3", "A4", "A5"]
    concepts = {id: Reference("Concept", "DSM", "CS", "1.0.0", id) for id in ids}
    time = TimeDimension(
        concept=concepts["TIME_PERIOD"],
        representation=Representation(text_format=TextFormat(text_type="ObservationalTimePeriod")),
    )
    group = Group(id="G", dimensions=tuple(draw(st.lists(st.sampled_from(dimensions), unique=True, min_size=1))))

    def attribute(id: str) -> Attribute:
        related = tuple(id for id in dimensions if draw(st.booleans()))
        kinds = ["dataflow", "observation", "group", "dimensions" if related else "observation"]
        relationship = draw(st.sampled_from(kinds))
        return Attribute(
            concept=concepts[id],
            representation=_representation(draw, several=limits.several),
            relationship=relationship,
            dimensions=related if relationship == "dimensions" else (),
            group="G" if relationship == "group" else None,
        )

    structure = DataStructure(
        id="D",
        agency="DSM",
        version="1.0.0",
        dimensions=tuple(
            Dimension(id=id, concept=concepts[id], representation=Representation(enumeration=CODELIST))
            for id in dimensions
        ),
        time_dimension=draw(st.sampled_from([time, time, None])) if limits.timeless else time,
        groups=(group,),
        measures=tuple(
            Measure(id=id, concept=concepts[id], representation=_representation(draw, several=limits.several))
            for id in ["M1", "M2"][: draw(st.integers(0, 2 if limits.several else 1))]
        ),
        attributes=tuple(attribute(id) for id in ids[-5:]),
    )
    codes = tuple(Code(id=id, names={"en": id.lower(), "ru": "код"}) for id in CODES)
    return Structures(
        [
            structure,
            Codelist(id="CL", agency="DSM", version="1.0.0", items=codes),
            ConceptScheme(id="CS", agency="DSM", version="1.0.0", items=tuple(Concept(id=id) for id in ids)),
            Dataflow(id="D", agency="DSM", version="1.0.0", structure=structure.reference),
        ]
    )


def _value(draw: st.DrawFn, component: SchemaComponent, limits: Limits, *, proper: bool) -> str | None:
    if not draw(st.booleans()):
        return None
    type = component.text_format.text_type
    texts = (TEXTS if limits.controls else XML_TEXTS) | SIGNS
    one: st.SearchStrategy[Any] = st.sampled_from(
        [*CODES] if component.codelist else PROPER.get(type, PROPER["String"])
    )
    if not proper:
        one = one | st.just("X1") if component.codelist else texts | NUMBERS if type == "String" else NUMBERS
    if not component.is_multi_valued:
        return draw(one if limits.empty else one.filter(bool))
    if component.is_multilingual:
        one = st.dictionaries(st.sampled_from(["en", "ru"]), texts, min_size=1)
    elif not proper:
        one = texts
    return canonical(draw(st.lists(one, min_size=1, max_size=3) if component.is_array else one))


@st.composite
def rows(draw: st.DrawFn, schema: Schema, limits: Limits = EVERYTHING, *, proper: bool = False) -> list[Row]:
    """Observations with any values, and attributes of their series, groups and data set. `proper`: values are of their types."""
    off = limits.switched_off == "always" or (limits.switched_off == "observed" and schema.time is not None)
    cells = st.sampled_from([*CODES, *([] if proper else ["X1"]), *(["~"] if off and not proper else [])])
    periods = st.sampled_from(["2020", "2021-Q2", "2022-03", "1999-12-31"])
    key = st.tuples(*(periods if dimension.role == "time" else cells for dimension in schema.key))
    keys = [
        dict(zip(schema.key_ids, found, strict=True))
        for found in draw(st.lists(key, min_size=1, max_size=6, unique=True))
    ]
    at_observation = [*schema.measures, *schema.attributes_at("obs")]
    alone = keys[: draw(st.integers(0, len(keys) - 1))]
    if limits.switched_off == "observed":
        alone = [key for key in alone if "~" not in key.values()]
    found: list[Row] = [
        {":level": "obs", **key, **{each.id: _value(draw, each, limits, proper=proper) for each in at_observation}}
        for key in keys
        if key not in alone
    ]
    for dimensions in {attribute.dimensions: None for attribute in schema.attributes if attribute.level != "obs"}:
        attributes = [a for a in schema.attributes if a.level != "obs" and a.dimensions == dimensions]
        level = (
            attributes[0].level
            if schema.time or attributes[0].level == "partial"
            else f"timeless {attributes[0].level}"
        )
        met = keys if level in limits.alone else [key for key in keys if key not in alone]
        partial = {tuple(key[id] for id in dimensions): None for key in met}
        for values in partial:
            given = {attribute.id: _value(draw, attribute, limits, proper=proper) for attribute in attributes}
            if any(value is not None for value in given.values()):
                found.append({":level": attributes[0].level, **dict(zip(dimensions, values, strict=True)), **given})
    return found
