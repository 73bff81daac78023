import pytest

from sdmx_dsm.errors import UrnError
from sdmx_dsm.model import Reference, parse_reference, parse_urn


@pytest.mark.parametrize(
    ("urn", "reference"),
    [
        (
            "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=SDMX:CL_FREQ(2.1+.0)",
            Reference("Codelist", "SDMX", "CL_FREQ", "2.1+.0"),
        ),
        (
            "urn:sdmx:org.sdmx.infomodel.categoryscheme.Category=ECB.DISS:TOPICS(1.0.0).1.2",
            Reference("Category", "ECB.DISS", "TOPICS", "1.0.0", "1.2"),
        ),
        (
            "urn:sdmx:org.sdmx.infomodel.base.DataProvider=DSM:DATA_PROVIDERS(1.0).MD_MIG",
            Reference("DataProvider", "DSM", "DATA_PROVIDERS", "1.0", "MD_MIG"),
        ),
    ],
)
def test_urn_and_reference_are_the_same(urn: str, reference: Reference) -> None:
    assert parse_urn(urn) == reference
    assert reference.urn == urn


def test_class_names_of_older_versions_are_read() -> None:
    assert (
        parse_urn("urn:sdmx:org.sdmx.infomodel.registry.ContentConstraint=A:B(1.0)").artefact_class == "DataConstraint"
    )


def test_an_item_belongs_to_its_scheme() -> None:
    assert Reference("Concept", "SDMX", "CS", "1.0", "FREQ").maintainable == Reference(
        "ConceptScheme", "SDMX", "CS", "1.0"
    )


@pytest.mark.parametrize(
    "text", ["urn:sdmx:nothing", "DSM", "DSM:", "urn:sdmx:org.sdmx.infomodel.codelist.Codelist=A:B", ""]
)
def test_what_is_no_urn_is_refused(text: str) -> None:
    with pytest.raises(UrnError, match="URN"):
        parse_urn(text)


def test_short_form_takes_the_expected_class() -> None:
    assert parse_reference("DSM:FOREIGN_POP(1.0.0)", "Dataflow") == Reference("Dataflow", "DSM", "FOREIGN_POP", "1.0.0")
    assert parse_reference("DSM:FOREIGN_POP", "Dataflow", default_version="*").version == "*"


def test_urn_of_another_class_is_refused() -> None:
    with pytest.raises(UrnError, match="is a Codelist; a Dataflow is expected"):
        parse_reference("urn:sdmx:org.sdmx.infomodel.codelist.Codelist=A:B(1.0)", "Dataflow")
