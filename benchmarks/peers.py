"""What stands beside us: bare parsers, a plain database, and the other SDMX libraries of Python."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

import ijson
import msgspec
import polars as pl

from benchmarks.generating import Material
from sdmx_dsm.formats import StructureOptions, by_name


def expat_with_empty_handler(path: Path) -> None:
    """The limit of any reader that hears of elements in Python."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda *_: None
    with path.open("rb") as file:
        parser.ParseFile(file)


def msgspec_bare(path: Path) -> None:
    """All of a JSON message as objects: nothing of it is understood yet."""
    msgspec.json.decode(path.read_bytes())


def ijson_bare(path: Path) -> None:
    """The events of a JSON message, which a reader that holds nothing would hear of."""
    with path.open("rb") as file:
        for _ in ijson.basic_parse(file):
            pass


def polars_as_text(path: Path) -> None:
    pl.read_csv(path, infer_schema=False)


def pysdmx_read(path: Path) -> None:
    from pysdmx.io import read_sdmx  # the peers are heavy to import and not needed by every measure

    read_sdmx(path, validate=False)


def sdmx1_reader(data: Material) -> Callable[[Path], object]:
    """sdmx1 needs the data structure beside a structure-specific message."""
    import sdmx

    pieces = by_name("sdmx-ml-2.1", "structure").write_structures
    assert pieces is not None
    text = b"".join(pieces(list(data.structures), StructureOptions(), data.structures))
    message = sdmx.read_sdmx(BytesIO(text))
    structure = message.structure["FOREIGN_POP"]
    return lambda path: sdmx.read_sdmx(path, structure=structure)


def pysdmx_write(frame: pl.DataFrame) -> None:
    """The same observations as SDMX-ML 2.1, series by series."""
    from pysdmx.io.pd import PandasDataset
    from pysdmx.io.xml.sdmx21.writer.structure_specific import write
    from pysdmx.model import Component, Components, Concept, Role, Schema

    ids = [id for id in frame.columns if not id.startswith(":")]
    roles = {"OBS_VALUE": Role.MEASURE, "OBS_STATUS": Role.ATTRIBUTE, "CONF_STATUS": Role.ATTRIBUTE}
    components = Components(
        Component(
            id=id,
            required=id not in roles,
            role=roles.get(id, Role.DIMENSION),
            concept=Concept(id),
            attachment_level="O" if roles.get(id) == Role.ATTRIBUTE else None,
        )
        for id in ids
    )
    schema = Schema(context="dataflow", agency="DSM", id="FOREIGN_POP", version="1.0", components=components)
    write([PandasDataset(structure=schema, data=frame.select(ids).to_pandas())])


def plain_load(path: Path, frame: pl.DataFrame) -> None:
    """The same rows into one bare SQLite table, through the driver, in one transaction."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    columns = ", ".join(f"c{number} TEXT" for number in range(frame.width))
    connection.execute(f"CREATE TABLE plain ({columns})")
    places = ", ".join("?" * frame.width)
    with connection:
        connection.executemany(f"INSERT INTO plain VALUES ({places})", frame.iter_rows())
    connection.close()


def joined_text(rows: Iterable[Sequence[object]]) -> bytes:
    """What the plainest handler would answer: the rows of a cursor, joined."""
    return "\n".join(",".join("" if value is None else str(value) for value in row) for row in rows).encode()
