"""Search by name, topics, and what was released last."""

import pytest

from sdmx_dsm.model import Codelist, Dataflow, Structures
from sdmx_dsm.service import Hub, search
from tests.helpers.schemas import example_structures
from tests.service.test_tables import obs, publish


@pytest.fixture(scope="module")
def structures() -> Structures:
    return example_structures()


def found(structures: Structures, text: str) -> list[tuple[str, str]]:
    return [(hit.artefact.id, hit.item) for hit in search.find_by_name(structures, text)]


def test_artefacts_and_items_of_all_classes_are_found(structures: Structures) -> None:
    hits = search.find_by_name(structures, "example")
    assert hits[0].artefact.reference.artefact_class == "Dataflow"
    assert ("CS_EXAMPLE", "OBS_VALUE") in found(structures, "obs_value")


def test_names_are_found_in_any_language(structures: Structures) -> None:
    assert found(structures, "пример")[0] == ("EXAMPLE", "")
    assert found(structures, "Kyrgyz")[0] == ("CL_AREA", "KG")


def test_case_and_accents_do_not_matter(structures: Structures) -> None:
    assert found(structures, "ÚZBEKISTAN") == [("CL_AREA", "UZ")]


def test_all_words_must_be_there(structures: Structures) -> None:
    assert found(structures, "estimated value") == [("CL_OBS_STATUS", "E")]
    assert ("CL_OBS_STATUS", "E") not in found(structures, "estimated persons")


def test_ids_are_found_too(structures: Structures) -> None:
    assert ("CL_SEX", "") in found(structures, "cl_sex")


def test_the_whole_name_comes_before_its_beginning_and_that_before_the_rest(structures: Structures) -> None:
    assert found(structures, "value")[:3] == [("CL_OBS_STATUS", "A"), ("CL_OBS_STATUS", "E"), ("CL_OBS_STATUS", "M")]
    assert found(structures, "male")[0] == ("CL_SEX", "M")
    assert ("CL_SEX", "F") in found(structures, "male")


def test_a_misspelt_name_gives_the_most_similar(structures: Structures) -> None:
    hits = search.find_by_name(structures, "Kirgyzstan")
    assert [(hit.item, hit.is_alike) for hit in hits] == [("KG", True)]


@pytest.mark.parametrize("text", ["", "   ", "…", "qqqqqqqq"])
def test_what_names_nothing_finds_nothing(structures: Structures, text: str) -> None:
    assert search.find_by_name(structures, text) == []


def test_dataflows_stand_under_their_topics(hub: Hub) -> None:
    topics = search.topics(hub.structures)
    assert [(topic.id, [flow.id for flow in topic.dataflows]) for topic in topics] == [
        ("POPULATION", ["FOREIGN_POP"]),
        ("LABOUR", ["JOB_SEEKERS_ABROAD", "WORK_PERMITS"]),
        ("STUDY", ["FOREIGN_STUDENTS"]),
        ("BORDER", ["ENTRIES", "EXITS"]),
        ("PROTECTION", ["ASYLUM_APPLICATIONS", "RSD_DECISIONS"]),
        ("", ["FOREIGN_POP_STUDENTS", "FOREIGN_POP_ESTAT"]),
    ]


def test_dataflows_without_a_category_stand_in_a_last_topic() -> None:
    flow = Dataflow(id="ALONE", agency="DSM")
    (topic,) = search.topics(Structures([flow, Codelist(id="CL", agency="DSM")]))
    assert (topic.id, topic.dataflows) == ("", (flow,))


def test_newest_releases_tell_dataflow_provider_and_number(hub: Hub) -> None:
    publish(hub, obs("FORREG", "2022", "1"))
    publish(hub, obs("FORREG", "2022", "2"), obs("FORREG", "2023", "3"))
    published = search.newest_releases(hub, 5)
    assert [
        (one.release.number, flow.id, provider[1].id if provider else "", observations)
        for one in published
        for flow, provider, observations in one.parts
    ] == [(2, "FOREIGN_POP", "MD_MIG", 2), (1, "FOREIGN_POP", "MD_MIG", 1)]
