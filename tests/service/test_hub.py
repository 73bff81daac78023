"""What a hub says about artefacts that are not in it."""

import re

import pytest

from sdmx_dsm.errors import NotFound
from sdmx_dsm.model import DataQuery
from sdmx_dsm.service import Hub, data
from sdmx_dsm.service.people import agreement_of
from tests.service.conftest import ADMINISTRATOR


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("DSM:FOREIGN_POPP", "There is no Dataflow DSM:FOREIGN_POPP. The nearest is DSM:FOREIGN_POP(1.0.0)."),
        (
            "DSM:FOREIGN_POP(2.0.0)",
            "There is no Dataflow DSM:FOREIGN_POP(2.0.0). The nearest is DSM:FOREIGN_POP(1.0.0).",
        ),
        ("DSM:PRICES", "There is no Dataflow DSM:PRICES."),
    ],
)
def test_a_dataflow_that_is_not_there_is_told_with_the_nearest(hub: Hub, asked: str, sentence: str) -> None:
    with pytest.raises(NotFound, match=f"^{re.escape(sentence)}$"):
        hub.dataflow(asked)


def test_a_query_for_a_mistyped_dataflow_is_told_the_nearest(hub: Hub) -> None:
    query = DataQuery(agencies=("*",), ids=("ENTRYS",), versions=("~",))
    with pytest.raises(NotFound, match=r"^There is no Dataflow ENTRYS\. The nearest is DSM:ENTRIES\(1\.0\.0\)\.$"):
        data.answer(hub, query, ADMINISTRATOR)


def test_a_mistyped_agreement_is_told_the_nearest(hub: Hub) -> None:
    with pytest.raises(
        NotFound, match=r"ProvisionAgreement DSM:EXITS_UZ_GB\. The nearest is DSM:EXITS_UZ_BG\(1\.0\.0\)\.$"
    ):
        agreement_of(hub, "DSM:EXITS_UZ_GB")
