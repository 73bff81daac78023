"""What the reader makes of small messages written by hand: levels, places, actions, odd and hostile input."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import NotFound, ReadError
from sdmx_dsm.formats.ml_data import read_ml
from sdmx_dsm.model import Reference
from tests.helpers.content import at_level, content, rows_of
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, EXAMPLE_STRUCTURE, example_structures

SDMX = "http://www.sdmx.org/resources/sdmxml/schemas"
REF = '<common:StructureUsage><Ref agencyID="DSM" id="EXAMPLE" version="1.0.0"/></common:StructureUsage>'
URN = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:{}(1.0.0)"
DATASET = '<message:DataSet ss:structureRef="S1" ss:action="Replace">'

Read = Callable[[str], Iterator[DataSet]]


def message(
    body: str, *, version: str = "2_1", root: str = "StructureSpecificData", structure: str = REF, **more: str
) -> str:
    dimension = more.get("dimension", "TIME_PERIOD")
    return (
        f'<message:{root} xmlns:message="{SDMX}/v{version}/message" xmlns:common="{SDMX}/v{version}/common"'
        f' xmlns:ss="{SDMX}/v{version}/data/structurespecific" xmlns:generic="{SDMX}/v{version}/data/generic"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        "<message:Header><message:ID>M1</message:ID><message:Test>true</message:Test>"
        '<message:Prepared>2026-01-02T03:04:05Z</message:Prepared><message:Sender id="DSM"/>'
        f'{more.get("header", "")}<message:Structure structureID="S1" dimensionAtObservation="{dimension}">'
        f"{structure}</message:Structure>{more.get('after', '')}</message:Header>\n{body}</message:{root}>"
    )


def message30(body: str, flow: str = "EXAMPLE", **more: str) -> str:
    structure = f"<common:StructureUsage>{URN.format(flow)}</common:StructureUsage>"
    return message(body, version="3_0", structure=structure, **more)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(text: str) -> Iterator[DataSet]:
        path = tmp_path / "message.xml"
        path.write_bytes(text.encode())
        return read_ml(path, example_structures())

    return read


def frames(datasets: Iterator[DataSet]) -> pl.DataFrame:
    return pl.concat([batch for dataset in datasets for batch in dataset.batches], how="diagonal")


# --- the message and its data sets ------------------------------------------------------------------------------------


def test_header_and_data_set_say_what_the_message_says(read: Read) -> None:
    header = (
        '<message:Receiver id="A"/><message:Receiver id="B"><common:Name>Not ours</common:Name></message:Receiver>'
        '<common:Name>Test</common:Name><common:Name xml:lang="ru">Проба</common:Name>'
    )
    after = (
        '<message:DataProvider><Ref agencyID="DSM" maintainableParentID="DATA_PROVIDERS" id="KG_STAT"/>'
        "</message:DataProvider><message:DataSetAction>Append</message:DataSetAction>"
        "<message:DataSetID>D1</message:DataSetID><message:EmbargoDate>2026-02-01T00:00:00</message:EmbargoDate>"
        '<message:Source xml:lang="ru">Перепись</message:Source>'
    )
    body = (
        '<message:DataSet ss:structureRef="S1" ss:validFromDate="2026-01-01T00:00:00Z" ss:reportingBeginDate="2020"/>'
    )
    [dataset] = read(message(body, header=header, after=after))
    found = dataset.header
    assert (found.id, found.test, found.prepared, found.sender) == ("M1", True, "2026-01-02T03:04:05Z", "DSM")
    assert (found.receivers, found.names) == (("A", "B"), {"en": "Test", "ru": "Проба"})
    assert (found.sources, found.embargo) == ({"ru": "Перепись"}, "2026-02-01T00:00:00")
    assert (dataset.action, dataset.id, dataset.reporting_begin) == ("Append", "D1", "2020")
    assert (dataset.valid_from, dataset.valid_to) == (datetime(2026, 1, 1, tzinfo=UTC), None)
    assert dataset.provider == Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT")
    assert dataset.structure == EXAMPLE


@pytest.mark.parametrize(
    "structure, expected",
    [
        ('<common:Structure><Ref agencyID="DSM" id="EXAMPLE" version="1.0.0"/></common:Structure>', EXAMPLE_STRUCTURE),
        (f"<common:StructureUsage><URN>{EXAMPLE.urn}</URN></common:StructureUsage>", EXAMPLE),
        (f"<common:ProvisionAgrement><URN>{EXAMPLE_AGREEMENT.urn}</URN></common:ProvisionAgrement>", EXAMPLE_AGREEMENT),
        (f"<common:ProvisionAgreement>{EXAMPLE_AGREEMENT.urn}</common:ProvisionAgreement>", EXAMPLE_AGREEMENT),
        (f"<common:StructureUsage>\n{EXAMPLE.urn}\n</common:StructureUsage>", EXAMPLE),
    ],
)
def test_structures_are_named_by_ref_or_urn(read: Read, structure: str, expected: Reference) -> None:
    [dataset] = read(message('<message:DataSet ss:structureRef="S1"/>', structure=structure))
    assert dataset.structure == expected
    assert dataset.schema.reference == expected


def test_data_sets_come_in_order_and_what_is_left_of_one_is_passed_over(read: Read) -> None:
    one = '{}<Series FREQ="A" REF_AREA="{}" SEX="F"><Obs TIME_PERIOD="2020" OBS_VALUE="1"/></Series></message:DataSet>'
    second = DATASET.replace("Replace", "Delete")
    text = message(one.format(DATASET, "KG") + one.format(second, "TJ") + one.format(DATASET, "UZ"))
    datasets = read(text)
    first = next(datasets)
    assert [dataset.action for dataset in (first, next(datasets))] == ["Replace", "Delete"]
    third = next(datasets)
    assert [batch["REF_AREA"].to_list() for batch in third.batches] == [["UZ"]]
    assert next(datasets, None) is None


def test_a_provider_inside_the_data_set_is_its_own(read: Read) -> None:
    provider = (
        "<DataProvider>urn:sdmx:org.sdmx.infomodel.base.DataProvider=DSM:DATA_PROVIDERS(1.0).TJ_STAT</DataProvider>"
    )
    [dataset] = read(message30(f"{DATASET}{provider}</message:DataSet>"))
    assert dataset.provider == Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "TJ_STAT")


def test_a_message_without_data_sets_and_with_a_footer_is_read(read: Read) -> None:
    footer = f'<f:Footer xmlns:f="{SDMX}/v2_1/message/footer"><f:Message code="510"><common:Text>x</common:Text></f:Message></f:Footer>'
    assert list(read(message(footer))) == []


# --- levels, places, values -------------------------------------------------------------------------------------------

SERIES = """<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="Women"/>
<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COVERAGE="whole">
  <Obs TIME_PERIOD="2020" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS=""/>
  <Obs TIME_PERIOD="2021" OBS_VALUE="0"/>
</Series>
<Series FREQ="A" REF_AREA="TJ" SEX="F"/>"""
NOTED = DATASET.replace(">", ' SOURCE_NOTE="note" xmlns:ns1="urn:x">\n')


def test_each_attribute_has_the_level_of_its_relationship(read: Read) -> None:
    rows = content(read(message(NOTED + SERIES + "</message:DataSet>")))
    key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
    assert at_level(rows, "obs") == [
        {**key, "TIME_PERIOD": "2020", "OBS_VALUE": "12.50", "OBS_STATUS": "A", "COMMENT_OBS": ""},
        {**key, "TIME_PERIOD": "2021", "OBS_VALUE": "0"},
    ]
    assert at_level(rows, "series") == [{**key, "UNIT_MEASURE": "PS"}, {**key, "REF_AREA": "TJ"}]
    assert at_level(rows, "partial") == [
        {"REF_AREA": "KG", "COVERAGE": "whole"},
        {"REF_AREA": "KG", "SEX": "F", "TITLE": "Women"},
    ]
    assert at_level(rows, "dataset") == [{"SOURCE_NOTE": "note"}]
    assert len(rows) == 7


def test_rows_know_their_line_and_column(read: Read) -> None:
    rows = frames(read(message(NOTED + SERIES + "</message:DataSet>")))
    places = rows.select(":level", ":line", ":col").sort(":line", ":col", ":level").rows()
    assert places == [
        ("dataset", 2, 1),
        ("partial", 3, 1),
        ("partial", 4, 1),
        ("series", 4, 1),
        ("obs", 5, 3),
        ("obs", 6, 3),
        ("series", 8, 1),
    ]


def test_flat_data_give_each_attribute_once_and_any_that_differs(read: Read) -> None:
    obs = '<Obs FREQ="A" REF_AREA="KG" SEX="F" TIME_PERIOD="{}" OBS_VALUE="1" UNIT_MEASURE="{}" SOURCE_NOTE="n"/>'
    body = "".join(obs.format(year, unit) for year, unit in [(2020, "PS"), (2021, "PS"), (2022, "PC")])
    rows = content(read(message(f"{DATASET}{body}</message:DataSet>", dimension="AllDimensions")))
    assert [row["UNIT_MEASURE"] for row in at_level(rows, "series")] == ["PC", "PS"]
    assert at_level(rows, "dataset") == [{"SOURCE_NOTE": "n"}]
    assert [sorted(row) for row in at_level(rows, "obs")] == [
        ["FREQ", "OBS_VALUE", "REF_AREA", "SEX", "TIME_PERIOD"]
    ] * 3


def test_a_cross_section_has_its_dimension_at_the_observations(read: Read) -> None:
    body = (
        '<Series FREQ="A" SEX="F" TIME_PERIOD="2020"><Obs REF_AREA="KG" OBS_VALUE="1" COVERAGE="whole"/>'
        '<Obs REF_AREA="TJ" OBS_VALUE="2"/></Series>'
    )
    rows = content(read(message(f"{DATASET}{body}</message:DataSet>", dimension="REF_AREA")))
    key = {"FREQ": "A", "SEX": "F", "TIME_PERIOD": "2020"}
    assert at_level(rows, "obs") == [
        {**key, "REF_AREA": "KG", "OBS_VALUE": "1"},
        {**key, "REF_AREA": "TJ", "OBS_VALUE": "2"},
    ]
    assert at_level(rows, "partial") == [{"REF_AREA": "KG", "COVERAGE": "whole"}]


def test_an_unknown_component_is_kept_as_a_column(read: Read) -> None:
    body = '<Series FREQ="A" REF_AREA="KG" SEX="F" COLOUR="red"><Obs TIME_PERIOD="2020" SHADE="dark"/></Series>'
    rows = content(read(message(f"{DATASET}{body}</message:DataSet>")))
    assert at_level(rows, "obs")[0]["SHADE"] == "dark"
    assert at_level(rows, "series") == [{"FREQ": "A", "REF_AREA": "KG", "SEX": "F", "COLOUR": "red"}]


def test_observations_with_different_attributes_keep_their_order(read: Read) -> None:
    obs = (
        '<Obs TIME_PERIOD="1" OBS_VALUE="a"/><Obs TIME_PERIOD="2" OBS_VALUE="b" OBS_STATUS="A"/>'
        '<Obs TIME_PERIOD="3"/><Obs OBS_VALUE="d" TIME_PERIOD="4"/><Obs TIME_PERIOD="5" COMMENT_OBS="e"/>'
    )
    rows = frames(read(message(f'{DATASET}<Series FREQ="A" REF_AREA="KG" SEX="F">{obs}</Series></message:DataSet>')))
    assert rows.select("TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS", "REF_AREA").rows() == [
        ("1", "a", None, None, "KG"),
        ("2", "b", "A", None, "KG"),
        ("3", None, None, None, "KG"),
        ("4", "d", None, None, "KG"),
        ("5", None, None, "e", "KG"),
    ]


def test_arrays_and_languages_become_canonical_json(read: Read) -> None:
    body = (
        '<Atts><Comp id="CONTACT" xsi:type="ns1:x" xmlns:ns1="urn:x"><Value>a &amp; b</Value><Value> c</Value></Comp></Atts>'
        '<Series FREQ="A" REF_AREA="KG"><Comp id="TITLE"><Value><common:Text xml:lang="ru">Да</common:Text>'
        "<common:Text>Yes</common:Text></Value></Comp>"
        '<Obs TIME_PERIOD="2020" OBS_COUNT="7"><Comp id="METHOD"><Value>x</Value></Comp></Obs>'
        '<Obs TIME_PERIOD="2021" METHOD="y"/></Series>'
    )
    rows = content(read(message30(f"{DATASET}{body}</message:DataSet>", flow="RICH")))
    assert at_level(rows, "dataset") == [{"CONTACT": '["a & b"," c"]'}]
    assert at_level(rows, "series") == [{"FREQ": "A", "REF_AREA": "KG", "TITLE": '{"en":"Yes","ru":"Да"}'}]
    assert [row["METHOD"] for row in at_level(rows, "obs")] == ['["x"]', '["y"]']


def test_3_1_is_read_as_3_0(read: Read) -> None:
    body = (
        f'{DATASET.replace("Replace", "Merge")}<Obs FREQ="A" REF_AREA="~" SEX="F" TIME_PERIOD="2020" OBS_VALUE="NaN"/>'
    )
    dataset = next(read(message30(body + "</message:DataSet>").replace("v3_0", "v3_1")))
    assert dataset.action == "Merge"
    assert content([dataset])[0][1][:2] == (("FREQ", "A"), ("OBS_VALUE", "NaN"))


GENERIC_SERIES = """<message:DataSet structureRef="S1" action="Append" setID="X">
<generic:Attributes><generic:Value id="SOURCE_NOTE" value="note"/></generic:Attributes>
<generic:Group type="Sibling"><generic:GroupKey><generic:Value id="REF_AREA" value="KG"/><generic:Value id="SEX" value="F"/>
</generic:GroupKey><generic:Attributes><generic:Value value="Women" id="TITLE"/></generic:Attributes></generic:Group>
<generic:Series><generic:SeriesKey><generic:Value id="FREQ" value="A"/><generic:Value id="REF_AREA" value="KG"/>
<generic:Value id="SEX" value="F"/></generic:SeriesKey><generic:Attributes><generic:Value id="UNIT_MEASURE" value="PS"/>
</generic:Attributes>
 <generic:Obs><generic:ObsDimension value="2020"/><generic:ObsValue value="1.0"/><generic:Attributes>
  <generic:Value id="OBS_STATUS" value="A"/></generic:Attributes></generic:Obs>
 <generic:Obs><generic:ObsDimension value="2021"/></generic:Obs>
</generic:Series></message:DataSet>"""


@pytest.mark.parametrize("root", ["GenericData", "GenericTimeSeriesData"])
def test_generic_series(read: Read, root: str) -> None:
    dataset = next(read(message(GENERIC_SERIES, root=root)))
    assert (dataset.action, dataset.id) == ("Append", "X")
    batches = list(dataset.batches)
    key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
    rows = sorted(row for batch in batches for row in rows_of(batch))
    assert at_level(rows, "obs") == [
        {**key, "TIME_PERIOD": "2020", "OBS_VALUE": "1.0", "OBS_STATUS": "A"},
        {**key, "TIME_PERIOD": "2021"},
    ]
    assert at_level(rows, "series") == [{**key, "UNIT_MEASURE": "PS"}]
    assert at_level(rows, "partial") == [{"REF_AREA": "KG", "SEX": "F", "TITLE": "Women"}]
    assert at_level(rows, "dataset") == [{"SOURCE_NOTE": "note"}]
    places = pl.concat(batches).filter(pl.col(":level") == "obs").select(":line", ":col").rows()
    assert places == [(9, 2), (11, 2)]


def test_generic_flat(read: Read) -> None:
    values = "".join(
        f'<generic:Value id="{id}" value="{value}"/>'
        for id, value in {"FREQ": "A", "REF_AREA": "KG", "SEX": "F", "TIME_PERIOD": "2020"}.items()
    )
    body = (
        f'<message:DataSet structureRef="S1"><generic:Obs><generic:ObsKey>{values}</generic:ObsKey>'
        '<generic:ObsValue value="1"/><generic:Attributes><generic:Value id="UNIT_MEASURE" value="PS"/></generic:Attributes>'
        "</generic:Obs></message:DataSet>"
    )
    rows = content(read(message(body, root="GenericData", dimension="AllDimensions")))
    key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
    assert at_level(rows, "obs") == [{**key, "TIME_PERIOD": "2020", "OBS_VALUE": "1"}]
    assert at_level(rows, "series") == [{**key, "UNIT_MEASURE": "PS"}]


# --- deletes ----------------------------------------------------------------------------------------------------------


def test_everything_in_a_delete_is_a_pattern(read: Read) -> None:
    body = (
        '<Group REF_AREA="UZ" SEX="F" TITLE="-"/>'
        '<Series FREQ="A" REF_AREA="KG" SEX="F"><Obs TIME_PERIOD="2020"/><Obs TIME_PERIOD="2021" OBS_STATUS="-"/></Series>'
        '<Series REF_AREA="TJ"/><Series REF_AREA="KG" UNIT_MEASURE="-"/>'
    )
    rows = content(read(message(f"{DATASET.replace('Replace', 'Delete')}{body}</message:DataSet>")))
    key = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
    deletes = at_level(rows, "delete")
    assert len(deletes) == len(rows) == 5
    for expected in (
        {**key, "TIME_PERIOD": "2020"},
        {**key, "TIME_PERIOD": "2021", "OBS_STATUS": "-"},
        {"REF_AREA": "TJ"},
        {"REF_AREA": "KG", "UNIT_MEASURE": "-"},
        {"REF_AREA": "UZ", "SEX": "F", "TITLE": "-"},
    ):
        assert expected in deletes


def test_an_empty_delete_means_everything(read: Read) -> None:
    rows = content(read(message('<message:DataSet ss:structureRef="S1" ss:action="Delete"/>')))
    assert rows == [("delete", ())]


# --- what is refused --------------------------------------------------------------------------------------------------

DEEP = "<a>" * 200 + "</a>" * 200
SECOND = f'<message:Structure structureID="S2" dimensionAtObservation="TIME_PERIOD">{REF}</message:Structure>'
REFUSED = {
    "not XML": ("FREQ,REF_AREA", "not well-formed XML", 1),
    "empty": ("", "empty", 1),
    "truncated": (message(NOTED + SERIES)[:-120], "not well-formed XML: unclosed token", 6),
    "DTD": ("<!DOCTYPE x [<!ENTITY a 'b'>]>" + message(""), "DTD", 1),
    "another message": (f'<m:Structure xmlns:m="{SDMX}/v2_1/message"/>', "“Structure” is no SDMX-ML data message", 1),
    "no namespace": ("<StructureSpecificData/>", "no SDMX-ML data message", 1),
    "generic 3.0": (message("", version="3_0", root="GenericData"), "no SDMX-ML data message", 1),
    "no structureRef": (
        message("<message:DataSet/>", after=SECOND),
        "refers to no structure; the header has S1, S2",
        2,
    ),
    "dangling": (
        message(DATASET.replace("S1", "S9") + "</message:DataSet>", after=SECOND),
        "refers to “S9”; the header has S1, S2",
        2,
    ),
    "explicit without a measure dimension": (
        message(DATASET + "</message:DataSet>", dimension='AllDimensions" explicitMeasures="true'),
        r"measures are explicit, but DSM:EXAMPLE\(1.0.0\) has no measure dimension",
        2,
    ),
    "no header": (
        f'<m:StructureSpecificData xmlns:m="{SDMX}/v2_1/message"><m:DataSet/></m:StructureSpecificData>',
        "no header in front",
        1,
    ),
    "bad URN": (message("", structure="<common:Structure><URN>nonsense</URN></common:Structure>"), "nonsense", 1),
    "bad action": (message(DATASET.replace("Replace", "Guess") + "</message:DataSet>"), "“Guess” is no action", 2),
    "bad date": (message(DATASET.replace("action", "validToDate") + "</message:DataSet>"), "no date and time", 2),
    "foreign element": (message(f"{DATASET}\n<Row/></message:DataSet>"), "“Row” is no element", 3),
    "nested Obs": (message(f"{DATASET}<Obs><Obs/></Obs></message:DataSet>"), "inside an Obs", 2),
    "nested Series": (message(f"{DATASET}<Series><Series/></Series></message:DataSet>"), "inside another", 2),
    "deep header": (message("", header=DEEP), "10000 elements or 64 levels", 1),
    "deep annotations": (
        message(f"{DATASET}<common:Annotations>{DEEP}</common:Annotations></message:DataSet>"),
        "64",
        2,
    ),
    "deep generic": (
        message(
            '<message:DataSet structureRef="S1">'
            + "<generic:Attributes>" * 99
            + "</generic:Attributes>" * 99
            + "</message:DataSet>",
            root="GenericData",
        ),
        "64 levels",
        2,
    ),
    "twice the same": (
        message(
            '<message:DataSet structureRef="S1"><generic:Series><generic:SeriesKey><generic:Value id="FREQ" value="A"/>'
            '<generic:Value id="FREQ" value="B"/></generic:SeriesKey></generic:Series></message:DataSet>',
            root="GenericData",
        ),
        "FREQ is given twice",
        2,
    ),
    "late Comp": (
        message30(f'{DATASET}<Series><Obs/><Comp id="X"/></Series></message:DataSet>'),
        "behind an Obs of its series",
        2,
    ),
    "no id": (
        message(
            '<message:DataSet structureRef="S1"><generic:Series><generic:SeriesKey><generic:Value value="A"/>'
            "</generic:SeriesKey></generic:Series></message:DataSet>",
            root="GenericData",
        ),
        "lacks its “id”",
        2,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_data_message_is_refused_with_its_place(read: Read, case: str) -> None:
    text, sentence, line = REFUSED[case]
    with pytest.raises(ReadError, match=sentence) as caught:
        content(read(text))
    assert caught.value.line == line


@pytest.mark.parametrize("id", [":line", "a b", "<"])
def test_what_can_be_no_id_is_no_column(read: Read, id: str) -> None:
    value = f'<generic:Value id="{id.replace("<", "&lt;")}" value="1"/>'
    body = f"<generic:Series><generic:SeriesKey>{value}</generic:SeriesKey></generic:Series>"
    with pytest.raises(ReadError, match="can't be the id of a component"):
        content(read(message(f'<message:DataSet structureRef="S1">{body}</message:DataSet>', root="GenericData")))


def test_too_many_components_are_refused(read: Read) -> None:
    obs = "".join(f'<Obs A{n}="1"/>' for n in range(1100))
    with pytest.raises(ReadError, match="more than 1000 different components"):
        content(read(message(f"{DATASET}{obs}</message:DataSet>")))


@pytest.mark.parametrize(
    "text",
    [
        message30(DATASET + "<Obs>" + '<Comp id="A"/>' * 1100 + "</Obs></message:DataSet>"),
        message(
            '<message:DataSet structureRef="S1"><generic:Attributes>'
            + '<generic:Value id="A" value="1"/>' * 1100
            + "</generic:Attributes></message:DataSet>",
            root="GenericData",
        ),
    ],
)
def test_too_much_in_one_element_is_refused(read: Read, text: str) -> None:
    with pytest.raises(ReadError, match="more than 1000 components"):
        content(read(text))


def test_an_unknown_structure_is_not_found(read: Read) -> None:
    text = message('<message:DataSet ss:structureRef="S1"/>', structure=REF.replace("EXAMPLE", "NOWHERE"))
    with pytest.raises(NotFound, match=r"There is no Dataflow DSM:NOWHERE\(1.0.0\)"):
        next(read(text))


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1251", "utf-8-sig"])
def test_encodings_that_the_file_declares_are_read(tmp_path: Path, encoding: str) -> None:
    body = '<Series FREQ="A" REF_AREA="KG" SEX="F"><Obs TIME_PERIOD="2020" COMMENT_OBS="Да"/></Series>'
    declared = encoding.removesuffix("-sig")
    path = tmp_path / "message.xml"
    path.write_bytes(
        (f'<?xml version="1.0" encoding="{declared}"?>' + message(f"{DATASET}{body}</message:DataSet>")).encode(
            encoding
        )
    )
    assert at_level(content(read_ml(path, example_structures())), "obs")[0]["COMMENT_OBS"] == "Да"
