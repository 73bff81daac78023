"""Several values in one cell: arrays (`X;Y`), multilingual texts (`en:Value;fr:Valeur`), and both (each set in quotes).

In batches such values are canonical JSON: `["X","Y"]`, `{"en":"Value","fr":"Valeur"}`, `[{"en":…},{"en":…}]`. Rules: the
SDMX-CSV 2.0 field guide, multi-valued and multi-lingual components."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from sdmx_dsm.formats.flat import canonical, decoded
from sdmx_dsm.model import DEFAULT_LANGUAGE, SchemaComponent, localise

LANGUAGE_VALUE = re.compile(r"([A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*):(.*)", re.DOTALL)


def split_sub_fields(text: str, separator: str) -> list[str]:
    """The sub-fields of a cell: one that begins with a quote is in quotes, with quotes inside doubled."""
    mark = re.escape(separator)
    fields = re.findall(rf'(?:^|{mark})("[^"]*(?:""[^"]*)*"(?={mark}|\Z)|[^{mark}]*)', text)
    return [field[1:-1].replace('""', '"') if re.fullmatch('".*"', field, re.DOTALL) else field for field in fields]


def join_sub_fields(fields: Iterable[str], separator: str, *, always_quoted: bool = False) -> str:
    return separator.join(
        '"' + field.replace('"', '""') + '"'
        if always_quoted or not field or field.startswith('"') or separator in field
        else field
        for field in fields
    )


def read_cell(text: str, component: SchemaComponent, brackets: str | None, separator: str, both: bool) -> str:
    """Canonical JSON of a cell of an array or multilingual component. `brackets`: those of the heading, None for none: then
    the cell is one value."""
    if component.is_array:
        several = brackets is not None and (text.startswith('"') or not component.is_multilingual)
        cells = split_sub_fields(text, separator) if several else [text]
        if component.is_multilingual:
            return canonical([_languages(cell, separator, brackets) for cell in cells])
        return canonical([cell.partition(": ")[0] if both and component.codelist else cell for cell in cells])
    return canonical(_languages(text, separator, brackets))


def _languages(text: str, separator: str, brackets: str | None) -> dict[str, str]:
    matches = [LANGUAGE_VALUE.fullmatch(field) for field in split_sub_fields(text, separator)] if brackets else []
    if not matches or not all(matches):
        return {DEFAULT_LANGUAGE: text}
    return {match.group(1): match.group(2) for match in matches if match}


def write_cell(text: str, separator: str, label: Callable[[str], str]) -> str:
    """A cell from canonical JSON. `label` gives a value as it is to be shown (with its name)."""
    value = decoded(text)
    if isinstance(value, Mapping):
        return _language_set(value, separator)
    if not isinstance(value, list):
        return label(text)
    if any(isinstance(item, Mapping) for item in value):
        return join_sub_fields((_language_set(item, separator) for item in value), separator, always_quoted=True)
    return join_sub_fields((label(str(item)) for item in value), separator)


def _language_set(value: Mapping[str, str], separator: str) -> str:
    return join_sub_fields((f"{language}:{text}" for language, text in sorted(value.items())), separator)


def best_text(text: str, languages: Sequence[str]) -> str:
    """One text for SDMX-CSV 1.0, which has neither arrays nor languages: the best language, values joined by semicolons."""
    value = decoded(text)
    items = value if isinstance(value, list) else [value]
    texts = [localise(item, languages) if isinstance(item, Mapping) else str(item) for item in items]
    return join_sub_fields(texts, ";") if len(texts) > 1 else "".join(texts)
