"""All texts of the pages, in every language: one table, key → language → text. `{name}` is filled in. Those of artefacts are in
`structure_texts`.

A language is offered when every text has it; a test holds English and Russian complete."""

from collections.abc import Mapping
from typing import Final

from babel import Locale

from sdmx_dsm.model import Text
from sdmx_dsm.web.portal.display import number as grouped
from sdmx_dsm.web.portal.structure_texts import STRUCTURE_TEXTS

TEXTS: Final[Mapping[str, Text]] = {
    # every page
    "site.name": {"en": "Statistical data hub", "ru": "Узел обмена данными"},
    "site.skip": {"en": "Skip to the content", "ru": "Перейти к содержанию"},
    "site.menu": {"en": "Main menu", "ru": "Главное меню"},
    "site.languages": {"en": "Language", "ru": "Язык"},
    "site.data": {"en": "Data", "ru": "Данные"},
    "site.send": {"en": "Send data", "ru": "Отправить данные"},
    "site.structures": {"en": "Structures", "ru": "Структуры"},
    "site.footer": {
        "en": "The owner of data is the office that reported them. Data of different countries and sources are not "
        "necessarily comparable.",
        "ru": "Данные принадлежат представившему их ведомству. Данные разных стран и источников не обязательно сопоставимы.",
    },
    "site.standard": {
        "en": "All data and structures are also available by SDMX REST:",
        "ru": "Все данные и структуры доступны также через SDMX REST:",
    },
    "site.notice": {"en": "Please note", "ru": "Обратите внимание"},
    # start
    "start.title": {"en": "Statistics by topic", "ru": "Статистика по темам"},
    "start.search": {"en": "Search by name", "ru": "Поиск по названию"},
    "start.search_hint": {
        "en": "Data, code lists, codes, concepts, organisations and everything else; in any language.",
        "ru": "Данные, справочники кодов, коды, понятия, организации и все остальное; на любом языке.",
    },
    "start.search_button": {"en": "Search", "ru": "Найти"},
    "start.topics": {"en": "Topics", "ru": "Темы"},
    "start.other": {"en": "Other data", "ru": "Прочие данные"},
    "start.no_data_yet": {"en": "no data yet", "ru": "данных пока нет"},
    "start.last_release": {"en": "last release {date}", "ru": "последний выпуск {date}"},
    "start.releases": {"en": "Newest releases", "ru": "Последние выпуски"},
    "start.no_releases": {"en": "Nothing has been released yet.", "ru": "Пока ничего не выпущено."},
    "start.release": {"en": "Release {number}", "ru": "Выпуск {number}"},
    "start.found": {"en": "Found for “{query}”", "ru": "Найдено по запросу «{query}»"},
    "start.found_alike": {
        "en": "Nothing has this in its name. The most similar names:",
        "ru": "Точных совпадений нет. Наиболее похожие названия:",
    },
    "start.not_found": {
        "en": "Nothing was found. Try a single word, or its beginning.",
        "ru": "Ничего не найдено. Попробуйте одно слово или его начало.",
    },
    "start.more_hits": {
        "en": "Only the first {number} are shown: add a word to narrow the search.",
        "ru": "Показаны только первые {number}: уточните запрос.",
    },
    # a dataflow as a table
    "table.choose": {"en": "Choose what to show", "ru": "Выберите, что показать"},
    "table.show": {"en": "Show", "ru": "Показать"},
    "table.with_data": {"en": "With data for this choice", "ru": "Есть данные при этом выборе"},
    "table.without_data": {"en": "No data with this choice", "ru": "Нет данных при этом выборе"},
    "table.from": {"en": "From year", "ru": "С года"},
    "table.to": {"en": "To year", "ru": "По год"},
    "table.other_frequencies": {
        "en": "There are also data with another frequency:",
        "ru": "Есть также данные с другой периодичностью:",
    },
    "table.earliest": {"en": "Earliest", "ru": "Самый ранний"},
    "table.latest": {"en": "Latest", "ru": "Самый поздний"},
    "table.unit": {"en": "Unit", "ru": "Единица измерения"},
    "table.note_of": {"en": "Notes on {row}", "ru": "Примечания: {row}"},
    "table.empty": {
        "en": "Nothing has been reported for this choice. Choose other values above.",
        "ru": "При таком выборе данных нет. Выберите другие значения.",
    },
    "table.no_data": {
        "en": "Nothing has been reported for this dataflow yet.",
        "ru": "По этому потоку данных пока ничего не представлено.",
    },
    "table.hidden_periods": {
        "en": "Only the last {shown} of {all} periods are shown. Choose years to see others.",
        "ru": "Показаны только последние {shown} из {all} периодов. Чтобы увидеть другие, выберите годы.",
    },
    "table.hidden_rows": {
        "en": "Only the first {shown} of {all} rows are shown. The downloads hold all of them.",
        "ru": "Показаны только первые {shown} из {all} строк. В загружаемых файлах есть все.",
    },
    "table.legend": {"en": "Signs", "ru": "Условные обозначения"},
    "table.sign_blank": {"en": "(blank)", "ru": "(пусто)"},
    "table.blank": {"en": "not reported", "ru": "данные не представлены"},
    "table.not_available": {
        "en": "reported as not available",
        "ru": "представлено как отсутствующее",
    },
    "table.not_applicable": {"en": "not applicable", "ru": "не применимо"},
    "table.comments": {"en": "Comments on numbers", "ru": "Комментарии к числам"},
    "table.notes": {"en": "Notes by country and source", "ru": "Примечания по странам и источникам"},
    "table.notes_data": {"en": "Notes on all data", "ru": "Примечания ко всем данным"},
    "table.no_notes": {"en": "No notes were given.", "ru": "Примечаний нет."},
    "table.never_added": {
        "en": "Each row is one source of one country. Sources are never added up; totals over countries are not computed.",
        "ru": "Каждая строка – один источник одной страны. Данные разных источников не складываются; итоги по странам не "
        "рассчитываются.",
    },
    "table.downloads": {"en": "Download what is shown", "ru": "Загрузить показанное"},
    "table.excel": {"en": "Excel", "ru": "Excel"},
    "table.about": {"en": "About these data", "ru": "Об этих данных"},
    "table.definition": {"en": "Definition", "ru": "Определение"},
    "table.last_release": {"en": "Last release", "ru": "Последний выпуск"},
    "table.structure": {"en": "Structure", "ru": "Структура"},
    "table.address": {"en": "SDMX address of this table", "ru": "Адрес этой таблицы в SDMX"},
    "table.footnote": {"en": "Comment {number}", "ru": "Комментарий {number}"},
    # Send
    "send.title": {"en": "Send data", "ru": "Отправить данные"},
    "send.intro": {
        "en": "Choose a file: an Excel workbook, SDMX-ML, SDMX-CSV, SDMX-JSON or SDMX-Parquet. It is checked to the last "
        "cell, and the report follows at once. A file with errors changes nothing.",
        "ru": "Выберите файл: книгу Excel, SDMX-ML, SDMX-CSV, SDMX-JSON или SDMX-Parquet. Он проверяется до "
        "последней ячейки, и сразу появляется отчет. Файл с ошибками ничего не меняет.",
    },
    "send.file": {"en": "File", "ru": "Файл"},
    "send.file_hint": {"en": "At most {size}.", "ru": "Не более {size}."},
    "send.token": {"en": "Your token", "ru": "Ваш ключ доступа"},
    "send.token_hint": {
        "en": "The token that your hub gave you. It is kept until you close the browser.",
        "ru": "Ключ, который вам выдал узел обмена. Он хранится, пока вы не закроете браузер.",
    },
    "send.show_mine": {"en": "Show my agreements", "ru": "Показать мои соглашения"},
    "send.known_as": {"en": "You send as {name}.", "ru": "Вы отправляете как {name}."},
    "send.forget": {"en": "Forget my token", "ru": "Забыть мой ключ"},
    "send.agreement": {"en": "Agreement", "ru": "Соглашение"},
    "send.agreement_hint": {
        "en": "Who reports which data.",
        "ru": "Кто какие данные представляет.",
    },
    "send.agreement_by_file": {"en": "As the file says", "ru": "Как указано в файле"},
    "send.mapping": {"en": "Mapping for a workbook", "ru": "Схема чтения книги Excel"},
    "send.mapping_hint": {
        "en": "Says what the cells of a workbook mean. Other formats need none.",
        "ru": "Описывает, что означают ячейки книги. Для других форматов не нужна.",
    },
    "send.mapping_found": {"en": "Found by the agreement", "ru": "Найти по соглашению"},
    "send.options": {"en": "How to take it", "ru": "Как принять"},
    "send.dry_run": {"en": "Check only, store nothing", "ru": "Только проверить, ничего не сохранять"},
    "send.good": {
        "en": "Take the good rows even if others have errors",
        "ru": "Принять правильные строки, даже если в других есть ошибки",
    },
    "send.button": {"en": "Send", "ru": "Отправить"},
    "send.another": {"en": "Send another file", "ru": "Отправить другой файл"},
    "send.problem": {"en": "The file was not sent", "ru": "Файл не отправлен"},
    "send.other_country": {"en": "Other providers", "ru": "Другие поставщики"},
    "send.error.file": {"en": "Choose a file.", "ru": "Выберите файл."},
    "send.error.token": {"en": "Give your token.", "ru": "Укажите ваш ключ доступа."},
    "send.error.form": {
        "en": "The form is too old or came from another page. Please send it again.",
        "ru": "Форма устарела или пришла с другой страницы. Отправьте ее еще раз.",
    },
    "send.error.mapping": {
        "en": "This is a workbook, and no single mapping is known for the agreement: choose the mapping.",
        "ru": "Это книга Excel, и подходящая схема чтения не определяется однозначно: выберите схему.",
    },
    # a submission
    "submission.title": {"en": "Submission", "ru": "Отправка"},
    "submission.state": {"en": "State", "ru": "Состояние"},
    "submission.state.received": {"en": "Received, waiting to be checked", "ru": "Получено, ожидает проверки"},
    "submission.state.checking": {"en": "Being checked", "ru": "Проверяется"},
    "submission.state.checked": {
        "en": "Checked: can be accepted. Nothing was stored.",
        "ru": "Проверено: может быть принято. Ничего не сохранено.",
    },
    "submission.state.released": {"en": "Accepted and released", "ru": "Принято и выпущено"},
    "submission.state.returned": {"en": "Returned: nothing was stored", "ru": "Возвращено: ничего не сохранено"},
    "submission.state.failed": {
        "en": "Failed by our fault: please send it again",
        "ru": "Сбой на нашей стороне: отправьте еще раз",
    },
    "submission.waiting": {
        "en": "This page looks again every few seconds.",
        "ru": "Страница обновляется каждые несколько секунд.",
    },
    "submission.who": {"en": "Sent by", "ru": "Отправитель"},
    "submission.when": {"en": "Received", "ru": "Получено"},
    "submission.file": {"en": "File", "ru": "Файл"},
    "submission.digest": {"en": "SHA-256", "ru": "SHA-256"},
    "submission.structure": {"en": "Sent for", "ru": "Для чего"},
    "submission.mapping": {"en": "Mapping", "ru": "Схема чтения"},
    "submission.release": {"en": "Release", "ru": "Выпуск"},
    "submission.note": {"en": "Note", "ru": "Пояснение"},
    "submission.options": {"en": "Options", "ru": "Условия"},
    "submission.page": {"en": "Page of this submission", "ru": "Страница этой отправки"},
    "submission.private": {
        "en": "A submission is shown to its sender and to the hub's administrators. Give your token.",
        "ru": "Отправку видят ее отправитель и администраторы узла. Укажите ваш ключ доступа.",
    },
    "submission.not_yours": {
        "en": "This submission was sent by somebody else.",
        "ru": "Эту отправку сделал другой отправитель.",
    },
    "submission.show": {"en": "Show", "ru": "Показать"},
    # the report
    "report.title": {"en": "Report", "ru": "Отчет"},
    "report.read": {"en": "Observations read", "ru": "Прочитано наблюдений"},
    "report.taken": {"en": "Taken", "ru": "Принято"},
    "report.would_take": {"en": "Without errors", "ru": "Без ошибок"},
    "report.not_taken": {"en": "Not taken", "ru": "Не принято"},
    "report.deleted": {"en": "Observations deleted", "ru": "Удалено наблюдений"},
    "report.series": {"en": "Time series", "ru": "Временных рядов"},
    "report.clean": {"en": "Nothing was found wrong.", "ru": "Ошибок не найдено."},
    "report.all_returned": {
        "en": "Because of the errors nothing was taken. Mend them and send the file again, or have the good rows taken.",
        "ru": "Из-за ошибок ничего не принято. Исправьте их и отправьте файл снова или примите правильные строки.",
    },
    "report.error": {"en": "Errors", "ru": "Ошибки"},
    "report.warning": {"en": "Warnings", "ru": "Предупреждения"},
    "report.information": {"en": "Information", "ru": "Сведения"},
    "report.where": {"en": "Where", "ru": "Где"},
    "report.what": {"en": "What was found", "ru": "Что найдено"},
    "report.remedy": {"en": "What to do", "ru": "Что делать"},
    "report.first": {
        "en": "The first {shown} of {all}.",
        "ru": "Первые {shown} из {all}.",
    },
    "report.whole_file": {"en": "the whole file", "ru": "весь файл"},
    "report.line": {"en": "line {line}", "ru": "строка {line}"},
    "report.line_column": {"en": "line {line}, column {column}", "ru": "строка {line}, столбец {column}"},
    "report.cell": {"en": "sheet “{sheet}”, cell {cell}", "ru": "лист «{sheet}», ячейка {cell}"},
    "report.sheet": {"en": "sheet “{sheet}”", "ru": "лист «{sheet}»"},
    "report.csv": {"en": "All findings as CSV", "ru": "Все замечания в CSV"},
    **STRUCTURE_TEXTS,
    # errors
    "error.back": {"en": "To the start page", "ru": "На главную страницу"},
    "error.detail": {"en": "Details", "ru": "Подробности"},
    "error.400": {"en": "The request can't be understood", "ru": "Запрос не понят"},
    "error.401": {"en": "The token is not known here", "ru": "Ключ доступа неизвестен"},
    "error.403": {"en": "You may not do this", "ru": "Нет права на это действие"},
    "error.404": {"en": "There is nothing at this address", "ru": "По этому адресу ничего нет"},
    "error.405": {"en": "This address can't be used so", "ru": "Этот адрес так не используется"},
    "error.409": {"en": "This can't be done now", "ru": "Сейчас это невозможно"},
    "error.413": {"en": "Too large", "ru": "Слишком большой объем"},
    "error.415": {"en": "This kind of file is not read", "ru": "Файлы такого вида не читаются"},
    "error.500": {"en": "Something went wrong on our side", "ru": "Ошибка на нашей стороне"},
    "error.503": {"en": "Not available for the moment", "ru": "Временно недоступно"},
    "error.hint.400": {
        "en": "Check the address, or begin at the start page.",
        "ru": "Проверьте адрес или начните с главной страницы.",
    },
    "error.hint.404": {
        "en": "It may have been moved or mistyped. The search on the start page may help.",
        "ru": "Страница перемещена или адрес набран с ошибкой. Попробуйте поиск на главной странице.",
    },
    "error.hint.413": {
        "en": "Narrow the choice, or send a smaller file.",
        "ru": "Сузьте выбор или отправьте файл меньшего размера.",
    },
    "error.hint.500": {
        "en": "It has been noted. Please try again later; nothing was changed.",
        "ru": "Ошибка записана. Попробуйте позже; ничего не изменено.",
    },
}

# Texts with a number: key → language → plural category of CLDR → text.
PLURALS: Final[Mapping[str, Mapping[str, Text]]] = {
    "search.hits": {
        "en": {"one": "{number} hit", "other": "{number} hits"},
        "ru": {
            "one": "{number} результат",
            "few": "{number} результата",
            "many": "{number} результатов",
            "other": "{number} результата",
        },
    },
    "release.observations": {
        "en": {"one": "{number} observation", "other": "{number} observations"},
        "ru": {
            "one": "{number} наблюдение",
            "few": "{number} наблюдения",
            "many": "{number} наблюдений",
            "other": "{number} наблюдения",
        },
    },
    "artefact.more": {
        "en": {"one": "and {number} more", "other": "and {number} more"},
        "ru": {
            "one": "и еще {number}",
            "few": "и еще {number}",
            "many": "и еще {number}",
            "other": "и еще {number}",
        },
    },
    "artefact.number": {
        "en": {"one": "{number} entry", "other": "{number} entries"},
        "ru": {
            "one": "{number} запись",
            "few": "{number} записи",
            "many": "{number} записей",
            "other": "{number} записи",
        },
    },
}

LANGUAGE_NAMES: Final[Text] = {"en": "English", "ru": "Русский"}


def translate(key: str, language: str, **values: object) -> str:
    """Raises KeyError for a key or language that the table lacks."""
    return TEXTS[key][language].format(**values) if values else TEXTS[key][language]


def translate_number(key: str, number: int, language: str) -> str:
    """The text for `number` in the plural form of the language."""
    forms = PLURALS[key][language]
    form = Locale.parse(language).plural_form(number)
    return forms.get(form, forms["other"]).format(number=grouped(str(number), language))
