"""pysdmx, on a server that runs, holds what the registry holds: for every class that its clients ask for, all that they keep.

What they don't keep is their own fault: they have one language, no parents of codes, no order of reported attributes, and one
constraint on a schema."""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

import pytest
from pysdmx.api.dc.rest import SdmxConnector
from pysdmx.api.fmr import RegistryClient

from sdmx_dsm.model import (
    AgencyScheme,
    Attribute,
    Categorisation,
    CategoryScheme,
    Codelist,
    ConceptScheme,
    DataConstraint,
    Dataflow,
    DataProviderScheme,
    DataStructure,
    HierarchicalCode,
    Hierarchy,
    HierarchyAssociation,
    Maintainable,
    MetadataAttribute,
    Metadataflow,
    MetadataProviderScheme,
    MetadataProvisionAgreement,
    MetadataSet,
    MetadataStructure,
    ProvisionAgreement,
    Reference,
    ReportedAttribute,
    RepresentationMap,
    StructureMap,
    Structures,
    TransformationScheme,
    ValueList,
)

Said = Mapping[str, Any]


@pytest.fixture(scope="module")
def registry(address: str) -> RegistryClient:
    return RegistryClient(f"{address}/sdmx/v2")


def text(value: Any) -> tuple[str | None, str | None]:
    """Name and description in the one language that is kept."""
    return value.names.get("en"), value.descriptions.get("en")


def their_text(value: Any) -> tuple[str | None, str | None]:
    return value.name, value.description


def urn(reference: Reference | None) -> str | None:
    return reference.urn if reference else None


def short(reference: Any) -> str:
    return f"{reference.agency}:{reference.id}"


# --- what the registry holds of a class, and what the client does ---------------------------------------------------------


def codes(_: Structures, scheme: Codelist | ValueList) -> Said:
    return {item.id: text(item) for item in scheme.items}


def their_codes(registry: RegistryClient, scheme: Maintainable) -> Said:
    return {item.id: their_text(item) for item in registry.get_codes(scheme.agency, scheme.id, scheme.version).items}


def concepts(_: Structures, scheme: ConceptScheme) -> Said:
    return {
        item.id: (*text(item), urn(item.core_representation.enumeration if item.core_representation else None))
        for item in scheme.items
    }


def their_concepts(registry: RegistryClient, scheme: Maintainable) -> Said:
    found = registry.get_concepts(scheme.agency, scheme.id, scheme.version)
    return {item.id: (*their_text(item), item.enum_ref) for item in found.items}


def agencies(_: Structures, scheme: AgencyScheme) -> Said:
    return {full: text(agency) for full, agency in zip(scheme.full_ids, scheme.items, strict=True)}


def their_agencies(registry: RegistryClient, scheme: Maintainable) -> Said:
    return {item.id: their_text(item) for item in registry.get_agencies(scheme.agency)}


def providers(held: Structures, scheme: DataProviderScheme | MetadataProviderScheme) -> Said:
    """With the flows that they report to."""
    flows: dict[str, set[str]] = {item.id: set() for item in scheme.items}
    if isinstance(scheme, DataProviderScheme):
        reports = [(each.data_provider, each.dataflow) for each in held.of_class(ProvisionAgreement)]
    else:
        reports = [(each.metadata_provider, each.metadataflow) for each in held.of_class(MetadataProvisionAgreement)]
    for provider, flow in reports:
        assert provider
        flows[provider.item].add(short(flow))
    return {item.id: (*text(item), flows[item.id]) for item in scheme.items}


def their_providers(registry: RegistryClient, scheme: Maintainable) -> Said:
    is_of_data = isinstance(scheme, DataProviderScheme)
    ask = registry.get_providers if is_of_data else registry.get_metadata_providers
    return {item.id: (*their_text(item), set(map(short, item.dataflows))) for item in ask(scheme.agency, True)}


def categories(held: Structures, scheme: CategoryScheme) -> Said:
    """With the dataflows in them."""
    flows: dict[str, set[str]] = {}
    for each in held.of_class(Categorisation):
        if each.target and each.target.id == scheme.id:
            flows.setdefault(each.target.item, set()).add(short(each.source))

    def below(items: Iterable[Any], above: str = "") -> Said:
        return {
            item.id: (*text(item), flows.get(f"{above}{item.id}", set()), below(item.items, f"{above}{item.id}."))
            for item in items
        }

    return below(scheme.items)


def their_categories(registry: RegistryClient, scheme: Maintainable) -> Said:
    def below(items: Iterable[Any]) -> Said:
        return {item.id: (*their_text(item), set(map(short, item.dataflows)), below(item.categories)) for item in items}

    return below(registry.get_categories(scheme.agency, scheme.id, scheme.version).items)


def categorisation(_: Structures, one: Categorisation) -> Said:
    return {"source": urn(one.source), "target": urn(one.target)}


def their_categorisation(registry: RegistryClient, one: Maintainable) -> Said:
    found = registry.get_categorisation(one.agency, one.id, one.version)
    return {"source": found.source, "target": found.target}


def constraint(_: Structures, constraint: DataConstraint) -> Said:
    return {
        "attachment": {each.urn for each in constraint.attachment},
        "regions": [(each.include, {key.id: key.values for key in each.keys}) for each in constraint.cube_regions],
    }


def their_constraint(registry: RegistryClient, one: Maintainable) -> Said:
    found = registry.get_data_constraint(one.agency, one.id, one.version)
    attachment = found.constraint_attachment
    return {
        "attachment": {
            *attachment.data_structures,
            *attachment.dataflows,
            *attachment.provision_agreements,
            *([attachment.data_provider] if attachment.data_provider else []),
        },
        "regions": [
            (region.is_included, {key.id: tuple(value.value for value in key.values) for key in region.key_values})
            for region in found.cube_regions
        ],
    }


def flow(_: Structures, flow: Dataflow | Metadataflow) -> Said:
    targets = {each.urn for each in flow.targets} if isinstance(flow, Metadataflow) else set()
    return {"structure": urn(flow.structure), "targets": targets}


def their_flow(registry: RegistryClient, flow: Maintainable) -> Said:
    ask = registry.get_dataflows if isinstance(flow, Dataflow) else registry.get_metadataflows
    (found,) = ask(flow.agency, flow.id, flow.version)
    return {"structure": found.structure, "targets": set(getattr(found, "targets", ()))}


def structure(held: Structures, structure: DataStructure) -> Said:
    def attachment(attribute: Attribute) -> str:
        dimensions = attribute.dimensions
        if attribute.relationship == "group":
            dimensions = next(group.dimensions for group in structure.groups if group.id == attribute.group)
        return ",".join(dimensions) or {"observation": "O", "dataflow": "D"}[attribute.relationship]

    attributes = {each.component_id: each for each in structure.attributes}
    return {
        "components": {
            component.id: (
                component.source.concept.item,
                component.role,
                attachment(attributes[component.id]) if component.id in attributes else None,
                component.mandatory or component.role in ("dimension", "time"),
                [item.id for item in component.codelist.items]
                if component.codelist
                else component.text_format.text_type,
            )
            for component in held.schema(structure.reference).components
        },
        "groups": {group.id: group.dimensions for group in structure.groups},
    }


def their_structure(registry: RegistryClient, structure: Maintainable) -> Said:
    (found,) = registry.get_data_structures(structure.agency, structure.id, structure.version)
    return {
        "components": {
            each.id: (
                each.concept.id,
                "time" if each.id == "TIME_PERIOD" else each.role.name.lower(),
                each.attachment_level,
                each.required,
                [code.id for code in each.enumeration.items] if each.enumeration else str(each.dtype.value),
            )
            for each in found.components
        },
        "groups": {group.id: group.dimensions for group in found.groups or ()},
    }


def hierarchy(_: Structures, hierarchy: Hierarchy) -> Said:
    def below(codes: Iterable[HierarchicalCode]) -> list[Any]:
        return [(code.id, code.code and code.code.item, below(code.items)) for code in codes]

    return {"codes": below(hierarchy.items)}


def their_hierarchy(registry: RegistryClient, hierarchy: Maintainable) -> Said:
    """Its ids are those of the codes; where the hierarchy has others, they are in annotations."""

    def below(codes: Iterable[Any]) -> list[Any]:
        return [
            (next((note.text for note in code.annotations if note.id == "hcode"), code.id), code.id, below(code.codes))
            for code in codes
        ]

    return {"codes": below(registry.get_hierarchy(hierarchy.agency, hierarchy.id, hierarchy.version).codes)}


def values(_: Structures, one: RepresentationMap) -> Said:
    def sides(sides: Iterable[Reference | str]) -> list[str]:
        return [side.urn if isinstance(side, Reference) else side for side in sides]

    return {
        "source": sides(one.sources),
        "target": sides(one.targets),
        "values": [
            ([f"regex:{each.value}" if each.is_regex else each.value for each in pair.sources], list(pair.targets))
            for pair in one.mappings
            if pair.targets
        ],
    }


def their_values(registry: RegistryClient, one: Maintainable) -> Said:
    found = registry.get_code_map(one.agency, one.id, one.version)

    def several(value: Any) -> list[str]:
        return [str(getattr(each, "value", each)) for each in ([value] if isinstance(value, str) else value)]

    return {
        "source": several(found.source),
        "target": several(found.target),
        "values": [(several(pair.source), several(pair.target)) for pair in found.maps],
    }


def mapping(held: Structures, one: StructureMap) -> Said:
    """It is asked for with what it refers to, and so names the versions of these."""
    assert one.source
    assert one.target
    return {
        "sides": (urn(held.identify(one.source)), urn(held.identify(one.target))),
        "components": {
            (each.sources, each.targets): each.representation_map and each.representation_map.id
            for each in one.component_maps
        },
        "fixed": {each.target or each.source: each.values for each in one.fixed_value_maps},
    }


def their_mapping(registry: RegistryClient, one: Maintainable) -> Said:
    found = registry.get_mapping(one.agency, one.id, one.version)

    def several(value: Any) -> tuple[str, ...]:
        return (value,) if isinstance(value, str) else tuple(value)

    fixed = [each for each in found.maps if hasattr(each, "located_in")]
    return {
        "sides": (found.source, found.target),
        "components": {
            (several(each.source), several(each.target)): getattr(getattr(each, "values", None), "id", None)
            for each in found.maps
            if each not in fixed
        },
        "fixed": {each.target: several(each.value) for each in fixed},
    }


def agreement(_: Structures, one: ProvisionAgreement | MetadataProvisionAgreement) -> Said:
    if isinstance(one, ProvisionAgreement):
        return {"flow": urn(one.dataflow), "provider": urn(one.data_provider)}
    return {"flow": urn(one.metadataflow), "provider": urn(one.metadata_provider)}


def their_agreement(registry: RegistryClient, one: Maintainable) -> Said:
    if isinstance(one, ProvisionAgreement):
        data = registry.get_provision_agreement(one.agency, one.id, one.version)
        return {"flow": data.dataflow, "provider": data.provider}
    metadata = registry.get_metadata_provision_agreement(one.agency, one.id, one.version)
    return {"flow": metadata.metadataflow, "provider": metadata.metadata_provider}


def metadata_structure(_: Structures, structure: MetadataStructure) -> Said:
    def below(attributes: Iterable[MetadataAttribute]) -> list[Any]:
        return [
            (each.component_id, each.concept.item, each.is_presentational, below(each.attributes))
            for each in attributes
        ]

    return {"attributes": below(structure.attributes)}


def their_metadata_structure(registry: RegistryClient, structure: Maintainable) -> Said:
    def below(attributes: Iterable[Any]) -> list[Any]:
        return [(each.id, each.concept.id, each.is_presentational, below(each.components)) for each in attributes]

    (found,) = registry.get_metadata_structures(structure.agency, structure.id, structure.version)
    return {"attributes": below(found.components)}


def report(_: Structures, one: MetadataSet) -> Said:
    def below(attributes: Iterable[ReportedAttribute]) -> Said:
        return {
            each.id: (dict(each.texts) or next(iter(each.values), None), below(each.attributes)) for each in attributes
        }

    return {"targets": {each.urn for each in one.targets}, "attributes": below(one.attributes)}


def their_report(registry: RegistryClient, one: Maintainable) -> Said:
    def below(attributes: Iterable[Any]) -> Said:
        return {each.id: (each.value, below(each.attributes)) for each in attributes}

    found = registry.get_report(one.agency, one.id, one.version)
    return {"targets": set(found.targets), "attributes": below(found.attributes)}


def transformations(held: Structures, scheme: TransformationScheme) -> Said:
    """With the ids of what is in the schemes that it refers to."""
    others = [
        scheme.vtl_mapping_scheme,
        scheme.name_personalisation_scheme,
        scheme.custom_type_scheme,
        *scheme.ruleset_schemes,
        *scheme.user_defined_operator_schemes,
    ]
    found: list[Any] = [held.resolve(each, Maintainable) for each in others if each]
    return {
        "items": [(each.id, *text(each), each.expression, each.result, each.is_persistent) for each in scheme.items],
        "others": {each.id: [item.id for item in each.items] for each in found},
    }


def their_transformations(registry: RegistryClient, scheme: Maintainable) -> Said:
    found = registry.get_vtl_transformation_scheme(scheme.agency, scheme.id, scheme.version)
    others = chain(
        [found.vtl_mapping_scheme, found.name_personalisation_scheme, found.custom_type_scheme],
        found.ruleset_schemes,
        found.user_defined_operator_schemes,
    )
    return {
        "items": [
            (each.id, *their_text(each), each.expression, each.result, each.is_persistent) for each in found.items
        ],
        "others": {each.id: [item.id for item in each.items] for each in others if each},
    }


Ours = Callable[[Structures, Any], Said]
Theirs = Callable[[RegistryClient, Any], Said]
CLASSES: dict[type[Maintainable], tuple[Ours, Theirs]] = {
    AgencyScheme: (agencies, their_agencies),
    Categorisation: (categorisation, their_categorisation),
    CategoryScheme: (categories, their_categories),
    Codelist: (codes, their_codes),
    ConceptScheme: (concepts, their_concepts),
    DataConstraint: (constraint, their_constraint),
    DataProviderScheme: (providers, their_providers),
    DataStructure: (structure, their_structure),
    Dataflow: (flow, their_flow),
    Hierarchy: (hierarchy, their_hierarchy),
    MetadataProviderScheme: (providers, their_providers),
    MetadataProvisionAgreement: (agreement, their_agreement),
    MetadataSet: (report, their_report),
    MetadataStructure: (metadata_structure, their_metadata_structure),
    Metadataflow: (flow, their_flow),
    ProvisionAgreement: (agreement, their_agreement),
    RepresentationMap: (values, their_values),
    StructureMap: (mapping, their_mapping),
    TransformationScheme: (transformations, their_transformations),
    ValueList: (codes, their_codes),
}


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_registry_client_holds_what_the_registry_holds(
    registry: RegistryClient, held: Structures, cls: type[Maintainable]
) -> None:
    ours, theirs = CLASSES[cls]
    artefacts = [each for each in held.of_class(cls) if type(each) is cls]
    assert artefacts
    for artefact in artefacts[:20]:  # of agreements there are hundreds
        assert theirs(registry, artefact) == ours(held, artefact), artefact.reference


@pytest.mark.parametrize("cls", [DataStructure, Dataflow, ProvisionAgreement], ids=lambda cls: cls.__name__)
def test_schemas_have_the_codes_that_constraints_leave(
    registry: RegistryClient, held: Structures, cls: type[Maintainable]
) -> None:
    """It takes one constraint, and the codes of a hierarchy where one is associated with a component."""
    hierarchical = {each.linked_object.item for each in held.of_class(HierarchyAssociation) if each.linked_object}
    artefacts = [each for each in held.of_class(cls) if len(held.schema(each.reference).constraints) < 2]
    assert artefacts
    for artefact in artefacts[:20]:
        context: Any = cls.__name__.lower()
        found = registry.get_schema(context, artefact.agency, artefact.id, artefact.version)
        schema = held.schema(artefact.reference)
        every = {each.id: {item.id for item in each.codelist.items} for each in schema.components if each.codelist}
        allowed = {each.id: schema.allowed(each) for each in schema.components}
        theirs: dict[str, Any] = {each.id: each.enumeration for each in found.components if each.enumeration}
        for id in every.keys() - hierarchical:
            expected = every[id] & (allowed[id] or every[id])
            assert {code.id for code in theirs[id].items} == expected, (artefact.reference, id)


def test_the_connector_holds_what_the_registry_holds(address: str, held: Structures) -> None:
    connector = SdmxConnector(f"{address}/sdmx/v2")
    assert {(each.agency, each.id, each.version): their_text(each) for each in connector.dataflows()} == {
        (each.agency, each.id, each.version): text(each) for each in held.of_class(Dataflow)
    }
