"""XML text of whole columns: escaping, attributes, Comp elements. Nothing here is done a row at a time."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.batches import gives_any
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.formats.flat import decoded
from sdmx_dsm.formats.markup import REFERENCES, attribute, escape_all

# What can't stand in an attribute as it is. A parser turns tab and line breaks there into blanks, unless they are references.
SPECIAL: Final = r'[&<>"\x00-\x1f\x7f-\x9f\x{fffe}\x{ffff}]'
FORBIDDEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"  # not even as references (XML 1.0, production 2)
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")


def escaped(frame: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """`frame` with the values of columns `ids` fit for an XML attribute.

    Raises Unsupported, naming component and value, for a character that XML 1.0 can't carry."""
    if not frame.height or not ids:
        return frame
    special = frame.select(pl.col(id).str.contains(SPECIAL).any() for id in ids).row(0)
    found = [id for id, is_special in zip(ids, special, strict=True) if is_special]
    for id in found:
        forbidden = frame.filter(pl.col(id).str.contains(FORBIDDEN))
        if forbidden.height:
            value = forbidden[id][0]
            raise Unsupported(
                f"The value {value!r} of {id} has a character that XML can't carry.", component=id, value=value
            )
    return frame.with_columns(pl.col(id).str.replace_many(list(REFERENCES), list(REFERENCES.values())) for id in found)


def given(frame: pl.DataFrame, ids: Sequence[str]) -> list[str]:
    """Those of `ids` that are columns with any value."""
    return [id for id in ids if id in frame.columns and frame[id].null_count() < frame.height]


def pieces(frame: pl.DataFrame, ids: Sequence[str], around: Callable[[str], tuple[str, str]]) -> list[pl.Expr]:
    """What `concat_str` joins to the text of all values of a row; nothing for a null. `around(id)`: text before and after."""
    result: list[pl.Expr] = []
    for id in given(frame, ids):
        before, after = (pl.lit(text) for text in around(id))
        if frame[id].null_count():
            result.append(pl.concat_str([before, pl.col(id), after]).fill_null(""))
        else:
            result += [before, pl.col(id), after]
    return result


def wrapped(
    frame: pl.DataFrame, ids: Sequence[str], around: Callable[[str], tuple[str, str]], tag: str
) -> list[pl.Expr]:
    """`pieces` inside an element; nothing where all values of a row are null."""
    present = given(frame, ids)
    inside = pieces(frame, present, around)
    if not inside:
        return []
    whole = [pl.lit(f"<{tag}>"), *inside, pl.lit(f"</{tag}>")]
    if not all(frame[id].null_count() for id in present):
        return whole
    return [pl.when(gives_any(frame, present)).then(pl.concat_str(whole)).otherwise(pl.lit(""))]


def xml_attribute(id: str) -> tuple[str, str]:
    """Around a component's value as an attribute of its element. Raises Unsupported when XML allows no such name."""
    if not NAME.fullmatch(id):
        raise Unsupported(f"{id} can't be the name of an XML attribute; use a generic format.", component=id)
    return f' {id}="', '"'


def comps(values: pl.Series, element: str, *, is_array: bool) -> pl.Series:
    """Canonical JSON as Comp elements, once for each distinct value. `element`: the start tag without its brackets."""
    distinct = [value for value in values.unique() if value is not None]
    texts = {value: f"<{element}>{_values(value, is_array)}</Comp>" for value in distinct}
    return values.replace_strict(texts, default=None, return_dtype=pl.String) if texts else values


def _values(value: str, is_array: bool) -> str:
    content = decoded(value)
    items = content if is_array and isinstance(content, list) else [content]
    return "".join(f"<Value>{_content(item)}</Value>" for item in items)


def _content(item: object) -> str:
    if isinstance(item, Mapping):
        return "".join(
            f"<common:Text{attribute('xml:lang', language)}>{escape_all(str(text))}</common:Text>"
            for language, text in item.items()
        )
    return escape_all(item if isinstance(item, str) else json.dumps(item, ensure_ascii=False))
