"""Table sets: the tables of one dataflow and one line of its versions.

A line is a major version (`1.*`) or, for versions of one or two parts, that version: their data are kept apart, and a query
for a minor version is the set with its components. Every set has three levels, each with a twin that holds what was:

    series   series id, dimensions, attributes of the series, agreement, release; `touched`: newest release that changed an
             observation of it
    obs      series id, period with first and last second, measures, attributes of the observation, release
    attrs    attributes of partial keys and of the data set, one row for each agreement and key; dimensions outside the
             key are null, `scope` names those inside

Values stand in columns c1…cn, as the catalogue `set_columns` says: component ids differ by case, collide with reserved words
and are longer than databases allow. A numeric measure cn has a companion nn of type double, for comparison alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import (
    Column,
    Connection,
    Double,
    Index,
    MetaData,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.schema import CreateColumn
from sqlalchemy.sql.selectable import NamedFromClause
from sqlalchemy.types import TypeEngine

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model import Reference, Schema, SchemaComponent, parse_version
from sdmx_dsm.store.database import first, kept
from sdmx_dsm.store.tables import NUMBER, TEXT, set_columns, table_sets

Place = Literal["dimension", "series", "obs", "attrs"]
_PLACE_OF_LEVEL: Final[Mapping[str, Place]] = {"obs": "obs", "series": "series", "partial": "attrs", "dataset": "attrs"}
_LONGEST_NAME: Final = 63  # of an identifier in PostgreSQL
_INDEXED_DIMENSIONS: Final = 16


@dataclass(frozen=True, slots=True)
class SetColumn:
    number: int
    component: str
    place: Place
    is_numeric: bool

    @property
    def name(self) -> str:
        return f"c{self.number}"

    @property
    def companion(self) -> str:
        return f"n{self.number}"


@dataclass(frozen=True, slots=True)
class Level:
    """A table of a set and its twin `history`. `keys` identify a row; `fixed` come with it; `values` may change. `alias` is the
    table under the short name that queries use.

    The twin has the columns of the table (but `touched`) and `until`: the release in which the row stopped to be so."""

    table: Table
    alias: NamedFromClause
    history: Table
    keys: tuple[str, ...]
    fixed: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.keys, *self.fixed, *self.values)


@dataclass(frozen=True, slots=True)
class TableSet:
    id: int
    agency: str
    dataflow: str
    line: str
    salt: str
    columns: tuple[SetColumn, ...]
    series: Level
    obs: Level
    attrs: Level

    @property
    def levels(self) -> tuple[Level, ...]:
        # A place for the twins of data that wait for their release: three more levels, named …_pending.
        return (self.series, self.obs, self.attrs)

    def at(self, *places: Place) -> dict[str, SetColumn]:
        """Columns by component id, in the order they were added."""
        return {column.component: column for column in self.columns if column.place in places}


def line_of(version: str) -> str:
    """The line that a version belongs to: `1.*` for 1.2.3, else the version itself."""
    parsed = parse_version(version)
    return f"{parsed.numbers[0]}.*" if parsed.is_semantic else version


def dataflow_of(schema: Schema) -> Reference:
    if schema.dataflow is None:
        raise NotFound(
            f"{schema.reference.short} is no dataflow: data belong to one.",
            ru=f"{schema.reference.short} — не поток данных, а данные относятся к потоку.",
            reference=schema.reference,
        )
    return schema.dataflow.reference


def place_of(component: SchemaComponent) -> Place | None:
    """Where values of a component stand; None for the time dimension, which has columns of its own."""
    if component.role in ("dimension", "time"):
        return "dimension" if component.role == "dimension" else None
    return _PLACE_OF_LEVEL[component.level]


def find(connection: Connection, schema: Schema) -> TableSet | None:
    """The tables of the schema's dataflow; None while it has no data."""
    dataflow = dataflow_of(schema)
    return next(
        _read(
            connection,
            table_sets.c.agency == dataflow.agency,
            table_sets.c.dataflow == dataflow.id,
            table_sets.c.line == line_of(dataflow.version),
        ),
        None,
    )


def every(connection: Connection) -> list[TableSet]:
    return list(_read(connection))


def ensure(connection: Connection, schema: Schema) -> TableSet:
    """As `find`, and makes what is missing: tables of a new dataflow, columns of new components."""
    found = find(connection, schema)
    known = {(column.place, column.component) for column in found.columns} if found else set()
    wanted = [(place, component) for component in schema.components if (place := place_of(component))]
    new = [(place, component) for place, component in wanted if (place, component.id) not in known]
    if found and not new:
        return found
    dataflow = dataflow_of(schema)
    if found:
        set_id, start = found.id, max((column.number for column in found.columns), default=0) + 1
    else:
        set_id, start = (first(connection, select(func.max(table_sets.c.id))) or 0) + 1, 1
        connection.execute(
            insert(table_sets).values(
                id=set_id, agency=dataflow.agency, dataflow=dataflow.id, line=line_of(dataflow.version), salt=""
            )
        )
    added = [
        SetColumn(number, component.id, place, is_numeric(component))
        for number, (place, component) in enumerate(new, start)
    ]
    connection.execute(
        insert(set_columns),
        [
            {
                "table_set": set_id,
                "number": column.number,
                "component": column.component,
                "place": column.place,
                "is_numeric": int(column.is_numeric),
            }
            for column in added
        ],
    )
    complete = find(connection, schema)
    assert complete
    if found:
        _add_columns(connection, complete, added)
    else:
        create(connection, complete)
    return complete


def create(connection: Connection, table_set: TableSet) -> None:
    """Makes the tables of a set that stands in the catalogue."""
    for level in table_set.levels:
        level.table.create(connection)
        level.history.create(connection)
    _create_view(connection, table_set)


def change_salt(connection: Connection, table_set: TableSet, salt: str) -> None:
    connection.execute(update(table_sets).where(table_sets.c.id == table_set.id).values(salt=salt))


def is_numeric(component: SchemaComponent) -> bool:
    """Whether a measure may hold numbers: it is not coded, and one value. Many DSDs of 2.1 do not say that theirs does."""
    return (
        component.role == "measure"
        and component.codelist is None
        and not component.is_array
        and not component.is_multilingual
    )


def _read(connection: Connection, *conditions: object) -> Iterator[TableSet]:
    statement = (
        select(table_sets, set_columns.c.number, set_columns.c.component, set_columns.c.place, set_columns.c.is_numeric)
        .join(set_columns, set_columns.c.table_set == table_sets.c.id, isouter=True)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(table_sets.c.id, set_columns.c.number)
    )
    sets: dict[tuple[int, str, str, str, str], list[SetColumn]] = {}
    for id, agency, dataflow, line, salt, number, component, place, is_numeric in connection.execute(statement):
        columns = sets.setdefault((id, agency, dataflow, line, salt), [])
        if number is not None:
            columns.append(SetColumn(number, component, place, bool(is_numeric)))
    for (id, agency, dataflow, line, salt), columns in sets.items():
        # Table objects are dear to make, and compiled statements are found again by them.
        identity = ("table set", id, salt, *columns)
        if identity not in kept(connection):
            made = TableSet(id, agency, dataflow, line, salt, tuple(columns), *_levels(id, columns))
            kept(connection).setdefault(identity, made)
        yield kept(connection)[identity]


def _levels(id: int, columns: Iterable[SetColumn]) -> tuple[Level, Level, Level]:
    at: dict[Place, list[SetColumn]] = {"dimension": [], "series": [], "obs": [], "attrs": []}
    for column in columns:
        at[column.place].append(column)
    dimensions = tuple(column.name for column in at["dimension"])
    measured = tuple(
        name
        for column in at["obs"]
        for name in ((column.name, column.companion) if column.is_numeric else (column.name,))
    )
    metadata = MetaData()

    def level(name: str, keys: tuple[str, ...], fixed: tuple[str, ...], values: tuple[str, ...], *extra: str) -> Level:
        def columns(*more: str, primary: tuple[str, ...]) -> list[Column[Any]]:
            return [
                Column(column, _type(column), primary_key=column in primary, autoincrement=False)
                for column in (*keys, *fixed, *values, "release", *more)
            ]

        # Rows of a compound key lie in its order: those of a series together.
        is_compound = len(keys) > 1
        table = Table(f"d{id}_{name}", metadata, *columns(*extra, primary=keys), sqlite_with_rowid=not is_compound)
        history = Table(
            f"d{id}_{name}_history", metadata, *columns("until", primary=(*keys, "until")), sqlite_with_rowid=False
        )
        return Level(table, table.alias(name[0]), history, keys, fixed, values)

    series = level("series", ("id",), ("agreement", *dimensions), tuple(c.name for c in at["series"]), "touched")
    obs = level("obs", ("series", "start", "period"), ("end",), measured)
    attrs = level("attrs", ("agreement", "id"), ("scope", *dimensions), tuple(c.name for c in at["attrs"]))
    indexed = dimensions[:_INDEXED_DIMENSIONS]
    if indexed:
        Index(f"ix_d{id}_series_key", *(series.table.c[name] for name in indexed))
    Index(f"ix_d{id}_series_touched", series.table.c.touched)
    Index(
        f"ix_d{id}_attrs_key", attrs.table.c.scope, attrs.table.c.agreement, *(attrs.table.c[name] for name in indexed)
    )
    return series, obs, attrs


def _type(column: str) -> TypeEngine[Any]:
    if column in ("scope", "period") or (column[0] == "c" and column[1:].isdigit()):
        return TEXT
    return Double() if column[0] == "n" and column[1:].isdigit() else NUMBER


def _add_columns(connection: Connection, table_set: TableSet, added: Iterable[SetColumn]) -> None:
    connection.exec_driver_sql(f"DROP VIEW {_view(connection, table_set)}")
    names = {name for column in added for name in (column.name, column.companion)}
    for level in table_set.levels:
        for table in (level.table, level.history):
            for column in table.columns:
                if column.name in names:
                    specification = CreateColumn(column).compile(dialect=connection.dialect)
                    connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {specification}')
    _create_view(connection, table_set)


def _create_view(connection: Connection, table_set: TableSet) -> None:
    """A view for people who look into the database: observations with the names of their components."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = [
        *(f"s.{column.name} AS {quote(_readable(column))}" for column in table_set.at("dimension").values()),
        f"o.period AS {quote('TIME_PERIOD')}",
        *(f"o.{column.name} AS {quote(_readable(column))}" for column in table_set.at("obs").values()),
        *(f"s.{column.name} AS {quote(_readable(column))}" for column in table_set.at("series").values()),
    ]
    connection.exec_driver_sql(
        f"CREATE VIEW {_view(connection, table_set)} AS SELECT {', '.join(names)}"
        f' FROM "{table_set.series.table.name}" s JOIN "{table_set.obs.table.name}" o ON o.series = s.id'
    )


def _view(connection: Connection, table_set: TableSet) -> str:
    name = f"d{table_set.id}_{table_set.dataflow}"[:_LONGEST_NAME]
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _readable(column: SetColumn) -> str:
    if len(column.component) <= _LONGEST_NAME:
        return column.component
    return f"{column.component[: _LONGEST_NAME - 8]}_{column.name}"
