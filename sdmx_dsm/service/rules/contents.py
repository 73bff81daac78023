"""What can be wrong inside one artefact: its grammar, what comes twice, parents and components that are not there."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Final, get_args, get_type_hints

from sdmx_dsm.errors import DsmError
from sdmx_dsm.model import (
    Agency,
    Annotation,
    Attribute,
    Code,
    Codelist,
    Component,
    Concept,
    Contact,
    DataStructure,
    HierarchicalCode,
    Hierarchy,
    Identifiable,
    ItemScheme,
    Link,
    Maintainable,
    MetadataAttributeUsage,
    Reference,
    Structures,
    ValueItem,
    regular_version,
)
from sdmx_dsm.model.urns import ID, NAME
from sdmx_dsm.service.rules.faults import Fault, listed

_ID: Final = re.compile(ID)
_NUMBERS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_NAME: Final = re.compile(NAME)
# SDMX sets no limit; indexes of databases do, and addresses, which hold ids.
MAX_ID_CHARACTERS: Final = 500
MAX_PATH_CHARACTERS: Final = 2000  # of the id of a nested item with those above it
# Of each an agency has one.
_FIXED_IDS: Final = {
    "AgencyScheme": "AGENCIES",
    "DataProviderScheme": "DATA_PROVIDERS",
    "DataConsumerScheme": "DATA_CONSUMERS",
    "MetadataProviderScheme": "METADATA_PROVIDERS",
}
# What ids of XML elements and attributes come from, and what stands in dotted names.
_NAMED: Final = (Component, Concept, Agency)
_PLAIN: Final = (Annotation, Link, Contact, Reference)


def check_contents(artefact: Maintainable, structures: Structures) -> Iterator[Fault]:
    """`structures` serve to find the codes that a codelist inherits."""
    yield from _check_identity(artefact)
    yield from _check_parts(artefact)
    if isinstance(artefact, ItemScheme):
        yield from _check_parents(artefact, structures)
    if isinstance(artefact, DataStructure):
        yield from _check_structure(artefact)
    if isinstance(artefact, Hierarchy):
        yield from _check_hierarchy(artefact.items, ())


def parts_of(holder: Any, above: str = "") -> Iterator[tuple[str, object]]:
    """Everything with an id in an artefact (items, components, groups, levels, steps) by its dotted path, inner ones behind what
    holds them."""
    for elements in _held(holder):
        for element in elements:
            if id := id_of(element):
                yield f"{above}{id}", element
            yield from parts_of(element, f"{above}{id}." if id else above)


def _held(holder: Any) -> Iterator[tuple[Any, ...]]:
    """The objects in each field of `holder` that has any, but annotations, links and the like."""
    cls: type = type(holder)
    for name in _holding_fields(cls):
        value = getattr(holder, name)
        yield tuple(element for element in (value if isinstance(value, tuple) else (value,)) if is_dataclass(element))


@cache
def _holding_fields(cls: type) -> tuple[str, ...]:
    """Codes by the hundred thousand have none."""
    hints = get_type_hints(cls)
    return tuple(name for name, hint in hints.items() if _is_holding(hint))


def _is_holding(hint: Any) -> bool:
    if arguments := get_args(hint):
        return any(map(_is_holding, arguments))
    return is_dataclass(hint) and hint not in _PLAIN


def id_of(element: object) -> str:
    if isinstance(element, Component):
        return element.component_id
    if isinstance(element, MetadataAttributeUsage):
        return element.reference
    id = getattr(element, "id", None)
    return id if isinstance(id, str) else ""


def _check_identity(artefact: Maintainable) -> Iterator[Fault]:
    for text in (artefact.agency, artefact.id, artefact.version):
        yield from _check_length(text, MAX_ID_CHARACTERS)
    if not _ID.fullmatch(artefact.id):
        yield _wrong_id(artefact.id)
    if not all(_NAME.fullmatch(part) for part in artefact.agency.split(".")):
        yield Fault(
            "wrong-id",
            f"“{artefact.agency}” is no agency: expected letters, digits, _ and -, a letter first, with points between",
            f"«{artefact.agency}» — не агентство: ожидаются буквы, цифры, _ и -, сначала буква, с точками между частями",
        )
    fixed = _FIXED_IDS.get(type(artefact).__name__)
    if fixed and (artefact.id, artefact.version) != (fixed, "1.0"):
        name = type(artefact).__name__
        yield Fault(
            "fixed-identity",
            f"every agency's {name} is {fixed}(1.0)",
            f"{name} любого агентства — это {fixed}(1.0)",
        )
    # 2.1 allows any number of numbers.
    if regular_version(artefact.version) is None and not _NUMBERS.fullmatch(artefact.version):
        yield Fault(
            "wrong-id",
            f"“{artefact.version}” is no version: expected 1.0, 1.0.0 or 1.0.0-draft",
            f"«{artefact.version}» — не версия: ожидается 1.0, 1.0.0 или 1.0.0-draft",
        )


def _check_length(text: str, limit: int) -> Iterator[Fault]:
    if len(text) > limit:
        yield Fault(
            "wrong-id",
            f"“{text[:30]}…” has {len(text)} characters: expected at most {limit}",
            f"«{text[:30]}…»: знаков {len(text)}, ожидается не больше {limit}",
        )


def _wrong_id(id: str) -> Fault:
    return Fault(
        "wrong-id",
        f"“{id}” is no id: expected Latin letters, digits and _ @ $ -",
        f"«{id}» — не идентификатор: ожидаются латинские буквы, цифры и _ @ $ -",
    )


def _check_parts(holder: Any, above: str = "") -> Iterator[Fault]:
    """Ids within the grammar, and each once among its siblings."""
    for elements in _held(holder):
        named = [
            element
            for element in elements
            if isinstance(element, Identifiable | Component) and not _goes_without(element)
        ]
        yield from _twice(f"{above}{id_of(element)}" for element in named)
        for element in named:
            yield from _check_id(element)
            yield from _check_length(f"{above}{id_of(element)}", MAX_PATH_CHARACTERS)
        for element in elements:
            id = id_of(element)
            yield from _check_parts(element, f"{above}{id}." if id else above)


def _goes_without(element: Identifiable | Component) -> bool:
    """Whether an element has no id, of a class that needs none."""
    return not id_of(element) and type(element).__dataclass_fields__["id"].default == ""


def _check_id(element: Identifiable | Component) -> Iterator[Fault]:
    id = id_of(element)
    yield from _check_length(id, MAX_ID_CHARACTERS)
    if isinstance(element, _NAMED):
        if not _NAME.fullmatch(id):
            yield Fault(
                "wrong-id",
                f"“{id}” is no id of a {type(element).__name__}: expected Latin letters, digits, _ and -, a letter first",
                f"«{id}» не годится для {type(element).__name__}: ожидаются латинские буквы, цифры, _ и -, сначала буква",
            )
    elif not isinstance(element, ValueItem) and not _ID.fullmatch(id):
        yield _wrong_id(id)


def _twice(ids: Iterable[str]) -> Iterator[Fault]:
    for id, times in Counter(ids).items():
        if times > 1:
            yield Fault("duplicate", f"{id} comes {times} times", f"{id} встречается больше одного раза ({times})")


def _check_parents(scheme: ItemScheme, structures: Structures) -> Iterator[Fault]:
    parents: dict[str, str] = {
        item.id: parent for item in scheme.items if (parent := getattr(item, "parent", None)) is not None
    }
    if not parents:
        return
    known = {item.id for item in scheme.items}
    if isinstance(scheme, Codelist):
        known |= {code.id for code in inherited(scheme, structures)}
    if not scheme.is_partial:
        for id, parent in parents.items():
            if parent not in known:
                yield Fault(
                    "missing-parent",
                    f"the parent {parent} of {id} is no item of it",
                    f"родитель {parent} элемента {id} отсутствует",
                )
    for circle in _circles(parents):
        yield Fault(
            "cycle",
            f"the parents of {listed(circle)} go round in a circle",
            f"родители элементов {listed(circle)} образуют круг",
        )


def inherited(codelist: Codelist, structures: Structures) -> tuple[Code, ...]:
    """The codes of a codelist with those of its extensions; its own alone where one of them is not there, or leads back."""
    try:
        return structures.extended(codelist).items
    except DsmError:
        return codelist.items


def _circles(parents: Mapping[str, str]) -> Iterator[list[str]]:
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        id: str | None = start
        while id is not None and id not in done and id not in path:
            path[id] = None
            id = parents.get(id)
        if id in path:
            members = list(path)
            yield members[members.index(id) :]
        done.update(path)


def _check_structure(structure: DataStructure) -> Iterator[Fault]:
    dimensions = [dimension.component_id for dimension in structure.dimensions]
    if structure.time_dimension:
        dimensions.append(structure.time_dimension.component_id)
    others = [component.component_id for component in (*structure.measures, *structure.attributes)]
    yield from _twice((*dimensions, *others))
    groups = {group.id for group in structure.groups}
    measures = {measure.component_id for measure in structure.measures}
    named: list[tuple[str, str, Iterable[str], Collection[str]]] = [
        (f"group {group.id}", f"группа {group.id}", group.dimensions, dimensions) for group in structure.groups
    ]
    attributes: tuple[Attribute | MetadataAttributeUsage, ...] = structure.attributes
    for attribute in (*attributes, *structure.metadata_attribute_usages):
        en, ru = f"attribute {id_of(attribute)}", f"атрибут {id_of(attribute)}"
        named += [(en, ru, attribute.dimensions, dimensions), (en, ru, filter(None, (attribute.group,)), groups)]
        if isinstance(attribute, Attribute):
            named += [(en, ru, attribute.attachment_groups, groups), (en, ru, attribute.measures, measures)]
    for en, ru, ids, known in named:
        for id in ids:
            if id not in known:
                yield Fault(
                    "missing-component",
                    f"the {en} names {id}, which is not there",
                    f"{ru} называет {id}, а такого компонента нет",
                )


def _check_hierarchy(items: Iterable[HierarchicalCode], above: tuple[Reference, ...]) -> Iterator[Fault]:
    for item in items:
        if item.code in above:
            yield Fault("cycle", f"{item.id} stands below its own code", f"{item.id} стоит ниже того же кода")
        yield from _check_hierarchy(item.items, (*above, item.code) if item.code else above)
