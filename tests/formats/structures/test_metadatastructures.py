"""Metadata structures, metadataflows and their agreements: what each version of the standard can say of them."""

from dataclasses import replace

import pytest

from sdmx_dsm.model import Metadataflow, MetadataStructure, ProvisionAgreement, Reference, Representation
from tests.formats.structures.checks import element_text, one, read, schema_errors, written
from tests.formats.structures.exchange_examples import (
    METADATA_ATTRIBUTES,
    METADATA_TARGETS,
    METADATAFLOW,
    NAMES,
    PROVIDER,
    REPORTS,
)
from tests.formats.structures.test_conversions import refused

FLOW = Metadataflow(id="NOTES", agency="DSM", names=NAMES)
NEW = MetadataStructure(id="MSD", agency="DSM", names=NAMES, attributes=METADATA_ATTRIBUTES)
OLD = MetadataStructure(id="MSD", agency="DSM", names=NAMES, targets=METADATA_TARGETS, report_structures=REPORTS)


def test_metadataflow_of_21_is_about_anything_in_30(tmp_path):
    message = written("ml30", FLOW)
    assert schema_errors("ml30", message) == []
    assert element_text(message, "Metadataflow/Target") == ["urn:sdmx:org.sdmx.infomodel.base.Any=*:*(*)"]
    assert read("ml30", message, tmp_path)[1][0].targets == (Reference("base.Any", "*", "*", "*"),)


@pytest.mark.parametrize(
    "syntax, artefact, reason",
    [
        ("json20", OLD, "targets of MetadataStructure"),
        (
            "ml31",
            replace(FLOW, targets=(Reference("codelist.Any", "*", "*", "*"),)),
            "that metadata are about any class of the package codelist",
        ),
        (
            "ml30",
            replace(NEW, attributes=(replace(METADATA_ATTRIBUTES[1], representation=Representation(max_occurs=2)),)),
            "several values in the representation of a metadata attribute",
        ),
        (
            "json21",
            ProvisionAgreement(id="P", agency="DSM", names=NAMES, dataflow=METADATAFLOW, data_provider=PROVIDER),
            "an agreement of a data provider over a Metadataflow",
        ),
    ],
)
def test_what_a_version_cannot_say_is_refused(syntax, artefact, reason):
    assert refused(syntax, artefact).endswith(f" can't say {reason}.")


@pytest.mark.parametrize("syntax", ["ml21", "json10"])
def test_attributes_of_3_are_in_21_one_report_about_whatever_can_be_named(syntax, tmp_path):
    message = written(syntax, NEW, replace(FLOW, targets=(METADATAFLOW,), structure=NEW.reference))
    assert schema_errors(syntax, message) == []
    found = {type(each): each for each in read(syntax, message, tmp_path)[1]}
    structure = found[MetadataStructure]
    [report], [target] = structure.report_structures, structure.targets
    assert [each.component_id for each in report.attributes] == [each.component_id for each in NEW.attributes]
    assert report.targets == (target.id,)
    assert [(each.kind, each.object_type) for each in target.objects] == [("IdentifiableObject", "Any")]
    assert found[Metadataflow].targets == ()


def test_attributes_are_named_by_what_holds_them():
    assert b"metadatastructure.MetadataAttribute=DSM:MSD(1.0).CONTACT.PHONES.PHONE" in written("ml30", NEW)
    assert b"metadatastructure.MetadataAttribute=DSM:MSD(1.0).SHORT.METHOD" in written("ml21", OLD)
    assert b"metadatastructure.DimensionDescriptorValuesTarget=DSM:MSD(1.0).DATA." in written("ml21", OLD)


def test_part_of_a_target_without_type_has_the_one_of_its_kind(tmp_path):
    message = written("ml21", OLD).replace(b' textType="KeyValues"', b"").replace(b' id="DATA_SET_TARGET"', b"")
    assert read("ml21", message, tmp_path)[1] == (OLD,)


def test_metadata_structure_without_attributes_has_no_list():
    assert one(written("ml30", replace(NEW, attributes=())), "MetadataStructure")["id"] == "MSD"
    assert b"MetadataAttributeList" not in written("ml30", replace(NEW, attributes=()))
