"""Several observations on one key of the target: summed where the map says so.

Annotations of the component map of a measure say it: `AGGREGATION` with the value SUM, and perhaps `FLAG`, whose id is an
attribute of the target and whose value the code that sums get. Without a FLAG a sum gets OBS_STATUS = W (includes data of
another category) where the target has that code. All measures that the map fills have to be summed; otherwise no number comes
out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import polars as pl

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.mapping.remarks import Remarks
from sdmx_dsm.mapping.sums import summed
from sdmx_dsm.model import Schema, StructureMap

_STATUS: Final = ("OBS_STATUS", "W")
_CONFIDENTIALITY: Final = ("CONF_STATUS", "F")  # and the code that says: free


@dataclass(frozen=True, slots=True)
class Merging:
    """`measures`: those of the target that the map fills."""

    target: Schema
    measures: tuple[str, ...]
    is_summed: bool
    flags: Mapping[str, str]

    @classmethod
    def of(cls, structure_map: StructureMap, target: Schema) -> Self:
        """Raises Unsupported for an aggregation other than SUM."""
        added: set[str] = set()
        flags: dict[str, str] = {}
        for component_map in structure_map.component_maps:
            for annotation in component_map.annotations:
                if annotation.type == "AGGREGATION":
                    if annotation.value != "SUM":
                        raise Unsupported(f"Numbers are put together by SUM alone, not by {annotation.value}.")
                    added.update(component_map.targets)
                elif annotation.type == "FLAG" and annotation.id in target.by_id and annotation.value:
                    flags[annotation.id or ""] = annotation.value
        status = target.by_id.get(_STATUS[0])
        if not flags and status and status.codelist and any(code.id == _STATUS[1] for code in status.codelist.items):
            flags = dict((_STATUS,))
        filled = {id for each in structure_map.component_maps for id in each.targets}
        measures = tuple(measure.id for measure in target.measures if measure.id in filled)
        return cls(target, measures, bool(measures) and added.issuperset(measures), flags)

    def merged(self, rows: pl.DataFrame, remarks: Remarks) -> pl.DataFrame:
        """One row for each key that has one, or whose numbers can be summed; of the attributes what all rows say."""
        keys = list(self.target.key_ids)
        count = pl.len().over(keys)
        single = rows.filter(count == 1)
        several = rows.filter(count > 1)
        if not several.height:
            return single
        sizes = several.group_by(keys, maintain_order=True).len()
        measures = self.measures
        if not self.is_summed:
            _remark(remarks, "key-not-unique", sizes, keys)
            return single
        sums = summed(several, keys, measures)
        has_number = pl.any_horizontal(pl.col(id).is_not_null() for id in measures)
        _remark(remarks, "sum-incomplete", sizes.join(sums.filter(~has_number), on=keys, how="semi"), keys)
        sums = sums.filter(has_number)
        _remark(remarks, "values-summed", sizes.join(sums, on=keys, how="semi"), keys)
        others = [id for id in rows.columns if id not in (*keys, *measures)]
        kept = several.group_by(keys, maintain_order=True).agg(map(_common, others))
        for id in others:
            if id in self.target.by_id and id not in self.flags:
                differing = several.group_by(keys).agg(pl.col(id).n_unique()).filter(pl.col(id) > 1)
                if differing.height:
                    remarks.add("attribute-contradicted", id, count=differing.height)
        flagged = sums.join(kept, on=keys, how="left", maintain_order="left")
        flagged = flagged.with_columns(pl.lit(value, pl.String).alias(id) for id, value in self.flags.items())
        return pl.concat([single, flagged], how="diagonal")


def _common(id: str) -> pl.Expr:
    """What all rows say. A confidentiality that one of them has, all have."""
    column = pl.col(id)
    common = pl.when(column.n_unique() == 1).then(column.first())
    if id == _CONFIDENTIALITY[0]:
        return pl.coalesce(column.filter(column != _CONFIDENTIALITY[1]).sort().first(), common).alias(id)
    return common.otherwise(None).alias(id)


def _remark(remarks: Remarks, code: str, sizes: pl.DataFrame, keys: list[str]) -> None:
    for *key, count in sizes.select(*keys, "len").iter_rows():
        remarks.add(code, "", ".".join(text or "" for text in key), count)
