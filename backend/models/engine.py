"""The engine for either database, with what each needs to be safe with money.

SQLite: WAL, full sync, foreign keys, writers begin IMMEDIATE so that they queue instead of failing half-way.
PostgreSQL: bounded waiting for locks.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

WRITING = {"writing": True}
"""Execution option of a session that is going to write."""
TURN = "turn_to_write"
LONGEST_WAIT_S = 5.0
TRUSTED_S = 0.1
"""So long after it was given back a connection is taken without asking whether it still lives: less than any server
needs to go away and come back.
"""
_RESTS_SINCE = "rests_since"


class NoTurn(RuntimeError):
    """Other writers of this process kept the database too long. Recover: try again; nothing was written."""


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """The threads of one process queue here for SQLite and wake at once; PostgreSQL needs no queue.

    SQLite lets in one writer at a time; the others sleep and look again, longer each time. Raises NoTurn.
    """
    turn: threading.Lock | None = engine.get_execution_options().get(TURN)
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=LONGEST_WAIT_S):
        raise NoTurn
    try:
        yield
    finally:
        turn.release()


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``)."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_use_lifo=True,
        connect_args={
            "options": "-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000",
            "connect_timeout": 5,
        },
    )
    _ping_after_rest(engine)
    return engine


def _ping_after_rest(engine: Engine) -> None:
    """A connection that lay in the pool for a while is tried before use: its server may have gone meanwhile. One that
    served just now is not, since whoever is busy would ask for leave before every sentence; if it broke in between,
    the statement itself says so, as it would in the moment after a ping.
    """

    @event.listens_for(engine, "checkin")
    def rest(connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: Any, record: ConnectionPoolEntry, fairy: object) -> None:
        if time.monotonic() - record.info.get(_RESTS_SINCE, math.inf) < TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": LONGEST_WAIT_S, "check_same_thread": False},
        execution_options={TURN: threading.Lock()},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
