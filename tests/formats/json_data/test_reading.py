"""SDMX-JSON data messages are read, in whatever order their parts come, and refused with the place where they are wrong."""

import json
import random
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sdmx

from sdmx_dsm import formats
from sdmx_dsm.errors import DsmError, NotFound, ReadError
from sdmx_dsm.formats.json_data import read_json, scanning
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.model import Reference, Structures
from tests.formats.json_data.test_round_trips import ROWS, dataset, sent
from tests.formats.json_data.validity import WRITERS
from tests.formats.ml_data.exr import exr_structures
from tests.helpers.content import at_level, content
from tests.helpers.schemas import EXAMPLE, example_structures

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "sdmx-json-2.1" / "data-message" / "samples" / "exr"


@pytest.fixture(scope="module")
def known() -> Structures:
    return example_structures()


@pytest.fixture
def read(tmp_path: Path, known: Structures):
    """The rows of a message, given as an object or as text."""

    def read(message: Any, reference: Reference | None = None):
        path = tmp_path / "message.json"
        path.write_bytes(message if isinstance(message, bytes) else json.dumps(message).encode())
        return content(read_json(path, known, reference=reference))

    return read


def message(rows=ROWS, view: str | None = None, version: str = "2.1") -> dict[str, Any]:
    text = sent(version, dataset(example_structures(), rows, EXAMPLE), view=view)
    return json.loads(text, parse_float=str)  # a float would lose digits


EXPECTED = content([dataset(example_structures(), ROWS, EXAMPLE)])


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        chance.shuffle(items)
        return {key: shuffled(each, chance) for key, each in items}
    return [shuffled(each, chance) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("view", [None, "AllDimensions", "first"])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_is_free(read, view: str | None, seed: int) -> None:
    mixed = shuffled(message(view=view), random.Random(seed))
    assert read(json.dumps(mixed, indent=seed).encode()) == EXPECTED


@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("portion", [200, 1000, 5000])
def test_portions_of_any_size_say_the_same(
    tmp_path: Path, known: Structures, monkeypatch: pytest.MonkeyPatch, portion: int, version: str
) -> None:
    monkeypatch.setattr(scanning, "PORTION", portion)
    monkeypatch.setattr(scanning, "TAIL", 100)
    comment = '],"0":[ }},"x":{ "\\'
    rows = [
        {**ROWS[0], "SEX": sex, "TIME_PERIOD": str(2000 + n), "OBS_VALUE": f"{n}.50", "COMMENT_OBS": comment}
        for sex in ("F", "M", "_T")
        for n in range(20)
    ]
    for view in (None, "AllDimensions"):
        path = tmp_path / "message.json"
        path.write_bytes(sent(version, dataset(known, rows, EXAMPLE), view=view))
        assert content(read_json(path, known)) == content([dataset(known, rows, EXAMPLE)])


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_other_encodings_of_unicode(read, codec: str) -> None:
    assert read(json.dumps(message(), ensure_ascii=False).encode(codec)) == EXPECTED


def test_parts_that_are_left_out_are_those_of_the_structure(read) -> None:
    sample = message([ROWS[0]])
    [structure] = sample["data"]["structures"]
    del structure["measures"]
    for level in ("series", "observation"):
        for dimension in structure["dimensions"][level]:
            del dimension["keyPosition"]
    del sample["data"]["dataSets"][0]["structure"]
    del sample["meta"]
    assert read(sample) == content([dataset(example_structures(), ROWS[:1], EXAMPLE)])


def test_dimensions_with_one_value_may_stand_at_the_data_set(read) -> None:
    sample = message([ROWS[0], ROWS[3]])
    [structure], [data] = sample["data"]["structures"], sample["data"]["dataSets"]
    dimensions = structure["dimensions"]
    dimensions["dataSet"] = [dimensions["series"].pop(0)]
    data["series"] = {key.partition(":")[2]: series for key, series in data["series"].items()}
    expected = content([dataset(example_structures(), [ROWS[0], ROWS[3]], EXAMPLE)])
    assert read(sample) == expected
    data["dimensionGroupAttributes"] = {key[1:]: of for key, of in data["dimensionGroupAttributes"].items()}
    assert read(sample) == expected


def test_a_deletion_is_of_what_stands_at_the_data_set(read) -> None:
    sample = message([{":level": "delete", "REF_AREA": "KG"}])
    [structure], [data] = sample["data"]["structures"], sample["data"]["dataSets"]
    structure["dimensions"] = {"dataSet": structure["dimensions"]["series"]}
    del data["series"]
    assert data["action"] == "Delete"
    assert read(sample) == [("delete", (("REF_AREA", "KG"),))]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Each object or array within a message, with a key or number in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in items for found in ((value, key), *places(each))]


def test_whatever_stands_in_whatever_place_is_read_or_refused(read) -> None:
    """Never an error of ours."""
    chance = random.Random(1)
    values = [None, True, 0, 7, -1, 1.5, "", "x", "0", "~", [], {}, [0], [[]], [{}], {"0": 0}, {"id": 1}, {"": []}]
    for number in range(150):
        sample = message(version=chance.choice(list(WRITERS)), view=chance.choice([None, "AllDimensions"]))
        for _ in range(1 + number % 3):
            holder, key = chance.choice(places(sample))
            holder[key] = chance.choice(values)
        with suppress(DsmError):
            read(sample)


def test_the_draft_of_1_0_has_its_parts_in_the_root_and_no_urn(read) -> None:
    sample = message(version="1.0")
    draft = {"header": sample["meta"], **sample["data"]}
    draft["structure"]["links"] = [{"href": "http://example.org/data", "rel": "request"}]
    for data in draft["dataSets"]:
        data.pop("links")
    assert read(draft, EXAMPLE) == EXPECTED
    with pytest.raises(ReadError, match="no link names the dataflow"):
        read(draft)


@pytest.mark.parametrize("value", ["12.50", "-0", "-0.0", "1E5", "1e-7", "123456789012345678901234567890", "0.10"])
def test_numbers_keep_their_digits(read, value: str) -> None:
    text = json.dumps(message([ROWS[0]])).replace('"12.50"', value)
    [row] = at_level(read(text.encode()), "obs")
    assert row["OBS_VALUE"] == value


def test_missing_on_purpose_not_given_and_empty_stay_apart(read) -> None:
    sample = message([ROWS[0]])
    [data] = sample["data"]["dataSets"]
    [series] = data["series"].values()
    for value, expected in (("NaN", "NaN"), ("#N/A", "#N/A"), ("", ""), (None, None), (True, "true")):
        series["observations"] = {"0": [value, "#N/A", None]}
        [row] = at_level(read(sample), "obs")
        assert (row.get("OBS_VALUE"), row.get("OBS_STATUS"), row.get("COMMENT_OBS")) == (expected, "#N/A", None)


def changed(path: str, value: Any) -> dict[str, Any]:
    """A good message with another value at a path of keys and numbers."""
    sample = message([ROWS[0]])
    *way, last = path.split("/")
    found: Any = sample
    for key in way:
        found = found[int(key)] if isinstance(found, list) else found[key]
    if isinstance(found, list):
        found[int(last)] = value
    else:
        found[last] = value
    return sample


SERIES = "data/dataSets/0/series"
OBSERVATIONS = f"{SERIES}/0:0:0/observations"


@pytest.mark.parametrize(
    "path, value, place, said",
    [
        ("data/dataSets/0/structure", 1, "data/dataSets[0]/structure", "the structure 1 is named; the message has 1"),
        ("data/dataSets/0/structure", "x", "data/dataSets[0]/structure", "the structure x is named"),
        ("data/dataSets/0/action", "Burn", "data/dataSets[0]/action", "“Burn” is no action"),
        ("data/dataSets/0/validFrom", "soon", "data/dataSets[0]/validFrom", "“soon” is no date and time"),
        ("data/dataSets/0/attributes", 5, "data/dataSets[0]/attributes", "an array is expected"),
        ("data/dataSets", {}, "data/dataSets", "“{” was found where “[” is expected"),
        ("data/structures", {}, "data/structures", "an array is expected"),
        ("data/structures/0", [], "data/structures[0]", "an object is expected"),
        ("data/structures/0/dimensions/series", 1, "data/structures[0]/dimensions/series", "an array is expected"),
        ("data/structures/0/dimensions/series/0/id", 1, "data/structures[0]/dimensions/series[0]/id", "the id of a component"),
        ("data/structures/0/dimensions/series/0/id", "SEX", "data/structures[0]", "SEX is described twice"),
        ("data/structures/0/dimensions/series/0/values", None, "data/structures[0]/dimensions/series[0]", "a dimension without “values”"),
        ("data/structures/0/dimensions/series/0/values", [5], "data/structures[0]/dimensions/series[0]/values[0]", "an object is expected"),
        (SERIES, [], SERIES.replace("/0", "[0]"), "“[” was found where “{” is expected"),
        (f"{SERIES}/0:0:0", 5, "data/dataSets[0]/series/0:0:0", "Expected"),
        (f"{SERIES}/0:0:1", {}, "data/dataSets[0]/series/0:0:1", "“1” is no index of SEX, whose values have the indexes 0 to 0"),
        (f"{SERIES}/0:0", {}, "data/dataSets[0]/series/0:0", "3 indexes are expected"),
        (f"{SERIES}/0:0:", {}, "data/dataSets[0]/series/0:0:", "“” is no index of SEX"),
        (OBSERVATIONS, {"0": 5}, "data/dataSets[0]/series/0:0:0", "Expected"),
        (OBSERVATIONS, {"7": []}, "data/dataSets[0]/series/0:0:0/observations/7", "“7” is no index of TIME_PERIOD"),
        (OBSERVATIONS, {"-1": []}, "data/dataSets[0]/series/0:0:0/observations/-1", "“-1” is no index"),
        (OBSERVATIONS, {"0": [1, 9]}, "data/dataSets[0]/series/0:0:0/observations/0[1]", "9 is no index of OBS_STATUS"),
        (OBSERVATIONS, {"0": [1, -1]}, "data/dataSets[0]/series/0:0:0/observations/0[1]", "-1 is no index of OBS_STATUS"),
        (OBSERVATIONS, {"0": [1, "A"]}, "data/dataSets[0]/series/0:0:0/observations/0[1]", "'A' is no index of OBS_STATUS"),
        (OBSERVATIONS, {"0": [1, 0, "x", 0]}, "data/dataSets[0]/series/0:0:0/observations/0[3]", "no index of an annotation"),
        (OBSERVATIONS, {"0": ["\ud800"]}, "data/dataSets[0]/series", "half a character"),
        (OBSERVATIONS, {"0": ["\0"]}, "data/dataSets[0]/series", "the character NUL"),
        ("codelists", [], "codelists", "a data message is expected"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(read, path: str, value: Any, place: str, said: str) -> None:
    with pytest.raises(ReadError) as raised:
        read(changed(path, value))
    assert raised.value.path == place
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "old, new, said",
    [
        (b'"12.50"', b"NaN", "NaN is no number of JSON"),
        (b'"12.50"', b"012", "this is not JSON"),
        (b'"12.50"', b"[" * 100_000, "too deep"),
        (b'"meta":', b'"meta":{},"meta":', "“meta” comes twice"),
        (b'"action"', b'"series":{},"action"', "“series” comes twice"),
        (b'"observations":{', b'"observations":{"0":[],', "“0” comes twice"),
        (b'"series":{"0:0:0"', b'"series":{"0:0:0":{},"0:0:0"', "“0:0:0” comes twice"),
        (b'"id":"IREF"', b'"id":"\\u12"', "this is not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_json_is_refused(read, old: bytes, new: bytes, said: str) -> None:
    text = sent("2.1", dataset(example_structures(), [ROWS[0]], EXAMPLE))
    text = text.replace(b'"id":"DATA"', b'"id":"IREF"')
    assert old in text
    with pytest.raises(ReadError, match=said):
        read(text.replace(old, new, 1))


def test_a_message_that_breaks_off_is_refused_wherever_it_does(read) -> None:
    text = sent("2.0", dataset(example_structures(), ROWS, EXAMPLE))
    for end in range(0, len(text) - 1, 97):
        with pytest.raises(ReadError):
            read(text[:end])


@pytest.mark.parametrize(
    "text", [b"[]", b"{}", b'{"data":{}}', b'{"data":5}', b'{"data":{"dataSets":[]}}}', b"\xff\xfe\x00", b'{"a":\xff}']
)
def test_what_is_no_data_message_is_refused(read, text: bytes) -> None:
    with pytest.raises(ReadError):
        read(text)


def test_errors_alone_are_a_message_without_data(read) -> None:
    assert read({"meta": {}, "errors": [{"code": 404, "title": "Nothing"}]}) == []


def test_a_structure_that_is_not_known_is_not_found(read) -> None:
    sample = json.loads(json.dumps(message()).replace("EXAMPLE(1.0.0)", "OTHER(1.0.0)"))
    with pytest.raises(NotFound, match=r"OTHER\(1\.0\.0\)"):
        read(sample)


def test_data_are_told_apart_from_structures(tmp_path: Path, known: Structures) -> None:
    data = tmp_path / "data.json"
    data.write_bytes(sent("2.1", dataset(known, ROWS, EXAMPLE)))
    assert content(formats.read_data(data, known)) == EXPECTED
    with pytest.raises(ReadError, match="these are data"):
        formats.read_structures(data)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="The official samples are not beside the project.")
@pytest.mark.parametrize("version", WRITERS)
@pytest.mark.parametrize("name", ["time-series", "flat", "cross-section"])
def test_the_official_samples_say_one_thing_and_come_back(name: str, version: str, tmp_path: Path) -> None:
    known = exr_structures()
    found = content(read_json(SAMPLES / f"exr-{name}.json", known))
    observations = [(row["CURRENCY"], row["TIME_PERIOD"], row["OBS_VALUE"]) for row in at_level(found, "obs")]
    assert sorted(observations) == [
        ("NZD", "2013-01-18", "1.5931"),
        ("NZD", "2013-01-21", "1.5925"),
        ("RUB", "2013-01-18", "40.3426"),
        ("RUB", "2013-01-21", "40.3"),
    ]
    rest = {"FREQ": "D", "CURRENCY_DENOM": "EUR", "EXR_TYPE": "SP00", "EXR_SUFFIX": "A", "OBS_STATUS": "A"}
    assert all(row.items() >= rest.items() for row in at_level(found, "obs"))
    titles = {"NZD": "New Zealand dollar (NZD)", "RUB": "Russian rouble (RUB)"}
    assert [(row["CURRENCY"], row["TITLE"]) for row in at_level(found, "series")] == list(titles.items())
    path = tmp_path / "again.json"
    path.write_bytes(b"".join(WRITERS[version](read_json(SAMPLES / f"exr-{name}.json", known), WriteOptions())))
    assert content(read_json(path, known)) == found


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="The official samples are not beside the project.")
def test_the_sample_that_contradicts_itself_is_refused() -> None:
    """It has two attributes at observations, in the order of another sample, and so the index 1 of the one value of OBS_STATUS."""
    with pytest.raises(ReadError, match="1 is no index of OBS_STATUS"):
        content(read_json(SAMPLES / "exr-action-delete.json", exr_structures()))


def without(value: Any, *keys: str) -> Any:
    if isinstance(value, dict):
        return {key: without(each, *keys) for key, each in value.items() if key not in keys}
    return [without(each, *keys) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("view", [None, "AllDimensions"])
def test_sdmx1_reads_the_same_from_1_0(view: str | None) -> None:
    """It knows the draft, whose parts stand in the root, and no `names` and `order`."""
    sample = without(message(ROWS[:4], view, "1.0"), "names", "order")
    draft = json.dumps({"header": sample["meta"], **sample["data"]}).encode()
    [data] = sdmx.read_sdmx(BytesIO(draft)).data
    assert [
        (
            str(of.key["REF_AREA"].value),
            str(of.key["TIME_PERIOD"].value),
            str(of.value),
            str(of.attrib["OBS_STATUS"].value),
        )
        for of in data.obs
        if "OBS_STATUS" in of.attrib
    ] == [("KG", "2020", "12.50", "A")]
    assert len(data.obs) == 2


OBSERVATIONS_READ = 300_000
SCRIPT = """
import sys
from pathlib import Path
from sdmx_dsm.formats.json_data import read_json
from tests.helpers.schemas import example_structures

def peak():  # of this process alone: getrusage begins with what its parent had
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024

before = peak()
datasets = read_json(Path(sys.argv[1]), example_structures())
print(sum((batch[":level"] == "obs").sum() for each in datasets for batch in each.batches))
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems don't tell the peak of a process in /proc.")
def test_memory_stays_flat(tmp_path: Path) -> None:
    """All observations as objects would take more."""
    path = tmp_path / "large.json"
    rows = [
        {
            **ROWS[0],
            "REF_AREA": f"R{n // 100}",
            "TIME_PERIOD": str(n % 100),
            "OBS_VALUE": str(n),
            "COMMENT_OBS": "x" * 10,
        }
        for n in range(OBSERVATIONS_READ // 10)
    ]
    whole = message(rows, "AllDimensions")
    [data] = whole["data"]["dataSets"]
    whole["data"]["dataSets"] = [data] * 10
    path.write_text(json.dumps(whole))
    run = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], capture_output=True, text=True, check=True)
    count, grown_mb = map(int, run.stdout.split())
    assert count == OBSERVATIONS_READ
    assert grown_mb < 100
