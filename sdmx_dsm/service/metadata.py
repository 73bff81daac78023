"""Queries for reference metadata over the artefacts of the registry (SDMX REST 2.2, metadata queries): metadata sets by
themselves, by the metadataflow that they come under, or by what they are about.

A set is found by the agency that maintains it, its provider; those that come by flow or structure in their newest version.
Targets with wildcards are about nothing in particular: nothing is found by them."""

from collections.abc import Collection
from typing import Final

from sdmx_dsm.model import (
    MetadataProvisionAgreement,
    MetadataQuery,
    MetadataSet,
    Reference,
    Structures,
)
from sdmx_dsm.service.details import Selection, shown
from sdmx_dsm.service.resources import classes_of

_SETS: Final = ("MetadataSet",)


def select(structures: Structures, query: MetadataQuery) -> Selection:
    """The metadata sets that match; empty when none does. Raises QuerySyntaxError for an unknown type, VersionError."""
    if query.by == "metadataset":
        matches = structures.matching(_SETS, query.agencies, query.ids, query.versions)
    else:
        named = _under_flows(structures, query) if query.by == "metadataflow" else _about_structures(structures, query)
        newest = structures.matching(_SETS, ("*",), ("*",), ("~",))
        matches = [reference for reference in newest if reference in named]
    return shown(structures, query.detail, matches, [], {})


def _under_flows(structures: Structures, query: MetadataQuery) -> Collection[Reference]:
    """Those of a provider: the one of the agreement, or the agency of a set that comes under no agreement."""
    flows = structures.matching(("Metadataflow",), query.agencies, query.ids, query.versions)
    users = [user for users in structures.parents(flows).values() for user in users]
    agreements = [user for user in users if user.artefact_class == "MetadataProvisionAgreement"]
    found = {user for user in users if user.artefact_class == "MetadataSet" and _is_provider(query, "", user.agency)}
    chosen = [
        agreement.reference
        for agreement in structures.get(agreements)
        if isinstance(agreement, MetadataProvisionAgreement)
        and (provider := agreement.metadata_provider)
        and _is_provider(query, provider.agency, provider.item)
    ]
    for sets in structures.parents(chosen).values():
        found.update(each for each in sets if each.artefact_class == "MetadataSet")
    return found


def _is_provider(query: MetadataQuery, agency: str, id: str) -> bool:
    return any(provider in ("*", id, f"{agency}.{id}") for provider in query.providers)


def _about_structures(structures: Structures, query: MetadataQuery) -> Collection[Reference]:
    artefacts = set(structures.matching(classes_of((query.artefact_type,)), query.agencies, query.ids, query.versions))
    users = {user for users in structures.parents(artefacts).values() for user in users}
    sets = structures.get([user for user in users if user.artefact_class == "MetadataSet"])
    return {
        each.reference
        for each in sets
        if isinstance(each, MetadataSet) and any(structures.identify(target) in artefacts for target in each.targets)
    }
