"""Registry messages ↔ SDMX-ML 2.1, 3.0 and 3.1, by the declarations. They are small but for the structures in a submission,
so that each is one tree."""

from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args

from lxml import etree
from lxml.etree import _Element as Element

from sdmx_dsm.batches import Header
from sdmx_dsm.errors import ReadError, Unsupported, UrnError
from sdmx_dsm.formats.headers import read_header
from sdmx_dsm.formats.markup import SCHEMAS
from sdmx_dsm.formats.registry_messages.declarations import DECLARATIONS, Row
from sdmx_dsm.formats.registry_messages.kinds import child, name_of
from sdmx_dsm.formats.registry_messages.messages import RegistryMessage, SubmitStructureRequest
from sdmx_dsm.formats.structures.kinds import line_of
from sdmx_dsm.formats.structures.ml_reader import Reader
from sdmx_dsm.formats.structures.syntaxes import ML21, ML_SYNTAXES
from sdmx_dsm.formats.trees import node_of
from sdmx_dsm.formats.xmlsafe import parse, root_name
from sdmx_dsm.model import Reference, parse_urn
from sdmx_dsm.model.registrations import RegistryAction

MlVersion = Literal["2.1", "3.0", "3.1"]
VERSIONS: Final[tuple[MlVersion, ...]] = get_args(MlVersion)
_MESSAGES: Final = {cls.__name__: cls for cls in get_args(RegistryMessage)}
# As the root of a document a message may also stand by itself: 2.1 has an element for each, 3.x for two.
ROOTS: Final = ("RegistryInterface", *_MESSAGES)


@dataclass(frozen=True, slots=True)
class Received:
    """`version`: that of the SDMX-ML it came in, or "json"."""

    message: RegistryMessage
    version: MlVersion | Literal["json"]
    header: Header


def root_of(path: Path) -> tuple[MlVersion, str]:
    """The version and the name of the root element of a document in SDMX-ML. Raises ReadError for another."""
    namespace, name = root_name(path)
    for version in VERSIONS:
        if namespace == _namespace(version, "message"):
            return version, name
    raise ReadError(
        f"The root element is {name} of the namespace “{namespace}”; a message of SDMX-ML {', '.join(VERSIONS)} is expected.",
        line=1,
    )


def is_registry_message(root_name: str) -> bool:
    """Whether a document with such a root element (without its namespace) is for `read_registry`."""
    return root_name in ROOTS


def read_registry(path: Path) -> Received:
    """The one message in a document. Raises ReadError (`.line`), Unsupported for structures that are not read."""
    root = parse(path).getroot()
    namespace = root.tag.rpartition("}")[0].removeprefix("{")
    version = next((each for each in VERSIONS if namespace == _namespace(each, "message")), None)
    if version is None or name_of(root) not in ROOTS:
        raise ReadError(
            f"The root element is {name_of(root)}; a RegistryInterface message of SDMX-ML {', '.join(VERSIONS)} is expected.",
            line=line_of(root),
        )
    codec = _Codec(version)
    header = Header()
    for element in root:
        if name_of(element) == "Header":
            header = read_header(node_of(element))
        elif cls := _MESSAGES.get(name_of(element)):
            message = codec.submission(element) if cls is SubmitStructureRequest else codec.part(cls, element)
            return Received(message, version, header)
    raise ReadError(f"The {name_of(root)} holds no message.", line=line_of(root))


def write_registry(version: MlVersion, message: RegistryMessage, header: Header) -> bytes:
    """The document. `header` gets what the standard demands: an id, a time, a sender and a receiver."""
    codec = _Codec(version)
    names = {prefix: _namespace(version, prefix) for prefix in ("message", "registry", "common")}
    root = etree.Element(f"{{{names['message']}}}RegistryInterface", nsmap=names)
    _write_header(root, names["message"], header)
    codec.fill(etree.SubElement(root, f"{{{names['message']}}}{type(message).__name__}"), message)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _namespace(version: MlVersion, part: str) -> str:
    return f"{SCHEMAS}v{version.replace('.', '_')}/{part}"


def _write_header(root: Element, namespace: str, header: Header) -> None:
    element = etree.SubElement(root, f"{{{namespace}}}Header")
    header = header.complete("REGISTRY")
    for name, text in (
        ("ID", header.id),
        ("Test", "true" if header.test else "false"),
        ("Prepared", header.prepared),
    ):
        etree.SubElement(element, f"{{{namespace}}}{name}").text = text
    etree.SubElement(element, f"{{{namespace}}}Sender").set("id", header.sender)
    for receiver in header.receivers or ("unknown",):
        etree.SubElement(element, f"{{{namespace}}}Receiver").set("id", receiver)


def _action(element: Element) -> RegistryAction | None:
    action = element.get("action")
    if action is None or action in get_args(RegistryAction):
        return cast("RegistryAction | None", action)
    raise ReadError(
        f"The action is “{action}” (line {element.sourceline}); expected one of {', '.join(get_args(RegistryAction))}.",
        line=line_of(element),
    )


class _Codec:
    """Reads and writes the declared objects of one version."""

    def __init__(self, version: MlVersion) -> None:
        self._version = version
        self._registry, self._common = _namespace(version, "registry"), _namespace(version, "common")
        self._structures = next(
            (Reader(syntax) for syntax in ML_SYNTAXES if syntax.version == f"v{version.replace('.', '_')}"), None
        )

    def tag(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{{{self._common if prefix else self._registry}}}{local}"

    # --- reading ----------------------------------------------------------------------------------------------------

    def part(self, cls: type, element: Element) -> Any:
        """Raises ReadError for what is missing, or is no value of its kind."""
        values: dict[str, Any] = {}
        for row in DECLARATIONS[cls]:
            try:
                self._read(row, element, values)
            except (ValueError, KeyError, IndexError) as error:
                raise self._wrong(element, f"{row.place} of {name_of(element)} can't be read: {error}") from error
        missing = [each.name for each in fields(cls) if each.default is MISSING and each.name not in values]
        if missing:
            places = ", ".join(row.place for row in DECLARATIONS[cls] if row.field in missing)
            raise self._wrong(element, f"{name_of(element)} lacks its {places}")
        return cls(**values)

    def _read(self, row: Row, element: Element, values: dict[str, Any]) -> None:
        *path, last = row.place.split("/")
        for name in path:
            found = element.find(self.tag(name))
            if found is None:
                return
            element = found
        if last.startswith("@"):
            text = element.get(last[1:])
            if text is not None:
                values[row.field] = row.kind.parse(text)
            return
        tags = {self.tag(name) for name in last.split("|")} if last else set()
        for found in [element] if not last else [each for each in element if each.tag in tags]:
            read = row.kind.read(found, self)
            values[row.field] = row.kind.joined(values[row.field], read) if row.field in values else read

    def submission(self, element: Element) -> SubmitStructureRequest:
        if self._structures is None:
            raise Unsupported(f"Structures in SDMX-ML {self._version} are not read.", line=line_of(element))
        structures = next((each for each in element if name_of(each) == "Structures"), None)
        if structures is None:
            raise Unsupported(
                "StructureLocation is not followed: send the structures in the message.", line=line_of(element)
            )
        default: RegistryAction = _action(element) or "Append"
        artefacts = tuple(self._structures.artefacts(structures))
        known = {artefact.reference for artefact in artefacts}
        actions: dict[Reference, RegistryAction] = {}
        for each in element:
            if name_of(each) != "SubmittedStructure":
                continue
            reference = self.reference(each[0], "Codelist")
            named = f"SubmittedStructure names {reference.artefact_class} {reference.short}"
            if reference not in known:
                raise self._wrong(each[0], f"{named}, which is not in the message")
            if reference in actions:
                raise self._wrong(each[0], f"{named} twice")
            actions[reference] = _action(each) or default
        return SubmitStructureRequest(artefacts=artefacts, action=default, actions=actions)

    def reference(self, element: Element, expected: str) -> Reference:
        if self._version == "2.1":
            return Reader(ML21).reference(element, expected)
        try:
            return parse_urn(element.text or "")
        except UrnError as error:
            raise self._wrong(element, str(error).removesuffix(".")) from error

    def _wrong(self, element: Element, message: str) -> ReadError:
        return ReadError(f"{message} (line {element.sourceline}).", line=line_of(element))

    # --- writing ----------------------------------------------------------------------------------------------------

    def fill(self, element: Element, value: Any) -> None:
        defaults = {each.name: each.default for each in fields(value)}
        for row in DECLARATIONS[type(value)]:
            held = getattr(value, row.field)
            if held == defaults[row.field] and not row.always:
                continue
            parent, place = self._parent(element, row.place)
            if place.startswith("@"):
                parent.set(place[1:], row.kind.format(held))
            elif place:
                row.kind.write(parent, place, held, self)
            else:
                parent.text = row.kind.format(held)

    def _parent(self, element: Element, place: str) -> tuple[Element, str]:
        """The element that holds the last step of a place, made where it is not there."""
        *path, last = place.split("/")
        for name in path:
            found = element.find(self.tag(name))
            element = child(element, name, self) if found is None else found
        return element, last

    def refer(self, element: Element, urn: str) -> None:
        if self._version == "2.1":
            etree.SubElement(element, "URN").text = urn.replace(".DataConstraint=", ".ContentConstraint=")
        else:
            element.text = urn
