"""sdmx1, on a server that runs, holds what the registry holds: for every class that it supports, all that it keeps of it.

What it can't do is its own fault. Of SDMX 2.1 it reads no processes, reporting taxonomies, organisation units, and no VTL schemes
without those that they refer to; of 3.0 no constraints, agreements, metadataflows, maps, no organisations but agencies, and no
attribute that is related to a group."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import sdmx
import sdmx.reader.xml.v30  # before any 2.1 message: sdmx1 fails to read 3.0 otherwise

from sdmx_dsm.model import (
    AgencyScheme,
    Attribute,
    Categorisation,
    CategoryScheme,
    Codelist,
    Component,
    ConceptScheme,
    DataConstraint,
    DataConsumerScheme,
    Dataflow,
    DataProviderScheme,
    DataStructure,
    HierarchicalCode,
    Hierarchy,
    ItemScheme,
    Maintainable,
    MetadataAttribute,
    Metadataflow,
    MetadataStructure,
    ProvisionAgreement,
    Reference,
    Structures,
    Text,
    TransformationScheme,
)
from sdmx_dsm.model.parts import iter_items

Said = dict[str, Any]


# --- what the registry holds ----------------------------------------------------------------------------------------------


def resolved(held: Structures, reference: Reference) -> str:
    """The short form of what is meant, with the version that a range stands for."""
    found = held.identify(reference.maintainable)
    assert found is not None
    return reference.at(found.version).short


def texts(value: Any) -> tuple[Text, Text]:
    return dict(value.names), dict(value.descriptions)


def codes(_: Structures, scheme: Any) -> Said:
    return {item.id: (*texts(item), item.parent) for item in scheme.items}


def concepts(_: Structures, scheme: ConceptScheme) -> Said:
    return {item.id: (*texts(item), item.parent, values(item.core_representation)) for item in scheme.items}


def values(representation: Any) -> str | None:
    if representation is None:
        return None
    format = representation.text_format
    return representation.enumeration.id if representation.enumeration else (format and format.text_type)


def nested(_: Structures, scheme: ItemScheme) -> Said:
    return {path: texts(item) for path, item in iter_items(scheme.items)}


def organisations(_: Structures, scheme: Any) -> Said:
    return {
        item.id: (*texts(item), [(dict(each.names), each.telephones, each.emails, each.uris) for each in item.contacts])
        for item in scheme.items
    }


def flow(held: Structures, flow: Dataflow) -> Said:
    assert flow.structure
    return {"structure": resolved(held, flow.structure)}


def structure(_: Structures, structure: DataStructure) -> Said:
    def component(component: Component) -> tuple[str, str, str | None]:
        return component.component_id, component.concept.item, values(component.representation)

    def relationship(attribute: Attribute) -> object:
        if attribute.relationship == "group":
            return attribute.group
        return set(attribute.dimensions) or attribute.relationship

    time = [structure.time_dimension] if structure.time_dimension else []
    return {
        "dimensions": [component(each) for each in (*structure.dimensions, *time)],
        "attributes": {
            each.component_id: (component(each), relationship(each), each.usage == "mandatory")
            for each in structure.attributes
        },
        "measures": [component(each)[:2] for each in structure.measures],
        "groups": {group.id: list(group.dimensions) for group in structure.groups},
    }


def agreement(_: Structures, agreement: ProvisionAgreement) -> Said:
    assert agreement.dataflow
    assert agreement.data_provider
    return {"dataflow": agreement.dataflow.id, "provider": agreement.data_provider.item}


def constraint(_: Structures, constraint: DataConstraint) -> Said:
    """sdmx1 finds the dimensions by the dataflow: of agreements it has none."""
    is_on_flow = any(each.artefact_class == "Dataflow" for each in constraint.attachment)
    return {
        "role": constraint.role,
        "attachment": {each.id for each in constraint.attachment},
        "regions": [
            (region.include, {key.id: set(key.values) for key in region.keys if key.values} if is_on_flow else {})
            for region in constraint.cube_regions
        ],
    }


def categorisation(_: Structures, one: Categorisation) -> Said:
    assert one.source
    assert one.target
    return {"source": one.source.id, "category": one.target.item.rpartition(".")[2]}


def tree(_: Structures, hierarchy: Hierarchy) -> Said:
    return {"codes": branches(hierarchy.items)}


def branches(codes: Iterable[HierarchicalCode]) -> list[tuple[str, str, Any]]:
    return [(code.id, code.code.item if code.code else "", branches(code.items)) for code in codes]


def metadata_structure(_: Structures, structure: MetadataStructure) -> Said:
    """In 2.1 it is one report of its own name."""
    return {structure.id: metadata_attributes(structure.attributes)}


def metadata_attributes(attributes: Iterable[MetadataAttribute]) -> list[tuple[str, str, Any]]:
    return [(each.component_id, each.concept.item, metadata_attributes(each.attributes)) for each in attributes]


def metadataflow(_: Structures, flow: Metadataflow | Dataflow) -> Said:
    assert flow.structure
    return {"structure": flow.structure.id}


def transformations(_: Structures, scheme: TransformationScheme) -> Said:
    return {item.id: (dict(item.names), item.expression, item.result) for item in scheme.items}


# --- what sdmx1 holds -----------------------------------------------------------------------------------------------------


def localised(value: Any) -> dict[str, str]:
    return dict(value.localizations)


def their_texts(value: Any) -> tuple[Text, Text]:
    return localised(value.name), localised(value.description)


def parent(item: Any) -> str | None:
    return None if item.parent is None or not hasattr(item.parent, "parent") else item.parent.id


def their_codes(scheme: Any) -> Said:
    return {id: (*their_texts(item), parent(item)) for id, item in scheme.items.items()}


def their_concepts(scheme: Any) -> Said:
    return {
        id: (*their_texts(item), parent(item), their_values(item.core_representation))
        for id, item in scheme.items.items()
    }


def their_values(representation: Any) -> str | None:
    if representation is None:
        return None
    if representation.enumerated is not None:
        return str(representation.enumerated.id)
    name: str = representation.non_enumerated[0].value_type.name
    return name[0].upper() + name[1:]


def their_nested(scheme: Any) -> Said:
    def path(item: Any) -> str:
        above = parent(item)
        return item.id if above is None else f"{path(item.parent)}.{item.id}"

    return {path(item): their_texts(item) for item in scheme.items.values()}


def their_organisations(scheme: Any) -> Said:
    return {
        id.rpartition(".")[2]: (
            *their_texts(item),
            [
                (localised(each.name), (each.telephone,) if each.telephone else (), tuple(each.email), tuple(each.uri))
                for each in item.contact
            ],
        )
        for id, item in scheme.items.items()
        if localised(item.name)  # it adds the agency that maintains the scheme
    }


def their_flow(flow: Any) -> Said:
    structure = flow.structure
    return {"structure": f"{structure.maintainer.id}:{structure.id}({structure.version})"}


def their_structure(structure: Any) -> Said:
    def component(component: Any) -> tuple[str, str, str | None]:
        return component.id, component.concept_identity.id, their_values(component.local_representation)

    def relationship(attribute: Any) -> object:
        related = attribute.related_to
        kind = type(related).__name__
        if kind == "GroupRelationship":
            return related.group_key.id
        if kind == "DimensionRelationship":
            return {each.id for each in related.dimensions}
        return {"PrimaryMeasureRelationship": "observation", "NoSpecifiedRelationship": "dataflow"}[kind]

    return {
        "dimensions": [component(each) for each in structure.dimensions],
        "attributes": {
            each.id: (component(each), relationship(each), each.usage_status.name == "mandatory")
            for each in structure.attributes
        },
        "measures": [component(each)[:2] for each in structure.measures],
        "groups": {id: [each.id for each in group.components] for id, group in structure.group_dimensions.items()},
    }


def their_agreement(agreement: Any) -> Said:
    return {"dataflow": agreement.structure_usage.id, "provider": agreement.data_provider.id}


def their_constraint(constraint: Any) -> Said:
    return {
        "role": {"allowable": "Allowed", "actual": "Actual"}[constraint.role.role.name],
        "attachment": {each.id for each in constraint.content},
        "regions": [
            (
                str(region.included).lower() == "true",
                {
                    selection.values_for.id: {value.value for value in selection.values if hasattr(value, "value")}
                    for selection in region.member.values()
                    if any(hasattr(value, "value") for value in selection.values)
                },
            )
            for region in constraint.data_content_region
        ],
    }


def their_categorisation(one: Any) -> Said:
    return {"source": one.artefact.id, "category": one.category.id}


def ids(_: Structures, hierarchy: Any) -> Said:
    return {code.id: ids(_, code) for code in hierarchy.items}


def their_ids(hierarchy: Any) -> Said:
    codes = hierarchy.codes.values() if hasattr(hierarchy, "codes") else hierarchy.child
    return {code.id: their_ids(code) for code in codes}


def source(_: Structures, one: Categorisation) -> Said:
    return {"source": one.source and one.source.id}


def their_tree(hierarchy: Any) -> Said:
    inner = hierarchy.hierarchy[0] if hasattr(hierarchy, "hierarchy") else hierarchy
    return {"codes": their_branches(inner.codes.values())}


def their_branches(codes: Iterable[Any]) -> list[tuple[str, str, Any]]:
    return [(code.id, code.code.id, their_branches(code.child)) for code in codes]


def their_transformations(scheme: Any) -> Said:
    return {item.id: (localised(item.name), item.expression, str(item.result)) for item in scheme.items.values()}


def their_metadata_structure(structure: Any) -> Said:
    return {id: their_metadata_attributes(report.components) for id, report in structure.report_structure.items()}


def their_metadata_attributes(attributes: Iterable[Any]) -> list[tuple[str, str, Any]]:
    return [(each.id, each.concept_identity.id, their_metadata_attributes(each.child)) for each in attributes]


def their_metadataflow(flow: Any) -> Said:
    return {"structure": flow.structure.id}


Ours = Callable[[Structures, Any], Said]
Theirs = Callable[[Any], Said]
# class -> the resource that is asked for, where the message has it, what both hold of it
Line = tuple[str, str, Ours, Theirs]
IN_21: dict[type[Maintainable], Line] = {
    AgencyScheme: ("agencyscheme", "organisation_scheme", organisations, their_organisations),
    Categorisation: ("categorisation", "categorisation", categorisation, their_categorisation),
    CategoryScheme: ("categoryscheme", "category_scheme", nested, their_nested),
    Codelist: ("codelist", "codelist", codes, their_codes),
    ConceptScheme: ("conceptscheme", "concept_scheme", concepts, their_concepts),
    DataConstraint: ("contentconstraint", "constraint", constraint, their_constraint),
    DataConsumerScheme: ("dataconsumerscheme", "organisation_scheme", organisations, their_organisations),
    DataProviderScheme: ("dataproviderscheme", "organisation_scheme", organisations, their_organisations),
    DataStructure: ("datastructure", "structure", structure, their_structure),
    Dataflow: ("dataflow", "dataflow", flow, their_flow),
    Hierarchy: ("hierarchicalcodelist", "hierarchical_codelist", tree, their_tree),
    MetadataStructure: ("metadatastructure", "metadatastructure", metadata_structure, their_metadata_structure),
    Metadataflow: ("metadataflow", "metadataflow", metadataflow, their_metadataflow),
    ProvisionAgreement: ("provisionagreement", "provisionagreement", agreement, their_agreement),
    TransformationScheme: ("transformationscheme", "transformation_scheme", transformations, their_transformations),
}
# Of 3.0 it keeps neither which category or code is referred to, nor the version of a dataflow's structure.
IN_30: dict[type[Maintainable], Line] = {
    **{cls: IN_21[cls] for cls in (AgencyScheme, CategoryScheme, Codelist, ConceptScheme, TransformationScheme)},
    Categorisation: ("categorisation", "categorisation", source, lambda one: {"source": one.artefact.id}),
    Dataflow: ("dataflow", "dataflow", metadataflow, their_metadataflow),
    Hierarchy: ("hierarchicalcodelist", "hierarchy", ids, their_ids),
}


def sdmx1(address: str, version: str) -> sdmx.Client:
    source = {"id": version, "name": "sdmx-dsm", "url": f"{address}/sdmx/{version}", "supports": {"preview": False}}
    sdmx.add_source(source | ({"versions": ["3.0.0"]} if version == "v2" else {}), override=True)
    return sdmx.Client(version)


@pytest.mark.parametrize(
    "version, cls",
    [*(("v1", cls) for cls in IN_21), *(("v2", cls) for cls in IN_30)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_sdmx1_holds_what_the_registry_holds(
    address: str, held: Structures, version: str, cls: type[Maintainable]
) -> None:
    resource, place, ours, theirs = (IN_21 if version == "v1" else IN_30)[cls]
    every = "all" if version == "v1" else "*"
    message = sdmx1(address, version).get(
        resource, resource_id=every, agency_id=every, version=every, params={"references": "none"}, force=True
    )
    heading = (lambda _: ({}, {})) if cls is TransformationScheme else texts  # of which it keeps no names
    found = {
        f"{each.maintainer.id}:{each.id}({each.version})": (*their_texts(each), theirs(each))
        for each in getattr(message, place).values()
        if not each.is_external_reference
    }
    expected = {
        each.reference.short: (*heading(each), ours(held, each))
        for each in held.of_class(cls)
        if version == "v2" or type(each) is cls  # 2.1 has no geographic codelists
    }
    assert expected
    assert found == expected
