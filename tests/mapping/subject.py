"""Structure maps between the two example structures, and data sets written as tables."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from sdmx_dsm.batches import DataSet, is_component
from sdmx_dsm.mapping import DataMap, Remarks
from sdmx_dsm.model import (
    Annotation,
    ComponentMap,
    FixedValueMap,
    MappedValue,
    RepresentationMap,
    RepresentationMapping,
    StructureMap,
    Structures,
)
from tests.helpers.schemas import AGENCY, EXAMPLE, RICH, example_artefacts
from tests.validation.subject import table

SUM = Annotation(type="AGGREGATION", value="SUM")


def copied(*ids: str) -> tuple[ComponentMap, ...]:
    return tuple(ComponentMap(sources=(id,), targets=(id,)) for id in ids)


def only(source: str, *values: str) -> FixedValueMap:
    return FixedValueMap(source=source, values=values)


def fixed(target: str, value: str) -> FixedValueMap:
    return FixedValueMap(target=target, values=(value,))


def rule(source: str | MappedValue, *targets: str, **validity: str) -> RepresentationMapping:
    value = source if isinstance(source, MappedValue) else MappedValue(value=source)
    return RepresentationMapping(sources=(value,), targets=targets, **validity)


def pattern(value: str, **places: int) -> MappedValue:
    return MappedValue(value=value, is_regex=True, **places)


def values(*mappings: RepresentationMapping) -> RepresentationMap:
    return RepresentationMap(id="VALUES", agency=AGENCY, version="1.0.0", mappings=mappings)


def through(source: str | tuple[str, ...], target: str | tuple[str, ...]) -> ComponentMap:
    """By the map that `values` makes."""
    return ComponentMap(
        sources=(source,) if isinstance(source, str) else source,
        targets=(target,) if isinstance(target, str) else target,
        representation_map=values().reference,
    )


def data_map(
    component_maps: Sequence[ComponentMap],
    fixed_value_maps: Sequence[FixedValueMap] = (),
    representations: RepresentationMap | None = None,
    **fields: Any,
) -> DataMap:
    """From EXAMPLE to RICH."""
    structures = Structures((*example_artefacts(), *((representations,) if representations else ())))
    structure_map = StructureMap(
        id="EXAMPLE_TO_RICH",
        agency=AGENCY,
        version="1.0.0",
        component_maps=tuple(component_maps),
        fixed_value_maps=tuple(fixed_value_maps),
        **fields,
    )
    return DataMap.of(structure_map, structures.schema(EXAMPLE), structures.schema(RICH), structures)


def mapped(map: DataMap, *batches: str | pl.DataFrame, remarks: Remarks | None = None) -> pl.DataFrame:
    """The rows that come out, all batches as one."""
    frames = [table(batch) if isinstance(batch, str) else batch for batch in batches]
    dataset = DataSet(schema=map.source, structure=map.source.reference, batches=iter(frames))
    out = list(map.apply(dataset, remarks or Remarks()).batches)
    return pl.concat(out, how="diagonal") if out else pl.DataFrame()


def rows(frame: pl.DataFrame) -> list[str]:
    """Rows in order as `level A=1 B=2`, without what is null."""
    return [_row(row) for row in frame.iter_rows(named=True)]


def _row(row: dict[str, Any]) -> str:
    cells = (f"{id}={value}" for id, value in row.items() if is_component(id) and value is not None)
    return " ".join((row[":level"], *cells))


def remarked(remarks: Remarks) -> list[tuple[str, str, str, int]]:
    return [(each.code, each.component, each.value, each.count) for each in remarks.examples()]
