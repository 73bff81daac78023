"""Who may do what: each request that not everybody may make, by everybody."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import AGREEMENT_MD, Template, message
from tests.web.test_submissions_api import bearer

OF_MOLDOVA = message(AGREEMENT_MD, [("A.MD.UA._T._T._T.FORREG", "2030", "1")]).encode()
# The public; who sends for Moldova; who sends for Kyrgyzstan; who maintains the agency DSM; an administrator.
PEOPLE = ("public", "moldova", "kyrgyzstan", "methodology", "administrator")
MATRIX = [
    ("POST", "/sdmx/v2/data", OF_MOLDOVA, (401, 200, 403, 403, 200)),
    ("POST", "/api/v1/submissions?wait=20&dry_run=true", OF_MOLDOVA, (401, 200, 200, 403, 200)),
    ("POST", "/api/v1/convert?to=sdmx-csv-2.0", OF_MOLDOVA, (401, 200, 200, 200, 200)),
    ("GET", "/api/v1/catalogue", None, (200, 200, 200, 200, 200)),
    ("GET", "/api/v1/submissions", None, (401, 200, 200, 403, 200)),
    ("GET", "/api/v1/releases", None, (200, 200, 200, 200, 200)),
    ("GET", "/api/v1/releases/1", None, (200, 200, 200, 200, 200)),
    ("POST", "/api/v1/releases/1/rollback", None, (401, 403, 403, 403, 200)),
    ("POST", "/api/v1/releases/1/withdrawal", None, (401, 403, 403, 403, 200)),
    ("POST", f"/api/v1/releases/1/rollback?provision_agreement={AGREEMENT_MD}", None, (401, 200, 403, 403, 200)),
    ("POST", f"/api/v1/releases/1/withdrawal?provision_agreement={AGREEMENT_MD}", None, (401, 200, 403, 403, 200)),
    ("POST", "/api/v1/releases/1/rollback?dataflow=DSM:FOREIGN_POP(1.0.0)", None, (401, 403, 403, 403, 200)),
]


@pytest.mark.parametrize(
    "method, path, content, expected", MATRIX, ids=[f"{method} {path}" for method, path, *_ in MATRIX]
)
def test_a_request_is_for_some(
    writable: TestClient,
    template: Template,
    method: str,
    path: str,
    content: bytes | None,
    expected: tuple[int, ...],
) -> None:
    found = []
    for who in PEOPLE:
        headers = bearer(getattr(template, who)) if who != "public" else {}
        found.append(writable.request(method, path, content=content, headers=headers).status_code)
    assert dict(zip(PEOPLE, found, strict=True)) == dict(zip(PEOPLE, expected, strict=True))
