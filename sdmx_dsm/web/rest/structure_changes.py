"""Structures that are submitted and deleted over REST: the table of statuses of SDMX REST 2.2, one result for each artefact.

`If-Match` takes any tag that a structure answer had: it names the revision of the registry that was read, and each artefact is
held against what it was then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.formats.registry_messages import (
    Received,
    StatusMessage,
    StatusText,
    SubmissionResult,
    SubmitStructureRequest,
    SubmitStructureResponse,
)
from sdmx_dsm.model import (
    MAINTAINABLES,
    ItemScheme,
    Maintainable,
    Reference,
    Text,
    ValueList,
    iter_items,
    parse_version,
)
from sdmx_dsm.model.registrations import RegistryAction
from sdmx_dsm.model.urns import CONTENTS
from sdmx_dsm.service import Hub
from sdmx_dsm.service.maintenance import Wish, carry_out, entity_tag
from sdmx_dsm.service.people import maintained_agencies
from sdmx_dsm.service.resources import ARTEFACT_TYPES, METADATA_RESOURCES, RESOURCES
from sdmx_dsm.service.results import Result
from sdmx_dsm.web.callers import base_url
from sdmx_dsm.web.responses import message_status, result_status
from sdmx_dsm.web.rest import leniency
from sdmx_dsm.web.rest.calls import Call
from sdmx_dsm.web.rest.conditions import seen_revisions
from sdmx_dsm.web.rest.registry_answers import registry_response
from sdmx_dsm.web.rest.targets import ROOTS, Target, flag, name, parameter

_ANY_TYPE: Final = ("", "*", "all")
# The actions of the registry interface, and of the header `Action` of the Fusion Metadata Registry.
_WISHES: Final[Mapping[RegistryAction, str]] = {
    "Append": "append",
    "Replace": "replace",
    "Merge": "merge",
    "Delete": "delete",
    "Information": "replace",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of an artefact, with the status that it has in the answer."""

    reference: Reference
    action: RegistryAction
    status: StatusMessage
    code: int
    is_own: bool = True

    @property
    def result(self) -> SubmissionResult:
        return SubmissionResult(reference=self.reference.maintainable, action=self.action, status=self.status)


def submit(call: Call, root: str, sent: Received) -> Response:
    request = cast("SubmitStructureRequest", sent.message)
    if not request.artefacts:
        raise QuerySyntaxError("The message holds no artefacts.")
    actions = _actions(call, request)
    if wrong := _misplaced(call, request.artefacts):
        return _answer(call, root, sent.version, wrong)
    if call.request.method == "PUT" and (absent := _absent(call, request.artefacts[0])):
        return _answer(call, root, sent.version, [absent])
    merges = call.request.method == "PUT" and call.target.segment(5)
    wishes = [
        Wish(artefact.reference, None if action == "Delete" else artefact, "merge" if merges else _WISHES[action])  # type: ignore[arg-type]
        for artefact, action in zip(request.artefacts, actions, strict=True)
    ]
    told = [wish for wish, action in zip(wishes, actions, strict=True) if action == "Information"]
    done = {id(wish): result for wish, result in zip(told, _carry_out(call, told, dry_run=True), strict=True)}
    kept = [wish for wish in wishes if id(wish) not in done]
    done |= {id(wish): result for wish, result in zip(kept, _carry_out(call, kept), strict=True)}
    outcomes = [
        _outcome(done[id(wish)], is_for_information=action == "Information")
        for wish, action in zip(wishes, actions, strict=True)
    ]
    return _answer(call, root, sent.version, outcomes)


def _actions(call: Call, request: SubmitStructureRequest) -> list[RegistryAction]:
    """What is to be done with each artefact: PUT replaces; at a root, and for metadata, the header `Action` says it before the
    message does."""
    if call.request.method == "PUT":
        return ["Replace"] * len(request.artefacts)
    default = _action_of(call.request) if call.target.segment(0) in ("", "metadata") else None
    return [default or request.action_of(artefact) for artefact in request.artefacts]


_FOR_INFORMATION: Final[Text] = {
    "en": " It was sent for information: nothing is changed.",
    "ru": " Отправлено для сведения: ничего не изменено.",
}


def delete(call: Call, root: str) -> Response:
    maintained_agencies(call.viewer)
    reference = _addressed(call.target)
    results = _carry_out(call, [Wish(reference, None, "delete")])
    return _answer(call, root, "", [_outcome(result) for result in results])


def _carry_out(call: Call, wishes: Sequence[Wish], *, dry_run: bool = False) -> tuple[Result, ...]:
    if not wishes:
        return ()
    target = call.target
    return carry_out(
        call.hub,
        wishes,
        user=call.viewer.name,
        note=target.value("note") or "",
        dry_run=dry_run or _is_dry(call),
        expected=_expected(call, [wish.reference.maintainable for wish in wishes]),
        all_or_nothing=parameter(target, "all_or_nothing", flag, True),
        agencies=maintained_agencies(call.viewer),
        lenient=leniency.prefers(call.request.headers.getlist("prefer"), leniency.PREFERENCE),
    )


def _is_dry(call: Call) -> bool:
    return parameter(call.target, "dry_run", flag, False)


def _action_of(request: Request) -> RegistryAction | None:
    """The header `Action`, None where there is none. Raises QuerySyntaxError."""
    text = request.headers.get("action")
    if not text:
        return None
    for action in _WISHES:
        if action.lower() == text.strip().lower():
            return action
    raise QuerySyntaxError(f"The header Action is “{text}”; expected one of {', '.join(_WISHES)}.")


def _types(target: Target) -> Mapping[str, str]:
    """The resources at an address, with their classes."""
    return METADATA_RESOURCES if target.segment(0) == "metadata" else RESOURCES


def _addressed(target: Target) -> Reference:
    """The artefact or item that a path names. Raises QuerySyntaxError, VersionError."""
    target.at_most(6)
    resource, version = target.segment(1), target.segment(4)
    types = _types(target)
    if resource not in types:
        raise QuerySyntaxError(f"“{resource}” is no type of artefact; expected one of {', '.join(types)}.")
    if not version:
        raise QuerySyntaxError(
            f"The address of what is changed has to name it with its version: {target.segment(0)}/{resource}/AGENCY/ID/VERSION.",
            ru=f"В адресе изменяемого артефакта нужна его версия: {target.segment(0)}/{resource}/AGENCY/ID/VERSION.",
        )
    parse_version(version)
    cls = MAINTAINABLES[types[resource]]
    agency, id = name(target.segment(2), "agency"), name(target.segment(3), "id")
    artefact = Reference(cls.__name__, agency, id, version)
    item = target.segment(5)
    if not item:
        return artefact
    items = CONTENTS.get(artefact.artefact_class, "").split()
    if not items or not issubclass(cls, ItemScheme):
        raise QuerySyntaxError(f"A {resource} has no items that could be addressed.")
    # The ids of a value list are the values: any text, with nothing in it that joins or stands for several.
    path = unquote(item) if cls is ValueList else name(item, "item")
    return Reference(items[0], agency, id, version, path)


def _misplaced(call: Call, artefacts: Sequence[Maintainable]) -> list[_Outcome]:
    """Refusals of all artefacts where one of them is not what the address names; else none."""
    resource, types = call.target.segment(1), _types(call.target)
    if call.request.method == "PUT":
        addressed = _addressed(call.target)
        expected = f"{addressed.maintainable.artefact_class} {addressed.short}"
        wrong = [artefact for artefact in artefacts if not _is_addressed(artefact, addressed)]
        if not wrong and len(artefacts) > 1:
            wrong = list(artefacts)
    elif resource in _ANY_TYPE:
        expected = "reference metadata" if types is METADATA_RESOURCES else "structures"
        of_kind = set((types if call.target.segments else ARTEFACT_TYPES).values())
        wrong = [artefact for artefact in artefacts if artefact.reference.artefact_class not in of_kind]
    elif resource not in types:
        raise QuerySyntaxError(f"“{resource}” is no type of artefact; expected one of {', '.join(types)}.")
    else:
        call.target.at_most(2)
        expected = resource
        wrong = [artefact for artefact in artefacts if artefact.reference.artefact_class.lower() != resource]
    if not wrong:
        return []
    told = {
        "en": f"The address says {expected}, and nothing else is accepted there.",
        "ru": f"Адрес указывает {expected}; ничто иное там не принимается.",
    }
    others = {
        "en": "Nothing is changed, because others in the same message are refused.",
        "ru": "Ничего не изменено, поскольку другие артефакты того же сообщения отклонены.",
    }
    return [
        _refusal(artefact.reference, "wrong-identity", told)
        if artefact in wrong
        else _refusal(artefact.reference, "others-refused", others)
        for artefact in artefacts
    ]


def _is_addressed(artefact: Maintainable, addressed: Reference) -> bool:
    if artefact.reference != addressed.maintainable:
        return False
    if not addressed.item:
        return True
    path: list[str] = []
    items = artefact.items if isinstance(artefact, ItemScheme) else ()
    while len(items) == 1:  # down to the one that the path ends in
        path.append(items[0].id)
        if ".".join(path) == addressed.item:
            return True
        items = getattr(items[0], "items", ())
    return False


def _absent(call: Call, artefact: Maintainable) -> _Outcome | None:
    """The refusal of a PUT of what is not there."""
    addressed = _addressed(call.target)
    found = call.hub.structures.find(addressed.maintainable)
    if found is not None and not addressed.item:
        return None
    if isinstance(found, ItemScheme) and addressed.item in dict(iter_items(found.items)):
        return None
    told = {
        "en": f"There is no {addressed.artefact_class} {addressed.short}: add it by POST.",
        "ru": f"{addressed.artefact_class} {addressed.short} отсутствует: добавьте через POST.",
    }
    return _refusal(artefact.reference, "not-found", told)


def _expected(call: Call, references: Iterable[Reference]) -> dict[Reference, str] | None:
    """What the caller saw of each artefact, by If-Match (any of our tags: they name the revision that was read), or nothing, by
    `If-None-Match: *`."""
    if (seen := call.request.headers.get("if-match")) is None:
        nothing = call.request.headers.get("if-none-match", "").strip() == "*"
        return dict.fromkeys(references, "") if nothing else None
    if seen.strip() == "*":
        return {reference: "*" for reference in references if call.hub.structures.find(reference) is None}
    # One that is still to come is of another registry, or of this one before it was restored.
    present = call.hub.store.registry_revision()
    revisions = [revision for revision in seen_revisions(seen) if revision <= present]
    return {reference: _tag_seen(call.hub, reference, revisions) for reference in references}


def _tag_seen(hub: Hub, reference: Reference, revisions: Sequence[int]) -> str:
    """The tag of an artefact at one of some revisions: the present one if it is among them."""
    present = hub.structures.find(reference)
    states = (hub.store.artefact(reference, revision) for revision in revisions)
    tags = [entity_tag(state) if state else "" for state in states]
    current = entity_tag(present) if present else ""
    return current if current in tags else (tags or ["unknown"])[0]


def _outcome(result: Result, *, is_for_information: bool = False) -> _Outcome:
    rules = tuple(dict.fromkeys(fault.rule for fault in result.faults))
    done = "Replace" if is_for_information else result.action  # nothing is created by it
    code = result_status(done, refused=result.status == "Failure", rules=rules)
    suffix = _FOR_INFORMATION if is_for_information else {}
    named = f" [{', '.join(rules)}]" if rules else ""
    text = {language: f"{told}{suffix.get(language, '')}{named}" for language, told in result.message.items()}
    status = StatusMessage(status=result.status, texts=(StatusText(code=str(code), text=text, rule=result.rule),))
    return _Outcome(result.reference, result.action, status, code, rules != ("others-refused",))


def _refusal(reference: Reference, rule: str, told: Text) -> _Outcome:
    code = result_status("Replace", refused=True, rules=(rule,))
    text = {language: f"{sentence} [{rule}]" for language, sentence in told.items()}
    status = StatusMessage(status="Failure", texts=(StatusText(code=str(code), text=text, rule=rule),))
    return _Outcome(reference, "Replace", status, code, rule != "others-refused")


def _answer(call: Call, root: str, version: str, outcomes: Sequence[_Outcome]) -> Response:
    status = message_status((outcome.code, outcome.is_own) for outcome in outcomes)
    headers = {}
    if _is_dry(call):
        status = status if status >= 300 else result_status("Replace", refused=False)
    elif len(outcomes) == 1 and status == result_status("Append", refused=False):
        headers["location"] = _location(call, root, outcomes[0].reference)
    message = SubmitStructureResponse(results=tuple(outcome.result for outcome in outcomes))
    return registry_response(call, message, version, status, headers)


def _location(call: Call, root: str, reference: Reference) -> str:
    base = base_url(call.request)
    path = f"{reference.artefact_class.lower()}/{reference.agency}/{reference.id}/{reference.version}"
    if ROOTS[root] == "v1":
        return f"{base}{root}/{path}"
    return f"{base}{root}/{'metadata' if reference.artefact_class == 'MetadataSet' else 'structure'}/{path}"
