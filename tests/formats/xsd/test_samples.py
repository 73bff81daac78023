"""The schemas of the official samples: they have what the official ones have, and tell the official data from wrong ones."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from sdmx_dsm.formats.options import SchemaOptions
from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.formats.xsd import write_xsd21
from sdmx_dsm.model import Maintainable, Reference, Schema, Structures
from tests.formats.xsd.generating import XS, errors

EXR = Path(__file__).parents[4] / "shared" / "samples" / "sdmx-ml-2.1" / "exr"
pytestmark = pytest.mark.skipif(not EXR.exists(), reason="the official samples are not beside this checkout")


def attribute_types(xsd: bytes) -> dict[str, dict[str, tuple[str, str]]]:
    """By complex type: attribute -> type (with no prefix, and no class in the name of a codelist's) and use."""
    return {
        str(kind.get("name")): {
            str(each.get("name")): (
                str(each.get("type")).rpartition(":")[2].removeprefix("Codelist."),
                str(each.get("use")),
            )
            for each in kind.iter(f"{XS}attribute")
        }
        for kind in etree.fromstring(xsd).iterfind(f"{XS}complexType")
    }


def official_structures(kind: str) -> Iterator[Maintainable]:
    """The data structure of a sample with all that it refers to. The one with groups is called ECB_EXR_CG in its own message,
    ECB_EXR_RG in those of its data."""
    files = ("common/exr_common.xml", f"ecb_exr_{kind}/ecb_exr_{kind}.xml")
    for path in (EXR.parent / "common" / "common.xml", *(EXR / name for name in files)):
        for artefact in read_ml(path)[1]:
            if not artefact.is_external_reference:
                yield replace(artefact, id="ECB_EXR_RG") if artefact.id == "ECB_EXR_CG" else artefact


def official(path: Path) -> tuple[Schema, SchemaOptions, str]:
    """The schema of a data message, how it is laid out, and the namespace that it declares."""
    structure = etree.parse(str(path)).getroot().find("./{*}Header/{*}Structure")
    assert structure is not None
    (ref,) = structure.iter("Ref")
    reference = Reference("DataStructure", ref.get("agencyID", ""), ref.get("id", ""), ref.get("version", ""))
    kind = path.parent.parent.name.removeprefix("ecb_exr_")
    options = SchemaOptions(dimension_at_observation=structure.get("dimensionAtObservation"))
    return Structures(official_structures(kind)).schema(reference), options, structure.get("namespace", "")


DATA = sorted(EXR.glob("*/structured/*.xml"))
XSDS = sorted(EXR.glob("*/structured/*.xsd"))


def stem(value: object) -> str | None:
    return value.stem if isinstance(value, Path) else None


def test_there_are_eight_messages_and_six_schemas():
    assert (len(DATA), len(XSDS)) == (8, 6)


@pytest.mark.parametrize("path", DATA, ids=stem)
def test_official_data_are_valid_by_our_schema(path):
    schema, options, namespace = official(path)
    xsd = b"".join(write_xsd21(schema, options))
    assert etree.fromstring(xsd).get("targetNamespace") == namespace
    assert errors("2.1", xsd, path.read_bytes()) == []


@pytest.mark.parametrize("old, new, complaint", [
    (b'CURRENCY="CHF"', b'CURRENCY="XXX"', "[facet 'enumeration'] The value 'XXX' is not an element of the set"),
    (b' FREQ="M"', b"", "The attribute 'FREQ' is required but missing."),
    (b' FREQ="M"', b' FREQ="M" SEX="F"', "The attribute 'SEX' is not allowed."),
    (b'OBS_STATUS="A"', b'OBS_STATUS="?"', "[facet 'enumeration'] The value '?' is not an element of the set"),
])  # fmt: skip
@pytest.mark.parametrize("path", DATA, ids=stem)
def test_official_data_made_wrong_are_not(path, old, new, complaint):
    schema, options, _ = official(path)
    found = errors("2.1", b"".join(write_xsd21(schema, options)), path.read_bytes().replace(old, new))
    assert any(complaint in each for each in found), found


@pytest.mark.parametrize("path", XSDS, ids=stem)
def test_our_schema_has_the_types_and_attributes_of_the_official_one(path):
    """But for two: ours says TIME_PERIOD again where the base type for time series has it; and the official schema has decimals
    for OBS_VALUE, whose concept is a String in the message that defines it."""
    schema, options, _ = official(path.with_suffix(".xml"))
    ours, theirs = attribute_types(b"".join(write_xsd21(schema, options))), attribute_types(path.read_bytes())
    assert set(ours) == set(theirs)
    for kind, attributes in theirs.items():
        expected = dict(attributes)
        if kind == "ObsType":
            expected["OBS_VALUE"] = ("string", "optional")
            expected.setdefault("TIME_PERIOD", ("ObservationalTimePeriodType", "required"))
        assert ours[kind] == expected
