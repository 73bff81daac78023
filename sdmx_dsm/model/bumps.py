"""Which part of a semantic version has to grow for a change: none, the patch, the minor or the major one.

The rules are those of the SDMX guidelines on semantic versioning (for SDMX 3.1), as a table; the first row that fits decides.
Where the guidelines say "it depends" on more than the two states (the reach of a constraint, the dimensions of a structure), the
larger part is demanded. A reference to an older version is a major change whatever the part: so the standard itself says."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Final

from sdmx_dsm.errors import VersionError
from sdmx_dsm.model.base import Maintainable
from sdmx_dsm.model.differences import Change, M, compare
from sdmx_dsm.model.urns import Reference
from sdmx_dsm.model.versions import Version, parse_version


class Bump(IntEnum):
    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


NONE, PATCH, MINOR, MAJOR = Bump
Judge = Bump | Callable[[Change], Bump]


@dataclass(frozen=True, slots=True)
class Reason:
    """A change and the part that it asks for."""

    change: Change
    bump: Bump


def reasons(before: M, after: M) -> tuple[Reason, ...]:
    """Every change between two states of an artefact, with the part of the version that it asks for; identity and what is said
    by the registry itself ask for none."""
    found: dict[tuple[str, ...], Rule] = {}
    judged = []
    for change in compare(before, after):
        path = change.fields
        if path not in found:
            found[path] = _rule(type(after).__name__, path)
        judge: Judge = getattr(found[path], change.kind)
        judged.append(Reason(change, judge if isinstance(judge, Bump) else judge(change)))
    return tuple(judged)


def minimum_bump(before: Maintainable, after: Maintainable) -> Bump:
    return max((reason.bump for reason in reasons(before, after)), default=NONE)


def next_version(version: Version, bump: Bump) -> Version:
    """The version (three parts) whose part is one larger, and all behind it 0."""
    major, minor, patch = (*version.numbers, 0, 0)[:3]
    match bump:
        case Bump.MAJOR:
            return Version((major + 1, 0, 0))
        case Bump.MINOR:
            return Version((major, minor + 1, 0))
        case _:
            return Version((major, minor, patch + 1))


def step_between(lower: Version, higher: Version) -> Bump:
    """The first part in which two versions differ; NONE where they do in none."""
    pairs = zip((*lower.numbers, 0, 0)[:3], (*higher.numbers, 0, 0)[:3], strict=True)
    return next((bump for bump, (old, new) in zip((MAJOR, MINOR, PATCH), pairs, strict=True) if old != new), NONE)


# --- judges ---------------------------------------------------------------------------------------------------------------


def _changed(change: Change) -> Bump:
    """Another value: a major change, but for a reference to the same artefact in another version."""
    before, after = change.before, change.after
    if not (isinstance(before, Reference) and isinstance(after, Reference) and before.at("") == after.at("")):
        return MAJOR
    return _reference_bump(before.version, after.version)


def _reference_bump(before: str, after: str) -> Bump:
    try:
        old, new = _floor(before), _floor(after)
    except VersionError:
        return MAJOR  # a star, which takes anything
    step = step_between(old, new)
    if step and new.sort_key < old.sort_key:
        return MAJOR
    return max(step, _open_part(after) or (MINOR if _open_part(before) else NONE))


def _floor(version: str) -> Version:
    return parse_version(version.replace("+", ""))


def _open_part(version: str) -> Bump:
    """The part that may grow in a late-bound reference; NONE for a version that is fixed."""
    parts = zip((MAJOR, MINOR, PATCH), version.split("."), strict=False)
    return next((bump for bump, part in parts if "+" in part), NONE)


def _new_dimension(change: Change) -> Bump:
    return MINOR if getattr(change.holders[0], "evolving_structure", False) else MAJOR


def _new_component(change: Change) -> Bump:
    return MAJOR if getattr(change.after, "usage", None) == "mandatory" else MINOR


def _usage(change: Change) -> Bump:
    return MAJOR if change.after == "mandatory" else MINOR


def _new_metadata_attribute(change: Change) -> Bump:
    return MINOR if getattr(change.after, "min_occurs", None) == 0 else MAJOR


def _fewest(change: Change) -> Bump:
    """`min_occurs`, which is 1 where it is not given."""
    before, after = (1 if value is None else int(str(value)) for value in (change.before, change.after))
    return MAJOR if after > before else MINOR


def _most(change: Change) -> Bump:
    """`max_occurs`, which has no end where it is None."""
    return (
        MINOR if change.after is None or (change.before and int(str(change.after)) > int(str(change.before))) else MAJOR
    )


def _evolving(change: Change) -> Bump:
    return MAJOR if change.after else MINOR


def _format_removed(change: Change) -> Bump:
    return MINOR if getattr(change.holders[-1], "enumeration", None) else MAJOR


def _widens(*flags: str) -> Callable[[Change], Bump]:
    """For what is added to a selection: minor where it is included, major where it is excluded, twice excluded being included.
    `flags` are the fields that say so, of the innermost holders, the innermost last."""

    def judge(change: Change) -> Bump:
        holders = change.holders[-len(flags) :]
        included = sum(not getattr(holder, flag) for holder, flag in zip(holders, flags, strict=True)) % 2 == 0
        return MINOR if included == (change.kind == "added") else MAJOR

    return judge


def _narrows(change: Change) -> Bump:
    """For a component that a region selects: all its other values are lost, or, in an excluding region, won."""
    included = getattr(change.holders[-1], "include", True)
    return MAJOR if included == (change.kind == "added") else MINOR


def _at_most_minor(change: Change) -> Bump:
    return min(_changed(change), MINOR)


# --- the table ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """`classes`: names of artefact classes, "*" for all. `paths`: fields from the artefact on, with a point before, between and
    behind them; `*` stands for anything."""

    classes: str
    paths: str
    added: Judge = MINOR
    removed: Judge = MAJOR
    changed: Judge = _changed
    moved: Judge = PATCH

    def fits(self, artefact_class: str, path: str) -> bool:
        return (self.classes == "*" or artefact_class in self.classes.split()) and any(
            fnmatchcase(path, pattern) for pattern in self.paths.split()
        )


def _always(classes: str, paths: str, bump: Bump, *, moved: Bump | None = None) -> Rule:
    return Rule(classes, paths, bump, bump, bump, bump if moved is None else moved)


_CONSTRAINTS: Final = "DataConstraint MetadataConstraint AttachmentConstraint"
_SCHEME_MAPS: Final = "CategorySchemeMap ConceptSchemeMap OrganisationSchemeMap ReportingTaxonomyMap"

RULES: Final[tuple[Rule, ...]] = (
    # what every artefact has
    _always("*", "*.annotations.*", NONE),
    _always("*", ".id. .agency. .version. .is_final. .is_partial. .is_partial_language.", NONE),
    _always("*", ".is_external_reference. .service_url. .structure_url.", NONE),
    _always("*", "*.names. *.descriptions. *.links.* *.uri. *.contacts.* .valid_from. .valid_to.", PATCH),
    # items
    _always("*", ".items.parent.", MAJOR),
    Rule("ConceptScheme", ".items.iso_concept.", changed=MAJOR),
    _always("Codelist GeographicCodelist GeoGridCodelist", ".extensions.prefix. .extensions.include.", MAJOR),
    Rule(
        "Codelist GeographicCodelist GeoGridCodelist",
        ".extensions.members.",
        added=_widens("include"),
        removed=_widens("include"),
    ),
    _always("Codelist GeographicCodelist GeoGridCodelist", ".extensions.cascades.", MAJOR),
    _always("GeographicCodelist GeoGridCodelist", ".items.value. .items.geo_cell. .grid_definition.", PATCH),
    Rule(
        "ReportingTaxonomy",
        "*.structural_metadata. *.provisioning_metadata.",
        removed=MINOR,
        changed=_at_most_minor,
    ),
    # components, wherever they are
    Rule("*", "*.representation. *.core_representation. *.enumeration.", added=MAJOR),
    Rule("*", "*.text_format.", added=MAJOR, removed=_format_removed),
    _always("*", "*.text_format.*", MAJOR, moved=PATCH),
    Rule("*", "*.min_occurs.", _fewest, _fewest, _fewest),
    Rule("*", "*.max_occurs.", _most, _most, _most),
    Rule("*", "*.usage.", _usage, _usage, _usage),
    Rule("*", "*.roles.", removed=MINOR),
    # data structures and flows
    Rule("DataStructure", ".dimensions. .time_dimension.", added=_new_dimension, moved=MAJOR),
    _always("DataStructure", ".dimensions.position.", MAJOR),
    Rule("DataStructure", ".evolving_structure.", changed=_evolving),
    Rule("DataStructure", ".measures. .attributes.", added=_new_component),
    _always(
        "DataStructure",
        ".attributes.dimensions. .attributes.optional_dimensions. .groups.dimensions.",
        MAJOR,
        moved=PATCH,
    ),
    _always(
        "DataStructure", ".attributes.group. .attributes.attachment_groups. .attributes.measures.", MAJOR, moved=PATCH
    ),
    _always("DataStructure", ".metadata_attribute_usages.?*.", MAJOR, moved=PATCH),
    Rule("DataStructure", ".metadata.", added=PATCH),
    _always("DataStructure MetadataStructure", ".lists.*", PATCH),
    _always("Dataflow", ".dimension_constraint.", MAJOR, moved=PATCH),
    _always("ProvisionAgreement", ".data_provider.", MAJOR),
    # metadata
    Rule("MetadataStructure", "*.attributes.", added=_new_metadata_attribute),
    Rule("Metadataflow", ".targets.", added=PATCH),
    _always("MetadataProvisionAgreement", ".metadata_provider.", MAJOR),
    _always("MetadataProvisionAgreement", ".targets.", PATCH),
    # constraints
    _always(_CONSTRAINTS, ".attachment.", PATCH),
    Rule(
        _CONSTRAINTS,
        ".cube_regions.keys.values. .cube_regions.components.values. .metadata_target_regions.components.values.",
        added=_widens("include", "include"),
        removed=_widens("include", "include"),
    ),
    Rule(
        _CONSTRAINTS,
        ".cube_regions.keys. .cube_regions.components. .metadata_target_regions.components.",
        added=_narrows,
        removed=_narrows,
    ),
    Rule(_CONSTRAINTS, ".key_sets.keys.", added=_widens("is_included"), removed=_widens("is_included")),
    Rule(_CONSTRAINTS, ".cube_regions. .key_sets. .metadata_target_regions.", added=MAJOR, removed=MINOR),
    _always(
        _CONSTRAINTS, ".cube_regions.* .key_sets.* .metadata_key_sets.* .metadata_target_regions.*", MAJOR, moved=PATCH
    ),
    _always(_CONSTRAINTS, ".reference_period. .release_calendar.*", PATCH),
    # hierarchies
    _always("Hierarchy", "*.coding_format.* .has_formal_levels.", PATCH),
    _always("HierarchyAssociation", "*", PATCH),
    # maps
    Rule("StructureMap", ".source. .target. .component_maps.representation_map.", added=MAJOR),
    _always("StructureMap", "*", MINOR),
    _always("RepresentationMap", ".mappings.*", PATCH),
    Rule("RepresentationMap", ".sources. .targets.", added=MAJOR, moved=MAJOR),
    _always(_SCHEME_MAPS, ".item_maps.*", PATCH),
    # processes
    _always("Process", "*.local_id.", MAJOR),
    _always("Process", "*.inputs.* *.outputs.* *.computation.* *.transitions.*", PATCH),
    # all else
    Rule("*", "*"),
)


def _rule(artefact_class: str, path: tuple[str, ...]) -> Rule:
    return next(rule for rule in RULES if rule.fits(artefact_class, f".{'.'.join(path)}."))
