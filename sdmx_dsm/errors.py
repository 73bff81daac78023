"""The errors that leave a part of the house, in one tree.

    DsmError
      NotFound               an artefact named in the request does not exist
      NoResults              it exists, and nothing in it matches the query
      QuerySyntaxError       the request is not SDMX-REST
      QuerySemanticsError    it is, but asks what this dataflow does not have (names a wrong dimension, ...)
      NotAcceptable          no representation that we write is asked for
      TooLarge               a body, an answer or a part of one is over a limit that the message names
      Unauthorised           nobody is signed in, or the token is wrong
      Forbidden              somebody is, and may not
      Conflict               the state of the hub does not allow it (a stable version, a referenced artefact)
      Unsupported            a format, encoding or feature that is not offered
      Unavailable            try again later
      ReadError              the bytes are not the format they claim; .line .column .path
      VersionError           a version or version expression breaks the grammar
      UrnError               not a URN of the SDMX information model
      PeriodError            not a period of SDMX 3.0 section 6, or it does not fit its frequency
      SettingsError          a setting has a value it can't have
      SubmissionRejected     carries the Report

A wrong datum is no exception but a `Finding` (see `sdmx_dsm.model.findings`). Facts are fields (`error.facts`), the
message is a whole sentence: what was found, what was expected, where.
"""

from collections.abc import Mapping


class DsmError(Exception):
    """Base of all errors raised on purpose. `str(error)` is a sentence for people, `facts` are its details for machines.

    `ru` is the sentence in Russian, for what people are told in their language: what is wrong with a file that they sent."""

    def __init__(self, message: str, /, *, ru: str = "", **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.ru = ru or message
        self.facts = facts

    @property
    def texts(self) -> Mapping[str, str]:
        """The sentence by language, in those that it is written in."""
        return {"en": self.message} | ({"ru": self.ru} if self.ru != self.message else {})


class NotFound(DsmError):
    """An artefact, submission or file named in the request does not exist."""


class NoResults(DsmError):
    """The artefact exists and nothing in it matches the query."""


class QuerySyntaxError(DsmError):
    """The request breaks the grammar of the SDMX REST API."""


class QuerySemanticsError(DsmError):
    """The request is well formed but names what the dataflow does not have."""


class NotAcceptable(DsmError):
    """None of the representations that the caller accepts is written here."""


class TooLarge(DsmError):
    """Over a limit; the message names the setting and its value."""


class Unauthorised(DsmError):
    """The caller is not signed in, or the token is unknown or expired."""


class Forbidden(DsmError):
    """The caller is known and may not do this."""


class Conflict(DsmError):
    """The state of the hub forbids the change."""


class Unsupported(DsmError):
    """A format, encoding or feature that is not offered."""


class Unavailable(DsmError):
    """Not now; try again later."""


class ReadError(DsmError):
    """The bytes are not the format they claim. `line` and `column` count from 1; `path` names a part of a package."""

    def __init__(
        self,
        message: str,
        /,
        *,
        ru: str = "",
        line: int | None = None,
        column: int | None = None,
        path: str = "",
        **facts: object,
    ) -> None:
        super().__init__(message, ru=ru, **facts)
        self.line = line
        self.column = column
        self.path = path


class VersionError(DsmError):
    """A version or version expression outside the grammar of SDMX 3.0."""


class UrnError(DsmError):
    """Not a URN of the SDMX information model."""


class PeriodError(DsmError):
    """Not a time period of SDMX 3.0 section 6, or one that does not fit its frequency."""


class SettingsError(DsmError):
    """A setting has a value it can't have."""


class SubmissionRejected(DsmError):
    """A submission changed nothing. `report` is the `sdmx_dsm.model.Report` that says why."""

    def __init__(self, message: str, /, *, ru: str = "", report: object, **facts: object) -> None:
        super().__init__(message, ru=ru, **facts)
        self.report = report
