"""What services write otherwise than the standard asks, or than we do, and what is meant all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sdmx_dsm.errors import NotFound
from sdmx_dsm.formats.ml_data import read_ml
from sdmx_dsm.model import (
    Attribute,
    Concept,
    ConceptScheme,
    DataStructure,
    Dimension,
    Measure,
    Reference,
    Structures,
    TimeDimension,
)
from tests.formats.ml_data.test_read import REF, SDMX, message
from tests.helpers.content import Row, at_level, content
from tests.helpers.schemas import EXAMPLE, example_structures

SERIES = '<Series FREQ="A" REF_AREA="KG" SEX="F"><Obs TIME_PERIOD="2024" OBS_VALUE="1"/></Series>'
OBSERVATION = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2024", "OBS_VALUE": "1"}

Read = Callable[..., list[Row]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str, structures: Structures | None = None, reference: Reference | None = None) -> list[Row]:
        path = tmp_path / "message.xml"
        path.write_text(text, "utf-8")
        return content(read_ml(path, structures or example_structures(), reference=reference))

    return read


@pytest.mark.parametrize("attributes", ['ss:structureRef="S9"', "", 'structureRef="S1"'])
def test_only_structure_of_the_header_is_meant_however_the_data_set_refers_to_it(read: Read, attributes: str) -> None:
    rows = read(message(f"<message:DataSet {attributes}>{SERIES}</message:DataSet>"))
    assert at_level(rows, "obs") == [OBSERVATION]


def test_action_without_its_namespace_is_the_action_and_no_attribute_of_the_data(tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_text(message(f'<message:DataSet structureRef="S1" action="Replace">{SERIES}</message:DataSet>'))
    [dataset] = read_ml(path, example_structures())
    assert dataset.action == "Replace"


def test_action_of_a_structure_that_has_such_a_component_is_that(read: Read) -> None:
    structures = demography(attribute="action")
    text = message('<message:DataSet ss:structureRef="S1" action="x"/>', structure=DEMOGRAPHY_REF)
    assert read(text, structures) == [("dataset", (("action", "x"),))]


def test_elements_in_the_namespace_of_the_structure_are_what_they_are_called(read: Read) -> None:
    body = SERIES.replace("<", "<d:").replace("<d:/", "</d:")
    urn = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:EXAMPLE(1.0.0):ObsLevelDim:TIME_PERIOD"
    rows = read(message(f'<message:DataSet xmlns:d="{urn}" ss:structureRef="S1">{body}{SERIES}</message:DataSet>'))
    assert at_level(rows, "obs") == [OBSERVATION, OBSERVATION]


GENERIC = """<generic:Series><generic:SeriesKey><generic:Value id="FREQ" value="A"/><generic:Value id="REF_AREA" value="KG"/>
<generic:Value id="SEX" value="F"/></generic:SeriesKey><generic:Obs><generic:ObsDimension value="2024"/>
<generic:ObsValue value="1"/></generic:Obs></generic:Series>"""


@pytest.mark.parametrize("root, body", [("StructureSpecificData", SERIES), ("GenericData", GENERIC)])
@pytest.mark.parametrize("header", ["", "<message:Header><message:ID>M</message:ID></message:Header>"])
def test_data_without_a_header_or_a_structure_in_it_are_of_what_they_are_said_to_be(
    read: Read, root: str, body: str, header: str
) -> None:
    text = (
        f'<message:{root} xmlns:message="{SDMX}/v2_1/message" xmlns:generic="{SDMX}/v2_1/data/generic">{header}'
        f"<message:DataSet>{body}</message:DataSet></message:{root}>"
    )
    assert at_level(read(text, reference=EXAMPLE), "obs") == [OBSERVATION]


def test_structure_that_the_message_names_comes_before_what_it_is_said_to_be(read: Read) -> None:
    with pytest.raises(NotFound):
        read(message("<message:DataSet/>", structure=REF.replace("EXAMPLE", "NOWHERE")), reference=EXAMPLE)


# --- explicit measures of 2.1 -----------------------------------------------------------------------------------------

DEMOGRAPHY_REF = '<common:Structure><Ref agencyID="DSM" id="DEMOGRAPHY" version="1.0"/></common:Structure>'


def concept(id: str) -> Reference:
    return Reference("Concept", "DSM", "CS", "1.0", id)


def demography(*, is_marked: bool = True, attribute: str = "NOTE") -> Structures:
    """With BIRTHS and DEATHS as concepts of a measure dimension, in 2.1; a structure of 3.x does not mark it."""
    ids = ("REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE", "BIRTHS", "DEATHS", attribute)
    structure = DataStructure(
        id="DEMOGRAPHY",
        agency="DSM",
        version="1.0",
        dimensions=(
            Dimension(id="REF_AREA", concept=concept("REF_AREA")),
            Dimension(id="INDICATOR", concept=concept("INDICATOR"), is_measure=is_marked),
        ),
        time_dimension=TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD")),
        measures=(Measure(id="OBS_VALUE", concept=concept("OBS_VALUE")),),
        attributes=(Attribute(id=attribute, concept=concept(attribute), relationship="dataflow"),),
    )
    scheme = ConceptScheme(id="CS", agency="DSM", version="1.0", items=tuple(Concept(id=id) for id in ids))
    return Structures([structure, scheme])


def explicit(body: str, dimension: str = "INDICATOR") -> str:
    return message(
        f'<message:DataSet ss:structureRef="S1" xmlns:d="urn:x:explicit">{body}</message:DataSet>',
        structure=DEMOGRAPHY_REF,
        dimension=f'{dimension}" explicitMeasures="true',
    )


BIRTHS = {"REF_AREA": "KG", "INDICATOR": "BIRTHS", "TIME_PERIOD": "2024", "OBS_VALUE": "150000"}
DEATHS = {"REF_AREA": "KG", "INDICATOR": "DEATHS", "TIME_PERIOD": "2024", "OBS_VALUE": "33000"}


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize(
    "first, second", [('xsi:type="d:BIRTHS"', 'xsi:type="d:DEATHS"'), ('type="BIRTHS"', 'type="DEATHS"')]
)
def test_type_of_an_observation_is_its_measure(read: Read, is_marked: bool, first: str, second: str) -> None:
    body = f'<Series REF_AREA="KG" TIME_PERIOD="2024"><Obs {first} OBS_VALUE="150000"/><Obs {second} OBS_VALUE="33000"/></Series>'
    assert at_level(read(explicit(body), demography(is_marked=is_marked)), "obs") == [BIRTHS, DEATHS]


def test_measures_are_explicit_in_flat_data_too(read: Read) -> None:
    body = '<Obs xsi:type="d:BIRTHS" REF_AREA="KG" TIME_PERIOD="2024" OBS_VALUE="150000"/>'
    assert at_level(read(explicit(body, "AllDimensions"), demography()), "obs") == [BIRTHS]


def test_namespace_tells_that_measures_are_explicit_where_the_header_does_not(read: Read) -> None:
    body = '<Series REF_AREA="KG" TIME_PERIOD="2024"><Obs xsi:type="d:BIRTHS" OBS_VALUE="150000"/></Series>'
    text = explicit(body).replace('explicitMeasures="true"', 'namespace="urn:x:explicit"')
    assert at_level(read(text, demography()), "obs") == [BIRTHS]


def test_group_of_a_structure_without_dimensions_but_time_belongs_to_all_of_its_data(read: Read) -> None:
    structure = DataStructure(
        id="TIME_ALONE",
        agency="DSM",
        version="1.0",
        time_dimension=TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD")),
        measures=(Measure(id="OBS_VALUE", concept=concept("OBS_VALUE")),),
    )
    structures = Structures([structure, ConceptScheme(id="CS", agency="DSM", version="1.0")])
    text = message(
        '<message:DataSet ss:structureRef="S1"><Series TITLE="t"><Obs TIME_PERIOD="2024" OBS_VALUE="1"/></Series></message:DataSet>',
        structure=DEMOGRAPHY_REF.replace("DEMOGRAPHY", "TIME_ALONE"),
    )
    assert read(text, structures) == [
        ("dataset", (("TITLE", "t"),)),
        ("obs", (("OBS_VALUE", "1"), ("TIME_PERIOD", "2024"))),
    ]
