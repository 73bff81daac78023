"""Keys of both REST versions and the c filter."""

import pytest

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.model import ComponentFilter, Condition, parse_filter, parse_key_v1, parse_key_v2


@pytest.mark.parametrize(
    ("v1", "v2"),
    [
        ("M.USD.EUR.SP00.A", "M.USD.EUR.SP00.A"),
        ("M..EUR.SP00.A", "M.*.EUR.SP00.A"),
        ("all", "*"),
        ("", ""),
        ("....", "*.*.*.*.*"),
        ("M.USD", "M.USD"),
    ],
)
def test_keys_of_both_versions_mean_the_same(v1: str, v2: str) -> None:
    assert parse_key_v1(v1) == parse_key_v2(v2)


def test_alternatives_stand_in_a_position_in_v1_and_as_whole_keys_in_v2() -> None:
    assert parse_key_v1("A+M.USD%2BJPY") == ((("A", "M"), ("USD", "JPY")),)
    assert parse_key_v2("A.USD,M.JPY") == ((("A",), ("USD",)), (("M",), ("JPY",)))


@pytest.mark.parametrize("text", ["ge:2019+le:2020", "ge%3A2019%2Ble%3A2020", "ge:2019 le:2020"])
def test_range_is_understood_in_every_encoding_that_clients_send(text: str) -> None:
    assert parse_filter("TIME_PERIOD", text) == ComponentFilter(
        "TIME_PERIOD", ((Condition("ge", "2019"), Condition("le", "2020")),)
    )


def test_operator_belongs_to_its_own_term() -> None:
    assert parse_filter("X", "ne:A,B").any_of == ((Condition("ne", "A"),), (Condition("eq", "B"),))


def test_empty_filter_is_refused() -> None:
    with pytest.raises(QuerySyntaxError, match=r"The filter c\[X\] is empty"):
        parse_filter("X", "")
