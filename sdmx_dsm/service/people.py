"""Who may do what: tokens, and the viewer that a token stands for.

A token is a random text; the database keeps its digest alone. Roles: `administrator`, and `agreements`, the
provision agreements that the bearer submits for."""

import hashlib
import secrets
from collections.abc import Iterable

from sdmx_dsm.errors import Forbidden, NotFound, Unauthorised
from sdmx_dsm.model import ProvisionAgreement, Viewer
from sdmx_dsm.service.hub import Hub


def create_token(hub: Hub, name: str, *, administrator: bool = False, agreements: Iterable[str] = ()) -> str:
    """A new token for `name`, told this once. `agreements` are URNs or short forms. Raises NotFound, UrnError."""
    roles = {"administrator": "hub"} if administrator else {}
    if granted := " ".join(sorted({agreement_of(hub, text).reference.short for text in agreements})):
        roles["agreements"] = granted
    token = secrets.token_urlsafe(32)
    hub.store.add_token(name, _digest(token), roles, user="system")
    return token


def revoke_tokens(hub: Hub, name: str) -> int:
    """Ends all tokens of a name; how many there were. Raises NotFound where there was none."""
    if count := hub.store.revoke_tokens(name, user="system"):
        return count
    raise NotFound(f"There is no token of the name “{name}”.", name=name)


def viewer_of_token(hub: Hub, token: str) -> Viewer:
    """Raises Unauthorised for a token that is not, or no longer, known."""
    stored = hub.store.token(_digest(token))
    if stored is None:
        raise Unauthorised("The token is not known here: send the one you were given as “Authorization: Bearer …”.")
    return Viewer(
        name=stored.name,
        is_administrator="administrator" in stored.roles,
        agreements=frozenset(stored.roles.get("agreements", "").split()),
    )


def check_may_submit(viewer: Viewer, agreement: ProvisionAgreement | None = None) -> None:
    """Raises Unauthorised for nobody, Forbidden for somebody without a grant for the agreement (or for any, if None)."""
    if viewer.is_anonymous:
        raise Unauthorised("A submission needs a token: send it as “Authorization: Bearer …”.")
    granted = agreement is None or agreement.reference.short in viewer.agreements
    if not viewer.is_administrator and not (granted and viewer.agreements):
        target = f" for {agreement.reference.short}" if agreement else ""
        raise Forbidden(f"{viewer.name} may not submit{target}.")


def agreement_of(hub: Hub, text: str) -> ProvisionAgreement:
    """The agreement of a URN or short form. Raises NotFound."""
    reference = hub.find(text)
    if reference.artefact_class != "ProvisionAgreement":
        raise NotFound(f"There is no provision agreement {text}.", reference=reference)
    return hub.structures.resolve(reference, ProvisionAgreement)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
