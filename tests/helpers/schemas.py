"""Two small data structures, made by hand, for tests that need a schema and not a file.

    DSM:EXAMPLE(1.0.0)   FREQ, REF_AREA, SEX, TIME_PERIOD; OBS_VALUE; attributes OBS_STATUS and COMMENT_OBS at the
                         observation, UNIT_MEASURE and COLLECTION at the series, TITLE on the group Sibling (REF_AREA, SEX),
                         COVERAGE on REF_AREA alone, REPORTING_YEAR_START_DAY and SOURCE_NOTE at the data set
    DSM:RICH(1.0.0)      FREQ, REF_AREA, TIME_PERIOD; measures OBS_VALUE and OBS_COUNT; attributes OBS_STATUS and the array
                         METHOD at the observation, the multilingual TITLE at the series, the array CONTACT at the data set

Each has a dataflow of the same id and version, EXAMPLE also the agreement DSM:EXAMPLE_KG(1.0.0)."""

from sdmx_dsm.model import (
    Attribute,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    Dataflow,
    DataStructure,
    Dimension,
    Group,
    Maintainable,
    Measure,
    ProvisionAgreement,
    Reference,
    Representation,
    Structures,
    TextFormat,
    TimeDimension,
)

AGENCY = "DSM"
EXAMPLE_STRUCTURE = Reference("DataStructure", AGENCY, "EXAMPLE", "1.0.0")
EXAMPLE = Reference("Dataflow", AGENCY, "EXAMPLE", "1.0.0")
EXAMPLE_AGREEMENT = Reference("ProvisionAgreement", AGENCY, "EXAMPLE_KG", "1.0.0")
RICH_STRUCTURE = Reference("DataStructure", AGENCY, "RICH", "1.0.0")
RICH = Reference("Dataflow", AGENCY, "RICH", "1.0.0")

CODES = {
    "CL_FREQ": {"A": "Annual", "Q": "Quarterly", "M": "Monthly"},
    "CL_AREA": {"KG": "Kyrgyzstan", "TJ": "Tajikistan", "UZ": "Uzbekistan", "_T": "All countries"},
    "CL_SEX": {"F": "Female", "M": "Male", "_T": "Total"},
    "CL_OBS_STATUS": {"A": "Normal value", "E": "Estimated value", "M": "Missing value"},
    "CL_UNIT": {"PS": "Persons", "PC": "Per cent"},
}
CONCEPTS = (
    *("FREQ", "REF_AREA", "SEX", "TIME_PERIOD", "OBS_VALUE", "OBS_COUNT", "OBS_STATUS", "COMMENT_OBS", "UNIT_MEASURE"),
    *("COLLECTION", "TITLE", "COVERAGE", "REPORTING_YEAR_START_DAY", "SOURCE_NOTE", "METHOD", "CONTACT"),
)


def concept(id: str) -> Reference:
    return Reference("Concept", AGENCY, "CS_EXAMPLE", "1.0+.0", id)


def coded(codelist: str) -> Representation:
    return Representation(enumeration=Reference("Codelist", AGENCY, codelist, "1.0+.0"))


def text(text_type: str = "String", max_occurs: int | None = 1, is_multilingual: bool = False) -> Representation:
    return Representation(
        text_format=TextFormat(text_type=text_type, is_multilingual=is_multilingual), max_occurs=max_occurs
    )


def dimension(id: str, codelist: str) -> Dimension:
    return Dimension(id=id, concept=concept(id), representation=coded(codelist))


TIME = TimeDimension(id="TIME_PERIOD", concept=concept("TIME_PERIOD"), representation=text("ObservationalTimePeriod"))
OBS_VALUE = Measure(id="OBS_VALUE", concept=concept("OBS_VALUE"), representation=text("Decimal"))


def example_structure() -> DataStructure:
    return DataStructure(
        id="EXAMPLE",
        agency=AGENCY,
        version="1.0.0",
        names={"en": "Example", "ru": "Пример"},
        dimensions=(dimension("FREQ", "CL_FREQ"), dimension("REF_AREA", "CL_AREA"), dimension("SEX", "CL_SEX")),
        time_dimension=TIME,
        groups=(Group(id="Sibling", dimensions=("REF_AREA", "SEX")),),
        measures=(OBS_VALUE,),
        attributes=(
            Attribute(concept=concept("OBS_STATUS"), representation=coded("CL_OBS_STATUS"), usage="mandatory"),
            Attribute(concept=concept("COMMENT_OBS"), representation=text()),
            Attribute(
                concept=concept("UNIT_MEASURE"),
                representation=coded("CL_UNIT"),
                usage="mandatory",
                relationship="dimensions",
                dimensions=("FREQ", "REF_AREA", "SEX"),
            ),
            Attribute(
                concept=concept("COLLECTION"),
                representation=text(),
                relationship="dimensions",
                dimensions=("FREQ", "REF_AREA", "SEX"),
            ),
            Attribute(concept=concept("TITLE"), representation=text(), relationship="group", group="Sibling"),
            Attribute(
                concept=concept("COVERAGE"),
                representation=text(),
                relationship="dimensions",
                dimensions=("REF_AREA",),
            ),
            Attribute(
                concept=concept("REPORTING_YEAR_START_DAY"),
                representation=text("MonthDay"),
                relationship="dataflow",
            ),
            Attribute(concept=concept("SOURCE_NOTE"), representation=text(), relationship="dataflow"),
        ),
    )


def rich_structure() -> DataStructure:
    return DataStructure(
        id="RICH",
        agency=AGENCY,
        version="1.0.0",
        names={"en": "Arrays and languages"},
        dimensions=(dimension("FREQ", "CL_FREQ"), dimension("REF_AREA", "CL_AREA")),
        time_dimension=TIME,
        measures=(
            OBS_VALUE,
            Measure(id="OBS_COUNT", concept=concept("OBS_COUNT"), representation=text("Integer")),
        ),
        attributes=(
            Attribute(concept=concept("OBS_STATUS"), representation=coded("CL_OBS_STATUS")),
            Attribute(concept=concept("METHOD"), representation=text(max_occurs=None)),
            Attribute(
                concept=concept("TITLE"),
                representation=text(is_multilingual=True),
                relationship="dimensions",
                dimensions=("FREQ", "REF_AREA"),
            ),
            Attribute(concept=concept("CONTACT"), representation=text(max_occurs=None), relationship="dataflow"),
        ),
    )


def example_artefacts() -> tuple[Maintainable, ...]:
    return (
        *(
            Codelist(
                id=id,
                agency=AGENCY,
                version="1.0.0",
                names={"en": id},
                items=tuple(Code(id=code, names={"en": name}) for code, name in codes.items()),
            )
            for id, codes in CODES.items()
        ),
        ConceptScheme(
            id="CS_EXAMPLE",
            agency=AGENCY,
            version="1.0.0",
            names={"en": "Concepts"},
            items=tuple(Concept(id=id, names={"en": id.replace("_", " ").capitalize()}) for id in CONCEPTS),
        ),
        example_structure(),
        rich_structure(),
        Dataflow(
            id="EXAMPLE",
            agency=AGENCY,
            version="1.0.0",
            names={"en": "Example", "ru": "Пример"},
            structure=EXAMPLE_STRUCTURE,
        ),
        Dataflow(id="RICH", agency=AGENCY, version="1.0.0", names={"en": "Rich"}, structure=RICH_STRUCTURE),
        ProvisionAgreement(
            id="EXAMPLE_KG",
            agency=AGENCY,
            version="1.0.0",
            names={"en": "Example of Kyrgyzstan"},
            dataflow=EXAMPLE,
            data_provider=Reference("DataProvider", AGENCY, "DATA_PROVIDERS", "1.0", "KG_STAT"),
        ),
    )


def example_structures() -> Structures:
    return Structures(example_artefacts())
