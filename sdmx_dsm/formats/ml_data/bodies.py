"""The content of a DataSet element, structure-specific or generic, into rows.

`Body` holds the rows of the data set that is being read; `read_specific` and `read_generic` set the parser's handlers, which
fill it. Batches are cut where an element of data ends. The order of elements is watched only as far as it bounds memory: no
element of data stands inside one of its kind."""

import json
import re
from collections.abc import Callable
from typing import Final
from xml.parsers.expat import XMLParserType

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.markup import SCHEMAS
from sdmx_dsm.formats.ml_data.header import read_provider
from sdmx_dsm.formats.ml_data.levels import Comps, Levels
from sdmx_dsm.formats.ml_data.names import ELEMENTS, OBS_VALUE, XSI
from sdmx_dsm.formats.ml_data.rows import COMPOSED, MAX_COMPONENTS, Rows
from sdmx_dsm.formats.trees import XML_LANG, Node, collect, pairs, skip, split_name, wrong
from sdmx_dsm.formats.xmlsafe import MAX_DEPTH
from sdmx_dsm.model import DEFAULT_LANGUAGE, Reference, Schema
from sdmx_dsm.model.urns import ID

_ID: Final = re.compile(ID)
SKIPPED: Final = frozenset({"Annotations", "Metadata"})
GENERIC: Final = f"{SCHEMAS}v2_1/data/generic "
VALUE, OBS, SERIES, GROUP, ATTRIBUTES, DIMENSION, MEASURE = (
    GENERIC + name for name in ("Value", "Obs", "Series", "Group", "Attributes", "ObsDimension", "ObsValue")
)
KEYS: Final = frozenset(GENERIC + name for name in ("SeriesKey", "GroupKey", "ObsKey"))


class Body:
    """The rows of one data set since the last batch. `emit` takes each finished batch."""

    def __init__(
        self, schema: Schema, *, is_generic: bool, deletes: bool, emit: Callable[[pl.DataFrame], None]
    ) -> None:
        self.schema = schema
        self._is_generic = is_generic
        self.observations, self.series, self.others = Rows(), Rows(), Rows()
        self.starts: list[int] = []  # for each series, how many observations there were before
        self.comps: Comps = []
        self.provider: Reference | None = None
        self.in_series = False
        self.is_due = False  # the next element that ends shall end the batch
        self._any_rows = False
        self._levels = Levels(schema, deletes=deletes)
        self._deletes = deletes
        self._emit = emit
        self._known = {component.id for component in schema.components}

    def __len__(self) -> int:
        return len(self.observations) + len(self.series) + len(self.others) + len(self.comps)

    def begin_series(self, cells: list[str], line: int, column: int) -> None:
        self.series.add(cells, line, column)
        self.starts.append(len(self.observations))
        self.in_series = True

    def end_series(self) -> None:
        self.in_series = False
        self.flush_if_due()

    def pause(self) -> None:
        """Asks whether a batch is full: after each chunk of the file, as asking takes longer than reading an observation."""
        self.is_due = len(self) >= BATCH_ROWS

    def flush_if_due(self) -> None:
        if self.is_due:
            self.flush()

    def flush(self) -> None:
        self.is_due = False
        if not len(self):
            return
        self._any_rows = True
        observations, series, others = (
            rows.take(self._is_component) for rows in (self.observations, self.series, self.others)
        )
        batch = self._levels.batch(observations, series, self.starts, others, self.comps, goes_on=self.in_series)
        self.starts, self.comps = [], []
        if batch.height:
            self._emit(batch)

    def end(self, line: int, column: int) -> None:
        """The data set, which began at `line`, ends."""
        self.flush()
        if self._deletes and not self._any_rows:
            self._emit(self._levels.everything(line, column))

    def _is_component(self, name: str) -> bool:
        """In structure-specific data, qualified attributes are none, nor is `type`, which says in 2.1 which group or
        measure an element is about. Raises ReadError for what can't be an id."""
        if not self._is_generic and (" " in name or (name == "type" and name not in self._known)):
            return False
        if not _ID.fullmatch(name):
            raise ReadError(
                f"“{name}” can't be the id of a component.",
                ru=f"«{name}» не может быть идентификатором компонента.",
                component=name,
            )
        return True


def _too_many(parser: XMLParserType) -> ReadError:
    return wrong(
        parser,
        f"An element has more than {MAX_COMPONENTS} components",
        f"У элемента больше {MAX_COMPONENTS} компонентов",
    )


def read_specific(
    parser: XMLParserType, body: Body, finished: Callable[[], None], measure_dimension: str | None = None
) -> None:
    """Sets the handlers for the children of a structure-specific DataSet; `finished` is called at its end.

    `measure_dimension`: where measures are explicit (2.1), the one whose value is the type of an Obs."""
    length = -1
    cells, places = body.observations.buffers(0)
    extend, place = cells.extend, places.append
    in_observation = False
    owner: tuple[int, int] | None = None  # the series, group or Atts that is open

    def start(name: str, attributes: list[str]) -> None:
        nonlocal length, places, extend, place, in_observation, owner
        if name == "Obs":
            if in_observation:
                raise wrong(parser, "An Obs stands inside an Obs", "Элемент Obs стоит внутри другого Obs")
            in_observation = True
            if len(attributes) != length:
                length = len(attributes)
                cells, places = body.observations.buffers(length)
                extend, place = cells.extend, places.append
            extend(attributes)
            place(parser.CurrentLineNumber)
            place(parser.CurrentColumnNumber)
        elif name in ("Series", "Group", "Atts"):
            if in_observation or owner:
                raise wrong(
                    parser,
                    f"A {name} stands inside another element of data",
                    f"Элемент {name} стоит внутри другого элемента данных",
                )
            owner = parser.CurrentLineNumber, parser.CurrentColumnNumber
            if name == "Series":
                body.begin_series(attributes, *owner)
            else:
                body.others.add(attributes, *owner)
        elif name == "Comp":
            line, column = (places[-2], places[-1]) if in_observation else owner_of_comp()
            if len(body.comps) >= MAX_COMPONENTS and body.comps[-MAX_COMPONENTS][:2] == (line, column + 1):
                raise _too_many(parser)
            collect(parser, name, attributes, lambda node: body.comps.append((line, column + 1, *read_comp(node))))
        elif name == "DataProvider":
            collect(parser, name, attributes, lambda node: setattr(body, "provider", read_provider(node)))
        elif split_name(name)[1] in SKIPPED:
            skip(parser)
        elif " " in name and split_name(name)[1] in ELEMENTS:
            start_element(split_name(name)[1], attributes)
        else:
            raise wrong(
                parser,
                f"“{split_name(name)[1]}” is no element of structure-specific data",
                f"«{split_name(name)[1]}» не является элементом данных этого формата",
            )

    def owner_of_comp() -> tuple[int, int]:
        # The series may have left with a batch when one of its observations has been: the schema puts its Comps first.
        if not owner or (body.in_series and body.starts[-1:] != [len(body.observations)]):
            raise wrong(
                parser,
                "A Comp stands outside of what it may belong to, or behind an Obs of its series",
                "Элемент Comp стоит не там, где может, или после Obs своего ряда",
            )
        return owner

    def end(name: str) -> None:
        nonlocal in_observation, owner
        if name == "Obs":
            in_observation = False
            if body.is_due:
                body.flush()
        elif name in ("Series", "Group", "Atts"):
            owner = None
            body.end_series()
        elif " " in name and split_name(name)[1] in ELEMENTS:
            end(split_name(name)[1])
        else:
            finished()

    def start_explicit(name: str, attributes: list[str]) -> None:
        start(name, _with_measure(attributes, measure_dimension) if name == "Obs" and measure_dimension else attributes)

    start_element = start_explicit if measure_dimension else start
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start_element, end, None


def _with_measure(attributes: list[str], dimension: str) -> list[str]:
    """The attributes of an Obs of an explicit measure, which its type names, with the value of the measure dimension."""
    given = pairs(attributes)
    measure = given.get(f"{XSI} type", given.get("type", "")).rpartition(":")[2]
    return attributes if dimension in given or not measure else [*attributes, dimension, measure]


def read_comp(node: Node) -> tuple[str, str]:
    """Component id and values of a Comp: a list as JSON, behind the mark that says so."""
    values = [_comp_value(value) for value in node.all("Value")]
    id = node.attributes.get("id", "")
    if not _ID.fullmatch(id):
        raise ReadError(
            f"“{id}” can't be the id of a component (line {node.line}).",
            ru=f"«{id}» не может быть идентификатором компонента (строка {node.line}).",
            line=node.line,
            column=node.column,
            component=id,
        )
    return id, COMPOSED + json.dumps(values)


def _comp_value(node: Node) -> str | dict[str, str]:
    texts = [*node.all("Text"), *node.all("StructuredText")]
    if not texts:
        return node.text
    return {
        text.attributes.get(XML_LANG, DEFAULT_LANGUAGE): text.text if text.name == "Text" else text.markup.strip()
        for text in texts
    }


def read_generic(parser: XMLParserType, body: Body, dimension: str, finished: Callable[[], None]) -> None:
    """Sets the handlers for the children of a generic DataSet (2.1); `finished` is called at its end.

    `dimension`: at observation level by the header. It counts where ObsDimension has no id, or one that is no dimension."""
    schema = body.schema
    dimensions = frozenset(schema.key_ids)
    measure = next(
        (m.id for m in schema.measures if m.id == OBS_VALUE), schema.measures[0].id if schema.measures else OBS_VALUE
    )
    row: list[str] = []
    line = column = depth = 0
    in_observation = is_series_new = False

    def start(name: str, attributes: list[str]) -> None:
        nonlocal row, line, column, depth, in_observation, is_series_new
        depth += 1
        if name == VALUE:
            row += given(attributes)
            if len(row) > 2 * MAX_COMPONENTS:
                raise _too_many(parser)
        elif name == OBS:
            if in_observation:
                raise wrong(parser, "An Obs stands inside an Obs", "Элемент Obs стоит внутри другого Obs")
            if is_series_new:
                is_series_new = False
                body.begin_series(row, line, column)
            in_observation = True
            row, line, column = [], parser.CurrentLineNumber, parser.CurrentColumnNumber
        elif name == DIMENSION:
            id, value = given(attributes, dimension)
            row += (id if id in dimensions else dimension, value)
        elif name == MEASURE:
            row += (measure, attributes[1] if attributes[::2] == ["value"] else given(attributes, measure)[1])
        elif name in (SERIES, GROUP) or (name == ATTRIBUTES and depth == 1):
            if in_observation or is_series_new or body.in_series:
                raise wrong(
                    parser,
                    f"A {split_name(name)[1]} stands inside another element of data",
                    f"Элемент {split_name(name)[1]} стоит внутри другого элемента данных",
                )
            is_series_new = name == SERIES
            row, line, column = [], parser.CurrentLineNumber, parser.CurrentColumnNumber
        elif name == GENERIC + "DataProvider":
            depth -= 1
            collect(parser, name, attributes, lambda node: setattr(body, "provider", read_provider(node)))
        elif split_name(name)[1] in SKIPPED:
            depth -= 1
            skip(parser)
        elif name not in KEYS and name != ATTRIBUTES:
            raise wrong(
                parser,
                f"“{split_name(name)[1]}” is no element of generic data",
                f"«{split_name(name)[1]}» не является элементом данных общего формата",
            )
        if depth > MAX_DEPTH:
            raise wrong(
                parser,
                f"Elements are nested deeper than {MAX_DEPTH} levels",
                f"Глубина вложенности элементов больше {MAX_DEPTH}",
            )

    def given(attributes: list[str], id: str | None = None) -> tuple[str, str]:
        if len(attributes) == 4 and attributes[0] == "id" and attributes[2] == "value":
            return attributes[1], attributes[3]
        found = pairs(attributes)  # in any order, without an id, or with what we don't know
        if "value" not in found or not (id or "id" in found):
            raise wrong(parser, "An element lacks its “id” or “value”", "У элемента нет «id» или «value»")
        return found.get("id", id or ""), found["value"]

    def end(name: str) -> None:
        nonlocal depth, in_observation, is_series_new
        depth -= 1
        if name == VALUE:
            return
        if name == OBS:
            in_observation = False
            body.observations.add(row, line, column)
            if body.is_due:
                body.flush()
        elif name == SERIES:
            if is_series_new:
                is_series_new = False
                body.begin_series(row, line, column)
            body.end_series()
        elif name == GROUP or (name == ATTRIBUTES and depth == 0):
            body.others.add(row, line, column)
            body.flush_if_due()
        elif depth < 0:
            finished()

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, None
