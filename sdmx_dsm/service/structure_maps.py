"""Structure maps at work: which one is meant, whether it suits the data, and what it told, as a report."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sdmx_dsm.batches import DataSet
from sdmx_dsm.errors import NotFound, Unsupported
from sdmx_dsm.mapping import DataMap, Remarks
from sdmx_dsm.model import Report, Schema, StructureMap, Structures, parse_reference
from sdmx_dsm.validation import ReportBuilder, make_finding


def find_map(structures: Structures, name: str) -> StructureMap:
    """The structure map of a URN or `AGENCY:ID(VERSION)`, the newest where no version is given.

    Raises NotFound, which lists the maps that there are, and UrnError."""
    found = structures.find(parse_reference(name, "StructureMap", default_version="~"))
    if not isinstance(found, StructureMap):
        known = ", ".join(sorted(one.short for one in structures.references({"StructureMap"}))) or "none"
        raise NotFound(
            f"There is no structure map {name}; there are {known}.",
            ru=f"Соответствия структур {name} нет; есть: {known}.",
            name=name,
        )
    return found


def data_map(
    structures: Structures, structure_map: StructureMap, source: Schema, target: Schema | None = None
) -> DataMap:
    """The map for data of `source`; `target` where that is not what the map itself names, but has the same structure.

    Raises Unsupported for data of another structure, or a map that can't be run."""
    if not _suits(structures, structure_map, source):
        wanted = structure_map.source.short if structure_map.source else "nothing"
        raise Unsupported(
            f"{structure_map.reference.short} maps {wanted}; these data are of {source.reference.short}.",
            ru=f"{structure_map.reference.short} отображает {wanted}, а это данные {source.reference.short}.",
        )
    if structure_map.target is None:
        raise Unsupported(
            f"{structure_map.reference.short} does not say what it maps to.",
            ru=f"В {structure_map.reference.short} не указано, во что отображаются данные.",
        )
    own = structures.schema(structure_map.target)
    if target and target.structure != own.structure:
        raise Unsupported(
            f"{structure_map.reference.short} makes data of {own.structure.reference.short}, and "
            f"{target.reference.short} is of {target.structure.reference.short}.",
            ru=f"{structure_map.reference.short} даёт данные {own.structure.reference.short}, а у {target.reference.short} "
            f"структура {target.structure.reference.short}.",
        )
    return DataMap.of(structure_map, source, target or own, structures)


def _suits(structures: Structures, structure_map: StructureMap, source: Schema) -> bool:
    """Whether the map is for the dataflow, or its structure; for data that name a structure alone, of any dataflow of it."""
    asked = structures.find(structure_map.source) if structure_map.source else None
    if asked is None or asked in (source.dataflow, source.structure):
        return asked is not None
    return source.dataflow is None and structures.schema(asked.reference).structure == source.structure


@dataclass
class Mapped:
    """Data sets through a structure map; `report` tells what came of it, when they have been taken."""

    structures: Structures
    structure_map: StructureMap
    remarks: Remarks = field(default_factory=Remarks)

    def datasets(self, datasets: Iterator[DataSet]) -> Iterator[DataSet]:
        for dataset in datasets:
            yield data_map(self.structures, self.structure_map, dataset.schema).apply(dataset, self.remarks)

    @property
    def report(self) -> Report:
        """`counts` are of findings: a value or a key each, with the number of rows as its argument."""
        with ReportBuilder() as builder:
            for each in self.remarks.examples():
                arguments = {"count": str(each.count)}
                builder.add_finding(make_finding(each.code, each.component, each.value, arguments))
            return builder.report()
