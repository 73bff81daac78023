"""Commands that need no hub: validate, convert; and `dsm structures`."""

import csv
import json
import zipfile
from pathlib import Path

import pytest

from sdmx_dsm.formats import FORMATS, StructureOptions, by_name
from sdmx_dsm.model import DataProvider, DataProviderScheme
from sdmx_dsm.service.packages import structure_files
from tests.cli.conftest import invoke
from tests.helpers.schemas import EXAMPLE, example_structures

WORKBOOK = "fixtures/legacy/tj_ubezhishche.xls"
AGREEMENT = "DSM:ASYLUM_APPLICATIONS_TJ_MIG(1.0.0)"
MAPPING = "registry/mappings/tj_ubezhishche.yaml"
WITH_MISTAKES = "fixtures/legacy/tm_foreigners_with_mistakes.xlsx"
HEAD = "STRUCTURE,STRUCTURE_ID,FREQ,REF_AREA,CITIZENSHIP,SEX,TIME_PERIOD,OBS_VALUE"
ROW = "dataflow,DSM:FOREIGN_POP(1.0.0),A,MD,UA,F,2001,10.50"


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "message.csv"
    path.write_text(f"{HEAD}\n{ROW}\n")
    return path


# --- validate -----------------------------------------------------------------------------------------------------------


def test_validate_says_what_is_in_a_good_file(message: Path) -> None:
    result = invoke("validate", message, "--provision-agreement", "DSM:FOREIGN_POP_MD_MIG(1.0.0)")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 observations read, 1 without errors.\n")
    assert "error" not in result.stdout.replace("errors", "")


def test_validate_takes_the_urn_of_a_dataflow(message: Path) -> None:
    """It expected the URN of an agreement, and no other."""
    short = "DSM:FOREIGN_POP(1.0.0)"
    names = (short, f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={short}")
    by_short, by_urn = (invoke("validate", message, "--dataflow", name) for name in names)
    assert (by_urn.exit_code, by_urn.stdout) == (by_short.exit_code, by_short.stdout)
    assert "agreement-unknown" in by_urn.stdout


def test_validate_names_each_fault_with_its_cell() -> None:
    result = invoke("validate", WITH_MISTAKES, "--mapping", "tm_foreigners_with_mistakes")
    assert result.exit_code == 1
    assert any(line.startswith("error       Stock 2023!A15  ") for line in result.stdout.splitlines())


@pytest.mark.parametrize("mapping", ["tj_ubezhishche", MAPPING])
def test_validate_reads_a_workbook_by_a_mapping_of_the_hub_or_of_a_file(mapping: str) -> None:
    result = invoke("validate", WORKBOOK, "--mapping", mapping, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["observations"], report["accepted"]) == (0, 6, 6)
    assert {finding["severity"] for finding in report["findings"]} == {"information"}


def test_validate_reports_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    for name, content in (("empty.csv", b""), ("broken.xml", b"<a>"), ("paper.pdf", b"%PDF-1.4")):
        path = tmp_path / name
        path.write_bytes(content)
        result = invoke("validate", path, "--json")
        (finding,) = json.loads(result.stdout)["findings"]
        assert (result.exit_code, finding["severity"]) == (1, "error")


def test_validate_takes_structures_of_ones_own(tmp_path: Path) -> None:
    structures = example_file(tmp_path)
    path = tmp_path / "data.csv"
    path.write_text("DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\nDSM:EXAMPLE(1.0.0),A,KG,F,2020,1\n")
    for named in (structures, structures.parent):
        report = json.loads(invoke("validate", path, "--structures", named, "--json").stdout)
        assert report["observations"] == 1
        assert "unknown-dataflow" not in report["counts"]
    assert "unknown-dataflow" in json.loads(invoke("validate", path, "--json").stdout)["counts"]


def test_what_is_called_wrongly_ends_with_two(message: Path) -> None:
    for arguments in (
        ("validate", message, "--nonsense"),
        ("validate",),
        ("validate", "no-such-file.csv"),
        ("validate", WORKBOOK, "--mapping", "nothing"),
        ("convert", message, "--to", "nothing"),
        ("nonsense",),
    ):
        result = invoke(*arguments)
        assert (result.exit_code, "Error: " in result.stderr) == (2, True), arguments


# --- convert ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", [format for format in FORMATS if format.write], ids=lambda format: format.name)
def test_convert_writes_every_format(format: object, tmp_path: Path) -> None:
    name = format.name  # type: ignore[attr-defined]
    target = tmp_path / f"out.{format.extension}"  # type: ignore[attr-defined]
    options = ("--mapping", "tj_ubezhishche", "--to", name)
    assert invoke("convert", WORKBOOK, *options, "-o", target).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    if format.read:  # type: ignore[attr-defined]
        # SDMX-CSV 1.0 has no word for an agreement.
        named = ("--provision-agreement", AGREEMENT) if name == "sdmx-csv-1.0" else ()
        report = json.loads(invoke("validate", target, *named, "--json").stdout)
        assert (report["accepted"], report["counts"]) == (6, {})
    else:
        assert target.stat().st_size > 1000
    if not format.binary:  # type: ignore[attr-defined]
        assert "Demonstration data" in target.read_text("utf-8")


def test_convert_writes_to_standard_output(message: Path) -> None:
    result = invoke("convert", message, "--to", "sdmx-csv-2.0")
    assert (result.exit_code, ",2001,10.50" in result.stdout) == (0, True)


def test_convert_fills_in_what_a_sender_need_not_say(message: Path, tmp_path: Path) -> None:
    """So that the message conforms, and can be sent without another word."""
    target = tmp_path / "out.csv"
    named = ("--provision-agreement", "DSM:FOREIGN_POP_MD_MIG(1.0.0)")
    assert invoke("convert", message, *named, "--to", "sdmx-csv-2.0", "-o", target).exit_code == 0
    with target.open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert {id: row[id] for id in ("STRUCTURE", "AGE", "DATA_SOURCE", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE")} == {
        "STRUCTURE": "dataprovision",
        "AGE": "_T",
        "DATA_SOURCE": "FORREG",
        "OBS_VALUE": "10.50",
        "OBS_STATUS": "A",
        "UNIT_MEASURE": "PS",
    }
    assert invoke("validate", target).exit_code == 0


@pytest.mark.parametrize("missing", ["FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE"])
@pytest.mark.parametrize("name", [format.name for format in FORMATS if format.write])
def test_convert_keeps_what_is_missing_missing(name: str, missing: str, tmp_path: Path) -> None:
    """What nobody may guess stays empty; to judge is the business of validate."""
    path = tmp_path / "message.csv"
    kept = [(id, value) for id, value in zip(HEAD.split(","), ROW.split(","), strict=True) if id != missing]
    path.write_text("\n".join((",".join(id for id, _ in kept), ",".join(value for _, value in kept), "")))
    assert invoke("convert", path, "--to", name, "-o", tmp_path / "out").exit_code == 0


def test_convert_leaves_no_half_file(tmp_path: Path, message: Path) -> None:
    """What stood there before stays."""
    target = tmp_path / "out.xml"
    target.write_text("before")
    xml = tmp_path / "cut.xml"
    invoke("convert", message, "--to", "sdmx-ml-3.0", "-o", xml)
    xml.write_bytes(xml.read_bytes()[:-200])
    result = invoke("convert", xml, "--to", "sdmx-csv-2.0", "-o", target)
    assert (result.exit_code, result.stderr.startswith("This is not well-formed XML")) == (1, True)
    assert target.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.xml", "message.csv", "out.xml"]


TO_ESTAT = ("--structure-map", "DSM:FOREIGN_POP_TO_ESTAT", "--to", "sdmx-csv-2.0")


def test_convert_goes_through_a_structure_map(message: Path) -> None:
    message.write_text(f"{HEAD.replace('SEX', 'SEX,DATA_SOURCE')}\n{ROW.replace('F,2001', 'F,FORREG,2001')}\n")
    result = invoke("convert", message, *TO_ESTAT)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1].startswith(
        "datastructure,ESTAT:MIGR_POP1CTZ(1.0.0),I,A,UA,TOTAL,NR,F,MD,2001,10.50"
    )


def test_convert_writes_nothing_where_a_map_makes_errors_unless_it_is_told_to(message: Path, tmp_path: Path) -> None:
    rows = "\n".join(ROW.replace("F,2001", f"F,{source},2001") for source in ("FORREG", "CENSUS"))
    message.write_text(f"{HEAD.replace('SEX', 'SEX,DATA_SOURCE')}\n{rows}\n")
    output = tmp_path / "out.csv"
    result = invoke("convert", message, *TO_ESTAT, "-o", output)
    assert (result.exit_code, output.exists()) == (1, False)
    assert "2 observations of the source fall on the key A.UA.TOTAL.NR.F.MD.2001" in result.stderr
    assert invoke("convert", message, *TO_ESTAT, "-o", output, "--accept", "good").exit_code == 0
    assert len(output.read_text().splitlines()) == 1


# --- structures -----------------------------------------------------------------------------------------------------------


def example_file(folder: Path, name: str = "structures/example.xml") -> Path:
    """The structures of `tests.helpers.schemas` as one message."""
    write = by_name("sdmx-ml-3.0", "structure").write_structures
    assert write
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    provider = DataProvider(id="KG_STAT", names={"en": "Statistics of Kyrgyzstan"})
    structures = example_structures().with_artefacts(
        [
            DataProviderScheme(
                id="DATA_PROVIDERS", agency="DSM", version="1.0", names={"en": "Providers"}, items=(provider,)
            )
        ]
    )
    path.write_bytes(b"".join(write(structures, StructureOptions(), structures)))
    return path


def test_check_finds_nothing_wrong_with_the_content() -> None:
    result = invoke("structures", "check", "structures", "registry")
    assert (result.exit_code, result.stdout.endswith(" artefacts, nothing wrong.\n")) == (0, True)


def test_check_names_what_is_wrong(tmp_path: Path) -> None:
    path = example_file(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('id="CL_UNIT"', 'id="CL_OTHER"')
        .replace(':EXAMPLE(1.0.0).SEX" id="SEX"', 'EXAMPLE(1.0.0).SEX" id="GENDER"')
        .replace('Code=DSM:CL_AREA(1.0.0).TJ" id="TJ"', 'Code=DSM:CL_AREA(1.0.0).TJ" id="KG"'),
        "utf-8",
    )
    (tmp_path / "structures" / "broken.xml").write_text("<a>")
    result = invoke("structures", "check", tmp_path / "structures")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{tmp_path / 'structures' / 'broken.xml'}: This is not well-formed XML")
    assert lines[1:] == [
        "Codelist DSM:CL_AREA(1.0.0): KG comes 2 times.",
        "DataStructure DSM:EXAMPLE(1.0.0): the group Sibling names SEX, which is not there; the attribute UNIT_MEASURE names "
        "SEX, which is not there; the attribute COLLECTION names SEX, which is not there; attribute UNIT_MEASURE, representation, enumeration: there is no Codelist DSM:CL_UNIT(1.0+.0).",
        "12 artefacts, 2 with faults, 1 files that can't be read.",
    ]


def test_load_puts_structures_into_the_hub_or_none(tmp_path: Path) -> None:
    path = example_file(tmp_path)
    hub = ("--data-dir", tmp_path / "hub")
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(path.read_text("utf-8").replace('id="CL_UNIT"', 'id="CL_OTHER"'), "utf-8")
    assert invoke("structures", "load", wrong, *hub).exit_code == 1
    assert invoke("structures", "export", *hub).stderr == "No structures match “*/*/*/*”.\n"
    loaded = invoke("structures", "load", path, *hub)
    assert (loaded.exit_code, loaded.stdout) == (0, "12 artefacts are in the hub: 12 new.\n")
    assert invoke("structures", "load", path, *hub).stdout == "12 artefacts are in the hub: 12 as they were.\n"
    text = path.read_text("utf-8")
    path.write_text(text.replace(">Tajikistan<", ">Republic of Tajikistan<"), "utf-8")
    refused = invoke("structures", "load", path, *hub)
    assert (refused.exit_code, refused.stderr.splitlines()) == (
        1,
        [
            "Codelist DSM:CL_AREA(1.0.0): 1.0.0 is stable and can't change; a patch change (code TJ, name (en): changed from "
            "“Tajikistan” to “Republic of Tajikistan”) needs version 1.0.1.",
            "12 artefacts, 1 with faults.",
        ],
    )


LINKED = """<structure:Dataflow id="LINKED" agencyID="DSM" version="1.0.0"><common:Link rel="copyright"
    url="https://example.org/"/><common:Name>Linked</common:Name></structure:Dataflow>"""


@pytest.mark.parametrize("format", ["sdmx-ml-2.1", "sdmx-ml-3.0", "sdmx-json-1.0", "sdmx-json-2.0"])
def test_export_writes_structures_that_check_reads(format: str, tmp_path: Path) -> None:
    hub = ("--data-dir", tmp_path / "hub")
    invoke("structures", "load", example_file(tmp_path), *hub)
    target = tmp_path / ("out.json" if "json" in format else "out.xml")
    result = invoke(
        "structures", "export", "dataflow/DSM/EXAMPLE?references=descendants", "--to", format, "-o", target, *hub
    )
    assert result.exit_code == 0
    assert invoke("structures", "check", target).stdout == "8 artefacts, nothing wrong.\n"
    # A dataflow alone refers to what the hub has.
    invoke("structures", "export", "dataflow/DSM/EXAMPLE", "--to", format, "-o", target, *hub)
    alone = invoke("structures", "check", target)
    assert (alone.exit_code, f"Dataflow {EXAMPLE.short}: structure: there is no DataStructure" in alone.stderr) == (
        1,
        True,
    )
    assert invoke("structures", "check", target, "--hub", *hub).exit_code == 0


EXTENDING = """<structure:Codelist agencyID="DSM" id="CL_MORE" version="1.0.0"><common:Name>More</common:Name>
<structure:CodelistExtension><structure:Codelist>urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_AREA(1.0.0)</structure:Codelist>
</structure:CodelistExtension></structure:Codelist>"""


def test_export_keeps_extensions_of_codelists(tmp_path: Path) -> None:
    """They were written as the codes that they bring: the hub that loaded them had another list."""
    path = example_file(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace("</structure:Codelists>", f"{EXTENDING}</structure:Codelists>"), "utf-8"
    )
    hub = ("--data-dir", tmp_path / "hub")
    assert invoke("structures", "load", path, *hub).exit_code == 0
    assert "CodelistExtension" in invoke("structures", "export", "codelist/DSM/CL_MORE", *hub).stdout
    assert "CodelistExtension" not in invoke("structures", "export", "codelist/DSM/CL_MORE?detail=full", *hub).stdout
    invoke("structures", "export", "-o", tmp_path / "out.xml", *hub)
    assert invoke("structures", "diff", path, tmp_path / "out.xml").stdout == "Nothing differs.\n"


@pytest.mark.parametrize("place", ["out/", "out.zip"])
@pytest.mark.parametrize("format", ["sdmx-ml-3.0", "sdmx-json-2.0"])
def test_export_writes_a_file_for_each_artefact_into_a_folder_or_zip_file(
    format: str, place: str, tmp_path: Path
) -> None:
    hub = ("--data-dir", tmp_path / "hub")
    source = example_file(tmp_path)
    invoke("structures", "load", source, *hub)
    target = f"{tmp_path}/{place}"
    result = invoke("structures", "export", "--to", format, "-o", target, *hub)
    assert (result.exit_code, result.stdout) == (0, f"12 artefacts are in {target}.\n")
    with structure_files([Path(target)], 1_000_000) as files:
        names = [file.name.removeprefix(target).lstrip("/") for file in files]
    assert f"codelist/DSM.CL_AREA(1.0.0).{format[5:].partition('-')[0].replace('ml', 'xml')}" in names
    assert len(names) == 12
    assert invoke("structures", "diff", source, target).stdout == "Nothing differs.\n"
    assert invoke("structures", "check", target).stdout == "12 artefacts, nothing wrong.\n"
    assert invoke("structures", "load", target, *hub).stdout == "12 artefacts are in the hub: 12 as they were.\n"


def test_a_zip_file_that_leads_out_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../out.xml", "<a/>")
    for command in (("check",), ("load", "--data-dir", tmp_path / "hub"), ("diff", path)):
        result = invoke("structures", *command, path)
        assert (result.exit_code, result.stderr) == (1, f"{path} holds a file that leads out of it: ../out.xml.\n")


def test_export_leaves_out_what_the_format_cannot_say_where_that_is_allowed(tmp_path: Path) -> None:
    path = example_file(tmp_path)
    path.write_text(
        path.read_text("utf-8").replace("</structure:Dataflows>", f"{LINKED}</structure:Dataflows>"), "utf-8"
    )
    hub = ("--data-dir", tmp_path / "hub")
    assert invoke("structures", "load", path, *hub).exit_code == 0
    export = ("structures", "export", "dataflow/DSM/LINKED", "--to", "sdmx-ml-2.1")
    sentence = "Dataflow DSM:LINKED(1.0.0): SDMX-ML 2.1 can't say links of Dataflow.\n"
    refused = invoke(*export, *hub)
    assert (refused.exit_code, refused.stderr) == (1, sentence)
    lenient = invoke(*export, "--lenient", *hub)
    assert (lenient.exit_code, lenient.stderr) == (0, sentence)
    assert 'id="LINKED"' in lenient.stdout


def test_export_says_what_is_wrong_with_the_query(tmp_path: Path) -> None:
    hub = ("--data-dir", tmp_path / "hub")
    for query in ("nonsense/DSM", "dataflow/DSM/X/1.0.0?references=nonsense", "codelist/A/B/C/D/E/F"):
        result = invoke("structures", "export", query, *hub)
        assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1), query


# --- differences and history ----------------------------------------------------------------------------------------------


def test_diff_says_how_files_differ_and_what_version_it_takes(tmp_path: Path) -> None:
    before, after = example_file(tmp_path, "before/one.xml"), example_file(tmp_path, "after/one.xml")
    assert invoke("structures", "diff", before.parent, after).stdout == "Nothing differs.\n"
    text = after.read_text("utf-8")
    after.write_text(text.replace(">Tajikistan<", ">Republic of Tajikistan<"), "utf-8")
    assert invoke("structures", "diff", before, after).stdout.splitlines() == [
        "Codelist DSM:CL_AREA(1.0.0): patch change of the version",
        "  code TJ, name (en): changed from “Tajikistan” to “Republic of Tajikistan”",
        "1 artefacts differ.",
    ]
    (found,) = json.loads(invoke("structures", "diff", before, after, "--json").stdout)
    assert (found["bump"], found["changes"][0]["before"]) == ("patch", "Tajikistan")


def test_history_is_told_and_undone(tmp_path: Path) -> None:
    hub = ("--data-dir", tmp_path / "hub")
    path = example_file(tmp_path)
    assert invoke("structures", "load", path, *hub, "--note", "first").exit_code == 0
    areas = tmp_path / "areas.xml"
    invoke("structures", "export", "codelist/DSM/CL_AREA", "-o", areas, *hub)
    text = areas.read_text("utf-8")
    for name in ("one", "two"):
        areas.write_text(text.replace("1.0.0", "0.1.0").replace(">Tajikistan<", f">{name}<"), "utf-8")
        assert invoke("structures", "load", areas, *hub, "--note", name).exit_code == 0
    old, new = "codelist/DSM/CL_AREA/0.1.0@2", "codelist/DSM/CL_AREA/0.1.0"
    told = [
        "Codelist DSM:CL_AREA(0.1.0): patch change of the version",
        "  code TJ, name (en): changed from “one” to “two”",
    ]
    assert invoke("structures", "diff", old, new, *hub).stdout.splitlines()[:2] == told
    for command in (("diff", f"{new}@9", new), ("restore", "9", new)):
        assert "There is no revision 9; the newest is 3." in invoke("structures", *command, *hub).output
    unknown = invoke("structures", "history", "codelist/DSM/CL_AREA/9.0.0", *hub)
    assert (unknown.exit_code, unknown.output) == (1, "There never was a Codelist DSM:CL_AREA(9.0.0).\n")
    urn = "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=DSM:CL_AREA(0.1.0)"
    changes = json.loads(invoke("structures", "history", urn, *hub, "--json").stdout)
    assert [(change["revision"], change["action"], change["note"]) for change in changes] == [
        (2, "Append", "one"),
        (3, "Replace", "two"),
    ]
    assert "Codelist DSM:CL_AREA(0.1.0)" in invoke("structures", "history", "--limit", 1, *hub).stdout
    assert invoke("structures", "restore", 2, new, "--dry-run", *hub).stdout.splitlines() == [
        "Codelist DSM:CL_AREA(0.1.0): changed.",
        "1 artefacts would be as of revision 2.",
    ]
    assert invoke("structures", "restore", 2, new, *hub).exit_code == 0
    assert invoke("structures", "diff", old, new, *hub).stdout == "Nothing differs.\n"
    assert invoke("structures", "restore", 1, *hub).stdout.splitlines() == [
        "Codelist DSM:CL_AREA(0.1.0): deleted.",
        "1 artefacts are as of revision 1.",
    ]


def test_states_and_artefacts_that_there_are_not_are_told(tmp_path: Path) -> None:
    hub = ("--data-dir", tmp_path / "hub")
    invoke("structures", "load", example_file(tmp_path), *hub)
    refusals = {
        (
            "diff",
            "codelist/DSM/NONE",
            "codelist/DSM/CL_AREA",
        ): "“codelist/DSM/NONE” is neither a file nor a folder, and no structures of the hub match it.",
        ("history", "CL_AREA"): "“CL_AREA” is neither a URN nor of the form TYPE/AGENCY/ID/VERSION.",
        ("restore", "7"): "There is no revision 7; the newest is 1.",
        ("restore", "1", "codelist/DSM/CL_AREA/2.0.0"): "There was no Codelist DSM:CL_AREA(2.0.0) at revision 1.",
    }
    for arguments, told in refusals.items():
        result = invoke("structures", *arguments, *hub)
        assert (result.exit_code, result.stderr) == (1, f"{told}\n")
