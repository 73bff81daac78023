"""Where things stand in an artefact, for sentences about them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import TypeVar

from sdmx_dsm.model import Step
from sdmx_dsm.model.differences import label_of

Value = TypeVar("Value")


def placed(holder: object, kind: type[Value], path: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Value]]:
    """All objects of a class in `holder`, each with the way to it; nothing is looked for inside of them."""
    if isinstance(holder, kind):
        yield path, holder
    elif isinstance(holder, tuple):
        for place, element in enumerate(holder, 1):
            step = Step(path[-1].field, label_of(element) or str(place), element_class=type(element).__name__)
            yield from placed(element, kind, path=(*path[:-1], step))
    elif is_dataclass(holder) and not isinstance(holder, type):
        for field in fields(holder):
            yield from placed(getattr(holder, field.name), kind, path=(*path, Step(field.name)))
