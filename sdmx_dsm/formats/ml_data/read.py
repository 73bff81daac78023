"""SDMX-ML data messages into DataSets: 2.1 generic and structure-specific, 3.0 and 3.1 structure-specific.

The file goes through expat in chunks; the handlers of `bodies` fill flat lists, of which `levels` makes batches. Rules:
SDMX 2.1 section 3A, SDMX 3.0 SDMX-ML."""

from collections import deque
from collections.abc import Container, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, get_args

import polars as pl

from sdmx_dsm.batches import Action, DataSet, Header
from sdmx_dsm.formats.markup import SCHEMAS
from sdmx_dsm.formats.ml_data.bodies import Body, read_generic, read_specific
from sdmx_dsm.formats.ml_data.header import MessageHeader, StructureOfData, read_message_header
from sdmx_dsm.formats.ml_data.names import ROOTS, SET_ATTRIBUTES, TIME_PERIOD, VERSIONS
from sdmx_dsm.formats.trees import Node, collect, pairs, skip, split_name, wrong
from sdmx_dsm.formats.xmlsafe import expat_parser, feed
from sdmx_dsm.model import Dimension, Reference, Schema, Structures

CHUNK_BYTES: Final = 1 << 17
# What spreadsheet programs write into files called .xls, besides workbooks: web pages, and XML of 2003.
TABLES: Final = frozenset({"html", "table", "workbook"})
TABLE_HINT: Final = (
    ", but a table: open it in Excel or LibreOffice, save it as .xlsx, and send that file",
    ", а таблица: откройте её в Excel или LibreOffice, сохраните в формате .xlsx и отправьте этот файл",
)
ACTIONS: Final[Mapping[str, Action]] = {action: action for action in get_args(Action)}


def read_ml(path: Path, structures: Structures, *, reference: Reference | None = None) -> Iterator[DataSet]:
    """The data sets of a message, in order; each is read while its batches are taken, and what is left of it is passed over
    when the next one is asked for. `reference` says what the data are of where there is no header, or none that names a
    structure.

    Raises ReadError, with line and column, for what is no SDMX-ML data message; NotFound when the structure that the header
    names is not in `structures`."""
    events = _Message(structures, reference).events(path)
    opened = next(events, None)
    while isinstance(opened, DataSet):
        following: list[DataSet] = []
        yield replace(opened, batches=_batches(events, following))
        for event in () if following else events:
            if isinstance(event, DataSet):
                following.append(event)
                break
        opened = following.pop() if following else None


def _batches(events: Iterator[DataSet | pl.DataFrame], following: list[DataSet]) -> Iterator[pl.DataFrame]:
    """The batches up to the next data set, which goes into `following`."""
    for event in events:
        if isinstance(event, DataSet):
            following.append(event)
            return
        yield event


class _Message:
    """The parser of one message. `events` gives each DataSet (without batches), then its batches."""

    def __init__(self, structures: Structures, reference: Reference | None) -> None:
        self._structures = structures
        self._given = StructureOfData(reference=reference, dimension_at_observation=TIME_PERIOD) if reference else None
        self._parser = expat_parser(ordered_attributes=True, max_depth=None)
        self._parser.StartElementHandler = self._start_root
        self._header: MessageHeader | None = None
        self._is_generic = False
        self._datasets = 0
        self._body: Body | None = None
        self._opened: DataSet | None = None  # begun, but its provider may still come
        self._events: deque[DataSet | pl.DataFrame] = deque()

    def events(self, path: Path) -> Iterator[DataSet | pl.DataFrame]:
        with path.open("rb") as source:
            for _ in feed(self._parser, source, CHUNK_BYTES):
                if self._body is not None:
                    self._body.pause()
                    if self._opened is not None and len(self._body):
                        self._announce()
                while self._events:
                    yield self._events.popleft()

    def _start_root(self, name: str, _attributes: list[str]) -> None:
        namespace, local = split_name(name)
        versions = {f"{SCHEMAS}{version}/message": version for version in VERSIONS}
        if local not in ROOTS or namespace not in versions or (ROOTS[local] and versions[namespace] != "v2_1"):
            hint, hint_ru = TABLE_HINT if local.casefold() in TABLES else ("", "")
            raise wrong(
                self._parser,
                f"“{local}” is no SDMX-ML data message of version 2.1, 3.0 or 3.1{hint}",
                f"«{local}» — не сообщение с данными SDMX-ML версии 2.1, 3.0 или 3.1{hint_ru}",
            )
        self._is_generic = ROOTS[local]
        self._between()

    def _between(self) -> None:
        """The handlers for the children of the root."""
        self._parser.StartElementHandler = self._start_part
        self._parser.EndElementHandler = None
        self._parser.CharacterDataHandler = None

    def _start_part(self, name: str, attributes: list[str]) -> None:
        local = split_name(name)[1]
        if local == "Header":
            collect(self._parser, name, attributes, self._take_header)
        elif local == "DataSet":
            self._start_dataset(pairs(attributes))
        else:  # the footer, and what later versions may add
            skip(self._parser)

    def _take_header(self, node: Node) -> None:
        self._header = read_message_header(node)

    def _start_dataset(self, attributes: dict[str, str]) -> None:
        parser, structure = self._parser, self._given
        if self._header is None and structure is None:
            raise wrong(
                parser,
                "The message has no header in front of its data",
                "В сообщении перед данными нет заголовка (Header)",
            )
        header = self._header or MessageHeader(header=Header(), structures={})
        id = _set_attributes(attributes).get("structureRef")
        if header.structures:
            structure = header.structure(id)
        if structure is None:
            known = ", ".join(header.structures) or "none"
            found = f"“{id}”" if id else "no structure"
            raise wrong(
                parser,
                f"The data set refers to {found}; the header has {known}",
                f"Набор данных ссылается на {found}; в заголовке есть: {known}",
            )
        schema = self._structures.schema(structure.reference)
        # Structure-specific data have these attributes qualified, so that components may have any name.
        given = _set_attributes(attributes, set() if self._is_generic else schema.by_id)
        named = given.get("action") or header.action or "Information"
        action = ACTIONS.get(named)
        if action is None:
            raise wrong(parser, f"“{named}” is no action of a data set", f"«{named}» — не действие набора данных")
        number = self._datasets
        self._datasets += 1
        self._opened = DataSet(
            schema=schema,
            structure=structure.reference,
            batches=iter(()),
            header=header.header,
            action=action,
            id=given.get("setID") or (header.dataset_ids[number] if number < len(header.dataset_ids) else None),
            valid_from=self._date(given, "validFromDate"),
            valid_to=self._date(given, "validToDate"),
            reporting_begin=given.get("reportingBeginDate") or header.reporting_begin,
            reporting_end=given.get("reportingEndDate") or header.reporting_end,
            provider=header.provider,
            dimension_at_observation=structure.dimension_at_observation,
        )
        place = parser.CurrentLineNumber, parser.CurrentColumnNumber
        self._body = body = Body(schema, is_generic=self._is_generic, deletes=action == "Delete", emit=self._emit)
        # Attributes of the data set, in 2.1
        own = [
            cell
            for name, value in attributes.items()
            if " " not in name and (name not in SET_ATTRIBUTES or name in schema.by_id)
            for cell in (name, value)
        ]
        if self._is_generic:
            read_generic(parser, body, structure.dimension_at_observation, lambda: self._end_dataset(*place))
        else:
            if own:
                body.others.add(own, *place)
            measure = self._measure_dimension(schema, structure) if structure.is_explicit else None
            read_specific(parser, body, lambda: self._end_dataset(*place), measure)

    def _measure_dimension(self, schema: Schema, structure: StructureOfData) -> str:
        """The one whose values are the explicit measures. Where the structure marks none, that at the observation."""
        marked = (c.id for c in schema.dimensions if isinstance(c.source, Dimension) and c.source.is_measure)
        found = next(marked, structure.dimension_at_observation)
        if found not in schema.key_ids:
            reference = schema.structure.reference.short
            raise wrong(
                self._parser,
                f"The header says that measures are explicit, but {reference} has no measure dimension",
                f"Заголовок обещает явные показатели, но у {reference} нет измерения показателей",
            )
        return found

    def _date(self, attributes: dict[str, str], name: str) -> datetime | None:
        text = attributes.get(name)
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            raise wrong(
                self._parser, f"{name} “{text}” is no date and time", f"{name} «{text}» — не дата и время"
            ) from None

    def _emit(self, batch: pl.DataFrame) -> None:
        self._announce()
        self._events.append(batch)

    def _announce(self) -> None:
        if self._opened is not None and self._body is not None:
            provider = self._body.provider or self._opened.provider
            self._events.append(replace(self._opened, provider=provider))
            self._opened = None

    def _end_dataset(self, line: int, column: int) -> None:
        if self._body is not None:
            self._body.end(line, column + 1)
        self._announce()
        self._body = None
        self._between()


def _set_attributes(attributes: dict[str, str], components: Container[str] = ()) -> dict[str, str]:
    """What a DataSet element says of itself, by local name. Without a namespace it may be one of the `components`."""
    found = {name: value for name, value in attributes.items() if name in SET_ATTRIBUTES and name not in components}
    return found | {split_name(name)[1]: value for name, value in attributes.items() if _is_qualified(name)}


def _is_qualified(name: str) -> bool:
    return " " in name and split_name(name)[1] in SET_ATTRIBUTES
