"""Findings about the data: dimensions, codes, periods, attributes and values."""

from collections.abc import Mapping
from typing import Final

from sdmx_dsm.validation.entry import Entry, entry

COMPONENTS: Final[Mapping[str, Entry]] = {
    "unknown-component": entry(
        "error",
        ("Unknown component", "Неизвестный компонент"),
        (
            "“{component}” is not part of {structure}; what it holds cannot be taken.",
            "«{component}» не входит в {structure}; его содержимое не может быть принято.",
        ),
        (
            "Correct the name of the column or remove it.[ Did you mean {nearest}?] Its rows are good without it, "
            "and are taken where the sender has good rows taken.",
            "Исправьте название столбца или удалите его.[ Возможно, имелось в виду: {nearest}.] Строки без него правильны и "
            "принимаются, если отправитель согласен принять правильные строки.",
        ),
    ),
    "missing-dimension": entry(
        "error",
        ("Missing dimension", "Не указано измерение"),
        ("{component} is not given.", "Не указано измерение {component}."),
        (
            "Give a value for it: without it the number cannot be placed.",
            "Укажите значение: без него нельзя определить, к чему относится число.",
        ),
    ),
    "empty-value": entry(
        "error",
        ("Empty value", "Пустое значение"),
        ("{component} is given, but empty.", "Компонент {component} указан, но значение пустое."),
        (
            "Give a value, or leave the component out altogether.",
            "Укажите значение или полностью исключите этот компонент.",
        ),
    ),
    "unknown-code": entry(
        "error",
        ("Unknown code", "Неизвестный код"),
        (
            "“{value}” is not a code of {component}[; the list is {codelist}].",
            "«{value}» отсутствует среди кодов компонента {component}[; список кодов: {codelist}].",
        ),
        (
            "Use a code of the list.[ The nearest: {nearest}.]",
            "Используйте код из списка.[ Ближайшие: {nearest}.]",
        ),
    ),
    "code-not-allowed": entry(
        "error",
        ("Value not allowed", "Недопустимое значение"),
        (
            "“{value}” is not allowed for {component} in this dataflow[ outside {validity}][: {constraint}].",
            "Значение «{value}» компонента {component} не допускается в этом потоке данных[ вне срока {validity}]"
            "[: {constraint}].",
        ),
        (
            "Use an allowed value.[ Allowed: {allowed}.]",
            "Используйте допустимое значение.[ Допускается: {allowed}.]",
        ),
    ),
    "key-not-allowed": entry(
        "error",
        ("Combination not allowed", "Недопустимое сочетание"),
        (
            "The combination {key} is not allowed[: {constraint}].",
            "Сочетание {key} не допускается[: {constraint}].",
        ),
        (
            "Check the codes of the row: each may be right, but not together.",
            "Проверьте коды строки: каждый из них может быть верным, но не их сочетание.",
        ),
    ),
    "period-not-allowed": entry(
        "error",
        ("Period not allowed", "Недопустимый период"),
        (
            "The period “{value}” is outside the allowed time[: {constraint}].",
            "Период «{value}» выходит за допустимые пределы[: {constraint}].",
        ),
        ("Check the year and the period.", "Проверьте год и период."),
    ),
    "not-a-period": entry(
        "error",
        ("Not a period", "Неверный период"),
        (
            "“{value}” is not a period of time, as {component} must be.",
            "«{value}» не является периодом времени; он ожидается для компонента {component}.",
        ),
        (
            "Write it like 2024, 2024-S1, 2024-Q1, 2024-05, 2024-W05 or 2024-05-17.",
            "Укажите период в виде 2024, 2024-S1, 2024-Q1, 2024-05, 2024-W05 или 2024-05-17.",
        ),
    ),
    "period-frequency-mismatch": entry(
        "error",
        ("Period does not fit the frequency", "Период не соответствует периодичности"),
        (
            "The period “{value}” does not fit the frequency {frequency}.",
            "Период «{value}» не соответствует периодичности {frequency}.",
        ),
        (
            "Correct the period or the frequency.[ A period of this frequency is written like {example}.]",
            "Исправьте период или периодичность.[ Период при такой периодичности записывается так: {example}.]",
        ),
    ),
    "duplicate-observation": entry(
        "error",
        ("Observation given twice", "Повторяющееся наблюдение"),
        (
            "The observation {key} is given more than once[: first at {first}][, with {same}].",
            "Наблюдение {key} указано более одного раза[: впервые — {first}][, {same}].",
        ),
        (
            "Keep one of them and remove the other. Where they differ, neither is taken.",
            "Оставьте одно из них и удалите другое. Если они различаются, не принимается ни одно.",
        ),
    ),
    "no-value": entry(
        "warning",
        ("No value", "Нет значения"),
        (
            "The row has neither a number nor anything that says why.",
            "В строке нет ни числа, ни указания причины его отсутствия.",
        ),
        (
            "Give the number, mark it as missing (OBS_STATUS = M), or leave the row out.",
            "Укажите число, отметьте его как отсутствующее (OBS_STATUS = M) или исключите строку.",
        ),
    ),
    "measure-missing": entry(
        "error",
        ("Value missing", "Не указано значение показателя"),
        ("{component} must be given and is not.", "Обязательное значение {component} не указано."),
        ("Give the value, or leave the row out.", "Укажите значение или исключите строку."),
    ),
    "attribute-missing": entry(
        "error",
        ("Attribute missing", "Не указан обязательный атрибут"),
        (
            "{component} must be given and is not[ ({key})].",
            "Обязательный атрибут {component} не указан[ ({key})].",
        ),
        (
            "Give it in the file, or have its default registered in the provision agreement.",
            "Укажите его в файле или зарегистрируйте значение по умолчанию в соглашении о предоставлении данных.",
        ),
    ),
    "attribute-differs": entry(
        "error",
        ("Attribute differs", "Противоречивый атрибут"),
        (
            "{component} is “{value}” here, but another value was given for the same {within}[ at {first}].",
            "{component}: здесь указано «{value}», а {within} ранее указано другое значение[ ({first})].",
        ),
        (
            "It can have one value only: correct one of the two.",
            "Значение может быть только одно: исправьте одно из двух.",
        ),
    ),
}

VALUES: Final[Mapping[str, Entry]] = {
    "not-a-number": entry(
        "error",
        ("Not a number", "Не число"),
        (
            "“{value}” cannot be taken as a number for {component}[; expected is {expected}].",
            "«{value}» не может быть принято как число для компонента {component}[; ожидается {expected}].",
        ),
        (
            "Correct the number. A number that is not known is left out or given as NaN.",
            "Исправьте число. Неизвестное число следует пропустить или указать как NaN.",
        ),
    ),
    "wrong-type": entry(
        "error",
        ("Wrong kind of value", "Неверный тип значения"),
        (
            "“{value}” does not fit {component}[; expected is {expected}].",
            "«{value}» не подходит для компонента {component}[; ожидается {expected}].",
        ),
        ("Write the value as expected.", "Запишите значение в ожидаемом виде."),
    ),
    "negative-count": entry(
        "error",
        ("Negative number", "Отрицательное число"),
        (
            "“{value}” is negative; {component} cannot be less than zero.",
            "«{value}» — отрицательное число; {component} не может быть меньше нуля.",
        ),
        (
            "Correct the number; a number that is not known is left out.",
            "Исправьте число; неизвестное число следует пропустить.",
        ),
    ),
    "below-minimum": entry(
        "error",
        ("Too small", "Значение слишком мало"),
        (
            "“{value}” is less than the least allowed for {component}, {limit}.",
            "«{value}» меньше наименьшего допустимого значения для {component}: {limit}.",
        ),
        ("Correct the value.", "Исправьте значение."),
    ),
    "above-maximum": entry(
        "error",
        ("Too large a value", "Значение слишком велико"),
        (
            "“{value}” is more than the most allowed for {component}, {limit}.",
            "«{value}» больше наибольшего допустимого значения для {component}: {limit}.",
        ),
        ("Correct the value.", "Исправьте значение."),
    ),
    "too-many-decimals": entry(
        "error",
        ("Too many decimals", "Слишком много знаков после запятой"),
        (
            "“{value}” has more decimals than {component} may have: {limit}.",
            "«{value}»: знаков после запятой больше, чем допускается для {component}: {limit}.",
        ),
        ("Round the number.", "Округлите число."),
    ),
    "too-long": entry(
        "error",
        ("Text too long", "Слишком длинный текст"),
        (
            "The text of {component} has more than {limit} characters.",
            "Длина текста {component} превышает допустимую (символов: {limit}).",
        ),
        ("Shorten the text.", "Сократите текст."),
    ),
    "too-short": entry(
        "error",
        ("Text too short", "Слишком короткий текст"),
        (
            "The text “{value}” of {component} has fewer than {limit} characters.",
            "Текст «{value}» компонента {component} короче допустимого (символов: {limit}).",
        ),
        ("Complete the text.", "Дополните текст."),
    ),
    "pattern-mismatch": entry(
        "error",
        ("Wrong form", "Неверный вид значения"),
        (
            "“{value}” has not the form that {component} must have: {pattern}",
            "«{value}» не соответствует виду, установленному для {component}: {pattern}",
        ),
        ("Write the value in that form.", "Запишите значение в установленном виде."),
    ),
    "pattern-unusable": entry(
        "information",
        ("Pattern not checked", "Шаблон не проверен"),
        (
            "The pattern of {component} in the data structure is not understood; its values were not checked by it.",
            "Шаблон компонента {component} в структуре данных не распознан; значения по нему не проверялись.",
        ),
        (
            "Nothing in the file; tell the maintainer of the data structure.",
            "В файле ничего менять не нужно; сообщите ведущему структуру данных.",
        ),
    ),
    "constraint-unchecked": entry(
        "information",
        ("Constraint not checked in full", "Ограничение проверено не полностью"),
        (
            "Part of the constraint {constraint} was not checked: {part}.",
            "Часть ограничения {constraint} не проверялась: {part}.",
        ),
        (
            "Nothing in the file; tell the maintainer of the constraint.",
            "В файле ничего менять не нужно; сообщите ведущему ограничение.",
        ),
    ),
}
