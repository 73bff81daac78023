"""XML from outside: what is refused, with which sentence, at which line and column."""

from pathlib import Path

import pytest

from sdmx_dsm.errors import ReadError
from sdmx_dsm.formats.xmlsafe import expat_parser, feed, parse

DTD = "The document has a document type declaration (DTD), which is not accepted: send it without “<!DOCTYPE …>”."
NOT_WELL_FORMED = "This is not well-formed XML: "
BOMB = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "haha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>\n<a b="&y;">&y;</a>'
DEEP = b"<a>\n" * 65 + b"</a>" * 65

HOSTILE = [
    pytest.param(b"", "The file is empty; an XML document is expected.", (1, 1), id="empty"),
    pytest.param(b"hello", f"{NOT_WELL_FORMED}syntax error (line 1, column 1).", (1, 1), id="text"),
    pytest.param(
        b"PK\x03\x04abc", f"{NOT_WELL_FORMED}not well-formed (invalid token) (line 1, column 3).", (1, 3), id="zip"
    ),
    pytest.param(BOMB, DTD, (2, 13), id="entity bomb"),
    pytest.param(b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/a.dtd'><a/>", DTD, (1, 44), id="external DTD"),
    pytest.param(b"<a>&x;</a>", f"{NOT_WELL_FORMED}undefined entity (line 1, column 4).", (1, 4), id="entity"),
    pytest.param(DEEP, "Elements are nested deeper than 64 levels.", (65, 1), id="deep"),
    pytest.param(
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
        "The encoding utf-7 can't be read; UTF-8 is expected.",
        (1, 1),
        id="encoding",
    ),
    pytest.param(
        b"<?xml version='1.0' encoding='idna'?><a/>",
        "The encoding idna can't be read; UTF-8 is expected.",
        (1, 1),
        id="encoding-that-does-not-decode",
    ),
    pytest.param(
        b"<?xml version='1.0' encoding='utf-8'?><a>\xff</a>",
        f"{NOT_WELL_FORMED}not well-formed (invalid token) (line 1, column 42).",
        (1, 42),
        id="wrong bytes",
    ),
]


@pytest.fixture
def written(tmp_path: Path):
    def write(content: bytes) -> Path:
        path = tmp_path / "message.xml"
        path.write_bytes(content)
        return path

    return write


def walk(path: Path) -> list[tuple[str, str]]:
    """Names of start tags and text, as expat's handlers get them."""
    seen: list[tuple[str, str]] = []
    parser = expat_parser(
        lambda name, attributes: seen.append((name, str(attributes))),
        None,
        lambda text: seen.append(("", text)),
    )
    with path.open("rb") as source:
        for _ in feed(parser, source):
            pass
    return seen


@pytest.mark.parametrize("read", [parse, walk])
@pytest.mark.parametrize("content, message, place", HOSTILE)
def test_hostile_xml_is_refused_with_its_place(written, read, content, message, place):
    with pytest.raises(ReadError) as caught:
        read(written(content))
    assert (str(caught.value), (caught.value.line, caught.value.column)) == (message, place)


def test_truncated_document_is_refused(written):
    path = written(b"<a>\n" + b"<b/>" * 5000)
    with pytest.raises(ReadError, match=r"well-formed XML: Premature end of data in tag a line 1 \(line 2"):
        parse(path)
    with pytest.raises(ReadError, match=r"well-formed XML: no element found \(line 2, column 20001\)"):
        walk(path)


def test_wrong_bytes_beyond_the_first_chunk_have_their_place(written):
    """lxml alone says neither line nor column of them when it reads a file."""
    path = written(b"<a>\n" + b"<b/>" * 5000 + b"\xff</a>")
    with pytest.raises(ReadError) as caught:
        parse(path)
    assert str(caught.value) == f"{NOT_WELL_FORMED}Invalid bytes in character encoding (line 2, column 20000)."
    with pytest.raises(ReadError) as caught:
        walk(path)
    assert str(caught.value) == f"{NOT_WELL_FORMED}not well-formed (invalid token) (line 2, column 20001)."


def test_depth_beyond_the_first_chunk_is_counted(written):
    path = written(b"<r>" + b"<x/>" * 5000 + b"<a>" * 64 + b"</a>" * 64 + b"</r>")
    for read in (parse, walk):
        with pytest.raises(ReadError, match="deeper than 64 levels"):
            read(path)


def test_sixty_four_levels_are_read(written):
    assert parse(written(b"<a>" * 64 + b"</a>" * 64)).getroot().tag == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1251", "koi8-r"])
def test_usual_encodings_are_read(written, encoding):
    path = written(f"<?xml version='1.0' encoding='{encoding}'?><имя>й</имя>".encode(encoding))
    assert parse(path).getroot().text == "й"
    assert walk(path) == [("имя", "{}"), ("", "й")]


def test_comments_and_processing_instructions_are_left_out(written):
    assert len(parse(written(b"<a><!-- b --><?c d?><e/></a>")).getroot()) == 1


def test_names_carry_their_namespace(written):
    assert walk(written(b'<a xmlns="urn:x" c="1"/>')) == [("urn:x a", "{'c': '1'}")]


def test_reader_that_counts_itself_pays_nothing():
    """Without a limit the handlers are expat's own."""
    start = [].append
    assert expat_parser(start, max_depth=None).StartElementHandler is start
