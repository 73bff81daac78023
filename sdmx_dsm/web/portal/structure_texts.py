"""The texts of the pages of artefacts: see `translations`.

What artefacts consist of is called by the words of `sdmx_dsm.model.words`."""

from collections.abc import Mapping
from typing import Final

from sdmx_dsm.model import Text

# class -> what one is called, and the heading over several
_KINDS: Final[Mapping[str, tuple[Text, Text]]] = {
    "AgencyScheme": (
        {"en": "Agency scheme", "ru": "Перечень агентств"},
        {"en": "Agency schemes", "ru": "Перечни агентств"},
    ),
    "DataProviderScheme": (
        {"en": "Data provider scheme", "ru": "Перечень поставщиков данных"},
        {"en": "Data provider schemes", "ru": "Перечни поставщиков данных"},
    ),
    "DataConsumerScheme": (
        {"en": "Data consumer scheme", "ru": "Перечень потребителей данных"},
        {"en": "Data consumer schemes", "ru": "Перечни потребителей данных"},
    ),
    "MetadataProviderScheme": (
        {"en": "Metadata provider scheme", "ru": "Перечень поставщиков метаданных"},
        {"en": "Metadata provider schemes", "ru": "Перечни поставщиков метаданных"},
    ),
    "OrganisationUnitScheme": (
        {"en": "Organisation unit scheme", "ru": "Перечень подразделений"},
        {"en": "Organisation unit schemes", "ru": "Перечни подразделений"},
    ),
    "Codelist": (
        {"en": "Code list", "ru": "Справочник кодов"},
        {"en": "Code lists", "ru": "Справочники кодов"},
    ),
    "GeographicCodelist": (
        {"en": "Geographic code list", "ru": "Географический справочник кодов"},
        {"en": "Geographic code lists", "ru": "Географические справочники кодов"},
    ),
    "GeoGridCodelist": (
        {"en": "Grid code list", "ru": "Справочник ячеек сетки"},
        {"en": "Grid code lists", "ru": "Справочники ячеек сетки"},
    ),
    "ValueList": (
        {"en": "Value list", "ru": "Перечень значений"},
        {"en": "Value lists", "ru": "Перечни значений"},
    ),
    "ConceptScheme": (
        {"en": "Concept scheme", "ru": "Перечень понятий"},
        {"en": "Concept schemes", "ru": "Перечни понятий"},
    ),
    "CategoryScheme": (
        {"en": "Category scheme", "ru": "Перечень категорий"},
        {"en": "Category schemes", "ru": "Перечни категорий"},
    ),
    "DataStructure": (
        {"en": "Data structure definition", "ru": "Определение структуры данных"},
        {"en": "Data structure definitions", "ru": "Определения структур данных"},
    ),
    "MetadataStructure": (
        {"en": "Metadata structure definition", "ru": "Определение структуры метаданных"},
        {"en": "Metadata structure definitions", "ru": "Определения структур метаданных"},
    ),
    "Dataflow": (
        {"en": "Dataflow", "ru": "Поток данных"},
        {"en": "Dataflows", "ru": "Потоки данных"},
    ),
    "Metadataflow": (
        {"en": "Metadataflow", "ru": "Поток метаданных"},
        {"en": "Metadataflows", "ru": "Потоки метаданных"},
    ),
    "ProvisionAgreement": (
        {"en": "Provision agreement", "ru": "Соглашение о предоставлении данных"},
        {"en": "Provision agreements", "ru": "Соглашения о предоставлении данных"},
    ),
    "MetadataProvisionAgreement": (
        {"en": "Metadata provision agreement", "ru": "Соглашение о предоставлении метаданных"},
        {"en": "Metadata provision agreements", "ru": "Соглашения о предоставлении метаданных"},
    ),
    "Categorisation": (
        {"en": "Categorisation", "ru": "Отнесение к категории"},
        {"en": "Categorisations", "ru": "Отнесение к категориям"},
    ),
    "DataConstraint": (
        {"en": "Data constraint", "ru": "Ограничение данных"},
        {"en": "Data constraints", "ru": "Ограничения данных"},
    ),
    "MetadataConstraint": (
        {"en": "Metadata constraint", "ru": "Ограничение метаданных"},
        {"en": "Metadata constraints", "ru": "Ограничения метаданных"},
    ),
    "AttachmentConstraint": (
        {"en": "Attachment constraint", "ru": "Ограничение привязки"},
        {"en": "Attachment constraints", "ru": "Ограничения привязки"},
    ),
    "Hierarchy": (
        {"en": "Hierarchy", "ru": "Иерархия"},
        {"en": "Hierarchies", "ru": "Иерархии"},
    ),
    "HierarchyAssociation": (
        {"en": "Hierarchy association", "ru": "Привязка иерархии"},
        {"en": "Hierarchy associations", "ru": "Привязки иерархий"},
    ),
    "HierarchicalCodelist": (
        {"en": "Hierarchical code list", "ru": "Иерархический справочник кодов"},
        {"en": "Hierarchical code lists", "ru": "Иерархические справочники кодов"},
    ),
    "StructureMap": (
        {"en": "Structure map", "ru": "Соответствие структур"},
        {"en": "Structure maps", "ru": "Соответствия структур"},
    ),
    "RepresentationMap": (
        {"en": "Representation map", "ru": "Соответствие значений"},
        {"en": "Representation maps", "ru": "Соответствия значений"},
    ),
    "ConceptSchemeMap": (
        {"en": "Concept scheme map", "ru": "Соответствие перечней понятий"},
        {"en": "Concept scheme maps", "ru": "Соответствия перечней понятий"},
    ),
    "CategorySchemeMap": (
        {"en": "Category scheme map", "ru": "Соответствие перечней категорий"},
        {"en": "Category scheme maps", "ru": "Соответствия перечней категорий"},
    ),
    "OrganisationSchemeMap": (
        {"en": "Organisation scheme map", "ru": "Соответствие перечней организаций"},
        {"en": "Organisation scheme maps", "ru": "Соответствия перечней организаций"},
    ),
    "ReportingTaxonomyMap": (
        {"en": "Reporting taxonomy map", "ru": "Соответствие рубрикаторов отчетности"},
        {"en": "Reporting taxonomy maps", "ru": "Соответствия рубрикаторов отчетности"},
    ),
    "StructureSet": (
        {"en": "Structure set", "ru": "Набор соответствий"},
        {"en": "Structure sets", "ru": "Наборы соответствий"},
    ),
    "ReportingTaxonomy": (
        {"en": "Reporting taxonomy", "ru": "Рубрикатор отчетности"},
        {"en": "Reporting taxonomies", "ru": "Рубрикаторы отчетности"},
    ),
    "Process": (
        {"en": "Process", "ru": "Процесс"},
        {"en": "Processes", "ru": "Процессы"},
    ),
    "TransformationScheme": (
        {"en": "Transformation scheme", "ru": "Перечень преобразований"},
        {"en": "Transformation schemes", "ru": "Перечни преобразований"},
    ),
    "RulesetScheme": (
        {"en": "Ruleset scheme", "ru": "Перечень наборов правил"},
        {"en": "Ruleset schemes", "ru": "Перечни наборов правил"},
    ),
    "UserDefinedOperatorScheme": (
        {"en": "User-defined operator scheme", "ru": "Перечень пользовательских операторов"},
        {"en": "User-defined operator schemes", "ru": "Перечни пользовательских операторов"},
    ),
    "CustomTypeScheme": (
        {"en": "Custom type scheme", "ru": "Перечень пользовательских типов"},
        {"en": "Custom type schemes", "ru": "Перечни пользовательских типов"},
    ),
    "NamePersonalisationScheme": (
        {"en": "Name personalisation scheme", "ru": "Перечень замен имен"},
        {"en": "Name personalisation schemes", "ru": "Перечни замен имен"},
    ),
    "VtlMappingScheme": (
        {"en": "VTL mapping scheme", "ru": "Перечень соответствий VTL"},
        {"en": "VTL mapping schemes", "ru": "Перечни соответствий VTL"},
    ),
    "MetadataSet": (
        {"en": "Metadata set", "ru": "Набор метаданных"},
        {"en": "Metadata sets", "ru": "Наборы метаданных"},
    ),
}

STRUCTURE_TEXTS: Final[Mapping[str, Text]] = {
    # an artefact
    "artefact.names": {"en": "Name", "ru": "Название"},
    "artefact.descriptions": {"en": "Description", "ru": "Описание"},
    "artefact.about": {"en": "Identification", "ru": "Идентификация"},
    "artefact.agency": {"en": "Agency", "ru": "Агентство"},
    "artefact.id": {"en": "Identifier", "ru": "Идентификатор"},
    "artefact.version": {"en": "Version", "ru": "Версия"},
    "artefact.other_versions": {"en": "Other versions", "ru": "Другие версии"},
    "artefact.urn": {"en": "URN", "ru": "URN"},
    "artefact.valid": {"en": "Valid", "ru": "Действует"},
    "artefact.downloads": {"en": "Download", "ru": "Загрузить"},
    "artefact.used": {"en": "Where it is used", "ru": "Где используется"},
    "artefact.unused": {"en": "Nothing refers to it.", "ru": "Нигде не используется."},
    "artefact.no_items": {"en": "It has no content.", "ru": "Содержание отсутствует."},
    "artefact.above": {"en": "Above it", "ru": "Вышестоящий"},
    "artefact.components": {"en": "Components", "ru": "Компоненты"},
    "artefact.component": {"en": "Component", "ru": "Компонент"},
    "artefact.role": {"en": "Role", "ru": "Роль"},
    "artefact.role.dimension": {"en": "dimension", "ru": "измерение"},
    "artefact.role.time": {"en": "time dimension", "ru": "измерение времени"},
    "artefact.role.measure": {"en": "measure", "ru": "показатель"},
    "artefact.role.attribute": {"en": "attribute", "ru": "атрибут"},
    "artefact.concept": {"en": "Concept", "ru": "Понятие"},
    "artefact.values": {"en": "Values", "ru": "Значения"},
    "artefact.level": {"en": "Belongs to", "ru": "Относится к"},
    "artefact.level.obs": {"en": "the observation", "ru": "наблюдению"},
    "artefact.level.series": {"en": "the series", "ru": "ряду"},
    "artefact.level.dataset": {"en": "the data set", "ru": "набору данных"},
    "artefact.level.partial": {"en": "a part of the key: {dimensions}", "ru": "части ключа: {dimensions}"},
    "artefact.mandatory": {"en": "mandatory", "ru": "обязательно"},
    "artefact.optional": {"en": "optional", "ru": "необязательно"},
    "artefact.table": {"en": "Show as a table", "ru": "Показать таблицей"},
    "artefact.defaults": {"en": "Taken where the file says nothing", "ru": "Принимается, если в файле не указано"},
    "artefact.all_but": {"en": "all but {values}", "ru": "все, кроме {values}"},
    "artefact.period": {"en": "{start} to {end}", "ru": "с {start} по {end}"},
    "structures.title": {"en": "Structures", "ru": "Структуры"},
    "structures.intro": {
        "en": "What data are described with: concepts, code lists, data structures, and who reports what.",
        "ru": "Чем описываются данные: понятия, справочники кодов, структуры данных, кто что представляет.",
    },
    "artefact.role.measure_dimension": {"en": "measure dimension", "ru": "измерение показателей"},
    "artefact.role.as": {"en": "as {roles}", "ru": "в роли: {roles}"},
    "artefact.level.group": {"en": "the group {group}", "ru": "группе {group}"},
    "artefact.level.optional": {"en": "{dimensions} may be left out", "ru": "{dimensions} – необязательно"},
    "artefact.level.measures": {"en": "of the measures {measures}", "ru": "для показателей {measures}"},
    "artefact.occurrence": {"en": "How often", "ru": "Сколько раз"},
    "artefact.presentational": {"en": "a heading, without a value", "ru": "заголовок, без значения"},
    "artefact.notes": {"en": "Notes", "ru": "Примечания"},
    # the sections of an artefact, by the field that they show
    "part.annotations": {"en": "Annotations", "ru": "Аннотации"},
    "part.links": {"en": "Links", "ru": "Ссылки"},
    "part.items": {"en": "Content", "ru": "Содержание"},
    "part.extensions": {"en": "Codes taken from other lists", "ru": "Коды из других справочников"},
    "part.hierarchy_codes": {"en": "Codes below each other", "ru": "Коды по уровням"},
    "part.included_codelists": {"en": "Code lists used", "ru": "Используемые справочники кодов"},
    "part.groups": {"en": "Groups", "ru": "Группы"},
    "part.metadata_attribute_usages": {
        "en": "Metadata reported with data",
        "ru": "Метаданные, представляемые с данными",
    },
    "part.lists": {"en": "Notes on lists of components", "ru": "Примечания к перечням компонентов"},
    "part.attributes": {"en": "Attributes", "ru": "Атрибуты"},
    "part.targets": {"en": "Target of reports", "ru": "Предмет отчетов"},
    "part.report_structures": {"en": "Kind of report", "ru": "Вид отчета"},
    "part.mappings": {"en": "What becomes what", "ru": "Что во что переходит"},
    "part.item_maps": {"en": "What becomes what", "ru": "Что во что переходит"},
    "part.component_maps": {"en": "Components", "ru": "Компоненты"},
    "part.fixed_value_maps": {"en": "Values that stay the same", "ru": "Постоянные значения"},
    "part.epoch_maps": {"en": "Times counted from a moment", "ru": "Время, отсчитываемое от момента"},
    "part.date_pattern_maps": {"en": "How times are written", "ru": "Как записывается время"},
    "part.frequency_format_mappings": {
        "en": "How periods of a frequency are written",
        "ru": "Как записываются периоды частоты",
    },
    "part.key_sets": {"en": "Keys", "ru": "Ключи"},
    "part.metadata_key_sets": {"en": "Metadata keys", "ru": "Ключи метаданных"},
    "part.metadata_target_regions": {"en": "Metadata", "ru": "Метаданные"},
    "part.queryable_data_sources": {"en": "Sources that can be queried", "ru": "Источники с запросами"},
    "part.data_sets": {"en": "Data sets", "ru": "Наборы данных"},
    "part.metadata_sets": {"en": "Metadata sets", "ru": "Наборы метаданных"},
    # values
    "value.yes": {"en": "yes", "ru": "да"},
    "value.no": {"en": "no", "ru": "нет"},
    "value.once": {"en": "once", "ru": "один раз"},
    "value.occurs": {"en": "{least} to {most} times", "ru": "от {least} до {most} раз"},
    "value.any_number": {"en": "{least} or more times", "ru": "{least} и более раз"},
    "value.startOfPeriod": {"en": "the start of the period", "ru": "начало периода"},
    "value.midPeriod": {"en": "the middle of the period", "ru": "середина периода"},
    "value.endOfPeriod": {"en": "the end of the period", "ru": "конец периода"},
    "value.pattern": {"en": "what fits", "ru": "подходящее под"},
    "value.part": {"en": "(characters {start} to {end})", "ru": "(символы с {start} по {end})"},
    "time.from": {"en": "from {period}", "ru": "с {period}"},
    "time.after": {"en": "after {period}", "ru": "после {period}"},
    "time.until": {"en": "until {period}", "ru": "по {period}"},
    "time.before": {"en": "before {period}", "ru": "до {period}"},
    # codelists that extend others
    "extension.lead": {"en": "Beside its own codes it has:", "ru": "Кроме собственных кодов, в него входят:"},
    "extension.all": {"en": "all codes of {codelist}{codes}", "ru": "все коды из {codelist}{codes}"},
    "extension.some": {"en": "of {codelist} the codes {codes}", "ru": "из {codelist} – коды {codes}"},
    "extension.all_but": {"en": "the codes of {codelist} but {codes}", "ru": "коды из {codelist}, кроме {codes}"},
    "extension.prefix": {"en": "with {prefix} before each", "ru": "с {prefix} перед каждым"},
    # maps
    "map.nothing": {"en": "nothing", "ru": "ничего"},
    "map.as_it_is": {"en": "as it is", "ru": "без изменений"},
    "map.how": {"en": "How", "ru": "Как"},
    "map.side": {"en": "Of", "ru": "Чей"},
    "map.in_hierarchy": {"en": "in the hierarchy {hierarchy}", "ru": "в иерархии {hierarchy}"},
    # constraints
    "constraint.allowed": {"en": "Values allowed", "ru": "Допустимые значения"},
    "constraint.actual": {"en": "Values there are", "ru": "Имеющиеся значения"},
    "constraint.allowed.region.in": {
        "en": "Allowed is what has only these values:",
        "ru": "Допускаются только эти значения:",
    },
    "constraint.allowed.region.out": {
        "en": "Not allowed is what has all of these:",
        "ru": "Не допускается то, что отвечает всему перечисленному:",
    },
    "constraint.actual.region.in": {"en": "There are data with these values:", "ru": "Есть данные с этими значениями:"},
    "constraint.actual.region.out": {"en": "There are no data with:", "ru": "Нет данных со значениями:"},
    "constraint.allowed.keys.in": {"en": "Only these keys are allowed.", "ru": "Допускаются только эти ключи."},
    "constraint.allowed.keys.out": {"en": "These keys are not allowed.", "ru": "Эти ключи не допускаются."},
    "constraint.actual.keys.in": {"en": "There are data with these keys.", "ru": "Есть данные с этими ключами."},
    "constraint.actual.keys.out": {"en": "There are no data with these keys.", "ru": "Нет данных с этими ключами."},
    "constraint.everything": {"en": "Everything.", "ru": "Все."},
    "constraint.nothing": {"en": "Nothing.", "ru": "Ничего."},
    "constraint.any_value": {"en": "any value", "ru": "любое значение"},
    "constraint.all_but": {"en": "anything but {values}", "ru": "все, кроме {values}"},
    "constraint.like": {"en": "codes like {pattern}", "ru": "коды вида {pattern}"},
    "constraint.without_prefix": {"en": "codes without their prefix", "ru": "коды без префикса"},
    "constraint.cascade.true": {"en": "{value} and all below it", "ru": "{value} и все нижестоящие"},
    "constraint.cascade.excluderoot": {"en": "all below {value}", "ru": "все нижестоящие для {value}"},
    # history
    "history.title": {"en": "History", "ru": "История"},
    "history.Append": {"en": "added", "ru": "добавлено"},
    "history.Replace": {"en": "changed", "ru": "изменено"},
    "history.Delete": {"en": "deleted", "ru": "удалено"},
    "history.what": {"en": "What was changed", "ru": "Что изменено"},
    "history.back": {"en": "To the artefact", "ru": "К артефакту"},
    "history.compare": {"en": "Compare with version", "ru": "Сравнить с версией"},
    "history.since": {"en": "What differs from version {version}", "ru": "Отличия от версии {version}"},
    "history.same": {"en": "Nothing differs.", "ru": "Отличий нет."},
    "history.of_version": {"en": "The history of version {version}", "ru": "История версии {version}"},
    # lists that go over several pages
    "pages.title": {"en": "Pages", "ru": "Страницы"},
    "pages.shown": {"en": "{start} to {end} of {all}.", "ru": "С {start} по {end} из {all}."},
    "pages.previous": {"en": "Previous", "ru": "Назад"},
    "pages.next": {"en": "Next", "ru": "Далее"},
    "pages.last": {"en": "Last", "ru": "В конец"},
    "structures.all": {"en": "All {number}", "ru": "Все {number}"},
    "structures.none": {"en": "There are none.", "ru": "Таких нет."},
    **{f"kind.{name}": one for name, (one, _) in _KINDS.items()},
    **{f"kinds.{name}": several for name, (_, several) in _KINDS.items()},
}
