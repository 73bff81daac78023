"""Artefacts of the classes of items, data structures and agreements, with whatever a syntax can say of them.

Each function takes the syntax: `said` leaves out the fields that it has no place for."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from hypothesis import strategies as st

from sdmx_dsm.formats.structures.components import DimensionList
from sdmx_dsm.formats.structures.declarations import DECLARATIONS
from sdmx_dsm.model import (
    Agency,
    AgencyScheme,
    Annotation,
    Attribute,
    Categorisation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    CodelistExtension,
    ComponentList,
    Concept,
    ConceptScheme,
    Contact,
    DataConsumer,
    DataConsumerScheme,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    GeoFeatureSetCode,
    GeographicCodelist,
    GeoGridCode,
    GeoGridCodelist,
    Group,
    Link,
    Maintainable,
    Measure,
    MetadataAttributeUsage,
    MetadataProvider,
    MetadataProviderScheme,
    OrganisationUnit,
    OrganisationUnitScheme,
    ProvisionAgreement,
    Reference,
    Representation,
    SentinelValue,
    TextFormat,
    TimeDimension,
    ValueItem,
    ValueList,
)

Strategy = st.SearchStrategy[Any]
ONLY_21: Final = ("ml21", "json10")

# All that XML can carry: no control characters but tab and line feeds, no surrogates, none of the two non-characters.
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿", include_characters="\t\n\r"
)
TEXT = st.text(CHARACTERS, min_size=1, max_size=30)
LANGUAGES = st.sampled_from(["en", "ru", "ky", "uz-cyrl", "zh-hans", "en-gb"])
TEXTS = st.dictionaries(LANGUAGES, TEXT, max_size=3)
NAMES = st.dictionaries(LANGUAGES, TEXT, min_size=1, max_size=3)
IDS = st.from_regex(r"[A-Za-z0-9_@$\-]{1,8}", fullmatch=True)
NC_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")  # the schema of 3.0 wants parents to be such; 3.1 takes any id again
COMPONENT_IDS = st.from_regex(r"[A-Z][A-Z0-9_]{0,6}", fullmatch=True)
VERSIONS = st.sampled_from(["1.0", "1.0.0", "2.10.3", "0.1"])
MOMENTS = st.sampled_from(["2020-01-01T00:00:00Z", "2026-05-06T07:08:09+03:00"])
ADDRESSES = st.sampled_from(["https://example.org/", "http://a.example/b?c=d&e=f#g", "urn:example:1"])
FLAGS = st.booleans()
ANNOTATIONS = st.lists(
    st.builds(Annotation, id=st.none() | TEXT, title=st.none() | TEXT, type=st.none() | TEXT, texts=TEXTS), max_size=2
).map(tuple)

_PLACES: Final = {declaration.cls: declaration for declaration in DECLARATIONS}


def placed(syntax: str, cls: type) -> frozenset[str]:
    """The fields of a class that a syntax has a place for."""
    rows = _PLACES[cls].fields
    return frozenset(name for row in rows if row.places[syntax] for name in row.names)  # type: ignore[index]


def said(syntax: str, cls: type, **fields: Strategy) -> Strategy:
    kept = placed(syntax, cls) | _PLACES[cls].required | {"is_measure"}
    return st.builds(cls, **{name: strategy for name, strategy in fields.items() if name in kept})


def optional(strategy: Strategy) -> Strategy:
    return st.none() | strategy


def some(strategy: Strategy, **limits: Any) -> Strategy:
    return st.lists(strategy, max_size=limits.pop("max_size", 2), **limits).map(tuple)


def reference(cls: str, id: str | None = None, item: Strategy | None = None) -> Strategy:
    ids = COMPONENT_IDS if id is None else st.just(id)
    return st.builds(Reference, st.just(cls), st.just("DSM"), ids, VERSIONS, st.just("") if item is None else item)


CONCEPTS = reference("Concept", "CS", COMPONENT_IDS)


# --- base -------------------------------------------------------------------------------------------------------------


def links(syntax: str) -> Strategy:
    link = said(
        syntax,
        Link,
        rel=st.sampled_from(["copyright", "alternate"]),
        url=ADDRESSES,
        urn=optional(reference("Codelist").map(lambda target: target.urn)),
        type=optional(TEXT),
        titles=TEXTS,
        language=optional(LANGUAGES),
    )
    return some(link)


def annotations(syntax: str) -> Strategy:
    more = said(syntax, Link, rel=st.just("related"), url=ADDRESSES, titles=NAMES)
    annotation = said(
        syntax,
        Annotation,
        id=optional(TEXT),
        title=optional(TEXT),
        type=optional(TEXT),
        url=optional(ADDRESSES),
        urls=st.dictionaries(LANGUAGES, ADDRESSES, max_size=2),
        texts=TEXTS,
        value=optional(TEXT),
        links=some(more, max_size=1),
    )
    return some(annotation)


def identified(syntax: str, **fields: Strategy) -> dict[str, Strategy]:
    return {"annotations": annotations(syntax), "links": links(syntax), "uri": optional(ADDRESSES)} | fields


def named(syntax: str, **fields: Strategy) -> dict[str, Strategy]:
    return identified(syntax, names=NAMES, descriptions=TEXTS) | fields


def kept(syntax: str, **fields: Strategy) -> dict[str, Strategy]:
    """What a maintainable artefact may say."""
    return (
        named(
            syntax,
            id=st.just("X"),
            agency=st.sampled_from(["DSM", "DSM.MD"]),
            version=VERSIONS,
            valid_from=optional(MOMENTS),
            valid_to=optional(MOMENTS),
            is_final=optional(FLAGS),
            is_external_reference=FLAGS,
            is_partial_language=FLAGS,
            service_url=optional(st.just("https://example.org/s")),
            structure_url=optional(st.just("https://example.org/x")),
        )
        | fields
    )


@st.composite
def items(draw: st.DrawFn, syntax: str, cls: type, ids: Strategy = IDS, **fields: Strategy) -> tuple[Any, ...]:
    """Items of a class, some below others where the class has parents."""
    chosen = draw(st.lists(ids, unique=True, max_size=4))
    parents = [id for id in chosen if NC_NAME.fullmatch(id)]
    parent = optional(st.sampled_from(parents)) if parents else st.none()
    return tuple(draw(said(syntax, cls, **named(syntax, id=st.just(id), parent=parent, **fields))) for id in chosen)


def scheme(syntax: str, cls: type, items: Strategy, **fields: Strategy) -> Strategy:
    return said(syntax, cls, **kept(syntax, is_partial=FLAGS, items=items, **fields))


# --- items ------------------------------------------------------------------------------------------------------------


def contacts(syntax: str) -> Strategy:
    numbers = some(TEXT)
    contact = said(
        syntax,
        Contact,
        id=optional(IDS),
        names=TEXTS,
        departments=TEXTS,
        roles=TEXTS,
        telephones=numbers,
        faxes=numbers,
        x400s=numbers,
        uris=some(ADDRESSES),
        emails=some(st.sampled_from(["a@example.org", "b.c@example.com"])),
    )
    return some(contact)


def organisations(id: str, scheme_class: type, cls: type) -> Callable[[str], Strategy]:
    def schemes(syntax: str) -> Strategy:
        fixed = {"id": st.just(id), "version": st.just("1.0"), "is_final": optional(st.just(False))}
        members = items(syntax, cls, COMPONENT_IDS, contacts=contacts(syntax))
        return scheme(syntax, scheme_class, members, **fixed)

    return schemes


@st.composite
def extensions(draw: st.DrawFn) -> CodelistExtension:
    ids = st.from_regex(r"[A-Za-z0-9_@$]{1,8}", fullmatch=True)  # the schemas of SDMX-ML forbid hyphens by mistake
    chosen = draw(st.lists(ids, unique=True, max_size=3))
    wild = draw(st.lists(ids.map(lambda id: f"{id}%"), unique=True, max_size=2))
    cascades = draw(st.tuples(*(st.sampled_from(["", "true", "excluderoot"]) for _ in chosen)))
    return CodelistExtension(
        codelist=draw(reference("Codelist")),
        prefix=draw(optional(TEXT)),
        include=draw(FLAGS) or not (wild or chosen),
        members=(*wild, *chosen),
        cascades=(*("" for _ in wild), *cascades) if any(cascades) else (),
    )


def codelists(cls: type, code: type, **fields: Strategy) -> Callable[[str], Strategy]:
    own = {"value": TEXT, "geo_cell": TEXT}
    return lambda syntax: scheme(syntax, cls, items(syntax, code, **own), extensions=some(extensions()), **fields)


def value_lists(syntax: str) -> Strategy:
    item = said(syntax, ValueItem, id=TEXT, annotations=annotations(syntax), names=TEXTS, descriptions=TEXTS)
    return scheme(syntax, ValueList, some(item, max_size=4))


def concept_schemes(syntax: str) -> Strategy:
    iso = st.tuples(COMPONENT_IDS, COMPONENT_IDS, COMPONENT_IDS)
    core = optional(representations(syntax, rich=True))
    concepts = items(syntax, Concept, COMPONENT_IDS, core_representation=core, iso_concept=optional(iso))
    return scheme(syntax, ConceptScheme, concepts)


def category_schemes(syntax: str) -> Strategy:
    inner = items(syntax, Category)
    return scheme(syntax, CategoryScheme, items(syntax, Category, items=inner))


# --- representations --------------------------------------------------------------------------------------------------


def formats(syntax: str, *, rich: bool) -> Strategy:
    numbers = st.decimals(-1000, 1000, places=3).map(str)
    sentinel = said(syntax, SentinelValue, value=TEXT, names=NAMES, descriptions=TEXTS)
    return said(
        syntax,
        TextFormat,
        text_type=st.sampled_from(["String", "Decimal", "Integer", "Boolean", "DateTime", "Duration"]),
        is_sequence=optional(FLAGS),
        interval=optional(st.integers(1, 9).map(str)),
        start_value=optional(numbers),
        end_value=optional(numbers),
        time_interval=optional(st.sampled_from(["P1Y", "P3M"])),
        start_time=optional(st.just("2010")),
        end_time=optional(st.just("2020-12")),
        min_length=optional(st.integers(1, 10)),
        max_length=optional(st.integers(1, 10)),
        min_value=optional(numbers),
        max_value=optional(numbers),
        decimals=optional(st.integers(1, 9)),
        pattern=optional(TEXT),
        is_multilingual=optional(FLAGS) if rich else st.none(),
        sentinel_values=some(sentinel),
    )


def representations(syntax: str, *, rich: bool = False, coded: tuple[str, ...] = ("Codelist",)) -> Strategy:
    """`rich`: in languages, and in 3.x several values."""
    code_format = st.builds(
        TextFormat,
        text_type=st.sampled_from(["Alpha", "String"]),
        max_length=optional(st.integers(1, 9)),
        pattern=optional(TEXT),
    )
    occurs = (
        {"min_occurs": optional(st.integers(0, 3)), "max_occurs": st.sampled_from([1, 5, None])}
        if rich and syntax not in ONLY_21
        else {}
    )
    classes = (*coded, "ValueList") if occurs else coded
    enumerated = st.one_of(
        *(
            st.builds(Representation, enumeration=reference(cls), text_format=optional(code_format), **occurs)
            for cls in classes
        )
    )
    return enumerated | st.builds(Representation, text_format=formats(syntax, rich=rich), **occurs)


# --- data structures ------------------------------------------------------------------------------------------------------


def component(syntax: str, id: str, **fields: Strategy) -> dict[str, Strategy]:
    return (
        identified(
            syntax,
            id=st.just(id),
            concept=CONCEPTS,
            representation=optional(representations(syntax)),
            roles=some(CONCEPTS, unique=True),
        )
        | fields
    )


@st.composite
def relationships(draw: st.DrawFn, syntax: str, dimensions: list[str], groups: list[str]) -> dict[str, Any]:
    named = draw(st.lists(st.sampled_from(dimensions), unique=True, min_size=1))
    at_dimensions: dict[str, Any] = {"relationship": "dimensions", "dimensions": tuple(named)}
    if syntax not in ONLY_21:
        at_dimensions["optional_dimensions"] = tuple(id for id in named if draw(FLAGS))
    return draw(
        st.sampled_from(
            [
                {"relationship": "dataflow"},
                {"relationship": "observation"},
                at_dimensions,
                *({"relationship": "group", "group": group} for group in groups),
            ]
        )
    )


@st.composite
def attributes(draw: st.DrawFn, syntax: str, id: str, dimensions: list[str], groups: list[str]) -> Attribute:
    place = draw(relationships(syntax, dimensions, groups))
    if syntax in ONLY_21 and groups and place["relationship"] == "dimensions" and draw(FLAGS):
        place |= {"attachment_groups": tuple(groups)}
    fields = component(
        syntax,
        id,
        usage=st.sampled_from(["mandatory", "optional"]),
        measures=some(st.just("OBS_VALUE"), max_size=1),
        representation=optional(representations(syntax, rich=syntax not in ONLY_21)),
    )
    return draw(said(syntax, Attribute, **fields, **{name: st.just(value) for name, value in place.items()}))


@st.composite
def usages(draw: st.DrawFn, syntax: str, dimensions: list[str], groups: list[str]) -> MetadataAttributeUsage:
    return MetadataAttributeUsage(
        reference=draw(COMPONENT_IDS),
        annotations=draw(annotations(syntax)),
        links=draw(links(syntax))[:1],
        **draw(relationships(syntax, dimensions, groups)),
    )


def component_lists(syntax: str, ids: list[str]) -> Strategy:
    """Something is said of some of the lists."""
    known = placed(syntax, DimensionList)
    fields = {name: strategy for name, strategy in identified(syntax).items() if name in known}
    lists = (st.builds(ComponentList, id=st.just(id), **fields) for id in ids)
    return st.tuples(*lists).map(lambda found: tuple(each for each in found if each != ComponentList(id=each.id)))


@st.composite
def data_structures(draw: st.DrawFn, syntax: str) -> DataStructure:
    ids = draw(st.lists(COMPONENT_IDS, unique=True, min_size=2, max_size=6))
    count = draw(st.integers(1, len(ids)))
    dimensions, rest = ids[:count], ids[count:]
    groups = ["GROUP"] if draw(FLAGS) else []
    early = syntax in ONLY_21
    by_measure = said(
        syntax,
        Dimension,
        **component(
            syntax,
            "BY_MEASURE",
            position=st.just(len(dimensions) + 1),
            is_measure=st.just(True),
            representation=st.builds(Representation, enumeration=reference("ConceptScheme")),
        ),
    )
    by_constraint = said(
        syntax,
        Group,
        **identified(syntax, id=st.just("BY_CONSTRAINT"), attachment_constraint=reference("AttachmentConstraint")),
    )
    time_format = st.builds(
        TextFormat,
        text_type=st.sampled_from(["ObservationalTimePeriod", "GregorianYear"]),
        start_time=optional(st.just("2010")),
    )
    measure = said(
        syntax,
        Measure,
        **component(
            syntax,
            "OBS_VALUE",
            usage=optional(st.sampled_from(["mandatory", "optional"])),
            representation=optional(representations(syntax, rich=not early)),
        ),
    )
    parts = {
        "dimensions": st.tuples(
            *(
                said(syntax, Dimension, **component(syntax, id, position=st.just(position)))
                for position, id in enumerate(dimensions, 1)
            ),
            *((by_measure,) if early and draw(FLAGS) else ()),
        ),
        "time_dimension": said(
            syntax,
            TimeDimension,
            **identified(
                syntax,
                id=st.just("TIME_PERIOD"),
                concept=CONCEPTS,
                position=st.just(len(dimensions) + 2),
                representation=st.builds(Representation, text_format=time_format),
            ),
        ),
        "groups": st.tuples(
            *(
                said(syntax, Group, **identified(syntax, id=st.just(id), dimensions=st.just(tuple(dimensions[:1]))))
                for id in groups
            ),
            *((by_constraint,) if early and draw(FLAGS) else ()),
        ),
        "attributes": st.tuples(*(attributes(syntax, id, dimensions, groups) for id in rest)),
        "measures": st.tuples(measure),
        "metadata": optional(reference("MetadataStructure")),
        "metadata_attribute_usages": some(usages(syntax, dimensions, groups)),
        "evolving_structure": FLAGS,
    }
    structure = draw(said(syntax, DataStructure, **kept(syntax), **_known(syntax, parts)))
    lists = ["DimensionDescriptor", *(["AttributeDescriptor"] if rest else []), "MeasureDescriptor"]
    return type(structure)(**fields_of(structure) | {"lists": draw(component_lists(syntax, lists))})


def _known(syntax: str, parts: Mapping[str, Strategy]) -> dict[str, Strategy]:
    lost = ("metadata", "metadata_attribute_usages") if syntax in ONLY_21 else ()
    return {name: strategy for name, strategy in parts.items() if name not in lost}


def fields_of(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__ if name != "urn_class"}


def dataflows(syntax: str) -> Strategy:
    fields = kept(
        syntax, structure=optional(reference("DataStructure")), dimension_constraint=some(COMPONENT_IDS, unique=True)
    )
    return said(syntax, Dataflow, **fields)


def agreements(syntax: str) -> Strategy:
    provider = st.builds(
        Reference, st.just("DataProvider"), st.just("DSM"), st.just("DATA_PROVIDERS"), st.just("1.0"), COMPONENT_IDS
    )
    return said(syntax, ProvisionAgreement, **kept(syntax, dataflow=reference("Dataflow"), data_provider=provider))


def categorisations(syntax: str) -> Strategy:
    target = reference("Category", "TOPICS", st.lists(COMPONENT_IDS, min_size=1, max_size=2).map(".".join))
    fixed = {"version": st.just("1.0")} if syntax == "ml31" else {}
    return said(syntax, Categorisation, **kept(syntax, source=reference("Dataflow"), target=target, **fixed))


ARTEFACTS: Final[Mapping[type[Maintainable], Callable[[str], Strategy]]] = {
    AgencyScheme: organisations("AGENCIES", AgencyScheme, Agency),
    DataProviderScheme: organisations("DATA_PROVIDERS", DataProviderScheme, DataProvider),
    DataConsumerScheme: organisations("DATA_CONSUMERS", DataConsumerScheme, DataConsumer),
    MetadataProviderScheme: organisations("METADATA_PROVIDERS", MetadataProviderScheme, MetadataProvider),
    OrganisationUnitScheme: organisations("UNITS", OrganisationUnitScheme, OrganisationUnit),
    Codelist: codelists(Codelist, Code),
    GeographicCodelist: codelists(GeographicCodelist, GeoFeatureSetCode),
    GeoGridCodelist: codelists(GeoGridCodelist, GeoGridCode, grid_definition=TEXT),
    ValueList: value_lists,
    ConceptScheme: concept_schemes,
    CategoryScheme: category_schemes,
    DataStructure: data_structures,
    Dataflow: dataflows,
    ProvisionAgreement: agreements,
    Categorisation: categorisations,
}
