"""Findings about what a structure map made of data (`sdmx_dsm.mapping`)."""

from collections.abc import Mapping
from typing import Final

from sdmx_dsm.validation.entry import Entry, entry

MAPS: Final[Mapping[str, Entry]] = {
    "value-not-mapped": entry(
        "warning",
        ("Value without a counterpart", "Значению ничего не соответствует"),
        (
            "The map leads “{value}” of {component} nowhere (rows: {count}).",
            "По соответствию значение «{value}» компонента {component} никуда не ведёт (строк: {count}).",
        ),
        (
            "Nothing, if this is meant: observations whose key is concerned are left out, other values are absent. Otherwise "
            "add a rule to the representation map.",
            "Если так задумано, ничего делать не нужно: наблюдения, ключ которых затронут, пропущены, прочие значения "
            "отсутствуют. Иначе добавьте правило в соответствие значений.",
        ),
    ),
    "key-not-unique": entry(
        "error",
        ("Several observations on one key", "Несколько наблюдений с одним ключом"),
        (
            "{count} observations of the source fall on the key {value}; there is no number for it.",
            "На ключ {value} приходится наблюдений источника: {count}; числа для него нет.",
        ),
        (
            "Keep to one of them by a fixed value of the source, or say in the map that they are summed (annotation "
            "AGGREGATION).",
            "Оставьте одно из них, задав постоянное значение источника, либо укажите в соответствии, что числа складываются "
            "(аннотация AGGREGATION).",
        ),
    ),
    "values-summed": entry(
        "information",
        ("Sum of several observations", "Сумма нескольких наблюдений"),
        (
            "The number at {value} is the sum of {count} observations, as the map says.",
            "Число с ключом {value} — сумма наблюдений (их {count}), как указано в соответствии.",
        ),
        ("Nothing: this is for your information.", "Ничего делать не нужно: это сведения для вас."),
    ),
    "sum-incomplete": entry(
        "warning",
        ("Sum that can't be made", "Сумму найти нельзя"),
        (
            "Of the {count} observations at {value} not all have a number; there is no sum.",
            "Не у всех наблюдений с ключом {value} (их {count}) есть число; суммы нет.",
        ),
        (
            "Give the missing numbers, if they are known.",
            "Укажите недостающие числа, если они известны.",
        ),
    ),
    "attribute-contradicted": entry(
        "warning",
        ("Attribute with several values", "У атрибута несколько значений"),
        (
            "{component} would have several values at one place[: “{value}” is left out].",
            "У {component} в одном месте оказалось бы несколько значений[: «{value}» пропущено].",
        ),
        (
            "Map it to an attribute of a lower level, or keep to one value by a fixed value of the source.",
            "Отобразите его в атрибут более низкого уровня или оставьте одно значение, задав постоянное значение источника.",
        ),
    ),
    "delete-not-mapped": entry(
        "error",
        ("Deletion that can't be mapped", "Удаление не отображается"),
        (
            "Rows that delete: {count}. By this map several keys of the source may share one of the target, so that nobody "
            "knows what else there is.",
            "Строк, которые удаляют: {count}. По этому соответствию разные ключи источника могут вести к одному ключу, и "
            "неизвестно, что ещё по нему есть.",
        ),
        (
            "Map all data that are left, and send them with the action Replace.",
            "Отобразите все оставшиеся данные и отправьте их с действием Replace.",
        ),
    ),
}
