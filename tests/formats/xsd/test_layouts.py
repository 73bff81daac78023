"""The generated schema of a data structure in each version and view: it loads beside the official ones, and tells right data
from wrong."""

import pytest
from lxml import etree

from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.model import (
    Attribute,
    Concept,
    ConceptScheme,
    DataStructure,
    Dimension,
    Group,
    Reference,
    Representation,
    Structures,
    TextFormat,
)
from tests.formats.xsd.generating import WRITERS, errors, generated, message
from tests.helpers.schemas import (
    AGENCY,
    EXAMPLE,
    EXAMPLE_AGREEMENT,
    EXAMPLE_STRUCTURE,
    OBS_VALUE,
    RICH,
    TIME,
    concept,
    dimension,
    example_artefacts,
    example_structures,
    text,
)

STRUCTURES = example_structures()

SERIES_21 = (
    ' REPORTING_YEAR_START_DAY="--07-01" SOURCE_NOTE="x">'
    '<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="A title"/>'
    '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="x" COVERAGE="all">'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS="x"/></Series>'
)
SERIES_30 = (
    '><Atts REPORTING_YEAR_START_DAY="--07-01" SOURCE_NOTE="x"/><Atts REF_AREA="KG" COVERAGE="all"/>'
    '<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="A title"/>'
    '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="x">'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS="x"/></Series>'
)
CROSS = '><Series FREQ="A" SEX="F" TIME_PERIOD="2024"><Obs REF_AREA="KG" UNIT_MEASURE="PS" COVERAGE="all" OBS_VALUE="1"/></Series>'
FLAT = '><Obs FREQ="A" REF_AREA="KG" SEX="F" TIME_PERIOD="2024-Q1" UNIT_MEASURE="PS" OBS_VALUE="-1"/>'


SERIES = {"2.1": SERIES_21, "3.0": SERIES_30, "3.1": SERIES_30}
VIEWS = {
    "TIME_PERIOD": SERIES,
    "REF_AREA": dict.fromkeys(WRITERS, CROSS),
    "AllDimensions": dict.fromkeys(WRITERS, FLAT),
}


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("view", VIEWS)
def test_data_in_each_view_are_valid(version, view):
    schema = STRUCTURES.schema(EXAMPLE)
    xsd = generated(version, schema, dimension_at_observation=view)
    assert errors(version, xsd, message(version, schema, VIEWS[view][version], view)) == []


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("old, new, complaint", [
    (' SEX="F" UNIT', " UNIT", "The attribute 'SEX' is required but missing."),
    ('REF_AREA="KG" SEX="F" UNIT', 'REF_AREA="MD" SEX="F" UNIT', "The value 'MD' is not an element of the set"),
    ('OBS_VALUE="12.50"', 'OBS_VALUE="12,50"', "'12,50' is not a valid value of the union type"),
    ('OBS_STATUS="A"', 'OBS_STATUS="?"', "attribute 'OBS_STATUS'"),
    ('TIME_PERIOD="2024"', 'TIME_PERIOD="2024-Q5"', "ObservationalTimePeriodType"),
    ('TIME_PERIOD="2024"', "", "The attribute 'TIME_PERIOD' is required but missing."),
    ('COLLECTION="x"', 'COLLECTION="x" TITLE="x"', "The attribute 'TITLE' is not allowed."),
    ("ns1:Sibling", "ns1:Other", "Other"),
    ('"ns1:Sibling"', '"ns1:Sibling" type="Other"', "attribute 'type'"),
])  # fmt: skip
def test_wrong_data_are_told(version, old, new, complaint):
    assert old in SERIES[version]
    schema = STRUCTURES.schema(EXAMPLE)
    wrong = message(version, schema, SERIES[version].replace(old, new, 1))
    found = errors(version, generated(version, schema), wrong)
    assert any(complaint in each for each in found), found


COMPS = (
    '><Atts><Comp id="CONTACT" xsi:type="ns1:CONTACT_ATTRIBUTE"><Value>a</Value><Value>b</Value></Comp></Atts>'
    '<Series FREQ="A" REF_AREA="KG"><Comp id="TITLE" xsi:type="ns1:TITLE_ATTRIBUTE"><Value>'
    '<c:Text xml:lang="en">A</c:Text><c:Text xml:lang="ru">Б</c:Text></Value></Comp>'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="1.5" OBS_COUNT="7" OBS_STATUS="E">'
    '<Comp id="METHOD" xsi:type="ns1:METHOD_ATTRIBUTE"><Value>x</Value></Comp></Obs></Series>'
)


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_arrays_languages_and_several_measures_are_valid(version):
    schema = STRUCTURES.schema(RICH)
    assert errors(version, generated(version, schema), message(version, schema, COMPS)) == []


@pytest.mark.parametrize("version", ["3.0", "3.1"])
@pytest.mark.parametrize("old, new", [
    ('id="TITLE" ', 'id="CONTACT" '),
    ("<Value>x</Value>", '<Value><c:Text xml:lang="en">x</c:Text></Value>'),
    ('OBS_COUNT="7"', 'OBS_COUNT="7.5"'),
    ('FREQ="A"', 'FREQ="A" TITLE="x"'),
])  # fmt: skip
def test_components_in_the_wrong_form_are_told(version, old, new):
    assert old in COMPS
    schema = STRUCTURES.schema(RICH)
    assert errors(version, generated(version, schema), message(version, schema, COMPS.replace(old, new, 1)))


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize(
    "reference", [EXAMPLE_STRUCTURE, EXAMPLE, EXAMPLE_AGREEMENT], ids=lambda found: found.artefact_class
)
def test_context_and_view_are_in_the_namespace(version, reference):
    for view in ("TIME_PERIOD", "SEX", "AllDimensions"):
        xsd = etree.fromstring(generated(version, STRUCTURES.schema(reference), dimension_at_observation=view))
        assert xsd.get("targetNamespace") == f"{reference.urn}:ObsLevelDim:{view}"


# --- deletions --------------------------------------------------------------------------------------------------------

DELETED = {
    "TIME_PERIOD": [
        '><Series><Obs TIME_PERIOD="2024"/></Series>',
        '><Series FREQ="A" REF_AREA="KG"/>',
        '><Series REF_AREA="KG" UNIT_MEASURE="-" TITLE="-" SOURCE_NOTE="-"><Obs OBS_VALUE="-" OBS_STATUS="-"/></Series>',
    ],
    "REF_AREA": ['><Series SEX="F"><Obs REF_AREA="KG" OBS_VALUE="-" TITLE="-"/></Series>'],
    "AllDimensions": ['><Obs SEX="F"/><Obs TIME_PERIOD="2024" OBS_VALUE="-" UNIT_MEASURE="-" SOURCE_NOTE="-"/>'],
}


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("view, body", [(view, body) for view, bodies in DELETED.items() for body in bodies])
def test_what_deletes_may_leave_out_dimensions_and_say_anything_for_values(version, view, body):
    schema = STRUCTURES.schema(EXAMPLE)
    deletes = message(version, schema, body, view)
    for for_deletion in (True, False):
        xsd = generated(version, schema, dimension_at_observation=view, for_deletion=for_deletion)
        assert (errors(version, xsd, deletes) == []) == for_deletion


@pytest.mark.parametrize("version", WRITERS)
def test_a_wrong_code_deletes_nothing(version):
    schema = STRUCTURES.schema(EXAMPLE)
    wrong = message(version, schema, '><Series REF_AREA="MD"/>')
    assert errors(version, generated(version, schema, for_deletion=True), wrong)


@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_several_values_and_texts_are_deleted_by_any_sign(version):
    schema = STRUCTURES.schema(RICH)
    xsd = generated(version, schema, for_deletion=True)
    body = COMPS.replace('<c:Text xml:lang="en">A</c:Text><c:Text xml:lang="ru">Б</c:Text>', "-").replace(
        'FREQ="A" ', ""
    )
    for deletes in (body, COMPS):
        assert errors(version, xsd, message(version, schema, deletes)) == []


# --- explicit measures ------------------------------------------------------------------------------------------------

MEASURES = ConceptScheme(
    id="CS_MEASURES",
    agency=AGENCY,
    version="1.0.0",
    items=(
        Concept(id="STOCK", core_representation=Representation(text_format=TextFormat(text_type="Integer"))),
        Concept(id="RATE"),
    ),
)
MEASURED = DataStructure(
    id="MEASURED",
    agency=AGENCY,
    version="1.0.0",
    dimensions=(
        dimension("REF_AREA", "CL_AREA"),
        Dimension(
            id="MEASURE",
            concept=concept("COLLECTION"),
            representation=Representation(enumeration=Reference("ConceptScheme", AGENCY, "CS_MEASURES", "1.0.0")),
            is_measure=True,
        ),
    ),
    time_dimension=TIME,
    measures=(OBS_VALUE,),
    attributes=(Attribute(concept=concept("COMMENT_OBS"), representation=text()),),
)


def measured():
    return Structures((*example_artefacts(), MEASURES, MEASURED)).schema(MEASURED.reference)


def explicit(kind: str, inside: str) -> str:
    return f'><Series REF_AREA="KG" TIME_PERIOD="2024"><Obs xsi:type="ns1:{kind}" {inside}/></Series>'


def test_each_explicit_measure_has_observations_of_its_own():
    schema = measured()
    xsd = generated("2.1", schema, dimension_at_observation="MEASURE", explicit_measures=True)
    assert etree.fromstring(xsd).get("targetNamespace") == f"{MEASURED.reference.urn}:ObsLevelDim:MEASURE:explicit"

    def found(body: str) -> list[str]:
        return errors("2.1", xsd, message("2.1", schema, body, "MEASURE", ":explicit"))

    assert found(explicit("STOCK", 'OBS_VALUE="7" COMMENT_OBS="x"')) == []
    assert found(explicit("STOCK", 'OBS_VALUE="7" type="STOCK"')) == []
    assert found(explicit("RATE", 'OBS_VALUE="7.5"')) == []
    assert found(explicit("STOCK", 'OBS_VALUE="7.5"'))
    assert found(explicit("STOCK", 'OBS_VALUE="7" type="RATE"'))
    assert found(explicit("STOCK", 'OBS_VALUE="7" MEASURE="STOCK"'))
    assert found(explicit("FLOW", 'OBS_VALUE="7"'))


@pytest.mark.parametrize("version", WRITERS)
def test_a_measure_dimension_is_otherwise_one_of_codes(version):
    schema = measured()
    body = '><Series REF_AREA="KG" MEASURE="STOCK"><Obs TIME_PERIOD="2024" OBS_VALUE="7.5"/></Series>'
    assert errors(version, generated(version, schema), message(version, schema, body)) == []
    assert errors(version, generated(version, schema), message(version, schema, body.replace("STOCK", "FLOW")))


@pytest.mark.parametrize("reference, view", [(MEASURED.reference, "TIME_PERIOD"), (EXAMPLE, "REF_AREA")])
def test_explicit_measures_need_a_measure_dimension_at_the_observation(reference, view):
    schema = Structures((*example_artefacts(), MEASURES, MEASURED)).schema(reference)
    with pytest.raises(
        QuerySemanticsError, match="has no measure dimension at the observation: ask without explicitMeasure"
    ):
        generated("2.1", schema, dimension_at_observation=view, explicit_measures=True)


# --- what can't be said -----------------------------------------------------------------------------------------------


def test_dimension_that_is_none_is_refused():
    with pytest.raises(QuerySemanticsError) as caught:
        generated("3.0", STRUCTURES.schema(EXAMPLE), dimension_at_observation="AGE")
    assert str(caught.value) == "“AGE” is no dimension of DSM:EXAMPLE(1.0.0): it has FREQ, REF_AREA, SEX, TIME_PERIOD."


def test_21_refuses_what_it_cannot_say():
    with pytest.raises(Unsupported) as caught:
        generated("2.1", STRUCTURES.schema(RICH))
    assert str(caught.value) == "SDMX-ML 2.1 can't say METHOD of DSM:RICH(1.0.0): it has several values or markup."


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize(
    "dimension_id, group_id", [("type", "G"), ("1A", "G"), ("A$", "G"), ("A", "ObsType"), ("A", "1G")]
)
def test_names_that_a_schema_cannot_have_are_refused(version, dimension_id, group_id):
    structure = DataStructure(
        id="ODD",
        agency=AGENCY,
        version="1.0.0",
        dimensions=(
            dimension("FREQ", "CL_FREQ"),
            Dimension(id=dimension_id, concept=concept("SEX"), representation=text()),
        ),
        groups=(Group(id=group_id, dimensions=("FREQ",)),),
    )
    with pytest.raises(Unsupported, match="An XML Schema can't have the name"):
        generated(version, Structures((*example_artefacts(), structure)).schema(structure.reference))


def test_groups_may_have_all_dimensions_or_none():
    """An attribute of a group of all dimensions stood nowhere."""
    structure = DataStructure(
        id="GROUPED",
        agency=AGENCY,
        version="1.0.0",
        dimensions=(dimension("FREQ", "CL_FREQ"), dimension("SEX", "CL_SEX")),
        time_dimension=TIME,
        groups=(Group(id="Whole", dimensions=("SEX", "FREQ")), Group(id="Constrained")),
        measures=(OBS_VALUE,),
        attributes=(Attribute(concept=concept("TITLE"), representation=text(), relationship="group", group="Whole"),),
    )
    schema = Structures((*example_artefacts(), structure)).schema(structure.reference)
    body = (
        '><Group xsi:type="ns1:Whole" FREQ="A" SEX="F" TITLE="x"/><Group xsi:type="ns1:Constrained"/>'
        '<Series FREQ="A" SEX="F" TITLE="x"/>'
    )
    for version in WRITERS:
        assert errors(version, generated(version, schema), message(version, schema, body)) == []
