"""Statements that nobody waits for any more end."""

import threading
from collections.abc import Callable
from contextvars import copy_context

import pytest
from sqlalchemy import text

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.store import Interrupt, Store

# Counts for ever, in both databases.
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def outcome(interrupt: Interrupt, work: Callable[[], None]) -> Exception | None:
    """What comes of some work for a caller who leaves while it is done."""
    errors: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)

    with interrupt.current():
        thread = threading.Thread(target=copy_context().run, args=(run,), daemon=True)
    thread.start()
    while thread.is_alive():  # it may not have come to its statement yet
        interrupt.stop()
        thread.join(0.01)
    return errors[0] if errors else None


def test_a_running_statement_ends(store: Store) -> None:
    def work() -> None:
        with store._database.read() as connection:
            connection.execute(ENDLESS)

    for _ in range(3):
        assert isinstance(outcome(Interrupt(), work), Unavailable)
    assert store.releases() == []  # the connections are good for others


def test_a_read_that_began_elsewhere_ends_too(store: Store) -> None:
    interrupt, read = Interrupt(), store._database.read()
    with interrupt.current():
        connection = read.__enter__()
    error = outcome(interrupt, lambda: connection.execute(ENDLESS) and None)
    assert error is not None
    with pytest.raises(Unavailable, match="has left"):
        read.__exit__(type(error), error, error.__traceback__)


def test_nothing_begins_for_who_has_left(store: Store) -> None:
    interrupt = Interrupt()
    interrupt.stop()
    with interrupt.current(), pytest.raises(Unavailable, match="has left"):
        store.releases()
    assert store.releases() == []


def test_what_was_read_before_stays_read(store: Store) -> None:
    interrupt = Interrupt()
    with interrupt.current():
        assert store.releases() == []
    interrupt.stop()
    assert store.releases() == []
