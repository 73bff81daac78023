"""Conversion: what is filled in, what a message says of itself, and files that are whole or not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.excel import load_mapping
from sdmx_dsm.formats import WriteOptions, by_name
from sdmx_dsm.model import Structures, parse_reference
from sdmx_dsm.service.checking import CheckOptions
from sdmx_dsm.service.content import read_content
from sdmx_dsm.service.conversion import convert, write_whole

AGREEMENT = parse_reference("DSM:FOREIGN_POP_MD_MIG(1.0.0)", "ProvisionAgreement")


@pytest.fixture(scope="module")
def structures() -> Structures:
    return Structures(read_content(Path()))


def converted(structures: Structures, path: Path, options: CheckOptions, format: str = "sdmx-csv-2.0") -> str:
    return b"".join(convert(path, structures, options, by_name(format), WriteOptions())).decode()


def test_the_notice_of_an_agreement_goes_with_its_numbers(structures: Structures) -> None:
    mapping = load_mapping(Path("registry/mappings/tj_ubezhishche.yaml").read_text("utf-8"))
    message = converted(
        structures, Path("fixtures/legacy/tj_ubezhishche.xls"), CheckOptions(mapping=mapping), "sdmx-ml-2.1"
    )
    source = message.partition("<message:Source")[2].partition("</message:Header>")[0]
    assert "Demonstration data: all numbers are invented." in source
    assert "Демонстрационные данные: все числа вымышлены." in source


def test_the_agreement_that_the_sender_names_gives_the_defaults(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\nDSM:FOREIGN_POP(1.0.0),A,MD,2001,10.50\n")
    plain = converted(structures, path, CheckOptions()).splitlines()[1]
    assert plain.startswith("dataflow,DSM:FOREIGN_POP(1.0.0),I,A,MD,_T,_T,_T,_T,,2001,10.50,,")
    named = converted(structures, path, CheckOptions(reference=AGREEMENT)).splitlines()[1]
    assert named.startswith("dataflow,DSM:FOREIGN_POP(1.0.0),I,A,MD,_T,_T,_T,_T,FORREG,2001,10.50,A,F,,PS,0,")


def test_an_agreement_for_another_dataflow_gives_nothing(structures: Structures, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE\nDSM:ENTRIES(1.0.0),A,MD,2001,10.50\n")
    assert ",FORREG," not in converted(structures, path, CheckOptions(reference=AGREEMENT))


def test_a_format_that_is_not_written_is_refused(structures: Structures) -> None:
    with pytest.raises(Unsupported, match="is not written here"):
        convert(Path("x"), structures, CheckOptions(), by_name("sdmx-ml-3.0", "structure"), WriteOptions())


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    path = tmp_path / "file"
    for before in (None, b"before"):
        if before:
            write_whole([before], path)
        with pytest.raises(KeyboardInterrupt):
            write_whole(breaking(), path)
        assert [found.read_bytes() for found in tmp_path.iterdir()] == ([before] if before else [])
    write_whole([b"af", b"ter"], path)
    assert path.read_bytes() == b"after"
