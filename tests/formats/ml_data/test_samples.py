"""The official data samples, read: what they say is written here by hand."""

from pathlib import Path

import pytest

from sdmx_dsm.formats.ml_data import read_ml, write_specific21
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.model import Reference
from tests.formats.ml_data.exr import KEY, SIBLING, exr_structures
from tests.helpers.content import Row, at_level, content
from tests.helpers.validity import xsd_errors

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"
EXR = SAMPLES / "sdmx-ml-2.1" / "exr"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="The official samples are not beside the project.")

RATES = {
    "CHF": {"2010-08": "1.3413", "2010-09": "1.3089", "2010-10": "1.3452"},
    "GBP": {"2010-08": "0.82363", "2010-09": "0.83987", "2010-10": "0.87637"},
    "JPY": {"2010-08": "110.04", "2010-09": "110.26", "2010-10": "113.67"},
    "USD": {"2010-08": "1.2894", "2010-09": "1.3067", "2010-10": "1.3898"},
}
DECIMALS = {"CHF": "4", "GBP": "5", "JPY": "2", "USD": "4"}
TITLES = {
    "CHF": "ECB reference exchange rate, Swiss franc/Euro",
    "GBP": "ECB reference exchange rate, U.K. Pound sterling /Euro",
    "JPY": "ECB reference exchange rate, Japanese yen/Euro",
    "USD": "ECB reference exchange rate, U.S. dollar/Euro",
}
RATE = {"EXR_TYPE": "SP00", "EXR_VAR": "E"}
SAME_EVERYWHERE = [
    f"ecb_exr_{kind}/{folder}/ecb_exr_{kind}_{layout}.xml"
    for kind in ("rg", "ng")
    for folder, layouts in (("generic", ("flat", "ts", "ts_gf")), ("structured", ("flat", "ts", "ts_gf", "xs")))
    for layout in layouts
]


def read(path: Path) -> list[Row]:
    return content(read_ml(path, exr_structures()))


@pytest.mark.parametrize("name", SAME_EVERYWHERE)
def test_every_layout_of_the_exchange_rates_says_the_same(name: str) -> None:
    rows = read(EXR / name)
    observations = sorted(at_level(rows, "obs"), key=lambda row: (row["CURRENCY"], row["TIME_PERIOD"]))
    assert observations == [
        {
            **dict(zip(KEY, ("M", currency, "EUR", "SP00", "E"), strict=True)),
            "TIME_PERIOD": period,
            "OBS_VALUE": value,
            "OBS_STATUS": "A",
            "CONF_STATUS_OBS": "F",
        }
        for currency, values in RATES.items()
        for period, value in values.items()
    ]
    partial = at_level(rows, "partial")
    assert sorted(partial, key=lambda row: row.get("CURRENCY", "")) == [
        {"COLL_METHOD": "Average of observations through period", **RATE},
        *(
            {
                **dict(zip(SIBLING, (currency, "EUR", "SP00", "E"), strict=True)),
                "DECIMALS": DECIMALS[currency],
                "TITLE": TITLES[currency],
                "UNIT_MEASURE": currency,
                "UNIT_MULT": "0",
            }
            for currency in RATES
        ),
    ]
    assert len(rows) == 12 + 5


@pytest.mark.parametrize("kind", ["rg", "ng"])
def test_the_generic_cross_sections_are_read_with_their_misprints(kind: str) -> None:
    """They say 1.3809 for 1.3089; one gives October as a second August and names its dimension CURRENY."""
    observations = at_level(read(EXR / f"ecb_exr_{kind}/generic/ecb_exr_{kind}_xs.xml"), "obs")
    found = [(row["CURRENCY"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in observations]
    october = {"rg": "2010-08", "ng": "2010-10"}[kind]
    expected = {(c, october if p == "2010-10" else p, v) for c, values in RATES.items() for p, v in values.items()}
    assert set(found) == expected - {("CHF", "2010-09", "1.3089")} | {("CHF", "2010-09", "1.3809")}


def test_the_time_series_sample_of_3_0() -> None:
    [dataset] = read_ml(SAMPLES / "sdmx-ml-3.0/Data - Simple Data Attributes/ECB_EXR.xml", exr_structures())
    assert dataset.structure == Reference("Dataflow", "ECB", "EXR", "1.0")
    assert (dataset.action, dataset.dimension_at_observation) == ("Information", "TIME_PERIOD")
    assert (dataset.reporting_begin, dataset.reporting_end) == ("1999-01-01T00:00:00", "2019-01-01T23:59:59")
    header = dataset.header
    assert (header.id, header.test, header.sender, header.receivers) == ("IREF411123", False, "Unknown", ("ANONYMOUS",))
    assert header.prepared == "2021-03-08T22:05:13Z"


def test_the_values_of_the_3_0_sample() -> None:
    rows = read(SAMPLES / "sdmx-ml-3.0/Data - Simple Data Attributes/ECB_EXR.xml")
    observations = at_level(rows, "obs")
    assert len(observations) == 116
    key = {"FREQ": "A", "CURRENCY": "CAD", "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A"}
    value = {"TIME_PERIOD": "1999", "OBS_VALUE": "1.583993822393823", "OBS_STATUS": "A"}
    assert {**key, **value} in observations
    series = at_level(rows, "series")
    assert len(series) == 6
    assert series[-1]["TITLE_COMPL"] == "ECB reference exchange rate, Lithuanian litas/Euro, 2:15 pm (C.E.T.)"
    assert {row["COLLECTION"] for row in series} == {"A", "E"}


CODES = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified"
 targetNamespace="urn:sdmx:org.sdmx.infomodel.base.Agency=SDMX:AGENCIES(1.0).SDMX:codes">{}</xs:schema>"""
LISTS = ("CL_FREQ", "CL_DECIMALS", "CL_UNIT_MULT", "CL_CONF_STATUS", "CL_OBS_STATUS")


@pytest.mark.parametrize("kind", ["rg", "ng"])
@pytest.mark.parametrize("layout, dimension", [("ts", None), ("flat", "AllDimensions"), ("xs", "CURRENCY")])
def test_what_we_write_of_the_samples_is_valid_by_the_schemas_beside_them(
    kind: str, layout: str, dimension: str | None, tmp_path: Path
) -> None:
    """One of these, of the codes of the agency SDMX, is not among the samples: its types are any text here."""
    types = (f'<xs:simpleType name="SDMX.{id}.1.0"><xs:restriction base="xs:string"/></xs:simpleType>' for id in LISTS)
    codes = tmp_path / "sdmx_common.xsd"
    codes.write_text(CODES.format("".join(types)))
    if (kind, layout) == ("rg", "ts"):
        source = "ecb_exr_rg/structured/ecb_exr_rg_xs.xml"
    else:
        source = f"ecb_exr_{kind}/generic/ecb_exr_{kind}_ts.xml"
    options = WriteOptions(context="datastructure", dimension_at_observation=dimension)
    text = b"".join(write_specific21(read_ml(EXR / source, exr_structures()), options))
    folder = tmp_path / "copies"
    folder.mkdir()
    schema = EXR / f"ecb_exr_{kind}/structured/ecb_exr_{kind}_{layout}.xsd"
    assert xsd_errors(text, "2.1", folder, [codes, EXR / "common/exr_common.xsd", schema]) == []
