"""What a message says of who sent it and who receives it comes back."""

from dataclasses import replace

import pytest

from sdmx_dsm.batches import Header, Party
from sdmx_dsm.model import Code, Codelist, Contact
from tests.formats.structures.checks import HEADER, SYNTAXES, read, schema_errors, written

CODES = Codelist(id="CL", agency="DSM", version="1.0", names={"en": "Codes"}, items=(Code(id="A", names={"en": "A"}),))
OFFICE = Party(
    names={"en": "Statistical office", "ru": "Служба статистики"},
    contacts=(
        Contact(
            names={"en": "Aigul <head>"},
            departments={"en": "Migration"},
            roles={"en": "Head"},
            telephones=("+996 312 1", "+996 312 2"),
            uris=("https://example.org/?a=1&b=2",),
            emails=("a@example.org",),
        ),
    ),
)
DESCRIBED = replace(HEADER, parties=(OFFICE, Party(), Party(names={"en": "The receiver B"})))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_names_and_contacts_of_sender_and_receivers_come_back(syntax, tmp_path):
    message = written(syntax, CODES, header=DESCRIBED)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[0] == DESCRIBED


@pytest.mark.parametrize("syntax", ["ml21", "ml30", "ml31"])
def test_time_zone_of_the_sender_comes_back(syntax, tmp_path):
    header = Header(id="M", prepared="2026-01-02T03:04:05", sender="KG", parties=(Party(timezone="+06:00"),))
    message = written(syntax, CODES, header=header)
    assert schema_errors(syntax, message) == []
    assert read(syntax, message, tmp_path)[0] == header
