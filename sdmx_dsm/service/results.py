"""What is said of each artefact of a change: see `sdmx_dsm.service.maintenance`."""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from sdmx_dsm.model import Change, Reference, Text, describe
from sdmx_dsm.service.rules import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became, or would become, of one artefact. `action`: "Append" for a new one. `faults`: the rules that are broken, those
    of a warning too; `message` says it all in English and Russian. `changes`: how it differs from a former state; it does not
    where `is_change` is false."""

    reference: Reference
    action: Literal["Append", "Replace", "Delete"]
    status: Literal["Success", "Warning", "Failure"]
    message: Text
    faults: tuple[Fault, ...] = ()
    is_change: bool = True
    changes: tuple[Change, ...] = ()

    @property
    def rule(self) -> str:
        """The name of the first rule that is broken, "" for none."""
        return self.faults[0].rule if self.faults else ""


def result_values(result: Result) -> dict[str, object]:
    """A result as JSON has it."""
    return {
        "urn": result.reference.urn,
        "action": result.action,
        "status": result.status,
        "rules": list(dict.fromkeys(fault.rule for fault in result.faults)),
        "message": dict(result.message),
        "changes": [change_values(change) for change in result.changes],
    }


def change_values(change: Change) -> dict[str, object]:
    """A change as JSON has it: the path by fields, keys and languages, the values with what they say
    beyond their defaults, references as URNs, and the sentence."""
    path = [
        {name: part for name in ("field", "key", "language") if (part := getattr(step, name))} for step in change.path
    ]
    values = {"before": change.before, "after": change.after} if change.kind != "moved" else {"behind": change.behind}
    return {
        "kind": change.kind,
        "path": path,
        **{name: _plain(value) for name, value in values.items() if value is not None},
        "message": dict(describe(change)),
    }


def _plain(value: Any) -> Any:
    match value:
        case Reference():
            return value.urn
        case tuple():
            return [_plain(element) for element in value]
        case _ if is_dataclass(value):
            parts = ((field, getattr(value, field.name)) for field in fields(value))
            return {field.name: _plain(part) for field, part in parts if part not in (None, (), {}, field.default)}
        case _:
            return value
