"""Each workbook of fixtures/legacy, through its mapping, gives exactly what its expected file says, cell for cell."""

import csv
from functools import cache
from pathlib import Path

import pytest

from sdmx_dsm.batches import DataSet
from sdmx_dsm.excel import Limits, load_mapping, read_workbook
from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.model import Structures

WORKBOOKS = sorted(Path("fixtures/legacy").glob("*.xls*"))
Row = dict[str, str]


@cache
def content() -> Structures:
    return Structures(
        artefact
        for folder in ("structures", "registry")
        for path in Path(folder).rglob("*.xml")
        if path.parent.name != "metadatasets"
        for artefact in read_ml(path)[1]
    )


def converted(stem: str) -> list[DataSet]:
    mapping = load_mapping(Path(f"registry/mappings/{stem}.yaml").read_text("utf-8"))
    return list(read_workbook(Path("fixtures/legacy") / mapping.workbook, mapping, content(), Limits()))


def observations(datasets: list[DataSet]) -> dict[tuple[str, str], Row]:
    """By sheet and cell, with series attributes joined and the agreement's defaults where the workbook says nothing."""
    found: dict[tuple[str, str], Row] = {}
    for dataset in datasets:
        assert dataset.schema.agreement
        assert dataset.schema.dataflow
        defaults = {a.id: a.value for a in dataset.schema.agreement.annotations if a.type == "DEFAULT"}
        rows = [row for batch in dataset.batches for row in batch.iter_rows(named=True)]
        ids = dataset.schema.dimension_ids
        multiplier = {tuple(map(row.get, ids)): row["UNIT_MULT"] for row in rows if row[":level"] == "series"}
        for row in rows:
            if row[":level"] == "obs":
                row["DATAFLOW"] = dataset.schema.dataflow.id
                row["UNIT_MULT"] = multiplier.get(tuple(map(row.get, ids)))
                for id in ("DATA_SOURCE", "OBS_STATUS", "UNIT_MULT"):
                    row[id] = row.get(id) or defaults[id]
                assert (row[":sheet"], row[":cell"]) not in found
                found[row[":sheet"], row[":cell"]] = row
    return found


def expected(stem: str) -> dict[tuple[str, str], Row]:
    with open(f"fixtures/expected/{stem}.csv", encoding="utf-8", newline="") as file:
        return {(row.pop("sheet"), row.pop("cell")): row for row in csv.DictReader(file)}


def as_expected(row: Row, columns: Row) -> Row:
    return {column: row.get(column) or "" for column in columns}


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_a_workbook_gives_the_observations_of_its_expected_file(path: Path) -> None:
    datasets = converted(path.stem)
    found, wanted = observations(datasets), expected(path.stem)
    assert len(wanted) > 5
    assert {place: as_expected(found[place], row) for place, row in wanted.items()} == wanted
    if "mistakes" not in path.stem:
        assert found.keys() == wanted.keys()
    assert [remark for dataset in datasets for remark in dataset.remarks] == []


def test_mistakes_stay_in_the_data_at_their_cells() -> None:
    stem = "tm_foreigners_with_mistakes"
    found, wanted = observations(converted(stem)), expected(stem)
    beyond = {place: row for place, row in found.items() if place not in wanted}
    wrong_period = [row for row in beyond.values() if row["TIME_PERIOD"] == "Q5 2023"]
    assert {row[":cell:TIME_PERIOD"] for row in wrong_period} == {"K6"}
    assert {cell[0] for _, cell in beyond if beyond["Stock 2023", cell]["TIME_PERIOD"] == "Q5 2023"} == {"K", "L", "M"}
    others = {row[":cell"]: row for row in beyond.values() if row["TIME_PERIOD"] != "Q5 2023"}
    unknown = {row[":cell:CITIZENSHIP"] for row in others.values() if row["CITIZENSHIP"] == "Туркестан"}
    twice = {row[":cell:CITIZENSHIP"] for row in others.values() if row["CITIZENSHIP"] == "TR"}
    assert (unknown, twice) == ({"A15"}, {"A19"})
    rest = {cell: row["OBS_VALUE"] for cell, row in others.items() if row["CITIZENSHIP"] not in ("Туркестан", "TR")}
    assert {cell: value for cell, value in rest.items() if not value.isdecimal()} == {
        "B20": "#REF!", "F17": "12o", "J16": rest["J16"],
    }  # fmt: skip
    assert rest["J16"].startswith("-")


def test_header_values_know_their_cells() -> None:
    (row,) = [
        row
        for (sheet, cell), row in observations(converted("kz_vyezd_kvartal")).items()
        if (sheet, cell) == ("II квартал", "D14")
    ]
    assert (row[":cell:TIME_PERIOD"], row[":cell:PURPOSE"], row[":cell:CITIZENSHIP"]) == ("A2", "D6", "B14")


def test_a_unit_line_becomes_one_row_for_each_series() -> None:
    for dataset in converted("by_peresechenie_granitsy"):
        rows = [row for batch in dataset.batches for row in batch.iter_rows(named=True)]
        series = [row for row in rows if row[":level"] == "series"]
        keys = {tuple(row.get(id) for id in dataset.schema.dimension_ids) for row in rows if row[":level"] == "obs"}
        assert len(series) == len(keys) == 84
        assert {(row["UNIT_MULT"], row[":cell"]) for row in series} == {("3", "N5")}
