"""Every file of `structures/` and `registry/`, read with lxml alone, and what is found in them.

The package's own readers have no part in it, so that a fault of theirs cannot hide one of the content. Versions and wildcards
of references: SDMX 3.0 Section 6, semantic versioning; `X.Y+.Z` is the newest version that is backwards compatible with X.Y.Z.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[2]
METADATA_FILES = sorted((ROOT / "registry" / "metadatasets").glob("*.xml"))
FILES = sorted(
    path
    for folder in ("structures", "registry")
    for path in (ROOT / folder).rglob("*.xml")
    if path not in METADATA_FILES
)
NAMESPACES = {
    "m": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message",
    "s": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
    "c": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
URN = re.compile(r"urn:sdmx:org\.sdmx\.infomodel\.\w+\.(\w+)=([\w.]+):(\w+)\(([\d.+]+)\)(?:\.(.+))?")

# Who maintains what the twelve countries share; national agencies are below DSM.
COMMON = ("DSM", "SDMX")
COUNTRIES = ["AM", "AZ", "BY", "GE", "KG", "KZ", "MD", "RU", "TJ", "TM", "UA", "UZ"]


def read(path: Path) -> etree._Element:
    return etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def artefact(root: etree._Element) -> etree._Element:
    """The one maintainable artefact of a structure message."""
    [container] = root.find("m:Structures", NAMESPACES)
    [found] = container
    return found


DOCUMENTS = {path: read(path) for path in FILES}
ARTEFACTS = {path: artefact(root) for path, root in DOCUMENTS.items()}


def find(cls: str, *agencies: str) -> dict[str, etree._Element]:
    """Artefacts of a class by id, of these agencies, or of those of the common content; ids are unique over them."""
    return {
        a.get("id"): a
        for a in ARTEFACTS.values()
        if etree.QName(a).localname == cls and a.get("agencyID") in (agencies or COMMON)
    }


def texts(element: etree._Element, path: str) -> list[str]:
    return [found.text or "" for found in element.iterfind(path, NAMESPACES)]


def own_urn(element: etree._Element) -> tuple[str, str, str, str, str | None]:
    """Class, agency, id, version and item path of the element's `urn` attribute."""
    match = URN.fullmatch(element.get("urn"))
    assert match, element.get("urn")
    return match[1], match[2], match[3], match[4], match[5]


def iter_references() -> Iterator[tuple[Path, str]]:
    for path, root in DOCUMENTS.items():
        for element in root.iter():
            # A target of metadata may be a wildcard.
            if (element.text or "").startswith("urn:") and "*" not in element.text:
                yield path, element.text


def accepts(wanted: str, version: str) -> bool:
    """Whether `version` is one that the reference `wanted` may be resolved to."""
    if "+" not in wanted:
        return wanted == version
    lowest, parts = ([int(n) for n in text.replace("+", "").split(".")] for text in (wanted, version))
    fixed = wanted.split(".").index(next(part for part in wanted.split(".") if "+" in part))
    return parts[:fixed] == lowest[:fixed] and parts >= lowest


def codes(urn: str) -> list[str]:
    """Code ids of the codelist that a reference names, with those of the lists that it extends."""
    match = URN.fullmatch(urn)
    assert match
    codelist = find("Codelist", match[2])[match[3]]
    found = [
        code for extension in codelist.iterfind("s:CodelistExtension", NAMESPACES) for code in inherited(extension)
    ]
    return [*found, *(code.get("id") for code in codelist.iterfind("s:Code", NAMESPACES))]


def inherited(extension: etree._Element) -> list[str]:
    every = codes(extension.findtext("s:Codelist", "", NAMESPACES))
    taken, left_out = (texts(extension, f"s:{kind}CodeSelection/s:MemberValue") for kind in ("Inclusive", "Exclusive"))
    return [code for code in every if (not taken or code in taken) and code not in left_out]


def components(dsd: str, agency: str = "DSM") -> dict[str, etree._Element]:
    """Dimensions, attributes and measures of a data structure, in order, by id."""
    steps = ("DimensionList", "AttributeList", "MeasureList")
    structure = find("DataStructure", agency)[dsd].find("s:DataStructureComponents", NAMESPACES)
    return {c.get("id"): c for step in steps for c in structure.find(f"s:{step}", NAMESPACES)}


def dimensions(dsd: str, agency: str = "DSM") -> list[str]:
    return [i for i, c in components(dsd, agency).items() if "Dimension" in etree.QName(c).localname]


def attachments(dsd: str, agency: str = "DSM") -> dict[str, tuple[str | None, object]]:
    """Attribute to its usage and what it hangs at: "series", or the elements of its relationship."""
    series = dimensions(dsd, agency)[:-1]
    found: dict[str, tuple[str | None, object]] = {}
    for identifier, component in components(dsd, agency).items():
        if etree.QName(component).localname == "Attribute":
            relationship = component.find("s:AttributeRelationship", NAMESPACES)
            to = [e.text or etree.QName(e).localname for e in relationship]
            found[identifier] = (component.get("usage"), "series" if to == series else to)
    return found


def enumeration(component: etree._Element) -> str:
    """URN of the codelist of a component; "" where it has none."""
    return str(component.findtext("s:LocalRepresentation/s:Enumeration", "", NAMESPACES))


def defaults(agreement: etree._Element) -> dict[str, str]:
    return {
        annotation.get("id"): annotation.findtext("c:AnnotationValue", "", NAMESPACES)
        for annotation in agreement.iterfind("c:Annotations/c:Annotation", NAMESPACES)
        if annotation.findtext("c:AnnotationType", None, NAMESPACES) == "DEFAULT"
    }


def wrong_defaults(agreement: etree._Element, parts: dict[str, etree._Element]) -> list[tuple[str, str]]:
    """Defaults that name no component of `parts`, or give what it can't hold."""
    wrong = []
    for component, value in defaults(agreement).items():
        if component not in parts:
            wrong.append((component, "no such component"))
        elif coded := enumeration(parts[component]):
            if value not in codes(coded):
                wrong.append((component, value))
        else:
            text_format = parts[component].find("s:LocalRepresentation/s:TextFormat", NAMESPACES)
            if not 0 < len(value) <= int(text_format.get("maxLength")):
                wrong.append((component, value))
    return wrong


def target(urn: str) -> str:
    """Id that a reference names: of the item where it names one, else of the artefact."""
    match = URN.fullmatch(urn)
    assert match, urn
    return match[5] or match[3]


def referred(element: etree._Element, path: str) -> str:
    return target(element.findtext(path, "", NAMESPACES))


def cube(constraint: etree._Element) -> dict[str, list[str]]:
    """What the one including cube region allows: component to values."""
    [region] = constraint.iterfind("s:CubeRegion", NAMESPACES)
    assert region.get("include") == "true"
    return {kv.get("id"): texts(kv, "s:Value") for kv in region.iterfind("s:KeyValue[@include='true']", NAMESPACES)}
