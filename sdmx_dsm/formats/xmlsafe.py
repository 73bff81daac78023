"""XML from outside, read safely: no DTD (so no entities of the sender's), no network, bounded depth.

Every XML that is read goes through here: `parse` makes a tree (lxml, for structures), `expat_parser` with `feed` is for the
readers of data, which keep no tree. Whatever is wrong becomes a `ReadError` with line and column, both from 1."""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Literal
from xml.parsers import expat

from lxml import etree

from sdmx_dsm.errors import ReadError

MAX_DEPTH: Final = 64
CHUNK_BYTES: Final = 1 << 16
NATIVE_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "us-ascii"})  # of expat

Start = Callable[[str, dict[str, str]], object]
OrderedStart = Callable[[str, list[str]], object]


def parse(
    path: Path,
    tags: Collection[str] = (),
    take: Callable[["etree._Element"], object] | None = None,
) -> "etree._ElementTree":
    """The whole document as a tree, without comments and processing instructions. Raises ReadError.

    `take` is given each element with one of `tags` as soon as it is complete, and may empty it."""
    with path.open("rb") as source:
        _read_prolog(source)
        source.seek(0)
        parser = _pull_parser(("end",) if take else (), tags)
        try:
            # Fed, as etree.parse makes an OSError without a place of bytes that are wrong in their encoding.
            while chunk := source.read(CHUNK_BYTES):
                parser.feed(chunk)
                if take:
                    for _, element in parser.read_events():
                        assert isinstance(element, etree._Element)
                        take(element)
            tree = parser.close().getroottree()
        except etree.XMLSyntaxError as error:
            raise read_error(error) from error
    if tree.docinfo.internalDTD is not None:
        raise _dtd_refused()
    too_deep = tree.xpath("/*" * (MAX_DEPTH + 1))
    if isinstance(too_deep, list) and too_deep:
        raise _too_deep(MAX_DEPTH, line=getattr(too_deep[0], "sourceline", None))
    return tree


def root_name(path: Path) -> tuple[str, str]:
    """The namespace and the name of the root element. Raises ReadError."""
    with path.open("rb") as source:
        namespace, _, name = _read_prolog(source).rpartition(" ")
    return namespace, name


def follows(path: Path, schema: etree.XMLSchema) -> bool:
    """Whether a document follows a schema, and is one at all: judged as it is read, so that no tree is kept."""
    with path.open("rb") as source:
        _read_prolog(source)
        source.seek(0)
        parser = _pull_parser(("end",), schema=schema)
        try:
            while chunk := source.read(CHUNK_BYTES):
                parser.feed(chunk)
                for _, element in parser.read_events():
                    assert isinstance(element, etree._Element)
                    _forget(element)
            parser.close()
        except etree.XMLSyntaxError:
            return False
    return True


def _forget(element: "etree._Element") -> None:
    """Empties an element that is complete, and takes away its earlier siblings: clear() alone leaves an empty element each."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _pull_parser(
    events: tuple[Literal["end"], ...], tags: Collection[str] = (), schema: etree.XMLSchema | None = None
) -> "etree.XMLPullParser":
    """256 levels and 10 MB in one text are libxml2's own limits while huge_tree is off."""
    return etree.XMLPullParser(
        events=events,
        tag=tags or None,
        schema=schema,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    )


def expat_parser(
    start: Start | OrderedStart | None = None,
    end: Callable[[str], object] | None = None,
    characters: Callable[[str], object] | None = None,
    *,
    ordered_attributes: bool = False,
    max_depth: int | None = MAX_DEPTH,
) -> expat.XMLParserType:
    """A parser that refuses a DTD and counts depth; names come as `namespace name` (one blank), or `name` without one.

    `max_depth` None leaves the counting, which costs two calls for each element, to handlers that know their depth anyway."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.ordered_attributes = ordered_attributes

    def refuse_dtd(*_: object) -> None:
        raise _dtd_refused(line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)

    parser.StartDoctypeDeclHandler = refuse_dtd
    parser.XmlDeclHandler = _check_encoding
    parser.CharacterDataHandler = characters
    if max_depth is None:
        parser.StartElementHandler, parser.EndElementHandler = start, end
        return parser
    depth = 0

    def counted_start(name: str, attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > max_depth:
            raise _too_deep(max_depth, line=parser.CurrentLineNumber, column=parser.CurrentColumnNumber + 1)
        if start is not None:
            start(name, attributes)  # type: ignore[arg-type]

    def counted_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name)

    parser.StartElementHandler, parser.EndElementHandler = counted_start, counted_end
    return parser


def feed(parser: expat.XMLParserType, source: BinaryIO, chunk_bytes: int = CHUNK_BYTES) -> Iterator[None]:
    """Drives `parser` over `source`, pausing after each chunk, so that a reader can hand on what it has. Raises ReadError."""
    try:
        while chunk := source.read(chunk_bytes):
            parser.Parse(chunk, False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise read_error(error) from error
    yield


def read_error(error: "expat.ExpatError | etree.XMLSyntaxError") -> ReadError:
    """What a parser says, as our error, with its line and column."""
    if isinstance(error, expat.ExpatError):
        line, column, reason = error.lineno, error.offset + 1, expat.ErrorString(error.code) or str(error)
    else:
        line, column, reason = error.lineno or 1, max(error.offset or 1, 1), str(error.msg).rsplit(", line ", 1)[0]
    if reason == "no element found" and (line, column) == (1, 1):
        return ReadError(
            "The file is empty; an XML document is expected.",
            ru="Файл пуст; ожидается документ XML.",
            line=1,
            column=1,
        )
    return ReadError(
        f"This is not well-formed XML: {reason} (line {line}, column {column}).",
        ru=f"Документ XML построен неверно: {reason} (строка {line}, столбец {column}).",
        line=line,
        column=column,
    )


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    """Refuses what expat can't read, before it tries: it knows its own encodings, and those of one byte a character."""
    if encoding is None or encoding.lower() in NATIVE_ENCODINGS:
        return
    try:
        is_readable = len(bytes(range(256)).decode(encoding, "replace")) == 256
    except (LookupError, UnicodeError):  # no encoding of that name, or one that can't decode this way ("idna")
        is_readable = False
    if not is_readable:
        raise ReadError(
            f"The encoding {encoding} can't be read; UTF-8 is expected.",
            ru=f"Кодировка {encoding} не читается; ожидается UTF-8.",
            line=1,
            column=1,
        )


def _read_prolog(source: BinaryIO) -> str:
    """Up to the first element, before which a DTD would stand: lxml would expand its entities in attribute values. Returns the
    name of the element, as `expat_parser` gives it."""
    names: list[str] = []
    for _ in feed(expat_parser(lambda name, _: names.append(name)), source, 4096):
        if names:
            break
    return names[0]


def _dtd_refused(line: int | None = None, column: int | None = None) -> ReadError:
    return ReadError(
        "The document has a document type declaration (DTD), which is not accepted: send it without “<!DOCTYPE …>”.",
        ru="В документе есть объявление типа документа (DTD); оно не принимается: отправьте файл без «<!DOCTYPE …>».",
        line=line,
        column=column,
    )


def _too_deep(max_depth: int, line: int | None = None, column: int | None = None) -> ReadError:
    return ReadError(
        f"Elements are nested deeper than {max_depth} levels.",
        ru=f"Глубина вложенности элементов больше {max_depth}.",
        line=line,
        column=column,
    )
