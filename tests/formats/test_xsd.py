"""The generated schema of a data structure: it loads beside the official ones, and tells right data from wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from sdmx_dsm.errors import QuerySemanticsError, Unsupported
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.formats.xsd import write_xsd21, write_xsd30
from sdmx_dsm.model import (
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
    Reference,
    Schema,
    Structures,
    ValueSelection,
)
from tests.helpers.schemas import (
    EXAMPLE,
    EXAMPLE_AGREEMENT,
    EXAMPLE_STRUCTURE,
    RICH,
    example_artefacts,
    example_structures,
)
from tests.helpers.validity import xsd_errors

ROOT = Path(__file__).parents[2]
EXR = ROOT.parent / "shared" / "samples" / "sdmx-ml-2.1" / "exr"
XS = "{http://www.w3.org/2001/XMLSchema}"
WRITERS = {"2.1": write_xsd21, "3.0": write_xsd30}
CONTENT = sorted([*ROOT.glob("structures/**/*.xml"), *ROOT.glob("registry/**/*.xml")])
needs_samples = pytest.mark.skipif(not EXR.exists(), reason="the official samples are not beside this checkout")


def generated(version: str, schema: Schema, **options: object) -> bytes:
    return b"".join(WRITERS[version](schema, WriteOptions(**options)))  # type: ignore[arg-type]


def errors(version: str, xsd: bytes, message: bytes, folder: Path) -> list[str]:
    """What the official schemas and the generated one have against a message."""
    path = folder / "generated.xsd"
    path.write_bytes(xsd)
    copies = folder / "copies"
    copies.mkdir(exist_ok=True)
    return xsd_errors(message, version, copies, [path])


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


# --- the official samples ---------------------------------------------------------------------------------------------


def official_structures(kind: str) -> Iterator[Maintainable]:
    """The data structure of a sample with all that it refers to. The one with groups is called ECB_EXR_CG in its own message,
    ECB_EXR_RG in those of its data."""
    files = ("common/exr_common.xml", f"ecb_exr_{kind}/ecb_exr_{kind}.xml")
    for path in (EXR.parent / "common" / "common.xml", *(EXR / name for name in files)):
        for artefact in read_ml(path)[1]:
            if not artefact.is_external_reference:
                yield replace(artefact, id="ECB_EXR_RG") if artefact.id == "ECB_EXR_CG" else artefact


def official(path: Path) -> tuple[Schema, WriteOptions, str]:
    """The schema of a data message, how it is laid out, and the namespace that it declares."""
    structure = etree.parse(str(path)).getroot().find("./{*}Header/{*}Structure")
    assert structure is not None
    (ref,) = structure.iter("Ref")
    reference = Reference("DataStructure", ref.get("agencyID", ""), ref.get("id", ""), ref.get("version", ""))
    kind = path.parent.parent.name.removeprefix("ecb_exr_")
    options = WriteOptions(context="datastructure", dimension_at_observation=structure.get("dimensionAtObservation"))
    return Structures(official_structures(kind)).schema(reference), options, structure.get("namespace", "")


DATA = sorted(EXR.glob("*/structured/*.xml"))
XSDS = sorted(EXR.glob("*/structured/*.xsd"))


def stem(value: object) -> str | None:
    return value.stem if isinstance(value, Path) else None


@needs_samples
def test_there_are_eight_messages_and_six_schemas():
    assert (len(DATA), len(XSDS)) == (8, 6)


@needs_samples
@pytest.mark.parametrize("path", DATA, ids=stem)
def test_official_data_are_valid_by_our_schema(path, tmp_path):
    schema, options, namespace = official(path)
    xsd = b"".join(write_xsd21(schema, options))
    assert etree.fromstring(xsd).get("targetNamespace") == namespace
    assert errors("2.1", xsd, path.read_bytes(), tmp_path) == []


@needs_samples
@pytest.mark.parametrize("old, new, complaint", [
    (b'CURRENCY="CHF"', b'CURRENCY="XXX"', "[facet 'enumeration'] The value 'XXX' is not an element of the set"),
    (b' FREQ="M"', b"", "The attribute 'FREQ' is required but missing."),
    (b' FREQ="M"', b' FREQ="M" SEX="F"', "The attribute 'SEX' is not allowed."),
    (b'OBS_STATUS="A"', b'OBS_STATUS="?"', "[facet 'enumeration'] The value '?' is not an element of the set"),
])  # fmt: skip
@pytest.mark.parametrize("path", DATA, ids=stem)
def test_official_data_made_wrong_are_not(path, old, new, complaint, tmp_path):
    schema, options, _ = official(path)
    found = errors("2.1", b"".join(write_xsd21(schema, options)), path.read_bytes().replace(old, new), tmp_path)
    assert any(complaint in each for each in found), found


@needs_samples
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


# --- our own examples -------------------------------------------------------------------------------------------------


def message(version: str, schema: Schema, body: str, dimension: str, context: Reference) -> bytes:
    """A structure-specific message with one data set."""
    base = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}"
    namespace = f"{context.urn}:ObsLevelDim:{dimension}"
    agreement = "ProvisionAgrement" if version == "2.1" else "ProvisionAgreement"  # so does the schema of 2.1 spell it
    element = {"DataStructure": "Structure", "Dataflow": "StructureUsage", "ProvisionAgreement": agreement}
    name = element[context.artefact_class]
    inside = f"<URN>{context.urn}</URN>" if version == "2.1" else context.urn
    scope = ' ss:dataScope="DataStructure"' if version == "2.1" else ""
    return (
        f'<m:StructureSpecificData xmlns:m="{base}/message" xmlns:c="{base}/common" xmlns:ns1="{namespace}"'
        f' xmlns:ss="{base}/data/structurespecific" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<m:Header><m:ID>T</m:ID><m:Test>true</m:Test><m:Prepared>2026-01-01T00:00:00Z</m:Prepared><m:Sender id="T"/>'
        f'<m:Structure structureID="S" namespace="{namespace}" dimensionAtObservation="{dimension}">'
        f"<c:{name}>{inside}</c:{name}></m:Structure></m:Header>"
        f'<m:DataSet xsi:type="ns1:DataSetType" ss:structureRef="S"{scope}{body}</m:DataSet></m:StructureSpecificData>'
    ).encode()


SERIES_21 = (
    ' REPORTING_YEAR_START_DAY="--07-01" SOURCE_NOTE="x">'
    '<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="A title"/>'
    '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="x" COVERAGE="all">'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS="x"/></Series>'
)
SERIES_30 = (
    '><Atts REPORTING_YEAR_START_DAY="--07-01" SOURCE_NOTE="x"/><Atts REF_AREA="KG" COVERAGE="all"/>'
    '<Group xsi:type="ns1:Sibling" REF_AREA="KG" SEX="F" TITLE="A title"/>'
    '<Series FREQ="A" REF_AREA="KG" SEX="F" UNIT_MEASURE="PS" COLLECTION="x">'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="12.50" OBS_STATUS="A" COMMENT_OBS="x"/></Series>'
)
CROSS = '><Series FREQ="A" SEX="F" TIME_PERIOD="2024"><Obs REF_AREA="KG" UNIT_MEASURE="PS" COVERAGE="all" OBS_VALUE="1"/></Series>'
FLAT = '><Obs FREQ="A" REF_AREA="KG" SEX="F" TIME_PERIOD="2024-Q1" UNIT_MEASURE="PS" OBS_VALUE="-1"/>'


@pytest.mark.parametrize(
    "version, dimension, body",
    [
        ("2.1", "TIME_PERIOD", SERIES_21),
        ("2.1", "REF_AREA", CROSS),
        ("2.1", "AllDimensions", FLAT),
        ("3.0", "TIME_PERIOD", SERIES_30),
        ("3.0", "REF_AREA", CROSS),
        ("3.0", "AllDimensions", FLAT),
    ],
)
def test_data_in_each_view_are_valid(version, dimension, body, tmp_path):
    schema = example_structures().schema(EXAMPLE)
    xsd = generated(version, schema, dimension_at_observation=dimension)
    assert errors(version, xsd, message(version, schema, body, dimension, EXAMPLE), tmp_path) == []


@pytest.mark.parametrize("version, body", [("2.1", SERIES_21), ("3.0", SERIES_30)])
@pytest.mark.parametrize(
    "old, new, complaint",
    [
        (' SEX="F" UNIT', " UNIT", "The attribute 'SEX' is required but missing."),
        ('REF_AREA="KG" SEX="F" UNIT', 'REF_AREA="MD" SEX="F" UNIT', "The value 'MD' is not an element of the set"),
        ('OBS_VALUE="12.50"', 'OBS_VALUE="12,50"', "'12,50' is not a valid value of the atomic type 'xs:decimal'"),
        ('TIME_PERIOD="2024"', 'TIME_PERIOD="2024-Q5"', "ObservationalTimePeriodType"),
        ('TIME_PERIOD="2024"', "", "The attribute 'TIME_PERIOD' is required but missing."),
        ('COLLECTION="x"', 'COLLECTION="x" TITLE="x"', "The attribute 'TITLE' is not allowed."),
        ("ns1:Sibling", "ns1:Other", "Other"),
    ],
)
def test_wrong_data_are_told(version, body, old, new, complaint, tmp_path):
    assert old in body
    schema = example_structures().schema(EXAMPLE)
    wrong = message(version, schema, body.replace(old, new, 1), "TIME_PERIOD", EXAMPLE)
    found = errors(version, generated(version, schema), wrong, tmp_path)
    assert any(complaint in each for each in found), found


COMPS = (
    '><Atts><Comp id="CONTACT" xsi:type="ns1:CONTACT_ATTRIBUTE"><Value>a</Value><Value>b</Value></Comp></Atts>'
    '<Series FREQ="A" REF_AREA="KG"><Comp id="TITLE" xsi:type="ns1:TITLE_ATTRIBUTE"><Value>'
    '<c:Text xml:lang="en">A</c:Text><c:Text xml:lang="ru">Б</c:Text></Value></Comp>'
    '<Obs TIME_PERIOD="2024" OBS_VALUE="1.5" OBS_COUNT="7" OBS_STATUS="E">'
    '<Comp id="METHOD" xsi:type="ns1:METHOD_ATTRIBUTE"><Value>x</Value></Comp></Obs></Series>'
)


def test_arrays_languages_and_several_measures_are_valid_in_30(tmp_path):
    schema = example_structures().schema(RICH)
    assert errors("3.0", generated("3.0", schema), message("3.0", schema, COMPS, "TIME_PERIOD", RICH), tmp_path) == []


@pytest.mark.parametrize(
    "old, new",
    [
        ('id="TITLE" ', 'id="CONTACT" '),
        ("<Value>x</Value>", '<Value><c:Text xml:lang="en">x</c:Text></Value>'),
        ('OBS_COUNT="7"', 'OBS_COUNT="7.5"'),
        ('FREQ="A"', 'FREQ="A" TITLE="x"'),
    ],
)
def test_components_in_the_wrong_form_are_told(old, new, tmp_path):
    assert old in COMPS
    schema = example_structures().schema(RICH)
    wrong = message("3.0", schema, COMPS.replace(old, new, 1), "TIME_PERIOD", RICH)
    assert errors("3.0", generated("3.0", schema), wrong, tmp_path)


@pytest.mark.parametrize(
    "context, reference",
    [
        ("datastructure", EXAMPLE_STRUCTURE),
        ("dataflow", EXAMPLE),
        ("provisionagreement", EXAMPLE_AGREEMENT),
    ],
)
def test_context_is_in_the_namespace(context, reference):
    schema = example_structures().schema(EXAMPLE_AGREEMENT)
    for version in WRITERS:
        xsd = etree.fromstring(generated(version, schema, context=context))
        assert xsd.get("targetNamespace") == f"{reference.urn}:ObsLevelDim:TIME_PERIOD"


def enumerations(xsd: bytes) -> dict[str, list[str]]:
    return {
        str(kind.get("name")): [str(each.get("value")) for each in kind.iter(f"{XS}enumeration")]
        for kind in etree.fromstring(xsd).iterfind(f"{XS}simpleType")
    }


def constraint(id: str, target: Reference, component: str, *values: str) -> DataConstraint:
    selection = ValueSelection(id=component, values=values, cascades=("",) * len(values))
    region = CubeRegion(keys=(selection,))
    return DataConstraint(id=id, agency="DSM", version="1.0.0", attachment=(target,), cube_regions=(region,))


def test_codes_are_cut_by_the_constraints_of_the_context_and_those_above_it():
    structures = Structures(
        (
            *example_artefacts(),
            constraint("C1", EXAMPLE, "SEX", "F", "M"),
            constraint("C2", EXAMPLE_AGREEMENT, "REF_AREA", "KG"),
        )
    )
    schema = structures.schema(EXAMPLE_AGREEMENT)
    whole = {"Codelist.DSM.CL_AREA.1.0.0": ["KG", "TJ", "UZ", "_T"], "Codelist.DSM.CL_SEX.1.0.0": ["F", "M", "_T"]}
    cut_sex = {"Codelist.DSM.CL_AREA.1.0.0": ["KG", "TJ", "UZ", "_T"], "Codelist.DSM.CL_SEX.1.0.0.SEX": ["F", "M"]}
    cut_both = {"Codelist.DSM.CL_AREA.1.0.0.REF_AREA": ["KG"], "Codelist.DSM.CL_SEX.1.0.0.SEX": ["F", "M"]}
    for version in WRITERS:
        for context, expected in (("datastructure", whole), ("dataflow", cut_sex), ("provisionagreement", cut_both)):
            found = enumerations(generated(version, schema, context=context))
            assert {name: codes for name, codes in found.items() if "AREA" in name or "SEX" in name} == expected


def test_when_no_code_is_left_nothing_is_valid(tmp_path):
    structures = Structures((*example_artefacts(), constraint("C1", EXAMPLE, "SEX", "NONE")))
    schema = structures.schema(EXAMPLE)
    for version, body in (("2.1", SERIES_21), ("3.0", SERIES_30)):
        for value in ("F", "none", "nothing"):
            wrong = message(version, schema, body.replace('SEX="F"', f'SEX="{value}"'), "TIME_PERIOD", EXAMPLE)
            assert errors(version, generated(version, schema), wrong, tmp_path)


def test_dimension_that_is_none_is_refused():
    schema = example_structures().schema(EXAMPLE)
    with pytest.raises(QuerySemanticsError) as caught:
        generated("3.0", schema, dimension_at_observation="AGE")
    assert str(caught.value) == "“AGE” is no dimension of DSM:EXAMPLE(1.0.0): it has FREQ, REF_AREA, SEX, TIME_PERIOD."


def test_21_refuses_what_it_cannot_say():
    with pytest.raises(Unsupported) as caught:
        generated("2.1", example_structures().schema(RICH))
    assert str(caught.value) == (
        "SDMX-ML 2.1 can't say METHOD of DSM:RICH(1.0.0): it has several values, languages or markup."
    )


@pytest.fixture(scope="module")
def content():
    return Structures(artefact for path in CONTENT for artefact in read_ml(path)[1])


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("dimension", ["TIME_PERIOD", "SEX", "AllDimensions"])
def test_schema_of_all_content_loads(content, version, dimension, tmp_path):
    """An empty data set is valid by each."""
    references = [each.reference for cls in (DataStructure, Dataflow) for each in content.of_class(cls)]
    references += [each.reference for each in list(content.of_class(ProvisionAgreement))[::40]]
    contexts = {"DataStructure": "datastructure", "Dataflow": "dataflow", "ProvisionAgreement": "provisionagreement"}
    for reference in references:
        schema = content.schema(reference)
        context = contexts[reference.artefact_class]
        xsd = generated(version, schema, context=context, dimension_at_observation=dimension)
        assert errors(version, xsd, message(version, schema, ">", dimension, reference), tmp_path) == []
