"""The official structure messages, and our own content: nothing is lost, and what is written is valid."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from sdmx_dsm.errors import ReadError, Unsupported
from sdmx_dsm.formats.structures import has_class, read_json, read_ml
from sdmx_dsm.model import Structures
from tests.formats.structures.checks import ROOT, SAMPLES, SYNTAXES, read, schema_errors, written
from tests.formats.structures.rules import said

# File -> what 2.1 can't say of it.
NOT_SAID_IN_21 = {
    "valuelist.xml": "{} has no ValueList.",
    "Data Structure Definition/ECB_EXR.xml": "DataStructure ECB:ECB_EXR(1.0), TITLE: {} can't say text in several languages.",
}
NAMES = {
    "ml21": "sdmx-ml-2.1",
    "ml30": "sdmx-ml-3.0",
    "ml31": "sdmx-ml-3.1",
    "json10": "sdmx-json-1.0",
    "json20": "sdmx-json-2.0",
    "json21": "sdmx-json-2.1",
}
CONTENT = sorted(path for folder in ("structures", "registry") for path in (ROOT / folder).rglob("*.xml") if path.parent.name != "metadatasets")  # fmt: skip


def is_structure_message(path: Path) -> bool:
    return etree.parse(str(path)).getroot().tag.endswith("}Structure")


def sample_files(folder: str) -> list[Path]:
    return [path for path in sorted((SAMPLES / folder).rglob("*.xml")) if is_structure_message(path)]


ML21 = sample_files("sdmx-ml-2.1")
ML30 = sample_files("sdmx-ml-3.0")
JSON21 = sorted((SAMPLES / "sdmx-json-2.1/structure-message").rglob("*.json"))
EVERY = [*(("ml21", path) for path in ML21), *(("ml30", path) for path in ML30)]
needs_samples = pytest.mark.skipif(not SAMPLES.exists(), reason="the official samples are not beside this checkout")


def name(value: object) -> str | None:
    return (
        value.relative_to(SAMPLES if SAMPLES in value.parents else ROOT).as_posix() if isinstance(value, Path) else None
    )


@needs_samples
def test_there_are_samples_of_both_versions():
    assert (len(ML21), len(ML30)) == (7, 6)


@needs_samples
@pytest.mark.parametrize("syntax, path", EVERY, ids=name)
def test_sample_comes_back_equal_in_its_own_version(syntax, path, tmp_path):
    header, artefacts = read_ml(path)
    message = written(syntax, *artefacts, header=header)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path) == (header, artefacts)


@needs_samples
@pytest.mark.parametrize("syntax, path", EVERY, ids=name)
def test_rewritten_sample_says_what_it_said_and_nothing_else(syntax, path):
    header, artefacts = read_ml(path)
    assert said(syntax, written(syntax, *artefacts, header=header)) == said(syntax, path.read_bytes())


@needs_samples
@pytest.mark.parametrize("target", SYNTAXES)
@pytest.mark.parametrize("syntax, path", EVERY, ids=name)
def test_sample_is_valid_in_each_other_version_or_refused_with_its_reason(syntax, path, target):
    _, artefacts = read_ml(path)
    reason = next((why for end, why in NOT_SAID_IN_21.items() if path.as_posix().endswith(end)), None)
    if target in ("ml21", "json10") and reason:
        with pytest.raises(Unsupported) as caught:
            written(target, *artefacts)
        assert str(caught.value) == reason.format({"ml21": "SDMX-ML 2.1", "json10": "SDMX-JSON 1.0"}[target])
    else:
        assert schema_errors(target, written(target, *artefacts, structures=Structures(artefacts))) == []


@needs_samples
@pytest.mark.parametrize("path", ML30, ids=name)
def test_sample_of_30_comes_back_equal_from_json(path, tmp_path):
    header, artefacts = read_ml(path)
    assert read("json20", written("json20", *artefacts, header=header), tmp_path) == (header, artefacts)


def said_in_json(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The leaves of a message of SDMX-JSON. Extensions, what is false by default, and where the sender keeps a thing are left
    out; a value that is said in long form is as one in short."""
    if isinstance(value, list):
        for each in value:
            if not (path.endswith("/links") and isinstance(each, dict) and each.get("rel") == "self"):
                yield from said_in_json(each, path)
    elif isinstance(value, dict) and path.endswith("/values") and value.keys() == {"value"}:
        yield path, value["value"]
    elif isinstance(value, dict):
        for key, each in value.items():
            if not key.startswith("x-") and (path, key) not in (("/meta", "contentLanguages"), ("/meta", "links")):
                yield from said_in_json(each, f"{path}/{key}")
    elif value is not False:
        yield path, value


@needs_samples
@pytest.mark.parametrize("path", JSON21, ids=name)
def test_sample_of_json_comes_back_and_says_all_that_it_said(path, tmp_path):
    header, artefacts = read_json(path)
    message = written("json21", *artefacts, header=header)
    assert schema_errors("json21", message) == []
    again = read("json21", message, tmp_path)
    assert again[0] == header
    assert sorted(again[1], key=lambda each: each.reference.urn) == sorted(
        artefacts, key=lambda each: each.reference.urn
    )
    before, after = Counter(said_in_json(json.loads(path.read_bytes()))), Counter(said_in_json(json.loads(message)))
    assert before - after == Counter()
    assert set(after - before) == {("/data/dataConstraints/cubeRegions/keyValues/include", True)}  # the default


@needs_samples
def test_data_message_is_no_structure_message():
    with pytest.raises(ReadError) as caught:
        read_ml(SAMPLES / "sdmx-ml-2.1/exr/ecb_exr_ng/generic/ecb_exr_ng_ts.xml")
    assert str(caught.value) == (
        "The root element is GenericTimeSeriesData; a Structure message of SDMX-ML 2.1, 3.0 or 3.1 is expected."
    )


@pytest.fixture(scope="module")
def content():
    return {path: read_ml(path)[1] for path in CONTENT}


def test_each_file_of_the_content_holds_one_artefact(content):
    assert {len(artefacts) for artefacts in content.values()} == {1}


def test_content_comes_back_equal_from_30_and_json(content, tmp_path):
    for path, artefacts in content.items():
        for syntax in ("ml30", "json20"):
            assert read(syntax, written(syntax, *artefacts), tmp_path)[1] == artefacts, (path, syntax)


def sayable(content, syntax):
    """What messages of a syntax have classes for."""
    return [artefact for held in content.values() for artefact in held if has_class(NAMES[syntax], type(artefact))]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_all_of_the_content_together_is_valid(content, syntax):
    artefacts = sayable(content, syntax)
    assert len(artefacts) > 200
    assert schema_errors(syntax, written(syntax, *artefacts, structures=Structures(artefacts))) == []


def test_content_in_21_shows_resolved_versions(content):
    artefacts = sayable(content, "ml21")
    message = written("ml21", *artefacts, structures=Structures(artefacts))
    assert b"+" not in b"".join(line for line in message.splitlines() if b"<Ref " in line)
