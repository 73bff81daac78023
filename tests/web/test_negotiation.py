"""Which format answers, over all formats of the standard and over a part of them."""

import pytest

from sdmx_dsm.errors import NotAcceptable, QuerySyntaxError, Unsupported
from sdmx_dsm.formats.options import Format
from sdmx_dsm.web.rest.negotiation import (
    Kind,
    choose,
    choose_coding,
    choose_languages,
    error_syntax,
)
from sdmx_dsm.web.rest.targets import Family, Target, split_target

VND = "application/vnd.sdmx."


def formats(kind: Kind, *types: str) -> list[Format]:
    """`name+syntax version`"""
    return [
        Format(
            name=f"{kind}-{type.replace(' ', '-')}",
            kind=kind,
            media_type=VND + type.split()[0],
            version=type.split()[1],
            extension=".x",
            title={},
        )
        for type in types
    ]


STANDARD = [
    *formats("data", "data+json 2.1.0", "data+xml 3.1.0", "data+csv 2.1.0", "data+json 2.0.0", "data+xml 3.0.0", "data+csv 2.0.0"),
    *formats("data", "genericdata+xml 2.1", "structurespecificdata+xml 2.1", "data+csv 1.0.0", "data+json 1.0.0"),
    *formats("structure", "structure+json 2.1.0", "structure+xml 3.1.0", "structure+json 2.0.0", "structure+xml 3.0.0"),
    *formats("structure", "structure+xml 2.1", "structure+json 1.0.0"),
    *formats("schema", "schema+json 2.1.0", "schema+xml 3.1.0", "schema+json 2.0.0", "schema+xml 3.0.0", "schema+xml 2.1"),
]  # fmt: skip
# What a service has that is not finished: no 3.1, no JSON 2.1 or 1.0, no JSON schemas.
PART = [
    *formats("data", "structurespecificdata+xml 2.1", "genericdata+xml 2.1", "data+xml 3.0.0", "data+csv 1.0.0", "data+csv 2.0.0"),
    *formats("data", "data+json 2.0.0"),
    *formats("structure", "structure+xml 2.1", "structure+xml 3.0.0", "structure+json 2.0.0"),
    *formats("schema", "schema+xml 2.1", "schema+xml 3.0.0"),
    Format(name="xlsx", kind="data", media_type="application/vnd.ms-xlsx", version="", extension=".xlsx", title={}, binary=True),
]  # fmt: skip


def target(query: str = "") -> Target:
    return split_target(b"", query.encode(), "")


def chosen(
    accept: str | None,
    kind: Kind,
    family: Family,
    *,
    query: str = "",
    policy: str = "clients",
    offered: list[Format] = STANDARD,
) -> str:
    """Content type without the common beginning."""
    return choose(offered, kind, family, accept, target(query), policy).content_type.removeprefix(VND)


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept, family, kind, expected",
    [
        (None, "v2", "data", "data+json;version=2.1.0"),
        ("*/*", "v2", "data", "data+json;version=2.1.0"),
        ("application/json", "v2", "data", "data+json;version=2.1.0"),
        ("application/xml", "v2", "data", "data+xml;version=3.1.0"),
        (f"{VND}data+json;version=2.0.0+", "v2", "data", "data+json;version=2.0.0"),
        (f"{VND}data+json;version=2.0+.0", "v2", "data", "data+json;version=2.1.0"),
        (f"{VND}data+csv;version=2.0.0;labels=both", "v2", "data", "data+csv;version=2.0.0"),
        (f"{VND}structure+xml;version=2.1, {VND}structure+json;version=1.0.0;q=0.9", "v1", "structure", "structure+xml;version=2.1"),
        (f"{VND}structure+xml;version=2.1;q=0.9, {VND}structure+json;version=1.0.0", "v1", "structure", "structure+json;version=1.0.0"),
        (BROWSER, "v2", "data", "data+xml;version=3.1.0"),
        (None, "v2", "structure", "structure+json;version=2.1.0"),
        (None, "v2", "schema", "schema+json;version=2.1.0"),
        ("text/csv", "v2", "data", "data+csv;version=2.1.0"),
        (None, "v1", "structure", "structure+xml;version=2.1"),
        (None, "v1", "data", "genericdata+xml;version=2.1"),
        ("application/xml", "v1", "data", "genericdata+xml;version=2.1"),
        (None, "v1", "schema", "schema+xml;version=2.1"),
    ],
)  # fmt: skip
def test_vectors_of_the_specification(accept: str | None, family: Family, kind: Kind, expected: str) -> None:
    assert chosen(accept, kind, family, policy="specification") == expected


@pytest.mark.parametrize("policy", ["clients", "specification"])
@pytest.mark.parametrize("accept", ["text/html", "invalid", "image/*", f"{VND}data+json;q=0", "*/*;q=0"])
def test_nothing_acceptable(accept: str, policy: str) -> None:
    for family in ("v1", "v2"):
        with pytest.raises(NotAcceptable):
            chosen(accept, "data", family, policy=policy)


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/*", "application/xml", "text/xml", BROWSER])
@pytest.mark.parametrize(
    "family, kind, expected",
    [
        ("v2", "data", "data+xml;version=3.0.0"),
        ("v2", "structure", "structure+xml;version=3.0.0"),
        ("v2", "schema", "schema+xml;version=3.0.0"),
        ("v1", "data", "genericdata+xml;version=2.1"),
        ("v1", "structure", "structure+xml;version=2.1"),
        ("v1", "schema", "schema+xml;version=2.1"),
    ],
)
def test_clients_that_wish_nothing_special_get_xml(
    accept: str | None, family: Family, kind: Kind, expected: str
) -> None:
    assert chosen(accept, kind, family) == expected
    assert chosen(accept, kind, family, offered=PART) == expected


@pytest.mark.parametrize(
    "accept, family, expected",
    [
        ("application/json", "v2", "data+json;version=2.1.0"),
        ("application/json", "v1", "data+json;version=1.0.0"),
        ("text/csv", "v2", "data+csv;version=2.1.0"),
        ("text/csv", "v1", "data+csv;version=1.0.0"),
        (f"{VND}data+csv", "v2", "data+csv;version=2.1.0"),
    ],
)
def test_the_newest_of_a_syntax(accept: str, family: Family, expected: str) -> None:
    assert chosen(accept, "data", family) == expected


@pytest.mark.parametrize(
    "accept",
    [
        "data+csv;version=2.0", "data+csv;version=2.0.0", "data+csv;version=1.0.0-wd", "data+json;version=1.0",
        "structurespecificdata+xml;version=2.1", "genericdata+xml;version=2.1.0",
    ],
)  # fmt: skip
def test_the_version_is_answered_in_the_words_of_the_caller(accept: str) -> None:
    assert chosen(f"{VND}{accept}", "data", "v1") == accept
    assert chosen(f"{VND}{accept};urn=true;file=true", "data", "v2") == accept


@pytest.mark.parametrize(
    "version, expected", [("3.0.0+", "3.0.0"), ("3.0+.0", "3.1.0"), ("2+.0.1", "3.1.0"), ("*", "3.1.0"), ("~", "3.1.0")]
)
def test_of_a_range_of_versions_the_newest_is_answered(version: str, expected: str) -> None:
    assert chosen(f"{VND}data+xml;version={version}", "data", "v2") == f"data+xml;version={expected}"


def test_a_range_without_a_version_in_it_is_not_offered() -> None:
    with pytest.raises(Unsupported):
        chosen(f"{VND}data+xml;version=3.2+.0", "data", "v2")


def test_the_next_wish_is_taken_where_the_first_is_not_built() -> None:
    accept = f"{VND}data+json;version=2.1.0, {VND}data+csv;version=2.0.0;q=0.5"
    assert chosen(accept, "data", "v2", offered=PART) == "data+csv;version=2.0.0"


@pytest.mark.parametrize(
    "accept", ["data+json;version=2.1.0", "generictimeseriesdata+xml;version=2.1", "data+json;version=1.0.0-wd"]
)
def test_formats_of_the_standard_that_are_not_built_are_named(accept: str) -> None:
    with pytest.raises(Unsupported, match=r"not offered yet; there are .*data\+csv;version=2\.0\.0"):
        chosen(f"{VND}{accept}", "data", "v2", offered=PART)


def test_a_refused_format_is_not_served_for_a_wildcard() -> None:
    assert chosen(f"{VND}data+xml;q=0, */*", "data", "v2", offered=PART) == "structurespecificdata+xml;version=2.1"
    assert chosen("application/xml;q=0, */*", "data", "v2", offered=PART) == "data+json;version=2.0.0"


@pytest.mark.parametrize(
    "query, family, expected",
    [
        ("format=genericdata", "v1", "genericdata+xml;version=2.1"),
        ("format=structurespecificdata", "v1", "structurespecificdata+xml;version=2.1"),
        ("format=structurespecificdata&formatVersion=3.0.0", "v2", "data+xml;version=3.0.0"),
        ("format=jsondata", "v2", "data+json;version=2.0.0"),
        ("format=jsondata", "v1", "data+json;version=2.0.0"),
        ("format=csvdata", "v2", "data+csv;version=2.0.0"),
        ("format=csvdata&formatVersion=1.0.0", "v2", "data+csv;version=1.0.0"),
        ("format=csv", "v1", "data+csv;version=1.0.0"),
        ("format=csvfile", "v1", "data+csv;version=1.0.0"),
        ("format=csvfilewithlabels", "v2", "data+csv;version=2.0.0"),
        ("format=SDMX-CSV", "v1", "data+csv;version=1.0.0"),
        ("format=JSON", "v2", "data+json;version=2.0.0"),
        ("format=SDMX_2.1_STRUCTURED", "v2", "structurespecificdata+xml;version=2.1"),
        ("format=data-data%2Bcsv-2.0.0", "v1", "data+csv;version=2.0.0"),
        ("format=application/vnd.sdmx.data+csv;version=1.0.0", "v2", "data+csv;version=1.0.0"),
        ("format=xlsx", "v2", "application/vnd.ms-xlsx"),
    ],
)
def test_the_address_wins_over_the_header(query: str, family: Family, expected: str) -> None:
    assert chosen("text/html", "data", family, query=query, offered=PART) == expected


def test_an_unknown_format_in_the_address_is_a_wrong_value() -> None:
    with pytest.raises(QuerySyntaxError, match="data-data.csv-2.0.0.*csvfilewithlabels"):
        chosen(None, "data", "v2", query="format=TSV")


@pytest.mark.parametrize(
    "accept, query, options, file",
    [
        (f"{VND}data+csv;version=2.0.0;labels=both;keys=obs;timeFormat=normalized", "", {"labels": "both", "keys": "obs", "time_format": "normalized"}, False),
        (f"{VND}data+csv; version=2.0.0; label=name; key=none", "", {"labels": "name", "keys": "none"}, False),
        (f"{VND}data+csv;file=true;labels=both", "", {"labels": "both"}, True),
        ("text/csv", "labels=both", {"labels": "both"}, False),
        ("text/csv", "format=csvfilewithlabels", {"labels": "both"}, True),
        (f"{VND}data+json", "labels=both", {}, False),
        (None, "format=xlsx", {}, True),
    ],
)  # fmt: skip
def test_parameters_of_csv(accept: str | None, query: str, options: dict[str, str], file: bool) -> None:
    choice = choose(PART, "data", "v2", accept, target(query), "clients")
    assert (choice.options, choice.file) == (options, file)


def test_a_wrong_parameter_of_csv_is_refused() -> None:
    with pytest.raises(QuerySyntaxError, match="labels is “all”; expected one of id, name, both"):
        chosen(f"{VND}data+csv;labels=all", "data", "v2")


def test_a_schema_may_be_asked_for_as_a_structure() -> None:
    accept = f"{VND}structure+json;version=2.0.0"
    choice = choose(PART, "schema", "v2", accept, target(), "clients", also=("structure",))
    assert choice.format.kind == "structure"
    assert choose(PART, "schema", "v2", "*/*", target(), "clients", also=("structure",)).format.kind == "schema"
    only_json = choose(PART, "schema", "v2", "application/json", target(), "clients", also=("structure",))
    assert only_json.content_type == f"{VND}structure+json;version=2.0.0"


@pytest.mark.parametrize(
    "header, query, expected",
    [
        (None, "", ("*",)),
        ("*", "", ("*",)),
        ("ru", "", ("ru",)),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "", ("ru", "en")),
        ("en;q=0.1, ru", "", ("ru", "en")),
        ("fr", "", ("*",)),
        ("en", "lang=ru", ("ru",)),
        ("en", "lang=all", ("*",)),
        ("ru;q=0, en", "", ("en",)),
    ],
)
def test_languages(header: str | None, query: str, expected: tuple[str, ...]) -> None:
    assert choose_languages(header, target(query), ("en", "ru")) == expected


def test_a_language_in_the_address_must_be_there() -> None:
    with pytest.raises(NotAcceptable, match="there are en, ru"):
        choose_languages("en", target("lang=fr"), ("en", "ru"))


@pytest.mark.parametrize(
    "header, query, expected",
    [
        (None, "", ""),
        ("gzip, deflate", "", "gzip"),
        ("x-gzip", "", "gzip"),
        ("gzip;q=0", "", ""),
        ("identity", "", ""),
        ("deflate, br", "", ""),
        ("*", "", "gzip"),
        ("*;q=0, identity", "", ""),
        ("gzip;q=0, *", "", ""),
        ("gzip, deflate, br, zstd", "", "zstd"),
        ("ZSTD", "", "zstd"),
        ("gzip;q=1.0, zstd;q=0.5", "", "gzip"),
        ("identity, gzip;q=0.5", "", ""),
        ("identity;q=0.5, gzip;q=0.8", "", "gzip"),
        ("zstd;Q=0, gzip", "", "gzip"),
        (None, "compression=gzip", "gzip"),
        (None, "compression=ZSTD", "zstd"),
        ("gzip", "compression=none", ""),
        ("gzip", "compression=identity", ""),
        (None, "compressed=true", "gzip"),
        ("gzip", "compressed=false", ""),
    ],
)
def test_compression(header: str | None, query: str, expected: str) -> None:
    assert choose_coding(header, target(query)) == expected


def test_an_unknown_compression_in_the_address_is_not_offered() -> None:
    with pytest.raises(NotAcceptable):
        choose_coding("gzip", target("compression=zip"))


@pytest.mark.parametrize(
    "family, accept, query, policy, expected",
    [
        ("v1", None, "", "clients", ("xml", "2.1")),
        ("v2", None, "", "clients", ("xml", "3.0")),
        ("v2", None, "", "specification", ("json", "3.0")),
        ("v2", f"{VND}data+json;version=2.0.0", "", "clients", ("json", "3.0")),
        ("v1", f"{VND}structure+json;version=1.0", "", "clients", ("json", "3.0")),
        ("v2", f"{VND}structurespecificdata+xml;version=2.1", "", "specification", ("xml", "2.1")),
        ("v2", "text/csv", "", "clients", ("xml", "3.0")),
        ("v2", "*/*", "format=jsondata", "clients", ("json", "3.0")),
        ("v2", BROWSER, "", "specification", ("xml", "3.0")),
    ],
)
def test_errors_come_in_the_syntax_asked_for(
    family: Family, accept: str | None, query: str, policy: str, expected: tuple[str, str]
) -> None:
    assert error_syntax(family, accept, target(query), policy) == expected
