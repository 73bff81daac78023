"""The description of the hub's own API (OpenAPI 3.1), written by hand; a test holds it against the routes. The SDMX API is
described by its own standard."""

from typing import Any, Final

from sdmx_dsm import __version__


def _named(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _listed(key: str, schema: str, **more: Any) -> dict[str, Any]:
    """An object with a list of objects, and what else it has."""
    properties = {**more, key: {"type": "array", "items": _named(schema)}}
    return _json({"type": "object", "required": list(properties), "properties": properties})


_PROBLEM: Final = {
    "description": "Refused; the problem document says why and what would help",
    "content": {"application/problem+json": {"schema": _named("Problem")}},
}
_SUBMISSION: Final = _json(_named("Submission"))
_ID: Final = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _option(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


def _read(summary: str, content: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    responses = {"200": {"description": "Found", "content": content}, "default": _PROBLEM}
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": responses}}


_OPTIONS: Final = [
    _option("provision_agreement", "What the file reports for: URN or AGENCY:ID(VERSION)"),
    _option("dataflow", "The same by dataflow, where the sender has one agreement for it"),
    _option("mapping", "The mapping document that a workbook is read by"),
    _option("action", "Action where the file names none"),
    _option("accept", "`good`: take the good rows of a file with errors", enum=["all", "good"], default="all"),
    _option("dry_run", "Check and report, store nothing", enum=["false", "true"], default="false"),
    _option("wait", "Seconds to wait for the report"),
    _option("file_name", "Name of a file that is sent as the body itself"),
    _option("note", "For the people who look at the submission"),
]
_CONVERSION: Final = [
    {**_option("to", "Name of a format, such as sdmx-csv-2.0"), "required": True},
    _option("structure_map", "URN or AGENCY:ID(VERSION) of the map that the data go through"),
    _option("dataflow", "What the data are of, where the file does not say it"),
    _option("provision_agreement", "The same by agreement"),
    _option("mapping", "The mapping document that a workbook is read by"),
    _option("accept", "`good`: leave out what a structure map makes with errors", enum=["all", "good"], default="all"),
    _option("dry_run", "The report of the structure map alone", enum=["false", "true"], default="false"),
    _option("lang", "Language of names; several with commas, the best first", default="en"),
]
_RELEASE: Final = _json(_named("Release"))
_NUMBER: Final = {"name": "number", "in": "path", "required": True, "schema": {"type": "integer"}}


def _reversal(summary: str) -> dict[str, Any]:
    parameters = [
        _NUMBER,
        _option("provision_agreement", "Of this agreement's data alone; who is no administrator names one of his own"),
        _option("dataflow", "Of this dataflow alone, for administrators"),
        _option("note", "For the history"),
    ]
    responses = {"200": {"description": "The release that takes back", "content": _RELEASE}, "default": _PROBLEM}
    return {"post": {"summary": summary, "parameters": parameters, "responses": responses}}


_FILE: Final = {"type": "string", "format": "binary"}
_LINKS: Final = {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}

DOCUMENT: Final[dict[str, Any]] = {
    "openapi": "3.1.0",
    "info": {
        "title": "sdmx-dsm",
        "version": __version__,
        "description": "Submissions, conversion, changes of the registry. Structures and data are read at /sdmx/v2 and /sdmx/v1.",
    },
    "security": [{"bearer": []}, {"basic": []}],
    "paths": {
        "/api/v1/submissions": {
            "post": {
                "summary": "Send a file of data",
                "parameters": _OPTIONS,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/octet-stream": {"schema": _FILE},
                        "multipart/form-data": {
                            "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE}}
                        },
                    },
                },
                "responses": {
                    "200": {"description": "Finished, with its report", "content": _SUBMISSION},
                    "202": {"description": "Being worked on; look at Location", "content": _SUBMISSION},
                    "default": _PROBLEM,
                },
            },
            **_read(
                "One's own submissions, newest first",
                _listed("submissions", "Submission"),
                _option("limit", "At most so many", type="integer", default=100),
                _option("offset", "Leave out so many", type="integer", default=0),
            ),
        },
        "/api/v1/submissions/{id}": _read("A submission with its report", _SUBMISSION, _ID),
        "/api/v1/submissions/{id}/report.csv": _read("All findings", {"text/csv": {"schema": {"type": "string"}}}, _ID),
        "/api/v1/submissions/{id}/source": _read(
            "The file as it was sent", {"application/octet-stream": {"schema": _FILE}}, _ID
        ),
        "/api/v1/changes": _read(
            "What revisions of the registry did, the oldest first",
            _listed("changes", "Revision", newest={"type": "integer"}),
            _option("since", "The revisions after this one; without it the newest", type="integer"),
            _option("limit", "At most so many", type="integer", default=100),
        ),
        "/api/v1/changes/{revision}": _read(
            "A revision, with how each artefact differs since",
            _json(_named("Revision")),
            {"name": "revision", "in": "path", "required": True, "schema": {"type": "integer"}},
        ),
        "/api/v1/catalogue": _read(
            "What there is: the dataflows, with what the caller may see of them",
            {
                **_listed("dataflows", "CatalogueEntry"),
                "text/tab-separated-values": {"schema": {"type": "string"}},
            },
            _option("format", "Instead of Accept", enum=["json", "tsv"]),
        ),
        "/api/v1/sources/sdmx1.json": _read("This service as a source of sdmx1", _json({"type": "object"})),
        "/api/v1/releases": _read(
            "Releases of data, the newest first",
            _listed("releases", "Release"),
            _option("limit", "At most so many", type="integer", default=100),
            _option("before", "Those with a smaller number", type="integer"),
        ),
        "/api/v1/releases/{number}": _read("A release of data", _RELEASE, _NUMBER),
        "/api/v1/releases/{number}/rollback": _reversal("Bring back the state after a release, as a new release"),
        "/api/v1/releases/{number}/withdrawal": _reversal("Take back what a release did, as a new release"),
        "/api/v1/convert": {
            "post": {
                "summary": "A file of data in another format, or in another structure; nothing is stored",
                "parameters": _CONVERSION,
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/octet-stream": {"schema": _FILE},
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "required": ["file"],
                                "properties": {"file": _FILE, "structures": {"type": "array", "items": _FILE}},
                            }
                        },
                    },
                },
                "responses": {
                    "200": {"description": "The file", "content": {"application/octet-stream": {"schema": _FILE}}},
                    "default": _PROBLEM,
                },
            },
        },
        "/api/v1/notifications": _read(
            "What was sent to one's own subscriptions, newest first, and what came of it",
            _listed("notifications", "Notification"),
            _option("limit", "At most so many", type="integer", default=100),
        ),
        "/api/v1/jobs/{id}": _read(
            "How far a file is that is made for later",
            _json(_named("Job")),
            _ID,
            _option("wait", "Seconds to wait until it is over"),
        ),
        "/api/v1/jobs/{id}/result": _read(
            "The file, in the format that was asked for", {"application/octet-stream": {"schema": _FILE}}, _ID
        ),
        "/api/v1/openapi.json": _read("This document", _json({"type": "object"})),
    },
    "components": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "basic": {"type": "http", "scheme": "basic", "description": "The token is the password"},
        },
        "schemas": {
            "Submission": {
                "type": "object",
                "required": ["id", "state", "received", "links"],
                "properties": {
                    "id": {"type": "string"},
                    "state": {"type": "string"},
                    "received": {"type": "string", "format": "date-time"},
                    "user": {"type": "string"},
                    "file": {
                        "type": "object",
                        "properties": {"name": {"type": "string"}, "sha256": {"type": "string"}},
                    },
                    "options": {"type": "object", "additionalProperties": {"type": "string"}},
                    "release": {"type": ["integer", "null"]},
                    "report": {"type": ["object", "null"]},
                    "links": _LINKS,
                },
            },
            "Job": {
                "type": "object",
                "required": ["id", "state", "observations", "done", "links"],
                "properties": {
                    "id": {"type": "string"},
                    "state": {"enum": ["waiting", "running", "finished", "failed"]},
                    "created": {"type": "string", "format": "date-time"},
                    "observations": {"type": "integer", "description": "Of the whole answer"},
                    "done": {"type": "integer", "description": "Observations that are written"},
                    "bytes": {"type": "integer"},
                    "error": {"type": "object", "additionalProperties": {"type": "string"}},
                    "links": _LINKS,
                },
            },
            "Release": {
                "type": "object",
                "required": ["number", "time", "changes", "links"],
                "properties": {
                    "number": {"type": "integer"},
                    "time": {"type": "string", "format": "date-time"},
                    "submission": {
                        "type": ["string", "null"],
                        "description": "For those who report for its agreements",
                    },
                    "note": {"type": "string", "description": "For those who report for its agreements"},
                    "changes": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["dataflow", "provision_agreement"],
                            "properties": {
                                "dataflow": {"type": "object"},
                                "provision_agreement": {"type": "string"},
                                "inserted": {
                                    "type": "integer",
                                    "description": "For those who report for the agreement",
                                },
                                "updated": {"type": "integer"},
                                "deleted": {"type": "integer"},
                                "attributes": {"type": "integer"},
                            },
                        },
                    },
                    "links": _LINKS,
                },
            },
            "Revision": {
                "type": "object",
                "required": ["revision", "time", "artefacts", "links"],
                "properties": {
                    "revision": {"type": "integer"},
                    "time": {"type": "string", "format": "date-time"},
                    "user": {"type": "string", "description": "For those who are signed in"},
                    "note": {"type": "string", "description": "For those who are signed in"},
                    "artefacts": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "urn": {"type": "string"},
                                "action": {"enum": ["Append", "Replace", "Delete"]},
                            },
                        },
                    },
                    "differences": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["urn", "action"],
                            "properties": {
                                "urn": {"type": "string"},
                                "action": {"enum": ["Append", "Replace", "Delete"]},
                                "bump": {"enum": ["none", "patch", "minor", "major"]},
                                "changes": {"type": "array", "items": {"type": "object"}},
                            },
                        },
                    },
                    "links": _LINKS,
                },
            },
            "CatalogueEntry": {
                "type": "object",
                "required": [
                    "urn",
                    "agency",
                    "id",
                    "version",
                    "titles",
                    "countries",
                    "series",
                    "observations",
                    "links",
                ],
                "properties": {
                    "urn": {"type": "string"},
                    "agency": {"type": "string"},
                    "id": {"type": "string"},
                    "version": {"type": "string"},
                    "titles": {"type": "object", "additionalProperties": {"type": "string"}},
                    "countries": {"type": "array", "items": {"type": "string"}, "description": "Codes with data"},
                    "series": {"type": "integer"},
                    "observations": {"type": "integer"},
                    "last_release": {"type": ["integer", "null"]},
                    "released": {"type": ["string", "null"], "format": "date-time"},
                    "next_release": {"type": ["string", "null"], "description": "As the dataflow announces it"},
                    "mapped": {"type": ["string", "null"], "description": "The dataflow whose data it shows"},
                    "links": _LINKS,
                },
            },
            "Notification": {
                "type": "object",
                "required": ["id", "subscription", "endpoint", "state"],
                "properties": {
                    "id": {"type": "string"},
                    "subscription": {"type": "string"},
                    "endpoint": {"type": "string", "format": "uri"},
                    "made": {"type": "string", "format": "date-time"},
                    "state": {"enum": ["waiting", "delivered", "failed", "not delivered"]},
                    "attempts": {"type": "integer"},
                    "due": {"type": "string", "description": "When it is tried again, of one that waits"},
                    "outcome": {"type": "string", "description": "What came of the last attempt"},
                },
            },
            "Problem": {
                "type": "object",
                "required": ["type", "title", "status", "detail"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
