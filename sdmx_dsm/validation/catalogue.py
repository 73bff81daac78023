"""The catalogue of findings: every code with its severity, sentence and remedy, and how they become text.

`render` makes the text of one finding, `render_columns` those of a whole frame, `markdown` the page docs/findings.md."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Final

import polars as pl

from sdmx_dsm.model import Finding, Place, Text
from sdmx_dsm.validation.entries_data import COMPONENTS, VALUES
from sdmx_dsm.validation.entries_files import FILE, SUBMISSION, WORKBOOK
from sdmx_dsm.validation.entries_maps import MAPS
from sdmx_dsm.validation.entry import Entry

LANGUAGES: Final = ("en", "ru")
GROUPS: Final[tuple[tuple[Text, Mapping[str, Entry]], ...]] = (
    ({"en": "The file", "ru": "Файл"}, FILE),
    ({"en": "Workbooks", "ru": "Книги Excel"}, WORKBOOK),
    ({"en": "The submission", "ru": "Отправка"}, SUBMISSION),
    ({"en": "Dimensions, codes, periods, attributes", "ru": "Измерения, коды, периоды, атрибуты"}, COMPONENTS),
    ({"en": "Values", "ru": "Значения"}, VALUES),
    ({"en": "Structure maps", "ru": "Соответствия структур"}, MAPS),
)
CATALOGUE: Final[Mapping[str, Entry]] = {code: entry for _, entries in GROUPS for code, entry in entries.items()}

_SEGMENT = re.compile(r"\[([^\]]*)\]|([^\[]+)")
_NAME = re.compile(r"\{(\w+)\}")


def placeholders(template: str) -> frozenset[str]:
    return frozenset(_NAME.findall(template))


def make_finding(
    code: str,
    component: str = "",
    value: str = "",
    arguments: Mapping[str, str] | None = None,
    place: Place | None = None,
) -> Finding:
    """A finding with the severity that the catalogue gives its code. Raises KeyError for a code that it does not have."""
    return Finding(
        code=code,
        severity=CATALOGUE[code].severity,
        component=component,
        value=value,
        place=place or Place(),
        arguments=arguments or {},
    )


def render(finding: Finding, language: str = "en") -> tuple[str, str]:
    """The sentence and what to do, in a language of `LANGUAGES` (any other: English). Arguments that are not given stay
    blank, so that a finding always has a text; a code that the catalogue does not have is its own sentence."""
    entry = CATALOGUE.get(finding.code)
    if entry is None:
        return finding.code, ""
    language = language if language in LANGUAGES else LANGUAGES[0]
    own = {"component": finding.component, "value": finding.value}

    def value_of(name: str) -> str:
        return finding.arguments.get(f"{name}:{language}") or finding.arguments.get(name) or own.get(name, "")

    return _fill(entry.sentence[language], value_of), _fill(entry.remedy[language], value_of)


def _fill(template: str, value_of: Callable[[str], str]) -> str:
    def segment(match: re.Match[str]) -> str:
        optional, fixed = match.groups()
        if optional is None:
            return _NAME.sub(lambda name: value_of(name[1]), fixed)
        if not all(map(value_of, _NAME.findall(optional))):
            return ""
        return _NAME.sub(lambda name: value_of(name[1]), optional)

    return _SEGMENT.sub(segment, template)


# --- whole frames ---------------------------------------------------------------------------------------------------


def render_columns(findings: pl.DataFrame, languages: Sequence[str] = LANGUAGES) -> pl.DataFrame:
    """`message_en`, `remedy_en`, `message_ru`, … for each row of a frame of findings, in its order."""
    numbered = findings.select("code", "component", "value", "arguments").with_row_index(":n")
    parts = [
        part.select(":n", *_text_columns(str(code), languages)) if code in CATALOGUE else _bare(part, languages)
        for (code,), part in _with_arguments(numbered)
    ]
    names = [f"{kind}_{language}" for language in languages for kind in ("message", "remedy")]
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.concat(parts).sort(":n").select(names)


def _with_arguments(findings: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], pl.DataFrame]]:
    """The findings of each code, with one column more for each argument that its texts may name."""
    for key, part in findings.partition_by("code", as_dict=True).items():
        entry = CATALOGUE.get(str(key[0]))
        names = sorted({name for text in _texts(entry) for name in placeholders(text)}) if entry else []
        wanted = [f"{name}{tag}" for name in names for tag in ("", *(f":{language}" for language in LANGUAGES))]
        distinct = part["arguments"].unique()
        decoded = [json.loads(text) if text else {} for text in distinct]
        table = pl.DataFrame(
            [
                distinct,
                *(
                    pl.Series(f":{name}", [row.get(name) or None for row in decoded], dtype=pl.String)
                    for name in wanted
                ),
            ]
        )
        yield key, part.join(table, on="arguments", how="left", nulls_equal=True, maintain_order="left")


def _texts(entry: Entry) -> Iterator[str]:
    return (text[language] for text in (entry.sentence, entry.remedy) for language in LANGUAGES)


def _text_columns(code: str, languages: Sequence[str]) -> Iterator[pl.Expr]:
    entry = CATALOGUE[code]
    for language in languages:
        yield _template(entry.sentence[language], language).alias(f"message_{language}")
        yield _template(entry.remedy[language], language).alias(f"remedy_{language}")


def _template(template: str, language: str) -> pl.Expr:
    """What `_fill` does, for a column at a time."""
    segments = []
    for optional, fixed in _SEGMENT.findall(template):
        text = optional or fixed
        parts = _NAME.split(text)  # literal, name, literal, ...
        named = [_argument(name, language) for name in parts[1::2]]
        pieces = [pl.lit(part) if n % 2 == 0 else named[n // 2] for n, part in enumerate(parts)]
        joined = pl.concat_str(pieces)
        if optional and named:
            joined = pl.when(reduce(and_, (name != "" for name in named))).then(joined).otherwise(pl.lit(""))
        segments.append(joined)
    return pl.concat_str(segments)


def _argument(name: str, language: str) -> pl.Expr:
    own = [pl.col(name)] if name in ("component", "value") else []
    return pl.coalesce(pl.col(f":{name}:{language}"), pl.col(f":{name}"), *own, pl.lit(""))


def _bare(part: pl.DataFrame, languages: Sequence[str]) -> pl.DataFrame:
    return part.select(
        ":n",
        *(
            text
            for language in languages
            for text in (pl.col("code").alias(f"message_{language}"), pl.lit("").alias(f"remedy_{language}"))
        ),
    )


# --- the page -------------------------------------------------------------------------------------------------------

_INTRODUCTION = """# Findings

What the checks may say about a submission, and structure maps about what they make, in English and Russian. An **error**
keeps the submission from being accepted (the sender may choose to have the good rows accepted); a **warning** and an
**information** do not. `{name}` stands for what was found; a part in [brackets] is left out where there is nothing to say.
This page is made from the catalogue by `python -m sdmx_dsm.validation`."""


def markdown() -> str:
    """docs/findings.md."""
    sections = [_INTRODUCTION]
    for title, entries in GROUPS:
        sections.append(f"## {title['en']} · {title['ru']}")
        sections.extend(_section(code, entry) for code, entry in entries.items())
    return "\n\n".join(sections) + "\n"


def _section(code: str, entry: Entry) -> str:
    lines = [f"### {code}", "", f"{entry.severity} · {entry.title['en']} · {entry.title['ru']}", ""]
    lines += [f"- {entry.sentence[language]} *{entry.remedy[language]}*" for language in LANGUAGES]
    return "\n".join(lines)
