"""References between artefacts: URNs, their short form, and the table of classes they may name.

    urn:sdmx:org.sdmx.infomodel.codelist.Code=SDMX:CL_FREQ(2.1.0).A      (SDMX 3.0 section 5)
                                              SDMX:CL_FREQ(2.1.0)         the short form, where the class is known

A version in a reference may be a wildcard (`2.1+.0`, `*`): it is resolved late, by `Structures.resolve`."""

import re
from dataclasses import dataclass, replace
from typing import Self

from sdmx_dsm.errors import UrnError

# class -> package; maintainable classes first, then the classes of what they contain (SDMX 3.0 section 5; 2.1 where it has more).
MAINTAINABLE_PACKAGES = {
    name: package
    for package, names in {
        "base": "AgencyScheme DataProviderScheme DataConsumerScheme MetadataProviderScheme OrganisationUnitScheme",
        "codelist": "Codelist ValueList Hierarchy HierarchyAssociation HierarchicalCodelist",
        "conceptscheme": "ConceptScheme",
        "datastructure": "DataStructure Dataflow",
        "metadatastructure": "MetadataStructure Metadataflow MetadataSet",
        "categoryscheme": "CategoryScheme Categorisation ReportingTaxonomy",
        "registry": """ProvisionAgreement MetadataProvisionAgreement DataConstraint MetadataConstraint AttachmentConstraint
            Subscription""",
        "structuremapping": """StructureMap RepresentationMap ConceptSchemeMap CategorySchemeMap OrganisationSchemeMap
            ReportingTaxonomyMap""",
        "mapping": "StructureSet",
        "process": "Process",
        "transformation": """TransformationScheme RulesetScheme UserDefinedOperatorScheme CustomTypeScheme
            NamePersonalisationScheme VtlMappingScheme""",
    }.items()
    for name in names.split()
}
# class of what holds -> classes of what it contains. Where an item class may be in several, the first is of 3.x.
CONTENTS = {
    "AgencyScheme": "Agency",
    "DataProviderScheme": "DataProvider",
    "DataConsumerScheme": "DataConsumer",
    "MetadataProviderScheme": "MetadataProvider",
    "OrganisationUnitScheme": "OrganisationUnit",
    "Codelist": "Code",
    "ValueList": "ValueItem",
    "Hierarchy": "HierarchicalCode Level",
    "ConceptScheme": "Concept",
    "DataStructure": """DimensionDescriptor Dimension MeasureDimension TimeDimension AttributeDescriptor DataAttribute
        MeasureDescriptor Measure PrimaryMeasure GroupDimensionDescriptor ReportingYearStartDay""",
    "MetadataStructure": """MetadataAttributeDescriptor MetadataAttribute MetadataTarget ReportStructure IdentifiableObjectTarget
        DataSetTarget DimensionDescriptorValuesTarget ConstraintTarget ReportPeriodTarget""",
    "CategoryScheme": "Category",
    "ReportingTaxonomy": "ReportingCategory",
    "StructureMap": "EpochMap DatePatternMap FrequencyFormatMapping",
    "StructureSet": """CodelistMap ComponentMap CodeMap ConceptMap OrganisationMap CategoryMap ReportingCategoryMap
        HybridCodelistMap""",
    "Process": "ProcessStep Transition",
    "TransformationScheme": "Transformation",
    "RulesetScheme": "Ruleset",
    "UserDefinedOperatorScheme": "UserDefinedOperator",
    "CustomTypeScheme": "CustomType",
    "NamePersonalisationScheme": "NamePersonalisation",
    "VtlMappingScheme": "VtlMapping VtlDataflowMapping VtlCodelistMapping VtlConceptMapping",
}
# class of an item -> the class of the artefact that holds it
SCHEME_OF_ITEM = {item: scheme for scheme, items in CONTENTS.items() for item in items.split()}
SCHEME_OF_ITEM |= {  # classes of 3.x that 2.1 has inside others
    "Hierarchy": "HierarchicalCodelist",
    **dict.fromkeys(
        ("StructureMap", "ConceptSchemeMap", "CategorySchemeMap", "OrganisationSchemeMap", "ReportingTaxonomyMap"),
        "StructureSet",
    ),
}
ITEM_PACKAGES = {item: MAINTAINABLE_PACKAGES[scheme] for item, scheme in SCHEME_OF_ITEM.items()}
# Names that older versions of the standard use for a class of ours: read, never written.
ALIASES = {
    "ContentConstraint": "DataConstraint",
    "ProvisionAgrement": "ProvisionAgreement",
    "Attribute": "DataAttribute",
}

# Patterns of the types that the schemas have in `common`.
NAME = r"[A-Za-z][A-Za-z0-9_\-]*"  # NCNameIDType
AGENCY = rf"{NAME}(?:\.{NAME})*"  # NestedNCNameIDType
ID = r"[A-Za-z0-9_@$\-]+"  # IDType
_VERSION = r"[0-9A-Za-z.+*~\-]+"
_SHORT = re.compile(rf"({AGENCY}):({ID})(?:\(({_VERSION})\))?(?:\.(.+))?")
_CLASS = r"urn:sdmx:org\.sdmx\.infomodel\.([a-z]+)\.([A-Za-z]+)"
_URN = re.compile(rf"{_CLASS}=({AGENCY}):({ID})\(({_VERSION})\)(?:\.(.+))?")
_LOOSE_URN = re.compile(rf"{_CLASS}=({AGENCY}|\*):({ID}|\*)\(({_VERSION})\)(?:\.(.+))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """Names one artefact, or one item of one. `version` is kept as written and may hold a wildcard; `item` is the dotted
    path of a contained item ("" for the artefact itself). Where the class is any of a package, as in targets of metadata, the
    package is said before it: `codelist.Any`."""

    artefact_class: str
    agency: str
    id: str
    version: str
    item: str = ""

    @property
    def urn(self) -> str:
        packages = ITEM_PACKAGES if self.item else MAINTAINABLE_PACKAGES
        name = (
            self.artefact_class
            if "." in self.artefact_class
            else f"{packages[self.artefact_class]}.{self.artefact_class}"
        )
        return f"urn:sdmx:org.sdmx.infomodel.{name}={self.short}"

    @property
    def short(self) -> str:
        """`AGENCY:ID(VERSION)`, with `.item` behind it for an item."""
        return f"{self.agency}:{self.id}({self.version})" + (f".{self.item}" if self.item else "")

    @property
    def maintainable(self) -> "Reference":
        """The artefact itself: the scheme for an item, else this very reference."""
        if not self.item:
            return self
        return Reference(SCHEME_OF_ITEM[self.artefact_class], self.agency, self.id, self.version)

    def at(self, version: str) -> Self:
        """The same artefact in another version."""
        return replace(self, version=version)

    def __str__(self) -> str:
        return self.short


def parse_urn(text: str, *, loose: bool = False) -> Reference:
    """A URN in full. A `loose` one may have `*` in any part: it says what something may be about (targets of metadata).

    Raises UrnError when it is none, or names a class that we do not know."""
    match = (_LOOSE_URN if loose else _URN).fullmatch(text.strip())
    if not match:
        raise UrnError(
            f"“{text}” is not the URN of an SDMX artefact.", ru=f"«{text}» — не URN артефакта SDMX.", urn=text
        )
    package, name, agency, id, version, item = match.groups()
    name = ALIASES.get(name, name)
    if loose and name == "Any":
        name = f"{package}.Any"
    elif name not in MAINTAINABLE_PACKAGES and name not in ITEM_PACKAGES:
        raise UrnError(
            f"“{text}” names the class {name}, which this version does not hold.",
            ru=f"«{text}» называет класс {name}, которого в этой версии нет.",
            urn=text,
            artefact_class=name,
        )
    return checked(Reference(name, agency, id, version, item or ""))


def checked(reference: Reference) -> Reference:
    """The reference, when it names a whole artefact or a part of one as its class demands. Raises UrnError."""
    name, short = reference.artefact_class, reference.short
    if reference.item and name in MAINTAINABLE_PACKAGES and name not in ITEM_PACKAGES:
        raise UrnError(
            f"“{short}” names a part of an artefact; the class {name} is of whole ones.",
            ru=f"«{short}» называет часть артефакта; класс {name} — это артефакт целиком.",
            urn=short,
        )
    if not reference.item and name in ITEM_PACKAGES and name not in MAINTAINABLE_PACKAGES:
        raise UrnError(
            f"“{short}” names a whole artefact; the class {name} is of a part of one.",
            ru=f"«{short}» называет артефакт целиком; класс {name} — это его часть.",
            urn=short,
        )
    return reference


def parse_reference(text: str, artefact_class: str, default_version: str = "1.0") -> Reference:
    """A URN, or the short form `AGENCY:ID(VERSION)` of an artefact of `artefact_class`.

    `(VERSION)` may be missing; `default_version` stands in. Raises UrnError."""
    if text.startswith("urn:"):
        reference = parse_urn(text)
        if reference.artefact_class != artefact_class:
            raise UrnError(
                f"“{text}” is a {reference.artefact_class}; a {artefact_class} is expected.",
                ru=f"«{text}» — это {reference.artefact_class}, а ожидается {artefact_class}.",
                urn=text,
            )
        return reference
    match = _SHORT.fullmatch(text.strip())
    if not match:
        raise UrnError(
            f"“{text}” is not of the form AGENCY:ID(VERSION), nor a URN.",
            ru=f"«{text}» — не запись вида AGENCY:ID(VERSION) и не URN.",
            urn=text,
        )
    agency, id, version, item = match.groups()
    return checked(Reference(artefact_class, agency, id, version or default_version, item or ""))
