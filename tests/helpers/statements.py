"""What is sent to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from sdmx_dsm.store import Store


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile, without those that begin and end transactions."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            sent.append(statement)

    event.listen(store._database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store._database.engine, "before_cursor_execute", note)
