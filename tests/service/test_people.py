"""Tokens, and who may submit for what."""

import pytest

from sdmx_dsm.errors import Forbidden, NotFound, Unauthorised, UrnError
from sdmx_dsm.model import PUBLIC, Viewer
from sdmx_dsm.service import Hub
from sdmx_dsm.service.people import (
    agreement_of,
    check_may_submit,
    create_token,
    maintained_agencies,
    revoke_tokens,
    viewer_of_token,
)

MD = "DSM:FOREIGN_POP_MD_MIG(1.0.0)"
KG = "DSM:FOREIGN_POP_KG_STAT(1.0.0)"


def test_a_token_stands_for_its_agreements(hub: Hub) -> None:
    urn = f"urn:sdmx:org.sdmx.infomodel.registry.ProvisionAgreement={KG}"
    token = create_token(hub, "office", agreements=[MD, urn, MD])
    assert viewer_of_token(hub, token) == Viewer(name="office", agreements=frozenset((MD, KG)))
    administrator = create_token(hub, "boss", administrator=True)
    assert viewer_of_token(hub, administrator) == Viewer(name="boss", is_administrator=True)


def test_a_token_stands_for_the_agencies_that_it_maintains(hub: Hub) -> None:
    token = create_token(hub, "methodology", maintains=["DSM", "SDMX", "DSM"])
    assert viewer_of_token(hub, token) == Viewer(name="methodology", maintains=frozenset(("DSM", "SDMX")))
    with pytest.raises(NotFound, match=r"There is no agency “ECB”; there are .*DSM.*SDMX"):
        create_token(hub, "methodology", maintains=["ECB"])


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (PUBLIC, Unauthorised),
        (Viewer(name="md", agreements=frozenset([MD])), Forbidden),
        (Viewer(name="methodology", maintains=frozenset(["DSM"])), frozenset(["DSM"])),
        (Viewer(name="boss", is_administrator=True), None),
    ],
)
def test_who_may_change_structures(viewer: Viewer, expected: object) -> None:
    if isinstance(expected, type):
        with pytest.raises(expected):
            maintained_agencies(viewer)
    else:
        assert maintained_agencies(viewer) == expected


def test_a_token_is_kept_nowhere(hub: Hub) -> None:
    token = create_token(hub, "office", administrator=True)
    hub.close()
    stored = b"".join(path.read_bytes() for path in hub.settings.data_path.glob("dsm.db*"))
    assert b"office" in stored
    assert token.encode() not in stored


@pytest.mark.parametrize(("agreement", "error"), [("DSM:NOTHING(1.0.0)", NotFound), ("nonsense", UrnError)])
def test_a_token_for_nothing_is_not_made(hub: Hub, agreement: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        create_token(hub, "office", agreements=[MD, agreement])
    with pytest.raises(NotFound):
        revoke_tokens(hub, "office")


def test_all_tokens_of_a_name_end_together(hub: Hub) -> None:
    first, second = (create_token(hub, "office", agreements=[MD]) for _ in range(2))
    other = create_token(hub, "other", agreements=[MD])
    assert revoke_tokens(hub, "office") == 2
    for token in (first, second, "", "nonsense"):
        with pytest.raises(Unauthorised):
            viewer_of_token(hub, token)
    assert viewer_of_token(hub, other).name == "other"


@pytest.mark.parametrize(
    ("viewer", "agreement", "error"),
    [
        (PUBLIC, None, Unauthorised),
        (PUBLIC, MD, Unauthorised),
        (Viewer(name="reader"), None, Forbidden),
        (Viewer(name="reader"), MD, Forbidden),
        (Viewer(name="md", agreements=frozenset([MD])), None, None),
        (Viewer(name="md", agreements=frozenset([MD])), MD, None),
        (Viewer(name="md", agreements=frozenset([MD])), KG, Forbidden),
        (Viewer(name="boss", is_administrator=True), None, None),
        (Viewer(name="boss", is_administrator=True), KG, None),
    ],
)
def test_who_may_submit(hub: Hub, viewer: Viewer, agreement: str | None, error: type[Exception] | None) -> None:
    subject = agreement_of(hub, agreement) if agreement else None
    if error is None:
        check_may_submit(viewer, subject)
    else:
        with pytest.raises(error):
            check_may_submit(viewer, subject)
