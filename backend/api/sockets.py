"""The live connection: a person's screens hear that something changed, and nothing else travels here.

The session cookie and the origin are checked at the handshake; rooms are chosen by the server from the session; a
client that says anything is shown the door. Sessions that have ended lose their sockets within ``LOOK_EVERY_S`` even
when nobody knocked. Does not: hold truth. A dead socket costs latency.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO, disconnect, join_room

from backend.api.cookies import session_token
from backend.api.logs import log
from backend.domain.events import session_room, user_room
from backend.services.house import House
from backend.services.sessions import find_caller, sessions_ended_since, sessions_still_open

if TYPE_CHECKING:
    from backend.config import Settings

LOOK_EVERY_S = 2.0
"""Ended sessions are looked for so often: well under the five seconds within which a revoked one must be gone."""

OVERLAP = timedelta(seconds=10)
"""A commit may become visible this much later than the time it wrote."""

_AT_ONCE = 200
"""Sessions asked about at one look whether they expired or idled out; thousands take turns, so that no knock waits."""

LONGEST_MESSAGE = 1024
"""Bytes a client may send in one message; it has nothing to say."""


class Present:
    """The sockets of this process by log-in session."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_session: dict[str, set[str]] = defaultdict(set)
        self._session_of: dict[str, str] = {}

    def enter(self, session_id: str, socket_id: str) -> None:
        with self._lock:
            self._by_session[session_id].add(socket_id)
            self._session_of[socket_id] = session_id

    def leave(self, socket_id: str) -> None:
        with self._lock:
            session_id = self._session_of.pop(socket_id, None)
            if session_id is None:
                return
            self._by_session[session_id].discard(socket_id)
            if not self._by_session[session_id]:
                del self._by_session[session_id]

    def count(self) -> int:
        with self._lock:
            return len(self._session_of)

    def sessions(self) -> list[str]:
        with self._lock:
            return list(self._by_session)

    def sockets_of(self, session_id: str) -> list[str]:
        with self._lock:
            return list(self._by_session.get(session_id, ()))


def make_sockets(app: Flask, house: House, settings: Settings) -> SocketIO:
    """The Socket.IO server of ``app``, with its background check running."""
    socketio = SocketIO(
        app,
        async_mode=settings.async_mode,
        message_queue=settings.redis_url or None,
        cors_allowed_origins=list(settings.allowed_origins),
        max_http_buffer_size=LONGEST_MESSAGE,
        manage_session=False,
        cookie=None,
    )
    present = Present()
    _listen(socketio, house, settings, present)
    socketio.start_background_task(_close_ended, socketio, house, present)
    return socketio


def _listen(socketio: SocketIO, house: House, settings: Settings, present: Present) -> None:
    @socketio.on("connect")
    def connect(auth: object = None) -> None:
        if not _is_our_page(settings):
            raise Refused("origin")
        if present.count() >= settings.most_sockets:
            # A socket holds a thread under gthread: without this, screens would starve the requests. They poll instead.
            raise Refused("full")
        token = session_token()
        found = find_caller(house, token) if token else None
        if found is None or found[0].limited:
            raise Refused("session")
        caller, _ = found
        join_room(user_room(caller.user_id))
        join_room(session_room(caller.session_id))
        present.enter(caller.session_id, _socket_id())

    @socketio.on("disconnect")
    def left(reason: object = None) -> None:
        present.leave(_socket_id())

    @socketio.on("*")
    def said(event: str, *rest: object) -> None:
        disconnect()

    @socketio.on_error_default
    def broken(error: Exception) -> None:
        log.error("socket accident", exc_info=error)
        disconnect()


def _socket_id() -> str:
    return request.sid  # type: ignore[attr-defined]


def _is_our_page(settings: Settings) -> bool:
    """A web socket names its origin; a polling request of our page need not, but says where it comes from."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin in settings.allowed_origins
    return request.headers.get("Sec-Fetch-Site") == "same-origin"


def _close_ended(socketio: SocketIO, house: House, present: Present) -> None:
    """Runs for the life of the process: what was ended is gone at the next look, what ran out when its turn comes."""
    looked = house.clock.now() - OVERLAP
    turn: list[str] = []
    while True:
        socketio.sleep(LOOK_EVERY_S)
        try:
            now = house.clock.now()
            if present.count() == 0:  # whoever comes next is asked at the door
                looked = now - OVERLAP
                continue
            turn = turn or present.sessions()
            some, turn = turn[:_AT_ONCE], turn[_AT_ONCE:]
            with house.read() as session:
                ended = sessions_ended_since(session, looked)
                run_out = set(some) - sessions_still_open(session, house, some)
            looked = now - OVERLAP
            _close(socketio, present, ended | run_out)
        except Exception as error:  # a database that is away for a moment must not end the watch
            log.warning("session check failed", exc_info=error)


def _close(socketio: SocketIO, present: Present, session_ids: Iterable[str]) -> None:
    for session_id in session_ids:
        for socket_id in present.sockets_of(session_id):
            socketio.server.disconnect(socket_id)
