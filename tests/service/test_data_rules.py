"""What released data keep of structures."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
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
    Representation,
    Schema,
    TextFormat,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import delete, submit
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Part
from tests.helpers.schemas import concept, dimension, example_artefacts, text
from tests.store.lines import batch, publish

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
    publish(
        opened.store,
        "A.KG.F 2020 OBS_VALUE=1 OBS_STATUS=E",
        "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A",
        "series A.KG.F UNIT_MEASURE=PS",
        agreement=AGREEMENT,
        schema=schema_of(opened),
    )
    yield opened
    opened.close()


def schema_of(hub: Hub) -> Schema:
    return hub.structures.schema(Reference("ProvisionAgreement", "DSM", "EXAMPLE_KG", "1.0"))


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
    schema = schema_of(hub)
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


def changed(id: str, **values: Any) -> DataStructure:
    """The structure with another component."""
    found = {
        field: tuple(replace(one, **values) if one.component_id == id else one for one in getattr(STRUCTURE, field))
        for field in ("dimensions", "measures", "attributes")
    }
    return replace(STRUCTURE, **found)


def formatted(text_type: str = "String", **facets: Any) -> Representation:
    return Representation(text_format=TextFormat(text_type=text_type, is_multilingual=False, **facets))


FLOW = "released data of Dataflow DSM:EXAMPLE(1.0)"


@pytest.mark.parametrize(
    ("id", "narrower", "values"),
    [
        ("COMMENT_OBS", formatted(max_length=5), "a long remark"),
        ("COMMENT_OBS", formatted(pattern="[a-z ]*"), "9.50, É"),
        ("COMMENT_OBS", formatted("Decimal", max_value="9"), "9.50, a long remark, É"),
        ("SEX", formatted("Numeric"), "F"),
        ("OBS_VALUE", formatted("Integer", min_value="2"), "1"),
    ],
)
def test_values_of_data_fit_a_narrower_format(hub: Hub, id: str, narrower: Representation, values: str) -> None:
    comments = ("A.KG.F 2020 COMMENT_OBS=9.50", "A.KG.F 2021 COMMENT_OBS=É", "A.KG.F 2022 COMMENT_OBS=#N/A")
    publish(hub.store, *comments, agreement=AGREEMENT, schema=schema_of(hub))
    remark = batch("A.KG.F 2023", schema=schema_of(hub)).with_columns(COMMENT_OBS=pl.lit("a long remark"))
    part = Part(schema=schema_of(hub), agreement=AGREEMENT, action="Append", batches=[remark])
    hub.store.publish([part], submission="", user="A")
    assert told(hub, changed(id, representation=narrower)) == [
        ("data-in-use", f"{FLOW} have values of {id} that its new format rules out: {values}.")
    ]


def test_a_format_that_the_values_of_data_fit_is_taken(hub: Hub) -> None:
    assert told(hub, changed("OBS_VALUE", representation=formatted("Integer", min_value="1"))) == [("", "changed.")]
    assert told(hub, changed("COMMENT_OBS", representation=formatted(max_length=1))) == [("", "changed.")]


def test_values_that_the_former_format_ruled_out_too_are_no_reason(hub: Hub) -> None:
    submit(hub, [changed("COMMENT_OBS", representation=formatted(max_length=4))], user="A")
    publish(hub.store, "A.KG.F 2020 COMMENT_OBS=remark", agreement=AGREEMENT, schema=schema_of(hub))
    assert told(hub, changed("COMMENT_OBS", representation=formatted(max_length=3))) == [("", "changed.")]


def test_periods_of_data_fit_a_narrower_format(hub: Hub) -> None:
    assert STRUCTURE.time_dimension
    years, quarters = (
        replace(STRUCTURE, time_dimension=replace(STRUCTURE.time_dimension, representation=formatted(text_type)))
        for text_type in ("GregorianYear", "ReportingQuarter")
    )
    assert told(hub, years) == [("", "changed.")]
    assert told(hub, quarters) == [
        ("data-in-use", f"{FLOW} have values of TIME_PERIOD that its new format rules out: 2020, 2021.")
    ]


def test_nothing_becomes_mandatory_that_data_lack(hub: Hub) -> None:
    assert told(hub, changed("COLLECTION", usage="mandatory")) == [
        ("data-in-use", f"COLLECTION would be mandatory, and {FLOW} lack it: A.KG.F.")
    ]
    assert told(hub, changed("COVERAGE", usage="mandatory")) == [
        ("data-in-use", f"COVERAGE would be mandatory, and {FLOW} lack it: *.KG.*.")
    ]
    publish(hub.store, "series A.KG.F COLLECTION=all", agreement=AGREEMENT, schema=schema_of(hub))
    assert told(hub, changed("COLLECTION", usage="mandatory")) == [("", "changed.")]
    new = Attribute(concept=concept("METHOD").at("1.0"), representation=text(), usage="mandatory")
    more = replace(STRUCTURE, attributes=(*STRUCTURE.attributes, new))
    (result,) = submit(hub, [more], user="A", dry_run=True)
    assert result.message["ru"] == (
        "DataStructure DSM:EXAMPLE(1.0): METHOD станет обязательным, а в опубликованных данных Dataflow DSM:EXAMPLE(1.0) его нет: "
        "A.KG.F 2020, A.KG.F 2021."
    )


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
