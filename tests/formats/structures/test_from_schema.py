"""Whatever the official schemas allow in an artefact comes back from the same version: nothing is lost, nothing invented.

The documents are made from the schemas (see `from_schema`), so they are such as nobody wrote by hand. They are compared when all
that the standard says by default is written out in both."""

from collections.abc import Iterator
from itertools import count

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from sdmx_dsm.formats.structures import read_ml
from sdmx_dsm.formats.structures.plans import containers
from sdmx_dsm.formats.structures.syntaxes import ML_SYNTAXES, Syntax
from tests.formats.structures.checks import schema_errors, written
from tests.formats.structures.from_schema import Maker, NothingFits
from tests.formats.structures.rules import rules, said

HEADER = "<m:Header xmlns:m='{}'><m:ID>T</m:ID><m:Test>false</m:Test><m:Prepared>2020-01-01T00:00:00Z</m:Prepared><m:Sender id='A'/></m:Header>"
FULLNESS = (0.4, 0.7, 1.0)
CASES = [
    pytest.param(syntax, path, fullness, id=f"{syntax.column} {cls.__name__} {fullness}")
    for syntax in ML_SYNTAXES
    for path, cls in containers(syntax)
    for fullness in FULLNESS
]


def documents(syntax: Syntax, path: tuple[str, ...], fullness: float) -> Iterator[bytes]:
    """Messages with one artefact. Chance knows nothing of keys that must be unique: what breaks them is passed over, and so are
    references that no text fits (the schema of 3.0 asks of metadata sets that they are structures of metadata)."""
    known = rules(syntax.column)
    for seed in count():
        root = etree.Element(f"{{{syntax.message}}}Structure", nsmap={"s": syntax.structure, "c": syntax.common})
        root.append(etree.fromstring(HEADER.format(syntax.message)))
        place, parent = known.elements[str(root.tag)], root
        for name in (f"{{{syntax.message}}}Structures", *path[:-1]):
            place, parent = known.child(place, name), etree.SubElement(parent, name)
        try:
            Maker(syntax.column, seed, fullness).make(known.child(place, path[-1]), parent)
        except NothingFits:
            continue
        if is_plain(root) and not schema_errors(syntax.column, message := etree.tostring(root, encoding="UTF-8")):
            yield message


def is_plain(root: Element) -> bool:
    """Whether codelists hold plain codes: the schemas of 3.x let geographic ones, which have codelists of their own, in too."""
    return not root.xpath("//*[local-name() = 'Codelist']/*[starts-with(local-name(), 'Geo')]")


@pytest.mark.parametrize("syntax, path, fullness", CASES)
def test_whatever_the_schema_allows_comes_back(syntax, path, fullness, tmp_path):
    message = next(documents(syntax, path, fullness))
    source = tmp_path / "message.xml"
    source.write_bytes(message)
    header, artefacts = read_ml(source)
    again = written(syntax.column, *artefacts, header=header)
    assert schema_errors(syntax.column, again) == []
    assert said(syntax.column, again) == said(syntax.column, message)
