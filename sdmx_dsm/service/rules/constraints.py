"""What a constraint names: components of the structure that it is attached to, and values that their codelists have."""

from collections.abc import Iterator

from sdmx_dsm.errors import DsmError
from sdmx_dsm.model import DataConstraint, Schema, Structures, ValueSelection, is_draft
from sdmx_dsm.service.rules.faults import Fault, listed, name_of

_WITH_DATA = ("DataStructure", "Dataflow", "ProvisionAgreement")


def check_constraint(constraint: DataConstraint, structures: Structures) -> Iterator[Fault]:
    """Against each structure, flow and agreement that it is attached to; what those lack themselves is not told here."""
    for reference in constraint.attachment:
        target = structures.find(reference, drafts=is_draft(constraint.version))
        if target is None or target.is_external_reference or reference.artefact_class not in _WITH_DATA:
            continue
        try:
            schema = structures.schema(target.reference)
        except DsmError:
            continue
        for selection in _selections(constraint):
            yield from _check_selection(selection, schema)


def _selections(constraint: DataConstraint) -> Iterator[ValueSelection]:
    for region in constraint.cube_regions:
        yield from region.selections
    for key_set in constraint.key_sets:
        for key in key_set.keys:
            yield from key.components
            yield from (
                ValueSelection(id=id, values=(value,), remove_prefix=id in key.remove_prefix)
                for id, value in key.values
            )


def _check_selection(selection: ValueSelection, schema: Schema) -> Iterator[Fault]:
    name = name_of(schema.reference)
    component = schema.by_id.get(selection.id)
    if component is None:
        yield Fault(
            "missing-component", f"{name} has no component {selection.id}", f"в {name} нет компонента {selection.id}"
        )
        return
    if component.codelist is None or selection.remove_prefix or component.codelist.is_partial:
        return
    codes = {code.id for code in component.codelist.items}
    if unknown := [value for value in selection.values if "%" not in value and value not in codes]:
        codelist = name_of(component.codelist.reference)
        yield Fault(
            "missing-value",
            f"{codelist}, the codes of {selection.id}, has no {listed(unknown)}",
            f"в {codelist}, кодах {selection.id}, нет {listed(unknown)}",
        )
