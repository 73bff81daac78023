"""Hierarchies of 3.x and hierarchical codelists of 2.1."""

from typing import Final

from sdmx_dsm.formats.structures.declarations.rows import (
    DROPPED,
    IDENTIFIABLE,
    MAINTAINABLE,
    NAMEABLE,
    Declaration,
    row,
)
from sdmx_dsm.formats.structures.kinds import FLAG, LOCAL, MOMENT, TEXT, Many, Part, Refer
from sdmx_dsm.formats.structures.places import LocalUrn
from sdmx_dsm.formats.structures.sets import INCLUDED_CODELISTS
from sdmx_dsm.formats.structures.shapes import CODED_FORMAT
from sdmx_dsm.model import (
    CodelistHierarchy,
    HierarchicalCode,
    HierarchicalCodelist,
    Hierarchy,
    HierarchyAssociation,
    Level,
)

CODES: Final = row("items", Many(Part(HierarchicalCode)), "HierarchicalCode", "hierarchicalCodes")
LEVEL: Final = row("level", Part(Level), "Level", "level")

DECLARATIONS: Final = (
    Declaration(
        HierarchicalCode,
        (
            *IDENTIFIABLE,
            row("version", TEXT, ml21="@version", json10="version"),
            row("valid_from", MOMENT, "@validFrom", "validFrom"),
            row("valid_to", MOMENT, "@validTo", "validTo"),
            row("code", Refer("Code"), "Code", "code"),
            row("codelist_alias", TEXT, ml21="CodelistAliasRef", json10="codelistAliasRef"),
            row("code_id", LOCAL, ml21="CodeID", json10="codeID"),
            CODES,
            row("level", LOCAL, "Level", "level", json10=DROPPED),
            row("level", LocalUrn("Level"), DROPPED, DROPPED, json10="level"),
        ),
        urn=True,
    ),
    Declaration(
        Level, (*NAMEABLE, row("coding_format", CODED_FORMAT, "CodingFormat", "codingFormat"), LEVEL), urn=True
    ),
    Declaration(
        Hierarchy,
        (*MAINTAINABLE, row("has_formal_levels", FLAG, "@hasFormalLevels", "hasFormalLevels"), LEVEL, CODES),
        urn=True,
        always=("has_formal_levels",),
    ),
    Declaration(
        HierarchyAssociation,
        (
            *MAINTAINABLE,
            row("linked_hierarchy", Refer("Hierarchy"), "LinkedHierarchy", "linkedHierarchy"),
            row("linked_object", Refer(""), "LinkedObject", "linkedObject"),
            row("context_object", Refer(""), "ContextObject", "contextObject"),
        ),
        urn=True,
    ),
    Declaration(
        CodelistHierarchy,
        (*NAMEABLE, row("is_leveled", FLAG, ml21="@leveled", json10="leveled"), CODES, LEVEL),
        urn=True,
    ),
    Declaration(
        HierarchicalCodelist,
        (
            *MAINTAINABLE,
            row("included_codelists", INCLUDED_CODELISTS, ml21="IncludedCodelist", json10="includedCodelists"),
            row("hierarchies", Many(Part(CodelistHierarchy)), ml21="Hierarchy", json10="hierarchies"),
        ),
        urn=True,
    ),
)
