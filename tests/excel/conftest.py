"""A small data structure, and a converter of workbooks that the test itself writes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest
import xlsxwriter

from sdmx_dsm.batches import DataSet
from sdmx_dsm.excel import Limits, load_mapping, read_workbook
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
    Structures,
    TimeDimension,
)


@dataclass(frozen=True)
class Converted:
    """A data set whose batches can be looked at more than once."""

    dataset: DataSet
    batches: list[pl.DataFrame]


Convert = Callable[..., list[Converted]]


def _codelist(id: str, **names: str) -> Codelist:
    """Names are "English|Russian"."""
    items = (
        Code(id=code, names=dict(zip(("en", "ru"), text.split("|"), strict=False))) for code, text in names.items()
    )
    return Codelist(agency="T", id=id, version="1.0", items=tuple(items))


def _concept(id: str) -> Reference:
    return Reference("Concept", "T", "CONCEPTS", "1.0", id)


def _coded(list_id: str) -> Representation:
    return Representation(enumeration=Reference("Codelist", "T", list_id, "1.0"))


CODELISTS = (
    _codelist("CL_FREQ", A="Annual|Ежегодно", Q="Quarterly|Ежеквартально"),
    _codelist(
        "CL_AREA", _T="All areas|Все страны", DE="Germany|Германия", GW="Guinea-Bissau|Гвинея-Бисау", FR="France|Франция",
        CI="Côte d’Ivoire|Кот-д’Ивуар", X_ASIA="Asia, other|Прочая Азия", X_EUR="Europe, other|Прочая Европа",
    ),
    _codelist("CL_SEX", M="Male|Мужчины", F="Female|Женщины", _T="Total|Всего"),
    _codelist("CL_MULT", **{"0": "Units|Единицы", "3": "Thousands|Тысячи"}),
    _codelist("CL_STATUS", A="Normal", P="Provisional", O="Missing", E="Estimated"),
)  # fmt: skip
DIMENSIONS = {"FREQ": "CL_FREQ", "AREA": "CL_AREA", "SEX": "CL_SEX"}
CONCEPTS = (*DIMENSIONS, "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS", "UNIT_MULT", "TITLE", "NOTE")
STRUCTURE = DataStructure(
    agency="T",
    id="STOCK",
    dimensions=tuple(Dimension(concept=_concept(id), representation=_coded(list)) for id, list in DIMENSIONS.items()),
    time_dimension=TimeDimension(concept=_concept("TIME_PERIOD")),
    measures=(Measure(concept=_concept("OBS_VALUE")),),
    attributes=(
        Attribute(concept=_concept("OBS_STATUS"), representation=_coded("CL_STATUS")),
        Attribute(concept=_concept("COMMENT_OBS")),
        Attribute(
            concept=_concept("UNIT_MULT"),
            representation=_coded("CL_MULT"),
            relationship="dimensions",
            dimensions=("FREQ", "AREA", "SEX"),
        ),
        Attribute(concept=_concept("TITLE"), relationship="dimensions", dimensions=("AREA", "SEX")),
        Attribute(concept=_concept("NOTE"), relationship="dataflow"),
    ),
)
FLOW = Dataflow(agency="T", id="STOCK", structure=Reference("DataStructure", "T", "STOCK", "1.0"))


@pytest.fixture(scope="session")
def structures() -> Structures:
    scheme = ConceptScheme(agency="T", id="CONCEPTS", items=tuple(Concept(id=id) for id in CONCEPTS))
    return Structures((*CODELISTS, scheme, STRUCTURE, FLOW))


@pytest.fixture
def convert(tmp_path: Path, structures: Structures) -> Convert:
    """`convert(mapping, {"Sheet": rows})`: the data sets of a workbook with these rows. `mapping` is the YAML of a table, to
    which the id and the dataflow are added; `change(workbook, sheets)` may do more to the xlsxwriter workbook."""

    def convert(
        mapping: str, sheets: dict[str, list[list[object]]], change: Callable[..., None] = lambda *_: None
    ) -> list[Converted]:
        path = tmp_path / "workbook.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as workbook:
            for name, rows in sheets.items():
                sheet = workbook.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
            change(workbook, workbook.worksheets())
        head = "id: test\ndataflow: T:STOCK(1.0)\n"
        datasets = read_workbook(path, load_mapping(head + dedent(mapping)), structures, Limits())
        return [Converted(dataset, list(dataset.batches)) for dataset in datasets]

    return convert


def observations(found: list[Converted], *columns: str) -> list[tuple[str | None, ...]]:
    """These columns of all observations in the order of the sheet; None where a column is not there."""
    return rows(found, "obs", *columns)


def rows(found: list[Converted], level: str, *columns: str) -> list[tuple[str | None, ...]]:
    batches = [batch.filter(pl.col(":level") == level) for converted in found for batch in converted.batches]
    return [tuple(row.get(column) for column in columns) for batch in batches for row in batch.iter_rows(named=True)]


def remarks(found: list[Converted]) -> list[tuple[str, str, str]]:
    """Code, place, and value or argument of each remark."""
    return [
        (remark.code, str(remark.place), remark.value or " ".join(remark.arguments.values()))
        for converted in found
        for remark in converted.dataset.remarks
    ]
