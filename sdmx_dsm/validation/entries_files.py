"""Findings about a file, a submission or a workbook as a whole, and how they were read."""

from collections.abc import Mapping
from typing import Final

from sdmx_dsm.validation.entry import Entry, entry

FILE: Final[Mapping[str, Entry]] = {
    "unreadable-file": entry(
        "error",
        ("File cannot be read", "Файл не читается"),
        ("The file cannot be read.[ {message}]", "Файл не удалось прочитать.[ {message}]"),
        (
            "Save the file again in the program that made it, check that it opens there, and send it once more.",
            "Сохраните файл заново в той программе, в которой он создан, убедитесь, что он открывается, и отправьте ещё раз.",
        ),
    ),
    "unknown-format": entry(
        "error",
        ("Unknown file format", "Неизвестный формат файла"),
        (
            "The kind of this file could not be recognised.[ {message}]",
            "Не удалось определить формат файла.[ {message}]",
        ),
        (
            "Send an SDMX file (XML, CSV) or an Excel workbook for which a mapping is registered.",
            "Отправьте файл SDMX (XML, CSV) или книгу Excel, для которой зарегистрировано описание разметки.",
        ),
    ),
    "too-large": entry(
        "error",
        ("File too large", "Слишком большой файл"),
        ("The file is over a limit.[ {message}]", "Файл превышает установленный предел.[ {message}]"),
        (
            "Send the data in several smaller files, or ask the administrator to raise the limit.",
            "Разделите данные на несколько файлов меньшего размера или попросите администратора повысить предел.",
        ),
    ),
    "csv-separator": entry(
        "information",
        ("Separator of the CSV file", "Разделитель в файле CSV"),
        (
            "The columns were taken as separated by {separator}.",
            "В качестве разделителя столбцов принят знак: {separator}.",
        ),
        (
            "Nothing, if the columns are right in this report.",
            "Если столбцы в отчёте определены верно, ничего делать не нужно.",
        ),
    ),
    "csv-encoding": entry(
        "information",
        ("Encoding of the CSV file", "Кодировка файла CSV"),
        ("The text was read as {encoding}.", "Текст прочитан в кодировке {encoding}."),
        (
            "Nothing, if letters look right in this report; otherwise save the file as “CSV UTF-8”.",
            "Если буквы в отчёте отображаются верно, ничего делать не нужно; иначе сохраните файл как «CSV UTF-8».",
        ),
    ),
    "csv-decimal-comma": entry(
        "information",
        ("Decimal comma in the CSV file", "Десятичная запятая в файле CSV"),
        (
            "A comma in numbers was taken as the decimal sign[, as in “{value}”].",
            "Запятая в числах принята за десятичный знак[, например «{value}»].",
        ),
        (
            "Nothing, if the numbers are right; otherwise write them with a decimal point and without blanks.",
            "Если числа верны, ничего делать не нужно; иначе запишите их с десятичной точкой и без пробелов.",
        ),
    ),
    "csv-decimal-point": entry(
        "information",
        ("Decimal point in the CSV file", "Десятичная точка в файле CSV"),
        (
            "“{value}” was taken as a number with decimals, not as thousands, and so was every number with a point.",
            "«{value}» принято за число с десятичной точкой, а не за тысячи; так же приняты все числа с точкой.",
        ),
        (
            "Nothing, if this is right; if the point stands between thousands, write the numbers without it, like 1234.",
            "Если это верно, ничего делать не нужно; если точка отделяет тысячи, запишите числа без неё, например 1234.",
        ),
    ),
    "forbidden-character": entry(
        "error",
        ("Forbidden character", "Недопустимый символ"),
        (
            "The text of {component} holds a control character or a damaged letter, which cannot be kept.",
            "Текст компонента {component} содержит управляющий символ или повреждённую букву; сохранить его нельзя.",
        ),
        (
            "Type the text again without it.",
            "Введите текст заново без этого символа.",
        ),
    ),
}

SUBMISSION: Final[Mapping[str, Entry]] = {
    "unknown-dataflow": entry(
        "error",
        ("Unknown dataflow", "Неизвестный поток данных"),
        (
            "The dataflow[ {reference}] is not in the registry.[ {message}]",
            "Поток данных[ {reference}] отсутствует в реестре.[ {message}]",
        ),
        (
            "Check the id and version of the dataflow in the file, or choose the dataflow when sending.",
            "Проверьте идентификатор и версию потока данных в файле или выберите поток данных при отправке.",
        ),
    ),
    "agreement-required": entry(
        "error",
        ("No provision agreement", "Не указано соглашение о предоставлении данных"),
        (
            "The data name {structure}, but no provision agreement under which they are sent.",
            "Данные относятся к {structure}, но соглашение, по которому они предоставлены, не указано.",
        ),
        (
            "Choose the provision agreement when sending, or name it in the file.",
            "Выберите соглашение о предоставлении данных при отправке или укажите его в файле.",
        ),
    ),
    "agreement-unknown": entry(
        "error",
        ("Provision agreement not known", "Соглашение о предоставлении данных не определено"),
        (
            "The provision agreement under which these data are sent could not be determined[ (dataflow {dataflow})].",
            "Не удалось определить, по какому соглашению предоставлены данные[ (поток данных {dataflow})].",
        ),
        (
            "Choose the provision agreement when sending, or name it in the file.",
            "Выберите соглашение о предоставлении данных при отправке или укажите его в файле.",
        ),
    ),
    "agreement-not-granted": entry(
        "error",
        ("No right to report", "Нет права на предоставление данных"),
        (
            "You may not report under the provision agreement that is named[ (dataflow {dataflow})].",
            "У Вас нет права предоставлять данные по указанному соглашению[ (поток данных {dataflow})].",
        ),
        (
            "Choose an agreement of your office, or ask the administrator for the right.",
            "Выберите соглашение Вашего ведомства или обратитесь к администратору за предоставлением права.",
        ),
    ),
    "agreement-contradicted": entry(
        "error",
        ("Two provision agreements", "Два соглашения о предоставлении данных"),
        (
            "The file was sent for the provision agreement {agreement}, and names {named} itself.",
            "Файл отправлен по соглашению {agreement}, а в нём самом указано {named}.",
        ),
        (
            "Send it for the agreement that it names, or correct the agreement in the file.",
            "Отправьте файл по тому соглашению, которое в нём указано, или исправьте соглашение в файле.",
        ),
    ),
    "agreement-of-another-dataflow": entry(
        "error",
        ("Another dataflow", "Другой поток данных"),
        (
            "The data belong to the dataflow {dataflow}, and the provision agreement {agreement} to another one.",
            "Данные относятся к потоку {dataflow}, а соглашение {agreement} — к другому потоку данных.",
        ),
        (
            "Choose the agreement for this dataflow, or correct the dataflow in the file.",
            "Выберите соглашение для этого потока данных или исправьте поток данных в файле.",
        ),
    ),
    "empty-submission": entry(
        "error",
        ("No data", "Нет данных"),
        ("There is not a single row of data.", "Не найдено ни одной строки данных."),
        (
            "Check that the right file was sent, and that its data are where the format or mapping expects them.",
            "Проверьте, тот ли файл отправлен и находятся ли данные там, где их предполагает формат или описание разметки.",
        ),
    ),
    "no-observations": entry(
        "information",
        ("No observations", "Нет наблюдений"),
        (
            "There are only notes and attributes of series, and no numbers.",
            "Есть только примечания и атрибуты рядов, а самих чисел нет.",
        ),
        (
            "Nothing, if only attributes were to change.",
            "Если требовалось изменить только атрибуты, ничего делать не нужно.",
        ),
    ),
    "series-owned": entry(
        "error",
        ("Series of another provider", "Ряд другого поставщика"),
        (
            "A series is already reported under another provision agreement[: {series}][, {agreement}].",
            "Ряд уже предоставляется по другому соглашению[: {series}][, {agreement}].",
        ),
        (
            "Check the codes of its dimensions; a reviewer may transfer the series.",
            "Проверьте коды его измерений; передать ряд другому поставщику может проверяющий.",
        ),
    ),
    "internal-error": entry(
        "error",
        ("Fault of the system", "Сбой системы"),
        (
            "The submission could not be processed because of a fault of the system.",
            "Обработать отправленные данные не удалось из-за сбоя системы.",
        ),
        (
            "Nothing was stored. Send the file again later; if that fails too, tell the administrator.",
            "Ничего не сохранено. Отправьте файл позже; если ошибка повторится, сообщите администратору.",
        ),
    ),
    "outside-agreement": entry(
        "error",
        ("Outside the provision agreement", "Вне соглашения о предоставлении данных"),
        (
            "{component} is “{value}”, which the provision agreement does not cover[: {constraint}].",
            "{component}: значение «{value}» не предусмотрено соглашением о предоставлении данных[: {constraint}].",
        ),
        (
            "Take the row out, or send it under the agreement that covers it.[ Allowed here: {allowed}.]",
            "Исключите строку или отправьте её по соответствующему соглашению.[ Здесь допускается: {allowed}.]",
        ),
    ),
    "default-filled": entry(
        "information",
        ("Default filled in", "Подставлено значение по умолчанию"),
        (
            "{component} was not given; “{value}” was filled in[ (places: {count})].",
            "Значение компонента {component} не указано; подставлено «{value}»[ (подстановок: {count})].",
        ),
        (
            "Nothing, if this is right; otherwise give the value in the file.",
            "Если это верно, ничего делать не нужно; иначе укажите значение в файле.",
        ),
    ),
}

WORKBOOK: Final[Mapping[str, Entry]] = {
    "sheet-not-found": entry(
        "error",
        ("Sheet not found", "Лист не найден"),
        (
            "The workbook has no sheet “{value}”, which the mapping expects.",
            "В книге нет листа «{value}», предусмотренного описанием разметки.",
        ),
        (
            "Give the sheet its usual name, or have the mapping changed.",
            "Верните листу обычное название или измените описание разметки.",
        ),
    ),
    "sheet-skipped": entry(
        "information",
        ("Sheet not read", "Лист не прочитан"),
        (
            "The sheet “{value}” was not read[: {reason}].",
            "Лист «{value}» не прочитан[: {reason}].",
        ),
        (
            "Nothing, if it holds no data to be sent.",
            "Если на нём нет данных для отправки, ничего делать не нужно.",
        ),
    ),
    "area-not-found": entry(
        "error",
        ("Table not found", "Таблица не найдена"),
        (
            "The place where the table should begin was not found[: {expected}].",
            "Не найдено место, где должна начинаться таблица[: {expected}].",
        ),
        (
            "Check that titles and headers are as usual, or have the mapping changed.",
            "Проверьте, что заголовки таблицы не изменены, или измените описание разметки.",
        ),
    ),
    "unmapped-label": entry(
        "error",
        ("Label not understood", "Неизвестная надпись"),
        (
            "The label “{value}” is not known for {component}.",
            "Надпись «{value}» для компонента {component} неизвестна.",
        ),
        (
            "Correct the label, or have it added to the mapping.[ The nearest: {nearest}.]",
            "Исправьте надпись или добавьте её в описание разметки.[ Ближайшие: {nearest}.]",
        ),
    ),
    "unreadable-number": entry(
        "error",
        ("Number not readable", "Число не распознано"),
        (
            "“{value}” in the cell cannot be read as a number.",
            "Содержимое ячейки «{value}» не распознано как число.",
        ),
        (
            "Type the number again; letters among digits (O for 0, З for 3) are a usual reason.",
            "Введите число заново; частая причина — буквы среди цифр (О вместо 0, З вместо 3).",
        ),
    ),
    "formula-without-value": entry(
        "error",
        ("Formula without a result", "Формула без результата"),
        (
            "The cell holds a formula, but no result was saved with it.",
            "В ячейке находится формула, но её результат не сохранён.",
        ),
        (
            "Open the workbook in Excel, let it calculate, and save it again.",
            "Откройте книгу в Excel, дождитесь пересчёта и сохраните её.",
        ),
    ),
    "error-cell": entry(
        "error",
        ("Error in a cell", "Ошибка в ячейке"),
        ("The cell shows the error {value}.", "В ячейке ошибка {value}."),
        ("Correct the formula or type the number.", "Исправьте формулу или введите число."),
    ),
    "total-differs": entry(
        "warning",
        ("Total differs", "Итог не сходится"),
        (
            "The total is {value}, but its parts make {sum}.",
            "Итог равен {value}, а сумма составляющих — {sum}.",
        ),
        (
            "Check the numbers; nothing, if the parts are known not to add up.",
            "Проверьте числа; если известно, что составляющие не дают итога, ничего делать не нужно.",
        ),
    ),
}
