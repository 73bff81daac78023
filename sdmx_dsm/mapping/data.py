"""`DataMap`: a structure map, ready to turn data sets of its source into data sets of its target.

    observations with all their attributes ─► filters ─► components ─► a spool ─► one observation a key ─► levels of the target

The map is about whole observations: attributes are joined to them first, and told at their level in the target at the end, once.
A fixed value of a source component is a filter: rows of other values do not take part. Nothing is mapped but what the map
declares.

Where several observations fall on one key they are summed if the map says so (`sdmx_dsm.mapping.merging`); otherwise none
comes out. Which keys these are is known at the end: the rows wait on disk, and memory holds 8 bytes for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import polars as pl

from sdmx_dsm.batches import (
    BATCH_ROWS,
    Attached,
    DataSet,
    Spool,
    gives_any,
    in_order,
    level_rows,
    with_attributes,
    with_columns,
)
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.mapping.levels import Levels
from sdmx_dsm.mapping.merging import Merging
from sdmx_dsm.mapping.remarks import Remarks
from sdmx_dsm.mapping.times import TimeMap
from sdmx_dsm.mapping.values import ValueMap
from sdmx_dsm.model import RepresentationMap, Schema, StructureMap, Structures

_KEY: Final = ":key"


@dataclass(frozen=True, slots=True)
class DataMap:
    """`copies`: pairs of target and source. `fixed`: values of components of the target. `filters`: the values of components of
    the source that take part."""

    source: Schema
    target: Schema
    filters: Mapping[str, tuple[str, ...]]
    copies: tuple[tuple[str, str], ...]
    values: tuple[ValueMap, ...]
    times: tuple[TimeMap, ...]
    fixed: Mapping[str, str]
    merging: Merging

    @classmethod
    def of(cls, structure_map: StructureMap, source: Schema, target: Schema, structures: Structures) -> Self:
        """Raises Unsupported for a map that names what the structures do not have or leaves a dimension of the target open,
        NotFound for a representation map that is not there."""
        copies: list[tuple[str, str]] = []
        values: list[ValueMap] = []
        for each in structure_map.component_maps:
            if each.representation_map:
                representations = structures.resolve(each.representation_map, RepresentationMap)
                values.append(ValueMap.of(representations, each.sources, each.targets))
            elif len(each.sources) == len(each.targets):
                copies += zip(each.targets, each.sources, strict=True)
            else:
                raise Unsupported(
                    f"{structure_map.reference.short} maps {', '.join(each.sources)} to {', '.join(each.targets)} without a "
                    "representation map that says how."
                )
        times = TimeMap.all_of(structure_map)
        fixed = structure_map.fixed_value_maps
        found = cls(
            source=source,
            target=target,
            filters={each.source: each.values for each in fixed if each.source and each.values},
            copies=tuple(copies),
            values=tuple(values),
            times=tuple(times),
            fixed={each.target: each.values[0] for each in fixed if each.target and each.values},
            merging=Merging.of(structure_map, target),
        )
        found._check(structure_map)
        return found

    def _check(self, structure_map: StructureMap) -> None:
        sources = {*self.filters, *(source for _, source in self.copies), *(each.source for each in self.times)}
        sources.update(id for each in self.values for id in each.sources)
        targets = [*(target for target, _ in self.copies), *self.fixed, *(each.target for each in self.times)]
        targets += [id for each in self.values for id in each.targets]
        name = structure_map.reference.short
        for ids, schema in ((sorted(sources), self.source), (targets, self.target)):
            if unknown := [id for id in ids if id not in schema.by_id]:
                raise Unsupported(f"{name} names {', '.join(unknown)}, which {schema.reference.short} does not have.")
        if twice := sorted({id for id in targets if targets.count(id) > 1}):
            raise Unsupported(f"{name} maps several things to {', '.join(twice)}.")
        if missing := [id for id in self.target.key_ids if id not in targets]:
            raise Unsupported(f"{name} does not say what {', '.join(missing)} of {self.target.reference.short} is.")

    @property
    def is_invertible(self) -> bool:
        """Whether each key of the target comes from one key of the source, whatever the data are."""
        key = set(self.target.key_ids)
        kept = {source for target, source in self.copies if target in key}
        kept |= {id for id, values in self.filters.items() if len(values) == 1}
        kept.update(
            id for each in self.values if each.is_invertible and key.issuperset(each.targets) for id in each.sources
        )
        return kept.issuperset(self.source.key_ids)

    def apply(self, dataset: DataSet, remarks: Remarks) -> DataSet:
        """The data set in the structure of the target; what could not be mapped is in `remarks` when its batches have ended.

        Rows that delete are mapped where the map is invertible: otherwise nobody knows what else there is at their key."""
        return replace(
            dataset,
            schema=self.target,
            structure=self.target.reference,
            batches=self._batches(in_order(dataset), remarks),
            components=(),
            provider=None,
            dimension_at_observation=None,
            ordered=False,
        )

    def _batches(self, dataset: DataSet, remarks: Remarks) -> Iterator[pl.DataFrame]:
        attached = Attached(dataset.schema, dataset.component_ids)
        levels = Levels(self.target, remarks)
        keys = [pl.Series(_KEY, [], dtype=pl.UInt64)]
        with Spool() as spool:
            for batch in dataset.batches:
                deletions = level_rows(batch, "delete")
                if deletions.height:
                    yield from self._deletions(deletions, remarks)
                flat = with_attributes(attached, batch, dataset.schema.dimension_ids)
                if flat.height:
                    mapped = self._mapped(flat, remarks)
                    mapped = mapped.with_columns(mapped.select(self.target.key_ids).hash_rows(seed=0).alias(_KEY))
                    keys.append(mapped[_KEY])
                    spool.add(mapped)
            yield from self._told(spool, pl.concat(keys), levels, remarks)
        for _, rows in attached.left_over():
            yield from levels.told(self._columns(self._taking_part(rows, is_whole=False), remarks, is_whole=False))

    def _told(self, spool: Spool, keys: pl.Series, levels: Levels, remarks: Remarks) -> Iterator[pl.DataFrame]:
        """One observation for each key, and before it the attributes above it."""
        several = keys.filter(keys.is_duplicated()).unique()
        is_several = pl.col(_KEY).is_in(several.implode())
        for frame in spool:
            yield from self._levelled(frame.filter(~is_several), levels)
        parts = int(keys.is_duplicated().sum()) // (8 * BATCH_ROWS) + 1
        for part in range(parts if several.len() else 0):
            of_part = is_several & (pl.col(_KEY) % parts == part)
            found = pl.concat([frame.filter(of_part) for frame in spool], how="diagonal")
            yield from self._levelled(self.merging.merged(found, remarks), levels)

    def _levelled(self, rows: pl.DataFrame, levels: Levels) -> Iterator[pl.DataFrame]:
        yield from levels.told(rows)
        above = {attribute.id for attribute in self.target.attributes if attribute.level != "obs"}
        if rows.height:
            yield rows.drop(_KEY, *(id for id in rows.columns if id in above)).with_columns(
                pl.lit("obs").alias(":level")
            )

    def _mapped(self, rows: pl.DataFrame, remarks: Remarks) -> pl.DataFrame:
        """Flat observations of the target; without those whose key could not be made."""
        mapped = self._columns(self._taking_part(rows, is_whole=True), remarks, is_whole=True)
        return mapped.filter(pl.all_horizontal(pl.col(id).is_not_null() for id in self.target.key_ids))

    def _taking_part(self, rows: pl.DataFrame, *, is_whole: bool) -> pl.DataFrame:
        """`is_whole`: what a row does not say is not there; otherwise it may be anything."""
        rows = with_columns(rows, tuple(self.source.by_id))
        for id, values in self.filters.items():
            rows = rows.filter(
                pl.col(id).is_in(values) if is_whole else pl.col(id).is_null() | pl.col(id).is_in(values)
            )
        return rows

    def _columns(self, rows: pl.DataFrame, remarks: Remarks, *, is_whole: bool) -> pl.DataFrame:
        """The components of the target; null where there is no value for one."""
        action = [":action"] if ":action" in rows.columns else []
        mapped = rows.select(
            *action,
            *(pl.col(source).alias(target) for target, source in self.copies),
            *(pl.repeat(value, rows.height, dtype=pl.String).alias(id) for id, value in self.fixed.items()),
        )
        time = (
            rows[self.source.time.id]
            if self.source.time
            else pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
        )
        for values in self.values:
            found = values.apply(rows, time)
            mapped = mapped.with_columns(found.get_columns())
            self._remark(rows.select(values.sources), found, remarks, is_whole=is_whole)
        for times in self.times:
            frequency = times.frequency_dimension
            of_rows = mapped if frequency in mapped.columns else rows
            periods = times.apply(rows[times.source], of_rows[frequency] if frequency else None)
            mapped = mapped.with_columns(periods)
            self._remark(rows.select(times.source), periods.to_frame(), remarks, is_whole=is_whole)
        for target, source in self.copies:
            self._remark(rows.select(source), mapped.select(target), remarks, is_whole=is_whole)
        return mapped.select(*action, *(id for id in self.target.by_id if id in mapped.columns))

    def _remark(self, sources: pl.DataFrame, found: pl.DataFrame, remarks: Remarks, *, is_whole: bool) -> None:
        """Counts what led nowhere, by value: a part of the key always, other values where there were any."""
        lost = pl.all_horizontal(pl.col(id).is_null() for id in found.columns)
        given = sources.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        told = found.select(lost).to_series()
        if not is_whole or not set(found.columns) & set(self.target.key_ids):
            told &= given
        if told.any():
            component = ", ".join(sources.columns)
            for *value, count in sources.filter(told).group_by(sources.columns, maintain_order=True).len().iter_rows():
                remarks.add("value-not-mapped", component, ", ".join(text or "" for text in value), count)

    def _deletions(self, rows: pl.DataFrame, remarks: Remarks) -> Iterator[pl.DataFrame]:
        """Patterns of the target: what they leave open stays open, what they name stays named."""
        if not self.is_invertible:
            remarks.add("delete-not-mapped", count=rows.height)
            return
        rows = self._taking_part(rows, is_whole=False)
        mapped = self._columns(rows, remarks, is_whole=False)
        key = set(self.target.key_ids)
        named = [id for id in mapped.columns if id in self.target.by_id and id not in key]
        mapped = mapped.with_columns(pl.lit(None, pl.String).alias(id) for id in named if id in self.fixed)
        lost = pl.any_horizontal(
            rows[source].is_not_null() & mapped[target].is_null()
            for sources, targets in self._pairs()
            for source in sources
            for target in targets
            if target in key
        )
        names = rows.select(gives_any(rows, self.source.by_id.keys() - set(self.source.key_ids))).to_series()
        kept = mapped.filter(~lost & (~names | gives_any(mapped, named)))
        if kept.height:
            yield kept.with_columns(pl.lit("delete").alias(":level"))

    def _pairs(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        yield from (((source,), (target,)) for target, source in self.copies)
        yield from ((each.sources, each.targets) for each in self.values)
