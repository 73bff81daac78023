"""Two other programs read what we write, and see the same values. Neither looks into Atts, so there are none here."""

import importlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sdmx
from pysdmx.io import read_sdmx
from sdmx.model import v21

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.formats.ml_data import write_generic21, write_specific21, write_specific30, write_specific31
from sdmx_dsm.formats.options import WriteOptions
from tests.helpers.content import frame_of
from tests.helpers.schemas import EXAMPLE, example_structures

# sdmx1 reads no 3.0 after a 2.1 message unless this was imported before.
importlib.import_module("sdmx.reader.xml.v30")

VALUES = {("KG", "2020"): "12.50", ("KG", "2021"): "0", ("TJ", "2020"): "-3"}
TITLES = {"KG": "Women & girls", "TJ": "<Women>"}
KEY = ("FREQ", "REF_AREA", "SEX", "TIME_PERIOD")
READ_BY_SDMX1 = [write_specific21, write_specific30, write_generic21]
READ_BY_PYSDMX = [*READ_BY_SDMX1, write_specific31]
LAYOUTS = [None, "AllDimensions", "REF_AREA"]
BATCH = frame_of(
    *(
        {**dict(zip(KEY, ("A", area, "F", period), strict=True)), "OBS_VALUE": value, "OBS_STATUS": "A"}
        for (area, period), value in VALUES.items()
    ),
    *({":level": "series", "FREQ": "A", "REF_AREA": area, "SEX": "F", "UNIT_MEASURE": "PS"} for area in TITLES),
    *({":level": "partial", "REF_AREA": area, "SEX": "F", "TITLE": title} for area, title in TITLES.items()),
)


def written(write: Callable[..., Any], dimension: str | None) -> bytes:
    dataset = DataSet(schema=example_structures().schema(EXAMPLE), structure=EXAMPLE, batches=iter([BATCH]))
    header = Header(id="M1", prepared="2026-01-02T03:04:05Z", sender="DSM", receivers=("A",))
    return b"".join(write([dataset], WriteOptions(header=header, dimension_at_observation=dimension)))


def sdmx1_structure() -> v21.DataStructureDefinition:
    """What sdmx1 would have read from the structure message."""
    structure = v21.DataStructureDefinition(id="EXAMPLE", maintainer=v21.Agency(id="DSM"), version="1.0.0")
    for order, id in enumerate(KEY):
        structure.dimensions.append((v21.TimeDimension if id == "TIME_PERIOD" else v21.Dimension)(id=id, order=order))
    for id in ("OBS_STATUS", "UNIT_MEASURE", "TITLE"):
        structure.attributes.append(v21.DataAttribute(id=id))
    structure.measures.append(v21.PrimaryMeasure(id="OBS_VALUE"))
    group = v21.GroupDimensionDescriptor(id="Sibling")
    for id in ("REF_AREA", "SEX"):
        group.append(structure.dimensions.get(id))
    structure.group_dimensions["Sibling"] = group
    return structure


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dimension", LAYOUTS)
@pytest.mark.parametrize("write", READ_BY_SDMX1)
def test_sdmx1_sees_the_same(write: Callable[..., Any], dimension: str | None) -> None:
    message = sdmx.read_sdmx(BytesIO(written(write, dimension)), structure=sdmx1_structure())
    assert message.header.id == "M1"
    [dataset] = message.data
    assert {
        (str(obs.key["REF_AREA"].value), str(obs.key["TIME_PERIOD"].value)): str(obs.value) for obs in dataset.obs
    } == VALUES
    assert {obs.attrib["OBS_STATUS"].value for obs in dataset.obs} == {"A"}
    assert {obs.attrib["UNIT_MEASURE"].value for obs in dataset.obs} == {"PS"}
    assert {(str(obs.key["REF_AREA"].value), obs.attrib["TITLE"].value) for obs in dataset.obs} == set(TITLES.items())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dimension", LAYOUTS)
@pytest.mark.parametrize("write", READ_BY_PYSDMX)
def test_pysdmx_sees_the_same(write: Callable[..., Any], dimension: str | None, tmp_path: Path) -> None:
    path = tmp_path / "message.xml"
    path.write_bytes(written(write, dimension))
    [dataset] = read_sdmx(path, validate=True).data
    rows = dataset.data.to_dict("records")
    assert {(row["REF_AREA"], row["TIME_PERIOD"]): row["OBS_VALUE"] for row in rows} == VALUES
    assert {(row["FREQ"], row["SEX"], row["OBS_STATUS"], row["UNIT_MEASURE"]) for row in rows} == {
        ("A", "F", "A", "PS")
    }
