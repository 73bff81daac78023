"""The structure maps of the content, run on messages: what comes out, and what is told."""

import csv
import io
from pathlib import Path

import pytest

from sdmx_dsm.errors import NotFound, Unsupported
from sdmx_dsm.formats import WriteOptions, by_name
from sdmx_dsm.model import Structures
from sdmx_dsm.service.checking import CheckOptions
from sdmx_dsm.service.content import read_content
from sdmx_dsm.service.conversion import convert
from sdmx_dsm.service.structure_maps import Mapped, find_map

FOREIGN_POP = """\
DATAFLOW,FREQ,REF_AREA,CITIZENSHIP,SEX,AGE,RESIDENCE_STATUS,DATA_SOURCE,TIME_PERIOD,OBS_VALUE,OBS_STATUS
DSM:FOREIGN_POP(1.0.0),A,MD,UA,_T,_T,_T,FORREG,2023,10250.50,A
DSM:FOREIGN_POP(1.0.0),A,MD,UA,F,_T,_T,FORREG,2023,5000,E
DSM:FOREIGN_POP(1.0.0),A,MD,UA,F,_T,PERM,FORREG,2023,100,A
DSM:FOREIGN_POP(1.0.0),A,MD,RU,_T,_T,_T,FORREG,2023,1,A
DSM:FOREIGN_POP(1.0.0),A,MD,RU,_T,_T,_T,CENSUS,2023,2,A
"""


@pytest.fixture(scope="module")
def structures() -> Structures:
    return Structures(read_content(Path()))


def through(structures: Structures, path: Path, name: str) -> tuple[list[dict[str, str]], Mapped]:
    """The observations as they come out in SDMX-CSV 2.0, without what is empty."""
    mapped = Mapped(structures, find_map(structures, name))
    pieces = convert(path, structures, CheckOptions(), by_name("sdmx-csv-2.0"), WriteOptions(), mapped)
    read = csv.DictReader(io.StringIO(b"".join(pieces).decode()))
    return [{id: value for id, value in row.items() if value} for row in read], mapped


def findings(mapped: Mapped) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.component, finding.value) for finding in mapped.report.findings]


def test_the_region_in_the_structure_of_eurostat(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(FOREIGN_POP)
    found, mapped = through(structures, path, "DSM:FOREIGN_POP_TO_ESTAT")
    same = {"STRUCTURE": "datastructure", "STRUCTURE_ID": "ESTAT:MIGR_POP1CTZ(1.0.0)", "ACTION": "I", "FREQ": "A"}
    same |= {"AGE": "TOTAL", "UNIT": "NR", "GEO": "MD", "CITIZEN": "UA", "TIME_PERIOD": "2023"}
    assert found == [
        same | {"SEX": "T", "OBS_VALUE": "10250.50"},
        same | {"SEX": "F", "OBS_VALUE": "5000", "OBS_FLAG": "e"},
    ]
    assert findings(mapped) == [
        ("value-not-mapped", "OBS_STATUS", "A"),
        ("key-not-unique", "", "A.RU.TOTAL.NR.T.MD.2023"),
    ]


def test_students_of_kyrgyzstan_in_the_regional_structure(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(
        "DATAFLOW,FREQ,REF_AREA,CITIZENSHIP,SEX,STUDY_LEVEL,STUDY_FORM,FINANCING,DATA_SOURCE,TIME_PERIOD,OBS_VALUE\n"
        "DSM.KG:FOREIGN_STUDENTS(1.0.0),A,KG,IN,_T,_T,_T,_T,EDUREG,2023,12345\n"
        "DSM.KG:FOREIGN_STUDENTS(1.0.0),A,KG,IN,F,HIGH,_T,_T,EDUREG,2023,1\n"
        "DSM.KG:FOREIGN_STUDENTS(1.0.0),A,KG_GO,IN,_T,_T,_T,_T,CENSUS,2023,7\n"
    )
    found, mapped = through(structures, path, "DSM.KG:FOREIGN_STUDENTS_TO_FOREIGN_POP(1.0.0)")
    (row,) = found
    expected = {"REF_AREA": "KG", "CITIZENSHIP": "IN", "SEX": "_T", "AGE": "_T", "RESIDENCE_STATUS": "OTH"}
    expected |= {"DATA_SOURCE": "OTH", "TIME_PERIOD": "2023", "OBS_VALUE": "12345", "COMPARABILITY": "CARE"}
    assert {id: row[id] for id in expected} == expected
    assert findings(mapped) == [("value-not-mapped", "REF_AREA", "KG_GO")]


def test_job_seekers_of_moldova_in_the_regional_structure(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(
        "DATAFLOW,FREQ,REF_AREA,DESTINATION,SEX,AGE,EDUCATION,OCCUPATION,CHANNEL,DATA_SOURCE,TIME_PERIOD,OBS_VALUE\n"
        "DSM.MD:JOB_SEEKERS_ABROAD(1.0.0),A,MD,DE,_T,_T,_T,_T,_T,EMPLREG,2023,250\n"
        "DSM.MD:JOB_SEEKERS_ABROAD(1.0.0),A,MD,DE,_T,_T,_T,9,_T,EMPLREG,2023,25\n"
    )
    found, mapped = through(structures, path, "DSM.MD:JOB_SEEKERS_ABROAD_TO_WORK_PERMITS")
    (row,) = found
    expected = {"REF_AREA": "DE", "CITIZENSHIP": "MD", "APPLICATION_TYPE": "FIRST", "OUTCOME": "_Z"}
    expected |= {"DATA_SOURCE": "OTH", "OBS_VALUE": "250", "COMPARABILITY": "NOT"}
    assert {id: row[id] for id in expected} == expected
    assert findings(mapped) == []


@pytest.mark.parametrize("format", ["sdmx-ml-2.1", "sdmx-ml-3.0", "sdmx-ml-2.1-generic", "sdmx-json-2.0", "xlsx"])
def test_what_a_map_makes_is_written_in_any_format(structures: Structures, tmp_path: Path, format: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(FOREIGN_POP)
    mapped = Mapped(structures, find_map(structures, "DSM:FOREIGN_POP_TO_ESTAT"))
    made = b"".join(convert(path, structures, CheckOptions(), by_name(format), WriteOptions(), mapped))
    assert b"MIGR_POP1CTZ" in made or format == "xlsx"


def test_data_of_another_structure_are_refused(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(FOREIGN_POP)
    with pytest.raises(Unsupported, match="these data are of DSM:FOREIGN_POP"):
        through(structures, path, "DSM.KG:FOREIGN_STUDENTS_TO_FOREIGN_POP")


def test_a_map_that_is_not_there_is_told_with_those_that_are(structures: Structures) -> None:
    with pytest.raises(NotFound, match=r"no structure map DSM:NONE; there are .*DSM:FOREIGN_POP_TO_ESTAT\(1.0.0\)"):
        find_map(structures, "DSM:NONE")
