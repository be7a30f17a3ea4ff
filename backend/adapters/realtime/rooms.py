"""Knocks into Socket.IO rooms: one room per person, joined by the server at log-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from backend.domain.events import EVENT, user_room


class Emits(Protocol):
    """A Flask-SocketIO server, or one that only writes to the bus."""

    def emit(self, event: str, *args: Any, **kwargs: Any) -> None: ...


class RoomKnocker:
    """``Knocker`` over Socket.IO; with a message queue the knock reaches the sockets of every web process."""

    def __init__(self) -> None:
        self._socketio: Emits | None = None

    def connect(self, socketio: Emits) -> None:
        """Knocks before this are lost, as if nobody were there yet."""
        self._socketio = socketio

    def knock(self, user_id: str, event: Mapping[str, object]) -> None:
        """Emit to everybody in the person's room. A bus that is away costs latency, never the request."""
        if self._socketio is None:
            return
        try:
            self._socketio.emit(EVENT, dict(event), to=user_room(user_id))
        except OSError:
            return
