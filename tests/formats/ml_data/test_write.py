"""What the writers make of batches: text in view, validity by the official schemas, and the way back."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.formats.ml_data import (
    read_ml,
    write_generic21,
    write_generic_time_series21,
    write_specific21,
    write_specific30,
    write_specific31,
    write_time_series21,
)
from sdmx_dsm.formats.options import SchemaOptions, WriteOptions
from sdmx_dsm.formats.xsd import write_xsd21, write_xsd30, write_xsd31
from sdmx_dsm.model import Reference
from tests.helpers.content import Row, content, frame_of, rows_of
from tests.helpers.schemas import EXAMPLE, EXAMPLE_AGREEMENT, EXAMPLE_STRUCTURE, RICH, example_structures
from tests.helpers.validity import xsd_errors

Write = Callable[[Iterable[DataSet], WriteOptions], Iterator[bytes]]

STRUCTURES = example_structures()
WRITERS = [write_specific21, write_specific30, write_specific31, write_generic21]
TIME_SERIES = [write_time_series21, write_generic_time_series21]
LAYOUTS = [None, "TIME_PERIOD", "AllDimensions", "REF_AREA", "SEX"]
HEADER = Header(id="M1", prepared="2026-01-02T03:04:05Z", sender="DSM")
KG = {"FREQ": "A", "REF_AREA": "KG", "SEX": "F"}
TJ = {"FREQ": "A", "REF_AREA": "TJ", "SEX": "F"}
NASTY = ' "quoted" & <tag> ]]> \t two\nlines\r\n\u00a0Ўзбекистон \U0001f30d '

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff" + bytes(range(32)).decode())

BATCH = frame_of(
    {**TJ, "TIME_PERIOD": "2020", "OBS_STATUS": "M"},
    {**KG, "TIME_PERIOD": "2021", "OBS_VALUE": "0", "OBS_STATUS": "E", "COMMENT_OBS": ""},
    {**KG, "TIME_PERIOD": "2020", "OBS_VALUE": "12.50", "OBS_STATUS": "A", "COMMENT_OBS": NASTY},
    {":level": "series", **KG, "UNIT_MEASURE": "PS", "COLLECTION": "census"},
    {":level": "series", "FREQ": "Q", "REF_AREA": "UZ", "SEX": "_T", "UNIT_MEASURE": "PC"},
    {":level": "partial", "REF_AREA": "KG", "SEX": "F", "TITLE": "Women & girls"},
    {":level": "partial", "REF_AREA": "KG", "COVERAGE": "whole"},
    {":level": "dataset", "SOURCE_NOTE": "<note>", "REPORTING_YEAR_START_DAY": "--07-01"},
)


def dataset(*batches: pl.DataFrame, structure: Reference = EXAMPLE, **more: object) -> DataSet:
    found = DataSet(schema=STRUCTURES.schema(structure), structure=structure, batches=iter(batches), action="Append")
    return replace(found, **more)  # type: ignore[arg-type]


def options(dimension: str | None = None, **more: object) -> WriteOptions:
    return replace(WriteOptions(header=HEADER, dimension_at_observation=dimension), **more)  # type: ignore[arg-type]


def written(write: Write, datasets: Iterable[DataSet], settings: WriteOptions | None = None) -> bytes:
    return b"".join(write(datasets, settings or options()))


def body(text: bytes) -> str:
    """From the first DataSet to the last."""
    return text[text.index(b"<message:DataSet") : text.rindex(b"</message:DataSet>")].decode()


def read(text: bytes, folder: Path) -> list[Row]:
    path = folder / "written.xml"
    path.write_bytes(text)
    return content(read_ml(path, STRUCTURES))


# --- the way back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", LAYOUTS)
@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("is_lazy", [False, True])
def test_what_was_written_reads_the_same(write: Write, dimension: str | None, is_lazy: bool, tmp_path: Path) -> None:
    datasets = (dataset(BATCH.head(1)), dataset(BATCH.slice(1)))
    text = written(write, iter(datasets) if is_lazy else datasets, options(dimension))
    assert read(text, tmp_path) == sorted(rows_of(BATCH))


@pytest.mark.parametrize("dimension", [None, "TIME_PERIOD"])
@pytest.mark.parametrize("write", TIME_SERIES)
def test_time_series_read_the_same(write: Write, dimension: str | None, tmp_path: Path) -> None:
    text = written(write, [dataset(BATCH)], options(dimension))
    assert b"TimeSeriesData" in text[:100]
    assert read(text, tmp_path) == sorted(rows_of(BATCH))


@pytest.mark.parametrize("dimension", ["AllDimensions", "SEX"])
@pytest.mark.parametrize("write", TIME_SERIES)
def test_time_series_are_of_nothing_but_time(write: Write, dimension: str) -> None:
    with pytest.raises(QuerySemanticsError, match=f"by time alone, and here {dimension} is at the observation"):
        next(write([dataset(BATCH)], options(dimension)))


@pytest.mark.parametrize("dimension", LAYOUTS)
@pytest.mark.parametrize("write", WRITERS)
def test_deletes_read_the_same(write: Write, dimension: str | None, tmp_path: Path) -> None:
    patterns = frame_of(
        *(
            {":level": "delete", **pattern}
            for pattern in (
                {**KG, "TIME_PERIOD": "2020"},
                {**KG, "TIME_PERIOD": "2021", "OBS_STATUS": "-"},
                {"REF_AREA": "TJ"},
                {"SEX": "F", "OBS_VALUE": "-"},
                {"REF_AREA": "UZ", "TIME_PERIOD": "2020"},
                {**KG, "UNIT_MEASURE": "-"},
                {"SOURCE_NOTE": "-"},
            )
        )
    )
    text = written(write, [dataset(patterns, action="Delete")], options(dimension))
    assert read(text, tmp_path) == sorted(rows_of(patterns))


def test_a_pattern_without_anything_deletes_everything_and_no_pattern_nothing(tmp_path: Path) -> None:
    everything = frame_of({":level": "delete", "REF_AREA": None})
    assert read(written(write_specific30, [dataset(everything, action="Delete")]), tmp_path) == [("delete", ())]
    assert read(written(write_specific30, [dataset(BATCH.clear(), action="Delete")]), tmp_path) == []
    assert read(written(write_specific30, [dataset(action="Delete")]), tmp_path) == []


def test_rows_of_different_actions_become_data_sets_in_their_order(tmp_path: Path) -> None:
    obs = {**KG, "TIME_PERIOD": "2020", "OBS_VALUE": "1"}
    mixed = frame_of(
        {":level": "delete", **KG, ":action": "Delete"},
        {**obs, ":action": "Merge"},
        {**obs, "TIME_PERIOD": "2021", ":action": None},
        {":level": "delete", **TJ, ":action": None},
    )
    text = written(write_specific21, [dataset(mixed, action="Replace")])
    actions = [part.partition('"')[0] for part in text.decode().split('ss:action="')[1:]]
    assert actions == ["Delete", "Append", "Replace", "Delete"]
    assert read(text, tmp_path) == sorted(rows_of(mixed))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(st.text(CHARACTERS), min_size=1),
    control=st.text("\t\n\r", max_size=3),
    write=st.sampled_from(WRITERS),
    dimension=st.sampled_from(LAYOUTS),
)
def test_any_text_survives(
    tmp_path: Path, values: list[str], control: str, write: Write, dimension: str | None
) -> None:
    rows = [
        {"FREQ": "A", "REF_AREA": f"R{n}", "SEX": "F", "TIME_PERIOD": "2020", "COMMENT_OBS": control + value}
        for n, value in enumerate(values)
    ]
    batch = frame_of(*rows, {":level": "partial", "REF_AREA": "R0", "SEX": "F", "TITLE": values[0] + control})
    assert read(written(write, [dataset(batch)], options(dimension)), tmp_path) == sorted(rows_of(batch))


RICH_BATCH = frame_of(
    {
        "FREQ": "A",
        "REF_AREA": "KG",
        "TIME_PERIOD": "2020",
        "OBS_VALUE": "1.0",
        "OBS_COUNT": "7",
        "METHOD": '["a","<b> & \\"c\\""]',
    },
    {"FREQ": "A", "REF_AREA": "KG", "TIME_PERIOD": "2021", "METHOD": "[]"},
    {":level": "series", "FREQ": "A", "REF_AREA": "KG", "TITLE": '{"en":"Yes & no","ru":" Да"}'},
    {":level": "dataset", "CONTACT": '["me"]'},
)


@pytest.mark.parametrize("dimension", [None, "AllDimensions", "REF_AREA"])
def test_arrays_and_languages_survive_in_3_0(dimension: str | None, tmp_path: Path) -> None:
    text = written(write_specific30, [dataset(RICH_BATCH, structure=RICH)], options(dimension))
    assert read(text, tmp_path) == sorted(rows_of(RICH_BATCH))


def test_2_1_refuses_arrays_and_writes_the_best_language() -> None:
    with pytest.raises(Unsupported, match="METHOD, CONTACT may have several values"):
        written(write_specific21, [dataset(RICH_BATCH, structure=RICH)])
    simple = RICH_BATCH.filter(pl.col(":level") == "series").drop("METHOD", "CONTACT")
    found = dataset(simple, structure=RICH, components=("FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "TITLE"))
    text = written(write_generic21, [found], options(languages=("ru", "en")))
    assert '<generic:Value id="TITLE" value=" Да"/>' in body(text)


# --- the text ---------------------------------------------------------------------------------------------------------


def test_time_series_of_2_1() -> None:
    assert body(written(write_specific21, [dataset(BATCH)])) == (
        '<message:DataSet xsi:type="ns1:DataSetType" ss:structureRef="S1" ss:action="Append"'
        ' ss:dataScope="DataStructure" SOURCE_NOTE="&lt;note&gt;" REPORTING_YEAR_START_DAY="--07-01">\n'
        '<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="Women &amp; girls"/>\n'
        '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="census" COVERAGE="whole">\n'
        '<Obs TIME_PERIOD="2020" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS=" &quot;quoted&quot; &amp; &lt;tag&gt;'
        ' ]]&gt; &#9; two&#10;lines&#13;&#10;\u00a0Ўзбекистон \U0001f30d "/>\n'
        '<Obs TIME_PERIOD="2021" OBS_VALUE="0" OBS_STATUS="E" COMMENT_OBS=""/>\n'
        "</Series>\n"
        '<Series FREQ="A" REF_AREA="TJ" SEX="F">\n'
        '<Obs TIME_PERIOD="2020" OBS_STATUS="M"/>\n'
        "</Series>\n"
        '<Series FREQ="Q" REF_AREA="UZ" SEX="_T" UNIT_MEASURE="PC">\n'
        "</Series>\n"
    )


def test_time_series_of_3_0_have_partial_keys_and_the_data_set_in_atts() -> None:
    text = body(written(write_specific30, [dataset(BATCH)]))
    assert '<Atts REF_AREA="KG" COVERAGE="whole"/>' in text
    assert '<Atts SOURCE_NOTE="&lt;note&gt;" REPORTING_YEAR_START_DAY="--07-01"/>' in text
    assert '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="census">' in text


def test_arrays_and_languages_are_comps() -> None:
    text = body(written(write_specific30, [dataset(RICH_BATCH, structure=RICH)]))
    assert (
        '<Series FREQ="A" REF_AREA="KG"><Comp id="TITLE" xsi:type="ns1:TITLE_ATTRIBUTE"><Value>'
        '<common:Text xml:lang="en">Yes &amp; no</common:Text><common:Text xml:lang="ru"> Да</common:Text></Value></Comp>\n'
        '<Obs TIME_PERIOD="2020" OBS_VALUE="1.0" OBS_COUNT="7"><Comp id="METHOD" xsi:type="ns1:METHOD_ATTRIBUTE">'
        "<Value>a</Value><Value>&lt;b&gt; &amp; &quot;c&quot;</Value></Comp></Obs>\n"
    ) in text


def test_header_and_data_set_carry_what_they_are_given(tmp_path: Path) -> None:
    header = Header(
        id="ID-1",
        test=True,
        prepared="2026-01-02T03:04:05Z",
        sender="DSM",
        receivers=("A", "B"),
        names={"en": "Name", "ru": "Имя & <знак>"},
        sources={"en": "Census"},
        embargo="2026-02-01T00:00:00",
    )
    given_set = dataset(
        BATCH,
        structure=EXAMPLE_AGREEMENT,
        id="D1",
        action="Replace",
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        reporting_begin="2020",
        provider=Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "KG_STAT"),
    )
    for write in WRITERS:
        settings = options(header=header, context="provisionagreement")
        text = written(write, [replace(given_set, batches=iter([BATCH]))], settings)
        path = tmp_path / "message.xml"
        path.write_bytes(text)
        found = next(read_ml(path, STRUCTURES))
        assert found.header == header
        for fact in ("structure", "id", "action", "valid_from", "valid_to", "reporting_begin", "provider"):
            assert getattr(found, fact) == getattr(given_set, fact)


@pytest.mark.parametrize(
    "context, element",
    [
        ("datastructure", '<common:Structure><Ref agencyID="DSM" id="EXAMPLE" version="1.0.0" class="DataStructure"'),
        ("dataflow", '<common:StructureUsage><Ref agencyID="DSM" id="EXAMPLE" version="1.0.0" class="Dataflow"'),
        ("provisionagreement", '<common:ProvisionAgrement><Ref agencyID="DSM" id="EXAMPLE_KG" version="1.0.0"'),
    ],
)
def test_the_structure_follows_the_context(context: str, element: str) -> None:
    text = written(write_generic21, [dataset(structure=EXAMPLE_AGREEMENT)], options(context=context)).decode()
    assert element in text


@pytest.mark.parametrize(
    "write, said", [(write_specific21, "Append"), (write_specific30, "Append"), (write_specific31, "Merge")]
)
@pytest.mark.parametrize("action", ["Append", "Merge"])
def test_what_changes_the_given_values_is_called_as_the_version_does(write: Write, said: str, action: str) -> None:
    assert f'ss:action="{said}"' in body(written(write, [dataset(BATCH, action=action)]))


def test_an_empty_data_set_is_a_message() -> None:
    assert body(written(write_generic21, [dataset()])) == '<message:DataSet structureRef="S1" action="Append">\n'
    assert b"</message:Header>\n</message:GenericData>" in written(write_generic21, [])


def test_pieces_are_of_64_kib() -> None:
    rows = [{**KG, "TIME_PERIOD": str(n), "OBS_VALUE": "1"} for n in range(5000)]
    sizes = [len(piece) for piece in write_specific21([dataset(frame_of(*rows))], options())]
    assert set(sizes[:-1]) == {65536}
    assert 0 < sizes[-1] <= 65536


def test_series_stay_whole_over_batches_and_unsorted_rows_are_sorted() -> None:
    ends = [{**key, "TIME_PERIOD": str(year), "OBS_VALUE": "1"} for year in range(2030, 2020, -1) for key in (KG, TJ)]
    text = body(written(write_specific21, [dataset(*(frame_of(row) for row in ends))]))
    assert text.count("<Series ") == 2
    assert [part[:4] for part in text.split('TIME_PERIOD="')[1:]] == [str(year) for year in range(2021, 2031)] * 2


# --- what can't be written --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ufffe"])
@pytest.mark.parametrize("write", WRITERS)
def test_characters_that_xml_has_not_are_refused_by_name(write: Write, character: str) -> None:
    batch = frame_of({**KG, "TIME_PERIOD": "2020", "COMMENT_OBS": f"a{character}b"})
    with pytest.raises(Unsupported, match="of COMMENT_OBS has a character that XML can't carry") as caught:
        written(write, [dataset(batch)])
    assert caught.value.facts == {"component": "COMMENT_OBS", "value": f"a{character}b"}


@pytest.mark.parametrize("write", WRITERS)
def test_a_header_with_such_a_character_is_refused_before_the_first_piece(write: Write) -> None:
    """It used to be written, and no parser took the message."""
    header = Header(id="M1", names={"en": "a\x1bb"})
    with pytest.raises(Unsupported, match=r"XML has no character U\+001B; it is in “a\x1bb”\."):
        next(write([dataset(BATCH)], WriteOptions(header=header)))


def test_a_dimension_that_is_none_is_refused_before_the_first_piece() -> None:
    with pytest.raises(QuerySemanticsError, match=r"“COLOUR” is no dimension .* FREQ, REF_AREA, SEX, TIME_PERIOD"):
        next(write_specific30([dataset(BATCH)], options("COLOUR")))


# --- validity ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dimension", LAYOUTS)
def test_generic_data_are_valid(dimension: str | None, tmp_path: Path) -> None:
    assert xsd_errors(written(write_generic21, [dataset(BATCH)], options(dimension)), "2.1", tmp_path) == []


def test_generic_time_series_are_valid(tmp_path: Path) -> None:
    assert xsd_errors(written(write_generic_time_series21, [dataset(BATCH)]), "2.1", tmp_path) == []


def test_time_series_by_structure_are_valid(tmp_path: Path) -> None:
    path = tmp_path / "example.xsd"
    path.write_bytes(b"".join(write_xsd21(STRUCTURES.schema(EXAMPLE), SchemaOptions())))
    folder = tmp_path / "copies"
    folder.mkdir()
    assert xsd_errors(written(write_time_series21, [dataset(BATCH)]), "2.1", folder, [path]) == []


SPECIFIC = {
    "2.1": (write_specific21, write_xsd21),
    "3.0": (write_specific30, write_xsd30),
    "3.1": (write_specific31, write_xsd31),
}
CONTEXTS = {"datastructure": EXAMPLE_STRUCTURE, "dataflow": EXAMPLE, "provisionagreement": EXAMPLE_AGREEMENT}


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("dimension", LAYOUTS)
@pytest.mark.parametrize("version", SPECIFIC)
def test_specific_data_are_valid(version: str, dimension: str | None, context: str, tmp_path: Path) -> None:
    write, write_xsd = SPECIFIC[version]
    text = written(write, [dataset(BATCH, structure=EXAMPLE_AGREEMENT)], options(dimension, context=context))
    schemas = {}
    for layout in (dimension, None):  # series without observations have a data set of their own in 2.1
        xsd = b"".join(write_xsd(STRUCTURES.schema(CONTEXTS[context]), SchemaOptions(dimension_at_observation=layout)))
        schemas[xsd] = tmp_path / f"{layout}.xsd"
        schemas[xsd].write_bytes(xsd)
    folder = tmp_path / "copies"
    folder.mkdir()
    assert xsd_errors(text, version, folder, list(schemas.values())) == []


@pytest.mark.parametrize("dimension", [None, "AllDimensions", "REF_AREA"])
@pytest.mark.parametrize("version", ["3.0", "3.1"])
def test_comps_are_valid(version: str, dimension: str | None, tmp_path: Path) -> None:
    write, write_xsd = SPECIFIC[version]
    path = tmp_path / "rich.xsd"
    path.write_bytes(b"".join(write_xsd(STRUCTURES.schema(RICH), SchemaOptions(dimension_at_observation=dimension))))
    folder = tmp_path / "copies"
    folder.mkdir()
    text = written(write, [dataset(RICH_BATCH, structure=RICH)], options(dimension))
    assert xsd_errors(text, version, folder, [path]) == []
