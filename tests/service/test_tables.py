"""The readable table of a dataflow: what stands where, and what is never computed."""

from collections.abc import Mapping

import polars as pl
import pytest

from sdmx_dsm.model import PUBLIC, parse_reference
from sdmx_dsm.service import Hub, tables
from sdmx_dsm.service.tables import Table, TableQuery
from sdmx_dsm.store import Part
from tests.helpers.schemas import RICH, example_structures

FLOW = "DSM:FOREIGN_POP(1.0.0)"
MIG = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
STAT = "DSM:FOREIGN_POP_MD_STAT(1.0.0)"
TOTAL = {"FREQ": "A", "REF_AREA": "MD", "CITIZENSHIP": "_T", "SEX": "_T", "AGE": "_T", "RESIDENCE_STATUS": "_T"}


def obs(source: str, period: str, value: str | None, **other: str) -> dict[str, str | None]:
    return {**TOTAL, "DATA_SOURCE": source, "TIME_PERIOD": period, "OBS_VALUE": value, ":level": "obs", **other}


def attributes(source: str, **values: str) -> dict[str, str | None]:
    key = {id: values.pop(id, value) for id, value in TOTAL.items()}
    return {**key, "DATA_SOURCE": source, **values, ":level": "series"}


def publish(hub: Hub, *rows: dict[str, str | None], agreement: str = MIG) -> None:
    schema = hub.structures.schema(parse_reference(agreement, "ProvisionAgreement"))
    frame = pl.DataFrame(rows, infer_schema_length=None)
    hub.store.publish(
        [Part(schema=schema, agreement=agreement, action="Replace", batches=[frame])], submission="", user="test"
    )


def read(hub: Hub, chosen: Mapping[str, str] | None = None, first: str = "", last: str = "") -> Table:
    query = TableQuery(dataflow=hub.dataflow(FLOW), chosen=chosen or {}, first_year=first, last_year=last)
    return tables.read_table(hub, query, PUBLIC, ("en",))


def cells(table: Table) -> dict[tuple[str, ...], list[str | None]]:
    """Texts by row; "?" for what was reported as not available, None for what was not reported."""
    return {
        tuple(label.id for label in row.heads): [
            None if cell is None else cell.text if cell.kind == "value" else "?" for cell in row.cells
        ]
        for row in table.rows
    }


def test_countries_stand_in_rows_and_periods_in_columns(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2022", "21000"), obs("FORREG", "2023", "21873.50"))
    table = read(hub)
    assert table.periods == ("2022", "2023")
    assert cells(table) == {("MD", "FORREG"): ["21000", "21873.50"]}


def test_sources_stand_in_rows_of_their_own_and_are_never_added_up(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2023", "200"))
    publish(hub, obs("CENSUS", "2023", "310"), agreement=STAT)
    publish(hub, obs("CENSUS", "2023", "40", REF_AREA="KG"), agreement="DSM:FOREIGN_POP_KG_STAT(1.0.0)")
    assert list(cells(read(hub)).items()) == [
        (("KG", "CENSUS"), ["40"]),
        (("MD", "CENSUS"), ["310"]),
        (("MD", "FORREG"), ["200"]),
    ]


def test_not_reported_not_available_and_zero_are_three_things(hub: Hub) -> None:
    publish(
        hub,
        obs("FORREG", "2021", "0"),
        obs("FORREG", "2023", None, OBS_STATUS="M"),
        obs("CENSUS", "2022", "5"),
    )
    table = read(hub)
    assert cells(table) == {("MD", "CENSUS"): [None, "5", None], ("MD", "FORREG"): ["0", None, "?"]}
    assert table.has_blanks
    assert "not-available" in table.has


def test_total_is_chosen_where_it_exists_else_the_first_value_with_data(hub: Hub) -> None:
    publish(
        hub,
        obs("FORREG", "2023", "7", SEX="M", AGE="Y15T64"),
        obs("FORREG", "2023", "5", SEX="F", AGE="Y15T64"),
        obs("FORREG", "2023", "9", SEX="F", AGE="Y0T14"),
    )
    chosen = {choice.component.id: choice.value.id for choice in read(hub).choices}
    assert chosen == {"FREQ": "A", "CITIZENSHIP": "_T", "SEX": "F", "AGE": "Y0T14", "RESIDENCE_STATUS": "_T"}


def test_choices_offer_values_with_data_and_tell_which_have_none_beside_the_rest(hub: Hub) -> None:
    publish(
        hub,
        obs("FORREG", "2023", "7", SEX="M", AGE="Y15T64"),
        obs("FORREG", "2023", "9", SEX="F", AGE="Y0T14"),
    )
    offered = {
        choice.component.id: ([o.id for o in choice.options], [o.id for o in choice.others])
        for choice in read(hub, {"SEX": "M"}).choices
    }
    assert offered["SEX"] == (["M"], ["F"])
    assert offered["AGE"] == (["Y15T64"], ["Y0T14"])
    assert offered["CITIZENSHIP"] == (["_T"], [])


def test_a_choice_without_data_stays_chosen_and_gives_an_empty_table(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2023", "7"))
    table = read(hub, {"SEX": "F"})
    assert table.rows == ()
    assert next(choice.value.id for choice in table.choices if choice.component.id == "SEX") == "F"


def test_a_code_that_does_not_exist_is_not_taken(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2023", "7"))
    assert cells(read(hub, {"SEX": "<script>", "NO_SUCH": "X"})) == {("MD", "FORREG"): ["7"]}


def test_a_dataflow_without_data_is_an_empty_table(hub: Hub) -> None:
    table = read(hub)
    assert (table.rows, table.periods, table.release, dict(table.notices)) == ((), (), None, {})


def test_flags_become_marks_but_normal_ones_do_not(hub: Hub) -> None:
    publish(
        hub,
        obs("FORREG", "2022", "1", OBS_STATUS="A", CONF_STATUS="F"),
        obs("FORREG", "2023", "2", OBS_STATUS="P", CONF_STATUS="F", COMMENT_OBS="January only"),
    )
    table = read(hub)
    marked = [[mark.symbol for mark in cell.marks] for cell in table.rows[0].cells if cell]
    assert marked == [[], ["P"]]
    assert [mark.code.names["en"] for mark in table.marks] == ["Provisional value"]
    assert [cell.comments for cell in table.rows[0].cells if cell] == [(), (1,)]
    assert [dict(comment) for comment in table.comments] == [{"und": "January only"}]


def test_the_same_comment_has_one_number(hub: Hub) -> None:
    publish(
        hub,
        obs("FORREG", "2021", "1", COMMENT_OBS="a"),
        obs("FORREG", "2022", "1", COMMENT_OBS="b"),
        obs("FORREG", "2023", "1", COMMENT_OBS="a"),
    )
    assert [cell.comments for cell in read(hub).rows[0].cells if cell] == [(1,), (2,), (1,)]


def test_notes_hold_the_attributes_of_the_series_and_the_unit_stands_apart(hub: Hub) -> None:
    publish(
        hub,
        attributes(
            "FORREG", UNIT_MEASURE="PS", UNIT_MULT="3", DECIMALS="0", SOURCE_AGENCY="The office", COMPARABILITY="CARE"
        ),
        obs("FORREG", "2023", "2"),
    )
    (row,) = read(hub).rows
    assert [(component.id, text.get("en", text.get("und"))) for component, text in row.notes] == [
        ("SOURCE_AGENCY", "The office"),
        ("COMPARABILITY", "Comparable with care"),
    ]
    assert [label.names["en"] for label in row.unit] == ["Persons", "Thousands"]


def test_the_unit_is_of_the_whole_table_only_where_all_rows_have_it(hub: Hub) -> None:
    publish(
        hub,
        attributes("FORREG", UNIT_MEASURE="PS", UNIT_MULT="0"),
        attributes("CENSUS", UNIT_MEASURE="PS", UNIT_MULT="3"),
        obs("FORREG", "2022", "2000"),
        obs("CENSUS", "2023", "2"),
    )
    assert read(hub).unit == ()
    assert [label.id for label in read(hub, first="2023").unit] == ["PS", "3"]


def test_years_limit_the_columns_and_the_sdmx_query(hub: Hub) -> None:
    publish(hub, *(obs("FORREG", str(year), "1") for year in range(2018, 2024)))
    table = read(hub, first="2020", last="2021")
    assert table.periods == ("2020", "2021")
    assert table.years == ("2018", "2019", "2020", "2021", "2022", "2023")
    (condition,) = table.query.filters
    assert [(c.operator, c.value) for c in condition.any_of[0]] == [("ge", "2020"), ("le", "2021")]


def test_of_very_many_periods_the_last_sixty_are_shown(hub: Hub) -> None:
    months = [f"{year}-{month:02}" for year in range(2017, 2024) for month in range(1, 13)]
    publish(hub, *(obs("FORREG", month, "1", FREQ="M") for month in months))
    table = read(hub)
    assert (table.periods[0], table.periods[-1], len(table.periods)) == ("2019-01", "2023-12", 60)
    assert table.hidden_periods == 24


def test_quarters_stand_in_order_of_time(hub: Hub) -> None:
    publish(hub, *(obs("FORREG", period, "1", FREQ="Q") for period in ("2023-Q1", "2022-Q4", "2022-Q1")))
    assert read(hub).periods == ("2022-Q1", "2022-Q4", "2023-Q1")


def test_the_notice_of_the_agreements_comes_with_the_table(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2023", "7"))
    table = read(hub)
    assert table.notices == {
        "en": "Demonstration data: all numbers are invented.",
        "ru": "Демонстрационные данные: все числа вымышлены.",
    }
    assert table.release is not None
    assert table.release.number == 1


def test_equal_codes_of_two_attributes_have_different_marks(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2023", "7", OBS_STATUS="N", CONF_STATUS="N"))
    assert [(mark.symbol, mark.component.id) for mark in read(hub).marks] == [
        ("N", "OBS_STATUS"),
        ("N′", "CONF_STATUS"),
    ]


@pytest.mark.parametrize(
    "text, expected",
    [
        ('["a","b"]', {"und": "a; b"}),
        ('{"en":"Title","ru":"Название"}', {"en": "Title", "ru": "Название"}),
        ("no JSON", {}),
    ],
)
def test_arrays_and_languages_become_text(text: str, expected: dict[str, str]) -> None:
    schema = example_structures().schema(RICH)
    component = schema.by_id["METHOD" if text.startswith("[") else "TITLE"]
    assert tables.texts_of(component, text) == expected
