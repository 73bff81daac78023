"""Codes of CONF_STATUS that a dataflow withholds or hides: nothing that a viewer may ask tells what he may not see."""

from dataclasses import replace
from typing import Literal

import pytest

from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import PUBLIC, Annotation, Attribute, DataQuery, Schema, Structures, Viewer, parse_filter
from sdmx_dsm.store import Store
from tests.helpers.schemas import EXAMPLE_AGREEMENT, concept, example_artefacts, example_structure, text
from tests.store.lines import KG, TJ, lines, publish

KG_OFFICE = Viewer(name="kg", agreements=frozenset({"DSM:EXAMPLE_KG(2.0.0)"}))
TJ_OFFICE = Viewer(name="tj", agreements=frozenset({TJ}))
ADMINISTRATOR = Viewer(name="root", is_administrator=True)
ALL = DataQuery()


def schema_with(level: Literal["observation", "dimensions", "dataflow"]) -> Schema:
    """The example dataflow with CONF_STATUS: N is withheld, C is hidden, and so is S, whose meaning is misspelt."""
    dimensions = ("FREQ", "REF_AREA", "SEX") if level == "dimensions" else ()
    status = Attribute(
        id="CONF_STATUS",
        concept=concept("OBS_STATUS"),
        representation=text(),
        relationship=level,
        dimensions=dimensions,
    )
    structure = example_structure()
    structure = replace(structure, attributes=(*structure.attributes, status))
    structures = Structures(example_artefacts()).with_artefacts([structure])
    schema = structures.schema(EXAMPLE_AGREEMENT)
    assert schema.dataflow
    meanings = {"N": "withheld", "C": "hidden", "S": "hiden", "F": "open"}
    annotations = tuple(Annotation(type="CONFIDENTIALITY", id=code, value=value) for code, value in meanings.items())
    return replace(schema, dataflow=replace(schema.dataflow, annotations=annotations))


AT_OBS = schema_with("observation")
AT_SERIES = schema_with("dimensions")


def seen(store: Store, viewer: Viewer, query: DataQuery = ALL, schema: Schema = AT_OBS) -> list[str]:
    return lines(store.data(schema, query, viewer))


@pytest.fixture
def filled(store: Store) -> Store:
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1 CONF_STATUS=F",
        "A.KG.F 2021 OBS_VALUE=2 CONF_STATUS=N OBS_STATUS=A",
        "A.KG.F 2022 OBS_VALUE=3 CONF_STATUS=C",
        "A.KG.M 2020 OBS_VALUE=4 CONF_STATUS=S",
        "series A.KG.M UNIT_MEASURE=PS",
        "partial *.KG.M TITLE=Men",
        schema=AT_OBS,
        agreement=KG,
    )
    publish(store, "A.TJ.F 2020 OBS_VALUE=5", schema=AT_OBS, agreement=TJ)
    return store


OPEN = ["A.KG.F 2020 OBS_VALUE=1 CONF_STATUS=F", "A.KG.F 2021 OBS_STATUS=A CONF_STATUS=N", "A.TJ.F 2020 OBS_VALUE=5"]
FULL = [
    "partial *.KG.M TITLE=Men",
    "series A.KG.M UNIT_MEASURE=PS",
    "A.KG.F 2020 OBS_VALUE=1 CONF_STATUS=F",
    "A.KG.F 2021 OBS_VALUE=2 OBS_STATUS=A CONF_STATUS=N",
    "A.KG.F 2022 OBS_VALUE=3 CONF_STATUS=C",
    "A.KG.M 2020 OBS_VALUE=4 CONF_STATUS=S",
    "A.TJ.F 2020 OBS_VALUE=5",
]


@pytest.mark.parametrize(
    "viewer, expected", [(PUBLIC, OPEN), (TJ_OFFICE, OPEN), (KG_OFFICE, FULL), (ADMINISTRATOR, FULL)]
)
def test_owners_and_administrators_see_all_and_others_what_is_open(
    filled: Store, viewer: Viewer, expected: list[str]
) -> None:
    assert seen(filled, viewer) == expected


def test_filters_see_no_withheld_value(filled: Store) -> None:
    def found(component: str, text: str, viewer: Viewer = PUBLIC) -> list[str]:
        query = DataQuery(filters=(parse_filter(component, text),), attributes=("none",))
        return seen(filled, viewer, query)

    assert found("OBS_VALUE", "2") == []
    assert found("OBS_VALUE", "sw:2") == []
    assert found("OBS_VALUE", "gt:1") == ["A.TJ.F 2020 OBS_VALUE=5"]
    assert found("OBS_VALUE", "gt:1", KG_OFFICE) == [
        "A.KG.F 2021 OBS_VALUE=2", "A.KG.F 2022 OBS_VALUE=3", "A.KG.M 2020 OBS_VALUE=4", "A.TJ.F 2020 OBS_VALUE=5",
    ]  # fmt: skip
    assert found("CONF_STATUS", "C,S") == []
    assert found("TITLE", "Men") == []
    assert found("UNIT_MEASURE", "PS") == []


def test_counts_windows_and_availability_see_no_hidden_row(filled: Store) -> None:
    counts = filled.count(AT_OBS, ALL, PUBLIC)
    assert (counts.series, counts.observations) == (2, 3)
    assert filled.count(AT_OBS, ALL, KG_OFFICE).observations == 5
    assert filled.available(AT_OBS, ALL, PUBLIC) == {
        "FREQ": ["A"], "REF_AREA": ["KG", "TJ"], "SEX": ["F"], "TIME_PERIOD": ["2020", "2021"],
    }  # fmt: skip
    last = DataQuery(last_n=1, attributes=("CONF_STATUS",))
    assert seen(filled, PUBLIC, last) == ["A.KG.F 2021 CONF_STATUS=N", "A.TJ.F 2020 OBS_VALUE=5"]
    keys = DataQuery(attributes=("none",), measures=("none",))
    assert seen(filled, PUBLIC, keys) == ["series A.KG.F", "series A.TJ.F"]


def test_the_past_of_what_is_confidential_now_is_confidential_too(filled: Store) -> None:
    first = filled.releases()[1]
    second = publish(filled, "A.KG.F 2020 CONF_STATUS=C", "A.KG.M 2020 CONF_STATUS=F", schema=AT_OBS)
    past = DataQuery(as_of=first.time)
    # Hidden now, hidden then; open now does not open what was hidden then.
    assert seen(filled, PUBLIC, past) == ["A.KG.F 2021 OBS_STATUS=A CONF_STATUS=N"]
    assert seen(filled, KG_OFFICE, past) == FULL[:-1]
    # A harvester who has the value is told to delete it.
    assert seen(filled, PUBLIC, DataQuery(updated_after=filled.releases()[1].time)) == [
        "delete A.KG.F 2020",
        "partial *.KG.M TITLE=Men",
        "series A.KG.M UNIT_MEASURE=PS",
        "A.KG.M 2020 OBS_VALUE=4 CONF_STATUS=F",
    ]
    publish(filled, "delete A.KG.F 2022", schema=AT_OBS)
    assert seen(filled, PUBLIC, DataQuery(updated_after=second.time)) == []
    assert seen(filled, KG_OFFICE, DataQuery(updated_after=second.time)) == ["delete A.KG.F 2022"]


def test_a_status_of_the_series_counts_for_its_observations(store: Store) -> None:
    publish(
        store,
        "A.KG.F 2020 OBS_VALUE=1",
        "A.KG.M 2020 OBS_VALUE=2 OBS_STATUS=A",
        "A.UZ.F 2020 OBS_VALUE=3",
        "series A.KG.F CONF_STATUS=C",
        "series A.KG.M CONF_STATUS=N",
        schema=AT_SERIES,
    )
    assert seen(store, PUBLIC, schema=AT_SERIES) == [
        "series A.KG.M CONF_STATUS=N",
        "A.KG.M 2020 OBS_STATUS=A",
        "A.UZ.F 2020 OBS_VALUE=3",
    ]
    assert len(seen(store, KG_OFFICE, schema=AT_SERIES)) == 5
    assert store.count(AT_SERIES, ALL, PUBLIC).observations == 2
    assert store.count(AT_SERIES, DataQuery(filters=(parse_filter("OBS_VALUE", "2"),)), PUBLIC).observations == 0
    release = store.last_release()
    assert release
    publish(store, "series A.UZ.F CONF_STATUS=C", schema=AT_SERIES)
    assert seen(store, PUBLIC, DataQuery(as_of=release.time), AT_SERIES) == [
        "series A.KG.M CONF_STATUS=N",
        "A.KG.M 2020 OBS_STATUS=A",
    ]


def test_a_status_above_the_series_is_refused_rather_than_ignored(store: Store) -> None:
    schema = schema_with("dataflow")
    publish(store, "A.KG.F 2020 OBS_VALUE=1", "dataset *.*.* CONF_STATUS=C", schema=schema)
    with pytest.raises(Unsupported, match="Confidentiality needs CONF_STATUS at the observation or the series"):
        seen(store, PUBLIC, schema=schema)
