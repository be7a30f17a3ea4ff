"""The kinds of knocks a screen can hear. They carry an id; the screen re-reads."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """The whole list."""

    DOSSIER_CHANGED = "dossier.changed"
    SIGNING_CHANGED = "signing.changed"
    BATCH_CHANGED = "batch.changed"
    INBOX_CHANGED = "inbox.changed"
    SIGNING_ALARM = "signing.alarm"
    SESSION_ENDED = "session.ended"


EVENT = "event"
"""Name of the one Socket.IO message."""


def user_room(user_id: str) -> str:
    """Every screen of one person; joined by the server from the log-in."""
    return f"user:{user_id}"


def session_room(session_id: str) -> str:
    """Every screen of one log-in."""
    return f"session:{session_id}"
