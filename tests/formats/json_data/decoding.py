"""A reader of SDMX-JSON 2.0 data messages for tests: indexes back to values, after the field guide, and nothing else."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


def decode(message: dict[str, Any]) -> list[Row]:
    """One row for each array of the message: `:level` "dataset", "group", "series" or "obs", `:action`, what is given."""
    return [
        {":action": dataset["action"], **{id: value for id, value in row.items() if value is not None}}
        for dataset in message["data"]["dataSets"]
        for row in _rows(dataset, message["data"]["structures"][dataset["structure"]])
    ]


def _rows(dataset: dict[str, Any], structure: dict[str, Any]) -> Iterator[Row]:
    dimensions, attributes = structure["dimensions"], structure["attributes"]
    if "attributes" in dataset:
        yield {":level": "dataset", **_values(attributes["dataSet"], dataset["attributes"])}
    by_position = sorted(dimensions["series"] + dimensions["observation"], key=lambda d: d["keyPosition"])
    for key, values in dataset.get("dimensionGroupAttributes", {}).items():
        yield {":level": "group", **_key(by_position, key), **_values(attributes["dimensionGroup"], values)}
    for key, series in dataset.get("series", {}).items():
        series_key = _key(dimensions["series"], key)
        if "attributes" in series:
            yield {":level": "series", **series_key, **_values(attributes["series"], series["attributes"])}
        for row in _observations(structure, series["observations"]):
            yield {**row, **series_key}
    yield from _observations(structure, dataset.get("observations", {}))


def _observations(structure: dict[str, Any], observations: dict[str, Any]) -> Iterator[Row]:
    components = structure["measures"]["observation"] + structure["attributes"]["observation"]
    for key, values in observations.items():
        yield {":level": "obs", **_key(structure["dimensions"]["observation"], key), **_values(components, values)}


def _key(dimensions: list[dict[str, Any]], key: str) -> Row:
    indexes = key.split(":")
    assert len(indexes) == len(dimensions)
    return {d["id"]: _said(d["values"][int(index)]) for d, index in zip(dimensions, indexes, strict=True) if index}


def _values(components: list[dict[str, Any]], values: list[Any]) -> Row:
    assert len(values) <= len(components)
    return {
        component["id"]: _said(component["values"][value]) if value is not None and "values" in component else value
        for component, value in zip(components, values, strict=False)
    }


def _said(value: dict[str, Any]) -> Any:
    return next(value[key] for key in ("id", "value", "values") if key in value)
