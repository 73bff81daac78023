"""SDMX-Parquet: the state of one dataflow as a table for those who count with it, and back without loss.

One row for each observation, with the attributes of its series, groups and data set. Rules: the draft SDMX-Parquet 1.0. A column
for each component, of the type that its text format names; arrays are lists, multilingual texts lists of (language, text),
arrays of these lists of lists. A time is its text, with its first and last second in `ID_begin` and `ID_end`. The metadata of the
file name the structure (its URN), the action and the header.

The draft allows further columns; ours have a colon, which no id has, and are there where something stands in them:

    ID:text     what was given, where the column does not say it to the letter: 12.5 among 12.50, 1E5, `~`, `#N/A`, an empty text
    :level      of attributes that met no observation: their rows have the dimensions of their level alone

Ids alone are written; what is geospatial stays text."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, get_args

import polars as pl

from sdmx_dsm.batches import (
    BATCH_ROWS,
    Action,
    Attached,
    DataSet,
    Header,
    Spool,
    in_order,
    level_rows,
    period_bounds,
    with_attributes,
    with_columns,
)
from sdmx_dsm.errors import ReadError, Unsupported
from sdmx_dsm.formats.flat import canonical, components_of, decoded
from sdmx_dsm.formats.flatten import Flattener
from sdmx_dsm.formats.options import WriteOptions
from sdmx_dsm.formats.permitted import DECIMALS, DOUBLES, PERIODS
from sdmx_dsm.formats.pieces import pieces_of
from sdmx_dsm.model import (
    CALENDAR_YEAR,
    YEAR_START_ID,
    Reference,
    Schema,
    SchemaComponent,
    Structures,
    parse_urn,
)

ROW_GROUP_ROWS: Final = 2 * BATCH_ROWS
MOST_DECIMALS: Final = 18
# Rows that are all alike take no bytes: what has more than so many is made to keep us busy.
ANY_ROWS: Final = 1_000_000
MOST_ROWS_A_BYTE: Final = 100
DIGITS: Final = 38
WHOLE: Final[Mapping[str, pl.DataType]] = {
    "Short": pl.Int16(),
    "Integer": pl.Int32(),
    "Long": pl.Int64(),
    "Count": pl.Int64(),
    "BigInteger": pl.Decimal(DIGITS, 0),
}
TIMES: Final = frozenset({*PERIODS, "ObservationalTimePeriod"})
MOMENT: Final = pl.Datetime("us")
TEXTS: Final = pl.List(pl.Struct({"language": pl.String(), "text": pl.String()}))
STRUCTURE_KEY: Final = "sdmx:structure"
ACTION_KEY: Final = "sdmx:action"
HEADER_KEY: Final = "sdmx:header:"  # and the name of a field of `Header`, texts in several languages as canonical JSON
HEADER_FIELDS: Final = tuple(
    field.name for field in fields(Header) if field.name in ("id", "prepared", "sender", "names", "sources")
)


def write_parquet(datasets: Iterable[DataSet], options: WriteOptions) -> Iterator[bytes]:
    """The file in pieces of 64 KiB. All data are read before the first; memory holds some row groups.

    Raises Unsupported, before the first piece, for data of several structures or actions, for deletions, and for none."""
    with TemporaryDirectory(prefix="dsm-parquet-") as folder:
        path = Path(folder) / "output.parquet"
        _write(datasets, options, path)
        yield from pieces_of(path)


def _write(datasets: Iterable[DataSet], options: WriteOptions, path: Path) -> None:
    first: DataSet | None = None
    decimals: dict[str, int] = {}
    with Spool() as flat, Spool() as typed:
        for dataset in datasets:
            first = first or dataset
            _refuse_another(first, dataset)
            for frame in _flat(dataset):
                flat.add(frame)
                for id in _decimal_ids(dataset).intersection(frame.columns):
                    decimals[id] = max(decimals.get(id, 0), _most_decimals(frame[id]))
        if first is None:
            raise Unsupported(
                "There are no data, and a Parquet file names the dataflow whose data it holds; ask for SDMX-CSV.",
                ru="Данных нет, а файл Parquet называет поток, данные которого в нём; запросите SDMX-CSV.",
            )
        components = components_of(first)
        nothing = _typed(pl.DataFrame(schema={":level": pl.String}), components, decimals)
        kept = {name for name in nothing.columns if ":" not in name}
        for frame in flat:
            table = _typed(frame, components, decimals)
            kept.update(name for name in table.columns if table[name].count())
            typed.add(table)
        rows = typed.scan() if typed.rows else nothing.lazy()
        rows.select(name for name in nothing.columns if name in kept).sink_parquet(
            path, row_group_size=ROW_GROUP_ROWS, metadata=_metadata(first, options), maintain_order=True
        )


def _refuse_another(first: DataSet, dataset: DataSet) -> None:
    here, there = first.schema.reference.short, dataset.schema.reference.short
    if here != there:
        raise Unsupported(
            f"A Parquet file holds the data of one dataflow, and these are of {here} and {there}. Ask for each alone, or for "
            "another format.",
            ru=f"В файле Parquet — данные одного потока, а здесь данные {here} и {there}. Запросите каждый отдельно или "
            "выберите другой формат.",
        )
    if "Delete" in (first.action, dataset.action) or first.action != dataset.action:
        raise _only_a_state()


def _only_a_state() -> Unsupported:
    return Unsupported(
        "A Parquet file holds data as they are: it can't say that some are deleted, or treated otherwise than the rest. Ask for "
        "SDMX-CSV 2.1.",
        ru="Файл Parquet содержит данные как есть: в нём нельзя указать, что часть данных удаляется или обрабатывается иначе. "
        "Запросите SDMX-CSV 2.1.",
    )


def _flat(dataset: DataSet) -> Iterator[pl.DataFrame]:
    """Frames of text, a row for each observation; at the end those of attributes that met none."""
    attached = Attached(dataset.schema, dataset.component_ids)
    for batch in in_order(dataset).batches:
        acts = ":action" in batch.columns and (batch[":action"] != dataset.action).any()
        if acts or level_rows(batch, "delete").height:
            raise _only_a_state()
        yield with_attributes(attached, batch, dataset.schema.dimension_ids).with_columns(
            pl.lit(None, dtype=pl.String).alias(":level")
        )
    for level, rows in attached.left_over():
        yield rows.with_columns(pl.lit(level).alias(":level"))


def _decimal_ids(dataset: DataSet) -> set[str]:
    return {c.id for c in components_of(dataset) if _is_plain(c) and c.text_format.text_type in DECIMALS}


def _most_decimals(values: pl.Series) -> int:
    found = values.str.extract(r"^[+-]?[0-9]+\.([0-9]+)$").str.len_bytes().max()
    return min(found, MOST_DECIMALS) if isinstance(found, int) else 0


def _is_plain(component: SchemaComponent) -> bool:
    return component.codelist is None and not component.is_multi_valued


def _typed(frame: pl.DataFrame, components: Sequence[SchemaComponent], decimals: Mapping[str, int]) -> pl.DataFrame:
    """The columns of the file, those that nothing may stand in too."""
    frame = with_columns(frame, tuple(component.id for component in components))
    year_start = next(iter(frame[YEAR_START_ID].drop_nulls()), CALENDAR_YEAR) if YEAR_START_ID in frame.columns else ""
    columns: list[pl.Series] = []
    for component in components:
        given = frame[component.id]
        if component.is_multi_valued:
            columns += _several(given, component)
        elif component.codelist is None and component.text_format.text_type in TIMES:
            columns += _times(given, year_start or CALENDAR_YEAR)
        else:
            native = _native(given, component, decimals.get(component.id, 0))
            columns += [native, _text_beside(given, native)] if native is not given else [given]
    return pl.DataFrame([*columns, frame[":level"]])


def _native(given: pl.Series, component: SchemaComponent, decimals: int) -> pl.Series:
    """The values as the text format's type, null where they are not of it; `given` itself for what is text."""
    type = component.text_format.text_type
    if component.codelist:
        return given
    if type == "Boolean":
        return given.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    if type in DECIMALS:
        return given.cast(pl.Decimal(DIGITS, decimals), strict=False)
    if type in DOUBLES:
        return given.cast(pl.Float64, strict=False)
    return given.cast(WHOLE[type], strict=False) if type in WHOLE else given


def _text_beside(given: pl.Series, native: pl.Series) -> pl.Series:
    """What was given, where the native value does not say it to the letter."""
    is_other = given.ne_missing(native.cast(pl.String))
    return given.set(~is_other, None).alias(f"{given.name}:text")


def _times(given: pl.Series, year_start: str) -> Iterator[pl.Series]:
    yield given
    bounds = given.to_frame("period").join(
        period_bounds(given, year_start), on="period", how="left", maintain_order="left"
    )
    for name, column in (("begin", "start"), ("end", "end")):
        yield pl.from_epoch(bounds[column], "s").cast(MOMENT).alias(f"{given.name}_{name}")


def _several(given: pl.Series, component: SchemaComponent) -> tuple[pl.Series, pl.Series]:
    """Arrays and texts in languages as lists, once for each distinct value; and the text of what is none."""
    dtype: pl.DataType = TEXTS if component.is_multilingual else pl.String()
    dtype = pl.List(dtype) if component.is_array else dtype
    distinct = given.drop_nulls().unique().to_list()
    lists = [_as_list(decoded(text)) for text in distinct]
    natives = [
        found if _fits(found, dtype) and _as_json(found) == text else None
        for text, found in zip(distinct, lists, strict=True)
    ]
    known = pl.DataFrame(
        {
            "given": pl.Series(distinct, dtype=pl.String),
            "native": pl.Series(natives, dtype=dtype),
            "text": pl.Series(
                [t if n is None else None for t, n in zip(distinct, natives, strict=True)], dtype=pl.String
            ),
        }
    )
    found = given.to_frame("given").join(known, on="given", how="left", maintain_order="left")
    return found["native"].alias(given.name), found["text"].alias(f"{given.name}:text")


def _as_list(value: Any) -> Any:
    """Texts by language as a list of structs, wherever they stand in a value."""
    if isinstance(value, list):
        return [_as_list(item) for item in value]
    if isinstance(value, dict):
        return [{"language": language, "text": text} for language, text in value.items()]
    return value


def _fits(value: Any, dtype: pl.DataType) -> bool:
    if isinstance(dtype, pl.List):
        return isinstance(value, list) and all(_fits(item, dtype.inner) for item in value)  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
    return isinstance(value, str)


def _as_json(value: Any) -> str:
    """Canonical JSON of a list: one of structs of two fields, which is how a map is read too, has texts by language."""
    return canonical(_texts_by_language(value))


def _texts_by_language(value: Any) -> Any:
    if isinstance(value, list) and value and all(isinstance(item, dict) and len(item) == 2 for item in value):
        return dict(tuple(item.values()) for item in value)
    return [_texts_by_language(item) for item in value] if isinstance(value, list) else value


def _metadata(dataset: DataSet, options: WriteOptions) -> dict[str, str]:
    structure = dataset.schema.artefact(options.context).reference
    header = {name: getattr(options.header, name) for name in HEADER_FIELDS}
    return {
        STRUCTURE_KEY: structure.urn,
        ACTION_KEY: dataset.action,
        **{
            HEADER_KEY + name: value if isinstance(value, str) else canonical(dict(value))
            for name, value in header.items()
            if value
        },
    }


# --- reading --------------------------------------------------------------------------------------------------------------


def read_parquet(path: Path, structures: Structures, *, reference: Reference | None = None) -> Iterator[DataSet]:
    """The one data set of a file, a batch at a time. `reference` stands in where the metadata name no structure.

    Columns that are no components are passed over, as the draft allows them. Raises ReadError; NotFound for a structure that is
    not in `structures`."""
    try:
        metadata = pl.read_parquet_metadata(path)
        table = pl.scan_parquet(path)
        names = table.collect_schema().names()
        height = table.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(error) from error
    if height > max(ANY_ROWS, path.stat().st_size * MOST_ROWS_A_BYTE):
        raise ReadError(
            f"The file has {height} rows in {path.stat().st_size} bytes, more than data fill.",
            ru=f"В файле строк: {height}, а байтов: {path.stat().st_size} — больше, чем бывает у данных.",
        )
    named = metadata.get(STRUCTURE_KEY)
    structure = parse_urn(named) if named else reference
    if structure is None:
        raise ReadError(
            f"The file does not say whose data it holds: its metadata have no {STRUCTURE_KEY}. Name the dataflow beside it.",
            ru=f"В файле не указано, чьи в нём данные: в его метаданных нет {STRUCTURE_KEY}. Укажите поток данных при отправке.",
        )
    schema = structures.schema(structure)
    ids = [id for id in schema.by_id if id in names]
    if not ids:
        raise ReadError(
            f"No column of the file is a component of {structure.short}: it has {', '.join(names[:20])}.",
            ru=f"Ни один столбец файла не является компонентом {structure.short}; в нём {', '.join(names[:20])}.",
        )
    wanted = [*ids, *(name for name in (*(f"{id}:text" for id in ids), ":level") if name in names)]
    actions: tuple[Action, ...] = get_args(Action)
    yield DataSet(
        schema=schema,
        structure=structure,
        batches=_batches(table.select(wanted), height, schema, ids),
        header=_header(metadata),
        action=next((action for action in actions if action == metadata.get(ACTION_KEY)), "Information"),
    )


def _unreadable(error: BaseException) -> ReadError:
    return ReadError(
        f"The file is no Parquet file that can be read: {error}.",
        ru=f"Файл не удаётся прочитать как Parquet: {error}.",
    )


def _header(metadata: Mapping[str, str]) -> Header:
    given: dict[str, Any] = {}
    for name in HEADER_FIELDS:
        value = decoded(metadata.get(HEADER_KEY + name, ""))
        if value and isinstance(value, type(getattr(Header(), name))):
            given[name] = value
    return Header(**given)


def _batches(table: pl.LazyFrame, height: int, schema: Schema, ids: Sequence[str]) -> Iterator[pl.DataFrame]:
    flattener = Flattener(schema)
    try:
        # Slices: a stream of batches holds whole row groups, however large.
        for start in range(0, height, BATCH_ROWS):
            frame = table.slice(start, BATCH_ROWS).collect()
            texts = [_text(frame, id) for id in ids]
            is_alone = (
                frame[":level"].is_not_null()
                if ":level" in frame.columns
                else pl.repeat(False, frame.height, eager=True)
            )
            rows = pl.DataFrame(texts).with_columns(
                pl.when(~is_alone).then(pl.lit("obs")).alias(":level"),
                pl.int_range(start + 1, start + 1 + frame.height, dtype=pl.Int64).alias(":line"),
            )
            yield flattener.batch(rows)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _unreadable(error) from error


def _text(frame: pl.DataFrame, id: str) -> pl.Series:
    """A column as it was given."""
    native = frame[id]
    if isinstance(native.dtype, (pl.List, pl.Array, pl.Struct)):
        text = pl.Series(
            id, [None if value is None else _as_json(value) for value in native.to_list()], dtype=pl.String
        )
    elif isinstance(native.dtype, pl.Datetime):
        text = native.dt.strftime("%Y-%m-%dT%H:%M:%S")
    else:
        text = native.cast(pl.String)
    beside = f"{id}:text"
    return frame.select(pl.coalesce(beside, text).alias(id)).to_series() if beside in frame.columns else text
