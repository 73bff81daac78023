"""What is written in any format is valid, and says when it is read what there was: for any data structure and any view.

So two formats of the same data carry the same observations, as far as both can say them."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sdmx_dsm.formats import FORMATS, Format, SchemaOptions, WriteOptions, by_name, read_data
from sdmx_dsm.model import ALL_DIMENSIONS, Schema
from tests.formats.csv_data.frames import dataset_of
from tests.formats.generating import EVERYTHING, FLOW, Alone, Limits, rows, structures
from tests.formats.json_data.validity import errors as json_errors
from tests.helpers.content import content
from tests.helpers.validity import xsd_errors

NOTHING: Final[frozenset[Alone]] = frozenset()
TIMED: Final[frozenset[Alone]] = frozenset({"series", "partial"})
ML21: Final = Limits(several=False, controls=False, alone=frozenset({"series"}))
ML3: Final = Limits(controls=False)
# What a format has no way to say, as the specification has it: the rest of what the generators make is read as it was written.
LIMITS: Final[dict[str, Limits]] = {
    "sdmx-ml-2.1-generic": ML21,
    "sdmx-ml-2.1": ML21,
    "sdmx-ml-2.1-generic-time-series": replace(ML21, timeless=False),
    "sdmx-ml-2.1-time-series": replace(ML21, timeless=False),
    "sdmx-ml-3.0": ML3,
    "sdmx-ml-3.1": ML3,
    "sdmx-csv-1.0": Limits(several=False, alone=NOTHING, empty=False),
    "sdmx-csv-2.0": Limits(switched_off="observed", alone=TIMED, empty=False),
    "sdmx-csv-2.1": Limits(switched_off="observed", alone=TIMED, empty=False),
    "sdmx-json-1.0": Limits(several=False, switched_off="never", alone=NOTHING),
    "sdmx-json-2.0": EVERYTHING,
    "sdmx-json-2.1": EVERYTHING,
    "parquet": EVERYTHING,
}
BOTH_WAYS: Final = [format.name for format in FORMATS if format.read and format.write]


def test_the_limits_of_every_format_are_known() -> None:
    assert list(LIMITS) == BOTH_WAYS


@pytest.mark.parametrize("name", BOTH_WAYS)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_anything_is_read_as_it_was_written(name: str, data: st.DataObject, tmp_path: Path) -> None:
    check(by_name(name), data, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", BOTH_WAYS)
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_lot_is_read_as_it_was_written(name: str, data: st.DataObject, tmp_path: Path) -> None:
    check(by_name(name), data, tmp_path)


def check(format: Format, data: st.DataObject, folder: Path) -> None:
    limits, proper = LIMITS[format.name], data.draw(st.booleans())
    known = data.draw(structures(limits))
    schema = known.schema(FLOW)
    given = data.draw(rows(schema, limits, proper=proper))
    view = None if "time-series" in format.name else data.draw(st.sampled_from([None, ALL_DIMENSIONS, *schema.key_ids]))
    dataset = dataset_of(known, FLOW, given)
    assert format.write
    text = b"".join(format.write([dataset], WriteOptions(dimension_at_observation=view, languages=("*",))))
    assert faults(format, schema, text, view, folder, proper=proper) == []
    path = folder / f"message.{format.extension}"
    path.write_bytes(text)
    assert content(read_data(path, known)) == content([dataset_of(known, FLOW, given)])


def faults(format: Format, schema: Schema, text: bytes, view: str | None, folder: Path, *, proper: bool) -> list[str]:
    """What the official schema has against a message, and where it is by structure the generated one: this knows types."""
    if format.extension == "json":
        return json_errors(format.version.removesuffix(".0"), text)
    if format.extension != "xml":
        return []
    version = format.version.removesuffix(".0") if format.version.count(".") > 1 else format.version
    if "generic" in format.name:
        return xsd_errors(text, version, folder)
    if not proper:
        return []
    write_schema = by_name(f"sdmx-ml-{version}", "schema").write_schema
    assert write_schema
    found: dict[bytes, Path] = {}
    for layout in {view, None}:  # series without observations have a data set of their own in 2.1
        xsd = b"".join(write_schema(schema, SchemaOptions(dimension_at_observation=layout)))
        found[xsd] = folder / f"{layout}.xsd"
        found[xsd].write_bytes(xsd)
    copies = folder / "copies"
    copies.mkdir(exist_ok=True)
    return xsd_errors(text, version, copies, list(found.values()))
