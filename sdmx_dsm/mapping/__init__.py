"""Structure maps that run: data of one structure become data of another (SDMX 3.0 section 6, structure mapping).

DataMap.of(structure_map, source, target, structures)    understood once; raises Unsupported for what can't be run
data_map.apply(dataset, remarks)                          a DataSet of the target structure, lazily
Remarks                                                   what could not be mapped, counted, with examples
whole_value(expression)                                   the pattern that is run for a regular expression of a map"""

from sdmx_dsm.mapping.data import DataMap
from sdmx_dsm.mapping.remarks import Remark, Remarks
from sdmx_dsm.mapping.values import whole_value

__all__ = ["DataMap", "Remark", "Remarks", "whole_value"]
