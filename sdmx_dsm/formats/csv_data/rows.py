"""Rows of one data structure, columns by position, as batches: ids, levels, actions, and the values that cells hold."""

from typing import Final

import polars as pl

from sdmx_dsm.batches import NOT_APPLICABLE, Action, gives_any, with_columns
from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.csv_data.heading import Column, Heading
from sdmx_dsm.formats.csv_data.values import read_cell
from sdmx_dsm.formats.flat import mapped
from sdmx_dsm.formats.flatten import Flattener
from sdmx_dsm.model import Schema, SchemaComponent

ACTIONS: Final[dict[str, Action]] = {
    "I": "Information",
    "A": "Append",
    "M": "Merge",
    "R": "Replace",
    "D": "Delete",
}
# STRUCTURE in a row -> class of what STRUCTURE_ID names
STRUCTURE_CLASSES: Final = {
    "dataflow": "Dataflow",
    "datastructure": "DataStructure",
    "dataprovision": "ProvisionAgreement",
}
NUMERIC_TYPES: Final = frozenset(
    {"Numeric", "BigInteger", "Integer", "Long", "Short", "Decimal", "Float", "Double", "Count", "Incremental"}
)
DECIMAL_COMMA: Final = r"^([+-]?[0-9]+),([0-9]+(?:[eE][+-]?[0-9]+)?)$"
DECIMAL_POINT: Final = r"^[+-]?[0-9]+\.[0-9]+$"


class Rows:
    """Makes batches of frames; remembers which attributes were sent."""

    def __init__(self, heading: Heading, schema: Schema, action: Action, decimal_comma: bool) -> None:
        self._heading = heading
        self._schema = schema
        self._action = action
        self._decimal_comma = decimal_comma
        self._columns = heading.columns(schema.by_id)
        self._flattener = Flattener(schema)
        self._always = tuple(component.id for component in schema.components if component.role != "attribute")

    def batch(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One batch. Raises ReadError with the line for an ACTION that there is not, and for a number with a decimal point among
        decimal commas."""
        if self._decimal_comma:
            self._check_points(frame)
        named = frame.select(
            *(
                self._value(column, frame[str(column.position)])
                for column in self._columns
                # Columns of other structures are empty here, and those of most attributes: they would only take memory.
                if self._is_of_key(column.id) or frame[str(column.position)].count()
            ),
            ":line",
            *self._actions(frame),
        )
        levelled = self._with_levels(named)
        alike = levelled[":action"].ne_missing(self._action).sum() == 0
        batch = self._flattener.batch(levelled.drop(":action") if alike else levelled)
        return with_columns(batch, self._always)

    def _check_points(self, frame: pl.DataFrame) -> None:
        """Where the comma is the decimal sign, 1.234 may be a thousand and more: it is not guessed."""
        for column in (column for column in self._columns if self._is_number(column.id)):
            mixed = frame.filter(pl.col(str(column.position)).str.contains(DECIMAL_POINT))
            if mixed.height:
                line, number = mixed[0, ":line"], mixed[0, str(column.position)]
                raise ReadError(
                    f"Line {line} has the number “{number}” with a point, and other numbers of the file have a decimal comma. "
                    "Write all numbers with the same decimal sign and without a sign between thousands.",
                    ru=f"В строке {line} число «{number}» записано с точкой, а другие числа файла — с десятичной запятой. "
                    "Запишите все числа с одним и тем же десятичным знаком и без разделителя тысяч.",
                    line=line,
                    column=column.position + 1,
                )

    def _is_number(self, id: str) -> bool:
        component = self._schema.by_id.get(id)
        return (
            component is not None and component.role == "measure" and component.text_format.text_type in NUMERIC_TYPES
        )

    def _is_of_key(self, id: str) -> bool:
        component = self._schema.by_id.get(id)
        return component is not None and component.role != "attribute"

    def _actions(self, frame: pl.DataFrame) -> list[pl.Expr]:
        position = self._heading.fixed.get("ACTION")
        # The guides name the default of a missing column; an empty cell is taken to say the same.
        if position is None:
            return [pl.lit("Information").alias(":action")]
        letters = frame[str(position)]
        wrong = frame.filter(letters.is_not_null() & ~letters.is_in(list(ACTIONS)))
        if wrong.height:
            line = wrong[0, ":line"]
            raise ReadError(
                f"Line {line} has the action “{wrong[0, str(position)]}”; expected I, A, M, R or D.",
                ru=f"В строке {line} указано действие «{wrong[0, str(position)]}»; ожидается I, A, M, R или D.",
                line=line,
            )
        return [pl.col(str(position)).fill_null("I").replace_strict(ACTIONS, return_dtype=pl.String).alias(":action")]

    def _value(self, column: Column, cells: pl.Series) -> pl.Expr:
        value = pl.col(str(column.position))
        component = self._schema.by_id.get(column.id)
        if component is None:
            return value.alias(column.id)
        if component.is_multi_valued:
            value = mapped(value, cells, lambda text: self._canonical(text, component, column.brackets))
        elif self._heading.both and (component.codelist or component.role == "time"):
            value = value.str.replace("(?s): .*$", "")
        elif self._decimal_comma and self._is_number(column.id):
            value = value.str.replace(DECIMAL_COMMA, "${1}.${2}")
        return value.alias(column.id)

    def _canonical(self, text: str, component: SchemaComponent, brackets: str | None) -> str:
        return read_cell(text, component, brackets, self._heading.sub_separator, self._heading.both)

    def _with_levels(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`:level` "delete", "obs", or null for a row of attributes at a partial key: its dimensions that are switched off
        (`~`) are as those left out.

        A row is one of attributes when it has some, no measure, and no time. One with time is an observation even when other
        dimensions are missing: the standard does not tell them apart, and an incomplete observation must be reported."""
        schema, ids = self._schema, frame.columns
        deletes = pl.col(":action") == "Delete"
        obs = pl.when(deletes).then(pl.lit("delete")).otherwise(pl.lit("obs")).alias(":level")
        attributes = [attribute.id for attribute in schema.attributes if attribute.id in ids]
        if self._heading.kind != "2.x" or not attributes:
            return frame.with_columns(obs)
        dimensions = [id for id in schema.dimension_ids if id in ids]
        off = {id: pl.col(id).is_null() | (pl.col(id) == NOT_APPLICABLE) for id in dimensions}
        if schema.time:
            time = schema.time.id
            open_key = (pl.col(time).is_null() | (pl.col(time) == NOT_APPLICABLE)) if time in ids else pl.lit(True)
        else:
            open_key = pl.any_horizontal(off.values()) if len(off) == len(schema.dimensions) else pl.lit(True)
        measures = [measure.id for measure in schema.measures if measure.id in ids]
        unmeasured = pl.all_horizontal(pl.col(measures).is_null()) if measures else pl.lit(True)
        partial = ~deletes & open_key & unmeasured & gives_any(frame, attributes)
        levelled = frame.with_columns(pl.when(~partial).then(obs).alias(":level"))
        if not levelled[":level"].null_count():
            return levelled
        return levelled.with_columns(
            pl.when(pl.col(":level").is_null() & (pl.col(id) == NOT_APPLICABLE))
            .then(None)
            .otherwise(pl.col(id))
            .alias(id)
            for id in schema.key_ids
            if id in ids
        )
