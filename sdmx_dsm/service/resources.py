"""The names of artefact types in the addresses of the SDMX REST API, and the classes of the model that they stand for."""

from collections.abc import Iterable, Mapping
from typing import Final

from sdmx_dsm.errors import QuerySyntaxError
from sdmx_dsm.model import MAINTAINABLES, ItemScheme

# Sets of reference metadata and availability have resources of their own; geographic codelists are codelists in addresses as
# in URNs.
_STRUCTURES: Final = {
    name: cls
    for name, cls in MAINTAINABLES.items()
    if not cls.urn_class and name not in ("MetadataSet", "AvailabilityConstraint")
}
# resource -> class, of REST 2.2; what 2.1 alone has goes by the same rule.
RESOURCES: Final[Mapping[str, str]] = {name.lower(): name for name in _STRUCTURES}
METADATA_RESOURCES: Final[Mapping[str, str]] = {"metadataset": "MetadataSet"}
ARTEFACT_TYPES: Final[Mapping[str, str]] = {**RESOURCES, **METADATA_RESOURCES}

_ORGANISATIONS: Final = ("AgencyScheme", "DataProviderScheme", "DataConsumerScheme", "OrganisationUnitScheme")
# Names of REST 1.5 alone, some for several classes: what later versions of the standard have made of one of 2.1.
_NAMES_V1: Final[Mapping[str, tuple[str, ...]]] = {
    "contentconstraint": ("DataConstraint",),
    "allowedconstraint": ("DataConstraint",),
    "actualconstraint": ("DataConstraint",),
    "organisationscheme": _ORGANISATIONS,
    "hierarchicalcodelist": ("HierarchicalCodelist", "Hierarchy"),
    "namealiasscheme": ("NamePersonalisationScheme",),
}
# The roles that names of constraints ask for.
ROLES: Final[Mapping[str, str]] = {"allowedconstraint": "Allowed", "actualconstraint": "Actual"}
# The resources of REST 1.5: the first ones are "structure", all of them together.
RESOURCES_V1: Final = tuple(
    """datastructure metadatastructure categoryscheme conceptscheme codelist hierarchicalcodelist organisationscheme dataflow
    metadataflow reportingtaxonomy provisionagreement structureset process categorisation contentconstraint
    attachmentconstraint transformationscheme rulesetscheme userdefinedoperatorscheme customtypescheme
    namepersonalisationscheme vtlmappingscheme""".split()
)
OTHERS_V1: Final = (
    *(name.lower() for name in _ORGANISATIONS), "allowedconstraint", "actualconstraint", "namealiasscheme",
)  # fmt: skip

DIRECTIONS: Final = ("none", "children", "descendants", "parents", "ancestors", "parentsandsiblings", "all")


def classes_of(resources: Iterable[str]) -> frozenset[str]:
    """The classes of resources of either version of the API; `*` stands for all. Raises QuerySyntaxError for another word."""
    found: set[str] = set()
    for resource in resources:
        if resource == "*":
            found.update(RESOURCES.values())
        elif resource in _NAMES_V1:
            found.update(_NAMES_V1[resource])
        elif resource in RESOURCES:
            found.add(RESOURCES[resource])
        else:
            raise QuerySyntaxError(
                f"“{resource}” is no artefact type and no keyword of references: "
                f"expected one of {', '.join(sorted((*DIRECTIONS, *RESOURCES)))}."
            )
    return frozenset(found)


def has_items(artefact_class: str) -> bool:
    """Whether a query may ask for items of the class: those of item schemes, the hierarchies of hierarchical codelists."""
    return artefact_class == "HierarchicalCodelist" or issubclass(MAINTAINABLES[artefact_class], ItemScheme)


# What there is for queries of version 1: the classes of 2.1, and those of 3.x that are shown as such; no value lists, structure
# maps or provision agreements for metadata.
CLASSES_V1: Final = classes_of((*RESOURCES_V1, *OTHERS_V1))
