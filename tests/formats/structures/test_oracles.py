"""Two other programs read what we write (their own faults are worked around, and named where they are)."""

import logging

import pytest
import sdmx
import sdmx.reader.xml.v30  # before any 2.1 message: sdmx1 fails to read 3.0 otherwise
from pysdmx.io import read_sdmx, write_sdmx
from pysdmx.io.format import Format
from pysdmx.model import AgencyScheme as PysdmxAgencyScheme
from pysdmx.model import Codelist as PysdmxCodelist
from pysdmx.model import Dataflow as PysdmxDataflow
from pysdmx.model import DataStructureDefinition

from sdmx_dsm.batches import Header
from sdmx_dsm.formats.structures import read_json, read_ml
from sdmx_dsm.model import (
    AgencyScheme,
    Categorisation,
    CategoryScheme,
    Codelist,
    ConceptScheme,
    DataConstraint,
    Dataflow,
    DataProviderScheme,
    DataStructure,
    Maintainable,
    ProvisionAgreement,
    Structures,
)
from tests.formats.structures.checks import SAMPLES
from tests.formats.structures.checks import written as written_with
from tests.formats.structures.test_samples import CONTENT, needs_samples

# The classes that both programs read.
KNOWN = (
    AgencyScheme,
    DataProviderScheme,
    Codelist,
    ConceptScheme,
    CategoryScheme,
    DataStructure,
    Dataflow,
    ProvisionAgreement,
    Categorisation,
    DataConstraint,
)


def written(syntax: str, *artefacts: Maintainable, structures: Structures | None = None) -> bytes:
    """With one receiver: sdmx1 fails at two."""
    return written_with(syntax, *artefacts, structures=structures, header=Header(id="TEST", receivers=("A",)))


@pytest.fixture(scope="module")
def content():
    """What both programs know, as the service answers: codelists hold what they inherit, for neither knows extensions."""
    every = (artefact for path in CONTENT for artefact in read_ml(path)[1])
    structures = Structures(artefact for artefact in every if type(artefact) in KNOWN)
    return structures.with_artefacts(structures.extended(codelist) for codelist in structures.of_class(Codelist))


@pytest.fixture
def sdmx1(tmp_path, capsys):
    logging.getLogger("sdmx").setLevel(logging.CRITICAL)  # it says at length what it does not implement

    def parse(message: bytes):
        path = tmp_path / "message.xml"
        path.write_bytes(message)
        return sdmx.read_sdmx(path)

    return parse


@pytest.fixture
def pysdmx(tmp_path):
    def parse(message: bytes, suffix: str = "xml"):
        path = tmp_path / f"message.{suffix}"
        path.write_bytes(message)
        return read_sdmx(path).structures

    return parse


def by_identity(theirs) -> dict[tuple[str, str], object]:
    """Of sdmx1's artefacts of a class. Their own keys have the agency where an id comes twice, and not elsewhere."""
    return {(each.maintainer.id, each.id): each for each in theirs.values()}


def identities(artefacts) -> set[tuple[str, str]]:
    return {(each.agency, each.id) for each in artefacts}


def codes(codelist: Codelist) -> dict[str, str | None]:
    return {code.id: code.parent for code in codelist.items}


def test_sdmx1_reads_the_content_in_21(content, sdmx1):
    message = sdmx1(written("ml21", *content, structures=content))
    codelists = by_identity(message.codelist)
    assert set(codelists) == identities(content.of_class(Codelist))
    for codelist in content.of_class(Codelist):
        theirs = codelists[codelist.agency, codelist.id]
        parents = {
            id: code.parent.id if code.parent is not None and code.parent is not theirs else None
            for id, code in theirs.items.items()
        }
        assert (theirs.version, parents) == (codelist.version, codes(codelist))
        assert {id: dict(code.name.localizations) for id, code in theirs.items.items()} == {
            code.id: code.names for code in codelist.items
        }
    for structure in content.of_class(DataStructure):
        theirs = message.structure[structure.id]
        assert [each.id for each in theirs.dimensions] == [
            *(each.component_id for each in structure.dimensions),
            "TIME_PERIOD",
        ]
        assert [each.id for each in theirs.attributes] == [each.component_id for each in structure.attributes]
        assert [each.id for each in theirs.measures] == ["OBS_VALUE"]
        assert {id: [each.id for each in group.components] for id, group in theirs.group_dimensions.items()} == {
            group.id: list(group.dimensions) for group in structure.groups
        }
        assert {each.id: each.usage_status.name for each in theirs.attributes} == {
            each.component_id: "mandatory" if each.usage == "mandatory" else "conditional"
            for each in structure.attributes
        }
    assert {id: flow.structure.id for id, flow in message.dataflow.items()} == {
        flow.id: flow.structure.id for flow in content.of_class(Dataflow) if flow.structure
    }
    assert set(by_identity(message.provisionagreement)) == identities(content.of_class(ProvisionAgreement))
    assert set(by_identity(message.constraint)) == identities(content.of_class(DataConstraint))


@pytest.mark.parametrize("cls", [Codelist, ConceptScheme, Dataflow, CategoryScheme])
def test_sdmx1_reads_the_content_in_30(content, sdmx1, cls):
    """Not its data structures: sdmx1 has no relationship to a group there."""
    message = sdmx1(written("ml30", *content.of_class(cls)))
    theirs = {
        Codelist: message.codelist,
        ConceptScheme: message.concept_scheme,
        Dataflow: message.dataflow,
        CategoryScheme: message.category_scheme,
    }[cls]
    assert {id: each.version for id, each in by_identity(theirs).items()} == {
        (each.agency, each.id): each.version for each in content.of_class(cls)
    }


@needs_samples
def test_sdmx1_reads_a_data_structure_in_30(sdmx1):
    path = SAMPLES / "sdmx-ml-3.0" / "Data Structure Definition" / "ECB_EXR.xml"
    (ours,) = read_ml(path)[1]
    assert isinstance(ours, DataStructure)
    theirs = sdmx1(written("ml30", ours)).structure["ECB_EXR"]
    assert [each.id for each in theirs.attributes] == [each.component_id for each in ours.attributes]
    assert [each.id for each in theirs.measures] == ["OBS_VALUE"]


@pytest.mark.parametrize("syntax, suffix", [("ml21", "xml"), ("json20", "json")])
def test_pysdmx_reads_the_content(content, pysdmx, syntax, suffix):
    theirs = pysdmx(written(syntax, *content, structures=content), suffix)
    assert len(theirs) == len(list(content))
    found = {
        (each.agency if isinstance(each.agency, str) else each.agency.id, each.id): each
        for each in theirs
        if isinstance(each, PysdmxCodelist)
    }
    for codelist in content.of_class(Codelist):
        mine = found[codelist.agency, codelist.id]
        assert mine.version == codelist.version
        assert {code.id: code.name for code in mine.items} == {code.id: code.names["en"] for code in codelist.items}
    structures = {each.id: each for each in theirs if isinstance(each, DataStructureDefinition)}
    for structure in content.of_class(DataStructure):
        components = structures[structure.id].components
        assert [each.id for each in components.dimensions] == [
            *(each.component_id for each in structure.dimensions),
            "TIME_PERIOD",
        ]
        assert [each.id for each in components.attributes] == [each.component_id for each in structure.attributes]
        assert [each.required for each in components.attributes] == [
            each.usage == "mandatory" for each in structure.attributes
        ]
    assert {each.id for each in theirs if isinstance(each, PysdmxDataflow)} == {
        each.id for each in content.of_class(Dataflow)
    }
    agencies = {each.agency: each.items for each in theirs if isinstance(each, PysdmxAgencyScheme)}
    assert {owner: [agency.id.rpartition(".")[2] for agency in items] for owner, items in agencies.items()} == {
        scheme.agency: [agency.id for agency in scheme.items] for scheme in content.of_class(AgencyScheme)
    }


def test_pysdmx_reads_the_codelists_in_30(content, pysdmx):
    """Not its data structures: pysdmx finds no version for the wildcards in their references."""
    theirs = pysdmx(written("ml30", *content.of_class(Codelist)))
    assert {(each.agency, each.id): len(each.items) for each in theirs} == {
        (each.agency, each.id): len(each.items) for each in content.of_class(Codelist)
    }


def test_we_read_what_pysdmx_writes(content, pysdmx, tmp_path):
    """What its client for maintenance sends. It has one language, and properties that are its own."""
    path = tmp_path / "theirs.json"
    structures = pysdmx(written("json20", *content, structures=content), "json")
    write_sdmx(structures, Format.STRUCTURE_SDMX_JSON_2_0_0, output_path=str(path))
    ours = {artefact.reference: artefact for artefact in read_json(path)[1]}
    assert set(ours) == {artefact.reference for artefact in content}
    for codelist in content.of_class(Codelist):
        again = ours[codelist.reference]
        assert isinstance(again, Codelist)
        assert [(code.id, code.names) for code in again.items] == [
            (code.id, {"en": code.names["en"]}) for code in codelist.items
        ]
    for structure in content.of_class(DataStructure):
        again = ours[structure.reference]
        assert isinstance(again, DataStructure)
        assert [(each.id, each.usage or "optional") for each in again.attributes] == [
            (each.id, each.usage) for each in structure.attributes
        ]
