"""The example of docs/mappings.md runs, and its tables name every key."""

import csv
import re
from io import StringIO
from pathlib import Path

import xlsxwriter

from sdmx_dsm.excel import Limits, load_mapping, read_workbook
from sdmx_dsm.excel.mapping import MAPPING_KEYS, SOURCE_KEYS, TABLE_KEYS
from tests.excel.test_office_workbooks import content

GUIDE = Path("docs/mappings.md").read_text("utf-8")


def block(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found.group(1)


def test_the_example_gives_what_the_guide_says(tmp_path: Path) -> None:
    path = tmp_path / "example.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("Table 3")
        for number, row in enumerate(csv.reader(StringIO(block("workbook")))):
            sheet.write_row(number, 0, row)
    (dataset,) = read_workbook(path, load_mapping(block("mapping")), content(), Limits())
    result = list(csv.DictReader(StringIO(block("result"))))
    columns = [":cell" if column == "cell" else column for column in result[0]]
    rows = [
        tuple(row[column] or "" for column in columns)
        for batch in dataset.batches
        for row in batch.iter_rows(named=True)
    ]
    assert rows == [tuple(row.values()) for row in result]
    assert dataset.remarks == ()


def test_the_guide_names_every_key() -> None:
    named = set(re.findall(r"`(\w+)`", "\n".join(line for line in GUIDE.splitlines() if line.startswith("| `"))))
    assert {*MAPPING_KEYS, *TABLE_KEYS, *SOURCE_KEYS} <= named
