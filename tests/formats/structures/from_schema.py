"""Parts of structure messages made from the official schemas: whatever these allow, in any combination, by chance.

Values are such as the schemas ask for, and references the right form of nothing in particular."""

import random
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from sdmx_dsm.model.urns import ALIASES, ITEM_PACKAGES, MAINTAINABLE_PACKAGES
from tests.formats.structures.rules import LANGUAGE, LISTS, XS, complete, derived, inside, named, rules, urn

LANGUAGES: Final = ("en", "ru", "ky", "zh-Hant-TW", "sr-Cyrl", "x-own")
# What may stand for a type that has patterns: the first that fits is taken. {} is a number that is used once.
TEXTS: Final = (
    "X{} 1.{} 1.{}.0-draft.1 x{} 2020-Q1 2020-A1 2020-S1 2020-T1 2020-M01 2020-W01 2020-D001"
    " 2020-01-01/P1Y 2020-01-01T00:00:00/P1D --07-01 % TIME_PERIOD"
).split()
BUILT_IN: Final = {
    **dict.fromkeys(("string", "anySimpleType"), "Text <{}> & “more”"),
    **dict.fromkeys(("integer", "nonNegativeInteger", "positiveInteger", "int"), "{}"),
    "anyURI": "https://a.org/{}?b=c&d",
    "date": "2020-02-29",
    "dateTime": "2020-02-29T23:59:59",
    "decimal": "{}.50",
    "double": "1.5",
    "duration": "P1Y2M",
    "gMonthDay": "--07-01",
    "gYear": "2020",
    "gYearMonth": "2020-02",
    "language": "ru",
    "NMTOKEN": "n{}",
}
# Of these there are no artefacts.
NO_CLASSES: Final = ("Any", "Constraint", "DefinitionScheme", "HybridCodeMap", "Organisation", "OrganisationScheme")
IDS: Final = (
    "X{0}(1.0) X{0}(2.1+.0) AGENCIES(1.0) DATA_PROVIDERS(1.0) DATA_CONSUMERS(1.0) METADATA_PROVIDERS(1.0)".split()
)
ITEMS: Final = (".I{0}", ".I{0}.J")
FIXED_ITEMS: Final = (".TIME_PERIOD", *(f".{id}" for id in (*LISTS, "MetadataAttributeDescriptor")))


class NothingFits(Exception):
    """The schema lets no value through that we know of."""


class Maker:
    """Makes one document. `fullness`: how much of what may be left out is there, from 0 to 1."""

    def __init__(self, syntax: str, seed: int, fullness: float) -> None:
        self._rules, self._chance, self._fullness = rules(syntax), random.Random(seed), fullness
        self._number = 0
        self._types: list[Element | str] = []

    def make(self, place: Element, parent: Element) -> None:
        """Adds to `parent` an element that may stand where the schema has `place`."""
        name, declaration = self._chance.choice(sorted(self._rules.declared(place).items()))
        made = etree.SubElement(parent, name)
        if name == "URN":
            made.text = self._urn_of_21()
            return
        type = self._rules.type_of(declaration)
        self._types.append(type)
        for attribute, node in self._rules.attributes(type).items():
            if attribute == LANGUAGE:
                made.set(LANGUAGE, LANGUAGES[sum(each.tag == name for each in parent) - 1])
            elif node.get("use") == "required" or self._chance.random() < self._fullness:
                made.set(attribute, node.get("fixed") or self.text(self._rules.type_of(node)))
        made.text = self._content(type)
        for particle in self._rules.particles(type):
            self._fill(made, particle)
        if name == "Ref" and "class" in made.attrib and "agencyID" in made.attrib:
            # What the schema doesn't know: parts of artefacts are named within these, whole ones are not.
            in_another = is_part(made.get("class", ""))
            made.attrib.pop("version" if in_another else "maintainableParentID", None)
            if in_another:
                made.set("maintainableParentID", f"X{self._number}")
        self._types.pop()

    def _says_more(self) -> bool:
        return self._chance.random() < self._fullness and len(self._types) < 7

    def _fill(self, parent: Element, particle: Element) -> None:
        least, most = int(particle.get("minOccurs", "1")), particle.get("maxOccurs", "1")
        if most == "0":
            return
        times = max(least, 1) if self._says_more() else least
        if most != "1" and self._says_more():
            times += 1
        for _ in range(times):
            if particle.tag == f"{XS}element":
                self.make(particle, parent)
            elif particle.tag == f"{XS}choice":
                self._fill(parent, self._chance.choice(inside(particle)))
            elif particle.get("ref"):
                self._fill(parent, self._rules.groups[named(particle, particle.get("ref", ""))])
            else:
                for each in inside(particle):
                    self._fill(parent, each)

    def _content(self, type: Element | str) -> str | None:
        """The text of an element, where its type has any."""
        while not isinstance(type, str) and type.tag == f"{XS}complexType":
            if type.find(f"{XS}simpleContent") is None:
                return None
            type = self._rules.base(derived(type))
        return self.text(type)

    def text(self, type: Element | str) -> str:
        """A value of a simple type."""
        self._number += 1
        patterns: list[list[str]] = []
        choices: list[str] = []
        while not isinstance(type, str):
            members = type.find(f"{XS}union")
            if members is not None:
                names = members.get("memberTypes", "").split()
                type = self._rules.type_named(named(members, self._chance.choice(names)))
                continue
            node = derived(type)
            choices = choices or [
                str(each.get("value")) for each in node.iter(f"{XS}enumeration") if each.get("value") not in NO_CLASSES
            ]
            if found := [str(each.get("value")) for each in node.iter(f"{XS}pattern")]:
                patterns.append(found)
            type = self._rules.base(node)
        if type == "boolean":
            choices = ["false", "true"]
        for some in [choices] if choices else [*self._urns(patterns), *([text] for text in (BUILT_IN[type], *TEXTS))]:
            fitting = [
                text
                for text in (each.format(self._number) for each in some)
                if all(any(re.fullmatch(pattern, text) for pattern in step) for step in patterns)
            ]
            if fitting:
                return self._chance.choice(fitting)
        raise NothingFits

    def _urns(self, patterns: list[list[str]]) -> Iterator[list[str]]:
        """References of each of the classes that the patterns of a type of 3.x name, in any order."""
        for step in patterns:
            classes = [re.search(r"\\\.([a-z]+)\\\.([A-Za-z]+)=", pattern) for pattern in step]
            found = [match.groups() for match in classes if match and match[2] not in NO_CLASSES]
            self._chance.shuffle(found)
            for package, name in found:
                head = f"urn:sdmx:org.sdmx.infomodel.{package}.{name}=DSM:"
                for items in (ITEMS, FIXED_ITEMS) if is_part(name) else ([""],):
                    yield [f"{head}{id}{item}" for id in IDS for item in items]

    def _urn_of_21(self) -> str:
        """What the `Ref` beside it could say."""
        place = self._rules.children(self._types[-1])["Ref"]
        fullness, self._fullness = self._fullness, 1
        holder = etree.Element("holder")
        self.make(place, holder)
        self._fullness = fullness
        complete(holder[0], self._rules, place)
        found = urn(holder[0])
        if not found.startswith("urn:"):
            return f"urn:sdmx:org.sdmx.infomodel.{holder[0].get('package')}.{holder[0].get('class')}=DSM:X(1.0).{found}"
        return found


def is_part(name: str) -> bool:
    """Whether a class is one of parts of artefacts."""
    name = ALIASES.get(name, name)
    return name in ITEM_PACKAGES and name not in MAINTAINABLE_PACKAGES
