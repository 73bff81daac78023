"""What released data keep of structures."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from sdmx_dsm.model import (
    Attribute,
    Code,
    Codelist,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Maintainable,
    Reference,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import delete, submit
from sdmx_dsm.settings import Settings
from tests.helpers.schemas import concept, dimension, example_artefacts, text
from tests.store.lines import publish

PROVIDERS = DataProviderScheme(id="DATA_PROVIDERS", agency="DSM", version="1.0", items=(DataProvider(id="KG_STAT"),))


def legacy(value: Any) -> Any:
    """With versions of two parts, which nothing but data stand in the way of."""
    if isinstance(value, Reference):
        return value.at("1.0")
    if isinstance(value, tuple):
        return tuple(map(legacy, value))
    if not is_dataclass(value):
        return value
    parts = {field.name: legacy(getattr(value, field.name)) for field in fields(value)}
    return type(value)(**parts | ({"version": "1.0"} if isinstance(value, Maintainable) else {}))  # type: ignore[call-arg]


ARTEFACTS = {artefact.reference: artefact for artefact in (*map(legacy, example_artefacts()), PROVIDERS)}
STRUCTURE: DataStructure = ARTEFACTS[Reference("DataStructure", "DSM", "EXAMPLE", "1.0")]
AGREEMENT = "DSM:EXAMPLE_KG(1.0)"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    """With the example dataflow and two observations in it."""
    opened = Hub.open(Settings(data_dir=str(tmp_path)))
    assert {result.status for result in submit(opened, ARTEFACTS.values(), user="A")} == {"Success"}
    schema = opened.structures.schema(Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0"))
    publish(
        opened.store,
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E",
        "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
        "series A.KG.F UNIT_MEASURE=PS",
        agreement=AGREEMENT,
        schema=schema,
    )
    yield opened
    opened.close()


def without(codelist: str, *ids: str) -> Codelist:
    artefact: Codelist = ARTEFACTS[Reference("Codelist", "DSM", codelist, "1.0")]
    return replace(artefact, items=tuple(code for code in artefact.items if code.id not in ids))


def told(hub: Hub, *artefacts: Maintainable) -> list[tuple[str, str]]:
    return [
        (result.rule, result.message["en"].partition(": ")[2])
        for result in submit(hub, artefacts, user="A", dry_run=True)
    ]


def test_codes_stay_that_data_use_and_others_go(hub: Hub) -> None:
    assert told(hub, without("CL_AREA", "TJ", "UZ")) == [("", "changed.")]
    assert told(hub, without("CL_AREA", "KG", "TJ")) == [
        ("code-in-use", "released data of Dataflow DSM:EXAMPLE(1.0) have the codes KG of REF_AREA.")
    ]
    (result,) = submit(hub, [without("CL_OBS_STATUS", "E", "M")], user="A", dry_run=True)
    assert result.message["ru"] == (
        "Codelist DSM:CL_OBS_STATUS(1.0): в опубликованных данных Dataflow DSM:EXAMPLE(1.0) есть коды E компонента OBS_STATUS."
    )
    (result,) = delete(hub, [Reference("Code", "DSM", "CL_UNIT", "1.0", "PS")], user="A")
    assert result.rule == "code-in-use"


def test_codes_stay_whichever_way_they_would_go(hub: Hub) -> None:
    """By another codelist for the component."""
    first, area, *others = STRUCTURE.dimensions
    other = replace(without("CL_AREA", "KG"), id="CL_OTHER")
    assert area.representation
    coded = replace(area, representation=replace(area.representation, enumeration=other.reference))
    results = told(hub, replace(STRUCTURE, dimensions=(first, coded, *others)), other)
    assert ("code-in-use", "released data of Dataflow DSM:EXAMPLE(1.0) have the codes KG of REF_AREA.") in results


def test_text_becomes_coded_when_all_of_it_is_codes(hub: Hub) -> None:
    schema = hub.structures.schema(Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0"))
    coded = tuple(
        replace(one, representation=STRUCTURE.dimensions[2].representation)
        if one.component_id == "COMMENT_OBS"
        else one
        for one in STRUCTURE.attributes
    )
    publish(hub.store, "A.KG.F 2020 COMMENT_OBS=F", "A.KG.F 2021 COMMENT_OBS=#N/A", agreement=AGREEMENT, schema=schema)
    assert told(hub, replace(STRUCTURE, attributes=coded)) == [("", "changed.")]
    publish(hub.store, "A.KG.F 2021 COMMENT_OBS=estimated", agreement=AGREEMENT, schema=schema)
    assert told(hub, replace(STRUCTURE, attributes=coded)) == [
        ("code-in-use", "released data of Dataflow DSM:EXAMPLE(1.0) have the codes estimated of COMMENT_OBS.")
    ]


def test_components_stay_that_data_have(hub: Hub) -> None:
    kept = tuple(attribute for attribute in STRUCTURE.attributes if attribute.component_id != "TITLE")
    assert told(hub, replace(STRUCTURE, attributes=kept)) == [("", "changed.")]
    fewer = tuple(attribute for attribute in kept if attribute.component_id != "UNIT_MEASURE")
    assert told(hub, replace(STRUCTURE, attributes=fewer)) == [
        ("data-in-use", "UNIT_MEASURE would be gone, and released data of Dataflow DSM:EXAMPLE(1.0) have it.")
    ]
    elsewhere = (*fewer, Attribute(concept=concept("UNIT_MEASURE").at("1.0"), representation=text()))
    assert told(hub, replace(STRUCTURE, attributes=elsewhere)) == [
        (
            "data-in-use",
            "UNIT_MEASURE would stand elsewhere in the structure than in released data of Dataflow DSM:EXAMPLE(1.0).",
        )
    ]


def test_dimensions_stay_and_none_comes(hub: Hub) -> None:
    new = dimension("METHOD", "CL_SEX")
    assert new.representation
    new = replace(new, concept=new.concept.at("1.0"), representation=text())
    attributes = tuple(
        replace(one, dimensions=(*one.dimensions, "METHOD")) if len(one.dimensions) == 3 else one
        for one in STRUCTURE.attributes
    )
    more = replace(STRUCTURE, dimensions=(*STRUCTURE.dimensions, new), attributes=attributes)
    assert told(hub, more) == [
        ("data-in-use", "the dimension METHOD is new, and released data of Dataflow DSM:EXAMPLE(1.0) do not have it.")
    ]
    assert told(hub, replace(more, evolving_structure=True)) == [("", "changed.")]


def test_flows_and_agreements_with_data_stay(hub: Hub) -> None:
    references = [
        Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0"),
        Reference("Dataflow", "DSM", "EXAMPLE", "1.0"),
    ]
    assert [result.message["en"] for result in delete(hub, references, user="A")] == [
        "ProvisionAgreement DSM:EXAMPLE_KG(1.0): data were released under it.",
        "Dataflow DSM:EXAMPLE(1.0): there are released data of it.",
    ]
    assert [result.status for result in delete(hub, [Reference("Dataflow", "DSM", "RICH", "1.0")], user="A")] == [
        "Success"
    ]


def test_a_new_minor_version_of_a_flow_is_held_against_the_data_of_its_line(hub: Hub) -> None:
    """Data of 1.0.0 and 1.1.0 are kept together."""
    submit(hub, example_artefacts(), user="A")
    schema = hub.structures.schema(Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0.0"))
    publish(hub.store, "A.KG.F 2020 OBS_VALUE=1", agreement="DSM:EXAMPLE_KG(1.0.0)", schema=schema)
    codelist = replace(without("CL_AREA", "KG"), version="1.1.0")
    (result,) = submit(hub, [codelist], user="A", dry_run=True)
    assert [fault.rule for fault in result.faults] == ["version-step", "code-in-use"]
    assert told(hub, replace(codelist, items=(*codelist.items, Code(id="KG"), Code(id="AM")))) == [("", "added.")]
