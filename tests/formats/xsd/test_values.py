"""What a component may hold by its schema: text types and facets, codes and constraints, and the signs that stand for values."""

import tracemalloc
from dataclasses import replace

import pytest

from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.pieces import PIECE_BYTES
from sdmx_dsm.model import (
    Attribute,
    Code,
    Codelist,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataStructure,
    Maintainable,
    Reference,
    Representation,
    Schema,
    SentinelValue,
    Structures,
    TextFormat,
    TimeDimension,
    TimeRange,
    ValueItem,
    ValueList,
    ValueSelection,
)
from tests.formats.xsd.generating import WRITERS, enumerations, errors, generated, message
from tests.helpers.schemas import (
    AGENCY,
    EXAMPLE,
    EXAMPLE_AGREEMENT,
    EXAMPLE_STRUCTURE,
    coded,
    concept,
    dimension,
    example_artefacts,
    example_structure,
)

TESTED = Reference("DataStructure", AGENCY, "TESTED", "1.0.0")


def structure(value: Representation, time: Representation | None = None) -> DataStructure:
    """FREQ, TIME_PERIOD and the attribute VALUE of the observation."""
    return DataStructure(
        id="TESTED",
        agency=AGENCY,
        version="1.0.0",
        dimensions=(dimension("FREQ", "CL_FREQ"),),
        time_dimension=TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD"), representation=time),
        attributes=(Attribute(id="VALUE", concept=concept("COMMENT_OBS"), representation=value),),
    )


def schema_of(value: Representation, *others: Maintainable, time: Representation | None = None) -> Schema:
    return Structures((*example_artefacts(), structure(value, time), *others)).schema(TESTED)


def is_let_through(version: str, schema: Schema, value: str, period: str = "2024") -> bool:
    body = f'><Series FREQ="A"><Obs TIME_PERIOD="{period}" VALUE="{value}"/></Series>'
    return errors(version, generated(version, schema), message(version, schema, body)) == []


def formatted(**facets: object) -> Representation:
    return Representation(text_format=TextFormat(**facets))  # type: ignore[arg-type]


# --- text types and facets --------------------------------------------------------------------------------------------

FACETS = [
    ({"text_type": "String", "min_length": 2, "max_length": 3}, "ab", "abcd"),
    ({"text_type": "Alpha"}, "abc", "a1"),
    ({"text_type": "AlphaNumeric", "max_length": 2}, "a1", "a12"),
    ({"text_type": "Numeric"}, "0012", "1.2"),
    ({"text_type": "BigInteger"}, "123456789012345678901234567890", "1.5"),
    ({"text_type": "Integer"}, "-7", "3000000000"),
    ({"text_type": "Long"}, "3000000000", "1e3"),
    ({"text_type": "Short"}, "32767", "32768"),
    ({"text_type": "Decimal", "decimals": 2}, "12.50", "12.505"),
    ({"text_type": "Decimal", "min_value": "0", "max_value": "1E2"}, "100.0", "100.1"),
    ({"text_type": "Float"}, "1.5e3", "x"),
    ({"text_type": "Double", "max_value": "5"}, "NaN", "6"),
    ({"text_type": "Boolean"}, "true", "yes"),
    ({"text_type": "Count", "min_value": "0.5"}, "1", "0"),
    ({"text_type": "InclusiveValueRange", "min_value": "1", "max_value": "2"}, "1", "0.9"),
    ({"text_type": "ExclusiveValueRange", "min_value": "1", "max_value": "2"}, "1.1", "1"),
    ({"text_type": "Incremental"}, "1.5", "a"),
    ({"text_type": "ObservationalTimePeriod"}, "2024-W05", "2024-W54"),
    ({"text_type": "GregorianYearMonth"}, "2024-05", "2024"),
    ({"text_type": "ReportingQuarter"}, "2024-Q1", "2024-M01"),
    ({"text_type": "DateTime"}, "2024-05-01T00:00:00", "2024-05-01"),
    ({"text_type": "TimeRange"}, "2024-01-01/P1Y", "2024"),
    ({"text_type": "MonthDay"}, "--07-01", "07-01"),
    ({"text_type": "Duration"}, "P1Y", "1Y"),
    ({"text_type": "GeospatialInformation", "max_length": 5}, "1 2", "1 2 3 4"),
    ({"text_type": "String", "pattern": "^[A-Z]{2}$"}, "KG", "K"),
    ({"text_type": "Integer", "pattern": "[1-3]"}, "2", "4"),
]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize(
    "facets, right, wrong", FACETS, ids=lambda found: found["text_type"] if isinstance(found, dict) else ""
)
def test_values_are_those_of_the_text_format(version, facets, right, wrong):
    schema = schema_of(formatted(**facets))
    assert is_let_through(version, schema, right)
    assert not is_let_through(version, schema, wrong)


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("facets", [
    {"text_type": "String", "min_length": 3, "max_length": 2},
    {"text_type": "String", "min_length": -1},
    {"text_type": "String", "pattern": "(?=x)"},
    {"text_type": "String", "pattern": "["},
    {"text_type": "Decimal", "min_value": "five", "max_value": "NaN"},
    {"text_type": "Decimal", "min_value": "5", "max_value": "4"},
    {"text_type": "Decimal", "max_value": "1E99999999"},
    {"text_type": "Decimal", "decimals": -1},
    {"text_type": "Short", "min_value": "-99999", "max_value": "99999"},
    {"text_type": "Integer", "min_value": "0.1", "max_value": "0.2"},
    {"text_type": "Boolean", "min_length": 5},
    {"text_type": "Unheard", "max_value": "1"},
])  # fmt: skip
def test_a_text_format_that_makes_no_sense_restricts_nothing(version, facets):
    assert is_let_through(version, schema_of(formatted(**facets)), "1")


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("text_type, right, wrong", [
    ("ObservationalTimePeriod", "2024-01-01/P1M", "24"),
    ("GregorianTimePeriod", "2024-05", "2024-Q1"),
    ("GregorianYear", "2024", "2024-05"),
    ("ReportingYear", "2024-A1", "2024"),
    ("String", "2024", "soon"),
])  # fmt: skip
def test_time_has_the_text_type_of_its_dimension(version, text_type, right, wrong):
    schema = schema_of(formatted(), time=formatted(text_type=text_type))
    assert is_let_through(version, schema, "x", right)
    assert not is_let_through(version, schema, "x", wrong)


# --- signs for values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("representation, sign, versions", [
    (formatted(text_type="Decimal"), "NaN", set(WRITERS)),
    (formatted(text_type="Integer", min_value="1"), "NaN", set(WRITERS)),
    (formatted(text_type="Double", min_value="1"), "NaN", set(WRITERS)),
    (formatted(text_type="Decimal"), "#N/A", {"3.1"}),
    (formatted(text_type="Boolean"), "#N/A", {"3.1"}),
    (formatted(text_type="ReportingYear"), "#N/A", {"3.1"}),
    (formatted(text_type="MonthDay"), "#N/A", {"3.1"}),
    (formatted(pattern="x"), "#N/A", {"3.1"}),
    (formatted(text_type="Double"), "#N/A", set()),
    (coded("CL_SEX"), "#N/A", {"3.1"}),
    (coded("CL_SEX"), "NaN", set()),
    (coded("CL_SEX"), "~", set()),
])  # fmt: skip
def test_what_is_missing_on_purpose_has_the_sign_of_the_version(version, representation, sign, versions):
    assert is_let_through(version, schema_of(representation), sign) == (version in versions)


@pytest.mark.parametrize("version", WRITERS)
def test_sentinel_values_are_let_through_beside_the_others(version):
    sentinels = (SentinelValue(value="-1"), SentinelValue(value="none"))
    schema = schema_of(formatted(text_type="Count", min_value="0", sentinel_values=sentinels))
    found = [value for value in ("5", "-1", "none", "-2", "NaN") if is_let_through(version, schema, value)]
    assert found == ["5", "-1", "none", "NaN"]


def off(**more: object) -> Structures:
    """The example structure, and dataflows of it."""
    flow = Dataflow(
        id="PART", agency=AGENCY, version="1.0.0", structure=EXAMPLE_STRUCTURE, dimension_constraint=("FREQ",)
    )
    return Structures((*example_artefacts(), replace(example_structure(), **more), flow))  # type: ignore[arg-type]


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("of, is_evolving, may_be_off", [
    ("Dataflow=DSM:PART(1.0.0)", False, {"REF_AREA", "SEX"}),
    ("Dataflow=DSM:EXAMPLE(1.0.0)", True, set()),
    ("DataStructure=DSM:EXAMPLE(1.0.0)", True, {"FREQ", "REF_AREA", "SEX"}),
    ("DataStructure=DSM:EXAMPLE(1.0.0)", False, set()),
])  # fmt: skip
def test_dimensions_that_may_be_off(version, of, is_evolving, may_be_off):
    kind, _, name = of.partition("=DSM:")
    reference = Reference(kind, AGENCY, name.partition("(")[0], "1.0.0")
    schema = off(evolving_structure=is_evolving).schema(reference)
    xsd = generated(version, schema)
    for id in ("FREQ", "REF_AREA", "SEX"):
        key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F", id: "~"}
        body = f'><Series FREQ="{key["FREQ"]}" REF_AREA="{key["REF_AREA"]}" SEX="{key["SEX"]}"/>'
        found = errors(version, xsd, message(version, schema, body))
        assert (found == []) == (version == "3.1" and id in may_be_off)


# --- codes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", WRITERS)
def test_ids_of_any_signs_are_codes(version):
    ids = ("1", "-", "_T", "A$B@C", "007")
    codelist = Codelist(id="1CL@$", agency="A.B", version="1.0-x", items=tuple(Code(id=id) for id in ids))
    schema = schema_of(Representation(enumeration=codelist.reference), codelist)
    assert [value for value in (*ids, "7", "01") if is_let_through(version, schema, value)] == list(ids)


@pytest.mark.parametrize("version", WRITERS)
def test_values_of_a_value_list_are_any_texts(version):
    values = ("1 %", "a & b", "Ўзбекистон")
    items = tuple(ValueItem(id=value) for value in values)
    both = ValueList(id="CL_SEX", agency=AGENCY, version="1.0.0", items=items)  # as a codelist is called, too
    schema = schema_of(Representation(enumeration=both.reference), both)
    written = [value.replace("&", "&amp;") for value in (*values, "F")]
    assert [value for value in written if is_let_through(version, schema, value)] == written[:-1]


def test_a_codelist_without_codes_leaves_the_values_open():
    elsewhere = Codelist(id="CL_ELSEWHERE", agency=AGENCY, version="1.0.0", is_external_reference=True)
    schema = schema_of(Representation(enumeration=elsewhere.reference), elsewhere)
    assert is_let_through("3.0", schema, "anything")


@pytest.mark.parametrize("version", WRITERS)
def test_a_large_codelist_streams(version):
    """The text of its codes is never held: little more is than the list of them."""
    codes = tuple(Code(id=f"CODE_{number}") for number in range(100_000))
    large = Codelist(id="CL_LARGE", agency=AGENCY, version="1.0.0", items=codes)
    schema = schema_of(Representation(enumeration=large.reference), large)
    tracemalloc.start()
    sizes = [len(piece) for piece in WRITERS[version](schema, SchemaOptions())]
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) > 3_000_000
    assert set(sizes[:-1]) == {PIECE_BYTES}
    assert held < 1_500_000


# --- constraints ------------------------------------------------------------------------------------------------------


def constraint(id: str, target: Reference, *selections: ValueSelection, include: bool = True) -> DataConstraint:
    region = CubeRegion(keys=selections, include=include)
    return DataConstraint(id=id, agency=AGENCY, version="1.0.0", attachment=(target,), cube_regions=(region,))


def select(id: str, *values: str, **more: object) -> ValueSelection:
    return ValueSelection(id=id, values=values, **more)  # type: ignore[arg-type]


def test_codes_are_cut_by_the_constraints_of_the_context_and_those_above_it():
    structures = Structures(
        (
            *example_artefacts(),
            constraint("C1", EXAMPLE, select("SEX", "F", "M")),
            constraint("C2", EXAMPLE_AGREEMENT, select("REF_AREA", "KG")),
        )
    )
    areas, sexes = "Codelist.DSM.CL_AREA.1.0.0", "Codelist.DSM.CL_SEX.1.0.0"
    every_area, every_sex = ["KG", "TJ", "UZ", "_T"], ["F", "M", "_T"]
    expected = {
        EXAMPLE_STRUCTURE: {areas: every_area, sexes: every_sex},
        EXAMPLE: {areas: every_area, f"{sexes}.SEX": ["F", "M"]},
        EXAMPLE_AGREEMENT: {f"{areas}.REF_AREA": ["KG"], f"{sexes}.SEX": ["F", "M"]},
    }
    for version in WRITERS:
        for reference, types in expected.items():
            found = enumerations(generated(version, structures.schema(reference)))
            assert {name: codes for name, codes in found.items() if "AREA" in name or "SEX" in name} == types


AREAS = Codelist(
    id="CL_AREA",
    agency=AGENCY,
    version="1.0.0",
    items=(
        Code(id="A"),
        Code(id="A1", parent="A"),
        Code(id="A11", parent="A1"),
        Code(id="B"),
        Code(id="B1", parent="B"),
    ),
)


@pytest.mark.parametrize("selection, include, kept", [
    (select("REF_AREA", "A%"), True, "A A1 A11"),
    (select("REF_AREA", "%1"), True, "A1 A11 B1"),
    (select("REF_AREA", "A", cascades=("true",)), True, "A A1 A11"),
    (select("REF_AREA", "A", "B", cascades=("excluderoot", "")), True, "A1 A11 B"),
    (select("REF_AREA", "A", cascades=("true",), include=False), True, "B B1"),
    (select("REF_AREA", "A1"), False, "A A11 B B1"),
    (select("REF_AREA", "A1", include=False), False, "A1"),
])  # fmt: skip
def test_cube_regions_select_codes(selection, include, kept):
    artefacts = {artefact.reference: artefact for artefact in example_artefacts()} | {AREAS.reference: AREAS}
    structures = Structures((*artefacts.values(), constraint("C1", EXAMPLE, selection, include=include)))
    for version in WRITERS:
        found = enumerations(generated(version, structures.schema(EXAMPLE)))
        assert found["Codelist.DSM.CL_AREA.1.0.0.REF_AREA"] == kept.split()


def test_a_region_of_several_components_that_is_ruled_out_cuts_none_of_them():
    """Only what has all of it is ruled out."""
    ruled_out = constraint("C1", EXAMPLE, select("SEX", "F"), select("REF_AREA", "KG"), include=False)
    schema = Structures((*example_artefacts(), ruled_out)).schema(EXAMPLE)
    assert enumerations(generated("3.0", schema))["Codelist.DSM.CL_SEX.1.0.0"] == ["F", "M", "_T"]


@pytest.mark.parametrize("version", WRITERS)
def test_when_no_code_is_left_nothing_is_valid(version):
    schema = Structures((*example_artefacts(), constraint("C1", EXAMPLE, select("SEX", "NONE")))).schema(EXAMPLE)
    for value in ("F", "none", "nothing"):
        body = f'><Series FREQ="A" REF_AREA="KG" SEX="{value}"/>'
        assert errors(version, generated(version, schema), message(version, schema, body))


@pytest.mark.parametrize("version", WRITERS)
def test_constraints_on_what_has_no_codes_are_patterns(version):
    limits = (
        constraint("C1", TESTED, select("VALUE", "A.%", "B")),
        constraint("C2", TESTED, select("VALUE", "%1", "B")),
        constraint("C3", TESTED, select("VALUE", "X"), include=False),
    )
    schema = schema_of(formatted(pattern=".{1,3}"), *limits)
    values = ("A.1", "B", "A.2", "Ax1", "A.x1", "X")
    assert [value for value in values if is_let_through(version, schema, value)] == ["A.1", "B"]


@pytest.mark.parametrize("version", WRITERS)
def test_ranges_of_time_are_said_to_the_year(version):
    limits = constraint(
        "C1", TESTED, ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2019-05", end="2021-Q2"))
    )
    for text_type in ("ObservationalTimePeriod", "GregorianYear"):
        schema = schema_of(formatted(), limits, time=formatted(text_type=text_type))
        periods = ("2018", "2019", "2021", "2022")
        assert [at for at in periods if is_let_through(version, schema, "x", at)] == ["2019", "2021"]


def test_a_reporting_year_may_begin_before_a_range_of_time():
    """Where reporting years begin in July, the third quarter of 2018 is the first of 2019."""
    limits = constraint("C1", EXAMPLE, ValueSelection(id="TIME_PERIOD", time_range=TimeRange(start="2019")))
    schema = Structures((*example_artefacts(), limits)).schema(EXAMPLE)
    for period, is_right in (("2018-Q3", True), ("2017-Q4", False)):
        body = f'><Series FREQ="Q" REF_AREA="KG" SEX="F"><Obs TIME_PERIOD="{period}"/></Series>'
        found = errors("3.0", generated("3.0", schema), message("3.0", schema, body))
        assert (found == []) == is_right
