"""Who may do what: tokens, and the viewer that a token stands for.

A token is a random text; the database keeps its digest alone. Roles: `administrator`; `agreements`, the provision agreements
that the bearer submits for; `maintains`, the agencies whose artefacts the bearer may change."""

import hashlib
import secrets
from collections.abc import Iterable

from sdmx_dsm.errors import Forbidden, NotFound, Unauthorised
from sdmx_dsm.model import AgencyScheme, ProvisionAgreement, Structures, Viewer
from sdmx_dsm.service.checking import reported_reference
from sdmx_dsm.service.hub import Hub


def create_token(
    hub: Hub,
    name: str,
    *,
    administrator: bool = False,
    agreements: Iterable[str] = (),
    maintains: Iterable[str] = (),
) -> str:
    """A new token for `name`, told this once. `agreements` are URNs or short forms, `maintains` ids of agencies (`A.B` is
    one of its own, not a part of `A`). Raises NotFound, UrnError."""
    roles = {"administrator": "hub"} if administrator else {}
    if granted := " ".join(sorted({agreement_of(hub, text).reference.short for text in agreements})):
        roles["agreements"] = granted
    if maintained := " ".join(sorted({_known_agency(hub, agency) for agency in maintains})):
        roles["maintains"] = maintained
    token = secrets.token_urlsafe(32)
    hub.store.add_token(name, _digest(token), roles, user="system")
    return token


def revoke_tokens(hub: Hub, name: str) -> int:
    """Ends all tokens of a name; how many there were. Raises NotFound where there was none."""
    if count := hub.store.revoke_tokens(name, user="system"):
        return count
    raise NotFound(f"There is no token of the name “{name}”.", ru=f"Ключа доступа с именем «{name}» нет.", name=name)


def viewer_of_token(hub: Hub, token: str) -> Viewer:
    """Raises Unauthorised for a token that is not, or no longer, known."""
    stored = hub.store.token(_digest(token))
    if stored is None:
        raise Unauthorised(
            "The token is not known here: send the one you were given as “Authorization: Bearer …”.",
            ru="Этот ключ доступа здесь неизвестен: укажите тот, который вы получили.",
        )
    return Viewer(
        name=stored.name,
        is_administrator="administrator" in stored.roles,
        agreements=frozenset(stored.roles.get("agreements", "").split()),
        maintains=frozenset(stored.roles.get("maintains", "").split()),
    )


def check_may_submit(viewer: Viewer, agreement: ProvisionAgreement | None = None) -> None:
    """Raises Unauthorised for nobody, Forbidden for somebody without a grant for the agreement (or for any, if None)."""
    if viewer.is_anonymous:
        raise Unauthorised(
            "A submission needs a token: send it as “Authorization: Bearer …”.",
            ru="Для отправки нужен ключ доступа: укажите его.",
        )
    granted = agreement is None or agreement.reference.short in viewer.agreements
    if not viewer.is_administrator and not (granted and viewer.agreements):
        target = agreement.reference.short if agreement else ""
        held = ", ".join(sorted(viewer.agreements))
        raise Forbidden(
            f"{viewer.name} may not submit{target and f' for {target}'}: the token is for {held or 'no provision agreement'}.",
            ru=f"У пользователя {viewer.name} нет права отправлять данные{target and f' по соглашению {target}'}: "
            f"ключ доступа выдан {f'для {held}' if held else 'не для соглашений'}.",
        )


def maintained_agencies(viewer: Viewer) -> frozenset[str] | None:
    """The agencies whose artefacts a viewer may change, None for all of them. Raises Unauthorised for nobody, Forbidden for
    somebody who maintains none."""
    if viewer.is_anonymous:
        raise Unauthorised(
            "A change of structures needs a token: send it as “Authorization: Bearer …”.",
            ru="Для изменения структур нужен ключ доступа: укажите его.",
        )
    if viewer.is_administrator:
        return None
    if not viewer.maintains:
        raise Forbidden(
            f"{viewer.name} maintains no agency: the token was made without --maintains.",
            ru=f"Пользователь {viewer.name} не ведёт структур ни одного агентства: ключ доступа создан без --maintains.",
        )
    return viewer.maintains


def agencies(structures: Structures) -> list[str]:
    """The ids of all agencies, as they stand in front of an artefact's id (`SDMX`, `A`, `A.B`), sorted."""
    return sorted(agency for scheme in structures.of_class(AgencyScheme) for agency in scheme.full_ids)


def _known_agency(hub: Hub, agency: str) -> str:
    known = agencies(hub.structures)
    if agency not in known:
        raise NotFound(
            f"There is no agency “{agency}”; there are {', '.join(known) or 'none'}.",
            ru=f"Агентства «{agency}» нет; есть: {', '.join(known) or 'ни одного'}.",
            agency=agency,
        )
    return agency


def agreement_of(hub: Hub, text: str) -> ProvisionAgreement:
    """The agreement of a URN or short form. Raises NotFound."""
    reference = reported_reference(text, hub.structures)
    if reference.artefact_class != "ProvisionAgreement":
        raise hub.registry.not_found(text, ProvisionAgreement)
    return hub.structures.resolve(reference, ProvisionAgreement)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
