"""Text as XML text, and where the namespaces of SDMX-ML begin."""

import re
from typing import Final

from sdmx_dsm.errors import Unsupported

SCHEMAS: Final = "http://www.sdmx.org/resources/sdmxml/schemas/"
_MARKUP: Final = re.compile("[&<>\r]")
_QUOTED: Final = re.compile('[&<>"\t\n\r]')
_UNSAYABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REFERENCES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",  # a bare one would be read as a line feed
}


def _reference(match: re.Match[str]) -> str:
    return REFERENCES[match.group()]


def is_sayable(text: str) -> bool:
    """Whether XML has all the characters."""
    return not _UNSAYABLE.search(text)


def escape(text: str) -> str:
    """As the text of an element. Raises Unsupported for characters that XML does not have."""
    if found := _UNSAYABLE.search(text):
        raise Unsupported(f"XML has no character U+{ord(found.group()):04X}; it is in “{text[:40]}”.", text=text)
    return _MARKUP.sub(_reference, text)


def escape_all(text: str) -> str:
    """As the value of an attribute, or as the text of an element. Raises as `escape`."""
    if _UNSAYABLE.search(text):
        escape(text)
    return _QUOTED.sub(_reference, text)


def quote(text: str) -> str:
    """As the value of an attribute, with its quotation marks."""
    return f'"{escape_all(text)}"'


def attribute(name: str, text: str) -> str:
    """` name="text"`."""
    return f" {name}={quote(text)}"
